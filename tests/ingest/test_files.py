"""Inputs that folders and patterns lead to."""

from __future__ import annotations

from contextlib import chdir
from typing import TYPE_CHECKING

import pytest

from quotes.ingest.files import InputFile, find

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def loops(tmp_path: Path) -> Path:
    """Two folders that link to each other, which a walk along links never leaves."""
    for name in "ab":
        (tmp_path / "lp" / name).mkdir(parents=True)
        (tmp_path / "lp" / name / "one.txt").write_text("“Yes,” said Ana Ruiz.")
    for number in range(6):
        (tmp_path / "lp" / "a" / f"l{number}").symlink_to("../b")
        (tmp_path / "lp" / "b" / f"l{number}").symlink_to("../a")
    (tmp_path / "lp" / ".hidden").mkdir()
    (tmp_path / "lp" / ".hidden" / "two.txt").write_text("no")
    return tmp_path


@pytest.mark.parametrize("pattern", ["lp/**/*.txt", "./lp/**/*.txt", "lp/**", "**/*.txt", "lp"])
def test_links_to_folders_are_not_followed(loops: Path, pattern: str) -> None:
    with chdir(loops):
        found = [item.origin for item in find([pattern]) if isinstance(item, InputFile)]
    assert found == ["lp/a/one.txt", "lp/b/one.txt"]


def test_an_absolute_pattern_is_searched_likewise(loops: Path) -> None:
    found = [item.origin for item in find([f"{loops}/lp/**/*.txt"]) if isinstance(item, InputFile)]
    assert found == [f"{loops}/lp/{name}/one.txt" for name in "ab"]
