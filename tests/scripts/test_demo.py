"""The first command that anybody runs says what it did, also when there was nothing to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENV = Path(sys.prefix)

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not (VENV / "bin" / "quotes").exists(), reason="not run from an environment with the command"),
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own with this environment in the place of one that takes minutes to install."""
    for name in ("scripts/demo", "scripts/common.sh", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / ".venv").mkdir()
    shutil.copy(VENV / "pyvenv.cfg", tmp_path / ".venv" / "pyvenv.cfg")
    for name in ("bin", "lib"):
        (tmp_path / ".venv" / name).symlink_to(VENV / name)
    checksum = subprocess.run(["cksum"], input=(ROOT / "pyproject.toml").read_bytes(), capture_output=True, check=True).stdout
    (tmp_path / ".venv" / ".installed-base").write_text(f"{checksum.decode().strip()} {tmp_path}\n")
    return tmp_path


def demo(checkout: Path) -> str:
    done = subprocess.run(["scripts/demo", "--no-serve"], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_demo_says_what_it_did_and_that_nothing_was_new(checkout: Path) -> None:
    first = demo(checkout)
    assert "data.db: 5 articles new or changed" in first
    assert "Nothing was new" not in first
    before = (checkout / "data.db").read_bytes()
    again = demo(checkout)
    assert "==> quotes and what it needs are installed" in again
    assert "==> Nothing was new" in again
    assert "named speakers, in 5 articles, of 2 known outlets" in again
    assert "Mevlüt Çavuşoğlu" in again
    assert (checkout / "data.db").read_bytes() == before


def test_the_demo_ends_where_an_article_cannot_be_read(checkout: Path) -> None:
    (checkout / "seeds" / "broken.txt").write_bytes(b"\x00" * 100)
    done = subprocess.run(["scripts/demo", "--no-serve"], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "1 failed" in done.stdout
    assert "broken.txt" in done.stderr
