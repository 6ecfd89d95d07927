"""Measure who is meant and as what, end to end, on pages that nothing was learned from: five folds by article.

    python -m scripts.measure.folds BENCH [--roles] [--keep FOLDER]

The rankers of `quotes/nlp/coref/ranker.py` and `quotes/nlp/roles/chooser.py` learn from the pages they are measured on, as
there are few. Here each page of the sets `web` and `speakers` is extracted with weights learned from the articles of the other
four folds alone (everything else as shipped), and the benchmark's `score_speakers.py` scores what comes out. Then, for the
sources of all sets given and each article out of its fold, how often a speaker was right by how sure the ranker was.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, cast

from quotes import config
from quotes.nlp import convert, load_pipeline
from quotes.nlp.coref.ranker import Ranker, Weights, learned
from quotes.nlp.roles.chooser import Chooser
from quotes.records import Article
from scripts.train import ranker, roles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quotes.nlp.coref.component import Coref

SCORED = {
    "web": ("web/quotes.jsonl", "--names", "web/names.jsonl", "--texts", "web/texts"),
    "speakers": ("speakers/dev.jsonl", "--names", "speakers/dev-articles.jsonl"),
}
BINS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)


def extract(
    articles: Iterable[ranker.Labelled], folds: Sequence[Weights], of_roles: Sequence[Weights], out: Path,
) -> None:
    """Write what is found in articles, each with the weights of its fold, as `quotes extract` does."""
    nlp = load_pipeline(config.load({}, environ={}))
    coref = cast("Coref", nlp.get_pipe("quotes_coref"))
    with out.open("w", encoding="utf-8") as file:
        for article in articles:
            coref.ranker = Ranker(folds[article.fold])
            coref.chooser = Chooser(of_roles[article.fold])
            text = article.doc.text
            found = convert.extraction(nlp(text), Article(id=article.id.partition("/")[2], text=text))
            file.write(json.dumps(found.as_json()) + "\n")


def calibration(results: Iterable[ranker.Judged]) -> str:
    """Return how often a named speaker was right, by how sure that was."""
    named, right = Counter[float](), Counter[float]()
    for one in results:
        if one.named:
            least = max(b for b in BINS if one.confidence >= b)
            named[least] += 1
            right[least] += one.right
    rows = (f"sure >= {b}: {named[b]} named, {100 * right[b] / named[b]:.1f} % right" for b in BINS if named[b])
    return "\n".join(rows)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path, help="the benchmark's folder")
    parser.add_argument("--roles", action="store_true", help="only roles out of fold, who is meant as shipped; much faster")
    parser.add_argument("--keep", type=Path, help="folder for what was extracted; default: thrown away")
    args = parser.parse_args()
    nlp = ranker.labelling_pipeline()
    articles = list(ranker.read_sets(args.bench, nlp)) if args.roles else ranker.read_all(args.bench, nlp)
    of_roles = roles.folds_of([a for a in articles if a.group in roles.groups()])
    folds = [learned()] * ranker.FOLDS
    if not args.roles:
        folds = [ranker.learn([a for a in articles if a.fold != number]) for number in range(ranker.FOLDS)]
        results = [one for n, own in enumerate(folds) for one in ranker.judged((a for a in articles if a.fold == n), own)]
        print(ranker.table_of(results), calibration(results), sep="\n\n", flush=True)
    with tempfile.TemporaryDirectory() as thrown:
        folder = args.keep or Path(thrown)
        for group, (quotes, *rest) in SCORED.items():
            out = folder / f"{group}.jsonl"
            extract((a for a in articles if a.group == group), folds, of_roles, out)
            paths = [value if value.startswith("--") else args.bench / value for value in rest]
            print(f"\n{group}", flush=True)
            command = [sys.executable, args.bench / "score_speakers.py", args.bench / quotes, out, *paths]
            subprocess.run(command, check=True)  # noqa: S603  our own scorer


if __name__ == "__main__":
    main()
