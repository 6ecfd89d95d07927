"""Tokens of texts that would stop a tokenizer: the text stays what it is, and others are tokenized as ever."""

from __future__ import annotations

import pytest
import spacy

from quotes.nlp.tokens import LONGEST_RUN, BoundedTokenizer

PLAIN = spacy.blank("en").tokenizer
BOUNDED = BoundedTokenizer(PLAIN)


@pytest.mark.parametrize("character", [*"=_(“*\"'.-", "a,"], ids=lambda char: f"a run of {char}")
def test_a_long_run_keeps_its_text(character: str) -> None:
    text = f"Talks ended. {character * 30_000} “We will appeal,” said Ana Ruiz."
    doc = BOUNDED(text)
    assert doc.text == text
    assert [token.text for token in doc[-10:]] == [token.text for token in PLAIN(text[-60:])[-10:]]


@pytest.mark.parametrize("text", [
    "", " ", "“We will appeal,”  said Ana Ruiz.\n\nNo.", "=" * (LONGEST_RUN - 1), "see https://example.org/" + "a/" * 400,
], ids=["nothing", "a space", "two paragraphs", "a run just short enough", "a long address"])
def test_other_texts_are_tokenized_as_ever(text: str) -> None:
    assert [(token.text, token.idx, token.whitespace_) for token in BOUNDED(text)] == [
        (token.text, token.idx, token.whitespace_) for token in PLAIN(text)]


def test_a_run_between_spaces_keeps_them() -> None:
    text = " \n" + "=" * 5_000 + "  " + "_" * 5_000 + "\n"
    assert BOUNDED(text).text == text
