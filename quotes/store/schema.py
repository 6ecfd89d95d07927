"""The schema of the database: an append-only list of migrations.

What the tables hold is told, column by column, in `quotes/data/tables.toml`. The facts are in `articles`, `entities`
(one speaker as one article knows it) and `quotes`; `speakers`, `aliases`, `roles` and `speaker_redirects` are computed
from them over all articles; `judgements`, `renames`, `retypes` and `corrections` are people's
decisions, which no build touches, `undos` says which of them were taken back.

Invariants: a migration that was released is never edited, another one is appended; every table is STRICT, every
reference a foreign key; search index and statistics (`quotes_fts`, `speaker_totals`, `facet_counts`) are kept by
triggers, in the transaction that changes a quote, whoever writes.
"""

from __future__ import annotations

import json
import sqlite3
from importlib import resources
from typing import TYPE_CHECKING

from sqlite_utils import Database, Migrations

from quotes.said import words_said
from quotes.store.anchors import remember_correction, remember_named
from quotes.store.rows import utc_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MIGRATIONS = Migrations("quotes")


def sql(name: str) -> str:
    """Return the text of `quotes/store/sql/NAME.sql`."""
    return resources.files("quotes.store").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def statements(script: str) -> Iterator[str]:
    """Yield the statements of an SQL script one by one, triggers whole.

    `executescript` would do, but commits the transaction that a migration must stay in.

    >>> list(statements("SELECT 1; SELECT ';';"))
    ['SELECT 1;', "SELECT ';';"]
    """
    pending = ""
    for piece in script.split(";"):
        pending += piece + ";"
        if sqlite3.complete_statement(pending):
            if pending.strip(" \n;"):
                yield pending.strip()
            pending = ""


def newer(applied: Iterable[str]) -> list[str]:
    """Return those of the migrations applied to a database that this version does not know, sorted."""
    known = {migration.name for migration in MIGRATIONS._migrations}  # noqa: SLF001  the set has no public list
    return sorted(set(applied) - known)


def _run(db: Database, *names: str) -> None:
    for name in names:
        for statement in statements(sql(name)):
            db.conn.execute(statement)


@MIGRATIONS()
def migration_0001(db: Database) -> None:
    """Make the tables, indexes, full-text search and statistics of version 0.1."""
    _run(db, "migration_0001_tables", "migration_0001_indexes", "migration_0001_search", "migration_0001_statistics")


@MIGRATIONS()
def migration_0002_published_utc(db: Database) -> None:
    """Order by the moment of publication, whatever its offset, and keep what a reader knows of its article.

    A database that later migrations have brought as far already forgets which inputs were read: only they can say it.
    """
    db.conn.create_function("utc_of", 1, utc_of, deterministic=True)
    _run(db, "migration_0002_published_utc")
    if db["inputs"].exists():
        db.conn.execute("DELETE FROM inputs")


@MIGRATIONS()
def migration_0003(db: Database) -> None:
    """Let the search index say whose it is, so that `sqlite-utils search` and Datasette without our plugin find it."""
    _run(db, "migration_0003_search")


@MIGRATIONS()
def migration_0004_inputs(db: Database) -> None:
    """Make the tables of inputs that were read: by the hash of their bytes, those that are unchanged are not read again.

    A page's own metadata is a third place that a date of publication comes from. Of a constraint that only grows, SQLite's
    documentation says to edit the schema's text (lang_altertable, section 7), which no row needs to be written for.
    """
    _run(db, "migration_0004_inputs")
    db.conn.execute("PRAGMA writable_schema = ON")
    db.conn.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'articles'",
        ("published_from IN ('metadata', 'text')", "published_from IN ('metadata', 'page', 'text')"),
    )
    db.conn.execute("PRAGMA writable_schema = RESET")


@MIGRATIONS()
def migration_0005_speakers(db: Database) -> None:
    """Let a quote have several speakers, each of whom it counts for, and say how sure it is who speaks."""
    _run(db, "migration_0005_speakers")


@MIGRATIONS()
def migration_0006_acts(db: Database) -> None:
    """Say of each quote what its cue makes of the words, and give the words for readers."""
    db.conn.create_function("words_said_of", 2, lambda text, content: words_said(text, json.loads(content)))
    _run(db, "migration_0006_acts")


@MIGRATIONS()
def migration_0007_statements(db: Database) -> None:
    """Make the tables of families and statements, and let the statistics of speakers count families beside articles.

    The view may have got columns from another migration: what it has stays.
    """
    _run(db, "migration_0007_statements")
    (view,) = db.conn.execute("SELECT sql FROM sqlite_master WHERE name = 'speaker_stats'").fetchone()
    articles = "speaker_totals.articles AS articles,"
    families = "coalesce((SELECT copies FROM speaker_copies WHERE speaker_copies.speaker_id = speakers.id), 0)"
    db.conn.execute("DROP VIEW speaker_stats")
    db.conn.execute(view.replace(articles, f"{articles}\n    speaker_totals.articles - {families} AS families,"))


@MIGRATIONS()
def migration_0008_years(db: Database) -> None:
    """Make the tables by which what people decided on is found again in changed texts, and fill them from what is stored."""
    _run(db, "migration_0008_years")
    for (identifier,) in db.conn.execute("SELECT id FROM corrections ORDER BY made_at, id").fetchall():
        remember_correction(db.conn, identifier)
    named = "SELECT left_id FROM judgements UNION SELECT right_id FROM judgements UNION SELECT speaker_id FROM renames"
    remember_named(db.conn, *(identifier for (identifier,) in db.conn.execute(named).fetchall()))


@MIGRATIONS()
def migration_0009_corrections(db: Database) -> None:
    """Let people correct role, affiliation and act too, say what a speaker is, and take everything back by name.

    Of a constraint that only grows, SQLite's documentation says to edit the schema's text, as in `migration_0004_inputs`.
    """
    _run(db, "migration_0009_corrections")
    db.conn.execute("PRAGMA writable_schema = ON")
    db.conn.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'corrections'",
        ("'wrong span', 'not a quote')",
         "'wrong span', 'not a quote', 'wrong role', 'wrong affiliation', 'wrong act')"),
    )
    db.conn.execute("PRAGMA writable_schema = RESET")


@MIGRATIONS()
def migration_0010_queue(db: Database) -> None:
    """Make the tables of what people's lists say of speakers and of what reviewers say of quotes.

    The statistics of speakers carry their identifiers in these lists; the view may have got columns from another migration.
    """
    _run(db, "migration_0010_queue")
    (view,) = db.conn.execute("SELECT sql FROM sqlite_master WHERE name = 'speaker_stats'").fetchone()
    db.conn.execute("DROP VIEW speaker_stats")
    kind = "speakers.type AS type,"
    db.conn.execute(view.replace(kind, f"{kind}\n    speakers.authority_id AS authority_id,", 1))


@MIGRATIONS()
def migration_0011_identity(db: Database) -> None:
    """Link what roles belong to with who speaks; it needs nothing of the migrations between."""
    _run(db, "migration_0011_identity")


@MIGRATIONS()
def migration_0012_retold(db: Database) -> None:
    """Let words be compared as numbers, and count a joint quote under each of its speakers in statements."""
    _run(db, "migration_0012_retold")
