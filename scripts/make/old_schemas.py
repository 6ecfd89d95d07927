"""Make the dumps of databases as released versions made them, one for each schema that was the newest once.

Input: nothing but the migrations. Output: `tests/data/schemas/NAME.sql`. Command, after a release whose schema is new:

    python -m scripts.make.old_schemas NAME_OF_LAST_MIGRATION

The rows are those of one small invented article, written into the first schema and brought on by the migrations up to that one.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database, Migrations

from quotes.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

INDEX = "quotes_fts"
FOLDER = Path(__file__).resolve().parents[2] / "tests" / "data" / "schemas"
TEXT = "“We will repair the bridge,” said Ana Ruiz, the mayor."
ROWS = """
    INSERT INTO runs (id, version, model, tagger, settings) VALUES ('r', '0.1', 'm', 't', '{}');
    INSERT INTO outlets (id, name, domain) VALUES ('courier', 'Courier', 'courier.example');
    INSERT INTO articles (id, title, outlet_id, outlet_spelling, domain, published, published_from, url, text, words, origin,
        sha256, run_id, fingerprint, findings)
    VALUES ('a', 'The bridge', 'courier', 'Courier', 'courier.example', '2024-03-01T23:30:00-05:00', 'text',
        'https://courier.example/a', :text, 9, 'a.txt', 's', 'r', 'f', 'g');
    INSERT INTO speakers (id, name, type) VALUES ('ana-ruiz', 'Ana Ruiz', 'person');
    INSERT INTO speaker_names (speaker_id, names) VALUES ('ana-ruiz', 'Ana Ruiz');
    INSERT INTO aliases (speaker_id, alias, mentions) VALUES ('ana-ruiz', 'Ana Ruiz', 1);
    INSERT INTO entities (id, article_id, key, type, name, quotes, speaker_id)
    VALUES ('e', 'a', 'Ana Ruiz', 'person', 'Ana Ruiz', 1, 'ana-ruiz');
    INSERT INTO quotes (id, text, speaker_id, outlet_id, published, day, month, form, kind, cue, cue_lemma, source, mention,
        context, words, confidence, rule, article_id, start, "end", entity_id, run_id)
    VALUES ('q', substr(:text, 1, 28), 'ana-ruiz', 'courier', '2024-03-01T23:30:00-05:00', '2024-03-01', '2024-03', 'direct',
        'speech', 'said', 'say', 'Ana Ruiz, the mayor', 'name', :text, 5, 0.9, 'test', 'a', 0, 28, 'e', 'r');
    INSERT INTO spans (quote_id, kind, piece, start, "end") VALUES ('q', 'content', 0, 0, 28);
    INSERT INTO terms (id, term) VALUES ('bridge', 'bridge');
    INSERT INTO quote_terms (quote_id, term_id, weight) VALUES ('q', 'bridge', 0.5);
    INSERT INTO judgements (id, left_id, right_id, judgement, who, made_at)
    VALUES ('j', 'a1', 'a2', 'negative', 'Bo', '2024-03-02T00:00:00Z');
    INSERT INTO corrections (id, article_id, quote_id, kind, value, who, made_at)
    VALUES ('c', 'a', 'q', 'wrong speaker', 'Ana Ruiz', 'Bo', '2024-03-02T00:00:00Z')
"""


def dump(last: str) -> str:
    """Return the dump of a small database with the migrations up to one.

    Args:
        last: the name of the last migration.

    Raises:
        ValueError: there is no migration of that name.
    """
    names = [migration.name for migration in MIGRATIONS._migrations]  # noqa: SLF001  the set has no public list
    if last not in names:
        raise ValueError(f"{last}: no such migration; there are {', '.join(names)}")
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "old.db")) as connection:
        _migrate(connection, names[:1])
        for statement in ROWS.split(";\n"):
            connection.execute(statement, {"text": TEXT})
        connection.commit()
        _migrate(connection, names[: names.index(last) + 1])
        return "\n".join(_statements(connection)) + "\n"


def _migrate(connection: sqlite3.Connection, names: Collection[str]) -> None:
    old = Migrations(MIGRATIONS.name)
    for migration in MIGRATIONS._migrations:  # noqa: SLF001
        if migration.name in names:
            old(name=migration.name)(migration.fn)
    old.apply(Database(connection))
    connection.commit()


def _statements(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what makes a database anew: the search index is filled from its content, not from its own tables."""
    found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    own = [row for row in found if not row[1].startswith(("sqlite_", f"{INDEX}_"))]
    tables = [(name, sql) for kind, name, sql in own if kind == "table" and name != INDEX]
    yield "BEGIN;"
    for name, sql in tables:
        yield f"{sql};"
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info('{name}')")]
        values = " || ', ' || ".join(f'quote("{column}")' for column in columns)
        for (row,) in connection.execute(f"SELECT {values} FROM {name}"):  # noqa: S608  names of the schema
            yield f"INSERT INTO {name} VALUES ({row});"  # noqa: S608
    yield from (f"{sql};" for kind, name, sql in own if kind in ("index", "view") or name == INDEX)
    yield f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild');"  # noqa: S608
    yield from (f"{sql};" for kind, _, sql in own if kind == "trigger")
    yield "COMMIT;"


def main() -> None:
    """Write a dump."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("last", help="the last migration of the release")
    last = parser.parse_args().last
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{last}.sql"
    path.write_text(dump(last), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
