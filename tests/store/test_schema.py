"""The schema only grows: what was released is read as it is, and the committed database has it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from quotes.store.connection import open_database
from quotes.store.schema import MIGRATIONS

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


def test_an_old_database_gets_what_is_ordered_by_and_reads_its_inputs_again(tmp_path: Path) -> None:
    """A database that has the third and fourth migration, but not the second, which came after them."""
    old = Migrations("quotes")
    for migration in MIGRATIONS._migrations:
        if migration.name < "migration_0005" and "published_utc" not in migration.name:
            old(name=migration.name)(migration.fn)
    db = Database(tmp_path / "old.db")
    old.apply(db)
    db.conn.execute("INSERT INTO runs VALUES ('r', '0', 'm', 't', '{}')")
    db.conn.execute(
        "INSERT INTO articles (id, text, words, sha256, run_id, fingerprint, findings, published) "
        "VALUES ('a', 'x', 1, 's', 'r', 'f', 'f', '2024-03-01T23:30:00-05:00')"
    )
    db.conn.execute("INSERT INTO inputs VALUES ('i', 'a.txt', 's', 'r', NULL, NULL)")
    db.conn.commit()
    db.close()
    db = open_database(tmp_path / "old.db")
    assert db.execute("SELECT published, published_utc, language FROM articles").fetchall() == [
        ("2024-03-01T23:30:00-05:00", "2024-03-02T04:30:00Z", None)
    ]
    assert db["inputs"].count == 0
    new = open_database(tmp_path / "new.db", create=True)
    assert schema(db.conn) == schema(new.conn)
    db.close()
    new.close()


def test_a_database_of_single_speakers_counts_and_finds_them_as_before_and_takes_quotes_of_several(tmp_path: Path) -> None:
    """A database that has the migration about acts, which came after the one about speakers, and one that has neither."""
    for name, later in (("without.db", False), ("with.db", True)):
        old = Migrations("quotes")
        for migration in MIGRATIONS._migrations:
            if migration.name < "migration_0005" or (later and "acts" in migration.name):
                old(name=migration.name)(migration.fn)
        db = Database(tmp_path / name)
        old.apply(db)
        db.conn.executescript("""
            INSERT INTO runs VALUES ('r', '0', 'm', 't', '{}');
            INSERT INTO articles (id, text, words, sha256, run_id, fingerprint, findings)
            VALUES ('a', 'No.', 1, 's', 'r', 'f', 'f');
            INSERT INTO speakers (id, name, type) VALUES ('e', 'Ana Ruiz', 'person'), ('o', 'Bo Dahl', 'person');
            INSERT INTO speaker_names VALUES ('e', 'Ana Ruiz'), ('o', 'Bo Dahl');
            INSERT INTO entities (id, article_id, key, type, quotes, speaker_id) VALUES ('e', 'a', 'k', 'person', 1, 'e'),
                ('o', 'a', 'l', 'person', 1, 'o');
            INSERT INTO quotes (id, text, speaker_id, form, kind, mention, context, words, rule, article_id, start, "end",
                                entity_id, run_id)
            VALUES ('q', 'No.', 'e', 'direct', 'speech', 'none', '', 1, 'r', 'a', 0, 3, 'e', 'r');
        """)
        db.close()
        db = open_database(tmp_path / name)
        totals = "SELECT speaker_id, quotes, words, articles FROM speaker_totals ORDER BY 1"
        found = "SELECT count(*) FROM quotes_fts WHERE quotes_fts MATCH 'speaker : dahl'"
        assert db.execute(totals).fetchall() == [("e", 1, 1, 1)]
        db.conn.executescript("INSERT INTO quote_speakers VALUES ('q', 'e', 0), ('q', 'o', 1)")
        assert db.execute(totals).fetchall() == [("e", 1, 1, 1), ("o", 1, 1, 1)]
        assert db.execute(found).fetchone() == (1,)
        db.conn.executescript("DELETE FROM quotes")
        assert db.execute(totals).fetchall() == []
        db.conn.execute("INSERT INTO quotes_fts (quotes_fts, rank) VALUES ('integrity-check', 1)")
        db.close()


def test_quotes_of_an_older_version_get_words_for_readers_and_no_act_that_nobody_found(tmp_path: Path) -> None:
    old = Migrations("quotes")
    for migration in MIGRATIONS._migrations:
        if migration.name < "migration_0005":
            old(name=migration.name)(migration.fn)
    db = Database(tmp_path / "old.db")
    old.apply(db)
    db.conn.executescript("""
        INSERT INTO runs VALUES ('r', '0', 'm', 't', '{}');
        INSERT INTO articles (id, text, words, sha256, run_id, fingerprint, findings)
        VALUES ('a', '“We came,” she denied. “We won.”', 6, 's', 'r', 'f', 'f');
        INSERT INTO speakers (id, name, type) VALUES ('e', 'Ana Ruiz', 'person');
        INSERT INTO entities (id, article_id, key, type, quotes, speaker_id) VALUES ('e', 'a', 'k', 'person', 1, 'e');
        INSERT INTO quotes (id, text, speaker_id, form, kind, cue, mention, context, words, rule, article_id, start, "end",
                            entity_id, run_id)
        VALUES ('q', '“We came,” “We won.”', 'e', 'direct', 'speech', 'denied', 'none', '', 4, 'r', 'a', 0, 32, 'e', 'r');
        INSERT INTO spans VALUES ('q', 'content', 0, 0, 10), ('q', 'content', 1, 23, 32);
    """)
    db.close()
    db = open_database(tmp_path / "old.db")
    assert db.execute("SELECT act, negated, words_said, lead FROM quotes").fetchall() == [
        (None, None, "“We came” [...] “We won.”", "denied")]
    db.close()
