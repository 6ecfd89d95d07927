"""Write docs/database.md from the schema and quotes/data/tables.toml.

Input: the schema of a new database, and the descriptions in `quotes/data/tables.toml`.
Output: `docs/database.md`; with `--check` nothing is written, and the exit status is 1 if the file is not up to date.
Command: `python -m scripts.make.tables [--check]`.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from quotes.store.schema import MIGRATIONS

TARGET = Path(__file__).resolve().parents[2] / "docs" / "database.md"
HEAD = """# The database

<!-- Made by scripts/make/tables.py from quotes/data/tables.toml and the schema; do not edit. -->

`quotes build` writes one SQLite file. Tables are strict, every reference is a foreign key, text and names are plain
columns: any SQLite tool reads it, Datasette publishes it.

- **Identifiers** are text and follow from content: the same articles give the same rows, in whatever order and in however
  many builds they came. Where a speaker's identifier changes, `speaker_redirects` forwards the old one.
- **Offsets** count Unicode code points from 0 and are half open: the words of a piece are
  `substr(articles.text, spans.start + 1, spans.end - spans.start)`, and those of a quote's content pieces, joined by a
  space, are `quotes.text`. A text with a NUL or a lone surrogate, which SQLite could not give back, is refused.
- **An article is written in one transaction**, with the speakers that it knows. Who is who over all articles is computed
  after that, in one transaction of its own; table `stale` says if that is still to be done, because a build was killed.
- **Statistics and full-text search** are kept by triggers in the transaction that changes a quote, whoever writes. A
  quote's row is inserted and deleted, not edited.
- **People's decisions** (`judgements`, `renames`, `retypes`, `corrections`) are never changed by a build, nor deleted: a later
  decision supersedes an earlier one.
"""
PARTS = {
    "facts": "What articles say",
    "speakers": "Who is who: computed over all articles",
    "statistics": "Statistics",
    "search": "Full-text search",
    "decisions": "What people decided",
    "builds": "How it came about",
}


def main(arguments: list[str] | None = None) -> int:
    """Write the document, or check that it is up to date; return the exit status."""
    parser = argparse.ArgumentParser(description="Write docs/database.md from the schema and its descriptions.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is not up to date")
    check = parser.parse_args(arguments).check
    text = document()
    if check:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        if current != text:
            print(f"{TARGET}: is not up to date; run python -m scripts.make.tables", file=sys.stderr)
            return 1
        return 0
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    return 0


def document() -> str:
    """Return the whole document."""
    db = Database(memory=True)
    MIGRATIONS.apply(db)
    path = resources.files("quotes.data").joinpath("tables.toml")
    described = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = [HEAD]
    for part, title in PARTS.items():
        parts.append(f"\n## {title}\n")
        parts += [section(db, name, about) for name, about in described.items() if about["part"] == part]
    db.close()
    return "".join(parts)


def section(db: Database, name: str, about: dict[str, Any]) -> str:
    """Return what is to be said about one table or view."""
    kind = "view " if name in db.view_names() else ""
    keys = {key.column: f"{key.other_table}.{key.other_column}" for key in foreign_keys(db, name)}
    lines = [f"\n### {kind}`{name}`\n", f"\n{about['description']}\n", "\n| column | |\n|---|---|\n"]
    for column, description in about["columns"].items():
        link = f" (`{keys[column]}`)" if column in keys else ""
        lines.append(f"| `{column}` | {description}{link} |\n")
    return "".join(lines)


def foreign_keys(db: Database, name: str) -> list[Any]:
    """Return the foreign keys of a table; a view has none."""
    return [] if name in db.view_names() else db.table(name).foreign_keys


if __name__ == "__main__":
    sys.exit(main())
