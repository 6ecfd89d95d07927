"""What a dependency parse says about sources: who does what a verb says, and which words name them.

Pure functions over tokens of a parsed Doc; ranges are token indices, half open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc, Token

Range = tuple[int, int]

NOMINAL = frozenset({"NOUN", "PROPN", "PRON"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
INHERITING = frozenset({"conj", "advcl", "xcomp", "parataxis", "pcomp", "prep", "ccomp"})
EDGE_PUNCTUATION = frozenset(",;:.-–—)(")
MAX_SOURCE = 40  # tokens; a longer subject is a parsing error more often than a source


def subtree_range(token: Token, *, without: Iterable[Token] = ()) -> Range:
    """Return the contiguous range of a subtree around its root, stopping at the tokens left out."""
    dropped = {t.i for t in without}
    inside = {t.i for t in token.subtree} - dropped
    start = end = token.i
    while start - 1 in inside:
        start -= 1
    while end + 1 in inside:
        end += 1
    return start, end + 1


def trim(doc: Doc, span: Range, marks: frozenset[int] = frozenset()) -> Range | None:
    """Cut white space and punctuation (but no quotation marks) off both ends."""
    start, end = span
    while start < end and start not in marks and (doc[start].is_space or doc[start].text in EDGE_PUNCTUATION):
        start += 1
    while start < end and end - 1 not in marks and (doc[end - 1].is_space or doc[end - 1].text in EDGE_PUNCTUATION):
        end -= 1
    return (start, end) if start < end else None


def subject_of(verb: Token) -> Token | None:  # noqa: PLR0911  each construction returns where it is known
    """Return the token that names who does what a verb says: its subject, a passive's agent, or what it inherits."""
    seen: set[int] = set()
    passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
    while verb.i not in seen:
        seen.add(verb.i)
        if passive:
            agent = next((c for c in verb.children if c.dep_ == "agent"), None)
            return next((c for c in agent.children if c.dep_ == "pobj"), None) if agent else None
        own = [c for c in verb.children if c.dep_ in SUBJECTS and c.dep_ != "expl"]
        if own:
            nominal = [c for c in own if c.pos_ in NOMINAL or c.tag_ in ("DT", "WP", "WDT", "CD", "JJ")]
            return nominal[-1] if nominal else None
        if verb.dep_ == "acl" and verb.tag_ == "VBG":
            return verb.head
        if verb.dep_ not in INHERITING or verb.head.i == verb.i:
            return None
        if verb.dep_ == "pcomp" and verb.head.lower_ == "for":  # "criticised the mayor for saying": the mayor said it
            judged = next((c for c in verb.head.head.children if c.dep_ in ("dobj", "nsubjpass") and c.i < verb.i), None)
            if judged is not None:
                return judged
        verb = verb.head
        if verb.dep_ == "prep":
            verb = verb.head
        passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
        if passive:  # "was seen as saying": the passive's own subject speaks
            return next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    return None


def source_range(doc: Doc, noun: Token) -> Range | None:
    """Return the noun phrase of a source: determiners, titles and appositions, but no clauses."""
    clauses = [t for child in noun.children if child.dep_ in ("relcl", "advcl", "ccomp", "parataxis")
               for t in child.subtree]
    found = trim(doc, subtree_range(noun, without=clauses))
    if found is None or found[1] - found[0] > MAX_SOURCE:
        return (noun.i, noun.i + 1)
    return found
