"""The letters by which an article calls a body once it has given both: "Arden Research Organisation (ARO)".

Invariant: what only tells the country or the agency is no body's letters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quotes.nlp.coref.name_finder import Name
    from quotes.nlp.text import Text

LONGEST_ACRONYM = 10


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
