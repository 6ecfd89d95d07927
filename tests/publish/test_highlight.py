"""Text cut at spans: nothing lost, nothing crossed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quotes.publish.highlight import Mark, paragraphs

texts = st.text(st.sampled_from("ab \n“”\u202e\U0001f600"), max_size=60)
marks = st.lists(st.builds(
    lambda kind, start, length, quote: Mark(quote_id=quote, speaker_id=quote, kind=kind, start=start, end=start + length),
    st.sampled_from(("content", "cue", "source")), st.integers(-2, 60), st.integers(0, 40), st.sampled_from("xyz")), max_size=12)


@given(text=texts, spans=marks)
def test_the_text_comes_back_whole_and_each_segment_lies_under_its_span(text: str, spans: list[Mark]) -> None:
    found = paragraphs(text, spans)
    assert ["".join(segment.text for segment in paragraph.segments) for paragraph in found] == [
        line for line in text.split("\n") if line.strip()]
    for paragraph in found:
        for segment in paragraph.segments:
            if segment.mark:
                assert segment.text in text[segment.mark.start:segment.mark.end]


def test_the_inner_of_two_nested_quotes_decides_and_is_deep() -> None:
    outer = Mark(quote_id="o", speaker_id="s", kind="content", start=0, end=11)
    inner = Mark(quote_id="i", speaker_id="t", kind="content", start=4, end=7)
    (paragraph,) = paragraphs("abc def ghi", [outer, inner])
    assert [(segment.text, segment.mark and segment.mark.quote_id, segment.depth) for segment in paragraph.segments] == [
        ("abc ", "o", 1), ("def", "i", 2), (" ghi", "o", 1)]
    assert [segment.first for segment in paragraph.segments] == [True, True, False]


def test_overlapping_quotes_are_cut_at_both_ends() -> None:
    spans = [Mark(quote_id=name, speaker_id=name, kind="content", start=start, end=end)
             for name, start, end in (("a", 0, 6), ("b", 4, 9))]
    (paragraph,) = paragraphs("abcdefghij", spans)
    assert [segment.text for segment in paragraph.segments] == ["abcd", "ef", "ghi", "j"]


def test_a_quote_over_two_paragraphs_is_marked_in_both() -> None:
    mark = Mark(quote_id="q", speaker_id="s", kind="content", start=2, end=9)
    found = paragraphs("ab cde\nfgh ij", [mark])
    assert [[segment.text for segment in paragraph.segments if segment.mark] for paragraph in found] == [[" cde"], ["fg"]]


def test_site_furniture_is_known_by_its_first_character() -> None:
    found = paragraphs("  Share\nStory\nMore", [], [(2, 7), (14, 18)])
    assert [paragraph.kind for paragraph in found] == ["furniture", "body", "furniture"]
