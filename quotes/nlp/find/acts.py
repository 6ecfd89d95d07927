"""Acts: what a cue makes of the words that it reports, and whether the text says that this was *not* done.

Holds the spaCy component `quotes_acts`, which gives every quote its act. Decided from the cue's words and their
construction (`data/en/cues.txt`), from the verbs above them in the parse ("declined to say", "has yet to confirm"), and
from their negation: a word ("did not deny"), a verb ("failed to tell"), a preposition ("without saying") or a subject
("nobody said").

Invariants: pure functions of a parsed Doc; no word of the content is read, but for how it begins; a refusal is a refusal
whatever verb follows it, so that "declined to say" and "would not say" are not negated.

Measured on `tests/data/acts`, labelled by hand (README there), by `tests/nlp/find/test_acts.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from spacy.language import Language

from quotes import lexicon
from quotes.nlp.component import QuoteStep, Reported, name_kind
from quotes.nlp.find.kinds import Parts, is_word, parts_of
from quotes.nlp.grammar import SUBJECTS
from quotes.nlp.text import FINITE
from quotes.records import Act

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

FUNCTION_WORDS = frozenset({"ADP", "AUX", "PART", "SCONJ", "DET", "PRON", "PUNCT"})
GOVERNED = frozenset({"xcomp", "pcomp", "acomp"})  # by which a verb hangs on the one above it
HIGHEST = 4  # verbs and prepositions above a cue: "stopped just short of saying" has three


class Reading(NamedTuple):
    """What a cue makes of the words, and whether the text says that this was not done."""

    act: Act
    negated: bool


@dataclass(frozen=True, slots=True)
class Predicate:
    """What says that somebody spoke: the words of a cue and those that they hang on.

    Args:
        words: the cue's words, without punctuation.
        act: what they make of the words reported.
        chain: the word that says so, and the verbs, adjectives and prepositions above it, the nearest first.
    """

    words: tuple[Token, ...]
    act: Act
    chain: tuple[Token, ...]


def reading_of(parts: Parts) -> Reading:
    """Return what a quote's cue makes of its words.

    Args:
        parts: the quote's spans, in a parsed Doc.

    Returns:
        The act, `say` where the cue makes nothing more of the words or there is none, and whether it was not done.
    """
    content = frozenset(token.i for span in parts.content for token in span)
    words = _nearest(tuple(token for span in parts.cue for token in span if is_word(token) and token.i not in content))
    if not words:
        return Reading(Act.SAY, negated=False)
    predicate = _predicate(words, parts, content)
    if predicate.act is not Act.REFUSE and _is_unwilling(predicate, content):
        return Reading(Act.REFUSE, negated=False)
    undone = predicate.act is not Act.REFUSE and any(map(_is_undone, (*words, *predicate.chain)))
    denied = any(_is_negated(verb, content) for verb in predicate.chain) or any(map(_is_none, words)) or _is_nobody(parts)
    return Reading(predicate.act, negated=undone != denied)


def _nearest(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return a cue without what another verb than the words' own says: "declined to comment and has not confirmed"."""
    ands = (place for place, word in enumerate(words) if word.dep_ == "cc" and word.lower_ in ("and", "but"))
    verbs = {place for place, word in enumerate(words) if word.pos_ == "VERB"}
    last = max((place for place in ands if verbs & {*range(place)} and verbs & {*range(place, len(words))}), default=-1)
    return words[last + 1 :]


def _predicate(words: tuple[Token, ...], parts: Parts, content: frozenset[int]) -> Predicate:
    """Return the predicate of a cue: a refusal above it decides, else the first of its words that makes more than "say"."""
    deciding = [word for word in words if _may_decide(word)] or list(words)
    verb = next((word for word in reversed(deciding) if word.pos_ in ("VERB", "AUX")), deciding[0])
    refusal = next((above for above in _above(verb, content) if _listed(above, parts) is Act.REFUSE), None)
    if refusal is not None:
        return Predicate(words, Act.REFUSE, (refusal, *_above(refusal, content)))
    if _wants_to_know(words):
        return Predicate(words, Act.ASK, (verb, *_above(verb, content)))
    acts = ((word, act) for word in deciding if (act := _listed(word, parts)) not in (None, Act.SAY))
    word, act = next(acts, (verb, Act.SAY))
    return Predicate(words, act or Act.SAY, (word, *_above(word, content)))


def _above(verb: Token, content: frozenset[int]) -> Iterator[Token]:
    """Yield what a verb hangs on as a part of one predicate, the nearest first."""
    for _ in range(HIGHEST):
        if verb.head.i >= verb.i or verb.head.i in content or not (_is_governed(verb) or _shares(verb)):
            return
        verb = verb.head
        yield verb


