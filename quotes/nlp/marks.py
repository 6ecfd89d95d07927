"""Paragraphs and pairs of quotation marks, from the characters alone.

Holds two pure functions over a text, `paragraphs` and `pairs`, and the spaCy component `quotes_marks` that puts what they
find into `doc.spans["quotes_paragraphs"]` and `doc.spans["quotes_marks"]` and starts a sentence at every paragraph.

Invariants: nothing here raises, whatever the text; a stray mark costs at most its own paragraph; pairs do not overlap (of
marks nested in marks only the outermost pair is given); every pass over the text is linear in its length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Span, SpanGroup

from quotes import lexicon
from quotes.nlp.component import MARKS_KEY, PARAGRAPHS_KEY, Component
from quotes.nlp.sentences import boundaries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from spacy.tokens import Doc


MARK = re.compile("``|''|‘‘|’’|[\"“”„‟＂«»″〝〞'‘’‚‛‹›`´]")
DOUBLE = frozenset(["``", "''", "‘‘", "’’", '"', "“", "”", "„", "‟", "＂", "«", "»", "″", "〝", "〞"])
OPENING_ONLY = frozenset("“„«‘‚‹〝") | {"``", "‘‘"}
CLOSING_ONLY = frozenset("”»›〞") | {"’’"}
BULLET = re.compile(r"[^\S\n][•▪●■◆](?=[^\S\n])")  # within a line it parts one item of a list from the next
BULLETS = frozenset("»›")  # at a line's front and with a space behind
OPENING_PUNCTUATION = frozenset("([{<—–-−/…¿¡|*•>:")
# 'em, 'tis, '90s: an apostrophe that stands for letters left out, not a mark.
ELISION = re.compile(r"\d0s|\d\d\b|(?:em|tis|twas|til|till|cause|n|bout|round|cos|cuz|im|er)\b", re.IGNORECASE)

TERMINAL = re.compile(r"[.!?…:;][\"'”’»)\]]*\s*$")
WRAP_WIDTH = (40, 100)  # columns of hard-wrapped plain text: mail, agency copy, press releases
FULL_LINE = 0.6  # of the longest line; a shorter one ends what it belongs to
UNENDING = re.compile(r"(?:,|\b(?:an?|and|as|at|by|for|from|in|of|on|or|the|to|who|with))$")  # no line of its own ends so
BYLINE = re.compile(r"(?:by|from|in|via|with)\b|\w+[@/.]\w")
HEADLINE_WORDS = 28
NO_START = 2**64 - 1  # -1, as spaCy's unsigned arrays hold it
MAX_LOOK_AHEAD = 200  # single marks tried as the closing one: keeps a text of nothing but marks linear
CAPTION = re.compile(
    r"\((?:[LRC]|left|right|centre|center|front|back)(?:,\s*\w+)?\)"
    r"|(?:\b(?:Photo(?:graph)?|Image|Picture|Video|Pic|Credit|Source)(?: credit| by| courtesy)?\s?:\s*\S)"
    r"|(?:/|via )(?:AP|AFP|Reuters|Getty Images|Getty|EPA(?:-EFE)?|PA|ANI|PTI|Bloomberg|Shutterstock)\b(?:\s+\w+)?\s*[)\]]?\s*$",
)


class ParagraphKind(StrEnum):
    """What a paragraph is for: the story, a headline over it, or the site around it."""

    BODY = "body"
    HEADLINE = "headline"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph as a half-open range of code points, without white space at its ends."""

    start: int
    end: int
    kind: ParagraphKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPair:
    """A stretch in quotation marks, marks included, as a half-open range of code points.

    `closed` is False where the stretch runs to the end of its paragraph without a closing mark. Stretches of one quotation
    that goes on over several paragraphs share a `chain`, the number of the first stretch.
    """

    start: int
    end: int
    closed: bool
    chain: int


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    double: bool
    may_open: bool
    may_close: bool

    @property
    def only_opens(self) -> bool:
        return self.may_open and not self.may_close

    @property
    def only_closes(self) -> bool:
        return self.may_close and not self.may_open


# ---------------------------------------------------------------- paragraphs


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    r"""Split a text into paragraphs and say of each what it is.

    A line is a paragraph, unless the text is wrapped at a fixed width; then an empty line ends one. In other texts lines
    that break in the middle of a sentence are one paragraph too: `said Tilda`, `Marsh, the`, `verger.`.

    >>> [p.kind.value for p in paragraphs("Talks end without a result\n\nRussia said on Tuesday that it would withdraw.")]
    ['headline', 'body']
    """
    ranges = list(_blocks(text) if _is_wrapped(text) else _unbroken(text))
    kinds = [_kind(text[start:end]) for start, end in ranges]
    _drop_repeats([text[start:end].strip("-–•*| ") for start, end in ranges], kinds)
    return tuple(Paragraph(start=start, end=end, kind=kind) for (start, end), kind in zip(ranges, kinds, strict=True))


