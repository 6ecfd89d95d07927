"""The same words in several articles: a function of the set of wordings, whatever the order and the batches."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from quotes import wording
from quotes.records import Wording
from quotes.resolve import statements
from quotes.resolve.statements import Memory
from scripts.make import retold
from scripts.measure.statements import wordings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RIVER = "We have watched the river rise for eleven years and nobody in the ministry has answered a single letter of ours"
CUT = "watched the river rise for eleven years and nobody in the ministry has answered"
MISQUOTED = RIVER.replace("eleven", "seven")


def said(text: str, speaker: str = "ana", day: int | None = 100) -> Wording:
    forms = wording.forms(wording.words(text))
    speakers = frozenset(map(wording.speaker_number, speaker.split()))
    return Wording(id=wording.wording_id(forms, speakers), forms=forms, speakers=speakers, first_day=day, last_day=day)


def linked(wordings: Iterable[Wording]) -> dict[int, int | None]:
    wordings = list(wordings)
    return statements.link(wordings, (), Memory(wordings))


def in_batches(batches: Iterable[tuple[Sequence[Wording], Sequence[Wording]]]) -> dict[int, int | None]:
    """Return the parents after wordings came and went in batches."""
    index = Memory()
    parents: dict[int, int | None] = {}
    for added, removed in batches:
        for each in removed:
            index.remove(each)
        for each in added:
            index.add(each)
        found = statements.link(added, removed, index)
        gone = {each.id for each in removed} - {each.id for each in added}
        index.set_parents(found, gone)
        parents = {key: value for key, value in (parents | found).items() if key not in gone}
    return parents


@pytest.mark.parametrize(("other", "speaker", "day", "joins"), [
    pytest.param(CUT, "ana", 900, True, id="cut, by the same speaker, whenever"),
    pytest.param(MISQUOTED, "ana", 100, True, id="a word changed"),
    pytest.param("We have watched the river … has answered a single letter of ours", "ana", 100, True, id="elided"),
    pytest.param(CUT, "", 100, True, id="by somebody without a name"),
    pytest.param(CUT, "bo", 120, True, id="by another speaker within a month"),
    pytest.param(CUT, "bo", None, True, id="by another speaker, undated"),
    pytest.param("watched the river rise for eleven years", "bo", 120, False, id="a few words by another speaker"),
    pytest.param("watched the river rise for eleven years", "ana", 120, True, id="a few words by the same speaker"),
    pytest.param("watched the river rise for eleven years", "bo ana", 120, True, id="a few words, by the same and another"),
    pytest.param("We have watched the river rise for eleven years and somebody will pay", "ana", 110, True,
                 id="three quarters of the words, by the same speaker within a month"),
    pytest.param("We have watched the river rise for eleven years and somebody will pay", "ana", 900, False,
                 id="three quarters of the words, by the same speaker years later"),
    pytest.param("We have watched the river rise for seven years and somebody in the ministry has answered", "bo", 110, False,
                 id="words changed, by another speaker"),
    pytest.param("we have the years", "ana", 100, False, id="fewer than five words"),
    pytest.param("We have watched our neighbours pay for eleven years of silence", "ana", 100, False, id="other words"),
])
def test_a_wording_joins_a_longer_one(other: str, speaker: str, day: int | None, joins: bool) -> None:  # noqa: FBT001  an outcome
    whole, version = said(RIVER), said(other, speaker, day)
    parents = linked([whole, version])
    assert parents[version.id if version.order < whole.order else whole.id] == (
        max(whole, version, key=lambda each: each.order).id if joins else None)


def test_two_speakers_are_two_wordings_of_one_statement() -> None:
    ana, bo = said(RIVER), said(RIVER, "bo")
    assert ana.id != bo.id
    assert sorted(linked([ana, bo]).values(), key=str) == sorted([max(ana, bo, key=lambda each: each.order).id, None], key=str)


def test_a_common_phrase_makes_no_chain_between_statements() -> None:
    phrase = said("at the end of the day")
    one, other = said(f"{RIVER} at the end of the day"), said("It was a quiet harvest in the north at the end of the day")
    parents = linked([phrase, one, other])
    assert parents[one.id] is None
    assert parents[other.id] is None
    assert parents[phrase.id] == one.id


def test_the_statement_that_has_all_the_words_is_taken_before_a_longer_one_that_has_most() -> None:
    whole = said("Nobody in the ministry has answered a single letter")
    longer = said("Nobody in the council has answered a single letter since the day on which we all moved here")
    version = said("nobody in the ministry has answered a single")
    assert linked([whole, longer, version])[version.id] == whole.id


@pytest.fixture(scope="module")
def corpus() -> list[Wording]:
    return list(wordings_of(retold.corpus(3, articles=80, statements=14))[0].values())


def test_any_order_in_any_batches_gives_the_same_parents(corpus: list[Wording]) -> None:
    whole = linked(corpus)
    assert sum(parent is not None for parent in whole.values()) > 30
    for seed in range(10):
        chance = Random(seed)  # noqa: S311  no secret
        mixed = chance.sample(corpus, len(corpus))
        size = chance.choice((1, 7, 50))
        assert in_batches((mixed[at : at + size], ()) for at in range(0, len(mixed), size)) == whole


def test_what_came_and_went_leaves_no_trace(corpus: list[Wording]) -> None:
    chance = Random(1)  # noqa: S311  no secret
    for _ in range(5):
        kept = chance.sample(corpus, len(corpus) // 2)
        gone = [each for each in corpus if each not in kept]
        assert in_batches([(corpus, ()), ((), gone[:20]), ((), gone[20:])]) == linked(kept)


def test_words_that_a_crowd_shares_are_passed_over_whenever_the_crowd_came() -> None:
    phrase = "the winter will be long"
    words = (f"{phrase} w{number} x{number} y{number} z{number}" for number in range(statements.CROWD + 30))
    crowd = [said(each) for each in words]
    short = said(phrase)
    assert linked([short, *crowd])[short.id] is None
    few = crowd[:5]
    assert linked([short, *few])[short.id] == max(few, key=lambda each: each.order).id
    assert in_batches([([short, *few], ()), (crowd[5:], ())]) == linked([short, *crowd])
    assert in_batches([([short, *crowd], ()), ((), crowd[5:])]) == linked([short, *few])
    one_by_one = [((each,), ()) for each in (short, *crowd)]
    assert in_batches(one_by_one) == linked([short, *crowd])


def test_a_wording_whose_days_change_is_linked_anew() -> None:
    whole, near, far = said(RIVER), said(CUT, "bo", 110), said(CUT.removesuffix(" has answered"), "bo", 900)
    assert linked([whole, near])[near.id] == whole.id
    moved = said(CUT.removesuffix(" has answered"), "bo", 101)
    assert moved.id == far.id
    assert in_batches([([whole, near, far], ()), ([moved], [far])]) == linked([whole, near, moved])


@pytest.mark.parametrize("given", ["", "0" * 15, "0" * 17, "g" * 16, "F" * 16, "f" * 16, "8" + "0" * 15, "٣" * 16])
def test_what_is_no_statement_names_no_wording(given: str) -> None:
    assert wording.root_of(given) is None
