"""Readers of annotated articles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from quotes.errors import CorpusError
from quotes.evaluate import corpora

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Ana Ruiz said it rains. “Wet”."


def write(folder: Path, name: str, *rows: dict[str, Any]) -> None:
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two articles in two halves, with names an article a line."""
    for article in ("a", "b"):
        (tmp_path / f"{article}.txt").write_text(TEXT, encoding="utf-8")
    quotes = [{"article": article, "content": [[14, 22]], "speaker": "Ana Ruiz", "speaker_type": "person"} for article in "ab"]
    speakers = [{"speaker": "Ana Ruiz", "speaker_type": "person", "aliases": ["Ruiz"]}]
    write(tmp_path, "articles.jsonl", {"id": "a", "half": "gate"}, {"id": "b", "half": "blind"})
    write(tmp_path, "quotes.jsonl", *quotes)
    write(tmp_path, "names.jsonl", *({"id": article, "speakers": speakers} for article in "ab"))
    write(tmp_path, "not_quotes.jsonl", *({"article": article, "span": [24, 29], "reason": "a word"} for article in "ab"))
    return tmp_path


def test_names_and_reasons_may_bear_either_name(gold: Path) -> None:
    found = corpora.read_seeds(gold, gold)
    assert [name.type for name in found.names] == ["person", "person"]
    assert [stretch.why for stretch in found.not_quotes] == ["a word", "a word"]


def test_of_one_half_the_other_is_not_read(gold: Path) -> None:
    found = corpora.read_seeds(gold, gold, half="gate")
    assert (list(found.texts), len(found.names)) == (["a"], 1)
    assert {item.article_id for item in (*found.quotes, *found.not_quotes)} == {"a"}


def test_the_gold_of_one_article_accepts_the_names_of_all(gold: Path) -> None:
    whole = corpora.read_seeds(gold, gold)
    own = whole.only("b")
    assert (list(own.texts), len(own.quotes), len(own.not_quotes), own.names) == (["b"], 1, 1, whole.names)


def test_speakers_annotated_afterwards(tmp_path: Path) -> None:
    article = {"id": "a", "text": TEXT, "speakers": [{"speaker": "Ana Ruiz", "aliases": [], "type": "person"}]}
    write(tmp_path, "dev-articles.jsonl", article)
    write(tmp_path, "dev.jsonl", {"article": "a", "content": [[14, 22]], "speaker": "Ana Ruiz"})
    found = corpora.read_speakers(tmp_path)
    assert ([quote.speaker for quote in found.quotes], found.texts, found.not_quotes) == (["Ana Ruiz"], {"a": TEXT}, ())


@pytest.mark.parametrize("span", [[0, 99], [5, 5], [-1, 3]], ids=["behind the text", "empty", "before it"])
def test_a_span_outside_its_text_is_refused_with_file_and_line(gold: Path, span: list[int]) -> None:
    write(gold, "quotes.jsonl", {"article": "a", "content": [span]})
    with pytest.raises(CorpusError, match=r"quotes\.jsonl:1: a span lies outside"):
        corpora.read_seeds(gold, gold)
