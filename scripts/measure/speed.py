"""Measure how fast extraction is, beside the bare language model on the same texts in the same run.

Input: files or folders of articles as text. Output: words per second of CPU of both and their ratio; with `--parts`, the share
of each component. Command:

    python -m scripts.measure.speed FOLDER ... [--runs 1] [--parts]

Article by article both take turns, so that whatever else the machine does slows both; one process, one thread, key terms
included, reading and writing not. The best of some runs counts.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spacy

from quotes import config, pipeline
from quotes.nlp import convert
from quotes.nlp.terms import with_terms
from quotes.records import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spacy.language import Language

FIRST = "“We will appeal,” said Ana Ruiz, the mayor of Arden. She added that it had rained."


def texts_in(paths: Sequence[Path]) -> list[str]:
    """Return the texts of some files and folders."""
    files = [file for path in paths for file in (sorted(path.rglob("*.txt")) if path.is_dir() else [path])]
    return [file.read_text(encoding="utf-8-sig") for file in files]


def seconds(work: Callable[[str], object], text: str) -> float:
    """Return how long a text takes, in seconds of CPU."""
    started = time.process_time()
    work(text)
    return time.process_time() - started


def compare(texts: Sequence[str], bare: Language, runs: int) -> tuple[float, float]:
    """Return the seconds of CPU that the bare model and that we take, the best of some runs."""
    settings = config.load({}, environ={})

    def ours(text: str) -> object:
        return list(pipeline.extract_all([Article(id="a", text=text)], settings, terms=True))

    bare(FIRST)
    ours(FIRST)
    theirs, own = [], []
    for _ in range(runs):
        pairs = [(seconds(bare, text), seconds(ours, text)) for text in texts]
        theirs.append(sum(one for one, _ in pairs))
        own.append(sum(other for _, other in pairs))
    return min(theirs), min(own)


def parts_of(texts: Sequence[str], nlp: Language) -> Counter[str]:
    """Return the seconds of CPU of each component."""
    taken: Counter[str] = Counter()

    def timed(name: str, work: Callable[..., Any], *given: object) -> Any:
        started = time.process_time()
        made = work(*given)
        taken[name] += time.process_time() - started
        return made

    for text in texts:
        with nlp.memory_zone():
            doc = timed("tokenizer", nlp.make_doc, text)
            for name, component in nlp.pipeline:
                doc = timed(name, component, doc)
            found = timed("records", convert.extraction, doc, Article(id="a", text=text))
            timed("key terms", with_terms, doc, found)
    return taken


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--parts", action="store_true")
    given = parser.parse_args()
    texts = texts_in(given.paths)
    words = sum(len(text.split()) for text in texts)
    settings = config.load({}, environ={})
    theirs, ours = compare(texts, spacy.load(settings.model), given.runs)
    print(f"{len(texts)} texts, {words:,} words")
    print(f"bare {settings.model}: {theirs:.2f} s, {words / theirs:,.0f} words a second")
    print(f"quotes: {ours:.2f} s, {words / ours:,.0f} words a second, {theirs / ours:.2f} of the bare model's")
    if given.parts:
        taken = parts_of(texts, pipeline.load_pipeline(settings))
        for name, each in taken.most_common():
            print(f"    {name:18} {each:6.2f} s  {100 * each / taken.total():4.1f} %")


if __name__ == "__main__":
    main()
