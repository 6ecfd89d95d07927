"""Measuring the extractor on annotated articles and on the benchmark corpus, for the gate and scripts/measure/floors.py."""

from __future__ import annotations

from pathlib import Path

from quotes import config, pipeline
from quotes.evaluate import corpora, report, scores
from quotes.records import Article, Extraction

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT / "tests" / "data" / "seeds-gold"
STYLES = tuple(sorted((ROOT / "tests" / "data").glob("styles*")))
FLOORS = ROOT / "tests" / "data" / "floors.json"
DEV = ROOT.parent / "shared" / "bench" / "polnear" / "dev.jsonl.gz"
CORPUS_METRICS = ("attribution", "direct_only", "content_overlap")


def predicted(extraction: Extraction) -> list[scores.Predicted]:
    """Return an extraction's quotes as they are scored: as printed."""
    return [scores.Predicted.from_json(quote) for quote in extraction.as_json()["quotes"]]


def measure_annotated(gold: Path, texts: Path) -> dict[str, float]:
    """Return the shares of a folder's gold, in per cent."""
    articles = corpora.read_seeds(gold, texts)
    settings = config.load(directory=GOLD, environ={})
    found = pipeline.extract_all((Article(id=name, text=text) for name, text in articles.texts.items()), settings)
    quotes = {item.article.id: predicted(item) for item in found if isinstance(item, Extraction)}
    return report.percentages(scores.score_speakers(articles, quotes))


def measure_seeds() -> dict[str, float]:
    """Return the shares of the seeds' gold, in per cent."""
    return measure_annotated(GOLD, ROOT / "seeds")


def measure_styles() -> dict[str, dict[str, float]]:
    """Return the shares of the gold of our own articles in twelve styles, in per cent, by folder."""
    return {folder.name: measure_annotated(folder, folder) for folder in STYLES}


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
