"""Tables that people keep in a spreadsheet: what Excel, LibreOffice and Numbers make of CSV, as a header and rows.

Read are UTF-8 and UTF-16 with or without a byte order mark, and Windows-1252 (what Excel writes as mere
"CSV" in the west), the delimiters comma, semicolon, tab and bar, and Excel's own first line `sep=;`. Cells that are written
get an apostrophe before what a spreadsheet would take for a formula; reading takes it off again.

Invariants: a file is read as a whole or refused; rows are numbered as a spreadsheet numbers them (the header is row 1);
`unguarded(guarded(cell))` is the cell.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotes.errors import IngestError
from quotes.ingest.encoding import decode_any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

WINDOWS = "cp1252"
DELIMITERS = (",", ";", "\t", "|")
MAX_BYTES = 100 * 1024 * 1024
LARGEST_CELL = 1_000_000
WORKBOOKS = {b"PK\x03\x04": "a workbook (.xlsx, .ods or .numbers)", b"\xd0\xcf\x11\xe0": "a workbook (.xls)"}
SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
FORMULA = re.compile(r"'*[ \ufeff]*[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a sheet: its number in a spreadsheet, and its cells by the names of their columns, without the empty ones."""

    number: int
    cells: dict[str, tuple[str, ...]]

    def first(self, column: str) -> str:
        """Return the first cell of a column that is not empty, "" if there is none."""
        return next(iter(self.cells.get(column, ())), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table: the names of its columns as they are written, and its rows that are not empty."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("-12.5"), guarded("Ana Ruiz")
    ("'=1+1", '-12.5', 'Ana Ruiz')
    """
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """Return a cell as it was before `guarded`.

    >>> unguarded("'=1+1"), unguarded("'s-Hertogenbosch")
    ('=1+1', "'s-Hertogenbosch")
    """
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as bytes that every spreadsheet opens by a double click: CSV in UTF-8 with a byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def read(path: Path, known: Collection[str]) -> Sheet:
    """Return the table of a file.

    Args:
        path: a CSV file.
        known: the names of columns that are looked for, whatever their case; they tell the delimiter, too.

    Raises:
        IngestError: the file is not there, a workbook, no text or no table; or a row has more cells than there are columns.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise IngestError(f"{path}: cannot be read: {error.strerror or error}; check its name and place") from error
    kind = next((kind for start, kind in WORKBOOKS.items() if data.startswith(start)), None)
    if kind:
        raise IngestError(f"{path}: is {kind}; save it as CSV (UTF-8) and give that file")
    if len(data) > MAX_BYTES:
        raise IngestError(f"{path}: more than {MAX_BYTES:,} bytes; part it into several files")
    return parsed(decode_any(data, str(path), declared=WINDOWS)[0], str(path), known)


def parsed(text: str, origin: str, known: Collection[str]) -> Sheet:
    """Return the table that a text holds.

    Raises:
        IngestError: it is no table, or a row has more cells than there are columns.
    """
    named = SEPARATOR.match(text)
    text = text[named.end():] if named else text
    wanted = {name.casefold(): name for name in known}
    delimiter = named[1] if named else _delimiter(text, wanted)
    limit = csv.field_size_limit(LARGEST_CELL)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise IngestError(f"{origin}: not CSV ({error}); check its quotation marks") from error
    finally:
        csv.field_size_limit(limit)  # it holds for the whole process
    if not lines or not any(map(str.strip, lines[0])):
        raise IngestError(f"{origin}: its first line names no columns; write their names there")
    columns = [wanted.get(name.strip().casefold(), name.strip()) for name in lines[0]]
    rows = [_row(number, columns, cells, origin) for number, cells in enumerate(lines[1:], 2) if any(map(str.strip, cells))]
    return Sheet(columns=tuple(columns), rows=tuple(rows))


def _row(number: int, columns: Sequence[str], cells: Sequence[str], origin: str) -> Row:
    if any(map(str.strip, cells[len(columns):])):
        raise IngestError(f"{origin}: row {number} has more cells than there are columns; put quotation marks around a cell "
                          "that holds the mark which parts the columns")
    found: dict[str, tuple[str, ...]] = {}
    for name, cell in zip(columns, cells, strict=False):
        if text := unguarded(cell.strip()):
            found[name] = (*found.get(name, ()), text)
    return Row(number=number, cells=found)


def _delimiter(text: str, wanted: Collection[str]) -> str:
    """Return what parts the columns: what gives most known columns in the first line, then most columns."""

    def worth(mark: str) -> tuple[int, int]:
        try:
            names = next(csv.reader(io.StringIO(text[:LARGEST_CELL], newline=""), delimiter=mark), [])
        except csv.Error:
            return (0, 0)
        return sum(name.strip().casefold() in wanted for name in names), len(names)

    return max(DELIMITERS, key=worth)
