"""The same words in several articles: which wording is a version of which. Pure functions over wordings; no SQL.

A wording is the normal form of words in quotation marks, by one speaker (by several who are quoted together, or by whoever has
no name). It has at most one
parent: of all wordings that come before it in one order (longer first, ties by identifier) and contain enough of it, the one
that contains most of it, of several the longest. A statement is a tree of wordings; its root is the longest.

Invariants: whose parent a wording is follows from the set of wordings alone, whatever the order and the batches in which
they came, because a hash that too many wordings share is passed over by how many share it now, not then; nobody is taken for
somebody else here: different speakers of the same words are a fact to be shown, and need more words in common.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple, Protocol

from quotes import wording

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from quotes.records import Wording

CROWD = 200  # wordings that share a hash: beyond that it tells nothing
OVERLAP = 0.2  # of the shorter one's expected fingerprints are shared, or the words are not compared
NEAR_DAYS = 30
# What two wordings must have in common beyond `wording.needed`: words, and their part of the shorter one's.
OWN_PART = 0.8  # of one speaker, if a stretch is left out without a sign or months lie between: people repeat themselves
OTHERS_WORDS = 9  # of two speakers who have names, within those days
OTHERS_PART = 0.9  # of two speakers, or where one has no name, within those days
SURE_WORDS = 12  # of two speakers who have names, whenever
UNNAMED_WORDS = 8  # where one has no name, whenever
SURE_PART = 0.95  # of either, whenever, or if a stretch is left out without a sign
LEAPS = 1  # stretches left out without a sign of it


class Index(Protocol):
    """The wordings as they are now, by the fingerprints they have."""

    def sharing(self, hashes: Collection[int], limit: int) -> Mapping[int, Collection[int]]:
        """Return the identifiers of the wordings that have each of the hashes; of a hash, more than `limit` tell that only."""

    def sizes(self, identifiers: Collection[int]) -> Mapping[int, int]:
        """Return the number of words of wordings."""

    def wordings(self, identifiers: Collection[int]) -> Mapping[int, Wording]:
        """Return wordings."""

    def parents(self, identifiers: Collection[int]) -> Mapping[int, int | None]:
        """Return the parents that wordings have so far; those that are not stored yet are left out."""

    def children(self, identifiers: Collection[int]) -> Collection[int]:
        """Return the wordings whose parents, so far, are among these."""


def fit(shorter: Wording, longer: Wording) -> int:
    """Return how many words make a wording a version of one that comes before it; 0 if it is none."""
    found = wording.common(shorter.forms, longer.forms)
    if found is None or found.leaps > LEAPS:
        return 0
    least, part = _asked(shorter, longer, found.leaps)
    return found.words if found.words >= max(least, part * shorter.size) else 0


def _asked(shorter: Wording, longer: Wording, leaps: int) -> tuple[int, float]:
    """Return how many words two wordings must have in common, and which part of the shorter one's."""
    is_sure = leaps == 0 and _near(shorter, longer)
    if shorter.speakers & longer.speakers:
        return 0, 0.0 if is_sure else OWN_PART
    named = shorter.speakers and longer.speakers
    if _near(shorter, longer):
        return OTHERS_WORDS if named else wording.FEWEST, OTHERS_PART if is_sure else SURE_PART
    return SURE_WORDS if named else UNNAMED_WORDS, SURE_PART


def _near(one: Wording, other: Wording) -> bool:
    """Say whether two wordings were printed within some days; true where that is not known."""
    if one.first_day is None or one.last_day is None or other.first_day is None or other.last_day is None:
        return True
    return one.first_day - NEAR_DAYS <= other.last_day and other.first_day - NEAR_DAYS <= one.last_day


def link(added: Iterable[Wording], removed: Iterable[Wording], index: Index) -> dict[int, int | None]:
    """Return the parents that change because wordings came and went.

    Args:
        added: new wordings, or such whose days changed.
        removed: what is not there any more, and the same wordings with the days they had.
        index: all wordings after the change, with the parents from before it.

    Returns:
        The parent of every new wording, and of those others whose parent is another now; None for a root.
    """
    new = {each.id: each for each in added}
    gone = {each.id: each for each in removed}
    dirty = set(new) | set(index.children(gone)) | _crowded_or_not(new.values(), gone.values(), index)
    dirty -= gone.keys() - new.keys()
    known = index.parents(dirty - new.keys())
    found: dict[int, int | None] = {}
    better: dict[int, Fit] = {}
    for each in _in_their_order(dirty, new, index):
        candidates = _candidates(each, index)
        parent = _parent(each, [order for order in candidates if order > each.order], index)
        if each.id in new or parent != known.get(each.id):
            found[each.id] = parent
        if each.id in new:
            after = [order[1] for order in candidates if order < each.order and order[1] not in dirty]
            _offer(each, after, index, better)
    return found | {child: fits.order[1] for child, fits in better.items()}


class Fit(NamedTuple):
    """How well a wording fits as the parent of another: words in common, and its place in the order."""

    words: int
    order: tuple[int, int]


def _in_their_order(identifiers: Collection[int], new: Mapping[int, Wording], index: Index) -> Iterator[Wording]:
    stored = index.wordings([each for each in identifiers if each not in new])
    return (new[each] if each in new else stored[each] for each in sorted(identifiers))


