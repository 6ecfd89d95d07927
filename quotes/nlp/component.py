"""What the components of the pipeline share: the keys of `doc.spans`, the shape of a quote inside a Doc, and what a step is.

A quote is a `Reported`. In a Doc it lies in `doc.spans["quotes"]` as spans (label: CONTENT, CUE or SOURCE; span_id: the
quote's key) with `attrs[key] = {"rule", "confidence", "kind", "act", "negated"}`; only `read_quotes` and `write_quotes` know
that form.

Invariants: a step's `match` changes nothing; what `write_quotes` wrote `read_quotes` returns, in the same order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from spacy.tokens import Span, SpanGroup

from quotes.records import Act, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Doc, Token

PARAGRAPHS_KEY = "quotes_paragraphs"
MARKS_KEY = "quotes_marks"
TAGS_KEY = "quotes_tags"
QUOTES_KEY = "quotes"
MENTIONS_KEY = "quotes_mentions"
NAMES_KEY = "quotes_names"
PERSON, BODY, PLACE, OTHER = NAME_KINDS = ("PERSON", "BODY", "PLACE", "OTHER")

SOURCE, CUE, CONTENT = "SOURCE", "CUE", "CONTENT"

Range = tuple[int, int]
Found = TypeVar("Found")


class Rule(StrEnum):
    """What found a quote. Ask it what follows from that; its text is for readers."""

    LINKED = "linked"
    SOURCELESS = "sourceless"
    BESIDE = "beside"
    CONTINUED = "continued"
    SECOND = "ends.second"
    INTERRUPTED = "ends.interrupted"
    OUTER_CLAUSE = "outermost.clause"
    OUTER_PHRASE = "outermost.phrase"
    TURN = "layout.turn"
    ANSWER = "layout.answer"
    BLOCK = "layout.block"
    POST = "layout.post"
    SIGNED = "layout.signed"
    COLON = "layout.colon"
    DASH = "layout.dash"
    ALONE = "layout.alone"
    BY_CLAUSE = "rules.clause"
    BY_INFINITIVE = "rules.infinitive"
    BY_NOUN = "rules.noun"
    BY_OBJECT = "rules.object"
    BY_PHRASE = "rules.phrase"
    BY_PREPOSITION = "rules.preposition"
    BY_REST = "rules.rest"
    BY_MARKS = "rules.beside"
    UNKNOWN = "unknown"

    @property
    def is_laid_out(self) -> bool:
        """Whether the page's layout alone says that somebody speaks."""
        return self in LAID_OUT

    @property
    def needs_no_marks(self) -> bool:
        """Whether all of the content is somebody's own words, in quotation marks or not."""
        return self in {Rule.TURN, Rule.POST}

    @property
    def answers(self) -> bool:
        """Whether the quote is an answer to an interviewer who stands in a paragraph before it."""
        return self is Rule.ANSWER

    @property
    def goes_on(self) -> bool:
        """Whether the quote goes on from one before it."""
        return self is Rule.CONTINUED

    @property
    def stands_beside(self) -> bool:
        """Whether nothing but its place joins the quote to its source."""
        return self is Rule.BESIDE


