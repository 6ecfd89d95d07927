"""The documentation is true: examples run, help and tables are those of the program."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

import quotes
from quotes.config import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Tables that only the program itself reads.
INTERNAL = re.compile(r"_sqlite_migrations|sqlite_|quotes_fts_|.*_search.*|stale|facet_counts|speaker_totals|speaker_names"
                      r"|quote_folds|.*_candidates|authorit.*|furniture|outlet_spellings")
MODULES = [module.name for module in pkgutil.walk_packages(quotes.__path__, "quotes.") if "__main__" not in module.name]


@pytest.mark.model
def test_the_readmes_python_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "tests")
    parser = doctest.DocTestParser()
    blocks = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    runner = doctest.DocTestRunner()
    runner.run(parser.get_doctest(blocks, {}, "README.md", "README.md", 0))
    assert runner.tries > 3
    assert runner.failures == 0


@pytest.mark.model
@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "tests")
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("query", re.findall(r"```sql\n(.*?)```", README, re.DOTALL), ids=lambda sql: sql.splitlines()[0][3:])
def test_the_readmes_sql_finds_something(query: str) -> None:
    with closing(sqlite3.connect(f"file:{ROOT / 'data.db'}?mode=ro", uri=True)) as connection:
        assert connection.execute(query).fetchall()


def test_the_generated_parts_are_up_to_date() -> None:
    command = [sys.executable, "-m", "scripts.make.docs", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_table_and_view_is_documented() -> None:
    with closing(sqlite3.connect(f"file:{ROOT / 'data.db'}?mode=ro", uri=True)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    public = {name for name in names if not INTERNAL.fullmatch(name) and not name.startswith(("sqlite_", "quotes_fts_"))}
    assert public
    assert {name for name in public if f"`{name}`" not in README} == set()


def test_every_setting_is_documented() -> None:
    assert {field.name for field in fields(Settings) if f"`{field.name}`" not in README} == set()


def test_the_two_commands_open_the_readme_and_exist() -> None:
    top = README[:800]
    for name in ("scripts/demo", "scripts/test"):
        assert name in top
        assert (ROOT / name).stat().st_mode & 0o111


def test_the_changelog_knows_this_version() -> None:
    assert f"## {quotes.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# Hosts that a reader may be sent to; everything else that looks like one is a slip.
KNOWN_HOSTS = {
    "datasette.io", "textacy.readthedocs.io", "sqlite-utils.datasette.io", "github.com", "example.org", "127.0.0.1",
}


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "pyproject.toml", "scripts/demo", "scripts/test", ".ci/run"])
def test_no_paths_of_a_machine_and_no_hosts_of_registries(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/(?:root|home|opt|work|var)/", text)
    assert set(re.findall(r"https?://([^/\s)`:]+)", text)) <= KNOWN_HOSTS
