"""The language model's tokenizer, kept from texts that would stop it, and taught where a quotation mark stands.

Its time grows with the square of a run of punctuation without a space ("=====..."): ten thousand of them take twenty
seconds. Runs that are longer than any word are handed to it in pieces. And to it a mark with no space beside it is a letter
of a word (`said,“We`, `noon,”said`), as primes set for marks are. Invariant: but for `ABBREVIATIONS`, a text with neither is
tokenized exactly as without this.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spacy.tokens import Doc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_RUN = 1000  # code points without white space; addresses of pages are shorter
PIECE = 250
RUN = re.compile(rf"\S{{{LONGEST_RUN},}}+")
DOUBLE = '["“”„«»″〝〞]'
PUNCTUATION = "[.,:;!?…—–)\\]]"
GLUED = (  # what parts a word: a double mark, a single one behind punctuation, and the punctuation before either
    rf"(?<=\S){DOUBLE}(?=\S)|(?<=[.,:;!?…—–])[‘’'](?=[^\W\d_])|(?<=\w){PUNCTUATION}+(?={DOUBLE}|[‘’'][^\W\d_])"
    rf"|(?<={DOUBLE})[—–-]+(?=\w)"
)
ABBREVIATIONS = ("Sr.",)  # that spaCy does not know; it does know "Jr."
PARTING = (  # a spaCy tokenizer's attribute, the method of a pattern that it is, and what is added to that
    ("infix_finditer", "finditer", GLUED), ("prefix_search", "search", "^[″〝]"), ("suffix_search", "search", "[″〞]$"),
)


def _part_at_marks(tokenizer: Any) -> None:
    """Make a tokenizer part words at the quotation marks in them, beside its own rules."""
    for name, method, pattern in PARTING:
        own = getattr(getattr(tokenizer, name, None), "__self__", None)
        if isinstance(own, re.Pattern) and pattern not in own.pattern:
            setattr(tokenizer, name, getattr(re.compile(f"{own.pattern}|{pattern}"), method))


class BoundedTokenizer:
    """A tokenizer whose time is linear in the length of the text."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.vocab = tokenizer.vocab
        if hasattr(tokenizer, "add_special_case"):
            for word in ABBREVIATIONS:
                tokenizer.add_special_case(word, [{"ORTH": word}])
        _part_at_marks(tokenizer)

    def __call__(self, text: str) -> Doc:
        """Return the tokens of a text; `Doc.text` is the text."""
        cuts = [cut for run in RUN.finditer(text) for cut in range(run.start() + PIECE, run.end(), PIECE)]
        if not cuts:
            whole: Doc = self.tokenizer(text)
            return whole
        words: list[str] = []
        spaces: list[bool] = []
        for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
            for token in self.tokenizer(text[start:end]):
                words.append(token.text)
                spaces.append(bool(token.whitespace_))
        return Doc(self.vocab, words=words, spaces=spaces)

    def pipe(self, texts: Iterable[str], batch_size: int = 1000) -> Iterator[Doc]:  # noqa: ARG002  spaCy's signature
        """Yield the tokens of each text."""
        return map(self, texts)

    def to_bytes(self, **options: Any) -> bytes:
        """Return the inner tokenizer's bytes."""
        data: bytes = self.tokenizer.to_bytes(**options)
        return data

    def from_bytes(self, data: bytes, **options: Any) -> BoundedTokenizer:
        """Read the inner tokenizer from bytes."""
        self.tokenizer.from_bytes(data, **options)
        return self

    def to_disk(self, path: str, **options: Any) -> None:
        """Write the inner tokenizer to a file."""
        self.tokenizer.to_disk(path, **options)

    def from_disk(self, path: str, **options: Any) -> BoundedTokenizer:
        """Read the inner tokenizer from a file."""
        self.tokenizer.from_disk(path, **options)
        return self
