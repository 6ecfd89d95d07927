from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes import ids
from quotes.records import (
    Alias,
    Authority,
    Judgement,
    MentionKind,
    Position,
    Rename,
    Resolution,
    Role,
    SpeakerType,
    StoredEntity,
    Verdict,
)
from quotes.resolve.speakers import resolve, speaker_id

POLITICIAN = Role(role="senator", role_class="legislator")
KEEPER = Role(role="goalkeeper", role_class="sport, arts or entertainment")


def entity(article: str, name: str | None, kind: str = "person", **more: Any) -> StoredEntity:
    identifier = ids.digest("entity", article, name or more.get("description"))
    return StoredEntity(id=identifier, article_id=article, name=name, type=SpeakerType(kind), **more)


def people(*names: str) -> list[StoredEntity]:
    return [entity(str(number), name) for number, name in enumerate(names)]


def names_of(resolution: Resolution) -> list[str]:
    return sorted(speaker.name for speaker in resolution.speakers)


def judged(left: str, right: str, verdict: Verdict) -> Judgement:
    return Judgement(left_id=left, right_id=right, judgement=verdict, who="a person", made_at="2026-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    "spellings",
    [
        ("Mevlut Cavusoglu", "Mevlüt Çavuşoğlu"),
        ("Volodymyr Zelenskyy", "Volodymyr Zelenskiy", "Volodymyr Zelensky", "Володимир Зеленський"),
        ("Donald Trump", "Donald J. Trump"),
        ("Hillary Clinton", "Hillary Rodham Clinton"),
    ],
    ids=lambda spellings: spellings[0],
)
def test_spellings_of_one_name_are_one_speaker(spellings: tuple[str, ...]) -> None:
    assert len(resolve(people(*spellings)).speakers) == 1


@pytest.mark.parametrize(
    "two",
    [
        ("Bill Clinton", "Hillary Clinton"),
        ("Donald Trump", "Donald Trump Jr."),
        ("J. Smith", "John Smith"),
        ("Vladimir Putin", "Vladimir Medinsky"),
    ],
    ids=lambda two: two[0],
)
def test_names_that_differ_or_may_differ_stay_two(two: tuple[str, str]) -> None:
    assert len(resolve(people(*two)).speakers) == 2


def test_a_name_that_fits_two_people_joins_neither_and_is_asked_about() -> None:
    found = resolve(people("George Bush", "George W. Bush", "George H. W. Bush"))
    assert len(found.speakers) == 3
    assert len(found.speaker_candidates) == 2


def test_the_evidence_prefers_one_of_two() -> None:
    governor = Role(role="governor", affiliation="Texas", role_class="official")
    found = resolve(
        [
            entity("1", "George Bush", roles=(governor,)),
            entity("2", "George W. Bush", roles=(governor,)),
            entity("3", "George H. W. Bush"),
        ]
    )
    assert (
        found.assignments[ids.digest("entity", "1", "George Bush")]
        == found.assignments[ids.digest("entity", "2", "George W. Bush")]
    )
    assert len(found.speakers) == 2


def test_one_name_in_two_lines_of_work_is_two_people_at_most_unsure() -> None:
    found = resolve([entity("1", "John Smith", roles=(POLITICIAN,)), entity("2", "John Smith", roles=(KEEPER,))])
    assert len(found.speakers) == 2
    assert len({speaker.id for speaker in found.speakers}) == 2
    assert [pair.reasons for pair in found.speaker_candidates] == ["names exact; different lines of work"]


def test_a_bare_surname_goes_to_the_one_who_has_it() -> None:
    found = resolve(people("Barack Obama", "Obama"))
    assert names_of(found) == ["Barack Obama"]


def test_a_bare_surname_that_two_share_stays_alone_without_evidence() -> None:
    assert len(resolve(people("Bill Clinton", "Hillary Clinton", "Clinton")).speakers) == 3


def test_a_bare_surname_is_explained_by_the_same_outlet_that_week() -> None:
    found = resolve(
        [
            entity("1", "Bill Clinton", outlet_id="gazette", published="2016-09-01"),
            entity("2", "Hillary Clinton", outlet_id="herald", published="2016-09-01"),
            entity("3", "Clinton", outlet_id="herald", published="2016-09-03", roles=(POLITICIAN,)),
            entity("4", "Hillary Clinton", outlet_id="herald", published="2016-09-02", roles=(POLITICIAN,)),
        ]
    )
    assert found.assignments[ids.digest("entity", "3", "Clinton")] == speaker_id("Hillary Clinton", SpeakerType.PERSON)


