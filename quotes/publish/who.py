"""Whom a visitor means by a name: in any spelling that articles have, or one that is near to it.

Names are compared folded (without case, accents and script), in memory, because a visitor's spelling has no index. Invariant:
whom a name finds follows from the database alone, and of several who are called so the one who is quoted most comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from quotes.publish.text import plain
from quotes.store.fold import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

LONGEST = 100
OTHERS = 8
NEAR = 80  # of 100, by rapidfuzz's weighted ratio: "Zelenski" is near to "Volodymyr Zelenskiy", "Smith" not to "Ana Ruiz"

SPELLINGS = """
SELECT s.id, s.name, t.quotes FROM speakers s JOIN speaker_totals t ON t.speaker_id = s.id WHERE s.type <> 'unnamed'
UNION ALL
SELECT a.speaker_id, a.alias, t.quotes FROM aliases a JOIN speakers s ON s.id = a.speaker_id
JOIN speaker_totals t ON t.speaker_id = a.speaker_id WHERE s.type <> 'unnamed'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Whom a name means: a speaker, or None; `others` are also called so, or nearly so; `is_near` says that nobody is."""

    speaker_id: str | None = None
    others: tuple[str, ...] = ()
    is_near: bool = False


class Names:
    """What the speakers of a database are called, folded, and how often each is quoted."""

    def __init__(self, spellings: Iterable[tuple[str, str, int]]) -> None:
        self._called: dict[str, dict[str, None]] = {}
        self._quotes: dict[str, int] = {}
        for speaker_id, name, quotes in spellings:
            self._quotes[speaker_id] = quotes
            if folded := fold(name):
                self._called.setdefault(folded, {})[speaker_id] = None
        self._spellings = list(self._called)

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Names:
        """Read the names from a database."""
        return cls(connection.execute(SPELLINGS).fetchall())

    def find(self, name: str) -> Found:
        """Return whom a name means: who is called so; else who has its words in a name, if that is one; else who is near.

        >>> names = Names([("a", "Ana Ruiz", 9), ("a", "Ruiz", 9), ("b", "Bo Ruiz", 2), ("c", "Ana Lind", 1)])
        >>> names.find("ruiz").speaker_id, names.find("ana").others, names.find("Anna Ruis")
        ('a', ('a', 'c'), Found(speaker_id=None, others=('a',), is_near=True))
        """
        if name in self._quotes:
            return Found(speaker_id=name)
        folded = fold(plain(name)[:LONGEST])
        if not folded:
            return Found()
        exact, words = self._in_order(self._called.get(folded, ())), set(folded.split())
        having = self._in_order(each for spelling, ids in self._called.items() if folded.split()[0] in spelling
                                and words <= set(spelling.split()) for each in ids)
        if exact or len(having) == 1:
            first, *others = dict.fromkeys((*exact, *having))
            return Found(speaker_id=first, others=tuple(others[:OTHERS]))
        if having:
            return Found(others=tuple(having[:OTHERS]))
        near = process.extract(folded, self._spellings, scorer=fuzz.WRatio, score_cutoff=NEAR, limit=4 * OTHERS)
        return Found(others=tuple(dict.fromkeys(
            each for spelling, _, _ in near for each in self._in_order(self._called[spelling])))[:OTHERS], is_near=True)

    def _in_order(self, speakers: Iterable[str]) -> list[str]:
        return sorted(dict.fromkeys(speakers), key=lambda each: (-self._quotes[each], each))
