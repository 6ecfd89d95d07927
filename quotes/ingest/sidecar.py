"""`articles.csv`: what is known about articles beside their text.

Columns: `file,title,outlet,url,author,published`, of which only `file` must be there, parted by commas, semicolons or tabs;
what a row leaves empty is read from the article itself. Invariant: a row that cannot be used is a failure that names its
line, and costs no other row.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotes.dates import ORDERS, parse_date
from quotes.errors import IngestError
from quotes.ingest.files import SIDECAR, failure
from quotes.ingest.readers.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from quotes.dates import Order
    from quotes.records import Failure

STAGE = "metadata"
COLUMNS = ("file", "title", "outlet", "url", "author", "published")
DELIMITERS = (",", ";", "\t")
MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """A row of a sidecar; None where it is empty."""

    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    author: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """The rows of one `articles.csv` by the file they are about, and what could not be used."""

    folder: Path
    rows: Mapping[str, Metadata]
    failures: tuple[Failure, ...] = ()

    def of(self, path: Path) -> Metadata | None:
        """Return the row of a file, named by its path from the sidecar's folder or by its name alone."""
        try:
            relative = path.resolve().relative_to(self.folder.resolve()).as_posix()
        except ValueError:
            relative = path.name
        return self.rows.get(relative) or self.rows.get(path.name)


def beside(folder: Path, *, order: Order | None = None) -> Sidecar | None:
    """Return the sidecar of a folder, if there is one; `order` says what `03/04/2024` means."""
    path = folder / SIDECAR
    if not path.is_file():
        return None
    try:
        return read_sidecar(path, order=order)
    except IngestError as error:
        return Sidecar(folder=folder, rows={}, failures=(failure(path.as_posix(), error, STAGE),))


def read_sidecar(path: Path, *, order: Order | None = None) -> Sidecar:
    """Read a table of metadata; `order` says what `03/04/2024` means.

    Raises:
        IngestError: it cannot be read, is no CSV table, or has no column `file`.
    """
    origin = path.as_posix()
    text = _read(path)
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if "file" not in header:
            raise IngestError(f"{origin}: no column 'file'; the first line must name the columns: {','.join(COLUMNS)}")
        known = ", ".join(COLUMNS)
        unknown = [f"line 1: unknown column {name!r}; known are {known}" for name in header if name not in COLUMNS]
        failures = [failure(origin, problem, STAGE) for problem in unknown]
        rows: dict[str, Metadata] = {}
        for cells in reader:
            for problem in _read_row(header, cells, rows, folder=path.parent, order=order):
                failures.append(failure(origin, f"line {reader.line_num}: {problem}", STAGE))  # noqa: PERF401
    except csv.Error as error:
        raise IngestError(f"{origin}: line {reader.line_num}: not CSV ({error}); check its quotation marks") from error
    return Sidecar(folder=path.parent, rows=rows, failures=tuple(failures))


def _delimiter(text: str) -> str:
    """Return what parts the columns: what is in the first line most often."""
    first = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def _read(path: Path) -> str:
    origin = path.as_posix()
    try:
        if path.stat().st_size > MAX_BYTES:
            raise IngestError(f"{origin}: too large for a table of metadata; split it")
        return decode(path.read_bytes(), origin, limit=None).removeprefix("\ufeff")
    except OSError as error:
        raise IngestError(f"{origin}: cannot be read: {error.strerror}; check the path and its permissions") from error


def _read_row(
    header: list[str], cells: list[str], rows: dict[str, Metadata], *, folder: Path, order: Order | None
) -> Iterator[str]:
    """Add a row to `rows` and yield what is wrong with it."""
    if not any(cell.strip() for cell in cells):
        return
    if len(cells) != len(header):
        yield f"{len(cells)} cells under {len(header)} columns; put cells with a delimiter into quotation marks"
        return
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    file = row["file"].removeprefix("./")
    if not file:
        yield "no file is named; fill in the column 'file'"
        return
    if file in rows:
        yield f"{file!r} is named twice; keep one of its rows"
        return
    if not (folder / file).is_file():
        yield f"{file!r} is not there; correct the name or remove the row"
        return
    published = row.get("published") or None
    date = parse_date(published, order=order) if published else None
    if published and not date:
        unclear = parse_date(published, order=ORDERS[0])
        fault = f"can be meant in two ways; write it as {unclear}, or say which with --dates {ORDERS[0]}"
        yield f"published {published!r} {fault if unclear else 'is no date; write it as 2022-03-29'}"
    rows[file] = Metadata(
        title=row.get("title") or None,
        outlet=row.get("outlet") or None,
        url=row.get("url") or None,
        author=row.get("author") or None,
        published=date,
    )
