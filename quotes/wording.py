"""The words of quotes, compared: what stands in quotation marks, its normal form, its fingerprints, and how two differ.

Invariants: pure functions of their arguments; a `Word` keeps what was printed beside what is compared; forms are compared as
numbers of 24 bits, by which a database holds them in half the room (two different words have one number once in 17 million); a
gap (an ellipsis, or what an editor put in brackets) is a word whose form is empty and whose number is 0, equal to nothing, and
no fingerprint reaches over one.

The constants were measured by `python -m scripts.measure.statements` on the corpus of `scripts/make/retold.py` that rules are
made by.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from anyascii import anyascii
from rapidfuzz.distance import LCSseq

from quotes import ids

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

GRAM = 3  # words in a fingerprint
WINDOW = 3  # grams of which the least hash is kept: a common run of GRAM + WINDOW - 1 words is certain to meet
SHARED = 0.75  # of the shorter one's words stand in the longer one, in their order
FEWEST = 5  # words in common; of fewer nothing is said
NEAR = 3  # words that may stand between two runs of one stretch
STRETCH = 3  # words of a stretch that counts: "of the" stands everywhere
STRANGE = 2  # words between others that the longer one has not; of long ones such a part
STRANGE_PART = 8
SLIP = 2  # words left out inside without a sign, up to which the wording was changed, and not cut
HOLE = 0  # the number of a gap
LEFT, RIGHT = 1, 2  # gaps of either side where words are aligned
FORM_BYTES = 3
SPEAKER_BYTES = 6
ID_BITS = 63
HASH_BITS = 47  # SQLite keeps such a number in six bytes
PRIME = (1 << 61) - 1
STEP = 0x9E3779B97F4A7C15 % PRIME

GAP = re.compile(r"\[[^\[\]]{0,300}\]|\(\s*(?:\.\s*){2,}\)|(?:\.\s*){3,}|…")
CASE = re.compile(r"\[(\w)\](?=\w)")  # [W]e: only the case is the editor's
WORD = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*")
MARKED = re.compile(r"“([^“”]*)(?:”|$)|«([^«»]*)(?:»|$)|„([^„“”]*)(?:[“”]|$)|\"([^\"]*)(?:\"|$)")
SINGLE = re.compile(r"(?<!\w)[‘']((?:[^‘’']|[’'](?=\w))*)[’'](?!\w)")
LETTERS = re.compile(r"[a-z0-9]+")
SHORT_FORMS = (
    (re.compile(r"^won't$"), "will not"), (re.compile(r"^can't$"), "can not"), (re.compile(r"^cannot$"), "can not"),
    (re.compile(r"^shan't$"), "shall not"), (re.compile(r"n't$"), " not"), (re.compile(r"'re$"), " are"),
    (re.compile(r"'ll$"), " will"), (re.compile(r"'ve$"), " have"), (re.compile(r"^i'm$"), "i am"),
)


class Word(NamedTuple):
    """A word as it is printed, and the form in which it is compared ("" for a gap)."""

    printed: str
    form: str


class Difference(StrEnum):
    """How a version of a statement differs from the statement: not, by what is left out, or by its words."""

    SAME = "same"
    CUT = "cut"
    CHANGED = "changed"


class Side(StrEnum):
    """Where a piece of a comparison stands: in both versions, left out in the second, or put in by it."""

    BOTH = "both"
    LEFT_OUT = "left out"
    PUT_IN = "put in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a version leaves out of a statement and what it changes, in words."""

    difference: Difference
    left_out: int
    changed: int


class Common(NamedTuple):
    """How many words two lists have in common, and over how many stretches one of them leaps without a sign."""

    words: int
    leaps: int


class Run(NamedTuple):
    """Equal words of two lists: where they begin in each, and how many."""

    left: int
    right: int
    size: int


def inside_marks(text: str, form: str) -> str:
    """Return the words of a quote that stand in quotation marks: all of a direct one, of a mixed one what is marked.

    >>> inside_marks("that it was “no sign of neglect” and “a lie”", "mixed"), inside_marks("that he left", "indirect")
    ('no sign of neglect … a lie', '')
    """
    if form == "direct":
        return text
    if form != "mixed":
        return ""
    pieces = ["".join(filter(None, found)) for found in MARKED.findall(text)] or SINGLE.findall(text)
    return " … ".join(pieces)


