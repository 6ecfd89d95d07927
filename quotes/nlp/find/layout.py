"""Quotes that layout and typography attribute, without a verb.

They are turns of a transcript or interview, answers to questions that stand alone, embedded posts and passages, `"...": Name
has said`, and whole sentences in marks that go on from the quote before.

Holds pure functions over paragraphs (`laid_out`) and over stretches in marks that nothing else claims (`unclaimed`), and the
spaCy component `quotes_layout`, which runs behind the extractor: in a turn or a post the layout alone says who speaks, so
what the extractor found inside it gives way; a stretch in marks that the extractor gave to somebody stays with them.

Invariants: a page without at least `MIN_TURNS` turns that read as speech has none; a stretch in marks is taken whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise, takewhile
from typing import TYPE_CHECKING

from spacy.language import Language

from quotes import lexicon
from quotes.nlp.component import (
    CONTENT,
    MARKS_KEY,
    PARAGRAPHS_KEY,
    TAGS_KEY,
    QuoteStep,
    Range,
    Reported,
    Rule,
    spans_of,
    tokens_of,
)
from quotes.nlp.grammar import NOMINAL, source_range, subject_of, trim
from quotes.nlp.marks import ParagraphKind, token_snapper

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from spacy.tokens import Doc, Span

MIN_TURNS = 3
MAX_NAME = 14  # tokens of a name with its role
CONFIDENCE = {
    Rule.TURN: 0.9, Rule.ANSWER: 0.8, Rule.BLOCK: 0.8, Rule.POST: 0.9, Rule.SIGNED: 0.8, Rule.DASH: 0.8, Rule.ALONE: 0.5,
}
RULES = frozenset(CONFIDENCE)
MIN_WORDS = 4  # in marks; fewer, without a verb, are a title, a nickname or a scare quote
SENTENCE_END = frozenset({".", "?", "!", "…", "..."})
DASHES = frozenset({"-", "–", "—", "--", "―"})
CITED = ">"  # before a paragraph that is cited, as in mail
BULLETS = DASHES | {"•", "*", "·", "▪"}

NAME_WORD = r"[^\W\d_a-z][\w.'’()-]*"
TURN = re.compile(
    rf"[\"“‘']?(?P<name>(?:{NAME_WORD}|[QA])(?: (?:{NAME_WORD}|de|da|di|van|von|der|bin|al|of|the)){{0,6}}"
    r"(?:, [^:\n]{1,60}| \([^)\n]{1,60}\))?)(?: \[[^\]\n]{1,40}\])?\s?:\s+(?=\S)"
)
QUESTION_ANSWER = re.compile(r"[\"“‘']?(?P<name>[QA])\s?[.:]\s+(?=\S)")
POST_BELOW = re.compile(rf"(?P<name>{NAME_WORD}(?: [\w.'’-]+){{0,5}}) ?\(?@\w{{2,20}}\)?(?:\s*[·•|,-].{{0,40}})?$")
POST_ABOVE = re.compile(rf"[—–-]+\s*(?P<name>{NAME_WORD}(?: [\w.'’-]+){{0,5}}) ?\(@\w{{2,20}}\).{{0,40}}$")
POST_BEHIND = re.compile(
    rf"(?P<words>\S.*?)(?:\s+(?:pic\.twitter\.com|https?://|t\.co)\S*)*\s+[—–]+\s*(?P<name>{NAME_WORD}(?: [\w.'’&-]+){{0,5}})"
    r" ?\(@\w{2,20}\).{0,40}$"
)
NAME_BELOW = re.compile(
    rf"(?:[—–-]+ ?)?(?P<name>{NAME_WORD}(?: (?:{NAME_WORD}|de|da|di|van|von|der|bin|al|of|the)){{1,4}}(?:, [^.:;!?\n]{{2,60}})?)$"
)
WHOLE_IN_MARKS = re.compile(r"[“\"‘«][^“”\"«»\n]{8,}[”\"’»]")
HANDLE = re.compile(r"@\w{2,20}$")
POSTED_BY = re.compile(rf"(?P<name>{NAME_WORD}(?: [\w.'’&-]+){{0,5}})$")
BOLD = re.compile(r"(\*\*|__)\S.*\S\1")
QUESTION = re.compile(r"[^\W\d_a-z][^“”\"\n]{8,240}\?")
ASIDE = re.compile(r"[(\[][^)\]]*[)\]]$")
IN_MARKS = re.compile(r"[“\"‘][^”\"’]*[”\"’]")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """A quote by layout: its words and its speaker's name (None: whoever spoke before), as half-open ranges of code points."""

    content: tuple[tuple[int, int], ...]
    source: tuple[int, int] | None
    rule: Rule


