from __future__ import annotations

from itertools import pairwise

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from quotes.nlp.marks import Marks, ParagraphKind, pairs, paragraphs

CASES = {
    "straight": ('He said, "We won." Then he left.', ['"We won."']),
    "curly": ("“We won,” she said.", ["“We won,”"]),
    "curly opens, straight closes": ('“In a fair peace nobody loses," said Mr Ito.', ['“In a fair peace nobody loses,"']),
    "straight opens, curly closes": ('"We shall see,” he said.', ['"We shall see,”']),
    "nested in marks of the same kind": (
        'Osei said, "They called it "useful" that we wrote." "More to come," he added.',
        ['"They called it "useful" that we wrote."', '"More to come,"'],
    ),
    "plural possessives are no marks": ("The countries' two leaders met at the ministers' request.", []),
    "apostrophes are no marks": ("It's the '90s and they're rockin', rollin' and singin' in the 1990s.", []),
    "British single marks": ("'We won,' said Ola. 'It's the players' day.'", ["'We won,'", "'It's the players' day.'"]),
    "a possessive inside single marks": ("'The leaders' level is fine,' he said.", ["'The leaders' level is fine,'"]),
    "double inside single": ("‘He told me “no” twice,’ she said.", ["‘He told me “no” twice,’"]),
    "two single marks typed as one": ("''We will go,'' she said. It's fine.", ["''We will go,''"]),
    "LaTeX style": ("``We will go,'' she said.", ["``We will go,''"]),
    "guillemets": ("«Nous allons», he said.", ["«Nous allons»"]),
    "low opening marks": ("„We go“, he said.", ["„We go“"]),
    "inches are no marks": ("He is 6'2\" tall and has a 27\" screen.", []),
    "spaces on the inner side": ('" We go " he said', ['" We go "']),
    "a stray mark costs its own paragraph only": ('He said "We won.\nThen "it was over," he said.', ['"it was over,"']),
    "an unclosed mark before a closed pair": ('"We won, he said. "It is over." "Yes."', ['"It is over."', '"Yes."']),
    "a closing mark forgotten before the speaker": (
        '"We fill it on Friday, said Goran Ilic, the caretaker.\n\n"It smelled," said Petra Lund.',
        ['"We fill it on Friday,', '"It smelled,"']),
    "a bullet is no mark": ("» Pool closed\n“We fill it,” she said.", ["“We fill it,”"]),
    "a guillemet with spaces inside": ("« Nous allons », he said.", ["« Nous allons »"]),
    "primes": ("″We go,″ she said. It is 5″ long.", ["″We go,″"]),
    "the next paragraph closes it": (
        'a note that said "I left.\n\n— Your friend —"\n\nThen he went.', ['"I left.', '— Your friend —"']),
    "unclosed after a colon runs to the paragraph's end": ('Ruiz: "We won, that is all.\nHe left.', ['"We won, that is all.']),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_pairs(text: str, expected: list[str]) -> None:
    assert [text[pair.start:pair.end] for pair in pairs(text)] == expected


@pytest.mark.parametrize(
    "text",
    ["“One.\n\n“Two.\n\n“Three,” he said.", '"One.\n\n"Two.\n\n"Three," he said.', "'One.\n\n'Two.\n\n'Three,' he said."],
    ids=["curly", "straight", "single"],
)
def test_a_quotation_reopened_in_each_paragraph_is_one_chain(text: str) -> None:
    found = pairs(text)
    assert [pair.closed for pair in found] == [False, False, True]
    assert len({pair.chain for pair in found}) == 1


def test_a_paragraph_may_close_what_the_one_before_left_open() -> None:
    text = '"One goes on.\n\nTwo without an opening mark," he said.'
    assert [text[p.start:p.end] for p in pairs(text)] == ['"One goes on.', 'Two without an opening mark,"']
    assert len({pair.chain for pair in pairs(text)}) == 1


@given(st.text(alphabet="ab sS.,:-'\"“”‘’«»„`´\n0", max_size=200))
def test_any_text_gives_disjoint_pairs_inside_one_paragraph(text: str) -> None:
    blocks = paragraphs(text)
    found = pairs(text, blocks)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(any(b.start <= pair.start < pair.end <= b.end for b in blocks) for pair in found)


@given(st.text(max_size=300))
def test_paragraphs_hold_every_visible_character_once(text: str) -> None:
    blocks = paragraphs(text)
    outside = "".join(text[a.end:b.start] for a, b in pairwise(blocks))
    assert not outside.strip()
    assert all(block.start < block.end for block in blocks)
    if blocks:
        assert not text[:blocks[0].start].strip()
        assert not text[blocks[-1].end:].strip()


@pytest.mark.parametrize(
    "paragraph",
    ["Advertisement", "Read more: The talks in pictures", "Share this article", "Sign up to our newsletter", "|",
     "Follow us on X", "The minister (L) greets his guest. Photo: Pool via AFP", "Subscribe now for £1 a week", "3 comments"],
)
def test_site_furniture(paragraph: str) -> None:
    assert paragraphs(paragraph)[0].kind is ParagraphKind.FURNITURE


@pytest.mark.parametrize(
    "paragraph",
    ["Share prices fell on Monday, the bank said in a statement to investors.", "“Subscribe to nothing,” he said with a laugh.",
     "Follow-up talks are planned, an official said."],
)
def test_prose_is_no_furniture(paragraph: str) -> None:
    assert paragraphs(paragraph)[0].kind is ParagraphKind.BODY


def test_links_to_other_stories_are_furniture_and_the_headline_is_not() -> None:
    body = "The minister said on Monday that the talks had gone well and would go on next week."
    text = f"Talks go well in Geneva\n\n{body}\n\nStorm hits the coast\nStorm hits the coast\n\nNobody was hurt, police said."
    assert [p.kind.value for p in paragraphs(text)] == ["headline", "body", "furniture", "furniture", "body"]


def test_text_wrapped_at_a_fixed_width_ends_paragraphs_at_empty_lines() -> None:
    wrapped = """GENEVA -- The company said on Monday that it would open two
plants in the region and hire four hundred people by
the end of the next year, which is more than planned.

"We are proud of what our people have done here over the
years and of what they will do," said the chairman, who
has led the company since its foundation in the city.
"""
    assert len(paragraphs(wrapped)) == 2
    assert len(pairs(wrapped)) == 1


def test_bullets_within_a_line_part_the_items_of_a_list() -> None:
    text = "The mayor spoke. • Pier is lost • Swans return to the pond"
    assert [text[p.start:p.end] for p in paragraphs(text)] == ["The mayor spoke.", "• Pier is lost", "• Swans return to the pond"]


@pytest.mark.parametrize(("text", "count"), [
    ("“The organ is\nout of tune,” said Berta\nHolst, the head of\nthe Cathedral Choir.", 1),
    ("Organ out of tune\nBy Ana Ruiz\nThe organ is out of tune, the choir said.", 3),
    ("organ_lover\nleave the organ alone\nReply", 3),
    ("Organ out of tune\n\nThe organ is\nout of tune.", 2),
    ("The organ is out of tune.\nthe choir is not.", 2),
], ids=["broken hard", "a headline and a byline", "a comment", "a headline and broken lines", "a stop"])
def test_lines_that_break_off_in_a_sentence_are_one_paragraph(text: str, count: int) -> None:
    assert len(paragraphs(text)) == count


def test_the_component_says_where_sentences_surely_start_and_do_not() -> None:
    doc = Marks()(spacy.blank("en")("He met Gov. Ruth Amsel. Rep. Carl Dow left."))
    assert [token.text for token in doc if token.is_sent_start] == ["He", "Rep."]
    assert [token.text for token in doc if token.is_sent_start is False] == ["Ruth", "Carl"]


def test_the_component_annotates_paragraphs_marks_and_sentence_starts() -> None:
    doc = Marks()(spacy.blank("en")("Talks fail again\n“We tried,” Ana Ruiz said."))
    assert [(s.text, s.label_) for s in doc.spans["quotes_paragraphs"]] == [
        ("Talks fail again", "headline"), ("“We tried,” Ana Ruiz said.", "body"),
    ]
    assert [(s.text, s.label_) for s in doc.spans["quotes_marks"]] == [("“We tried,”", "closed")]
    assert [t.text for t in doc if t.is_sent_start] == ["Talks", "“"]


@pytest.mark.parametrize("unit", ['"', "'", '"a ', "'a ", "'a\" ", "“x ‘y ", '\n"', "a' "])
def test_nothing_but_marks_is_read_without_error(unit: str) -> None:
    text = unit * 10_000
    assert all(0 <= pair.start < pair.end <= len(text) for pair in pairs(text))
