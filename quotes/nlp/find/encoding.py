"""Text to the tagger's input: words, their features, word pieces and windows.

Shared by the run-time component (`tagger.py`) and the training script, so that both see the same input. Needs only
`numpy` and `tokenizers`. Invariants: words of a paragraph are in text order and do not overlap; a window holds at most
`WINDOW_PIECES` word pieces, [CLS] and [SEP]s included; every word of a paragraph is in exactly one window.

Quotation marks are made canonical before the encoder sees them: whatever a paper prints (straight, curly, British
single, two single marks, guillemets), an opening mark becomes U+201C and a closing one U+201D; every apostrophe becomes
"'". So the network learns one style, and the pairing in `marks.py` alone knows the others. Beside each word goes its
case (the encoder is uncased) and whether it stands inside a pair.

Offsets are code points into the article's text, half-open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tokenizers import Tokenizer

WINDOW_PIECES = 256
OPENING = "\N{LEFT DOUBLE QUOTATION MARK}"
CLOSING = "\N{RIGHT DOUBLE QUOTATION MARK}"
WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
TWO_CHARACTER_MARKS = ("''", "``", "\N{LEFT SINGLE QUOTATION MARK}" * 2, "\N{RIGHT SINGLE QUOTATION MARK}" * 2)
APOSTROPHES = frozenset("\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}`\N{ACUTE ACCENT}")
OUTSIDE, INSIDE_CLOSED, INSIDE_OPEN = 0, 1, 2
LOWER, TITLE, UPPER, MIXED = 0, 1, 2, 3
SENTENCE_END = frozenset(".!?" + CLOSING)


@dataclass(frozen=True, slots=True)
class Region:
    """What stands between a pair of quotation marks, the marks included.

    Args:
        start: offset of the opening mark.
        end: offset after the closing mark, or the paragraph's end if `closed` is false.
        closed: whether the pair has a closing mark.
    """

    start: int
    end: int
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Word:
    """One word or punctuation mark as the encoder sees it."""

    start: int
    end: int
    form: str
    case: int
    inside: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph (or a part of a long one) and its words; `continued` if it goes on from the part before."""

    words: tuple[Word, ...]
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The encoder's input for one stretch of text.

    Args:
        words: the words of its paragraphs in text order.
        first: for each word, whether a paragraph starts there (a continued part does not).
        piece_of_word: position of each word's first piece in `ids`.
        ids, case, inside: (n_pieces,) int64 arrays: word pieces and the features of their words.
    """

    words: tuple[Word, ...]
    first: tuple[bool, ...]
    piece_of_word: np.ndarray
    ids: np.ndarray
    case: np.ndarray
    inside: np.ndarray


def case_of(form: str) -> int:
    """Return the case class of a word: 0 lower or none, 1 capitalised, 2 capitals, 3 mixed."""
    if form.islower() or not any(map(str.isalpha, form)):
        return LOWER
    if form.isupper():
        return UPPER if len(form) > 1 else TITLE
    return TITLE if form[0].isupper() and form[1:].islower() else MIXED


def outermost(regions: Iterable[Region]) -> list[Region]:
    """Return the regions that lie in no other, in text order."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda r: (r.start, -r.end)):
        if not kept or region.start >= kept[-1].end:
            kept.append(region)
    return kept


def mark_spans(text: str, regions: Sequence[Region]) -> dict[int, tuple[int, str, int]]:
    """Return the quotation marks of the regions: start -> (end, canonical form, inside class)."""
    marks: dict[int, tuple[int, str, int]] = {}
    for region in regions:
        start, end, inside = region.start, region.end, INSIDE_CLOSED if region.closed else INSIDE_OPEN
        length = 2 if text[start : min(start + 2, end)] in TWO_CHARACTER_MARKS else 1
        if not text[start].isalnum():  # else it continues the paragraph before without reopening
            marks[start] = (start + length, OPENING, inside)
        length = 2 if text[max(start, end - 2) : end] in TWO_CHARACTER_MARKS else 1
        if region.closed and end - length > start:
            marks[end - length] = (end, CLOSING, inside)
    return marks


