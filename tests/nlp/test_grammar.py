"""What a parse says about predicates."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from quotes.nlp.grammar import predicate_start

VOCAB = spacy.blank("en").vocab


@pytest.mark.parametrize(
    ("words", "heads", "deps", "cue", "begins"),
    [
        ("Ruiz said it rained", [1, 1, 3, 1], "nsubj ROOT nsubj ccomp", 1, "said"),
        ("Ruiz did not say so", [3, 3, 3, 3, 3], "nsubj aux neg ROOT advmod", 3, "did"),
        ("Ruiz declined to say so", [1, 1, 3, 1, 3], "nsubj ROOT aux xcomp advmod", 3, "declined"),
        ("Ruiz refused , generally , to say so", [1, 1, 1, 1, 1, 6, 1, 6], "nsubj ROOT punct advmod punct aux xcomp advmod", 6,
         "refused"),
        ("Ruiz has yet to say so", [1, 1, 1, 4, 1, 4], "nsubj ROOT advmod aux xcomp advmod", 4, "has"),
        ("Yet Ruiz said so", [2, 2, 2, 2], "cc nsubj ROOT advmod", 2, "said"),
    ],
    ids=["the cue alone", "an auxiliary and a negation", "a governing verb", "with an adverb between", "has yet to",
         "a conjunction"],
)
def test_where_a_predicate_begins(words: str, heads: list[int], deps: str, cue: int, begins: str) -> None:
    doc = Doc(VOCAB, words=words.split(), heads=heads, deps=deps.split())
    content = (doc[cue + 1 :],)
    assert doc.text[predicate_start(doc[cue : cue + 1], content) :].split()[0] == begins
