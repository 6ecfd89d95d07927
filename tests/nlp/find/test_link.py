"""Linking: rules over the scores, the confidence, and quotes of the whole learned pipeline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tagged_docs import Words, in_words, tagged

from quotes import config
from quotes import nlp as pipeline
from quotes.nlp.find.link import (
    ALL_STEPS,
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


def quotes_of(doc: Doc) -> list[Words]:
    scene = scene_of(doc)
    return in_words(doc, scene, assemble(scene, choose(scene, {})))


TWO_CUES = "[Ruiz] <said→Ruiz> {A→said|adding} , <adding→Ruiz> {B→adding|said}"
CASES: dict[str, tuple[str, list[Words]]] = {
    "one quote a cue": (TWO_CUES, [(["A"], "said", "Ruiz", "linked"), (["B"], "adding", "Ruiz", "linked")]),
    "pieces of one cue are one quote": (
        '{" A "→said} <said→Ruiz> [Ruiz] . {" B "→said}', [(['" A "', '" B "'], "said", "Ruiz", "linked")],
    ),
    "quoted words without a cue go on with the speaker before": (
        '[Ruiz] <said→Ruiz> {A→said} . ¶ {" B "→-}',
        [(["A"], "said", "Ruiz", "linked"), (['" B "'], None, "Ruiz", "continued")],
    ),
    "but not over three paragraphs": (
        '[Ruiz] <said→Ruiz> {A→said} . ¶ x ¶ y ¶ {" B "→-}',
        [(["A"], "said", "Ruiz", "linked"), (['" B "'], None, None, "sourceless")],
    ),
    "a cue without a source gives a quote without one": ("It was <said→-> {A→said}", [(["A"], "said", None, "sourceless")]),
    "a source without a cue that nobody uses is the speaker beside": (
        "{A→-} in the words of [Ruiz]", [(["A"], None, "Ruiz", "beside")],
    ),
    "quoted words right behind an idle cue are its content": (
        '[Ruiz] <made this comment :→Ruiz> ¶ {" B "→-|made}', [(['" B "'], "made this comment :", "Ruiz", "linked")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_quotes_of_tags(text: str, expected: list[Words]) -> None:
    assert quotes_of(tagged(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{" A "→-} <-→Hale|Ruiz> [Ruiz] {" B "→-} <–→Ruiz|Hale> [Hale]',
         [(['" A "'], "-", "Ruiz", "linked"), (['" B "'], "–", "Hale", "linked")]),
        ("[HALE] <:→RUIZ|HALE> {A→-} [RUIZ] <--→HALE|RUIZ>", [(["A"], ":", "HALE", "linked")]),
    ],
    ids=["a dash joins the words before it to the name behind", "a colon joins the name before it to the words behind"],
)
def test_a_joint_decides_whatever_the_scores(text: str, expected: list[Words]) -> None:
    assert quotes_of(tagged(text)) == expected


def test_a_quotation_over_paragraphs_has_the_cue_of_its_first() -> None:
    doc = tagged('{" A "→said} <said→Ruiz> [Ruiz] . ¶ {" B "→-}', chained=True)
    assert quotes_of(doc) == [(['" A "', '" B "'], "said", "Ruiz", "linked")]


SERVED = {  # what each step is for; reach.py has more of them
    "by_joint": '{" A "→-} <-→Hale|Ruiz> [Ruiz] {" B "→-} <–→Ruiz|Hale> [Hale]',
    "behind_idle_cues": '[Ruiz] <made this comment :→Ruiz> ¶ {" B "→-|made}',
    "over_paragraphs": '{" A "→said} <said→Ruiz> [Ruiz] . ¶ {" B "→-}',
    "beside": "{A→-} in the words of [Ruiz]",
    "going_on": '[Ruiz] <said→Ruiz> {A→said} . ¶ {" B "→-}',
    "within_sentence": "{Peru left . / Chile stays→said} , [Ruiz] <said→Ruiz>",
    "whole_block": "[Notice] <reads→Notice> : ¶ {Rain expected→reads} . / Stay in .",
    "divided": "[Ruiz] <warned of→Ruiz> {rain . / Boats left→warned|said} , <said→Osei> [Osei]",
    "parted": '[Ruiz] <said→Ruiz> {A→said} today . {" B left . "→said}',
}
STEPS = [(name, step) for name in ("choosing", "hanging", "cueless", "reaching", "parting") for step in getattr(ALL_STEPS, name)]


@pytest.mark.parametrize(("group", "step"), STEPS, ids=[step.__name__ for _, step in STEPS])
def test_each_step_serves_a_sentence(group: str, step: object) -> None:
    doc = tagged(SERVED[step.__name__], chained=step.__name__ == "over_paragraphs")
    left = replace(ALL_STEPS, **{group: tuple(other for other in getattr(ALL_STEPS, group) if other is not step)})
    linker = Linker(scorers={}, confidence=np.zeros(17, dtype=np.float32))
    assert Link(linker, steps=left).match(doc) != Link(linker).match(doc)


def scene() -> Scene:
    return scene_of(tagged(TWO_CUES))


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
    doc = tagged(TWO_CUES)
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
        "Residents were told on Monday by the council that the water is safe to drink, and went home.",
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
