"""People's corrections of quotes: applied whenever the article is written, taken back without a trace."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from quotes.errors import StoreError
from quotes.records import Correction, CorrectionKind, Extraction, Run
from quotes.store import read, write
from quotes.store.check import check
from quotes.store.corrections import corrected, spans_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlite_utils import Database

BASE = Correction(quote_id="", kind=CorrectionKind.NOT_A_QUOTE, who="Ann", made_at="2026-01-01T00:00:00Z")


@pytest.fixture
def correct(news: dict[str, Extraction]) -> Callable[..., Correction]:
    def make(number: int, kind: str, value: str | None = None, **changes: Any) -> Correction:
        quote = news["a1"].quotes[number]
        return replace(BASE, quote_id=quote.id, kind=CorrectionKind(kind), value=value, **changes)

    return make


def quotes_of(db: Database) -> dict[str, tuple[str, str, float]]:
    rows = db.execute(
        "SELECT quotes.id, speakers.name, quotes.text, quotes.confidence FROM quotes "
        "JOIN speakers ON speakers.id = speaker_id WHERE article_id = 'a1'")
    return {row[0]: row[1:] for row in rows}


def test_what_is_not_a_quote_goes(
    db: Database, news: dict[str, Extraction], run: Run, correct: Callable[..., Correction],
    finish_build: Callable[[Database], int],
) -> None:
    correction = correct(1, "not a quote")
    write.add_correction(db, correction)
    assert [article.id for article in read.articles_to_correct(db)] == ["a1"]
    assert read.made_by(db, news["a1"].article) != run.id
    assert write.write_extraction(db, news["a1"], run)
    assert list(read.articles_to_correct(db)) == []
    assert read.made_by(db, news["a1"].article) == run.id
    finish_build(db)
    assert check(db) == []
    assert correction.quote_id not in quotes_of(db)
    assert db["quotes"].count == 8


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("DMITRY PESKOV", "Dmitry Peskov"),
        ("  Ana   Ruiz ", "Ana Ruiz"),
        ("", "unnamed source"),
        ("he", "he"),  # two of the article are called so: neither is meant
    ],
)
def test_the_wrong_speaker_gives_way_to_the_right_one(
    db: Database, news: dict[str, Extraction], run: Run, correct: Callable[..., Correction],
    finish_build: Callable[[Database], int], value: str, name: str,
) -> None:
    correction = correct(0, "wrong speaker", value)
    write.add_correction(db, correction)
    write.write_extraction(db, news["a1"], run)
    finish_build(db)
    assert check(db) == []
    assert quotes_of(db)[correction.quote_id] == (name, news["a1"].quotes[0].text, 1.0)


def test_the_wrong_span_gives_way_and_the_quote_keeps_its_id(
    db: Database, news: dict[str, Extraction], run: Run, correct: Callable[..., Correction],
    finish_build: Callable[[Database], int],
) -> None:
    start = news["a1"].quotes[1].content[0].start
    correction = correct(1, "wrong span", f"{start}-{start + 6},{start + 7}-{start + 9}")
    write.add_correction(db, correction)
    write.write_extraction(db, news["a1"], run)
    finish_build(db)
    assert check(db) == []
    assert quotes_of(db)[correction.quote_id][1] == "We see no"


@pytest.mark.parametrize("value", [None, "", "3", "5-3", "0-99999", "4-6,1-2", "1-4,3-5", "a-b", "1-2;3-4", "2-2"])
def test_a_span_that_is_none_is_refused(
    db: Database, news: dict[str, Extraction], correct: Callable[..., Correction], value: str | None
) -> None:
    assert spans_of(value, news["a1"].article) == ()
    with pytest.raises(StoreError, match=r"names no span of article a1; write start-end"):
        write.add_correction(db, correct(1, "wrong span", value))
    assert list(read.corrections(db)) == []


def test_a_quote_that_is_not_there_cannot_be_corrected(db: Database) -> None:
    with pytest.raises(StoreError, match="has no quote 'nothing'"):
        write.add_correction(db, replace(BASE, quote_id="nothing"))


def test_a_correction_taken_back_leaves_no_trace(
    db: Database, news: dict[str, Extraction], run: Run, correct: Callable[..., Correction],
    finish_build: Callable[[Database], int], rows_of: Callable[[Path], dict[str, Any]],
) -> None:
    path = db.conn.execute("PRAGMA database_list").fetchone()[2]
    before = rows_of(path)
    identifiers = [write.add_correction(db, correct(0, "wrong speaker", "Ana Ruiz")),
                   write.add_correction(db, correct(1, "not a quote"))]
    write.write_extraction(db, news["a1"], run)
    finish_build(db)
    for identifier in identifiers:
        assert write.supersede_correction(db, identifier, "2026-01-02T00:00:00Z")
    assert [article.id for article in read.articles_to_correct(db)] == ["a1"]
    write.write_extraction(db, news["a1"], run)
    finish_build(db)
    after = rows_of(path)
    assert (len(after.pop("corrections")), len(after.pop("correction_anchors"))) == (2, 2)
    before.pop("corrections")
    before.pop("correction_anchors")
    assert after == before


def test_a_correction_may_be_corrected_after_the_quote_is_gone(
    db: Database, news: dict[str, Extraction], run: Run, correct: Callable[..., Correction]
) -> None:
    write.add_correction(db, correct(1, "not a quote"))
    write.write_extraction(db, news["a1"], run)
    write.add_correction(db, correct(1, "not a quote", made_at="2026-01-05T00:00:00Z"))
    assert [each.made_at for each in read.corrections(db)] == ["2026-01-05T00:00:00Z"]


def test_a_correction_of_a_quote_that_an_edit_removed_changes_nothing(
    news: dict[str, Extraction], correct: Callable[..., Correction]
) -> None:
    gone = replace(news["a1"], quotes=news["a1"].quotes[1:])
    assert corrected(gone, [correct(0, "not a quote")]) == gone
    old = correct(0, "not a quote", superseded_at="2026-01-02T00:00:00Z")
    assert corrected(news["a1"], [old]) == news["a1"]
