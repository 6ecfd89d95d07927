"""Counts of what was found: who said what (`Attribution`), and by which name and in which role (`Speakers`).

Pure functions over gold and predicted quotes. The definitions are those of the benchmark's own scorer, so that both give
the same numbers; a test compares them.

- Spans are compared as sets of code points. At the ends of a piece, quotation marks, white space, trailing `,.;:` and a
  leading "that" do not count, and quotation marks and white space count nowhere.
- A predicted quote answers a gold one if their contents overlap at IoU >= 0.5; pairs are one to one, the best first.
- `attribution`: an answered quote whose source shares a word, at its place in the text, with the gold source. Gold quotes
  without a source, and what answers them, stand aside.
- `direct_only`: attribution of gold quotes with at least four words in quotation marks, among predictions with any.

Source: Newell, Margolin and Ruths, "An Attribution Relations Corpus for Political News", LREC 2018 (the corpus); the IoU
of 0.5 is the usual bound of partial matches.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from quotes.evaluate.corpora import GoldArticle, GoldQuote, Seeds

Span = tuple[int, int]
Positions = frozenset[int]

MIN_IOU = 0.5
MIN_QUOTED_WORDS = 4
MIN_ROLE_F1 = 0.5
MARKS = frozenset("\"'`´‘’‚‛“”„‟«»‹›＂")
TRAILING = frozenset(",.;:")
THAT = re.compile(r"that\s+", re.IGNORECASE)
WORD = re.compile(r"\w+(?:['’]\w+)*")
DOUBLE_MARK = re.compile("[“”„\"]|``|''")
BEFORE_OPENING = frozenset("([{—–-/‘'")
TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "sir", "dame", "lord", "lady", "sen", "rep", "gov", "gen", "col", "capt",
                    "prof", "rev", "hon", "president", "the", "a", "an"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """A quote as a system gave it: spans, name and roles."""

    content: tuple[Span, ...]
    cue: tuple[Span, ...] = ()
    source: tuple[Span, ...] = ()
    speaker: str | None = None
    speaker_type: str = ""
    roles: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, quote: Mapping[str, Any]) -> Predicted:
        """Read an object of `quotes` in a line of `quotes extract`."""
        spans = {key: tuple((int(s), int(e)) for s, e in quote.get(key) or ()) for key in ("content", "cue", "source")}
        roles = quote.get("roles") or ([quote["role"]] if quote.get("role") else [])
        return cls(**spans, speaker=quote.get("speaker"), speaker_type=quote.get("speaker_type") or "", roles=tuple(roles))


@dataclass(slots=True)
class Tally:
    """Counts behind a precision and a recall; hits are counted on both sides, as a quote and its answer may differ."""

    gold: int = 0
    predicted: int = 0
    found: int = 0
    correct: int = 0

    @property
    def precision(self) -> float:
        """Correct predictions in per cent of all, 0 of none."""
        return 100 * self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Gold quotes found in per cent of all, 0 of none."""
        return 100 * self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Share:
    """Hits out of tries."""

    hits: int = 0
    tries: int = 0

    def add(self, hit: bool) -> None:  # noqa: FBT001  a count of hits is what this is
        """Count one try."""
        self.tries += 1
        self.hits += hit

    @property
    def percent(self) -> float:
        """Hits in per cent of tries, rounded to a tenth; 0 of none."""
        return round(100 * self.hits / self.tries, 1) if self.tries else 0.0


# ---------------------------------------------------------------- spans


