"""Paths, folders and globs to files, in one order whatever the file system's; and the bytes of an input, wherever from.

Invariant: every input that is named is either given as a file or as a failure; nothing is skipped silently, apart from
what a folder holds beside its articles: hidden files, `articles.csv`, settings and databases.
"""

from __future__ import annotations

import glob
import gzip
import hashlib
import io
import os
import stat
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from quotes.errors import IngestError
from quotes.records import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed import WriteableBuffer

STAGE = "ingest"
SIDECAR = "articles.csv"
BESIDE = (".db", ".sqlite", ".sqlite3", "-journal", "-wal", "-shm", ".toml", ".part")


GZIP = b"\x1f\x8b"
HEAD_BYTES = 4096
CHUNK_BYTES = 1 << 20
BOMB_RATIO = 200  # gzip makes a thousandth of nothing; of text, a third to a twentieth
BOMB_BYTES = 64 << 20  # below, whatever the ratio is costs little


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file to read; `origin` is its path as it was asked for, or what else it is called in messages.

    `data` are its bytes where they do not come from a disk (standard input, an address). `url` is the address it was fetched
    from, `encoding` the one that its sender declared. Files in gzip are read as what is in them.
    """

    path: Path
    origin: str
    data: bytes | None = None
    url: str | None = None
    encoding: str | None = None

    @property
    def name(self) -> str:
        """The file's name without `.gz`."""
        name = self.path.name
        return name[: -len(".gz")] if name.lower().endswith(".gz") and len(name) > len(".gz") else name

    @property
    def stem(self) -> str:
        """What articles of this file are called: its name without `.gz` and the kind's suffix."""
        return Path(self.name).stem

    def check(self) -> None:
        """Refuse what is no file that can be read.

        Raises:
            IngestError: it is missing, no regular file or unreadable.
        """
        if self.data is None:
            with self._named_errors():
                if not stat.S_ISREG(self.path.stat().st_mode):
                    raise IngestError(f"{self.origin}: not a regular file; give a file with text")

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Give a stream of the content, what is in gzip unpacked.

        Raises:
            IngestError: it cannot be read, its gzip is damaged, or (on reading) there is far more in it than is in texts.
        """
        with self._named_errors(), self.open_raw() as raw:
            packed = raw.read(len(GZIP)) == GZIP
            raw.seek(0)
            yield cast("BinaryIO", io.BufferedReader(_Unpacked(raw, self.origin))) if packed else raw

    @contextmanager
    def open_raw(self) -> Iterator[BinaryIO]:
        """Give a stream of the bytes as they are.

        Raises:
            IngestError: they cannot be read.
        """
        with self._named_errors():
            self.check()
            with io.BytesIO(self.data) if self.data is not None else self.path.open("rb") as stream:
                yield stream

    def read(self, limit: int) -> bytes:
        """Return the content.

        Args:
            limit: how many bytes it may have.

        Raises:
            IngestError: it cannot be read, or is larger.
        """
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise IngestError(f"{self.origin}: too large for one article (more than {limit:,} bytes); split it")
        return data

    def head(self) -> bytes:
        """Return the first bytes of the content, at most `HEAD_BYTES`.

        Raises:
            IngestError: it cannot be read.
        """
        with self.open() as stream:
            return stream.read(HEAD_BYTES)

    def sha256(self) -> str:
        """Return the SHA-256 of the bytes as they are, in hexadecimal.

        Raises:
            IngestError: they cannot be read.
        """
        state = hashlib.sha256()
        with self.open_raw() as stream:
            while chunk := stream.read(CHUNK_BYTES):
                state.update(chunk)
        return state.hexdigest()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """Turn what the system says into an `IngestError` with a remedy."""
        try:
            yield
        except FileNotFoundError as error:
            missing = "the link leads nowhere" if os.path.lexists(self.path) else "no such file"
            raise IngestError(f"{self.origin}: {missing}; check the path") from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise IngestError(f"{self.origin}: its gzip is damaged ({error}); get the file once more") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise IngestError(f"{self.origin}: cannot be read: {reason}; check its permissions") from error


class _Unpacked(io.RawIOBase):
    """What is in a stream of gzip, up to far more than there is in texts: some kilobytes can hold gigabytes of nothing."""

    def __init__(self, raw: BinaryIO, origin: str) -> None:
        super().__init__()
        self._raw = raw
        self._origin = origin
        self._gzip = gzip.GzipFile(fileobj=raw)
        self._given = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Put the next bytes into a buffer.

        Raises:
            IngestError: there is too much in it.
        """
        view = memoryview(buffer).cast("B")
        chunk = self._gzip.read(len(view))
        view[: len(chunk)] = chunk
        self._given += len(chunk)
        if self._given > BOMB_BYTES and self._given > BOMB_RATIO * self._raw.tell():
            raise IngestError(f"{self._origin}: its gzip holds more than {BOMB_RATIO} times its size, as no text does; "
                              "if it is one, unpack it with gunzip and give that")
        return len(chunk)


