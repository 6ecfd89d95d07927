"""Learn the weights of `quotes/nlp/roles/chooser.py`: which phrases around a name, or in a description, are roles.

    python -m scripts.train.roles BENCH [--out quotes/data/roles/weights.json]

Input: the benchmark's folder (`web/`, `speakers/`) and our own annotated articles (`tests/data/styles*`, the seeds), of which
it is known what the article says each speaker is. An article is resolved with its gold sources; wherever a role of somebody
annotated may stand the options are noted, and those are right that say best what the gold says; if none does, none is. A
softmax over each place's options and "none" is fitted, as for the ranker (`ranker.py`).

Output: of five folds by article, fitted on the other four, by set: of the people with roles how many have one that the gold
has, of those without how many have none, and how many of the roles given are the gold's; then the weights of all, as JSON. It
takes about two minutes. The same articles, weights of the tagger and libraries give the same numbers.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from quotes.lexicon import role_words
from quotes.nlp.coref.entities import Person
from quotes.nlp.coref.resolver import Resolver
from quotes.nlp.roles import facts
from quotes.nlp.roles.chooser import GROUPS, Chooser, Weights, none
from quotes.nlp.roles.options import AHEAD, BEFORE, BESIDE, PLACES
from scripts.train import ranker
from scripts.train.ranker import Case, Labelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from quotes.nlp.coref.cast import Cast
    from quotes.nlp.roles.options import Option
    from quotes.nlp.roles.phrases import RolePhrase
    from quotes.nlp.text import Text

OUTPUT = ranker.ROOT / "quotes/data/roles/weights.json"
ALIKE = 0.6  # share of words (F1) from which a phrase says what the gold says
MATCH = 0.5  # and from which it counts as right when measured, as everywhere
UNLISTED = 3  # of so many cases one is learned from as if no list held its heads, too
L2 = 3.0  # of the sum over the cases
FIRST = {"known": 1.0, "none": 1.0}


class Gold:
    """What an article says the annotated speakers are."""

    def __init__(self, article: Labelled, text: Text) -> None:
        self.aliases = article.aliases
        self.of_names: dict[str, list[str]] = defaultdict(list)
        self.of_places: dict[int, list[str]] = {}
        for row, source in zip(article.rows, ranker.sources_of(article, text), strict=True):
            if row["speaker_type"] == "person" and row["speaker"] and ";" not in row["speaker"]:
                self.of_names[row["speaker"]] += row["roles"]
            elif not row["speaker"]:
                self.of_places |= {word: row["roles"] for piece in source.pieces for word in range(*piece)}

    def of(self, who: object, word: int) -> list[str] | None:
        """Return the roles of a person, or of whom a description at a word means; None if that is not annotated."""
        if not isinstance(who, Person):
            return self.of_places.get(word)
        rows = ({"speaker": name, "speaker_type": "person"} for name in self.of_names)
        name = next((row["speaker"] for row in rows if ranker.means(row, who, self.aliases)), None)
        return None if name is None else self.of_names[name]


class Teacher(Chooser):
    """Notes the options of those annotated, and chooses the right one.

    Args:
        weights: to choose with where it is not known.
        text: the article's words.
        gold: what it says the annotated are.
    """

    def __init__(self, weights: Weights, text: Text, gold: Gold) -> None:
        super().__init__(weights)
        self.text = text
        self.gold = gold
        self.cases: list[Case] = []

    def choose(self, place: str, options: Sequence[Option], who: object, word: int) -> RolePhrase | None:
        """Return the right option, None if there is none; where that is not known the likeliest."""
        roles = self.gold.of(who, word)
        if roles is None:
            return super().choose(place, options, who, word)
        fits = [max((alike(self._worded(option), role) for role in roles), default=0.0) for option in options]
        best = max(fits)
        right = [i for i, fit in enumerate(fits) if fit >= max(ALIKE, best - 0.01)] or [len(options)]
        features = [*(dict(option.features) for option in options), none(place, options)]
        self.cases.append(Case(GROUPS[place], features, right))
        listed = any(option.features.get("known") for option in options)
        if listed and place in (BEFORE, BESIDE, AHEAD) and len(self.cases) % UNLISTED == 0:
            self.cases.append(Case(GROUPS[place], [unlisted(each) for each in features], right))
        return options[right[0]].phrase if right[0] < len(options) else None

    def _worded(self, option: Option) -> list[str]:
        phrase = option.phrase
        worded = self.text.span_text(phrase.start, phrase.end)
        return [worded, f"{phrase.possessor} {worded}"] if phrase.possessor else [worded]


def unlisted(features: dict[str, float]) -> dict[str, float]:
    """Return the features of an option, or of none, as they would be if no list held its head.

    The lists were filled with the articles that are learned from in view, so that there hardly a role has a head that they lack.
    """
    kept = {name: value for name, value in features.items() if not name.startswith(("known", "class_"))}
    if "none" in features:
        return kept | {"none_known": 1.0}
    odds = features["person_noun"] - features["thing_noun"]
    return kept | {
        "class_None": 1.0, "small_unknown": features["small_head"], "bare_unknown": features.get("bare", 0.0),
        "person_noun_unknown": max(odds, 0.0), "thing_noun_unknown": max(-odds, 0.0), "new_noun_unknown": float(not odds),
    }


def words_of(role: str) -> set[str]:
    """Return the words of a role, abbreviations in full, without articles and possessives."""
    words = (word.strip(".,()\"'“”‘’").removesuffix("'s") for word in facts.spelt_out(role).split())
    return {word for word in words if word and word not in role_words().determiners}


def alike(worded: Iterable[str], role: str) -> float:
    """Return how many words a phrase, in the best of its wordings, shares with a role (F1), most if it is its head."""
    wanted, best = words_of(role), 0.0
    head = head_of(role)
    for each in worded:
        mine = words_of(each)
        shared = len(mine & wanted)
        if shared:
            best = max(best, 0.9 if mine == {head} else 2 * shared / (len(mine) + len(wanted)))
    return best


def head_of(role: str) -> str:
    """Return the head of a role: the last word before its first preposition, abbreviations in full."""
    words = facts.spelt_out(role).split()
    stop = next((i for i, word in enumerate(words) if word in role_words().prepositions and i), len(words))
    return words[stop - 1] if words else ""


def cases_of(article: Labelled, weights: Weights) -> list[Case]:
    """Return the places of an article where a role of somebody annotated may stand."""
    text = ranker.words_of(article)
    teacher = Teacher(weights, text, Gold(article, text))
    Resolver(text, ranker.sources_of(article, text), None, teacher).resolve()
    return teacher.cases


def learn(cases: Iterable[Case]) -> Weights:
    """Return the weights that some cases teach."""
    grouped: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        grouped[case.kind].append(case)
    return {group: ranker.fit(grouped[group], FIRST, L2) for group in dict.fromkeys(GROUPS[place] for place in PLACES)}


class Judged(NamedTuple):
    """Of an annotated person the set, the roles of the gold, those given, and how many of these are the gold's."""

    group: str
    stated: int
    given: int
    right: int


