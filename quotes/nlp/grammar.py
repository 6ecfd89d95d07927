"""What a dependency parse says about sources: who does what a verb says, and which words name them.

Pure functions over tokens of a parsed Doc; ranges are token indices, half open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc, Span, Token

Range = tuple[int, int]

NOMINAL = frozenset({"NOUN", "PROPN", "PRON"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
INHERITING = frozenset({"conj", "advcl", "xcomp", "parataxis", "pcomp", "prep", "ccomp"})
EDGE_PUNCTUATION = frozenset(",;:.-–—)(")
MAX_BETWEEN = 4  # tokens from a verb to its infinitive, with an adverb between commas
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


def subject_of(verb: Token) -> Token | None:
    """Return the token that names who does what a verb says: its subject, a passive's agent, or what it inherits."""
    return _agent_of(verb) if _is_passive(verb) else _inherited(verb)


def _inherited(verb: Token) -> Token | None:
    """Return a verb's own subject, or that of the nearest verb above it which has one for both."""
    seen: set[int] = set()
    while verb.i not in seen:
        seen.add(verb.i)
        if own := [child for child in verb.children if child.dep_ in SUBJECTS and child.dep_ != "expl"]:
            return next((child for child in reversed(own) if _may_speak(child)), None)
        if verb.dep_ == "acl" and verb.tag_ == "VBG":
            return verb.head
        if verb.dep_ not in INHERITING or verb.head.i == verb.i:
            return None
        if (judged := _judged(verb)) is not None:
            return judged
        verb = verb.head.head if verb.head.dep_ == "prep" else verb.head
        if _is_passive(verb):  # "was seen as saying": the passive's own subject speaks
            return _child(verb, "nsubjpass")
    return None


def _child(token: Token, *deps: str) -> Token | None:
    """Return a token's first child of some dependencies."""
    return next((child for child in token.children if child.dep_ in deps), None)


def _is_passive(verb: Token) -> bool:
    return _child(verb, "nsubjpass", "auxpass") is not None


def _agent_of(verb: Token) -> Token | None:
    """Return who does it, of a passive: "was told by the council"."""
    agent = _child(verb, "agent")
    return _child(agent, "pobj") if agent is not None else None


def _may_speak(subject: Token) -> bool:
    return subject.pos_ in NOMINAL or subject.tag_ in ("DT", "WP", "WDT", "CD", "JJ")


def _judged(verb: Token) -> Token | None:
    """Return who is judged for what they said: "criticised the mayor for saying" that the mayor said it."""
    if verb.dep_ != "pcomp" or verb.head.lower_ != "for":
        return None
    judging = verb.head.head
    return next((c for c in judging.children if c.dep_ in ("dobj", "nsubjpass") and c.i < verb.i), None)


def source_range(doc: Doc, noun: Token) -> Range | None:
    """Return the noun phrase of a source: determiners, titles and appositions, but no clauses."""
    clauses = [t for child in noun.children if child.dep_ in ("relcl", "advcl", "ccomp", "parataxis")
               for t in child.subtree]
    found = trim(doc, subtree_range(noun, without=clauses))
    if found is None or found[1] - found[0] > MAX_SOURCE:
        return (noun.i, noun.i + 1)
    return found


def predicate_start(cue: Span, content: Iterable[Span]) -> int:
    """Return where what belongs to a cue begins, in code points: "did not say", "declined to say", where the cue is "say"."""
    start, inside = cue.start, {token.i for span in content for token in span}
    while start and (before := _before(cue.doc[start])) is not None and before not in inside:
        start = before
    return int(cue.doc[start].idx)


def _before(word: Token) -> int | None:
    """Return the token of a predicate before a word of it: the one right before it, or the verb of its infinitive."""
    if word.lower_ == "to" and word.head.dep_ == "xcomp" and 0 < word.i - word.head.head.i <= MAX_BETWEEN:
        return word.head.head.i  # "refused, generally, to concede"
    return word.i - 1 if word.i and _leads_to(word.doc[word.i - 1], word) else None


def _leads_to(before: Token, word: Token) -> bool:
    """Say whether a word is an auxiliary, a negation or a governing verb right before a part of a predicate."""
    if before.dep_ in ("aux", "auxpass", "neg", "preconj") or before.lower_ in ("never", "without"):
        return True
    if before.lower_ == "yet":
        return word.lower_ == "to"
    return False
