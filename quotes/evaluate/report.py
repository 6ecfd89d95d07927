"""Scores in per cent, and as floors for a gate.

A floor is a score that must not be lost. The gate's file holds the floors and the digest of the gold that they were
measured on; floors are raised as scores rise, and lowered only on purpose (`scripts/measure/floors.py --lower`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from quotes.evaluate.scores import Share

CEILINGS = frozenset({"spurious", "not_quotes"})
"""Scores that are better the smaller they are; their floor is an upper bound."""


def percentages(shares: Mapping[str, Share]) -> dict[str, float]:
    """Return each share in per cent, sorted by name."""
    return {name: shares[name].percent for name in sorted(shares)}


def below(floors: Mapping[str, float], scores: Mapping[str, float]) -> list[str]:
    """Return a line for each floor that is missed.

    >>> below({"found": 90.0, "spurious": 10.0}, {"found": 89.9, "spurious": 8.0})
    ['found: 89.9, floor 90.0']
    """
    missed = []
    for name, floor in sorted(floors.items()):
        score = scores.get(name, 0.0)
        if score > floor if name in CEILINGS else score < floor:
            missed.append(f"{name}: {score}, {'ceiling' if name in CEILINGS else 'floor'} {floor}")
    return missed


def raised(floors: Mapping[str, float], scores: Mapping[str, float], *, lower: bool = False) -> dict[str, float]:
    """Return the floors that scores now allow: never lower ones, unless `lower` asks for it."""
    new = dict(scores)
    if not lower:
        for name, floor in floors.items():
            better = min if name in CEILINGS else max
            new[name] = better(floor, scores.get(name, floor))
    return dict(sorted(new.items()))


def digest_of(folder: Path) -> str:
    """Return the SHA-256 of a set of annotated articles: of its annotations and the texts beside or below them."""
    state = hashlib.sha256()
    for path in sorted([*folder.glob("*.jsonl"), *folder.glob("*.txt"), *folder.glob("texts/*.txt")]):
        state.update(path.name.encode() + b"\x00" + path.read_bytes() + b"\x00")
    return state.hexdigest()
