"""Statements into rows: the quotes that came, went or changed are taken from a queue that triggers fill.

Invariants: one batch is one transaction; rows follow from the set of quotes, in whatever order and batches they came; a
statement has a row where quotes of two articles or more carry it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from quotes import wording
from quotes.records import SpeakerType, Wording
from quotes.store.connection import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlite_utils import Database

Speaker = TypeVar("Speaker")

BATCH = 20_000
ABOUT_AS_LONG = 0.9  # of the longest wording: a word put in, or another, makes none the one that others are compared with
KEPT = 50_000  # wordings that a batch remembers

QUOTE = """
SELECT quotes.text, quotes.form, quotes.speaker_id, speakers.type
FROM quotes JOIN speakers ON speakers.id = quotes.speaker_id
WHERE quotes.id = ? AND quotes.form <> 'indirect'
"""
JOINT = "SELECT speakers.id, speakers.type FROM quote_speakers JOIN speakers ON speakers.id = speaker_id WHERE quote_id = ?"
TREE = """
WITH RECURSIVE tree(id) AS (SELECT ? UNION SELECT wordings.id FROM wordings JOIN tree ON wordings.parent_id = tree.id)
SELECT quotes.id, quotes.article_id, coalesce(article_families.family_id, quotes.article_id), quotes.outlet_id,
       quotes.speaker_id, wordings.speakers, quotes.day, quotes.text, wordings.id, wordings.forms
