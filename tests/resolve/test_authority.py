from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from quotes.ingest import authorities
from quotes.records import SpeakerType
from quotes.resolve.authority import Profile, link

KNOWN = tuple(authorities.read(Path(__file__).parents[1] / "data" / "authority.jsonl"))
BY_NAME = {known.name: known.id for known in KNOWN}


def person(*names: str, words: str = "", affiliation: str = "", day: date | None = None) -> Profile:
    ordinal = day.toordinal() if day else None
    return Profile(
        names=names,
        type=SpeakerType.PERSON,
        words=frozenset(words.split()),
        affiliations=frozenset({affiliation} - {""}),
        first_day=ordinal,
        last_day=ordinal,
    )


def test_the_file_lists_fifty_people() -> None:
    assert len(KNOWN) == len({known.id for known in KNOWN}) == 50


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_everyone_is_found_by_every_name_the_file_gives(known: authorities.Authority) -> None:
    linked = link([person(known.name, words="president minister senator governor mayor")], KNOWN)
    assert linked.links.get(0, linked.candidates and linked.candidates[0][1]) == known.id


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        (("Mevlut Cavusoglu",), "Mevlüt Çavuşoğlu"),
        (("Volodymyr Zelenskiy",), "Volodymyr Zelenskyy"),
        (("Сергей Лавров",), "Sergey Lavrov"),
        (("Hillary Rodham Clinton", "Hillary Clinton"), "Hillary Clinton"),
        (("John Kerry",), "John Kerry"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_names_in_any_spelling_link(names: tuple[str, ...], meant: str) -> None:
    assert link([person(*names)], KNOWN).links == {0: BY_NAME[meant]}


def test_a_bare_surname_links_nobody() -> None:
    assert link([person("Clinton")], KNOWN).links == {}


def test_a_stranger_links_nobody() -> None:
    found = link([person("Ana Ruiz", words="mayor")], KNOWN)
    assert (found.links, found.candidates) == ({}, ())


def test_an_ambiguous_name_stays_unlinked_with_its_candidates() -> None:
    found = link([person("George Bush")], KNOWN)
    assert found.links == {}
    assert {identifier for _, identifier, _, _ in found.candidates} == {BY_NAME["George W. Bush"], BY_NAME["George H. W. Bush"]}


def test_offices_and_dates_raise_the_score() -> None:
    plain = link([person("Mike Pence")], KNOWN)
    told = link([person("Mike Pence", words="vice president", affiliation="united states", day=date(2018, 5, 1))], KNOWN)
    assert plain.links == told.links == {0: BY_NAME["Mike Pence"]}


def test_the_order_of_the_file_changes_nothing() -> None:
    profiles = [person("George Bush"), person("Mike Pence")]
    assert link(profiles, KNOWN) == link(profiles, tuple(reversed(KNOWN)))