def _drop_repeats(texts: list[str], kinds: list[ParagraphKind]) -> None:
    """Make furniture of what a page says twice: links to other stories, and summaries that the story repeats.

    A repeated headline counts once, above the story; among the paragraphs of the story a repeated one is a link. Of a
    repeated paragraph the last counts, the one in the story.
    """
    counts = Counter(text for text, kind in zip(texts, kinds, strict=True) if kind is not ParagraphKind.FURNITURE)
    first_body = next((i for i, kind in enumerate(kinds) if kind is ParagraphKind.BODY and counts[texts[i]] == 1), 0)
    last = {text: i for i, text in enumerate(texts)}
    seen: set[str] = set()
    for i, (text, kind) in enumerate(zip(texts, kinds, strict=True)):
        if counts[text] > 1 and kind is not ParagraphKind.FURNITURE:
            keep = i == last[text] if kind is ParagraphKind.BODY else text not in seen and i < first_body
            kinds[i] = kind if keep else ParagraphKind.FURNITURE
            seen.add(text)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for line in re.finditer(r"[^\n\r\u2028\u2029\x0b\x0c\x85]+", text):
        cuts = [line.start(), *(bullet.start() + 1 for bullet in BULLET.finditer(text, *line.span())), line.end()]
        for first, last in pairwise(cuts):
            stripped = text[first:last].strip()
            if stripped:
                start = text.index(stripped, first)
                yield start, start + len(stripped)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = end = -1
    for line_start, line_end in _lines(text):
        if start >= 0 and text.count("\n", end, line_start) > 1:
            yield start, end
            start = -1
        if start < 0:
            start = line_start
        end = line_end
    if start >= 0:
        yield start, end


