"""Which articles are copies or reprints of one another. Pure functions over articles; no SQL.

An article has at most one parent: of all articles that come before it in one order (more words first, ties by identifier) and
have enough of it, the one that has most of it, of several the longest. A family is a tree of articles, called by its root.
What ties an article to its parent is the basis: the same text, the same address, an agency's copy, or shared text.

Invariants: whose parent an article is follows from the set of articles alone; of two articles the shorter one's shingles (runs
of five words) count, so that what a paper cut from the end or put around a copy does not matter; an agency's tag alone makes no
family: it lowers what the texts must share.

Source of the thresholds: Nicholls, "Detecting textual reuse in news stories, at scale", International Journal of Communication
13 (2019), for shingles; the share is that of the project's own corpus (scripts/make/retold.py).
"""

from __future__ import annotations

import heapq
import re
import tomllib
from collections import Counter
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from quotes import ids, wording
from quotes.records import Basis, Tie

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from quotes.records import Copy

SHINGLE = 5  # words
SHARED = 0.6  # of the shorter one's shingles
SHARED_BY_AGENCY = 0.35  # where both are tagged as one agency's
SHARED_WITH_AGENCY = 0.5  # where one of them is
SAMPLED = 16  # one shingle in so many is a mark; verification looks at all
LEAST = 4  # marks of the least hash, whatever their number: short articles have few
FEWEST = 20  # shingles: of shorter texts only the whole can be the same
PASSED = 0.08  # of the marks of the one that has fewer are shared, or the texts are not compared: a quote in both is no copy
CROWD = 300  # articles that share a mark: beyond that it is a site's own text
HEAD = 500  # characters in which a dateline stands
STEP = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no two words in one place give one number
FOOT = 300  # characters in which a last line says whose it is
DATELINE = re.compile(
    r"^[^\n()]{0,60}(?:\[[^\n\]]*\][^\n()]{0,20})?\((?P<tag>[A-Za-z][\w-]{1,12})\)(?:\s*[-–—:]|\s+[A-Z])"
    r"|^[^\n]{0,60}\s[-–—/]+\s*(?P<name>[A-Z][\w-]{1,12})\s*[-–—:]", re.MULTILINE)


class Index(Protocol):
    """The articles as they are now, by the marks they have."""

    def sharing(self, marks: Collection[int], limit: int) -> Mapping[int, Collection[str]]:
        """Return the identifiers of the articles that have each of the marks; of a mark, more than `limit` tell that only."""

    def copies(self, identifiers: Collection[str]) -> Mapping[str, Copy]:
        """Return articles."""

    def numbers(self, identifiers: Collection[str]) -> Mapping[str, int]:
        """Return how many marks articles have."""

    def ties(self, identifiers: Collection[str]) -> Mapping[str, Tie | None]:
        """Return what articles are tied to so far; those that are not stored yet are left out."""

    def children(self, identifiers: Collection[str]) -> Collection[str]:
        """Return the articles whose parents, so far, are among these."""


@cache
def _agencies() -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Return the agencies by their tags, and what finds their full names."""
    path = resources.files("quotes.data").joinpath("agencies.toml")
    listed = tomllib.loads(path.read_text(encoding="utf-8"))["agency"]
    by_tag = {tag: each["name"] for each in listed for tag in each["tags"]}
    by_name = {name.casefold(): each["name"] for each in listed for name in each["names"]}
    names = "|".join(sorted(map(re.escape, by_name), key=len, reverse=True))
    return by_tag | by_name, re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE)


def agency_of(text: str, *, author: str | None = None, outlet: str | None = None) -> str | None:
    """Return the agency that an article says it is from: in its byline, its dateline or its last line; or None.

    >>> agency_of("LONDON (Reuters) - Talks failed."), agency_of("Talks failed, Reuters reported.")
    ('Reuters', None)
    """
    known, names = _agencies()
    for byline in filter(None, (outlet, author)):
        if byline.strip() in known:
            return known[byline.strip()]
        if found := names.search(byline):
            return known[found.group().casefold()]
    for found in DATELINE.finditer(text[:HEAD]):
        tag = found["tag"] or found["name"]
        if tag in known:
            return known[tag]
    last = text.rstrip()[-FOOT:].rpartition("\n")[2]
    if re.match(r"\W*(?:©|\(c\)|copyright|source:|with inputs? from|by )", last, re.IGNORECASE) and (found := names.search(last)):
        return known[found.group().casefold()]
    return known.get(last.strip(" ()[]—–-/.*"))


@lru_cache(maxsize=4096)
def shingles(text: str) -> frozenset[int]:
    """Return the hashes of all runs of five words."""
    numbers = np.array([number for word in wording.WORD.findall(text) for number in wording.numbers(word)], dtype=np.uint64)
    if len(numbers) < SHINGLE:
        return frozenset()
    runs = len(numbers) - SHINGLE + 1
    value = np.zeros(runs, dtype=np.uint64)
    for at in range(SHINGLE):
        value = (value * STEP) ^ numbers[at : at + runs]
    value *= STEP
    return frozenset((value >> np.uint64(64 - wording.HASH_BITS)).tolist())


@lru_cache(maxsize=4096)
def marks(each: Copy) -> frozenset[int]:
    """Return what an article is found by: some of its shingles, its address, and its text's hash."""
    found = shingles(each.text)
    return _own_marks(each).union((value for value in found if value % SAMPLED == 0), heapq.nsmallest(LEAST, found))


