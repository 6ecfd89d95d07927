"""Measure how far the confidence of quotes can be trusted, and write `docs/reliability.md`.

Input: a corpus of one article a line with its quotes (PolNeAR's dev, converted; JSONL or gzipped JSONL) that neither the
tagger, nor the linker, nor the calibration has seen.
Output: a Markdown page with the scores by form and their intervals, the share of right quotes by confidence, and the
precision at 40, 60 and 80 per cent recall.
Command:

    python -m scripts.measure.reliability polnear/dev.jsonl.gz [--predictions predictions.jsonl]

`--predictions` also writes the quotes in the form that the benchmark's own scorer reads. Bootstrap: over articles, 1,000
samples, seed 1.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotes import config
from quotes.evaluate import corpora, scores
from quotes.nlp import load_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spacy.tokens import Doc

OUTPUT = Path(__file__).parent.parent / "docs" / "reliability.md"
METRICS = (
    "content_overlap",
    "content_overlap.direct",
    "content_overlap.mixed",
    "content_overlap.indirect",
    "attribution",
    "attribution.direct",
    "attribution.mixed",
    "attribution.indirect",
    "direct_only",
)
BINS = (0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.0)
SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Judged:
    """A predicted quote: its confidence, whether it is right, whether attribution counts it."""

    confidence: float
    right: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on one article."""

    tallies: dict[str, scores.Tally]
    judged: tuple[Judged, ...]


def spans_of(doc: Doc) -> list[dict[str, Any]]:
    """Return the quotes of a Doc as spans of code points by role, with their attributes."""
    group = doc.spans["quotes"]
    found: dict[str, dict[str, Any]] = {key: {"content": [], "cue": [], "source": [], **group.attrs[key]} for key in group.attrs}
    for span in group:
        found[span.id_][span.label_.lower()].append([span.start_char, span.end_char])
    return list(found.values())


def judge(article: corpora.GoldArticle, quotes: Sequence[dict[str, Any]]) -> Measured:
    """Compare an article's quotes with the gold."""
    predicted = [
        scores.Predicted(**{role: tuple((s, e) for s, e in quote[role]) for role in ("content", "cue", "source")})
        for quote in quotes
    ]
    counted = scores.Attribution()
    counted.add(article, predicted)

    def positions(quote: scores.Predicted | corpora.GoldQuote, role: str) -> frozenset[int]:
        parts = scores.pieces(article.text, getattr(quote, role), content=role == "content")
        return frozenset(i for part in parts for i in part if article.text[i].isalnum())

    pairs = scores.answer([positions(q, "content") for q in article.quotes], [positions(q, "content") for q in predicted])
    judged = []
    for number, quote in enumerate(predicted):
        gold = article.quotes[pairs[number]] if number in pairs else None
        right = gold is not None and bool(positions(quote, "source") & positions(gold, "source"))
        confidence = quotes[number].get("confidence")
        judged.append(Judged(1.0 if confidence is None else confidence, right, gold is None or bool(gold.source)))
    return Measured(dict(counted.tallies), tuple(judged))


def total(measured: Iterable[Measured], metric: str) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a metric over articles, in per cent."""
    tally = scores.Tally()
    for article in measured:
        if (own := article.tallies.get(metric)) is not None:
            tally.gold += own.gold
            tally.predicted += own.predicted
            tally.found += own.found
            tally.correct += own.correct
    precision = 100 * tally.correct / max(tally.predicted, 1)
    recall = 100 * tally.found / max(tally.gold, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def interval(measured: Sequence[Measured], metric: str, *, samples: int = SAMPLES) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a metric's F1 over articles."""
    rng = random.Random(1)  # noqa: S311 - no secret
    drawn = sorted(total(rng.choices(measured, k=len(measured)), metric)[2] for _ in range(samples))
    return drawn[int(0.025 * samples)], drawn[int(0.975 * samples) - 1]


def by_confidence(judged: Sequence[Judged]) -> list[str]:
    """Return the table of bins: how many quotes, how confident, how many right."""
    rows = ["| confidence | quotes | mean confidence | right |", "|---|---:|---:|---:|"]
    above = 1.01
    for low in BINS:
        own = [j for j in judged if low <= j.confidence < above]
        if own:
            mean, right = sum(j.confidence for j in own) / len(own), sum(j.right for j in own) / len(own)
            rows.append(f"| {low:.2f} to {min(above, 1):.2f} | {len(own)} | {mean:.2f} | {100 * right:.1f} % |")
        above = low
    top = [j for j in judged if j.confidence >= 0.9]
    rows.append("")
    share = 100 * len(top) / max(len(judged), 1)
    rows.append(
        f"Of the quotes given with a confidence of 0.9 or more ({len(top)}, {share:.0f} % of all) "
        f"**{100 * sum(j.right for j in top) / max(len(top), 1):.1f} %** are right."
    )
    return rows


