"""Whose words they are, by grammar: `AFP reported Erdogan as saying` is a quote of Erdogan; `She left, saying ...` one of hers.

Holds the spaCy component `quotes_sources`, which runs behind the extractor. It hands quotes from those who only pass words on
to those who said them, gives a quote that is a verb of speech's clause that verb for its cue, and a quote without a source the
subject (or a passive's agent) of its cue.

It gives "others" the names that they are listed with ("Ruiz, others vow"), and takes an agency's dateline off the front of a
source or content ("YAKIMA, Wash., March 4 /Wire/ -- The company"; "Bhuj, Sep 9 (PNI) The minister").

Invariant: it changes sources and cues, and takes both out of the content; it makes no quotes.
Measured on PolNeAR's dev split: taking subjects adds 0.4 to the F1 of attribution, 0.7 to that of mixed quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Span, SpanGroup

from quotes.nlp import cues
from quotes.nlp.grammar import source_range, subject_of
from quotes.nlp.keys import QUOTES_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

CARRYING = frozenset({"report", "quote", "cite", "describe", "say", "show", "record"})
TELLING = frozenset({"tell", "inform", "warn", "advise", "assure", "remind", "notify"})
WITHOUT_AS = frozenset({"quote", "cite"})  # "quoted officials describing ..."
SUBJECT_CONTROL = frozenset({"promise", "vow", "swear", "use", "need", "want"})  # "used the hearing to say"
THINGS = frozenset({"it", "there", "this", "what"})  # subjects that mostly stand for nobody
DATELINE = re.compile(
    r"(?:[A-Z][A-Z.’']{0,3} )?[A-Z]{3}[A-Z.’' -]{0,40}\b[^\n“”\"]{0,70}?\s(?:--|–|—|-)\s+(?=\S)"
    r"|[A-Z][\w.’'-]{1,20}(?: [A-Z][\w.’'-]{1,20}){0,2}, [A-Z][a-z]{2,8}\.? \d{1,2} \([A-Z]{2,8}\):?\s+(?=\S)"
)
MAX_NAME = 14  # tokens between the carrier's verb and the speaker's


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What stands between a carrier's verb and the words: token ranges of the speaker and of the speaker's verb."""

    source: tuple[int, int]
    cue: tuple[int, int]
    verb: int


def carried(doc: Doc, verb: int) -> Carried | None:
    """Return whose words the verb at a token passes on, or None if it passes on nobody's.

    Args:
        doc: a tagged Doc.
        verb: the token of the carrier's verb ("reported").
    """
    speech = cues.load().verbs
    end = min(verb + MAX_NAME, len(doc))
    for at in range(verb + 2, end):
        token = doc[at]
        if token.is_space or token.text in ".;:?!" or token.is_quote:
            return None
        if token.tag_ != "VBG" or token.lemma_.lower() not in speech:
            continue
        has_as = doc[at - 1].lower_ == "as"
        if not has_as and doc[verb].lemma_.lower() not in WITHOUT_AS:
            return None
        name = doc[verb + 1:at - has_as]
        named = any(t.pos_ in ("PROPN", "NOUN", "PRON") for t in name) and not any(t.pos_ == "VERB" for t in name)
        return Carried(source=(name.start, name.end), cue=(at, at + 1), verb=verb) if named else None
    return None


@Language.factory(
    "quotes_sources", default_config={"spans_key": QUOTES_KEY}, assigns=["doc.spans"],
    requires=["doc.spans", "token.tag", "token.dep"],
)
def make_sources(nlp: Language, name: str, spans_key: str) -> Sources:
    """Make the component that says by grammar whose quotes are; put it behind the extractor.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
        spans_key (str): key of `doc.spans` of the quotes.
    RETURNS (Sources): the component.
    """
    del nlp
    return Sources(name=name, spans_key=spans_key)


