from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from quotes.nlp import convert, terms
from quotes.records import Alias, Article, CharSpan, Entity, Extraction, Form, Kind, MentionKind, Quote, SpeakerType

if TYPE_CHECKING:
    from spacy.language import Language

    from quotes.records import Term

pytestmark = pytest.mark.model


def found(nlp: Language, content: str, *, name: str | None = "Ana Ruiz", around: str = "") -> tuple[Term, ...]:
    """Return the terms of a content that Ana Ruiz says."""
    text = f"Ana Ruiz said that {content}. {around}"
    start = text.index(content)
    span = CharSpan(start, start + len(content))
    quote = Quote(
        id="q", article_id="a", entity_key="e", kind=Kind.SPEECH, form=Form.INDIRECT, content=(span,), text=content,
        context=text, speaker=name, speaker_type=SpeakerType.PERSON, mention=MentionKind.NAME, rule="test",
    )
    aliases = (Alias(alias="Ruiz", kind=MentionKind.SURNAME, mentions=1),)
    entity = Entity(key="e", type=SpeakerType.PERSON, name=name, aliases=aliases)
    extraction = Extraction(article=Article(id="a", text=text), quotes=(quote,), entities=(entity,))
    return terms.with_terms(nlp(text), extraction).quotes[0].terms


def names(found_terms: tuple[Term, ...]) -> set[str]:
    return {term.term for term in found_terms}


def test_terms_are_lemmas_and_names_as_they_stand(nlp: Language) -> None:
    assert names(found(nlp, "security guarantees for Ukraine were on their way")) == {"security guarantee", "Ukraine"}


@pytest.mark.parametrize(("content", "expected"), [
    ("the meeting on Monday had been moved to March", {"meeting"}),
    ("they had paid 40k dollars for two weeks of rain", {"rain"}),
    ("winter coats were sold out", {"winter coat"}),
    ("the White House was cold in winter", {"White House"}),
], ids=["days and months", "amounts", "a measure that is part of a thing", "a name"])
def test_when_and_how_much_is_no_topic(nlp: Language, content: str, expected: set[str]) -> None:
    assert names(found(nlp, content)) == expected


def test_a_possessive_name_is_a_term_of_its_own(nlp: Language) -> None:
    assert names(found(nlp, "Ukraine's neutrality would be respected")) == {"Ukraine", "neutrality"}


def test_words_with_hyphens_stay_whole(nlp: Language) -> None:
    assert "de-escalation" in names(found(nlp, "a de-escalation was near"))


@pytest.mark.parametrize(
    "content",
    ["it was some of that", "the way was long", "they met on Tuesday at 5 p.m.", "he had 30 of them", "nobody should be fooled"],
    ids=["pronouns", "light nouns", "dates and times", "numbers", "indefinite pronouns"],
)
def test_what_says_nothing_is_no_term(nlp: Language, content: str) -> None:
    assert found(nlp, content) == ()


def test_a_speakers_own_names_are_no_topics(nlp: Language) -> None:
    assert names(found(nlp, "Ruiz would not let the bridge fall")) == {"bridge"}


def test_the_title_of_a_person_is_no_topic(nlp: Language) -> None:
    assert names(found(nlp, "President Vladimir Putin was not ready to end the war")) == {"Vladimir Putin", "war"}


def test_what_the_article_dwells_on_weighs_more(nlp: Language) -> None:
    around = "The bridge is old. The old bridge was closed. The bridge needs money. People love the bridge over the river."
    weights = {term.term: term.weight for term in found(nlp, "the bridge and a kiosk would be built", around=around)}
    assert weights["bridge"] > weights["kiosk"]


def test_few_terms_with_weights_up_to_one_the_greatest_first(nlp: Language) -> None:
    content = "roads, schools, hospitals, theatres, libraries, bridges, harbours and markets need the taxes of citizens"
    listed = found(nlp, content)
    assert len(listed) == terms.TERMS_OF_A_QUOTE
    assert [term.weight for term in listed] == sorted((term.weight for term in listed), reverse=True)
    assert all(0 < term.weight <= 1 for term in listed)


@pytest.mark.parametrize("text", ["", " ", "...", "Yes", "“”", "1 2 3", "\n\n"])
def test_short_and_odd_texts(nlp: Language, text: str) -> None:
    span = (CharSpan(0, len(text)),) if text else ()
    quote = Quote(
        id="q", article_id="a", entity_key="e", kind=Kind.SPEECH, form=Form.DIRECT, content=span, text=text, context=text,
        speaker_type=SpeakerType.UNNAMED, mention=MentionKind.NONE, rule="test",
    )
    extraction = Extraction(article=Article(id="a", text=text), quotes=(quote,))
    assert len(terms.with_terms(nlp(text), extraction).quotes) == 1
    assert terms.with_terms(nlp(text), replace(extraction, quotes=())).quotes == ()


def test_the_same_in_every_process() -> None:
    """Sets of strings have another order in every process; no weight may follow it."""
    script = (
        "import spacy\n"
        "from quotes.nlp.terms import with_terms\n"
        "from quotes.nlp import load_pipeline, convert\n"
        "from quotes import config\n"
        "nlp = load_pipeline(config.load(environ={}))\n"
        "text = open('seeds/002_6cf85c12a98e2fcd.txt', encoding='utf-8').read()\n"
        "doc = nlp(text)\n"
        "found = with_terms(doc, convert.extraction(doc, convert.article_of(text)))\n"
        "print([quote.terms for quote in found.quotes])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert convert.article_of("").text == ""
