"""What two databases say of the same articles: quotes gained, lost and changed, each with the run that made it.

Invariant: both are only read, whatever version made them, exported ones too.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from quotes.store.connection import open_database, store_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

GAINED, LOST, CHANGED = "gained", "lost", "changed"
QUOTES = """
    SELECT quotes.id, quotes.article_id, quotes.text, speakers.name, quotes.role, quotes.affiliation, quotes.form, quotes.kind,
        quotes.cue, quotes.start, quotes."end", runs.version, runs.model, runs.tagger, runs.settings, articles.sha256
    FROM quotes
    JOIN speakers ON speakers.id = quotes.speaker_id
    JOIN articles ON articles.id = quotes.article_id
    JOIN runs ON runs.id = quotes.run_id
    ORDER BY quotes.article_id, quotes.start, quotes.id
"""
COMPARED = ("text", "speaker", "role", "affiliation", "form", "kind", "cue")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedQuote:
    """One quote as a database has it; offsets are code points into its article, `sha256` is that of the article's text."""

    id: str
    article_id: str
    text: str
    speaker: str
    role: str | None
    affiliation: str | None
    form: str
    kind: str
    cue: str | None
    start: int
    end: int
    version: str
    model: str
    tagger: str
    settings: str
    sha256: str

    @property
    def run(self) -> str:
        """What made the quote."""
        return f"{self.version}, {self.model}, {self.tagger}, {self.settings}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What became of one quote: `old` is None where it was gained, `new` where it was lost."""

    old: ComparedQuote | None
    new: ComparedQuote | None

    @property
    def what(self) -> str:
        """Say gained, lost or changed."""
        if self.old is None:
            return GAINED
        return LOST if self.new is None else CHANGED

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that differ, of a quote that both have."""
        if self.old is None or self.new is None:
            return ()
        return tuple(name for name in COMPARED if getattr(self.old, name) != getattr(self.new, name))

    @property
    def place(self) -> tuple[str, int, str]:
        """What differences are ordered by."""
        quote = self.new or self.old
        return (quote.article_id, quote.start, quote.id) if quote else ("", 0, "")


def quotes_of(path: str | Path) -> dict[str, ComparedQuote]:
    """Return the quotes of a database by their identifiers.

    Raises:
        StoreError: the database cannot be read.
    """
    names = [field.name for field in fields(ComparedQuote)]
    with closing(open_database(path, readonly=True, outdated=True)) as db, store_errors(path):
        rows = (ComparedQuote(**dict(zip(names, row, strict=True))) for row in db.conn.execute(QUOTES))
        return {quote.id: quote for quote in rows}


def differences(old: str | Path, new: str | Path) -> tuple[Difference, ...]:
    """Return how the quotes of two databases differ, in the order of their articles and places.

    A quote is the same where its identifier is; of an article whose text is the same, one that overlaps another that went is
    that quote with other words.

    Args:
        old: the database to compare from.
        new: the database to compare to.

    Raises:
        StoreError: one of them cannot be read.
    """
    before, after = quotes_of(old), quotes_of(new)
    lost = [quote for name, quote in before.items() if name not in after]
    gained = [quote for name, quote in after.items() if name not in before]
    paired = dict(_overlapping(lost, gained))
    reworded = {each.id for each in paired.values()}
    both = (Difference(old=quote, new=after[name]) for name, quote in before.items() if name in after)
    found = [difference for difference in both if difference.changed]
    found += [Difference(old=quote, new=paired.get(quote.id)) for quote in lost]
    found += [Difference(old=None, new=quote) for quote in gained if quote.id not in reworded]
    return tuple(sorted(found, key=lambda difference: difference.place))


def _overlapping(lost: Iterable[ComparedQuote], gained: Iterable[ComparedQuote]) -> Iterator[tuple[str, ComparedQuote]]:
    """Yield the identifier of each quote that went with the one that stands in its place now; each new one once."""
    free: dict[tuple[str, str], list[ComparedQuote]] = {}
    for quote in gained:
        free.setdefault((quote.article_id, quote.sha256), []).append(quote)
    for quote in lost:
        here = free.get((quote.article_id, quote.sha256), [])
        shared = [(min(quote.end, other.end) - max(quote.start, other.start), place) for place, other in enumerate(here)]
        most, place = max(shared, default=(0, 0), key=lambda each: (each[0], -each[1]))
        if most > 0:
            yield quote.id, here.pop(place)
