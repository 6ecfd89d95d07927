"""Cues that the tagger saw but gave no words: the parse gives them their clause.

"Ukraine is ready to discuss neutrality, the president said": the tagger may take the clause for an attitude of its own
("is ready") and leave "said" idle. Only the outermost attribution counts, so where an idle cue has a clause and all that was
found there lies inside it, the clause takes its place.

And attitudes that the parse joins to what was said: in "Russia said it had held talks and has decided to cut back", the
decision is a part of what Russia said, though the tagger may take it for an attitude of Russia's.

Holds the spaCy component `quotes_outermost`, behind `quotes_link`. Invariant: quotes outside of such clauses stay as they are;
one that takes the place of others is as certain as the least certain of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spacy.language import Language

from quotes import lexicon
from quotes.nlp.component import CUE, TAGS_KEY, QuoteStep, Range, Reported, Rule, tokens_of
from quotes.nlp.find.kinds import listed
from quotes.nlp.grammar import SUBJECTS, source_range, subject_of, subtree_range, trim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from spacy.tokens import Doc, Span, Token

    Outward = Callable[[Doc, list[Reported]], list[Reported]]

PRESENT = frozenset({"VBZ", "VBP"})
DECIDING = frozenset({"attitude", "agreement"})  # kinds of cues


# ---------------------------------------------------------------- clauses


def of_idle_verbs(doc: Doc, quotes: list[Reported]) -> list[Reported]:
    """Give verbs that no quote has for its cue their clause, in the place of the quotes inside it."""
    return _outermost(doc, quotes, _clause_of)


def behind_idle_phrases(doc: Doc, quotes: list[Reported]) -> list[Reported]:
    """Give phrases that no quote has for its cue the sentence that they open, in the place of the quotes inside it."""
    return _outermost(doc, quotes, _behind)


def _outermost(doc: Doc, quotes: list[Reported], find: Callable[[Span], Reported | None]) -> list[Reported]:
    used = {token for quote in quotes for token in tokens_of(quote.cue)}
    cues = (span for span in doc.spans.get(TAGS_KEY, ()) if span.label_ == CUE)
    for cue in [span for span in cues if used.isdisjoint(range(span.start, span.end))]:
        if (outer := find(cue)) is not None:
            quotes = _put(outer, _inside(outer, quotes), quotes)
    return quotes


def _clause_of(cue: Span) -> Reported | None:
    """Return the clause of a cue's verb as what its subject said; None if it lacks either."""
    verb = cue.root
    clause = next((child for child in verb.children if child.dep_ == "ccomp"), None)
    subject = subject_of(verb)
    if clause is None or subject is None or not lexicon.cues().takes(verb.lemma_.lower(), "clause"):
        return None
    source = source_range(cue.doc, subject) or (subject.i, subject.i + 1)
    content = _words_of(clause, cue, source)
    if content is None or not set(range(*source)).isdisjoint(range(*content)):
        return None
    return Reported(key="", content=(content,), cue=((cue.start, cue.end),), source=(source,), rule=Rule.OUTER_CLAUSE)


def _words_of(clause: Token, cue: Span, source: Range) -> Range | None:
    """Return a clause's words on its side of the cue and the source."""
    start, end = subtree_range(clause)
    if clause.i < cue.start:
        return trim(cue.doc, (start, min(edge for edge in (end, cue.start, source[0]) if edge > clause.i)))
    return trim(cue.doc, (max(start, cue.end), end))


def _behind(cue: Span) -> Reported | None:
    """Return the sentence that a phrase opens as what its noun said: "According to the Herald, Ruiz said that ..."."""
    noun = next((child for child in cue[-1].children if child.dep_ == "pobj"), None)
    known = tuple(token.lower_ for token in cue) in lexicon.cues().phrases
    if not known or noun is None or cue.start != cue.sent.start:
        return None
    source = source_range(cue.doc, noun) or (noun.i, noun.i + 1)
    content = trim(cue.doc, (source[1], cue.sent.end))
    if content is None:
        return None
    return Reported(key="", content=(content,), cue=((cue.start, cue.end),), source=(source,), rule=Rule.OUTER_PHRASE)


def _inside(outer: Reported, quotes: Sequence[Reported]) -> list[Reported]:
    """Return the quotes that a clause touches if all of them lie inside its content, else none."""
    content, whole = set(tokens_of(outer.content)), set(tokens_of(outer.pieces))
    touched = [quote for quote in quotes if not whole.isdisjoint(tokens_of(quote.pieces))]
    return touched if all(content.issuperset(tokens_of(quote.pieces)) for quote in touched) else []


def _put(outer: Reported, inner: Sequence[Reported], quotes: list[Reported]) -> list[Reported]:
    """Return the quotes with one in the place of some, the others in their order; those without any to replace as they are."""
    if not inner:
        return quotes
    certain = [quote.confidence for quote in inner if quote.confidence is not None]
    outer = replace(outer, key=f"outermost-{inner[0].key}", confidence=min(certain, default=None))
    return [*(quote for quote in quotes if quote not in inner), outer]


# ---------------------------------------------------------------- joined


def with_joined(doc: Doc, quotes: list[Reported]) -> list[Reported]:
    """Give what somebody said the attitude of the same source that is joined to it by "and"."""
    for own in quotes:
        joined = list(_joined(doc, own))
        outer = next((other for other in quotes if _holds(other, own, joined)), None)
        if outer is not None:
            *pieces, last = sorted(outer.content)
            whole = Reported(key="", content=(*pieces, (last[0], own.content[0][1])), cue=outer.cue[:1], source=outer.source[:1],
                             rule=Rule.OUTER_CLAUSE)
            return with_joined(doc, _put(whole, [own, outer], quotes))
    return quotes


def _joined(doc: Doc, quote: Reported) -> Iterator[Token]:
    """Yield the verbs of an attitude in one piece that are joined to another verb."""
    if quote.cue and quote.source and len(quote.content) == 1:
        for token in doc[slice(*quote.cue[0])]:
            if token.dep_ == "conj" and listed(token) in DECIDING and not _shifts_tense(token) and not _has_subject(token):
                yield token


def _shifts_tense(token: Token) -> bool:
    """Say whether a verb in the past is joined to one in the present: "said that it respects the court and declined to ..."."""
    return token.tag_ == "VBD" and token.head.tag_ in PRESENT


def _has_subject(token: Token) -> bool:
    return any(child.dep_ in SUBJECTS for child in token.children)


def _holds(outer: Reported, own: Reported, joined: Sequence[Token]) -> bool:
    """Say whether a quote before another, of the same source, holds the verb that the other's is joined to."""
    if not joined or outer.source != own.source or not outer.cue or outer.cue[0] >= own.cue[0]:
        return False
    return not {token.head.i for token in joined}.isdisjoint(tokens_of(outer.content))


STEPS: tuple[Outward, ...] = (of_idle_verbs, behind_idle_phrases, with_joined)


# ---------------------------------------------------------------- spaCy


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
    """Gives idle cues their clause, in the place of the quotes inside it.

    Args:
        name: the component's name.
        steps: what it does, in this order.
    """

    def __init__(self, name: str = "quotes_outermost", *, steps: Sequence[Outward] = STEPS) -> None:
        super().__init__(name)
        self.steps = steps

    def changed(self, doc: Doc, quotes: list[Reported]) -> list[Reported]:
        """Return the quotes, those inside of an idle cue's clause or joined to another one replaced by the whole."""
        for step in self.steps:
            quotes = step(doc, quotes)
        return quotes
