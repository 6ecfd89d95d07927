"""How values from articles are shown: pure functions from strings to strings.

Invariant: nothing here makes markup. Templates escape; these functions only shorten, strip what a terminal or a line of
text direction would obey (control characters, bidirectional overrides), and say dates and numbers in words.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
# Characters that XML 1.0 refuses even when escaped.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
WIKIDATA = re.compile(r"Q[1-9][0-9]{0,11}")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def plain(text: object) -> str:
    r"""Return a text as one line: no control characters or direction overrides, runs of space made one.

    >>> plain("Ana\u202e  Ruiz\n")
    'Ana Ruiz'
    """
    return " ".join(CONTROLS.sub("", "" if text is None else str(text)).split())


def shorten(text: object, limit: int) -> str:
    """Return at most `limit` characters of a text, cut after a word where there is one, with an ellipsis if cut.

    >>> shorten("We will appeal tomorrow", 15)
    'We will appeal…'
    """
    whole = str(text or "")
    if len(whole) <= limit:
        return whole
    cut = whole[:limit]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > limit * 0.6 else cut[: limit - 1]).rstrip(" ,;:") + "…"


def http_url(url: object) -> str | None:
    """Return a link's address if it is one that a reader may follow (http or https), else None.

    >>> http_url("javascript:alert(1)") is None
    True
    """
    text = plain(url)
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc and " " not in text else None


def host(url: object) -> str:
    """Return the host name of a link, without `www.`, or ""."""
    address = http_url(url)
    return (urlsplit(address).hostname or "").removeprefix("www.") if address else ""


def identifier_url(identifier: object) -> str | None:
    """Return where an identifier of a list of known people leads: that of an item of Wikidata, None of others.

    >>> identifier_url("Q42"), identifier_url("MP-17")
    ('https://www.wikidata.org/wiki/Q42', None)
    """
    return f"https://www.wikidata.org/wiki/{identifier}" if WIKIDATA.fullmatch(str(identifier)) else None


def day_in_words(value: object) -> str:
    """Return an ISO date as a reader says it; whatever is no date comes back as it is.

    >>> day_in_words("2022-03-29T10:00:00Z")
    '29 March 2022'
    """
    found = ISO_DATE.match(str(value or ""))
    if not found:
        return month_in_words(value)
    year, month, day = map(int, found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return plain(value)
    return f"{day} {MONTHS[month - 1]} {year}"


def month_in_words(value: object) -> str:
    """Return `2022-03` as `March 2022`; whatever is no month comes back as it is."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", str(value or ""))
    if not found or not 1 <= int(found[2]) <= len(MONTHS):
        return plain(value)
    return f"{MONTHS[int(found[2]) - 1]} {found[1]}"


def number(value: object) -> str:
    """Return a number with its thousands apart."""
    return f"{value:,}" if isinstance(value, int) else plain(value)


def percent(part: float, whole: float) -> str:
    """Return a share as whole per cent; "–" of nothing.

    >>> percent(1, 3)
    '33%'
    """
    return f"{100 * part / whole:.0f}%" if whole else "–"


def certainty(confidence: float | None) -> str:
    """Return in words how sure the program is of an attribution."""
    if confidence is None:
        return "not measured"
    for floor, words in ((0.9, "very sure"), (0.75, "fairly sure"), (0.5, "not quite sure")):
        if confidence >= floor:
            return words
    return "unsure"


def without_formula(cell: object) -> object:
    r"""Return a cell that no spreadsheet takes for a formula: an apostrophe before the characters that start one.

    Numbers stay as they are.

    >>> without_formula('=HYPERLINK("http://example.com")')
    '\'=HYPERLINK("http://example.com")'
    """
    if isinstance(cell, str) and cell.lstrip(" \ufeff").startswith(FORMULA_START) and not PLAIN_NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def xml_text(text: object) -> str:
    """Return a text without the characters that XML refuses even when escaped."""
    return NOT_XML.sub("", "" if text is None else str(text))
