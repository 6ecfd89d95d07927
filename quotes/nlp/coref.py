"""Who is meant by each source: coreference inside one article, for speakers.

The component `quotes_coref` reads `doc.spans["quotes"]` (CONTENT, CUE, SOURCE; one `span_id` a quote),
`doc.spans["quotes_paragraphs"]` and, if there, `doc.spans["quotes_marks"]`, and writes `doc.spans["quotes_mentions"]`:
a span for every mention of a speaker (label: its kind; span_id: the speaker's key) and in `attrs`

    entities: {key: {name, description, type, aliases: [[alias, kind, count]], roles: [[role, affiliation, class]]}}
    sources:  {span_id: {entity, mention, role, roles, affiliation, confidence, rule}}

A sieve, surest first: names inside the source; pronouns and descriptions walked through in text order, so that each is
there to answer the next; documents to their issuers; quotes without a source to the speaker before.

Invariants: every quote has exactly one entity; an entity is behind at least one quote; all values are JSON; sex is weighed
inside this module only and never leaves it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import SpanGroup

from quotes import lexicon, names
from quotes.lexicon import fold
from quotes.nlp import roles, salience
from quotes.nlp.clusters import FEMALE, MALE, Body, Cast, Mention, Person, without_article
from quotes.nlp.words import CLOSE_MARKS, HYPHENS, OPEN_MARKS, POSSESSIVES, Text, is_capital

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Span

MENTIONS_KEY = "quotes_mentions"
SEX_OF_PRONOUN = {
    "he": MALE,
    "him": MALE,
    "his": MALE,
    "himself": MALE,
    "she": FEMALE,
    "her": FEMALE,
    "hers": FEMALE,
    "herself": FEMALE,
}
PLURAL_PRONOUNS = frozenset(
    {"they", "them", "their", "theirs", "both", "each", "all", "many", "most", "some", "others", "neither", "several", "few"}
)
THING_PRONOUNS = frozenset({"it", "its", "which", "this", "that"})
OWN_PRONOUNS = frozenset({"i", "me", "my", "we", "us", "our", "myself", "ourselves", "you", "your"})
POSSESSIVE_PRONOUNS = frozenset({"his", "her", "its", "their", "my", "our", "your", "whose"})
NAMING_PREPOSITIONS = frozenset({"like", "including", "as"})
ISSUING_PREPOSITIONS = frozenset({"by", "from", "of"})
INDEFINITE = frozenset(
    {
        "a",
        "an",
        "another",
        "one",
        "some",
        "any",
        "several",
        "many",
        "two",
        "three",
        "four",
        "five",
        "other",
        "no",
        "most",
        "few",
        "certain",
    }
)
GENERIC_PEOPLE = frozenset(
    {
        "man",
        "woman",
        "candidate",
        "nominee",
        "politician",
        "lawmaker",
        "businessman",
        "businesswoman",
        "mogul",
        "billionaire",
        "father",
        "mother",
        "veteran",
        "leader",
        "contender",
        "rival",
        "native",
        "star",
        "author",
        "millionaire",
        "tycoon",
        "actor",
        "actress",
        "singer",
        "player",
        "coach",
        "teenager",
        "boy",
        "girl",
        "student",
        "professor",
        "lawyer",
        "attorney",
        "doctor",
        "congressman",
        "congresswoman",
        "senator",
        "governor",
        "president",
        "widow",
        "writer",
        "host",
        "legislator",
        "entrepreneur",
        "executive",
        "official",
        "diplomat",
        "economist",
        "scientist",
        "researcher",
        "general",
        "premier",
        "minister",
        "chairman",
        "chairwoman",
        "chief",
        "director",
        "ceo",
    }
)
ABSTRACT_OWNED = frozenset(
    {
        "eyes",
        "words",
        "view",
        "mind",
        "claim",
        "claims",
        "argument",
        "opinion",
        "comments",
        "comment",
        "remarks",
        "remark",
        "message",
        "promise",
        "vow",
        "pledge",
        "tweet",
        "tweets",
        "statement",
        "speech",
        "suggestion",
        "assertion",
        "call",
        "belief",
        "warning",
        "response",
        "answer",
        "question",
        "account",
        "letter",
        "testimony",
        "plan",
        "proposal",
        "post",
        "interview",
        "announcement",
        "decision",
        "threat",
        "accusation",
        "insistence",
        "admission",
        "declaration",
        "critique",
        "criticism",
        "observation",
        "prediction",
        "contention",
        "allegation",
        "point",
        "position",
        "explanation",
        "description",
        "theory",
        "hope",
        "fear",
        "desire",
        "wish",
        "intention",
        "demand",
        "request",
        "refusal",
        "denial",
        "email",
        "memo",
        "report",
        "book",
        "column",
        "essay",
        "memoir",
        "ad",
        "campaign ad",
        "lips",
        "mouth",
        "voice",
        "heart",
        "head",
    }
)
COMMON_BODIES = frozenset(
    {
        "company",
        "agency",
        "group",
        "organization",
        "organisation",
        "firm",
        "campaign",
        "bank",
        "newspaper",
        "paper",
        "website",
        "site",
        "network",
        "outlet",
        "department",
        "ministry",
        "court",
        "party",
        "panel",
        "body",
        "union",
        "club",
        "operator",
        "maker",
        "manufacturer",
        "retailer",
        "lender",
        "carrier",
        "airline",
        "broadcaster",
        "charity",
        "watchdog",
        "regulator",
        "association",
        "commission",
        "committee",
        "council",
        "team",
        "publication",
        "service",
        "station",
        "publisher",
        "automaker",
        "insurer",
        "university",
        "institute",
    }
)
LEAD_PARAGRAPHS = 3
SURELY = 1.5
LEAST_CLAIM = -3.0
SIDE_WORDS = frozenset({"side"})
GROUP_NAMES = frozenset({"republicans", "democrats", "conservatives", "liberals", "labour", "tories"})
PLURAL_OFFICES = frozenset(
    {
        "candidates",
        "senators",
        "leaders",
        "men",
        "women",
        "pair",
        "rivals",
        "nominees",
        "presidents",
        "ministers",
        "governors",
        "lawmakers",
        "contenders",
    }
)
# Offices that "the" introduces at first mention; without a stated role that fits they stay unnamed.
UNIQUE_OFFICES = frozenset(
    {
        "official",
        "officials",
        "spokesman",
        "spokeswoman",
        "spokesperson",
        "source",
        "minister",
        "ambassador",
        "mayor",
        "owner",
        "driver",
        "victim",
        "suspect",
        "witness",
        "judge",
        "prosecutor",
        "manager",
        "author",
        "researcher",
        "resident",
        "neighbour",
        "neighbor",
        "secretary",
        "chief",
        "director",
        "head",
        "chairman",
        "captain",
        "editor",
        "inspector",
        "commissioner",
        "officer",
        "aide",
        "adviser",
        "advisor",
        "diplomat",
    }
)
PERSON_CONFIDENCE = {"name": 0.97, "surname": 0.94}


@dataclass(slots=True, eq=False)
class Anonymous:
    """A source without a name: a description, a plural, nobody."""

    description: str | None
    type: str = "unnamed"
    name: str | None = None
    mentions: list[Mention] = field(default_factory=list)
    role: roles.RoleText | None = None


@dataclass(slots=True, eq=False)
class Joint:
    """Several named speakers at once."""

    members: tuple[Person | Body, ...]
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Paper:
    """A document and who issued it, if the article says so."""

    issuer: Person | Body | Joint | None
    description: str
    mentions: list[Mention] = field(default_factory=list)


Entity = Person | Body | Anonymous | Joint | Paper


@dataclass(slots=True)
class Source:
    """One quote's source to resolve: word ranges, and where its content lies."""

    quote: str
    pieces: list[tuple[int, int]]
    content: tuple[int, int]

    @property
    def start(self) -> int:
        """The first word of the source, of the content where there is no source."""
        return self.pieces[0][0] if self.pieces else self.content[0]

    @property
    def end(self) -> int:
        """The word after the source, or the content's first where there is no source."""
        return self.pieces[-1][1] if self.pieces else self.content[0]


@dataclass(slots=True)
class Attribution:
    """What a source was resolved to, in which way and how surely."""

    entity: Entity
    mention: str
    confidence: float
    rule: str
    role: roles.RoleText | None = None


