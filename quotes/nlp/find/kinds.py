"""Speech or attitude: was a quote said (or written), or does the text only say what somebody believes, wants or feels?

Holds the spaCy component `quotes_kinds`, which gives every quote its kind, whatever extractor found it. Decided from
the cue's words (`data/en/cues.txt`), the content's marks and the head of the source. The first of `RULES` that knows
decides, else the list that the first word of the cue is in.

Measured in `docs/reliability.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spacy.language import Language

from quotes import lexicon
from quotes.nlp.component import MARKS_KEY, QuoteStep, Reported, Rule, name_kind, spans_of
from quotes.nlp.find.somebody import NAMES, may_speak
from quotes.nlp.text import FINITE
from quotes.records import Act, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spacy.tokens import Doc, Span, Token

    Deciding = Callable[["Case"], Kind | None]

SPEECH, ATTITUDE = Kind.SPEECH, Kind.ATTITUDE
MIN_QUOTED_WORDS = 3
MIN_TOPIC_CUE = 2  # words of a cue that ends in a preposition
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
    lemma = token.lower_ if token.pos_ == "ADV" else token.lemma_.lower()  # "no longer" is not to long for
    return cues.kind(lemma) or cues.kind(token.lower_)


def first_listed(cue: Sequence[Token]) -> tuple[Token, str] | None:
    """Return the first word of a cue that decides: a verb, adjective or noun before any preposition, "tell" before "failed"."""
    found = [(token, kind) for token in cue if is_word(token) and (kind := listed(token))]
    content_words = [pair for pair in found if pair[0].pos_ not in ("ADP", "PART", "AUX", "SCONJ")]
    done = [pair for pair in content_words if not _is_turning(pair[0])]
    return next(iter(done or content_words or found), None)


def _is_turning(token: Token) -> bool:
    """Say whether a word only says that what follows was not done: "failed to tell", "stopped short of saying"."""
    behind = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    return token.lemma_.lower() in lexicon.acts().undone or (token.lemma_ == "have" and behind == "yet")


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


def _tells(case: Case) -> bool:
    """Say whether a content tells what was not said ("whether it rained"), not just of what ("that version of events").

    Infinitives and gerunds tell as much as they do where nothing is negated: "never promised to leave", "did not deny taking it".
    """
    first, content = first_word(case.parts), [token for span in case.parts.content for token in span]
    finite = [token for token in content if token.tag_ in FINITE]
    if first in lexicon.acts().clauses:
        return first != "that" or bool(finite)
    cue = None if case.listed is None else lexicon.cues().by_lemma.get(case.listed[0].lemma_.lower())
    infinitive = cue is not None and "infinitive" in cue.takes and any(token.tag_ == "TO" for token in content)
    commitment = case.listed is not None and case.listed[1] == "commitment" and has_verb(case.parts)
    return infinitive or commitment or any(not _modifies(token) for token in finite)


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


@dataclass(frozen=True, slots=True)
class Case:
    """A quote as the rules see it.

    Args:
        parts: its spans.
        rule: what found it.
        cue: the tokens of its cue.
        quoted: how many words of its content stand in quotation marks.
        size: how many it has.
        listed: the first word of the cue that a list decides, and the list; None if there is none.
    """

    parts: Parts
    rule: Rule
    cue: tuple[Token, ...]
    quoted: int
    size: int
    listed: tuple[Token, str] | None


def in_marks(case: Case) -> Kind | None:
    """At least three words of the content, or all of them, stand in quotation marks: somebody said them."""
    return SPEECH if case.quoted >= MIN_QUOTED_WORDS or case.quoted == case.size > 0 else None


def without_cue(case: Case) -> Kind | None:
    """No cue: speech if in marks, continued, or laid out, and if a clause stands beside its source."""
    if case.cue:
        return None
    said = case.rule.goes_on or case.rule.is_laid_out or (case.rule.stands_beside and has_clause(case.parts))
    return SPEECH if case.quoted or said else ATTITUDE


def by_punctuation(case: Case) -> Kind | None:
    """A cue of punctuation only, or one that ends in a colon: speech ("NAME: ...")."""
    return SPEECH if not any(map(is_word, case.cue)) or case.cue[-1].text == ":" else None


def unowned(case: Case) -> Kind | None:
    """A noun without a source: "reports that he was ill" are whose?"""
    noun = case.listed is not None and case.listed[0].pos_ == "NOUN"
    return ATTITUDE if noun and not case.parts.source else None


def was_asked(case: Case) -> Kind | None:
    """The source was asked, not asking: "Asked if she would resign, Strang said ..."."""
    cue = [token for token in case.cue if is_word(token)]
    asked = len(cue) == 1 and cue[0].text == "Asked" and first_word(case.parts) in lexicon.finding().questions
    by = any(span.start > 0 and span.doc[span.start - 1].lower_ == "by" for span in case.parts.source)
    return ATTITUDE if asked and not by else None


def by_nobody(case: Case) -> Kind | None:
    """Nobody said it: "Neither Ruiz nor Lund said that ...", "None of them has said whether ..."."""
    words = [token for span in case.parts.source for token in span if is_word(token)]
    nobody = bool(words) and words[0].lower_ in {"neither", "nobody", "none"}
    return ATTITUDE if nobody or (len(words) > 1 and words[0].lower_ == "no" and words[1].pos_ in ("NOUN", "ADJ")) else None


def bare_object(case: Case) -> Kind | None:
    """A verb of saying with a thing for its object, no clause: "said goodbye", "conceded defeat", "asked the bank for help"."""
    verb = _lone_verb(case)
    if verb is None or case.quoted or verb.lemma_ not in lexicon.finding().needing_clauses:
        return None
    asked = first_word(case.parts) in lexicon.finding().questions
    if asked or has_verb(case.parts) or has_clause(case.parts) or is_infinitive(case.parts):
        return None
    behind = bool(case.cue) and case.parts.content[0].start >= case.cue[-1].i
    return ATTITUDE if behind else None


def bare_topic(case: Case) -> Kind | None:
    """What words were about, not the words: "said about Nato", "stories about the deal", "he said, referring to the theft"."""
    cue = [token for token in case.cue if is_word(token)]
    if len(cue) < MIN_TOPIC_CUE or case.quoted or has_clause(case.parts):
        return None
    noun = any(token.pos_ == "NOUN" for token in cue) and cue[-1].lower_ in {"about", "against", "on"}
    verb = any(token.lemma_ in {"refer", "say", "speak", "talk"} for token in cue) and cue[-1].lower_ in {"about", "to", "of"}
    return ATTITUDE if noun or (verb and not has_verb(case.parts)) else None


def unsettled(case: Case) -> Kind | None:
    """What is to be found out or settled: "votes will be cast to decide which ...", "launched an inquiry to identify who ..."."""
    cue = [token for token in case.cue if is_word(token)]
    if case.quoted or not cue or first_word(case.parts) not in lexicon.finding().questions:
        return None
    return ATTITUDE if cue[-1].lemma_ in lexicon.finding().settling and cue[-1].tag_ == "VB" else None


def unspeaking(case: Case) -> Kind | None:
    """A thing that shows something, no report of anybody's: "The fire exposed how ...", "a chart that indicates ..."."""
    if case.quoted or not case.parts.source or not case.cue:
        return None
    source = case.parts.source[-1].root
    if source.tag_ in ("WDT", "WP") and source.head.dep_ == "relcl":
        source = source.head.head
    thing = source.pos_ == "NOUN" and source.text.islower() and name_kind(source) not in NAMES and not may_speak(source)
    named = any(token.pos_ == "PROPN" and name_kind(token) in NAMES for span in case.parts.source for token in span)
    shows = any(token.lemma_ in lexicon.finding().showing for token in case.cue)
    return ATTITUDE if thing and shows and not (named and source.dep_ == "appos") else None


