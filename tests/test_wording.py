"""The words of quotes: what is compared of them, and what differs."""

from __future__ import annotations

import pytest

from quotes import wording
from quotes.wording import Difference, Side

RIVER = "We have watched the river rise for eleven years and nobody in the ministry has answered a single letter"


def forms(text: str) -> tuple[int, ...]:
    return wording.forms(wording.words(text))


@pytest.mark.parametrize(("one", "other"), [
    pytest.param("“We don’t pay,”", "We do not pay.", id="short forms and punctuation"),
    pytest.param("It’s ｆｉｎｅ", "It's fine", id="apostrophes and wide letters"),
    pytest.param("Mevlüt ÇAVUŞOĞLU", "mevlut cavusoglu", id="case and accents"),
    pytest.param("[W]e left", "we left", id="case that an editor changed"),
    pytest.param("… we left …", "we left", id="gaps at the ends"),
    pytest.param("we left ... [...] late", "we left (...) late", id="signs of a gap"),
    pytest.param("we [the council] left", "we [...] left", id="an editor's words are a gap"),
])
def test_words_are_equal_but_for(one: str, other: str) -> None:
    assert forms(one) == forms(other)


@pytest.mark.parametrize(("text", "form", "said"), [
    pytest.param("“We left,” she said", "direct", "“We left,” she said", id="direct: all"),
    pytest.param("he left", "indirect", "", id="indirect: nothing"),
    pytest.param("that it was “no sign”", "mixed", "no sign", id="curly marks"),
    pytest.param('that it was "no sign" of "neglect"', "mixed", "no sign … neglect", id="straight marks, two pieces"),
    pytest.param("that it ‘wasn’t us’", "mixed", "wasn’t us", id="single marks with an apostrophe inside"),
    pytest.param("that it was “no sign", "mixed", "no sign", id="a mark that is not closed"),
    pytest.param("that the council's plan isn't", "mixed", "", id="apostrophes are no marks"),
])
def test_only_words_inside_marks_are_compared(text: str, form: str, said: str) -> None:
    assert wording.inside_marks(text, form) == said


def test_no_fingerprint_reaches_over_a_gap() -> None:
    with_gap = wording.fingerprints(forms("one two three … four five six"))
    assert with_gap <= wording.fingerprints(forms("one two three")) | wording.fingerprints(forms("four five six"))


@pytest.mark.parametrize("text", ["", "…", "one", "one two", "“”", "[" * 5000, "." * 5000, "“" * 5000, "'" * 5000])
def test_any_text_can_be_compared(text: str) -> None:
    for form in ("direct", "mixed", "indirect"):
        compared = forms(wording.inside_marks(text, form))
        wording.fingerprints(compared)
        assert wording.common(compared, compared) is None


@pytest.mark.parametrize(("version", "difference", "left_out", "changed"), [
    pytest.param(RIVER.upper(), Difference.SAME, 0, 0, id="the same words"),
    pytest.param("We have watched the river rise for eleven years", Difference.CUT, 10, 0, id="the end is left out"),
    pytest.param("nobody in the ministry has answered a single letter", Difference.CUT, 10, 0, id="the beginning is left out"),
    pytest.param("We have watched the river … has answered a single letter", Difference.CUT, 9, 0, id="left out with a sign"),
    pytest.param("We have watched the river rise and nobody in the ministry has answered a single letter", Difference.CUT, 3, 0,
                 id="three words left out without a sign"),
    pytest.param(RIVER.replace("nobody in", "nobody"), Difference.CHANGED, 0, 1, id="a word inside left out without a sign"),
    pytest.param(RIVER.replace("eleven", "twelve"), Difference.CHANGED, 0, 1, id="another word"),
    pytest.param(RIVER.replace("has answered", "has never answered"), Difference.CHANGED, 0, 1, id="a word put in"),
    pytest.param(RIVER.replace("letter", "call"), Difference.CHANGED, 1, 1, id="another last word"),
    pytest.param("watched the lake rise for eleven years and nobody", Difference.CHANGED, 10, 1, id="cut and changed"),
])
def test_a_version_differs_by(version: str, difference: Difference, left_out: int, changed: int) -> None:
    assert wording.compare(forms(RIVER), forms(version)) == wording.Comparison(
        difference=difference, left_out=left_out, changed=changed)


def test_the_pieces_of_a_comparison_are_the_words_as_printed() -> None:
    pieces = wording.pieces(wording.words("“We won’t pay the old toll,”"), wording.words("we won't pay the new toll"))
    assert pieces == [("we won't pay the", Side.BOTH), ("old", Side.LEFT_OUT), ("new", Side.PUT_IN), ("toll", Side.BOTH)]


def test_leaps_over_words_left_out_without_a_sign_are_counted() -> None:
    whole = forms(RIVER)
    assert wording.common(forms("We have watched the river has answered a single letter"), whole) == wording.Common(10, 1)
    assert wording.common(forms("We have watched the river … has answered a single letter"), whole) == wording.Common(10, 0)


def test_a_gap_equals_no_gap() -> None:
    one, other = forms("we will never pay … for the old toll"), forms("we will never pay … since for the old toll is gone")
    assert wording.common(one, other) == wording.Common(8, 0)