LAID_OUT = frozenset({Rule.TURN, Rule.ANSWER, Rule.BLOCK, Rule.POST, Rule.SIGNED, Rule.COLON, Rule.DASH, Rule.ALONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One quote of a Doc; ranges are half open and count tokens.

    Args:
        key: its name in the Doc.
        content: the pieces of what was said.
        cue: the pieces of what says that somebody said it; none in a turn or an answer.
        source: the pieces of what names who said it; none where nobody is named.
        rule: what found it.
        confidence: how likely it is right, from 0 to 1; None if nothing says so.
        kind: speech or attitude; None before that is decided.
        act: what the cue makes of the words; None before that is decided.
        negated: whether the text says that this was not done.
    """

    key: str
    content: tuple[Range, ...]
    cue: tuple[Range, ...] = ()
    source: tuple[Range, ...] = ()
    rule: Rule = Rule.UNKNOWN
    confidence: float | None = None
    kind: Kind | None = None
    act: Act | None = None
    negated: bool = False

    @property
    def pieces(self) -> tuple[Range, ...]:
        """All its ranges."""
        return (*self.content, *self.cue, *self.source)


def tokens_of(pieces: Iterable[Range]) -> Iterator[int]:
    """Yield the numbers of the tokens in some ranges."""
    return (token for start, end in pieces for token in range(start, end))


def spans_of(doc: Doc, pieces: Iterable[Range]) -> tuple[Span, ...]:
    """Return some ranges as spans of a Doc."""
    return tuple(doc[start:end] for start, end in pieces)


def name_kind(token: Token) -> str:
    """Return which of `NAME_KINDS` the name is that a token is part of, "" if it is part of none."""
    names = token.doc.spans.get(NAMES_KEY)
    if not names:
        return ""
    at = bisect_right(names, token.i, key=lambda name: name.start) - 1
    return str(names[at].label_) if at >= 0 and token.i < names[at].end else ""


def name_kinds(doc: Doc) -> list[str]:
    """Return `name_kind` of every token of a Doc."""
    kinds = [""] * len(doc)
    for name in doc.spans.get(NAMES_KEY, ()):
        kinds[name.start : name.end] = [name.label_] * len(name)
    return kinds


def read_quotes(doc: Doc) -> list[Reported]:
    """Return the quotes of a Doc in the order in which they were written."""
    group = doc.spans.get(QUOTES_KEY)
    if group is None:
        return []
    pieces: dict[str, dict[str, list[Range]]] = {}
    for span in group:
        labels = pieces.setdefault(span.id_, {CONTENT: [], CUE: [], SOURCE: []})
        labels[span.label_].append((span.start, span.end))
    return [_quote(key, labels, group.attrs.get(key, {})) for key, labels in pieces.items()]


def _quote(key: str, labels: dict[str, list[Range]], attrs: dict[str, Any]) -> Reported:
    kind, act = attrs.get("kind"), attrs.get("act")
    return Reported(
        key=key, content=tuple(labels[CONTENT]), cue=tuple(labels[CUE]), source=tuple(labels[SOURCE]),
        rule=Rule(attrs.get("rule", Rule.UNKNOWN)), confidence=attrs.get("confidence"), kind=None if kind is None else Kind(kind),
        act=None if act is None else Act(act), negated=attrs.get("negated", False),
    )


def write_quotes(doc: Doc, quotes: Iterable[Reported]) -> None:
    """Make some quotes those of a Doc, in the place of any it had."""
    spans: list[Span] = []
    attrs: dict[str, dict[str, Any]] = {}
    for quote in quotes:
        for label, pieces in ((CONTENT, quote.content), (CUE, quote.cue), (SOURCE, quote.source)):
            spans += [Span(doc, *piece, label=label, span_id=quote.key) for piece in pieces]
        attrs[quote.key] = {"rule": str(quote.rule), "confidence": quote.confidence}
        if quote.kind is not None:
            attrs[quote.key]["kind"] = str(quote.kind)
        if quote.act is not None:
            attrs[quote.key] |= {"act": str(quote.act), "negated": quote.negated}
    doc.spans[QUOTES_KEY] = SpanGroup(doc, name=QUOTES_KEY, spans=spans, attrs=attrs)


class Component(ABC, Generic[Found]):
    """A step of the pipeline: `match` says what it finds in a Doc, `set_annotations` writes that down."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a Doc."""
        self.set_annotations(doc, self.match(doc))
        return doc

    @abstractmethod
    def match(self, doc: Doc) -> Found:
        """Return what is found in a Doc, changing nothing."""

    @abstractmethod
    def set_annotations(self, doc: Doc, found: Found) -> None:
        """Write what was found."""


class QuoteStep(Component[list[Reported]]):
    """A step that makes quotes of quotes."""

    def match(self, doc: Doc) -> list[Reported]:
        """Return what the quotes of a Doc become, changing nothing."""
        return self.changed(doc, read_quotes(doc))

    @abstractmethod
    def changed(self, doc: Doc, quotes: list[Reported]) -> list[Reported]:
        """Return what some quotes of a Doc become.

        Args:
            doc: the Doc, with all that earlier components wrote.
            quotes: the quotes found so far.
        """

    def set_annotations(self, doc: Doc, found: list[Reported]) -> None:
        """Write the quotes; a Doc that had none and gets none stays as it is."""
        if found or QUOTES_KEY in doc.spans:
            write_quotes(doc, found)

