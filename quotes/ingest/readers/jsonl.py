"""JSON to articles: one object a line, one object, a list of objects, or an object that holds such a list.

Lines are read one by one, so that memory does not grow with the file; other shapes are read whole.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from quotes.errors import IngestError
from quotes.ingest.files import failure
from quotes.ingest.readers.record import LISTS, Record, articles_of, origin_of
from quotes.ingest.readers.text import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from quotes.ingest.files import InputFile
    from quotes.ingest.options import Context
    from quotes.records import Article, Failure

NAME = "json"
MAX_LINE_BYTES = 4 * MAX_BYTES
MAX_DOCUMENT_BYTES = 256 * 1024 * 1024
BOM = b"\xef\xbb\xbf"


def read(file: InputFile, context: Context) -> Iterator[Article | Failure]:
    """Yield the articles of a file of JSON.

    Raises:
        IngestError: it cannot be read, or is no JSON of any of the shapes.
    """
    with file.open() as stream:
        first = stream.readline(MAX_LINE_BYTES)
        while first and not first.strip():
            first = stream.readline(MAX_LINE_BYTES)
    if _object(first.removeprefix(BOM)) is None:
        yield from articles_of(file, _document(file), context)
        return
    with file.open() as stream:
        yield from articles_of(file, _lines(file, stream), context)


def _lines(file: InputFile, stream: BinaryIO) -> Iterator[Record | Failure]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        if not line.strip():
            continue
        number += 1
        if len(line) > MAX_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE_BYTES)
            yield failure(origin_of(file, number), f"a line of more than {MAX_LINE_BYTES:,} bytes; split the record")
            continue
        values = _object(line.removeprefix(BOM))
        if values is None:
            yield failure(origin_of(file, number), "is no JSON object; write one object a line, in UTF-8")
        else:
            yield Record(values=values, number=number, reader=NAME, has_columns=False)


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _document(file: InputFile) -> Iterator[Record | Failure]:
    try:
        value = json.loads(file.read(MAX_DOCUMENT_BYTES).removeprefix(BOM))
    except UnicodeDecodeError as error:
        raise IngestError(f"{file.origin}: JSON that is not UTF-8; re-encode it with iconv") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise IngestError(f"{file.origin}: is no JSON ({where}: {error.msg}); write one object a line") from error
    except RecursionError as error:
        raise IngestError(f"{file.origin}: JSON nested too deep; write one object a line") from error
    for number, item in enumerate(_items(value), 1):
        if isinstance(item, dict):
            yield Record(values=item, number=number, reader=NAME, has_columns=False)
        else:
            yield failure(origin_of(file, number), "is no JSON object; write one object an article")


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        for key in LISTS:
            if isinstance(value.get(key), list) and any(isinstance(item, dict) for item in value[key]):
                return list(value[key])
    return list(value) if isinstance(value, list) else [value]
