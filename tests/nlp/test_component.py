"""A quote inside a Doc: what is written is read again, and what a rule means is asked of it."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc, Span, SpanGroup

from quotes.nlp.component import NAMES_KEY, PERSON, PLACE, Reported, Rule, name_kind, name_kinds, read_quotes, write_quotes
from quotes.records import Kind

VOCAB = spacy.blank("en").vocab
WORDS = ["Ruiz", "said", "it", "rained", "and", "poured", "."]


def test_what_is_written_is_read_again_in_the_same_order() -> None:
    doc = Doc(VOCAB, words=WORDS)
    quotes = [
        Reported(key="b", content=((5, 6),), rule=Rule.CONTINUED, confidence=0.5, kind=Kind.SPEECH),
        Reported(key="a", content=((2, 4), (5, 6)), cue=((1, 2),), source=((0, 1),), rule=Rule.LINKED, kind=Kind.ATTITUDE),
    ]
    write_quotes(doc, quotes)
    assert read_quotes(doc) == quotes
    write_quotes(doc, quotes[1:])
    assert read_quotes(doc) == quotes[1:]


def test_a_token_is_of_the_kind_of_the_name_that_it_is_part_of() -> None:
    doc = Doc(VOCAB, words=["Ana", "Ruiz", "left", "Tarn", "Bridge", "."])
    assert name_kinds(doc) == [name_kind(token) for token in doc] == [""] * 6
    doc.spans[NAMES_KEY] = SpanGroup(doc, spans=[Span(doc, 0, 2, label=PERSON), Span(doc, 3, 5, label=PLACE)])
    assert name_kinds(doc) == [name_kind(token) for token in doc] == [PERSON, PERSON, "", PLACE, PLACE, ""]


def test_a_doc_survives_its_bytes_with_its_quotes() -> None:
    doc = Doc(VOCAB, words=WORDS)
    quotes = [Reported(key="0", content=((2, 4),), cue=((1, 2),), rule=Rule.TURN, confidence=0.9, kind=Kind.SPEECH)]
    write_quotes(doc, quotes)
    assert read_quotes(Doc(VOCAB).from_bytes(doc.to_bytes())) == quotes


def test_spans_that_somebody_else_grouped_need_no_attributes() -> None:
    doc = Doc(VOCAB, words=WORDS)
    doc.spans["quotes"] = SpanGroup(doc, spans=[Span(doc, 2, 4, label="CONTENT", span_id="q")])
    assert read_quotes(doc) == [Reported(key="q", content=((2, 4),), rule=Rule.UNKNOWN)]


def test_a_doc_without_quotes_has_none() -> None:
    assert read_quotes(Doc(VOCAB, words=WORDS)) == []


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule.startswith("layout.")])
def test_layout_rules_say_that_somebody_speaks(rule: Rule) -> None:
    assert rule.is_laid_out


def test_only_turns_and_posts_are_direct_without_marks() -> None:
    assert {rule for rule in Rule if rule.needs_no_marks} == {Rule.TURN, Rule.POST}


def test_only_answers_answer() -> None:
    assert [rule for rule in Rule if rule.answers] == [Rule.ANSWER]
