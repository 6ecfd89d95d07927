"""What kind of file an input is, by its content first and its name second.

`READERS` says which kinds can be read; `REFUSED` names, for the others that are recognised, the command that makes text of
them, so that a document or an archive is never taken for plain text.
"""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import TYPE_CHECKING

from quotes.errors import IngestError
from quotes.ingest.files import HEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quotes.ingest.files import InputFile
    from quotes.ingest.options import Context, Link
    from quotes.records import Article, Failure

PLAIN, PAGE, FEED, JSON, TABLE = "plain text", "HTML page", "RSS or Atom feed", "JSON", "CSV table"
WARC, PARQUET, SQLITE = "WARC archive", "Parquet file", "SQLite database"

READERS: Mapping[str, str] = {
    PLAIN: "text", PAGE: "page", FEED: "feed", JSON: "jsonl", TABLE: "table", WARC: "warc", PARQUET: "parquet",
}
"""The module of `quotes.ingest.readers` that reads a kind; imported when the first file of its kind is met."""

REFUSED: Mapping[str, str] = {
    "PDF document": "pdftotext -layout {0} {1}.txt",
    "Word document": "pandoc {0} -t plain --wrap=none -o {1}.txt",
    "OpenDocument text": "pandoc {0} -t plain --wrap=none -o {1}.txt",
    "EPUB book": "pandoc {0} -t plain --wrap=none -o {1}.txt",
    "spreadsheet": "libreoffice --headless --convert-to csv {0}",
    "presentation": "libreoffice --headless --convert-to pdf {0}, then pdftotext {1}.pdf",
    "old office document": "libreoffice --headless --convert-to txt:Text {0}",
    "RTF document": "pandoc {0} -t plain --wrap=none -o {1}.txt",
    "ZIP archive": "unzip {0} -d {1}, then give the folder",
    "tar archive": "mkdir {1} && tar -xf {0} -C {1}, then give the folder",
    "bzip2 file": "bunzip2 -k {0}",
    "xz file": "xz -dk {0}",
    "zstd file": "zstd -d {0}",
    "7z archive": "7z x {0} -o{1}, then give the folder",
    "RAR archive": "unrar x {0} {1}/, then give the folder",
    "image": "tesseract {0} {1} (text recognition; read it over)",
    "sound or film": "a transcript as plain text, with each speaker's name before their words",
    "saved web archive (MHTML)": "save the page as HTML, from the browser",
    "XML document": "pandoc {0} -t plain --wrap=none -o {1}.txt, or records as JSON Lines",
}

MAGIC = (
    (b"SQLite format 3\x00", SQLITE),
    (b"PAR1", PARQUET),
    (b"WARC/", WARC),
    (b"%PDF-", "PDF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old office document"),
    (b"{\\rtf", "RTF document"),
    (b"BZh", "bzip2 file"),
    (b"\xfd7zXZ\x00", "xz file"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"ID3", "sound or film"),
    (b"OggS", "sound or film"),
    (b"RIFF", "sound or film"),
    (b"\x1aE\xdf\xa3", "sound or film"),
)
ZIP = b"PK\x03\x04"
IN_ZIP = (
    ("Word document", b"word/", ".docx"), ("spreadsheet", b"xl/", ".xlsx"), ("presentation", b"ppt/", ".pptx"),
    ("OpenDocument text", b"opendocument.text", ".odt"), ("EPUB book", b"epub+zip", ".epub"),
)
ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
TAR_AT = 257
PROLOGUE = rb"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?:(?!-->).)*+-->\s*+|<\?xml-stylesheet[^>]*+>\s*+)*+"
MARKUP = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), kind)
    for pattern, kind in (
        (PROLOGUE + rb"<(?:!doctype\s+html|html|head|body)\b", PAGE),
        (PROLOGUE + rb"(?:<!doctype\s[^\[>]*+(?:\[[^\]]*+\])?+\s*+>\s*+)?+<(?:rss|feed|rdf:rdf)\b", FEED),
        (rb"\s*+<\?xml\b", "XML document"),
        (rb"(?:From: <Saved by|MIME-Version:\s)[^\0]*?multipart/related", "saved web archive (MHTML)"),
    )
)
SUFFIXES = {
    ".csv": TABLE, ".tsv": TABLE, ".jsonl": JSON, ".ndjson": JSON, ".json": JSON, ".html": PAGE, ".htm": PAGE,
    ".xhtml": PAGE, ".shtml": PAGE, ".parquet": PARQUET, ".warc": WARC, ".rss": FEED, ".atom": FEED,
}
BOMS = (b"\xef\xbb\xbf",)
WIDE = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
JSON_START = re.compile(rb'\s*\[?\s*\{\s*"(?:[^"\\]|\\.)*"\s*:')


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
    binary = _binary_kind(head, name)
    if binary:
        return binary
    start = _plain_bytes(head)
    for pattern, kind in MARKUP:
        if pattern.match(start):
            return kind
    if is_json(start):
        return JSON
    dot = name.rfind(".")
    kind = SUFFIXES.get(name[dot:].lower(), PLAIN) if dot > 0 else PLAIN
    return TABLE if kind == PLAIN and _is_table(start) else kind


