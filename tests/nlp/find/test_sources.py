from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.tokens import Span, SpanGroup

from quotes import config
from quotes.nlp.find.sources import STEPS, Sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language

    from quotes.nlp.find.sources import Sourcing


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(config.load({}, environ={}).model)


def _carried(
    nlp: Language, text: str, content: list[str], cue: str, source: str, *, steps: Sequence[Sourcing] = STEPS
) -> dict[str, list[str]]:
    doc = nlp(text)

    def span(words: str, label: str) -> Span:
        start = text.index(words)
        found = doc.char_span(start, start + len(words), label=label, span_id="0")
        assert found is not None
        return found

    spans = [*(span(words, "CONTENT") for words in content), span(cue, "CUE"), *([span(source, "SOURCE")] if source else [])]
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", spans=spans, attrs={"0": {"rule": "linked"}})
    group = Sources(steps=steps)(doc).spans["quotes"]
    assert group.attrs == {"0": {"rule": "linked", "confidence": None}}
    return {label: [s.text for s in group if s.label_ == label] for label in ("CONTENT", "CUE", "SOURCE")}


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "content", "cue", "source", "expected"),
    [
        ('"It is possible," the agency reported Ruiz as saying.', ['"It is possible,"'], "reported", "the agency",
         {"CONTENT": ['"It is possible,"'], "CUE": ["saying"], "SOURCE": ["Ruiz"]}),
        ("The paper quoted the mayor, Ana Ruiz, as saying it was possible.", ["the mayor, Ana Ruiz, as saying it was possible"],
         "quoted", "The paper", {"CONTENT": ["it was possible"], "CUE": ["saying"], "SOURCE": ["the mayor, Ana Ruiz,"]}),
        ("The channel quoted officials describing the move as a ploy.", ["officials describing the move as a ploy"], "quoted",
         "The channel", {"CONTENT": ["the move as a ploy"], "CUE": ["describing"], "SOURCE": ["officials"]}),
    ],
    ids=["as saying, after the words", "as saying, before the words", "officials describing"],
)
def test_whose_words_are_passed_on(nlp: Language, text: str, content: list[str], cue: str, source: str,
                                   expected: dict[str, list[str]]) -> None:
    assert _carried(nlp, text, content, cue, source) == expected


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    ["The mayor said it was possible.", "Police reported a man fleeing the scene.", "The mayor said she was tired of saying it."],
)
def test_who_speaks_for_themselves_keeps_the_words(nlp: Language, text: str) -> None:
    verb = "reported" if "reported" in text else "said"
    source = text.split(f" {verb}", maxsplit=1)[0]
    content = text.split(f"{verb} ")[1].rstrip(".")
    assert _carried(nlp, text, [content], verb, source) == {"CONTENT": [content], "CUE": [verb], "SOURCE": [source]}


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "cue", "source"),
    [("The mayor left the hall, saying the vote was over.", "saying", ["The mayor"]),
     ("The union criticised the mayor for saying the strike was over.", "saying", ["the mayor"]),
     ("It was raining, saying so was no help.", "saying", [])],
    ids=["a gerund takes over its clause's subject", "who is judged for what they said", "nobody speaks"],
)
def test_a_quote_without_a_source_takes_the_subject_of_its_cue(nlp: Language, text: str, cue: str, source: list[str]) -> None:
    doc = nlp(text)
    verb = next(token for token in doc if token.text == cue)
    spans = [Span(doc, verb.i + 1, len(doc) - 1, label="CONTENT", span_id="0"),
             Span(doc, verb.i, verb.i + 1, label="CUE", span_id="0")]
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", spans=spans, attrs={"0": {}})
    found = Sources()(doc).spans["quotes"]
    assert [span.text for span in found if span.label_ == "SOURCE"] == source


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("YAKIMA, Wash., March 4, 2025 /Wire/ -- Verdant Robotics announced it would hire.", "Verdant Robotics"),
        ("NAIROBI (Wire) — The ministry announced it would hire.", "The ministry"),
        ("New Delhi, Sep 9 (PNI) The ministry announced it would hire.", "The ministry"),
        ("The ministry announced it would hire.", "The ministry"),
        ("US officials -- two of them -- announced it would hire.", "US officials -- two of them --"),
    ],
    ids=["with a state and a date", "with an agency", "in small letters", "none", "a dash of its own"],
)
def test_a_dateline_is_no_part_of_a_source(nlp: Language, text: str, source: str) -> None:
    before, _, after = text.removesuffix(".").partition(" announced ")
    assert _carried(nlp, text, [after], "announced", before)["SOURCE"] == [source]


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        ("Residents were told by the council that it was safe.", ("CUE", "SOURCE"), ("were told", "the council")),
        ("Residents were told that it was safe.", ("CUE", "SOURCE"), ("were told", "Residents")),
    ],
    ids=["those who were told are not the source", "nobody is named"],
)
def test_who_told_it(nlp: Language, text: str, tagged: tuple[str, ...], expected: tuple[str, str]) -> None:
    doc = nlp(text)
    told, that = (next(t.i for t in doc if t.text == word) for word in ("told", "that"))
    spans = [Span(doc, that, len(doc) - 1, label="CONTENT", span_id="0")]
    spans += [Span(doc, told - 1, told + 1, label="CUE", span_id="0")] if "CUE" in tagged else []
    spans += [Span(doc, 0, 1, label="SOURCE", span_id="0")] if "SOURCE" in tagged else []
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", spans=spans, attrs={"0": {}})
    found = {span.label_: span.text for span in Sources()(doc).spans["quotes"]}
    assert (found["CUE"], found["SOURCE"]) == expected


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The senator forced Kofi Osei to admit that nobody was held to account.", "Kofi Osei"),
        ("The senator used the hearing to admit that nobody was held to account.", "The senator"),
    ],
    ids=["who was made to", "who used something to"],
)
def test_who_is_made_to_say_it_is_the_source(nlp: Language, text: str, source: str) -> None:
    found = _carried(nlp, text, ["that nobody was held to account"], "to admit", "The senator")
    assert found["SOURCE"] == [source]


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("World leaders meet; Obama, others vow consequences.", "Obama, others"),
        ("Ana Ruiz left early. Others vow consequences.", "Others"),
    ],
    ids=["listed", "alone"],
)
def test_others_have_the_names_they_are_listed_with(nlp: Language, text: str, source: str) -> None:
    others = text.partition(" vow")[0].rpartition(" ")[2]
    assert _carried(nlp, text, ["consequences"], "vow", others)["SOURCE"] == [source]


SERVED = {  # text, content, cue, source as the tagger has it
    "passed_on": ('"It is possible," the agency reported Ruiz as saying.', '"It is possible,"', "reported", "the agency"),
    "told": ("Residents were told by the council that it was safe.", "that it was safe", "were told", "Residents"),
    "with_subjects": ("The mayor left the hall, saying the vote was over.", "the vote was over", "saying", ""),
    "with_listed": ("World leaders meet; Obama, others vow consequences.", "consequences", "vow", "others"),
    "without_datelines": ("NAIROBI (Wire) — The ministry announced it would hire.", "it would hire", "announced",
                          "NAIROBI (Wire) — The ministry"),
}


@pytest.mark.model
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_each_step_serves_a_sentence(nlp: Language, step: Sourcing) -> None:
    text, content, cue, source = SERVED[step.__name__]
    others = [other for other in STEPS if other is not step]
    assert _carried(nlp, text, [content], cue, source, steps=others) != _carried(nlp, text, [content], cue, source)
