from __future__ import annotations

import spacy
from spacy.tokens import Span, SpanGroup

from quotes.nlp.find.select import Select


def _doc() -> spacy.tokens.Doc:
    doc = spacy.blank("en")("She said it rained . He wants rain . They say so .")
    spans = [Span(doc, 2, 4, label="CONTENT", span_id="0"), Span(doc, 1, 2, label="CUE", span_id="0"),
             Span(doc, 7, 8, label="CONTENT", span_id="1"), Span(doc, 11, 12, label="CONTENT", span_id="2")]
    attrs = {"0": {"kind": "speech", "confidence": 0.8}, "1": {"kind": "attitude", "confidence": 0.9},
             "2": {"kind": "speech", "confidence": None}}
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", spans=spans, attrs=attrs)
    return doc


def test_only_speech_is_given() -> None:
    doc = Select()(_doc())
    assert sorted(doc.spans["quotes"].attrs) == ["0", "2"]
    assert {span.id_ for span in doc.spans["quotes"]} == {"0", "2"}


def test_attitudes_are_given_when_asked_for() -> None:
    assert sorted(Select(attitudes=True)(_doc()).spans["quotes"].attrs) == ["0", "1", "2"]


def test_a_quote_below_the_least_confidence_goes_whole_and_one_without_confidence_stays() -> None:
    doc = Select(attitudes=True, min_confidence=0.85)(_doc())
    assert [(span.text, span.label_) for span in doc.spans["quotes"]] == [("rain", "CONTENT"), ("so", "CONTENT")]
