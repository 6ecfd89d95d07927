"""What was said, made readable: pure `str` functions over a quote's pieces.

Invariants: no word is added, taken out or changed, only marks and commas at the ends of pieces are; paragraphs stay
paragraphs; the verbatim text and its offsets stay beside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LEFT_OUT = "[...]"
PARAGRAPH = re.compile(r"\n\s*\n|\u2029")
PAIRS = {"“": "”", "«": "»", "‹": "›"}
OPENING = {close: mark for mark, close in PAIRS.items()}
STRAIGHT = '"'
MARKS = frozenset({*PAIRS, *OPENING, STRAIGHT})
CLOSING = frozenset({*OPENING, STRAIGHT, "’", "'"})
# What led to the words between two pieces; a full stop stays, and a dash may say that somebody was cut short.
DANGLING = " ,;:"
DEEPEST = 8  # marks within marks; a partner is looked for so deep
# With these a speaker and what leads to the words make no sentence: "Police according to it rained".
PREPOSITIONS = frozenset({"according", "as", "at", "by", "from", "in", "of", "on", "per", "to", "under", "with"})
IN_WORDS = {
    "say": "Said", "claim": "Claimed", "confirm": "Confirmed", "deny": "Denied", "ask": "Asked", "answer": "Answered",
    "demand": "Demanded", "urge": "Urged", "order": "Ordered", "promise": "Promised", "warn": "Warned", "accuse": "Accused",
    "criticise": "Criticised", "praise": "Praised", "apologise": "Apologised", "announce": "Announced", "agree": "Agreed",
    "refuse": "Refused", "suggest": "Suggested", "predict": "Predicted", "joke": "Joked", "show": "Showed",
}
# Acts by which nobody says that the words reported are so.
MARKED = frozenset({"ask", "deny", "refuse"})
# How a source speaks of somebody without a name: who is meant was read out of the article.
INTERPRETED = frozenset({"pronoun", "nominal"})
LONGEST_BREAK = 4  # code points, as those of two line ends of Windows
LONGEST_LEAD = 100  # code points; a cue with more behind it stands alone


def pieces_of(text: str, content: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield the pieces of a quote's text, which are joined by one space, from where they stand in the article.

    >>> list(pieces_of("“I came,” “I left.”", [(0, 9), (19, 28)]))
    ['“I came,”', '“I left.”']
    """
    place = 0
    for start, end in content:
        yield text[place : place + end - start]
        place += end - start + 1


def words_said(text: str, content: Sequence[tuple[int, int]]) -> str:
    r"""Return what was said for readers: marks paired, no dangling comma, paragraphs kept, pieces joined with [...].

    A quotation that goes on over paragraphs opens anew in each and closes in the last, as printers have it; here each is
    closed, so that every mark has its partner.

    Args:
        text: a quote's text, its pieces joined by a space.
        content: where the pieces stand in the article (code points, half open); between two that are so near one another
            that no word has room stands the end of a paragraph alone.

    >>> words_said("“I came,” “I left.”", [(0, 9), (19, 28)])
    '“I came” [...] “I left.”'
    >>> words_said("“I came. “I left.”", [(0, 8), (10, 19)])
    '“I came.”\n\n“I left.”'
    """
    said, before = "", None
    for piece, (start, end) in zip(pieces_of(text, content), content, strict=True):
        words = _piece(piece)
        joint = "\n\n" if before is not None and start - before <= LONGEST_BREAK else f" {LEFT_OUT} "
        said, before = joint.join(filter(None, (said, words))), end
    return said


def lead(text: str, content: Sequence[tuple[int, int]], cue: Sequence[tuple[int, int]], start: int | None = None,
         source: Sequence[tuple[int, int]] = ()) -> str | None:
    """Return the words by which a text leads to what was said: "urged both sides", "did not deny", "said".

    Args:
        text: the article's text.
        content: where the words stand (code points, half open), in order.
        cue: where the words that say so stand.
        start: where what belongs to the cue begins, if that is before it ("did not").
        source: where the words that name the speaker stand: they are no part of it.

    Returns:
        All from the cue to the words where they follow it at once, else the cue; None where there is none.

    >>> lead("She urged both sides to rest.", [(21, 28)], [(4, 9)])
    'urged both sides'
    """
    if not cue:
        return None
    first, end = min(cue[0][0], cue[0][0] if start is None else start), content[0][0]
    gap = text[first:end]
    follows = cue[-1][1] <= end and len(gap) <= LONGEST_LEAD and not PARAGRAPH.search(gap)
    named = any(first < right and left < end for left, right in source)
    told = gap if follows and not named else " ".join([text[first : cue[0][1]], *(text[a:b] for a, b in cue[1:])])
    words = " ".join(told.split()).strip(' ,;:–—-"“‘«(')
    return words if any(map(str.isalnum, words)) else None


