"""Whether a database keeps its promises: the invariants of the schema as queries that return no row.

Each `sql/check_*.sql` selects one line of text for each thing that is wrong.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from quotes.store.schema import sql

if TYPE_CHECKING:
    from sqlite_utils import Database

CHECKS = (
    "check_quote_text",
    "check_quote_spans",
    "check_quote_columns",
    "check_speakers",
    "check_orphans",
    "check_speaker_totals",
    "check_facet_counts",
)


def check(db: Database) -> list[str]:
    """Return what is wrong with a database, one line each; [] if all is well.

    Args:
        db: the database, opened for writing (the check of the search index needs that, though it writes nothing).

    Example:
        >>> from quotes.store.connection import open_database
        >>> check(open_database("data.db"))  # doctest: +SKIP
        []
    """
    faults = [row[0] for row in db.conn.execute("PRAGMA integrity_check") if row[0] != "ok"]
    faults += [
        f"row {rowid} of {table} refers to a row of {parent} that is not there"
        for table, rowid, parent, _ in db.conn.execute("PRAGMA foreign_key_check")
    ]
    for name in CHECKS:
        faults += [row[0] for row in db.conn.execute(sql(name))]
    try:
        db.conn.execute("INSERT INTO quotes_fts (quotes_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        faults.append(f"the search index does not hold the words of the quotes ({error})")
    return faults