def at_recall(judged: Sequence[Judged], gold: int) -> list[str]:
    """Return the table of the precision at some recalls, with the least confidence that reaches them."""
    rows = ["| recall | precision | least confidence |", "|---:|---:|---:|"]
    ranked = sorted(judged, key=lambda j: -j.confidence)
    for wanted in (0.4, 0.6, 0.8):
        hits = 0
        for number, quote in enumerate(ranked, 1):
            hits += quote.right
            if hits >= wanted * gold:
                rows.append(f"| {100 * wanted:.0f} % | {100 * hits / number:.1f} % | {quote.confidence:.2f} |")
                break
        else:
            rows.append(f"| {100 * wanted:.0f} % | not reached (highest recall {100 * hits / max(gold, 1):.1f} %) | |")
    return rows


def page(measured: Sequence[Measured], every: Sequence[Measured]) -> str:
    """Return the page: `measured` with the default least confidence, `every` with none."""
    judged = [j for article in measured for j in article.judged if j.counts]
    gold = sum(article.tallies["attribution"].gold for article in measured if "attribution" in article.tallies)
    lines = ["# How far the confidence can be trusted", ""]
    lines += [
        "Written by `scripts/measure/reliability.py`; measured on PolNeAR's dev split (attitudes included), which neither the",
        "tagger, nor the linker, nor the calibration has seen. *Right* means: the content overlaps a gold one by at least half",
        "and the source shares a word with the gold source (the benchmark's `attribution`). The corpus's annotators agree at",
        "alpha 0.75, so that some of what counts as wrong is a matter of taste. The confidence is that of the words, the cue",
        "and the source; `speaker_confidence` is that of the speaker's name, given those.",
        "",
        "## Scores",
        "",
        "| metric | precision | recall | F1 | 95 % interval |",
        "|---|---:|---:|---:|---:|",
    ]
    for metric in METRICS:
        precision, recall, f1 = total(measured, metric)
        low, high = interval(measured, metric)
        lines.append(f"| {metric} | {precision:.1f} | {recall:.1f} | **{f1:.1f}** | {low:.1f} to {high:.1f} |")
    lines += [
        "",
        "## Right, by confidence",
        "",
        *by_confidence(judged),
        "",
        "## Precision at a recall",
        "",
        *at_recall([j for article in every for j in article.judged if j.counts], gold),
        "",
    ]
    lines += ["`--min-confidence` cuts at the last column's values; without it, quotes from "]
    lines[-1] += f"{config.load({}, environ={}).min_confidence} on are given."
    lines += [""]
    return "\n".join(lines)


def measure(articles: Sequence[corpora.GoldArticle], **settings: Any) -> tuple[list[Measured], list[list[dict[str, Any]]]]:
    """Return what was measured on each article, and its quotes."""
    nlp = load_pipeline(config.load({"tagger": "learned", "attitudes": True, **settings}, environ={}))
    nlp.disable_pipe("quotes_coref")
    docs = nlp.pipe((article.text for article in articles), batch_size=8)
    quotes = [spans_of(doc) for doc in docs]
    return [judge(article, own) for article, own in zip(articles, quotes, strict=True)], quotes


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--predictions", type=Path)
    parser.add_argument("--out", type=Path, default=OUTPUT)
    args = parser.parse_args()
    articles = list(corpora.read_corpus(args.corpus))
    measured, quotes = measure(articles)
    every, _ = measure(articles, min_confidence=0.0)
    lines = [json.dumps({"id": a.id, "quotes": own}) + "\n" for a, own in zip(articles, quotes, strict=True)]
    if args.predictions:
        args.predictions.write_text("".join(lines), encoding="utf-8")
    args.out.write_text(page(measured, every), encoding="utf-8")
    kinds = Counter(quote.get("kind", "") for own in quotes for quote in own)
    print(f"{args.out}; kinds: {dict(kinds)}")


if __name__ == "__main__":
    main()
