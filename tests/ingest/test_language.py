"""The language of a text, where it can be told."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from quotes.ingest.language import language_of

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("The council voted on Tuesday to close two of its five libraries after a long debate.", "en", id="English"),
        pytest.param(
            "Le conseil municipal a décidé mardi soir de fermer deux des cinq bibliothèques de la ville.", "fr", id="French"
        ),
        pytest.param("Der Stadtrat hat am Dienstag beschlossen, zwei der fünf Bibliotheken zu schließen.", "de", id="German"),
        pytest.param(
            "Президент заявил во вторник, что переговоры продолжатся на следующей неделе в Стамбуле.", "ru", id="Russian"
        ),
        pytest.param("“No.”", None, id="too short"),
        pytest.param("Lavrov, Zelensky, Erdogan", None, id="names alone"),
        pytest.param(
            "12 34 56 https://example.org/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v", None, id="numbers and an address"
        ),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_language_is_told_or_left_open(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_the_seeds_are_english(path: Path) -> None:
    assert language_of(path.read_text(encoding="utf-8")) == "en"


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_their_paragraphs_are_english_or_left_open(path: Path) -> None:
    told = {language_of(line) for line in path.read_text(encoding="utf-8").splitlines()}
    assert told <= {"en", None}


def test_a_disk_without_room_for_the_model_ends_the_build_in_one_line(seeds: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "quotes", "build", str(seeds), "--db", str(tmp_path / "data.db")],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000)),
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "TMPDIR" in done.stderr
