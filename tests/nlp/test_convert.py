from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy.tokens import Doc, Span, SpanGroup

from quotes.nlp.convert import extraction
from quotes.nlp.marks import Marks
from quotes.records import Act, Article, CharSpan, Extraction, Form, Kind, MentionKind, SpeakerType

TEXT = "“We  won,” Ana Ruiz, the mayor, said. “It rained.”\n\nShe said it was “fine” again.\nAdvertisement"
ENTITIES = {"e1": {"name": "Ana Ruiz", "type": "person", "aliases": [["Ana Ruiz", "name", 2], ["Ruiz", "surname", 1]],
                   "roles": [["mayor", None, "official"]]},
            "e2": {"name": "Kofi Osei", "type": "person"}}


def _extraction(quotes: list[dict[str, Any]], text: str = TEXT) -> Extraction:
    doc = Marks()(spacy.blank("en")(text))
    for token in doc:
        token.is_sent_start = token.i == 0 or doc[token.i - 1].text in (".", "\n\n", "\n")
    spans, sources = [], {}
    for number, quote in enumerate(quotes):
        for label in ("CONTENT", "CUE", "SOURCE"):
            spans += [_span(doc, words, label, str(number)) for words in quote.get(label, ())]
        sources[str(number)] = quote.get("by", {})
    usual = {"rule": "rules.clause", "confidence": 0.8, "kind": "speech"}
    attrs = {str(number): quote.get("attrs", usual) for number, quote in enumerate(quotes)}
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", spans=spans, attrs=attrs)
    doc.spans["quotes_mentions"] = SpanGroup(doc, name="quotes_mentions", attrs={"entities": ENTITIES, "sources": sources})
    return extraction(doc, Article(id="a1", text=text))


def _span(doc: Doc, words: str, label: str, key: str) -> Span:
    start = doc.text.index(words)
    found = doc.char_span(start, start + len(words), label=label, span_id=key)
    assert found is not None
    return found


WON = {"CONTENT": ["“We  won,”", "“It rained.”"], "CUE": ["said"], "SOURCE": ["Ana Ruiz, the mayor,"],
       "by": {"entities": ["e1"], "mention": "name", "role": "mayor", "roles": ["mayor"], "confidence": 0.5,
              "rule": "coref.name"}}
FINE = {"CONTENT": ["it was “fine” again"], "SOURCE": ["She"], "by": {"entities": ["e1"], "mention": "pronoun"}}


def test_a_quote_with_all_it_has() -> None:
    quote = _extraction([WON]).quotes[0]
    assert quote.text == "“We  won,” “It rained.”"
    assert [TEXT[start:end] for start, end in quote.content] == ["“We  won,”", "“It rained.”"]
    assert (quote.cue_text, quote.source_text) == ("said", "Ana Ruiz, the mayor,")
    assert (quote.speaker, quote.speaker_type, quote.mention) == ("Ana Ruiz", SpeakerType.PERSON, MentionKind.NAME)
    assert (quote.role, quote.roles) == ("mayor", ("mayor",))
    assert (quote.kind, quote.form) == (Kind.SPEECH, Form.DIRECT)
    assert quote.rule == "rules.clause coref.name"


def test_several_who_speak_at_once_are_a_group_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENTITIES, "e2", {"name": "Bo Dahl", "type": "person"})
    found = _extraction([WON | {"by": {"entities": ["e1", "e2"], "mention": "name"}}])
    [quote] = found.quotes
    assert (quote.speaker, quote.speakers) == ("Ana Ruiz; Bo Dahl", ("Ana Ruiz", "Bo Dahl"))
    assert quote.speaker_type is SpeakerType.GROUP
    assert (quote.entity_keys, [entity.key for entity in found.entities]) == (("e1", "e2"), ["e1", "e2"])
    assert quote.as_json()["speakers"] == ["Ana Ruiz", "Bo Dahl"]


