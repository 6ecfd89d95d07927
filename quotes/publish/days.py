"""The days that a visitor limits a question to, in any form that people write a day in.

Invariant: what can be meant in two ways is not guessed; whoever reads the message knows what to write instead.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass

from quotes.dates import MONTHS, YEARS, parse_date
from quotes.publish.text import day_in_words, plain, shorten

YEAR = re.compile(r"(\d{4})", re.ASCII)
MONTH = re.compile(r"(?P<year>\d{4})[-/.](?P<number>\d{1,2})|(?P<name>[a-z]+)\.?,?\s+(?P<after>\d{4})",
                   re.IGNORECASE | re.ASCII)
LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day as it was typed and as it was read (ISO 8601, "" for none), and what is wrong with it, "" if nothing is."""

    typed: str = ""
    iso: str = ""
    fault: str = ""


def read_day(typed: str, *, is_last: bool = False) -> Day:
    """Read a day; of a month or a year the first day is meant, or the last where it is the last of a time.

    >>> read_day("29 March 2022").iso, read_day("March 2022").iso, read_day("2022", is_last=True).iso
    ('2022-03-29', '2022-03-01', '2022-12-31')
    >>> read_day("3/4/2022").fault
    '“3/4/2022” can be 3 April 2022 or 4 March 2022: write the month as a word, or 2022-04-03.'
    """
    words = plain(typed)
    if not words:
        return Day()
    found = _month_or_year(words, is_last=is_last) or parse_date(words)
    if found:
        return Day(typed=words, iso=found[:10])
    readings = [day for order in ("day-first", "month-first") if (day := parse_date(words, order=order))]
    shown = shorten(words, LONGEST)
    if len(readings) > 1:
        one, other = map(day_in_words, readings)
        return Day(typed=words, fault=f"“{shown}” can be {one} or {other}: write the month as a word, or {readings[0]}.")
    return Day(typed=words, fault=f"“{shown}” is no day that can be read: write 2022-03-29, 29 March 2022, March 2022 or 2022.")


def _month_or_year(words: str, *, is_last: bool) -> str | None:
    """Return the first or last day of a year or of a month of a year, or None if it is neither."""
    year = YEAR.fullmatch(words)
    if year and int(year[1]) in YEARS:
        return f"{year[1]}-12-31" if is_last else f"{year[1]}-01-01"
    found = MONTH.fullmatch(words)
    if found is None:
        return None
    number = int(found["number"]) if found["number"] else MONTHS.get(found["name"].lower(), 0)
    of_year = int(found["year"] or found["after"])
    if number not in range(1, 13) or of_year not in YEARS:
        return None
    return f"{of_year}-{number:02}-{monthrange(of_year, number)[1] if is_last else 1:02}"
