"""Long articles in pieces: cut where nothing is lost, and what is found in the pieces put together again.

What a parser, the networks and coreference take grows with the length of what they see at once; an article of a million
characters would need gigabytes, and some texts hours. So an article longer than `LONGEST` is read in pieces of about `PIECE`,
cut between paragraphs, outside of quotation marks if that can be, and each is read with some of what stands before and behind
it. A quote is the piece's in which its content begins, however far it goes on.

Who is who goes from piece to piece by names: a surname means who was last called so, in full if the article did that before;
bodies, documents and descriptions are those that are worded alike.

Invariants: an article of at most `LONGEST` code points is one piece, and what is found is what the pipeline finds; cores are
disjoint and cover the text; offsets, ids, keys and speakers' names of what is found are those of the whole article; time and
memory are linear in its length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from quotes import names
from quotes.ids import quote_id
from quotes.lexicon import fold
from quotes.nlp.component import NAMES_KEY, PERSON
from quotes.nlp.convert import extraction as of_doc
from quotes.nlp.marks import pairs, paragraphs
from quotes.nlp.terms import with_terms
from quotes.records import Alias, Article, CharSpan, Entity, Extraction, MentionKind, Quote, Role, SpeakerType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

LONGEST = 30_000  # code points; news is shorter, and most of its features
PIECE = 25_000
AROUND = 1_200  # code points read on either side: some paragraphs, as far as a pronoun reaches
NAMESAKES = 20  # who of one surname was called last, that are looked at
SENTENCE = re.compile(r"[.!?…][\"”’'»)\]]*\s+")
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a text, `start` to `end`, and what is read for it, `low` to `high` (half open, code points)."""

    start: int
    end: int
    low: int
    high: int


def extraction(nlp: Language, article: Article, *, terms: bool = False, parts: Sequence[Piece] | None = None) -> Extraction:
    """Return everything found in an article, however long it is.

    Args:
        nlp: a pipeline of `load_pipeline`.
        article: the article.
        terms: whether its quotes get their key terms.
        parts: its pieces; by default those of `cut`.
    """
    parts = cut(article.text) if parts is None else parts
    if len(parts) == 1:
        return _read(nlp, article, terms=terms)[0]
    whole = Joined(article)
    for part in parts:
        whole.add(part, *_read(nlp, Article(id=article.id, text=article.text[part.low : part.high]), terms=terms))
    return whole.extraction()


def _read(nlp: Language, article: Article, *, terms: bool) -> tuple[Extraction, list[str]]:
    """Return what is found in a piece, and the full names of people in it."""
    with nlp.memory_zone():  # the words of one piece are forgotten before the next
        doc = nlp(article.text)
        found = of_doc(doc, article)
        return with_terms(doc, found) if terms else found, full_names(doc)


def full_names(doc: Doc) -> list[str]:
    """Return the names of people in a Doc that have a given name, in the text's order, titles apart."""
    spans = doc.spans.get(NAMES_KEY, ())
    bare = (names.bare(" ".join(span.text.split())) for span in spans if span.label_ == PERSON)
    return [name for name in bare if names.parse(name).given]


# ---------------------------------------------------------------- cutting


