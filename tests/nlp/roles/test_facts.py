from __future__ import annotations

import pytest

from quotes.nlp.roles import facts


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("prime minister", "head of state or government"),
        ("foreign minister", "minister"),
        ("Sen.", "legislator"),
        ("top Democrat", "legislator"),
        ("press secretary", "spokesperson"),
        ("chief negotiator", "diplomat or negotiator"),
        ("general", "military"),
        ("attorney general", "minister"),
        ("defence lawyer", "judge or lawyer"),
        ("police chief", "police or emergency"),
        ("vice-presidential nominee", "candidate"),
        ("mayor", "official"),
        ("associate professor", "expert or academic"),
        ("chief executive", "business"),
        ("talk show host", "journalist"),
        ("union leader", "activist"),
        ("archbishop", "religious leader"),
        ("goalkeeper", "sport, arts or entertainment"),
        ("eyewitness", "citizen or witness"),
        ("trapezist", "other"),
        ("table", None),
    ],
)
def test_classes(words: str, kind: str | None) -> None:
    assert facts.head_class(words.lower().split()) == kind


@pytest.mark.parametrize(
    ("role", "possessor", "affiliation"),
    [
        ("Ukrainian negotiator", None, "Ukraine"),
        ("Kremlin spokesman", None, "Kremlin"),
        ("foreign minister", "Turkey", "Turkey"),
        ("foreign minister of France", None, "France"),
        ("head of the Russian delegation", None, "Russia"),
        ("senior U.S. official", None, "United States"),
        ("Massachusetts Sen.", None, "Massachusetts"),
        ("Wells Fargo CEO", None, "Wells Fargo"),
        ("director of debate at the University of Michigan", None, "University of Michigan"),
        ("adviser to Mr Zelenskyy", None, "Zelenskyy"),
        ("analyst", None, None),
        ("Republican nominee", None, None),
    ],
)
def test_affiliations(role: str, possessor: str | None, affiliation: str | None) -> None:
    assert facts.affiliation_of(role, possessor) == affiliation


@pytest.mark.parametrize(
    ("phrase", "country"), [("Kyiv", "Ukraine"), ("the", None), ("British", "United Kingdom"), ("Côte d'Ivoire", "Ivory Coast")]
)
def test_countries_by_name_adjective_and_capital(phrase: str, country: str | None) -> None:
    assert facts.country_of(phrase) == country
