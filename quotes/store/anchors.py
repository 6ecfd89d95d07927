"""What people decided on, found again in a text that an edit or a new reader's version changed.

A decision names a quote, or a speaker as one article knows it, by an identifier that follows from the article's words or
order. Beside it stands an anchor: the words, and what stood around them (the exact, prefix and suffix of W3C's
TextQuoteSelector). In a changed text, the quote of these words and this context *gets* the identifier that the decision names;
so no decision is ever rewritten, links to what people looked at hold, and rows still follow from articles and decisions alone.

What is decided where it is not plain:

- words that stood once and stand once are the quote, whatever surrounds them and wherever they went;
- of words that stand or stood several times, that one whose context is the same; if none is, and they stand as often as
  before, that in the same place among them; else none: a decision is rather not found again than given to another quote;
- changed words (an end cut or extended, a word replaced) are the quote if most of them are there in their order, or many and
  the context too, unless they were another quote of the article then;
- a quote that is not there is waited for: once its words are put back, it is found.

Invariants: pure functions, but for those that take a connection; an article about which nobody decided stays as it was found.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from quotes import ids
from quotes.records import Anchor, CharSpan, CorrectionKind, EntityAnchor, SpeakerType
from quotes.store.corrections import spans_in, spans_of
from quotes.store.fold import fold
from quotes.store.stored import CORRECTED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from quotes.records import Article, Correction, Entity, Extraction, Quote

CONTEXT = 64
"""Code points of an article kept before and behind the words."""
SAME_CONTEXT = 0.75
"""Share of the words around that are the same, from which one of several equal quotes is the one that was meant."""
LIKE_CONTEXT = 0.6
"""The same, from which a quote whose words changed much is it."""
MOST_WORDS, MANY_WORDS = 0.75, 0.4
"""Shares of the words that stayed (twice those in common of both), from which words were changed, not replaced."""
FEWEST_WORDS = 2
PARAGRAPH_WORDS = 4
"""So many words of its own paragraph around a quote tell it without those of the paragraphs beside it."""
HEAD = 3
"""Words at either end of a span by which it is found if those between changed."""
LONGEST_SPAN, LONGEST_CHANGED = 20_000, 2_000
"""Code points of a span that is looked for beyond its quote, and of one in which words may have changed."""
MOST_COMPARED = 250_000
"""Words of one wording times those of another, up to which their order is compared: with many equal words it takes its square."""
DIGEST = 8
STRAIGHT = str.maketrans("“”„‟«»‘’‚‛`´", "\"\"\"\"\"\"''''''")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An extraction whose quotes have the identifiers that corrections name, these as they hold for its text, and the rest.

    `lost` are identifiers of corrections, each with what of it is missing: the "quote", or the "span" that it gives.
    """

    extraction: Extraction
    corrections: tuple[Correction, ...]
    lost: tuple[tuple[str, str], ...] = ()


# -- quotes -------------------------------------------------------------------------------------------------------------


def found_again(extraction: Extraction, corrections: Iterable[Correction]) -> Found:
    """Return an extraction in which the quotes that people corrected have the identifiers that they had then.

    Args:
        extraction: what was found in an article.
        corrections: people's corrections of its quotes, with their anchors; those superseded are passed over.
    """
    held = [each for each in corrections if each.superseded_at is None]
    if not held:
        return Found(extraction=extraction, corrections=())
    places = _places(extraction, held)
    quotes = _with_ids(extraction.quotes, places, {each.quote_id for each in held})
    by_id = {quote.id: quote for quote in quotes}
    kept, lost = [], []
    for correction in held:
        quote = by_id.get(correction.quote_id)
        moved = correction if quote is None else _moved(correction, quote, extraction.article)
        if quote is None or moved is None:
            lost.append((correction.id or "", "quote" if quote is None else "span"))
        else:
            kept.append(moved)
    return Found(extraction=replace(extraction, quotes=tuple(quotes)), corrections=tuple(kept), lost=tuple(lost))