def merge(spans: Iterable[Span]) -> list[Span]:
    """Sort spans and join those that touch or overlap."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def pieces(text: str, spans: Iterable[Span], *, content: bool) -> list[Positions]:
    """Return the code points of each piece that count; pieces with only marks and space between them are one."""
    joined: list[Span] = []
    for start, end in merge(spans):
        if joined and all(_is_trivia(c) for c in text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    kept = [frozenset(i for i in range(*_strip(text, span, content=content)) if not _is_trivia(text[i])) for span in joined]
    return [piece for piece in kept if piece] or [frozenset(range(*span)) for span in joined]


def _is_trivia(character: str) -> bool:
    return character.isspace() or character in MARKS


def _strip(text: str, span: Span, *, content: bool) -> Span:
    start, end = span
    while start < end and (_is_trivia(text[end - 1]) or text[end - 1] in TRAILING):
        end -= 1
    while start < end:
        that = THAT.match(text, start, end) if content else None
        if that:
            start = that.end()
        elif _is_trivia(text[start]):
            start += 1
        else:
            break
    return start, end


def iou(left: Positions, right: Positions) -> float:
    """Return the intersection over union of two sets of code points."""
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared) if shared else 0.0


def answer(gold: Sequence[Positions], predicted: Sequence[Positions]) -> dict[int, int]:
    """Pair predicted with gold contents one to one, the best overlap first: {predicted: gold}."""
    owners: dict[int, list[int]] = defaultdict(list)
    for g, positions in enumerate(gold):
        for position in positions:
            owners[position].append(g)
    near = {(g, p) for p, positions in enumerate(predicted) for position in positions for g in owners.get(position, ())}
    scored = sorted((-iou(gold[g], predicted[p]), g, p) for g, p in near)
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for overlap, g, p in scored:
        if -overlap >= MIN_IOU and p not in pairs and g not in taken:
            pairs[p] = g
            taken.add(g)
    return pairs


def quoted_regions(text: str) -> list[Span]:
    """Return what stands between double quotation marks.

    Marks are paired within a line, the innermost first; one that is never closed reaches to the next opening mark or the
    line's end; a closing mark without an opening one counts only where the line before was left open.
    """
    regions: list[Span] = []
    left_open = False
    for line in re.finditer(r"[^\n]+", text):
        if line.group().strip():
            found, left_open = _regions_of_line(text, line.span(), left_open=left_open)
            regions += found
    return merge(regions)


def _regions_of_line(text: str, line: Span, *, left_open: bool) -> tuple[list[Span], bool]:
    regions: list[Span] = []
    stack: list[int] = []
    openings: list[int] = []
    for mark in DOUBLE_MARK.finditer(text, *line):
        if _opens(text, mark, line[0], inside=bool(stack)):
            stack.append(mark.end())
            openings.append(mark.start())
        elif stack:
            regions.append((stack.pop(), mark.start()))
        elif left_open and not openings:
            regions.append((line[0], mark.start()))
            left_open = False
    regions += [(start, next((o for o in openings if o >= start), line[1])) for start in stack]
    return regions, bool(stack)


def _opens(text: str, mark: re.Match[str], line_start: int, *, inside: bool) -> bool:
    if mark.group() in ("“", "„", "``"):
        return True
    before = text[mark.start() - 1] if mark.start() > line_start else " "
    after = text[mark.end()] if mark.end() < len(text) else " "
    may_open = (before.isspace() or before in BEFORE_OPENING) and not after.isspace()
    may_close = not before.isspace()
    if mark.group() == "”":
        return may_open and not may_close and not inside
    return may_open if may_open != may_close else not inside


# ---------------------------------------------------------------- who said what


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """A quote, gold or predicted, in the form that is compared."""

    content: Positions
    source: Positions
    source_words: Positions
    form: str
    quoted_words: int


class _Text:
    """A text's words and quoted regions."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [word.start() for word in WORD.finditer(text)]
        self.inside = bytearray(len(text))
        for start, end in quoted_regions(text):
            self.inside[start:end] = b"\x01" * (end - start)

    def side(self, quote: GoldQuote | Predicted) -> _Side:
        content = frozenset[int]().union(*pieces(self.text, quote.content, content=True))
        source = frozenset[int]().union(*pieces(self.text, quote.source, content=False))
        letters = [i for i in content if self.text[i].isalnum()]
        inside = sum(self.inside[i] for i in letters)
        return _Side(
            content=content,
            source=source,
            source_words=self._words(source),
            form="indirect" if not inside else "direct" if inside == len(letters) else "mixed",
            quoted_words=len(self._words(i for i in letters if self.inside[i])),
        )

    def _words(self, positions: Iterable[int]) -> Positions:
        return frozenset(bisect_right(self.starts, i) - 1 for i in positions if self.text[i].isalnum())


@dataclass(slots=True)
class Attribution:
    """Counts of who said what, over the articles added; the names are those of the benchmark."""

    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def add(self, article: GoldArticle, predicted: Sequence[Predicted]) -> None:
        """Count one article."""
        text = _Text(article.text)
        gold = {g: text.side(quote) for g, quote in enumerate(article.quotes)}
        mine = {p: text.side(quote) for p, quote in enumerate(predicted)}
        exact = Counter(q.content for q in gold.values()) & Counter(q.content for q in mine.values())
        self._tally("content_exact", len(gold), len(mine), exact.total(), exact.total())
        pairs = answer([q.content for q in gold.values()], [q.content for q in mine.values()])
        self._by_form("content_overlap", gold, mine, pairs)
        right = {p: g for p, g in pairs.items() if mine[p].source_words & gold[g].source_words}
        with_source = {g: side for g, side in gold.items() if side.source}
        counted = {p: side for p, side in mine.items() if p not in pairs or gold[pairs[p]].source}
        self._by_form("attribution", with_source, counted, right)
        wanted = [g for g, side in with_source.items() if side.form != "indirect" and side.quoted_words >= MIN_QUOTED_WORDS]
        offered = [p for p, side in counted.items() if side.form != "indirect"]
        found = set(right.values())
        self._tally("direct_only", len(wanted), len(offered), sum(g in found for g in wanted), sum(p in right for p in offered))

    def _by_form(self, name: str, gold: Mapping[int, _Side], mine: Mapping[int, _Side], hits: Mapping[int, int]) -> None:
        found = set(hits.values())
        for g, side in gold.items():
            for key in (name, f"{name}.{side.form}"):
                self._tally(key, 1, 0, int(g in found), 0)
        for p, side in mine.items():
            for key in (name, f"{name}.{side.form}"):
                self._tally(key, 0, 1, 0, int(p in hits))

    def _tally(self, name: str, gold: int, predicted: int, found: int, correct: int) -> None:
        tally = self.tallies[name]
        tally.gold += gold
        tally.predicted += predicted
        tally.found += found
        tally.correct += correct


