"""Measure how well the same words in several articles are brought together, and copies of articles.

Input: nothing but seeds; the corpora are those of `scripts/make/retold.py`. Output: a table, one row a corpus: of each
statement's other versions, how many are in one statement with the whole one, by how many words were changed; of all pairs
of quotes in one statement, how many are none; the same of pairs of articles in one family; the time it took (seconds of CPU).

Command:

    python -m scripts.measure.statements [--seed 16 --seed 61] [--json FILE]

Exits with 1 if fewer than 90 % of the versions with one change are found, or 80 % of those with two, or 2 % of the pairs
in one statement are wrong: but for the corpus that is held back, which is only scored.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from quotes import wording
from quotes.records import Wording
from quotes.resolve import statements
from scripts.make import retold

if TYPE_CHECKING:
    from collections.abc import Mapping

FOUND_OF_ONE, FOUND_OF_TWO, MOST_WRONG = 0.9, 0.8, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well one corpus is brought together."""

    seed: int
    found: Mapping[int, float]
    pairs: int
    wrong: float
    cpu_seconds: float

    @property
    def is_enough(self) -> bool:
        """Whether it is as good as was promised."""
        return self.found[1] >= FOUND_OF_ONE and self.found[2] >= FOUND_OF_TWO and self.wrong <= MOST_WRONG


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description="Measure how well the same words in several articles are brought together.")
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    scores = [score(retold.corpus(seed), seed) for seed in given.seed or (retold.TUNING, retold.HELD_BACK)]
    print("seed  unchanged  one change  two changes   pairs  wrong  CPU")
    for each in scores:
        print(f"{each.seed:4}  {each.found[0]:9.1%}  {each.found[1]:10.1%}  {each.found[2]:11.1%}  {each.pairs:6}  "
              f"{each.wrong:5.1%}  {each.cpu_seconds:.2f} s")
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in scores], indent=1) + "\n", encoding="utf-8")
    return 0 if all(each.is_enough for each in scores if each.seed != retold.HELD_BACK) else 1


def score(made: retold.Retold, seed: int) -> Score:
    """Return how well the statements of a corpus are brought together."""
    wordings, wording_of = wordings_of(made)
    started = time.process_time()
    parents = statements.link(wordings.values(), (), statements.Memory(wordings.values()))
    spent = time.process_time() - started
    roots = {quote: root(parents, identifier) for quote, identifier in wording_of.items()}
    pairs, wrong = _pairs(made, roots, {quote: wordings[each].forms for quote, each in wording_of.items()})
    return Score(seed=seed, found=_found(made, roots), pairs=pairs, wrong=wrong / max(1, pairs), cpu_seconds=spent)


def wordings_of(made: retold.Retold) -> tuple[dict[int, Wording], dict[str, int]]:
    """Return the wordings of a corpus, and the wording of each quote."""
    days = defaultdict[tuple[tuple[int, ...], frozenset[int]], list[int]](list)
    held: dict[str, tuple[tuple[int, ...], frozenset[int]]] = {}
    for extraction in made.extractions:
        for quote in extraction.quotes:
            forms = wording.forms(wording.words(wording.inside_marks(quote.text, quote.form)))
            if wording.length(forms) >= wording.FEWEST:
                held[quote.id] = (forms, frozenset(map(wording.speaker_number, quote.speakers or filter(None, [quote.speaker]))))
                days[held[quote.id]].append(date.fromisoformat(extraction.article.published or "").toordinal())
    identifiers = {key: wording.wording_id(*key) for key in days}
    wordings = {
        identifiers[key]: Wording(
            id=identifiers[key], forms=key[0], speakers=key[1], first_day=min(days[key]), last_day=max(days[key]))
        for key in days
    }
    return wordings, {quote: identifiers[key] for quote, key in held.items()}


def root(parents: Mapping[int, int | None], identifier: int) -> int:
    """Return the root of a wording."""
    parent = parents[identifier]
    return identifier if parent is None else root(parents, parent)


def _found(made: retold.Retold, roots: Mapping[str, int]) -> dict[int, float]:
    """Return which part of the versions is in one statement with the whole one, by the number of changed words."""
    by_statement = defaultdict[int, list[str]](list)
    for quote, version in made.versions.items():
        if version.statement is not None:
            by_statement[version.statement].append(quote)
    found, total = Counter[int](), Counter[int]()
    for number, quotes in by_statement.items():
        whole = next(quote for quote in quotes if made.versions[quote] == retold.Version(statement=number))
        for quote in quotes:
            if quote != whole:
                total[made.versions[quote].changed] += 1
                found[made.versions[quote].changed] += quote in roots and roots[quote] == roots.get(whole)
    return {changed: found[changed] / total[changed] for changed in sorted(total)}


def _pairs(made: retold.Retold, roots: Mapping[str, int], forms: Mapping[str, tuple[int, ...]]) -> tuple[int, int]:
    """Return the number of pairs of quotes in one statement, and of those that are no versions of one.

    Quotes of no statement that are equal word for word are copies, or what everybody says; they are not counted.
    """
    groups = defaultdict[int, list[str]](list)
    for quote, identifier in roots.items():
        groups[identifier].append(quote)
    pairs = wrong = 0
    for group in groups.values():
        for one, other in combinations(group, 2):
            left, right = made.versions[one].statement, made.versions[other].statement
            if left is right is None and forms[one] == forms[other]:
                continue
            pairs += 1
            wrong += left is None or left != right
    return pairs, wrong


if __name__ == "__main__":
    sys.exit(main())