def judged(articles: Iterable[Labelled], weights: Weights) -> Iterator[Judged]:
    """Yield how the roles of each annotated person of some articles are read."""
    for article in articles:
        text = ranker.words_of(article)
        gold = Gold(article, text)
        resolver = Resolver(text, ranker.sources_of(article, text), None, Chooser(weights))
        resolver.resolve()
        for roles, given in _people(resolver.cast, gold):
            right = sum(any(alike([one], role) >= MATCH for role in roles) for one in given)
            yield Judged(article.group, len(roles), len(given), right)


def _people(cast: Cast, gold: Gold) -> Iterator[tuple[list[str], list[str]]]:
    for person in cast.people:
        roles = gold.of(person, -1)
        if roles is not None:
            yield roles, [role.role for _, role in person.roles]


def table_of(results: Iterable[Judged]) -> str:
    """Return by set how many people have a right role, how many none rightly, and how many roles given are right."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in results:
        own = counts[one.group]
        own["stated"] += one.stated > 0
        own["found"] += one.stated > 0 and one.right > 0
        own["without"] += not one.stated
        own["none"] += not one.stated and not one.given
        own["given"] += one.given
        own["right"] += one.right
    return "\n".join(
        f"{group}: found {own['found']}/{own['stated']}, none rightly {own['none']}/{own['without']}, "
        f"right of given {own['right']}/{own['given']}"
        for group, own in counts.items()
    )


def groups() -> frozenset[str]:
    """Return the names of the sets whose roles are annotated; of the others only who speaks is."""
    return frozenset({*(folder.name for folder in ranker.STYLES), "seeds", "web", "speakers"})


def folds_of(articles: Sequence[Labelled]) -> list[Weights]:
    """Return for each fold the weights that the articles of the others teach."""
    cases = [(article.fold, cases_of(article, dict.fromkeys(GROUPS.values(), FIRST))) for article in articles]
    return [learn(case for fold, own in cases if fold != number for case in own) for number in range(ranker.FOLDS)]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path, help="the benchmark's folder")
    parser.add_argument("--out", type=Path, default=OUTPUT)
    args = parser.parse_args()
    articles = list(ranker.read_sets(args.bench, ranker.labelling_pipeline()))
    print(f"{len(articles)} articles", flush=True)
    folds = folds_of(articles)
    print(table_of(one for n, own in enumerate(folds) for one in judged((a for a in articles if a.fold == n), own)), flush=True)
    weights = learn(case for article in articles for case in cases_of(article, dict.fromkeys(GROUPS.values(), FIRST)))
    rows = {group: dict(sorted(own.items())) for group, own in weights.items()}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps({"l2": L2, "weights": rows}, indent=1) + "\n", encoding="utf-8")
    print(f"{args.out}: {sum(map(len, weights.values()))} weights")


if __name__ == "__main__":
    main()
