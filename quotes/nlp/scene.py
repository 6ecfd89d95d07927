"""What the parts of coreference share while an article is read: the text, who is named, what was resolved so far.

Holds the kinds of entities that may be behind a source (`Person` and `Body` of `clusters.py`; `Anonymous`, `Joint` and
`Paper` here), `Source` and `Attribution`, and `Scene`. Each part (`pronouns.py`, `source_names.py`, `descriptions.py`,
`bodies.py`, `papers.py`) answers one kind of source and asks the others through the scene.

Invariants: positions are words of `Text`; joint and unnamed entities are made once and found again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import fold
from quotes.nlp import roles
from quotes.nlp.clusters import Body, Cast, Mention, Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quotes.nlp.bodies import Bodies
    from quotes.nlp.descriptions import Descriptions
    from quotes.nlp.papers import Papers
    from quotes.nlp.pronouns import Pronouns
    from quotes.nlp.source_names import NamesInSources
    from quotes.nlp.words import Text


@dataclass(slots=True, eq=False)
class Anonymous:
    """A source without a name: a description, a plural, nobody."""

    description: str | None
    type: str = "unnamed"
    name: str | None = None
    mentions: list[Mention] = field(default_factory=list)
    role: roles.RoleText | None = None


@dataclass(slots=True, eq=False)
class Joint:
    """Several named speakers at once."""

    members: tuple[Person | Body, ...]
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Paper:
    """A document and who issued it, if the article says so."""

    issuer: Person | Body | Joint | None
    description: str
    mentions: list[Mention] = field(default_factory=list)


Entity = Person | Body | Anonymous | Joint | Paper


@dataclass(slots=True)
class Source:
    """One quote's source to resolve: word ranges, where its content lies, and whether it answers an interviewer."""

    quote: str
    pieces: list[tuple[int, int]]
    content: tuple[int, int]
    answers: bool = False

    @property
    def start(self) -> int:
        """The first word of the source, of the content where there is no source."""
        return self.pieces[0][0] if self.pieces else self.content[0]

    @property
    def end(self) -> int:
        """The word after the source, or the content's first where there is no source."""
        return self.pieces[-1][1] if self.pieces else self.content[0]


@dataclass(slots=True)
class Attribution:
    """What a source was resolved to, in which way and how surely."""

    entity: Entity
    mention: str
    confidence: float
    rule: str
    role: roles.RoleText | None = None


class Scene:
    """The state that the parts share, and the parts.

    Args:
        text: the article's words.
        sources: the sources to resolve, in text order.
    """

    names: NamesInSources
    pronouns: Pronouns
    descriptions: Descriptions
    bodies: Bodies
    papers: Papers

    def __init__(self, text: Text, sources: Sequence[Source]) -> None:
        self.text = text
        self.cast = Cast(text)
        self.sources = sorted(sources, key=lambda s: (s.start, s.content))
        self.meant: dict[int, tuple[Person, float]] = {}
        self.spoken: list[tuple[int, Entity]] = []
        self.issued: list[Paper] = []
        self.joints: list[Joint] = []
        self.anonymous: dict[str, Anonymous] = {}

    def unnamed(self, start: int, end: int) -> Anonymous:
        """Return the unnamed source of a description, the same one for the same words."""
        text = self.text
        first = start
        while first < end - 1 and text.lower[first] in {"a", "an", "the", "another", "some"}:
            first += 1
        stop = self.names.relative_at(first, end)
        while stop > first and text.words[stop - 1].text in {",", "--", "—"}:
            stop -= 1
        description = text.span_text(first, stop) or None
        key = fold(description or "")
        if key not in self.anonymous:
            entity = Anonymous(description)
            phrase = next(roles.noun_phrase(text, start, end), None)
            entity.role = roles.describe(text, phrase) if phrase else None
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
    """A part of coreference: it answers one kind of source and asks the others through the scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.text = scene.text
        self.cast = scene.cast
        self.words = lexicon.coreference()