def laid_out(
    text: str, paragraphs: Sequence[tuple[int, int]], *, furniture: Collection[tuple[int, int]] = (), told: Collection[int] = (),
    rules: Collection[Rule] = RULES,
) -> list[LaidOut]:
    """Return the turns, posts and signed passages of a page in text order.

    Args:
        text: the page.
        paragraphs: its paragraphs without site furniture, as half-open ranges of code points.
        furniture: the site's paragraphs; a poster's name and handle may look like them.
        told: numbers of the paragraphs that read as the writer's words.
        rules: those of TURN, ANSWER (where there are no turns), POST and SIGNED that are asked for.
    """
    turns = list(_turns(text, paragraphs, told)) if Rule.TURN in rules else []
    if not turns and Rule.ANSWER in rules:
        turns = list(_answers(text, paragraphs, told))
    posts = _posts(text, sorted([*paragraphs, *furniture])) if Rule.POST in rules else ()
    signed = (*_signed(text, paragraphs), *_pulled(text, paragraphs)) if Rule.SIGNED in rules else ()
    found = [*turns, *(post for post in posts if post.content[0] not in furniture)]
    taken = sorted(start for quote in found for start, _ in quote.content)
    found += [quote for quote in signed if not any(_holds(taken, piece) for piece in quote.content)]
    return sorted(found, key=lambda quote: quote.content)


def _answers(text: str, paragraphs: Sequence[tuple[int, int]], told: Collection[int]) -> Iterator[LaidOut]:
    """Yield the answers of an interview whose questions are paragraphs of their own, in bold type or plain."""
    questions = _questions(text, paragraphs, told)
    for i, question in enumerate(questions):
        stop = questions[i + 1] if i + 1 < len(questions) else len(paragraphs)
        first = paragraphs[question + 1 : min(question + 2, stop)]
        content = [*first, *_going_on(text, paragraphs, range(question + 2, stop), told)]
        if content and (i + 1 < len(questions) or question + 1 not in told):
            yield LaidOut(content=tuple(content), source=None, rule=Rule.ANSWER)


def _questions(text: str, paragraphs: Sequence[tuple[int, int]], told: Collection[int]) -> list[int]:
    """Return the numbers of the paragraphs that are questions, in bold type or plain; none where they are too few."""
    bold = [i for i, block in enumerate(paragraphs) if BOLD.fullmatch(text, *block)]
    if len(bold) >= MIN_TURNS:
        return bold
    plain = (i for i, block in enumerate(paragraphs) if QUESTION.fullmatch(text, *block))
    answered = [i for i in plain if i + 1 < len(paragraphs) and i + 1 not in told]
    return answered if len(answered) >= MIN_TURNS else []


def _turns(text: str, paragraphs: Sequence[tuple[int, int]], told: Collection[int]) -> Iterator[LaidOut]:
    """Yield turns: `NAME: words`, with the paragraphs that follow without a name until the writer tells something."""
    starts = {i: match for i, (start, end) in enumerate(paragraphs)
              if (match := TURN.match(text, start, end) or QUESTION_ANSWER.match(text, start, end))}
    known = _speakers([match["name"] for match in starts.values()])
    starts = {i: match for i, match in starts.items() if match["name"] in known}
    spoken = [i for i, match in starts.items() if _address().search(text, match.end(), paragraphs[i][1])]
    if len(starts) < MIN_TURNS or 2 * len(spoken) < len(starts):
        return
    for i, stop in pairwise([*starts, max(starts)]):
        content = [(starts[i].end(), paragraphs[i][1]), *_going_on(text, paragraphs, range(i + 1, stop), told)]
        yield LaidOut(content=tuple(content), source=starts[i].span("name"), rule=Rule.TURN)


