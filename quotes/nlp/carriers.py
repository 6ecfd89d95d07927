"""Whose words an agency passes on: `AFP reported Erdogan as saying` is a quote of Erdogan.

Holds the spaCy component `quotes_carriers`, which runs behind the extractor and hands quotes from those who only pass words
on to those who said them. Invariant: it changes source and cue, and takes both out of the content; it makes no quotes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Span, SpanGroup

from quotes.nlp import cues

if TYPE_CHECKING:
    from spacy.tokens import Doc

QUOTES_KEY = "quotes"
CARRYING = frozenset({"report", "quote", "cite", "describe", "say", "show", "record"})
WITHOUT_AS = frozenset({"quote", "cite"})  # "quoted officials describing ..."
MAX_NAME = 14  # tokens between the carrier's verb and the speaker's


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What stands between a carrier's verb and the words: token ranges of the speaker and of the speaker's verb."""

    source: tuple[int, int]
    cue: tuple[int, int]
    verb: int


def carried(doc: Doc, verb: int) -> Carried | None:
    """Return whose words the verb at a token passes on, or None if it passes on nobody's.

    Args:
        doc: a tagged Doc.
        verb: the token of the carrier's verb ("reported").
    """
    speech = cues.load().verbs
    end = min(verb + MAX_NAME, len(doc))
    for at in range(verb + 2, end):
        token = doc[at]
        if token.is_space or token.text in ".;:?!" or token.is_quote:
            return None
        if token.tag_ != "VBG" or token.lemma_.lower() not in speech:
            continue
        has_as = doc[at - 1].lower_ == "as"
        if not has_as and doc[verb].lemma_.lower() not in WITHOUT_AS:
            return None
        name = doc[verb + 1:at - has_as]
        named = any(t.pos_ in ("PROPN", "NOUN", "PRON") for t in name) and not any(t.pos_ == "VERB" for t in name)
        return Carried(source=(name.start, name.end), cue=(at, at + 1), verb=verb) if named else None
    return None


@Language.factory(
    "quotes_carriers", default_config={"spans_key": QUOTES_KEY}, assigns=["doc.spans"], requires=["doc.spans", "token.tag"],
)
def make_carriers(nlp: Language, name: str, spans_key: str) -> Carriers:
    """Make the component that hands quotes from agencies to speakers; put it behind the extractor.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
        spans_key (str): key of `doc.spans` of the quotes.
    RETURNS (Carriers): the component.
    """
    del nlp
    return Carriers(name=name, spans_key=spans_key)


class Carriers:
    """Gives quotes that an agency passes on to their speakers."""

    def __init__(self, *, name: str = "quotes_carriers", spans_key: str = QUOTES_KEY) -> None:
        self.name = name
        self.spans_key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a Doc."""
        self.set_annotations(doc, self.match(doc))
        return doc

    def match(self, doc: Doc) -> dict[str, Carried]:
        """Return by span_id the quotes that are passed on, changing nothing."""
        found = {}
        for span in doc.spans.get(self.spans_key, ()):
            verbs = [t.i for t in span if t.lemma_.lower() in CARRYING] if span.label_ == "CUE" else []
            if verbs and (passed := carried(doc, verbs[-1])):
                found[span.id_] = passed
        return found

    def set_annotations(self, doc: Doc, found: dict[str, Carried]) -> None:
        """Write the speakers' own source and cue, and take both out of the contents."""
        if not found:
            return
        group = doc.spans[self.spans_key]
        spans = []
        for span in group:
            passed = found.get(span.id_)
            if passed is None:
                spans.append(span)
            elif span.label_ == "CONTENT":
                spans += _without(span, (passed.verb, passed.cue[1]))
        for key, passed in found.items():
            spans.append(Span(doc, *passed.source, label="SOURCE", span_id=key))
            spans.append(Span(doc, *passed.cue, label="CUE", span_id=key))
        doc.spans[self.spans_key] = SpanGroup(doc, name=self.spans_key, spans=spans, attrs=dict(group.attrs))


def _without(span: Span, hole: tuple[int, int]) -> list[Span]:
    """Return what is left of a span outside a range of tokens, without punctuation at the new ends."""
    left = [(span.start, min(span.end, hole[0])), (max(span.start, hole[1]), span.end)]
    if span.end <= hole[0] or span.start >= hole[1]:
        return [span]
    return [Span(span.doc, start, end, label=span.label, span_id=span.id_) for start, end in left if start < end]