def _places(extraction: Extraction, held: Sequence[Correction]) -> dict[str, int]:
    """Return which of an article's quotes (by place) each identifier that corrections name means now; each quote once."""
    by_id = {quote.id: place for place, quote in enumerate(extraction.quotes)}
    sha256 = extraction.article.sha256
    places: dict[str, int] = {}
    pairs: list[tuple[bool, float, int, str]] = []
    page = _Page(extraction)
    named: dict[str, list[Anchor]] = {}
    for each in held:
        named.setdefault(each.quote_id, []).extend((each.anchor,) if each.anchor and each.anchor.exact else ())
    for name, anchors in named.items():
        if name in by_id and (not anchors or any(anchor.sha256 == sha256 for anchor in anchors)):
            places[name] = by_id[name]  # nothing is known of another place, or nothing moved
            continue
        for anchor in anchors:
            pairs += [(changed, -score, place, name) for changed, score, place in page.candidates(anchor, by_id.get(name))]
        if name in by_id and not page.has_words_of(by_id[name], anchors):
            pairs.append((False, 0.0, by_id[name], name))  # another correction had changed the words that the anchors hold
    taken = set(places.values())
    for _, _, place, name in sorted(pairs):
        if name not in places and place not in taken:
            places[name] = place
            taken.add(place)
    return places


def _with_ids(quotes: Sequence[Quote], places: dict[str, int], named: set[str]) -> list[Quote]:
    """Return quotes with the identifiers that corrections name; others keep theirs, or get the next one of their words."""
    given = {place: name for name, place in places.items()}
    used = {*named}
    result = []
    for place, quote in enumerate(quotes):
        identifier, number = given.get(place, quote.id), 0
        while place not in given and identifier in used:
            identifier, number = ids.quote_id(quote.article_id, quote.text, number), number + 1
        used.add(identifier)
        result.append(quote if identifier == quote.id else replace(quote, id=identifier))
    return result


class _Page:
    """An article's quotes as anchors are compared with them."""

    def __init__(self, extraction: Extraction) -> None:
        self._text = extraction.article.text
        self._quotes = extraction.quotes
        self._words = [words_of(quote.text) for quote in extraction.quotes]
        self._digests = [digest_of(quote.text) for quote in extraction.quotes]

    def candidates(self, anchor: Anchor, same_id: int | None) -> Iterator[tuple[bool, float, int]]:
        """Yield the quotes that an anchor may mean: whether their words changed, how alike they are, their place.

        Args:
            anchor: what was decided on.
            same_id: the place of the quote that bears the identifier by its words and their number, if there is one.
        """
        own = digest_of(anchor.exact)
        equal = [place for place, digest in enumerate(self._digests) if digest == own]
        before = 1 + anchor.others.count(own)
        if before == len(equal) == 1:
            yield False, 2.0, equal[0]
            return
        meant = False
        for place in equal:
            context = self._context(anchor, place)
            if context >= SAME_CONTEXT or (before == len(equal) and place == same_id):
                meant = True
                yield False, context if context >= SAME_CONTEXT else 0.0, place
        if not meant:
            yield from self._changed(anchor)

    def has_words_of(self, place: int, anchors: Iterable[Anchor]) -> bool:
        """Say whether a quote has the words of one of some anchors."""
        return self._digests[place] in {digest_of(anchor.exact) for anchor in anchors}

    def _changed(self, anchor: Anchor) -> Iterator[tuple[bool, float, int]]:
        words = words_of(anchor.exact)
        counted, others = Counter(words), {*anchor.others}
        for place, theirs in enumerate(self._words):
            if self._digests[place] in others or (counted & Counter(theirs)).total() < FEWEST_WORDS:
                continue
            common = _common(words, theirs)
            share = 2 * common / (len(words) + len(theirs))
            context = self._context(anchor, place)
            contained = common == min(len(words), len(theirs))
            likely = share >= MOST_WORDS or ((share >= MANY_WORDS or contained) and context >= LIKE_CONTEXT)
            if likely and common >= FEWEST_WORDS:
                yield True, share + context, place

    def _context(self, anchor: Anchor, place: int) -> float:
        content = self._quotes[place].content
        prefix, suffix = around(self._text, content[0].start, content[-1].end)
        return context_alike((anchor.prefix, anchor.suffix), (prefix, suffix))


def context_alike(old: tuple[str, str], new: tuple[str, str]) -> float:
    """Return which share of the words before and behind is the same, from 0 to 1.

    A quote that its own paragraph tells by enough words may have moved with it.
    """
    whole = _share([words_of(each) for each in old], [words_of(each) for each in new])
    inner = [words_of(each) for each in _in_paragraph(old)]
    if sum(map(len, inner)) < PARAGRAPH_WORDS:
        return whole
    return max(whole, _share(inner, [words_of(each) for each in _in_paragraph(new)]))


