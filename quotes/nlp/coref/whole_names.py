"""Names that the network found in pieces, or not at all, made whole: nicknames, lists of fields, firms of two, metonyms.

Pure functions over the words of a text and the stretches that the network took for names. Invariant: stretches stay in the
order of the text and do not overlap; a stretch only grows, and only over words that stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import fold
from quotes.nlp.coref.rules import RULES
from quotes.nlp.text import CLOSE_MARKS, OPEN_MARKS, is_capital

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from quotes.nlp.text import Text

Span = tuple[int, int, list[float]]  # words, and how likely each kind of name is: person, body, place, other
LONGEST_NICKNAME = 3
LONGEST_ACRONYM = 10
BODY_ODDS = 0.25  # at least, of each of two names that are one firm's
A_BODY = [0.0, 1.0, 0.0, 0.0]
BESIDE_NICKNAMES = OPEN_MARKS | CLOSE_MARKS | {"(", ")"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the text: words `start` to `end` (half open), titles apart.

    Args:
        text: the name as written, without a possessive.
        kind: person, organization (places too) or other.
        honorific: the form of address before it, folded, or "".
        score: log odds that it is a person's.
        quoted: whether it stands in quotation marks.
        body: how likely it is a body's, 0 to 1.
    """

    start: int
    end: int
    text: str
    kind: str
    honorific: str = ""
    score: float = 0.0
    quoted: bool = False
    body: float = 0.0


def whole(text: Text, spans: Sequence[Span], rules: Collection[str] = RULES) -> list[Span]:
    """Return the names of a text, those in pieces made whole.

    Args:
        text: the words.
        spans: what the network took for names, in text order.
        rules: the names of the rules that hold.
    """
    found = list(spans)
    for rule, step in STEPS.items():
        found = list(step(text, found)) if rule in rules else found
    return found


