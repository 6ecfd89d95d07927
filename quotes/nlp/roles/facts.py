"""What the words of a role say: its class, the country or body that it belongs to, one person or several.

Pure functions over strings; `phrases.py` finds the words. Invariant: words without a head in `data/en/role_classes.toml`, or one
built like such, have no class.
"""

from __future__ import annotations

from dataclasses import dataclass

from quotes import lexicon
from quotes.lexicon import fold, role_words
from quotes.nlp.text import is_capital


@dataclass(frozen=True, slots=True)
class RoleText:
    """A role as worded, the body it belongs to, and its class."""

    role: str
    affiliation: str | None
    role_class: str | None


def head_class(words: list[str]) -> str | None:
    """Return the class of the longest known head that the words end with, or None.

    >>> head_class(["deputy", "defence", "minister"]), head_class(["table"])
    ('minister', None)
    """
    roles = lexicon.role_classes()
    for length in range(min(roles.longest, len(words)), 0, -1):
        found = roles.class_of.get(" ".join(words[-length:]))
        if found:
            return found
    last = words[-1] if words else ""
    for single in (last[:-1], last.removesuffix("ies") + "y"):
        if last.endswith("s") and len(last) > 3 and single in roles.class_of:
            return roles.class_of[single]
    for part in (last.rsplit("-", 1)[-1], last.split("-of-")[0]):  # "ex-minister", "mother-of-two"
        if part != last and part in roles.class_of:
            return roles.class_of[part]
    return "other" if _ends_as_person(last.removesuffix("s")) else None


def _ends_as_person(word: str) -> bool:
    """Say whether a word that no list holds is built like one for people."""
    known = word in lexicon.people().organization_heads or word in role_words().no_people
    return not known and role_words().person_ending.search(word) is not None


def accuses(words: list[str]) -> bool:
    """Say whether words, from the one before a phrase to its head, call somebody guilty or in doubt; that is no role.

    >>> accuses(["murder", "suspect"]), accuses(["alleged", "fixer"]), accuses(["lawyer"])
    (True, True, False)
    """
    known = role_words()
    last = words[-1].rsplit("-", 1)[-1] if words else ""
    guilty = last in known.accusations or last.removesuffix("s") in known.accusations
    sport = " ".join(words[-2:]) in lexicon.role_classes().class_of or (len(words) > 1 and country_of(words[-2]) is not None)
    guilty = guilty and not sport  # "goal shooter", "England shooter"
    return guilty or not (known.doubts | known.disgracing).isdisjoint(words[1:] if words[0] in known.disgracing else words)


def spelt_out(role: str) -> str:
    """Return a role folded, its usual abbreviations in full.

    >>> spelt_out("Indiana Gov."), spelt_out("Det. Supt")
    ('indiana governor', 'detective superintendent')
    """
    full = role_words().abbreviations
    return " ".join(full.get(word.rstrip("."), word.rstrip(".")) for word in fold(role).replace(".-", " ").split())


def is_plural(role: str) -> bool:
    """Say whether a role names several people ("Sens.", "Senators", "Vermont developers").

    >>> is_plural("Sens."), is_plural("Massachusetts Sen.")
    (True, False)
    """
    last = fold(role).rsplit(" ", 1)[-1].rstrip(".")
    known = lexicon.role_classes().class_of
    return last.endswith("s") and (last[:-1] in known or last[:-1] + "." in known)


def country_of(phrase: str) -> str | None:
    """Return the country that a name, adjective or capital stands for.

    >>> country_of("Ukrainian"), country_of("U.S."), country_of("Springfield")
    ('Ukraine', 'United States', None)
    """
    places = lexicon.affiliations()
    key = fold(phrase)
    return places.countries.get(key) or places.adjectives.get(key) or places.capitals.get(key)


def affiliation_of(role: str, possessor: str | None = None) -> str | None:
    """Return the body or country that a role belongs to.

    >>> affiliation_of("Ukrainian negotiator"), affiliation_of("Kremlin spokesman"), affiliation_of("mayor of Springfield")
    ('Ukraine', 'Kremlin', 'Springfield')
    >>> affiliation_of("foreign minister", "Turkey")
    'Turkey'
    """
    if possessor:
        owner = possessor.removeprefix("the ").removeprefix("The ")
        if is_capital(owner):
            return country_of(owner) or owner
    words = role.split()
    cut = next((i for i, w in enumerate(words) if fold(w) in role_words().prepositions), len(words))
    if fold(role).endswith(tuple(role_words().offices_of_fields)):
        return _before_head([*words[: cut - 1], "secretary"])
    return _before_head(words[:cut]) or _after_head(words[cut:])


def _before_head(words: list[str]) -> str | None:
    """Return the country or body named before a role's head."""
    for length in (3, 2, 1):
        for at in range(len(words) - length + 1):
            if (country := country_of(" ".join(words[at : at + length]))) and (len(words) > length):
                return country
    known = lexicon.people().titles | lexicon.people().common | role_words().parties
    taken: list[str] = []
    for number, word in enumerate(words[:-1]):
        lower = fold(word)
        office = (
            lower in known
            or lower in lexicon.role_classes().class_of
            or (
                head_class([fold(w) for w in words[number:]]) is not None
                and " ".join(fold(w) for w in words[number:]) in lexicon.role_classes().class_of
            )
        )
        capital = is_capital(word) or (taken and word == "&")
        if (
            capital
            and not (office and lower not in role_words().body_starts)
            and lower not in role_words().grades
        ):
            taken.append(word)
        elif taken:
            break
    return " ".join(taken).rstrip(",") or None


def _after_head(words: list[str]) -> str | None:
    """Return the country or body named in the phrases after a role's head, the last one first."""
    phrases: list[list[str]] = []
    for word in words:
        if fold(word) in role_words().prepositions and not (
            fold(word) in {"of", "for"} and phrases and phrases[-1] and is_capital(phrases[-1][-1])
        ):
            phrases.append([])
        elif phrases:
            phrases[-1].append(word)
    for phrase in phrases:
        trimmed = [w for w in phrase if fold(w) not in role_words().determiners]
        capital = [i for i, w in enumerate(trimmed) if is_capital(w)]
        if not capital:
            continue
        span = trimmed[capital[0] : capital[-1] + 1]
        while len(span) > 1 and fold(span[0]) in lexicon.people().honorifics | lexicon.people().titles:
            span = span[1:]
        country = country_of(" ".join(span)) or (country_of(span[0]) if len(trimmed) > len(span) else None)
        return country or " ".join(span).rstrip(",").removesuffix("'s").removesuffix("’s")
    return None
