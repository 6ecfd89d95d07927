"""Taking articles out of a database, so that neither a row nor a byte of the file tells of them.

Invariants: all articles of one call go in one transaction or none; what people decided of speakers stays. What is computed
over all articles is stale afterwards: the caller resolves, then wipes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes.store.anchors import forget
from quotes.store.connection import location, store_errors, transaction
from quotes.store.write import delete_findings, mark_stale

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from sqlite_utils import Database


def remove(db: Database, article_ids: Iterable[str], *, corrections: bool) -> tuple[str, ...]:
    """Delete articles, all that was found in them, and what is remembered of the inputs that they came from.

    Args:
        db: the database.
        article_ids: the articles; those that are not there are passed over.
        corrections: whether people's corrections of their quotes go too; kept, they hold again should an article come back.

    Returns:
        The identifiers of those that were there.

    Raises:
        StoreError: the database cannot be written.
    """
    with store_errors(location(db)):
        db.conn.execute("PRAGMA secure_delete = ON")
    with transaction(db) as conn:
        return tuple(name for name in article_ids if _remove(conn, name, corrections=corrections))


def _remove(conn: sqlite3.Connection, article_id: str, *, corrections: bool) -> bool:
    row = conn.execute("SELECT origin FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        return False
    delete_findings(conn, article_id)
    inputs = "(SELECT input_id FROM input_articles WHERE article_id = ?)"
    conn.execute(f"DELETE FROM inputs WHERE id IN {inputs}", (article_id,))  # noqa: S608  our own words
    conn.execute("DELETE FROM failures WHERE origin = ?", row)
    forget(conn, article_id, corrections=corrections)
    if corrections:
        conn.execute("DELETE FROM undos WHERE decision_id IN (SELECT id FROM corrections WHERE article_id = ?)", (article_id,))
        conn.execute("DELETE FROM corrections WHERE article_id = ?", (article_id,))
        conn.execute("DELETE FROM reviews WHERE article_id = ?", (article_id,))
    conn.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    mark_stale(conn)
    return True


def wipe(db: Database) -> None:
    """Pack the search index, so that words which stand in no quote any more leave it, and overwrite what was freed.

    Raises:
        StoreError: the database cannot be written.
    """
    with store_errors(location(db)):
        db.conn.execute("PRAGMA secure_delete = ON")
    with transaction(db) as conn:
        conn.execute("INSERT INTO quotes_fts (quotes_fts) VALUES ('optimize')")
        conn.execute("ANALYZE")


def origins(db: Database) -> Iterator[tuple[str, str]]:
    """Yield each article's identifier with the file, address or table that it came from, without the record's number."""
    with store_errors(location(db)):
        found = db.conn.execute("SELECT id, origin FROM articles WHERE origin IS NOT NULL ORDER BY id").fetchall()
    yield from found
