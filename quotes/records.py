"""The records that stages hand to one another: frozen dataclasses of plain values.

The flow is `files -> Article -> Extraction(quotes, entities) -> rows`. A stage makes its own records and reads those of
the stage before; no spaCy object, parse tree or row leaves the stage that made it.

Invariants: every `CharSpan` counts Unicode code points into `Article.text`, half open; `Quote.text` is the content's
pieces, cut out of `Article.text`, joined by a space; `Quote.entity_key` and `Quote.other_keys` name entities of the same
`Extraction`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from quotes.ids import text_sha256
from quotes.said import words_said

if TYPE_CHECKING:
    from collections.abc import Mapping


class Form(StrEnum):
    """How much of the content stands in quotation marks: all (direct), some (mixed), none (indirect)."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class Kind(StrEnum):
    """What was reported: speech (said or written) or an attitude (believed, wanted, intended, felt)."""

    SPEECH = "speech"
    ATTITUDE = "attitude"


class Act(StrEnum):
    """What the cue makes of the words reported: a denial, a question, a promise ...; `say` where it makes nothing more."""

    SAY = "say"
    CLAIM = "claim"
    CONFIRM = "confirm"
    DENY = "deny"
    ASK = "ask"
    ANSWER = "answer"
    DEMAND = "demand"
    URGE = "urge"
    ORDER = "order"
    PROMISE = "promise"
    WARN = "warn"
    ACCUSE = "accuse"
    CRITICISE = "criticise"
    PRAISE = "praise"
    APOLOGISE = "apologise"
    ANNOUNCE = "announce"
    AGREE = "agree"
    REFUSE = "refuse"
    SUGGEST = "suggest"
    PREDICT = "predict"
    JOKE = "joke"
    SHOW = "show"


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
    PAGE = "page"
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
    language: str | None = None
    reader: str | None = None
    mended: str | None = None
    input_sha256: str | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8."""
        return text_sha256(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownInput:
    """An input that was read whole: its bytes, how it was read, and the articles it gave.

    `name` is a file's name without its folder (wherever it lies, it gives the same articles), or an address. `etag` and
    `last_modified` are what the sender of an address said to ask with the next time.
    """

    name: str
    sha256: str
    reading: str
    articles: tuple[str, ...]
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A surface form of an entity and how often the article uses it (as a source or elsewhere)."""

    alias: str
    kind: MentionKind
    mentions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """An office or description as the article words it, the body it belongs to, and its class (data/en/role_classes.toml)."""

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

    `confidence` is a probability from 0 to 1 that content, cue and source are right, `speaker_confidence` that the speaker is,
    given those; None where nothing calibrated it.
    `rule` names what decided (a rule of the extractor, or the learned tagger's linking step). `act` is what the cue makes
    of the words; `negated` says that the article reports it as *not* done. `lead` is how the article leads to the words.

    Several may speak at once ("Ann Lee and Bo Dahl said"): `speakers` are their names in the article's order, `entity_key` is
    the first's entity, `other_keys` those of the others; `speaker` is the names joined by "; ", of type group if several.
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
    act: Act = Act.SAY
    negated: bool = False
    lead: str | None = None
    speaker_confidence: float | None = None
    speakers: tuple[str, ...] = ()
    other_keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Take a single speaker for all there are."""
        if self.speaker and not self.speakers:
            object.__setattr__(self, "speakers", (self.speaker,))

    @property
    def entity_keys(self) -> tuple[str, ...]:
        """The entities of all speakers, the first one's first."""
        return (self.entity_key, *self.other_keys)

    @property
    def words_said(self) -> str:
        """What was said, for readers: pieces joined with [...], marks paired, no dangling comma."""
        return words_said(self.text, self.content)

    def as_json(self) -> dict[str, Any]:
        """Return the quote as `quotes extract` prints it, one object of an article's `quotes`."""
        return {
            "id": self.id,
            "kind": str(self.kind),
            "form": str(self.form),
            "act": str(self.act),
            "negated": self.negated,
            "content": [list(span) for span in self.content],
            "cue": [list(span) for span in self.cue],
            "source": [list(span) for span in self.source],
            "text": self.text,
            "words_said": self.words_said,
            "speaker": self.speaker,
            "speakers": list(self.speakers),
            "speaker_type": str(self.speaker_type),
            "mention": str(self.mention),
            "role": self.role,
            "roles": list(self.roles),
            "affiliation": self.affiliation,
            "confidence": self.confidence,
            "speaker_confidence": self.speaker_confidence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything found in one article; `furniture` is what of its text belongs to the site, not to the story."""

    article: Article
    quotes: tuple[Quote, ...] = ()
    entities: tuple[Entity, ...] = ()
    furniture: tuple[CharSpan, ...] = ()

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


class Verdict(StrEnum):
    """What a person decided about two speakers: one, two, or not to be told."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"


class CorrectionKind(StrEnum):
    """What a person found wrong with a quote."""

    WRONG_SPEAKER = "wrong speaker"
    WRONG_SPAN = "wrong span"
    NOT_A_QUOTE = "not a quote"
    WRONG_ROLE = "wrong role"
    WRONG_AFFILIATION = "wrong affiliation"
    WRONG_ACT = "wrong act"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntity:
    """An entity as the store holds it, with what identity over articles needs to know of its article.

    `id` is `ids.digest("entity", article_id, key)`. `quotes` counts the quotes it speaks in (at least one), also with others;
    `sources` are the words that name it in full beside quotes ("Sen. Ana Ruiz, D-Nevada");
    `speaker_id` is the speaker it has now, its own `id` until resolution has given it one.
    """

    id: str
    article_id: str
    type: SpeakerType
    name: str | None = None
    description: str | None = None
    aliases: tuple[Alias, ...] = ()
    roles: tuple[Role, ...] = ()
    sources: tuple[str, ...] = ()
    published: str | None = None
    outlet_id: str | None = None
    quotes: int = 1
    speaker_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """One person, organisation, group or document over all articles, or one article's unnamed source.

    `aliases` are names only, no pronouns and no descriptions; the store adds up mentions of equal ones. For an unnamed
    source `name` is its description. `authority_id` is that of a row of the store's authorities.
    """

    id: str
    name: str
    type: SpeakerType
    authority_id: str | None = None
    aliases: tuple[Alias, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pair that resolution did not decide, for a person to judge: two speakers, or a speaker and an authority."""

    left_id: str
    right_id: str
    score: float
    reasons: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Who is who over all articles: everything that is computed from the entities and people's decisions alone.

    `assignments` gives every entity (`StoredEntity.id`) its speaker; `redirects` forwards identifiers that other names of
    a speaker would have given (or gave) to the one it has. `affiliations` gives what roles belong to, as worded, the speaker
    that it is, if it speaks. Equal entities and decisions, in any order, make equal resolutions.
    """

    speakers: tuple[Speaker, ...]
    assignments: Mapping[str, str]
    redirects: Mapping[str, str] = field(default_factory=dict)
    speaker_candidates: tuple[Candidate, ...] = ()
    authority_candidates: tuple[Candidate, ...] = ()
    affiliations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerTerm:
    """How telling a term is of a speaker: in how many of the speaker's quotes it stands, and its weight."""

    speaker_id: str
    term: str
    quotes: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A person's decision whether two speakers are one.

    `left_id` and `right_id` are identifiers of speakers, valid when it was made or later forwarded. `made_at` and
    `superseded_at` are ISO 8601 in UTC; `superseded_at` is None while the decision holds.
    """

    left_id: str
    right_id: str
    judgement: Verdict
    who: str
    made_at: str
    score: float | None = None
    reasons: str | None = None
    superseded_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A person's decision how a speaker is called; None of a build's own choices overrides it."""

    speaker_id: str
    name: str
    who: str
    made_at: str
    superseded_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where words stood in an article when a person decided on them, so that they are found again in a changed text.

    `exact` are the words ("" where they were forgotten with their article), `prefix` and `suffix` what stood around them,
    `start` and `end` code points into the text whose hash is `sha256`; `others` are digests of the article's other quotes.
    """

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    sha256: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityAnchor:
    """A speaker as an article knew it when a person decided on it, by `named_id`; `words` are digests of its quotes' words."""

    named_id: str
    entity_id: str
    key: str
    type: SpeakerType
    name: str | None = None
    description: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retype:
    """A person's decision what a speaker is; what articles make of it does not count then."""

    speaker_id: str
    type: SpeakerType
    who: str
    made_at: str
    superseded_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A person's correction of one quote: its kind, and a value where the kind needs one (the right speaker's name).

    `anchor` and `spans` say where the quote and the span that it gives stood, `id` is the stored row's; they are no part of
    what was decided.
    """

    quote_id: str
    kind: CorrectionKind
    who: str
    made_at: str
    value: str | None = None
    superseded_at: str | None = None
    id: str | None = field(default=None, compare=False)
    anchor: Anchor | None = field(default=None, compare=False)
    spans: tuple[Anchor, ...] = field(default=(), compare=False)


NOT_KNOWN = "(not known)"
"""Stands wherever attributes are counted for those of whom no list tells them; so it is no value of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """An office of an authority's person; dates are ISO 8601, or "" where not known."""

    position: str
    affiliation: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A known person or organisation of an authority file, under that file's identifier.

    `attributes` are the file's other columns as (name, value): what those who keep it say, and nobody guesses.
    """

    id: str
    name: str
    type: SpeakerType
    description: str | None = None
    origin: str | None = None
    names: tuple[str, ...] = ()
    positions: tuple[Position, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words in quotation marks as they are compared (numbers, 0 for a gap), and who says them: numbers, none without a name.

    Those who are quoted together are one wording's speakers. Days are ordinals (`date.toordinal`); None where nothing is dated.
    """

    id: int
    forms: tuple[int, ...]
    speakers: frozenset[int] = frozenset()
    first_day: int | None = None
    last_day: int | None = None

    @property
    def size(self) -> int:
        """The number of words, without gaps."""
        return sum(map(bool, self.forms))

    @property
    def order(self) -> tuple[int, int]:
        """What wordings are ordered by: a parent's is greater."""
        return (self.size, self.id)


class Basis(StrEnum):
    """What ties an article to the one that it is a copy of."""

    TEXT = "same text"
    ADDRESS = "same address"
    AGENCY = "agency"
    SHARED = "shared text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article as families are made of: its text, its hash, its canonical address, and the agency that it names, if any."""

    id: str
    text: str
    sha256: str
    address: str | None = None
    agency: str | None = None


class Tie(NamedTuple):
    """The article that an article is a copy of, and what ties it to that."""

    parent: str
    basis: Basis
