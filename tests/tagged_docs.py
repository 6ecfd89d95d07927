"""Docs as the tagger leaves them, written as sentences with their tags, and quotes of tags as words.

    "[Ruiz] <said→Ruiz> {it rains→said} . ¶ {" We left "→-}"

`[a source]`, `<a cue→its source>`, `{a content→its cue}`. Behind an arrow stand the first words of the tags that it may hang on,
the likeliest first and then less likely ones, with "|" between; "-" is none. `"` begins and ends a stretch in marks, `/` ends
a sentence, `¶` a paragraph, and `was^` is a finite verb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import spacy
from spacy.tokens import Doc, Span, SpanGroup

from quotes.nlp.find.tagged import NONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quotes.nlp.find.tagged import Linked, Scene

VOCAB = spacy.blank("en").vocab
LABELS = {"[": "SOURCE", "<": "CUE", "{": "CONTENT"}
PIECE = re.compile(r"[\[<{](?P<tagged>[^\]>}→]*)(?:→(?P<heads>[^\]>}]*))?[\]>}]|\S+")
SCORES = (-0.1, -3.0, -6.0)  # log probabilities of heads, the likeliest first
Words = tuple[list[str], str | None, str | None, str]  # contents, cue, source, rule


@dataclass
class _Read:
    words: list[str] = field(default_factory=list)
    finite: list[bool] = field(default_factory=list)
    tags: list[tuple[int, int, str, list[str]]] = field(default_factory=list)
    sentences: list[int] = field(default_factory=lambda: [0])
    paragraphs: list[int] = field(default_factory=lambda: [0])

    def word(self, word: str) -> None:
        if word in "/¶":
            self.sentences.append(len(self.words))
            self.paragraphs += [len(self.words)] if word == "¶" else []
        else:
            self.words.append(word.removesuffix("^"))
            self.finite.append(word.endswith("^"))


def tagged(text: str, *, chained: bool = False) -> Doc:
    """Return the Doc of a sentence with tags; chained: all its stretches in marks are one quotation over paragraphs."""
    read = _Read()
    for piece in PIECE.finditer(text):
        start = len(read.words)
        for word in (piece["tagged"] or piece.group()).split():
            read.word(word)
        if piece["tagged"]:
            read.tags.append((start, len(read.words), LABELS[piece.group()[0]], (piece["heads"] or "").split("|")))
    return _doc(read, chained=chained)


def _doc(read: _Read, *, chained: bool) -> Doc:
    starts = sorted(set(read.sentences))
    doc = Doc(
        VOCAB,
        words=read.words,
        tags=["VBD" if finite else "NN" for finite in read.finite],
        heads=[max(start for start in starts if start <= i) for i in range(len(read.words))],
        deps=["ROOT" if i in starts else "dep" for i in range(len(read.words))],
    )
    number = {read.words[start]: number for number, (start, *_) in reversed(list(enumerate(read.tags)))}
    number["-"] = NONE
    heads = [{number[head]: score for head, score in zip(names, SCORES, strict=False) if head} for *_, names in read.tags]
    sure = {"first": 0.9, "mean": 0.9, "last": 0.9}
    scores = [{**sure, "none": own.pop(NONE, -9.0), "heads": [list(pair) for pair in own.items()]} for own in heads]
    spans = [Span(doc, start, end, label=label) for start, end, label, _ in read.tags]
    doc.spans["quotes_tags"] = SpanGroup(doc, spans=spans, attrs={"tags": scores})
    marks = [i for i, word in enumerate(read.words) if word == '"']
    pairs = zip(marks[::2], marks[1::2], strict=True)
    regions = [Span(doc, a, b + 1, label="closed", span_id="0" if chained else str(n)) for n, (a, b) in enumerate(pairs)]
    doc.spans["quotes_marks"] = SpanGroup(doc, spans=regions)
    blocks = [(a, b) for a, b in pairwise([*read.paragraphs, len(read.words)]) if a < b]
    doc.spans["quotes_paragraphs"] = SpanGroup(doc, spans=[Span(doc, a, b, label="body") for a, b in blocks])
    return doc


def in_words(doc: Doc, scene: Scene, quotes: Sequence[Linked]) -> list[Words]:
    """Return quotes of tags as the words of their contents, cue and source, with their rule."""

    def text(number: int) -> str | None:
        return None if number == NONE else doc[scene.tags[number].start : scene.tags[number].end].text

    def contents(quote: Linked) -> list[str]:
        return [doc[start:end].text for start, end in quote.spans] or [str(text(number)) for number in quote.contents]

    return [(contents(quote), text(quote.cue), text(quote.source), quote.rule) for quote in quotes]
