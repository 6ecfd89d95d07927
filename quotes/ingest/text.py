"""Plain text files to articles.

Invariant: `Article.text` is the file's text, unchanged: line ends, a byte order mark and white space stay as they are,
so that offsets into it are offsets into the decoded file.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from typing import TYPE_CHECKING

from quotes.errors import IngestError
from quotes.records import Article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from quotes.ingest.files import InputFile

MAX_CHARACTERS = 1_000_000
"""Longest text of one article, in code points: spaCy's own limit (`Language.max_length`), about 160,000 words."""
MAX_BYTES = 4 * MAX_CHARACTERS
WIDE_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"),
)


def read_plain(file: InputFile) -> Iterator[Article]:
    """Yield the one article of a plain text file; its id is the file's stem.

    Raises:
        IngestError: the file is missing, unreadable, empty, too large, binary or not UTF-8.
    """
    stem = file.path.stem
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in stem):
        raise IngestError(f"{file.origin}: the file name has characters that cannot be shown; rename the file")
    yield Article(id=stem, text=decode(_read_bytes(file.path, file.origin), file.origin), origin=file.origin)


def decode(data: bytes, origin: str, *, limit: int | None = MAX_CHARACTERS) -> str:
    r"""Return the text that bytes in UTF-8 stand for.

    Args:
        data: the whole content.
        origin: what to call it in messages.
        limit: how many characters to take at most; None for no limit.

    Raises:
        IngestError: there is no text, too much of it, or it is not UTF-8.

    >>> decode("“Sí”\r\n".encode(), "a.txt")
    '“Sí”\r\n'
    """
    if not data:
        raise IngestError(f"{origin}: the file is empty; remove it or put the article's text into it")
    for bom, encoding in WIDE_BOMS:
        if data.startswith(bom):
            raise IngestError(f"{origin}: not UTF-8 but {encoding}; re-encode it: {_iconv(encoding)}")
    if b"\x00" in data:
        raise IngestError(f"{origin}: a binary file (NUL byte at {data.index(0)}); give plain text in UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise IngestError(
            f"{origin}: not UTF-8 (byte 0x{data[error.start]:02x} at {error.start}); "
            f"re-encode it, for example: {_iconv('WINDOWS-1252')}",
        ) from error
    check_text(text, origin, limit=limit)
    return text


def check_text(text: str, origin: str, *, limit: int | None = MAX_CHARACTERS) -> None:
    """Refuse a text that is none or too long.

    Raises:
        IngestError: there is no text, or more than `limit` characters.
    """
    if not text.strip().strip("\ufeff"):
        raise IngestError(f"{origin}: there is only white space; remove the file or put the article's text into it")
    if limit is not None and len(text) > limit:
        raise _too_large(origin, f"{len(text):,} characters")


def _iconv(encoding: str) -> str:
    return f"iconv -f {encoding} -t UTF-8 OLD > NEW"


def _too_large(origin: str, size: str) -> IngestError:
    return IngestError(f"{origin}: too large for one article ({size}, at most {MAX_CHARACTERS:,} characters); split it")


def _read_bytes(path: Path, origin: str) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise IngestError(f"{origin}: not a regular file; give a file with text")
        if status.st_size > MAX_BYTES:
            raise _too_large(origin, f"{status.st_size:,} bytes")
        return path.read_bytes()
    except FileNotFoundError as error:
        missing = "the link leads nowhere" if os.path.lexists(path) else "no such file"
        raise IngestError(f"{origin}: {missing}; check the path") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise IngestError(f"{origin}: cannot be read: {reason}; check its permissions") from error
