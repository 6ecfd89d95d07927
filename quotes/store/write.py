"""Records into rows.

Each article is written in one transaction, wholly or not at all. Who is who over all articles is computed later
(`apply_resolution`); until then a quote's speaker is one that stands for its article's entity alone and has the entity's
identifier, so that every quote has a speaker at every moment, also after a build was killed. Table `stale` says that
this is still to be done.

Invariants: writing what is stored already changes no byte of the file; rows do not depend on the order in which articles
came, nor on how often or in how many builds; no function here leaves a transaction open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import ids
from quotes.store.anchors import named_in
from quotes.store.connection import open_database, open_to_build, transaction
from quotes.store.decisions import (
    add_correction,
    add_corrections,
    add_judgement,
    add_rename,
    add_retype,
    supersede_correction,
    supersede_judgement,
    supersede_rename,
    write_authorities,
)
from quotes.store.read import corrections_of, extraction_found, run_of
from quotes.store.resolution import apply_resolution, write_speaker_terms
from quotes.store.rows import COLUMNS, FINDINGS, ArticleRows, article_rows, storable
from quotes.store.schema import sql
from quotes.store.uncorrected import fill_in, remember

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from sqlite_utils import Database

    from quotes.records import Extraction, Failure, Run

__all__ = [
    "add_correction",
    "add_corrections",
    "add_judgement",
    "add_rename",
    "add_retype",
    "apply_resolution",
    "delete_article",
    "open_database",
    "open_to_build",
    "reapply",
    "supersede_correction",
    "supersede_judgement",
    "supersede_rename",
    "write_authorities",
    "write_each",
    "write_extraction",
    "write_extractions",
    "write_failures",
    "write_speaker_terms",
]


def _insert(table: str, *, ignore: bool = False) -> str:
    """Return the statement that inserts a row; its parts are constants of this package."""
    columns = COLUMNS[table]
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join("?" * len(columns))
    return f"INSERT {'OR IGNORE ' if ignore else ''}INTO {table} ({names}) VALUES ({places})"  # noqa: S608


INSERTS = {table: _insert(table, ignore=table == "terms") for table in FINDINGS}
UPSERT_ARTICLE = (
    _insert("articles") + " ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in COLUMNS["articles"][1:])
)


def write_extraction(db: Database, extraction: Extraction, run: Run) -> bool:
    """Store everything found in one article, in the place of what was stored for it, in one transaction.

    People's corrections of its quotes are applied first.

    Args:
        db: the database.
        extraction: the article with its quotes and entities.
        run: what made them.

    Returns:
        Whether anything changed. Quotes that the article still has keep their identifiers.

    Raises:
        ArticleError: the records contradict one another, or the text is none that SQLite can give back.
        StoreError: the database cannot be written.
    """
    return bool(write_extractions(db, [extraction], run))


def write_extractions(db: Database, extractions: Iterable[Extraction], run: Run) -> int:
    """Store everything found in several articles in one transaction: all of them, or none.

    For loading what was extracted elsewhere: a hundred articles at a time are stored in half the time that they take one
    by one. A build stores an article as soon as it is extracted.

    Returns:
        How many articles were new or changed.

    Raises:
        StoreError: as `write_extraction`, and nothing was stored.
    """
    return sum(write_each(db, extractions, run))


def write_each(db: Database, extractions: Iterable[Extraction], run: Run) -> list[bool]:
    """Store as `write_extractions` does, and return of each whether it was new or changed."""
    with transaction(db) as conn:
        return [_write(db, conn, extraction, run) for extraction in extractions]


def _write(db: Database, conn: sqlite3.Connection, extraction: Extraction, run: Run) -> bool:
    article_id = extraction.article.id
    corrections = corrections_of(db, article_id)
    rows = article_rows(extraction, run, corrections, named_in(conn, article_id))
    if _is_stored(conn, rows.article):
        fill_in(conn, extraction)
        return False
    _insert_run(conn, run)
    if rows.outlet:
        conn.execute("INSERT OR IGNORE INTO outlets (id, name) VALUES (?, ?)", rows.outlet)
    delete_findings(conn, article_id)
    _insert_rows(conn, rows)
    conn.executemany("INSERT INTO corrections_not_found (article_id, correction_id, missing) VALUES (?, ?, ?)",
                     [(article_id, *lost) for lost in rows.lost])
    remember(conn, extraction, corrected=bool(corrections))
    mark_stale(conn)
    return True


def reapply(db: Database, article_id: str) -> bool:
    """Write an article anew with the corrections that hold now, in one transaction, without extracting it again.

    Returns:
        Whether the database shows them now; the next build will where an older version corrected the article, and where the
        article is gone.

    Raises:
        StoreError: the database cannot be written.
    """
    with transaction(db) as conn:
        found, run = extraction_found(db, article_id), run_of(db, article_id)
        if found is None or run is None:
            return False
        _write(db, conn, found, run)
    return True


def delete_article(db: Database, article_id: str) -> bool:
    """Delete an article and everything found in it, in one transaction; return whether it was there."""
    with transaction(db) as conn:
        delete_findings(conn, article_id)
        deleted = conn.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount > 0
        if deleted:
            mark_stale(conn)
    return deleted


def write_failures(
    db: Database, failures: Iterable[Failure], run: Run, *, origins: Iterable[str] = ()
) -> bool:
    """Make these the only failures of their origins and of `origins`, in one transaction.

    Args:
        db: the database.
        failures: the inputs that could not be used.
        run: what tried to read them.
        origins: inputs that were used after all: what is stored of their failing before goes.

    Returns:
        Whether anything changed.

    Raises:
        StoreError: the database cannot be written.
    """
    wanted = {}
    for failure in failures:
        identifier = ids.digest("failure", failure.origin, failure.stage, failure.error)
        texts = tuple(storable(text) for text in (failure.origin, failure.stage, failure.error))
        wanted[identifier] = (identifier, *texts, run.id)
    names = {storable(origin) for origin in origins} | {row[1] for row in wanted.values()}
    with transaction(db) as conn:
        stored = {
            row for name in names
            for row in conn.execute("SELECT id, origin, stage, error, run_id FROM failures WHERE origin = ?", (name,))
        }
        if stored == {*wanted.values()}:
            return False
        _insert_run(conn, run)
        conn.executemany("DELETE FROM failures WHERE id = ?", [(row[0],) for row in stored])
        conn.executemany("INSERT INTO failures (id, origin, stage, error, run_id) VALUES (?, ?, ?, ?, ?)",
                         sorted(wanted.values()))
        conn.execute(sql("prune_runs"))
    return True


def _insert_run(conn: sqlite3.Connection, run: Run) -> None:
    conn.execute("INSERT OR IGNORE INTO runs (id, version, model, tagger, settings) VALUES (?, ?, ?, ?, ?)",
                 (run.id, run.version, run.model, run.tagger, run.settings))


def _is_stored(conn: sqlite3.Connection, article: tuple[object, ...]) -> bool:
    columns = ("id", "run_id", "fingerprint", "findings")
    wanted = tuple(article[COLUMNS["articles"].index(column)] for column in columns)
    stored = conn.execute("SELECT id, run_id, fingerprint, findings FROM articles WHERE id = ?", wanted[:1]).fetchone()
    return bool(stored == wanted)


def delete_findings(conn: sqlite3.Connection, article_id: str) -> None:
    """Delete what was found in an article, with the speakers that stood for its entities alone."""
    conn.execute("DELETE FROM quotes WHERE article_id = ?", (article_id,))
    for table in ("furniture", "corrections_not_found"):
        conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))  # noqa: S608  our own words
    own = conn.execute("SELECT id FROM entities WHERE article_id = ? AND speaker_id = id", (article_id,)).fetchall()
    conn.execute("DELETE FROM entities WHERE article_id = ?", (article_id,))
    conn.executemany("DELETE FROM speakers WHERE id = ?", own)


def _insert_rows(conn: sqlite3.Connection, rows: ArticleRows) -> None:
    conn.execute(UPSERT_ARTICLE, rows.article)
    for table, found in rows.findings.items():
        conn.executemany(INSERTS[table], found)


def mark_stale(conn: sqlite3.Connection) -> None:
    """Say that what is computed over all articles is to be computed anew."""
    conn.execute("INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms')")