def _parent(each: Wording, before: Iterable[tuple[int, int]], index: Index) -> int | None:
    """Return the wording, of those before it in the order, that contains most of this one; of several the longest."""
    best: Fit | None = None
    longest_first = sorted(before, reverse=True)
    wordings = index.wordings([other for _, other in longest_first])
    for order in longest_first:
        fits = Fit(fit(each, wordings[order[1]]), order)
        if fits.words and (best is None or fits > best):
            best = fits
        if fits.words == each.size:  # those after it are shorter
            break
    return None if best is None else best.order[1]


def _offer(each: Wording, after: Collection[int], index: Index, better: dict[int, Fit]) -> None:
    """Note of which wordings that were there before a new one is a better parent than what they have, or were offered."""
    stored, current = index.wordings(after), index.parents(after)
    parents = index.wordings({parent for parent in current.values() if parent is not None})
    for other in after:
        offered = Fit(fit(stored[other], each), each.order)
        parent = parents.get(current.get(other) or -1)
        held = better.get(other) or (None if parent is None else Fit(fit(stored[other], parent), parent.order))
        if offered.words and (held is None or offered > held):
            better[other] = offered


def _candidates(each: Wording, index: Index) -> list[tuple[int, int]]:
    """Return the size and identifier of the other wordings that share enough fingerprints with one to look at their words."""
    found: Counter[int] = Counter()
    for sharing in index.sharing(wording.fingerprints(each.forms), CROWD).values():
        if len(sharing) <= CROWD:
            found.update(sharing)
    del found[each.id]
    sizes = index.sizes(found)
    return [(sizes[other], other) for other, shared in found.items() if _overlap(min(each.size, sizes[other]), shared)]


def _overlap(shorter: int, shared: int) -> bool:
    """Say whether so many shared fingerprints are enough of those that so many words have, to look at the words."""
    return shared >= OVERLAP * (shorter - wording.GRAM + 1) * 2 / (wording.WINDOW + 1)


def _crowded_or_not(new: Iterable[Wording], gone: Iterable[Wording], index: Index) -> set[int]:
    """Return the wordings that have a hash which has become too common, or is so no more."""
    change: Counter[int] = Counter()
    for coming in new:
        change.update(wording.fingerprints(coming.forms))
    for going in gone:
        change.subtract(wording.fingerprints(going.forms))
    moved = [value for value, by in change.items() if by]
    # Counted up to where it would still have to be told apart from what it was.
    limit = CROWD + max((abs(change[value]) for value in moved), default=0)
    found: set[int] = set()
    for value, sharing in index.sharing(moved, limit).items():
        now = len(sharing)
        if (now > CROWD) != (now - change[value] > CROWD) and now <= limit:
            found.update(sharing)
    return found


class Memory:
    """An `Index` in memory, for as many wordings as fit there."""

    def __init__(self, wordings: Iterable[Wording] = (), parents: Mapping[int, int | None] | None = None) -> None:
        self._wordings: dict[int, Wording] = {}
        self._sizes: dict[int, int] = {}
        self._by_hash: dict[int, list[int]] = defaultdict(list)
        self._parents = dict(parents or {})
        self._children: dict[int, set[int]] = defaultdict(set)
        for child, parent in self._parents.items():
            if parent is not None:
                self._children[parent].add(child)
        for each in wordings:
            self.add(each)

    def add(self, each: Wording) -> None:
        """Take in a wording that is not there."""
        self._wordings[each.id] = each
        self._sizes[each.id] = each.size
        for value in wording.fingerprints(each.forms):
            self._by_hash[value].append(each.id)

    def remove(self, each: Wording) -> None:
        """Take out a wording."""
        del self._wordings[each.id], self._sizes[each.id]
        for value in wording.fingerprints(each.forms):
            self._by_hash[value].remove(each.id)

    def set_parents(self, parents: Mapping[int, int | None], gone: Iterable[int] = ()) -> None:
        """Take in what `link` returned, and forget what is not there any more."""
        for child in gone:
            parent = self._parents.pop(child, None)
            if parent is not None:
                self._children[parent].discard(child)
        for child, parent in parents.items():
            before = self._parents.get(child)
            if before is not None:
                self._children[before].discard(child)
            self._parents[child] = parent
            if parent is not None:
                self._children[parent].add(child)

    def sharing(self, hashes: Collection[int], limit: int) -> Mapping[int, Collection[int]]:
        """Return the identifiers of the wordings that have each of the hashes."""
        return {value: self._by_hash.get(value, ())[: limit + 1] for value in hashes}

    def sizes(self, identifiers: Collection[int]) -> Mapping[int, int]:
        """Return the number of words of wordings."""
        return {each: self._sizes[each] for each in identifiers if each in self._sizes}

    def wordings(self, identifiers: Collection[int]) -> Mapping[int, Wording]:
        """Return wordings."""
        return {each: self._wordings[each] for each in identifiers}

    def parents(self, identifiers: Collection[int]) -> Mapping[int, int | None]:
        """Return the parents that wordings have."""
        return {each: self._parents[each] for each in identifiers if each in self._parents}

    def children(self, identifiers: Collection[int]) -> Collection[int]:
        """Return the wordings whose parents are among these."""
        return set().union(*(self._children.get(each, set()) for each in identifiers))
