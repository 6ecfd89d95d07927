"""The annotations that training learns speakers and names from are whole, and lie where the articles have them."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
ANNOTATED = ROOT / "scripts" / "train" / "annotated" / "articles.jsonl"
BENCH = ROOT.parent / "shared" / "bench"
TYPES = {"person", "organization", "group", "document", "unnamed", "author"}
WORD = re.compile(r"[^\W_]+")
KINDS = {"person", "body", "place", "other"}


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ANNOTATED.read_text(encoding="utf-8").splitlines()]


def texts() -> dict[str, str]:
    with gzip.open(BENCH / "polnear" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = {record["id"]: record["text"] for record in map(json.loads, lines)}
    for year in (2019, 2020):
        with (BENCH / "wikinews" / f"wikinews_{year}.csv").open(encoding="utf-8", newline="") as table:
            found |= {row["url"]: row["text"].strip() + "\n" for row in csv.DictReader(table)}
    return found


def test_every_article_is_annotated_once_in_known_terms() -> None:
    assert Counter(row["corpus"] for row in rows()) == {"polnear": 90, "wikinews": 90}
    assert len({row["id"] for row in rows()}) == 180
    assert {speaker["type"] for row in rows() for speaker in row["speakers"]} == TYPES
    assert {kind for row in rows() for kind, _ in row["names"]} == KINDS


def test_no_stretch_of_nine_words_comes_from_an_article() -> None:
    for row in rows():
        assert [name for _, name in row["names"] if len(WORD.findall(name)) > 8] == [], row["id"]
        for speaker in (speaker["speaker"] or "" for speaker in row["speakers"]):
            members = speaker.split("; ")
            assert members == sorted(members), row["id"]
            assert [member for member in members if len(WORD.findall(member)) > 8] == [], row["id"]


def test_no_article_of_the_gold_standard_is_learned_from() -> None:
    gold = (ROOT / "tests" / "data" / "wikinews_gold" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    assert not {json.loads(line)["url"] for line in gold} & {row["id"] for row in rows()}


@pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark is not beside the checkout")
def test_spans_and_names_lie_in_their_articles() -> None:
    known = texts()
    for row in rows():
        text = known[row["id"]]
        spans = [span for speaker in row["speakers"] for role in ("content", "cue", "source") for span in speaker[role]]
        assert [span for span in spans if not 0 <= span[0] < span[1] <= len(text)] == [], row["id"]
        assert [name for _, name in row["names"] if name not in text] == [], row["id"]