def cut(text: str, *, longest: int = LONGEST, piece: int = PIECE, around: int = AROUND) -> tuple[Piece, ...]:
    """Return the pieces of a text.

    Args:
        text: any text.
        longest: code points up to which it is one piece.
        piece: how long pieces are at most.
        around: code points that are read on either side.
    """
    if len(text) <= longest:
        return (Piece(start=0, end=len(text), low=0, high=len(text)),)
    places = _Places(text)
    size = -(-len(text) // -(-len(text) // piece))
    cuts = [0]
    while len(text) - cuts[-1] > size:
        cuts.append(places.last(cuts[-1] + size // 2, cuts[-1] + size))
    ends = [*cuts[1:], len(text)]
    return tuple(
        Piece(start=start, end=end, low=places.first(start - around, start) if start else 0,
              high=places.last(end, end + around) if end < len(text) else end)
        for start, end in zip(cuts, ends, strict=True)
    )


class _Places:
    """Where a text can be cut: between paragraphs outside of quotation marks, between others, sentences, words, anywhere."""

    def __init__(self, text: str) -> None:
        blocks = paragraphs(text)
        chains: dict[int, list[int]] = {}
        for pair in pairs(text, blocks):
            chains.setdefault(pair.chain, [pair.start, pair.end])[1] = pair.end
        starts = [block.start for block in blocks]
        self.text = text
        self.between = (_outside(starts, sorted(chains.values())), starts)

    def last(self, low: int, high: int) -> int:
        """Return the last of the best places behind `low` and up to `high`."""
        return max(self._best(low, high), default=min(high, len(self.text)))

    def first(self, low: int, high: int) -> int:
        """Return the first of the best places behind `low` and before `high`."""
        return min(self._best(low, high - 1), default=max(low, 0))

    def _best(self, low: int, high: int) -> list[int]:
        low, high = max(low, 0), min(high, len(self.text))
        for places in self.between:
            if found := places[bisect_right(places, low) : bisect_right(places, high)]:
                return found
        for pattern in (SENTENCE, SPACE):
            if ends := [match.end() for match in pattern.finditer(self.text, low, high)]:
                return ends
        return []


def _outside(places: Sequence[int], stretches: Sequence[Sequence[int]]) -> list[int]:
    """Return the sorted places that lie in none of some sorted stretches."""
    kept, reached, at = [], 0, 0
    for place in places:
        while at < len(stretches) and stretches[at][0] < place:
            reached = max(reached, stretches[at][1])
            at += 1
        if place >= reached:
            kept.append(place)
    return kept


# ---------------------------------------------------------------- putting together


@dataclass(slots=True, kw_only=True)
class _Speaker:
    """A speaker of the whole article, as far as it was read."""

    entity: Entity
    aliases: Counter[tuple[str, MentionKind]] = field(default_factory=Counter)

    def add(self, entity: Entity) -> None:
        """Take in what a piece says of it: the fuller name, more aliases, roles not known before."""
        known = self.entity
        fuller = bool(entity.name) and len((entity.name or "").split()) > len((known.name or "").split())
        roles = {fold(role.role): role for role in (*entity.roles, *known.roles)}
        order = dict.fromkeys(fold(role.role) for role in (*known.roles, *entity.roles))
        self.entity = replace(known, name=entity.name if fuller else known.name, roles=tuple(roles[key] for key in order))
        self.aliases.update({(alias.alias, alias.kind): alias.mentions for alias in entity.aliases})


class Joined:
    """What was found in the pieces of an article, put together in their order."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.quotes: list[Quote] = []
        self.furniture: list[CharSpan] = []
        self.speakers: list[_Speaker] = []
        self._namesakes: dict[str, list[int]] = {}
        self._worded: dict[tuple[str, ...], int] = {}
        self._called: dict[str, str] = {}  # by surname, who was last called so in full
        self._reaching: list[CharSpan] = []  # contents of the piece before that go on behind it
        self._occurrences: Counter[str] = Counter()

    def add(self, piece: Piece, found: Extraction, named: Iterable[str]) -> None:
        """Take in what was found in a piece.

        Args:
            piece: the piece.
            found: what was found in the text from `piece.low` to `piece.high`, with offsets into that.
            named: the full names of people there.
        """
        own = [quote for quote in (_moved(quote, piece.low) for quote in found.quotes) if self._is_of(piece, quote)]
        entities = {entity.key: entity for entity in found.entities}
        numbers = {key: self._number(entities[key]) for key in dict.fromkeys(key for q in own for key in q.entity_keys)}
        self.quotes += (self._renamed(quote, [numbers[key] for key in quote.entity_keys]) for quote in own)
        moved = _shifted(found.furniture, piece.low)
        self.furniture += (span for span in moved if piece.start <= span.start < piece.end)
        self._reaching = [span for quote in own for span in quote.content if span.end > piece.end]
        self._called.update((_surname(name), name) for name in named)

    def extraction(self) -> Extraction:
        """Return what was found in the whole article."""
        called = {self._key(number): speaker.entity.name for number, speaker in enumerate(self.speakers)}
        quotes = []
        for quote in self.quotes:
            speakers = tuple(name for key in quote.entity_keys if (name := called[key]))
            quotes.append(replace(quote, speakers=speakers, speaker="; ".join(speakers) or None))
        entities = tuple(self._entity(number, speaker) for number, speaker in enumerate(self.speakers))
        return Extraction(article=self.article, quotes=tuple(quotes), entities=entities, furniture=tuple(self.furniture))

    def _is_of(self, piece: Piece, quote: Quote) -> bool:
        """Say whether a quote begins in a piece and is not what goes on from the one before."""
        begins = piece.start <= quote.content[0].start < piece.end
        return begins and not any(a < d and c < b for a, b in quote.content for c, d in self._reaching)

    def _renamed(self, quote: Quote, numbers: Sequence[int]) -> Quote:
        """Return a quote with the ids and keys that it has in the whole article, and with the role that was told before it."""
        occurrence = self._occurrences[quote.text]
        self._occurrences[quote.text] += 1
        first, *others = map(self._key, numbers)
        told: tuple[Role, ...] = self.speakers[numbers[0]].entity.roles if len(numbers) == 1 and quote.role is None else ()
        role, affiliation = (told[0].role, told[0].affiliation) if told else (quote.role, quote.affiliation)
        return replace(
            quote, id=quote_id(self.article.id, quote.text, occurrence), entity_key=first, other_keys=tuple(others), role=role,
            affiliation=affiliation, roles=quote.roles or tuple(each.role for each in told),
        )

    @staticmethod
    def _key(number: int) -> str:
        return f"e{number + 1}"

    def _entity(self, number: int, speaker: _Speaker) -> Entity:
        aliases = (Alias(alias=text, kind=kind, mentions=count) for (text, kind), count in sorted(speaker.aliases.items()))
        return replace(speaker.entity, key=self._key(number), aliases=tuple(aliases))

    # -- who is who ----------------------------------------------------------------------------------------------------

    def _number(self, entity: Entity) -> int:
        """Return the number of the speaker that an entity of a piece is, a new one if it is none of those known."""
        person = entity.type is SpeakerType.PERSON and entity.name is not None
        number = self._same_person(entity.name or "") if person else self._worded.get(_wording(entity))
        if number is None:
            number = len(self.speakers)
            name = self._in_full(entity) if person else entity.name
            self.speakers.append(_Speaker(entity=replace(entity, name=name, roles=())))
        if person:
            namesakes = self._namesakes.setdefault(_surname(entity.name or ""), [])
            if number in namesakes[-NAMESAKES:]:
                namesakes.remove(number)
            namesakes.append(number)
            del namesakes[:-NAMESAKES]
        elif entity.name or entity.description:
            self._worded[_wording(entity)] = number
        self.speakers[number].add(entity)
        return number

    def _same_person(self, name: str) -> int | None:
        """Return who of those that spoke before has a name; a surname alone is the last one's."""
        known = [(number, self.speakers[number].entity.name or "") for number in self._namesakes.get(_surname(name), ())]
        fitting = [(match, place, number) for place, (number, other) in enumerate(known)
                   if (match := names.compare(name, other)) is not names.Match.CONFLICT]
        if not names.parse(name).given:
            return max(fitting, key=lambda one: one[1])[2] if fitting else None
        surer = [one for one in fitting if one[0] >= names.Match.INITIAL]
        return max(surer)[2] if surer else fitting[0][2] if len(fitting) == len(known) == 1 else None

    def _in_full(self, entity: Entity) -> str | None:
        """Return the name of a person, in full if the article gave that before."""
        name = entity.name or ""
        called = self._called.get(_surname(name))
        return called if called and not names.parse(name).given and names.compare(name, called) else entity.name


def _surname(name: str) -> str:
    """Return by what people of one surname are found, however it is spelt."""
    words = re.split(r"[\s-]+", names.parse(name).surname)
    return names.skeleton(words[-1]) or fold(name)


def _wording(entity: Entity) -> tuple[str, ...]:
    return (str(entity.type), fold(entity.name or ""), fold(entity.description or ""))


def _shifted(spans: Iterable[CharSpan], by: int) -> Iterator[CharSpan]:
    return (CharSpan(start + by, end + by) for start, end in spans)


def _moved(quote: Quote, by: int) -> Quote:
    """Return a quote of a piece with offsets into the article."""
    return replace(quote, content=tuple(_shifted(quote.content, by)), cue=tuple(_shifted(quote.cue, by)),
                   source=tuple(_shifted(quote.source, by)))
