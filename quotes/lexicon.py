"""The word lists of `quotes/data/`, read once each when first asked for.

Invariant: nothing is read on import, and nothing that is read ever changes. Words are lower case unless said otherwise;
names of countries and bodies keep their spelling.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from anyascii import anyascii

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDED_WORDS = 1 << 16  # words come again and again


def _text(name: str) -> str:
    return resources.files("quotes.data").joinpath(name).read_text(encoding="utf-8")


def _lines(name: str) -> Iterator[list[str]]:
    for line in _text(name).splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))


@dataclass(frozen=True, slots=True)
class People:
    """Closed classes of words around names of people and bodies; `data/people.toml` describes each."""

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


@dataclass(frozen=True, slots=True)
class RoleClasses:
    """Heads of role phrases and the class of each; `data/role_classes.toml`."""

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


@dataclass(frozen=True, slots=True)
class Coreference:
    """Closed classes of words that coreference reads; `data/coreference.toml` describes each."""

    indefinite: frozenset[str]
    people: frozenset[str]
    anaphoric: frozenset[str]
    said_by_owner: frozenset[str]
    bodies: frozenset[str]
    private: frozenset[str]
    authorities: frozenset[str]
    named_so: frozenset[str]
    accused: frozenset[str]
    charged: frozenset[str]
    offices: frozenset[str]
    unnamed_offices: frozenset[str]
    plural_offices: frozenset[str]
    same_office: Mapping[str, frozenset[str]]


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
def coreference() -> Coreference:
    """Return the closed classes of words that coreference reads."""
    data = _toml("coreference.toml")
    same = {head: frozenset(others) for head, others in data.pop("same_office").items()}
    return Coreference(**{name: frozenset(words) for name, words in data.items()}, same_office=same)


@cache
def given_names() -> Mapping[str, str]:
    """Return given names, folded, and the sex they are mostly borne by: f, m or u."""
    return {name: sex for name, sex in _lines("given_names.txt")}  # noqa: C416  two columns or an error


@cache
def nicknames() -> Mapping[str, frozenset[str]]:
    """Return nicknames, folded, and the given names they stand for."""
    return {nick: frozenset(names.split()) for nick, names in _lines("nicknames.txt")}
