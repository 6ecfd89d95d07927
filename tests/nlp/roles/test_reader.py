"""Roles around a name, as one reads them who takes all heads that a list knows.

`<Ana Ruiz>` is the name, a word's tag stands behind it where it is no noun: `retired/VBN`.
"""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from quotes.nlp.roles import options, phrases
from quotes.nlp.roles.chooser import Chooser
from quotes.nlp.roles.reader import Reader
from quotes.nlp.text import Text

VOCAB = spacy.blank("en").vocab
POS = {
    "DT": "DET", "IN": "ADP", "JJ": "ADJ", "VBD": "AUX", "VBZ": "VERB", "VBN": "VERB", "VBG": "VERB", "CC": "CCONJ", "CD": "NUM",
    "WP": "PRON", "JJR": "ADJ", "POS": "PART", "PRP$": "PRON", "RB": "ADV", "NNP": "PROPN", "NN": "NOUN", ".": "PUNCT",
    "NNS": "NOUN",
}
TAGS = {
    "a": "DT", "the": "DT", "another": "DT", "an": "DT", "of": "IN", "for": "IN", "at": "IN", "and": "CC", "who": "WP",
    "is": "VBZ", "was": "VBD", "'s": "POS", "her": "PRP$", ",": ".", ".": ".", "(": ".", ")": ".",
}
KNOWN = {"known": 4.0, "to_minimal": 1.0, "to_comma": 1.0, "whole": 1.0, "none": 3.0}  # instead of learned weights
GLUED = {"'s", ",", ".", ")"}  # to the word before


def article(marked: str) -> tuple[Text, int, int]:
    """Return the words, and where the name in angle brackets begins and ends."""
    pieces = marked.split()
    start = next(i for i, piece in enumerate(pieces) if piece.startswith("<"))
    end = next(i for i, piece in enumerate(pieces) if piece.endswith(">")) + 1
    pairs = [(*piece.strip("<>").split("/"), "")[:2] for piece in pieces]
    words = [word for word, _ in pairs]
    tags = [tag or TAGS.get(word) or ("NNP" if word[0].isupper() else "NN") for word, tag in pairs]
    lemmas = [word.lower().removesuffix("s" if tag == "VBZ" else "") for word, tag in zip(words, tags, strict=True)]
    doc = Doc(
        VOCAB, words=words, spaces=[following not in GLUED for following in [*words[1:], "."]], tags=tags,
        pos=[POS[tag] for tag in tags], lemmas=lemmas, heads=[0] * len(words),
        deps=["ROOT"] + ["dep"] * (len(words) - 1),
    )
    return Text(doc, [], []), start, end


def reader(text: Text, start: int, end: int, others: tuple[int, int] = (0, 0)) -> Reader:
    """Return who reads an article of somebody's name and perhaps of another's, words `others`."""
    people: dict[int, object] = dict.fromkeys(range(start, end), "who")
    people |= dict.fromkeys(range(*others), "somebody else")
    return Reader(text, people, {}, Chooser(dict.fromkeys(("before", "around", "described"), KNOWN)))


def worded(text: Text, found: list[phrases.RolePhrase]) -> list[tuple[str, str | None]]:
    return [(phrases.describe(text, phrase).role, phrase.role_class) for phrase in found]


@pytest.mark.parametrize(
    ("marked", "roles"),
    [
        ("Kremlin spokesman <Dmitry Peskov> left", [("Kremlin spokesman", "spokesperson")]),
        ("a retired/VBN teacher <Ana Ruiz> left", [("retired teacher", "expert or academic")]),
        ("the table <Ana Ruiz> left", []),
        ("panel Chairman Rep. <Ana Ruiz> left", [("panel Chairman", "official"), ("Rep.", "legislator")]),
        ("Det. Supt. <Ana Ruiz> left", [("Det. Supt.", "police or emergency")]),
        ("Secretary of State <Ana Ruiz> left", [("Secretary of State", "minister")]),
        ("minister of mines and energy <Ana Ruiz> left", [("minister of mines and energy", "minister")]),
        ("the council 's deputy mayor <Ana Ruiz> left", [("deputy mayor", "official")]),
        ("her younger/JJR sister <Ana> left", [("younger sister", "citizen or witness")]),
        ("the elder <Ruiz> left", []),
        ("murder suspect <Ana Ruiz> left", []),
        ("the accused/VBN mayor <Ana Ruiz> left", []),
        ("alleged/JJ ringleader <Ana Ruiz> left", []),
        ("disgraced/VBN financier <Ana Ruiz> left", [("financier", "business")]),
        ("Shri <Ana Ruiz> left", []),
        ("minister Datuk Seri <Ana Ruiz> left", [("minister", "minister")]),
    ],
    ids=["a noun and its name", "participles are part of it", "a thing is no role", "a short title after a role is another",
         "two short ranks are one", "an office with of", "an office of two fields", "not its owner", "a relation",
         "who is the elder is no role", "a suspect is no role", "nor who is accused", "nor what is alleged",
         "blame before an office is no part of it", "a form of address is no role", "nor are two behind an office"],
)
def test_before_a_name(marked: str, roles: list[tuple[str, str]]) -> None:
    text, start, end = article(marked)
    assert worded(text, reader(text, start, end).before(start, full=True, who="who")) == roles