def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text, without gaps at its ends.

    >>> [word.form for word in words("“[W]e don’t … pay,” [laughs]")]
    ['we', 'do', 'not', '', 'pay']
    """
    found = list(_words(CASE.sub(r"\1", unicodedata.normalize("NFKC", text))))
    while found and not found[0].form:
        del found[0]
    while found and not found[-1].form:
        del found[-1]
    return tuple(word for place, word in enumerate(found) if word.form or found[place - 1].form)


def _words(text: str) -> Iterator[Word]:
    end = 0
    # NFKC writes an ellipsis as three points, so a gap is looked for after it.
    for gap in GAP.finditer(text):
        yield from _plain_words(text[end : gap.start()])
        yield Word(gap.group() if gap.group().startswith("[") else "…", "")
        end = gap.end()
    yield from _plain_words(text[end:])


def _plain_words(text: str) -> Iterator[Word]:
    for found in WORD.finditer(text):
        printed = found.group()
        for place, form in enumerate(_forms(printed)):
            yield Word("" if place else printed, form)


@lru_cache(maxsize=200_000)
def _forms(printed: str) -> tuple[str, ...]:
    """Return what a printed word is compared by: mostly one word, of "don't" two."""
    plain = re.sub("[’ʼ`´]", "'", anyascii(printed)).casefold()
    for pattern, instead in SHORT_FORMS:
        if pattern.search(plain):
            plain = pattern.sub(instead, plain)
            break
    return tuple(LETTERS.findall(plain.replace("'", "")))


@lru_cache(maxsize=200_000)
def numbers(printed: str) -> tuple[int, ...]:
    """Return the hashes of the forms that a printed word is compared by."""
    return tuple(_word_hash(form) for form in _forms(printed))


def forms(said: Sequence[Word]) -> tuple[int, ...]:
    """Return the compared forms of words, as numbers."""
    return tuple(_form_number(word.form) if word.form else HOLE for word in said)


@lru_cache(maxsize=500_000)
def _form_number(form: str) -> int:
    return _word_hash(form) % ((1 << 8 * FORM_BYTES) - RIGHT - 1) + RIGHT + 1


def speaker_number(speaker_id: str) -> int:
    """Return the number by which a wording names a speaker."""
    return int(ids.digest("speaker of a wording", speaker_id), 16) >> (64 - 8 * SPEAKER_BYTES)


def length(compared: Sequence[int]) -> int:
    """Return the number of words without gaps."""
    return sum(map(bool, compared))


def packed(numbers: Iterable[int], width: int = FORM_BYTES) -> bytes:
    r"""Return numbers as bytes, each as many as `width`, from which `unpacked` gives them back.

    >>> packed((7, 0, 300)), unpacked(b"\0\0\x07\0\0\0\0\x01,")
    (b'\x00\x00\x07\x00\x00\x00\x00\x01,', (7, 0, 300))
    """
    return b"".join(number.to_bytes(width, "big") for number in numbers)


def unpacked(held: bytes, width: int = FORM_BYTES) -> tuple[int, ...]:
    """Return the numbers that `packed` made bytes of."""
    return tuple(int.from_bytes(held[at : at + width], "big") for at in range(0, len(held), width))


def wording_id(compared: Sequence[int], speakers: Collection[int]) -> int:
    """Return the identifier of a wording, a number below 2 ** 63: it follows from words and speakers."""
    return int(ids.digest("wording", sorted(speakers), packed(compared).hex()), 16) >> (64 - ID_BITS)


def statement_id(root: int) -> str:
    """Return the identifier of the statement whose longest wording this is.

    >>> statement_id(255)
    '00000000000000ff'
    """
    return f"{root:016x}"


def root_of(identifier: str) -> int | None:
    """Return the wording that a statement's identifier names, or None if it is none.

    >>> root_of("00000000000000ff"), root_of("nonsense"), root_of("ffffffffffffffff")
    (255, None, None)
    """
    if len(identifier) != ID_BITS // 4 + 1 or not set(identifier) <= set("0123456789abcdef"):
        return None
    number = int(identifier, 16)
    return number if number < 1 << ID_BITS else None


@lru_cache(maxsize=50_000)
def fingerprints(compared: tuple[int, ...], gram: int = GRAM, window: int = WINDOW) -> frozenset[int]:
    """Return the winnowed hashes of all runs of some words: of each window of neighbours the least.

    Source: Schleimer, Wilkerson & Aiken, "Winnowing: local algorithms for document fingerprinting", 2003.
    """
    kept: set[int] = set()
    for stretch in _stretches(compared):
        hashes = gram_hashes(stretch, gram)
        if hashes:
            kept.update(min(hashes[at : at + window]) for at in range(max(1, len(hashes) - window + 1)))
    return frozenset(kept)


def _stretches(compared: Sequence[int]) -> Iterator[Sequence[int]]:
    start = 0
    for place, number in enumerate(compared):
        if number == HOLE:
            yield compared[start:place]
            start = place + 1
    yield compared[start:]


def gram_hashes(compared: Sequence[int], gram: int) -> list[int]:
    """Return the hash of each run of so many words, in their order; the same on every machine."""
    values = [number * STEP % PRIME for number in compared]
    for place in range(1, gram):
        values = [(value + number) * STEP % PRIME for value, number in zip(values, compared[place:], strict=False)]
    return [value >> (61 - HASH_BITS) for value in values]


@lru_cache(maxsize=500_000)
def _word_hash(form: str) -> int:
    return int.from_bytes(blake2b(form.encode(), digest_size=8).digest(), "big") % PRIME


def needed(shorter: int) -> int:
    """Return how many words two versions must have in common, of which the shorter one has so many."""
    return max(FEWEST, math.ceil(SHARED * shorter))


def common(shorter: Sequence[int], longer: Sequence[int]) -> Common | None:
    """Return what one list of words has in common with another, in the same order; None if that is too little.

    >>> common(forms(words("The water is rising every day now")), forms(words("so the water is rising by the day now")))
    Common(words=6, leaps=0)
    """
    least = needed(length(shorter))
    if LCSseq.similarity(_unequal(shorter), _unequal(longer, RIGHT), score_cutoff=least) < least:
        return None
    found = runs(shorter, longer)
    total = sum(run.size for run in found)
    if total < least:
        return None
    strange = length(shorter[found[0].left : _end(found[-1]).left]) - total
    if strange > max(STRANGE, length(shorter) // STRANGE_PART):
        return None
    return Common(total, sum(_is_leap(shorter, longer, *pair) for pair in pairwise(found)))


def _is_leap(shorter: Sequence[int], longer: Sequence[int], before: Run, after: Run) -> bool:
    """Say whether words are left out between two runs, more than by a slip and without a sign of it."""
    left, right = shorter[_end(before).left : after.left], longer[_end(before).right : after.right]
    return HOLE not in left and HOLE not in right and len(right) - len(left) > NEAR


def runs(left: Sequence[int], right: Sequence[int]) -> list[Run]:
    """Return the runs of equal words of two lists, in their order: those that stand in a stretch of some length.

    A stretch is made of runs with few words between them.
    """
    blocks = [
        Run(block.a, block.b, block.size)
        for block in LCSseq.editops(_unequal(left), _unequal(right, RIGHT)).as_matching_blocks() if block.size
    ]
    kept: list[Run] = []
    stretch: list[Run] = []
    for run in blocks:
        if stretch and max(run.left - _end(stretch[-1]).left, run.right - _end(stretch[-1]).right) > NEAR:
            kept += _counting(stretch)
            stretch = []
        stretch.append(run)
    return kept + _counting(stretch)


def _unequal(compared: Sequence[int], mark: int = LEFT) -> list[int]:
    """Return the forms with gaps that equal none of the other side."""
    return [number or mark for number in compared]


def _end(run: Run) -> Run:
    return Run(run.left + run.size, run.right + run.size, 0)


def _counting(stretch: list[Run]) -> list[Run]:
    return stretch if sum(run.size for run in stretch) >= STRETCH else []


def compare(statement: Sequence[int], version: Sequence[int]) -> Comparison:
    """Say how a version differs from a statement.

    Words that the version puts in or puts in the place of others are changed; so are one or two that it leaves out inside
    without a sign of it. More than that, left out anywhere, is a cut; so is a version that goes on where the statement ends.

    >>> compare(forms(words("We will not pay for it")), forms(words("we will pay for it"))).difference.value
    'changed'
    """
    left_out = changed = more = 0
    for before, after in _between(statement, version):
        missing, extra = statement[before.left : after.left], version[before.right : after.right]
        lost, added = length(missing), length(extra)
        at_end = not before.size or not after.size
        if at_end:
            changed += added if added <= SLIP else 0
            more += added if added > SLIP else 0
            left_out += lost
        elif HOLE in missing:
            more += added
        elif added:
            changed += added
            left_out += max(0, lost - added)
        elif HOLE not in extra and lost <= SLIP:
            changed += lost
        else:
            left_out += lost
    difference = Difference.CHANGED if changed else Difference.CUT if left_out or more else Difference.SAME
    return Comparison(difference=difference, left_out=left_out, changed=changed)


def _between(left: Sequence[int], right: Sequence[int]) -> Iterator[tuple[Run, Run]]:
    """Yield what stands between neighbouring runs, and at either end, as the end of one run and the beginning of the next.

    The size of both is that of the run; it is 0 where there is none.
    """
    before = Run(0, 0, 0)
    for run in runs(left, right):
        yield before, run
        before = Run(run.left + run.size, run.right + run.size, run.size)
    yield before, Run(len(left), len(right), 0)


def pieces(statement: Sequence[Word], version: Sequence[Word]) -> list[tuple[str, Side]]:
    """Return a version beside a statement as one text in pieces: what both have, what is left out, what is put in.

    >>> [(words, side.value) for words, side in pieces(words("We will never pay for it"), words("We will hardly pay for it"))]
    [('We will', 'both'), ('never', 'left out'), ('hardly', 'put in'), ('pay for it', 'both')]
    """
    found: list[tuple[str, Side]] = []
    before = Run(0, 0, 0)
    for run in (*runs(forms(statement), forms(version)), Run(len(statement), len(version), 0)):
        found.append((_printed(statement[before.left : run.left]), Side.LEFT_OUT))
        found.append((_printed(version[before.right : run.right]), Side.PUT_IN))
        found.append((_printed(version[run.right : run.right + run.size]), Side.BOTH))
        before = _end(run)
    return [(text, side) for text, side in found if text]


def _printed(said: Sequence[Word]) -> str:
    return " ".join(word.printed for word in said if word.printed)
