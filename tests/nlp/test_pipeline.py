"""The pipeline as a whole, before anything is made of its Docs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from spacy.language import Language

pytestmark = pytest.mark.model


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