def test_a_capital_that_speaks_is_its_country() -> None:
    found = resolve(
        [entity("1", "Russia", "organization"), entity("2", "Moscow", "organization"), entity("3", "Kyiv", "organization")]
    )
    assert names_of(found) == ["Russia", "Ukraine"]


def test_an_acronym_is_the_body_whose_articles_use_it() -> None:
    alias = Alias(alias="S.E.C.", kind=MentionKind.ORGANIZATION, mentions=2)
    found = resolve(
        [entity("1", "Securities and Exchange Commission", "organization", aliases=(alias,)), entity("2", "SEC", "organization")]
    )
    assert names_of(found) == ["Securities and Exchange Commission"]


def test_unnamed_sources_are_one_an_article_and_description() -> None:
    found = resolve(
        [entity("1", None, "unnamed", description="an official"), entity("2", None, "unnamed", description="an official")]
    )
    assert [speaker.type for speaker in found.speakers] == [SpeakerType.UNNAMED] * 2


def test_a_document_belongs_to_its_issuer_where_the_issuer_speaks() -> None:
    found = resolve([entity("1", "Ana Ruiz"), entity("2", "Ana Ruiz", "document")])
    assert [speaker.type for speaker in found.speakers] == [SpeakerType.PERSON]


def test_other_names_are_forwarded() -> None:
    found = resolve(people("Mevlut Cavusoglu", "Mevlüt Çavuşoğlu", "Mevlüt Çavuşoğlu"))
    other = speaker_id("Mevlut Cavusoglu", SpeakerType.PERSON)
    assert found.redirects[other] == found.speakers[0].id == speaker_id("Mevlüt Çavuşoğlu", SpeakerType.PERSON)


def test_a_person_joins_what_names_keep_apart() -> None:
    two = people("Kate Middleton", "Catherine Windsor")
    left, right = (speaker_id(e.name or "", SpeakerType.PERSON) for e in two)
    assert len(resolve(two, [judged(left, right, Verdict.POSITIVE)]).speakers) == 1


def test_a_person_keeps_apart_what_names_join() -> None:
    two = people("John Kerry", "John F. Kerry")
    left, right = (speaker_id(e.name or "", SpeakerType.PERSON) for e in two)
    found = resolve(two, [judged(left, right, Verdict.NEGATIVE)])
    assert len(found.speakers) == 2
    assert not found.speaker_candidates


def test_a_person_takes_articles_away_from_a_speaker() -> None:
    three = people("John Smith", "John Smith", "John Smith")
    whole = resolve(three).speakers[0].id
    found = resolve(three, [judged(three[0].id, whole, Verdict.NEGATIVE)])
    assert len(found.speakers) == 2
    assert found.assignments[three[1].id] == found.assignments[three[2].id] == whole != found.assignments[three[0].id]


def test_superseded_decisions_do_not_count() -> None:
    two = people("Kate Middleton", "Catherine Windsor")
    left, right = (speaker_id(e.name or "", SpeakerType.PERSON) for e in two)
    taken_back = Judgement(
        left_id=left, right_id=right, judgement=Verdict.POSITIVE, who="x", made_at="2026", superseded_at="2027"
    )
    assert len(resolve(two, [taken_back]).speakers) == 2


def test_a_new_name_keeps_the_identifier() -> None:
    before = resolve(people("Prince")).speakers[0]
    renamed = Rename(speaker_id=before.id, name="The Artist", who="x", made_at="2026")
    after = resolve(people("Prince"), renames=[renamed]).speakers[0]
    assert (after.id, after.name) == (before.id, "The Artist")


def test_people_of_one_authority_are_one() -> None:
    known = Authority(
        id="figure",
        name="Volodymyr Zelenskyy",
        type=SpeakerType.PERSON,
        names=("Wolodymyr Selenskyj",),
        positions=(Position(position="President of Ukraine"),),
    )
    found = resolve(people("Volodymyr Zelenskyy", "Wolodymyr Selenskyj"), authorities=[known])
    assert {speaker.authority_id for speaker in found.speakers} == {"figure"}


