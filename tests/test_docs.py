"""The documentation is true: examples run, help and tables are those of the program."""

from __future__ import annotations

import doctest
import importlib
import os
import pkgutil
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import quotes
from quotes import cli
from quotes.config import Settings
from scripts.make import docs

ROOT = Path(__file__).parents[1]
DOCUMENTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
             for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
README = DOCUMENTS["README.md"]
MOST_LINES = 260  # of the README: what a newcomer reads in three minutes
# Tables that only the program itself reads.
INTERNAL = re.compile(r"_sqlite_migrations|sqlite_|quotes_fts_|.*_search.*|stale|facet_counts|speaker_totals|speaker_names"
                      r"|quote_folds|.*_candidates|authorit.*|furniture|outlet_spellings|untold_.*|.*wordings|fingerprints|article_marks"
                      r"|marked_articles|speaker_copies")
MODULES = [module.name for module in pkgutil.walk_packages(quotes.__path__, "quotes.") if "__main__" not in module.name]


def blocks(language: str) -> list[Any]:
    """Return the examples in a language, each with its document as id."""
    return [pytest.param(block, id=f"{name}: {block.splitlines()[0].lstrip('-> ')}") for name, text in DOCUMENTS.items()
            for block in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)]


@pytest.mark.model
@pytest.mark.parametrize("block", blocks("python"))
def test_examples_in_python_run(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "tests")
    runner = doctest.DocTestRunner()
    runner.run(doctest.DocTestParser().get_doctest(block, {}, "example", "example", 0))
    assert runner.tries > 1
    assert runner.failures == 0


@pytest.mark.model
@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "tests")
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("query", blocks("sql"))
def test_examples_in_sql_find_something(query: str) -> None:
    with closing(sqlite3.connect(f"file:{ROOT / 'data.db'}?mode=ro", uri=True)) as connection:
        assert connection.execute(query).fetchall()


def test_the_generated_parts_are_up_to_date() -> None:
    command = [sys.executable, "-m", "scripts.make.docs", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_stale_part_is_noticed_and_made_anew() -> None:
    stale = DOCUMENTS["docs/cli.md"].replace("--workers INTEGER RANGE", "--jobs INTEGER RANGE")
    assert stale != DOCUMENTS["docs/cli.md"]
    assert docs.generated(stale, docs.DOCUMENTS["docs/cli.md"]) == DOCUMENTS["docs/cli.md"]


def test_a_document_without_a_place_for_a_part_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for help"):
        docs.generated("# The commands\n", docs.DOCUMENTS["docs/cli.md"])


def test_the_reference_is_what_the_program_prints() -> None:
    printed = subprocess.run([sys.executable, "-m", "quotes", "stats", "--help"], capture_output=True, text=True, check=True,
                             env={**os.environ, "COLUMNS": "100"}).stdout
    assert f"```text\n{printed}```" in DOCUMENTS["docs/cli.md"]


def test_every_command_is_in_the_reference() -> None:
    assert {name for name in cli.cli.commands if f"\n## quotes {name}\n" not in DOCUMENTS["docs/cli.md"]} == set()


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_between_documents_lead_somewhere(name: str) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", DOCUMENTS[name]):
        path = ((ROOT / name).parent / target).resolve() if target else ROOT / name
        assert path.exists(), target
        headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
        assert not anchor or anchor in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}, anchor


def test_every_table_and_view_is_documented() -> None:
    with closing(sqlite3.connect(f"file:{ROOT / 'data.db'}?mode=ro", uri=True)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    public = {name for name in names if not INTERNAL.fullmatch(name) and not name.startswith(("sqlite_", "quotes_fts_"))}
    assert public
    assert {name for name in public if f"`{name}`" not in DOCUMENTS["docs/output.md"]} == set()


def test_every_setting_is_documented() -> None:
    assert {field.name for field in fields(Settings) if f"`{field.name}`" not in DOCUMENTS["docs/cli.md"]} == set()


def test_the_two_commands_open_the_readme_and_exist() -> None:
    top = README[:900]
    for name in ("scripts/demo", "scripts/test"):
        assert name in top
        assert (ROOT / name).stat().st_mode & 0o111


def test_the_changelog_knows_this_version() -> None:
    assert f"## {quotes.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# Hosts that a reader may be sent to; everything else that looks like one is a slip.
KNOWN_HOSTS = {
    "datasette.io", "textacy.readthedocs.io", "sqlite-utils.datasette.io", "github.com", "example.org", "127.0.0.1",
    "www.dask.org", "www.ray.io",
}


@pytest.mark.parametrize("name", [*DOCUMENTS, "CHANGELOG.md", "pyproject.toml", "scripts/demo", "scripts/test", ".ci/run"])
def test_no_paths_of_a_machine_and_no_hosts_of_registries(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/(?:root|home|opt|work|var)/", text)
    assert set(re.findall(r"https?://([^/\s)`:]+)", text)) <= KNOWN_HOSTS