def find(paths: Iterable[str]) -> Iterator[InputFile | Failure]:
    """Yield every input file once, sorted by path, and a failure for each path that leads to none.

    Args:
        paths: files, folders (searched) or globs.
    """
    files: dict[str, InputFile] = {}
    failures: dict[str, Failure] = {}
    for path in paths:
        for found in _expand(path):
            if isinstance(found, Failure):
                failures[found.origin] = found
            else:
                files.setdefault(os.path.realpath(found.path), found)
    yield from sorted(failures.values(), key=lambda failure: failure.origin)
    yield from sorted(files.values(), key=lambda file: (file.path.parts, file.origin))


def failure(origin: str, error: IngestError | str, stage: str = STAGE) -> Failure:
    """Return the failure of an input; the message names its origin once."""
    text = str(error)
    return Failure(origin=origin, stage=stage, error=text.removeprefix(f"{origin}: "))


def _expand(path: str) -> Iterator[InputFile | Failure]:
    if "\x00" in path:
        yield failure(path, "no path has a NUL character; check the path")
    elif os.path.isdir(path):  # noqa: PTH112  a Path would drop "./" and the like before the user's spelling is kept
        yield from _search(path)
    elif os.path.lexists(path) or not glob.has_magic(path):
        yield InputFile(path=Path(path), origin=Path(path).as_posix())
    else:
        yield from _glob(path)


def _glob(pattern: str) -> Iterator[InputFile | Failure]:
    matches = sorted(_deep_glob(pattern) if "**" in pattern else glob.glob(pattern))  # noqa: PTH207  `./*` keeps its spelling
    if not matches:
        yield failure(pattern, "no file matches; check the pattern (in quotation marks, for the shell)")
    for match in matches:
        if not os.path.isdir(match):  # noqa: PTH112
            if _is_input(os.path.basename(match)):  # noqa: PTH119
                yield InputFile(path=Path(match), origin=Path(match).as_posix())
        elif "**" not in pattern:
            yield from _search(match)


def _deep_glob(pattern: str) -> list[str]:
    """Return what a pattern with `**` matches; links to folders are not followed, so that loops of them end."""
    root = os.path.splitdrive(pattern)[0] + os.sep if os.path.isabs(pattern) else "."  # noqa: PTH117
    rest = pattern[len(root) :] if os.path.isabs(pattern) else pattern  # noqa: PTH117
    rest = f"{rest}/*" if rest.endswith("**") else rest
    given = set(Path(pattern).parts)
    try:
        found = [path for path in Path(root).glob(rest)
                 if not any(part.startswith((".", "__")) and part not in given for part in path.parts)]
    except (ValueError, NotImplementedError):  # `a**b` is no pattern of folders
        found = []
    return [str(path) for path in found]


def _search(folder: str) -> Iterator[InputFile | Failure]:
    errors: list[OSError] = []
    count = 0
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in filter(_is_input, sorted(names)):
            count += 1
            path = Path(parent) / name
            yield InputFile(path=path, origin=path.as_posix())
    for error in errors:
        yield failure(str(error.filename), f"the folder cannot be read: {error.strerror}; check its permissions")
    if not count and not errors:
        yield failure(Path(folder).as_posix(), "the folder holds no articles; give a folder with text files")


def _is_input(name: str) -> bool:
    return not name.startswith(".") and name != SIDECAR and not name.endswith(BESIDE)