def _going_on(
    text: str, paragraphs: Sequence[tuple[int, int]], numbers: range, told: Collection[int]
) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs of some numbers until the writer tells something."""
    for number in numbers:
        if number in told or _is_aside(text[slice(*paragraphs[number])]):
            return
        yield paragraphs[number]


def _is_aside(paragraph: str) -> bool:
    """Say whether a paragraph stands between turns: in brackets, or told by the writer ("Here the phone rang, Ruiz said")."""
    told = IN_MARKS.sub("", paragraph)
    return bool(ASIDE.match(paragraph)) or (bool(_narrated().search(told)) and not _address().search(told))


@cache
def _narrated() -> re.Pattern[str]:
    """Return what finds a name or pronoun with a verb of speech beside it."""
    said = f"(?:{'|'.join(sorted(lexicon.finding().narrated))})"
    return re.compile(rf"\b{said} (?:[A-Z]|s?he\b)|(?:[A-Z][\w’'-]+|\bs?he) {said}\b")


@cache
def _address() -> re.Pattern[str]:
    """Return what finds a word to or of those who speak, or a question mark."""
    words = "|".join(sorted(lexicon.finding().address)).replace("'", "['’]")
    return re.compile(rf"\b(?:{words})\b|\?", re.IGNORECASE)


def _speakers(names: list[str]) -> set[str]:
    """Return the names that come back, by themselves or in another's ("HOST ANA RUIZ", then "RUIZ")."""
    counts = Counter(names)
    words = Counter(word for name in counts for word in {w.casefold() for w in name.split(",")[0].split()})
    return {name for name, count in counts.items()
            if count > 1 or any(words[word.casefold()] > 1 for word in name.split(",")[0].split())
            or (name.isupper() and len(name) > 1)}


def _posts(text: str, paragraphs: Sequence[tuple[int, int]]) -> Iterator[LaidOut]:
    """Yield posts: a name with its handle above the words, on one line or two, or behind a dash, below or behind them."""
    for i, (start, end) in enumerate(paragraphs):
        if HANDLE.match(text, start, end) and 0 < i < len(paragraphs) - 1:
            if above := POSTED_BY.match(text, *paragraphs[i - 1]):
                yield LaidOut(content=(paragraphs[i + 1],), source=above.span("name"), rule=Rule.POST)
            continue
        if (below := POST_BELOW.match(text, start, end)) and i + 1 < len(paragraphs):
            yield LaidOut(content=(paragraphs[i + 1],), source=below.span("name"), rule=Rule.POST)
        elif (above := POST_ABOVE.match(text, start, end)) and i > 0:
            yield LaidOut(content=(paragraphs[i - 1],), source=above.span("name"), rule=Rule.POST)
        elif behind := POST_BEHIND.match(text, start, end):
            yield LaidOut(content=(behind.span("words"),), source=behind.span("name"), rule=Rule.POST)


def _pulled(text: str, paragraphs: Sequence[tuple[int, int]]) -> Iterator[LaidOut]:
    """Yield paragraphs in marks that a line with a name and what that is follows: a pull quote, `Ana Ruiz, curator` below it."""
    for block, below in pairwise(paragraphs):
        name = NAME_BELOW.match(text, *below) if WHOLE_IN_MARKS.fullmatch(text, *block) else None
        if name is not None and text[below[0]] not in DASHES and "," in name["name"]:
            yield LaidOut(content=(block,), source=name.span("name"), rule=Rule.SIGNED)


def _signed(text: str, paragraphs: Sequence[tuple[int, int]]) -> Iterator[LaidOut]:
    """Yield passages that are cited as in mail, with a dash and a name as the last of their lines."""
    for i, (start, end) in enumerate(paragraphs):
        bare = text[start:end].lstrip(f"{CITED} ")
        name = NAME_BELOW.match(text, end - len(bare), end) if text.startswith(CITED, start) and bare[:1] in DASHES else None
        cited = [*takewhile(lambda block: text.startswith(CITED, block[0]), reversed(paragraphs[:i]))] if name is not None else []
        content = [(b - len(words), b) for a, b in reversed(cited) if (words := text[a:b].lstrip(f"{CITED} "))]
        if name is not None and content:
            yield LaidOut(content=tuple(content), source=name.span("name"), rule=Rule.SIGNED)


# ---------------------------------------------------------------- typography


def unclaimed(
    doc: Doc, free: Sequence[Span], paragraphs: Sequence[Span], *, rules: Collection[Rule] = RULES
) -> Iterator[LaidOut]:
    """Yield stretches in marks with a name behind a dash or colon, and whole sentences: whoever spoke before says those.

    Args:
        doc: a tagged Doc.
        free: its stretches in quotation marks that are in no quote yet.
        paragraphs: its paragraphs without site furniture.
        rules: those of DASH and ALONE that are asked for.
    """
    starts = [span.start for span in paragraphs]
    for region in free:
        at = bisect_right(starts, region.start) - 1
        if at < 0 or region.start >= paragraphs[at].end or not reads_as_speech(region):
            continue
        content = ((region.start_char, region.end_char),)
        if Rule.DASH in rules and (name := _name_behind(doc, region, paragraphs, at)) is not None:
            yield LaidOut(content=content, source=(name.start_char, name.end_char), rule=Rule.DASH)
        elif Rule.ALONE in rules and _stands_alone(doc, region, paragraphs[at]):
            yield LaidOut(content=content, source=None, rule=Rule.ALONE)


