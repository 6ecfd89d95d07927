"""Speech or attitude: was a quote said (or written), or does the text only say what somebody believes, wants or feels?

Holds the spaCy component `quotes_kinds`, which gives every quote its kind, whatever extractor found it. Decided from
the cue's words (`data/en/cues.txt`), the content's marks and the head of the source; the first rule that applies
decides:

1. at least three words of the content, or all of them, stand in quotation marks: somebody said them. Speech.
2. no cue: the speaker before goes on or a colon, dash or layout gives the words. Speech if in marks, continued, or laid out,
   and if a clause stands beside its source.
3. a cue of punctuation only ("NAME: ..."): speech.
4. a negated cue ("did not say"): an attitude; denials ("denied", "rejected") are no negations.
5. the first word of the cue in a list: its list decides.
6. none: speech if any of the content stands in marks or a verb has a finite clause for its content, else an attitude.

Measured in `docs/reliability.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spacy.language import Language

from quotes import lexicon
from quotes.nlp.component import MARKS_KEY, QuoteStep, Reported, Rule, spans_of
from quotes.nlp.text import FINITE
from quotes.records import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc, Span, Token

SPEECH, ATTITUDE = Kind.SPEECH, Kind.ATTITUDE
MIN_QUOTED_WORDS = 3
MIN_TOPIC_WORDS = 5  # "criticised the plan" says nothing of what was said; "criticised the plan as a gift to the rich" does



@dataclass(frozen=True, slots=True)
class Parts:
    """The spans of one quote."""

    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]


def is_word(token: Token) -> bool:
    """Say whether a token is neither punctuation nor space."""
    return not (token.is_punct or token.is_space or token.is_quote)


def quoted_words(content: Sequence[Span], inside: Sequence[bool]) -> tuple[int, int]:
    """Return how many words of the content stand in quotation marks, and how many it has."""
    words = [token.i for span in content for token in span if is_word(token)]
    return sum(inside[i] for i in words), len(words)


def listed(token: Token) -> str | None:
    """Return the kind that a token's lemma makes, its lower-case form counting if the lemma makes none."""
    cues = lexicon.cues()
    return cues.kind(token.lemma_.lower()) or cues.kind(token.lower_)


def first_listed(cue: Sequence[Token]) -> tuple[Token, str] | None:
    """Return the first word of a cue that decides: a verb, adjective or noun before any preposition."""
    found = [(token, kind) for token in cue if is_word(token) and (kind := listed(token))]
    content_words = [pair for pair in found if pair[0].pos_ not in ("ADP", "PART", "AUX", "SCONJ")]
    return next(iter(content_words or found), None)


def is_document(source: Sequence[Span]) -> bool:
    """Say whether the source is a document, a poll, a court or the like."""
    documents = lexicon.finding().documents
    return any(token.lemma_.lower() in documents or token.lower_ in documents for s in source for token in s)


def first_word(parts: Parts) -> str:
    """Return the first word of the content in lower case, or nothing."""
    return next((t.lower_ for span in parts.content for t in span if is_word(t)), "")


def has_clause(parts: Parts) -> bool:
    """Say whether the content holds a finite clause or starts as one."""
    if first_word(parts) in lexicon.finding().clause_starts:
        return True
    return any(t.tag_ in FINITE and not _modifies(t) for span in parts.content for t in span)


def _modifies(verb: Token) -> bool:
    """Say whether a finite verb only tells more of a noun: "set out a deal under which it would stay neutral"."""
    while verb.dep_ in ("aux", "auxpass", "conj") and verb.head is not verb:
        verb = verb.head
    return verb.dep_ in ("relcl", "acl")


def is_infinitive(parts: Parts) -> bool:
    """Say whether the content starts as an infinitive ("proposed to sidestep the question, which ...")."""
    return parts.content[0][0].lower_ == "to"


def has_verb(parts: Parts) -> bool:
    """Say whether the content holds any verb, an infinitive or a gerund too."""
    return any(t.pos_ in ("VERB", "AUX") for span in parts.content for t in span)