def _is_governed(verb: Token) -> bool:
    """Say whether a verb stands in the infinitive or as a gerund under another: "declined to say", "without saying".

    Not so one with a subject of its own ("failed to agree, with Moscow saying ...").
    """
    if any(child.dep_ in SUBJECTS for child in verb.children):
        return False
    if verb.dep_ == "prep":
        return verb.lower_ in lexicon.acts().joints
    infinitive = any(child.tag_ == "TO" and child.i < verb.i for child in verb.children)
    return verb.dep_ in GOVERNED or (verb.dep_ in ("acl", "ccomp") and infinitive)


def _shares(verb: Token) -> bool:
    """Say whether a verb shares the auxiliary of one before it: "did not confirm or deny"."""
    own = any(child.dep_ in ("aux", "auxpass") for child in verb.children)
    if own or verb.dep_ != "conj" or verb.tag_ != "VB" or verb.head.i > verb.i:
        return False
    return not any(token.lower_ == "but" for token in verb.doc[verb.head.i : verb.i])


# ---- which act


def _may_decide(word: Token) -> bool:
    """Say whether a word of a cue may make an act: no preposition, nor the noun behind one ("said in an announcement")."""
    return word.pos_ not in FUNCTION_WORDS and not (word.pos_ == "NOUN" and word.dep_ == "pobj")


def _listed(word: Token, parts: Parts) -> Act | None:
    """Return the act that the list of cues gives a word in its construction."""
    by_lemma = lexicon.cues().by_lemma
    cue = by_lemma.get(word.lemma_.lower()) or by_lemma.get(word.lower_)
    if cue is None:
        return None
    built = next((act for construction, act in cue.acts if _stands_in(word, construction, parts)), cue.act)
    return Act(built)


def _stands_in(word: Token, construction: str, parts: Parts) -> bool:
    if construction == "infinitive":
        return _begins_as_infinitive(parts)
    if construction == "document":
        findings = lexicon.acts().findings
        return any({token.lemma_.lower(), token.lower_} & findings for span in parts.source for token in span)
    return construction.removeprefix("+") in _behind(word)


def _behind(word: Token) -> Iterator[str]:
    """Yield the word behind one, and with an adverb between them ("called again for") the one after."""
    for token in word.doc[word.i + 1 : word.i + 3]:
        yield token.lower_
        if token.pos_ != "ADV":
            return


def _wants_to_know(words: tuple[Token, ...]) -> bool:
    """Say whether a cue is "wanted to know", "demanded to know": a question."""
    lemmas = [word.lemma_.lower() for word in words]
    return "know" in lemmas and not lexicon.acts().curious.isdisjoint(lemmas[: lemmas.index("know")])


def _begins_as_infinitive(parts: Parts) -> bool:
    """Say whether an infinitive is reported: "to leave", "not to leave", "the crew to leave"."""
    tokens = [token for span in parts.content for token in span if is_word(token)]
    lead = next((place for place, token in enumerate(tokens) if token.tag_ == "TO" or token.lower_ == "to"), None)
    if lead is None:
        return False
    before = tokens[:lead]
    own = tokens[lead].head.dep_ in ("xcomp", "ccomp") and not any(token.tag_ in FINITE for token in before)
    return own or all(token.lower_ in lexicon.acts().negations for token in before)


# ---- whether it was not done


def _is_undone(word: Token) -> bool:
    """Say whether a word says that what hangs on it was not done: "failed to", "has yet to", "without", "short of"."""
    if word.lemma_.lower() in lexicon.acts().undone or word.lower_ in lexicon.acts().undone:
        return True
    yet = [child for child in word.children if child.lower_ == "yet"]
    return any(token.i + 1 < len(token.doc) and token.doc[token.i + 1].lower_ == "to" for token in yet)


def _is_negated(verb: Token, content: frozenset[int]) -> bool:
    """Say whether a negation stands beside a verb."""
    words = lexicon.acts()
    joined = verb.head.children if verb.dep_ == "conj" else ()
    if any(child.lower_ == "nor" and verb.head.i < child.i < verb.i for child in joined):
        return True
    for child in (child for child in verb.children if child.i not in content):
        behind = child.doc[child.i + 1].lower_ if child.i + 1 < len(child.doc) else ""
        negation = (child.dep_ == "neg" or child.lower_ in words.negations) and child.i < verb.i + 2
        if negation and behind not in words.beside_the_point:
            return True
        if child.dep_ == "prep" and child.i < verb.i and any(_has_no(token) for token in child.children):
            return True  # "have at no time denied"
        if child.lower_ == "longer" and child.i and child.doc[child.i - 1].lower_ == "no":
            return True
    return False


