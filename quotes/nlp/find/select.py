"""Which of the quotes found are given: speech or also attitudes, and from which confidence on.

Holds the spaCy component `quotes_select`, the last step over `doc.spans["quotes"]`. Invariant: it drops whole quotes, never
a span of one that stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language

from quotes.nlp.component import QuoteStep, Reported
from quotes.records import Kind

if TYPE_CHECKING:
    from spacy.tokens import Doc


@Language.factory(
    "quotes_select", default_config={"attitudes": False, "min_confidence": 0.0}, assigns=["doc.spans"], requires=["doc.spans"],
)
def make_select(nlp: Language, name: str, attitudes: bool, min_confidence: float) -> Select:  # noqa: FBT001  spaCy's signature
    """Make the component that drops quotes nobody asked for; put it behind `quotes_kinds`.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
        attitudes (bool): keep attitudes as well as speech.
        min_confidence (float): the least confidence to keep (0 to 1); quotes without one stay.
    RETURNS (Select): the component.
    """
    del nlp
    return Select(name, attitudes=attitudes, min_confidence=min_confidence)


class Select(QuoteStep):
    """Keeps the quotes of the kinds and confidence asked for."""

    def __init__(self, name: str = "quotes_select", *, attitudes: bool = False, min_confidence: float = 0.0) -> None:
        super().__init__(name)
        self.attitudes = attitudes
        self.min_confidence = min_confidence

    def changed(self, doc: Doc, quotes: list[Reported]) -> list[Reported]:
        """Return the quotes to keep."""
        del doc
        return [quote for quote in quotes if self._is_wanted(quote)]

    def _is_wanted(self, quote: Reported) -> bool:
        if not self.attitudes and quote.kind is Kind.ATTITUDE:
            return False
        return quote.confidence is None or quote.confidence >= self.min_confidence
