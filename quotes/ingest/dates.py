"""Dates as news writes them: pure functions from words to ISO 8601.

Invariants: only a date that can be meant in one way is given (`29/03/2022` is, `03/04/2022` is not); a year is never
guessed; a day that no calendar has (31 June) is no date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
YEARS = range(1600, 2200)

_MONTH = r"(?P<{0}>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?P<{0}>(?:1[6-9]|20|21)\d\d)\b"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s+)?"
_ISO = _YEAR.format("y1") + r"-(?P<m1>\d\d)-(?P<d1>\d\d)(?!\d)"
_MONTH_FIRST = _MONTH.format("m2") + r"\s+" + _DAY.format("d2") + r"(?:,?\s+" + _YEAR.format("y2") + r"|(?!\d|:\d))"
_DAY_FIRST = _DAY.format("d3") + r"(?:\s+of)?[\s-]+" + _MONTH.format("m3") + r"(?:,?[\s-]+" + _YEAR.format("y3") + r")?"
_NUMBERS = r"(?P<a4>\d{1,2})(?P<s4>[/.])(?P<b4>\d{1,2})(?P=s4)" + _YEAR.format("y4")
_YEAR_FIRST = _YEAR.format("y5") + r"(?P<s5>[/.])(?P<m5>\d{1,2})(?P=s5)(?P<d5>\d{1,2})(?!\d)"
DATE = re.compile(
    _WEEKDAY + rf"(?:{_ISO}|{_YEAR_FIRST}|{_NUMBERS}|{_MONTH_FIRST}|{_DAY_FIRST})", re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date in a text: its day, its year if the text says it, and where it ends (an offset)."""

    day: int
    month: int
    year: int | None
    end: int

    def iso(self, year: int | None = None) -> str | None:
        """Return the date in ISO 8601, with `year` where the text has none; None without a year or such a day.

        >>> FoundDate(day=31, month=6, year=2022, end=0).iso() is None
        True
        """
        known = self.year or year
        if known is None or known not in YEARS:
            return None
        try:
            return date(known, self.month, self.day).isoformat()
        except ValueError:
            return None


def match_date(text: str, start: int = 0) -> FoundDate | None:
    """Return the date that begins exactly at `start`, or None.

    >>> match_date("March 29, 2022, 4:19 PM").iso()
    '2022-03-29'
    >>> match_date("03/04/2022") is None
    True
    """
    found = DATE.match(text, start)
    if found is None:
        return None
    part = found.groupdict()
    if part["a4"]:
        return _from_numbers(int(part["a4"]), int(part["b4"]), int(part["y4"]), found.end())
    for n in "1235":
        month, day, year = part[f"m{n}"], part[f"d{n}"], part[f"y{n}"]
        if month:
            number = int(month) if month.isdigit() else MONTHS[month.lower()]
            return FoundDate(day=int(day), month=number, year=int(year) if year else None, end=found.end())
    return None


def _from_numbers(first: int, second: int, year: int, end: int) -> FoundDate | None:
    """Read `29/03/2022` where only one of the two orders gives a date, or both the same."""
    readings = {(d, m) for d, m in ((first, second), (second, first)) if 1 <= m <= 12 and 1 <= d <= 31}
    if len(readings) != 1:
        return None
    day, month = readings.pop()
    return FoundDate(day=day, month=month, year=year, end=end)


def normalise_iso(text: str) -> str | None:
    """Return an ISO 8601 date or time in its one spelling (times with a zone in UTC), or None if it is none.

    >>> normalise_iso("2022-03-29T18:30:00+03:00")
    '2022-03-29T15:30:00Z'
    >>> normalise_iso("29 March") is None
    True
    """
    value = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return date.fromisoformat(value).isoformat()
        if not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d", value):
            return None
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            return moment.isoformat(timespec="seconds")
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return None
