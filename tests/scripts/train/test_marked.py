"""The marks of our own training articles, and the order that training depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scripts.train import marked as marks

if TYPE_CHECKING:
    from pathlib import Path


def test_marks_go_and_their_offsets_point_into_the_text() -> None:
    marked = "{c1|“Never,”} {k1|said} {s1,2|Ana Ruiz}, {k2|adding} {c2|that it rained}. {c1|“Ever.”}"
    article = marks.read_marked("a", marked)
    assert article.text == "“Never,” said Ana Ruiz, adding that it rained. “Ever.”"
    words = [{role: [article.text[s:e] for s, e in spans] for role, spans in quote.items()} for quote in article.quotes]
    assert words == [
        {"content": ["“Never,”", "“Ever.”"], "cue": ["said"], "source": ["Ana Ruiz"]},
        {"source": ["Ana Ruiz"], "cue": ["adding"], "content": ["that it rained"]},
    ]


@pytest.mark.parametrize(
    ("marked", "named"),
    [
        pytest.param("{k1|said} {s1|Ana}", "no content", id="a quote without content"),
        pytest.param("{c1|It rained}, {k1|said} and {k1|added} {s1|Ana}", "several cues", id="two cues of one quote"),
        pytest.param("{c1|It rained, {k1|said} {s1|Ana}", "brace", id="a brace that is not closed"),
        pytest.param("{c1|It rai}ned", "within a word", id="a mark that ends within a word"),
        pytest.param("{c1|It rained }", "spaces", id="a space inside of the braces"),
    ],
)
def test_what_is_malformed_is_named(marked: str, named: str) -> None:
    with pytest.raises(ValueError, match=named) as error:
        marks.read_marked("the_file", marked)
    assert "the_file" in str(error.value)


def test_the_articles_of_the_repository_are_well_formed_and_hold_quotes_of_every_form() -> None:
    articles = marks.read_all()
    assert len({article.id for article in articles}) == len(articles) > 100
    assert all(article.quotes for article in articles)
    roles = [set(quote) for article in articles for quote in article.quotes]
    assert {"content", "cue", "source"} in roles
    assert {"content"} in roles


def test_articles_are_read_in_the_order_of_their_ids_whatever_their_folders(tmp_path: Path) -> None:
    for name in ("ukpaper/01", "uk/02", "africa/b01", "africa/06"):
        path = tmp_path / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("{c1|“Never,”} {k1|said} {s1|Ana}.", encoding="utf-8")
    assert [article.id for article in marks.read_all(tmp_path)] == ["africa_06", "africa_b01", "uk_02", "ukpaper_01"]
