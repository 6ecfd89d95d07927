"""The words that signal a quote, read from `data/cues.toml` once a process.

Invariant: lemmas are lower case. What they say here is grammar; whether a quote is speech, `kinds.py` decides.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

CLASSES = ("clause", "marks_only", "infinitive", "object", "preposition", "noun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Lemmas by what they take (a clause, an infinitive, ...), and phrases; speech and attitude apart."""

    speech: dict[str, frozenset[str]]
    attitude: dict[str, frozenset[str]]
    phrases: tuple[tuple[str, ...], ...]

    def takes(self, lemma: str, construction: str) -> bool:
        """Say whether a lemma takes a construction ("clause", "infinitive", ...)."""
        return lemma in self.speech[construction] or lemma in self.attitude[construction]

    @property
    def verbs(self) -> frozenset[str]:
        """Every verb that may stand beside a quote in marks."""
        return frozenset().union(*(self.speech[name] for name in ("clause", "marks_only", "infinitive", "object")))


@cache
def load() -> Cues:
    """Return the cue words shipped with the package."""
    table = tomllib.loads(resources.files("quotes.data").joinpath("cues.toml").read_text(encoding="utf-8"))
    lists = {kind: {name: frozenset(table[kind].get(name, "").split()) for name in CLASSES}
             for kind in ("speech", "attitude")}
    phrases = tuple(tuple(phrase.split()) for phrase in table["speech"]["phrase"])
    return Cues(speech=lists["speech"], attitude=lists["attitude"], phrases=phrases)
