"""What the parts of coreference share while an article is read: the text, who is named, what was resolved so far.

Each part (`by_name.py`, `by_pronoun.py`, `by_description.py`, `by_body.py`, `by_document.py`) answers one kind of source;
those that it asks in turn are handed to it.

Invariants: positions are words of `Text`; joint and unnamed entities are made once and found again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import fold
from quotes.nlp.coref.candidates import Candidates
from quotes.nlp.coref.cast import Cast
from quotes.nlp.coref.entities import Anonymous, Joint
from quotes.nlp.coref.noun_phrases import NounPhrases
from quotes.nlp.coref.presence import Presence
from quotes.nlp.coref.ranker import Ranker
from quotes.nlp.coref.rules import RULES
from quotes.nlp.roles import phrases
from quotes.nlp.roles.options import UNNAMED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from quotes.nlp.coref.entities import Body, Entity, Paper, Person, Source
    from quotes.nlp.roles.chooser import Chooser
    from quotes.nlp.text import Text


class Scene:
    """The state that the parts share.

    Args:
        text: the article's words.
        sources: the sources to resolve, in text order.
        ranker: says who of several candidates is meant.
        chooser: says which phrases are roles.
        rules: the names of the rules that hold (`rules.py`).
    """

    def __init__(
        self, text: Text, sources: Sequence[Source], ranker: Ranker | None = None, chooser: Chooser | None = None, *,
        rules: Collection[str] = RULES,
    ) -> None:
        self.text = text
        self.rules = rules
        self.cast = Cast(text, chooser, rules)
        self.sources = sorted(sources, key=lambda s: (s.start, s.content))
        self.meant: dict[int, tuple[Entity | None, float]] = {}
        self.spoken: list[tuple[int, Entity]] = []
        self.issued: list[Paper] = []
        self.joints: list[Joint] = []
        self.anonymous: dict[str, Anonymous] = {}
        self.phrases = NounPhrases(text, self.cast)
        self.presence = Presence(text, self.cast, self.spoken)
        self.candidates = Candidates(text, self.cast, self.presence, self.spoken)
        self.ranker = ranker or Ranker()

    def unnamed(self, start: int, end: int) -> Anonymous:
        """Return the unnamed source of a description, the same one for the same words."""
        text = self.text
        first = start
        while first < end - 1 and text.lower[first] in {"a", "an", "the", "another", "some"}:
            first += 1
        stop = self.phrases.relative_at(first, end)
        while stop > first and text.words[stop - 1].text in {",", "--", "—"}:
            stop -= 1
        description = text.span_text(first, stop) or None
        key = fold(description or "")
        if key not in self.anonymous:
            entity = Anonymous(description)
            found = self.cast.reader.described(UNNAMED, start, end)
            entity.role = phrases.describe(text, found[0]) if found else None
            self.anonymous[key] = entity
        return self.anonymous[key]

    def joint(self, members: Sequence[Person | Body]) -> Joint:
        """Return the joint speaker of several."""
        ordered = tuple(dict.fromkeys(members))
        for joint in self.joints:
            if set(map(id, joint.members)) == set(map(id, ordered)):
                return joint
        joint = Joint(ordered)
        self.joints.append(joint)
        return joint


class Part:
    """A part of coreference: it answers one kind of source."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.text = scene.text
        self.cast = scene.cast
        self.phrases = scene.phrases
        self.presence = scene.presence
        self.words = lexicon.coreference()