class Sources:
    """Gives quotes to those who said them."""

    def __init__(self, *, name: str = "quotes_sources", spans_key: str = QUOTES_KEY) -> None:
        self.name = name
        self.spans_key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a Doc."""
        self.set_annotations(doc, self.match(doc))
        self.add(doc, "CUE", self.match_cues(doc))
        self.give_to(doc, self.match_agents(doc) | self.match_objects(doc))
        self.add(doc, "SOURCE", self.match_subjects(doc))
        self.move_starts(doc, self.match_datelines(doc) | self.match_others(doc))
        return doc

    def match_cues(self, doc: Doc) -> dict[str, tuple[int, int]]:
        """Return by span_id the tokens of the verb of speech whose clause a quote without cue and source is."""
        group = doc.spans.get(self.spans_key, ())
        known = {span.id_ for span in group if span.label_ != "CONTENT"}
        found = {}
        for span in group:
            verb = span.root.head
            outside = not span.start <= verb.i < span.end
            if span.id_ not in known and outside and span.root.dep_ == "ccomp" and verb.lemma_.lower() in cues.load().verbs:
                auxiliaries = [child.i for child in verb.children if child.dep_ in ("aux", "auxpass", "neg") and child.i < verb.i]
                found[span.id_] = (min([*auxiliaries, verb.i]), verb.i + 1)
        return found

    def _sourced_cues(self, doc: Doc) -> Iterator[tuple[Span, Span]]:
        """Yield the cues of quotes that have a source, with it."""
        group = doc.spans.get(self.spans_key, ())
        sources = {span.id_: span for span in group if span.label_ == "SOURCE"}
        yield from ((span, sources[span.id_]) for span in group if span.label_ == "CUE" and span.id_ in sources)

    def match_agents(self, doc: Doc) -> dict[str, tuple[int, int]]:
        """Return by span_id who told it, where those who "were told by" somebody were taken for the source."""
        found = {}
        for cue, source in self._sourced_cues(doc):
            asker = next((c for token in cue if token.text == "Asked" for c in token.children if c.dep_ == "agent"), None)
            if asker is not None and (noun := next((c for c in asker.children if c.dep_ == "pobj"), None)) is not None:
                found[cue.id_] = source_range(doc, noun) or (noun.i, noun.i + 1)  # "Asked by Osei if he would go, Ruiz said"
                continue
            verb = next((token for token in cue if token.lemma_.lower() in TELLING and token.tag_ == "VBN"), None)
            if verb is None or not any(token.dep_ == "nsubjpass" and token.head == verb for token in source):
                continue
            agent = subject_of(verb)
            tokens = source_range(doc, agent) if agent is not None else None
            if tokens is not None:
                found[cue.id_] = tokens
        return found

    def match_objects(self, doc: Doc) -> dict[str, tuple[int, int]]:
        """Return by span_id who was made to say it, where those who made them were taken for the source.

        "Ruiz forced the chairman to admit that he knew" is a quote of the chairman.
        """
        found = {}
        for cue, source in self._sourced_cues(doc):
            verb = next((token for token in cue if token.tag_ == "VB" and token.dep_ in ("xcomp", "ccomp", "advcl")), None)
            if verb is None or verb.head.lemma_.lower() in SUBJECT_CONTROL:
                continue
            between = (t for t in (*verb.children, *verb.head.children) if verb.head.i < t.i < verb.i)
            made = [t for t in between if t.dep_ in ("nsubj", "dobj")]
            subject = subject_of(verb.head)
            if not made or subject is None or not source.start <= subject.i < source.end:
                continue
            if (tokens := source_range(doc, made[0])) is not None:
                found[cue.id_] = tokens
        return found

    def give_to(self, doc: Doc, found: dict[str, tuple[int, int]]) -> None:
        """Write sources in the place of those that were there."""
        if found:
            self._write(doc, [s for s in doc.spans[self.spans_key] if s.label_ != "SOURCE" or s.id_ not in found])
            self.add(doc, "SOURCE", found)

    def add(self, doc: Doc, label: str, found: dict[str, tuple[int, int]]) -> None:
        """Write spans of one label, by span_id."""
        if found:
            new = (Span(doc, *tokens, label=label, span_id=key) for key, tokens in found.items())
            self._write(doc, [*doc.spans[self.spans_key], *new])

    def _write(self, doc: Doc, spans: list[Span]) -> None:
        attrs = dict(doc.spans[self.spans_key].attrs)
        doc.spans[self.spans_key] = SpanGroup(doc, name=self.spans_key, spans=spans, attrs=attrs)

    def match_datelines(self, doc: Doc) -> dict[tuple[int, int, str], int]:
        """Return by (start, end, span_id) the first token after the dateline that a span begins with, changing nothing."""
        found = {}
        text = doc.text  # spaCy makes it anew each time it is asked for
        for span in doc.spans.get(self.spans_key, ()):
            begins = span.start_char == 0 or text[span.start_char - 1] == "\n"
            if begins and (dateline := DATELINE.match(text, span.start_char, span.end_char)):
                first = next(token.i for token in span if token.idx >= dateline.end())
                found[span.start, span.end, span.id_] = first
        return found

    def match_others(self, doc: Doc) -> dict[tuple[int, int, str], int]:
        """Return by (start, end, span_id) the first token of the names that a source of "others" ends: "Ruiz, others"."""
        group = doc.spans.get(self.spans_key, ())
        content = {token.i for span in group if span.label_ == "CONTENT" for token in span}
        found = {}
        for span in group:
            if span.label_ != "SOURCE" or span[0].lower_ != "others":
                continue
            first = span.start
            while first > 0 and _lists(doc, first, content):
                first -= 1
            if first < span.start and doc[first].pos_ == "PROPN":
                found[span.start, span.end, span.id_] = first
        return found

    def move_starts(self, doc: Doc, found: dict[tuple[int, int, str], int]) -> None:
        """Write the spans from other first tokens on."""
        if not found:
            return
        self._write(doc, [
            Span(doc, found.get((span.start, span.end, span.id_), span.start), span.end, label=span.label, span_id=span.id_)
            for span in doc.spans[self.spans_key]
        ])

    def match_subjects(self, doc: Doc) -> dict[str, tuple[int, int]]:
        """Return by span_id the tokens of the subject for quotes that have a cue but no source, changing nothing."""
        group = doc.spans.get(self.spans_key, ())
        known = {span.id_ for span in group if span.label_ == "SOURCE"}
        content = {token.i for span in group if span.label_ == "CONTENT" for token in span}
        found = {}
        for cue in group:
            if cue.label_ == "CUE" and cue.id_ not in known and (subject := _subject_of(cue, content)):
                found[cue.id_] = subject
        return found

    def match(self, doc: Doc) -> dict[str, Carried]:
        """Return by span_id the quotes that are passed on, changing nothing."""
        found = {}
        for span in doc.spans.get(self.spans_key, ()):
            verbs = [t.i for t in span if t.lemma_.lower() in CARRYING] if span.label_ == "CUE" else []
            if verbs and (passed := carried(doc, verbs[-1])):
                found[span.id_] = passed
        return found

    def set_annotations(self, doc: Doc, found: dict[str, Carried]) -> None:
        """Write the speakers' own source and cue, and take both out of the contents."""
        if not found:
            return
        spans = []
        for span in doc.spans[self.spans_key]:
            passed = found.get(span.id_)
            if passed is None:
                spans.append(span)
            elif span.label_ == "CONTENT":
                spans += _without(span, (passed.verb, passed.cue[1]))
        for key, passed in found.items():
            spans.append(Span(doc, *passed.source, label="SOURCE", span_id=key))
            spans.append(Span(doc, *passed.cue, label="CUE", span_id=key))
        self._write(doc, spans)


def _subject_of(cue: Span, content: set[int]) -> tuple[int, int] | None:
    """Return the tokens that name who does what a cue says, if they lie outside of all content and the cue itself."""
    taken = content | set(range(cue.start, cue.end))
    for verb in reversed([token for token in cue if token.pos_ in ("VERB", "AUX")]):
        subject = subject_of(verb)
        tokens = source_range(cue.doc, subject) if subject is not None and subject.lower_ not in THINGS else None
        if tokens is not None and taken.isdisjoint(range(*tokens)):
            return tokens
    return None


def _lists(doc: Doc, at: int, content: set[int]) -> bool:
    """Say whether the token before one belongs to a list of names."""
    before = doc[at - 1]
    return before.i not in content and (before.pos_ == "PROPN" or before.lower_ in {",", "and", "&"}) and not before.is_sent_end


def _without(span: Span, hole: tuple[int, int]) -> list[Span]:
    """Return what is left of a span outside a range of tokens, without punctuation at the new ends."""
    left = [(span.start, min(span.end, hole[0])), (max(span.start, hole[1]), span.end)]
    if span.end <= hole[0] or span.start >= hole[1]:
        return [span]
    return [Span(span.doc, start, end, label=span.label, span_id=span.id_) for start, end in left if start < end]
