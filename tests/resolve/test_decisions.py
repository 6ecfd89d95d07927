from __future__ import annotations

import pytest

from quotes.errors import QuotesError
from quotes.records import Resolution, Retype, Speaker, SpeakerType, Verdict
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


def test_a_speaker_is_what_people_say_and_keeps_its_identifier() -> None:
    people = (Speaker(id="a", name="Amnesty", type=SpeakerType.PERSON), Speaker(id="u", name="an aide", type=SpeakerType.UNNAMED))
    resolution = Resolution(speakers=people, assignments={}, redirects={"old": "a"})
    said = [
        Retype(speaker_id="old", type=SpeakerType.GROUP, who="ben", made_at="2026-01-02"),
        Retype(speaker_id="a", type=SpeakerType.ORGANIZATION, who="ana", made_at="2026-01-03"),
        Retype(speaker_id="a", type=SpeakerType.DOCUMENT, who="ana", made_at="2026-01-04", superseded_at="2026-01-05"),
        Retype(speaker_id="u", type=SpeakerType.PERSON, who="ana", made_at="2026-01-03"),
    ]
    found = decisions.retyped(resolution, said).speakers
    assert [(each.id, each.type) for each in found] == [("a", SpeakerType.ORGANIZATION), ("u", SpeakerType.UNNAMED)]
    assert decisions.retyped(resolution, []) is resolution
