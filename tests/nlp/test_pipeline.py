"""The pipeline as a whole, before anything is made of its Docs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy

from quotes import config
from quotes.nlp.pipeline import GIVEN, PIPELINE, steps

if TYPE_CHECKING:
    from spacy.language import Language

ROOT = Path(__file__).parents[2]



@pytest.mark.parametrize("tagger", ["learned", "rules"])
def test_what_a_component_reads_an_earlier_one_wrote(tagger: str) -> None:
    there = set(GIVEN)
    for step in steps(tagger):
        assert step.reads <= there, step.factory
        there |= step.writes
    assert {"quotes", "kinds", "speakers"} <= there


def test_every_component_is_told_to_spacy_by_the_package() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    factories = declared["project"]["entry-points"]["spacy_factories"]
    modules = {name: target.partition(":")[0] for name, target in factories.items() if name != "quotes"}
    assert modules == {step.factory: f"quotes.nlp.{step.module}" for step in PIPELINE}


def test_the_documents_table_is_the_pipelines() -> None:
    lines = (ROOT / "docs" / "code.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `quotes_")]
    told = [(name.split("`")[1], module, set(reads.split()), set(writes.split())) for name, module, reads, writes in rows]
    assert told == [(step.factory, step.module, set(step.reads), set(step.writes)) for step in PIPELINE]


@pytest.mark.model
def test_one_factory_gives_anybodys_pipeline_the_whole(nlp: Language, tmp_path: Path) -> None:
    text = "“We won,” said Ana Ruiz, the mayor.\n\nShe denied that it had rained."
    own = spacy.load(config.load({}, environ={}).model)
    own.add_pipe("quotes")
    expected = nlp(text)._.quotes
    assert [quote.speaker for quote in expected] == ["Ana Ruiz", "Ana Ruiz"]
    assert own(text)._.quotes == expected
    own.to_disk(tmp_path)
    assert spacy.load(tmp_path)(text)._.quotes == expected


@pytest.mark.model
def test_entities_of_the_language_model_say_nothing(nlp: Language) -> None:
    text = "“We won,” said Ana Ruiz, the mayor. No Labels said on Monday that it had rained in March."
    assert "ner" not in nlp.pipe_names
    without = spacy.load(config.load({}, environ={}).model, exclude=["ner"])
    without.add_pipe("quotes")
    assert without(text)._.quotes == nlp(text)._.quotes


@pytest.mark.model
@pytest.mark.parametrize(
    ("sentence", "lemma"),
    [
        pytest.param("She hopes they will win.", "hope", id="hope"),
        pytest.param("They hated the idea.", "hate", id="hate"),
        pytest.param("He texted her.", "text", id="text"),
        pytest.param("Critics rated it highly.", "rate", id="rate"),
        pytest.param("She said so.", "say", id="say"),
    ],
)
def test_verbs_of_speech_and_attitude_have_their_lemmas(nlp: Language, sentence: str, lemma: str) -> None:
    assert lemma in [token.lemma_ for token in nlp(sentence)]
