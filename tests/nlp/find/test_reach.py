from __future__ import annotations

import pytest
from spacy.tokens import Doc, Span, SpanGroup
from tagged_docs import Tags, doc_of

from quotes.nlp.find.link import assemble, choose
from quotes.nlp.find.reach import divided, outer_first, parted, resumed, whole_block, with_subject, within_sentence
from quotes.nlp.find.tagged import Linked, Scene, scene_of


def test_an_idle_name_said_has_the_sentence_before_it() -> None:
    doc = doc_of("Peru is ready to discuss a pact , Ruiz said .", [
        (0, 1, "SOURCE", {}), (1, 5, "CUE", {0: -0.1}), (5, 7, "CONTENT", {1: -0.1}),
        (8, 9, "SOURCE", {}), (9, 10, "CUE", {3: -0.1}),
    ])
    found = scene_of(doc)
    (quote,) = outer_first(found, assemble(found, choose(found, {})))
    assert (quote.cue, quote.source, quote.spans) == (4, 3, ((0, 7),))


def test_a_sentence_before_the_one_reported_is_cut_off() -> None:
    doc = doc_of("Peru left . Chile stays , Ruiz said", [
        (0, 5, "CONTENT", {2: -0.1}), (6, 7, "SOURCE", {}), (7, 8, "CUE", {1: -0.1}),
    ], sentences=(0, 3))
    found = scene_of(doc)
    (quote,) = assemble(found, choose(found, {}))
    assert within_sentence(found, quote).spans == ((3, 5),)


PARTED = [(["A"], "said", "Ruiz", "linked"), (['" B left . "'], None, "Ruiz", "continued")]
JOINED = [(["A", '" B left . "'], "said", "Ruiz", "linked")]


def parts(doc: Doc) -> list[tuple[list[str], str | None, str | None, str]]:
    found = scene_of(doc)
    spans = [doc[tag.start : tag.end].text for tag in found.tags] + [None]
    return [
        ([str(spans[c]) for c in q.contents], spans[q.cue], spans[q.source], q.rule)
        for q in parted(found, assemble(found, choose(found, {})))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Ruiz said A today . " B left . "', PARTED),
        ('Ruiz said A today and " B left . "', JOINED),
        ('Ruiz said A today . " B left , "', [(["A", '" B left , "'], "said", "Ruiz", "linked")]),
        ('Ruiz said A today . " B left . " she', JOINED),
    ],
    ids=["a sentence of its own", "within the sentence", "no end", "the sentence goes on"],
)
def test_a_whole_sentence_in_marks_after_reported_words_is_a_quote_of_its_own(
    text: str, expected: list[tuple[list[str], str | None, str | None, str]]
) -> None:
    start = text.split().index('"')
    doc = doc_of(text, [
        (0, 1, "SOURCE", {}), (1, 2, "CUE", {0: -0.1}), (2, 3, "CONTENT", {1: -0.1}), (start, start + 5, "CONTENT", {1: -0.1}),
    ], marks=[(start, start + 5)])
    assert parts(doc) == expected


def quoted_twice(*, paragraphs: list[tuple[int, int]], chain: str) -> Doc:
    doc = doc_of('" A left . " said Ruiz . " B left . "', [
        (0, 5, "CONTENT", {1: -0.1}), (5, 6, "CUE", {2: -0.1}), (6, 7, "SOURCE", {}), (8, 13, "CONTENT", {1: -0.1}),
    ], marks=[(0, 5), (8, 13)], paragraphs=paragraphs)
    first, second = doc.spans["quotes_marks"]
    first.id_, second.id_ = "0", chain
    doc.spans["quotes_marks"] = SpanGroup(doc, spans=[first, second])
    return doc


def test_what_stands_in_marks_in_the_next_paragraph_is_a_quote_of_its_own() -> None:
    assert [q[3] for q in parts(quoted_twice(paragraphs=[(0, 13)], chain="1"))] == ["linked"]
    assert [q[3] for q in parts(quoted_twice(paragraphs=[(0, 8), (8, 13)], chain="1"))] == ["linked", "continued"]


def test_but_not_what_goes_on_from_an_open_mark() -> None:
    assert [q[3] for q in parts(quoted_twice(paragraphs=[(0, 8), (8, 13)], chain="0"))] == ["linked"]


def test_a_quotation_over_two_paragraphs_without_a_cue_is_one_quote() -> None:
    doc = doc_of('" A left . " B left . "', [(0, 4, "CONTENT", {}), (4, 9, "CONTENT", {})], marks=[(0, 4), (4, 9)],
                 paragraphs=[(0, 4), (4, 9)])
    doc.spans["quotes_marks"] = SpanGroup(doc, spans=[Span(doc, s.start, s.end, label=s.label_, span_id="0")
                                                      for s in doc.spans["quotes_marks"]])
    assert parts(doc) == [(['" A left .', '" B left . "'], None, None, "sourceless")]


def test_a_paragraph_behind_a_colon_is_reported_whole() -> None:
    tags: Tags = [(0, 1, "SOURCE", {}), (1, 2, "CUE", {0: -0.1}), (3, 5, "CONTENT", {1: -0.1})]
    for ends, expected in (([(0, 3), (3, 9)], ((3, 9),)), ([(0, 9)], ())):
        found = scene_of(doc_of("Notice reads : Rain expected . Stay in .", tags, paragraphs=ends))
        (quote,) = assemble(found, choose(found, {}))
        assert whole_block(found, quote).spans == expected


def one_quote(text: str, tags: Tags, finite: tuple[str, ...] = (), sentences: tuple[int, ...] = (0,)) -> tuple[Scene, Linked]:
    doc = doc_of(text, tags, sentences=sentences)
    for token in doc:
        token.tag_ = "VBD" if token.text in finite else "NN"
    found = scene_of(doc)
    (quote,) = assemble(found, choose(found, {}))
    return found, quote


def test_what_goes_on_behind_the_cue_is_part_of_the_content() -> None:
    tags: Tags = [(0, 2, "CONTENT", {1: -0.1}), (3, 4, "CUE", {2: -0.1}), (4, 5, "SOURCE", {})]
    text = "The noise , said Ruiz , {} heard . We left"
    for verb, expected in (("was", ((0, 2), (6, 8))), ("being", ())):
        found, quote = one_quote(text.format(verb), tags, finite=("was",), sentences=(0, 9))
        assert resumed(found, quote).spans == expected


def test_a_content_that_begins_with_its_verb_has_its_subject() -> None:
    text = "We left . Volunteers have redrawn it , Ruiz said"
    tags: Tags = [(4, 7, "CONTENT", {2: -0.1}), (8, 9, "SOURCE", {}), (9, 10, "CUE", {1: -0.1})]
    for finite, expected in ((("have",), ((3, 7),)), ((), ())):
        found, quote = one_quote(text, tags, finite=finite, sentences=(0, 3))
        assert with_subject(found, quote).spans == expected


def test_the_last_sentence_of_a_content_goes_to_the_idle_cue_in_it() -> None:
    doc = doc_of("Ruiz warned of rain . Boats left , said Osei", [
        (0, 1, "SOURCE", {}), (1, 2, "CUE", {0: -0.1}), (2, 7, "CONTENT", {1: -0.1, 3: -3.0}),
        (8, 9, "CUE", {4: -0.1}), (9, 10, "SOURCE", {}),
    ], sentences=(0, 5))
    found = scene_of(doc)
    quotes = divided(found, assemble(found, choose(found, {})))
    assert [(q.spans, q.cue, q.source) for q in quotes] == [(((2, 5),), 1, 0), (((5, 7),), 3, 4)]
