"""Training data of the tagger: reading the corpus, varying it, packing it into windows.

Input: `train.jsonl.gz` as the benchmark's converter writes it (one article a line: id, text, quotes with `content`,
`cue`, `source` as spans of code points), and our own articles in other styles (`marked.py`). Used by
`tagger.py` and `linker.py`; writes nothing.

The corpus is US campaign news of one year, in double quotation marks. What other papers do differently is varied in
here, every epoch anew from the epoch's seed: names, marks missing or unpaired, furniture between paragraphs, headlines
with a colon, transcripts, dashes, reopened paragraphs, speakers before or after.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from quotes.nlp.find.encoding import Region, Window, WindowBuilder, words_of
from quotes.nlp.marks import Paragraph, ParagraphKind, pairs
from scripts.train.marked import read_all

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

ROLES = ("source", "cue", "content")
LABELS = ("O", *(f"{prefix}-{role}" for role in ROLES for prefix in "BI"))
NAME_KINDS = ("person", "body", "place", "other")
NAME_LABELS = ("O", *(f"{prefix}-{kind}" for kind in NAME_KINDS for prefix in "BI"))
UNKNOWN = "unknown"  # the role of words whose label is not to be learned
NOT_LEARNED = -1
PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*")
DOUBLE_MARK = re.compile("[\u201c\u201d\u201e\"]|``|''")


class Tag(NamedTuple):
    """A labelled span of a paragraph; `quote` joins the spans of one attribution."""

    start: int
    end: int
    role: str
    quote: int


@dataclass(frozen=True)
class Tagged:
    """One paragraph: its text, its labelled spans, and how its quotation marks are to be read (pair, raw)."""

    text: str
    tags: tuple[Tag, ...] = ()
    raw_marks: bool = False


@dataclass(frozen=True)
class Variation:
    """How much an article is varied (shares of articles, of paragraphs with a fitting quote for `layout`)."""

    names: float = 0.5
    furniture: float = 0.5
    layout: float = 0.3
    extra: float = 0.5
    style: float = 0.6
    no_marks: float = 0.03
    raw_marks: float = 0.05


# Our own articles are as their papers would print them: other marks and layouts would make them less so.
OWN_VARIATION = Variation(names=0.0, furniture=0.1, layout=0.0, extra=0.0, style=0.0, no_marks=0.03, raw_marks=0.03)
OWN_WEIGHT = 2


@dataclass(frozen=True)
class TrainingArticle:
    """An article of the training data; an epoch has it `weight` times."""

    id: str
    paragraphs: list[Tagged]
    variation: Variation
    weight: int = 1


@dataclass(frozen=True)
class Example:
    """A window with its gold.

    Args:
        window: the encoder's input.
        labels: index into LABELS of each word.
        spans: (first word, last word, role) of each span in the window.
        heads: for each span the index of the span it hangs on: content -> its cue, cue -> its source; -1: not here,
            -2: not to be learned.
        names: index into NAME_LABELS of each word, NOT_LEARNED where the corpus does not say.
    """

    window: Window
    labels: np.ndarray
    spans: tuple[tuple[int, int, str], ...]
    heads: tuple[int, ...]
    names: np.ndarray


def read_corpus(path: Path) -> list[dict[str, Any]]:
    """Return the records (id, text, quotes) of the corpus."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def own_records() -> list[dict[str, Any]]:
    """Return our own articles in the corpus's form."""
    return [{"id": own.id, "text": own.text, "quotes": own.quotes} for own in read_all()]


def read_records(path: Path) -> list[dict[str, Any]]:
    """Return the records (id, text, quotes) of the corpus and of our own articles."""
    return read_corpus(path) + own_records()


def read_articles(path: Path) -> list[TrainingArticle]:
    """Return the articles of the corpus and our own."""

    def article(record: dict[str, Any], variation: Variation, weight: int = 1) -> TrainingArticle:
        return TrainingArticle(record["id"], paragraphs_of(record["text"], record["quotes"]), variation, weight)

    own = [article(record, OWN_VARIATION, OWN_WEIGHT) for record in own_records()]
    return [article(record, Variation()) for record in read_corpus(path)] + own


GOLD = Path(__file__).resolve().parents[2] / "tests" / "data" / "wikinews_gold"


def read_plain(paths: Iterable[Path]) -> list[TrainingArticle]:
    """Return articles of CSV files (columns url, text) whose quotes nobody annotated; those of the gold standard stay out."""
    kept_out = {json.loads(line)["url"] for line in (GOLD / "articles.jsonl").read_text(encoding="utf-8").splitlines()}
    articles = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        articles += [
            TrainingArticle(row["url"], paragraphs_of(row["text"], []), Variation()) for row in rows if row["url"] not in kept_out
        ]
    return articles


