"""The one reader of the words in `quotes/data/en/`, each file read once, when first asked for.

Invariant: nothing is read on import, and nothing that is read ever changes. Words are lower case unless said otherwise;
names of countries and bodies keep their spelling.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from anyascii import anyascii

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NOTHING = "-"  # in a column
FOLDED_WORDS = 1 << 16  # words come again and again


def _text(name: str) -> str:
    return resources.files("quotes.data").joinpath("en", name).read_text(encoding="utf-8")


def _lines(name: str) -> Iterator[str]:
    return (line for line in _text(name).splitlines() if line and not line.startswith("#"))


def _rows(name: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in _lines(name))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))


@dataclass(frozen=True, slots=True)
class People:
    """Closed classes of words around names of people and bodies; `data/en/people.toml` describes each."""

    honorifics: frozenset[str]
    female_honorifics: frozenset[str]
    male_honorifics: frozenset[str]
    titles: frozenset[str]
    particles: frozenset[str]
    suffixes: frozenset[str]
    female: frozenset[str]
    male: frozenset[str]
    relatives: frozenset[str]
    organization_heads: frozenset[str]
    institutions: frozenset[str]
    companies: frozenset[str]
    common: frozenset[str]
    documents: frozenset[str]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoleClasses:
    """Heads of role phrases and the class of each; `data/en/role_classes.toml`."""

    class_of: Mapping[str, str]
    verbs: Mapping[str, str]
    longest: int


@dataclass(frozen=True, slots=True)
class Affiliations:
    """Countries by name, adjective and capital, and other places; keys are folded (`fold`)."""

    countries: Mapping[str, str]
    adjectives: Mapping[str, str]
    capitals: Mapping[str, str]
    metonyms: Mapping[str, str]
    places: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What identity over articles asks of roles and bodies' names; `data/en/identity.toml` describes each.

    `line_of` gives the line of work of a class of roles, `line_of_head` that of some heads; `exclusive` and `unlikely` have
    each pair of lines both ways.
    """

    ordinary: frozenset[str]
    general: frozenset[str]
    vague: frozenset[str]
    dull: frozenset[str]
    past: frozenset[str]
    seated: frozenset[str]
    state_bodies: frozenset[str]
    legal_forms: frozenset[str]
    line_of: Mapping[str, str]
    line_of_head: Mapping[str, str]
    exclusive: frozenset[tuple[str, str]]
    unlikely: frozenset[tuple[str, str]]
    spellings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Coreference:
    """Closed classes of words that coreference reads; `data/en/coreference.toml` describes each."""

    indefinite: frozenset[str]
    people: frozenset[str]
    anaphoric: frozenset[str]
    said_by_owner: frozenset[str]
    bodies: frozenset[str]
    private: frozenset[str]
    authorities: frozenset[str]
    named_so: frozenset[str]
    accused: frozenset[str]
    unidentified: frozenset[str]
    charged: frozenset[str]
    offices: frozenset[str]
    unnamed_offices: frozenset[str]
    plural_offices: frozenset[str]
    party_members: frozenset[str]
    party_subjects: frozenset[str]
    naming_prepositions: frozenset[str]
    collectives: frozenset[str]
    issuing_prepositions: frozenset[str]
    either_sex: frozenset[str]
    unnamed_marks: frozenset[str]
    politicians: frozenset[str]
    known_before: frozenset[str]
    own_documents: frozenset[str]
    judgments: frozenset[str]
    suits: frozenset[str]
    suing: frozenset[str]
    agencies: frozenset[str]
    courts: frozenset[str]
    plural_pronouns: frozenset[str]
    own_pronouns: frozenset[str]
    possessive_pronouns: frozenset[str]
    owned_bodies: frozenset[str]
    quantifiers: frozenset[str]
    rulers: frozenset[str]
    no_roles: frozenset[str]
    pronouns: frozenset[str]
    generations: frozenset[str]
    months: frozenset[str]
    weekdays: frozenset[str]
    role_tails: frozenset[str]
    told: frozenset[str]
    households: frozenset[str]
    regnal: frozenset[str]
    named_by_kind: frozenset[str]
    obtained: frozenset[str]
    same_office: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A word or phrase that signals a quote; `data/en/cues.txt` says what the columns mean. Nothing in one is None.

    `acts` are the acts that it makes in some constructions, with these before them, in their order.
    """

    lemma: str
    takes: frozenset[str]
    kind: str | None
    act: str
    acts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cues:
    """The words that signal a quote, by lemma."""

    by_lemma: Mapping[str, Cue]
    beside_marks: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]

    def takes(self, lemma: str, construction: str) -> bool:
        """Say whether a lemma takes a construction ("clause", "infinitive", "+on" ...)."""
        return lemma in self.by_lemma and construction in self.by_lemma[lemma].takes

    def kind(self, lemma: str) -> str | None:
        """Return what a lemma makes of a quote, None if nothing says so."""
        return self.by_lemma[lemma].kind if lemma in self.by_lemma else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Closed classes of words that finding quotes reads; `data/en/finding.toml` describes each. `address` keeps its case."""

    negations: frozenset[str]
    general_belief: frozenset[str]
    views: frozenset[str]
    questions: frozenset[str]
    clause_starts: frozenset[str]
    ordering: frozenset[str]
    modal: frozenset[str]
    needing_clauses: frozenset[str]
    settling: frozenset[str]
    showing: frozenset[str]
    naming_verbs: frozenset[str]
    documents: frozenset[str]
    carrying: frozenset[str]
    carrying_without_as: frozenset[str]
    telling: frozenset[str]
    subject_control: frozenset[str]
    nobody: frozenset[str]
    things: frozenset[str]
    gestures: frozenset[str]
    media: frozenset[str]
    before_names: frozenset[str]
    behind_names: frozenset[str]
    abbreviations: frozenset[str]
    sentence_openers: frozenset[str]
    introducing: frozenset[str]
    narrated: frozenset[str]
    address: frozenset[str]
    adverbial: frozenset[str]
    clause_verbs: frozenset[str]
    backshifted: frozenset[str]
    going_on: frozenset[str]
    mistaken_verbs: frozenset[str]
    missing_verbs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """Closed classes of words by which a cue's act is turned round; `data/en/acts.toml` describes each."""

    negations: frozenset[str]
    undone: frozenset[str]
    beside_the_point: frozenset[str]
    nobody: frozenset[str]
    unwilling: frozenset[str]
    drawn: frozenset[str]
    curious: frozenset[str]
    joints: frozenset[str]
    clauses: frozenset[str]
    findings: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleWords:
    """Closed classes of words that reading roles asks for; `data/en/roles.toml` describes each.

    `person_ending` finds one of `person_endings` and `whole_person_endings` at a word's end.
    """

    prepositions: frozenset[str]
    determiners: frozenset[str]
    parties: frozenset[str]
    offices_of_fields: frozenset[str]
    body_starts: frozenset[str]
    grades: frozenset[str]
    person_ending: re.Pattern[str]
    no_people: frozenset[str]
    relatives: frozenset[str]
    counts: frozenset[str]
    possessive_pronouns: frozenset[str]
    ranks: frozenset[str]
    office_verbs: frozenset[str]
    copulas: frozenset[str]
    participles: frozenset[str]
    tenses: frozenset[str]
    before_apposition: frozenset[str]
    clause_starts: frozenset[str]
    stretch_starts: frozenset[str]
    loose_ends: frozenset[str]
    time_words: frozenset[str]
    durations: frozenset[str]
    orders: frozenset[str]
    groups: frozenset[str]
    settlements: frozenset[str]
    accusations: frozenset[str]
    doubts: frozenset[str]
    disgracing: frozenset[str]
    nobles: frozenset[str]
    post_offices: frozenset[str]
    post_nominals: frozenset[str]
    abbreviations: Mapping[str, str]