def introduced(doc: Doc, paragraphs: Sequence[Span]) -> Iterator[LaidOut]:
    """Yield paragraphs that the one before gives to somebody: `The dam's owner has posted this:`, `She writes:`.

    Args:
        doc: a parsed Doc.
        paragraphs: its paragraphs without site furniture.
    """
    for at, (lead, block) in enumerate(pairwise(paragraphs)):
        if not lead.text.endswith(":") or block[0].is_quote or block[0].text in BULLETS:
            continue
        cited = block.text.startswith(CITED)
        speaking = next((token.i for token in lead[-1].sent if token.lower_ == "speaking"), None)
        if not (cited or speaking is not None or lead[-1].sent.root.lemma_ in lexicon.finding().introducing):
            continue
        following = takewhile(lambda piece: piece.text.startswith(CITED), paragraphs[at + 2 :]) if cited else ()
        if content := tuple(bare for piece in (block, *following) if (bare := _bare(piece)) is not None):
            source = _introducer(doc, lead, speaking)
            yield LaidOut(content=content, source=source and _characters(doc, source), rule=Rule.BLOCK)


def _introducer(doc: Doc, lead: Span, speaking: int | None) -> Range | None:
    """Return who gives the next paragraph, by the subject of a lead's last sentence, without "speaking" and what follows."""
    root = lead[-1].sent.root
    subject = root if root.pos_ in NOMINAL else subject_of(root)
    source = source_range(doc, subject) if subject is not None else None
    if source is not None and speaking is not None and source[0] < speaking < source[1]:
        return trim(doc, (source[0], speaking))
    return source


def _bare(piece: Span) -> tuple[int, int] | None:
    """Return a paragraph without the marks of a citation before it, None if that leaves nothing."""
    bare = piece.text.lstrip(f"{CITED} ")
    return (piece.end_char - len(bare), piece.end_char) if bare else None


def _characters(doc: Doc, tokens: Range) -> tuple[int, int]:
    span = doc[slice(*tokens)]
    return span.start_char, span.end_char


def _holds(starts: Sequence[int], piece: tuple[int, int]) -> bool:
    """Say whether one of some places, in order, lies in a stretch."""
    return bisect_left(starts, piece[0]) < bisect_left(starts, piece[1])


def reads_as_speech(region: Span) -> bool:
    """Say whether a stretch in marks is more than a title, a nickname or a scare quote."""
    return sum(token.is_alpha for token in region) >= MIN_WORDS or any(token.pos_ in ("VERB", "AUX") for token in region)


def _name_behind(doc: Doc, region: Span, paragraphs: Sequence[Span], at: int) -> Span | None:
    """Return the name in `"..." - Ana Ruiz, the mayor`, on its own line too, or in a headline's `"...": Ana Ruiz`."""
    end, start = paragraphs[at].end, region.end
    if start >= end and at + 1 < len(paragraphs):
        start, end = paragraphs[at + 1].start, paragraphs[at + 1].end
        if doc[start].text not in DASHES:
            return None
    if start >= end or doc[start].text not in DASHES | {":"}:
        return None
    if doc[start].text in DASHES:
        return named(doc[start + 1:end])
    stop = start + 1
    while stop < end and (doc[stop].pos_ in ("PROPN", "NOUN") or doc[stop].lower_ == "the"):
        stop += 1
    return named(doc[start + 1:stop])


def named(span: Span) -> Span | None:
    """Return a span without space and a final stop if it is short and begins with a name or a title."""
    start, end = span.start, span.end
    while start < end and span.doc[start].is_space:
        start += 1
    while start < end and (span.doc[end - 1].is_space or span.doc[end - 1].text == "."):
        end -= 1
    name = span.doc[start:end]
    return name if _is_name(name) else None


def _is_name(name: Span) -> bool:
    if not 0 < len(name) <= MAX_NAME or any(token.pos_ in ("VERB", "AUX") for token in name):
        return False
    first = name[1] if name[0].lower_ == "the" and len(name) > 1 else name[0]
    return first.text[:1].isupper() and first.pos_ in ("PROPN", "NOUN", "ADJ")


