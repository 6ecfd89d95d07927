from __future__ import annotations

import random

from quotes.records import SpeakerTerm
from quotes.resolve.terms import weigh


def counted(*rows: tuple[str, str, int]) -> list[SpeakerTerm]:
    return [SpeakerTerm(speaker_id=speaker, term=term, quotes=quotes, weight=0.0) for speaker, term, quotes in rows]


ROWS = counted(
    ("ana", "bridge", 3), ("ana", "money", 1), ("bo", "money", 2), ("bo", "war", 1), ("cy", "money", 1), ("cy", "school", 1)
)


def test_what_only_one_speaker_talks_about_marks_that_speaker_off() -> None:
    weights = {(term.speaker_id, term.term): term.weight for term in weigh(ROWS)}
    assert weights["ana", "bridge"] > weights["ana", "money"]
    assert weights["cy", "school"] > weights["cy", "money"]
    assert all(0 < weight <= 1 for weight in weights.values())


def test_quotes_are_counted_as_they_came() -> None:
    assert {(t.speaker_id, t.term, t.quotes) for t in weigh(ROWS)} == {(t.speaker_id, t.term, t.quotes) for t in ROWS}


def test_order_does_not_matter() -> None:
    shuffled = ROWS.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311  no secret
    assert list(weigh(shuffled)) == list(weigh(ROWS))


def test_none_and_one() -> None:
    assert list(weigh([])) == []
    assert [term.weight for term in weigh(counted(("ana", "bridge", 1)))] == [1.0]
