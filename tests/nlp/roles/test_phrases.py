"""Roles around a name; `<Ana Ruiz>` is the name, a word's tag stands behind it where it is no noun: `retired/VBN`."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from quotes.nlp.roles import phrases
from quotes.nlp.text import Text

VOCAB = spacy.blank("en").vocab
POS = {
    "DT": "DET", "IN": "ADP", "JJ": "ADJ", "VBD": "AUX", "VBZ": "VERB", "VBN": "VERB", "VBG": "VERB", "CC": "CCONJ", "CD": "NUM",
    "WP": "PRON", "POS": "PART", "PRP$": "PRON", "RB": "ADV", "NNP": "PROPN", "NN": "NOUN", ".": "PUNCT", "NNS": "NOUN",
}
TAGS = {
    "a": "DT", "the": "DT", "another": "DT", "an": "DT", "of": "IN", "for": "IN", "at": "IN", "and": "CC", "who": "WP",
    "is": "VBZ", "was": "VBD", "'s": "POS", "her": "PRP$", ",": ".", ".": ".", "(": ".", ")": ".",
}
GLUED = {"'s", ",", ".", ")"}  # to the word before


def article(marked: str) -> tuple[Text, int, int]:
    """Return the words, and where the name in angle brackets begins and ends."""
    pieces = marked.split()
    start = next(i for i, piece in enumerate(pieces) if piece.startswith("<"))
    end = next(i for i, piece in enumerate(pieces) if piece.endswith(">")) + 1
    pairs = [(*piece.strip("<>").split("/"), "")[:2] for piece in pieces]
    words = [word for word, _ in pairs]
    tags = [tag or TAGS.get(word) or ("NNP" if word[0].isupper() else "NN") for word, tag in pairs]
    doc = Doc(
        VOCAB, words=words, spaces=[following not in GLUED for following in [*words[1:], "."]], tags=tags,
        pos=[POS[tag] for tag in tags], lemmas=[word.lower() for word in words], heads=[0] * len(words),
        deps=["ROOT"] + ["dep"] * (len(words) - 1),
    )
    return Text(doc, [], []), start, end


def worded(text: Text, found: list[phrases.RolePhrase]) -> list[tuple[str, str | None]]:
    return [(phrases.describe(text, phrase).role, phrase.role_class) for phrase in found]


@pytest.mark.parametrize(
    ("marked", "roles"),
    [
        ("Kremlin spokesman <Dmitry Peskov> left", [("Kremlin spokesman", "spokesperson")]),
        ("a retired/VBN teacher <Ana Ruiz> left", [("retired teacher", "expert or academic")]),
        ("the table <Ana Ruiz> left", []),
        ("panel Chairman Rep. <Ana Ruiz> left", [("panel Chairman", "official"), ("Rep.", "legislator")]),
        ("Secretary of State <Ana Ruiz> left", [("Secretary of State", "minister")]),
        ("the council 's deputy mayor <Ana Ruiz> left", [("deputy mayor", "official")]),
    ],
    ids=["a noun and its name", "participles are part of it", "a thing is no role", "a short title after a role is another",
         "an office with of", "not its owner"],
)
def test_before_a_name(marked: str, roles: list[tuple[str, str]]) -> None:
    text, start, _ = article(marked)
    assert worded(text, phrases.before(text, start)) == roles


@pytest.mark.parametrize("loose", [True, False], ids=["where the name is a person's", "else not"])
def test_a_common_noun_that_no_list_holds(*, loose: bool) -> None:
    text, start, _ = article("the chandler <Tamsin Fairweather> left")
    assert worded(text, phrases.before(text, start, loose=loose)) == ([("chandler", "other")] if loose else [])


@pytest.mark.parametrize(
    ("marked", "roles"),
    [
        ("<Ana Ruiz> , a Ukrainian/JJ negotiator , left", ["Ukrainian negotiator"]),
        ("<Ana Ruiz> , 56/CD , a teacher , left", ["teacher"]),
        ("<Ana Ruiz> , who is the mayor of Arden , left", ["mayor of Arden"]),
        ("<Ana Ruiz> is a developer and spokeswoman for the Guild .", ["developer", "spokeswoman for the Guild"]),
        ("<Ana Ruiz> , the panel 's ranking/VBG Democrat , left", []),
        ("<Ana Ruiz> , of Arden , left", []),
    ],
    ids=["an apposition", "behind an age", "a relative clause", "is, and two of them", "a party is no role", "a home is no role"],
)
def test_behind_a_name(marked: str, roles: list[str]) -> None:
    text, _, end = article(marked)
    assert [role for role, _ in worded(text, phrases.after(text, end))] == roles


@pytest.mark.parametrize(
    ("marked", "role"),
    [
        ("another Ukrainian/JJ negotiator at the talks , <Oleksandr Chaly> , left", "Ukrainian negotiator"),
        ("the hospice 's director , <Ana Ruiz> , left", "hospice's director"),
        ("a claim her editor , <Ana Ruiz> , denied/VBD", "editor"),
        ("two/CD teachers/NNS , <Ana Ruiz> and Bo Lind , left", None),
        ("Minister of Highways , Ports and Works , <Ana Ruiz> , left", "Minister of Highways, Ports and Works"),
    ],
    ids=["up to its own phrase", "with an owner that is no body", "a pronoun begins it", "several are not one",
         "a field that is a list"],
)
def test_a_description_and_a_comma_before_a_name(marked: str, role: str | None) -> None:
    text, start, _ = article(marked)
    found = phrases.described_before(text, start)
    assert (found and phrases.describe(text, found).role) == role


def test_who_stands_before_a_role_in_the_possessive_is_its_affiliation() -> None:
    text, start, _ = article("Turkey 's foreign/JJ minister <Ana Ruiz> left")
    (phrase,) = phrases.before(text, start)
    assert phrases.describe(text, phrase) == phrases.RoleText("foreign minister", "Turkey", "minister")
