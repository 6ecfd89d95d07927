"""The pairs of mentions over articles: what they are, how they are counted, and that none is wrongly one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quotes.records import Candidate, Resolution, SpeakerType, StoredEntity
from scripts.measure import identity, many_names

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(identity.FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_half_of_the_pairs_are_one_person_and_each_article_has_the_name(path: Path) -> None:
    pairs = identity.read_pairs(path)
    assert sum(pair["same"] for pair in pairs) * 2 == len(pairs) == len({pair["id"] for pair in pairs})
    assert all(pair[side]["name"] in pair[side]["text"] for pair in pairs for side in identity.SIDES)


def test_pairs_are_counted_by_what_became_of_them() -> None:
    pairs = [
        {"id": kind, "same": kind != "stranger", "why": "", **{side: {"name": f"{kind} Ruiz"} for side in identity.SIDES}}
        for kind in ("joined", "asked", "missed", "stranger")
    ]
    entities = [StoredEntity(id=f"{pair['id']}.{side}", article_id=f"{pair['id']}.{side}", type=SpeakerType.PERSON,
                             name=str(pair[side]["name"])) for pair in pairs for side in identity.SIDES]
    one = {"joined.left": "a", "joined.right": "a", "stranger.left": "b", "stranger.right": "b"}
    found = identity.score(pairs, entities, Resolution(
        speakers=(), assignments={entity.id: one.get(entity.id, entity.id) for entity in entities},
        speaker_candidates=(Candidate(left_id="asked.left", right_id="asked.right", score=0.5, reasons="alike"),),
    ))
    assert [len(kind) for kind in (found.joined, found.proposed, found.missed, found.wrong, found.misread)] == [1, 1, 1, 1, 0]
    assert not found.is_enough


@pytest.mark.model
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_two_people_are_wrongly_one_and_few_are_missed(path: Path) -> None:
    assert identity.main([str(path)]) == 0


def test_invented_names_are_the_same_for_the_same_seed() -> None:
    assert many_names.invented(50, 3) == many_names.invented(50, 3) != many_names.invented(50, 4)
