"""An article as linking sees it: the tagger's spans, quotation marks, sentences and paragraphs, and quotes out of them.

Holds the data that `link.py` decides on and `reach.py` corrects, and small questions about it. Tokens and tags are numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from quotes.nlp.component import CONTENT, CUE, MARKS_KEY, PARAGRAPHS_KEY, SOURCE, TAGS_KEY, Range, Rule
from quotes.nlp.text import FINITE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spacy.tokens import Doc, Span

NONE = -1
SENTENCE_ENDS = frozenset(".!?")
DASHES = frozenset({"-", "\N{EN DASH}", "\N{EM DASH}", "\N{HORIZONTAL BAR}", "--"})
JOINTS = DASHES | {":"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A span of the tagger with its scores; `heads` maps other tags to log probabilities, NONE to that of no head."""

    start: int
    end: int
    label: str
    first: float
    mean: float
    last: float
    heads: dict[int, float]
    root: int
    quoted: float
    region: int


class Region(NamedTuple):
    """A stretch in quotation marks as a token range; stretches of a quotation over several paragraphs share a chain."""

    start: int
    end: int
    chain: str


@dataclass(frozen=True)
class Scene:
    """An article as linking sees it: tags, and what each token is.

    Args:
        tags: in text order.
        paragraph, sentence, region: for each token the number of its paragraph, sentence, and pair of marks (or -1).
        stops, joints, commas: for each token the count of such tokens before it, so that a difference counts a stretch.
        counts: label -> for each token the number of tags of the label that start before it.
        word: for each token, 1 if it is a word (not punctuation, not space); cumulated likewise.
        head, dep: the parse.
        finite: for each token, whether it is a finite verb.
    """

    tags: tuple[Tag, ...]
    paragraph: Sequence[int]
    sentence: Sequence[int]
    region: Sequence[int]
    regions: tuple[Region, ...]
    stops: Sequence[int]
    joints: Sequence[int]
    commas: Sequence[int]
    word: Sequence[int]
    counts: Mapping[str, Sequence[int]]
    head: Sequence[int]
    dep: Sequence[str]
    texts: Sequence[str]
    pos: Sequence[str]
    finite: Sequence[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A quote as tag numbers, with the probability of its links and what it is worth.

    Args:
        contents: tags of its pieces, in text order.
        cue: tag of its cue, or NONE.
        source: tag of its source, or NONE.
        rule: see `link.py`.
        link: probability that the pieces belong to the cue (the least of them).
        attribution: probability that the source belongs to the cue.
        confidence: see `docs/reliability.md`.
        spans: the content as token ranges where it is not that of its tags.
    """

    contents: tuple[int, ...]
    cue: int
    source: int
    rule: Rule
    spans: tuple[tuple[int, int], ...] = ()
    link: float = 0.0
    attribution: float = 0.0
    confidence: float = 0.0


# ---------------------------------------------------------------- the scene


def _cumulate(flags: Sequence[bool]) -> list[int]:
    total = 0
    sums = [0]
    for flag in flags:
        total += flag
        sums.append(total)
    return sums


def _numbered(length: int, spans: Sequence[tuple[int, int]], outside: int = -1) -> list[int]:
    numbers = [outside] * length
    for number, (start, end) in enumerate(spans):
        numbers[start:end] = [number] * (end - start)
    return numbers


def scene_of(doc: Doc) -> Scene:
    """Return what linking needs to know of a Doc."""
    texts = [token.text for token in doc]
    word = _cumulate([not (token.is_punct or token.is_space or token.is_quote) for token in doc])
    regions = tuple(Region(s.start, s.end, s.id_ or f"#{number}") for number, s in enumerate(doc.spans.get(MARKS_KEY, ())))
    region = _numbered(len(doc), [(r.start, r.end) for r in regions])
    group = doc.spans[TAGS_KEY]
    tags = tuple(_tag(span, scores, word, region) for span, scores in zip(group, group.attrs.get("tags", []), strict=True))
    return Scene(
        tags=tags,
        paragraph=_numbered(len(doc), _ranges(doc.spans.get(PARAGRAPHS_KEY, ()))),
        sentence=_numbered(len(doc), _ranges(doc.sents)) if doc.has_annotation("SENT_START") else [0] * len(doc),
        region=region,
        regions=regions,
        stops=_cumulate([t in SENTENCE_ENDS for t in texts]),
        joints=_cumulate([t in JOINTS for t in texts]),
        commas=_cumulate([t == "," for t in texts]),
        word=word,
        counts={label: _starts(tags, label, len(doc)) for label in (SOURCE, CUE, CONTENT)},
        head=[token.head.i for token in doc],
        dep=[token.dep_ for token in doc],
        texts=texts,
        pos=[token.pos_ for token in doc],
        finite=[token.tag_ in FINITE for token in doc],
    )


def _ranges(spans: Iterable[Span]) -> list[Range]:
    return [(span.start, span.end) for span in spans]


def _starts(tags: Sequence[Tag], label: str, length: int) -> list[int]:
    """Return for each token the number of tags of a label that start before it."""
    starts = {tag.start for tag in tags if tag.label == label}
    return _cumulate([token in starts for token in range(length)])


def _tag(span: Span, scores: dict[str, Any], word: Sequence[int], region: Sequence[int]) -> Tag:
    words = [i for i in range(span.start, span.end) if word[i + 1] > word[i]]
    inside = [region[i] for i in words if region[i] >= 0]
    same = inside and len(inside) == len(words) and len(set(inside)) == 1
    return Tag(
        start=span.start,
        end=span.end,
        label=span.label_,
        first=scores["first"],
        mean=scores["mean"],
        last=scores["last"],
        heads={NONE: scores["none"]} | {int(h): s for h, s in scores["heads"]},
        root=span.root.i,
        quoted=len(inside) / len(words) if words else 0.0,
        region=inside[0] if same else -1,
    )


# ---------------------------------------------------------------- questions


def between(one: Tag, other: Tag) -> tuple[int, int]:
    """Return the token range between two tags (empty if they touch)."""
    start, end = (one.end, other.start) if one.start <= other.start else (other.end, one.start)
    return start, max(start, end)


def touch(scene: Scene, one: Tag, other: Tag) -> bool:
    """Say whether no word stands between two tags."""
    start, end = between(one, other)
    return scene.word[start] == scene.word[end]


def next_token(scene: Scene, start: int, step: int) -> int:
    """Return the first token from `start` on, forwards or backwards, that is no space; -1 if there is none."""
    while 0 <= start < len(scene.texts) and scene.texts[start].isspace():
        start += step
    return start if start < len(scene.texts) else -1
