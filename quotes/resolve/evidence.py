"""What articles say of those of one name besides the name: what ties two of them together, what tells them apart, in points.

Pure functions over entities. Invariants: `ties` and `differences` are symmetric in what they find; what nobody said tells
nobody apart; one point of differences, ties taken off, makes two people of one name.

A difference is a line of work that hardly goes with the other, bodies or countries of which none is the other's, years in
which nobody wrote of them, and one kind of seat ("mayor", "spokesman") at two bodies within a year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import fold
from quotes.records import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quotes.records import StoredEntity

NEAR_DAYS = 7
MONTH, YEAR = 30, 365.25  # days
TWO = 1.0  # points of differences that make two people of one name
EXCLUSIVE, UNLIKELY, OTHER_LINE, OTHER_COUNTRY, OTHER_BODY, OTHER_FIELD, TWO_SEATS = 1.2, 0.8, 0.2, 0.6, 0.4, 0.3, 0.6
MAYBE_OTHER_BODY = 0.2
YEARS_APART = ((30, 1.0), (20, 0.6), (10, 0.3))
SAME_BODY, SAME_FIELD, SAME_WEEK, SAME_COMPANY = 1.0, 0.6, 0.2, 0.3
ORDINARY, LEAD = "ordinary", "lead"
GENERAL_LINES = frozenset({"", "business", "office"})  # of which "chief" and "director" tell no more than that
ARTICLE = re.compile(r"^(?:an?|the) ", re.IGNORECASE)
WORDS = re.compile(r"[a-z]{3,}")
# A capital and what follows it, up to three words: what may be the name of a country or region.
PLACES = re.compile(r"(?<![\w.])(?:[DRI]-)?((?:St\. )?[^\W\d_][\w'’.-]*)")


@dataclass(slots=True)
class Evidence:
    """What articles say besides a name.

    Args:
        words: the words of roles.
        classes: the classes of roles.
        affiliations: the bodies and places that roles belong to, folded.
        lines: lines of work (data/en/identity.toml).
        seats: kinds of offices that are held at one place.
        fields: the words of roles that tell what one does, neither who leads nor where.
        countries: the countries that roles and sources name.
        articles: identifiers of the articles.
        days: outlet and day (an ordinal) of each article that has one.
        months: the months of the days, counted on.
        company: who else is quoted in these articles.
    """

    words: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    affiliations: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)
    seats: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)
    days: set[tuple[str, int]] = field(default_factory=set)
    months: set[int] = field(default_factory=set)
    company: set[str] = field(default_factory=set)

    def add(self, entity: StoredEntity, company: Iterable[str] = ()) -> None:
        """Take in what one article says, and who else speaks in it."""
        self.articles.add(entity.article_id)
        self.company |= set(company)
        for role in entity.roles or _stated(entity):
            told = _told(role.role, role.affiliation or "")
            self.words |= told.words
            self.fields |= told.fields
            self.seats |= told.seats
            self.countries |= countries_in(role.role)
            if role.role_class:
                self.classes.add(role.role_class)
            if line := _line(role, told):
                self.lines.add(line)
            if role.affiliation:
                self.affiliations.add(_body(role.affiliation))
                self.countries |= countries_in(role.affiliation)
        for source in entity.sources:
            self.countries |= countries_in(source)
        day = ordinal(entity.published)
        if day is not None:
            self.days.add((entity.outlet_id or "", day))
            self.months.add(day // MONTH)

    def update(self, other: Evidence) -> None:
        """Take in what is said of another who is the same."""
        for name in self.__slots__:
            getattr(self, name).update(getattr(other, name))


@dataclass(frozen=True, slots=True)
class _Told:
    """What the words of a role tell: the head before its first preposition, words, fields, seats, whether it is over."""

    head: str
    words: frozenset[str]
    fields: frozenset[str]
    seats: frozenset[str]
    past: bool


def told_by(entity: StoredEntity) -> tuple[object, ...]:
    """Return what an article says of somebody besides the name, and its year; equal for those whom nothing can tell apart."""
    countries = frozenset[str]().union(*map(countries_in, entity.sources))
    return (entity.roles or tuple(_stated(entity)), countries, (entity.published or "")[:4])


def ordinal(published: str | None) -> int | None:
    """Return the day of a date as an article prints it, None if it has none."""
    try:
        return date.fromisoformat((published or "")[:10]).toordinal()
    except ValueError:
        return None


@lru_cache(maxsize=50_000)
def countries_in(text: str) -> frozenset[str]:
    """Return the countries that names, adjectives, capitals and regions in a text stand for.

    >>> sorted(countries_in("Sen. Ana Ruiz, D-New Mexico")), sorted(countries_in("mayor of Turku, Finland"))
    (['United States'], ['Finland'])
    """
    known = lexicon.regions()
    found = set()
    words = [word for word in PLACES.findall(text) if word[0].isupper()]
    at = 0
    while at < len(words):
        for length in (3, 2, 1):
            phrase = fold(" ".join(words[at : at + length]))
            country = known.get(phrase) or known.get(phrase.rstrip(".").removesuffix("'s"))
            if country and at + length <= len(words):
                found.add(country)
                at += length - 1
                break
        at += 1
    return frozenset(found)


@lru_cache(maxsize=50_000)
def _told(role: str, affiliation: str) -> _Told:
    known, prepositions = lexicon.identity(), lexicon.role_words().prepositions
    words = role.replace(",", " ").split()
    cut = next((i for i, word in enumerate(words) if fold(word) in prepositions), len(words))
    head = fold(" ".join(words[:cut]))
    seats = frozenset(seat for seat in known.seated if f" {head}".endswith(f" {seat}"))
    own = head.split() + [word for word in words[cut:] if word.islower()]
    told = {*WORDS.findall(" ".join(own))} - {*WORDS.findall(fold(affiliation))}
    told -= {word for seat in seats for word in seat.split()}
    kept = frozenset(word for word in WORDS.findall(fold(role)) if word not in known.dull)
    past = bool(words) and (fold(words[0]) in known.past or fold(words[0]).startswith("ex-"))
    return _Told(head, kept, frozenset(word for word in told if _is_field(word)), seats, past)


def _is_field(word: str) -> bool:
    """Say whether a word of a role tells what somebody does: "geology", "dermatologist", not "professor", "mayor"."""
    known = lexicon.identity()
    if word in known.dull | known.general | known.vague | lexicon.people().organization_heads or word in lexicon.regions():
        return False
    classes = lexicon.role_classes().class_of
    line = known.line_of.get(classes.get(word) or classes.get(f"{word}.", ""), "knowledge")
    return word in known.ordinary or line in {"knowledge", "stage", "business"}


def _line(role: Role, told: _Told) -> str:
    """Return the line of work that a role is of, "" where it does not tell."""
    known = lexicon.identity()
    words = told.head.split()
    for length in (2, 1):
        if line := known.line_of_head.get(" ".join(words[-length:])):
            return line
    if words and words[-1] in known.ordinary:
        return "" if told.past else ORDINARY
    line = known.line_of.get(role.role_class or "", "")
    general = any(f" {told.head}".endswith(f" {word}") for word in known.general)
    return LEAD if general and line in GENERAL_LINES else line


def _stated(entity: StoredEntity) -> Iterator[Role]:
    """Yield what stands behind the name where somebody is named beside a quote, if it is a role: "Ana Ruiz, mayor of X"."""
    for source in entity.sources:
        _, _, behind = source.partition(entity.name or source)
        text = ARTICLE.sub("", behind.strip(" ,.–—-"))
        words = re.split(r"[\s,]+", text)
        cut = next((i for i, word in enumerate(words) if fold(word) in lexicon.role_words().prepositions), len(words))
        head = fold(" ".join(words[:cut]))
        kinds = lexicon.role_classes()
        options = (" ".join(head.split()[-length:]) for length in range(min(kinds.longest, cut), 0, -1))
        kind = next((kinds.class_of[option] for option in options if option in kinds.class_of), None)
        if kind:
            yield Role(role=text, role_class=kind)


def _body(affiliation: str) -> str:
    """Return a body or country so that its spellings coincide."""
    places = lexicon.affiliations()
    key = re.sub(r"'s$", "", re.sub(r"^the ", "", fold(affiliation).strip()))
    country = places.countries.get(key) or places.capitals.get(key) or places.metonyms.get(key)
    return fold(country) if country else key


# -- what ties two together ---------------------------------------------------------------------------------------------


def near(left: Evidence, right: Evidence) -> bool:
    """Say whether one outlet wrote of both within a week."""
    one, other = sorted((left.days, right.days), key=len)
    return any((outlet, day + shift) in other for outlet, day in one if outlet for shift in range(-NEAR_DAYS, NEAR_DAYS + 1))


def ties(left: Evidence, right: Evidence) -> float:
    """Return what ties two together, in points."""
    return (
        SAME_BODY * bool(left.affiliations & right.affiliations)
        + SAME_FIELD * bool(left.fields & right.fields)
        + SAME_WEEK * near(left, right)
        + SAME_COMPANY * bool(left.company & right.company)
    )


# -- what tells two apart -----------------------------------------------------------------------------------------------


def differences(left: Evidence, right: Evidence) -> Iterator[tuple[float, str]]:
    """Yield what tells two apart, in points, and in words."""
    if line := _lines_apart(left, right):
        yield line, "different lines of work"
    if left.countries and right.countries and not left.countries & right.countries:
        yield OTHER_COUNTRY, f"{min(left.countries)} and {min(right.countries)}"
    bodies = _bodies_apart(left, right)
    if bodies:
        yield OTHER_BODY, f"{bodies[0]} and {bodies[1]}"
    elif left.affiliations and right.affiliations and not left.affiliations & right.affiliations:
        yield MAYBE_OTHER_BODY, "other bodies"
    seats = left.seats & right.seats
    years = _years_apart(left, right)
    if seats and bodies and years is not None and years <= 1:
        yield TWO_SEATS, f"{min(seats)} of two bodies at one time"
    if left.fields and right.fields and not left.fields & right.fields:
        yield OTHER_FIELD, "other work"
    for least, points in YEARS_APART:
        if years is not None and years >= least:
            yield points, f"{int(years)} years apart"
            break


def apart(left: Evidence, right: Evidence) -> float:
    """Return how far two are apart, in points: what tells them apart less what ties them together."""
    told = sum(points for points, _ in differences(left, right))
    return told - ties(left, right) if told else 0.0


def _lines_apart(left: Evidence, right: Evidence) -> float:
    if not left.lines or not right.lines or left.lines & right.lines:
        return 0.0
    known, pairs = lexicon.identity(), set(product(left.lines, right.lines))
    if pairs <= known.exclusive:
        return EXCLUSIVE
    return UNLIKELY if pairs <= known.exclusive | known.unlikely else OTHER_LINE


def _bodies_apart(left: Evidence, right: Evidence) -> tuple[str, str] | None:
    """Return two bodies if both have some of which none may be the other's: not "Kremlin" and "Russia", "Putin"."""
    if left.affiliations & right.affiliations:
        return None
    if not all(own.affiliations and all(_is_body(body, own) for body in own.affiliations) for own in (left, right)):
        return None
    mine, theirs = ({word for body in own.affiliations for word in WORDS.findall(body)} for own in (left, right))
    return None if mine & theirs - lexicon.people().organization_heads else (min(left.affiliations), min(right.affiliations))


def _is_body(name: str, of: Evidence) -> bool:
    """Say whether a folded name is surely a body's, or a place's at which a seat is held."""
    last = name.rsplit(" ", 1)[-1]
    people = lexicon.people()
    return last in people.organization_heads | people.companies | people.institutions or bool(of.seats)


def _years_apart(left: Evidence, right: Evidence) -> float | None:
    """Return how many years lie between what was written of two; 0 where it overlaps, None where it is not known."""
    if not left.months or not right.months:
        return None
    gap = max(min(right.months) - max(left.months), min(left.months) - max(right.months), 0)
    return gap * MONTH / YEAR
