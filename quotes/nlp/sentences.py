"""Where a sentence surely ends, from the characters alone, where a parser sees a name go on.

"... said K. Rao, the engineer. P. Menon, a rice farmer, said ..." To a small parser and to a tagger these may be one name.
Holds one pure function, `boundaries`; `marks.py` tells the parser what it says, `find/tagger.py` lets no source or cue cross
it. Abbreviations are in `data/en/finding.toml`.

Invariants: nothing here raises; a place is either a start, no start, or not spoken of; every pass is linear in the text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from quotes import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = r"[A-Z][\w’'-]*"
STOP = re.compile(r"\.[ \u00a0\n]+(?=[“‘\"]?([A-Z][\w’'-]*))")
WORD = re.compile(r"[^\s“”\"()\[\]-]+$")
LONGEST = 40  # code points of a word before a stop; a longer one is none
APOSTROPHES = str.maketrans("", "", "'’")
INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")


def boundaries(text: str, start: int, end: int) -> Iterator[tuple[int, bool]]:
    """Yield the places behind a stop of which it is sure whether a sentence starts there.

    Args:
        text: any text.
        start: offset of a paragraph's first character.
        end: offset after its last.

    Yields:
        The offset of the word (or opening mark) behind the stop, and whether a sentence starts with it.

    >>> text = "He met Gov. Ana Ruiz. Sen. Bo Lund said no."
    >>> [(text[at:at + 4], starts) for at, starts in boundaries(text, 0, len(text))]
    [('Ana ', False), ('Sen.', True), ('Bo L', False)]
    """
    for stop in STOP.finditer(text, start, end):
        word = WORD.search(text, max(start, stop.start() - LONGEST), stop.start())
        starts = _starts(text, word.group(), stop, end) if word is not None else None
        if starts is not None:
            yield stop.end(), starts


def _starts(text: str, word: str, stop: re.Match[str], end: int) -> bool | None:
    """Say whether a sentence starts behind the stop of a word, None if that is not sure."""
    words, lower = lexicon.finding(), word.casefold()
    if lower in words.before_names:
        return False
    if lower in words.behind_names or INITIALS.fullmatch(word):
        opens = stop[1] != "I" and stop[1].lower() in words.sentence_openers
        named = lower in words.behind_names and _said().match(text, stop.start(1), end) is not None
        return True if opens or named else None
    letters = word.translate(APOSTROPHES)
    return True if letters.isalpha() and len(letters) > 2 and lower not in words.abbreviations else None


@cache
def _said() -> re.Pattern[str]:
    """Return what finds a name with a verb of speech behind it: "Danforth said", "Ana Danforth, a nurse, told"."""
    verbs = "|".join(sorted({*lexicon.finding().narrated, "told"}))
    return re.compile(rf"(?:{NAME}\.? ){{0,2}}{NAME}(?:, [^,.\n]{{1,60}},)? (?:{verbs})\b")