def read_from(mention: str, source: str | None, speaker: str) -> str | None:
    """Return the words of a source that were read as a speaker, a pronoun or a description; None where they name the speaker.

    >>> read_from("pronoun", "She", "Ana Ruiz"), read_from("name", "Ana Ruiz", "Ana Ruiz")
    ('She', None)
    """
    words = " ".join((source or "").split()).strip(" ,;:–—-")
    named = speaker.casefold() in words.casefold()
    return words if words and mention in INTERPRETED and not named else None


def told(speaker: str, led: str | None, words: str) -> str:
    """Return in one sentence what somebody said.

    >>> told("Jane Holloway", "denied", "that she knew"), told("Ana Ruiz", "said", "“We won”")
    ('Jane Holloway denied that she knew', 'Ana Ruiz said: “We won”')
    """
    if not led:
        return f"{speaker}: {words}"
    leading = led.lower().split()
    if leading[0] in PREPOSITIONS or leading[-1] == "by":
        return f"{speaker} ({led}): {words}"
    apart = not words[:1].islower()
    return f"{speaker} {led}{':' if apart else ''} {words}"


def in_words(act: str | None, *, negated: bool | int | None) -> str:
    """Return what a cue makes of the words, as one says it; "" where that is not known.

    >>> in_words("deny", negated=False), in_words("deny", negated=True)
    ('Denied', 'Not denied')
    """
    words = IN_WORDS.get(act or "", "")
    return f"Not {words.lower()}" if words and negated else words


def marked(act: str | None, *, negated: bool | int | None) -> str:
    """Return what to mark a quote with that is not to be read as said: a denial, a refusal, a question, what was not done."""
    return in_words(act, negated=negated) if negated or act in MARKED else ""


def share_in_marks(text: str, content: Sequence[tuple[int, int]]) -> str:
    """Return how much of a content stands in quotation marks, by its letters and digits: direct (all), mixed or indirect (none).

    A mark that is not closed holds to the end of its line, as those do that the next paragraph opens anew.

    >>> share_in_marks("He said “no” twice.", [(8, 12)]), share_in_marks("He said “no” twice.", [(8, 18)])
    ('direct', 'mixed')
    """
    start = text.rfind("\n", 0, content[0][0]) + 1
    inside, letters, depth = 0, 0, 0
    places = dict(_placed_marks(text[start : content[-1][1]]))
    for place in range(start, content[-1][1]):
        opens = places.get(place - start)
        depth = 0 if text[place] == "\n" else depth if opens is None else max(0, depth + (1 if opens else -1))
        if text[place].isalnum() and any(low <= place < high for low, high in content):
            letters += 1
            inside += depth > 0
    if not inside:
        return "indirect"
    return "direct" if inside == letters else "mixed"


def _piece(piece: str) -> str:
    paragraphs = [" ".join(part.split()) for part in PARAGRAPH.split(piece)]
    paragraphs[0] = paragraphs[0].lstrip(DANGLING)
    last = len(paragraphs) - 1
    return "\n\n".join(filter(None, (_paired(_trimmed(part) if i == last else part) for i, part in enumerate(paragraphs))))


def _trimmed(text: str) -> str:
    """Return a piece without a comma at its end, also one that stands before its closing marks."""
    end = len(text)
    while end and text[end - 1] in CLOSING:
        end -= 1
    words = text[:end].rstrip(DANGLING)
    return words + text[end:] if any(map(str.isalnum, words)) else text


def _paired(text: str) -> str:
    """Return a text with the partners of its marks: those it lacks stand at its beginning and its end.

    >>> _paired("a fool” and “a liar")
    '“a fool” and “a liar”'
    """
    before, behind = list[str](), list[str]()
    for mark, opens in _marks(text):
        opening, closing = (mark, PAIRS.get(mark, mark)) if opens else (OPENING.get(mark, mark), mark)
        if opens:
            behind.append(closing)
        elif behind:  # its own partner, else the innermost of another kind: “It rained"
            depth = next((depth for depth, each in enumerate(reversed(behind[-DEEPEST:]), start=1) if each == closing), 1)
            del behind[-depth]
        else:
            before.append(opening)
    return "".join((*reversed(before), text, *reversed(behind)))


def _marks(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the marks of a text and whether each opens; straight ones do where a word begins behind them.

    A straight mark behind a number that nothing opened is an inch: 'a 6" pipe'.
    """
    return ((text[place], opens) for place, opens in _placed_marks(text))


def _placed_marks(text: str) -> Iterator[tuple[int, bool]]:
    """Yield where the marks of a text stand and whether each opens."""
    is_open = False
    for place, char in enumerate(text):
        if char == STRAIGHT:
            before, behind = text[place - 1 : place] if place else " ", text[place + 1 : place + 2]
            opens = (before.isspace() or before in "([—–-“‘") and bool(behind) and not behind.isspace()
            if opens or is_open or not before.isdigit():
                is_open = opens
                yield place, opens
        elif char in MARKS:
            yield place, char in PAIRS
