"""The schema is described: every table, view and column, in data/tables.toml and in docs/database.md."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sqlite_utils import Database

ROOT = Path(__file__).parents[2]
DESCRIBED: dict[str, Any] = tomllib.loads(
    resources.files("quotes.data").joinpath("tables.toml").read_text(encoding="utf-8"))


def schema(db: Database) -> dict[str, list[str]]:
    names = [*db.table_names(), *db.view_names()]
    inner = {"_sqlite_migrations", "sqlite_sequence", *(name for name in names if name.startswith("quotes_fts_"))}
    return {name: [row[1] for row in db.execute(f"PRAGMA table_info([{name}])")]
            for name in names if name not in inner}


def test_every_table_and_view_is_described_and_no_other(empty: Database) -> None:
    assert DESCRIBED.keys() == schema(empty).keys()


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_column_is_described_in_order_and_no_other(empty: Database, name: str) -> None:
    assert list(DESCRIBED[name]["columns"]) == schema(empty)[name]
    assert all(text.endswith((".", "...")) for text in (DESCRIBED[name]["description"],
                                                        *DESCRIBED[name]["columns"].values()))


def test_the_document_is_up_to_date() -> None:
    command = [sys.executable, "-m", "scripts.make.tables", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