def read(file: InputFile, context: Context) -> Iterator[Article | Failure | Link]:
    """Yield the articles of a file, and failures of its records.

    Raises:
        IngestError: it cannot be read; the message names it and a remedy.
    """
    kind = kind_of(file.head(), file.name)
    if kind not in READERS:
        raise IngestError(f"{file.origin}: {refusal(kind, file)}")
    yield from import_module(f"quotes.ingest.readers.{READERS[kind]}").read(file, context)


def refusal(kind: str, file: InputFile) -> str:
    """Return why a file of this kind is not read, with the command that makes something readable of it."""
    if kind == SQLITE:
        from quotes.ingest.readers.table import tables_of  # noqa: PLC0415  rarely needed

        names = ", ".join(tables_of(file.path)[:10]) or "none"
        return f"a database; name a table of it: table:{file.path.name}/TABLE (there are: {names})"
    if kind == "sound or film":
        return f"a file of another kind ({kind}); give {REFUSED[kind]}"
    name = file.path.name
    return f"a file of another kind ({kind}); make text of it: {REFUSED[kind].format(name, name.partition('.')[0] or name)}"


def is_json(head: bytes) -> bool:
    """Say whether a text begins as an object of JSON, or a list of objects.

    >>> is_json(b'[{"text": "..."}]'), is_json(b"{Editor's note: see below}")
    (True, False)
    """
    if JSON_START.match(head):
        return True
    line = head.lstrip().split(b"\n", 1)[0].strip()
    try:
        return line[:1] == b"{" and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _binary_kind(head: bytes, name: str) -> str | None:
    if head.startswith(ZIP):
        lower = name.lower()
        inside = (kind for kind, sign, suffix in IN_ZIP if sign in head or lower.endswith(suffix))
        return next(inside, "ZIP archive")
    if ZSTD.match(head):
        return WARC if ".warc" in name.lower() else "zstd file"
    if head[TAR_AT : TAR_AT + 5] == b"ustar":
        return "tar archive"
    return "sound or film" if head[4:8] == b"ftyp" else None


def _plain_bytes(head: bytes) -> bytes:
    """Return the head in UTF-8 without a byte order mark."""
    for bom in BOMS:
        head = head.removeprefix(bom)
    for bom, encoding in WIDE:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "ignore").encode("utf-8", "ignore")
    return head


def _is_table(head: bytes) -> bool:
    from quotes.ingest.readers import table  # noqa: PLC0415  it is not needed for most kinds

    first = head.partition(b"\n")[0]
    return len(first) < HEAD_BYTES and table.is_table(first.decode("utf-8", "replace"))
