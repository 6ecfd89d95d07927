"""Where sentences surely end: from the characters alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.nlp.sentences import boundaries


def starts(text: str) -> list[str]:
    return [text[at:].split(maxsplit=1)[0] for at, begins in boundaries(text, 0, len(text)) if begins]


def no_starts(text: str) -> list[str]:
    return [text[at:].split(maxsplit=1)[0] for at, begins in boundaries(text, 0, len(text)) if not begins]


@pytest.mark.parametrize(("text", "expected"), [
    ("said K. Strand, the driver. P. Okafor, a nurse, said no.", ["P."]),
    ("said Niamh O’Shea. McAllister said no.", ["McAllister"]),
    ("said Gov. Ruth Amsel. Sen. Carl Dow said no.", ["Sen."]),
    ("who runs Arbor Ltd. Brandt said no.", ["Brandt"]),
    ("who runs Arbor Inc. Ida Brandt, a nurse, said no.", ["Ida"]),
    ("said Amos Reed Jr. He said no.", ["He"]),
    ("born in the U.S. The rest is known.", ["The"]),
    ("He agreed.\n“We go,” he said.", ["“We"]),
    ("Shares of Arbor Inc. Chairman Ida Brandt fell.", []),
    ("the bridge at St. Anne’s Road", []),
    ("born in Portland, Ore. Mayor Ida Brandt said no.", []),
    ("said J. D. Okafor", []),
    ("a soldier of the U.S. Army", []),
    ("on Jan. 5 he left", []),
    ("He left. then he came", []),
], ids=["initials", "an Irish name", "offices", "a company", "a company and a whole name", "a generation", "a country", "a mark",
        "a title behind a company", "a saint", "a state", "initials of one", "an army", "a date", "a small letter"])
def test_where_a_sentence_surely_starts(text: str, expected: list[str]) -> None:
    assert starts(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("He met Gov. Amsel and Lt. Col. Dow at St. Anne’s.", ["Amsel", "Col.", "Dow", "Anne’s."]),
    ("He met Mr. Reed. Mrs. Reed had left.", ["Reed.", "Reed"]),
], ids=["titles", "a sentence between"])
def test_no_sentence_starts_behind_what_stands_before_a_name(text: str, expected: list[str]) -> None:
    assert no_starts(text) == expected


@given(st.text(alphabet="aAJr. \n“\"'-", max_size=120))
def test_any_text_gives_places_in_order_inside_it(text: str) -> None:
    found = [at for at, _ in boundaries(text, 0, len(text))]
    assert found == sorted(set(found))
    assert all(0 < at < len(text) and not text[at].isspace() for at in found)


@pytest.mark.parametrize("unit", [".", ". ", "A. ", "a.", "-", "a"])
def test_nothing_but_stops_is_read(unit: str) -> None:
    assert all(begins in (True, False) for _, begins in boundaries(unit * 50_000, 0, 50_000 * len(unit)))
