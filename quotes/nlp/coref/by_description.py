"""Descriptions of people: "the congressman", "Turkey's foreign minister", "officials", "both ministers".

A description is resolved by the roles stated, then by who is named right after a lead, then by who is present; else its
speaker stays unnamed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import coreference, fold, role_words
from quotes.nlp.coref.entities import FEMALE, MALE, Anonymous, Attribution, Body, Joint, Mention, Paper, Person
from quotes.nlp.coref.ranker import DESCRIPTION
from quotes.nlp.coref.scene import Part
from quotes.nlp.roles import facts, phrases
from quotes.nlp.roles.options import DESCRIBED
from quotes.nlp.text import POSSESSIVES, is_capital

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quotes.nlp.coref.by_body import Bodies
    from quotes.nlp.coref.by_document import Papers
    from quotes.nlp.coref.candidates import Candidate
    from quotes.nlp.coref.entities import Entity
    from quotes.nlp.coref.scene import Scene

UNOFFICIAL = frozenset({"citizen or witness", "sport, arts or entertainment", "journalist", "other"})
# How sure it must be that somebody is meant of whom the article says nothing like it: by "the 34-year-old striker", which
# can only point back, and by "the judge", who may as well be somebody else.
LEAST, LEAST_UNFIT = 0.5, 0.65
SHOWS_ROLE = 0.7  # how sure a description must be to be its person's role
POLITICAL = frozenset({"legislator", "candidate", "official", "head of state or government", "minister"})


@dataclass(frozen=True, slots=True)
class Description:
    """A description of one person: words `start` to `end`, its head, the head's class, and what it tells.

    Args:
        words: its words in lower case, those joined by hyphens as one, determiners and possessives apart.
        lower: the head in lower case.
        sex: that the head tells, or "".
    """

    start: int
    end: int
    head: int
    kind: str
    words: tuple[str, ...]
    lower: str
    sex: str


class Descriptions(Part):
    """Resolves descriptions of people."""

    def __init__(self, scene: Scene, bodies: Bodies, papers: Papers) -> None:
        super().__init__(scene)
        self.bodies = bodies
        self.papers = papers

    def by_description(self, start: int, end: int) -> Attribution | None:  # noqa: PLR0911  each kind of answer returns where it is found
        """Resolve a description to somebody named, a document's issuer or a body; else to somebody unnamed."""
        text = self.text
        head = self.phrases.head_word(start, end)
        if head is None:
            return self.bodies.by_body(start, end)
        lower = text.lower[head]
        kind = facts.head_class(phrases.joined_lower(text, start, head + 1))
        people = lexicon.people()
        plural = text.words[head].tag_ in {"NNS", "NNPS"} and (
            lower.endswith(("s", "men", "women")) or lower in {"people", "police"}
        )
        issued = head - 1 in self.cast.body_by_word and self.phrases.is_thing(head)  # "an Arden Institute analysis"
        if (lower in people.documents or issued) and not self._is_body_head(start, head):
            return self.papers.paper(start, end, head)
        if lower in self.words.bodies and text.lower[start] == "the" and not plural:
            return self.bodies.by_body(start, end)
        if lower in role_words().parties and text.lower[start] == "the" and text.words[head].tag_ in {"NN", "NNP"}:
            return self._described(start, end, head, "legislator")
        titled = kind in UNOFFICIAL and head == start + 1 and self._is_title(start, head)
        if kind and not titled and not (lower in people.organization_heads and not self._is_person_noun(lower)):
            if plural:
                return self._plural_people(start, end, head)
            return self._described(start, end, head, kind)
        if lower in self.words.plural_offices and text.lower[start] == "the":  # "the pair"
            return self._plural_people(start, end, head)
        if phrases.joined_lower(text, start, head + 1)[-1].endswith("year-old"):
            return self._described(start, end, head, "other")
        if lower == "one" and head == start:
            return self._one_of(start, end)
        return self.bodies.by_body(start, end)

    def _is_title(self, start: int, head: int) -> bool:
        """Say whether "The Courier", with two capitals inside a sentence, is the name of a paper."""
        text = self.text
        capitals = text.words[start].text == "The" and is_capital(text.words[head].text)
        return capitals and not text.starts_sentence(start) and not text.title_case[text.paragraph[start]]

    @staticmethod
    def _is_person_noun(lower: str) -> bool:
        return lower in lexicon.role_classes().class_of and lower not in lexicon.people().organization_heads

    def _is_body_head(self, start: int, head: int) -> bool:
        """Say whether a document word ends a body's name ("the Washington Post")."""
        return head > start and is_capital(self.text.words[head].text)

    def _one_of(self, start: int, end: int) -> Attribution:
        return Attribution(self.scene.unnamed(start, end), "nominal", 0.5, "one-of")

    def _plural_people(self, start: int, end: int, head: int) -> Attribution:
        """Resolve "the senators" to the people joined before, "officials" to nobody named."""
        text = self.text
        lower = text.lower[head]
        stop = self._relative_end(end)
        including = next((w for w in range(head + 1, stop) if text.lower[w] in {"include", "including", "includes"}), None)
        if including is not None:
            members = list(
                dict.fromkeys(
                    e for w in range(including, stop) if (e := self.cast.by_word.get(w) or self.cast.body_by_word.get(w))
                )
            )
            if members:
                group: Person | Body | Joint = self.scene.joint(members) if len(members) > 1 else members[0]
                if {text.lower[w] for w in range(head + 1, including)} & lexicon.people().documents:
                    self.scene.issued.append(Paper(group, text.span_text(start, including)))
                return Attribution(group, "organization" if isinstance(members[0], Body) else "name", 0.75, "named-among")
        named = self.phrases.people_in(head + 1, end)
        before = named[0][0].start - 1 - self.phrases.titles_before(named[0][0], head + 1) if named else -1
        if named and text.lower[before] in coreference().naming_prepositions:
            people = list(dict.fromkeys(p for _, p in named))
            return Attribution(self.scene.joint(people) if len(people) > 1 else people[0], "name", 0.8, "named-among")
        if text.lower[start] in {"the", "both", "these", "those"}:
            for at, entity in reversed(self.scene.spoken):
                if isinstance(entity, Joint) and at < start and text.paragraph[start] - text.paragraph[at] <= 12:
                    return Attribution(entity, "nominal", 0.75, "plural-description")
            pair = self._recent_pair(start)
            if pair and (text.lower[start] == "both" or lower in self.words.plural_offices):
                return Attribution(self.scene.joint(list(pair)), "nominal", 0.6, "plural-description")
        return Attribution(self.scene.unnamed(start, end), "nominal", 0.9, "unnamed")

    def _relative_end(self, end: int) -> int:
        """Return where a relative clause right after a source ends: "The authors, who include X and Y, said"; else `end`."""
        text = self.text
        if end + 1 >= len(text) or text.words[end].text != "," or text.lower[end + 1] not in {"which", "who"}:
            return end
        clause = (w for w in range(end + 2, min(end + 24, len(text))) if text.sentence[w] == text.sentence[end])
        return next((w for w in clause if text.words[w].text == ","), end)

    def _recent_pair(self, word: int) -> tuple[Person, Person] | None:
        last = None
        for (_, one), (_, other) in self.presence.pairs(word):
            last = (one, other)
        return last

    def _described(self, start: int, end: int, head: int, kind: str) -> Attribution:
        """Resolve a description of one person to somebody named, or leave it unnamed."""
        text = self.text
        indefinite = text.lower[start] in self.words.indefinite
        determined = text.lower[start] in role_words().determiners
        bare = not determined and not self._owner_before(start, head) and not text.headline(start)
        if indefinite or (bare and text.words[head].tag_ == "NN" and not text.headline(start) and start == head):
            return Attribution(self.scene.unnamed(start, end), "nominal", 0.9, "unnamed")
        described = self._describe(start, end, head, kind)
        charged = self._charged(described) if described.lower in self.words.accused else None
        if certain := self._of_age(described) or charged:
            self._note(certain, described, is_role=True)
            return Attribution(certain, "nominal", 0.85, "description")
        candidates = self.scene.candidates.at(start, described.sex)
        others = {id(owner) for word in range(start, head) if (owner := self._owner_at(word))}
        if text.lower[head + 1 : head + 2] in (["on"], ["about"]):  # "Coach on injured keeper Ada Ruiz"
            others |= {id(person) for _, person in self.phrases.people_in(head + 1, end)}
        candidates = [c for c in candidates if isinstance(c.entity, (Person, Anonymous, NoneType)) and id(c.entity) not in others]
        self._fit(candidates, described)
        chosen, confidence = self.scene.ranker.choose(DESCRIPTION, start, candidates)
        fits = chosen.features.get("role_fit", 0.0) > 0 or described.lower in self.words.anaphoric
        least = LEAST if kind in UNOFFICIAL or self._anaphoric(described) else LEAST_UNFIT
        stranger = described.lower in self.words.accused or described.lower in self.words.unidentified
        if isinstance(chosen.entity, Person) and not fits and (confidence < least or stranger):
            return Attribution(self.scene.unnamed(start, end), "nominal", round(confidence, 3), "description")
        if isinstance(chosen.entity, Person):
            self._note(chosen.entity, described, is_role=chosen.features["role_fit"] > 0 or confidence > SHOWS_ROLE)
        entity = chosen.entity or self.scene.unnamed(start, end)
        return Attribution(entity, "nominal", round(confidence, 3), "description")

    def _owner_at(self, word: int) -> Entity | None:
        """Return to whom a possessive before a head belongs: her in "her mother", who is not her mother."""
        if self.text.lower[word] in coreference().possessive_pronouns and word in self.scene.meant:
            return self.scene.meant[word][0]
        follows = word + 1 < len(self.text) and self.text.words[word + 1].text in POSSESSIVES
        return self.cast.by_word.get(word) if follows else None

    def _fit(self, candidates: Sequence[Candidate], described: Description) -> None:
        """Tell how well what the article says of candidates fits a description, and what the description is like."""
        later = self._introduced_after(described.start)
        for candidate in candidates[:-1]:
            person, features = candidate.entity, candidate.features
            if not isinstance(person, Person):
                features["same_words"] = float(self._same_words(person, described))
                continue
            fit = max((self._role_fit(described, role) for _, role in person.roles), default=0.0)
            features |= {
                "role_fit": min(fit, 3.0) / 2,
                "role_fits": float(fit >= 1),
                "role_fit_near": fit * features.get("paragraph_0", 0.0),
                "role_fit_spoke": fit * features.get("spoke_last", 0.0),
                "role_fit_ahead": fit * features.get("ahead", 0.0),
                "no_roles": float(not person.roles),
                "same_field": float(self._same_field(person, described.kind)),
                "role_conflict": float(self._role_conflict(person, described.kind)),
                "described_then_named": float(person is later),
                "told": float(any(m.kind == "nominal" and m.start == described.start for m in person.mentions)),
                "in_lead": float(self.text.headline(described.start)) * math.log1p(len(person.mentions)),
            }
        fitting = [c for c in candidates[:-1] if c.features.get("role_fits")]
        if len(fitting) == 1:
            fitting[0].features["only_fit"] = 1.0
        fits = max((c.features.get("role_fit", 0.0) for c in candidates[:-1]), default=0.0)
        rest = set(self.text.lower[described.head + 1 : described.end])
        unfit, office = float(fits <= 0), float(described.lower in self.words.offices)
        candidates[-1].features |= {
            "no_role_fits": unfit,
            "unfit_office": unfit * office,
            "unfit_definite": unfit * float(self.text.lower[described.start] == "the"),
            "unfit_alone": unfit * float(len(described.words) == 1),
            f"unfit_{described.kind}": unfit,
            "anaphoric": float(self._anaphoric(described)),
            "ends": float(self._ends(described)),
            "definite": float(self.text.lower[described.start] == "the"),
            "office": office,
            "unnamed_office": float(described.lower in self.words.unnamed_offices),
            "body_inside": float(bool(rest & self.words.bodies)),
            "capitals": float(any(is_capital(self.text.words[w].text) for w in range(described.start + 1, described.end))),
            "length": min(described.end - described.start, 10) / 10,
            "lead": float(self.text.headline(described.start)),
            f"class_{described.kind}": 1.0,
        }

    @staticmethod
    def _same_words(entity: Entity | None, described: Description) -> bool:
        words = set(fold(entity.description or "").split()) if isinstance(entity, Anonymous) else set()
        return described.lower in words

    def _describe(self, start: int, end: int, head: int, kind: str) -> Description:
        loose = role_words().determiners | POSSESSIVES
        words = [word for word in phrases.joined_lower(self.text, start, end) if word not in loose]
        lower = self.text.lower[head]
        return Description(start, end, head, kind, tuple(words), lower, _sex_of(lower))

    def _note(self, person: Person, described: Description, *, is_role: bool) -> None:
        """Keep a description that was resolved as a mention and, where it says what somebody is, as a role."""
        start = described.start
        person.add_mention(Mention(start, described.end, "nominal", self.text.span_text(start, described.head + 1)))
        is_role = is_role and described.kind != "citizen or witness"
        if not is_role or self.text.title_case[self.text.paragraph[start]]:
            return
        for phrase in self.cast.reader.described(DESCRIBED, start, described.end, who=person)[:1]:
            role = phrases.describe(self.text, phrase)
            if len(role.role.split()) > 1 or not person.roles:
                person.roles.append((start, role))
                person.roles.sort(key=lambda pair: pair[0])

    def _owner_before(self, start: int, head: int) -> bool:
        return any(self.text.words[w].text in POSSESSIVES for w in range(start, head))

    def _ends(self, described: Description) -> bool:
        """Say whether nothing but a phrase with "of", "and" or a comma follows a description's head."""
        following = described.head + 1
        return following >= described.end or self.text.lower[following] in {"of", "and", ","}

    def _charged(self, described: Description) -> Person | None:
        """Return whom "the accused" means: the first of whom the article says that they are charged, plead or deny."""
        text = self.text
        charged = [
            (mention.start, person)
            for person in self.cast.people
            for mention in person.mentions
            if mention.start < described.start
            and not mention.quoted
            and text.words[mention.end - 1].dep_ in {"nsubj", "nsubjpass"}
            and text.words[mention.end - 1].head.lemma_ in self.words.charged
        ]
        return min(charged, key=lambda pair: pair[0])[1] if charged else None

    def _of_age(self, described: Description) -> Person | None:
        """Return whom "the 61-year-old" means: of whom the article gives that age, "Ana Ruiz (61)" or "Ana Ruiz, 61,"."""
        age = next((word.split("-")[0] for word in described.words if word.endswith("year-old")), None)
        text = self.text
        aged = [
            person
            for person in self.cast.people
            for mention in person.mentions
            if mention.end + 1 < len(text) and text.words[mention.end].text in {",", "("} and text.lower[mention.end + 1] == age
        ]
        return aged[0] if aged and all(person is aged[0] for person in aged) else None

    @staticmethod
    def _same_field(person: Person, kind: str) -> bool:
        classes = {role.role_class for _, role in person.roles}
        if kind == "head of state or government" and classes & POLITICAL == {"minister"}:
            return False
        return kind in classes or (kind in POLITICAL and bool(classes & POLITICAL))

    def _anaphoric(self, described: Description) -> bool:
        """Say whether a description without a known role can only point back ("the woman", "the 34-year-old")."""
        words, lower = described.words, described.lower
        if self.text.headline(described.start) and lower in self.words.people | {"member"}:
            return True
        if self.text.lower[described.start] != "the":
            return False
        unnamed = set(words) & coreference().unnamed_marks
        if len(words) > 1 and lower not in self.words.offices and not unnamed:
            return True
        return lower in self.words.anaphoric or any("year-old" in w for w in words)

    def _role_conflict(self, person: Person, kind: str) -> bool:
        classes = {role.role_class for _, role in person.roles}
        political = POLITICAL | {"business", "other"}
        return bool(classes) and kind in political and not classes & political

    @staticmethod
    def _role_fit(described: Description, role: facts.RoleText) -> float:
        """Return how well a description fits a stated role: the head, its class, and the words around it."""
        words, head, kind = described.words, described.lower, described.kind
        stated = [w.strip(',."“”') + ("." if w.endswith(".") else "") for w in fold(role.role).split()]
        cut = next((i for i, w in enumerate(stated) if w in role_words().prepositions), len(stated))
        last = stated[cut - 1] if cut else ""
        same_head = _expand(last) & _expand(head)
        heads = {kind, role.role_class} == {"head of state or government", "minister"} and kind != "minister"
        sexes = (_sex_of(last), FEMALE if head in lexicon.people().female else MALE if head in lexicon.people().male else "")
        other_sex = sexes in {(FEMALE, MALE), (MALE, FEMALE)}
        if (not same_head and role.role_class != kind) or heads or other_sex:
            return 0.0
        mine = {w for w in words if w != head}
        theirs = set(stated[: cut - 1]) | set(stated[cut:])
        shared = mine & theirs - {"of", "the", "for", "and"}
        country = {facts.country_of(w) for w in mine} - {None}
        belongs = bool(role.affiliation and country & {role.affiliation, facts.country_of(role.affiliation)})
        if country and role.affiliation and facts.country_of(role.affiliation) and not belongs:
            return 0.0
        if same_head and kind == role.role_class == "minister" and not (mine <= theirs or theirs <= mine or shared):
            return 0.0
        if ("deputy" in theirs) != ("deputy" in mine) and kind in {"minister", "head of state or government"}:
            return 0.0
        if not same_head:
            hypernym = head in coreference().politicians
            return 0.5 + 0.4 * len(shared) if hypernym else 0.4 * len(shared)
        return 1.0 + 0.5 * len(shared) + 0.3 * belongs

    def _introduced_after(self, start: int) -> Person | None:
        """Return who is first named, bare, as the speaker right after a lead that described somebody.

        News leads describe a person and the next paragraph names them: "..., Turkey's foreign minister said. ... Mevlut
        Cavusoglu said negotiators ...".
        """
        text = self.text
        story = (m for p in self.cast.people for m in p.mentions if m.kind == "name" and not self.text.headline(m.start))
        if text.lower[start] in self.words.indefinite or any(m.start < start for m in story):
            return None
        paragraph = text.paragraph[start]
        for person in sorted(self.cast.people, key=lambda p: p.mentions[0].start if p.mentions else len(text)):
            full = [m for m in person.mentions if m.kind == "name"]
            if not full or full[0].start < start or person.roles:
                continue
            first = full[0]
            if text.paragraph[first.start] - paragraph > 1 or first.quoted or not self.presence.is_subject(first):
                continue
            if any(m.start < start for m in person.mentions) or not self._is_source(first):
                continue
            return person
        return None

    def _is_source(self, mention: Mention) -> bool:
        return any(begin <= mention.start < end for source in self.scene.sources for begin, end in source.pieces)


def _sex_of(noun: str) -> str:
    """Return the sex that a noun tells, or ""."""
    people = lexicon.people()
    male = noun in people.male and noun not in coreference().either_sex
    return FEMALE if noun in people.female else MALE if male else ""


def _expand(head: str) -> set[str]:
    """Return a head noun and those that a paper uses for the same office."""
    return {head, *lexicon.coreference().same_office.get(head, ())}