FROM tree
JOIN wordings ON wordings.id = tree.id
JOIN quote_wordings ON quote_wordings.wording_id = tree.id
JOIN quotes ON quotes.id = quote_wordings.quote_id
LEFT JOIN article_families ON article_families.article_id = quotes.article_id
ORDER BY quotes.published_utc IS NULL, quotes.published_utc, quotes.id
"""
COLUMNS = ("id", "text", "speaker_id", "words", "quotes", "articles", "families", "outlets", "speakers", "attributions",
           "changed", "first_day", "last_day")
UPSERT = (f"INSERT INTO statements ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) "  # noqa: S608  constants
          "ON CONFLICT (id) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:]))


class ChangedQuotes:
    """A batch of quotes that came, went or changed; an index of all wordings (see `quotes.resolve.statements.Index`)."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._known: dict[int, Wording] = {}
        self._queued = [row[0] for row in conn.execute("SELECT quote_id FROM untold_quotes ORDER BY quote_id LIMIT ?", (BATCH,))]
        self._touched = self._move_quotes()
        before = {each: self._stored(each) for each in self._touched}
        after = {each: self._counted(each) for each in self._touched}
        changed = [each for each in sorted(self._touched) if before[each] != after[each]]
        self.removed = tuple(old for each in changed if (old := before[each]) is not None)
        self.added = tuple(new for each in changed if (new := after[each]) is not None)
        # Walked before anything is changed: statements that lose their root, or some of their wordings.
        self._old_roots = {self._root(each) for each in self._touched}
        self._replace()

    def _move_quotes(self) -> set[int]:
        """Give each quote of the batch its wording; return the wordings that won or lost one."""
        touched = set()
        for quote_id in self._queued:
            old = self._conn.execute("SELECT wording_id FROM quote_wordings WHERE quote_id = ?", (quote_id,)).fetchone()
            row = self._conn.execute(QUOTE, (quote_id,)).fetchone()
            new = self._wording(quote_id, *row) if row else None
            touched |= {each for each in (old and old[0], new) if each is not None}
            if new is None:
                self._conn.execute("DELETE FROM quote_wordings WHERE quote_id = ?", (quote_id,))
            elif old is None or old[0] != new:
                self._conn.execute("INSERT OR REPLACE INTO quote_wordings VALUES (?, ?)", (quote_id, new))
        return touched

    def _wording(self, quote_id: str, text: str, form: str, *speaker: str) -> int | None:
        forms = wording.forms(wording.words(wording.inside_marks(text, form)))
        if wording.length(forms) < wording.FEWEST:
            return None
        speaking = {speaker, *self._conn.execute(JOINT, (quote_id,))}
        speakers = frozenset(wording.speaker_number(each) for each, kind in speaking if kind != SpeakerType.UNNAMED)
        identifier = wording.wording_id(forms, speakers)
        self._known.setdefault(identifier, Wording(id=identifier, forms=forms, speakers=speakers))
        return identifier

    def _stored(self, identifier: int) -> Wording | None:
        row = self._conn.execute(
            "SELECT forms, speakers, first_day, last_day FROM wordings WHERE id = ?", (identifier,)).fetchone()
        if row is None:
            return None
        forms, speakers, first_day, last_day = row
        return Wording(id=identifier, forms=wording.unpacked(forms), speakers=_speakers(speakers), first_day=first_day,
                       last_day=last_day)

    def _counted(self, identifier: int) -> Wording | None:
        """Return a wording as the quotes make it that have it now; None if none has."""
        number, first, last = self._conn.execute(
            "SELECT count(*), min(quotes.day), max(quotes.day) FROM quote_wordings "
            "JOIN quotes ON quotes.id = quote_wordings.quote_id WHERE wording_id = ?", (identifier,)).fetchone()
        if not number:
            return None
        known = self._known.get(identifier) or self._stored(identifier)
        if known is None:
            return None
        return replace(known, first_day=_ordinal(first), last_day=_ordinal(last))

    def _replace(self) -> None:
        """Store the wordings as they are now, without parents where they are new."""
        new = {each.id for each in self.added}
        old = {each.id for each in self.removed}
        for each in self.removed:
            if each.id not in new:
                self._conn.execute("DELETE FROM wordings WHERE id = ?", (each.id,))
                self._conn.executemany("DELETE FROM fingerprints WHERE hash = ? AND wording_id = ?",
                                       [(value, each.id) for value in wording.fingerprints(each.forms)])
        self._conn.executemany(
            "INSERT INTO wordings (id, forms, speakers, words, first_day, last_day) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET first_day = excluded.first_day, last_day = excluded.last_day",
            [(each.id, wording.packed(each.forms), wording.packed(sorted(each.speakers), wording.SPEAKER_BYTES), each.size,
              each.first_day, each.last_day) for each in self.added])
        self._conn.executemany("INSERT INTO fingerprints VALUES (?, ?)", sorted(
            (value, each.id) for each in self.added if each.id not in old for value in wording.fingerprints(each.forms)))
        self._known = {each.id: each for each in self.added}

    def sharing(self, hashes: Collection[int], limit: int) -> dict[int, list[int]]:
        """Return the wordings that have each of the hashes."""
        found = "SELECT wording_id FROM fingerprints WHERE hash = ? LIMIT ?"
        return {value: [row[0] for row in self._conn.execute(found, (value, limit + 1))] for value in hashes}

    def sizes(self, identifiers: Collection[int]) -> dict[int, int]:
        """Return the number of words of wordings."""
        rows = (self._conn.execute("SELECT id, words FROM wordings WHERE id = ?", (each,)).fetchone() for each in identifiers)
        return {row[0]: row[1] for row in rows if row}

    def wordings(self, identifiers: Collection[int]) -> dict[int, Wording]:
        """Return wordings."""
        if len(self._known) > KEPT + len(self.added):
            self._known = {each.id: each for each in self.added}
        found = {}
        for identifier in identifiers:
            each = self._known.get(identifier) or self._stored(identifier)
            if each is not None:
                found[identifier] = self._known[identifier] = each
        return found

    def parents(self, identifiers: Collection[int]) -> dict[int, int | None]:
        """Return the parents that wordings have so far."""
        found = "SELECT id, parent_id FROM wordings WHERE id = ?"
        return {row[0]: row[1] for each in identifiers for row in self._conn.execute(found, (each,))}

    def children(self, identifiers: Collection[int]) -> set[int]:
        """Return the wordings whose parents are among these."""
        found = "SELECT id FROM wordings WHERE parent_id = ?"
        return {row[0] for each in identifiers for row in self._conn.execute(found, (each,))}

    def write(self, parents: Mapping[int, int | None]) -> None:
        """Store changed parents, and the statements that follow from them."""
        touched = self._touched | set(parents)
        roots = self._old_roots | {self._root(each) for each in touched}
        self._conn.executemany("UPDATE wordings SET parent_id = ? WHERE id = ?",
                               [(parent, child) for child, parent in sorted(parents.items())])
        roots |= {self._root(each) for each in touched}
        for root in sorted(roots):
            self._write_statement(root)
        self._conn.executemany("DELETE FROM untold_quotes WHERE quote_id = ?", [(each,) for each in self._queued])

    def _root(self, identifier: int) -> int:
        row = self._conn.execute("SELECT parent_id FROM wordings WHERE id = ?", (identifier,)).fetchone()
        return identifier if row is None or row[0] is None else self._root(row[0])

    def _write_statement(self, root: int) -> None:
        identifier = wording.statement_id(root)
        row = self._conn.execute("SELECT parent_id FROM wordings WHERE id = ?", (root,)).fetchone()
        carried = self._conn.execute(TREE, (root,)).fetchall() if row is not None and row[0] is None else []
        if len({each[1] for each in carried}) < 2:
            self._conn.execute("DELETE FROM statements WHERE id = ?", (identifier,))
            return
        first = _model(carried)
        variants = _variants(wording.unpacked(first[9]), identifier, carried)
        days = [each[6] for each in carried if each[6]]
        spoken = {_speakers(each[5]) for each in carried}
        self._conn.execute(UPSERT, (
            identifier, first[7], first[4], wording.length(wording.unpacked(first[9])), len(carried),
            len({each[1] for each in carried}), len({each[2] for each in carried}), len({each[3] for each in carried} - {None}),
            len(frozenset().union(*spoken)), attributions(spoken), sum(each[2] == "changed" for each in variants),
            min(days, default=None), max(days, default=None),
        ))
        stored = {key: tuple(values) for key, *values in self._conn.execute(
            "SELECT quote_id, quote_id, statement_id, difference, left_out, changed FROM statement_variants "
            "WHERE statement_id = ?", (identifier,))}
        self._conn.executemany("DELETE FROM statement_variants WHERE quote_id = ?",
                               [(key,) for key in stored.keys() - {each[0] for each in variants}])
        self._conn.executemany("UPDATE quotes SET statement_id = NULL WHERE id = ? AND statement_id = ?",
                               [(key, identifier) for key in stored.keys() - {each[0] for each in variants}])
        new = [each for each in variants if stored.get(each[0]) != each]
        self._conn.executemany("INSERT OR REPLACE INTO statement_variants VALUES (?, ?, ?, ?, ?)",
                               [(each[0], identifier, *each[2:]) for each in new])
        self._conn.executemany("UPDATE quotes SET statement_id = ?1 WHERE id = ?2 AND statement_id IS NOT ?1",
                               [(identifier, each[0]) for each in variants])