def _metonyms(text: Text, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the names, with places and buildings that speak for a government, and that no longer name holds: "No 10"."""
    known, found = lexicon.metonym_words(), []
    lower = [word.rstrip(".") for word in text.lower]
    for at, word in enumerate(lower):
        names = known.get(word, ()) if is_capital(text.words[at].text) else ()
        length = next((len(name) for name in names if tuple(lower[at : at + len(name)]) == name), 0)
        if length and text.same_paragraph(at, at + length - 1) and _ends(text, at + length):
            found.append((at, at + length))
    kept = [span for span in spans if not any(start <= span[0] and span[1] <= end for start, end in found)]
    covered = {word for start, end, _ in kept for word in range(start, end)}
    added = [(start, end, A_BODY) for start, end in found if not covered & set(range(start, end))]
    yield from sorted([*kept, *added], key=lambda span: span[0])


def acronyms(text: Text, bodies: Sequence[Name]) -> Iterator[tuple[Name, str]]:
    """Yield bodies with the letters that stand in brackets right behind their names, or whose name stands behind the letters.

    Not what only tells the country or the agency: "(AP)", "(UK)".
    """
    by_start = {name.start: name for name in bodies}
    for name in bodies:
        at = name.end
        if at + 2 >= len(text) or text.words[at].text != "(" or not text.same_paragraph(name.start, at + 2):
            continue
        inner = by_start.get(at + 1)
        closed = inner is not None and inner.end < len(text) and text.words[inner.end].text == ")"
        if text.words[at + 2].text == ")" and _is_full(name) and _is_short(text.words[at + 1].text):
            yield name, text.words[at + 1].text
        elif inner is not None and closed and _is_full(inner) and _is_short(name.text):
            yield inner, name.text


def _is_full(name: Name) -> bool:
    return len(name.text.split()) > 1 and not name.text.isupper() and fold(name.text) not in lexicon.regions()


def _is_short(letters: str) -> bool:
    """Say whether a word is letters that may be a body's: most of them capitals, neither a country nor an agency."""
    known = fold(letters) in lexicon.regions() or fold(letters) in lexicon.coreference().agencies
    capitals = sum(letter.isupper() for letter in letters)
    return not known and letters.isalpha() and 2 <= len(letters) <= LONGEST_ACRONYM and capitals >= 2 and letters[0].isupper() \
        and capitals * 2 > len(letters)


def _ends(text: Text, word: int) -> bool:
    """Say whether a name does not go on at a word: not "No 10 Squadron"."""
    return word >= len(text) or not is_capital(text.words[word].text) or text.sentence[word] != text.sentence[word - 1]


def _nicknames(text: Text, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the names; what stands in marks or brackets inside of somebody's is part of it: "Rosalind (Roz) Hale"."""
    held: list[Span] = []
    for span in spans:
        if held and (start := _named_around(text, held, span)) is not None:
            first = next(i for i, one in enumerate(held) if one[0] == start)
            likelier = [max(kinds) for kinds in zip(*(odds for _, _, odds in [*held[first:], span]), strict=True)]
            held[first:] = [(start, span[1], likelier)]
        else:
            held.append(span)
    yield from held


def _named_around(text: Text, before: Sequence[Span], last: Span) -> int | None:
    """Return where the name begins that ends with a stretch, if marks or brackets around a nickname are all that parts it."""
    for first in before[-1:-3:-1]:
        start, end = first[0], last[1]
        people = all(odds[0] == max(odds) for _, _, odds in (first, last))
        if not people or end - start > 4 + 2 * LONGEST_NICKNAME or text.sentence[start] != text.sentence[end - 1]:
            continue
        words = [word.text for word in text.words[start:end]]
        marks = [at for at, word in enumerate(words) if word in BESIDE_NICKNAMES]
        if len(marks) == 2 and marks[0] > 0 and marks[1] < len(words) - 1 and _is_pair(words[marks[0]], words[marks[1]]):
            inside, outside = words[marks[0] + 1 : marks[1]], words[: marks[0]] + words[marks[1] + 1 :]
            apart = not text.glued(start + marks[0]) and not text.glued(start + marks[1] + 1)
            if apart and 0 < len(inside) <= LONGEST_NICKNAME and all(map(is_capital, (*inside[:1], *outside))):
                return start
    return None


def _is_pair(opening: str, closing: str) -> bool:
    if "(" in (opening, closing) or ")" in (opening, closing):
        return (opening, closing) == ("(", ")")
    return opening in OPEN_MARKS and closing in CLOSE_MARKS


def _fields(text: Text, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the names; a body's goes on over the fields that it lists: "Department for Culture, Media and Sport"."""
    fields = lexicon.people().fields
    held: Span | None = None
    for span in spans:
        if held is not None and span[0] < held[1]:
            continue  # inside of it by now
        if held is not None:
            yield held
        held = span
        if _has_fields(text, span, fields):
            held = (span[0], _listed_end(text, span[1], fields), span[2])
    if held is not None:
        yield held


def _has_fields(text: Text, span: Span, fields: frozenset[str]) -> bool:
    """Say whether a body's name ends with a field: "Ministry of Fisheries"; its article must not name that alone."""
    start, end, odds = span
    body = odds[1] == max(odds) and end - start > 2 and bool({"of", "for"} & set(text.lower[start:end]))
    return body and text.lower[end - 1] in fields


def _listed_end(text: Text, end: int, fields: frozenset[str]) -> int:
    """Return where the list of fields ends that a body's name begins: commas only where an "and" closes it."""
    at, closed = end, end
    while at + 1 < len(text) and text.lower[at] in {",", "and", "&"} and text.same_paragraph(end - 1, at + 1):
        first = at + 1 + (text.lower[at] == "," and text.lower[at + 1] in {"and", "&"})
        stop = first
        while stop < len(text) and stop - first < 3 and is_capital(text.words[stop].text) and text.lower[stop] in fields:
            stop += 1
        if stop == first or not _ends(text, stop):
            break
        joined = {"and", "&"} & set(text.lower[at:first])
        at = stop
        closed = stop if joined else closed
        if joined:
            break
    return closed


def _firms(text: Text, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the names; two single words that "and" joins, and that the network half took for bodies, are one firm.

    "Marlowe and Tench said"; not where either stands alone elsewhere, or is somebody's.
    """
    counted: dict[str, int] = {}
    for start, end, _ in spans:
        for word in text.lower[start:end]:
            counted[word] = counted.get(word, 0) + 1
    held: Span | None = None
    for span in spans:
        if held is not None and _is_firm(text, held, span, counted):
            yield (held[0], span[1], A_BODY)
            held = None
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


def _is_firm(text: Text, left: Span, right: Span, counted: dict[str, int]) -> bool:
    single = left[1] - left[0] == right[1] - right[0] == 1 and right[0] == left[1] + 1
    if not single or text.lower[left[1]] != "and" or text.sentence[left[0]] != text.sentence[right[0]]:
        return False
    alone = counted[text.lower[left[0]]] == 1 and counted[text.lower[right[0]]] == 1
    doubtful = all(odds[1] >= BODY_ODDS and odds[1] + odds[0] > max(odds[2:]) for _, _, odds in (left, right))
    person = any(odds[0] > 1.0 - BODY_ODDS for _, _, odds in (left, right))
    places = (left[0], right[0])
    given = all(text.lower[at] in lexicon.given_names() for at in places)
    other = any(text.lower[at] in lexicon.regions() or text.words[at].text.isupper() for at in places)
    return alone and doubtful and not (person or given or other) and _ends(text, right[1])


STEPS: Mapping[str, Callable[[Text, Sequence[Span]], Iterator[Span]]] = {
    "metonyms": _metonyms, "nicknames": _nicknames, "fields": _fields, "firms": _firms,
}
