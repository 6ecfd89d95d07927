"""An article's text cut at every boundary of a span, so that quotes may nest and overlap and markup still nests.

Invariant: the segments of all paragraphs, joined with what separated them, are the text; each segment lies wholly inside
or wholly outside every span. The innermost (shortest) span that covers a segment decides its colour and link.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

VOICES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A span of a quote in the text: half-open code points, `kind` content, cue or source; whether it is the last of its kind."""

    quote_id: str
    speaker_id: str
    kind: str
    start: int
    end: int
    label: str = ""
    is_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of text under the same spans.

    `mark` is the innermost span; `depth` counts the contents around the segment; `first` and `last` tell whether the
    mark's span begins and ends here.
    """

    text: str
    mark: Mark | None = None
    depth: int = 0
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A line of the text; `kind` is body or furniture."""

    segments: tuple[Segment, ...]
    kind: str = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A speaker of the article in its legend: number, colour class, and how many quotes."""

    number: int
    speaker_id: str
    name: str
    quotes: int
    detail: str = ""

    @property
    def css(self) -> str:
        """Return the class that colours the speaker; after `VOICES` speakers colours come again, numbers do not."""
        return f"voice-{(self.number - 1) % VOICES + 1}"


def paragraphs(text: str, marks: Sequence[Mark], furniture: Iterable[tuple[int, int]] = ()) -> list[Paragraph]:
    """Return the text's lines that hold anything, cut into segments.

    Args:
        text: the article.
        marks: spans of its quotes, in any order, overlapping as they like; parts outside the text are ignored.
        furniture: spans of site furniture.

    Example:
        >>> mark = Mark(quote_id="q", speaker_id="s", kind="content", start=0, end=4)
        >>> [segment.text for segment in paragraphs("“Hi” he said", [mark])[0].segments]
        ['“Hi”', ' he said']
    """
    usable = sorted((mark for mark in marks if 0 <= mark.start < mark.end <= len(text)),
                    key=lambda mark: (mark.start, -mark.end))
    grey = sorted((start, end) for start, end in furniture if start < end)
    found, start, next_mark, open_marks = [], 0, 0, list[Mark]()
    for line in text.split("\n"):
        end = start + len(line)
        while next_mark < len(usable) and usable[next_mark].start < end:
            open_marks.append(usable[next_mark])
            next_mark += 1
        open_marks = [mark for mark in open_marks if mark.end > start]
        if line.strip():
            kind = "furniture" if _is_covered(start, end, line, grey) else "body"
            found.append(Paragraph(segments=tuple(_segments(text, start, end, open_marks)), kind=kind))
        start = end + 1
    return found


def _is_covered(start: int, end: int, line: str, grey: Sequence[tuple[int, int]]) -> bool:
    """Tell whether site furniture covers the line's first character that is no space."""
    first = start + len(line) - len(line.lstrip())
    return any(left <= first < right for left, right in grey if left < end)


def _segments(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterable[Segment]:
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    cuts = sorted({start, end, *(cut for mark in inside for cut in (mark.start, mark.end) if start < cut < end)})
    for left, right in pairwise(cuts):
        over = [mark for mark in inside if mark.start <= left and mark.end >= right]
        if not over:
            yield Segment(text=text[left:right])
            continue
        # Of equally long spans the cue or source wins: the content around it shows beside it.
        mark = min(over, key=lambda item: (item.end - item.start, item.kind == "content", item.quote_id))
        yield Segment(text=text[left:right], mark=mark, depth=sum(item.kind == "content" for item in over),
                      first=mark.start == left, last=mark.end == right)