class Resolver:
    """Resolves the sources of one article."""

    def __init__(self, text: Text, sources: Sequence[Source]) -> None:
        self.text = text
        self.cast = Cast(text)
        self.sources = sorted(sources, key=lambda s: (s.start, s.content))
        self.found: dict[str, Attribution] = {}
        self.pronouns: dict[int, tuple[Person, float]] = {}
        self.spoken: list[tuple[int, Entity]] = []
        self.papers: list[Paper] = []
        self.joints: list[Joint] = []
        self.anonymous: dict[str, Anonymous] = {}

    def resolve(self) -> dict[str, Attribution]:
        """Return the attribution of every quote."""
        at = 0
        for source in self.sources:
            self._walk(at, source.end)
            at = max(at, source.end)
            attribution = self._attribute(source)
            self.found[source.quote] = attribution
            self.spoken.append((source.start, attribution.entity))
        return self.found

    # -- walking the text -------------------------------------------------------------------------------------------

    def _walk(self, start: int, end: int) -> None:
        """Resolve the pronouns of the story between two words, so that they are mentions for what follows."""
        for word in range(start, min(end, len(self.text))):
            sex = SEX_OF_PRONOUN.get(self.text.lower[word])
            if sex and not self.text.quoted[word] and self.text.is_body(word) and word not in self.pronouns:
                self._read_pronoun(word, sex)

    def _read_pronoun(self, word: int, sex: str) -> Person | None:
        ranked = self._rank(word, sex)
        if not ranked:
            return None
        (best, person), *others = ranked
        margin = best - others[0][0] if others else 3.0
        confidence = round(1 / (1 + math.exp(-(0.9 * margin + 0.6))), 3)
        self.pronouns[word] = (person, confidence)
        owner = self.text.lower[word] in POSSESSIVE_PRONOUNS and self.text.words[word].tag_ == "PRP$"
        person.mentions.append(Mention(word, word + 1, "pronoun", self.text.words[word].text, owner=owner))
        person.mentions.sort(key=lambda m: (m.start, m.end))
        if margin > 0.3:
            person.sex[sex] += 0.5 + 0.5 * (margin > 1.0)
        return person

    def _rank(self, word: int, sex: str = "", among: Sequence[Person] | None = None) -> list[tuple[float, Person]]:
        """Rank the people that a pronoun or description at a word may mean, the likeliest first."""
        people = self.cast.people if among is None else among
        nearest = max((m.end for p in people for m in p.latest(word, 1)), default=-1)
        scored = []
        for person in people:
            features = self._features(person, word, sex, nearest)
            if features:
                scored.append((salience.score(features), person))
        if not scored and sex:
            scored = [
                (-5.0 - 0.01 * p.mentions[0].start, p)
                for p in self.cast.people
                if p.mentions and p.mentions[0].start > word and p.likely_sex in {sex, ""}
            ][:1]
        return sorted(scored, key=lambda pair: (-pair[0], pair[1].number))

    def _features(self, person: Person, word: int, sex: str, nearest: int) -> dict[str, float] | None:
        """Return what speaks for and against a person being meant at a word; None if nothing came before."""
        latest = person.latest(word, 6)
        if not latest:
            return None
        text = self.text
        last = next((m for m in reversed(latest) if not m.quoted), latest[-1])
        speaker = self._speaker_before(word) is person
        here = speaker and self._spoke_here(word)
        known = person.likely_sex
        sure = abs(person.sex[FEMALE] - person.sex[MALE]) >= SURELY
        return {
            "best_mention": max(self._mention_weight(m, word) for m in latest),
            "same_sentence": float(text.sentence[word] == text.sentence[last.start] and not last.quoted),
            "same_paragraph": float(text.same_paragraph(last.start, word) and not last.quoted),
            "sentences": float(min(text.sentence[word] - text.sentence[last.start], 8)),
            "subject": float(self._is_subject(last)),
            "quoted": float(last.quoted),
            "nearest": float(latest[-1].end == nearest),
            "mentions": math.log1p(len(person.mentions)),
            "spoke_here": float(here),
            "spoke_before": float(speaker and not here),
            "other_sex": float(bool(sex) and bool(known) and known != sex and not sure),
            "surely_other_sex": float(bool(sex) and bool(known) and known != sex and sure),
            "own_sex": float(bool(sex) and known == sex),
        }

    def _salience(self, person: Person, word: int) -> float | None:
        """Return how present a person is at a word, None if not named before it."""
        latest = person.latest(word, 6)
        if not latest:
            return None
        best = max(self._mention_weight(m, word) for m in latest) + 0.25 * math.log1p(len(person.mentions))
        if self._speaker_before(word) is person:
            best += 1.2 if self._spoke_here(word) else 0.5
        return best

    def _mention_weight(self, mention: Mention, word: int) -> float:
        text = self.text
        sentences = text.sentence[word] - text.sentence[mention.start]
        paragraphs = text.paragraph[word] - text.paragraph[mention.start]
        weight = -0.55 * min(sentences, 8) - 0.35 * min(paragraphs, 6)
        weight += 1.3 * self._is_subject(mention) + 0.2 * (mention.kind == "pronoun")
        return weight - 2.0 * mention.quoted - 0.7 * mention.owner - 1.0 * self._in_role_tail(mention)

    def _in_role_tail(self, mention: Mention) -> bool:
        before = self.text.lower[mention.start - 1] if mention.start else ""
        return before in {"of", "for", "under", "with", "against", "by", "about", "from", "on"} or (
            before in lexicon.people().honorifics
            and (
                mention.start > 1
                and self.text.lower[mention.start - 2] in {"of", "for", "under", "with", "against", "by", "about", "from"}
            )
        )

    def _is_subject(self, mention: Mention) -> bool:
        return any(self.text.words[w].dep_ in {"nsubj", "nsubjpass"} for w in range(mention.start, mention.end))

    def _speaker_before(self, word: int) -> Entity | None:
        """Return who spoke last before a word, if not more than two paragraphs ago."""
        for start, entity in reversed(self.spoken):
            if start < word:
                return entity if self.text.paragraph[word] - self.text.paragraph[start] <= 2 else None
        return None

    def _spoke_here(self, word: int) -> bool:
        """Say whether the last speaker spoke in a word's own paragraph."""
        start = next((s for s, _ in reversed(self.spoken) if s < word), None)
        return start is not None and self.text.same_paragraph(start, word)

    # -- sources -----------------------------------------------------------------------------------------------------

    def _attribute(self, source: Source) -> Attribution:
        for start, end in source.pieces:
            first, last = self._trim(start, end)
            if last - first == 1 and self.text.words[first].text in {"A", "Q"}:
                return self._with_role(self._turn(self.text.words[first].text), source)
            if first < last:
                found = self._by_name(first, last) or self._by_pronoun(first, last) or self._by_description(first, last)
                if found:
                    return self._with_role(found, source)
        return self._continue(source)

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        edge = {"•", "*", "|", "·", "▪"} | OPEN_MARKS | CLOSE_MARKS | {",", "--", "—", "–", "-", ":", ".", "(", ")", ";"}
        while start < end and self.text.words[start].text in edge:
            start += 1
        while end > start and self.text.words[end - 1].text in edge - {"."} and self.text.lower[end - 1] not in {"'s", "’s"}:
            end -= 1
        return start, end

    def _with_role(self, found: Attribution, source: Source) -> Attribution:
        entity = found.entity
        if isinstance(entity, Person):
            stated = [role for at, role in entity.roles if source.start <= at < source.end]
            before = [role for at, role in entity.roles if at < source.end]
            near = stated[-1:] or before[-1:] or [role for _, role in entity.roles[:1]]
            found.role = near[0] if near else None
        elif isinstance(entity, Anonymous):
            found.role = entity.role
        return found

    def _continue(self, source: Source) -> Attribution:
        """Give a quote without a source to the speaker of the quote before, in this paragraph or the one before."""
        word = source.content[0]
        for start, entity in reversed(self.spoken):
            near = self.text.paragraph[min(word, len(self.text) - 1)] - self.text.paragraph[min(start, len(self.text) - 1)]
            if start <= word and 0 <= near <= 1:
                found = Attribution(entity, "none", 0.5, "previous-speaker")
                return self._with_role(found, source)
        return Attribution(Anonymous(None), "none", 0.3, "no-source")

    # -- names in sources --------------------------------------------------------------------------------------------

    def _by_name(self, start: int, end: int) -> Attribution | None:
        heads = self._head_people(start, end)
        if not heads:
            return self._by_surname(start, end)
        people = list(dict.fromkeys(person for _, person in heads))
        described = self._joined_description(start, heads[0][0])
        if described and described not in people:
            people.insert(0, described)
        if len(people) > 1:
            joint = self._joint(people)
            return Attribution(joint, self._mention_kind(heads[0][0]), 0.85, "names-joined")
        mention = heads[0][0]
        kind = self._mention_kind(mention)
        return Attribution(people[0], kind, PERSON_CONFIDENCE[kind], f"{kind}-in-source")

    def _joined_description(self, start: int, first: Mention) -> Person | None:
        """Return who is meant by "the Minister" in "the Minister and Mr. Whyte-Okeke"."""
        at = first.start - self._titles_before(first, start) - 1
        if at <= start + 1 or self.text.lower[at] != "and" or self.text.lower[start] != "the":
            return None
        found = self._by_description(start, at)
        return found.entity if found and isinstance(found.entity, Person) else None

    def _by_surname(self, start: int, end: int) -> Attribution | None:
        """Know a lone surname that the search for names took for part of something else ("the Post Trump said")."""
        stop = end - 1 if self.text.words[end - 1].text in POSSESSIVES else end
        if (
            stop - start > 2
            or not is_capital(self.text.words[start].text)
            or any(w in self.cast.by_word for w in range(start, stop))
        ):
            return None
        if roles.country_of(self.text.span_text(start, stop)):
            return None
        person = self.cast.owner_of(self.text.span_text(start, stop), start)
        if person is None:
            return None
        person.mentions.append(Mention(start, stop, "surname", self.text.span_text(start, stop)))
        person.mentions.sort(key=lambda m: (m.start, m.end))
        person.forms[self.text.span_text(start, stop)] += 1
        return Attribution(person, "surname", 0.9, "surname-in-source")

    def _mention_kind(self, mention: Mention) -> str:
        return "name" if mention.kind == "name" else "surname"

    def _people_in(self, start: int, end: int) -> list[tuple[Mention, Person]]:
        found: list[tuple[Mention, Person]] = []
        for word in range(start, end):
            person = self.cast.by_word.get(word)
            if person and (not found or word >= found[-1][0].end):
                mention = next((m for m in person.mentions if m.start <= word < m.end and m.kind != "pronoun"), None)
                if mention:
                    found.append((mention, person))
        return found

    def _head_people(self, start: int, end: int) -> list[tuple[Mention, Person]]:
        """Return the people who are the source, not those whom its descriptions mention."""
        inside = self._people_in(start, end)
        heads: list[tuple[Mention, Person]] = []
        limit = self._relative_at(start, end)
        for number, (mention, person) in enumerate(inside):
            if mention.start >= limit and heads:
                break
            role = self._place_in(mention, start, end)
            if role == "head":
                if not heads or self._coordinated(heads[-1][0], mention):
                    heads.append((mention, person))
            elif role == "owner" and number == len(inside) - 1 and not heads:
                heads.append((mention, person))
        return heads

    def _relative_at(self, start: int, end: int) -> int:
        return next(
            (
                w
                for w in range(start + 1, end)
                if self.text.lower[w] in {"who", "whose", "which", "that"} and not self.text.quoted[w]
            ),
            end,
        )

    def _place_in(self, mention: Mention, start: int, end: int) -> str:
        """Say what a name is in a source: its head, the owner of something said, or only part of a description."""
        text = self.text
        if mention.end < end and text.words[mention.end].text in POSSESSIVES:
            following = mention.end + 1
            if following >= end:
                return "head"
            owned = self._head_word(following, end)
            lower = text.lower[owned] if owned is not None else ""
            if lower in ABSTRACT_OWNED or lower in lexicon.people().documents:
                return "owner"
            return "part"
        if mention.end < end and self._noun_follows(mention, end):
            return "part"
        first = mention.start - self._titles_before(mention, start)
        if first <= start:
            return "head"
        before = text.lower[first - 1]
        token = text.words[first - 1]
        if before in NAMING_PREPOSITIONS:
            return "head"
        if token.pos_ == "ADP" or before in roles.INSIDE_PREPOSITIONS or before in {"by", "between", "about", "than"}:
            return "head" if self._issued(start, first - 1) else "part"
        if before in {"and", "&", ","}:
            return self._place_of_coordinate(first - 1, start, end)
        if token.pos_ == "VERB" and token.tag_ in {"VBG", "VBN"}:
            return "part"
        return "head"

    def _place_of_coordinate(self, at: int, start: int, end: int) -> str:
        """A name after "and" or a comma is a head unless it goes on with a list that hangs on a preposition."""
        text = self.text
        if text.lower[at] == ",":
            return "head"
        earlier = [m for m, _ in self._people_in(start, at)]
        if earlier:
            return self._place_in(earlier[-1], start, end)
        prepositions = [w for w in range(start, at) if text.words[w].pos_ == "ADP"]
        return "part" if prepositions else "head"

    def _titles_before(self, mention: Mention, start: int) -> int:
        """Return how many words of titles and roles stand right before a name."""
        text = self.text
        first = roles._premodifier_start(text, mention.start)  # noqa: SLF001
        if first < mention.start and text.lower[first] in roles.DETERMINERS:
            first += 1
        count = mention.start - max(first, start)
        while mention.start - count > start and text.lower[mention.start - count - 1] in roles.DETERMINERS | set(OPEN_MARKS):
            count += 1
        return count

    def _noun_follows(self, mention: Mention, end: int) -> bool:
        """Say whether a name only modifies the noun after it ("the Trump campaign", "Clinton aides")."""
        token = self.text.words[mention.end]
        nouns = token.pos_ in {"NOUN", "PROPN"} or self.text.lower[mention.end] in lexicon.role_classes().class_of
        return (
            nouns
            and token.text not in POSSESSIVES | HYPHENS
            and self.cast.by_word.get(mention.end) is None
            and token.tag_ != "POS"
        )

    def _issued(self, start: int, preposition: int) -> bool:
        """Say whether "a statement by", "comments from" or the like precedes a name."""
        text = self.text
        if text.lower[preposition] not in ISSUING_PREPOSITIONS:
            return False
        head = self._head_word(start, preposition)
        lower = text.lower[head] if head is not None else ""
        return lower in lexicon.people().documents or lower in ABSTRACT_OWNED

    def _coordinated(self, left: Mention, right: Mention) -> bool:
        """Say whether two names are joined by "and" or stand in one list."""
        text = self.text
        between = range(left.end, right.start)
        depth = 0
        joined = False
        gap: list[str] = []
        for word in between:
            lower = text.lower[word]
            if lower in {"(", "["}:
                depth += 1
            elif lower in {")", "]"}:
                depth -= 1
            elif depth == 0:
                if lower in {"and", "&", "or"}:
                    joined = True
                elif lower in {"who", "which", "that"}:
                    return False
                gap.append(lower)
        if joined:
            return True
        later = range(right.end, min(right.end + 14, len(text)))
        return (
            bool(gap)
            and gap == [","] * len(gap)
            and any(
                text.lower[w] == "and" and w + 1 < len(text) and (self.cast.by_word.get(w + 1) or self.cast.by_word.get(w + 2))
                for w in later
            )
            and not any(head for head in roles.after(text, left.end, limit=right.start))
        )

    def _head_word(self, start: int, end: int) -> int | None:
        """Return the head noun of the phrase at a word: the last noun before a preposition, comma or relative."""
        text = self.text
        head = None
        for word in range(start, end):
            token, lower = text.words[word], text.lower[word]
            if (
                token.text in roles.STOP_PUNCTUATION
                and token.text not in HYPHENS
                and token.text not in OPEN_MARKS | CLOSE_MARKS
                and head is not None
            ):
                break
            if head is not None and (
                token.pos_ in {"ADP", "VERB", "AUX"} or lower in roles.RELATIVES or lower in {"and", "or", "to"}
            ):
                break
            if token.text in POSSESSIVES or token.tag_ == "POS":
                head = None
                continue
            if (
                token.pos_ in {"NOUN", "PROPN", "ADJ", "NUM", "PRON"}
                or is_capital(token.text)
                or lower in lexicon.people().documents
            ):
                head = word
        return head

    # -- pronouns ----------------------------------------------------------------------------------------------------

    def _by_pronoun(self, start: int, end: int) -> Attribution | None:
        text = self.text
        lower = text.lower[start]
        last_pronoun = text.lower[end - 1]
        if last_pronoun in {"whom", "who", "which"} and end - start <= 4:
            return self._relative(end - 1)
        if lower in POSSESSIVE_PRONOUNS and end - start > 1:
            return self._owned(start, end)
        if lower in SEX_OF_PRONOUN:
            return self._third_person(start)
        if lower in {"who", "whom", "whose"} or (lower == "which" and end - start == 1) or (lower == "that" and end - start == 1):
            return self._relative(start)
        if lower in PLURAL_PRONOUNS and end - start <= 2 and (end - start == 1 or text.words[start + 1].pos_ != "NOUN"):
            return self._plural(start)
        if lower in {"it", "itself"} or (lower in {"this", "which"} and end - start == 1):
            return self._thing(start)
        if lower in OWN_PRONOUNS and end - start <= 2:
            return self._first_person(start)
        return None

    def _third_person(self, word: int) -> Attribution | None:
        known = self.pronouns.get(word)
        if known is None:
            person = self._read_pronoun(word, SEX_OF_PRONOUN[self.text.lower[word]])
            known = self.pronouns.get(word) if person else None
        if known is None:
            return Attribution(Anonymous(None), "pronoun", 0.3, "pronoun-unresolved")
        return Attribution(known[0], "pronoun", known[1], "pronoun")

    def _owned(self, start: int, end: int) -> Attribution | None:
        """Resolve "his claim" to him, "his lawyer" to the lawyer."""
        head = self._head_word(start + 1, end)
        lower = self.text.lower[head] if head is not None else ""
        owner = self.text.lower[start]
        people = lexicon.people()
        if lower in ABSTRACT_OWNED or lower in people.documents or head is None:
            if owner in SEX_OF_PRONOUN:
                return self._third_person(start)
            return (
                self._plural(start)
                if owner in PLURAL_PRONOUNS
                else self._thing(start)
                if owner == "its"
                else self._first_person(start)
            )
        if lower in people.organization_heads:
            owner_entity = self.pronouns.get(start)
            if owner_entity and lower in {"campaign", "office", "team", "administration", "government"}:
                last = names.parse(owner_entity[0].full).surname
                body = self.cast.body(f"{last} {lower}", start, end)
                return Attribution(body, "nominal", 0.6, "owned-body")
        return None

    def _relative(self, word: int) -> Attribution | None:
        """Resolve "who" or "which" to the noun that it follows."""
        text = self.text
        at = word - 1
        while at >= 0 and (
            text.words[at].text in {",", "--", "—", "("}
            or text.lower[at] in {"of", "many", "most", "some", "all", "both", "each"}
            or text.words[at].text in CLOSE_MARKS
        ):
            at -= 1
        if text.words[at].text == ")":
            at = next((i - 1 for i in range(at, max(-1, at - 8), -1) if text.words[i].text == "("), at)
        person = self.cast.by_word.get(at)
        head = self._antecedent(word)
        if head is not None and head != at and head in self.cast.by_word:
            person = (
                self.cast.by_word[head]
                if person is None or (head > at - 12 and self.cast.by_word[head] is not person and self._in_description(head, at))
                else person
            )
        if person is not None:
            return Attribution(person, "pronoun", 0.9, "relative")
        anchor = head if head is not None and head <= at else at
        start = self._phrase_start(anchor)
        nearby = [p for w, p in self.cast.by_word.items() if anchor < w <= at]
        if text.lower[word] in {"who", "whom"} and nearby and text.words[anchor].tag_ not in {"NNS", "NNPS"}:
            return Attribution(nearby[-1], "pronoun", 0.75, "relative")
        body = self.cast.body_by_word.get(anchor) or self.cast.body_by_word.get(at)
        if body and text.lower[word] != "who":
            return Attribution(body, "pronoun", 0.85, "relative-body")
        described = self._by_description(start, anchor + 1)
        if described:
            described.mention = "pronoun"
            described.rule = "relative"
        return described

    def _in_description(self, head: int, at: int) -> bool:
        """Say whether the words from a name to a later word are its apposition or tag."""
        return any(self.text.words[w].text in {",", "(", "--", "—"} for w in range(head + 1, at + 1))

    def _antecedent(self, word: int) -> int | None:
        """Return the word that the parse hangs a relative clause on."""
        token = self.text.words[word]
        for ancestor in [token, *token.ancestors]:
            if ancestor.dep_ in {"relcl", "acl"} and ancestor.head.i < token.i:
                return self.text.index.get(ancestor.head.i)
        return None

    def _phrase_start(self, head: int) -> int:
        """Return where the noun phrase that ends in a head begins."""
        text = self.text
        at = head
        while (
            at > 0
            and text.same_paragraph(at - 1, head)
            and (
                text.words[at - 1].pos_ in {"ADJ", "NOUN", "PROPN", "NUM", "DET"}
                or text.words[at - 1].text in POSSESSIVES
                or text.words[at - 1].text in HYPHENS
                or text.words[at - 1].tag_ in {"VBN", "PRP$"}
            )
        ):
            at -= 1
        return at

    def _plural(self, word: int) -> Attribution:
        """Resolve "they", "both", "each" to joint speakers, a body or an unnamed plural."""
        text = self.text
        options: list[tuple[float, Entity]] = []
        for start, entity in self.spoken[-6:]:
            if start < word and isinstance(entity, (Joint, Body, Anonymous)):
                options.append((self._distance(start, word) + 0.9, entity))
        for (_, one), (right, other) in self._pairs(word):
            options.append((self._distance(right.start, word), self._joint([one, other])))
        for start, entity in self._plural_nouns(word):
            options.append((self._distance(start, word) + 0.2, entity))
        if not options:
            return Attribution(Anonymous(None), "pronoun", 0.3, "pronoun-unresolved")
        best = max(range(len(options)), key=lambda i: (options[i][0], i))
        return Attribution(options[best][1], "pronoun", 0.6, "plural-pronoun")

    def _distance(self, left: int, right: int) -> float:
        text = self.text
        return -0.7 * min(text.sentence[right] - text.sentence[left], 8) - 0.3 * (text.paragraph[right] - text.paragraph[left])

    def _pairs(self, word: int) -> Iterator[tuple[tuple[Mention, Person], tuple[Mention, Person]]]:
        """Yield pairs of people joined by "and" before a word."""
        text = self.text
        mentions = sorted(
            ((m, p) for p in self.cast.people for m in p.mentions if m.end <= word and m.kind != "pronoun"),
            key=lambda x: x[0].start,
        )
        for (left, one), (right, other) in zip(mentions, mentions[1:], strict=False):
            if one is other or not text.same_paragraph(left.start, right.start) or right.start - left.end > 12:
                continue
            if left.quoted or right.quoted or text.sentence[left.start] != text.sentence[right.start]:
                continue
            gap = [text.lower[w] for w in range(left.end, right.start)]
            if "and" in gap and not set(gap) & {"said", "says", "who", "with"}:
                yield (left, one), (right, other)

    def _plural_nouns(self, word: int) -> Iterator[tuple[int, Entity]]:
        """Yield plural people ("lawmakers", "Democrats") that are subjects before a word."""
        text = self.text
        for at in range(max(0, word - 160), word):
            token = text.words[at]
            if token.tag_ not in {"NNS", "NNPS"} or text.quoted[at] or token.dep_ not in {"nsubj", "nsubjpass"}:
                continue
            if is_capital(token.text) and text.lower[at] in {"republicans", "democrats", "conservatives", "liberals"}:
                yield at, self.cast.body(token.text, at, at + 1)
            elif roles.head_class([text.lower[at]]):
                yield at, self._unnamed(self._phrase_start(at), at + 1)
        for body in self.cast.bodies:
            for mention in body.mentions[-8:]:
                if mention.end <= word and not mention.quoted and self._is_subject(mention) and not body.country:
                    yield mention.start, body

    def _thing(self, word: int) -> Attribution:
        """Resolve "it" to the body or document that it is likeliest to mean."""
        options: list[tuple[float, int, Entity]] = []
        for number, (start, entity) in enumerate(self.spoken[-6:]):
            if start < word and isinstance(entity, (Body, Paper)):
                options.append((self._distance(start, word) + 1.0, number, entity))
        for body in self.cast.bodies:
            for mention in body.mentions:
                if (
                    mention.end <= word
                    and not mention.quoted
                    and self.text.sentence[word] - self.text.sentence[mention.start] <= 4
                ):
                    subject = self._is_subject(mention)
                    if not subject and (
                        body.country or self.text.words[min(mention.end, len(self.text) - 1)].pos_ in {"NOUN", "PROPN"}
                    ):
                        continue
                    bonus = 0.9 * self._is_subject(mention) - 0.5 * (
                        self.text.lower[mention.start - 1] in {"in", "of", "to", "from"} if mention.start else 0
                    )
                    options.append((self._distance(mention.start, word) + bonus, mention.start, body))
        if not options:
            return Attribution(Anonymous(None), "pronoun", 0.3, "pronoun-unresolved")
        best = max(options, key=lambda option: option[:2])
        return Attribution(best[2], "pronoun", 0.55, "thing-pronoun")

    def _first_person(self, word: int) -> Attribution:
        """Resolve "I" inside quotation marks to the speaker of the passage; outside, to the unnamed author."""
        if self.text.quoted[word]:
            for start, entity in reversed(self.spoken):
                if self.text.paragraph[word] - self.text.paragraph[start] <= 1:
                    return Attribution(entity, "pronoun", 0.5, "first-person")
        return Attribution(Anonymous("the author"), "pronoun", 0.5, "author")

    # -- descriptions ------------------------------------------------------------------------------------------------

    def _by_description(self, start: int, end: int) -> Attribution | None:
        text = self.text
        head = self._head_word(start, end)
        if head is None:
            return self._by_body(start, end)
        lower = text.lower[head]
        kind = roles.head_class(roles.joined_lower(text, start, head + 1))
        people = lexicon.people()
        plural = text.words[head].tag_ in {"NNS", "NNPS"} and (
            lower.endswith(("s", "men", "women")) or lower in {"people", "police"}
        )
        if lower in people.documents and not self._is_body_head(start, head):
            return self._paper(start, end, head)
        if lower in COMMON_BODIES and text.lower[start] == "the" and not plural:
            return self._by_body(start, end)
        if lower in roles.PARTY_NOUNS and text.lower[start] == "the" and text.words[head].tag_ in {"NN", "NNP"}:
            return self._described(start, end, head, "legislator")
        if kind and not (lower in people.organization_heads and not self._is_person_noun(lower)):
            if plural:
                return self._plural_people(start, end, head)
            return self._described(start, end, head, kind)
        if lower == "one" and head == start:
            return self._one_of(start, end)
        return self._by_body(start, end)

    @staticmethod
    def _is_person_noun(lower: str) -> bool:
        return lower in lexicon.role_classes().class_of and lower not in lexicon.people().organization_heads

    def _is_body_head(self, start: int, head: int) -> bool:
        """Say whether a document word ends a body's name ("the Washington Post")."""
        return head > start and is_capital(self.text.words[head].text)

    def _one_of(self, start: int, end: int) -> Attribution:
        return Attribution(self._unnamed(start, end), "nominal", 0.5, "one-of")

    def _plural_people(self, start: int, end: int, head: int) -> Attribution:
        """Resolve "the senators" to the people joined before, "officials" to nobody named."""
        text = self.text
        lower = text.lower[head]
        including = next((w for w in range(head + 1, end) if text.lower[w] in {"include", "including", "includes"}), None)
        if including is not None:
            members = list(
                dict.fromkeys(
                    e for w in range(including, end) if (e := self.cast.by_word.get(w) or self.cast.body_by_word.get(w))
                )
            )
            if members:
                group: Person | Body | Joint = self._joint(members) if len(members) > 1 else members[0]
                if {text.lower[w] for w in range(head + 1, including)} & lexicon.people().documents:
                    self.papers.append(Paper(group, text.span_text(start, including)))
                return Attribution(group, "organization" if isinstance(members[0], Body) else "name", 0.75, "named-among")
        named = self._people_in(head + 1, end)
        if named and text.lower[named[0][0].start - 1 - self._titles_before(named[0][0], head + 1)] in NAMING_PREPOSITIONS:
            people = list(dict.fromkeys(p for _, p in named))
            return Attribution(self._joint(people) if len(people) > 1 else people[0], "name", 0.8, "named-among")
        if text.lower[start] in {"the", "both", "these", "those"}:
            for at, entity in reversed(self.spoken):
                if isinstance(entity, Joint) and at < start and text.paragraph[start] - text.paragraph[at] <= 12:
                    return Attribution(entity, "nominal", 0.75, "plural-description")
            pair = self._recent_pair(start)
            if pair and (text.lower[start] == "both" or lower in PLURAL_OFFICES):
                return Attribution(self._joint(list(pair)), "nominal", 0.6, "plural-description")
        return Attribution(self._unnamed(start, end), "nominal", 0.9, "unnamed")

    def _recent_pair(self, word: int) -> tuple[Person, Person] | None:
        last = None
        for (_, one), (_, other) in self._pairs(word):
            last = (one, other)
        return last

    def _described(self, start: int, end: int, head: int, kind: str) -> Attribution:
        """Resolve a description of one person to somebody named, or leave it unnamed."""
        text = self.text
        indefinite = text.lower[start] in INDEFINITE
        bare = text.lower[start] not in roles.DETERMINERS and not self._owner_before(start, head) and not self._headline(start)
        if indefinite or (bare and text.words[head].tag_ in {"NN"} and not self._headline(start) and start == head):
            return Attribution(self._unnamed(start, end), "nominal", 0.9, "unnamed")
        told = next((p for p in self.cast.people for m in p.mentions if m.kind == "nominal" and m.start == start), None)
        if told:
            return Attribution(told, "nominal", 0.6, "description-before-name")
        matched = self._match_role(start, end, head, kind)
        if matched:
            person, confidence, rule = matched
            self._note(person, start, end, head, kind)
            return Attribution(person, "nominal", confidence, rule)
        return Attribution(self._unnamed(start, end), "nominal", 0.7, "unnamed")

    def _note(self, person: Person, start: int, end: int, head: int, kind: str) -> None:
        """Keep a description that was resolved as a mention and, where it says what somebody is, as a role."""
        phrase = next(roles.noun_phrase(self.text, start, end), None)
        person.mentions.append(Mention(start, end, "nominal", self.text.span_text(start, head + 1)))
        person.mentions.sort(key=lambda m: (m.start, m.end))
        if phrase and kind != "citizen or witness" and not self.text.title_case[self.text.paragraph[start]]:
            described = roles.describe(self.text, phrase)
            if len(described.role.split()) > 1 or not person.roles:
                person.roles.append((start, described))
                person.roles.sort(key=lambda pair: pair[0])

    def _headline(self, word: int) -> bool:
        return (
            self.text.paragraph[word] == 0
            or self.text.title_case[self.text.paragraph[word]]
            or self.text.labels[self.text.paragraph[word]] == "headline"
        )

    def _owner_before(self, start: int, head: int) -> bool:
        return any(self.text.words[w].text in POSSESSIVES for w in range(start, head))

    def _match_role(self, start: int, end: int, head: int, kind: str) -> tuple[Person, float, str] | None:
        """Return the person whom a definite description means, by role, then by what goes before and after."""
        text = self.text
        words = [w for w in roles.joined_lower(text, start, end) if w not in roles.DETERMINERS and w not in POSSESSIVES]
        lower = text.lower[head]
        sex = (
            FEMALE
            if lower in lexicon.people().female
            else MALE
            if lower in lexicon.people().male and lower not in {"spokesman", "chairman"}
            else ""
        )
        scored: list[tuple[float, Person]] = []
        for person in self.cast.people:
            fit = max((self._role_fit(words, lower, kind, role) for _, role in person.roles), default=0.0)
            if fit <= 0:
                continue
            near = self._salience(person, start)
            near = -3.0 if near is None else near
            if self._headline(start):
                near = 2.0 * math.log1p(len(person.mentions)) - 3.0
            mismatch = bool(sex) and person.likely_sex not in {"", sex}
            scored.append((2.0 * fit + 0.35 * near - 6.0 * mismatch, person))
        scored.sort(key=lambda pair: (-pair[0], pair[1].number))
        if scored and scored[0][0] > 0.4:
            margin = scored[0][0] - scored[1][0] if len(scored) > 1 else 2.0
            return scored[0][1], round(min(0.92, 0.6 + 0.15 * margin), 3), "description-role"
        later = self._introduced_after(start, head)
        if later:
            return later, 0.7, "description-then-name"
        if self._anaphoric(words, lower, start) and end - head <= 1:
            fitting = [p for p in self.cast.people if not self._role_conflict(p, kind)]
            ranked = self._rank(start, sex, fitting)
            agreed = ranked and (not sex or ranked[0][1].likely_sex in {sex, ""})
            if agreed and ranked[0][0] > -3.0:
                return ranked[0][1], 0.55, "description-recent"
        return None

    def _anaphoric(self, words: list[str], lower: str, start: int) -> bool:
        """Say whether a description without a known role can only point back ("the woman", "the 34-year-old")."""
        if self._headline(start) and lower in GENERIC_PEOPLE | {"member"}:
            return True
        if self.text.lower[start] != "the":
            return False
        if len(words) > 1 and lower not in UNIQUE_OFFICES and not set(words) & {"senior", "unidentified", "unnamed", "anonymous"}:
            return True
        generic = {
            "man",
            "woman",
            "mother",
            "father",
            "businessman",
            "businesswoman",
            "billionaire",
            "mogul",
            "candidate",
            "nominee",
            "lawmaker",
            "politician",
            "tycoon",
            "star",
            "native",
            "veteran",
            "singer",
            "actor",
            "actress",
            "author",
            "contender",
            "millionaire",
            "boy",
            "girl",
            "teenager",
            "widow",
            "legislator",
            "entrepreneur",
            "congressman",
            "congresswoman",
            "senator",
            "governor",
            "pair",
        }
        return lower in generic or any("year-old" in w for w in words)

    def _role_conflict(self, person: Person, kind: str) -> bool:
        classes = {role.role_class for _, role in person.roles}
        political = {"legislator", "candidate", "official", "head of state or government", "minister", "business", "other"}
        return bool(classes) and kind in political and not classes & political

    @staticmethod
    def _role_fit(words: list[str], head: str, kind: str, role: roles.RoleText) -> float:
        """Return how well a description fits a stated role: the head, its class, and the words around it."""
        stated = [w.strip(',."“”') + ("." if w.endswith(".") else "") for w in fold(role.role).split()]
        cut = next((i for i, w in enumerate(stated) if w in roles.INSIDE_PREPOSITIONS), len(stated))
        last = stated[cut - 1] if cut else ""
        same_head = _expand(last) & _expand(head)
        if not same_head and role.role_class != kind:
            return 0.0
        mine = {w for w in words if w not in {head}}
        theirs = set(stated[: cut - 1]) | set(stated[cut:])
        shared = mine & theirs - {"of", "the", "for", "and"}
        country = {roles.country_of(w) for w in mine} - {None}
        belongs = bool(role.affiliation and country & {role.affiliation, roles.country_of(role.affiliation)})
        if country and role.affiliation and roles.country_of(role.affiliation) and not belongs:
            return 0.0
        if same_head and kind == role.role_class == "minister" and not (mine <= theirs or theirs <= mine or shared):
            return 0.0
        if ("deputy" in theirs) != ("deputy" in mine) and kind in {"minister", "head of state or government"}:
            return 0.0
        if not same_head:
            hypernym = head in {"lawmaker", "politician", "official", "leader", "candidate", "legislator", "member"}
            return 0.5 + 0.4 * len(shared) if hypernym else 0.4 * len(shared)
        return 1.0 + 0.5 * len(shared) + 0.3 * belongs

    def _introduced_after(self, start: int, head: int) -> Person | None:
        """Return who is first named, bare, as the speaker right after a lead that described somebody.

        News leads describe a person and the next paragraph names them: "..., Turkey's foreign minister said. ... Mevlut
        Cavusoglu said negotiators ...".
        """
        text = self.text
        if text.lower[start] in INDEFINITE:
            return None
        paragraph = text.paragraph[start]
        for person in sorted(self.cast.people, key=lambda p: p.mentions[0].start if p.mentions else len(text)):
            full = [m for m in person.mentions if m.kind == "name"]
            if not full or full[0].start < start or person.roles:
                continue
            first = full[0]
            if text.paragraph[first.start] - paragraph > 1 or first.quoted or not self._is_subject(first):
                continue
            if any(m.start < start for m in person.mentions) or not self._is_source(first):
                continue
            return person
        return None

    def _is_source(self, mention: Mention) -> bool:
        return any(begin <= mention.start < end for source in self.sources for begin, end in source.pieces)

    # -- documents, bodies, nobody -----------------------------------------------------------------------------------

    def _paper(self, start: int, end: int, head: int) -> Attribution:
        """Resolve a document to its issuer: "a report by X", "X's report", "an X memo", "the report" said before."""
        text = self.text
        description = text.span_text(start, end)
        issuer = self._issuer(start, end, head)
        mention = "organization" if issuer else "nominal"
        if issuer is None and text.lower[start] in {"the", "this", "that", "its", "his", "her", "their"}:
            known = [p for p in self.papers if p.issuer]
            if known:
                return Attribution(known[-1], "nominal", 0.6, "document-again")
            speaker = self._speaker_before(start)
            if text.lower[head] in {"statement", "remarks", "comments", "speech", "letter", "tweet", "post"} and isinstance(
                speaker, (Person, Body)
            ):
                return Attribution(speaker, "nominal", 0.6, "statement-of-speaker")
        if issuer is None and text.lower[head] in {"ruling", "verdict", "decision", "opinion", "judgment", "judgement"}:
            courts = [
                b
                for b in self.cast.bodies
                if {"court", "circuit", "tribunal"} & set(fold(b.full).split()) and b.mentions[0].start < start
            ]
            issuer = courts[0] if courts else None
        paper = Paper(issuer, without_article(re.sub(r"^(?:an?|A|An) ", "", description)))
        self.papers.append(paper)
        return Attribution(paper, mention, 0.7 if issuer else 0.6, "document")

    def _issuer(self, start: int, end: int, head: int) -> Person | Body | Joint | None:
        text = self.text
        after = [w for w in range(head + 1, end) if text.lower[w] in ISSUING_PREPOSITIONS]
        bodies: list[Person | Body] = []
        if after and not self._names_follow(after[0], end):
            return None
        for word in range(after[0] if after else start, end if after else head):
            owned = self._owner_body(word, end)
            if owned and owned not in bodies:
                bodies.append(owned)
                continue
            entity = self.cast.by_word.get(word) or self.cast.body_by_word.get(word)
            covered = any(m.start < word < m.end for b in bodies for m in b.mentions)
            if entity and not covered and entity not in bodies and not (isinstance(entity, Body) and self._only_place(entity)):
                bodies.append(entity)
        if not bodies and not after:
            before = self._named_before(start, head)
            bodies = [before] if before else []
        if len(bodies) > 1 and after:
            people = [b for b in bodies if isinstance(b, (Person, Body))]
            return self._joint(people[:3])
        return bodies[0] if bodies else None

    def _names_follow(self, preposition: int, end: int) -> bool:
        """Say whether a name, its determiner and titles apart, follows "by": "by researchers at X" names no issuer."""
        text = self.text
        for word in range(preposition + 1, min(end, preposition + 6)):
            if is_capital(text.words[word].text) or word in self.cast.by_word:
                return True
            if text.words[word].tag_ == "NNS" or (text.words[word].pos_ == "ADP" and text.lower[word] != "by"):
                break
        later = [w for w in range(preposition + 1, end) if text.lower[w] in {"by", "from"}]
        return bool(later) and self._names_follow(later[0], end)

    def _owner_body(self, word: int, end: int) -> Body | None:
        """Return the body in "the Trump campaign's website": a name, a body's noun and the possessive."""
        text = self.text
        if word not in self.cast.by_word or word + 1 in self.cast.by_word or word + 2 >= end:
            return None
        if text.lower[word + 1] not in lexicon.people().organization_heads or text.words[word + 2].text not in POSSESSIVES:
            return None
        first = word
        while self.cast.by_word.get(first - 1) is self.cast.by_word[word]:
            first -= 1
        return self.cast.body(text.span_text(first, word + 2), first, word + 2)

    def _only_place(self, body: Body) -> bool:
        key, places = fold(body.full), lexicon.affiliations()
        return key in lexicon.people().common or (key in places.adjectives and key not in places.countries)

    def _named_before(self, start: int, head: int) -> Body | None:
        determiners = roles.DETERMINERS | {"both", "these", "those"}
        span = [w for w in range(start, head) if is_capital(self.text.words[w].text) and self.text.lower[w] not in determiners]
        if not span:
            return None
        name = self.text.span_text(span[0], span[-1] + 1)
        if roles.country_of(name) or fold(name) in lexicon.people().common:
            return None
        return self.cast.body(name, span[0], span[-1] + 1)

    def _by_body(self, start: int, end: int) -> Attribution | None:
        """Resolve a phrase to a body: "the Pentagon", "Ukraine's military", "the Ukrainian side", "the company"."""
        text = self.text
        first = start
        while first < end and (text.lower[first] in roles.DETERMINERS or text.words[first].text in OPEN_MARKS):
            first += 1
        stop = self._body_end(first, end)
        if first >= stop:
            return None
        capitals = [w for w in range(first, stop) if is_capital(text.words[w].text)]
        head = text.lower[stop - 1]
        compound = capitals and all(text.words[min(w + 1, stop - 1)].text in HYPHENS for w in capitals)
        if not capitals or compound:
            return self._common_body(start, stop, end)
        if not self._headline(start):
            first = self._name_start(capitals, stop)
        person = self.cast.person_at(first, stop) if text.lower[stop - 1] not in lexicon.people().organization_heads else None
        if person is None and not text.title_case[text.paragraph[first]]:
            person = self.cast.promote(first, stop)
        if person:
            return Attribution(person, "name", 0.75, "name-promoted")
        if self._is_plural_group(first, stop):
            return Attribution(self._unnamed(start, end), "nominal", 0.85, "unnamed")
        if (
            head in COMMON_BODIES
            and not is_capital(text.words[stop - 1].text)
            and all(text.lower[w] in lexicon.affiliations().adjectives or text.words[w].pos_ == "ADJ" for w in capitals)
        ):
            return self._common_body(start, stop, end)
        name = text.span_text(first, stop)
        words = fold(name).split()
        country = roles.country_of(name) if not name.endswith(("'s", "’s")) else None
        if len(words) > 1 and words[-1] in SIDE_WORDS:
            country = roles.country_of(" ".join(name.split()[:-1]))
        places = lexicon.affiliations()
        if (
            text.words[stop - 1].tag_ in {"NNS", "NNPS"}
            and not is_capital(text.words[stop - 1].text)
            and words[-1] not in lexicon.people().organization_heads
        ):
            return Attribution(self._unnamed(start, end), "nominal", 0.85, "unnamed")
        if fold(name) in places.adjectives and fold(name) not in places.countries | places.capitals:
            return Attribution(self._unnamed(start, end), "nominal", 0.7, "unnamed")
        if not (is_capital(text.words[stop - 1].text) or words[-1] in lexicon.people().organization_heads or country):
            return Attribution(self._unnamed(start, end), "nominal", 0.6, "unnamed")
        body = self._country_body(country, name, first, stop) if country else self.cast.body(name, first, stop)
        mention = "organization" if words[-1] not in SIDE_WORDS else "nominal"
        return Attribution(body, "organization" if mention == "organization" else "organization", 0.9, "body")

    def _is_plural_group(self, first: int, stop: int) -> bool:
        """Say whether a phrase only counts people: "Authorities", "Mexicans", "31 Latinos", "Virginia Democrats"."""
        last = self.text.words[stop - 1]
        lower = self.text.lower[stop - 1]
        if last.tag_ not in {"NNS", "NNPS"} or lower in lexicon.people().organization_heads or lower in GROUP_NAMES and stop - first == 1:
            return False
        places = lexicon.affiliations()
        peoples = lower.rstrip("s") in places.adjectives or lower in lexicon.people().common
        return peoples or (stop - first == 1 and self.text.starts_sentence(first) and last.ent_type_ != "ORG")

    def _turn(self, label: str) -> Attribution:
        """Resolve the labels of an interview: A is the one it is mostly about, Q the one who asks."""
        people = sorted(self.cast.people, key=lambda p: (-len(p.mentions), p.number))
        if label == "A" and people:
            return Attribution(people[0], "nominal", 0.7, "interview")
        return Attribution(Anonymous("interviewer"), "nominal", 0.7, "interview")

    def _name_start(self, capitals: list[int], stop: int) -> int:
        """Return where the name in "Packaging maker Halvorsen Paper ASA" begins: after the last common noun between."""
        text = self.text
        first = capitals[0]
        for left, right in zip(capitals, capitals[1:], strict=False):
            between = [w for w in range(left + 1, right) if text.words[w].text not in POSSESSIVES | HYPHENS]
            if between and text.words[right - 1].pos_ == "NOUN" and text.words[right - 1].text not in HYPHENS:
                first = right
            elif text.words[left + 1].text in POSSESSIVES and right == left + 2 and stop - right >= 2:
                plain = all(is_capital(t.text) or t.text in HYPHENS for t in text.words[right:stop])
                body = text.lower[stop - 1] in lexicon.people().organization_heads
                first = right if plain and not body else first
        return first

    def _country_body(self, country: str, name: str, start: int, end: int) -> Body:
        for body in self.cast.bodies:
            if body.country == country:
                body.forms[name] += 1
                if all(m.start != start for m in body.mentions):
                    body.mentions.append(Mention(start, end, "organization", name))
                return body
        body = self.cast.body(name, start, end)
        body.country = country
        return body

    def _body_end(self, start: int, end: int) -> int:
        """Return where a body's name ends: prepositional phrases with capitals belong to it."""
        text = self.text
        at = start
        stop = start
        while at < end:
            token, lower = text.words[at], text.lower[at]
            if token.text in {",", "--", "—", "–", ":", ";", "("} or lower in roles.RELATIVES:
                break
            if token.pos_ in {"VERB", "AUX"} and not is_capital(token.text) and at > start:
                break
            if token.pos_ == "ADP" or lower in {"of", "for", "on"}:
                following = [w for w in range(at + 1, min(at + 3, end)) if is_capital(text.words[w].text)]
                if not following or lower in {"in", "at", "to", "from", "with", "by"}:
                    break
            at += 1
            stop = at
        while stop > start and (
            text.lower[stop - 1] in {"and", "the", "of", "also", "all"} or text.words[stop - 1].text in CLOSE_MARKS - {"'"}
        ):
            stop -= 1
        if stop > start and text.words[stop - 1].text in POSSESSIVES:
            stop -= 1
        return stop

    def _common_body(self, start: int, stop: int, end: int) -> Attribution | None:
        """Resolve "the company", "the agency" to the body named before that it fits."""
        text = self.text
        head = text.lower[stop - 1]
        people = lexicon.people()
        if text.lower[start] in {"the", "its", "this"} and (head in people.organization_heads | COMMON_BODIES):
            options = [
                (score, -body.number, body)
                for body in self.cast.bodies
                if (score := self._body_claim(body, head, start)) is not None
            ]
            best = max(options, key=lambda option: option[:2], default=None)
            if best and best[0] > LEAST_CLAIM:
                best[2].mentions.append(Mention(start, end, "nominal", text.span_text(start, stop)))
                return Attribution(best[2], "nominal", 0.6, "body-description")
        return Attribution(self._unnamed(start, end), "nominal", 0.7, "unnamed")

    def _body_claim(self, body: Body, head: str, word: int) -> float | None:
        """Return how likely a common noun ("the company") at a word means a body; None if it cannot."""
        text = self.text
        latest = [m for m in body.mentions if m.end <= word and m.kind == "organization"]
        lead = text.paragraph[word] <= LEAD_PARAGRAPHS
        ahead = [m for m in body.mentions if m.start > word and lead and text.paragraph[m.start] - text.paragraph[word] <= 1]
        speaks = any(s <= m.start < e for source in self.sources for s, e in source.pieces for m in body.mentions)
        words = fold(body.full).split()
        fits = head in words
        if body.country or not (latest or ahead) or not (body.sure or speaks) or (not fits and head not in COMMON_BODIES):
            return None
        spoke = any(entity is body for _, entity in self.spoken)
        score = 1.5 * fits + 0.8 * spoke + 0.8 * speaks + 0.6 * math.log(max(1, len(body.mentions)))
        if not latest:
            return score - 1.2
        return score + self._distance(latest[-1].start, word) + 0.5 * self._is_subject(latest[-1])

    def _unnamed(self, start: int, end: int) -> Anonymous:
        text = self.text
        first = start
        while first < end - 1 and text.lower[first] in {"a", "an", "the", "another", "some"}:
            first += 1
        stop = self._relative_at(first, end)
        while stop > first and text.words[stop - 1].text in {",", "--", "—"}:
            stop -= 1
        description = text.span_text(first, stop) or None
        key = fold(description or "")
        if key not in self.anonymous:
            entity = Anonymous(description)
            phrase = next(roles.noun_phrase(text, start, end), None)
            entity.role = roles.describe(text, phrase) if phrase else None
            self.anonymous[key] = entity
        return self.anonymous[key]

    def _joint(self, members: Sequence[Person | Body]) -> Joint:
        ordered = tuple(dict.fromkeys(members))
        for joint in self.joints:
            if set(map(id, joint.members)) == set(map(id, ordered)):
                return joint
        joint = Joint(ordered)
        self.joints.append(joint)
        return joint


