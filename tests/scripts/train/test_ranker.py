"""How the ranker learns: from cases in which it is known who is right."""

from __future__ import annotations

import pytest

from quotes.nlp.coref.entities import Anonymous, Body, Joint, Paper, Person
from scripts.train import ranker

ANA, BO, ACME = Person(0, "Ana Ruiz"), Person(1, "Bo Dahl"), Body(0, "Acme")
ROW = {"speaker": "Ana Ruiz", "speaker_type": "person", "mention": "pronoun"}
UNNAMED = {"speaker": None, "speaker_type": "unnamed", "mention": "pronoun"}


@pytest.mark.parametrize(
    ("row", "entity", "right"),
    [
        pytest.param(ROW, ANA, True, id="the one named"),
        pytest.param(ROW, BO, False, id="another"),
        pytest.param(ROW, None, False, id="nobody where somebody is named"),
        pytest.param(UNNAMED, None, True, id="nobody where nobody is named"),
        pytest.param(UNNAMED, Anonymous("a man"), True, id="somebody unnamed where nobody is named"),
        pytest.param(UNNAMED, ANA, False, id="somebody named where nobody is"),
        pytest.param({**ROW, "speaker": "Bo Dahl; Ana Ruiz"}, Joint((ANA, BO)), True, id="two in any order"),
        pytest.param({**ROW, "speaker": "Bo Dahl; Cy Park"}, Joint((ANA, BO)), False, id="two, of whom one is another"),
        pytest.param({**ROW, "speaker": "The Acme", "speaker_type": "document"}, Paper(ACME, "report"), True, id="an issuer"),
    ],
)
def test_what_is_right(row: dict[str, str | None], entity: object, right: bool) -> None:  # noqa: FBT001  a parameter of the test
    assert ranker.means(row, entity, {}) is right  # type: ignore[arg-type]


def test_an_alias_is_the_one_it_stands_for() -> None:
    assert ranker.means({**ROW, "speaker": "Anita Ruiz"}, ANA, {"anita ruiz": {"ana ruiz"}})


def test_the_weights_make_the_right_ones_likelier() -> None:
    last = {"spoke_last": 1.0, "far": 0.5}
    other = {"spoke_last": 0.0, "far": 0.5}
    weights = ranker.fit([ranker.Case("pronoun", [last, other], [0])] * 20, {})
    assert weights["spoke_last"] > 1
    assert weights["far"] == pytest.approx(0, abs=1e-3)


def test_few_cases_leave_the_weights_where_they_were() -> None:
    weights = ranker.fit([ranker.Case("body", [{"fits": 1.0}, {"fits": 0.0}], [0])], {"fits": 3.0})
    assert weights["fits"] == pytest.approx(3.0, abs=0.1)


def test_several_may_be_right() -> None:
    weights = ranker.fit([ranker.Case("pronoun", [{"a": 1.0}, {"b": 1.0}, {"c": 1.0}], [0, 1])] * 20, {})
    assert weights["a"] > 0 > weights["c"]
    assert weights["b"] > 0