def _stands_alone(doc: Doc, region: Span, paragraph: Span) -> bool:
    """Say whether a stretch is one or more whole sentences, which somebody must have said."""
    inner = [token for token in region if not token.is_quote]
    if region.label_ != "closed" or len(inner) <= MIN_WORDS:
        return False
    if inner[-1].text not in SENTENCE_END or not inner[0].text[:1].isupper():
        return False
    if paragraph.label_ == ParagraphKind.HEADLINE:
        return False
    before = _first_word(doc, range(region.start - 1, paragraph.start - 1, -1))
    after = _first_word(doc, range(region.end, paragraph.end))
    return (not before or before[-1] in ".?!…\"”’'") and (not after or not after[0].islower())


def _first_word(doc: Doc, tokens: Iterable[int]) -> str:
    """Return the first of some tokens that is no white space, "" if there is none."""
    return next((text for at in tokens if (text := doc[at].text.strip())), "")


# ---------------------------------------------------------------- spaCy


@Language.factory("quotes_layout", assigns=["doc.spans"], requires=["doc.spans", "token.pos"])
def make_layout(nlp: Language, name: str) -> Layout:
    """Make the component that reads quotes off layout and typography; put it behind the extractor.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
    RETURNS (Layout): the component.
    """
    del nlp
    return Layout(name)


class Layout(QuoteStep):
    """Adds the quotes that layout attributes; what was found inside turns and posts gives way."""

    def __init__(self, name: str = "quotes_layout", *, rules: Collection[Rule] = RULES) -> None:
        super().__init__(name)
        self.rules = rules

    def changed(self, doc: Doc, quotes: list[Reported]) -> list[Reported]:
        """Return the quotes that lie outside of what layout attributes, then that."""
        laid = [_reported(doc, f"layout-{number}", found) for number, found in enumerate(_found(doc, quotes, self.rules))]
        taken = {token for quote in laid for token in tokens_of(quote.pieces)}
        return [*(quote for quote in quotes if taken.isdisjoint(tokens_of(quote.content))), *laid]


def _found(doc: Doc, quotes: Sequence[Reported], rules: Collection[Rule]) -> list[LaidOut]:
    """Return the quotes that layout attributes, given those found by words."""
    every = list(doc.spans.get(PARAGRAPHS_KEY, ()))
    blocks = [span for span in every if span.label_ != ParagraphKind.FURNITURE]
    furniture = set(_places(span for span in every if span.label_ == ParagraphKind.FURNITURE))
    found = laid_out(doc.text, _places(blocks), furniture=furniture, told=_told(doc, blocks), rules=rules)
    taken = sorted(start for quote in found for start, _ in (*quote.content, quote.source or quote.content[0]))
    introducing = introduced(doc, blocks) if Rule.BLOCK in rules else ()
    found += [new for new in introducing if not any(_holds(taken, piece) for piece in new.content)]
    said = _places(span for quote in quotes for span in spans_of(doc, quote.content))
    free = _free(doc, sorted([*said, *(piece for quote in found for piece in quote.content)]))
    return [*found, *unclaimed(doc, free, blocks, rules=rules)]


def _places(spans: Iterable[Span]) -> list[tuple[int, int]]:
    return [(span.start_char, span.end_char) for span in spans]


def _free(doc: Doc, claimed: Sequence[tuple[int, int]]) -> list[Span]:
    """Return the stretches in marks that overlap none of some places, which are in order."""
    starts = [start for start, _ in claimed]
    reach = [0, *accumulate((end for _, end in claimed), max)]  # how far those before each reach
    return [span for span in doc.spans.get(MARKS_KEY, ()) if reach[bisect_left(starts, span.end_char)] <= span.start_char]


def _told(doc: Doc, blocks: Sequence[Span]) -> frozenset[int]:
    """Return the numbers of the paragraphs that begin with what the tagger takes for no content; none without a tagger."""
    if TAGS_KEY not in doc.spans:
        return frozenset()
    said = {token.i for span in doc.spans[TAGS_KEY] if span.label_ == CONTENT for token in span}
    return frozenset(number for number, block in enumerate(blocks) if block.start not in said)


def _reported(doc: Doc, key: str, found: LaidOut) -> Reported:
    """Return what layout found as a quote of whole tokens."""
    snap = token_snapper(doc)

    def tokens(pieces: Iterable[tuple[int, int]]) -> tuple[Range, ...]:
        spans = (snap(*piece, "", "") for piece in pieces)
        return tuple((span.start, span.end) for span in spans if span is not None)

    return Reported(key=key, content=tokens(found.content), source=tokens([found.source] if found.source else []),
                    rule=found.rule, confidence=CONFIDENCE[found.rule])
