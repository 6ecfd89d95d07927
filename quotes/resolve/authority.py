"""Linking speakers to authority files: known people and bodies with identifiers, names in any script, and offices.

A speaker is linked where its names fit exactly one known entry, or one clearly better than the others by the offices that
articles and file state; where more than one fits, the speaker stays unlinked and the entries become candidates.

Invariants: pure functions of their arguments; equal arguments in any order give equal links; a bare surname links nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from quotes import names
from quotes.lexicon import fold
from quotes.names import Match
from quotes.records import SpeakerType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from quotes.records import Authority, Position

LINK = 0.8
CLEAR = 0.15
SCORES = {Match.EXACT: 0.85, Match.FULL: 0.8, Match.INITIAL: 0.55}
YEAR_AFTER = 366
WORDS = re.compile(r"[a-z]{3,}")
DULL = frozenset({"the", "and", "for", "former", "acting", "deputy", "member", "chief", "head"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is asked about one speaker: names, type, words of the roles, affiliations, first and last day (ordinals)."""

    names: tuple[str, ...]
    type: SpeakerType
    words: frozenset[str] = frozenset()
    affiliations: frozenset[str] = frozenset()
    first_day: int | None = None
    last_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Links by the place of the profile, and the candidates (place, authority, score, reasons) that were not clear."""

    links: Mapping[int, str] = field(default_factory=dict)
    candidates: tuple[tuple[int, str, float, str], ...] = ()


def link(profiles: Sequence[Profile], authorities: Sequence[Authority]) -> Linked:
    """Link speakers to known people and bodies.

    Args:
        profiles: the speakers.
        authorities: the known, in any order.

    Returns:
        The links that are clear and the candidates of those that are not.
    """
    index = _index(authorities)
    links: dict[int, str] = {}
    candidates: list[tuple[int, str, float, str]] = []
    for number, profile in enumerate(profiles if authorities else ()):
        ranked = sorted(_ranked(profile, index), key=lambda item: (-item[0], item[1]))
        if not ranked:
            continue
        clear = len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= CLEAR
        if ranked[0][0] >= LINK and clear:
            links[number] = ranked[0][1]
        else:
            candidates += [(number, identifier, score, reasons) for score, identifier, reasons in ranked]
    return Linked(links=links, candidates=tuple(candidates))


def _index(authorities: Sequence[Authority]) -> dict[str, list[Authority]]:
    index: dict[str, list[Authority]] = defaultdict(list)
    for authority in sorted(authorities, key=lambda a: a.id):
        for key in sorted({key for name in (authority.name, *authority.names) for key in _keys(name, authority.type)}):
            index[key].append(authority)
    return index


def _keys(name: str, kind: SpeakerType) -> Iterator[str]:
    if kind == SpeakerType.PERSON:
        parsed = names.parse(name)
        if parsed.given:
            yield "p " + names.skeleton(re.split(r"[\s-]+", parsed.surname)[-1])
    else:
        yield "b " + _body(name)


def _body(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"^the ", "", fold(name).replace(".", ""))).strip()


def _ranked(profile: Profile, index: Mapping[str, Sequence[Authority]]) -> Iterator[tuple[float, str, str]]:
    person = profile.type == SpeakerType.PERSON
    keys = {key for name in profile.names for key in _keys(name, profile.type)}
    found = {authority.id: authority for key in keys for authority in index.get(key, ())}
    for authority in found.values():
        if person != (authority.type == SpeakerType.PERSON):
            continue
        match = max(
            (_match(a, b, person=person) for a in profile.names for b in {authority.name, *authority.names}),
            default=Match.CONFLICT,
        )
        if match not in SCORES:
            continue
        gain, reasons = _offices(profile, authority.positions)
        yield (
            round(min(1.0, max(0.0, SCORES[match] + gain)), 4),
            authority.id,
            "; ".join([f"names {match.name.lower()}", *reasons]),
        )


def _match(left: str, right: str, *, person: bool) -> Match:
    if not person:
        return Match.EXACT if _body(left) == _body(right) else Match.CONFLICT
    return names.compare(left, right)


def _offices(profile: Profile, positions: Sequence[Position]) -> tuple[float, list[str]]:
    """Return what the offices of a known person add or take, and why."""
    gain, reasons = 0.0, []
    best = 0.0
    for position in positions:
        words = set(WORDS.findall(fold(position.position))) - DULL
        shared = words & profile.words
        body = fold(position.affiliation) in profile.affiliations if position.affiliation else False
        held = _held(profile, position)
        value = (0.15 * bool(shared) + 0.1 * body) * (1.0 if held else 0.4)
        if value > best:
            best = value
            reasons = [f"office {' '.join(sorted(shared)) or position.affiliation}"]
    gain += best
    starts = [_day(position.since) for position in positions]
    if positions and profile.words and not best:
        gain -= 0.1
        reasons.append("other offices")
    if (
        profile.last_day is not None
        and starts
        and all(start is not None and start > profile.last_day + 20 * YEAR_AFTER for start in starts)
    ):
        gain -= 0.2
        reasons.append("another time")
    return gain, reasons


def _held(profile: Profile, position: Position) -> bool:
    """Say whether an office was held when the articles were published, as far as dates tell."""
    since, until = _day(position.since), _day(position.until)
    if profile.first_day is None or profile.last_day is None:
        return True
    return (since is None or since <= profile.last_day) and (until is None or until + YEAR_AFTER >= profile.first_day)


def _day(value: str) -> int | None:
    padded = value if len(value) >= 10 else value + "-01-01"[len(value) - 4 :] if len(value) in {4, 7} else value
    try:
        return date.fromisoformat(padded[:10]).toordinal()
    except ValueError:
        return None
