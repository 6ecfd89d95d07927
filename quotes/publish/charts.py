"""Geometry of the charts that the server draws: numbers in, places of bars out.

Templates turn these records into SVG (`_parts.html`), so that everything shown passes through their escaping. Each chart
carries its numbers, from which the template also makes a table: the picture is never the only way to read them.

Invariant: lengths are in the units of the chart's own view box; no bar with a count above zero is invisible.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quotes.publish.text import day_in_words, month_in_words, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH = 720
HEIGHT = 160
TOP = 18
BASE = HEIGHT - 24
GAP = 0.22
MAX_BARS = 62
LEAST = 1.5
MAX_BAR_WIDTH = 56
# So many bars have room for a label each.
FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: what it stands for, its count, and its place."""

    label: str
    count: int
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    share: str = ""
    href: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A word under the axis."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart ready to be drawn; `title` and `summary` are what a screen reader is told."""

    id: str
    title: str
    summary: str
    unit: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE
    highest: int = 0
    highest_y: float = TOP


def timeline(chart_id: str, title: str, counts: Mapping[str, int]) -> Chart | None:
    """Return quotes over time as columns: by day where the days fit, else by month, else by year.

    Args:
        chart_id: unique on the page.
        title: what the chart shows.
        counts: quotes a day, keyed by `YYYY-MM-DD`; other keys are left out.

    Returns:
        The chart, or None if no day is known.
    """
    days = {day: count for day, count in counts.items() if _as_date(day)}
    if not days:
        return None
    unit, periods = _periods(days)
    totals = dict.fromkeys(periods, 0)
    length = len(periods[0])
    for day, count in days.items():
        totals[day[:length]] += count
    highest = max(totals.values())
    step = WIDTH / len(totals)
    width = min(step * (1 - GAP), MAX_BAR_WIDTH)
    bars = []
    for index, (period, count) in enumerate(totals.items()):
        height = max(LEAST, (BASE - TOP) * count / highest) if count else 0
        bars.append(Bar(label=_period_in_words(period), count=count, x=round(index * step + (step - width) / 2, 2),
                        y=round(BASE - height, 2), width=round(width, 2), height=round(height, 2), key=period))
    peak = max(bars, key=lambda bar: bar.count)
    summary = (f"{sum(totals.values()):,} quotes from {bars[0].label} to {bars[-1].label}; most in one {unit}: "
               f"{peak.count:,} ({peak.label}).")
    return Chart(id=chart_id, title=title, summary=summary, unit=unit.capitalize(), bars=tuple(bars),
                 ticks=_ticks(bars, step), highest=highest)


def ranking(chart_id: str, title: str, unit: str, rows: Sequence[tuple[str, int, str | None]]) -> Chart | None:
    """Return counts as horizontal bars, one a row; None if there is none.

    Args:
        chart_id: unique on the page.
        title: what the chart shows.
        unit: what a row is ("Outlet").
        rows: label, count and link of each row, in order.
    """
    if not rows:
        return None
    highest = max(count for _, count, _ in rows) or 1
    total = sum(count for _, count, _ in rows)
    bars = tuple(
        Bar(label=label, count=count, width=round(max(LEAST, 100 * count / highest), 2), href=href,
            share=percent(count, total))
        for label, count, href in rows
    )
    summary = "; ".join(f"{bar.label}: {bar.count:,}" for bar in bars[:5])
    return Chart(id=chart_id, title=title, summary=summary, unit=unit, bars=bars, highest=highest)


def shares(chart_id: str, title: str, unit: str, rows: Sequence[tuple[str, int, str | None]],
           colours: Sequence[str]) -> Chart | None:
    """Return counts as parts of one bar, which has the chart's whole width; None if there is nothing to divide.

    Args:
        chart_id: unique on the page.
        title: what the chart shows.
        unit: what a row is ("Form").
        rows: label, count and link of each row, in order.
        colours: what each row's colour stands for, so that one form has one colour on every page.
    """
    total = sum(count for _, count, _ in rows)
    if not total:
        return None
    bars, x = [], 0.0
    for (label, count, href), colour in zip(rows, colours, strict=True):
        width = WIDTH * count / total
        bars.append(Bar(label=label, count=count, x=round(x, 2), width=round(width, 2), href=href,
                        share=percent(count, total), key=f"share-{colour}"))
        x += width
    summary = "; ".join(f"{bar.label} {bar.share}" for bar in bars)
    return Chart(id=chart_id, title=title, summary=summary, unit=unit, bars=tuple(bars), height=14)


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _periods(days: Mapping[str, int]) -> tuple[str, list[str]]:
    """Return the finest unit that fits and its periods, without holes, from first to last."""
    first, last = date.fromisoformat(min(days)[:10]), date.fromisoformat(max(days)[:10])
    span = (last - first).days + 1
    if span <= MAX_BARS:
        return "day", [(first + timedelta(days=offset)).isoformat() for offset in range(span)]
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months <= MAX_BARS:
        start = first.year * 12 + first.month - 1
        return "month", [f"{index // 12:04}-{index % 12 + 1:02}" for index in range(start, start + months)]
    # A wrong date centuries away must not fill the page with empty years.
    years = range(first.year, last.year + 1)
    known = sorted({day[:4] for day in days})
    return "year", [f"{year:04}" for year in years] if len(years) <= 4 * MAX_BARS else known


def _period_in_words(period: str) -> str:
    return day_in_words(period) if len(period) == 10 else month_in_words(period)


def _ticks(bars: Sequence[Bar], step: float) -> tuple[Tick, ...]:
    if len(bars) <= FEW:
        return tuple(Tick(x=round((place + 0.5) * step, 2), label=bar.label, anchor="middle") for place, bar in enumerate(bars))
    ticks = [Tick(x=0, label=bars[0].label, anchor="start"), Tick(x=WIDTH, label=bars[-1].label, anchor="end")]
    if len(bars) > 8:
        middle = len(bars) // 2
        ticks.insert(1, Tick(x=round((middle + 0.5) * step, 2), label=bars[middle].label, anchor="middle"))
    return tuple(ticks)
