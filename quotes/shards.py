"""A folder of shards: what was found in each input file, in a file of its own, and a manifest of what is done.

    DIR/NAME-KEY.jsonl (or .parquet)    the records of one input file, an article a line (or row), wholly or not at all
    DIR/manifest/NAME-KEY.json          of which input they are, what made them, what could not be used of it
    DIR/manifest/inputs.json            inputs that led to no file, when last looked

KEY follows from the input's name and bytes, how it is read, the run (program, models, settings) and what records look like.
Invariants: a file is put in its place when it is complete and on the disk, the entry of the manifest after it; an entry whose
file is missing or of another size says nothing; files of one key are equal, whoever wrote them, so that two who write one lose
nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotes import codec
from quotes.errors import ConfigError, StoreError
from quotes.ids import digest, slug
from quotes.records import Extraction, Failure, KnownInput, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MANIFEST = "manifest"
INPUTS = "inputs"
PART = ".part"
LOCK = ".lock"
ROWS_AT_ONCE = 64


class Format(StrEnum):
    """What shards are written as: JSON Lines, or Parquet with columns for all fields."""

    JSONL = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the manifest.

    `name` is that of the shard without suffix, `origin` the input's; `known` is None where the input could not be read whole.
    `size` and `sha256` are those of the shard's file in bytes, 0 and "" if it has none.
    """

    name: str
    origin: str
    run: Run
    format: Format
    size: int
    sha256: str
    articles: int = 0
    quotes: int = 0
    known: KnownInput | None = None
    failures: tuple[Failure, ...] = ()

    @property
    def is_broken(self) -> bool:
        """Whether the input as a whole could not be used: it is tried again, as what it needs may be there the next time."""
        return any(failure.origin == self.origin and failure.stage == "ingest" for failure in self.failures)

    def file(self, folder: Path) -> Path:
        """Return the shard's file."""
        return folder / f"{self.name}.{self.format}"


def name_of(origin: str, sha256: str, reading: str, run: Run, kind: Format) -> str:
    """Return the name of the shard of an input, the same wherever the input lies; of other records it has another."""
    name = Path(origin).name
    key = digest("shard", name, sha256, reading, run.id, kind, codec.layout(Extraction))
    return f"{slug(Path(name).stem) or 'shard'}-{key}"


# ---------------------------------------------------------------- writing


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make a folder of shards if there is none, and keep others from writing into it.

    Raises:
        ConfigError: it cannot be made, or another program writes into it.
    """
    try:
        (folder / MANIFEST).mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("ab")
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror}; choose another folder with --out") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigError(f"{folder}: another program writes into it; wait for its end, or choose another --out") from error
        yield


def write(folder: Path, name: str, kind: Format, found: Iterable[Extraction]) -> tuple[int, str]:
    """Write a shard, wholly or not at all; return its size in bytes and its SHA-256.

    Raises:
        OSError: it cannot be written.
        ConfigError: Parquet is wanted and pyarrow not installed.
    """
    with _put_in_place(folder / f"{name}.{kind}") as part:
        _WRITERS[kind](part, found)
        with part.open("rb") as file:
            return part.stat().st_size, file_digest(file, "sha256").hexdigest()


def write_entry(folder: Path, entry: Entry) -> None:
    """Write an entry of the manifest.

    Raises:
        OSError: it cannot be written.
    """
    with _put_in_place(folder / MANIFEST / f"{entry.name}.json") as part:
        part.write_bytes(_line(entry))


def delete(folder: Path, entry: Entry) -> None:
    """Delete a shard: first what says that it is there."""
    (folder / MANIFEST / f"{entry.name}.json").unlink(missing_ok=True)
    entry.file(folder).unlink(missing_ok=True)


def delete_unfinished(folder: Path) -> frozenset[str]:
    """Delete what writers that died left behind; return the names of these shards."""
    left = [*folder.glob(f".*{PART}"), *(folder / MANIFEST).glob(f".*{PART}")]
    for part in left:
        part.unlink(missing_ok=True)
    return frozenset(part.name[1:].rpartition(".")[0].rpartition(".")[0].rpartition(".")[0] for part in left)


@contextmanager
def _put_in_place(path: Path) -> Iterator[Path]:
    """Give a file to write into; it takes the path's place when it is complete and on the disk, and goes if it never is."""
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}{PART}")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _line(record: Any) -> bytes:
    """Return a record as a line of JSON; escapes keep even half a surrogate pair, which UTF-8 cannot."""
    return json.dumps(codec.to_plain(record), separators=(",", ":")).encode("ascii") + b"\n"


