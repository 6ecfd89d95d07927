"""Whom a source may mean: people and bodies that are named, the unnamed, several at once, documents; and what was found.

Invariant: a person's mentions stand in the order of the text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quotes.nlp.roles.facts import RoleText

FEMALE, MALE = "f", "m"
SURE_SEX = 1.0


@dataclass(slots=True)
class Mention:
    """One place where an article refers to a person or body: words `start` to `end`, how, and in which words."""

    start: int
    end: int
    kind: str
    text: str
    quoted: bool = False
    owner: bool = False


@dataclass(slots=True, eq=False)
class Person:
    """A person of the article: the names, mentions, roles, and what speaks for she or he.

    Args:
        sex: by titles, given name and roles.
        read_sex: by the pronouns that were read to mean this person.
    """

    number: int
    full: str
    mentions: list[Mention] = field(default_factory=list)
    roles: list[tuple[int, RoleText]] = field(default_factory=list)
    sex: dict[str, float] = field(default_factory=lambda: {FEMALE: 0.0, MALE: 0.0})
    read_sex: dict[str, float] = field(default_factory=lambda: {FEMALE: 0.0, MALE: 0.0})
    forms: Counter[str] = field(default_factory=Counter)

    def lead(self, sex: str) -> tuple[float, float]:
        """Return how much more speaks for a sex than for the other: what was stated, what pronouns showed."""
        sign = 1 if sex == FEMALE else -1
        return sign * (self.sex[FEMALE] - self.sex[MALE]), sign * (self.read_sex[FEMALE] - self.read_sex[MALE])

    @property
    def likely_sex(self) -> str:
        """Return f or m where the evidence is on one side, else ""."""
        lead = sum(self.lead(FEMALE))
        return FEMALE if lead >= SURE_SEX else MALE if lead <= -SURE_SEX else ""

    def add_mention(self, mention: Mention) -> None:
        """Note that a mention means this person."""
        self.mentions.append(mention)
        self.mentions.sort(key=lambda m: (m.start, m.end))

    def add_role(self, at: int, role: RoleText) -> None:
        """Note that the article gives this person a role at a word, behind the roles known."""
        self.roles.append((at, role))

    def latest(self, word: int, count: int = 4) -> list[Mention]:
        """Return the last mentions that end at or before a word."""
        return [m for m in self.mentions if m.end <= word][-count:]


@dataclass(slots=True, eq=False)
class Body:
    """An organisation, government or other body of the article."""

    number: int
    full: str
    mentions: list[Mention] = field(default_factory=list)
    forms: Counter[str] = field(default_factory=Counter)
    country: str | None = None
    sure: bool = False


@dataclass(slots=True, eq=False)
class Anonymous:
    """A source without a name: a description, a plural, nobody."""

    description: str | None
    type: str = "unnamed"
    mentions: list[Mention] = field(default_factory=list)
    role: RoleText | None = None


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
    role: RoleText | None = None
