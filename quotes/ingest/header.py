"""What an article's own text says about it: title, date of publication, outlet, author.

Only the lines around the story are read, never its sentences: "on December 9, 2019" inside of one is not a date of
publication. A line counts only if nothing but a label, a date and such stands on it; and a year that the text does not
state is not guessed, though a copyright line may state it for a dateline ("Istanbul, Mar 29:").

Invariant: a pure function of the text; what it cannot tell, it leaves None.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.dates import FoundDate, Order, match_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HEADER_LINES = 40
"""Lines before the story that are looked at; a site's menu is rarely longer."""
BODY_WORDS, LONG_WORDS = 12, 30
"""A line of 12 words that ends as a sentence, or of 30 words, begins the story; headlines are shorter."""
TITLE_WORDS = range(4, 29)
STOPPED_TITLE_WORDS = range(2, 17)
MAX_TITLE_CHARACTERS = 300
SHORT_TITLE_WORDS = range(2, 4)
SIGN_CHARACTERS = 160
"""Longest line that can be a sign (a date, a byline, a button); longer ones are text, whatever they begin with."""
DATE_LINE_WORDS = 16

SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
BULLET = re.compile(r"[-–—•*·▪●|>]\s|\d+[.)]\s")
INVISIBLE = "\ufeff\u200b"
MARK = re.compile('["“”„«»]')
LETTER = re.compile(r"[^\W\d_]")
CAPTION = re.compile(r"\b(?:photo|photograph|image|picture|video|file|illustration)s?\b[^:]{0,20}:", re.IGNORECASE)

PUBLISHED_LABEL = r"(?:first\s+published|published|posted|publication\s+date|date\s+of\s+publication|issued)"
UPDATED_LABEL = r"(?:(?:last\s+)?(?:updated|modified|revised))"
DATE_LABEL = r"(?:date)"
LABEL = re.compile(
    rf"\W*(?:(?P<published>{PUBLISHED_LABEL})|(?P<updated>{UPDATED_LABEL})|(?P<date>{DATE_LABEL}))"
    r"(?:\s+on\b|\s+at\b)?\s*[:\-–—|]?\s*",
    re.IGNORECASE,
)
TIME = re.compile(
    r"[\s,|@·•–—-]*(?:at\s+)?(?:\d{1,2}(?:[:.]\d\d){1,2}(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)", re.IGNORECASE,
)
ZONE = re.compile(r"[\s,(]*(?:[A-Z]{2,5}|Z|(?:GMT|UTC)?\s?[+-]\d\d:?\d\d)\b\)?")
TIME_FIRST = re.compile(r"\W*\d{1,2}[:.]\d\d(?:\s*[ap]\.?m\.?)?(?:\s*[A-Z]{2,4})?[\s,|·•–—-]+", re.IGNORECASE)
DATELINE = re.compile(
    r"[A-Z][\w.'’-]*(?:[ ,/]+[^\W\d_][\w.'’-]*){0,5}?,?\s+(?:\([^)]{2,30}\)\s*[-–—,]?\s*)?"
    r"(?=[A-Za-z]{3,9}\.?\s\d|\d{1,2}\s[A-Za-z]{3,9}\b)",
)
DATELINE_END = re.compile(r"\s*(?:,?\s*\([^)]{2,40}\)\s*)?(?::|--|[-–—]\s|—)")

COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)(?:\s*(?:©|\(c\)|copyright))?\s*(?P<year>(?:19|20)\d\d)?(?:\s*[-–]\s*(?P<until>(?:19|20)\d\d))?"
    r",?\s*(?P<name>[^.|•·\n]*)",
    re.IGNORECASE,
)
OUTLET_SIGNS = (
    re.compile(r"why you can trust (?:the\s+)?(?P<name>[^\W\d_][^.:|!?]{1,60})$", re.IGNORECASE),
    re.compile(r"(?:outlet|publisher|publication)\s*:\s*(?P<name>\S[^|]{1,60})$", re.IGNORECASE),
)
RIGHTS = re.compile(r"\b(?:all rights|rights reserved|licen[cs]ed|ltd|inc|llc|plc|limited)\b", re.IGNORECASE)
NAME_WORD = r"[^\W\d_a-z][^\W\d_]*(?:[-'’.][^\W\d_]+)*\.?"
NAME = rf"{NAME_WORD}(?:\s+(?:(?:de|da|di|del|van|von|der|bin|al|el|la|le)\s+)*{NAME_WORD}){{1,3}}"
BYLINE = re.compile(
    rf"(?i:(?:written |reported |story )?by)\s*:?\s+(?P<name>{NAME}(?:(?:,\s*{NAME})*,?\s+(?i:and|&)\s+{NAME})?)"
    r"\s*(?:$|[|,•·–—(-])",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the text says about itself; None where it does not say."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A date and how good a sign it is; less is better."""

    rank: int
    date: FoundDate


def read_header(text: str, *, order: Order | None = None) -> Header:
    r"""Return what the lines around the story say about the article.

    Args:
        text: the article's text.
        order: what `03/04/2024` means; without it such a date is none.

    Example:
        >>> read_header("Talks fail to end the war\nUpdated: March 29, 2022, 4:19 PM\n").published
        '2022-03-29'
    """
    lines = [stripped for line in text.splitlines() if (stripped := line.strip().strip(INVISIBLE).strip())]
    header = list(_header(lines))
    return Header(
        title=_title(header, has_body=len(lines) > len(header)) or _stopped_title(text),
        outlet=_outlet(lines),
        author=_author(header),
        published=_published(lines, header, order),
    )


# ---------------------------------------------------------------- title


def _header(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines before the story."""
    for line in lines[:HEADER_LINES]:
        if _is_body(line):
            return
        yield line


def _is_body(line: str) -> bool:
    if BULLET.match(line) or _dates_of(line):
        return False
    words = len(line.split())
    sentence = words >= BODY_WORDS and SENTENCE_END.search(line) is not None
    return sentence or words >= LONG_WORDS or _dateline(line) is not None


def _title(header: Sequence[str], *, has_body: bool) -> str | None:
    if not has_body:
        return None
    candidates = [line for line in map(_without_date, header) if _is_headline(line, TITLE_WORDS)]
    if candidates:
        repeated = [line for line, count in Counter(candidates).items() if count > 1]
        return repeated[0] if repeated else candidates[0]
    told = [line for line in header if not (BYLINE.match(line) or _dates_of(line))]
    return told[0] if len(told) == 1 and _is_headline(told[0], SHORT_TITLE_WORDS) else None


def _stopped_title(text: str) -> str | None:
    """Return the first line as title where it is a short one with a full stop, alone above a longer text."""
    first, gap, rest = text.strip().strip(INVISIBLE).partition("\n")
    line = first.strip()
    alone = gap and not rest.partition("\n")[0].strip() and len(rest) > len(first)
    if not alone or not line.endswith(".") or line.endswith(("..", "…")) or MARK.search(line):
        return None
    return line[:-1] if _is_headline(line[:-1], STOPPED_TITLE_WORDS) and ". " not in line else None


def _without_date(line: str) -> str:
    """Return the line without a labelled date before it (" date 2022-03-30 Talks fail")."""
    label = LABEL.match(line)
    date = match_date(line, label.end()) if label else None
    return line[date.end :].lstrip(" ,|:-–—") if date else line


def _is_headline(line: str, words: range) -> bool:
    if len(line) > MAX_TITLE_CHARACTERS or len(line.split()) not in words or BULLET.match(line) or CAPTION.search(line):
        return False
    if line.endswith((".", ",", ";", ":", "…")) or not LETTER.search(line) or line[0].islower():
        return False
    return not (is_furniture(line) or BYLINE.match(line) or _dates_of(line))


def is_furniture(line: str) -> bool:
    """Say whether a line belongs to a news site, not to the story."""
    return len(line) <= SIGN_CHARACTERS and _furniture().match(line) is not None


@cache
def _furniture() -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{'|'.join(lexicon.furniture())})", re.IGNORECASE)


# ---------------------------------------------------------------- date


def _published(lines: Sequence[str], header: Sequence[str], order: Order | None) -> str | None:
    """Return the date of publication: labelled dates first, then a bare one above the story, then the dateline."""
    in_header = list(_all_dates(header, order))
    after = [found for found in _all_dates(lines[len(header) :], order) if found.rank < 3]
    for signs in (in_header, after):
        dates = _best(signs)
        if dates and (signs is in_header or len(dates) == 1):
            return dates[0]
    line = next((found for line in lines[: len(header) + 1] if (found := _dateline(line))), None)
    return line.iso(_stated_year(lines)) if line else None


def _best(signs: Sequence[_Found]) -> list[str]:
    """Return the different dates of the best rank that has any, in the text's order."""
    for rank in sorted({found.rank for found in signs}):
        dates = dict.fromkeys(iso for found in signs if found.rank == rank and (iso := found.date.iso()))
        if dates:
            return list(dates)
    return []


def _all_dates(lines: Iterable[str], order: Order | None) -> Iterator[_Found]:
    for line in lines:
        yield from _dates_of(line, order)


def _dates_of(line: str, order: Order | None = None) -> list[_Found]:
    """Return the dates of a line that holds nothing but dates, times, labels and perhaps a byline."""
    label = LABEL.match(line[:SIGN_CHARACTERS])
    if label and label["date"]:
        date = match_date(line, label.end(), order=order)
        if date and date.year:
            return [_Found(rank=1, date=date)]
    if len(line) > SIGN_CHARACTERS or len(line.split()) > DATE_LINE_WORDS:
        return []
    found: list[_Found] = []
    rest = BYLINE.sub("", line, count=1).strip(" |,·•–—-") if BYLINE.match(line) else line
    while rest:
        label = LABEL.match(rest)
        start = label.end() if label else 0
        clock = TIME_FIRST.match(rest, start)
        date = match_date(rest, clock.end() if clock else start, order=order)
        if date is None or date.year is None:
            return []
        rank = 3 if label is None else 0 if label["published"] else 1 if label["date"] else 2
        found.append(_Found(rank=rank, date=date))
        rest = _after_time(rest[date.end :])
    return found


def _after_time(rest: str) -> str:
    clock = TIME.match(rest)
    if clock:
        rest = rest[clock.end() :]
        zone = ZONE.match(rest)
        rest = rest[zone.end() :] if zone else rest
    return rest.strip(" |,.·•–—-()/")


def _dateline(line: str) -> FoundDate | None:
    """Return the date of a line that opens with place and date ("Istanbul, Mar 29:", "PARIS, March 29 (AFP) -")."""
    place = DATELINE.match(line[:SIGN_CHARACTERS])
    date = match_date(line, place.end()) if place else None
    return date if date and DATELINE_END.match(line, date.end) else None


def _stated_year(lines: Iterable[str]) -> int | None:
    """Return the year of the copyright lines, if they agree on one."""
    found = filter(None, map(_copyright, lines))
    years = {int(year) for sign in found if (year := sign["until"] or sign["year"])}
    return years.pop() if len(years) == 1 else None


# ---------------------------------------------------------------- outlet, author


def _copyright(line: str) -> re.Match[str] | None:
    return COPYRIGHT.match(line) if len(line) <= SIGN_CHARACTERS else None


def _outlet(lines: Iterable[str]) -> str | None:
    """Return the outlet that the site's own lines name, if they name one only."""
    names = dict.fromkeys(name for line in lines if (name := _outlet_of(line)))
    return next(iter(names)) if len(names) == 1 else None


def _outlet_of(line: str) -> str | None:
    if len(line) > SIGN_CHARACTERS:
        return None
    for sign in OUTLET_SIGNS:
        found = sign.match(line)
        if found:
            return found["name"].strip(" .,-–—") or None
    found = _copyright(line)
    if found is None or not found["year"]:
        return None
    name = found["name"]
    rights = RIGHTS.search(name)
    name = (name[: rights.start()] if rights else name).strip(" .,-–—")
    return name if name[:1].isupper() and 1 <= len(name.split()) <= 6 else None


def _author(header: Iterable[str]) -> str | None:
    for line in header:
        found = BYLINE.match(line) if len(line) <= SIGN_CHARACTERS else None
        if found and len(line.split()) <= DATE_LINE_WORDS:
            return str(found["name"])
    return None
