"""The scripts are in folders by purpose, import one another by full names, and say what they are for."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "scripts").rglob("*.py"))
COMMANDS = [path for path in SCRIPTS if "argparse" in path.read_text(encoding="utf-8")]
TRAINING = {"tagger", "linker", "network"}  # need the extra `train`
MOST_FILES = 80


def test_no_folder_holds_more_than_one_can_look_through() -> None:
    kept = subprocess.run(["git", "ls-files", "scripts"], cwd=ROOT, capture_output=True, text=True, check=False)
    files = kept.stdout.split() or [str(path) for path in (ROOT / "scripts").rglob("*") if path.is_file()]
    assert max(Counter(str(Path(file).parent) for file in files).values()) <= MOST_FILES


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_script_changes_where_modules_are_looked_for(path: Path) -> None:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    assert "sys.path" not in {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("path", [path for path in COMMANDS if path.stem not in TRAINING], ids=lambda path: path.stem)
def test_a_script_says_how_it_is_called(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    assert f"python -m {name}" in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    done = subprocess.run([sys.executable, "-m", name, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: ")