@lru_cache(maxsize=FOLDED_WORDS)
def fold(text: str) -> str:
    """Return a text in lower-case ASCII, apostrophes unified.

    >>> fold("Çavuşoğlu’s")
    "cavusoglu's"
    """
    return anyascii(text).lower().replace("`", "'")


@cache
def people() -> People:
    """Return the closed classes of words around names."""
    data = _toml("people.toml")
    honorifics = data["honorifics"]
    names = data["names"]
    return People(
        honorifics=frozenset(honorifics["f"] + honorifics["m"] + honorifics["u"]),
        female_honorifics=frozenset(honorifics["f"]),
        male_honorifics=frozenset(honorifics["m"]),
        titles=frozenset(data["titles"]["short"]),
        particles=frozenset(names["particles"]),
        suffixes=frozenset(names["suffixes"]),
        female=frozenset(names["female"]),
        male=frozenset(names["male"]),
        relatives=frozenset(names["relatives"]),
        organization_heads=frozenset(data["organizations"]["heads"]),
        institutions=frozenset(data["organizations"]["institutions"]),
        companies=frozenset(data["organizations"]["companies"]),
        common=frozenset(data["organizations"]["common"]),
        documents=frozenset(data["organizations"]["documents"]),
        fields=frozenset(data["organizations"]["fields"]),
    )


@cache
def role_classes() -> RoleClasses:
    """Return the heads of role phrases and their classes."""
    data = _toml("role_classes.toml")
    verbs = data.pop("verbs")
    class_of: dict[str, str] = {}
    for name, table in data.items():
        for head in table["heads"]:
            class_of.setdefault(head, name)
    return RoleClasses(class_of, verbs, max(len(head.split()) for head in class_of))


@cache
def affiliations() -> Affiliations:
    """Return the gazetteer of countries, capitals and other places."""
    data = _toml("affiliations.toml")
    countries: dict[str, str] = {}
    adjectives: dict[str, str] = {}
    capitals: dict[str, str] = {}
    for name, entry in data["countries"].items():
        for form in (name, *entry["names"]):
            countries.setdefault(fold(form), name)
        for adjective in entry["adjectives"]:
            adjectives.setdefault(fold(adjective), name)
        for capital in entry["capitals"]:
            capitals.setdefault(fold(capital), name)
    metonyms = {fold(key): value for key, value in data["metonyms"].items()}
    places = frozenset(fold(place) for kind in ("states", "cities") for place in data["places"][kind])
    return Affiliations(countries, adjectives, capitals, metonyms, places)


