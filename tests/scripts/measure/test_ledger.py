"""The ledger of rules: which sets it counts, which rules it leaves out, and that it shows what that changes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotes.evaluate import corpora
from scripts.measure import ledger

ROOT = Path(__file__).resolve().parents[3]
if TYPE_CHECKING:
    from spacy.language import Language

HALVES = {row["id"]: row["half"] for _, row in corpora.read_lines(ROOT / "tests/data/wikinews_gold/articles.jsonl")}


def test_it_counts_every_annotated_set_of_the_tests_and_no_article_that_is_kept_blind(tmp_path: Path) -> None:
    sets = {each.name: each for each in ledger.annotated_sets(tmp_path)}
    assert len(sets) == len(list((ROOT / "tests" / "data").glob("*/quotes.jsonl")))
    articles = {article for each in sets.values() for article in each.texts}
    assert {HALVES[article] for article in articles if article in HALVES} == {"gate"}


@pytest.mark.model
def test_every_rule_has_a_name_of_its_own_and_its_line_in_the_ledger(nlp: Language) -> None:
    names = Counter(left.rule for left in ledger.rules(nlp))
    assert set(names.values()) == {1}
    text = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
    assert [name for name in names if f"| {name} |" not in text] == []
    assert "Nothing anywhere: none." in text


@pytest.mark.model
def test_leaving_out_a_rule_changes_the_counts_of_the_articles_that_it_serves(nlp: Language, tmp_path: Path) -> None:
    text = "“We saw nothing,” the agency reported Ana Ruiz as saying on Friday."
    row = {"article": "a", "content": [[0, 17]], "speaker": "Ana Ruiz", "speaker_type": "person", "form": "direct"}
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "quotes.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    for name in ("speakers.jsonl", "not_quotes.jsonl"):
        (tmp_path / name).write_text("", encoding="utf-8")
    own = ledger._of_seeds("own", corpora.read_seeds(tmp_path, tmp_path))
    made = ledger.Ledger(nlp, [own], tmp_path / "cache")
    assert list(made.with_all())[-1] == "| own | 1 | 1 | 1 |  |  |  |  | 0 |  |  |  |  |"
    assert list(made.without(["sources.passed_on"]))[2:] == [
        "| sources.passed_on | own | 0 | -1 |  |  |  |  | 0 |  |  |  |  |", "", "Nothing anywhere: none.",
    ]
    assert list(made.without(["kinds.was_asked"]))[2:] == ["", "Nothing anywhere: kinds.was_asked."]
