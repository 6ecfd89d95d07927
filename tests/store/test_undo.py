"""Corrections shown at once, taken back and made to hold again: the rows are always those that a rebuild would give."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from quotes.errors import ChangedError, StoreError
from quotes.records import Correction, CorrectionKind, Extraction, Retype, Run, SpeakerType
from quotes.store import read, removal, undo, write
from quotes.store.check import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlite_utils import Database

Rows = dict[str, list[tuple[Any, ...]]]
DECIDED = ("corrections", "undos", "correction_anchors")


def at(second: int) -> str:
    return f"2026-01-01T00:00:{second:02}+00:00"


@pytest.fixture
def state(db: Database, rows_of: Callable[[Path], Rows]) -> Callable[[], Rows]:
    """Return the rows of everything but what people decided."""
    path = db.conn.execute("PRAGMA database_list").fetchone()[2]
    return lambda: {table: rows for table, rows in rows_of(path).items() if table not in DECIDED}


@pytest.fixture
def correct(db: Database, news: dict[str, Extraction], finish_build: Callable[[Database], int]) -> Callable[..., str]:
    def add(number: int, kind: str, value: str | None = None, *, second: int, article: str = "a1", **options: Any) -> str:
        (identifier,) = write.add_corrections(db, [Correction(
            quote_id=news[article].quotes[number].id, kind=CorrectionKind(kind), value=value, who="ana", made_at=at(second))],
            **options)
        assert write.reapply(db, article)
        finish_build(db)
        return identifier

    return add


def quote(db: Database, quote_id: str) -> dict[str, Any]:
    row = next(db.query("SELECT quotes.*, speakers.name AS speaker, speakers.type AS speaker_type FROM quotes "
                        "JOIN speakers ON speakers.id = speaker_id WHERE quotes.id = ?", [quote_id]), None)
    return row or {}


def test_what_is_read_back_gives_the_rows_it_came_from(db: Database, news: dict[str, Extraction], run: Run) -> None:
    for article_id in news:
        found = read.extraction_found(db, article_id)
        assert found is not None
        assert read.run_of(db, article_id) == run
        assert not write.write_extraction(db, found, run), article_id


@pytest.mark.parametrize(("kind", "value"), [
    ("not a quote", None), ("wrong speaker", "Dmitry Peskov"), ("wrong speaker", "Somebody New; World Bank [organization]"),
    ("wrong speaker", ""), ("wrong span", "12-20"), ("wrong role", "deputy foreign minister"), ("wrong role", ""),
    ("wrong affiliation", "Ankara"), ("wrong act", "not deny"),
])
def test_a_correction_shows_at_once_as_after_a_rebuild_and_goes_without_a_trace(
    db: Database, news: dict[str, Extraction], run: Run, finish_build: Callable[[Database], int], correct: Callable[..., str],
    state: Callable[[], Rows], kind: str, value: str | None,
) -> None:
    before = state()
    identifier = correct(0, kind, value, second=1)
    shown = state()
    assert check(db) == []
    assert list(read.articles_to_correct(db)) == []
    db.execute("UPDATE articles SET fingerprint = 'of another day' WHERE id = 'a1'")
    db.conn.commit()
    write.write_extraction(db, news["a1"], run)
    finish_build(db)
    assert state() == shown
    undo.take_back(db, "correction", identifier, who="ben", at=at(2))
    assert write.reapply(db, "a1")
    finish_build(db)
    assert check(db) == []
    assert state() == before


def test_taking_back_is_taken_back_and_says_who_and_when(
    db: Database, correct: Callable[..., str], news: dict[str, Extraction], finish_build: Callable[[Database], int],
) -> None:
    quote_id = news["a1"].quotes[0].id
    first = correct(0, "wrong speaker", "Dmitry Peskov", second=1)
    second = correct(0, "wrong speaker", "Somebody New", second=2)
    undone = undo.take_back(db, "correction", second, who="ben", at=at(3))
    write.reapply(db, "a1")
    finish_build(db)
    assert quote(db, quote_id)["speaker"] == "Dmitry Peskov"
    latest, earlier = undo.changes(db, quote_id=quote_id)
    assert (latest.id, latest.taken_back_by, latest.taken_back_at, latest.may_redo) == (second, "ben", at(3), True)
    assert (earlier.id, earlier.holds, earlier.who) == (first, True, "ana")
    assert undo.last_taken_back(db) == undone
    assert undo.redo(db, undone, who="cem", at=at(4)) == ("correction", second)
    write.reapply(db, "a1")
    finish_build(db)
    assert quote(db, quote_id)["speaker"] == "Somebody New"
    assert [each.holds for each in undo.changes(db, quote_id=quote_id)] == [True, False]
    with pytest.raises(ChangedError, match="cem made this hold again already"):
        undo.redo(db, undone, who="ben", at=at(5))
    again = undo.take_back(db, "correction", second, who="ben", at=at(6))
    correct(0, "wrong speaker", "A Third", second=7)
    with pytest.raises(ChangedError, match="ana decided otherwise"):
        undo.redo(db, again, who="ben", at=at(8))


def test_what_somebody_else_took_back_is_not_taken_back_twice(db: Database, correct: Callable[..., str]) -> None:
    identifier = correct(1, "not a quote", second=1)
    undo.take_back(db, "correction", identifier, who="ben", at=at(2))
    with pytest.raises(ChangedError, match="ben took it back on 2026-01-01"):
        undo.take_back(db, "correction", identifier, who="cem", at=at(3))
    with pytest.raises(StoreError, match="there is no correction 'nothing'"):
        undo.take_back(db, "correction", "nothing", who="cem", at=at(3))


def test_of_two_who_saw_the_same_the_second_is_told_and_nothing_is_lost(
    db: Database, correct: Callable[..., str], news: dict[str, Extraction],
) -> None:
    quote_id = news["a1"].quotes[0].id
    seen = undo.state_of(db.conn, quote_id)
    correct(0, "wrong speaker", "Dmitry Peskov", second=1, seen=seen)
    with pytest.raises(ChangedError, match="meanwhile ana corrected this quote"):
        correct(0, "wrong speaker", "Somebody New", second=2, seen=seen)
    assert quote(db, quote_id)["speaker"] == "Dmitry Peskov"
    correct(0, "wrong role", "spokesman", second=3, seen=undo.state_of(db.conn, quote_id))
    assert quote(db, quote_id)["role"] == "spokesman"


def test_a_role_that_no_other_quote_has_leaves_the_speaker_too(
    db: Database, correct: Callable[..., str], news: dict[str, Extraction],
) -> None:
    correct(0, "wrong role", "deputy minister", second=1)
    row = quote(db, news["a1"].quotes[0].id)
    roles = {role for (role,) in db.execute("SELECT role FROM entity_roles WHERE entity_id = ?", [row["entity_id"]])}
    assert (row["role"], row["rule"], roles) == ("deputy minister", "corrected", {"deputy minister"})


def test_whoever_is_chosen_of_the_article_has_the_role_of_the_nearest_quote(
    db: Database, correct: Callable[..., str], news: dict[str, Extraction],
) -> None:
    correct(0, "wrong speaker", "Dmitry Peskov", second=1)
    row = quote(db, news["a1"].quotes[0].id)
    assert (row["speaker"], row["role"], row["affiliation"]) == ("Dmitry Peskov", "Kremlin spokesman", "Kremlin")


def test_somebody_unnamed_is_called_as_the_article_does(
    db: Database, correct: Callable[..., str], news: dict[str, Extraction],
) -> None:
    correct(1, "wrong speaker", "Ana Ruiz", second=1, article="a2")
    assert quote(db, news["a2"].quotes[1].id)["speaker"] == "Ana Ruiz"
    correct(1, "wrong speaker", "", second=2, article="a2")
    row = quote(db, news["a2"].quotes[1].id)
    assert (row["speaker"], row["speaker_type"]) == ("a senior official", "unnamed")


def test_words_that_leave_their_marks_change_the_form(
    db: Database, correct: Callable[..., str], news: dict[str, Extraction],
) -> None:
    text, words = news["a1"].article.text, news["a1"].quotes[1]
    start = words.content[0].start - 1
    correct(1, "wrong span", f"{start}-{words.content[0].end + 7}", second=1)
    assert text[start : words.content[0].end + 7] == "“We see no breakthrough,” said"
    assert quote(db, words.id)["form"] == "mixed"


@pytest.mark.parametrize("value", ["", "sing", "not", "not sing", "DENY", "deny not"])
def test_what_is_no_act_is_refused(db: Database, correct: Callable[..., str], value: str) -> None:
    with pytest.raises(StoreError, match=r"is no act; use one of say, claim"):
        correct(0, "wrong act", value, second=1)
    assert list(read.corrections(db)) == []


@pytest.mark.parametrize("is_built_between", [True, False], ids=["built between", "not built between"])
def test_where_an_older_version_had_corrected_the_next_build_shows_it(
    db: Database, news: dict[str, Extraction], run: Run, correct: Callable[..., str], finish_build: Callable[[Database], int],
    is_built_between: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    identifier = correct(0, "wrong speaker", "Dmitry Peskov", second=1)
    db.execute("UPDATE uncorrected SET found = ''")
    db.conn.commit()
    assert [article.id for article in read.articles_to_correct(db)] == ["a1"]
    if is_built_between:
        assert not write.write_extraction(db, news["a1"], run)
        assert list(read.articles_to_correct(db)) == []
    undo.take_back(db, "correction", identifier, who="ana", at=at(2))
    assert write.reapply(db, "a1") is is_built_between
    if not is_built_between:
        assert [article.id for article in read.articles_to_correct(db)] == ["a1"]
        write.write_extraction(db, news["a1"], run)
    finish_build(db)
    assert quote(db, news["a1"].quotes[0].id)["speaker"] == "Mevlüt Çavuşoğlu"


def test_what_was_found_goes_with_its_article_and_the_correction_is_listed(
    db: Database, correct: Callable[..., str], news: dict[str, Extraction], run: Run, finish_build: Callable[[Database], int],
) -> None:
    correct(0, "wrong speaker", "Dmitry Peskov", second=1)
    write.delete_article(db, "a1")
    finish_build(db)
    assert db["uncorrected"].count == 0
    assert [each.value for each in undo.changes(db)] == ["Dmitry Peskov"]
    write.write_extraction(db, news["a1"], run)
    finish_build(db)
    assert quote(db, news["a1"].quotes[0].id)["speaker"] == "Dmitry Peskov"


def test_nobody_with_a_name_is_made_an_unnamed_source(db: Database) -> None:
    with pytest.raises(StoreError, match=r"cannot be made an unnamed source; correct its quotes"):
        write.add_retype(db, Retype(speaker_id="x", type=SpeakerType.UNNAMED, who="ana", made_at=at(1)))


def test_a_correction_that_is_newer_than_a_text_that_changed_is_kept(
    db: Database, correct: Callable[..., str], news: dict[str, Extraction], run: Run, finish_build: Callable[[Database], int],
) -> None:
    correct(1, "wrong act", "deny", second=1)
    moved = news["a1"]
    text = "A new first line.\n" + moved.article.text
    shift = len("A new first line.\n")
    quotes = tuple(replace(each, **{name: tuple(type(span)(span.start + shift, span.end + shift) for span in getattr(each, name))
                                    for name in ("content", "cue", "source")}) for each in moved.quotes)
    write.write_extraction(db, replace(moved, article=replace(moved.article, text=text), quotes=quotes, furniture=()), run)
    finish_build(db)
    assert quote(db, moved.quotes[1].id)["act"] == "deny"


def test_a_correction_of_corrected_words_is_found_again_in_a_changed_text(
    db: Database, correct: Callable[..., str], news: dict[str, Extraction], run: Run, finish_build: Callable[[Database], int],
) -> None:
    first, moved = "A new first line.\n", news["a1"]
    words = moved.quotes[1]
    correct(1, "wrong span", f"{words.content[0].start}-{words.content[0].start + 6}", second=1)
    correct(1, "wrong act", "deny", second=2)
    assert db.execute("SELECT DISTINCT exact FROM correction_anchors WHERE part = 'quote'").fetchall() == [(words.text,)]
    quotes = tuple(replace(
        each, id=f"{each.id[:-1]}x",
        **{name: tuple(type(span)(span.start + len(first), span.end + len(first)) for span in getattr(each, name))
           for name in ("content", "cue", "source")}) for each in moved.quotes)
    changed = replace(moved, article=replace(moved.article, text=first + moved.article.text), quotes=quotes, furniture=())
    write.write_extraction(db, changed, run)
    finish_build(db)
    row = quote(db, words.id)
    assert (row["text"], row["act"]) == ("We see", "deny")
    assert check(db) == []
    latest, *_ = undo.changes(db, quote_id=words.id)
    undo.take_back(db, "correction", latest.id, who="ben", at=at(3))
    assert write.reapply(db, "a1")
    finish_build(db)
    assert (quote(db, words.id)["text"], quote(db, words.id)["act"]) == ("We see", "say")


def test_an_article_that_is_removed_takes_along_what_was_said_of_it(db: Database, correct: Callable[..., str]) -> None:
    identifier = correct(0, "wrong speaker", "Dmitry Peskov", second=1)
    undo.take_back(db, "correction", identifier, who="ana", at=at(2))
    removal.remove(db, ["a1"], corrections=True)
    assert [db[table].count for table in ("corrections", "undos", "uncorrected")] == [0, 0, 0]
