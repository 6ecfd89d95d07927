"""Measure how often each rule of the rule extractor is right, and write it to `quotes/data/rule_confidence.toml`.

Input: a corpus of one article a line with its quotes (PolNeAR, converted; JSONL or gzipped JSONL).
Output: the precision of attribution (content at IoU >= 0.5 and a shared source word) of each rule by form, smoothed by one
right and one wrong quote. A rule that was seen fewer than 10 times in a form takes the form's precision.
Command:

    python -m scripts.train.rule_confidence polnear/train.jsonl.gz --articles 200
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import replace
from itertools import islice
from pathlib import Path

from quotes import config
from quotes.evaluate import corpora, scores
from quotes.nlp import convert, load_pipeline
from quotes.records import Form

OUTPUT = Path(__file__).parent.parent / "quotes" / "data" / "rule_confidence.toml"
MIN_SEEN = 10
HEAD = """# How often each rule of the rule extractor is right (precision of attribution), by form of the quote.
# Origin: measured on the training part of PolNeAR by scripts/train/rule_confidence.py, which rebuilds this file; Apache-2.0.
"""


def measure(path: Path, articles: int) -> dict[str, scores.Tally]:
    """Return the tally of each "RULE.FORM" and of each form over the first articles of a corpus."""
    settings = replace(config.load({}, environ={}), tagger="rules", attitudes=True)
    nlp = load_pipeline(settings)
    nlp.disable_pipe("quotes_coref")
    tallies: dict[str, scores.Tally] = defaultdict(scores.Tally)
    corpus = list(islice(corpora.read_corpus(path), articles))
    for doc, article in nlp.pipe(((a.text, a) for a in corpus), as_tuples=True, batch_size=8):
        by_rule: dict[str, list[scores.Predicted]] = defaultdict(list)
        for quote in convert.doc_quotes(doc):
            predicted = scores.Predicted(content=quote.content, cue=quote.cue, source=quote.source)
            by_rule[f"{quote.rule.removeprefix('rules.')}.{quote.form}"].append(predicted)
            by_rule[str(quote.form)].append(predicted)
        for rule, predictions in by_rule.items():
            counted = scores.Attribution()
            counted.add(article, predictions)
            tallies[rule].predicted += counted.tallies["attribution"].predicted
            tallies[rule].correct += counted.tallies["attribution"].correct
    return tallies


def smoothed(tally: scores.Tally) -> float:
    """Return a precision from 0 to 1, pulled towards a half by two made-up quotes."""
    return round((tally.correct + 1) / (tally.predicted + 2), 3)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=200, help="how many articles to read (default: 200)")
    args = parser.parse_args()
    tallies = measure(args.corpus, args.articles)
    rules = sorted({rule.rpartition(".")[0] for rule in tallies if "." in rule})
    lines = [HEAD]
    for rule in rules:
        lines.append(f"[{rule}]")
        for form in Form:
            seen = tallies.get(f"{rule}.{form}", scores.Tally())
            value = smoothed(seen if seen.predicted >= MIN_SEEN else tallies[str(form)])
            lines.append(f"{form} = {value}  # {seen.correct} of {seen.predicted}")
    OUTPUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{OUTPUT.name}: {len(rules)} rules from {args.articles} articles")


if __name__ == "__main__":
    main()
