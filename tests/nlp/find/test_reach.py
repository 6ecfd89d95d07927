from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tagged_docs import Words, in_words, tagged

from quotes.nlp.find.link import assemble, choose
from quotes.nlp.find.reach import REACHING, divided, parted, whole_block, within_sentence
from quotes.nlp.find.tagged import scene_of

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from quotes.nlp.find.reach import Correcting


def corrected(doc: Doc, step: Correcting) -> list[Words]:
    scene = scene_of(doc)
    return in_words(doc, scene, step(scene, assemble(scene, choose(scene, {}))))


CASES: dict[str, tuple[Correcting, str, list[tuple[list[str], str]]]] = {
    "a sentence before the one reported is cut off": (
        within_sentence, "{Peru left . / Chile stays→said} , [Ruiz] <said→Ruiz>", [(["Chile stays"], "said")],
    ),
    "a paragraph behind a colon is reported whole": (
        whole_block, "[Notice] <reads→Notice> : ¶ {Rain expected→reads} . / Stay in .",
        [(["Rain expected . Stay in ."], "reads")],
    ),
    "but not what stands in the paragraph of the colon": (
        whole_block, "[Notice] <reads→Notice> : {Rain expected→reads} . / Stay in .", [(["Rain expected"], "reads")],
    ),
    "the last sentence of a content goes to the idle cue in it": (
        divided, "[Ruiz] <warned of→Ruiz> {rain . / Boats left→warned|said} , <said→Osei> [Osei]",
        [(["rain ."], "warned of"), (["Boats left"], "said")],
    ),
}


@pytest.mark.parametrize(("step", "text", "expected"), CASES.values(), ids=CASES)
def test_a_content_reaches(step: Correcting, text: str, expected: list[tuple[list[str], str]]) -> None:
    assert [(contents, cue) for contents, cue, _, _ in corrected(tagged(text), step)] == expected


@pytest.mark.parametrize("step", REACHING, ids=lambda step: step.__name__)
def test_a_quote_that_reaches_far_enough_stays(step: Correcting) -> None:
    assert corrected(tagged("[Ruiz] <said→Ruiz> {it rained→said} ."), step) == [(["it rained"], "said", "Ruiz", "linked")]


PARTED = [(["A"], "said", "Ruiz", "linked"), (['" B left . "'], None, "Ruiz", "continued")]
JOINED = [(["A", '" B left . "'], "said", "Ruiz", "linked")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[Ruiz] <said→Ruiz> {A→said} today . {" B left . "→said}', PARTED),
        ('[Ruiz] <said→Ruiz> {A→said} today and {" B left . "→said}', JOINED),
        ('[Ruiz] <said→Ruiz> {A→said} today . {" B left , "→said}', [(["A", '" B left , "'], "said", "Ruiz", "linked")]),
        ('[Ruiz] <said→Ruiz> {A→said} today . {" B left . "→said} she', JOINED),
    ],
    ids=["a sentence of its own", "within the sentence", "no end", "the sentence goes on"],
)
def test_a_whole_sentence_in_marks_after_reported_words_is_a_quote_of_its_own(text: str, expected: list[Words]) -> None:
    assert corrected(tagged(text), parted) == expected


TWICE = '{{" A left . "→said}} <said→Ruiz> [Ruiz] . {} {{" B left . "→said}}'


@pytest.mark.parametrize(
    ("text", "chained", "rules"),
    [
        (TWICE.format(""), False, ["linked"]),
        (TWICE.format("¶"), False, ["linked", "continued"]),
        (TWICE.format("¶"), True, ["linked"]),
    ],
    ids=["not in one paragraph", "in the next paragraph", "not what goes on from an open mark"],
)
def test_what_stands_in_marks_is_a_quote_of_its_own(text: str, *, chained: bool, rules: list[str]) -> None:
    assert [rule for *_, rule in corrected(tagged(text, chained=chained), parted)] == rules


def test_a_quotation_over_two_paragraphs_without_a_cue_is_one_quote() -> None:
    doc = tagged('{" A left . " →-} ¶ {" B left . "→-}', chained=True)
    assert corrected(doc, parted) == [(['" A left . "', '" B left . "'], None, None, "sourceless")]