def _write_jsonl(path: Path, found: Iterable[Extraction]) -> None:
    with path.open("wb") as file:
        file.writelines(map(_line, found))


def _write_parquet(path: Path, found: Iterable[Extraction]) -> None:
    pa, pq = _parquet()
    schema = pa.schema(list(_arrow(Extraction, pa)))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        rest = iter(found)
        while rows := list(islice(rest, ROWS_AT_ONCE)):
            writer.write_table(pa.Table.from_pylist([codec.to_plain(row) for row in rows], schema=schema))


_WRITERS: dict[Format, Callable[[Path, Iterable[Extraction]], None]] = {
    Format.JSONL: _write_jsonl, Format.PARQUET: _write_parquet,
}


def check_format(kind: Format) -> None:
    """Refuse Parquet where it cannot be written.

    Raises:
        ConfigError: pyarrow is not installed.
    """
    if kind == Format.PARQUET:
        _parquet()


def _parquet() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError("Parquet: pyarrow is not installed; pip install 'quotetrack[parquet]'") from error
    return pa, pq


def _arrow(kind: Any, pa: Any) -> Any:
    """Return the Arrow type of a field's type: the same shape as `codec.to_plain` gives."""
    plain, _ = codec.parts(kind)
    if hasattr(plain, "__dataclass_fields__"):
        return pa.struct([(name, _arrow(hint, pa)) for name, hint in codec.members(plain).items()])
    if hasattr(plain, "_fields"):
        return pa.list_(pa.int64())
    if hasattr(plain, "__origin__") or hasattr(plain, "__args__"):
        return pa.list_(_arrow(plain.__args__[0], pa))
    return {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}.get(plain, pa.string())


# ---------------------------------------------------------------- reading


def entries(folder: Path) -> list[Entry]:
    """Return the manifest, in the order in which a build would have read the inputs.

    Raises:
        StoreError: the folder is none of shards, or an entry is damaged.
    """
    manifest = folder / MANIFEST
    if not manifest.is_dir():
        raise StoreError(f"{folder}: is no folder of shards; make one with quotes extract --out {folder}")
    found = [_entry(path) for path in manifest.glob("[!.]*.json")]
    return sorted(found, key=lambda entry: (entry.name != INPUTS, Path(entry.origin).parts, entry.origin, entry.name))


def is_complete(folder: Path, entry: Entry) -> bool:
    """Say whether an entry's file is there as it was written, by its size."""
    try:
        return entry.file(folder).stat().st_size == entry.size
    except FileNotFoundError:
        return not entry.sha256


def read(folder: Path, entry: Entry) -> Iterator[Extraction]:
    """Yield the records of a shard.

    Raises:
        StoreError: the file is missing or is not what was written.
    """
    path = entry.file(folder)
    if not entry.sha256:
        return
    number = 0
    try:
        with path.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != entry.sha256:
                raise StoreError(f"{path}: is not what was written; delete it and extract again")
        for value in _READERS[entry.format](path):
            number += 1
            yield codec.from_plain(Extraction, value)
    except (ValueError, TypeError, RecursionError) as error:
        raise StoreError(f"{path}: after {number} records: {error}; extract again with this version") from error
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}; extract again") from error


def _entry(path: Path) -> Entry:
    try:
        entry = codec.from_plain(Entry, json.loads(path.read_bytes()))
    except (ValueError, TypeError, RecursionError) as error:
        raise StoreError(f"{path}: is damaged ({str(error)[:120]}); delete it and extract again") from error
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}; check its permissions") from error
    if entry.name != path.stem:  # its file would be looked for elsewhere
        raise StoreError(f"{path}: is the entry of another shard ({entry.name[:80]!r}); delete it and extract again")
    return entry


def _read_jsonl(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        yield from map(json.loads, file)


def _read_parquet(path: Path) -> Iterator[Any]:
    pa, pq = _parquet()
    try:
        with pq.ParquetFile(path) as file:
            for rows in file.iter_batches(batch_size=ROWS_AT_ONCE):
                yield from rows.to_pylist()
    except pa.ArrowException as error:
        raise StoreError(f"{path}: cannot be read as Parquet ({str(error)[:120]}); extract again") from error


_READERS: dict[Format, Callable[[Path], Iterator[Any]]] = {Format.JSONL: _read_jsonl, Format.PARQUET: _read_parquet}