def kind_of(parts: Parts, inside: Sequence[bool], *, rule: Rule) -> Kind:
    """Return the kind of a quote.

    Args:
        parts: its spans.
        inside: for each token of the Doc, whether it stands in quotation marks.
        rule: the rule that found the quote.
    """
    quoted, size = quoted_words(parts.content, inside)
    if quoted >= MIN_QUOTED_WORDS or quoted == size > 0:
        return SPEECH
    cue = [token for span in parts.cue for token in span]
    if not cue:
        said = rule.goes_on or rule.is_laid_out or (rule.stands_beside and has_clause(parts))
        return SPEECH if quoted or said else ATTITUDE
    if not any(map(is_word, cue)) or cue[-1].text == ":":
        return SPEECH
    found = first_listed(cue)
    unowned = found is not None and found[0].pos_ == "NOUN" and not parts.source  # "reports that he was ill": whose?
    if unowned or _stays_unnamed(parts) or _was_asked(parts) or any(token.lower_ in lexicon.finding().negations for token in cue):
        return ATTITUDE
    if found is None:
        return SPEECH if quoted or (has_clause(parts) and any(t.pos_ == "VERB" for t in cue)) else ATTITUDE
    return _by_list(*found, parts, cue, (quoted, size))


def _by_list(token: Token, name: str, parts: Parts, cue: Sequence[Token], counts: tuple[int, int]) -> Kind:
    quoted, size = counts
    speech = {
        "commitment": quoted > 0 or has_verb(parts),
        "act": quoted > 0 or (has_clause(parts) and not is_infinitive(parts)),
        "speech": not _believed(token, cue),
        "topic": size >= MIN_TOPIC_WORDS or (has_clause(parts) and not is_infinitive(parts)),
        "evidence": is_document(parts.source),
        "witness": is_document(parts.source) or first_word(parts) == "that",
        "agreement": has_clause(parts) and not is_infinitive(parts),
        "attitude": token.pos_ == "NOUN" and has_clause(parts) and _in_view(token, parts),
    }[name]
    return SPEECH if speech else ATTITUDE


def _in_view(noun: Token, parts: Parts) -> bool:
    """Say whether a noun is that of "in the opinion of X" or "in X's view", by which papers report what X said."""
    first = min([noun.i, *(span.start for span in parts.source)])
    opens = noun.doc[first].lower_ == "in" or (first > 0 and noun.doc[first - 1].lower_ in {"in", "the"})
    within = any(token.lower_ in {"in", "of"} for token in noun.doc[max(0, first - 2) : noun.i])
    return noun.lower_ in lexicon.finding().views and opens and within


def _was_asked(parts: Parts) -> bool:
    """Say whether the source was asked, not asking: "Asked if she would resign, Strang said ..."."""
    cue = [token for span in parts.cue for token in span if is_word(token)]
    asked = len(cue) == 1 and cue[0].text == "Asked" and first_word(parts) in lexicon.finding().questions
    by = any(span.start > 0 and span.doc[span.start - 1].lower_ == "by" for span in parts.source)
    return asked and not by


def _stays_unnamed(parts: Parts) -> bool:
    """Say whether somebody only asked for their name to be left out ("not to be named")."""
    words = [t for span in parts.content for t in span if is_word(t)][:4]
    return [t.lower_ for t in words[:3]] == ["not", "to", "be"] and words[-1].lemma_ in lexicon.finding().naming


def _believed(token: Token, cue: Sequence[Token]) -> bool:
    """Say whether a passive tells what people in general say or believe ("is said to", "is expected")."""
    passive = any(t.lemma_ in ("be", "get") and t.i < token.i for t in cue) and token.tag_ == "VBN"
    return passive and token.lemma_ in lexicon.finding().general_belief


# ---------------------------------------------------------------- spaCy


@Language.factory("quotes_kinds", assigns=["doc.spans"], requires=["doc.spans", "token.lemma"])
def make_kinds(nlp: Language, name: str) -> Kinds:
    """Make the component that tells speech from attitudes; put it after whatever writes the quotes.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
    RETURNS (Kinds): the component.
    """
    del nlp
    return Kinds(name)


class Kinds(QuoteStep):
    """Says of every quote of a Doc what kind it is."""

    def __init__(self, name: str = "quotes_kinds") -> None:
        super().__init__(name)

    def changed(self, doc: Doc, quotes: list[Reported]) -> list[Reported]:
        """Return the quotes with their kinds."""
        inside = [False] * len(doc)
        for span in doc.spans.get(MARKS_KEY, ()):
            inside[span.start : span.end] = [True] * len(span)
        return [replace(quote, kind=kind_of(parts_of(doc, quote), inside, rule=quote.rule)) for quote in quotes]


def parts_of(doc: Doc, quote: Reported) -> Parts:
    """Return the spans of a quote."""
    return Parts(spans_of(doc, quote.content), spans_of(doc, quote.cue), spans_of(doc, quote.source))