def named_so(case: Case) -> Kind | None:
    """A passive whose own subject is all that stands for a source: "the reef has been declared the largest", "accused of"."""
    verb = _lone_verb(case)
    if verb is None or case.quoted or verb.lemma_ not in lexicon.finding().naming_verbs:
        return None
    if case.cue[-1].i == verb.i + 1 and case.cue[-1].lower_ in {"of", "with"} and case.parts.source:
        return ATTITUDE  # "Speaker accused of fraud"
    if verb.tag_ != "VBN":
        return None
    own = [token for span in case.parts.source for token in span if token.dep_ in ("nsubjpass", "nsubj") and token.head == verb]
    passive = any(child.dep_ == "auxpass" for child in verb.children)
    agent = any(child.dep_ == "agent" for child in verb.children)
    return ATTITUDE if own and passive and not agent else None


def told_to(case: Case) -> Kind | None:
    """A headline's passive, whose subject was told: "Ferry firm ordered to repay a million"."""
    verb = _lone_verb(case)
    told = verb is not None and verb.lemma_ in lexicon.finding().ordering and is_infinitive(case.parts) and not case.quoted
    if verb is None or not told or not case.parts.source or case.parts.content[0].start != verb.i + 1:
        return None
    before = case.parts.source[-1].end - 1 < verb.i and verb.tag_ in ("VBN", "VBD")
    return ATTITUDE if before and len(case.cue) == 1 else None


