"""The tagger's training data: edits keep the labels, layouts label what they should."""

from __future__ import annotations

import random
from importlib import resources

import pytest
from tokenizers import Tokenizer

from quotes.nlp.find.encoding import WindowBuilder
from scripts.train import data
from scripts.train.data import Banks, Tag, Tagged, Variation

CONTENTS = ["We will open the bridge in May. It will be free for all of us", "Nobody asked the people of this town"]
CLAUSES = ["the bridge would open in May after two years of work", "nobody had asked the people of the town"]


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - no secret


def labelled(paragraph: Tagged, role: str) -> list[str]:
    return [paragraph.text[t.start : t.end] for t in paragraph.tags if t.role == role]


def article() -> list[Tagged]:
    text = "Bridge to open.\n\n“We go,” said Trump. “We stay.”"
    at = {word: (text.index(word), text.index(word) + len(word)) for word in ("“We go,”", "said", "Trump", "“We stay.”")}
    quote = {"content": [list(at["“We go,”"]), list(at["“We stay.”"])], "cue": [list(at["said"])], "source": [list(at["Trump"])]}
    return data.paragraphs_of(text, [quote])


@pytest.fixture(scope="module")
def builder() -> WindowBuilder:
    text = resources.files("quotes.data").joinpath("tagger", "tokenizer.json").read_text(encoding="utf-8")
    return WindowBuilder(Tokenizer.from_str(text))


def test_spans_count_within_their_paragraph() -> None:
    headline, body = article()
    assert headline.tags == ()
    assert labelled(body, "content") == ["“We go,”", "“We stay.”"]
    assert labelled(body, "source") == ["Trump"]


def test_pieces_that_only_a_space_parts_are_joined() -> None:
    (paragraph,) = data.paragraphs_of("We go. We stay.", [{"content": [[0, 6], [7, 15]]}])
    assert labelled(paragraph, "content") == ["We go. We stay."]


@pytest.mark.parametrize(("change", "expected"), [
    ((0, 0, "So "), "he"), ((3, 5, "he really"), "he really"), ((6, 10, "stated"), "he"), ((3, 5, ""), None),
], ids=["before", "the span", "after", "nothing left"])
def test_an_edit_moves_the_labels_along(change: tuple[int, int, str], expected: str | None) -> None:
    paragraph = data.edit(Tagged("So he said", (Tag(3, 5, "source", 0),)), [change])
    assert labelled(paragraph, "source") == ([expected] if expected else [])


def test_names_are_replaced_throughout() -> None:
    renamed = data.rename([Tagged("Trump and Trump"), Tagged("Trump’s")], chance(1))
    first, second = renamed[0].text.split(" and ")
    assert first == second
    assert renamed[1].text == f"{first}’s"
    assert first != "Trump"


@pytest.mark.parametrize("style", data.STYLES, ids=lambda style: style[0])
def test_marks_of_another_style_stay_in_the_content(style: tuple[str, str, float]) -> None:
    opening, closing, _ = style
    _, body = article()
    restyled = data.restyle(body, opening, closing)
    assert labelled(restyled, "content") == [f"{opening}We go,{closing}", f"{opening}We stay.{closing}"]


@pytest.mark.parametrize("seed", range(60))
def test_every_layout_labels_content_cue_and_source(seed: int) -> None:
    paragraphs = data.relayout(CONTENTS[0], "Ana Ruiz", 7, chance(seed))
    roles = {t.role for p in paragraphs for t in p.tags}
    assert roles == {"content", "cue", "source"}
    for paragraph in paragraphs:
        assert all(paragraph.text[t.start : t.end].strip() for t in paragraph.tags)


@pytest.mark.parametrize("seed", range(40))
def test_passages_become_windows(seed: int, builder: WindowBuilder) -> None:
    paragraphs = data.passage(Banks(CONTENTS, CLAUSES), 0, chance(seed))
    for example in data.examples_of(paragraphs, builder):
        assert len(example.labels) == len(example.window.words)
        for (_, _, role), head in zip(example.spans, example.heads, strict=True):
            assert (head == -2) == (role == "source")
            if head >= 0:
                assert example.spans[head][2] == {"content": "cue", "cue": "source"}[role]


def test_a_content_hangs_on_its_cue_and_that_on_its_source(builder: WindowBuilder) -> None:
    (example,) = data.examples_of(article(), builder)
    assert [(role, head) for (_, _, role), head in zip(example.spans, example.heads, strict=True)] == [
        ("content", 1), ("cue", 2), ("source", -2), ("content", 1),
    ]


def test_an_epoch_is_the_same_for_the_same_seed() -> None:
    variation = Variation(layout=1.0, extra=1.0)
    once, twice = (data.vary(article(), Banks(CONTENTS, CLAUSES), chance(3), variation) for _ in range(2))
    assert once == twice
