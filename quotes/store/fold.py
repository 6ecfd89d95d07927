"""Text as people type it: plain ASCII letters, for searching and for comparing names.

Invariant: pure functions of their argument.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return the words of a text in lower-case ASCII letters and digits, joined by spaces.

    >>> fold("Mevlüt ÇAVUŞOĞLU, ısrar: Зеленський")
    'mevlut cavusoglu israr zelenskiy'
    """
    words = WORD.findall(unicodedata.normalize("NFC", text))
    return " ".join(part for word in words for part in WORD.findall(anyascii(word).replace("'", "").lower()))


def search_fold(text: str) -> str | None:
    """Return a text folded, or None where the search index folds it to the same words by itself.

    The index's tokenizer (unicode61 remove_diacritics 2) strips diacritics, no more: it knows Çavuşoğlu by "cavusoglu",
    but not ısrar by "israr", Łukasz by "lukasz" or Зеленський by "zelenskiy".

    >>> search_fold("Çavuşoğlu said so"), search_fold("Israr etti"), search_fold("ısrar etti")
    (None, None, 'israr etti')
    """
    if text.isascii():
        return None
    words = WORD.findall(unicodedata.normalize("NFC", text))
    return None if all(word.isascii() or _is_folded_by_index(word) for word in words) else fold(text)


@lru_cache(maxsize=50_000)
def _is_folded_by_index(word: str) -> bool:
    letters = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    return fold(word) == " ".join(WORD.findall(letters.lower()))


def search_names(name: str, aliases: list[str]) -> str:
    """Return what full-text search finds a speaker by: the name, its aliases, and their folded forms.

    >>> search_names("Łukasz Kot", ["Kot", "Lukasz Kot"])
    'Łukasz Kot / Kot / Lukasz Kot / lukasz kot'
    """
    names = [name, *sorted({*aliases} - {name})]
    folded = {form for form in map(search_fold, names) if form is not None}
    return " / ".join([*names, *sorted(folded)])
