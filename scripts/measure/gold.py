"""Measuring the extractor on annotated articles and on the benchmark corpus, for the gate and scripts/measure/floors.py."""

from __future__ import annotations

from pathlib import Path

from quotes import config, pipeline
from quotes.evaluate import corpora, report, scores
from quotes.records import Article, Extraction

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT / "tests" / "data" / "seeds-gold"
STYLES = tuple(sorted((ROOT / "tests" / "data").glob("styles*")))
WIKINEWS = ROOT / "tests" / "data" / "wikinews_gold"
ANNOTATED = (*STYLES, WIKINEWS)
OPEN_HALF = "gate"  # of Wikinews; the other is measured by nobody who mends anything
FLOORS = ROOT / "tests" / "data" / "floors.json"
DEV = ROOT.parent / "shared" / "bench" / "polnear" / "dev.jsonl.gz"
CORPUS_METRICS = ("attribution", "direct_only", "content_overlap")


def predicted(extraction: Extraction) -> list[scores.Predicted]:
    """Return an extraction's quotes as they are scored: as printed."""
    return [scores.Predicted.from_json(quote) for quote in extraction.as_json()["quotes"]]


def read_annotated(folder: Path) -> corpora.Seeds:
    """Read a set of annotated articles: of Wikinews the open half."""
    texts = ROOT / "seeds" if folder == GOLD else next(place for place in (folder / "texts", folder) if place.is_dir())
    return corpora.read_seeds(folder, texts, half=OPEN_HALF if folder == WIKINEWS else None)


def measure_annotated(folder: Path) -> dict[str, float]:
    """Return the shares of a set's gold, in per cent."""
    articles = read_annotated(folder)
    settings = config.load(directory=GOLD, environ={})
    found = pipeline.extract_all((Article(id=name, text=text) for name, text in articles.texts.items()), settings)
    quotes = {item.article.id: predicted(item) for item in found if isinstance(item, Extraction)}
    return report.percentages(scores.score_speakers(articles, quotes))


def measure_all_annotated() -> dict[str, dict[str, float]]:
    """Return the shares of the gold of every set, in per cent, by its name."""
    return {"seeds": measure_annotated(GOLD), **{folder.name: measure_annotated(folder) for folder in ANNOTATED}}


def digests() -> dict[str, str]:
    """Return the digest of every set, by its name."""
    return {"seeds": report.digest_of(GOLD), **{folder.name: report.digest_of(folder) for folder in ANNOTATED}}


def measure_corpus() -> dict[str, float]:
    """Return F1 of the benchmark's dev articles, in per cent rounded to a tenth; nothing where the corpus is not there."""
    if not DEV.is_file():
        return {}
    settings = config.load({"attitudes": True, "workers": 2}, directory=GOLD, environ={})
    gold = {article.id: article for article in corpora.read_corpus(DEV)}
    counts = scores.Attribution()
    texts = [Article(id=article.id, text=article.text) for article in gold.values()]
    for item in pipeline.extract_all(texts, settings):
        if not isinstance(item, Extraction):
            raise SystemExit(f"{item.origin}: {item.error}")
        counts.add(gold[item.article.id], predicted(item))
    return {name: round(counts.tallies[name].f1, 1) for name in CORPUS_METRICS}