NAMES = st.sampled_from(
    [
        "Mevlut Cavusoglu",
        "Mevlüt Çavuşoğlu",
        "Donald Trump",
        "Donald J. Trump",
        "Trump",
        "Ivanka Trump",
        "Donald Trump Jr.",
        "George Bush",
        "George W. Bush",
        "Bush",
        "Moscow",
        "Russia",
        "Melanie",
        "Obama",
        "Barack Obama",
    ]
)
ENTITIES = st.lists(
    st.builds(
        lambda article, name, role, outlet, day: entity(
            str(article),
            name,
            "organization" if name in {"Moscow", "Russia"} else "person",
            roles=role,
            outlet_id=outlet,
            published=day,
        ),
        st.integers(0, 9),
        NAMES,
        st.sampled_from([(), (POLITICIAN,), (KEEPER,)]),
        st.sampled_from([None, "gazette", "herald"]),
        st.sampled_from([None, "2022-03-29", "2022-04-30"]),
    ),
    max_size=14,
    unique_by=lambda e: e.id,
)


@settings(max_examples=60, deadline=None)
@given(ENTITIES, st.randoms())
def test_the_order_of_arrival_changes_nothing(entities: list[StoredEntity], random: Any) -> None:
    shuffled = list(entities)
    random.shuffle(shuffled)
    assert resolve(entities) == resolve(shuffled)


@settings(max_examples=60, deadline=None)
@given(ENTITIES)
def test_every_entity_has_one_known_speaker_and_identifiers_are_unique(entities: list[StoredEntity]) -> None:
    found = resolve(entities)
    known = [speaker.id for speaker in found.speakers]
    assert len(known) == len(set(known))
    assert found.assignments.keys() == {e.id for e in entities}
    assert set(found.assignments.values()) == set(known)
    assert not found.redirects.keys() & set(known)
    assert set(found.redirects.values()) <= set(known)


def test_names_too_many_to_compare_are_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    spellings = people("Volodymyr Zelenskyy", "Volodymyr Zelenskiy", "Volodymyr Zelensky")
    assert len(resolve(spellings).speakers) == 1
    assert not caplog.messages
    monkeypatch.setattr("quotes.resolve.speakers.LARGEST_BLOCK", 2)
    assert len(resolve(spellings).speakers) == 1  # those near in the alphabet are compared still
    assert any("3 names alike" in message and "Zelensk" in message for message in caplog.messages)
    monkeypatch.setattr("quotes.resolve.speakers.NEIGHBOURS", 0)
    assert len(resolve(spellings).speakers) == 3


TWO_OF_ONE_NAME = {
    "a nurse and a minister": (
        Role(role="nurse at Mill Clinic", affiliation="Mill Clinic", role_class="expert or academic"),
        Role(role="minister of finance", role_class="minister"), "2018-03-03", "2018-04-03",
    ),
    "mayors of towns in two countries": (
        Role(role="mayor of Monte Seco in Portugal", affiliation="Monte Seco", role_class="official"),
        Role(role="mayor of Porto Alto in Brazil", affiliation="Porto Alto", role_class="official"), "2018-03-03", "2018-04-03",
    ),
    "spokesmen of two bodies at one time": (
        Role(role="spokesman for Northgate Police", affiliation="Northgate Police", role_class="spokesperson"),
        Role(role="spokesman for Aerovia Airlines", affiliation="Aerovia Airlines", role_class="spokesperson"),
        "2018-03-03", "2018-04-03",
    ),
    "lawyers, thirty years between": (
        Role(role="lawyer for Tern Water", affiliation="Tern Water", role_class="judge or lawyer"),
        Role(role="lawyer for Iron Hill", affiliation="Iron Hill", role_class="judge or lawyer"), "1988-03-03", "2023-04-03",
    ),
}


@pytest.mark.parametrize("case", TWO_OF_ONE_NAME)
def test_two_people_of_one_name_stay_two_and_are_shown_to_people(case: str) -> None:
    one, other, before, after = TWO_OF_ONE_NAME[case]
    found = resolve([
        entity("1", "Grace Marsham", roles=(one,), published=before),
        entity("2", "Grace Marsham", roles=(other,), published=after),
    ])
    assert len(found.speakers) == 2
    assert len(found.speaker_candidates) == 1


ONE_OF_ONE_NAME = {
    "who held one office after another": ("senator", "legislator", "president", "head of state or government"),
    "whom papers describe in two ways": ("economist", "expert or academic", "adviser", "official"),
    "a minister who was a teacher": ("former teacher", "expert or academic", "minister", "minister"),
    "of whom one article says nothing": ("nurse", "expert or academic", "", ""),
}


@pytest.mark.parametrize("case", ONE_OF_ONE_NAME)
def test_one_person_stays_one(case: str) -> None:
    before, its_class, after, other_class = ONE_OF_ONE_NAME[case]
    roles = (Role(role=after, role_class=other_class),) if after else ()
    found = resolve([
        entity("1", "Grace Marsham", roles=(Role(role=before, role_class=its_class),), published="2010-03-03"),
        entity("2", "Grace Marsham", roles=roles, published="2016-03-03"),
    ])
    assert len(found.speakers) == 1


