"""Plain text files to articles.

Invariant: `Article.text` is the file's text without its byte order mark, else unchanged: line ends and white space stay as
they are, so that offsets into it are offsets into the decoded file.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from quotes.errors import IngestError
from quotes.ingest.encoding import decode_any
from quotes.records import Article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quotes.ingest.files import InputFile
    from quotes.ingest.options import Context

MAX_CHARACTERS = 1_000_000
"""Longest text of one article, in code points: spaCy's own limit (`Language.max_length`), about 160,000 words."""
MAX_BYTES = 4 * MAX_CHARACTERS
NAME = "text"
BOM = "\ufeff"
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read(file: InputFile, context: Context) -> Iterator[Article]:  # noqa: ARG001  as readers are called
    """Yield the one article of a plain text file; its id is the file's stem.

    Raises:
        IngestError: the file is missing, unreadable, empty, too large, binary or in no known encoding.
    """
    text = decode(file.read(MAX_BYTES), file.origin, declared=file.encoding)
    yield Article(id=stem_id(file), text=text, origin=file.origin, reader=NAME)


def stem_id(file: InputFile) -> str:
    """Return the id of a file's only article: its stem.

    Raises:
        IngestError: the name has characters that no page can show.
    """
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in file.stem):
        raise IngestError(f"{file.origin}: the file name has characters that cannot be shown; rename the file")
    return file.stem


def decode(data: bytes, origin: str, *, limit: int | None = MAX_CHARACTERS, declared: str | None = None) -> str:
    r"""Return the text that bytes stand for, in whatever encoding, without a byte order mark.

    Args:
        data: the whole content.
        origin: what to call it in messages.
        limit: how many characters to take at most; None for no limit.
        declared: the encoding that its sender named.

    Raises:
        IngestError: there is no text, too much of it, or it is in no encoding that can be told.

    >>> decode("“Sí”\r\n".encode(), "a.txt")
    '“Sí”\r\n'
    """
    if not data:
        raise IngestError(f"{origin}: the file is empty; remove it or put the article's text into it")
    text, _ = decode_any(data, origin, declared)
    check_text(text, origin, limit=limit)
    return text.removeprefix(BOM)


def check_text(text: str, origin: str, *, limit: int | None = MAX_CHARACTERS) -> None:
    """Refuse a text that is none, too long, or cannot be stored.

    Raises:
        IngestError: there is no text, more than `limit` characters, or one of them is NUL or half a character.
    """
    if not text.strip().strip(BOM):
        raise IngestError(f"{origin}: there is only white space; remove the file or put the article's text into it")
    if limit is not None and len(text) > limit:
        size = f"{len(text):,} characters, at most {MAX_CHARACTERS:,}"
        raise IngestError(f"{origin}: too large for one article ({size}); split it")
    broken = UNSTORABLE.search(text)
    if broken:
        code = f"U+{ord(broken.group()):04X} at {broken.start()}"
        raise IngestError(f"{origin}: a character that no text has ({code}); write the text once more, in UTF-8")