# ---------------------------------------------------------------- names and roles


def fold(name: str) -> tuple[str, ...]:
    """Return a name's words in lower case, without accents, titles and possessives.

    >>> fold("Mr Mevlüt Çavuşoğlu")
    ('mevlut', 'cavusoglu')
    """
    plain = unicodedata.normalize("NFKD", name.replace("ı", "i").replace("’", "'"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    words = re.findall(r"[^\W_]+", plain.replace("'s ", " "))
    return tuple(word for word in words if word not in TITLES) or tuple(words)


def is_role(predicted: Iterable[str], gold: Iterable[str]) -> bool:
    """Say whether a predicted role shares at least half of its words (F1) with a gold one."""
    for mine in map(set, map(fold, predicted)):
        for theirs in map(set, map(fold, gold)):
            if mine & theirs and 2 * len(mine & theirs) / (len(mine) + len(theirs)) >= MIN_ROLE_F1:
                return True
    return False


def score_speakers(seeds: Seeds, predicted: Mapping[str, Sequence[Predicted]]) -> dict[str, Share]:
    """Return the shares of quotes found, rightly named and given their role.

    Args:
        seeds: the gold.
        predicted: the quotes of each article.

    Returns:
        `found` and `found.FORM`; `speaker`, `organization`, `unnamed`: found and rightly named (or rightly not named);
        `role`: found and given a gold role; `spurious`: predictions that answer nothing; `not_quotes`: stretches that
        are no quotes but were given as one.
    """
    shares: dict[str, Share] = defaultdict(Share)
    accepted = _accepted_names(seeds)
    by_article: dict[str, list[GoldQuote]] = defaultdict(list)
    for quote in seeds.quotes:
        by_article[quote.article_id].append(quote)
    for article_id, gold in by_article.items():
        text, mine = seeds.texts[article_id], predicted.get(article_id, ())
        pairs = answer([_letters(text, q.content) for q in gold], [_letters(text, q.content) for q in mine])
        answers = {g: mine[p] for p, g in pairs.items()}
        for g, quote in enumerate(gold):
            if quote.counted:
                _count(shares, quote, answers.get(g), accepted)
        for p in range(len(mine)):
            shares["spurious"].add(p not in pairs)
    for not_quote in seeds.not_quotes:
        text, mine = seeds.texts[not_quote.article_id], predicted.get(not_quote.article_id, ())
        shares["not_quotes"].add(_is_given(not_quote.span, text, mine))
    return dict(shares)


def _accepted_names(seeds: Seeds) -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    """Return the accepted names of each name: all of an organization's, a person's of two words and more."""
    accepted: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for name in seeds.names:
        forms = {fold(alias) for alias in (name.speaker, *name.aliases)}
        good = {form for form in forms if name.type != "person" or len(form) > 1} | {fold(name.speaker)}
        for form in forms:
            accepted[form] |= good
    return accepted


def _count(shares: dict[str, Share], gold: GoldQuote, mine: Predicted | None,
           accepted: Mapping[tuple[str, ...], set[tuple[str, ...]]]) -> None:
    shares["found"].add(mine is not None)
    shares[f"found.{gold.form}"].add(mine is not None)
    name = fold(mine.speaker) if mine and mine.speaker else ()
    if gold.speaker:
        key = fold(gold.speaker)
        metric = {"person": "speaker", "unnamed": "unnamed"}.get(gold.speaker_type, "organization")
        shares[metric].add(bool(name) and (name == key or name in accepted.get(key, ())))
    else:
        shares["unnamed"].add(mine is not None and (not name or mine.speaker_type == "unnamed"))
    if gold.roles:
        shares["role"].add(mine is not None and is_role(mine.roles, gold.roles))


def _letters(text: str, spans: Iterable[Span]) -> Positions:
    return frozenset(i for start, end in spans for i in range(start, end) if text[i].isalnum())


def _is_given(span: Span, text: str, predicted: Iterable[Predicted]) -> bool:
    letters = _letters(text, [span])
    return any(iou(letters, _letters(text, [piece])) >= MIN_IOU for quote in predicted for piece in quote.content)
