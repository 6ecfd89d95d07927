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

from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Span, SpanGroup

from quotes.nlp.grammar import SUBJECTS
from quotes.nlp.keys import QUOTES_KEY, TAGS_KEY
from quotes.nlp.kinds import listed, read_cue_words
from quotes.nlp.rules import Found, Rules, confidence_of
from quotes.nlp.tagger import CONTENT, CUE, SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

PRESENT = frozenset({"VBZ", "VBP"})
CLAUSES = frozenset({"clause", "phrase"})  # the rules that know where a content ends


def _has_subject(token: Token) -> bool:
    return any(child.dep_ in SUBJECTS for child in token.children)


def _shifts_tense(token: Token) -> bool:
    """Say whether a verb in the past is joined to one in the present: "said that it respects the court and declined to ..."."""
    return token.tag_ == "VBD" and token.head.tag_ in PRESENT


@Language.factory(
    "quotes_outermost", default_config={"spans_key": QUOTES_KEY, "tags_key": TAGS_KEY}, assigns=["doc.spans"],
    requires=["doc.spans", "token.dep", "token.lemma", "token.pos"],
)
def make_outermost(nlp: Language, name: str, spans_key: str, tags_key: str) -> Outermost:
    """Make the component that gives idle cues their clause; put it behind `quotes_link`.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
        spans_key (str): key of `doc.spans` of the quotes.
        tags_key (str): key of `doc.spans` of the tagger's spans.
    RETURNS (Outermost): the component.
    """
    del nlp
    return Outermost(name=name, spans_key=spans_key, tags_key=tags_key)


class Outermost:
    """Gives idle cues their clause, in the place of the quotes inside it."""

    def __init__(self, *, name: str = "quotes_outermost", spans_key: str = QUOTES_KEY, tags_key: str = TAGS_KEY) -> None:
        self.name = name
        self.spans_key = spans_key
        self.tags_key = tags_key
        self.rules = Rules()
        self.words = read_cue_words()

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a Doc."""
        self.set_annotations(doc, self.match(doc))
        return doc

    def match(self, doc: Doc) -> list[tuple[Found, frozenset[str]]]:
        """Return clauses for idle cues with the span_ids of the quotes that give way, changing nothing."""
        taken: dict[str, set[int]] = {}
        for span in doc.spans.get(self.spans_key, ()):
            taken.setdefault(span.id_, set()).update(range(span.start, span.end))
        used = {i for span in doc.spans.get(self.spans_key, ()) if span.label_ == CUE for i in range(span.start, span.end)}
        tagged = (i for span in doc.spans.get(self.tags_key, ()) if span.label_ == CUE for i in range(span.start, span.end))
        idle = set(tagged) - used
        found = []
        for clause in self.rules.match(doc) if idle else ():
            if clause.rule not in CLAUSES or clause.cue is None or clause.source is None or idle.isdisjoint(range(*clause.cue)):
                continue
            content = {i for piece in clause.content for i in range(*piece)}
            whole = content | set(range(*clause.cue)) | set(range(*clause.source))
            inner = frozenset(key for key, tokens in taken.items() if not tokens.isdisjoint(whole))
            if inner and all(taken[key] <= content for key in inner):
                found.append((clause, inner))
        return [*found, *self._coordinated(doc, frozenset().union(*(inner for _, inner in found)))]

    def _coordinated(self, doc: Doc, gone: frozenset[str]) -> Iterator[tuple[Found, frozenset[str]]]:
        """Yield speech together with the attitude of the same source that is joined to its content by "and"."""
        parts: dict[str, dict[str, list[tuple[int, int]]]] = {}
        for span in doc.spans.get(self.spans_key, ()):
            if span.id_ not in gone:
                parts.setdefault(span.id_, {}).setdefault(span.label_, []).append((span.start, span.end))
        for key, own in parts.items():
            if own.keys() != {CUE, SOURCE, CONTENT} or len(own[CONTENT]) != 1:
                continue
            verbs = (token for token in doc[slice(*own[CUE][0])] if token.dep_ == "conj")
            joined = [v for v in verbs if listed(v, self.words) in {"attitude", "agreement"} and not _shifts_tense(v)]
            if not joined:
                continue
            for other, outer in parts.items():
                if other == key or outer.get(SOURCE) != own[SOURCE] or CUE not in outer or outer[CUE][0] >= own[CUE][0]:
                    continue
                inside = {i for piece in outer.get(CONTENT, ()) for i in range(*piece)}
                if any(t.head.i in inside and not _has_subject(t) for t in joined):
                    *pieces, last = sorted(outer[CONTENT])
                    content = (*pieces, (last[0], own[CONTENT][0][1]))
                    found = Found(content=content, cue=outer[CUE][0], source=outer[SOURCE][0], rule="clause")
                    yield found, frozenset({key, other})

    def set_annotations(self, doc: Doc, found: list[tuple[Found, frozenset[str]]]) -> None:
        """Write the clauses, and drop the quotes inside them."""
        if not found:
            return
        group = doc.spans[self.spans_key]
        gone = frozenset[str]().union(*(inner for _, inner in found))
        spans = [span for span in group if span.id_ not in gone]
        attrs: dict[str, Any] = {key: value for key, value in group.attrs.items() if key not in gone}
        for number, (clause, _) in enumerate(found):
            key = f"outermost-{number}"
            ranges = [(CUE, clause.cue), (SOURCE, clause.source), *((CONTENT, piece) for piece in clause.content)]
            spans += [Span(doc, *tokens, label=label, span_id=key) for label, tokens in ranges if tokens is not None]
            attrs[key] = {"rule": f"outermost.{clause.rule}", "confidence": confidence_of(doc, clause)}
        doc.spans[self.spans_key] = SpanGroup(doc, name=self.spans_key, spans=spans, attrs=attrs)
