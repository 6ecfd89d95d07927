"""Words in marks that a colon joins to the name before, for the rule extractor: `Ana Ruiz: "..."`.

Where a tagger runs, it tags them and `link.py` joins them. Invariant: a stretch in marks is taken whole.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from quotes.nlp.component import MARKS_KEY, PARAGRAPHS_KEY, Reported, Rule, tokens_of
from quotes.nlp.find.layout import named, reads_as_speech
from quotes.nlp.marks import ParagraphKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Span

CONFIDENCE = 0.8


def joined(doc: Doc, quotes: Sequence[Reported]) -> Iterator[Reported]:
    """Yield the quotes that a colon attributes, of the stretches in marks that no other quote has.

    Args:
        doc: a tagged Doc.
        quotes: the quotes found so far.
    """
    taken = {token for quote in quotes for token in tokens_of(quote.content)}
    paragraphs = [span for span in doc.spans.get(PARAGRAPHS_KEY, ()) if span.label_ != ParagraphKind.FURNITURE]
    starts = [span.start for span in paragraphs]
    for number, region in enumerate(doc.spans.get(MARKS_KEY, ())):
        at = bisect_right(starts, region.start) - 1
        inside = at >= 0 and region.start < paragraphs[at].end and taken.isdisjoint(range(region.start, region.end))
        name = _name_before(doc, region, paragraphs[at]) if inside and reads_as_speech(region) else None
        if name is not None:
            yield Reported(key=f"joint-{number}", content=((region.start, region.end),), source=((name.start, name.end),),
                           rule=Rule.COLON, confidence=CONFIDENCE)


def _name_before(doc: Doc, region: Span, paragraph: Span) -> Span | None:
    """Return the name in `Ana Ruiz: "..."`."""
    colon = region.start - 1
    if colon <= paragraph.start or doc[colon].text != ":":
        return None
    start = colon
    while start > paragraph.start and not doc[start - 1].is_punct and not doc[start - 1].is_space:
        start -= 1
    return named(doc[start:colon])
