"""The script that makes large databases makes them as `quotes build` would, only larger."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from quotes.store import read, write

ROOT = Path(__file__).parents[2]
SCRIPT = "scripts.make.big_database"


def test_a_made_up_database_has_the_numbers_asked_for_and_keeps_every_promise(tmp_path: Path) -> None:
    path = tmp_path / "big.db"
    numbers = ("--quotes", "600", "--speakers", "80", "--articles", "50", "--check")
    result = subprocess.run([sys.executable, "-m", SCRIPT, path, *numbers], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "every promise is kept" in result.stdout, result.stdout + result.stderr
    with closing(write.open_database(path)) as db:
        assert {table: db.table(table).count for table in ("quotes", "speakers", "articles")} == {
            "quotes": 600, "speakers": 80, "articles": 50}
        assert read.stale(db) == frozenset()
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0] > 10
    assert [file.name for file in tmp_path.iterdir()] == ["big.db"]
    again = subprocess.run([sys.executable, "-m", SCRIPT, path, *numbers], cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "exists; remove it first" in again.stderr
