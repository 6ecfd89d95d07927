"""Which of the quotes found are given: speech or also attitudes, and from which confidence on.

Holds the spaCy component `quotes_select`, the last step over `doc.spans["quotes"]`. Invariant: it drops whole quotes, never
a span of one that stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import SpanGroup

from quotes.nlp.keys import QUOTES_KEY
from quotes.records import Kind

if TYPE_CHECKING:
    from spacy.tokens import Doc



@Language.factory(
    "quotes_select",
    default_config={"attitudes": False, "min_confidence": 0.0, "spans_key": QUOTES_KEY},
    assigns=["doc.spans"],
    requires=["doc.spans"],
)
def make_select(nlp: Language, name: str, attitudes: bool, min_confidence: float,  # noqa: FBT001  spaCy's signature
                spans_key: str) -> Select:
    """Make the component that drops quotes nobody asked for; put it behind `quotes_kinds`.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
        attitudes (bool): keep attitudes as well as speech.
        min_confidence (float): the least confidence to keep (0 to 1); quotes without one stay.
        spans_key (str): key of `doc.spans` where the quotes are.
    RETURNS (Select): the component.
    """
    del nlp
    return Select(name=name, attitudes=attitudes, min_confidence=min_confidence, spans_key=spans_key)


class Select:
    """Keeps the quotes of the kinds and confidence asked for."""

    def __init__(self, *, name: str = "quotes_select", attitudes: bool = False, min_confidence: float = 0.0,
                 spans_key: str = QUOTES_KEY) -> None:
        self.name = name
        self.attitudes = attitudes
        self.min_confidence = min_confidence
        self.spans_key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a Doc."""
        self.set_annotations(doc, self.match(doc))
        return doc

    def match(self, doc: Doc) -> dict[str, Any]:
        """Return the attributes of the quotes to keep, by span_id, changing nothing."""
        return {key: quote for key, quote in doc.spans[self.spans_key].attrs.items() if self._is_wanted(quote)}

    def _is_wanted(self, quote: dict[str, Any]) -> bool:
        if not self.attitudes and quote.get("kind") == Kind.ATTITUDE:
            return False
        confidence = quote.get("confidence")
        return confidence is None or confidence >= self.min_confidence

    def set_annotations(self, doc: Doc, kept: dict[str, Any]) -> None:
        """Write the quotes that stay."""
        spans = [span for span in doc.spans[self.spans_key] if span.id_ in kept]
        doc.spans[self.spans_key] = SpanGroup(doc, name=self.spans_key, spans=spans, attrs=kept)
