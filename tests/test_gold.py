"""The gate: scores on the gold of the seeds, and on the benchmark corpus where it is there, must not fall.

Floors are in tests/data/floors.json with the digest of the gold they were measured on; scripts/measure/floors.py raises
them, and lowers them only with --lower.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from quotes.evaluate import corpora, report, scores
from scripts.measure.gold import (
    ANNOTATED,
    CORPUS_METRICS,
    FLOORS,
    GOLD,
    OPEN_HALF,
    WIKINEWS,
    digests,
    measure_annotated,
    measure_corpus,
    predicted,
    read_annotated,
)

if TYPE_CHECKING:
    from pathlib import Path

    from quotes.records import Extraction

# What the project promised for its first version (percent); floors never go below these.
PROMISED = {
    "found.direct": 100.0, "found.mixed": 90.0, "found.indirect": 85.0, "speaker": 90.0, "organization": 80.0,
    "role": 85.0, "spurious": 10.0, "not_quotes": 0.0,
}
PROMISED_CORPUS = {"direct_only": 70.5, "attribution": 45.0}


@pytest.fixture(scope="session")
def floors() -> dict[str, Any]:
    """The gate's file."""
    found: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def seeds_scores(seeds: Path, seeds_extracted: dict[str, Extraction]) -> dict[str, float]:
    """The shares of the seeds' gold, in per cent."""
    gold = corpora.read_seeds(GOLD, seeds)
    quotes = {identifier: predicted(item) for identifier, item in seeds_extracted.items()}
    return report.percentages(scores.score_speakers(gold, quotes))


@pytest.mark.parametrize("name", digests())
def test_the_gold_is_the_one_that_the_floors_were_measured_on(floors: dict[str, Any], name: str) -> None:
    assert floors["digests"][name] == digests()[name], "the gold changed: run scripts/measure/floors.py and say why"
    assert floors[name]


def test_every_folder_of_annotated_articles_is_a_set_of_the_gate() -> None:
    folders = {path.parent for path in FLOORS.parent.glob("*/quotes.jsonl")}
    assert folders == {GOLD, *ANNOTATED}


def test_of_wikinews_the_gate_knows_the_open_half_only() -> None:
    halves = {row["id"]: row["half"] for _, row in corpora.read_lines(WIKINEWS / "articles.jsonl")}
    gold = read_annotated(WIKINEWS)
    known = {*gold.texts, *(quote.article_id for quote in gold.quotes), *(stretch.article_id for stretch in gold.not_quotes)}
    assert {halves[article] for article in known} == {OPEN_HALF}
    assert len(gold.texts) == sum(half == OPEN_HALF for half in halves.values())


def test_floors_are_no_lower_than_what_was_promised(floors: dict[str, Any]) -> None:
    assert not report.below(PROMISED, floors["seeds"])
    assert not report.below(PROMISED_CORPUS, floors["corpus"])
    assert set(floors["corpus"]) == set(CORPUS_METRICS)


@pytest.mark.model
def test_the_seeds_score_no_less_than_before(floors: dict[str, Any], seeds_scores: dict[str, float]) -> None:
    assert not report.below(floors["seeds"], seeds_scores)


@pytest.mark.model
@pytest.mark.parametrize("folder", ANNOTATED, ids=lambda folder: folder.name)
def test_annotated_articles_score_no_less_than_before(floors: dict[str, Any], folder: Path) -> None:
    assert not report.below(floors[folder.name], measure_annotated(folder))


@pytest.mark.model
@pytest.mark.corpus
@pytest.mark.usefixtures("benchmark_corpus")
def test_the_benchmark_scores_no_less_than_before(floors: dict[str, Any]) -> None:
    assert not report.below(floors["corpus"], measure_corpus())
