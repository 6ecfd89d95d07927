"""Quotes that a page's layout attributes: turns of a transcript or interview, and embedded posts.

Holds a pure function over paragraphs, `laid_out`, and the spaCy component `quotes_layout`, which runs behind the extractor:
in a turn or a post the layout alone says who speaks, so what the extractor found inside it gives way.

Invariants: a page without at least `MIN_TURNS` turns that read as speech has none; contents lie in one speaker's paragraphs.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Span, SpanGroup

from quotes.nlp.marks import PARAGRAPHS_KEY, token_snapper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc

QUOTES_KEY = "quotes"
MIN_TURNS = 3
CONFIDENCE = 0.9  # in turns and posts the layout is explicit; what it cannot know is whether the page is what it looks like

NAME_WORD = r"[^\W\d_a-z][\w.'’()-]*"
TURN = re.compile(
    rf"(?P<name>(?:{NAME_WORD}|[QA])(?: (?:{NAME_WORD}|de|da|di|van|von|der|bin|al|of|the)){{0,6}}"
    r"(?:, [^:\n]{1,60}| \([^)\n]{1,60}\))?)\s?:\s+(?=\S)"
)
QUESTION_ANSWER = re.compile(r"(?P<name>[QA])\s?[.:]\s+(?=\S)")
POST_BELOW = re.compile(rf"(?P<name>{NAME_WORD}(?: [\w.'’-]+){{0,5}}) ?\(?@\w{{2,20}}\)?(?:\s*[·•|,-].{{0,40}})?$")
POST_ABOVE = re.compile(rf"[—–-]+\s*(?P<name>{NAME_WORD}(?: [\w.'’-]+){{0,5}}) ?\(@\w{{2,20}}\).{{0,40}}$")
ASIDE = re.compile(r"[(\[][^)\]]*[)\]]$")
ADDRESS = re.compile(r"\b(?:I|I'm|I’m|I've|I’ve|you|your|we|we're|we’re|our|my|me|us)\b|\?")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """A turn or a post: its words and its speaker's name, as half-open ranges of code points."""

    content: tuple[tuple[int, int], ...]
    source: tuple[int, int]
    rule: str


def laid_out(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[LaidOut]:
    """Return the turns and posts of a page in text order.

    Args:
        text: the page.
        paragraphs: its paragraphs without site furniture, as half-open ranges of code points.
    """
    return sorted([*_turns(text, paragraphs), *_posts(text, paragraphs)], key=lambda found: found.content)


def _turns(text: str, paragraphs: Sequence[tuple[int, int]]) -> Iterator[LaidOut]:
    """Yield turns: `NAME: words`, with the paragraphs that follow without a name."""
    starts = {i: match for i, (start, end) in enumerate(paragraphs)
              if (match := TURN.match(text, start, end) or QUESTION_ANSWER.match(text, start, end))}
    known = _speakers([match["name"] for match in starts.values()])
    starts = {i: match for i, match in starts.items() if match["name"] in known}
    spoken = [i for i, match in starts.items() if ADDRESS.search(text, match.end(), paragraphs[i][1])]
    if len(starts) < MIN_TURNS or 2 * len(spoken) < len(starts):
        return
    last = max(starts)
    for i, match in starts.items():
        content = [(match.end(), paragraphs[i][1])]
        following = i + 1
        while following < last and following not in starts and not ASIDE.match(text[slice(*paragraphs[following])]):
            content.append(paragraphs[following])
            following += 1
        yield LaidOut(content=tuple(content), source=match.span("name"), rule="layout.turn")


def _speakers(names: list[str]) -> set[str]:
    """Return the names that come back, by themselves or in another's ("HOST ANA RUIZ", then "RUIZ")."""
    counts = Counter(names)
    words = Counter(word for name in counts for word in {w.casefold() for w in name.split(",")[0].split()})
    return {name for name, count in counts.items()
            if count > 1 or any(words[word.casefold()] > 1 for word in name.split(",")[0].split())
            or (name.isupper() and len(name) > 1)}


def _posts(text: str, paragraphs: Sequence[tuple[int, int]]) -> Iterator[LaidOut]:
    """Yield posts: a name with its handle above the words, or behind a dash below them."""
    for i, (start, end) in enumerate(paragraphs):
        if (below := POST_BELOW.match(text, start, end)) and i + 1 < len(paragraphs):
            yield LaidOut(content=(paragraphs[i + 1],), source=below.span("name"), rule="layout.post")
        elif (above := POST_ABOVE.match(text, start, end)) and i > 0:
            yield LaidOut(content=(paragraphs[i - 1],), source=above.span("name"), rule="layout.post")


# ---------------------------------------------------------------- spaCy


@Language.factory(
    "quotes_layout",
    default_config={"spans_key": QUOTES_KEY, "paragraphs_key": PARAGRAPHS_KEY},
    assigns=["doc.spans"],
    requires=["doc.spans"],
)
def make_layout(nlp: Language, name: str, spans_key: str, paragraphs_key: str) -> Layout:
    """Make the component that reads turns and posts off a page's layout; put it behind the extractor.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
        spans_key (str): key of `doc.spans` of the quotes.
        paragraphs_key (str): key of the paragraphs.
    RETURNS (Layout): the component.
    """
    del nlp
    return Layout(name=name, spans_key=spans_key, paragraphs_key=paragraphs_key)


class Layout:
    """Adds turns and posts to the quotes of a Doc; quotes found inside them give way."""

    def __init__(self, *, name: str = "quotes_layout", spans_key: str = QUOTES_KEY,
                 paragraphs_key: str = PARAGRAPHS_KEY) -> None:
        self.name = name
        self.spans_key = spans_key
        self.paragraphs_key = paragraphs_key

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a Doc."""
        self.set_annotations(doc, self.match(doc))
        return doc

    def match(self, doc: Doc) -> list[LaidOut]:
        """Return the turns and posts of a Doc's text, changing nothing."""
        blocks = [(s.start_char, s.end_char) for s in doc.spans.get(self.paragraphs_key, ()) if s.label_ != "furniture"]
        return laid_out(doc.text, blocks)

    def set_annotations(self, doc: Doc, found: list[LaidOut]) -> None:
        """Write turns and posts beside the quotes that lie outside them."""
        if not found:
            return
        snap = token_snapper(doc)
        mine: list[Span] = []
        attrs: dict[str, Any] = {}
        for number, quote in enumerate(found):
            key = f"layout-{number}"
            spans = [snap(*quote.source, "SOURCE", key), *(snap(*piece, "CONTENT", key) for piece in quote.content)]
            mine += [span for span in spans if span is not None]
            attrs[key] = {"rule": quote.rule, "confidence": CONFIDENCE}
        taken = {token.i for span in mine for token in span}
        others = doc.spans.get(self.spans_key)
        spans_left = list(others) if others is not None else []
        gone = {span.id_ for span in spans_left if span.label_ == "CONTENT" and taken & set(range(span.start, span.end))}
        kept = [span for span in spans_left if span.id_ not in gone]
        attrs |= {key: value for key, value in (others.attrs if others is not None else {}).items() if key not in gone}
        doc.spans[self.spans_key] = SpanGroup(doc, name=self.spans_key, spans=[*kept, *mine], attrs=attrs)
