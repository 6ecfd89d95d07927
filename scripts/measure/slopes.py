"""Measure how the time of extraction grows with the length of texts made to be hard for it.

Output: a row for each series: seconds of CPU by size (each twice the one before, the best of some runs) and the slope of their
logarithms, 1 where the time is linear in the length. Exit status 1 if one is steeper than allowed. Command:

    python -m scripts.measure.slopes [SERIES ...] [--doublings 4] [--runs 3] [--first SECONDS] [--most 1.15]

The first size of a series is doubled until it takes `--first` seconds, so that what every article costs does not flatten the
slope. Everything is counted that `quotes build` does to one article before it is stored, key terms too.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from itertools import count, islice
from typing import TYPE_CHECKING

from quotes import config, pipeline
from quotes.records import Article, Extraction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from quotes.config import Settings

    Series = Callable[[int], str]

SYLLABLES = ("ba", "do", "fen", "gor", "hal", "ken", "lor", "mar", "nes", "pol", "ras", "sten", "tor", "vel", "win", "zan")
SENTENCE = "The council met on Tuesday and looked at the plans for the bridge over the river."
DOUBLINGS, RUNS, FIRST, MOST = 4, 3, 0.3, 1.15
MOST_CHARACTERS = 1_000_000  # of an article


def surnames() -> Iterator[str]:
    """Yield different words that look like surnames, the same ones in every run."""
    rng = random.Random(7)  # noqa: S311 - no secret
    seen: set[str] = set()
    for number in count():
        name = "".join(rng.choices(SYLLABLES, k=2 + number % 3)).title()
        if name not in seen:
            seen.add(name)
            yield name


def people(number: int) -> list[str]:
    """Return some different full names."""
    given = ("Ana", "Ben", "Carla", "David", "Elena", "Frank", "Grace", "Hugo")
    return [f"{given[i % len(given)]} {name}" for i, name in enumerate(islice(surnames(), number))]


def run_of(text: str) -> Series:
    """Return a series that is one text over and over."""
    return lambda size: text * size


def lines_of(line: str, between: str = "\n\n") -> Series:
    """Return a series of one paragraph over and over; {} in it is its number."""
    return lambda size: between.join(line.format(number) for number in range(size))


def quotes_of_many(size: int) -> str:
    """Return quotes in paragraphs, each of another speaker, some of whom come again as pronouns."""
    told = "“We will appeal number {},” said {}, the mayor of Arden.\n\nShe added that it had rained."
    return "\n\n".join(told.format(number, name) for number, name in enumerate(people(size)))


SERIES: dict[str, Series] = {
    "opening marks, no spaces": run_of("“"),
    "straight marks, no spaces": run_of('"'),
    "low lines": run_of("_"),
    "equals signs": run_of("="),
    "opening brackets": run_of("("),
    "full stops": run_of("."),
    "hyphens": run_of("-"),
    "one long word": run_of("a"),
    "commas without spaces": run_of("a,"),
    "nested marks": run_of("“‘"),
    "marks with spaces": run_of("“ ”  ’ "),
    "short stretches in marks": run_of("“a” "),
    "a word in marks, line by line": lines_of("“a”", "\n"),
    "nested marks with words": run_of("“He ‘said "),
    "open marks in each paragraph": lines_of("“We will appeal number {}, and it rained."),
    "an address": lambda size: "See https://example.org/" + "path/" * size,
    "zero width": run_of("\u200b"),
    "combining marks": lambda size: "a" + "\u0301" * size,
    "emoji": run_of("👍🏽 "),
    "blank lines": run_of("\n"),
    "spaces": run_of(" "),
    "dashes with words": run_of("it rained — "),
    "capitals": run_of("MAYOR SAYS BRIDGE WILL CLOSE "),
    "headlines": lines_of("MAYOR SAYS BRIDGE {} WILL CLOSE"),
    "date lines": lines_of("ARDEN, March {} (Press) — " + SENTENCE),
    "quotes without a cue": lines_of("“We will appeal number {}.”", " "),
    "quotes of one speaker": lines_of("“We will appeal number {},” said Ana Ruiz.", " "),
    "quotes in paragraphs of one speaker": lines_of("“We will appeal number {},” said Ana Ruiz."),
    "quotes in paragraphs of many": quotes_of_many,
    "many names": lambda size: " ".join(f"{name} said it rained." for name in people(size)),
    "a list of names": lambda size: "Those who signed: " + ", ".join(people(size)) + ".",
    "one surname": lambda size: "Ana Ruiz is the mayor. " + "Ruiz said it rained. " * size,
    "she": lambda size: "Ana Ruiz is the mayor. " + "She said it rained. " * size,
    "they": lambda size: "The police came. " + "They said it rained. " * size,
    "descriptions": lambda size: "Ana Ruiz is the mayor. " + "The mayor said it rained. A witness said it did not. " * size,
    "bodies": lambda size: " ".join(f"The {name} Council said it rained." for name in islice(surnames(), size)),
    "one long sentence": lambda size: "Ana Ruiz said it rained" + " and the wind blew over the river" * size + ".",
    "that-clauses": lambda size: "Ana Ruiz said" + " that the mayor had said" * size + " it rained.",
    "said": run_of("said "),
    "roles": lambda size: "Ana Ruiz, " + "former mayor of Arden, " * size + "said it rained.",
    "commas": run_of("rain, "),
    "apostrophes": run_of("the mayors' plans aren't 'new "),
    "short paragraphs": lines_of("It rained.", "\n"),
    "dialogue": lines_of("ANA RUIZ: We will appeal number {}.\nBEN HALLAM: Will you?", "\n"),
    "posts": lines_of("@ana_ruiz: We will appeal number {} #bridge https://example.org/{}"),
    "prose": lambda size: "\n\n".join(f"{SENTENCE} {name} lives there." for name in people(size)),
}


def seconds(text: str, settings: Settings, runs: int = 1) -> float:
    """Return how long the extraction of a text takes, in seconds of CPU: the least of some runs."""
    taken = []
    for _ in range(runs):
        started = time.process_time()
        (found,) = pipeline.extract_all([Article(id="a", text=text)], settings, terms=True)
        taken.append(time.process_time() - started)
        if not isinstance(found, Extraction):
            sys.exit(f"{text[:40]!r}..., {len(text):,} characters: {found.error}")
    return min(taken)


def slope(sizes: Sequence[int], taken: Sequence[float]) -> float:
    """Return the slope of the line through the logarithms of sizes and times (least squares)."""
    x, y = [math.log(size) for size in sizes], [math.log(each) for each in taken]
    middle, level = sum(x) / len(x), sum(y) / len(y)
    return sum((a - middle) * (b - level) for a, b in zip(x, y, strict=True)) / sum((a - middle) ** 2 for a in x)


def measure(series: Series, settings: Settings, *, doublings: int, runs: int, first: float) -> tuple[list[int], list[float]]:
    """Return sizes in code points and the seconds that they take."""
    size = 16
    while seconds(series(size), settings, 2) < first and len(series(size)) << (doublings + 1) < MOST_CHARACTERS:
        size *= 2
    texts = [series(size << step) for step in range(doublings + 1)]
    return [len(text) for text in texts], [seconds(text, settings, runs) for text in texts]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("series", nargs="*", metavar="SERIES", help=f"any of: {'; '.join(SERIES)}")
    parser.add_argument("--doublings", type=int, default=DOUBLINGS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--first", type=float, default=FIRST, metavar="SECONDS")
    parser.add_argument("--most", type=float, default=MOST, metavar="SLOPE")
    given = parser.parse_args()
    settings = config.load({}, environ={})
    seconds(SENTENCE, settings)  # the models are loaded
    steep = []
    print("| series | code points | seconds of CPU | slope |\n|---|---|---|---:|")
    for name in given.series or SERIES:
        sizes, taken = measure(SERIES[name], settings, doublings=given.doublings, runs=given.runs, first=given.first)
        found = slope(sizes, taken)
        steep += [name] if found > given.most else []
        listed = ", ".join(f"{each:.2f}" for each in taken)
        print(f"| {name} | {sizes[0]:,} to {sizes[-1]:,} | {listed} | {found:.2f} |", flush=True)
    if steep:
        sys.exit(f"steeper than {given.most}: {', '.join(steep)}")


if __name__ == "__main__":
    main()
