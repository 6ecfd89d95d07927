"""Count how often a common noun stands for people: the lexical knowledge of `quotes/nlp/roles/options.py`.

    python -m scripts.train.person_nouns BENCH [--out quotes/data/roles/nouns.json]

Input: GUM's documents in the benchmark's folder (`who/gum-*.conllu.gz`; Georgetown University, annotations CC-BY 4.0), where
every mention has a type. Output, as JSON: {noun in lower case: how likely it is a person, from -1 to 1}, of the nouns that head
a mention; a noun that is seldom seen is nearer to 0. A second or two.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "quotes/data/roles/nouns.json"
FILES = ("who/gum-train.conllu.gz", "who/gum-dev.conllu.gz")
BRACKET = re.compile(r"\((?P<id>\d+)-(?P<type>[a-z]+)|(?P<close>\))")
PERSON = "person"
SMOOTHING = 0.5  # of the counts, so that what was seen once is no certainty
CERTAIN = 3.0  # log odds that count as 1


class Word(NamedTuple):
    """A word of a sentence: its number, part of speech, the number of the word it hangs on, the brackets of mentions."""

    number: int
    text: str
    part: str
    head: int
    brackets: str


def sentences(path: Path) -> Iterator[list[Word]]:
    """Yield the sentences of a file in CoNLL-U."""
    words: list[Word] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if len(cells) == 10 and cells[0].isdigit():
                entity = next((each.removeprefix("Entity=") for each in cells[9].split("|") if each.startswith("Entity=")), "")
                words.append(Word(int(cells[0]), cells[1], cells[3], int(cells[6]), entity))
            elif words and len(cells) == 1 and not cells[0]:
                yield words
                words = []
    if words:
        yield words


def heads(words: Sequence[Word]) -> Iterator[tuple[Word, bool]]:
    """Yield the heads of a sentence's mentions, and whether each stands for people."""
    open_mentions: list[tuple[int, str]] = []
    for at, word in enumerate(words):
        for bracket in BRACKET.finditer(word.brackets):
            if bracket["id"]:
                open_mentions.append((at, bracket["type"]))
            elif open_mentions:
                start, kind = open_mentions.pop()
                inside = words[start : at + 1]
                numbers = {each.number for each in inside}
                head = next((each for each in inside if each.head not in numbers), None)
                if head is not None:
                    yield head, kind == PERSON


def count(bench: Path) -> dict[str, float]:
    """Return how likely each noun is a person, -1 to 1."""
    people, others = Counter[str](), Counter[str]()
    for name in FILES:
        for words in sentences(bench / name):
            for head, person in heads(words):
                if head.part == "NOUN" and head.text.replace("-", "").isalpha():
                    (people if person else others)[head.text.lower()] += 1
    odds = {noun: math.log((people[noun] + SMOOTHING) / (others[noun] + SMOOTHING)) for noun in people | others}
    return {noun: round(max(-1.0, min(1.0, own / CERTAIN)), 2) for noun, own in sorted(odds.items())}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path, help="the benchmark's folder")
    parser.add_argument("--out", type=Path, default=OUTPUT)
    args = parser.parse_args()
    nouns = count(args.bench)
    about = {"source": "GUM 11, Georgetown University, annotations CC-BY 4.0", "script": "scripts/train/person_nouns.py"}
    args.out.write_text(json.dumps(about | {"nouns": nouns}, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{args.out}: {len(nouns)} nouns, {sum(own > 0 for own in nouns.values())} of them mostly for people")


if __name__ == "__main__":
    main()