@pytest.mark.parametrize(
    ("marked", "roles"),
    [
        ("<Ana Ruiz> , a Ukrainian/JJ negotiator , left", ["Ukrainian negotiator"]),
        ("<Ana Ruiz> , 56/CD , a teacher , left", ["teacher"]),
        ("<Ana Ruiz> , aged/VBN 56/CD , a teacher , left", ["teacher"]),
        ("<Ana Ruiz> , PhD , a teacher , left", ["teacher"]),
        ("<Ana Ruiz> KC , a teacher , left", ["teacher"]),
        ("<Ana Ruiz> , MSc , MD , a teacher , left", ["teacher"]),
        ("<Ana Ruiz> ( D-Ohio ) , a teacher , left", ["teacher"]),
        ("<Ana Ruiz> MP left", ["MP"]),
        ("<Ana Ruiz> , who is the mayor of Arden , left", ["mayor of Arden"]),
        ("<Ana Ruiz> , who serves/VBZ as/IN mayor of Arden , left", ["mayor of Arden"]),
        ("<Ana Ruiz> , who heads/VBZ the regional/JJ administration , left", ["heads the regional administration"]),
        ("<Ana Ruiz> is a developer and spokeswoman for the Guild .", ["developer", "spokeswoman for the Guild"]),
        ("<Ana Ruiz> , a quiet/JJ , Danish/JJ cook , left", ["quiet, Danish cook"]),
        ("<Ana Ruiz> , a mayor at the time , left", ["mayor"]),
        ("<Ana Ruiz> , the panel 's ranking/VBG Democrat , left", []),
        ("<Ana Ruiz> , of Arden , left", []),
        ("<Ana Ruiz> , the suspect , left", []),
        ("<Ana Ruiz> , the alleged/JJ ringleader , left", []),
        ("<Ana Ruiz> , a convicted/VBN fraudster and former/JJ mayor , left", ["former mayor"]),
        ("<Ana Ruiz> , farmers/NNS left", []),
        ("<Ana Ruiz> , the Duchess of Arden 's talk , left", []),
    ],
    ids=["an apposition", "behind an age", "behind an age in words", "behind a degree", "behind letters", "behind two degrees",
         "behind a party and a state", "an office in letters", "a relative clause", "what somebody was", "what somebody heads",
         "is, and two of them", "two adjectives", "not when", "a party is no role", "a home is no role", "a suspect is no role",
         "nor what is alleged", "a crime is no role, the office beside it is", "many are not one", "what is an owner is no role"],
)
def test_behind_a_name(marked: str, roles: list[str]) -> None:
    text, start, end = article(marked)
    assert [role for role, _ in worded(text, reader(text, start, end).after(end, who="who"))] == roles


@pytest.mark.parametrize(
    ("marked", "role"),
    [
        ("another Ukrainian/JJ negotiator at the talks , <Oleksandr Chaly> , left", "Ukrainian negotiator"),
        ("the hospice 's director , <Ana Ruiz> , left", "hospice's director"),
        ("a claim her editor , <Ana Ruiz> , denied/VBD", "editor"),
        ("two/CD teachers/NNS , <Ana Ruiz> and Bo Lind , left", None),
        ("Minister of Highways , Ports and Works , <Ana Ruiz> , left", "Minister of Highways, Ports and Works"),
        ("as/IN director for the Guild , <Ana Ruiz> left", "director for the Guild"),
        ("the accused/NN , <Ana Ruiz> , left", None),
    ],
    ids=["up to its own phrase", "with an owner that is no body", "a pronoun begins it", "several are not one",
         "a field that is a list", "as whom somebody acts", "who is accused has no role"],
)
def test_a_description_and_a_comma_before_a_name(marked: str, role: str | None) -> None:
    text, start, end = article(marked)
    found = reader(text, start, end).ahead(start, plural=False, who="who")
    assert (found and phrases.describe(text, found).role) == role


@pytest.mark.parametrize(
    ("marked", "others", "role"),
    [
        ("<Ana Ruiz> , lawyer for Bo Lind , left", (5, 7), "lawyer for Bo Lind"),
        ("<Ana Ruiz> , a Lind campaign manager , left", (4, 5), "Lind campaign manager"),
        ("<Ana Ruiz> , mayor Bo Lind said/VBD", (4, 6), None),
        ("<Ana Ruiz> , a guest against/IN Bo Lind , left", (6, 8), None),
    ],
    ids=["whom somebody acts for", "whom somebody serves", "a role before another's name is another's",
         "nobody else is in a role"],
)
def test_the_name_of_somebody_else(marked: str, others: tuple[int, int], role: str | None) -> None:
    text, start, end = article(marked)
    found = reader(text, start, end, others).after(end, who="who")
    assert [phrases.describe(text, phrase).role for phrase in found] == ([role] if role else [])


def test_a_role_does_not_hold_the_name_of_whose_it_is() -> None:
    text, start, end = article("the mayor of Arden <Ana Ruiz> left")
    found = reader(text, start, end).described(options.DESCRIBED, 0, end, who="who")
    assert [phrases.describe(text, phrase).role for phrase in found] == ["mayor"]


def test_who_stands_before_a_role_in_the_possessive_is_its_affiliation() -> None:
    text, start, end = article("Turkey 's foreign/JJ minister <Ana Ruiz> left")
    (phrase,) = reader(text, start, end).before(start, full=True, who="who")
    assert phrases.describe(text, phrase) == phrases.RoleText("foreign minister", "Turkey", "minister")