@cache
def metonym_words() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return the words of metonyms of two words and more, without stops, under the first; the longest stand first."""
    whole = {tuple(word.rstrip(".") for word in name.split()) for name in affiliations().metonyms}
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted((words for words in whole if len(words) > 1), key=lambda words: (-len(words), words)):
        found.setdefault(words[0], []).append(words)
    return {first: tuple(names) for first, names in found.items()}


@cache
def regions() -> Mapping[str, str]:
    """Return what regions, cities, capitals, adjectives and names, folded, say of the country; parts are the whole's."""
    data, places = _toml("regions.toml"), affiliations()
    found = {fold(region): country for country, regions in data["regions"].items() for region in regions}
    for known in (places.countries, places.capitals, places.adjectives):
        found |= {name: data["parts"].get(country, country) for name, country in known.items()}
    return found


@cache
def identity() -> Identity:
    """Return what identity over articles asks of roles and of bodies' names."""
    data = _toml("identity.toml")
    lines, heads, spellings = data.pop("lines"), data.pop("heads"), data.pop("spellings")
    exclusive, unlikely = (_both_ways(data.pop(kind)) for kind in ("exclusive", "unlikely"))
    return Identity(
        **{name: frozenset(words) for name, words in data.items()},
        line_of={kind: line for line, kinds in lines.items() for kind in kinds},
        line_of_head={head: line for line, own in heads.items() for head in own},
        spellings=spellings,
        exclusive=exclusive,
        unlikely=unlikely,
    )


def _both_ways(table: Mapping[str, Iterable[str]]) -> frozenset[tuple[str, str]]:
    pairs = {(one, other) for one, others in table.items() for other in others}
    return frozenset(pairs | {(other, one) for one, other in pairs})


@cache
def coreference() -> Coreference:
    """Return the closed classes of words that coreference reads."""
    data = _toml("coreference.toml")
    same = {head: frozenset(others) for head, others in data.pop("same_office").items()}
    return Coreference(**{name: frozenset(words) for name, words in data.items()}, same_office=same)


@cache
def given_names() -> Mapping[str, str]:
    """Return given names, folded, and the sex they are mostly borne by: f, m or u."""
    return {name: sex for name, sex in _rows("given_names.txt")}  # noqa: C416  two columns or an error


@cache
def nicknames() -> Mapping[str, frozenset[str]]:
    """Return nicknames, folded, and the given names they stand for."""
    return {nick: frozenset(names.split()) for nick, names in _rows("nicknames.txt")}


@cache
def given_variants() -> Mapping[str, str]:
    """Return the spellings of given names from other scripts, and the first spelling of the name each is of."""
    return {word: group[0] for group in map(str.split, _lines("given_variants.txt")) for word in group}


@cache
def cues() -> Cues:
    """Return the words that signal a quote."""
    rows = [_cue(*row) for row in _rows("cues.txt")]
    return Cues(
        by_lemma={cue.lemma: cue for cue in rows},
        beside_marks=frozenset(cue.lemma for cue in rows if "marks" in cue.takes),
        phrases=tuple(tuple(cue.lemma.split()) for cue in rows if "phrase" in cue.takes),
    )


def _cue(lemma: str, takes: str, kind: str, act: str) -> Cue:
    usual, *built = act.split()
    return Cue(
        lemma=lemma, takes=frozenset(takes.split()) - {NOTHING}, kind=None if kind == NOTHING else kind, act=usual,
        acts=tuple((construction, other) for construction, other in (each.split(":") for each in built)),
    )


@cache
def finding() -> Finding:
    """Return the closed classes of words that finding quotes reads."""
    return Finding(**{name: frozenset(words) for name, words in _toml("finding.toml").items()})


@cache
def acts() -> Acts:
    """Return the closed classes of words by which a cue's act is turned round."""
    return Acts(**{name: frozenset(words) for name, words in _toml("acts.toml").items()})


@cache
def role_words() -> RoleWords:
    """Return the closed classes of words that reading roles asks for."""
    data = _toml("roles.toml")
    endings, whole = (f"(?:{'|'.join(data.pop(name))})$" for name in ("person_endings", "whole_person_endings"))
    return RoleWords(
        abbreviations=data.pop("abbreviations"), **{name: frozenset(words) for name, words in data.items()},
        person_ending=re.compile(f"{endings}|{whole}"),
    )


@cache
def furniture() -> tuple[str, ...]:
    """Return patterns for how the lines of a news site begin that belong to no story."""
    return tuple(line.strip() for line in _lines("furniture.txt") if line.strip())


@cache
def light_nouns() -> frozenset[str]:
    """Return nouns that say nothing of what a text is about."""
    return frozenset(_lines("light_nouns.txt"))


@cache
def measures() -> frozenset[str]:
    """Return words that say when or how much, and nothing of what a text is about."""
    return frozenset(_lines("measures.txt"))
