"""A database that an older version made is brought up to date in place with nothing lost, or left as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from quotes.errors import StoreError
from quotes.store import connection
from quotes.store.check import check
from quotes.store.connection import open_database
from quotes.store.schema import MIGRATIONS

DUMPS = sorted((Path(__file__).parents[1] / "data" / "schemas").glob("*.sql"))
OLDEST = DUMPS[0]


def restored(dump: Path, path: Path) -> Path:
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(dump.read_text(encoding="utf-8"))
    return path


def tables(conn: sqlite3.Connection) -> list[str]:
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%' AND name NOT LIKE '%sqlite%'"
    return [name for (name,) in conn.execute(named)]


def contents(path: Path) -> dict[str, list[dict[str, object]]]:
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        return {table: [dict(row) for row in conn.execute(f"SELECT * FROM {table}")] for table in tables(conn)}


def schema(conn: sqlite3.Connection) -> dict[str, str]:
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%sqlite%'")
    return {name: sql for name, sql in rows if not name.startswith("quotes_fts_")}


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_every_released_schema_is_brought_up_to_date_with_nothing_lost(dump: Path, tmp_path: Path) -> None:
    path = restored(dump, tmp_path / "old.db")
    before = contents(path)
    db = open_database(path)
    new = open_database(tmp_path / "new.db", create=True)
    assert schema(db.conn) == schema(new.conn)
    assert [fault for fault in check(db) if "computed anew" not in fault] == []
    found = db.execute("SELECT count(*) FROM quotes_fts WHERE quotes_fts MATCH 'bridge'").fetchone()
    assert found == (1,)
    db.close()
    new.close()
    after = contents(path)
    for table, rows in before.items():
        if table not in ("inputs", "input_articles", "stale"):
            kept = [{column: row[column] for column in old if column in row} for row, old in zip(after[table], rows, strict=True)]
            assert kept == [{column: value for column, value in old.items() if column in row}
                            for row, old in zip(after[table], rows, strict=True)]
    assert before["quotes"]
    assert before["corrections"]
    assert after["articles"][0]["published_utc"] == "2024-03-02T04:30:00Z"


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_one_that_fails_leaves_the_file_as_it_was(dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Migrations(MIGRATIONS.name)
    for migration in MIGRATIONS._migrations:
        failing(name=migration.name)(migration.fn)

    @failing()
    def migration_9999(db: Database) -> None:
        db.conn.execute("CREATE TABLE half (done TEXT)")
        db.conn.execute("DELETE FROM quotes")
        db.conn.execute("INSERT INTO nowhere VALUES (1)")

    path = restored(dump, tmp_path / "old.db")
    before = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(connection, "MIGRATIONS", failing)
        with pytest.raises(StoreError, match=r"old\.db: .*nowhere"):
            open_database(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["old.db"]
    open_database(path).close()


def test_reading_an_old_database_writes_nothing(tmp_path: Path) -> None:
    path = restored(OLDEST, tmp_path / "old.db")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="an older version of quotes made it"):
        open_database(path, readonly=True)
    open_database(path, readonly=True, outdated=True).close()
    assert path.read_bytes() == before
