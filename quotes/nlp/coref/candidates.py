"""Whom a pronoun, a description or a quote without a source may mean, and what speaks for and against each.

Candidates are the people named before (or right after) a word, whoever else spoke last, and nobody that the article names.
What speaks for them are plain numbers between 0 and about 1: who spoke last and how long ago, where and as what they were
mentioned, what the article shows of their sex, who is first among those that agree. How much each counts was learned
(`ranker.py`).

Invariants: nothing here changes what is known of anybody; the last candidate is nobody.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from quotes import lexicon
from quotes.lexicon import coreference, fold
from quotes.nlp.coref.entities import FEMALE, MALE, SURE_SEX, Anonymous, Body, Joint, Paper, Person
from quotes.nlp.roles import facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from quotes.nlp.coref.cast import Cast
    from quotes.nlp.coref.entities import Entity, Mention
    from quotes.nlp.coref.presence import Presence
    from quotes.nlp.text import Text

SURELY = 1.5  # of the evidence of sex
LATEST = 6  # mentions looked at
SPEAKERS = 5  # who spoke last
NOUNS_WITHIN = 60  # words before a pronoun that may hold a woman or man without a name
FAR = 8  # sentences or paragraphs after which farther is no farther
LEAD_PARAGRAPHS = 6  # in which a body may be meant that is named only later
AHEAD = 2  # paragraphs within which somebody first named later may be meant already


Order = Callable[["Candidate"], float]


@dataclass(slots=True)
class Candidate:
    """Somebody who may be meant, or nobody, and what speaks for and against it by name."""

    entity: Entity | None
    features: dict[str, float] = field(default_factory=dict)


class Named(NamedTuple):
    """Who speaks by name all over the article, seen from a word.

    Args:
        words: where each does, by the `id` of the person.
        total: how often anybody does.
        last: where somebody does last before the word, and who.
        next: who does first behind it.
    """

    words: Mapping[int, Sequence[int]]
    total: int
    last: tuple[int, Person] | None
    next: Person | None


class Place(NamedTuple):
    """A word at which somebody is meant, and what all candidates there are measured by.

    Args:
        word: its index.
        sex: which the word shows, or "".
        nearest: where the nearest mention outside of quotation marks ends, -1 without one.
        nearest_of_all: the same with those inside.
        mentions: how many mentions of people come before.
        spoken: who spoke before, and where.
        by_speaker: where each of those did, by the `id` of the entity.
        named: who speaks by name.
    """

    word: int
    sex: str
    nearest: int
    nearest_of_all: int
    mentions: int
    spoken: Sequence[tuple[int, Entity]]
    by_speaker: Mapping[int, Sequence[int]]
    named: Named


class Candidates:
    """Finds who may be meant at a word.

    Args:
        text: the article's words.
        cast: who is named in it.
        presence: where mentions stand.
        spoken: who spoke where, growing while the article is read.
    """

    def __init__(self, text: Text, cast: Cast, presence: Presence, spoken: Sequence[tuple[int, Entity]]) -> None:
        self.text = text
        self.cast = cast
        self.presence = presence
        self.spoken = spoken
        self.named: list[tuple[int, Person]] = []
        """Who speaks by name, and where, all over the article."""
        self.sources: list[tuple[int, int]] = []
        """The words of every source."""
        self._source_words: tuple[int, frozenset[int]] = (0, frozenset())

    def at(self, word: int, sex: str = "") -> list[Candidate]:
        """Return who may be meant at a word, nobody last."""
        people = [p for p in self.cast.people if not self.presence.is_byline(p)]
        before = [mentions_before(p, word) for p in people]
        place = self._place(
            word,
            sex,
            nearest=max((last.end for own in before for last in islice(outside(own), 1)), default=-1),
            nearest_of_all=max((own[-1].end for own in before if own), default=-1),
            mentions=sum(map(len, before)),
        )
        told = ((person, self._person(person, own, place)) for person, own in zip(people, before, strict=True))
        found = [Candidate(person, features) for person, features in told if features]
        agreeing = [c for c in found if not c.features["surely_other_sex"]]
        self._first_among(found, agreeing, place)
        nobody = self._nobody(place, agreeing)
        return [*found, *self._others(place), Candidate(None, nobody)]

    def _place(self, word: int, sex: str = "", *, nearest: int = -1, nearest_of_all: int = -1, mentions: int) -> Place:
        spoken = self.spoken[: bisect_left(self.spoken, word, key=lambda told: told[0])]
        by_speaker: dict[int, list[int]] = {}
        for start, entity in spoken:
            by_speaker.setdefault(id(entity), []).append(start)
        return Place(word, sex, nearest, nearest_of_all, max(1, mentions), spoken, by_speaker, self._named_around(word))

    def _named_around(self, word: int) -> Named:
        words: dict[int, list[int]] = {}
        for at, person in self.named:
            words.setdefault(id(person), []).append(at)
        last = next((pair for pair in reversed(self.named) if pair[0] < word), None)
        return Named(words, len(self.named), last, next((person for at, person in self.named if at > word), None))

    # -- people --------------------------------------------------------------------------------------------------------

    def _person(self, person: Person, before: Sequence[Mention], place: Place) -> dict[str, float] | None:
        if not before:
            return self._named_later(person, place)
        return {
            **self._spoke(person, place),
            **self._mentioned(person, before, place),
            **self._named_as_source(person, place),
            **self._sex(person, place),
        }

    def _named_later(self, person: Person, place: Place) -> dict[str, float] | None:
        first = next((m for m in person.mentions if m.start > place.word and m.kind != "pronoun"), None)
        far = self.text.paragraph[first.start] - self.text.paragraph[place.word] if first else AHEAD + 1
        if first is None or far > AHEAD or first.quoted:
            return None
        here = {"ahead": 1.0, "ahead_here": float(far == 0), "ahead_next": float(far == 1)}
        here["ahead_subject"] = float(self.presence.is_subject(first))
        return here | self._named_as_source(person, place) | self._sex(person, place)

    def _spoke(self, entity: Entity, place: Place) -> dict[str, float]:
        """Tell how lately and how often somebody spoke."""
        mine = place.by_speaker.get(id(entity), ())
        last = bool(mine) and place.spoken[-1][1] is entity
        far = self._paragraphs(mine[-1], place.word) if mine else FAR
        return {
            "spoke_last": float(last),
            "spoke_last_here": float(last and far == 0),
            "spoke_last_before": float(last and far == 1),
            "spoke_last_far": float(last and far > 2),
            "spoke_second": float(len(place.spoken) > 1 and place.spoken[-2][1] is entity),
            "spoke": float(bool(mine)),
            "spoke_share": len(mine) / max(1, len(place.spoken)),
            "since_spoke": min(FAR, far) / FAR,
        }

    def _mentioned(self, person: Person, before: Sequence[Mention], place: Place) -> dict[str, float]:
        """Tell where somebody was mentioned last, and as what."""
        text, presence = self.text, self.presence
        lately = list(islice(outside(before), 4))
        last = lately[0] if lately else before[-1]
        named = list(islice((m for m in before if m.kind != "pronoun"), 3)) or before
        sentences = text.sentence[place.word] - text.sentence[last.start]
        paragraphs = self._paragraphs(last.start, place.word)
        introduced = self._paragraphs(named[0].start, place.word)
        subject, subjects = presence.is_subject(last), [m for m in lately if presence.is_subject(m)]
        told = before[-1].start and text.words[last.start - 1].lemma_ in coreference().told
        return {
            "sentence_0": float(sentences == 0),
            "sentence_1": float(sentences == 1),
            "sentence_2": float(sentences == 2),
            "sentences": min(sentences, 10) / 10,
            "paragraph_0": float(paragraphs == 0),
            "paragraph_1": float(paragraphs == 1),
            "paragraph_2": float(paragraphs == 2),
            "paragraphs": min(paragraphs, FAR) / FAR,
            "only_quoted": float(not lately),
            "subject": float(subject),
            "subject_here": float(subject and sentences == 0),
            "subject_sentence_before": float(subject and sentences == 1),
            "subject_paragraph": float(subject and paragraphs == 0),
            "subject_paragraph_before": float(subject and paragraphs == 1),
            "subject_lately": max((1 / (1 + self._sentences(m, place)) for m in subjects), default=0.0),
            "object": float(any(text.words[w].dep_ in {"dobj", "dative", "pobj"} for w in range(last.start, last.end))),
            "owner": float(last.owner),
            "in_role": float(presence.in_role_tail(last)),
            "addressee": float(bool(told) and sentences == 0),
            "pronoun": float(last.kind == "pronoun"),
            "best_mention": max(presence.weight(m, place.word) for m in before[-LATEST:]) / 4,
            "nearest": float(last.end == place.nearest),
            "nearest_of_all": float(before[-1].end == place.nearest_of_all),
            "mentions": math.log1p(len(before)) / 3,
            "share": len(before) / place.mentions,
            "headline": float(any(text.headline(m.start) for m in named[:3])),
            "introduced_here": float(introduced == 0),
            "introduced_before": float(introduced == 1),
            "full_name": float(" " in person.full),
        }

    def _named_as_source(self, person: Person, place: Place) -> dict[str, float]:
        """Tell where else somebody speaks by name."""
        named = place.named
        mine = named.words.get(id(person), ())
        last = named.last is not None and named.last[1] is person
        far = min(FAR, self._paragraphs(named.last[0], place.word)) / FAR if named.last is not None and last else 0.0
        return {
            "speaks": float(bool(mine)),
            "speaks_before": float(any(word < place.word for word in mine)),
            "speaks_after": float(any(word > place.word for word in mine)),
            "named_last": float(last),
            "named_last_far": far,
            "named_next": float(named.next is person),
            "named_around": float(last and named.next is person),
            "named_share": len(mine) / max(1, named.total),
        }

    def _sex(self, person: Person, place: Place) -> dict[str, float]:
        """Tell whether what the article shows of somebody's sex agrees."""
        if not place.sex:
            return dict.fromkeys(("own_sex", "other_sex", "surely_other_sex"), 0.0)
        stated, read = person.lead(place.sex)
        lead = stated + read
        return {
            "own_sex": float(lead >= SURE_SEX),
            "other_sex": float(-SURELY < lead <= -SURE_SEX),
            "surely_other_sex": float(lead <= -SURELY),
            "stated_own_sex": min(max(stated, 0.0), 3.0) / 3,
            "stated_other_sex": min(max(-stated, 0.0), 3.0) / 3,
            "named_of_other_sex": float(stated <= -SURE_SEX),
            "read_own_sex": min(max(read, 0.0), 3.0) / 3,
            "read_other_sex": min(max(-read, 0.0), 3.0) / 3,
            "spoke_last_own_sex": float(lead >= SURE_SEX and bool(place.spoken) and place.spoken[-1][1] is person),
        }

    def _first_among(self, found: list[Candidate], agreeing: list[Candidate], place: Place) -> None:
        """Mark who is first among those whose sex agrees: the nearest, the most present, the last to speak, the only one."""
        orders = self._orders(place) | {"first_present": lambda c: c.features.get("best_mention", -FAR)}
        _mark_first(found, agreeing, orders)
        for candidate in found:
            features = candidate.features
            features["first_spoke"] *= features.get("spoke", 0.0)
            features["first_of_all"] = features["first_nearest"] * features["first_spoke"]
            features["only_one"] = float(len(agreeing) == 1 and agreeing[0] is candidate)

    def _orders(self, place: Place) -> dict[str, Order]:
        """Return by what candidates of any kind are first: the nearest, the last to speak."""
        return {
            "first_nearest": lambda c: self._end_of_last(c, place),
            "first_spoke": lambda c: max(place.by_speaker.get(id(c.entity), ()), default=-1),
        }

    # -- bodies --------------------------------------------------------------------------------------------------------

    def bodies_at(self, word: int, head: str = "") -> list[Candidate]:
        """Return which bodies, or what else spoke last, "it" or "the company" at a word may mean; nobody last.

        Args:
            word: where it stands.
            head: the common noun, in lower case; "" for a pronoun.
        """
        place = self._place(word, mentions=sum(len(mentions_before(b, word)) for b in self.cast.bodies))
        found = [Candidate(b, features) for b in self.cast.bodies if (features := self._body(b, head, place))]
        _mark_first(found, found, self._orders(place) | {"first_mentions": lambda c: c.features["mentions"]})
        others = [c for c in self._others(place) if not isinstance(c.entity, Body)]
        for candidate in others:
            told = candidate.entity.description if isinstance(candidate.entity, (Paper, Anonymous)) else ""
            candidate.features["same_noun"] = float(bool(head) and head in fold(told or "").split())
        fits = any(c.features["fits"] for c in found)
        close = any(c.features["paragraph_0"] or c.features["paragraph_1"] for c in found)
        nobody = {"nobody": 1.0, "no_fit": float(not fits), "none_near": float(not close), "one_body": float(len(found) == 1)}
        nobody["generic"] = float(head in coreference().bodies)
        return [*found, *others, Candidate(None, nobody)]

    def _body(self, body: Body, head: str, place: Place) -> dict[str, float] | None:
        """Tell what speaks for a body; None where it is not named near enough, or is no such thing."""
        text = self.text
        before = mentions_before(body, place.word)
        later = next((m for m in body.mentions if m.start > place.word), None)
        lead = text.paragraph[place.word] <= LEAD_PARAGRAPHS
        ahead = later is not None and lead and self._paragraphs(place.word, later.start) <= 1
        words = fold(body.full).split()
        if not before and not ahead:
            return None
        spoke = self._spoke(body, place)
        features = {name: spoke[name] for name in ("spoke_last", "spoke_last_here", "spoke_last_before", "spoke", "since_spoke")}
        features |= {
            "fits": float(bool(head) and head in words),
            "other_kind": float(self._is_other_kind(words, head)),
            "generic_body": float(head in coreference().bodies),
            "sure": float(body.sure),
            "country": float(body.country is not None),
            "mentions": math.log1p(len(body.mentions)) / 3,
            "headline": float(any(text.headline(m.start) for m in body.mentions[:3])),
            "speaks": float(any(m.start in self._of_sources() for m in body.mentions)),
            "office": float(bool(facts.head_class(words)) and words[-1] not in lexicon.people().organization_heads),
        }
        if not before:
            return features | {"ahead": 1.0, "paragraph_0": 0.0, "paragraph_1": 0.0}
        last = next(outside(before), before[-1])
        sentences, paragraphs = self._sentences(last, place), self._paragraphs(last.start, place.word)
        following = text.words[last.end] if last.end < len(text) else None
        subject = self.presence.is_subject(last)
        return features | {
            "paragraph_0": float(paragraphs == 0),
            "paragraph_1": float(paragraphs == 1),
            "paragraphs": min(paragraphs, FAR) / FAR,
            "sentence_0": float(sentences == 0),
            "sentence_1": float(sentences == 1),
            "sentences": min(sentences, FAR) / FAR,
            "subject": float(subject),
            "subject_near": float(subject and sentences <= 1),
            "only_quoted": float(last.quoted),
            "modifies": float(following is not None and following.pos_ == "NOUN"),
            "hangs": float(text.lower[last.start - 1] in {"in", "of", "to", "from"} if last.start else False),
            "share": len(before) / place.mentions,
        }

    def _of_sources(self) -> frozenset[int]:
        """Return the words of all sources."""
        if self._source_words[0] != len(self.sources):
            self._source_words = (len(self.sources), frozenset(word for piece in self.sources for word in range(*piece)))
        return self._source_words[1]

    @staticmethod
    def _is_other_kind(words: list[str], head: str) -> bool:
        """Say whether a body's own name tells that it is no such thing: a ministry is no company, nor a club a court."""
        known = coreference()
        authority = bool(known.authorities & set(words))
        if head == "authority" and not authority and head not in words:
            return True
        return head in known.named_so - set(words) or (head in known.private and authority)

    # -- others --------------------------------------------------------------------------------------------------------

    def _others(self, place: Place) -> list[Candidate]:
        """Return who else spoke of late: bodies, documents, several at once, people without a name."""
        seen: list[Entity] = []
        for _, entity in reversed(place.spoken[-SPEAKERS:]):
            if not isinstance(entity, Person) and not any(entity is other for other in seen):
                seen.append(entity)
        return [Candidate(entity, self._other(entity, place)) for entity in seen]

    def _other(self, entity: Entity, place: Place) -> dict[str, float]:
        spoke = self._spoke(entity, place)
        kind = next(name for name, kind in KINDS.items() if isinstance(entity, kind))
        features = {kind: 1.0, **{f"other_{name}": spoke[name] for name in OF_OTHERS}}
        features[f"{kind}_last"] = spoke["spoke_last"]
        if isinstance(entity, Anonymous):
            words = fold(entity.description or "").split()
            people = lexicon.people()
            sex = FEMALE if set(words) & people.female else MALE if set(words) & people.male else ""
            features["unnamed_own_sex"] = float(bool(place.sex) and sex == place.sex)
            features["unnamed_other_sex"] = float(bool(place.sex) and bool(sex) and sex != place.sex)
            features["unnamed_plural"] = float(bool(words) and words[-1].endswith("s") and not words[-1].endswith("ss"))
            features["undescribed"] = float(not words)
        return features

    def _nobody(self, place: Place, agreeing: list[Candidate]) -> dict[str, float]:
        """Tell what speaks for somebody whom the article does not name."""
        near = any(
            c.features.get(name) for c in agreeing for name in ("paragraph_0", "paragraph_1", "spoke_last")
        )
        features = {"nobody": 1.0, "no_agreeing": float(not agreeing), "one_agreeing": float(len(agreeing) == 1)}
        features["none_near"] = float(not near)
        features["first_speaker"] = float(not place.spoken)
        noun = self._noun_of(place)
        if noun is not None:
            features["noun"] = 1.0
            features["noun_here"] = float(self.text.same_paragraph(noun, place.word))
            features["noun_subject"] = float(self.text.words[noun].dep_ in {"nsubj", "nsubjpass"})
        return features

    def _noun_of(self, place: Place) -> int | None:
        """Return the last noun before a pronoun that is no name and of its sex: "the mother", "a man"."""
        text, people = self.text, lexicon.people()
        nouns = people.female if place.sex == FEMALE else people.male if place.sex == MALE else frozenset()
        for word in range(place.word - 1, max(0, place.word - NOUNS_WITHIN), -1):
            if self._paragraphs(word, place.word) > 1:
                return None
            named = word in self.cast.by_word or word + 1 in self.cast.by_word
            if text.lower[word] in nouns and not text.quoted[word] and not named:
                return word
        return None

    # -- distances -----------------------------------------------------------------------------------------------------

    def _paragraphs(self, left: int, right: int) -> int:
        last = len(self.text) - 1
        return self.text.paragraph[min(right, last)] - self.text.paragraph[min(left, last)]

    def _sentences(self, mention: Mention, place: Place) -> int:
        return self.text.sentence[place.word] - self.text.sentence[mention.start]

    @staticmethod
    def _end_of_last(candidate: Candidate, place: Place) -> int:
        before = mentions_before(candidate.entity, place.word) if candidate.entity else ()
        if isinstance(candidate.entity, Person):
            before = list(islice(outside(before), 1))
        return max((m.end for m in before if not m.quoted), default=-1)


def mentions_before(entity: Entity, word: int) -> Sequence[Mention]:
    """Return the mentions that end at or before a word; those of a person are in the text's order, others as they were found."""
    if not isinstance(entity, Person):
        return [mention for mention in entity.mentions if mention.end <= word]
    cut = bisect_left(entity.mentions, word, key=_start)
    while cut and entity.mentions[cut - 1].end > word:
        cut -= 1
    return entity.mentions[:cut]


def outside(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yield those of some mentions that stand outside of quotation marks, the last first."""
    return (mention for mention in reversed(mentions) if not mention.quoted)


def _start(mention: Mention) -> int:
    return mention.start


def _mark_first(found: Sequence[Candidate], among: Sequence[Candidate], orders: Mapping[str, Order]) -> None:
    """Mark in all candidates who of some is first by each order."""
    for name, order in orders.items():
        first = max(among, key=order, default=None)
        for candidate in found:
            candidate.features[name] = float(candidate is first)


KINDS: dict[str, type[Entity]] = {"unnamed": Anonymous, "body": Body, "joint": Joint, "document": Paper}
OF_OTHERS = ("spoke_last", "spoke_last_here", "spoke_last_before", "spoke_last_far", "spoke_second", "spoke_share", "since_spoke")
