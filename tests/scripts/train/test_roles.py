"""How roles are learned: from places where it is known what somebody is."""

from __future__ import annotations

import pytest

from scripts.train import person_nouns, roles
from scripts.train.person_nouns import Word


@pytest.mark.parametrize(
    ("worded", "role", "right"),
    [
        pytest.param("mayor of Arden", "mayor of Arden", True, id="the same words"),
        pytest.param("Gov.", "governor", True, id="an abbreviation"),
        pytest.param("mayor", "mayor of the old town of Arden", True, id="the head alone"),
        pytest.param("finance", "finance and trade member of the council", False, id="another of its words alone"),
        pytest.param("former mayor", "Arden police chief", False, id="another role"),
    ],
)
def test_what_says_what_the_gold_says(worded: str, role: str, right: bool) -> None:  # noqa: FBT001  a parameter of the test
    assert (roles.alike([worded], role) >= roles.ALIKE) is right


def test_the_better_of_two_wordings_counts() -> None:
    assert roles.alike(["minister", "Turkey minister"], "Turkey’s minister") == 1.0


def test_what_lists_tell_can_be_left_out() -> None:
    option = {"known": 1.0, "known_beside": 1.0, "class_official": 1.0, "small_head": 1.0, "person_noun": 0.4, "thing_noun": 0.0}
    left = roles.unlisted(option)
    assert not [name for name in left if name.startswith("known") or name == "class_official"]
    assert (left["class_None"], left["person_noun_unknown"], left["new_noun_unknown"]) == (1.0, 0.4, 0.0)
    assert roles.unlisted({"none": 1.0, "none_known": 0.0}) == {"none": 1.0, "none_known": 1.0}


def test_a_mention_is_of_people_if_its_own_type_says_so() -> None:
    words = [
        Word(1, "the", "DET", 2, "(1-person-new-cf1-2-sgl"), Word(2, "owner", "NOUN", 0, ""), Word(3, "of", "ADP", 5, ""),
        Word(4, "the", "DET", 5, "(2-place-new-cf2-2-sgl"), Word(5, "mill", "NOUN", 2, "2)1)"),
    ]
    assert [(head.text, person) for head, person in person_nouns.heads(words)] == [("mill", False), ("owner", True)]