def _own_marks(each: Copy) -> frozenset[int]:
    """Return the marks of which one is enough: of the text, and of the address."""
    text = _mark("text", each.sha256)
    return frozenset((text, _mark("address", each.address)) if each.address else (text,))


def _mark(kind: str, value: str) -> int:
    return int(ids.digest(kind, value), 16) >> (64 - wording.HASH_BITS)


def order(each: Copy) -> tuple[int, str]:
    """Return what articles are ordered by: a parent's is greater."""
    return (len(shingles(each.text)), each.id)


class _Fit(NamedTuple):
    """How well a longer article fits as a parent: what ties them, how much of the shorter one it has, and its order."""

    rank: int
    share: float
    order: tuple[int, str]
    basis: Basis


RANKS = (Basis.SHARED, Basis.AGENCY, Basis.ADDRESS, Basis.TEXT)


def fit(shorter: Copy, longer: Copy) -> _Fit | None:
    """Say what ties an article to one that comes before it, and how well; None if nothing does."""
    of_it, of_other = shingles(shorter.text), shingles(longer.text)
    share = len(of_it & of_other) / len(of_it) if of_it else 0.0
    basis = None
    if shorter.sha256 == longer.sha256:
        basis = Basis.TEXT
    elif shorter.address and shorter.address == longer.address:
        basis = Basis.ADDRESS
    elif len(of_it) >= FEWEST:
        agencies = {shorter.agency, longer.agency} - {None}
        if len(agencies) == 1 and share >= (SHARED_BY_AGENCY if shorter.agency == longer.agency else SHARED_WITH_AGENCY):
            basis = Basis.AGENCY
        elif share >= SHARED:
            basis = Basis.SHARED
    return None if basis is None else _Fit(RANKS.index(basis) >= RANKS.index(Basis.ADDRESS), share, order(longer), basis)


def tie(added: Iterable[Copy], removed: Mapping[str, Collection[int]], index: Index) -> dict[str, Tie | None]:
    """Return the ties that change because articles came and went.

    Args:
        added: new articles, and such whose text, address or agency changed.
        removed: the marks of what is not there any more, and those that the changed articles had.
        index: all articles after the change, with the ties from before it.

    Returns:
        The tie of every new article, and of those others whose tie is another now; None for the root of a family or of none.
    """
    new = {each.id: each for each in added}
    dirty = set(new) | set(index.children(removed)) | _crowded_or_not(new.values(), removed.values(), index)
    dirty -= removed.keys() - new.keys()
    known = index.ties(dirty - new.keys())
    stored = index.copies(dirty - new.keys())
    found: dict[str, Tie | None] = {}
    better: dict[str, _Fit] = {}
    for identifier in sorted(dirty):
        each = new.get(identifier) or stored[identifier]
        candidates = index.copies(_candidates(each, index)).values()
        tied = _tie(each, (other for other in candidates if order(other) > order(each)))
        if identifier in new or tied != known.get(identifier):
            found[identifier] = tied
        if identifier in new:
            _offer(each, [other for other in candidates if order(other) < order(each) and other.id not in dirty], index, better)
    return found | {key: Tie(best.order[1], best.basis) for key, best in better.items()}


def _tie(each: Copy, before: Iterable[Copy]) -> Tie | None:
    """Return what an article is tied to: of those before it in the order, the one that fits best."""
    best = max(filter(None, (fit(each, other) for other in before)), default=None)
    return None if best is None else Tie(best.order[1], best.basis)


def _offer(each: Copy, after: Collection[Copy], index: Index, better: dict[str, _Fit]) -> None:
    """Note to which articles that were there before a new one fits better than what they have, or were offered."""
    ties = index.ties([other.id for other in after])
    parents = index.copies({tied.parent for tied in ties.values() if tied is not None})
    for other in after:
        offered, tied = fit(other, each), ties.get(other.id)
        held = better.get(other.id) or (fit(other, parents[tied.parent]) if tied is not None else None)
        if offered is not None and (held is None or offered > held):
            better[other.id] = offered


def _candidates(each: Copy, index: Index) -> set[str]:
    """Return the other articles that share enough marks with one to look at their texts."""
    own, surely, found = marks(each), _own_marks(each), Counter[str]()
    sure: set[str] = set()
    for mark, sharing in index.sharing(own, CROWD).items():
        if len(sharing) <= CROWD:
            found.update(sharing)
            sure.update(sharing if mark in surely else ())
    numbers = index.numbers(found)
    return {other for other, shared in found.items()
            if other in sure or shared >= PASSED * min(len(own), numbers[other])} - {each.id}


def _crowded_or_not(new: Iterable[Copy], gone: Iterable[Collection[int]], index: Index) -> set[str]:
    """Return the articles that have a mark which has become too common, or is so no more."""
    change: Counter[int] = Counter()
    for coming in new:
        change.update(marks(coming))
    for going in gone:
        change.subtract(going)
    moved = [value for value, by in change.items() if by]
    limit = CROWD + max((abs(change[value]) for value in moved), default=0)
    found: set[str] = set()
    for value, sharing in index.sharing(moved, limit).items():
        now = len(sharing)
        if (now > CROWD) != (now - change[value] > CROWD) and now <= limit:
            found.update(sharing)
    return found
