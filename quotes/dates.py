"""Dates as news writes them: pure functions from words to ISO 8601.

Invariants: only a date that can be meant in one way is given (`29/03/2022` is, `03/04/2022` is not, unless it is said
which comes first); a year is never guessed; a day that no calendar has (31 June) is no date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

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

Order = Literal["day-first", "month-first"]
ORDERS: tuple[Order, ...] = ("day-first", "month-first")

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


def match_date(text: str, start: int = 0, *, order: Order | None = None) -> FoundDate | None:
    """Return the date that begins exactly at `start`, or None; `order` says what `03/04/2022` means.

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
        return _from_numbers(int(part["a4"]), int(part["b4"]), int(part["y4"]), found.end(), order)
    for n in "1235":
        month, day, year = part[f"m{n}"], part[f"d{n}"], part[f"y{n}"]
        if month:
            number = int(month) if month.isdigit() else MONTHS[month.lower()]
            return FoundDate(day=int(day), month=number, year=int(year) if year else None, end=found.end())
    return None


def _from_numbers(first: int, second: int, year: int, end: int, order: Order | None = None) -> FoundDate | None:
    """Read `29/03/2022`: in the order that is stated, or where only one of the two gives a date, or both the same."""
    both = ((second, first), (first, second)) if order == "month-first" else ((first, second), (second, first))
    readings = list(dict.fromkeys((d, m) for d, m in both if 1 <= m <= 12 and 1 <= d <= 31))
    if not readings or (len(readings) > 1 and order is None):
        return None
    day, month = readings[0]
    return FoundDate(day=day, month=month, year=year, end=end)


# ---------------------------------------------------------------- dates as feeds, pages and people write them

ZONES = {
    "z": "Z", "ut": "Z", "utc": "Z", "gmt": "Z",
    "edt": "-04:00", "est": "-05:00", "cdt": "-05:00", "cst": "-06:00", "mdt": "-06:00", "mst": "-07:00", "pdt": "-07:00",
    "pst": "-08:00", "cet": "+01:00", "cest": "+02:00", "eet": "+02:00", "eest": "+03:00", "sast": "+02:00", "aest": "+10:00",
    "aedt": "+11:00", "nzst": "+12:00", "nzdt": "+13:00",
}
"""Names of zones that mean one offset (BST and IST mean several, and are not read)."""

_CLOCK = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\b\.?)?"
    r"\s*\(?(?P<zone>(?:gmt|utc)?[+-]\d\d?:?(?:\d\d)?(?!\d)|[a-z]{1,4}\b)?\)?"
)
_ISO_TIME = re.compile(
    r"(?P<date>\d{4}-?\d\d-?\d\d)"
    r"(?:[T ]\s*(?P<time>\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?)\s*(?P<zone>[a-z]{1,4}|[+-]\d\d:?(?:\d\d)?)?)?",
    re.IGNORECASE,
)
_AFTER_DATE = re.compile(r"(?:\s*(?:,|at|on|\||·|-|–|—))*\s*", re.IGNORECASE)
_TIME = re.compile(_CLOCK, re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:(?:first |last )?(?:published|posted|updated|date|on|at)\b\s*:?\s*)*", re.IGNORECASE,
)
AMBIGUOUS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2((?:1[6-9]|20|21)\d\d)(?!\d)")
_LONGEST = 100


def parse_date(text: str, *, order: Order | None = None) -> str | None:
    """Return a date or time as printed, in ISO 8601: with the offset it was given in, never moved to another day.

    Args:
        text: a date as a feed, a page or a person writes it, and nothing else.
        order: what `03/04/2024` means; without it such a date is none.

    >>> parse_date("Fri, 01 Mar 2024 23:30:00 -0500")
    '2024-03-01T23:30:00-05:00'
    >>> parse_date("May 14, 2024")
    '2024-05-14'
    >>> parse_date("03/04/2024") is None
    True
    >>> parse_date("03/04/2024", order="day-first")
    '2024-04-03'
    """
    value = " ".join(text[: _LONGEST + 1].replace("\u202f", " ").split())
    if not value or len(text) > 4 * _LONGEST or len(value) > _LONGEST:
        return None
    iso = _ISO_TIME.fullmatch(value)
    if iso is not None:
        return _from_iso(iso)
    return _written(value, order) or _time_first(value, order)