TITLE_WORDS = {
    "sen.": {"senator"},
    "sens.": {"senator"},
    "rep.": {"representative", "congressman", "congresswoman", "lawmaker"},
    "gov.": {"governor"},
    "dr.": {"doctor", "physician"},
    "dr": {"doctor", "physician"},
    "prof.": {"professor"},
    "gen.": {"general"},
    "col.": {"colonel"},
    "lt.": {"lieutenant"},
    "capt.": {"captain"},
    "sgt.": {"sergeant"},
    "rev.": {"reverend", "pastor"},
    "del.": {"delegate"},
    "candidate": {"nominee"},
    "nominee": {"candidate"},
    "pm": {"prime minister", "minister"},
    "ceo": {"executive"},
    "senators": {"senator"},
    "adm.": {"admiral"},
    "maj.": {"major"},
    "lawyer": {"attorney"},
    "attorney": {"lawyer"},
    "spokesperson": {"spokesman", "spokeswoman"},
    "spokesman": {"spokesperson"},
    "spokeswoman": {"spokesperson"},
    "adviser": {"advisor"},
    "advisor": {"adviser"},
}


def _expand(head: str) -> set[str]:
    """Return a head noun and those that a paper uses for the same office."""
    return {head} | TITLE_WORDS.get(head, set())