def words_of(text: str, start: int, end: int, regions: Sequence[Region]) -> tuple[Word, ...]:
    """Return the words of `text[start:end]`.

    Args:
        text: the article's text.
        start: offset of the paragraph's first character.
        end: offset after its last.
        regions: pairs of quotation marks; those outside of the paragraph are ignored, nested ones too.
    """
    own = outermost(r for r in regions if start <= r.start and r.end <= end)
    marks = mark_spans(text, own)
    words: list[Word] = []
    position = start
    pending = iter([*own, None])
    region = next(pending)
    while match := WORD.search(text, position, end):
        at = match.start()
        while region is not None and at >= region.end:
            region = next(pending)
        if at in marks:
            stop, form, inside = marks[at]
        else:
            stop, form = match.end(), match.group()
            inside = OUTSIDE
            if region is not None and region.start <= at:
                inside = INSIDE_CLOSED if region.closed else INSIDE_OPEN
            form = "'" if form in APOSTROPHES else form
        words.append(Word(at, stop, form, case_of(form), inside))
        position = stop
    return tuple(words)


def _pieces(words: Sequence[Word], tokenizer: Tokenizer) -> tuple[list[int], list[list[int]]]:
    """Return the indices of the words that have pieces, and those pieces' ids."""
    if not words:
        return [], []
    encoding = tokenizer.encode([w.form for w in words], is_pretokenized=True, add_special_tokens=False)
    by_word: dict[int, list[int]] = {}
    for piece, word in zip(encoding.ids, encoding.word_ids, strict=True):
        if word is not None:
            by_word.setdefault(word, []).append(piece)
    return list(by_word), list(by_word.values())


def _cut(lengths: Sequence[int], words: Sequence[Word], room: int) -> int:
    """Return how many words fit into `room` pieces, ending at a sentence's end in the last half if there is one."""
    total = sentence = 0
    for count, length in enumerate(lengths):
        if total + length > room:
            return sentence or max(1, count)
        total += length
        if words[count].form in SENTENCE_END and 2 * total > room:
            sentence = count + 1
    return len(lengths)


class WindowBuilder:
    """Packs whole paragraphs into windows, [SEP] between them.

    Args:
        tokenizer: the base model's tokenizer, without truncation or padding.
        size: word pieces of a window, [CLS] and [SEP] included.
    """

    def __init__(self, tokenizer: Tokenizer, size: int = WINDOW_PIECES) -> None:
        self.tokenizer = tokenizer
        self.size = size
        self.cls = tokenizer.token_to_id("[CLS]")
        self.sep = tokenizer.token_to_id("[SEP]")
        self.mask = tokenizer.token_to_id("[MASK]")

    def parts(self, words: Sequence[Word]) -> Iterator[tuple[Paragraph, list[list[int]]]]:
        """Yield a paragraph's words and pieces, cut where it is longer than a window."""
        kept, pieces = _pieces(words, self.tokenizer)
        usable = [words[i] for i in kept]
        pieces = [p[: self.size // 4] for p in pieces]
        continued = False
        while usable:
            count = _cut([len(p) for p in pieces], usable, self.size - 2)
            yield Paragraph(tuple(usable[:count]), continued), pieces[:count]
            usable, pieces, continued = usable[count:], pieces[count:], True

    def windows(self, paragraphs: Iterable[Sequence[Word]]) -> Iterator[Window]:
        """Yield the windows of an article.

        Args:
            paragraphs: the words of each paragraph, as `words_of` gives them.
        """
        held: list[tuple[Paragraph, list[list[int]]]] = []
        used = 1
        for words in paragraphs:
            for part, pieces in self.parts(words):
                needed = sum(map(len, pieces)) + 1
                if held and used + needed > self.size:
                    yield self._window(held)
                    held, used = [], 1
                held.append((part, pieces))
                used += needed
        if held:
            yield self._window(held)

    def _window(self, held: Sequence[tuple[Paragraph, list[list[int]]]]) -> Window:
        ids, case, inside = [self.cls], [0], [0]
        words: list[Word] = []
        first: list[bool] = []
        at: list[int] = []
        for part, pieces in held:
            for index, (word, own) in enumerate(zip(part.words, pieces, strict=True)):
                at.append(len(ids))
                words.append(word)
                first.append(index == 0 and not part.continued)
                ids += own
                case += [word.case] * len(own)
                inside += [word.inside] * len(own)
            ids.append(self.sep)
            case.append(0)
            inside.append(0)
        return Window(
            words=tuple(words),
            first=tuple(first),
            piece_of_word=np.array(at, dtype=np.int64),
            ids=np.array(ids, dtype=np.int64),
            case=np.array(case, dtype=np.int64),
            inside=np.array(inside, dtype=np.int64),
        )
