"""What the encoder is given: words, canonical quotation marks, windows."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from quotes.nlp.find.encoding import (
    CLOSING,
    INSIDE_CLOSED,
    INSIDE_OPEN,
    MIXED,
    OPENING,
    OUTSIDE,
    TITLE,
    UPPER,
    WINDOW_PIECES,
    Region,
    WindowBuilder,
    case_of,
    words_of,
)


@pytest.fixture(scope="module")
def builder() -> WindowBuilder:
    text = resources.files("quotes.data").joinpath("tagger", "tokenizer.json").read_text(encoding="utf-8")
    return WindowBuilder(Tokenizer.from_str(text))


def region(text: str, quoted: str, *, closed: bool = True) -> Region:
    start = text.index(quoted)
    return Region(start, start + len(quoted), closed)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “we go”.", "“we go”"),
        ('He said "we go".', '"we go"'),
        ("He said ‘we go’.", "‘we go’"),
        ("He said 'we go'.", "'we go'"),
        ("He said ''we go''.", "''we go''"),
        ("He said ``we go''.", "``we go''"),
        ("He said «we go».", "«we go»"),
    ],
    ids=["curly", "straight", "British", "British straight", "two single", "TeX", "guillemets"],
)
def test_every_style_of_marks_looks_alike(text: str, quoted: str) -> None:
    words = words_of(text, 0, len(text), [region(text, quoted)])
    assert [w.form for w in words] == ["He", "said", OPENING, "we", "go", CLOSING, "."]
    assert [w.inside for w in words] == [OUTSIDE] * 2 + [INSIDE_CLOSED] * 4 + [OUTSIDE]


def test_words_cover_what_they_name() -> None:
    text = "It’s “in”, he said."
    words = words_of(text, 0, len(text), [region(text, "“in”")])
    assert [text[w.start : w.end] for w in words] == ["It", "’", "s", "“", "in", "”", ",", "he", "said", "."]
    assert words[1].form == "'"


def test_an_open_stretch_has_no_closing_mark() -> None:
    text = "“We go. And we stay."
    words = words_of(text, 0, len(text), [Region(0, len(text), closed=False)])
    assert [w.form for w in words].count(CLOSING) == 0
    assert {w.inside for w in words} == {INSIDE_OPEN}


def test_a_stretch_that_goes_on_without_reopening_keeps_its_first_word() -> None:
    text = "We stay.” He left."
    words = words_of(text, 0, len(text), [Region(0, 9)])
    assert [w.form for w in words] == ["We", "stay", ".", CLOSING, "He", "left", "."]


def test_marks_within_marks_stay_as_they_are() -> None:
    text = "“He said ‘no’ twice”"
    words = words_of(text, 0, len(text), [region(text, text), region(text, "‘no’")])
    assert [w.form for w in words].count(OPENING) == 1


@pytest.mark.parametrize(
    ("form", "case"), [("said", 0), ("2016", 0), (",", 0), ("Ana", TITLE), ("I", TITLE), ("NATO", UPPER), ("iPhone", MIXED)]
)
def test_case(form: str, case: int) -> None:
    assert case_of(form) == case


def test_a_window_holds_whole_paragraphs(builder: WindowBuilder) -> None:
    paragraphs = ["One two three."] * 100
    text = "\n".join(paragraphs)
    words = [words_of(text, i * 15, i * 15 + 14, []) for i in range(100)]
    windows = list(builder.windows(words))
    assert all(len(w.ids) <= WINDOW_PIECES for w in windows)
    assert all(w.first[0] for w in windows)
    assert sum(sum(w.first) for w in windows) == 100


def test_a_long_paragraph_is_cut_where_a_sentence_ends(builder: WindowBuilder) -> None:
    text = "One two three four. " * 120
    windows = list(builder.windows([words_of(text, 0, len(text), [])]))
    assert len(windows) > 1
    assert [w.first[0] for w in windows] == [True] + [False] * (len(windows) - 1)
    assert all(w.words[-1].form == "." for w in windows)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="ab C'’“”.\"é\u200b😀\n", max_size=300), max_size=6))
def test_every_word_is_in_one_window(builder: WindowBuilder, parts: list[str]) -> None:
    text = "\n".join(parts)
    words, offset = [], 0
    for part in parts:
        words.append(words_of(text, offset, offset + len(part), []))
        offset += len(part) + 1
    windows = list(builder.windows(words))
    covered = [w for window in windows for w in window.words]
    assert sorted(covered, key=lambda w: w.start) == covered
    assert len({w.start for w in covered}) == len(covered)
    letters = [w for own in words for w in own if w.form.isascii() and w.form.isalpha()]
    assert set(letters) <= set(covered)
    for window in windows:
        assert len(window.ids) == len(window.case) == len(window.inside) <= WINDOW_PIECES
        assert np.all(np.diff(window.piece_of_word) > 0)
