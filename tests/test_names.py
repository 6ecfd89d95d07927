from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes import names
from quotes.names import Match

SPELLINGS = [
    ("Zelenskyy", "Zelenskiy", "Zelensky", "Зеленський", "Зеленский"),
    ("Çavuşoğlu", "Cavusoglu", "CAVUSOGLU"),
    ("Erdoğan", "Erdogan"),
    ("Sergei", "Sergey", "Сергей"),
    ("Dmitry", "Dmitriy", "Дмитрий"),
    ("Yevgeny", "Evgeny"),
    ("Medinsky", "Medinskiy", "Мединский"),
    ("O’Neill", "O'Neill"),
]
PEOPLE = st.lists(
    st.sampled_from(["Ana", "Ruiz", "J.", "de", "Blasio", "Jr.", "Mr", "Ki-moon", "Çavuşoğlu", "bin", "Chuck", "Charles", "X"]),
    min_size=1,
    max_size=5,
).map(" ".join)


WORDS = st.one_of(
    st.sampled_from([word for group in SPELLINGS for word in group]),
    st.sampled_from(["Ana", "J.", "de", "Blasio", "DeBlasio", "Jr.", "Mr", "al", "Al-Sadr", "Bornstein", "Bornsten", "Rodham"]),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(NAMES, NAMES)
def test_names_that_can_be_one_have_a_key_in_common(left: str, right: str) -> None:
    one = names.compare(left, right) is not Match.CONFLICT or names.misspelt_surname(left, right)
    assert not one or names.keys(left) & names.keys(right) or not names.parse(left).words


@pytest.mark.parametrize(("left", "right"), [
    ("Bill de Blasio", "DeBlasio"), ("Muqtada al-Sadr", "Alsadr"), ("Harold Bornstein", "Bornsten"), ("Sergey Lavrov", "Lavroff"),
    ("Hillary Rodham", "Hillary Rodham Clinton"), ("Fraga-Rosenfeld", "Rosenfeld"), ("Ana Ruiz", "A. Ruiz"),
])
def test_one_persons_names_have_a_key_in_common(left: str, right: str) -> None:
    assert names.keys(left) & names.keys(right)


@pytest.mark.parametrize("group", SPELLINGS, ids=lambda group: group[0])
def test_spellings_of_one_word_are_one(group: tuple[str, ...]) -> None:
    assert all(names.same_word(a, b) for a, b in product(group, repeat=2))


@pytest.mark.parametrize(
    ("left", "right"),
    [("Trump", "Tramp"), ("Putin", "Poutine"), ("Biden", "Hayden"), ("Kim", "Kin"), ("Sanders", "Sandler"), ("Merkel", "Merkle")],
)
def test_words_alike_are_not_one(left: str, right: str) -> None:
    assert not names.same_word(left, right)


@pytest.mark.parametrize(
    ("left", "right", "match"),
    [
        ("Mevlut Cavusoglu", "Mevlüt Çavuşoğlu", Match.EXACT),
        ("Volodymyr Zelenskyy", "Володимир Зеленський", Match.EXACT),
        ("Mr Cavusoglu", "Mevlüt Çavuşoğlu", Match.SURNAME),
        ("John F. Kerry", "John Kerry", Match.FULL),
        ("Hillary Rodham Clinton", "Hillary Clinton", Match.FULL),
        ("Hillary Rodham", "Hillary Rodham Clinton", Match.INITIAL),
        ("G.K. Butterfield", "George Butterfield", Match.INITIAL),
        ("Bernie Sanders", "Bernard Sanders", Match.INITIAL),
        ("Tayyip Erdogan", "Recep Tayyip Erdogan", Match.INITIAL),
        ("De Blasio", "Bill de Blasio", Match.SURNAME),
        ("Bill Clinton", "Hillary Clinton", Match.CONFLICT),
        ("Vladimir Putin", "Vladimir Medinsky", Match.CONFLICT),
        ("Boris Johnson", "Ron Johnson", Match.CONFLICT),
        ("Donald Trump Jr.", "Donald Trump", Match.CONFLICT),
        ("George W. Bush", "George H. Bush", Match.CONFLICT),
    ],
)
def test_names_compare(left: str, right: str, match: Match) -> None:
    assert names.compare(left, right) is match


@pytest.mark.parametrize(
    ("name", "given_name", "surname", "suffix"),
    [
        ("Sen. Jon Tester", "Jon", "Tester", ""),
        ("Bill de Blasio", "Bill", "de Blasio", ""),
        ("Ursula von der Leyen", "Ursula", "von der Leyen", ""),
        ("Ben Carson", "Ben", "Carson", ""),
        ("Martin Luther King Jr.", "Martin", "King", "jr"),
        ("Obama", "", "Obama", ""),
    ],
)
def test_names_are_taken_apart(name: str, given_name: str, surname: str, suffix: str) -> None:
    parsed = names.parse(name)
    assert (parsed.given, parsed.surname, parsed.suffix) == (given_name, surname, suffix)


def test_a_misspelt_surname_is_known_within_an_article_only() -> None:
    assert names.misspelt_surname("Bornsten", "Harold Bornstein")
    assert not names.same_word("Bornsten", "Bornstein")


@given(PEOPLE, PEOPLE)
def test_comparing_is_symmetric_and_a_name_is_itself(left: str, right: str) -> None:
    assert names.compare(left, right) is names.compare(right, left)
    assert names.compare(left, left) is Match.EXACT


@given(st.text(max_size=40))
def test_any_text_can_be_parsed(text: str) -> None:
    parsed = names.parse(text)
    assert all(isinstance(word, str) for word in parsed.words)
    names.compare(text, "Ana Ruiz")


@pytest.mark.parametrize(
    ("left", "right", "match"),
    [
        ("Jürgen Möllering", "Juergen Moellering", Match.EXACT),
        ("Jürgen Möllering", "Jurgen Mollering", Match.EXACT),
        ("Kim Tae-hwan", "Kim Tae Hwan", Match.EXACT),
        ("Nasser al-Qadiri", "Nasser Al Qadiri", Match.EXACT),
        ("Mahmoud el-Sherbaty", "Mahmoud al-Sherbaty", Match.FULL),
        ("Faisal al-Dosakhi", "Faisal Dosakhi", Match.FULL),
        ("Siti binti Kamal", "Siti Kamal", Match.FULL),
        ("Pieter van der Hoekstra", "Pieter Vanderhoekstra", Match.EXACT),
        ("Friedrich von Altenrode", "Friedrich Altenrode", Match.FULL),
        ("Chiara D’Onofrei", "Chiara D'Onofrei", Match.EXACT),
        ("Marvin “Skeets” Stallwood", "Skeets Stallwood", Match.FULL),
        ("Rosamund (Kit) Pemberley", "Kit Pemberley", Match.FULL),
        ("Aleksandr Voronin", "Alexander Voronin", Match.FULL),
        ("Carlos Mendívil Rojas", "Carlos Mendívil", Match.INITIAL),
        ("Khalil al-Marzouki", "Hassan al-Marzouki", Match.CONFLICT),
        ("Marvin “Skeets” Stallwood", "Otto Stallwood", Match.CONFLICT),
    ],
)
def test_particles_umlauts_and_nicknames_compare(left: str, right: str, match: Match) -> None:
    assert names.compare(left, right) is names.compare(right, left) is match


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("Zhao Wenbin", "Wenbin Zhao", "order of names"),
        ("Kim Min-jun", "Minjun Kim", "order of names"),
        ("Jo Müller", "Jo Muler", ""),
        ("Ana Koehl", "Ana Kohl", "one letter or two"),
        ("Juan Carlos Ruiz Mora Vega", "Juan Mora Paz", ""),
        ("Ana Ruiz", "Eva Ruiz", ""),
        ("Ruiz", "Ruiz", ""),
    ],
)
def test_names_that_conflict_may_be_of_one_kin(left: str, right: str, reason: str) -> None:
    assert names.kinship(left, right) == names.kinship(right, left) == reason


def test_marks_inside_of_words_are_no_nickname() -> None:
    assert names.parse("Sa'id O'Neil").nicknames == ()
    assert names.parse("Rosamund (Kit) Hale").nicknames == ("Kit",)