# -- what the entities look like from outside --------------------------------------------------------------------------


class Writer:
    """Turns attributions into JSON values and spans."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.keys: dict[int, str] = {}
        self.entities: dict[str, dict[str, Any]] = {}
        self.spans: list[tuple[Mention, str]] = []

    def write(self) -> dict[str, Any]:
        """Return the attributes of `doc.spans["quotes_mentions"]`."""
        sources = {}
        for quote, found in self.resolver.found.items():
            key = self._key(found.entity)
            own_roles = [role[0] for role in self.entities[key]["roles"]]
            role = found.role.role if found.role else None
            if role is not None and role not in own_roles:
                role = next((r for r in own_roles if fold(role) in fold(r)), own_roles[0] if own_roles else None)
            affiliation = next((r[1] for r in self.entities[key]["roles"] if r[0] == role), None) if role else None
            sources[quote] = {
                "entity": key,
                "mention": found.mention,
                "role": role,
                "roles": own_roles,
                "affiliation": affiliation,
                "confidence": found.confidence,
                "rule": found.rule,
            }
        return {"entities": self.entities, "sources": sources}

    def _key(self, entity: Entity) -> str:
        if id(entity) not in self.keys:
            key = f"e{len(self.keys) + 1}"
            self.keys[id(entity)] = key
            self.entities[key] = self._describe(entity)
            mentions = entity.mentions
            self.spans += [(mention, key) for mention in mentions]
        return self.keys[id(entity)]

    def _describe(self, entity: Entity) -> dict[str, Any]:
        if isinstance(entity, Person):
            return {
                "name": full_name(entity),
                "description": None,
                "type": "person",
                "aliases": _aliases(entity),
                "roles": _roles(entity),
            }
        if isinstance(entity, Body):
            group = fold(entity.full) in GROUP_NAMES
            return {
                "name": self.resolver.cast.full_name(entity),
                "description": None,
                "type": "group" if group else "organization",
                "aliases": [[form, "organization", count] for form, count in sorted(entity.forms.items())],
                "roles": [],
            }
        if isinstance(entity, Joint):
            return {
                "name": "; ".join(self._name(m) for m in entity.members),
                "description": None,
                "type": "group",
                "aliases": [],
                "roles": [role for m in entity.members if isinstance(m, Person) for role in _roles(m)],
            }
        if isinstance(entity, Paper):
            name = None if entity.issuer is None else self._name(entity.issuer)
            return {"name": name, "description": entity.description, "type": "document", "aliases": [], "roles": []}
        role = [[entity.role.role, entity.role.affiliation, entity.role.role_class]] if entity.role else []
        return {"name": None, "description": entity.description, "type": entity.type, "aliases": [], "roles": role}

    def _name(self, entity: Person | Body | Joint) -> str:
        if isinstance(entity, Joint):
            return "; ".join(self._name(member) for member in entity.members)
        return full_name(entity) if isinstance(entity, Person) else self.resolver.cast.full_name(entity)


def full_name(person: Person) -> str:
    """Return the fullest name the article gives, the most frequent of equals, without titles."""

    def fullness(form: str) -> tuple[int, int, int, str]:
        parsed = names.parse(form)
        return (bool(parsed.given) + (len(parsed.words) > 1), len(parsed.words), person.forms[form], form)

    best = max(person.forms, key=fullness, default=person.full)
    return names.bare(best) if not best.isupper() else names.bare(best).title() if len(best.split()) > 1 else best.capitalize()


def _aliases(person: Person) -> list[list[Any]]:
    counted = Counter((m.text, m.kind) for m in person.mentions if m.kind in {"name", "surname", "nominal"})
    return [[text, kind, count] for (text, kind), count in sorted(counted.items())]


def _roles(person: Person) -> list[list[Any]]:
    """Return a person's roles, repeats and heads contained in a longer role left out."""
    kept: list[roles.RoleText] = []
    for _, role in person.roles:
        key = fold(role.role)
        if not key or any(fold(k.role) == key or fold(k.role).endswith(" " + key) for k in kept):
            continue
        kept = [k for k in kept if not key.endswith(" " + fold(k.role))]
        kept.append(role)
    return [[role.role, role.affiliation, role.role_class] for role in kept]