def _in_paragraph(context: tuple[str, str]) -> tuple[str, str]:
    return context[0].rpartition("\n")[2], context[1].partition("\n")[0]


def _share(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]) -> float:
    every = sum(map(len, (*old, *new)))
    return 2 * sum(_common(one, other) for one, other in zip(old, new, strict=True)) / every if every else 1.0


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words two wordings share in the same order; of very long ones, in any."""
    if len(one) * len(other) > MOST_COMPARED:
        return (Counter(one) & Counter(other)).total()
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


@lru_cache(maxsize=2000)
def words_of(text: str) -> tuple[str, ...]:
    """Return words as they are compared: without case, accents, marks and line breaks, which readers may give otherwise."""
    return tuple(fold(text).split())


def digest_of(text: str) -> str:
    """Return some digits of a digest of the words of a text, as they are compared."""
    return ids.digest("words", *(words_of(text) or (text,)), length=DIGEST)


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and behind a span of a text."""
    return text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]


# -- spans that corrections give ----------------------------------------------------------------------------------------


def _moved(correction: Correction, quote: Quote, article: Article) -> Correction | None:
    """Return a correction as it holds for a text: with the span that it gives where that stands now; None if it does not."""
    if correction.kind is not CorrectionKind.WRONG_SPAN:
        return correction
    anchors = correction.spans
    if not anchors or all(anchor.sha256 == article.sha256 for anchor in anchors):
        return correction if spans_of(correction.value, article) else None
    text = article.text.translate(STRAIGHT)
    spans: list[CharSpan] = []
    for anchor in anchors:
        span = _span_again(anchor, quote, article.text, text, spans[-1].end if spans else 0)
        if span is None:
            return None
        spans.append(span)
    return replace(correction, value=",".join(f"{start}-{end}" for start, end in spans))


def _span_again(anchor: Anchor, quote: Quote, text: str, straight: str, after: int) -> CharSpan | None:
    """Return where the words of an anchor stand near a quote, behind the piece before; None if they do not."""
    words = anchor.exact.translate(STRAIGHT).split()
    if not words:
        return None
    reach = min(LONGEST_SPAN, len(anchor.exact) + CONTEXT)
    low = max(after, quote.content[0].start - reach)
    window = straight[low : quote.content[-1].end + reach]
    found = [CharSpan(low + match.start(), low + match.end()) for match in re.finditer(_pattern(words), window)]
    if not found and len(words) > 2 * HEAD and reach <= LONGEST_CHANGED:
        between = rf".{{0,{reach}}}?"
        pattern = _pattern(words[:HEAD]) + between + _pattern(words[-HEAD:])
        found = [CharSpan(low + match.start(), low + match.end()) for match in re.finditer(pattern, window, re.DOTALL)]
    old = (anchor.prefix, anchor.suffix)
    return max(found, key=lambda span: (context_alike(old, around(text, *span)), -span.start), default=None)


def _pattern(words: Iterable[str]) -> str:
    return r"\s+".join(map(re.escape, words))


# -- speakers as an article knows them ----------------------------------------------------------------------------------


def with_keys(extraction: Extraction, anchors: Iterable[EntityAnchor]) -> Extraction:
    """Return an extraction whose entities have the keys that they had when people decided on them.

    Keys count an article's speakers, so that one who is added moves the others' on; and a decision names the key.

    Args:
        extraction: what was found in an article.
        anchors: the entities of this article that decisions which hold name.
    """
    wanted = {anchor.key: anchor for anchor in sorted(anchors, key=lambda anchor: (anchor.key, anchor.named_id))}
    if not wanted:
        return extraction
    spoken: dict[str, set[str]] = {}
    for quote in extraction.quotes:
        for key in quote.entity_keys:
            spoken.setdefault(key, set()).add(digest_of(quote.text))
    keys: dict[str, str] = {}
    for key, anchor in wanted.items():
        free = [entity for entity in extraction.entities if entity.key not in keys]
        entity = _entity_again(anchor, free, spoken)
        if entity is not None:
            keys[entity.key] = key
    used = {*wanted, *(entity.key for entity in extraction.entities)} - ({*keys} - {*wanted})
    for entity in extraction.entities:
        if entity.key in wanted and entity.key not in keys:
            number = 1
            while f"e{number}" in used:
                number += 1
            keys[entity.key] = f"e{number}"
            used.add(keys[entity.key])
    if all(old == new for old, new in keys.items()):
        return extraction
    return replace(
        extraction,
        entities=tuple(replace(entity, key=keys.get(entity.key, entity.key)) for entity in extraction.entities),
        quotes=tuple(replace(
            quote, entity_key=keys.get(quote.entity_key, quote.entity_key),
            other_keys=tuple(keys.get(key, key) for key in quote.other_keys),
        ) for quote in extraction.quotes),
    )


