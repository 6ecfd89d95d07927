"""Cues that the tagger saw but gave no words: the parse gives them their clause.

"Ukraine is ready to discuss neutrality, the president said": the tagger may take the clause for an attitude of its own
("is ready") and leave "said" idle. Only the outermost attribution counts, so where the rule extractor finds a clause for an
idle cue and all that was found there lies inside it, the clause takes its place.

And attitudes that the parse joins to what was said: in "Russia said it had held talks and has decided to cut back", the
decision is a part of what Russia said, though the tagger may take it for an attitude of Russia's.

Holds the spaCy component `quotes_outermost`, behind `quotes_link`. Invariant: quotes outside of such clauses stay as they are.
Measured on PolNeAR's dev split: F1 of attribution +0.1, of mixed quotes +0.5, of quotes in marks +0.3.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spacy.language import Language

from quotes.nlp.component import CUE, TAGS_KEY, QuoteStep, Reported, Rule, tokens_of
from quotes.nlp.find.kinds import listed
from quotes.nlp.find.rules import Rules, confidence_of
from quotes.nlp.grammar import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

PRESENT = frozenset({"VBZ", "VBP"})
OUTER = {Rule.BY_CLAUSE: Rule.OUTER_CLAUSE, Rule.BY_PHRASE: Rule.OUTER_PHRASE}  # the rules that know where a content ends


def _has_subject(token: Token) -> bool:
    return any(child.dep_ in SUBJECTS for child in token.children)


def _shifts_tense(token: Token) -> bool:
    """Say whether a verb in the past is joined to one in the present: "said that it respects the court and declined to ..."."""
    return token.tag_ == "VBD" and token.head.tag_ in PRESENT


@Language.factory(
    "quotes_outermost", assigns=["doc.spans"], requires=["doc.spans", "token.dep", "token.lemma", "token.pos"],
)
def make_outermost(nlp: Language, name: str) -> Outermost:
    """Make the component that gives idle cues their clause; put it behind `quotes_link`.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
    RETURNS (Outermost): the component.
    """
    del nlp
    return Outermost(name)


class Outermost(QuoteStep):
    """Gives idle cues their clause, in the place of the quotes inside it."""

    def __init__(self, name: str = "quotes_outermost") -> None:
        super().__init__(name)
        self.rules = Rules()

    def changed(self, doc: Doc, quotes: list[Reported]) -> list[Reported]:
        """Return the quotes, those inside of an idle cue's clause or joined to another one replaced by the whole."""
        clauses = list(self._clauses(doc, quotes))
        gone = frozenset[str]().union(*(inner for _, inner in clauses))
        clauses += self._coordinated(doc, [quote for quote in quotes if quote.key not in gone])
        gone = frozenset[str]().union(*(inner for _, inner in clauses))
        outer = [replace(clause, key=f"outermost-{number}") for number, (clause, _) in enumerate(clauses)]
        return [*(quote for quote in quotes if quote.key not in gone), *outer]

    def _clauses(self, doc: Doc, quotes: list[Reported]) -> Iterator[tuple[Reported, frozenset[str]]]:
        """Yield clauses for idle cues with the keys of the quotes that give way."""
        taken = {quote.key: set(tokens_of(quote.pieces)) for quote in quotes}
        used = {token for quote in quotes for token in tokens_of(quote.cue)}
        idle = {token.i for span in doc.spans.get(TAGS_KEY, ()) if span.label_ == CUE for token in span} - used
        for clause in self.rules.match(doc) if idle else ():
            rule = OUTER.get(clause.rule)
            if rule is None or not clause.cue or not clause.source or idle.isdisjoint(tokens_of(clause.cue)):
                continue
            content, whole = set(tokens_of(clause.content)), set(tokens_of(clause.pieces))
            inner = frozenset(key for key, tokens in taken.items() if not tokens.isdisjoint(whole))
            if inner and all(taken[key] <= content for key in inner):
                yield replace(clause, rule=rule), inner

    def _coordinated(self, doc: Doc, quotes: list[Reported]) -> Iterator[tuple[Reported, frozenset[str]]]:
        """Yield speech together with the attitude of the same source that is joined to its content by "and"."""
        for own in quotes:
            joined = self._joined(doc, own)
            if not joined:
                continue
            for outer in quotes:
                if outer is own or outer.source != own.source or not outer.cue or outer.cue[0] >= own.cue[0]:
                    continue
                inside = set(tokens_of(outer.content))
                if any(t.head.i in inside and not _has_subject(t) for t in joined):
                    *pieces, last = sorted(outer.content)
                    whole = Reported(key="", content=(*pieces, (last[0], own.content[0][1])), cue=outer.cue[:1],
                                     source=outer.source[:1], rule=Rule.BY_CLAUSE)
                    rated = replace(whole, rule=Rule.OUTER_CLAUSE, confidence=confidence_of(doc, whole))
                    yield rated, frozenset({own.key, outer.key})

    def _joined(self, doc: Doc, quote: Reported) -> list[Token]:
        """Return the verbs of an attitude in one piece that are joined to another verb."""
        if not (quote.cue and quote.source and len(quote.content) == 1):
            return []
        verbs = (token for token in doc[slice(*quote.cue[0])] if token.dep_ == "conj")
        return [v for v in verbs if listed(v) in {"attitude", "agreement"} and not _shifts_tense(v)]
