"""What is known of inputs that were read: the hash of their bytes, and which articles they gave.

Invariant: an input is kept only when every article that it gave is stored, so that one that is not read again has cost no
article.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from quotes.ids import digest
from quotes.records import KnownInput
from quotes.store.connection import named_errors, transaction
from quotes.store.rows import storable
from quotes.store.schema import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlite_utils import Database


def input_id(name: str, sha256: str, reading: str) -> str:
    """Return the identifier of an input."""
    return digest("input", name, sha256, reading)


@named_errors
def find_input(db: Database, name: str, sha256: str, reading: str) -> KnownInput | None:
    """Return what is known of an input of this name and these bytes, read in this way; None if it is not."""
    return _find(db, "id = ?", input_id(name, sha256, reading))


@named_errors
def find_address(db: Database, url: str) -> KnownInput | None:
    """Return what is known of what an address answered last, or None."""
    return _find(db, "name = ?", storable(url) or "")


@named_errors
def has_article(db: Database, article_id: str) -> bool:
    """Say whether an article is stored."""
    return db.conn.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone() is not None


@named_errors
def failed_origins(db: Database, origins: Iterable[str]) -> list[str]:
    """Return the origins in `failures` that are one of these inputs or a record of one (`INPUT#RECORD`)."""
    stored = [origin for (origin,) in db.conn.execute("SELECT DISTINCT origin FROM failures ORDER BY origin")]
    wanted = {storable(origin) for origin in origins}
    return [origin for origin in stored if origin in wanted or origin.rpartition("#")[0] in wanted]


def write_inputs(db: Database, inputs: Iterable[KnownInput]) -> int:
    """Keep inputs whose articles are all stored, in one transaction; return how many were new or changed.

    What an input of the same name gave before goes, if it gave one of the same articles or none.

    Raises:
        StoreError: the database cannot be written.
    """
    changed = [
        (identifier, known) for identifier, known in sorted({_id(known): known for known in inputs}.items())
        if _find(db, "id = ?", identifier) != known and all(has_article(db, name) for name in known.articles)
    ]
    if not changed:
        return 0
    with transaction(db) as conn:
        for identifier, known in changed:
            name = storable(known.name)
            conn.execute(sql("forget_inputs"), {"name": name, "articles": json.dumps(known.articles)})
            row = (identifier, name, known.sha256, known.reading, storable(known.etag), storable(known.last_modified))
            conn.execute("INSERT INTO inputs (id, name, sha256, reading, etag, last_modified) VALUES (?, ?, ?, ?, ?, ?)", row)
            conn.executemany(
                "INSERT INTO input_articles (input_id, place, article_id) VALUES (?, ?, ?)",
                [(identifier, place, article) for place, article in enumerate(known.articles)],
            )
    return len(changed)


def write_hashes(db: Database, hashes: Mapping[str, str]) -> None:
    """Note of articles that are unchanged what the bytes of their inputs are now.

    Args:
        db: the database.
        hashes: the SHA-256 of the input's bytes by the article's identifier.

    Raises:
        StoreError: the database cannot be written.
    """
    if hashes:
        with transaction(db) as conn:
            conn.executemany("UPDATE articles SET input_sha256 = ? WHERE id = ?",
                             [(sha256, identifier) for identifier, sha256 in sorted(hashes.items())])


def _id(known: KnownInput) -> str:
    return input_id(known.name, known.sha256, known.reading)


def _find(db: Database, condition: str, value: str) -> KnownInput | None:
    named = "SELECT id, name, sha256, reading, etag, last_modified FROM inputs WHERE"
    row = db.conn.execute(f"{named} {condition}", (value,)).fetchone()
    if row is None:
        return None
    articles = db.conn.execute("SELECT article_id FROM input_articles WHERE input_id = ? ORDER BY place", row[:1])
    return KnownInput(
        name=row[1], sha256=row[2], reading=row[3], articles=tuple(name for (name,) in articles), etag=row[4],
        last_modified=row[5],
    )