def _unbroken(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of a text, those that somebody broke in the middle of a sentence put together."""
    for run in _runs(text):
        sure = [_breaks_off(text[slice(*one)], text[slice(*other)]) for one, other in pairwise(run)]
        width = max(end - start for start, end in run)
        start, end = run[0]
        for number, line in enumerate(run[1:]):
            near = any(sure[max(0, number - 1) : number + 2])
            full = end - start >= FULL_LINE * width and width <= WRAP_WIDTH[1]
            if sure[number] or (near and full and not TERMINAL.search(text[slice(*run[number])])):
                end = line[1]
            else:
                yield start, end
                start, end = line
        yield start, end


def _runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the lines of a text in runs without an empty line."""
    run: list[tuple[int, int]] = []
    for line in _lines(text):
        if run and text.count("\n", run[-1][1], line[0]) != 1:
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _breaks_off(line: str, following: str) -> bool:
    """Say whether a line ends in the middle of a sentence that the next one goes on with."""
    if TERMINAL.search(line) or _is_furniture(line) or _is_furniture(following):
        return False
    goes_on = following[0].islower() and BYLINE.match(following) is None and " " in line and " " in following
    return UNENDING.search(line) is not None or goes_on


def _is_wrapped(text: str) -> bool:
    """Say whether lines break at a fixed width rather than at paragraphs."""
    lines = list(_lines(text))
    pairs_ = [(a, b) for a, b in pairwise(lines) if text.count("\n", a[1], b[0]) == 1]
    if len(pairs_) < 4:
        return False
    width = max(end - start for start, end in lines)
    if not WRAP_WIDTH[0] <= width <= WRAP_WIDTH[1]:
        return False
    full = sum(1 for (start, end), _ in pairs_ if end - start >= 0.7 * width and not TERMINAL.search(text[start:end]))
    return full >= 0.5 * len(pairs_)


def _kind(paragraph: str) -> ParagraphKind:
    words = len(paragraph.split())
    if _is_furniture(paragraph):
        return ParagraphKind.FURNITURE
    terminal = TERMINAL.search(paragraph)
    if terminal or words > HEADLINE_WORDS:
        return ParagraphKind.BODY
    return ParagraphKind.HEADLINE if words >= 3 else ParagraphKind.FURNITURE


def _is_furniture(paragraph: str) -> bool:
    """Say whether a paragraph belongs to the site: a button, a notice, a caption's credit."""
    if not any(c.isalnum() for c in paragraph):
        return True
    if len(paragraph) <= 400 and CAPTION.search(paragraph) and not MARK.search(paragraph.replace("'", "").replace("’", "")):
        return True
    return len(paragraph) <= 160 and _furniture_pattern().match(paragraph) is not None


@cache
def _furniture_pattern() -> re.Pattern[str]:
    return re.compile(r"[^\w\"“”‘’'«»]*(?:" + "|".join(lexicon.furniture()) + ")", re.IGNORECASE)


# ---------------------------------------------------------------- quotation marks


def pairs(text: str, within: Iterable[Paragraph] | None = None) -> tuple[MarkPair, ...]:
    """Return the stretches of a text that stand in quotation marks, in order.

    Marks of one family (double, single) pair with one another whatever their shape. Apostrophes, plural possessives and
    elisions are no marks. A quotation left open goes on in the next paragraph if that opens with a mark again, or closes
    one that it never opened.

    Args:
        text: any text.
        within: its paragraphs; default: `paragraphs(text)`.

    >>> [text[p.start:p.end] for text in ['“In a fair peace," he said.'] for p in pairs(text)]
    ['“In a fair peace,"']
    """
    found: list[MarkPair] = []
    left_open: MarkPair | None = None
    blocks = [p for p in (paragraphs(text) if within is None else within) if p.kind is not ParagraphKind.FURNITURE]
    opening = {p.start: _opens_with(text, p) for p in blocks}
    for number, block in enumerate(blocks):
        after = blocks[number + 1] if number + 1 < len(blocks) else None
        following = opening[after.start] if after is not None else None
        if after is not None and following is None and _closes_first(text, after):
            following = True
        stretches = _pair_paragraph(text, block, following=following, left_open=left_open)
        for start, end, closed in stretches:
            continues = left_open is not None and start == block.start
            chain = left_open.chain if continues and left_open else len(found)
            found.append(MarkPair(start=start, end=end, closed=closed, chain=chain))
        left_open = found[-1] if stretches and not stretches[-1][2] and stretches[-1][1] == block.end else None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Place:
    """A character that may be a mark, with those around it; a space stands for a paragraph's edge."""

    mark: str
    start: int
    end: int
    before: str
    after: str
    leads: bool  # begins the paragraph

    @property
    def double(self) -> bool:
        return self.mark in DOUBLE

    @property
    def is_apostrophe(self) -> bool:
        return not self.double and self.before.isalnum() and self.after.isalnum()

    @property
    def starts(self) -> bool:
        """Whether what stands before it is nothing, or opens something too."""
        return self.before.isspace() or self.before in OPENING_PUNCTUATION or _is_mark(self.before)


def _marks(text: str, block: Paragraph) -> list[_Mark]:
    """Return the possible marks of a paragraph and what each may do where it stands."""
    places = (_place(text, block, match) for match in MARK.finditer(text, block.start, block.end))
    return [_mark(text, place) for place in places if not (place.is_apostrophe or _is_bullet(place))]


def _place(text: str, block: Paragraph, match: re.Match[str]) -> _Place:
    start, end = match.span()
    before = text[start - 1] if start > block.start else " "
    after = text[end] if end < block.end else " "
    return _Place(match.group(), start, end, before, after, start == block.start)


def _mark(text: str, place: _Place) -> _Mark:
    may_open, may_close = _by_shape(place)
    if place.double and not may_open and not may_close:
        may_open = may_close = True  # spaces on both sides: the state decides
    may_open = may_open and not _stands_for_letters(text, place) and not _measures(place)
    return _Mark(place.start, place.end, place.double, may_open, may_close)


def _by_shape(place: _Place) -> tuple[bool, bool]:
    """Say whether a mark may open and whether it may close, by its shape and what stands around it."""
    may_open = (place.starts or (place.double and not place.before.isalnum())) and not place.after.isspace()
    may_close = not place.before.isspace() and place.before not in "([{" and not place.leads
    if place.mark in OPENING_ONLY:
        return True, may_close and not place.after.isalnum() and place.mark in "“‘"
    if place.mark in CLOSING_ONLY:
        return may_open and place.starts and not may_close, not place.leads
    return may_open, may_close


def _is_bullet(place: _Place) -> bool:
    """Say whether a mark is one of a list's bullets: "» Pool closed until Sunday"."""
    return place.leads and place.mark in BULLETS and place.after.isspace()


def _stands_for_letters(text: str, place: _Place) -> bool:
    """Say whether a single mark is an apostrophe that begins a word ('tis)."""
    single = not place.double and place.mark in "'’`´"
    return single and ELISION.match(text, place.end, min(place.end + 8, len(text))) is not None


def _measures(place: _Place) -> bool:
    """Say whether a double mark stands for inches or seconds."""
    return place.double and place.before.isdigit() and place.mark in ('"', "''", "”", "″")


def _is_mark(char: str) -> bool:
    return char in "\"“”„‟＂«»″〝〞'‘’‚‛‹›`"


def _opens_with(text: str, block: Paragraph) -> bool | None:
    """Say which family opens a paragraph: True double, False single, None neither."""
    match = MARK.match(text, block.start, block.end)
    if match is None or match.group() in CLOSING_ONLY - {"”", "’’"} or match.end() >= block.end:
        return None
    double = match.group() in DOUBLE
    if not double and (ELISION.match(text, match.end()) or text[match.end()].isspace()):
        return None
    return double


def _closes_first(text: str, block: Paragraph) -> bool:
    """Say whether the first double mark of a paragraph can only close what another left open."""
    first = next((mark for mark in _marks(text, block) if mark.double), None)
    return first is not None and first.only_closes


def _pair_paragraph(text: str, block: Paragraph, *, following: bool | None,
                    left_open: MarkPair | None) -> list[tuple[int, int, bool]]:
    """Return the outermost stretches (start, end, closed) of one paragraph."""
    marks = _marks(text, block)
    doubles = _pair_doubles(text, block, [m for m in marks if m.double], following=following is True,
                            left_open=left_open is not None)
    outside = _outside([m for m in marks if not m.double], _outermost(doubles))
    return _outermost([*doubles, *_pair_singles(text, block, outside, following=following is False)])


def _outside(marks: list[_Mark], stretches: list[tuple[int, int, bool]]) -> list[_Mark]:
    """Return the marks that lie in none of the sorted, disjoint stretches."""
    starts = [start for start, _, _ in stretches]
    return [mark for mark in marks
            if not (at := bisect_right(starts, mark.start)) or mark.start >= stretches[at - 1][1]]


def _pair_doubles(text: str, block: Paragraph, marks: list[_Mark], *, following: bool,
                  left_open: bool) -> list[tuple[int, int, bool]]:
    stack: list[_Mark] = []
    found: list[tuple[int, int, bool]] = []
    openers = sum(m.only_opens for m in marks)
    closers = sum(m.only_closes for m in marks)
    for number, mark in enumerate(marks):
        # Here openers and closers count the marks from this one on that can be nothing else.
        if mark.may_open and (not mark.may_close or not stack):
            if stack and closers + following < openers + len(stack):
                stack.clear()  # `"A, he said. "B."`: the first was never closed, and this one opens anew
            stack.append(mark)
        elif mark.may_close and stack:
            found.append((stack.pop().start, mark.end, True))
        elif mark.may_close and left_open and number == 0:
            found.append((block.start, mark.end, True))  # closes what the paragraph before left open
        openers -= mark.only_opens
        closers -= mark.only_closes
    if stack and _stays_open(text, block, stack[0], last=stack[0] is marks[-1], found=found, following=following):
        found.append((stack[0].start, _open_end(text, stack[0], block), False))
    return found


def _open_end(text: str, opened: _Mark, block: Paragraph) -> int:
    """Return where a stretch without a closing mark ends: before `, said Ana Ruiz.`, else with its paragraph."""
    attribution = _attribution().search(text, opened.end, block.end)
    return block.end if attribution is None else attribution.start() + 1


@cache
def _attribution() -> re.Pattern[str]:
    """Return what finds, behind a comma, a verb of speech with a name or pronoun beside it that ends there."""
    said = f"(?:{'|'.join(sorted({*lexicon.finding().narrated, 'told'}))})"
    name = r"(?:[A-Z][\w.’'-]*\s+){1,4}"
    return re.compile(
        rf",\s+(?:{said}\s+(?:[A-Z]|(?:the|an?|his|her|their|its)\s)|{name}{said}\b|(?:s?he|they|it)\s+{said}(?=\s*(?:[.,;]|$)))"
        rf"|,\s+{said}\s+(?:s?he|they)(?=\s*(?:[.,;]|$))"
    )


def _stays_open(  # noqa: PLR0913
    text: str, block: Paragraph, opened: _Mark, *, last: bool, found: list[tuple[int, int, bool]], following: bool
) -> bool:
    """Say whether a mark that nothing closes opens a stretch to the paragraph's end."""
    # An excerpt from another paper has a mark before each paragraph and whole quotes inside: those count, not it.
    excerpt = any(start > opened.start for start, _, _ in found)
    if following and not excerpt:
        return True
    lead = text[block.start : opened.start].rstrip()
    return last and block.end - opened.end > 1 and (not lead or lead[-1] in ",:")


def _pair_singles(text: str, block: Paragraph, marks: list[_Mark], *, following: bool) -> list[tuple[int, int, bool]]:
    found: list[tuple[int, int, bool]] = []
    number = 0
    while number < len(marks):
        opened = marks[number]
        number += 1
        if not opened.may_open:
            continue
        closing = _closing_single(text, marks, number)
        if closing is not None:
            found.append((opened.start, marks[closing].end, True))
            number = closing + 1
        elif following and not text[block.start:opened.start].strip():
            found.append((opened.start, block.end, False))
            break
    return found


def _closing_single(text: str, marks: list[_Mark], first: int) -> int | None:
    """Return the number of the mark that closes a single mark opened before `first`, or None.

    After an s a mark may be a plural possessive ('the leaders' level is fine,' he said); it closes only if no better
    mark comes before the next opening one.
    """
    fallback: int | None = None
    for number in range(first, min(first + MAX_LOOK_AHEAD, len(marks))):
        mark = marks[number]
        after = text[mark.end:mark.end + 2]
        if mark.only_opens:
            if fallback is not None:
                return fallback
            continue
        if not mark.may_close:
            continue
        possessive = text[mark.start - 1] in "sS" and after[:1].isspace() and after[1:2].islower()
        if not possessive:
            return number
        if fallback is None:
            fallback = number
    return fallback


def _outermost(stretches: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    kept: list[tuple[int, int, bool]] = []
    for stretch in sorted(stretches, key=lambda s: (s[0], -s[1])):
        if not kept or stretch[0] >= kept[-1][1]:
            kept.append(stretch)
    return kept


# ---------------------------------------------------------------- spaCy


@Language.factory("quotes_marks", assigns=["doc.spans", "token.is_sent_start"])
def make_marks(nlp: Language, name: str) -> Marks:
    """Make the component that finds paragraphs and quotation marks; put it before the parser.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
    RETURNS (Marks): the component.
    """
    del nlp
    return Marks(name)


Page = tuple[tuple[Paragraph, ...], tuple[MarkPair, ...]]


class Marks(Component[Page]):
    """Annotates paragraphs (label: their kind) and stretches in marks (label closed or open; span_id: the chain)."""

    def __init__(self, name: str = "quotes_marks") -> None:
        super().__init__(name)

    def match(self, doc: Doc) -> Page:
        """Return the paragraphs and pairs of a Doc's text, changing nothing."""
        text = doc.text
        blocks = paragraphs(text)
        return blocks, pairs(text, blocks)

    def set_annotations(self, doc: Doc, found: Page) -> None:
        """Write paragraphs, pairs and sentence starts into a Doc."""
        blocks, in_marks = found
        snap = token_snapper(doc)
        spans = [snap(block.start, block.end, str(block.kind), "") for block in blocks]
        doc.spans[PARAGRAPHS_KEY] = SpanGroup(doc, name=PARAGRAPHS_KEY, spans=[s for s in spans if s])
        if not doc.has_annotation("DEP"):  # a parse has its own sentences
            # all at once: token by token, spaCy looks through the whole Doc each time
            starts: Any = doc.to_array(["SENT_START"])
            for at, begins in _sure_starts(doc, blocks):
                starts[at] = 1 if begins else NO_START
            starts[[span.start for span in doc.spans[PARAGRAPHS_KEY]]] = 1
            doc.from_array(["SENT_START"], starts)
        spans = [snap(p.start, p.end, "closed" if p.closed else "open", str(p.chain)) for p in in_marks]
        doc.spans[MARKS_KEY] = SpanGroup(doc, name=MARKS_KEY, spans=[s for s in spans if s])


def _sure_starts(doc: Doc, blocks: Iterable[Paragraph]) -> Iterator[tuple[int, bool]]:
    """Yield the tokens of which it is sure whether a sentence starts with them."""
    text, token = doc.text, {token.idx: token.i for token in doc}
    for block in blocks:
        for offset, begins in boundaries(text, block.start, block.end):
            if offset in token:
                yield token[offset], begins


def token_snapper(doc: Doc) -> Callable[[int, int, str, str], Span | None]:
    """Return a function from a range of code points to the Span of all tokens that it touches."""

    def snap(start: int, end: int, label: str, span_id: str) -> Span | None:
        span = doc.char_span(start, end, alignment_mode="expand")
        return None if span is None else Span(doc, span.start, span.end, label=label, span_id=span_id)

    return snap
