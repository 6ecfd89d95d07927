from __future__ import annotations

from dataclasses import replace

import pytest

from quotes.errors import QuotesError
from quotes.records import Verdict
from quotes.resolve import decisions

AT = {"who": "ana", "at": "2026-01-01T00:00:00+00:00"}


def test_merging_is_a_positive_judgement_with_its_maker_and_time() -> None:
    made = decisions.merge("a", "b", **AT, reasons="one person")
    assert (made.judgement, made.who, made.made_at, made.reasons) == (Verdict.POSITIVE, AT["who"], AT["at"], "one person")


def test_one_speaker_cannot_be_merged_with_itself() -> None:
    with pytest.raises(QuotesError, match="name two"):
        decisions.merge("a", "a", **AT)


def test_splitting_refuses_each_entity_and_keeps_them_together() -> None:
    made = decisions.split("s", ["e2", "e1", "e3"], **AT)
    assert [(j.left_id, j.right_id) for j in made if j.judgement == Verdict.NEGATIVE] == [("e1", "s"), ("e2", "s"), ("e3", "s")]
    assert [(j.left_id, j.right_id) for j in made if j.judgement == Verdict.POSITIVE] == [("e1", "e2"), ("e2", "e3")]


def test_splitting_nothing_is_refused() -> None:
    with pytest.raises(QuotesError, match="name the articles"):
        decisions.split("s", [], **AT)


def test_taking_back_restores_what_was_superseded() -> None:
    old = replace(decisions.keep_apart("a", "b", who="ana", at="2026-01-01"), superseded_at="2026-01-02")
    new = decisions.merge("a", "b", who="ben", at="2026-01-02")
    again = decisions.restored([old, new], [new], at="2026-01-03")
    assert [(j.judgement, j.made_at, j.superseded_at) for j in again] == [(Verdict.NEGATIVE, "2026-01-03", None)]
