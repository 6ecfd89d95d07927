"""Opening a database: ours, of a version we know, and a line that says why not."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from quotes.errors import StoreError
from quotes.store import read, write
from quotes.store.schema import MIGRATIONS, sql, statements


def not_a_database(path: Path) -> None:
    path.write_text("These are notes, not a database; they are longer than a header.")


def something_else(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE recipes (id INTEGER)")
    conn.close()


def a_newer_version(path: Path) -> None:
    db = write.open_database(path, create=True)
    newer = Migrations("quotes")
    newer(name="migration_9999")(str)
    newer.apply(db)
    db.close()


def a_damaged_file(path: Path) -> None:
    write.open_database(path, create=True).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * 4000 + whole[4100:])


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (not_a_database, "is not an SQLite database; choose another file"),
        (something_else, "is a database of something else; choose another file"),
        (a_newer_version, "a newer version of quotes made it .migration_9999.; upgrade"),
        (a_damaged_file, "it is damaged; restore a copy, or delete it"),
        (Path.mkdir, "is a folder"),
    ],
)
@pytest.mark.parametrize("readonly", [False, True])
def test_what_is_not_ours_is_refused_and_left_alone(
    tmp_path: Path, make: object, complaint: str, *, readonly: bool
) -> None:
    path = tmp_path / "some.db"
    assert callable(make)
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=complaint) as raised:
        write.open_database(path, create=not readonly, readonly=readonly)
    assert str(raised.value).startswith(f"{path}: ")
    assert "\n" not in str(raised.value)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [file.name for file in tmp_path.iterdir()] == ["some.db"]


def test_a_missing_database_is_made_only_if_asked(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    with pytest.raises(StoreError, match=r"there is no such database; make it with `quotes build --db .*data\.db`"):
        write.open_database(path)
    assert not path.exists()
    with pytest.raises(StoreError, match="its folder does not exist"):
        write.open_database(tmp_path / "no" / "data.db", create=True)
    write.open_database(path, create=True).close()
    assert path.exists()


@pytest.mark.parametrize("content", [b"", None])
def test_an_empty_database_becomes_ours_when_it_is_to_be_made(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "data.db"
    if content is None:
        with sqlite3.connect(path) as conn:
            conn.execute("PRAGMA user_version = 1")
        conn.close()
    else:
        path.write_bytes(content)
    with pytest.raises(StoreError, match="is empty; fill it with `quotes build"):
        write.open_database(path, readonly=True)
    db = write.open_database(path, create=True)
    assert MIGRATIONS.pending(db) == []
    db.close()


def test_a_name_with_characters_of_urls_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a?b=c#d %20é.db"
    write.open_database(path, create=True).close()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def and_later() -> Migrations:
    """Return the migrations of today, to which a test adds a later one."""
    later = Migrations("quotes")
    for migration in MIGRATIONS._migrations:
        later(name=migration.name)(str)
    return later


def test_an_old_database_is_brought_up_to_date_but_not_by_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data.db"
    write.open_database(path, create=True).close()
    later = and_later()
    later(name="migration_9999")(lambda db: db.execute("CREATE TABLE added (id TEXT)"))
    monkeypatch.setattr("quotes.store.connection.MIGRATIONS", later)
    with pytest.raises(StoreError, match="an older version of quotes made it"):
        write.open_database(path, readonly=True)
    db = write.open_database(path)
    assert "added" in db.table_names()
    db.close()


def test_a_failing_migration_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data.db"
    write.open_database(path, create=True).close()
    later = and_later()

    @later()
    def migration_9999(db: Database) -> None:
        db.execute("CREATE TABLE added (id TEXT)")
        db.execute("CREATE TABLE added (id TEXT)")

    monkeypatch.setattr("quotes.store.connection.MIGRATIONS", later)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="table added already exists"):
        write.open_database(path)
    assert path.read_bytes() == before


def test_a_write_ahead_log_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    db = write.open_database(path, create=True)
    db.conn.execute("PRAGMA journal_mode = WAL")
    db.close()
    db = write.open_database(path)
    assert db.conn.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    db.close()
    assert [file.name for file in tmp_path.iterdir()] == ["data.db"]


def test_readers_write_nothing(db: Database) -> None:
    path = db.conn.execute("PRAGMA database_list").fetchone()[2]
    reader = write.open_database(path, readonly=True)
    assert len(list(read.entities(reader))) == 7
    assert len(list(read.speaker_statistics(reader, ["x"]))) == 0
    with pytest.raises(StoreError, match="it cannot be written"):
        write.delete_article(reader, "a1")
    reader.close()


def test_foreign_keys_are_enforced_and_tables_strict(db: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        db.conn.execute("INSERT INTO aliases VALUES ('nobody', 'x', 1)")
    with pytest.raises(sqlite3.IntegrityError):
        db.conn.execute("UPDATE articles SET words = 'many'")
    tables = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'quotes_fts%'")
    plain = {"_sqlite_migrations", "sqlite_sequence", "sqlite_stat1"}
    assert [name for name, text in tables if name not in plain and "STRICT" not in text] == []


def test_every_foreign_key_has_an_index(db: Database) -> None:
    """Deleting a row looks for rows that refer to it: without an index, in the whole table."""
    missing = []
    for table in db.tables:
        indexed = {index.columns[0] for index in table.indexes} | {table.pks[0]}
        missing += [f"{table.name}.{key.column}" for key in table.foreign_keys if key.column not in indexed]
    assert missing == []


def test_scripts_fall_into_statements() -> None:
    found = list(statements(sql("migration_0001_statistics")))
    assert len([text for text in found if "CREATE TRIGGER" in text]) == sql("migration_0001_statistics").count(
        "CREATE TRIGGER")
    assert all(sqlite3.complete_statement(text) for text in found)
