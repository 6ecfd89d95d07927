"""Docs as the tagger leaves them, made by hand: words, tags with their heads, marks, paragraphs, sentences."""

from __future__ import annotations

import spacy
from spacy.tokens import Doc, Span, SpanGroup

from quotes.nlp.find.tagged import NONE

VOCAB = spacy.blank("en").vocab
Tags = list[tuple[int, int, str, dict[int, float]]]  # start, end, label, heads


def doc_of(
    text: str,
    tags: Tags,
    marks: list[tuple[int, int]] | None = None,
    paragraphs: list[tuple[int, int]] | None = None,
    sentences: tuple[int, ...] = (0,),
) -> Doc:
    words = text.split()
    doc = Doc(
        VOCAB,
        words=words,
        heads=[max(start for start in sentences if start <= i) for i in range(len(words))],
        deps=["ROOT" if i in sentences else "dep" for i in range(len(words))],
    )
    spans = [Span(doc, start, end, label=label) for start, end, label, _ in tags]
    scores = [
        {
            "first": 0.9,
            "mean": 0.9,
            "last": 0.9,
            "none": heads.get(NONE, -9.0),
            "heads": [[h, s] for h, s in heads.items() if h != NONE],
        }
        for _, _, _, heads in tags
    ]
    doc.spans["quotes_tags"] = SpanGroup(doc, spans=spans, attrs={"tags": scores})
    doc.spans["quotes_marks"] = SpanGroup(doc, spans=[Span(doc, a, b, label="closed") for a, b in marks or []])
    blocks = paragraphs or [(0, len(words))]
    doc.spans["quotes_paragraphs"] = SpanGroup(doc, spans=[Span(doc, a, b, label="body") for a, b in blocks])
    return doc
