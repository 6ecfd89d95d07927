"""Families of articles into rows: what came, went or changed is taken from a queue that triggers fill.

Invariants: one call is one transaction; rows follow from the set of articles, in whatever order and batches they came.
"""

from __future__ import annotations

import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING

from quotes.records import Article, Basis, Tie
from quotes.store.connection import transaction
from quotes.store.resolution import Wanted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Mapping

    from sqlite_utils import Database

    from quotes.records import Copy

BATCH = 2000
KEPT = 3 * BATCH  # articles that a batch remembers
MARK_BYTES = 8

# Of the articles of one family that quote a speaker, all but one are copies.
COPIES = """
SELECT quotes.speaker_id, count(DISTINCT quotes.article_id) - count(DISTINCT article_families.family_id)
FROM article_families JOIN quotes ON quotes.article_id = article_families.article_id
GROUP BY quotes.speaker_id
HAVING count(DISTINCT quotes.article_id) > count(DISTINCT article_families.family_id)
"""
TREE = """
WITH RECURSIVE tree(id) AS (
    SELECT ? UNION SELECT article_id FROM article_families JOIN tree ON article_families.parent_id = tree.id
)
SELECT id FROM tree
"""


class ChangedArticles:
    """A batch of articles that came, went or changed; an index of all articles (see `quotes.resolve.families.Index`)."""

    def __init__(self, conn: sqlite3.Connection, copy_of: Callable[[Article], Copy],
                 marks_of: Callable[[Copy], Collection[int]]) -> None:
        self._conn = conn
        self._copy_of = copy_of
        queued = [row[0] for row in conn.execute("SELECT article_id FROM untold_articles ORDER BY article_id LIMIT ?", (BATCH,))]
        self.removed: dict[str, tuple[int, ...]] = {}
        for identifier in queued:
            for (marks,) in conn.execute("SELECT marks FROM marked_articles WHERE article_id = ?", (identifier,)):
                self.removed[identifier] = struct.unpack(f"<{len(marks) // MARK_BYTES}q", marks)
        self._known = self._read(queued)
        self.added = tuple(self._known.values())
        self._queued = queued
        conn.executemany("DELETE FROM article_marks WHERE mark = ? AND article_id = ?",
                         [(mark, key) for key, marks in self.removed.items() for mark in marks])
        conn.executemany("DELETE FROM marked_articles WHERE article_id = ?", [(key,) for key in self.removed])
        for each in self.added:
            marks = sorted(marks_of(each))
            conn.executemany("INSERT INTO article_marks VALUES (?, ?)", [(mark, each.id) for mark in marks])
            conn.execute("INSERT INTO marked_articles VALUES (?, ?)", (each.id, struct.pack(f"<{len(marks)}q", *marks)))

    def sharing(self, marks: Collection[int], limit: int) -> dict[int, list[str]]:
        """Return the articles that have each of the marks."""
        found = "SELECT article_id FROM article_marks WHERE mark = ? LIMIT ?"
        return {mark: [row[0] for row in self._conn.execute(found, (mark, limit + 1))] for mark in marks}

    def copies(self, identifiers: Collection[str]) -> dict[str, Copy]:
        """Return those of the articles that are there."""
        if len(self._known) > KEPT:
            self._known = {each.id: each for each in self.added}
        self._known |= self._read([each for each in identifiers if each not in self._known])
        return {each: self._known[each] for each in identifiers if each in self._known}

    def _read(self, identifiers: Collection[str]) -> dict[str, Copy]:
        found = {}
        for identifier in identifiers:
            for row in self._conn.execute(
                "SELECT text, url, author, outlet_spelling FROM articles WHERE id = ?", (identifier,)
            ):
                text, url, author, outlet = row
                found[identifier] = self._copy_of(Article(id=identifier, text=text, url=url, author=author, outlet=outlet))
        return found

    def numbers(self, identifiers: Collection[str]) -> dict[str, int]:
        """Return how many marks articles have."""
        found = f"SELECT length(marks) / {MARK_BYTES} FROM marked_articles WHERE article_id = ?"  # noqa: S608  a number
        return {each: row[0] for each in identifiers for row in self._conn.execute(found, (each,))}

    def ties(self, identifiers: Collection[str]) -> dict[str, Tie | None]:
        """Return what articles are tied to so far."""
        stored = "SELECT parent_id, basis FROM article_families WHERE article_id = ?"
        found: dict[str, Tie | None] = {}
        for identifier in identifiers:
            row = self._conn.execute(stored, (identifier,)).fetchone()
            found[identifier] = Tie(row[0], Basis(row[1])) if row and row[0] else None
        return found

    def children(self, identifiers: Collection[str]) -> set[str]:
        """Return the articles that are tied to any of these."""
        found = "SELECT article_id FROM article_families WHERE parent_id = ?"
        return {row[0] for each in identifiers for row in self._conn.execute(found, (each,))}

    def write(self, ties: Mapping[str, Tie | None]) -> None:
        """Store changed ties, and the families that follow from them."""
        agencies = {each.id: each.agency for each in self.added}
        touched = {*self._queued, *ties}
        roots = {self._root(each) for each in touched}
        for identifier, tied in ties.items():
            self._tie(identifier, tied, agencies)
        for root in sorted({self._root(each) for each in roots | touched}):
            self._write_family(root)
        self._conn.executemany("DELETE FROM untold_articles WHERE article_id = ?", [(key,) for key in self._queued])

    def _tie(self, identifier: str, tied: Tie | None, agencies: Mapping[str, str | None]) -> None:
        kept = self._conn.execute("SELECT agency FROM article_families WHERE article_id = ?", (identifier,)).fetchone()
        agency = agencies[identifier] if identifier in agencies else kept and kept[0]
        basis = str(tied.basis) if tied else "agency" if agency else None
        self._conn.execute(
            "INSERT INTO article_families (article_id, family_id, basis, agency, parent_id) VALUES (?1, ?1, ?2, ?3, ?4) "
            "ON CONFLICT (article_id) DO UPDATE SET basis = ?2, agency = ?3, parent_id = ?4",
            (identifier, basis, agency, tied and tied.parent),
        )

    def _root(self, identifier: str) -> str:
        parent = self._conn.execute("SELECT parent_id FROM article_families WHERE article_id = ?", (identifier,)).fetchone()
        return self._root(parent[0]) if parent and parent[0] else identifier

    def _write_family(self, root: str) -> None:
        members = [row[0] for row in self._conn.execute(TREE, (root,))]
        if self._conn.execute("SELECT 1 FROM articles WHERE id = ?", (root,)).fetchone() is None:
            return
        if len(members) == 1:
            self._conn.execute("DELETE FROM article_families WHERE article_id = ? AND agency IS NULL", (root,))
        else:
            self._conn.execute("INSERT OR IGNORE INTO article_families (article_id, family_id) VALUES (?1, ?1)", (root,))
        for member in members:
            moved = self._conn.execute(
                "UPDATE article_families SET family_id = ?1 WHERE article_id = ?2 AND family_id <> ?1", (root, member)
            ).rowcount
            if moved or member in self._queued or len(members) > 1:
                self._conn.execute(
                    "INSERT OR IGNORE INTO untold_quotes SELECT id FROM quotes "
                    "WHERE article_id = ? AND statement_id IS NOT NULL", (member,))


@contextmanager
def changed_articles(
    db: Database, copy_of: Callable[[Article], Copy], marks_of: Callable[[Copy], Collection[int]]
) -> Iterator[ChangedArticles | None]:
    """Hold a transaction with the next batch of articles whose families are not told; None if there is none.

    Args:
        db: the database.
        copy_of: makes of a stored article what families are made of.
        marks_of: returns the marks that an article is found by.

    Raises:
        StoreError: the database cannot be written, or has no texts.
    """
    if db.conn.execute("SELECT 1 FROM untold_articles LIMIT 1").fetchone() is None:
        yield None
        return
    with transaction(db) as conn:
        yield ChangedArticles(conn, copy_of, marks_of)


def write_speaker_copies(db: Database) -> int:
    """Store how many articles that quote a speaker are copies of others that do; return how many rows were touched."""
    with transaction(db) as conn:
        return Wanted(conn, "speaker_copies", conn.execute(COPIES).fetchall()).synchronise()
