"""Tables to articles: CSV and TSV with any usual delimiter, and a table or view of an SQLite database.

Invariants: the first line of a CSV table names its columns; rows are read one by one; a row that cannot be used costs no
other. A database is opened read only. The only module of this stage that knows SQL.
"""

from __future__ import annotations

import codecs
import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotes.errors import IngestError
from quotes.ingest.encoding import decode_any
from quotes.ingest.files import CHUNK_BYTES, InputFile, failure
from quotes.ingest.readers.record import (
    LONG_CHARACTERS,
    Record,
    articles_of,
    known_columns,
    origin_of,
    simple,
    text_column,
)
from quotes.ingest.readers.text import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from quotes.ingest.options import Context
    from quotes.records import Article, Failure

NAME = "csv"
SQLITE_NAME = "sqlite"
DELIMITERS = (",", ";", "\t", "|")
PREFIX = "table:"
LONGEST_HEADER = 64 * 1024
LONGEST_LINE = 4 * MAX_BYTES


def read(file: InputFile, context: Context) -> Iterator[Article | Failure]:
    """Yield the articles of a CSV or TSV table.

    Raises:
        IngestError: it cannot be read, or no column holds texts.
    """
    encoding = _encoding(file)
    csv.field_size_limit(MAX_BYTES)
    with file.open() as stream, io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="") as text:
        delimiter = delimiter_of(text.read(LONGEST_HEADER))
    with file.open() as stream, io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="") as text:
        rows = csv.reader(_lines(text), delimiter=delimiter, strict=True)
        yield from articles_of(file, _records(file, rows, context.options.columns), context)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines of a table.

    Raises:
        csv.Error: a line is longer than any row of articles; it would be held in memory several times.
    """
    while line := text.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise csv.Error(f"a line of more than {LONGEST_LINE:,} characters")
        yield line


def delimiter_of(head: str) -> str:
    r"""Return what parts the columns of a table: what gives most known columns in the first line, then most columns.

    >>> delimiter_of("id;title;text\n1;Talks, again;...")
    ';'
    """
    return max(DELIMITERS, key=lambda mark: (known_columns(names := header_of(head, mark)), len(names)))


def header_of(head: str, delimiter: str) -> list[str]:
    """Return the cells of the first line; none if it is no line of a table."""
    try:
        return next(csv.reader(io.StringIO(head.removeprefix("\ufeff"), newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def is_table(head: str) -> bool:
    r"""Say whether a text begins with a line that names a column of texts and another column that is known.

    >>> is_table("url,date,title,text\n"), is_table("Text of the talks, title and all\n")
    (True, False)
    """
    names = header_of(head, delimiter_of(head))
    return len(names) > 1 and text_column(names) is not None and known_columns(names) > 1


def read_database(path: str, context: Context) -> Iterator[Article | Failure]:
    """Yield the articles of `table:FILE.db/TABLE`, in the order of the table.

    Raises:
        IngestError: the database or the table is not there.
    """
    file = database_file(path)
    name = path.rpartition("/")[2]
    file.check()
    try:
        address = f"{file.path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            yield from articles_of(file, _rows(connection, file, name), context)
    except sqlite3.Error as error:
        raise IngestError(f"{path}: cannot be read as an SQLite database ({error}); check the file") from error


def database_file(path: str) -> InputFile:
    """Return the file of `table:FILE.db/TABLE`, under the whole as its origin.

    Raises:
        IngestError: no table is named.
    """
    file, _, table = path.removeprefix(PREFIX).rpartition("/")
    if not file or not table:
        raise IngestError(f"{path}: names no table; write {PREFIX}FILE.db/TABLE")
    return InputFile(path=Path(file), origin=path)


def tables_of(path: Path) -> list[str]:
    """Return the names of a database's tables and views; none if it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return _names(connection)
    except sqlite3.Error:
        return []


def _names(connection: sqlite3.Connection) -> list[str]:
    named = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return [name for (name,) in connection.execute(named)]


def _rows(connection: sqlite3.Connection, file: InputFile, name: str) -> Iterator[Record]:
    names = _names(connection)
    if name not in names:
        raise IngestError(f"{file.origin}: no table {name!r}; there are: {', '.join(names[:20]) or 'none'}")
    quoted = name.replace('"', '""')
    rows = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608  a name of this database, quoted
    columns = [column[0] for column in rows.description]
    for number, row in enumerate(rows, 1):
        yield Record(values=dict(zip(columns, row, strict=True)), number=number, reader=SQLITE_NAME)


def _encoding(file: InputFile) -> str:
    """Return the encoding of a table, which must be known before its first row is read."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with file.open() as stream:
        chunk = first = stream.read(CHUNK_BYTES)
        if not first:
            raise IngestError(f"{file.origin}: the file is empty; remove it or put a table into it")
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\x00" in first:
            raise IngestError(f"{file.origin}: a binary file; give a table as CSV in UTF-8")
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = stream.read(CHUNK_BYTES)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return decode_any(first, file.origin, file.encoding)[1]
    return "utf-8-sig"


def _records(file: InputFile, rows: Iterator[list[str]], columns: Mapping[str, str]) -> Iterator[Record | Failure]:
    number = 0
    try:
        names = [name.strip() for name in next(rows, [])]
        text = columns.get("text") or text_column(names)
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            number += 1
            if text is None:
                text = _longest(file, names, cells)
            yield _record(file, number, names, cells, text)
    except csv.Error as error:
        fault = f"not CSV ({error}); check the quotation marks around its cells, nothing after it was read"
        yield failure(origin_of(file, number + 1), fault)
    if number == 0:
        yield failure(file.origin, "a table without a row; the first line must name the columns, rows must follow")


def _record(file: InputFile, number: int, names: Sequence[str], cells: list[str], text: str) -> Record | Failure:
    if len(cells) != len(names):
        fault = f"{len(cells)} cells under {len(names)} columns; put cells with a delimiter into quotation marks"
        return failure(origin_of(file, number), fault)
    values: dict[str, Any] = dict(zip(names, cells, strict=True))
    if text in values and simple(text) != "text":
        values = {"text": values[text], **values} if "text" not in values else values
    return Record(values=values, number=number, reader=NAME)


def _longest(file: InputFile, names: Sequence[str], cells: Sequence[str]) -> str:
    """Return the column that holds a text though its name does not say so: the longest cell of the first row."""
    size, column = max(zip(map(len, cells), names, strict=False), default=(0, ""))
    if size < LONG_CHARACTERS:
        known = ", ".join(map(repr, names[:20]))
        remedy = f"name it with --text COLUMN (there are: {known})"
        if "file" in map(simple, names):
            remedy = "give a table about files with --metadata FILE, beside the files that it names"
        raise IngestError(f"{file.origin}: no column holds texts; {remedy}")
    return column