def test_a_fuller_name_does_not_join_two_of_one_name() -> None:
    keeper, senator = (Role(role=r, role_class=c) for r, c in (("goalkeeper", KEEPER.role_class), ("senator", "legislator")))
    two = [entity("1", "Grace Marsham", roles=(keeper,)), entity("2", "Grace Marsham", roles=(senator,))]
    found = resolve([*two, entity("3", "Grace F. Marsham")])
    assert found.assignments[two[0].id] != found.assignments[two[1].id]


def test_a_person_joins_two_of_one_name() -> None:
    two = [entity("1", "Grace Marsham", roles=(POLITICIAN,)), entity("2", "Grace Marsham", roles=(KEEPER,))]
    left, right = (speaker.id for speaker in resolve(two).speakers)
    assert len(resolve(two, [judged(left, right, Verdict.POSITIVE)]).speakers) == 1


def test_what_a_person_said_of_the_first_of_two_is_not_said_of_the_other() -> None:
    three = [
        entity("1", "Grace Marsham", roles=(POLITICIAN,)), entity("2", "Grace Marsham", roles=(POLITICIAN,)),
        entity("3", "Grace Marsham", roles=(KEEPER,)), entity("4", "Gigi Halloran"),
    ]
    first, other = (speaker_id(name, SpeakerType.PERSON) for name in ("Grace Marsham", "Gigi Halloran"))
    found = resolve(three, [judged(first, other, Verdict.POSITIVE)])
    assert len(found.speakers) == 2
    assert found.assignments[three[0].id] == found.assignments[three[3].id] != found.assignments[three[2].id]


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (("Zhao Wenbin", "Wenbin Zhao"), "order of names"),
        (("Ana Koehl", "Ana Kohl"), "one letter or two"),
        (("Ana Ruiz Vega", "Ana Ruiz"), "names initial"),
    ],
)
def test_names_of_one_kin_are_asked_about_and_one_where_the_articles_say_so(names: tuple[str, str], reason: str) -> None:
    found = resolve(people(*names))
    assert len(found.speakers) == 2
    assert [pair.reasons for pair in found.speaker_candidates] == [reason]
    warden = Role(role="dyke warden of Zuidmeer", affiliation="Zuidmeer", role_class="official")
    assert len(resolve([entity(str(n), name, roles=(warden,)) for n, name in enumerate(names)]).speakers) == 1


@pytest.mark.parametrize(
    ("left", "right", "number"),
    [
        ("Centre for Public Health", "Center for Public Health", 1),
        ("Marlowe & Tench", "Marlowe and Tench", 1),
        ("Halvorsen Paper ASA", "Halvorsen Paper", 1),
        ("Acme", "Acme Inc.", 1),
        ("U.S. government", "United States government", 1),
        ("UK government", "British government", 1),
        ("British Museum", "UK Museum", 2),
        ("Acme", "Acme Stores Westgate", 2),
        ("Brightwell", "Brightwell Foundation", 2),
        ("News Corp", "News", 2),
    ],
    ids=str,
)
def test_bodies_are_one_by_their_whole_names(left: str, right: str, number: int) -> None:
    assert len(resolve([entity("1", left, "organization"), entity("2", right, "organization")]).speakers) == number


def test_letters_that_may_be_a_bodys_are_asked_about() -> None:
    found = resolve([entity("1", "Bureau of Marine Surveys", "organization"), entity("2", "BMS", "organization")])
    assert len(found.speakers) == 2
    assert [pair.reasons for pair in found.speaker_candidates] == ["letters of the name"]


def test_an_acronym_of_two_bodies_is_neithers() -> None:
    alias = Alias(alias="BMS", kind=MentionKind.ORGANIZATION, mentions=1)
    found = resolve([
        entity("1", "Bureau of Marine Surveys", "organization", aliases=(alias,)),
        entity("2", "Bank of Marine Stores", "organization", aliases=(alias,)), entity("3", "BMS", "organization"),
    ])
    assert len(found.speakers) == 3
    assert len(found.speaker_candidates) == 2


def test_a_body_that_may_be_a_countrys_is_asked_about() -> None:
    found = resolve([entity("1", "Supreme Court", "organization"), entity("2", "U.S. Supreme Court", "organization")])
    assert len(found.speakers) == 2
    assert [pair.reasons for pair in found.speaker_candidates] == ["one name, behind a country in one"]
