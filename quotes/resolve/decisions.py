"""People's decisions on who is who, as records: merging, splitting, saying what one is.

Pure functions; the store keeps what they return, and resolution heeds it. Invariants: a decision names speakers or
entities by identifiers that resolution forwards; whoever made it and when is part of it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from quotes.errors import QuotesError
from quotes.records import Judgement, SpeakerType, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quotes.records import Resolution, Retype


def merge(left_id: str, right_id: str, *, who: str, at: str, reasons: str | None = None) -> Judgement:
    """Return the decision that two speakers are one.

    Args:
        left_id: one speaker.
        right_id: the other.
        who: who decided.
        at: when, ISO 8601 in UTC.
        reasons: why, for the record.

    Raises:
        QuotesError: both are the same.
    """
    if left_id == right_id:
        raise QuotesError(f"{left_id}: is one speaker already; name two to merge")
    return Judgement(left_id=left_id, right_id=right_id, judgement=Verdict.POSITIVE, who=who, made_at=at, reasons=reasons)


def keep_apart(left_id: str, right_id: str, *, who: str, at: str, reasons: str | None = None) -> Judgement:
    """Return the decision that two speakers are two, against whatever resolution would say.

    Raises:
        QuotesError: both are the same.
    """
    return replace(merge(left_id, right_id, who=who, at=at, reasons=reasons), judgement=Verdict.NEGATIVE)


def split(speaker_id: str, entity_ids: Sequence[str], *, who: str, at: str, reasons: str | None = None) -> list[Judgement]:
    """Return the decisions that some of a speaker's entities are somebody else, all of them the same.

    Args:
        speaker_id: the speaker to take them from.
        entity_ids: the entities (a speaker as one article knows it) to take out.
        who: who decided.
        at: when, ISO 8601 in UTC.
        reasons: why, for the record.

    Raises:
        QuotesError: no entity is named.
    """
    if not entity_ids:
        raise QuotesError(f"{speaker_id}: name the articles in which somebody else is meant")
    taken = sorted(set(entity_ids))
    refused = [keep_apart(entity, speaker_id, who=who, at=at, reasons=reasons) for entity in taken]
    return refused + [merge(left, right, who=who, at=at, reasons=reasons) for left, right in pairwise(taken)]


def retyped(resolution: Resolution, retypes: Iterable[Retype]) -> Resolution:
    """Return a resolution whose speakers are what people say they are; those that hold, the last made of one speaker counts.

    Identifiers stay: they follow from what the articles say.
    """
    wanted = {
        resolution.redirects.get(each.speaker_id, each.speaker_id): each.type
        for each in sorted(retypes, key=lambda each: (each.made_at, each.speaker_id, each.type)) if each.superseded_at is None
    }
    if not wanted:
        return resolution
    return replace(resolution, speakers=tuple(
        replace(speaker, type=wanted.get(speaker.id, speaker.type)) if speaker.type is not SpeakerType.UNNAMED else speaker
        for speaker in resolution.speakers))
