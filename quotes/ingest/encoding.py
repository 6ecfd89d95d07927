r"""Bytes to text, whatever their encoding.

Order: a byte order mark; UTF-8 if the bytes are it (other encodings hardly ever are by chance); what the server or the
page declares, as browsers read it ("iso-8859-1" is Windows-1252); then a guess by charset-normalizer; Windows-1252 last.
Invariant: what is returned is what the bytes stand for in the encoding named; nothing is replaced, or it is refused.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING

from quotes.errors import IngestError

if TYPE_CHECKING:
    from collections.abc import Iterator

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
AS_BROWSERS_DO = {
    "iso8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949",
    "shift_jis": "cp932", "big5": "big5hkscs",
}
META = re.compile(
    rb"<meta\b[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})",
    re.IGNORECASE,
)
HEAD_BYTES = 8192
GUESSED_BYTES = 100_000
PYTHON_ONLY = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "utf-7"))


def decode_any(data: bytes, origin: str, declared: str | None = None) -> tuple[str, str]:
    """Return the text that bytes stand for, without its byte order mark, and the encoding they are in.

    Args:
        data: the whole content.
        origin: what to call it in messages.
        declared: the encoding that a server, a page or a user named, if one did.

    Raises:
        IngestError: the bytes are no text.

    >>> decode_any("Café".encode("utf-16"), "a.txt")
    ('Café', 'utf-16-le')
    """
    for bom, encoding in BOMS:
        if data.startswith(bom) and (text := _strictly(data[len(bom) :], encoding)) is not None:
            return text, encoding
    wide = _wide(data)
    if wide is not None:
        return wide
    if b"\x00" in data:
        raise IngestError(f"{origin}: a binary file (NUL byte at {data.index(0)}); give plain text, or convert it to that")
    for name in _likely(data, declared):
        text = _strictly(data, name)
        if text is not None and _is_text(text):
            return text, name
    raise IngestError(f"{origin}: neither text in UTF-8 nor in another encoding that can be told; convert it: {_remedy()}")


def _likely(data: bytes, declared: str | None) -> Iterator[str]:
    """Yield the encodings to try, in order; a guess is made only when it is its turn."""
    seven = _seven_bit(data, declared)
    if seven:
        yield seven
    yield "utf-8"
    named = python_name(declared)
    if named:
        yield named
    yield from _guesses(data)
    yield "cp1252"


def decode_page(data: bytes, origin: str, declared: str | None = None) -> str:
    """Return the source of a page: its own declaration counts where the server's is missing.

    A page with single bytes that its encoding does not have is read with U+FFFD in their place, as browsers do.

    Raises:
        IngestError: the bytes are no text.
    """
    named = python_name(declared) or python_name(_meta(data))
    try:
        return decode_any(data, origin, named)[0]
    except IngestError:
        encoding = named or "utf-8"
        text = data.decode(encoding, "replace")
        if b"\x00" in data or text.count("\ufffd") > 0.01 * len(text):
            raise
        return text


def python_name(declared: str | None) -> str | None:
    """Return Python's name of an encoding as browsers take it; None if it is none that text can be in."""
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    if name in PYTHON_ONLY or not codecs.lookup(name)._is_text_encoding:  # noqa: SLF001  says what is no text (base64, zlib)
        return None
    return AS_BROWSERS_DO.get(name, name)


def _meta(data: bytes) -> str | None:
    found = META.search(data[:HEAD_BYTES])
    name = (found[1] or found[2]).decode("ascii") if found else None
    # A declaration that can be read as single bytes is not in an encoding of two.
    return None if name and name.lower().startswith(("utf-16", "utf-32", "utf16", "utf32")) else name


def _seven_bit(data: bytes, declared: str | None) -> str | None:
    """Return the declared encoding where it is one that looks like ASCII (ISO-2022)."""
    name = python_name(declared)
    return name if name and name.startswith(("iso2022", "hz")) and (b"\x1b" in data or b"~{" in data) else None


def _wide(data: bytes) -> tuple[str, str] | None:
    """Return UTF-16 or UTF-32 without its mark, known by where the zero bytes of its Latin letters and spaces are."""
    head = data[:4000]
    if len(head) < 4 or b"\x00" not in head:
        return None
    zeros = [sum(byte == 0 for byte in head[place::4]) / max(1, len(head[place::4])) for place in range(4)]
    order = (
        ("utf-32-le", zeros[2] > 0.9 and zeros[3] > 0.9), ("utf-32-be", zeros[0] > 0.9 and zeros[1] > 0.9),
        ("utf-16-le", min(zeros[1], zeros[3]) > 0.1 > max(zeros[0], zeros[2])),
        ("utf-16-be", min(zeros[0], zeros[2]) > 0.1 > max(zeros[1], zeros[3])),
    )
    for encoding, fits in order:
        text = _strictly(data, encoding) if fits else None
        if text is not None and _is_text(text):
            return text, encoding
    return None


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _is_text(text: str) -> bool:
    """Say whether characters are those of a text: hardly any controls, and none without a meaning."""
    sample = text[:GUESSED_BYTES]
    controls = sum(character < " " and character not in "\t\n\r\f\v\x1b" for character in sample)
    odd = sum(unicodedata.category(character) in ("Cn", "Co", "Cs") for character in sample if character > "\u0fff")
    return controls <= 0.005 * len(sample) and odd <= 0.01 * len(sample)


def _guesses(data: bytes) -> list[str]:
    """Return the encodings that the bytes are most likely in, best first: Windows-1252 where it reads as Western text."""
    if _western(data):
        return ["cp1252"]
    from charset_normalizer import from_bytes  # noqa: PLC0415  seldom needed, and slow to load

    best = from_bytes(data[:GUESSED_BYTES]).best()
    return [name] if best and (name := python_name(best.encoding)) else []


def _western(data: bytes) -> bool:
    """Say whether bytes above ASCII are few and such as English text in Windows-1252 has: quotation marks, dashes, accents."""
    high = [byte for byte in data if byte >= 0x80]
    typical = sum(byte in b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa9\xab\xad\xb0\xb7\xbb\xbd" for byte in high)
    return len(high) <= 0.15 * len(data) and (2 * typical >= len(high) or len(high) <= 0.01 * len(data))


def _remedy() -> str:
    return "iconv -f ENCODING -t UTF-8 OLD > NEW"
