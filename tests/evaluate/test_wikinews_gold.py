"""The open gold standard of Wikinews articles is what its README says, and its spans are words of its texts."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from scripts.make import wikinews_gold

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT / "tests" / "data" / "wikinews_gold"
CORPUS_2019 = ROOT / "tests" / "data" / "wikinews2019" / "wikinews_2019.csv"
FIELDS = ("content", "cue", "source")
JOINT = "; "


def rows(name: str) -> list[dict[str, Any]]:
    with (GOLD / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


ARTICLES = {article["id"]: article for article in rows("articles.jsonl")}
QUOTES = rows("quotes.jsonl")


def row(number: int, words: int, **more: str) -> dict[str, str]:
    """Return a row of a Wikinews file with a text of so many words."""
    return {"url": f"https://example.org/{number:03}", "date": "2020-01-01", "title": "T", "text": "word " * words} | more


def test_forty_articles_half_of_them_blind() -> None:
    halves = [article["half"] for article in ARTICLES.values()]
    assert (halves.count("gate"), halves.count("blind"), len(halves)) == (20, 20, 40)


def test_texts_for_the_extractor_are_those_of_the_articles() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (GOLD / "texts").iterdir()}
    assert texts == {name: article["text"] for name, article in ARTICLES.items()}


def test_every_span_is_the_words_it_stands_for() -> None:
    for quote in QUOTES:
        text = ARTICLES[quote["article"]]["text"]
        for field in FIELDS:
            assert [text[start:end] for start, end in quote[field]] == quote[f"{field}_text"]
            assert all(words and words == words.strip() for words in quote[f"{field}_text"])


def test_every_quote_has_content_apart_from_its_cue_and_source() -> None:
    for quote in QUOTES:
        assert quote["content"]
        for start, end in quote["cue"] + quote["source"]:
            assert not any(start < piece_end and piece_start < end for piece_start, piece_end in quote["content"]), quote


def test_no_two_core_quotes_share_a_word() -> None:
    for name in ARTICLES:
        core = [quote for quote in QUOTES if quote["article"] == name and quote["level"] == "core"]
        pieces = sorted(piece for quote in core for piece in quote["content"])
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(pieces)), name


def test_a_form_says_where_the_marks_are() -> None:
    for quote in QUOTES:
        marked = any(mark in piece for piece in quote["content_text"] for mark in '"“”')
        assert marked or quote["form"] != "mixed", quote
        assert not marked or quote["form"] != "indirect", quote


def test_every_person_who_speaks_is_named_in_the_text() -> None:
    for quote in QUOTES:
        if quote["speaker_type"] == "person":
            assert quote["speaker"] in ARTICLES[quote["article"]]["text"]


def test_every_role_stands_in_the_text() -> None:
    for quote in QUOTES:
        assert all(role in ARTICLES[quote["article"]]["text"] for role in quote["roles"])


def test_the_unnamed_have_no_name_and_the_rest_have_one_that_is_listed() -> None:
    listed = {(names["id"], speaker["speaker"]) for names in rows("names.jsonl") for speaker in names["speakers"]}
    for quote in QUOTES:
        if quote["speaker"] is None:
            assert quote["speaker_type"] in {"unnamed", "document"}
        else:
            assert quote["speaker_type"] != "unnamed"
            assert all((quote["article"], name) in listed for name in quote["speaker"].split(JOINT)), quote["speaker"]


def test_every_mark_of_a_text_is_of_a_quote_or_said_to_be_of_none() -> None:
    spans = [(quote["article"], piece) for quote in QUOTES for piece in quote["content"]]
    spans += [(none["article"], none["span"]) for none in rows("not_quotes.jsonl")]
    for name, article in ARTICLES.items():
        mine = [piece for owner, piece in spans if owner == name]
        for position, character in enumerate(article["text"]):
            assert character not in '"“”' or any(start <= position < end for start, end in mine), (name, position)


def test_the_articles_of_2019_are_those_of_the_committed_file() -> None:
    rows_2019 = {row["url"]: row for row in wikinews_gold.read_rows(CORPUS_2019.parent, [CORPUS_2019.name])}
    drawn = [article for article in ARTICLES.values() if article["url"] in rows_2019]
    assert drawn
    for article in drawn:
        found = rows_2019[article["url"]]
        assert wikinews_gold.suits(found)
        assert article["text"] == wikinews_gold.article_text(found)
        assert (article["title"], article["published"]) == (found["title"], found["date"])


def test_a_draw_does_not_hang_on_the_order_of_the_rows() -> None:
    some = [row(number, 300) for number in range(60)]
    assert wikinews_gold.draw(some) == wikinews_gold.draw(some[::-1])


@pytest.mark.parametrize(
    ("words", "suiting"),
    [
        pytest.param(199, 0, id="199 words are too few"),
        pytest.param(200, 1, id="200 words are enough"),
        pytest.param(1500, 1, id="1,500 words are not too many"),
        pytest.param(1501, 0, id="1,501 words are too many"),
    ],
)
def test_articles_of_200_to_1500_words_are_drawn(words: int, suiting: int) -> None:
    assert sum(map(wikinews_gold.suits, [row(0, words)])) == suiting


def test_the_line_of_the_date_is_no_paragraph() -> None:
    assert wikinews_gold.paragraphs("\n\nMonday, May 6, 2019\xa0 \n\n\nOne. \n\n\n\nTwo.\n") == ["One.", "Two."]
    assert wikinews_gold.paragraphs("Monday, May 6, 2019 was dry.\n\nTwo.") == ["Monday, May 6, 2019 was dry.", "Two."]


def test_too_few_articles_are_named_in_words() -> None:
    with pytest.raises(ValueError, match="39 articles of 200 to 1,500 words, 40 are to be drawn"):
        wikinews_gold.draw([row(number, 300) for number in range(39)])
