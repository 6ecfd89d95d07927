from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.tokens import Doc, Span, SpanGroup

from quotes.nlp.find.outer_cues import Outermost
from quotes.nlp.marks import Marks

if TYPE_CHECKING:
    from spacy.language import Language

WORDS = ["Police", "want", "rain", ",", "Ruiz", "said", "."]


def _doc(tagged_cues: list[int]) -> Doc:
    doc = Marks()(Doc(
        spacy.blank("en").vocab, words=WORDS, heads=[1, 5, 1, 5, 5, 5, 5],
        lemmas=["police", "want", "rain", ",", "Ruiz", "say", "."],
        deps=["nsubj", "ccomp", "dobj", "punct", "nsubj", "ROOT", "punct"], tags=["NNS", "VBP", "NN", ",", "NNP", "VBD", "."],
        pos=["NOUN", "VERB", "NOUN", "PUNCT", "PROPN", "VERB", "PUNCT"], sent_starts=[True, *[False] * 6],
    ))
    inner = [Span(doc, 0, 1, label="SOURCE", span_id="0"), Span(doc, 1, 2, label="CUE", span_id="0"),
             Span(doc, 2, 3, label="CONTENT", span_id="0")]
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", spans=inner, attrs={"0": {"rule": "linked"}})
    doc.spans["quotes_tags"] = SpanGroup(doc, name="quotes_tags", spans=[Span(doc, i, i + 1, label="CUE") for i in tagged_cues])
    return doc


@pytest.mark.parametrize(
    ("tagged_cues", "expected"),
    [([1, 5], [("CONTENT", "Police want rain"), ("CUE", "said"), ("SOURCE", "Ruiz")]),
     ([1], [("CONTENT", "rain"), ("CUE", "want"), ("SOURCE", "Police")])],
    ids=["an idle cue takes its clause", "a verb that the tagger saw no cue in changes nothing"],
)
def test_the_outermost_attribution_counts(tagged_cues: list[int], expected: list[tuple[str, str]]) -> None:
    doc = Outermost()(_doc(tagged_cues))
    group = doc.spans["quotes"]
    assert sorted((span.label_, span.text) for span in group) == expected
    assert len(group.attrs) == 1


def _phrase_doc(before: str) -> Doc:
    """Return the Doc of a sentence with "According to" and a quote inside of it, after some words."""
    lead = before.split()
    words = [*lead, "According", "to", "Herald", ",", "Ruiz", "said", "it", "rains", "."]
    at = len(lead)
    said = at + 5
    heads = [*[said] * at, said, at, at + 1, said, said, said, at + 7, said, said]
    deps = [*["dep"] * at, "prep", "prep", "pobj", "punct", "nsubj", "ROOT", "nsubj", "ccomp", "punct"]
    doc = Marks()(Doc(spacy.blank("en").vocab, words=words, heads=heads, deps=deps, lemmas=[word.lower() for word in words],
                      pos=["X"] * len(words)))
    inner = [Span(doc, at + 4, at + 5, label="SOURCE", span_id="0"), Span(doc, said, said + 1, label="CUE", span_id="0"),
             Span(doc, said + 1, said + 3, label="CONTENT", span_id="0")]
    attrs = {"0": {"rule": "linked", "confidence": 0.75}}
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", spans=inner, attrs=attrs)
    doc.spans["quotes_tags"] = SpanGroup(doc, name="quotes_tags", spans=[Span(doc, at, at + 2, label="CUE")])
    return doc


@pytest.mark.parametrize(
    ("before", "expected"),
    [("", [("CONTENT", "Ruiz said it rains"), ("CUE", "According to"), ("SOURCE", "Herald")]),
     ("So", [("CONTENT", "it rains"), ("CUE", "said"), ("SOURCE", "Ruiz")])],
    ids=["a phrase that opens a sentence has all of it", "one within the sentence changes nothing"],
)
def test_an_idle_phrase(before: str, expected: list[tuple[str, str]]) -> None:
    doc = Outermost()(_phrase_doc(before))
    group = doc.spans["quotes"]
    assert sorted((span.label_, span.text) for span in group) == expected
    assert [attrs["confidence"] for attrs in group.attrs.values()] == [0.75], "as certain as the quote inside"


@pytest.mark.model
@pytest.mark.parametrize(
    ("decided", "expected"),
    [("decided", ["it had held talks and has decided to leave"]), ("said", ["it had held talks", "to leave"])],
    ids=["a decision is a part of what was said", "a second verb of saying is not"],
)
def test_an_attitude_joined_to_what_was_said_belongs_to_it(nlp: Language, decided: str, expected: list[str]) -> None:
    doc = nlp.make_doc(f"Russia said it had held talks and has {decided} to leave.")
    with nlp.select_pipes(enable=["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "quotes_marks"]):
        for _, component in nlp.pipeline:
            doc = component(doc)
    words = {word: next(t.i for t in doc if t.text == word) for word in ("said", "it", "and", "has", "to")}
    spans = [
        Span(doc, 0, 1, label="SOURCE", span_id="0"), Span(doc, 1, 2, label="CUE", span_id="0"),
        Span(doc, words["it"], words["and"], label="CONTENT", span_id="0"), Span(doc, 0, 1, label="SOURCE", span_id="1"),
        Span(doc, words["has"], words["to"], label="CUE", span_id="1"),
        Span(doc, words["to"], len(doc) - 1, label="CONTENT", span_id="1"),
    ]
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", spans=spans, attrs={"0": {"rule": "linked"}, "1": {"rule": "linked"}})
    group = Outermost()(doc).spans["quotes"]
    assert [span.text for span in group if span.label_ == "CONTENT"] == expected