def _from_iso(found: re.Match[str]) -> str | None:
    try:
        day = date.fromisoformat(found["date"])
        if day.year not in YEARS:
            return None
        if not found["time"]:
            return day.isoformat()
        clock = re.sub(r"[.,]\d+$", "", found["time"])
        moment = datetime.fromisoformat(f"{day.isoformat()}T{clock}")
    except ValueError:
        return None
    zone = _offset(found["zone"])
    if zone is None:  # of a zone with several meanings, the day is what is known
        return day.isoformat() if found["zone"].isalpha() else None
    return moment.isoformat(timespec="seconds") + zone


def _offset(zone: str | None) -> str | None:
    """Return a zone as ISO 8601 writes it: "" for none given, None for one that is not known or no offset."""
    if not zone:
        return ""
    if zone.lower() in ZONES:
        return ZONES[zone.lower()]
    found = re.fullmatch(r"(?:gmt|utc)?([+-])(\d\d?):?(\d\d)?", zone, re.IGNORECASE)
    if found is None:
        return None
    hours, minutes = int(found[2]), int(found[3] or 0)
    return f"{found[1]}{hours:02}:{minutes:02}" if hours <= 14 and minutes < 60 else None


def _written(value: str, order: Order | None) -> str | None:
    """Read a date in words or numbers, and the time behind it if there is one."""
    start = _end(_BEFORE.match(value))
    found = AMBIGUOUS.match(value, start)
    day, end = (_ordered(found, order), found.end()) if found else (None, 0)
    if day is None:
        named = match_date(value, start)
        if named is None:
            return None
        day, end = named.iso(), named.end
    if day is None:
        return None
    rest = _end(_AFTER_DATE.match(value, end))
    if rest == len(value):
        return day
    clock = _TIME.fullmatch(value, rest)
    if clock is None:
        return None
    time = _clock(clock)
    return f"{day}T{time}" if time else day


def _time_first(value: str, order: Order | None) -> str | None:
    """Read `9:45 am EDT, March 1, 2024`."""
    start = _end(_BEFORE.match(value))
    clock = _TIME.match(value, start)
    if clock is None:
        return None
    time = _clock(clock)
    day = _written(value[_end(_AFTER_DATE.match(value, clock.end())) :], order)
    return f"{day}T{time}" if time and day and len(day) == 10 else None


def _ordered(found: re.Match[str], order: Order | None) -> str | None:
    read = _from_numbers(int(found[1]), int(found[3]), int(found[4]), found.end(), order)
    return read.iso() if read else None


def _clock(found: re.Match[str]) -> str | None:
    """Return a time of day with its offset; None for an impossible one or a zone that is not known."""
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    half = (found["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    zone = _offset(found["zone"])
    if hour > 23 or minute > 59 or second > 59 or zone is None:
        return None
    return f"{hour:02}:{minute:02}:{second:02}{zone}"


def _end(found: re.Match[str] | None) -> int:
    return found.end() if found else 0


@dataclass(slots=True, kw_only=True)
class Dates:
    """Reads the dates of an input, and remembers those that would be dates if it were known what comes first.

    `unclear` are such dates by the article (its origin) that has no other.
    """

    order: Order | None = None
    unclear: dict[str, str] = field(default_factory=dict)

    def first(self, texts: Iterable[str], origin: str) -> str | None:
        """Return the first of these texts that is a date in ISO 8601, or None.

        >>> dates = Dates()
        >>> dates.first(["03/04/2024"], "a.csv#1") is None
        True
        >>> dates.unclear
        {'a.csv#1': '03/04/2024'}
        """
        unclear = None
        for text in texts:
            if found := parse_date(text, order=self.order):
                return found
            unclear = unclear or (text if parse_date(text, order=ORDERS[0]) else None)
        if unclear:
            self.unclear.setdefault(origin, unclear)
        return None

    def warning(self) -> str | None:
        """Return what was left out, with the remedy; None if nothing was."""
        if not self.unclear:
            return None
        origin, text = next(iter(self.unclear.items()))
        count = len(self.unclear)
        left = "date that can be meant in two ways is" if count == 1 else "dates that can be meant in two ways are"
        return f"{count} {left} left out ({text!r} in {origin}); say which with --dates {' or '.join(ORDERS)}"
