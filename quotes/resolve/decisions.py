"""People's decisions on who is who, as records: merging, splitting, taking back.

Pure functions; the store keeps what they return, and resolution heeds it. Invariants: a decision names speakers or
entities by identifiers that resolution forwards; whoever made it and when is part of it; taking one back restores what
held before.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from quotes.errors import QuotesError
from quotes.records import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


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


def restored(decisions: Iterable[Judgement], taken_back: Sequence[Judgement], *, at: str) -> list[Judgement]:
    """Return the judgements to make again when others are taken back: those that these superseded."""
    pairs = {(frozenset((d.left_id, d.right_id)), d.made_at) for d in taken_back}
    return [
        replace(d, made_at=at, superseded_at=None)
        for d in decisions
        if d.superseded_at is not None and (frozenset((d.left_id, d.right_id)), d.superseded_at) in pairs
    ]
