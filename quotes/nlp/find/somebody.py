"""Who can say something: whether a noun is one for a person, a body or a document, by lists and by its ending.

Pure functions over tokens. Invariant: what no list and no ending knows is a thing, so ask only where that costs little.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.nlp.component import BODY, PERSON, PLACE, name_kind

if TYPE_CHECKING:
    from spacy.tokens import Token

NAMES = frozenset({PERSON, BODY, PLACE})
SPEAKING_PRONOUNS = frozenset({
    "anybody", "anyone", "everybody", "everyone", "he", "i", "many", "most", "nobody", "one", "others", "she", "some", "somebody",
    "someone", "they", "we", "who", "you",
})
MAKER = re.compile(r"[a-z]{2,}(?:er|or|ist|ian|ee|mate)|[a-z]*(?:man|men|woman|women|people|folk)")


def may_speak(token: Token) -> bool:
    """Say whether the head of a noun phrase is somebody or a body, a document included: whoever and whatever says things."""
    return is_person(token) or is_body(token)


def is_person(token: Token) -> bool:
    """Say whether the head of a noun phrase is one or more persons."""
    if token.pos_ == "PRON" or token.tag_ in ("WP", "PRP", "DT", "CD"):
        return token.lower_ in SPEAKING_PRONOUNS or token.tag_ == "CD"
    if token.pos_ == "PROPN":
        return token.lower_ not in _days() or name_kind(token) == PERSON
    word = token.lemma_.lower()
    known = word in lexicon.role_classes().class_of or word in lexicon.coreference().people or word == "percent"
    return known or name_kind(token) in NAMES or _makes(word)


def is_body(token: Token) -> bool:
    """Say whether a common noun is a body that speaks, or a document."""
    word = token.lemma_.lower()
    documents = lexicon.finding().documents
    return word in _bodies() or word in documents or token.lower_ in documents


@cache
def _days() -> frozenset[str]:
    words = lexicon.coreference()
    return words.weekdays | words.months


@cache
def _bodies() -> frozenset[str]:
    words, people = lexicon.coreference(), lexicon.people()
    return words.bodies | words.authorities | words.collectives | people.organization_heads | people.institutions


def _makes(word: str) -> bool:
    """Say whether a noun ends as those for persons do and is none of those that stand for things."""
    return MAKER.fullmatch(word) is not None and word not in lexicon.finding().things