def is_held_back(identifier: str, one_in: int) -> bool:
    """Say whether an article is kept for the linker: by a hash of its id, one in so many."""
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % one_in == 0


def half_of(identifier: str) -> int:
    """Return the half, 0 or 1, that an article belongs to: by a hash of its id."""
    return hashlib.sha256(identifier.encode()).digest()[0] % 2


def paragraphs_of(text: str, quotes: Sequence[dict[str, list[list[int]]]]) -> list[Tagged]:
    """Cut an article into paragraphs; a span over several of them becomes one span in each."""
    taken = np.zeros(len(text), dtype=bool)
    tags: list[Tag] = []
    for number, quote in enumerate(quotes):
        for role in ROLES:
            for start, end in _joined(text, quote.get(role) or []):
                known = any((t.start, t.end, t.role) == (start, end, role) for t in tags)
                if known or not taken[start:end].any():
                    tags.append(Tag(start, end, role, number))
                    taken[start:end] = True
    paragraphs = []
    for match in PARAGRAPH.finditer(text):
        own = [
            Tag(max(t.start, match.start()) - match.start(), min(t.end, match.end()) - match.start(), t.role, t.quote)
            for t in tags
            if t.start < match.end() and t.end > match.start()
        ]
        paragraphs.append(Tagged(match.group(), tuple(own)))
    return paragraphs