def test_an_unnamed_source_has_no_speakers() -> None:
    quote = _extraction([WON | {"by": {}}]).quotes[0]
    assert (quote.speaker, quote.as_json()["speakers"]) == (None, [])


def test_how_sure_it_is_of_the_words_and_of_who_are_two_numbers() -> None:
    quote = _extraction([WON]).quotes[0]
    assert (quote.confidence, quote.speaker_confidence) == (0.8, 0.5)


def test_who_speaks_is_not_measured_where_nothing_did() -> None:
    quote = _extraction([FINE]).quotes[0]
    assert (quote.confidence, quote.speaker_confidence) == (0.8, None)


def test_quotes_come_in_the_order_of_their_contents() -> None:
    assert [quote.source_text for quote in _extraction([FINE, WON]).quotes] == ["Ana Ruiz, the mayor,", "She"]


@pytest.mark.parametrize(
    ("content", "form"), [("“It rained.”", Form.DIRECT), ("it was “fine” again", Form.MIXED), ("it was", Form.INDIRECT)],
)
def test_form_is_the_share_in_marks(content: str, form: Form) -> None:
    assert _extraction([{"CONTENT": [content]}]).quotes[0].form is form


def test_a_turn_is_direct_without_marks() -> None:
    turn = {"CONTENT": ["it was"], "attrs": {"rule": "layout.turn", "confidence": 0.9, "kind": "speech"}}
    assert _extraction([turn]).quotes[0].form is Form.DIRECT


def test_only_entities_that_say_something_are_given() -> None:
    assert [(entity.key, entity.name) for entity in _extraction([WON]).entities] == [("e1", "Ana Ruiz")]


def test_a_quote_of_nobody_known_is_unnamed() -> None:
    found = _extraction([{"CONTENT": ["it was"]}])
    assert (found.quotes[0].speaker, found.quotes[0].speaker_type) == (None, SpeakerType.UNNAMED)
    assert [entity.key for entity in found.entities] == [found.quotes[0].entity_key]


def test_identifiers_survive_edits_elsewhere_and_tell_equal_texts_apart() -> None:
    twice = "She said it was fine.\nShe said it was fine.\n"
    doc_quotes = _extraction([{"CONTENT": ["it was fine"]}], text=twice).quotes
    later = _extraction([{"CONTENT": ["it was fine"]}], text="A line before.\n" + twice).quotes
    assert doc_quotes[0].id == later[0].id
    first = {"CONTENT": ["it was"]}
    assert len({quote.id for quote in _extraction([first, first]).quotes}) == 2


def test_context_is_the_sentence() -> None:
    assert _extraction([FINE]).quotes[0].context == "She said it was “fine” again."


def test_site_furniture_is_told() -> None:
    found = _extraction([WON]).furniture
    assert [TEXT[start:end] for start, end in found] == ["Advertisement"]
    assert all(isinstance(span, CharSpan) for span in found)


def test_json_has_the_fields_people_rely_on() -> None:
    line = _extraction([WON]).as_json()
    assert list(line) == ["id", "title", "outlet", "published", "text", "quotes"]
    assert list(line["quotes"][0]) == [
        "id", "kind", "form", "act", "negated", "content", "cue", "source", "text", "words_said", "speaker", "speakers",
        "speaker_type",
        "mention", "role", "roles", "affiliation", "confidence", "speaker_confidence",
    ]


def test_words_are_given_verbatim_and_for_readers() -> None:
    quote = _extraction([WON]).quotes[0]
    assert (quote.text, quote.words_said) == ("“We  won,” “It rained.”", "“We won” [...] “It rained.”")


def test_a_quote_has_the_act_that_was_found_and_is_said_where_none_was() -> None:
    attrs = {"rule": "rules.clause", "confidence": 0.8, "kind": "speech", "act": "deny", "negated": True}
    denied, said = _extraction([WON | {"attrs": attrs}, FINE]).quotes
    assert (denied.act, denied.negated, denied.lead) == (Act.DENY, True, "said")
    assert (said.act, said.negated, said.lead) == (Act.SAY, False, None)
