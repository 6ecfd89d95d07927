"""The records that stages hand to one another: frozen dataclasses of plain values.

The flow is `files -> Article -> Extraction(quotes, entities) -> rows`. A stage makes its own records and reads those of
the stage before; no spaCy object, parse tree or row leaves the stage that made it.

Invariants: every `CharSpan` counts Unicode code points into `Article.text`, half open; `Quote.text` is the content's
pieces, cut out of `Article.text`, joined by a space; `Quote.entity_key` names an `Entity` of the same `Extraction`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from quotes.ids import text_sha256


class Form(StrEnum):
    """How much of the content stands in quotation marks: all (direct), some (mixed), none (indirect)."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class Kind(StrEnum):
    """What was reported: speech (said or written) or an attitude (believed, wanted, intended, felt)."""

    SPEECH = "speech"
    ATTITUDE = "attitude"


class SpeakerType(StrEnum):
    """What a speaker is."""

    PERSON = "person"
    ORGANIZATION = "organization"
    GROUP = "group"
    DOCUMENT = "document"
    UNNAMED = "unnamed"


class MentionKind(StrEnum):
    """The most informative form by which the source names the speaker."""

    NAME = "name"
    SURNAME = "surname"
    PRONOUN = "pronoun"
    NOMINAL = "nominal"
    ORGANIZATION = "organization"
    NONE = "none"


class PublishedFrom(StrEnum):
    """Where the date of publication was found."""

    METADATA = "metadata"
    TEXT = "text"


class CharSpan(NamedTuple):
    """A half-open range of Unicode code points in `Article.text`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One text as one outlet published it.

    `text` is unchanged input. `published` is an ISO 8601 date (or date and time). `origin` is the path, relative where it
    was given so, or URL that the text was read from.
    """

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    author: str | None = None
    published: str | None = None
    published_from: PublishedFrom | None = None
    origin: str | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8."""
        return text_sha256(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A surface form of an entity and how often the article uses it (as a source or elsewhere)."""

    alias: str
    kind: MentionKind
    mentions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """An office or description as the article words it, the body it belongs to, and its class (data/role_classes)."""

    role: str
    affiliation: str | None = None
    role_class: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One speaker as one article knows it: the coreferent mentions behind its sources.

    `key` is unique within the article. `name` is the fullest name the article gives, without titles; for unnamed sources
    `name` is None and `description` says who ("a senior official").
    """

    key: str
    type: SpeakerType
    name: str | None = None
    description: str | None = None
    aliases: tuple[Alias, ...] = ()
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A key term (lemmas, lower case unless a name) and its weight, greater for more telling terms."""

    term: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One attribution: what was reported (content), the words that say so (cue) and who said it (source).

    `confidence` is a probability from 0 to 1 that content and source are right, or None where nothing calibrated it.
    `rule` names what decided (a rule of the extractor, or the learned tagger's linking step).
    """

    id: str
    article_id: str
    entity_key: str
    kind: Kind
    form: Form
    content: tuple[CharSpan, ...]
    cue: tuple[CharSpan, ...] = ()
    source: tuple[CharSpan, ...] = ()
    text: str
    context: str
    cue_text: str | None = None
    cue_lemma: str | None = None
    source_text: str | None = None
    speaker: str | None = None
    speaker_type: SpeakerType
    mention: MentionKind
    role: str | None = None
    roles: tuple[str, ...] = ()
    affiliation: str | None = None
    confidence: float | None = None
    rule: str
    terms: tuple[Term, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the quote as `quotes extract` prints it, one object of an article's `quotes`."""
        return {
            "id": self.id,
            "kind": str(self.kind),
            "form": str(self.form),
            "content": [list(span) for span in self.content],
            "cue": [list(span) for span in self.cue],
            "source": [list(span) for span in self.source],
            "text": self.text,
            "speaker": self.speaker,
            "speaker_type": str(self.speaker_type),
            "mention": str(self.mention),
            "role": self.role,
            "roles": list(self.roles),
            "affiliation": self.affiliation,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything found in one article."""

    article: Article
    quotes: tuple[Quote, ...] = ()
    entities: tuple[Entity, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the article with its quotes as `quotes extract` prints it, one object a line."""
        article = self.article
        return {
            "id": article.id,
            "title": article.title,
            "outlet": article.outlet,
            "published": article.published,
            "text": article.text,
            "quotes": [quote.as_json() for quote in self.quotes],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What made rows: code version, language model, tagger and settings; equal runs are one."""

    id: str
    version: str
    model: str
    tagger: str
    settings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An input that could not be used: where, at which stage, and why."""

    origin: str
    stage: str
    error: str
