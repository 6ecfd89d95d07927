"""Who of several candidates is likeliest, and how likely."""

from __future__ import annotations

import math

import pytest

from quotes.nlp.coref.candidates import Candidate
from quotes.nlp.coref.entities import Person
from quotes.nlp.coref.ranker import KINDS_OF_SOURCE, PRONOUN, Ranker, learned, score

ANA, BO = Person(0, "Ana Ruiz"), Person(1, "Bo Dahl")


def test_the_likeliest_is_the_one_for_whom_most_speaks() -> None:
    ranker = Ranker({PRONOUN: {"spoke_last": 2.0, "nobody": 0.5}})
    candidates = [Candidate(ANA, {"spoke_last": 0.0}), Candidate(BO, {"spoke_last": 1.0}), Candidate(None, {"nobody": 1.0})]
    chosen, confidence = ranker.choose(PRONOUN, 0, candidates)
    assert chosen.entity is BO
    assert confidence == pytest.approx(math.exp(2.0) / (1 + math.exp(2.0) + math.exp(0.5)))


def test_nobody_is_chosen_where_nothing_speaks_for_anybody() -> None:
    ranker = Ranker({PRONOUN: {"surely_other_sex": -4.0, "nobody": 0.5}})
    chosen, _ = ranker.choose(PRONOUN, 0, [Candidate(ANA, {"surely_other_sex": 1.0}), Candidate(None, {"nobody": 1.0})])
    assert chosen.entity is None


def test_scores_far_apart_are_probabilities_all_the_same() -> None:
    ranker = Ranker({PRONOUN: {"a": 5000.0}})
    _, confidence = ranker.choose(PRONOUN, 0, [Candidate(ANA, {"a": 1.0}), Candidate(BO, {"a": -1.0})])
    assert confidence == 1.0


def test_what_has_no_weight_counts_nothing() -> None:
    assert score({"known": 1.5}, {"known": 2.0, "new": 9.0}) == 3.0


def test_the_package_brings_weights_for_every_kind_of_source() -> None:
    weights = learned()
    assert set(weights) == set(KINDS_OF_SOURCE)
    assert all(math.isfinite(weight) for own in weights.values() for weight in own.values())
    assert weights[PRONOUN]["surely_other_sex"] < weights[PRONOUN]["other_sex"] + 1 < 1
