"""What was said, for readers: words and what leads to them."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.said import in_words, lead, marked, pieces_of, told, words_said

PIECES = {
    "one piece stays": (["“We won.”"], "“We won.”"),
    "a comma before the closing mark goes": (["“We won,”"], "“We won”"),
    "a comma behind it goes": (["“We won”,"], "“We won”"),
    "pieces are joined": (["“We came,”", "“and we won.”"], "“We came” [...] “and we won.”"),
    "a mark that is not closed is": (["“We won."], "“We won.”"),
    "a mark that is not opened is": (["We won.”"], "“We won.”"),
    "a straight mark that is not closed is": (['"We won.'], '"We won."'),
    "a straight mark that is not opened is": (['a "fool" and a liar"'], '"a "fool" and a liar"'),
    "guillemets": (["«On gagne"], "«On gagne»"),
    "a straight mark closes a curly one": (['“We won"'], '“We won"'),
    "inches are no marks": (['a 6" pipe'], 'a 6" pipe'),
    "an apostrophe is no mark": (["the players’ wages"], "the players’ wages"),
    "words cut short keep their dash": (["“I never —”"], "“I never —”"),
    "a question keeps its mark": (["“Who won?”"], "“Who won?”"),
    "paragraphs stay, each with its marks": (["“We came.\n\n“We won.”"], "“We came.”\n\n“We won.”"),
    "a text broken into lines is one paragraph": (["“We came\nand won.”"], "“We came and won.”"),
    "nothing but marks": (["“,”"], "“,”"),
    "markup is text": (["<script>alert(1)</script>,"], "<script>alert(1)</script>"),
}


def apart(pieces: list[str], between: int = 10) -> list[tuple[int, int]]:
    """Return where pieces would stand with so many code points between each two of them."""
    ends = list(accumulate(len(piece) + between for piece in pieces))
    return [(end - between - len(piece), end - between) for piece, end in zip(pieces, ends, strict=True)]


@pytest.mark.parametrize(("pieces", "words"), PIECES.values(), ids=PIECES)
def test_words_said(pieces: list[str], words: str) -> None:
    assert words_said(" ".join(pieces), apart(pieces)) == words


@pytest.mark.parametrize("piece", [" ", ",", "\n", "\n ", "“", "”", "“«", "”»", '"', ", x", "\n\n“"])
def test_a_text_of_nothing_but_marks_and_spaces_is_read_in_time(piece: str) -> None:
    words = piece * 200_000 + "x"
    assert words_said(words, [(0, len(words))]).strip('”»"').endswith("x")


@pytest.mark.parametrize("end", ["\n\n", "\n \n", "\r\n\r\n"], ids=["unix", "with a blank", "windows"])
def test_nothing_is_left_out_between_paragraphs(end: str) -> None:
    pieces = ["“We came.", "“We won.”"]
    assert words_said(" ".join(pieces), apart(pieces, len(end))) == "“We came.”\n\n“We won.”"


@given(st.lists(st.text("ab ,.;“”’\n", min_size=1, max_size=20), min_size=1, max_size=3))
def test_no_letter_is_added_or_lost_and_every_mark_has_its_partner(pieces: list[str]) -> None:
    said = words_said(" ".join(pieces), apart(pieces))
    assert [c for c in said if c.isalpha()] == [c for piece in pieces for c in piece if c.isalpha()]
    for paragraph in said.split("\n\n"):
        assert paragraph.count("“") == paragraph.count("”")


@given(st.lists(st.text(max_size=9), min_size=1, max_size=4))
def test_pieces_are_found_again_in_the_text_that_joins_them(pieces: list[str]) -> None:
    assert list(pieces_of(" ".join(pieces), apart(pieces))) == pieces


LEADS = {
    "a verb right before": ("Ruiz {denied} <that it rained>.", "denied"),
    "what stands between": ("Ruiz {urged} both sides <to rest>.", "urged both sides"),
    "no name between": ("So {said} [Ruiz]: <“It rained.”>", "said"),
    "words first": ("<“It rained,”> {said} [Ruiz].", "said"),
    "a colon is no word": ("[Ruiz]{:} <it rained>", None),
    "not over a paragraph": ("Ruiz {said} so.\n\n<“It rained.”>", "said"),
    "not far": ("Ruiz {said} " + "on a very long day " * 8 + "<it rained>.", "said"),
    "no cue": ("[Ruiz] <it rained>", None),
}


@pytest.mark.parametrize(("marked_text", "words"), LEADS.values(), ids=LEADS)
def test_lead(marked_text: str, words: str | None) -> None:
    text, spans = "", {"[": [], "{": [], "<": []}
    for char in marked_text:
        if char in "[{<":
            begun = (char, len(text))
        elif char in "]}>":
            spans[begun[0]].append((begun[1], len(text)))
        else:
            text += char
    assert lead(text, spans["<"], spans["{"], source=spans["["]) == words


def test_a_lead_begins_where_its_negation_does() -> None:
    text = "Ruiz did not deny that it rained."
    assert lead(text, [(18, 32)], [(13, 17)], text.index("did")) == "did not deny"


@pytest.mark.parametrize(
    ("speaker", "led", "words", "sentence"),
    [
        ("Ana Ruiz", "denied", "that it rained", "Ana Ruiz denied that it rained"),
        ("Ana Ruiz", "urged both sides", "to rest", "Ana Ruiz urged both sides to rest"),
        ("Ana Ruiz", "said", "“It rained”", "Ana Ruiz said: “It rained”"),
        ("Ana Ruiz", "said", "It rained", "Ana Ruiz said: It rained"),
        ("Ana Ruiz", None, "It rained", "Ana Ruiz: It rained"),
        ("Police", "according to", "it rained", "Police (according to): it rained"),
        ("Ana Ruiz", "were told by", "to rest", "Ana Ruiz (were told by): to rest"),
    ],
)
def test_told_in_one_sentence(speaker: str, led: str | None, words: str, sentence: str) -> None:
    assert told(speaker, led, words) == sentence


@pytest.mark.parametrize(
    ("act", "negated", "words", "mark"),
    [
        ("say", False, "Said", ""), ("say", True, "Not said", "Not said"), ("deny", False, "Denied", "Denied"),
        ("deny", True, "Not denied", "Not denied"), ("refuse", False, "Refused", "Refused"), ("ask", False, "Asked", "Asked"),
        ("promise", False, "Promised", ""), ("promise", True, "Not promised", "Not promised"), (None, None, "", ""),
    ],
)
def test_denials_refusals_questions_and_what_was_not_done_are_marked(act: str, *, negated: bool, words: str, mark: str) -> None:
    assert (in_words(act, negated=negated), marked(act, negated=negated)) == (words, mark)
