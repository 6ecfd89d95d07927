"""The rule extractor: sentences written for these tests, each with what must come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.tokens import Doc

from quotes import config
from quotes.nlp import marks  # registers the factory
from quotes.nlp.find import (
    layout,  # noqa: F401  # registers the factory
    sources,  # noqa: F401  # registers the factory
)
from quotes.nlp.find.rules import Rules

if TYPE_CHECKING:
    from spacy.language import Language

Expected = list[tuple[list[str], str | None, str | None]]  # contents, cue, source

CASES: dict[str, tuple[str, Expected]] = {
    "source before the cue": (
        "The mayor said the bridge would open in May.",
        [(["the bridge would open in May"], "said", "The mayor")],
    ),
    "that is part of the content": (
        "The company announced that it will close two plants.",
        [(["that it will close two plants"], "announced", "The company")],
    ),
    "a quote in marks before its cue": (
        "“We will appeal,” said Ana Ruiz, the mayor.",
        [(["“We will appeal,”"], "said", "Ana Ruiz, the mayor")],
    ),
    "a quote interrupted by its cue is one quote in pieces": (
        '"We will go," Ana Ruiz said. "We will come back."',
        [(['"We will go,"', '"We will come back."'], "said", "Ana Ruiz")],
    ),
    "a quote that goes on in a paragraph of its own": (
        '"We will go," Ana Ruiz said. "We will not stay.\n\n"We will come back next year."',
        [(['"We will go,"', '"We will not stay.', '"We will come back next year."'], "said", "Ana Ruiz")],
    ),
    "partly in marks": (
        "Ruiz said the plan was “a waste of money” and time.",
        [(["the plan was “a waste of money” and time"], "said", "Ruiz")],
    ),
    "said A, adding that B": (
        "Ruiz said the plan was ready, adding that work would start in June.",
        [(["the plan was ready"], "said", "Ruiz"), (["that work would start in June"], "adding", "Ruiz")],
    ),
    "according to": (
        "According to the ministry, three people died in the flood.",
        [(["three people died in the flood"], "According to", "the ministry")],
    ),
    "an agency carries the words of another": (
        '"Both sides have concerns," the agency quoted Ruiz as saying.',
        [(['"Both sides have concerns,"'], "saying", "Ruiz")],
    ),
    "a passive with its agent": (
        'The two sides were urged by the president to "stop the war".',
        [(['to "stop the war"'], "were urged", "the president")],
    ),
    "a colon attributes": (
        "Ana Ruiz: “We will appeal against the ruling.”",
        [(["“We will appeal against the ruling.”"], None, "Ana Ruiz")],
    ),
    "a dash attributes": (
        "“We will appeal against the ruling.” - Ana Ruiz",
        [(["“We will appeal against the ruling.”"], None, "Ana Ruiz")],
    ),
    "the wording of a principle is no quote": (
        'It rests on the "one for all and all for one" principle.', [],
    ),
    "scare quotes are no quotes": ("The so-called “smart” meters were removed on Friday.", []),
    "a title of a work is no quote": ("Her novel “The Long Road” won the prize last year.", []),
}


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.load(config.load({}, environ={}).model)
    nlp.add_pipe("quotes_marks", first=True)
    nlp.add_pipe("quotes_rules")
    nlp.add_pipe("quotes_sources")
    nlp.add_pipe("quotes_layout")
    return nlp


def _shown(doc: Doc) -> Expected:
    found = []
    for key in doc.spans["quotes"].attrs:
        spans = [span for span in doc.spans["quotes"] if span.id_ == key]
        texts = {label: [s.text for s in spans if s.label_ == label] for label in ("CONTENT", "CUE", "SOURCE")}
        found.append((texts["CONTENT"], (texts["CUE"] or [None])[0], (texts["SOURCE"] or [None])[0]))
    return found


@pytest.mark.model
@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_quotes(nlp: Language, text: str, expected: Expected) -> None:
    assert _shown(nlp(text)) == expected


@pytest.mark.model
def test_a_quote_in_marks_is_never_half_found(nlp: Language) -> None:
    doc = nlp("Ruiz said it was “hard work, and nobody helped us” while the others watched “from the hills above”.")
    for pair in doc.spans["quotes_marks"]:
        for span in doc.spans["quotes"]:
            overlap = max(pair.start, span.start) < min(pair.end, span.end)
            assert not overlap or (span.start <= pair.start and pair.end <= span.end)


@pytest.mark.model
def test_contents_of_different_quotes_do_not_overlap(nlp: Language) -> None:
    doc = nlp("Ruiz said Ito believes the mayor claimed that nobody had told the council, but Diaz said that she had.")
    tokens = [token.i for span in doc.spans["quotes"] if span.label_ == "CONTENT" for token in span]
    assert len(tokens) == len(set(tokens)) > 0


def test_a_parse_is_all_it_needs() -> None:
    vocab = spacy.blank("en").vocab
    doc = Doc(vocab, words=["Police", "said", "he", "fled", "."], heads=[1, 1, 3, 1, 1],
              pos=["NOUN", "VERB", "PRON", "VERB", "PUNCT"], deps=["nsubj", "ROOT", "nsubj", "ccomp", "punct"],
              lemmas=["police", "say", "he", "flee", "."],
              tags=["NNS", "VBD", "PRP", "VBD", "."], sent_starts=[True, False, False, False, False])
    for component in (marks.Marks(), Rules()):
        doc = component(doc)
    assert _shown(doc) == [(["he fled"], "said", "Police")]


def test_a_doc_without_words_has_no_quotes() -> None:
    doc = Rules()(marks.Marks()(spacy.blank("en")("")))
    assert len(doc.spans["quotes"]) == 0
