"""Verdicts of reviewers on quotes: which to ask next, who has which before them, what was said, and what it says of the program.

The measure of what is asked first is in `sql/review_ranking.sql`: doubt times articles, the number of articles that are likely
to mislead their readers.

Invariants: a verdict is only added, superseded or made to hold again, and says who gave it and when; it is about the quote as
it was shown, with its speaker and how sure the program was then; while somebody has a quote before them, for `LEASE_SECONDS` at
most, nobody else gets it; a verdict on a quote that has changed since it was shown is refused. No build writes here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING

from quotes import ids
from quotes.errors import StoreError
from quotes.store.connection import location, transaction
from quotes.store.schema import sql

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlite_utils import Database

LEASE_SECONDS = 600
"""How long a quote is kept for the reviewer who has it before her or him: time to read it, no night."""
RANKED = 5_000
BANDS = ((0.0, 0.5), (0.5, 0.75), (0.75, 0.9), (0.9, 1.0))
"""How sure the program was, as the site says it in words."""
Z = 1.959964
"""Of an interval that holds the truth 95 times in 100."""
INSERT = """
INSERT INTO reviews (id, quote_id, article_id, speaker_id, outlet_id, confidence, speaker_confidence, verdict, who, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class Judged(StrEnum):
    """What a reviewer says of a quote."""

    RIGHT = "right"
    WRONG = "wrong"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What somebody said of a quote, as the database has it."""

    id: str
    quote_id: str
    verdict: str
    who: str
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a reviewer says of a quote that was shown with this (first) speaker; `made_at` is ISO 8601 in UTC."""

    quote_id: str
    speaker_id: str
    verdict: Judged
    who: str
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How many of the cases of a kind are right: `low` and `high` bound the share with 95% (Wilson's interval).

    `stated` is how sure the program was of them on average, from 0 to 1.
    """

    name: str | None
    cases: int
    right: int
    low: float
    high: float
    stated: float

    @property
    def share(self) -> float:
        """The share that is right, from 0 to 1."""
        return self.right / self.cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What verdicts say of the program: over all, by outlet and by how sure it was; of how many cases reviewers disagree.

    `gone` counts the cases whose quote no article has any more; they count in all the others.
    """

    overall: Precision | None
    by_outlet: tuple[Precision, ...]
    by_certainty: tuple[Precision, ...]
    disputed: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    outlet: str | None
    certainty: float
    is_right: bool


def ranking(connection: sqlite3.Connection, limit: int = RANKED) -> tuple[str, ...]:
    """Return the quotes to review, those that mislead most first: at most `limit`."""
    return tuple(row[0] for row in connection.execute(sql("review_ranking"), {"limit": limit}))


def take(db: Database, ranked: Sequence[str], *, who: str, now: str) -> str | None:
    """Return the quote for a reviewer to look at, and keep it for her or him; None if none of these is open.

    Whoever has one already gets the same again.

    Args:
        db: the database.
        ranked: quotes in the order in which they are to be reviewed.
        who: the reviewer.
        now: this moment (ISO 8601, UTC).
    """
    with transaction(db) as conn:
        mine = [row[0] for row in conn.execute("SELECT quote_id FROM review_leases WHERE who = ?", (who,))]
        conn.execute("DELETE FROM review_leases WHERE until <= ?", (now,))
        found = conn.execute(sql("review_next"), {"ranked": json.dumps([*mine, *ranked]), "who": who}).fetchone()
        conn.execute("DELETE FROM review_leases WHERE who = ?", (who,))
        if found is not None:
            _keep(conn, found[0], who, now)
    return None if found is None else str(found[0])


def _keep(conn: sqlite3.Connection, quote_id: str, who: str, now: str) -> None:
    until = (datetime.fromisoformat(now) + timedelta(seconds=LEASE_SECONDS)).isoformat(timespec="microseconds")
    conn.execute("INSERT OR IGNORE INTO review_leases (quote_id, who, until) VALUES (?, ?, ?)", (quote_id, who, until))


def add(db: Database, given: Given) -> str:
    """Store what somebody says of a quote, superseding what the same person said of it before; return its identifier.

    Raises:
        StoreError: the quote is not there any more, or has another speaker now.
    """
    quote_id, who, at = given.quote_id, given.who, given.made_at
    with transaction(db) as conn:
        shown = conn.execute("SELECT article_id, speaker_id, outlet_id, confidence, speaker_confidence FROM quotes WHERE id = ?",
                             (quote_id,)).fetchone()
        if shown is None:
            raise StoreError(f"{location(db)}: the quote is not there any more; look at the next")
        if shown[1] != given.speaker_id:
            raise StoreError(f"{location(db)}: the quote has another speaker since you saw it; look at it again")
        same = conn.execute("SELECT id FROM reviews WHERE quote_id = ? AND who = ? AND superseded_at IS NULL AND verdict = ? "
                            "AND speaker_id = ?", (quote_id, who, str(given.verdict), given.speaker_id)).fetchone()
        identifier = str(same[0]) if same else ids.digest("review", quote_id, given.verdict, who, at)
        if same is None:
            conn.execute("UPDATE reviews SET superseded_at = ? WHERE quote_id = ? AND who = ? AND superseded_at IS NULL",
                         (at, quote_id, who))
            conn.execute(INSERT, (identifier, quote_id, *shown, str(given.verdict), who, at))
        conn.execute("DELETE FROM review_leases WHERE quote_id = ? AND who = ?", (quote_id, who))
    return identifier


def last(connection: sqlite3.Connection, who: str) -> Review | None:
    """Return what somebody said last and holds."""
    row = connection.execute("SELECT id, quote_id, verdict, who, made_at FROM reviews WHERE who = ? AND superseded_at IS NULL "
                             "ORDER BY made_at DESC, id LIMIT 1", (who,)).fetchone()
    return None if row is None else Review(id=row[0], quote_id=row[1], verdict=row[2], who=row[3], made_at=row[4])


def take_back(db: Database, *, who: str, at: str) -> Review:
    """Take back what somebody said last; what it had superseded holds again, and the quote is kept for her or him to look at.

    Raises:
        StoreError: there is nothing to take back.
    """
    with transaction(db) as conn:
        taken = last(conn, who)
        if taken is None:
            raise StoreError(f"{location(db)}: there is no verdict of yours to take back")
        conn.execute("UPDATE reviews SET superseded_at = ? WHERE id = ?", (at, taken.id))
        conn.execute("UPDATE reviews SET superseded_at = NULL WHERE quote_id = ? AND who = ? AND superseded_at = ? AND id <> ?",
                     (taken.quote_id, who, taken.made_at, taken.id))
        conn.execute("DELETE FROM review_leases WHERE who = ?", (who,))
        _keep(conn, taken.quote_id, who, at)
    return taken


def counts(connection: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Return how many verdicts of each kind hold, by who gave them."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for who, verdict, number in connection.execute(
            "SELECT who, verdict, count(*) FROM reviews WHERE superseded_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2"):
        found[who][verdict] = number
    return dict(found)


def measured(connection: sqlite3.Connection) -> Measured:
    """Return what the verdicts that hold say of the program; a case on which reviewers disagree is counted apart."""
    rows = connection.execute(sql("review_cases")).fetchall()
    cases = [_Case(outlet=outlet or outlet_id, certainty=certainty, is_right=right > 0)
             for _, outlet_id, outlet, certainty, right, wrong, _ in rows if not (right and wrong)]
    return Measured(
        overall=next(_precision(cases, lambda _: None), None),
        by_outlet=tuple(sorted(_precision(cases, lambda case: case.outlet), key=lambda each: (-each.cases, each.name or ""))),
        by_certainty=tuple(sorted(_precision(cases, lambda case: band(case.certainty)), key=lambda each: each.name or "")),
        disputed=len(rows) - len(cases),
        gone=sum(not is_there for *_, is_there in rows),
    )


def band(certainty: float) -> str:
    """Return the band that a certainty from 0 to 1 is in.

    >>> band(0.4), band(0.9), band(1)
    ('0–50%', '90–100%', '90–100%')
    """
    low, high = next((low, high) for low, high in reversed(BANDS) if certainty >= low)
    return f"{low:.0%}–{high:.0%}".replace("%–", "–")


def _precision(cases: Iterable[_Case], name: Callable[[_Case], str | None]) -> Iterator[Precision]:
    groups: dict[str | None, list[_Case]] = defaultdict(list)
    for case in cases:
        groups[name(case)].append(case)
    for key, members in groups.items():
        right = sum(case.is_right for case in members)
        low, high = wilson(right, len(members))
        stated = sum(case.certainty for case in members) / len(members)
        yield Precision(name=key, cases=len(members), right=right, low=low, high=high, stated=stated)


def wilson(right: int, cases: int) -> tuple[float, float]:
    """Return the bounds of a share, seen in so many cases, that hold it 95 times in 100.

    Source: Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22.

    >>> [round(bound, 2) for bound in wilson(9, 10)]
    [0.6, 0.98]
    """
    share, square = right / cases, Z * Z
    middle = (share + square / (2 * cases)) / (1 + square / cases)
    reach = Z / (1 + square / cases) * sqrt(share * (1 - share) / cases + square / (4 * cases * cases))
    return max(0.0, middle - reach), min(1.0, middle + reach)
