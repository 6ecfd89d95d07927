"""Paths, folders and globs to files, in one order whatever the file system's.

Invariant: every input that is named is either given as a file or as a failure; nothing is skipped silently, apart from
what a folder holds beside its articles: hidden files, `articles.csv`, settings and databases.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quotes.records import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quotes.errors import IngestError

STAGE = "ingest"
SIDECAR = "articles.csv"
BESIDE = (".db", ".sqlite", ".sqlite3", "-journal", "-wal", "-shm", ".toml", ".part")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file to read; `origin` is its path as it was asked for."""

    path: Path
    origin: str


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
    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  Path.glob refuses absolute patterns
    if not matches:
        yield failure(pattern, "no file matches; check the pattern (in quotation marks, for the shell)")
    for match in matches:
        if not os.path.isdir(match):  # noqa: PTH112
            if _is_input(os.path.basename(match)):  # noqa: PTH119
                yield InputFile(path=Path(match), origin=Path(match).as_posix())
        elif "**" not in pattern:
            yield from _search(match)


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
