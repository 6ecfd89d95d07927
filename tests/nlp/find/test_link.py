"""Linking: rules over the scores, the confidence, and quotes of the whole learned pipeline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tagged_docs import doc_of

from quotes import config
from quotes import nlp as pipeline
from quotes.nlp.find.link import (
    FEATURES,
    Link,
    Linker,
    Scorer,
    assemble,
    choose,
    pair_features,
    quote_features,
    read_linker,
)
from quotes.nlp.find.tagged import NONE, Scene, scene_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

def quotes_of(doc: Doc) -> list[tuple[list[str], str | None, str | None, str]]:
    scene = scene_of(doc)

    def text(number: int) -> str | None:
        return None if number == NONE else doc[scene.tags[number].start : scene.tags[number].end].text

    return [([str(text(c)) for c in q.contents], text(q.cue), text(q.source), q.rule) for q in assemble(scene, choose(scene, {}))]


def test_one_quote_a_cue() -> None:
    doc = doc_of(
        "Ruiz said A adding B",
        [
            (0, 1, "SOURCE", {}),
            (1, 2, "CUE", {0: -0.1}),
            (2, 3, "CONTENT", {1: -0.1, 3: -3.0}),
            (3, 4, "CUE", {0: -0.1}),
            (4, 5, "CONTENT", {1: -3.0, 3: -0.1}),
        ],
    )
    assert quotes_of(doc) == [(["A"], "said", "Ruiz", "linked"), (["B"], "adding", "Ruiz", "linked")]


def test_pieces_of_one_cue_are_one_quote() -> None:
    doc = doc_of(
        '" A " said Ruiz . " B "',
        [
            (0, 3, "CONTENT", {1: -0.1}),
            (3, 4, "CUE", {2: -0.1}),
            (4, 5, "SOURCE", {}),
            (6, 9, "CONTENT", {1: -0.1}),
        ],
        marks=[(0, 3), (6, 9)],
    )
    assert quotes_of(doc) == [(['" A "', '" B "'], "said", "Ruiz", "linked")]


def test_contents_in_one_pair_of_marks_belong_together() -> None:
    doc = doc_of(
        '" A B " said Ruiz added',
        [
            (1, 2, "CONTENT", {2: -0.1, 4: -3.0}),
            (2, 3, "CONTENT", {2: -0.9, 4: -0.6}),
            (4, 5, "CUE", {3: -0.1}),
            (5, 6, "SOURCE", {}),
            (6, 7, "CUE", {3: -0.1}),
        ],
        marks=[(0, 4)],
    )
    assert [q[0] for q in quotes_of(doc)] == [["A", "B"]]


def test_quoted_words_without_a_cue_go_on_with_the_speaker_before() -> None:
    doc = doc_of(
        'Ruiz said A . " B "',
        [
            (0, 1, "SOURCE", {}),
            (1, 2, "CUE", {0: -0.1}),
            (2, 3, "CONTENT", {1: -0.1}),
            (4, 7, "CONTENT", {NONE: -0.1}),
        ],
        marks=[(4, 7)],
        paragraphs=[(0, 4), (4, 7)],
    )
    assert quotes_of(doc)[1] == (['" B "'], None, "Ruiz", "continued")


def test_but_not_over_three_paragraphs() -> None:
    doc = doc_of(
        'Ruiz said A . x y " B "',
        [
            (0, 1, "SOURCE", {}),
            (1, 2, "CUE", {0: -0.1}),
            (2, 3, "CONTENT", {1: -0.1}),
            (6, 9, "CONTENT", {NONE: -0.1}),
        ],
        marks=[(6, 9)],
        paragraphs=[(0, 4), (4, 5), (5, 6), (6, 9)],
    )
    assert quotes_of(doc)[1][2:] == (None, "sourceless")


def test_a_cue_without_a_source_gives_a_quote_without_one() -> None:
    doc = doc_of("It was said A", [(2, 3, "CUE", {NONE: -0.1}), (3, 4, "CONTENT", {0: -0.1})])
    assert quotes_of(doc) == [(["A"], "said", None, "sourceless")]


def test_a_source_without_a_cue_that_nobody_uses_is_the_speaker_beside() -> None:
    doc = doc_of("A in the words of Ruiz", [(0, 1, "CONTENT", {NONE: -0.1}), (5, 6, "SOURCE", {})])
    assert quotes_of(doc) == [(["A"], None, "Ruiz", "beside")]


def test_a_dash_joins_the_words_before_it_to_the_name_behind() -> None:
    doc = doc_of('" A " - Ruiz " B " - Hale', [
        (0, 3, "CONTENT", {1: -0.7, 4: -0.7}), (3, 4, "CUE", {2: -3.0, 5: -0.1}), (4, 5, "SOURCE", {}),
        (5, 8, "CONTENT", {1: -0.1, 4: -3.0}), (8, 9, "CUE", {2: -0.1, 5: -3.0}), (9, 10, "SOURCE", {}),
    ], marks=[(0, 3), (5, 8)])
    assert quotes_of(doc) == [(['" A "'], "-", "Ruiz", "linked"), (['" B "'], "-", "Hale", "linked")]


def test_a_colon_joins_the_name_before_it_to_the_words_behind() -> None:
    doc = doc_of("HALE : A RUIZ : B", [
        (0, 1, "SOURCE", {}), (1, 2, "CUE", {0: -3.0, 3: -0.1}), (2, 3, "CONTENT", {1: -3.0, 4: -0.1}),
        (3, 4, "SOURCE", {}), (4, 5, "CUE", {0: -0.1, 3: -0.2}), (5, 6, "CONTENT", {4: -0.1}),
    ])
    assert quotes_of(doc) == [(["A"], ":", "HALE", "linked"), (["B"], ":", "RUIZ", "linked")]


def test_quoted_words_right_behind_an_idle_cue_are_its_content() -> None:
    doc = doc_of('Ruiz made this comment : " B "', [
        (0, 1, "SOURCE", {}), (1, 5, "CUE", {0: -0.1}), (5, 8, "CONTENT", {NONE: -0.1, 1: -3.0}),
    ], marks=[(5, 8)], paragraphs=[(0, 5), (5, 8)])
    assert quotes_of(doc) == [(['" B "'], "made this comment :", "Ruiz", "linked")]


def scene() -> Scene:
    return scene_of(
        doc_of(
            "Ruiz said A , adding B",
            [
                (0, 1, "SOURCE", {}),
                (1, 2, "CUE", {0: -0.1}),
                (2, 3, "CONTENT", {1: -0.1, 3: -3.0}),
                (4, 5, "CUE", {0: -0.1}),
                (5, 6, "CONTENT", {1: -3.0, 3: -0.1}),
            ],
        )
    )


def test_every_pair_has_as_many_features() -> None:
    assert {len(pair_features(scene(), 2, head)) for head in (1, 3, NONE)} == {FEATURES}


def test_a_scorer_gives_probabilities() -> None:
    zeros = np.zeros(FEATURES, dtype=np.float32)
    scorer = Scorer(
        mean=zeros,
        scale=zeros + 1,
        hidden=np.zeros((2, FEATURES, 3), dtype=np.float32),
        bias=np.zeros((2, 3), dtype=np.float32),
        out=np.ones((2, 3), dtype=np.float32),
    )
    assert scorer([[0.0] * FEATURES] * 4).tolist() == pytest.approx([0.25] * 4)


def test_the_shipped_parameters_fit_the_features() -> None:
    linker = read_linker()
    for scorer in linker.scorers.values():
        assert scorer.mean.shape == (FEATURES,)
    found = scene()
    assert len(quote_features(found, assemble(found, choose(found, {}))[0])) == len(linker.confidence)


def test_a_source_is_repeated_for_each_of_its_quotes() -> None:
    doc = doc_of(
        "Ruiz said A , adding B",
        [
            (0, 1, "SOURCE", {}),
            (1, 2, "CUE", {0: -0.1}),
            (2, 3, "CONTENT", {1: -0.1, 3: -3.0}),
            (4, 5, "CUE", {0: -0.1}),
            (5, 6, "CONTENT", {1: -3.0, 3: -0.1}),
        ],
    )
    linker = Linker(scorers={}, confidence=np.zeros(17, dtype=np.float32))
    Link(linker)(doc)
    group = doc.spans["quotes"]
    assert [(s.id_, s.label_, s.text) for s in group] == [
        ("0", "CONTENT", "A"),
        ("0", "CUE", "said"),
        ("0", "SOURCE", "Ruiz"),
        ("1", "CONTENT", "B"),
        ("1", "CUE", "adding"),
        ("1", "SOURCE", "Ruiz"),
    ]
    assert group.attrs["0"] == {"rule": "linked", "confidence": 0.5}


def test_the_default_confidence_is_what_the_linkers_calibration_found_best() -> None:
    assert config.load(directory=Path(__file__).parent, environ={}).min_confidence == read_linker().minimum


@pytest.mark.parametrize(("asked", "kept"), [(0.9, 0.36), (0.1, 0.1)], ids=["more than the linker's", "less"])
def test_quotes_below_the_linkers_own_confidence_are_given_where_they_are_asked_for(asked: float, kept: float) -> None:
    assert Link(replace(read_linker(), minimum=0.36), min_confidence=asked).min_confidence == kept


# ---------------------------------------------------------------- the whole pipeline, on sentences of our own


@pytest.fixture(scope="module")
def learned() -> Language:
    return pipeline.load_pipeline(config.load({"tagger": "learned"}, environ={}))


ARTICLES = {
    "before its cue": (
        "“We will appeal against the ruling,” said Ana Ruiz, the mayor.",
        [("Ana Ruiz, the mayor", "We will appeal against the ruling")],
    ),
    "British marks": (
        "‘The roof won’t last another winter,’ said the vicar, Tom Hale. ‘We have nowhere to go.’",
        [("the vicar, Tom Hale", "The roof won’t last another winter")],
    ),
    "two quotes, one speaker": (
        "The minister said the road would open in March, adding that tolls would not rise.",
        [("The minister", "the road would open in March"), ("The minister", "that tolls would not rise")],
    ),
    "an agency carries the words of another": (
        "AFP quoted Erik Solberg as saying that the ceasefire was holding.",
        [("Erik Solberg", "that the ceasefire was holding")],
    ),
    "a passive with its agent": (
        "Residents were told by the council that the water is safe to drink.",
        [("the council", "that the water is safe to drink")],
    ),
    "according to": (
        "Three people died in the flood, according to the ministry.",
        [("the ministry", "Three people died in the flood")],
    ),
}


@pytest.mark.model
@pytest.mark.parametrize(("text", "expected"), ARTICLES.values(), ids=ARTICLES)
def test_who_said_what(learned: Language, text: str, expected: list[tuple[str, str]]) -> None:
    doc = learned(text)
    group = doc.spans["quotes"]
    found = []
    for key in group.attrs:
        parts = {label: " ".join(s.text for s in group if s.id_ == key and s.label_ == label) for label in ("SOURCE", "CONTENT")}
        found.append((parts["SOURCE"].rstrip(","), parts["CONTENT"]))
    assert len(found) == len(expected)
    for (source, content), (speaker, words) in zip(found, expected, strict=True):
        assert source == speaker
        assert words in content


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "The band's single, “Paper Lanterns,” is out on Friday.",
        "Known as “Big Tam”, he ran the pub for thirty years.",
        "The match finished 2-1 after extra time.",
    ],
    ids=["a title", "a nickname", "no marks"],
)
def test_what_is_no_quote(learned: Language, text: str) -> None:
    assert not learned(text).spans["quotes"].attrs


@pytest.mark.model
def test_two_processes_find_what_one_finds(learned: Language) -> None:
    texts = [text for text, _ in ARTICLES.values()]

    def found(docs: list[Doc]) -> list[list[tuple[int, int, str, str]]]:
        return [[(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans["quotes"]] for doc in docs]

    assert found(list(learned.pipe(texts))) == found(list(learned.pipe(texts, n_process=2, batch_size=2)))
