"""Which of several phrases is a role, or none."""

from __future__ import annotations

import math

from quotes.nlp.roles.chooser import GROUPS, LEAST, UNLISTED, Chooser, learned, none
from quotes.nlp.roles.options import BESIDE, PLACES, Option, person_odds
from quotes.nlp.roles.phrases import RolePhrase

MAYOR, WHOLE = RolePhrase(3, 4, None, "official"), RolePhrase(3, 6, None, "official")
NEW = RolePhrase(3, 4)


def choose(weights: dict[str, float], *options: Option) -> RolePhrase | None:
    return Chooser({"around": weights}).choose(BESIDE, options, None, 0)


def test_the_phrase_for_which_most_speaks_is_chosen() -> None:
    options = [Option(MAYOR, {"some": 1.0}), Option(WHOLE, {"some": 1.0, "of": 1.0})]
    assert choose({"some": 1.0, "of": 1.0}, *options) is WHOLE


def test_none_is_chosen_where_nothing_speaks_for_a_phrase() -> None:
    assert choose({"none": 3.0}, Option(MAYOR, {"some": 1.0})) is None


def test_a_phrase_whose_head_no_list_holds_must_be_likelier() -> None:
    least = LEAST["around"] + UNLISTED / 2
    weights = {"some": math.log(least / (1 - least))}
    assert choose(weights, Option(MAYOR, {"some": 1.0})) is MAYOR
    assert choose(weights, Option(NEW, {"some": 1.0})) is None


def test_none_knows_whether_a_list_holds_any_head() -> None:
    known, new = Option(MAYOR, {"known": 1.0}), Option(NEW, {"known": 0.0})
    assert [none(BESIDE, options)["none_known"] for options in ([new], [new, known])] == [1.0, 0.0]


def test_the_package_brings_weights_for_every_place() -> None:
    weights = learned()
    assert set(weights) == {GROUPS[place] for place in PLACES}
    assert all(math.isfinite(weight) for own in weights.values() for weight in own.values())


def test_nouns_for_people_are_told_from_nouns_for_things() -> None:
    assert person_odds("creators") > 0 > person_odds("results")
    assert person_odds("zzyzx") == 0
