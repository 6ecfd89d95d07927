"""Say what each rule of finding is worth: switch it off and count again, by annotated set.

Input: the seeds and the sets of tests/data/styles*, and any more folders of the same form: `quotes.jsonl`, `speakers.jsonl` and
`not_quotes.jsonl` beside the articles or, as a folder of them, `texts/`.
Output: a line a rule and set in which something changes: how many quotes are found, given their speaker and given their role
more or fewer without the rule; then the rules that change nothing anywhere.
Command:

    python -m scripts.measure.ledger [FOLDER ...]

Each article is parsed and tagged once; what comes after that is done once a rule.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quotes import config
from quotes.evaluate import corpora, scores
from quotes.nlp import convert, load_pipeline
from quotes.nlp.find import sources
from quotes.records import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from spacy.language import Language
    from spacy.tokens import Doc

ROOT = Path(__file__).parents[2]
COUNTS = ("found", "speaker", "role")
LAST_KEPT = "quotes_tagger"  # up to here nothing is switched off
COMPONENTS = ("quotes_outermost", "quotes_layout")  # rules that are a component of their own


@dataclass(frozen=True, slots=True)
class Annotated:
    """A set of annotated articles with their Docs as the tagger leaves them."""

    name: str
    gold: corpora.Seeds
    docs: Mapping[str, Doc]


def main() -> None:
    """Print the ledger."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    given = parser.parse_args().folders
    nlp = load_pipeline(config.load({}, environ={}))
    folders = [ROOT / "tests" / "data" / "seeds-gold", *sorted((ROOT / "tests" / "data").glob("styles*")), *given]
    sets = [_annotated(nlp, folder) for folder in folders]
    rules = dict(_rules(nlp))
    whole = rules.pop("")
    base = {each.name: _count(each, whole) for each in sets}
    for name, counts in base.items():
        print(f"{'with all':<28}{name:<12}" + "".join(f"{counts[what]:>8}" for what in COUNTS), flush=True)
    idle = [rule for rule, after in rules.items() if not _shown(rule, after, sets, base)]
    print("nothing anywhere: " + (", ".join(idle) or "none"))


def _shown(rule: str, after: Callable[[Doc], Doc], sets: list[Annotated], base: Mapping[str, Mapping[str, int]]) -> bool:
    """Print what a rule's absence changes in each set; say whether it does in any."""
    changed = False
    for each in sets:
        counts = _count(each, after)
        differences = [counts[what] - base[each.name][what] for what in counts]
        if any(differences):
            changed = True
            shown = "".join(f"{counts[what] - base[each.name][what]:>+8}" for what in COUNTS)
            print(f"{'without ' + rule:<28}{each.name:<12}{shown}", flush=True)
    return changed


def _annotated(nlp: Language, folder: Path) -> Annotated:
    texts = next(place for place in (folder / "texts", folder) if any(place.glob("*.txt"))) if _holds(folder) else ROOT / "seeds"
    gold = corpora.read_seeds(folder, texts)
    later = nlp.pipe_names[nlp.pipe_names.index(LAST_KEPT) + 1:]
    with nlp.select_pipes(disable=later):
        return Annotated(folder.name, gold, {name: nlp(text) for name, text in gold.texts.items()})


def _holds(folder: Path) -> bool:
    return any(folder.glob("*.txt")) or any(folder.glob("texts/*.txt"))


def _rules(nlp: Language) -> Iterator[tuple[str, Callable[[Doc], Doc]]]:
    """Yield each rule with what the pipeline does after the tagger without it; first, named "", what it does with all."""
    pipes = dict(nlp.pipeline[nlp.pipe_names.index(LAST_KEPT) + 1:])
    yield "", _run(pipes)
    for name in COMPONENTS:
        yield name, _run({other: pipe for other, pipe in pipes.items() if other != name})
    for step in sources.STEPS:
        others = tuple(other for other in sources.STEPS if other is not step)
        yield f"sources.{step.__name__}", _run({**pipes, "quotes_sources": sources.Sources(steps=others)})


def _run(pipes: Mapping[str, Callable[[Doc], Doc]]) -> Callable[[Doc], Doc]:
    """Return a function that puts a copy of a Doc through some components."""

    def run(doc: Doc) -> Doc:
        doc = doc.copy()
        for pipe in pipes.values():
            doc = pipe(doc)
        return doc

    return run


def _count(each: Annotated, after: Callable[[Doc], Doc]) -> dict[str, int]:
    """Return how many quotes of a set are found, have their speaker, their role, and how many are none."""
    predicted = {}
    for name, doc in each.docs.items():
        found = convert.extraction(after(doc), Article(id=name, text=each.gold.texts[name]))
        predicted[name] = [scores.Predicted.from_json(quote) for quote in found.as_json()["quotes"]]
    shares = scores.score_speakers(each.gold, predicted)
    return {name: shares[name].hits for name in (*COUNTS, "spurious", "not_quotes") if name in shares}


if __name__ == "__main__":
    main()
