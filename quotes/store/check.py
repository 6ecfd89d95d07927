"""Whether a database keeps its promises: the invariants of the schema as queries that return no row.

Each `sql/check_*.sql` selects one line of text for each thing that is wrong.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from quotes.store.connection import named_errors
from quotes.store.fold import search_names
from quotes.store.resolution import outlet_rows, wanted_quote_speakers, wanted_roles
from quotes.store.rows import role_id
from quotes.store.schema import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

CHECKS = {
    "check_quote_text": "quotes are the words that their spans cover",
    "check_quote_spans": "spans lie in their articles",
    "check_quote_columns": "quotes agree with their articles, entities and roles",
    "check_speakers": "speakers speak and have names",
    "check_orphans": "nothing is kept that nothing needs, nothing waits for a build",
    "check_speaker_totals": "numbers of speakers",
    "check_facet_counts": "numbers of facets",
}

CHECK_INDEX = "INSERT INTO quotes_fts (quotes_fts, rank) VALUES ('integrity-check', 1)"


@named_errors
def check(db: Database) -> list[str]:
    """Return what is wrong with a database, one line each; [] if all is well.

    Args:
        db: the database.

    Example:
        >>> from quotes.store.connection import open_database
        >>> check(open_database("data.db"))  # doctest: +SKIP
        []
    """
    return [fault for _, faults in checks(db) for fault in faults]


@named_errors
def checks(db: Database) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what each check is called and what it found wrong, one line each.

    Args:
        db: the database.
    """
    yield "file", tuple(row[0] for row in db.conn.execute("PRAGMA integrity_check") if row[0] != "ok")
    yield "references", tuple(
        f"row {rowid} of {table} refers to a row of {parent} that is not there"
        for table, rowid, parent, _ in db.conn.execute("PRAGMA foreign_key_check")
    )
    for name, what in CHECKS.items():
        yield what, tuple(row[0] for row in db.conn.execute(sql(name)))
    if not db.conn.execute("SELECT 1 FROM stale WHERE what = 'speakers'").fetchone():
        yield "what is computed over all articles", tuple(_check_computed(db))
        speakers = set(db.conn.execute("SELECT quote_id, speaker_id, place FROM quote_speakers"))
        others = sorted({row[0] for row in speakers ^ set(wanted_quote_speakers(db.conn))})
        yield "speakers of quotes", tuple(f"quote {quote_id} has other speakers than its entities" for quote_id in others)
    yield "search index", tuple(_check_index(db.conn))


def _check_index(conn: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with the search index; its check writes nothing, but a connection for reading may not ask for it.

    A copy in memory may: of a file that is opened for reading, that is what is checked.
    """
    try:
        try:
            conn.execute(CHECK_INDEX)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") != "SQLITE_READONLY":
                raise
            with closing(sqlite3.connect("")) as copy:  # a temporary file
                conn.backup(copy)
                copy.execute(CHECK_INDEX)
    except sqlite3.DatabaseError as error:
        yield f"the search index does not hold the words of the quotes ({error})"


def _check_computed(db: Database) -> Iterator[str]:
    """Yield what is wrong with rows that are computed outside SQL, in a database that nothing is to be computed for."""
    held = {row[0]: row for row in wanted_roles(db.conn)}
    stored = {row[0]: row for row in db.conn.execute(
        "SELECT id, speaker_id, role, affiliation, role_class, first_seen, last_seen, articles FROM roles")}
    for identifier in sorted(held.keys() | stored.keys()):
        if held.get(identifier) != stored.get(identifier):
            yield f"role {identifier} is not as articles give it"
    outlets = {row[0]: row for row in outlet_rows(db.conn)}
    for row in db.conn.execute("SELECT id, name, domain FROM outlets"):
        if row != outlets.get(row[0]):
            yield f"outlet {row[0]} is not called as most of its articles call it"
    aliases: dict[str, list[str]] = {}
    for speaker_id, alias in db.conn.execute("SELECT speaker_id, alias FROM aliases"):
        aliases.setdefault(speaker_id, []).append(alias)
    for speaker_id, name, names in db.conn.execute(
        "SELECT speakers.id, name, names FROM speakers JOIN speaker_names ON speaker_names.speaker_id = speakers.id"
    ):
        if names != search_names(name, aliases.get(speaker_id, [])):
            yield f"speaker {speaker_id} is searched for by other names than it has"
    for quote_id, identifier, *role in db.conn.execute(
        "SELECT id, role_id, speaker_id, role, affiliation FROM quotes WHERE role_id IS NOT NULL"
    ):
        if identifier != role_id(*role):
            yield f"quote {quote_id} has another role than its article gives"
