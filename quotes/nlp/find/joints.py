"""Words in marks that a colon or a dash joins to a name, for the rule extractor: `Ana Ruiz: "..."`, `"..." - Ana Ruiz`.

Where a tagger runs, it tags them and `link.py` joins them. Invariant: a stretch in marks is taken whole.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from quotes.nlp.component import MARKS_KEY, PARAGRAPHS_KEY, Reported, Rule, tokens_of
from quotes.nlp.find.layout import DASHES, reads_as_speech
from quotes.nlp.marks import ParagraphKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Span

MAX_NAME = 14  # tokens of a name with its role
CONFIDENCE = 0.8


def joined(doc: Doc, quotes: Sequence[Reported]) -> Iterator[Reported]:
    """Yield the quotes that a colon or a dash attributes, of the stretches in marks that no other quote has.

    Args:
        doc: a tagged Doc.
        quotes: the quotes found so far.
    """
    taken = {token for quote in quotes for token in tokens_of(quote.content)}
    paragraphs = [span for span in doc.spans.get(PARAGRAPHS_KEY, ()) if span.label_ != ParagraphKind.FURNITURE]
    starts = [span.start for span in paragraphs]
    for number, region in enumerate(doc.spans.get(MARKS_KEY, ())):
        at = bisect_right(starts, region.start) - 1
        inside = at >= 0 and region.start < paragraphs[at].end
        if inside and reads_as_speech(region) and taken.isdisjoint(range(region.start, region.end)):
            for rule, find in ((Rule.COLON, _name_before), (Rule.DASH, _name_behind)):
                if (name := find(doc, region, paragraphs, at)) is not None:
                    yield Reported(key=f"joint-{number}", content=((region.start, region.end),), source=((name.start, name.end),),
                                   rule=rule, confidence=CONFIDENCE)
                    break


def _name_before(doc: Doc, region: Span, paragraphs: Sequence[Span], at: int) -> Span | None:
    """Return the name in `Ana Ruiz: "..."`."""
    colon, paragraph = region.start - 1, paragraphs[at]
    if colon <= paragraph.start or doc[colon].text != ":":
        return None
    start = colon
    while start > paragraph.start and not doc[start - 1].is_punct and not doc[start - 1].is_space:
        start -= 1
    return _named(doc[start:colon])


def _name_behind(doc: Doc, region: Span, paragraphs: Sequence[Span], at: int) -> Span | None:
    """Return the name in `"..." - Ana Ruiz, the mayor`, on its own line too, or in a headline's `"...": Ana Ruiz`."""
    end, start = paragraphs[at].end, region.end
    if start >= end and at + 1 < len(paragraphs):
        start, end = paragraphs[at + 1].start, paragraphs[at + 1].end
        if doc[start].text not in DASHES:
            return None
    if start >= end or doc[start].text not in DASHES | {":"}:
        return None
    if doc[start].text in DASHES:
        return _named(doc[start + 1:end])
    stop = start + 1
    while stop < end and (doc[stop].pos_ in ("PROPN", "NOUN") or doc[stop].lower_ == "the"):
        stop += 1
    return _named(doc[start + 1:stop])


def _named(span: Span) -> Span | None:
    """Return a span without space and a final stop if it is short and begins with a name or a title."""
    start, end = span.start, span.end
    while start < end and span.doc[start].is_space:
        start += 1
    while start < end and (span.doc[end - 1].is_space or span.doc[end - 1].text == "."):
        end -= 1
    name = span.doc[start:end]
    return name if _is_name(name) else None


def _is_name(name: Span) -> bool:
    if not 0 < len(name) <= MAX_NAME or any(token.pos_ in ("VERB", "AUX") for token in name):
        return False
    first = name[1] if name[0].lower_ == "the" and len(name) > 1 else name[0]
    return first.text[:1].isupper() and first.pos_ in ("PROPN", "NOUN", "ADJ")