def _joined(text: str, spans: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return the pieces in order, those joined that only spaces and quotation marks of one line keep apart."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((s, e) for s, e in spans):
        if joined and re.fullmatch(r"[^\S\n]*[\"'\u2018\u2019\u201c\u201d]*[^\S\n]*", text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


# ---------------------------------------------------------------- quotation marks


def mark_regions(text: str) -> list[Region]:
    """Pair the double quotation marks of a paragraph; a mark that is never closed reaches to the paragraph's end."""
    regions: list[Region] = []
    stack: list[int] = []
    for mark in DOUBLE_MARK.finditer(text):
        if _opens(text, mark, open_already=bool(stack)):
            stack.append(mark.start())
        elif stack:
            regions.append(Region(stack.pop(), mark.end()))
    if stack:
        regions.append(Region(stack[-1], len(text.rstrip()), closed=False))
    return regions


def _opens(text: str, mark: re.Match[str], *, open_already: bool) -> bool:
    if mark.group() in ("\u201c", "\u201e", "``"):
        return True
    if mark.group() == "\u201d":
        return False
    before = text[mark.start() - 1 : mark.start()] or " "
    after = text[mark.end() : mark.end() + 1] or " "
    may_open = (before.isspace() or before in "([{\u2014\u2013-/\u2018'") and not after.isspace()
    return may_open if may_open == before.isspace() else not open_already


# ---------------------------------------------------------------- edits that keep the spans


def edit(paragraph: Tagged, changes: Iterable[tuple[int, int, str]]) -> Tagged:
    """Replace stretches of a paragraph's text and move its spans along; a span emptied by it goes."""
    text, tags = paragraph.text, list(paragraph.tags)
    for start, end, new in sorted(changes, reverse=True):
        shift = len(new) - (end - start)
        text = text[:start] + new + text[end:]

        def moved(offset: int, *, is_end: bool, start: int = start, end: int = end, shift: int = shift) -> int:
            if offset >= end:
                return offset + shift
            return min(offset, start if not is_end else offset) if offset <= start else (end + shift if is_end else start)

        tags = [t._replace(start=moved(t.start, is_end=False), end=moved(t.end, is_end=True)) for t in tags]
    return replace(paragraph, text=text, tags=tuple(t for t in tags if text[t.start : t.end].strip()))


def without_marks(paragraph: Tagged) -> Tagged:
    """Drop the double quotation marks."""
    return edit(paragraph, [(m.start(), m.end(), "") for m in DOUBLE_MARK.finditer(paragraph.text)])


WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
FIRST = WORDS["first"]
LAST = WORDS["last"]
POLITICIANS_LAST = WORDS["politicians_last"]
POLITICIANS_FIRST = WORDS["politicians_first"]
TOPICS = WORDS["topics"]
FURNITURE = WORDS["furniture"]
TITLES = WORDS["titles"]
SAID = WORDS["said"]


def full_name(rng: random.Random) -> str:
    """Return a made-up name."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def rename(paragraphs: Sequence[Tagged], rng: random.Random) -> list[Tagged]:
    """Give the politicians of the corpus other names, and other things for some of its topics, the same throughout."""
    names = {name: rng.choice(LAST) for name in POLITICIANS_LAST}
    names |= {name: rng.choice(FIRST) for name in POLITICIANS_FIRST}
    if rng.random() < 0.7:
        names |= {word: rng.choice(others) for word, others in TOPICS.items() if rng.random() < 0.8}
    pattern = re.compile(r"(?<![\w@#])(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r")(?!\w)")
    return [edit(p, [(m.start(), m.end(), names[m.group()]) for m in pattern.finditer(p.text)]) for p in paragraphs]


# ---------------------------------------------------------------- other layouts


class Build:
    """Puts a paragraph together out of labelled and plain stretches."""

    def __init__(self) -> None:
        self.text = ""
        self.tags: list[Tag] = []

    def plain(self, text: str) -> Build:
        """Add text without a label."""
        self.text += text
        return self

    def span(self, text: str, role: str, quote: int) -> Build:
        """Add a labelled span."""
        self.tags.append(Tag(len(self.text), len(self.text) + len(text), role, quote))
        self.text += text
        return self

    def done(self) -> Tagged:
        """Return the paragraph."""
        return Tagged(self.text, tuple(self.tags))


SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def quoted_content(paragraph: Tagged) -> str | None:
    """Return the words of a paragraph's one direct quote, without marks, if they can stand in another layout."""
    quotes = {t.quote for t in paragraph.tags}
    contents = [t for t in paragraph.tags if t.role == "content"]
    if len(quotes) != 1 or len(contents) > 2:
        return None
    pieces = []
    for tag in contents:
        piece = paragraph.text[tag.start : tag.end].strip()
        if not piece.startswith(("\u201c", '"')) or not piece.endswith(("\u201d", '"')):
            return None
        inner = DOUBLE_MARK.sub("", piece).strip()
        pieces.append(inner.rstrip(",") if tag is not contents[-1] and len(contents) > 1 else inner)
    text = ". ".join(p.rstrip(".,") for p in pieces) if len(pieces) > 1 and pieces[1][:1].isupper() else " ".join(pieces)
    return text.rstrip(",. ") if len(text.split()) >= 5 and text[:1].isupper() else None


def speaker_of(paragraph: Tagged, rng: random.Random) -> str:
    """Return the paragraph's own source or a made-up one."""
    sources = [paragraph.text[t.start : t.end] for t in paragraph.tags if t.role == "source"]
    roll = rng.random()
    if sources and sources[0][:1].isupper() and len(sources[0]) > 4 and roll < 0.3:
        return sources[0].rstrip(", ")
    name = full_name(rng)
    if roll < 0.5:
        return f"{rng.choice(TITLES)} {name}"
    return name if roll < 0.9 else f"the {rng.choice(TITLES)}"


def _quoted(text: str) -> str:
    return f"\u201c{text}\u201d"


def relayout(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return paragraphs that give a quote in another style; `quote` numbers it (and `quote + 1` may be used)."""
    sentences = SENTENCE.split(content)
    several = len(sentences) > 1
    layouts = [transcript, dash_after, colon_before, said_after, said_inverted, plain_said, told, block, headline]
    if several:
        layouts += [interrupted, reopened, reopened, unmarked_turns]
    return rng.choice(layouts)(content, speaker, quote, rng)


def _verb(rng: random.Random) -> str:
    return rng.choice(SAID)


def transcript(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return `NAME: words`, as interviews and transcripts print turns."""
    name = speaker.upper() if rng.random() < 0.5 else speaker
    text = content + rng.choice(".?.")
    text = _quoted(text) if rng.random() < 0.25 else text
    return [Build().span(name, "source", quote).span(":", "cue", quote).plain(" ").span(text, "content", quote).done()]


def unmarked_turns(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Two turns of an interview."""
    sentences = SENTENCE.split(content)
    half = len(sentences) // 2
    other = full_name(rng)
    return [
        *transcript(" ".join(sentences[:half]).rstrip("."), other, quote + 1, rng),
        *transcript(" ".join(sentences[half:]), speaker, quote, rng),
    ]


def dash_after(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return `"words" - Name`, as pull quotes and lists print them."""
    build = Build().span(_quoted(content + "."), "content", quote).plain(" ")
    build.span(rng.choice("-\u2013\u2014"), "cue", quote).plain(" ").span(speaker, "source", quote)
    if rng.random() < 0.4:
        build.plain(f", {rng.choice(TITLES)}")
    return [build.done()]


def colon_before(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return `Name said: "words"`."""
    verb = "told reporters" if (v := _verb(rng)) == "told_reporters" else v
    cue = rng.choice([verb.split()[0], "said", "said in a statement"])
    build = Build().span(speaker, "source", quote).plain(" ")
    build.span(cue + ":", "cue", quote) if cue != "told" else build.span("told", "cue", quote).plain(" reporters:")
    return [build.plain(" ").span(_quoted(content + "."), "content", quote).done()]


def said_after(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return `"words," Name said.` (a layout)."""
    verb = _verb(rng)
    build = Build().span(_quoted(content + ","), "content", quote).plain(" ").span(speaker, "source", quote).plain(" ")
    build.span(verb.split("_")[0], "cue", quote)
    if verb == "told_reporters":
        build.plain(" " + rng.choice(["reporters", "the court", "the BBC", "Reuters", "AFP", "Sky Sports", "PTI"]))
    build.plain(rng.choice(["", " on Tuesday", " after the match", " outside court", " in a tweet", " on Thursday evening"]))
    return [build.plain(".").done()]


def said_inverted(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return `"words," said Name, role.` (a layout)."""
    verb = _verb(rng)
    verb = "said" if verb == "told_reporters" else verb
    build = Build().span(_quoted(content + ","), "content", quote).plain(" ").span(verb, "cue", quote).plain(" ")
    role = f", {rng.choice(['the', 'a', 'its', 'their'])} {rng.choice(TITLES).lower()}" if rng.random() < 0.5 else ""
    return [build.span(speaker + role, "source", quote).plain(".").done()]


def plain_said(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return `Words, Name said.` or `According to Name, words.`, without marks."""
    if rng.random() < 0.3:
        build = Build().span("According to", "cue", quote).plain(" ").span(speaker, "source", quote).plain(", ")
        return [build.span(content, "content", quote).plain(".").done()]
    build = Build().span(content, "content", quote).plain(", ")
    if rng.random() < 0.2:
        return [build.span("according to", "cue", quote).plain(" ").span(speaker, "source", quote).plain(".").done()]
    return [build.span(speaker, "source", quote).plain(" ").span("said", "cue", quote).plain(".").done()]


def told(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return `Name told AFP that words.` (a layout)."""
    to = rng.choice(["reporters", "AFP", "the Press Trust of India", "the BBC", "a news conference", "the jury", "the inquest"])
    build = Build().span(speaker, "source", quote).plain(" ").span(rng.choice(["told", "has told"]), "cue", quote)
    return [build.plain(f" {to} ").span(f"that {content}", "content", quote).plain(".").done()]


def block(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return `Name said:` and the words in the next paragraph."""
    cue = rng.choice(["said:", "wrote:", "tweeted:", "added:", "said in a statement:", "replied:"])
    lead = Build().span(speaker, "source", quote).plain(" ").span(cue, "cue", quote).done()
    text = _quoted(content + ".") if rng.random() < 0.75 else content + "."
    return [lead, Build().span(text, "content", quote).done()]


def interrupted(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return `"A," said Name. "B."` (a layout)."""
    first, *rest = SENTENCE.split(content)
    build = Build().span(_quoted(first.rstrip(".!?") + ","), "content", quote).plain(" ")
    if rng.random() < 0.5:
        build.span("said", "cue", quote).plain(" ").span(speaker, "source", quote)
    else:
        build.span(speaker, "source", quote).plain(" ").span(rng.choice(["said", "says", "added"]), "cue", quote)
    return [build.plain(". ").span(_quoted(" ".join(rest) + "."), "content", quote).done()]


def reopened(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """A quote over two paragraphs, the mark of the first left open."""
    first, *rest = SENTENCE.split(content)
    cue, end = rng.choice([("said", ":"), ("said", ","), ("told", " reporters:"), ("added", ":")])
    lead = Build()
    if rng.random() < 0.5:
        lead.span(speaker, "source", quote).plain(" ").span(cue + (":" if end == ":" else ""), "cue", quote)
        lead.plain("" if end == ":" else end).plain(" ").span("\u201c" + first, "content", quote)
    else:
        start, *more = SENTENCE.split(first) if len(rest) < 2 else [first, rest.pop(0)]
        lead.span(_quoted(start.rstrip(".") + ","), "content", quote).plain(" ").span(speaker, "source", quote)
        lead.plain(" ").span("said", "cue", quote).plain(".")
        if more:
            lead.plain(" ").span("\u201c" + " ".join(more), "content", quote)
    if not rest:
        return [lead.done()]
    return [lead.done(), Build().span(_quoted(" ".join(rest) + "."), "content", quote).done()]


def headline(content: str, speaker: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Return `Words: Name` or `Name: words`, without a stop, as headlines have it."""
    words = SENTENCE.split(content)[0].rstrip(".!?,").split()
    if not 3 <= len(words) <= 12:
        return transcript(content, speaker, quote, rng)
    text = " ".join(words)
    roll = rng.random()
    text = _quoted(text) if rng.random() < 0.35 else text.title() if rng.random() < 0.5 else text
    if roll < 0.35:
        return [Build().span(text, "content", quote).span(":", "cue", quote).plain(" ").span(speaker, "source", quote).done()]
    if roll < 0.7:
        return [Build().span(speaker, "source", quote).span(":", "cue", quote).plain(" ").span(text, "content", quote).done()]
    build = Build().span(text, "content", quote).plain(", ").span("says", "cue", quote).plain(" ")
    return [build.span(speaker, "source", quote).done()]


# ---------------------------------------------------------------- passages in the manner of other papers


HEARERS = WORDS["hearers"]
AGENCIES = WORDS["agencies"]
BODIES = WORDS["bodies"]
OPENINGS = WORDS["openings"]
TALKING = WORDS["talking"]
NO_QUOTES = WORDS["no_quotes"]


def clause_bank(articles: Iterable[Sequence[Tagged]]) -> list[str]:
    """Return the indirect contents under a verb of saying that are clauses: lower case, without marks and "that"."""
    clauses = []
    for paragraphs in articles:
        for paragraph in paragraphs:
            said = {t.quote for t in paragraph.tags if t.role == "cue" and paragraph.text[t.start : t.end] in ("said", "says")}
            for tag in paragraph.tags:
                text = paragraph.text[tag.start : tag.end]
                if tag.role == "content" and tag.quote in said and not DOUBLE_MARK.search(text):
                    clause = text.removeprefix("that ").strip().rstrip(".,")
                    if 5 <= len(clause.split()) <= 35 and text[-1:].isalnum():
                        clauses.append(clause)
    return clauses


def _source(rng: random.Random) -> str:
    roll = rng.random()
    name = full_name(rng)
    if roll < 0.25:
        return f"{rng.choice(TITLES)} {name}"
    if roll < 0.45:
        return f"{name}, {rng.choice(['the', 'a', 'its', 'an'])} {rng.choice(TITLES).lower()}" + rng.choice([",", ""])
    if roll < 0.6:
        return rng.choice(BODIES)
    if roll < 0.7:
        return rng.choice(
            ["He", "She", "They", "The spokesman", "The minister", "The 34-year-old", "The mother of two", "Officials", "Police"]
        )
    if roll < 0.8:
        return f"Mr {rng.choice(LAST)}"
    return rng.choice([name, rng.choice(LAST), f"{name}, of {rng.choice(LAST)} & Co,", f"{name} ({rng.randint(19, 80)})"])


def _start(source: str) -> str:
    return source[:1].upper() + source[1:]


def _within(source: str) -> str:
    common = source.split(maxsplit=1)[0] in ("He", "She", "They", "The", "Officials", "Police")
    return source[:1].lower() + source[1:] if common else source


def _partly_quoted(clause: str, rng: random.Random) -> str:
    """Put the end or the middle of a clause in marks."""
    words = clause.split()
    if len(words) <= 6:
        return clause
    cut = rng.randint(2, len(words) - 3)
    stop = rng.choice([len(words), len(words), rng.randint(cut + 2, len(words))])
    return " ".join([*words[:cut], _quoted(" ".join(words[cut:stop])), *words[stop:]])


def _clause_first(build: Build, source: str, clause: str, quote: int, rng: random.Random) -> None:
    build.span(_start(clause), "content", quote).plain(", ")
    if rng.random() < 0.7:
        build.span(_within(source).rstrip(","), "source", quote).plain(" ").span("said", "cue", quote)
    else:
        build.span("according to", "cue", quote).plain(" ").span(_within(source).rstrip(","), "source", quote)


def _according_to(build: Build, source: str, clause: str, quote: int, rng: random.Random) -> None:
    cue = rng.choice(["According to", "According to", "In the words of"])
    build.span(cue, "cue", quote).plain(" ").span(_within(source).rstrip(","), "source", quote).plain(", ")
    build.span(clause, "content", quote)


def _relayed(build: Build, source: str, clause: str, quote: int, rng: random.Random) -> None:
    build.plain(_start(rng.choice(AGENCIES)) + rng.choice([" quoted ", " cited ", " reported "]))
    build.span(_within(source), "source", quote).plain(" as ").span("saying", "cue", quote).plain(" ")
    build.span(rng.choice(["", "that "]) + clause, "content", quote)


def _told_clause(build: Build, source: str, clause: str, quote: int, rng: random.Random) -> None:
    build.span(_start(source), "source", quote).plain(" ").span(rng.choice(["told", "has told", "informed"]), "cue", quote)
    build.plain(f" {rng.choice(HEARERS)} ").span("that " + clause, "content", quote)


def _told_passive(build: Build, source: str, clause: str, quote: int, rng: random.Random) -> None:
    build.plain(_start(rng.choice(HEARERS)) + " ").span(rng.choice(["were told", "was told", "had been told"]), "cue", quote)
    build.plain(" by ").span(_within(source).rstrip(","), "source", quote).plain(" ").span("that " + clause, "content", quote)


def _said_clause(build: Build, source: str, clause: str, quote: int, rng: random.Random) -> None:
    if rng.random() < 0.35:
        build.plain(rng.choice(OPENINGS) + " ").span(_within(source), "source", quote)
    else:
        build.span(_start(source), "source", quote)
    verb = rng.choice(TALKING).replace("informed_x", "said").replace("_", " ")
    build.plain(" ").span(rng.choice(["said", "said", "also said", "further said", "has said", verb]), "cue", quote)
    build.plain(" ").span(rng.choice(["", "that "]) + clause, "content", quote)


FRAMES = (
    (_clause_first, 0.22), (_according_to, 0.1), (_relayed, 0.1), (_told_clause, 0.12), (_told_passive, 0.06),
    (_said_clause, 0.4),
)  # fmt: skip
SECONDS = (
    (", ", ("adding", "saying", "noting", "claiming", "warning")),
    (" and ", ("added", "warned", "also said", "stressed", "insisted")),
    (", but ", ("added", "warned", "conceded", "admitted")),
)  # fmt: skip


def indirect(clause: str, other: str, quote: int, rng: random.Random) -> list[Tagged]:
    """A clause reported without marks, or with a part in marks; sometimes a second with the same speaker."""
    source = _source(rng)
    if rng.random() < 0.35:
        clause = _partly_quoted(clause, rng)
    build = Build()
    frame = rng.choices([f for f, _ in FRAMES], [share for _, share in FRAMES])[0]
    frame(build, source, clause, quote, rng)
    if frame in (_said_clause, _told_clause) and rng.random() < 0.35:
        same = next(tag for tag in build.tags if tag.role == "source")
        build.tags.append(same._replace(quote=quote + 1))
        joint, cues = rng.choice(SECONDS)
        build.plain(joint).span(rng.choice(cues), "cue", quote + 1).plain(" ").span("that " + other, "content", quote + 1)
    return [build.plain(".").done()]


def _said_before(build: Build, source: str, content: str, quote: int, rng: random.Random) -> None:
    if rng.random() < 0.5:
        build.plain(rng.choice(OPENINGS) + " ").span(_within(source), "source", quote)
    else:
        build.span(_start(source), "source", quote)
    cue = rng.choice(["said:", "said:", "told", "added:", "wrote:", "tweeted:", "commented:", "replied:", "said"])
    build.plain(" ").span(cue, "cue", quote)
    build.plain({"told": f" {rng.choice(HEARERS)}: ", "said": ", "}.get(cue, " ")).span(_quoted(content + "."), "content", quote)


def _said_behind(build: Build, source: str, content: str, quote: int, rng: random.Random) -> None:
    build.span(_quoted(content + ","), "content", quote).plain(" ")
    if rng.random() < 0.5:
        build.span(rng.choice(["said", "said", "added", "says", "explained"]), "cue", quote)
        build.plain(" ").span(_within(source).rstrip(","), "source", quote)
    else:
        cue = rng.choice(["said", "said", "added", "told"])
        build.span(_within(source), "source", quote).plain(" ").span(cue, "cue", quote)
        build.plain(f" {rng.choice(HEARERS)}" if cue == "told" else "")
    build.plain(".")


def spoken(content: str, other: str, quote: int, rng: random.Random) -> list[Tagged]:
    """Direct speech in turns: an opening, a hearer, a second quote by "he", a paragraph that goes on without a cue."""
    source = _source(rng)
    content, other = content.rstrip("."), other.rstrip(".")
    if rng.random() < 0.3:
        return block(content, source.rstrip(","), quote, rng)
    build = Build()
    rng.choice([_said_before, _said_behind])(build, source, content, quote, rng)
    roll = rng.random()
    if roll < 0.25:
        build.plain(" ").span(rng.choice(["He", "She", "They"]), "source", quote + 1).plain(" ")
        build.span(rng.choice(["added:", "said:", "went on:", "continued:"]), "cue", quote + 1).plain(" ")
        return [build.span(_quoted(other + "."), "content", quote + 1).done()]
    if roll < 0.45:
        return [build.plain(" ").span(_quoted(other + "."), "content", quote).done()]
    if roll < 0.6:
        return [build.done(), Build().span(_quoted(other + "."), "content", quote).done()]
    if roll < 0.7:
        following = Build().span(_quoted(other + ","), "content", quote + 1).plain(" ")
        following.span(rng.choice(["he", "she"]), "source", quote + 1).plain(" ")
        return [build.done(), following.span(rng.choice(["added", "said"]), "cue", quote + 1).plain(".").done()]
    return [build.done()]


def passage(banks: Banks, quote: int, rng: random.Random) -> list[Tagged]:
    """Return a few paragraphs of made-up news: quotes in several layouts between sentences that hold none."""
    out: list[Tagged] = []
    speaker = full_name(rng)
    for _ in range(rng.randint(2, 7)):
        roll = rng.random()
        if roll < 0.2:
            out.append(Tagged(" ".join(rng.sample(NO_QUOTES, rng.randint(1, 2)))))
        elif roll < 0.5:
            speaker = rng.choice([speaker, full_name(rng), f"{rng.choice(TITLES)} {full_name(rng)}"])
            out += relayout(rng.choice(banks.contents), speaker, quote, rng)
        elif roll < 0.75:
            out += spoken(rng.choice(banks.contents), rng.choice(banks.contents), quote, rng)
        else:
            out += indirect(rng.choice(banks.clauses), rng.choice(banks.clauses), quote, rng)
        quote += 2
    return rename(out, rng)


STYLES = (  # opening mark, closing mark, share of articles
    ("“", "”", 0.4),
    ('"', '"', 0.2),
    ("‘", "’", 0.2),
    ("'", "'", 0.1),
    ("''", "''", 0.04),
    ("``", "''", 0.02),
    ("«", "»", 0.02),
    ("„", "“", 0.02),
)


def restyle(paragraph: Tagged, opening: str, closing: str) -> Tagged:
    """Give the outermost pairs of double marks another style."""
    changes = []
    for region in mark_regions(paragraph.text):
        mark = DOUBLE_MARK.match(paragraph.text, region.start)
        changes.append((region.start, mark.end() if mark else region.start + 1, opening))
        if region.closed:
            length = 2 if paragraph.text[region.end - 2 : region.end] == "''" else 1
            changes.append((region.end - length, region.end, closing))
    changes.sort()
    if any(a[1] > b[0] for a, b in pairwise(changes)):
        return paragraph
    return edit(paragraph, changes)


# ---------------------------------------------------------------- an epoch


@dataclass(frozen=True)
class Banks:
    """Contents to make passages of: of direct quotes, without marks; clauses of indirect ones."""

    contents: list[str]
    clauses: list[str]


def vary(paragraphs: Sequence[Tagged], banks: Banks, rng: random.Random, variation: Variation) -> list[Tagged]:
    """Return an article as another paper might have printed it.

    Args:
        paragraphs: the article.
        banks: contents of other articles (`banks_of`), for passages in other layouts.
        rng: where chance comes from.
        variation: how much is varied.
    """
    varied = list(paragraphs)
    if rng.random() < variation.names:
        varied = rename(varied, rng)
    out: list[Tagged] = []
    fresh = 100_000
    for paragraph in varied:
        content = quoted_content(paragraph) if paragraph.tags and rng.random() < variation.layout else None
        quotes = {t.quote for t in paragraph.tags}
        shared = content and sum(any(t.quote in quotes for t in p.tags) for p in varied) > 1
        if content and not shared:
            out += relayout(content, speaker_of(paragraph, rng), fresh, rng)
            fresh += 2
        else:
            out.append(paragraph)
    if banks.contents and rng.random() < variation.extra:
        at = rng.randint(0, len(out))
        out[at:at] = passage(banks, fresh, rng)
    if rng.random() < variation.style:
        opening, closing, _ = rng.choices(STYLES, [share for _, _, share in STYLES])[0]
        out = [restyle(p, opening, closing) for p in out]
    roll = rng.random()
    if roll < variation.no_marks:
        out = [without_marks(p) for p in out]
    elif roll < variation.no_marks + variation.raw_marks:
        out = [replace(p, raw_marks=True) for p in out]
    if rng.random() < variation.furniture:
        for _ in range(rng.randint(1, 8)):
            at = rng.choice([0, 1, 2, len(out), len(out), rng.randint(0, len(out))])
            out.insert(min(at, len(out)), Tagged(rng.choice(FURNITURE)))
    return out


def content_bank(articles: Iterable[Sequence[Tagged]]) -> list[str]:
    """Return the contents of the direct quotes that can stand in another layout."""
    return [c for paragraphs in articles for p in paragraphs if p.tags and (c := quoted_content(p)) and len(c) < 600]


def banks_of(articles: Sequence[Sequence[Tagged]]) -> Banks:
    """Return the contents that passages are made of."""
    return Banks(content_bank(articles), clause_bank(articles))


def examples_of(paragraphs: Sequence[Tagged], builder: WindowBuilder) -> list[Example]:
    """Return an article's windows with labels, spans and heads."""
    text = "\n".join(p.text for p in paragraphs)
    blocks, tags, offset = [], [], 0
    for p in paragraphs:
        blocks.append(Paragraph(start=offset, end=offset + len(p.text), kind=ParagraphKind.BODY))
        tags += [t._replace(start=t.start + offset, end=t.end + offset) for t in p.tags]
        offset += len(p.text) + 1
    regions = [Region(pair.start, pair.end, pair.closed) for pair in pairs(text, blocks)]
    words = []
    for block, p in zip(blocks, paragraphs, strict=True):
        own = [] if p.raw_marks else [r for r in regions if block.start <= r.start and r.end <= block.end]
        words.append(words_of(text, block.start, block.end, own))
    return [_example(window, tags) for window in builder.windows(words)]


def _example(window: Window, tags: Sequence[Tag]) -> Example:
    starts = np.array([w.start for w in window.words])
    ends = np.array([w.end for w in window.words])
    labels = np.zeros(len(starts), dtype=np.int64)
    spans: dict[tuple[int, int, str], set[int]] = {}
    for tag in tags:
        inside = np.flatnonzero((ends > tag.start) & (starts < tag.end))
        if len(inside) and tag.role in ROLES:
            spans.setdefault((int(inside[0]), int(inside[-1]), tag.role), set()).add(tag.quote)
    for first, last, role in spans:
        begin = 1 + 2 * ROLES.index(role)
        labels[first : last + 1] = begin + 1
    for first, _, role in spans:
        labels[first] = 1 + 2 * ROLES.index(role)
    order = sorted(spans)
    heads = []
    for span in order:
        wanted = {"content": "cue", "cue": "source"}.get(span[2])
        if wanted is None:
            heads.append(-2)
            continue
        found = [i for i, other in enumerate(order) if other[2] == wanted and spans[other] & spans[span]]
        heads.append(found[0] if found else -1)
    return Example(window, labels, tuple(order), tuple(heads), _names(window, tags))


def _names(window: Window, tags: Sequence[Tag]) -> np.ndarray:
    """Return the name labels of a window's words."""
    starts = np.array([w.start for w in window.words])
    ends = np.array([w.end for w in window.words])
    names = np.zeros(len(starts), dtype=np.int64)
    for tag in tags:
        inside = (ends > tag.start) & (starts < tag.end)
        if tag.role == UNKNOWN:
            names[inside] = NOT_LEARNED
        elif tag.role in NAME_KINDS and inside.any():
            begin = 1 + 2 * NAME_KINDS.index(tag.role)
            names[inside] = begin + 1
            names[np.flatnonzero(inside)[0]] = begin
    return names


def masked(example: Example, rng: random.Random, share: float, mask: int) -> Example:
    """Hide a share of the words from the encoder, so that it learns from what stands around them.

    Args:
        example: a window.
        rng: where chance comes from.
        share: of the words (punctuation and quotation marks are never hidden), 0 to 1.
        mask: the id of the piece that stands for a hidden one.
    """
    window = example.window
    ids = window.ids.copy()
    ends = [*window.piece_of_word[1:], len(ids)]
    for word, start, end in zip(window.words, window.piece_of_word, ends, strict=True):
        if word.form[0].isalnum() and rng.random() < share:
            pieces = ids[start:end]
            pieces[pieces != ids[-1]] = mask  # a paragraph's last word is followed by the separator, the window's last piece
    return replace(example, window=replace(window, ids=ids))