def _model(carried: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return the quote that a statement's versions are compared with: of those about as long as the longest, the first."""
    sizes = [wording.length(wording.unpacked(each[9])) for each in carried]
    return next(each for each, size in zip(carried, sizes, strict=True) if size >= ABOUT_AS_LONG * max(sizes))


def _variants(
    model: tuple[int, ...], identifier: str, carried: Sequence[tuple[Any, ...]]
) -> list[tuple[str, str, str, int, int]]:
    """Return the rows of a statement's variants."""
    compared = {forms: wording.compare(model, wording.unpacked(forms)) for forms in {each[9] for each in carried}}
    return [
        (each[0], identifier, str(compared[each[9]].difference), compared[each[9]].left_out, compared[each[9]].changed)
        for each in carried
    ]


def _speakers(held: bytes) -> frozenset[int]:
    return frozenset(wording.unpacked(held, wording.SPEAKER_BYTES))


def attributions(spoken: Iterable[frozenset[Speaker]]) -> int:
    """Return to how many speakers words are attributed; those who are quoted together, or each with another, count as one.

    >>> attributions([frozenset({"Ana", "Bo"}), frozenset({"Bo"}), frozenset({"Cy"}), frozenset()])
    2
    """
    apart: list[frozenset[Speaker]] = []
    for together in filter(None, spoken):
        joined = [each for each in apart if each & together]
        apart = [*(each for each in apart if each not in joined), together.union(*joined)]
    return len(apart)


def _ordinal(day: str | None) -> int | None:
    try:
        return date.fromisoformat(day or "").toordinal()
    except ValueError:
        return None


@contextmanager
def changed_quotes(db: Database) -> Iterator[ChangedQuotes | None]:
    """Hold a transaction with the next batch of quotes whose statements are not told; None if there is none.

    Raises:
        StoreError: the database cannot be written.
    """
    if db.conn.execute("SELECT 1 FROM untold_quotes LIMIT 1").fetchone() is None:
        yield None
        return
    with transaction(db) as conn:
        yield ChangedQuotes(conn)
