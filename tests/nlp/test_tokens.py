"""Tokens of texts that would stop a tokenizer: the text stays what it is, and others are tokenized as ever."""

from __future__ import annotations

import pytest
import spacy

from quotes.nlp.tokens import LONGEST_RUN, BoundedTokenizer

PLAIN = spacy.blank("en").tokenizer
BOUNDED = BoundedTokenizer(spacy.blank("en").tokenizer)


@pytest.mark.parametrize("character", [*"=_(“*\"'.-", "a,"], ids=lambda char: f"a run of {char}")
def test_a_long_run_keeps_its_text(character: str) -> None:
    text = f"Talks ended. {character * 30_000} “We will appeal,” said Ana Ruiz."
    doc = BOUNDED(text)
    assert doc.text == text
    assert [token.text for token in doc[-10:]] == [token.text for token in PLAIN(text[-60:])[-10:]]


@pytest.mark.parametrize("text", [
    "", " ", "“We will appeal,”  said Ana Ruiz.\n\nNo.", "=" * (LONGEST_RUN - 1),
    "“It’s 5'10\" tall,” he said.",
    "see https://example.org/" + "a/" * 400,
], ids=["nothing", "a space", "two paragraphs", "a run just short enough",
        "marks with a space beside them", "a long address"])
def test_other_texts_are_tokenized_as_ever(text: str) -> None:
    assert [(token.text, token.idx, token.whitespace_) for token in BOUNDED(text)] == [
        (token.text, token.idx, token.whitespace_) for token in PLAIN(text)]


def test_a_run_between_spaces_keeps_them() -> None:
    text = " \n" + "=" * 5_000 + "  " + "_" * 5_000 + "\n"
    assert BOUNDED(text).text == text


@pytest.mark.parametrize(("text", "tokens"), [
    ("said,“We go", "said , “ We go"),
    ("noon,”said Ana", "noon , ” said Ana"),
    ('the crowd:"Nobody', 'the crowd : " Nobody'),
    ("furious—“My bid", "furious — “ My bid"),
    ("cold”—Rita Vance", "cold ” — Rita Vance"),
    ("she said,‘Go home,’he said", "she said , ‘ Go home , ’ he said"),
    ("„Nein“„Doch“", "„ Nein “ „ Doch “"),
    ("″We go,″ she said", "″ We go , ″ she said"),
    ("O’Shea's rock'n'roll", "O’Shea 's rock'n'roll"),
], ids=["before words", "behind words", "a colon", "a dash", "a dash behind", "single marks",
        "marks only", "primes", "apostrophes"])
def test_a_mark_without_a_space_beside_it_is_a_token(text: str, tokens: str) -> None:
    doc = BOUNDED(text)
    assert doc.text == text
    assert [token.text for token in doc] == tokens.split()


def test_a_tokenizer_that_was_taught_already_stays_as_it_is() -> None:
    pattern = BOUNDED.tokenizer.infix_finditer.__self__.pattern
    assert BoundedTokenizer(BOUNDED.tokenizer).tokenizer.infix_finditer.__self__.pattern == pattern


def test_senior_keeps_its_stop_as_junior_does() -> None:
    assert [token.text for token in BOUNDED("Tate Sr., a baker. Tate Jr. left.")] == [
        "Tate", "Sr.", ",", "a", "baker", ".", "Tate", "Jr.", "left", "."]