def _is_none(noun: Token) -> bool:
    """Say whether a word is what was not given: "makes no mention of", "gave no assurance"."""
    return noun.pos_ == "NOUN" and noun.dep_ != "pobj" and _has_no(noun)


def _has_no(noun: Token) -> bool:
    return any(child.lower_ == "no" and child.dep_ == "det" for child in noun.children)


def _is_nobody(parts: Parts) -> bool:
    """Say whether the source is nobody: "no official", "neither Hallam nor Vandermeer"."""
    for span in parts.source:
        before = span.doc[span.start - 1 : span.start] if span.start else span.doc[0:0]
        for token in (*before, span[0]):
            behind = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else token
            named = name_kind(token) or (behind.like_num and behind.lower_ != "one")
            if token.lower_ in lexicon.acts().nobody and not named:
                return True
    return False


def _is_unwilling(predicate: Predicate, content: frozenset[int]) -> bool:
    """Say whether "would not" or "will not" makes a verb of speaking a refusal ("would not say", "won't be drawn on")."""
    words = lexicon.acts()
    for verb in predicate.chain:
        aux = {child.lower_ for child in verb.children if child.dep_ in ("aux", "auxpass")}
        passive = bool(aux & {"be", "been", "get"}) and verb.lemma_ not in words.drawn
        refused = any(child.lower_ in words.negations - {"never"} and child.i < verb.i for child in verb.children
                      if child.i not in content)
        if aux & words.unwilling and refused and not passive and "have" not in aux:
            return _speaks(predicate)
    return False


def _speaks(predicate: Predicate) -> bool:
    """Say whether a cue is of speech, and not of belief or feeling ("would not want")."""
    cues = lexicon.cues()
    kinds = {cues.kind(word.lemma_.lower()) for word in predicate.words if word.pos_ not in FUNCTION_WORDS}
    return "attitude" not in kinds


# ---- "declined" to say whether


def with_verb(doc: Doc, quote: Reported) -> Reported:
    """Return a quote whose cue has the verb of speaking that a content began with: "declined to say" whether it rained.

    Args:
        doc: the parsed Doc.
        quote: the quote; one without a refusal or a failure before its infinitive, or without a clause in it, stays.
    """
    if not (quote.content and quote.cue):
        return quote
    (start, end), *others = quote.content
    verb = next((token for token in doc[start:end][:4] if token.pos_ == "VERB"), None)
    turned = any(_turns(token) for piece in quote.cue for token in doc[slice(*piece)])
    if doc[start].lower_ != "to" or verb is None or not turned or not _is_of_speech(verb):
        return quote
    clause = next((token.i for token in doc[verb.i + 1 : end] if token.lower_ in lexicon.acts().clauses), None)
    if clause is None or any(token.pos_ == "ADP" for token in doc[verb.i + 1 : clause]):
        return quote
    spoken = [token.i for token in doc[verb.i : clause] if token.pos_ == "VERB" and _is_of_speech(token)]
    last = max(spoken)  # "to confirm or deny"
    *cues, (first, behind) = quote.cue
    added = ((first, last + 1),) if behind == start else ((first, behind), (start, last + 1))
    return replace(quote, cue=(*cues, *added), content=((clause, end), *others))


def _turns(token: Token) -> bool:
    cue = lexicon.cues().by_lemma.get(token.lemma_.lower())
    return _is_undone(token) or (cue is not None and cue.act == Act.REFUSE)


def _is_of_speech(verb: Token) -> bool:
    return lexicon.cues().kind(verb.lemma_.lower()) not in (None, "attitude")


# ---------------------------------------------------------------- spaCy


@Language.factory("quotes_acts", assigns=["doc.spans"], requires=["doc.spans", "token.lemma", "token.dep"])
def make_acts(nlp: Language, name: str) -> Acts:
    """Make the component that tells acts and negation; put it after whatever writes the quotes and before `quotes_kinds`.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
    RETURNS (Acts): the component.
    """
    del nlp
    return Acts(name)


class Acts(QuoteStep):
    """Says of every quote of a Doc what its cue makes of the words."""

    def __init__(self, name: str = "quotes_acts") -> None:
        super().__init__(name)

    def changed(self, doc: Doc, quotes: list[Reported]) -> list[Reported]:
        """Return the quotes with their acts."""
        quotes = [with_verb(doc, quote) for quote in quotes]
        return [replace(quote, act=reading.act, negated=reading.negated)
                for quote, reading in ((quote, reading_of(parts_of(doc, quote))) for quote in quotes)]