def _entity_again(anchor: EntityAnchor, entities: Sequence[Entity], spoken: dict[str, set[str]]) -> Entity | None:
    """Return the entity that a decision means: of the name, of it as another spelling, or of the description; if just one is."""
    name, described = fold(anchor.name or ""), fold(anchor.description or "")
    if anchor.name is not None:
        called = [entity for entity in entities if entity.name and fold(entity.name) == name]
        called = called or [entity for entity in entities if name in {fold(alias.alias) for alias in entity.aliases}]
    else:
        unnamed = [entity for entity in entities if entity.name is None and entity.type == anchor.type]
        called = [entity for entity in unnamed if fold(entity.description or "") == described]
        called = called or [entity for entity in unnamed if spoken.get(entity.key, set()) & {*anchor.words}]
    if len(called) > 1:
        called = [entity for entity in called if spoken.get(entity.key, set()) & {*anchor.words}]
    return called[0] if len(called) == 1 else None


# -- rows ---------------------------------------------------------------------------------------------------------------


def remember_correction(conn: sqlite3.Connection, identifier: str) -> None:
    """Keep beside a correction where its quote stands, and where the span that it gives does, if the article is there.

    Of a quote that an earlier correction took out, or whose words it may have changed, that one's anchor is taken: a build
    finds what the program does.
    """
    row = conn.execute(
        "SELECT corrections.article_id, quote_id, kind, value, text, sha256 FROM corrections "
        "JOIN articles ON articles.id = corrections.article_id WHERE corrections.id = ?", (identifier,)).fetchone()
    if row is None:
        return
    article_id, quote_id, kind, value, text, sha256 = row
    quote = conn.execute('SELECT text, start, "end", rule FROM quotes WHERE id = ?', (quote_id,)).fetchone()
    if quote is None or (quote[3] == CORRECTED and _is_anchored(conn, quote_id, sha256)):
        conn.execute(
            'INSERT OR IGNORE INTO correction_anchors (correction_id, part, piece, article_id, start, "end", exact, prefix, '
            'suffix, sha256, others) SELECT ?, part, piece, made.article_id, start, "end", exact, prefix, suffix, sha256, others '
            "FROM correction_anchors AS made JOIN corrections ON corrections.id = correction_id "
            "WHERE quote_id = ? AND part = 'quote' ORDER BY sha256 = ? DESC, made_at DESC, corrections.id LIMIT 1",
            (identifier, quote_id, sha256))
    else:
        words, start, end, _ = quote
        prefix, suffix = around(text, start, end)
        others = _others(conn, article_id, quote_id)
        _insert(conn, article_id, (identifier, "quote", 0), Anchor(
            exact=words, prefix=prefix, suffix=suffix, start=start, end=end, sha256=sha256, others=others))
    spans = spans_in(value, text) if kind == CorrectionKind.WRONG_SPAN else ()
    for piece, (start, end) in enumerate(spans):
        prefix, suffix = around(text, start, end)
        _insert(conn, article_id, (identifier, "value", piece), Anchor(
            exact=text[start:end], prefix=prefix, suffix=suffix, start=start, end=end, sha256=sha256))


def _is_anchored(conn: sqlite3.Connection, quote_id: str, sha256: str) -> bool:
    """Return whether an earlier correction says where a quote stands in the text of this hash."""
    return conn.execute(
        "SELECT 1 FROM correction_anchors AS made JOIN corrections ON corrections.id = correction_id "
        "WHERE quote_id = ? AND part = 'quote' AND sha256 = ? AND exact <> ''", (quote_id, sha256)).fetchone() is not None


def _others(conn: sqlite3.Connection, article_id: str, quote_id: str) -> tuple[str, ...]:
    """Return digests of the words of an article's other quotes, those that people took out too."""
    stored = conn.execute("SELECT text FROM quotes WHERE article_id = ? AND id <> ?", (article_id, quote_id)).fetchall()
    stored += conn.execute(
        "SELECT DISTINCT exact FROM correction_anchors AS made JOIN corrections ON corrections.id = correction_id "
        "WHERE made.article_id = ?1 AND part = 'quote' AND quote_id <> ?2 AND kind = 'not a quote' AND superseded_at IS NULL "
        "AND exact <> '' AND quote_id NOT IN (SELECT id FROM quotes WHERE article_id = ?1)", (article_id, quote_id)).fetchall()
    return tuple(sorted(digest_of(text) for (text,) in stored))


