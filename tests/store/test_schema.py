"""The schema only grows: what was released is read as it is, and the committed database has it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotes.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

COMMITTED = Path(__file__).parents[2] / "data.db"


def schema(conn: sqlite3.Connection) -> dict[str, str]:
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_stat%'")
    return {name: sql for name, sql in rows if not name.startswith("_sqlite")}


@pytest.mark.skipif(not COMMITTED.exists(), reason="away from the checkout")
def test_the_committed_database_has_the_schema_of_a_new_one(empty: Database) -> None:
    """Fails when a released migration was edited, or data.db not made again after a change of the first."""
    with closing(sqlite3.connect(f"{COMMITTED.as_uri()}?mode=ro", uri=True)) as conn:
        assert schema(conn) == schema(empty.conn)


def test_migrations_are_named_by_number_in_order() -> None:
    names = [migration.name for migration in MIGRATIONS._migrations]
    assert names == sorted(names)
    assert all(re.fullmatch(r"migration_\d{4}(_[a-z_]+)?", name) for name in names)
