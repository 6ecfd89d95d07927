"""What kind of file an input is, by its content first and its name second.

`READERS` says which kinds can be read. A kind that is only recognised is refused by its name, so that a web page is
never taken for plain text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from quotes.errors import IngestError
from quotes.ingest.text import read_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from quotes.ingest.files import InputFile
    from quotes.records import Article

HEAD_BYTES = 4096
PLAIN = "plain text"

MAGIC = (
    (b"SQLite format 3\x00", "SQLite database"),
    (b"PAR1", "Parquet file"),
    (b"WARC/", "WARC archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"PK\x03\x04", "ZIP archive or office document"),
    (b"%PDF-", "PDF document"),
    (b"{\\rtf", "RTF document"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
)
PROLOGUE = rb"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?:(?!-->).)*+-->\s*+)*+"
MARKUP = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), kind)
    for pattern, kind in (
        (PROLOGUE + rb"<(?:!doctype\s+html|html|head|body)\b", "HTML page"),
        (PROLOGUE + rb"<(?:rss|feed|rdf:rdf)\b", "RSS or Atom feed"),
        (rb"\s*+<\?xml\b", "XML document"),
    )
)
SUFFIXES = {
    ".csv": "CSV table", ".tsv": "CSV table", ".jsonl": "JSONL file", ".ndjson": "JSONL file", ".json": "JSON file",
    ".html": "HTML page", ".htm": "HTML page", ".xhtml": "HTML page", ".parquet": "Parquet file",
    ".warc": "WARC archive",
}
BOMS = (b"\xef\xbb\xbf",)

READERS: Mapping[str, Callable[[InputFile], Iterator[Article]]] = {PLAIN: read_plain}


def kind_of(head: bytes, name: str) -> str:
    """Return the kind of a file.

    Args:
        head: its first bytes, at most `HEAD_BYTES` of them.
        name: its name.

    >>> kind_of(b"<!DOCTYPE html><title>Talks</title>", "story.txt")
    'HTML page'
    """
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    start = head
    for bom in BOMS:
        start = start.removeprefix(bom)
    for pattern, kind in MARKUP:
        if pattern.match(start):
            return kind
    if _is_json_object(start):
        return "JSONL file"
    dot = name.rfind(".")
    return SUFFIXES.get(name[dot:].lower(), PLAIN) if dot > 0 else PLAIN


def _is_json_object(head: bytes) -> bool:
    """Say whether the first line is a JSON object, as far as it is there."""
    line = head.lstrip().split(b"\n", 1)[0].strip()
    if not line.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return len(line) > HEAD_BYTES // 2 and re.match(rb'\{\s*"[^"]*"\s*:', line) is not None
    except RecursionError:
        return False


def read(file: InputFile) -> Iterator[Article]:
    """Yield the articles of a file.

    Raises:
        IngestError: it cannot be read; the message names it and a remedy.
    """
    kind = kind_of(_head(file), file.path.name)
    reader = READERS.get(kind)
    if reader is None:
        raise IngestError(f"{file.origin}: a file of another kind ({kind}); convert it to plain text in UTF-8")
    yield from reader(file)


def _head(file: InputFile) -> bytes:
    if not file.path.is_file():  # the reader's own message says what it is instead
        return b""
    try:
        with file.path.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError:
        return b""
