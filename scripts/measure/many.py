"""Measure what many articles and long ones cost: peak memory and seconds of CPU of `quotes build`, and of the next build.

Input: none; small articles are made up. Output: a row for each number of articles, and one for each length of a single
article, which is put together from the articles of the project. Command:

    python -m scripts.measure.many [--articles 1000 20000] [--characters 300000 1000000]

Each is built into a new database by a process of its own, then built again, where nothing has changed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from quotes.ingest.readers.text import MAX_CHARACTERS

ROOT = Path(__file__).parents[2]
NAMES = ("Ana Ruiz", "Ben Hallam", "Carla Osei", "David Lund", "Elena Tench")
STORY = "“Bridge {number} will stay open,” said {name}, the mayor of Arden.\n"


class Cost(NamedTuple):
    """What a process took: seconds of CPU and of the clock, megabytes at its peak."""

    cpu: float
    wall: float
    megabytes: int


def build(folder: Path, database: Path) -> Cost:
    """Return what it takes to build a database from a folder."""
    arguments = [sys.executable, "-m", "quotes", "build", str(folder), "--db", str(database), "--workers", "1"]
    started = time.monotonic()
    _, status, used = os.wait4(os.posix_spawn(sys.executable, arguments, os.environ), 0)
    if status:
        sys.exit(f"quotes build {folder} failed")
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - started, used.ru_maxrss // 1024)


def make_articles(folder: Path, count: int) -> None:
    """Write some small articles, a thousand to a folder."""
    for number in range(count):
        place = folder / f"{number // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        text = STORY.format(number=number, name=NAMES[number % len(NAMES)])
        (place / f"article-{number:06}.txt").write_text(text, encoding="utf-8")


def make_long(folder: Path, characters: int) -> int:
    """Write one article of some length; return its words."""
    folder.mkdir(parents=True)
    articles = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "scripts" / "train" / "articles").rglob("*.txt"))]
    text = ""
    for number, article in enumerate(cycle(articles)):
        text += f"Part {number}.\n\n{article}\n\n"
        if len(text) >= characters:
            break
    text = text[: min(characters, MAX_CHARACTERS)]
    (folder / "long.txt").write_text(text, encoding="utf-8")
    return len(text.split())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", nargs="*", type=int, default=[1000, 20_000])
    parser.add_argument("--characters", nargs="*", type=int, default=[300_000, 1_000_000])
    given = parser.parse_args()
    print("| built | seconds of CPU | peak MB | again: seconds of CPU | of the clock | peak MB |\n|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as name:
        for count in given.articles:
            make_articles(Path(name) / f"many-{count}", count)
            _row(Path(name) / f"many-{count}", f"{count:,} articles")
        for characters in given.characters:
            words = make_long(Path(name) / f"long-{characters}", characters)
            _row(Path(name) / f"long-{characters}", f"one article of {characters:,} characters, {words:,} words")


def _row(folder: Path, told: str) -> None:
    database = folder.with_suffix(".db")
    first, again = build(folder, database), build(folder, database)
    cells = (told, f"{first.cpu:.1f}", first.megabytes, f"{again.cpu:.2f}", f"{again.wall:.2f}", again.megabytes)
    print("|", " | ".join(map(str, cells)), "|", flush=True)


if __name__ == "__main__":
    main()