def _insert(conn: sqlite3.Connection, article_id: str, key: tuple[str, str, int], anchor: Anchor) -> None:
    conn.execute(
        'INSERT OR IGNORE INTO correction_anchors (correction_id, part, piece, article_id, start, "end", exact, prefix, suffix, '
        "sha256, others) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*key, article_id, anchor.start, anchor.end, anchor.exact, anchor.prefix, anchor.suffix,
         anchor.sha256, " ".join(anchor.others)))


def anchors_of(conn: sqlite3.Connection, article_id: str) -> dict[str, tuple[Anchor | None, tuple[Anchor, ...]]]:
    """Return, by correction of an article's quotes, the anchor of the quote and those of the pieces of the span it gives."""
    quotes: dict[str, Anchor] = {}
    spans: dict[str, list[Anchor]] = {}
    for identifier, part, start, end, exact, prefix, suffix, sha256, others in conn.execute(
        'SELECT correction_id, part, start, "end", exact, prefix, suffix, sha256, others FROM correction_anchors '
        "WHERE article_id = ? ORDER BY correction_id, part, piece", (article_id,)
    ):
        anchor = Anchor(start=start, end=end, exact=exact, prefix=prefix, suffix=suffix, sha256=sha256,
                        others=tuple(others.split()))
        if part == "quote":
            quotes[identifier] = anchor
        else:
            spans.setdefault(identifier, []).append(anchor)
    return {name: (quotes.get(name), tuple(spans.get(name, ()))) for name in {*quotes, *spans}}


def remember_named(conn: sqlite3.Connection, *named: str) -> None:
    """Keep which entities a decision means by identifiers that hang on keys: an entity's, and that of one of namesakes."""
    for identifier in named:
        parted = len(identifier.rpartition("-")[2]) == ids.DIGEST_LENGTH
        rows = conn.execute(
            "SELECT id, article_id, key, type, name, description FROM entities WHERE id = ?1 OR (?2 AND speaker_id = ?1)",
            (identifier, parted)).fetchall()
        for entity_id, article_id, key, kind, name, description in rows:
            spoken = conn.execute("SELECT text FROM quotes WHERE entity_id = ? ORDER BY start, id", (entity_id,))
            words = " ".join(dict.fromkeys(digest_of(text) for (text,) in spoken))
            conn.execute(
                "INSERT OR REPLACE INTO entity_anchors (article_id, named_id, entity_id, key, type, name, description, words) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (article_id, identifier, entity_id, key, kind, name, description, words))


def named_in(conn: sqlite3.Connection, article_id: str) -> tuple[EntityAnchor, ...]:
    """Return the entities of an article that decisions which hold name."""
    return tuple(
        EntityAnchor(named_id=named, entity_id=entity, key=key, type=SpeakerType(kind), name=name, description=description,
                     words=tuple(words.split()))
        for named, entity, key, kind, name, description, words in conn.execute(
            "SELECT named_id, entity_id, key, type, name, description, words FROM entity_anchors WHERE article_id = ? "
            "AND named_id IN (SELECT left_id FROM judgements WHERE superseded_at IS NULL "
            "UNION SELECT right_id FROM judgements WHERE superseded_at IS NULL "
            "UNION SELECT speaker_id FROM renames WHERE superseded_at IS NULL "
            "UNION SELECT speaker_id FROM retypes WHERE superseded_at IS NULL) ORDER BY key, named_id", (article_id,))
    )


def forget(conn: sqlite3.Connection, article_id: str, *, corrections: bool) -> None:
    """Delete the words that anchors hold of an article that is taken out; with its corrections, the whole of them.

    What is left says where words stood in which text: should that come back as it was, they are there again.
    """
    conn.execute("DELETE FROM entity_anchors WHERE article_id = ?", (article_id,))
    if corrections:
        conn.execute("DELETE FROM correction_anchors WHERE article_id = ?", (article_id,))
    else:
        conn.execute("UPDATE correction_anchors SET exact = '', prefix = '', suffix = '', others = '' WHERE article_id = ?",
                     (article_id,))
