"""People's names as strings: taken apart, folded and compared. Pure functions, shared by coreference and resolution.

Invariants: no function depends on who is compared with whom before; `compare` is symmetric; a name without its titles
is the same name.

A name is compared word by word. Two words are the same when they fold to the same letters or to the same skeleton, a
rough transcription in which the spellings that English papers give to one foreign name coincide.

>>> same_word("Zelenskyy", "Зеленський")
True
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate

from rapidfuzz.distance import OSA

from quotes import lexicon
from quotes.lexicon import fold

SKELETON_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[^a-z]", ""),
        (r"shch|sch|tsch", "sh"),
        (r"tch|tsh", "ch"),
        (r"c(?=[eiy])", "s"),
        (r"kh|gh", "h"),
        (r"ph", "f"),
        (r"ck|q|c(?!h)", "k"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"dzh|dj|zh", "j"),
        (r"ou|oo", "u"),
        (r"(?<=[aeou])[yj](?=[aeou])", "i"),
        (r"^(?:ye|yo|je)", "e"),
        (r"(?<=[^aeiou])(?:ye|ie)(?=.)", "e"),
        (r"(?:iy|yy|ij|ii|iyi|yj|ey|ei|ie|y|j|i)+$", "i"),
        (r"y", "i"),
        (r"i+", "i"),
        (r"ee", "i"),
        (r"(.)\1+", r"\1"),
    )
)
INITIAL = re.compile(r"^[^\W\d_]\.?$|^(?:[^\W\d_]\.){2,}$")
WORD_SPLIT = re.compile(r"[\s\u00a0]+")
POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
# Marks at the ends of words only: "Marcus 'Tiny' Bell", "Rosalind (Roz) Hale", not "Isma'il D'Angelo".
NICKNAME_MARKS = re.compile(r"(?<!\S)[\"“”‘’'(]([^\"“”‘’'()]+)[\"“”‘’')](?!\S)")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa",
                         "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa"})
TWO_LETTERS = re.compile(r"ae|oe|ue|aa")
# The Arabic article before a surname, also as it sounds before some consonants.
ARABIC_ARTICLES = frozenset({"al", "el", "ul", "ad", "an", "ar", "as", "ash", "at", "az"})
# Particles that are given names too when they come first and with a capital: "Ben Carson", "Al Gore".
GIVEN_PARTICLES = frozenset({"al", "bar", "ben", "della", "san", "abu", "la", "st", "st.", "e", "y", "do", "op"})
SHORTEST_FUZZY = 6
SHORTEST_PREFIX = 3


class Match(IntEnum):
    """How two names of people relate; greater is surer."""

    CONFLICT = 0  # they cannot be one person's
    SURNAME = 1  # the surname agrees, one of them has no given name
    INITIAL = 2  # the surname agrees, and given names as far as an initial or a short form shows
    FULL = 3  # surname and given name agree
    EXACT = 4  # every word agrees


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart.

    Args:
        given: the first given name or initial, "" if there is none.
        middle: other given names and initials.
        surname: the surname with its particles.
        suffix: "jr", "iii" and the like, "" if none.
        nicknames: what stands in marks or brackets inside the name.
    """

    given: str
    middle: tuple[str, ...]
    surname: str
    suffix: str = ""
    nicknames: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the name, suffix apart."""
        return tuple(w for w in (self.given, *self.middle, *self.surname.split()) if w)


@lru_cache(maxsize=100_000)
def skeleton(word: str) -> str:
    """Return the rough transcription in which spellings of one name coincide.

    >>> skeleton("Sergei") == skeleton("Sergey"), skeleton("Zelensky") == skeleton("Zelenskiy")
    (True, True)
    """
    key = fold(word)
    for pattern, replacement in SKELETON_RULES:
        key = pattern.sub(replacement, key)
    return key


@lru_cache(maxsize=100_000)
def coarse(word: str) -> str:
    """Return a key that spellings of a word share if their skeletons or their umlauts spelt out do.

    >>> coarse("Müller") == coarse("Mueller") == coarse("Muller")
    True
    """
    return TWO_LETTERS.sub(lambda found: found[0][0], skeleton(word))


def anagram(name: str) -> str:
    """Return the letters of a name in alphabetical order, which the order of its words does not change."""
    return "".join(sorted("".join(_letters(word) for word in parse(name).words)))


@lru_cache(maxsize=100_000)
def bare(name: str) -> str:
    """Return a name without honorifics, short titles and a final possessive, white space made single.

    >>> bare("Mr. Mevlut Cavusoglu's")
    'Mevlut Cavusoglu'
    """
    people = lexicon.people()
    words = POSSESSIVE.sub("", name.strip(" ,;:")).split()
    while len(words) > 1 and fold(words[0]) in people.honorifics | people.titles:
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=100_000)
def parse(name: str) -> PersonName:
    """Take a name apart.

    >>> parse("Bill de Blasio").surname, parse("Martin Luther King Jr.").suffix
    ('de Blasio', 'jr')
    """
    people = lexicon.people()
    called = tuple(found.strip() for found in NICKNAME_MARKS.findall(name))
    words = [w.strip(",") for w in WORD_SPLIT.split(bare(NICKNAME_MARKS.sub(" ", name))) if w.strip(",")]
    suffix = ""
    while len(words) > 1 and fold(words[-1]) in people.suffixes:
        suffix = fold(words.pop()).strip(".")
    if not words:
        return PersonName("", (), "", suffix, called)
    start = len(words) - 1
    while (
        start > 0
        and fold(words[start - 1]) in people.particles
        and (start > 1 or words[start - 1].islower() or fold(words[start - 1]) not in GIVEN_PARTICLES)
    ):
        start -= 1
    given = words[:start]
    return PersonName(given[0] if given else "", tuple(given[1:]), " ".join(words[start:]), suffix, called)


def is_behind_particle(surname: str, name: str) -> bool:
    """Say whether a surname follows the particle that begins a name, which then is a given name: "Robson" in "Van Robson".

    >>> is_behind_particle("Robson", "Van Robson"), is_behind_particle("Dijk", "Virgil van Dijk")
    (True, False)
    """
    taken, words = parse(name), bare(name).split()
    return not taken.given and len(words) == 2 and words[0][:1].isupper() and same_word(surname, words[1])


def is_initial(word: str) -> bool:
    """Say whether a word is an initial ("J.", "G.K.")."""
    return bool(INITIAL.match(word))


def _edits(left: str, right: str) -> int:
    """Return 0, 1 or 2: the optimal string alignment distance, 2 for more."""
    return OSA.distance(left, right, score_cutoff=1)


def _letters(word: str) -> str:
    return re.sub(r"[^a-z]", "", fold(word))


def _spelt_out(word: str) -> str:
    """Return the letters of a word, its umlauts spelt with two letters."""
    return _letters(word.translate(UMLAUTS))


@lru_cache(maxsize=200_000)
def same_word(left: str, right: str) -> bool:
    """Say whether two words of names are spellings of one.

    >>> same_word("Çavuşoğlu", "Cavusoglu"), same_word("Sergei", "Sergey"), same_word("Trump", "Tramp")
    (True, True, False)
    >>> same_word("Müller", "Mueller"), same_word("Müller", "Muller"), same_word("Köhl", "Kohler")
    (True, True, False)
    """
    a, b = _letters(left), _letters(right)
    if a == b:
        return bool(a)
    if not a or not b:
        return False
    if _spelt_out(left) == b or a == _spelt_out(right):
        return True
    x, y = skeleton(left), skeleton(right)
    return (x == y and len(x) > 1) or (
        min(len(a), len(b)) >= SHORTEST_FUZZY and a[0] == b[0] and _edits(x, y) == 1 and x[-2:] == y[-2:] and _edits(a, b) <= 1
    )


def same_surname(left: str, right: str) -> bool:
    """Say whether two surnames are one, particles and the parts of double names considered.

    >>> same_surname("de Blasio", "De Blasio"), same_surname("Fraga-Rosenfeld", "Rosenfeld")
    (True, True)
    """
    if same_word(left.replace(" ", ""), right.replace(" ", "")):
        return True
    a, b = (re.split(r"[\s-]+", s) for s in (left, right))
    if len(a) == len(b):
        articles = {fold(a[0]), fold(b[0])} <= ARABIC_ARTICLES  # "el-Sisi", "al-Sisi"
        return len(a) > 1 and articles and all(map(same_word, a[1:], b[1:]))
    return same_word(a[-1], b[-1]) and len(fold(a[-1])) > 2


def same_given(left: str, right: str) -> Match:  # noqa: PLR0911  each kind of answer returns where it is found
    """Compare two given names: equal, a nickname or short form, an initial, or a conflict.

    >>> same_given("Chuck", "Charles").name, same_given("J.", "John").name, same_given("Bill", "Hillary").name
    ('INITIAL', 'INITIAL', 'CONFLICT')
    """
    if same_word(left, right):
        return Match.FULL
    a, b = _letters(left), _letters(right)
    if not a or not b:
        return Match.SURNAME
    if (is_initial(left) or is_initial(right)) and a[0] == b[0]:
        return Match.INITIAL
    spelt = lexicon.given_variants()
    if a in spelt and spelt[a] == spelt.get(b):
        return Match.FULL
    nick = lexicon.nicknames()
    if a in nick.get(b, ()) or b in nick.get(a, ()) or nick.get(a, frozenset()) & nick.get(b, frozenset()):
        return Match.INITIAL
    short, long = sorted((a, b), key=len)
    if len(short) >= SHORTEST_PREFIX and long.startswith(short):
        return Match.INITIAL
    parts_a, parts_b = (re.split(r"[\s-]+", w) for w in (left, right))
    if len(parts_a) != len(parts_b) and same_word(parts_a[0], parts_b[0]):
        return Match.INITIAL
    return Match.CONFLICT


@lru_cache(maxsize=200_000)
def compare(left: str, right: str) -> Match:
    """Compare two names of people, titles apart.

    >>> compare("Mr Cavusoglu", "Mevlüt Çavuşoğlu").name, compare("Bill Clinton", "Hillary Clinton").name
    ('SURNAME', 'CONFLICT')
    >>> compare("Donald J. Trump", "Donald Trump").name, compare("Donald Trump Jr.", "Donald Trump").name
    ('FULL', 'CONFLICT')
    """
    a, b = parse(left), parse(right)
    if a.suffix != b.suffix and a.given and b.given:
        return Match.CONFLICT
    if len(a.words) == len(b.words) and all(map(same_word, a.words, b.words)):
        return Match.EXACT
    if a.given and b.given and "".join(map(_letters, a.words)) == "".join(map(_letters, b.words)) != "":
        return Match.EXACT  # "Kim Tae-hwan", "Kim Tae Hwan"
    if not same_surname(a.surname, b.surname):
        return _compare_married(a, b)
    if not a.given or not b.given:
        return Match.SURNAME
    return _compare_given(a, b)


def _compare_given(a: PersonName, b: PersonName) -> Match:
    first = same_given(a.given, b.given)
    if first is Match.CONFLICT:
        # "Tayyip Erdogan" beside "Recep Tayyip Erdogan"; "J. Robert Oppenheimer" beside "Robert Oppenheimer"
        one, other = (a, b) if len(a.middle) < len(b.middle) else (b, a)
        if any(same_word(x.given, word) for x, y in ((a, b), (b, a)) for called in y.nicknames for word in called.split()):
            return Match.FULL  # "Marvin “Skeets” Stallwood", "Skeets Stallwood"
        called_by_middle = not one.middle and any(same_word(one.given, word) for word in other.middle)
        return Match.INITIAL if called_by_middle else Match.CONFLICT
    if a.middle and b.middle and _middles_conflict(_initials(a.middle), _initials(b.middle)):
        return Match.CONFLICT
    return first


def _initials(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return middle names with initials that are written together taken apart: "H.W." is "H." and "W."."""
    return tuple(
        part for word in words for part in (re.findall(r"[^\W\d_]\.", word) if is_initial(word) and len(word) > 2 else [word])
    )