def hypothetical(case: Case) -> Kind | None:
    """What somebody would, might or will say: nobody said it yet."""
    modal = any(token.tag_ == "MD" and token.lower_ in lexicon.finding().modal for token in case.cue)
    later = any(token.lower_ in {"later", "eventually"} for token in case.cue)
    return ATTITUDE if modal and not later and not case.quoted else None


def _lone_verb(case: Case) -> Token | None:
    """Return the last verb of a cue."""
    return next((token for token in reversed(case.cue) if token.pos_ == "VERB"), None)


def negated(case: Case) -> Kind | None:
    """A negated cue ("did not comment") without a clause ("did not say when ..."); denials ("denied") are no negations."""
    if _tells(case):
        return None
    return ATTITUDE if any(token.lower_ in lexicon.finding().negations for token in case.cue) else None


def unlisted(case: Case) -> Kind | None:
    """No word of the cue in a list: speech if any of the content stands in marks or a verb has a finite clause for it."""
    if case.listed is not None:
        return None
    verb = any(token.pos_ == "VERB" for token in case.cue)
    return SPEECH if case.quoted or (has_clause(case.parts) and verb) else ATTITUDE


RULES: tuple[Deciding, ...] = (
    in_marks, without_cue, by_punctuation, unowned, was_asked, by_nobody, bare_object, bare_topic, unsettled, unspeaking,
    named_so, told_to, hypothetical, negated, unlisted,
)


def kind_of(parts: Parts, inside: Sequence[bool], *, rule: Rule, rules: Sequence[Deciding] = RULES) -> Kind:
    """Return the kind of a quote.

    Args:
        parts: its spans.
        inside: for each token of the Doc, whether it stands in quotation marks.
        rule: the rule that found the quote.
        rules: what decides, the first that does; else the list that its cue is in.
    """
    cue = tuple(token for span in parts.cue for token in span)
    quoted, size = quoted_words(parts.content, inside)
    case = Case(parts=parts, rule=rule, cue=cue, quoted=quoted, size=size, listed=first_listed(cue))
    return next((kind for decide in rules if (kind := decide(case)) is not None), None) or by_list(case)


def by_list(case: Case) -> Kind:
    """The first word of the cue in a list: its list decides."""
    if case.listed is None:
        return ATTITUDE
    (token, name), parts, quoted = case.listed, case.parts, case.quoted > 0
    clause = has_clause(parts) and not is_infinitive(parts)
    speech = {
        "commitment": quoted or has_verb(parts),
        "act": quoted or clause,
        "speech": not _believed(token, case.cue),
        "topic": case.size >= MIN_TOPIC_WORDS or clause,
        "evidence": is_document(parts.source),
        "witness": is_document(parts.source) or first_word(parts) == "that",
        "agreement": clause or (first_word(parts) in lexicon.acts().clauses and _refuses(token)),
        "attitude": token.pos_ == "NOUN" and has_clause(parts) and _in_view(token, parts),
    }[name]
    return SPEECH if speech else ATTITUDE


def _refuses(token: Token) -> bool:
    """Say whether a word is of refusal: what it was about is told by any question ("refused to tell us where ...")."""
    cue = lexicon.cues().by_lemma.get(token.lemma_.lower())
    return cue is not None and cue.act == Act.REFUSE


def _in_view(noun: Token, parts: Parts) -> bool:
    """Say whether a noun is that of "in the opinion of X" or "in X's view", by which papers report what X said."""
    first = min([noun.i, *(span.start for span in parts.source)])
    opens = noun.doc[first].lower_ == "in" or (first > 0 and noun.doc[first - 1].lower_ in {"in", "the"})
    within = any(token.lower_ in {"in", "of"} for token in noun.doc[max(0, first - 2) : noun.i])
    return noun.lower_ in lexicon.finding().views and opens and within


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

    def __init__(self, name: str = "quotes_kinds", *, rules: Sequence[Deciding] = RULES) -> None:
        super().__init__(name)
        self.rules = rules

    def changed(self, doc: Doc, quotes: list[Reported]) -> list[Reported]:
        """Return the quotes with their kinds."""
        inside = [False] * len(doc)
        for span in doc.spans.get(MARKS_KEY, ()):
            inside[span.start : span.end] = [True] * len(span)
        return [replace(quote, kind=kind_of(parts_of(doc, quote), inside, rule=quote.rule, rules=self.rules)) for quote in quotes]


def parts_of(doc: Doc, quote: Reported) -> Parts:
    """Return the spans of a quote."""
    return Parts(spans_of(doc, quote.content), spans_of(doc, quote.cue), spans_of(doc, quote.source))
