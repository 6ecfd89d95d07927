"""The words of a parsed article, with what coreference asks of each: paragraph, sentence, quoted or not, title case.

Invariants: a word is a token that is no white space; indices count words, not tokens; nothing here raises.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from quotes.lexicon import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc, Token

HYPHENS = frozenset("-‐‑–")
CLOSE_MARKS = frozenset("\"”'’»")
OPEN_MARKS = frozenset("\"“'‘«")
POSSESSIVES = frozenset({"'s", "’s", "'", "’", "'S", "’S"})
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
TITLE_CASE_SHARE = 0.75
TITLE_CASE_WORDS = 4


ABBREVIATIONS = {"US": "u.s.", "WHO": "w.h.o.", "IT": "i.t."}  # no pronouns: "US officials", "the WHO said"


class Text:
    """A Doc's words with what coreference asks of them: paragraph, sentence, quoted or not.

    Args:
        doc: the parsed Doc.
        paragraphs: start, end (tokens) and label of each paragraph; empty means one body.
        quoted: token ranges in quotation marks.
    """

    def __init__(self, doc: Doc, paragraphs: Sequence[tuple[int, int, str]], quoted: Sequence[tuple[int, int]]) -> None:
        self.doc = doc
        self.text = doc.text  # spaCy makes it anew each time it is asked for
        self.words: list[Token] = [t for t in doc if not t.is_space]
        self.index = {t.i: w for w, t in enumerate(self.words)}
        self.lower = [ABBREVIATIONS.get(t.text) or fold(t.text) for t in self.words]
        blocks = sorted(paragraphs) or [(0, len(doc), "body")]
        self.paragraph = self._numbers([start for start, _, _ in blocks])
        self.labels = [label for _, _, label in blocks]
        inside = {i for start, end in quoted for i in range(start, end)}
        self.quoted = [t.i in inside for t in self.words]
        self.sentence = self._numbers([s.start for s in doc.sents] if doc.has_annotation("SENT_START") else [0])
        self.title_case = self._title_case(len(blocks))

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.words)

    def _numbers(self, starts: Sequence[int]) -> list[int]:
        """Return for each word which of some stretches it is in, given the tokens where these start."""
        return [max(0, bisect_right(starts, t.i) - 1) for t in self.words]

    def _title_case(self, count: int) -> list[bool]:
        capital, every = [0] * count, [0] * count
        told = [False] * count  # a finite verb written small: a sentence of many names, no headline
        for word, paragraph in zip(self.words, self.paragraph, strict=True):
            told[paragraph] |= word.tag_ in FINITE and word.text.islower() and len(word.text) > 2
            if len(word.text) > 3 and word.text[0].isalpha():
                every[paragraph] += 1
                capital[paragraph] += word.text[0].isupper()
        shares = zip(capital, every, told, strict=True)
        return [n >= TITLE_CASE_WORDS and c >= TITLE_CASE_SHARE * n and not verb for c, n, verb in shares]

    def word_at(self, token: int) -> int:
        """Return the index of the first word at or after a token."""
        while token < len(self.doc) and token not in self.index:
            token += 1
        return self.index.get(token, len(self.words))

    def span_text(self, start: int, end: int) -> str:
        """Return the text of words, as written, white space made single."""
        if start >= end:
            return ""
        last = self.words[end - 1]
        return " ".join(self.text[self.words[start].idx : last.idx + len(last)].split())

    def is_body(self, word: int) -> bool:
        """Say whether a word stands in the story (headlines too), not in the site around it."""
        return self.labels[self.paragraph[word]] != "furniture"

    def headline(self, word: int) -> bool:
        """Say whether a word stands in a headline or in the article's first paragraph."""
        paragraph = self.paragraph[word]
        return paragraph == 0 or self.title_case[paragraph] or self.labels[paragraph] == "headline"

    def same_paragraph(self, left: int, right: int) -> bool:
        """Say whether two words stand in one paragraph."""
        return self.paragraph[left] == self.paragraph[right]

    def paragraph_before(self, word: int) -> int | None:
        """Return the first word of the story's paragraph before a paragraph that begins with a word."""
        at = word - 1
        while at >= 0 and not self.is_body(at):
            at -= 1
        if at < 0 or self.labels[self.paragraph[at]] == "headline":
            return None
        while at > 0 and self.same_paragraph(at - 1, at):
            at -= 1
        return at

    def starts_sentence(self, word: int) -> bool:
        """Say whether a word is a sentence's first, opening marks apart."""
        before = word - 1
        while before >= 0 and self.words[before].text in OPEN_MARKS and self.same_paragraph(before, word):
            before -= 1
        return (
            before < 0
            or not self.same_paragraph(before, word)
            or self.sentence[before] != self.sentence[word]
            or (self.words[before].text in {".", "!", "?", ":", "•", "*", "-"} and not self.glued(before + 1))
        )

    def glued(self, word: int) -> bool:
        """Say whether a word follows the one before it without white space."""
        if word == 0:
            return False
        before = self.words[word - 1]
        return before.idx + len(before) == self.words[word].idx


def is_capital(text: str) -> bool:
    """Say whether a word begins with a capital letter (or is a handle)."""
    return text[:1].isupper() or (text[:1] == "@" and len(text) > 1)