# -- the component -----------------------------------------------------------------------------------------------------


@Language.factory(
    "quotes_coref",
    default_config={
        "spans_key": "quotes",
        "paragraphs_key": "quotes_paragraphs",
        "marks_key": "quotes_marks",
        "mentions_key": MENTIONS_KEY,
    },
    requires=["doc.spans", "token.pos", "token.dep", "doc.ents"],
    assigns=["doc.spans"],
)
def make_coref(nlp: Language, name: str, spans_key: str, paragraphs_key: str, marks_key: str, mentions_key: str) -> Coref:
    """Make the component that says who each source means; put it last.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
        spans_key (str): key of `doc.spans` for quotes.
        paragraphs_key (str): key of `doc.spans` for paragraphs.
        marks_key (str): key of `doc.spans` for stretches in quotation marks.
        mentions_key (str): key of `doc.spans` to write to.
    RETURNS (Coref): the component.
    """
    del nlp
    return Coref(name=name, spans_key=spans_key, paragraphs_key=paragraphs_key, marks_key=marks_key, mentions_key=mentions_key)


class Coref:
    """Writes mentions, entities and sources into a Doc; the module says how they look."""

    def __init__(
        self,
        *,
        name: str = "quotes_coref",
        spans_key: str = "quotes",
        paragraphs_key: str = "quotes_paragraphs",
        marks_key: str = "quotes_marks",
        mentions_key: str = MENTIONS_KEY,
    ) -> None:
        self.name = name
        self.spans_key = spans_key
        self.paragraphs_key = paragraphs_key
        self.marks_key = marks_key
        self.mentions_key = mentions_key

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a Doc."""
        self.set_annotations(doc, self.match(doc))
        return doc

    def match(self, doc: Doc) -> tuple[list[tuple[int, int, str, str]], dict[str, Any]]:
        """Return mention spans (tokens, label, key) and attributes, changing nothing."""
        quotes = self._group(doc, self.spans_key)
        if not quotes:
            return [], {"entities": {}, "sources": {}}
        text = Text(
            doc,
            [(s.start, s.end, s.label_) for s in self._group(doc, self.paragraphs_key)],
            [(s.start, s.end) for s in self._group(doc, self.marks_key)],
        )
        resolver = Resolver(text, _sources(text, quotes))
        resolver.resolve()
        writer = Writer(resolver)
        attrs = writer.write()
        spans = [
            (text.words[m.start].i, text.words[m.end - 1].i + 1, m.kind, key)
            for m, key in writer.spans
            if m.start < m.end <= len(text)
        ]
        return sorted(spans), attrs

    @staticmethod
    def _group(doc: Doc, key: str) -> list[Span]:
        return list(doc.spans[key]) if key in doc.spans else []

    def set_annotations(self, doc: Doc, found: tuple[list[tuple[int, int, str, str]], dict[str, Any]]) -> None:
        """Write mentions into a Doc."""
        spans, attrs = found
        made = []
        for start, end, label, key in spans:
            span = doc[start:end]
            span.label_ = label
            span.id_ = key
            made.append(span)
        doc.spans[self.mentions_key] = SpanGroup(doc, name=self.mentions_key, spans=made, attrs=attrs)


def _sources(text: Text, quotes: Sequence[Span]) -> list[Source]:
    """Return the sources to resolve, one a quote."""
    by_quote: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for span in quotes:
        pieces = by_quote.setdefault(span.id_, {}).setdefault(span.label_, [])
        start, end = text.word_at(span.start), text.word_at(span.end)
        if start < end:
            pieces.append((start, end))
    found = []
    for quote, labels in by_quote.items():
        content = sorted(labels.get("CONTENT", []))
        whole = (content[0][0], content[-1][1]) if content else (0, 0)
        found.append(Source(quote, sorted(labels.get("SOURCE", [])), whole))
    return found
