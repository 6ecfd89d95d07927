"""A quote of several speakers counts for each of them, whatever people decide about who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import several

from quotes import ids, pipeline, review
from quotes.records import (
    Alias,
    Article,
    CharSpan,
    Correction,
    CorrectionKind,
    Entity,
    Extraction,
    Form,
    Kind,
    MentionKind,
    Quote,
    SpeakerType,
)
from quotes.store import read, write
from quotes.store.check import check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

JOINT = "We will appeal together"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = several.build(tmp_path / "data.db")
    yield db
    assert check(db) == []
    db.close()


def totals(db: Database) -> dict[str, tuple[int, int, int]]:
    return {row.name: (row.quotes, row.articles, row.outlets) for row in read.speaker_statistics(db)}


def speaking(db: Database, words: str = JOINT) -> list[str]:
    return [row[0] for row in db.execute(
        "SELECT speakers.name FROM quote_speakers JOIN speakers ON speakers.id = quote_speakers.speaker_id "
        "JOIN quotes ON quotes.id = quote_id WHERE quotes.text = ? ORDER BY place", (words,))]


def test_each_counts_and_nobody_is_called_by_two_names(db: Database) -> None:
    assert totals(db) == {"Bo Dahl": (3, 2, 2), "Ann Lee": (2, 2, 2), "Cy Park": (1, 1, 1), "Dee Moss": (1, 1, 1)}
    assert db.execute("SELECT name FROM speakers WHERE name LIKE '%;%' OR type = 'group'").fetchall() == []


def test_a_quote_of_one_has_no_row(db: Database) -> None:
    assert speaking(db) == ["Ann Lee", "Bo Dahl", "Cy Park"]
    assert speaking(db, "Not on my watch") == []


def test_the_first_is_the_one_of_the_quote(db: Database) -> None:
    assert db.execute("SELECT name, quotes.role FROM quotes JOIN speakers ON speakers.id = speaker_id WHERE text = ?",
                      (JOINT,)).fetchall() == [("Ann Lee", "mayor")]


@pytest.mark.parametrize(("by", "expected"), [
    (read.Grouping.OUTLET, [("The Courier", 2, 3), ("The Herald", 2, 3)]),
    (read.Grouping.FORM, [("direct", 4, 4)]),
])
def test_of_all_together_a_quote_counts_once_and_its_speakers_each(
    db: Database, by: read.Grouping, expected: list[tuple[str, int, int]]
) -> None:
    assert [(row.value, row.quotes, row.speakers) for row in read.grouped_statistics(db, by)] == expected


def test_a_role_is_the_first_speakers_alone(db: Database) -> None:
    [other] = read.find_speakers(db, "Cy Park")
    assert [(row.value, row.quotes) for row in read.grouped_statistics(db, read.Grouping.ROLE, [other])] == [(None, 1)]


@pytest.mark.parametrize(("name", "found"), [("Cy Park", "Cy Park"), ("Dahl", "Bo Dahl"), ("park", "Cy Park")])
def test_each_is_found_by_the_name_that_is_hers_or_his(db: Database, name: str, found: str) -> None:
    assert [row.name for row in read.speaker_statistics(db, read.find_speakers(db, name))] == [found]


def test_an_article_comes_back_as_it_was_written(db: Database) -> None:
    assert read.extraction(db, "a1").quotes == several.extraction("a1", *several.NEWS["a1"]).quotes


@pytest.mark.parametrize(("one", "other"), [("Ann Lee", "Bo Dahl"), ("Cy Park", "Bo Dahl"), ("Dee Moss", "Cy Park")])
def test_merged_speakers_count_a_quote_of_both_once_and_taken_back_each_again(db: Database, one: str, other: str) -> None:
    before, rows = totals(db), db.execute("SELECT * FROM quote_speakers ORDER BY 1, 2").fetchall()
    review.merge(db, one, other, who="ed")
    assert check(db) == []
    quotes = {"Ann Lee": {JOINT, "It is a shame"}, "Bo Dahl": {JOINT, "It is a shame", "Not on my watch"}, "Cy Park": {JOINT},
              "Dee Moss": {"I saw it"}}
    [both] = read.speaker_statistics(db, read.find_speakers(db, one))
    assert both.quotes == len(quotes[one] | quotes[other])
    [decision] = db.execute("SELECT id FROM judgements").fetchone()
    write.supersede_judgement(db, decision, "2024-04-01T00:00:00Z")
    pipeline.resolve(db)
    assert (totals(db), db.execute("SELECT * FROM quote_speakers ORDER BY 1, 2").fetchall()) == (before, rows)


def test_who_speaks_with_others_in_one_article_may_be_somebody_else_there(db: Database) -> None:
    review.split(db, "Ann Lee", ["a2"], who="ed")
    assert sorted((row.quotes, row.articles) for row in read.speaker_statistics(db) if row.name == "Ann Lee") == [(1, 1), (1, 1)]


def test_a_new_name_is_searched_for_in_the_quotes_of_several(db: Database) -> None:
    review.rename(db, "Cy Park", "Cyrus Parkinson", who="ed")
    assert db.execute("SELECT count(*) FROM quotes_fts WHERE quotes_fts MATCH 'speaker : parkinson'").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM quotes_fts WHERE quotes_fts MATCH 'speaker : lee'").fetchone() == (2,)


def test_an_article_that_goes_takes_what_it_counted_for_each(db: Database) -> None:
    write.delete_article(db, "a1")
    pipeline.resolve(db)
    assert totals(db) == {"Ann Lee": (1, 1, 1), "Bo Dahl": (1, 1, 1), "Dee Moss": (1, 1, 1)}


def test_writing_and_resolving_again_changes_nothing(db: Database) -> None:
    dump = list(db.conn.iterdump())
    assert not write.write_extraction(db, several.extraction("a1", *several.NEWS["a1"]), several.RUN)
    pipeline.resolve(db)
    assert list(db.conn.iterdump()) == dump


@pytest.mark.parametrize(("value", "names"), [("Dee Moss; Cy Park", ("Dee Moss", "Cy Park")), ("Bo Dahl", ("Bo Dahl",)),
                                              ("Bo Dahl; bo dahl;", ("Bo Dahl",)), ("", ())])
def test_a_person_can_name_several(db: Database, value: str, names: tuple[str, ...]) -> None:
    quote = several.extraction("a1", *several.NEWS["a1"]).quotes[0]
    write.add_correction(db, Correction(quote_id=quote.id, kind=CorrectionKind.WRONG_SPEAKER, value=value, who="ed",
                                        made_at="2024-03-09T00:00:00Z"))
    write.write_extraction(db, several.extraction("a1", *several.NEWS["a1"]), several.RUN)
    pipeline.resolve(db)
    corrected: Any = next(each for each in read.extraction(db, "a1").quotes if each.id == quote.id)
    assert corrected.speakers == names


def test_names_that_try_to_be_sql_or_markup_are_names(tmp_path: Path) -> None:
    names = ("Ann '); DROP TABLE quotes; --", 'Bo "<script>alert(1)</script>"')
    db = several.build(tmp_path / "hostile.db", {"a": ("The Herald", "2024-03-01", [(names, None, "No")])})
    assert (check(db), speaking(db, "No")) == ([], list(names))


def test_who_a_person_says_speaks_is_sure(db: Database) -> None:
    quote = several.extraction("a1", *several.NEWS["a1"]).quotes[1]
    assert read.extraction(db, "a1").quotes[1].speaker_confidence == 0.8
    write.add_correction(db, Correction(quote_id=quote.id, kind=CorrectionKind.WRONG_SPEAKER, value="Cy Park", who="ed",
                                        made_at="2024-03-09T00:00:00Z"))
    write.write_extraction(db, several.extraction("a1", *several.NEWS["a1"]), several.RUN)
    pipeline.resolve(db)
    assert read.extraction(db, "a1").quotes[1].speaker_confidence == 1


def test_the_identifier_that_several_had_together_leads_to_the_first(db: Database) -> None:
    old = ids.named_id("speaker", "Ann Lee; Bo Dahl; Cy Park", "group")
    assert read.find_speakers(db, old) == read.find_speakers(db, "Ann Lee")
    review.merge(db, "Cy Park", "Ann Lee", who="ed")
    assert read.find_speakers(db, old) == read.find_speakers(db, "Ann Lee"), "whoever the first is"


TEXT = "“The harbour burned all night,” said Ann Lee, Bo Dahl and Cy Park.\n"
TOGETHER = "Ann Lee; Bo Dahl; Cy Park"


def of_before(path: Path) -> Database:
    """Make a database as a version before this made it, for which several were one speaker."""
    entity = Entity(key="e1", type=SpeakerType.GROUP, name=TOGETHER,
                    aliases=(Alias(alias=TOGETHER, kind=MentionKind.NAME, mentions=1),))
    quote = Quote(
        id=ids.quote_id("old", TEXT[:31], 0), article_id="old", entity_key="e1", kind=Kind.SPEECH, form=Form.DIRECT,
        content=(CharSpan(0, 31),), cue=(CharSpan(32, 36),), source=(CharSpan(37, len(TEXT) - 2),), text=TEXT[:31], context=TEXT,
        speaker=TOGETHER, speaker_type=SpeakerType.GROUP, mention=MentionKind.NAME, confidence=0.7, rule="names-joined")
    db = write.open_database(path, create=True)
    article = Article(id="old", text=TEXT, origin="gone.txt")
    write.write_extraction(db, Extraction(article=article, quotes=(quote,), entities=(entity,)), several.RUN)
    pipeline.resolve(db)
    return db


def test_several_in_one_are_told_and_due_until_this_version_said_so(tmp_path: Path) -> None:
    db = of_before(tmp_path / "data.db")
    assert [row["name"] for row in db["speakers"].rows] == [TOGETHER]
    assert [fault.partition(" of ")[2] for fault in check(db)] == ["article old is several speakers in one: build again"]
    assert [article.id for article in read.articles_to_part(db, "another run")] == ["old"]
    assert list(read.articles_to_part(db, several.RUN.id)) == []
    db.close()


@pytest.mark.model
@pytest.mark.parametrize("how", ["keep what is old", "do again what is old"])
def test_the_next_build_parts_them_also_where_their_file_is_gone(tmp_path: Path, how: str) -> None:
    keep_old = how == "keep what is old"
    of_before(tmp_path / "data.db").close()
    file, settings = tmp_path / "new.txt", pipeline.load_settings({})
    file.write_text("“It was cold,” said Eve Ray, the mayor.\n", encoding="utf-8")
    done = pipeline.build([str(file)], db=str(tmp_path / "data.db"), settings=settings, keep_old=keep_old)
    assert done.written == 2 - keep_old
    db = write.open_database(tmp_path / "data.db")
    expected = [TOGETHER, "Eve Ray"] if keep_old else ["Ann Lee", "Bo Dahl", "Cy Park", "Eve Ray"]
    assert sorted(row["name"] for row in db["speakers"].rows) == expected
    if not keep_old:
        assert check(db) == []
        assert read.find_speakers(db, ids.named_id("speaker", TOGETHER, "group")) == read.find_speakers(db, "Ann Lee")
    db.close()
    before = (tmp_path / "data.db").read_bytes()
    assert not pipeline.build([str(file)], db=str(tmp_path / "data.db"), settings=settings, keep_old=keep_old).written
    assert (tmp_path / "data.db").read_bytes() == before, "once is enough"