def _middles_conflict(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Say whether middle names are of two people: one differs, or initials leave one out ("W.", "H. W.")."""
    short, long = sorted((left, right), key=len)
    if len(short) == len(long):
        return any(same_given(x, y) is Match.CONFLICT for x, y in zip(short, long, strict=True))
    if all(map(is_initial, short)):
        return same_given(short[0], long[0]) is Match.CONFLICT
    return not any(same_word(x, y) for x in short for y in long)


def kinship(left: str, right: str) -> str:
    """Say why two names that `compare` calls another's may be one person's all the same, "" if nothing says so.

    >>> kinship("Zhao Wenbin", "Wenbin Zhao"), kinship("Anna Mueller", "Anna Muller"), kinship("Ana Ruiz", "Eva Ruiz")
    ('order of names', 'one letter or two', '')
    """
    a, b = parse(left), parse(right)
    if a.suffix != b.suffix or not (a.given and b.given):
        return ""
    if _is_turned(a, b):
        return "order of names"
    one, other = (tuple(TWO_LETTERS.sub(lambda found: found[0][0], _letters(word)) for word in name.words) for name in (a, b))
    if one == other:
        return "one letter or two"
    return ""


def _is_turned(a: PersonName, b: PersonName) -> bool:
    """Say whether a name is another with its last words first: "Kim Min-jun", "Minjun Kim"."""
    whole, turned = ("".join(map(_letters, name.words)) for name in (a, b))
    if len(whole) != len(turned) or whole == turned:
        return False
    heads = accumulate(map(_letters, a.words[:-1]))
    return any(whole[len(head) :] + head == turned for head in heads)


def _compare_married(a: PersonName, b: PersonName) -> Match:
    """Compare names of which one's surname is a middle name of the other ("Hillary Rodham", "Hillary Rodham Clinton")."""
    for one, other in ((a, b), (b, a)):
        inner = any(same_word(one.surname, word) for word in other.middle)
        if inner and one.given and same_given(one.given, other.given) is Match.FULL:
            return Match.INITIAL
    return Match.CONFLICT


def misspelt_surname(name: str, full: str) -> bool:
    """Say whether a lone surname is that of a fuller name with one letter wrong ("Bornsten", "Harold Bornstein").

    Only for names of one article: between articles such names are two people's.
    """
    parsed = parse(full)
    if not parsed.given or " " in name.strip():
        return False
    a, b = _letters(name), _letters(parsed.surname)
    plural = a == b + "s"
    return min(len(a), len(b)) >= SHORTEST_FUZZY and a[:2] == b[:2] and _edits(a, b) == 1 and not plural


def gender_of(given: str) -> str:
    """Return f, m or "" for a given name, by the list of given names and, failing that, the same spelt otherwise."""
    known = lexicon.given_names()
    sex = known.get(fold(given)) or _given_skeletons().get(_given_key(given), "")
    return sex if sex in ("f", "m") else ""


def is_given(word: str) -> bool:
    """Say whether a word is a known given name."""
    return fold(word) in lexicon.given_names() or _given_key(word) in _given_skeletons()


def _given_key(word: str) -> str:
    """Return the first letter and the skeleton: "Dmitry" is "Dmitrii", but "City" is not "Siti"."""
    return fold(word)[:1] + skeleton(word)


@lru_cache(maxsize=1)
def _given_skeletons() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, sex in lexicon.given_names().items():
        key = _given_key(name)
        if len(key) > SHORTEST_PREFIX + 1:
            found[key] = sex if found.get(key, sex) == sex else "u"
    return found
