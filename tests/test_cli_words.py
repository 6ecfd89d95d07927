"""What commands say to a database for the public, and when they are stopped."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quotes.publish.export import export
from quotes.store import write

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(not (ROOT / "data.db").exists(), reason="away from the checkout")
def test_commands_say_that_a_database_is_for_the_public(tmp_path: Path) -> None:
    shutil.copy(ROOT / "data.db", tmp_path / "data.db")
    write.open_database(tmp_path / "data.db").close()
    export(tmp_path / "data.db", tmp_path / "public.db")
    (tmp_path / "a.txt").write_text("“We will appeal,” said Ana Ruiz, the mayor.")
    for arguments in (["show", "000_bcbc43124eb3aaef"], ["build", "a.txt"]):
        done = subprocess.run([sys.executable, "-m", "quotes", *arguments, "--db", "public.db"], cwd=tmp_path,
                              capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (1, 2), arguments
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "was made by `quotes export`" in done.stderr


def test_a_build_that_is_stopped_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("“We will appeal,” said Ana Ruiz, the mayor.\n" * 400)
    with subprocess.Popen([sys.executable, "-m", "quotes", "build", "a.txt", "--db", "x.db"], cwd=tmp_path, text=True,
                          stderr=subprocess.PIPE, stdout=subprocess.PIPE) as build:
        time.sleep(2.5)
        build.send_signal(signal.SIGINT)
        _, words = build.communicate(timeout=60)
    assert build.returncode == 1
    assert "stopped; what was done is kept; the same command goes on where it was" in words
    assert "Traceback" not in words
