"""Reading: what was written, numbers, look-up by name and identifier, search."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotes.errors import StoreError
from quotes.records import (
    Act,
    Authority,
    Correction,
    CorrectionKind,
    Extraction,
    Judgement,
    Position,
    Rename,
    Run,
    SpeakerType,
    Verdict,
)
from quotes.store import read, write
from quotes.store.check import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlite_utils import Database


def test_an_article_comes_back_as_it_was_written(empty: Database, news: dict[str, Extraction], run: Run) -> None:
    for extraction in news.values():
        write.write_extraction(empty, extraction, run)
    assert [article.id for article in read.articles(empty)] == list(news)
    for name, extraction in news.items():
        stored = read.extraction(empty, name)
        assert stored.article == extraction.article
        assert stored.furniture == extraction.furniture
        assert {entity.key: set(entity.aliases) for entity in stored.entities} == {
            entity.key: set(entity.aliases) for entity in extraction.entities}
        assert [replace(quote, roles=(), terms=()) for quote in stored.quotes] == [
            replace(quote, roles=(), terms=()) for quote in extraction.quotes]
        assert [set(quote.terms) for quote in stored.quotes] == [set(quote.terms) for quote in extraction.quotes]


def test_a_stored_quote_names_the_speaker_as_all_articles_do(db: Database) -> None:
    assert {quote.speaker for quote in read.extraction(db, "a3").quotes} == {
        "Mevlüt Çavuşoğlu", "Володимир Зеленський"}


def test_a_missing_article_is_named(db: Database) -> None:
    with pytest.raises(StoreError, match=r"data\.db: has no article 'nowhere'"):
        read.extraction(db, "nowhere")
    assert read.stored_article(db, "nowhere") is None


def test_a_database_that_is_damaged_while_it_is_read_is_named(db: Database) -> None:
    path = Path(db.conn.execute("PRAGMA database_list").fetchone()[2])
    (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entities'").fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    whole = path.read_bytes()
    path.write_bytes(whole[: (root - 1) * size] + b"\xff" * size + whole[root * size :])
    reader = write.open_database(path, readonly=True)
    with pytest.raises(StoreError, match=r"data\.db: it is damaged; restore a copy"):
        list(read.entities(reader))
    reader.close()


def test_a_database_that_is_being_written_is_named_when_read(db: Database) -> None:
    path = Path(db.conn.execute("PRAGMA database_list").fetchone()[2])
    reader = write.open_database(path, readonly=True, busy_seconds=0.1)
    db.conn.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="another program is writing to it"):
        read.stored_article(reader, "a1")
    db.conn.execute("ROLLBACK")
    assert read.stored_article(reader, "a1")
    reader.close()


def test_entities_come_in_order_with_what_resolution_needs(db: Database) -> None:
    found = list(read.entities(db))
    assert [entity.id for entity in found] == sorted(entity.id for entity in found)
    peskov = next(entity for entity in found if entity.article_id == "a4")
    assert (peskov.name, peskov.published, peskov.outlet_id, peskov.quotes) == (
        "Dmitry Peskov", "2022-04-02T10:00:00+03:00", None, 1)
    assert [(role.role, role.affiliation) for role in peskov.roles] == [("spokesman", "Kremlin")]
    assert {alias.alias for alias in peskov.aliases} == {"Dmitry Peskov", "he"}
    nobody = next(entity for entity in found if entity.type is SpeakerType.UNNAMED)
    assert (nobody.name, nobody.description) == (None, "a senior official")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mevlüt Çavuşoğlu", ["Mevlüt Çavuşoğlu"]),
        ("mevlut cavusoglu", ["Mevlüt Çavuşoğlu"]),
        ("CAVUSOGLU", ["Mevlüt Çavuşoğlu"]),
        ("peskov", ["Dmitry Peskov"]),
        ("Peskov, Dmitry", ["Dmitry Peskov"]),
        ("Zelenskiy", ["Володимир Зеленський"]),
        ("зеленський", ["Володимир Зеленський"]),
        ("a senior official", ["a senior official"]),
        ("Nobody Atall", []),
        ("talks", []),
        ('" OR speaker:*', []),
        ("", []),
        ("???", []),
    ],
)
def test_a_speaker_is_found_by_any_spelling(db: Database, name: str, expected: list[str]) -> None:
    found = read.find_speakers(db, name)
    assert [db.execute("SELECT name FROM speakers WHERE id = ?", [each]).fetchone()[0] for each in found] == expected


@pytest.mark.parametrize(
    ("words", "articles"),
    [
        ("Cavusoglu", ["a1", "a1", "a2", "a3", "a3"]),
        ("Çavuşoğlu", ["a1", "a1", "a2", "a3", "a3"]),
        ("israr", ["a1"]),
        ("ısrar", ["a1"]),
        ("ISRAR ediyoruz", ["a1"]),
        ('"closer"', ["a2", "a3", "a3"]),
        ("свободу", ["a3"]),
        ("svobodu", ["a3"]),
        ("zelenskiy", ["a3"]),
        ("senior official", ["a2"]),
    ],
)
def test_search_finds_words_and_speakers_as_people_type_them(db: Database, words: str, articles: list[str]) -> None:
    rows = db.execute(
        "SELECT article_id FROM quotes WHERE rowid IN (SELECT rowid FROM quotes_fts WHERE quotes_fts MATCH ?) "
        "ORDER BY article_id", [words])
    assert [row[0] for row in rows] == articles


def test_statistics_of_all_speakers(db: Database) -> None:
    rows = list(read.speaker_statistics(db))
    assert [(row.name, row.quotes) for row in rows] == [
        ("Mevlüt Çavuşoğlu", 5), ("Dmitry Peskov", 2), ("a senior official", 1), ("Володимир Зеленський", 1)]
    first = rows[0]
    assert (first.role, first.affiliation, first.articles, first.outlets) == ("Foreign Minister", "Türkiye", 3, 2)
    assert first.direct + first.mixed + first.indirect == 5
    assert (first.first_day, first.last_day) == ("2022-03-29", "2022-03-30")


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("outlet", [("Daily Sabah", 3), ("South China Morning Post", 2)]),
        ("month", [(None, 2), ("2022-03", 3)]),
        ("role", [(None, 3), ("Foreign Minister", 2)]),
    ],
)
def test_statistics_of_a_speaker(db: Database, by: str, expected: list[tuple[str, int]]) -> None:
    rows = list(read.grouped_statistics(db, read.Grouping(by), read.find_speakers(db, "Cavusoglu")))
    assert [(row.value, row.quotes) for row in rows] == expected
    assert {row.name for row in rows} == {"Mevlüt Çavuşoğlu"}


def test_statistics_of_all_by_form(db: Database) -> None:
    rows = list(read.grouped_statistics(db, read.Grouping.FORM))
    assert sum(row.quotes for row in rows) == 9
    assert {row.value for row in rows} == {"direct", "mixed"}
    assert all(row.speaker_id is None and row.name is None for row in rows)
    assert list(read.grouped_statistics(db, read.Grouping.FORM, [])) == []


def test_views_hold_the_statistics(db: Database) -> None:
    days = {row["day"]: row["quotes"] for row in db["quotes_by_day"].rows}
    assert days == {"2022-03-29": 3, "2022-03-30": 2, "2022-04-02": 1}
    outlets = {row["outlet_id"]: row for row in db["outlet_stats"].rows}
    assert (outlets["daily-sabah"]["articles"], outlets["daily-sabah"]["quotes"]) == (3, 5)
    assert outlets["daily-sabah"]["speakers"] == 3
    roles = {(row["role"], row["affiliation"]): row["quotes"] for row in db["role_stats"].rows}
    assert roles["Foreign Minister", "Türkiye"] == 2


def test_an_identifier_or_its_unique_beginning_finds_an_article_or_a_quote(db: Database) -> None:
    quote = next(iter(db["quotes"].rows_where("article_id = 'a2'")))["id"]
    assert read.find(db, "a2") == read.Found(article_id="a2")
    assert read.find(db, quote) == read.Found(article_id="a2", quote_id=quote)
    assert read.find(db, quote[:10]) == read.Found(article_id="a2", quote_id=quote)
    with pytest.raises(StoreError, match="several identifiers begin with 'a'"):
        read.find(db, "a")
    for nothing in ("zzz", "", "%", "a_"):
        with pytest.raises(StoreError, match="has no article or quote"):
            read.find(db, nothing)


def test_terms_of_speakers(db: Database) -> None:
    counts = {(row.speaker_id, row.term): row.quotes for row in read.speaker_quote_terms(db)}
    speaker = read.find_speakers(db, "Cavusoglu")[0]
    assert counts[speaker, "closer"] == 3
    terms = read.speaker_terms(db, speaker)
    assert [term.term for term in terms] == ["closer", "ediyoruz", "konuda"]
    assert [term.quotes for term in terms] == [3, 1, 1]


# ------------------------------------------------------------------ people's decisions


def test_decisions_are_superseded_never_lost_and_survive_builds(
    db: Database, news: dict[str, Extraction], run: Run, finish_build: Callable[[Database], int]
) -> None:
    first = Judgement(left_id="b", right_id="a", judgement=Verdict.POSITIVE, who="Ann", made_at="2026-01-01T00:00:00Z")
    second = replace(first, left_id="a", right_id="b", judgement=Verdict.NEGATIVE, made_at="2026-01-02T00:00:00Z")
    write.add_judgement(db, first)
    identifier = write.add_judgement(db, second)
    write.add_judgement(db, second)
    assert "speakers" in read.stale(db)
    assert list(read.judgements(db)) == [second]
    assert [each.superseded_at for each in read.judgements(db, superseded=True)] == ["2026-01-02T00:00:00Z", None]
    rename = Rename(speaker_id="a", name="A.", who="Ann", made_at="2026-01-01T00:00:00Z")
    write.add_rename(db, rename)
    quote = news["a1"].quotes[0].id
    wrong = Correction(quote_id=quote, kind=CorrectionKind.WRONG_SPEAKER, value="Ana Ruiz", who="Bob",
                       made_at="2026-01-03T00:00:00Z")
    correction = write.add_correction(db, wrong)
    write.delete_article(db, "a1")
    write.write_extraction(db, news["a1"], run)
    finish_build(db)
    assert check(db) == []
    assert list(read.judgements(db)) == [second]
    assert list(read.renames(db)) == [rename]
    assert list(read.corrections(db)) == [wrong]
    assert write.supersede_correction(db, correction, "2026-01-04T00:00:00Z")
    assert not write.supersede_correction(db, correction, "2026-01-05T00:00:00Z")
    assert list(read.corrections(db)) == []
    assert write.supersede_judgement(db, identifier, "2026-01-04T00:00:00Z")
    assert list(read.judgements(db)) == []


def test_authority_files_are_stored_and_replaced(db: Database) -> None:
    known = Authority(
        id="Q1", name="Dmitry Peskov", type=SpeakerType.PERSON, description="spokesman", origin="people.csv",
        names=("Dmitry Peskov", "Дмитрий Песков"),
        positions=(Position(position="press secretary", affiliation="Kremlin", since="2012"),),
    )
    assert write.write_authorities(db, [known, replace(known, id="Q2", name="Other")], "people.csv") == 2
    assert next(read.authorities(db)) == known
    assert write.write_authorities(db, [known], "people.csv") == 1
    assert [authority.id for authority in read.authorities(db)] == ["Q1"]
    assert db.execute("SELECT count(*) FROM authority_names").fetchone() == (2,)


def test_statistics_by_act_tell_what_was_not_done(
    empty: Database, run: Run, extraction_of: Callable[..., Extraction]
) -> None:
    found = extraction_of("a1", "Daily Sabah", "2022-03-29", [("Ana Ruiz", None, None, word) for word in ("One", "Two", "Three")])
    acts = [(Act.DENY, False), (Act.DENY, True), (Act.SAY, False)]
    quotes = [replace(quote, act=act, negated=negated) for quote, (act, negated) in zip(found.quotes, acts, strict=True)]
    write.write_extraction(empty, replace(found, quotes=tuple(quotes)), run)
    rows = list(read.grouped_statistics(empty, read.Grouping.ACT))
    assert {row.value: row.quotes for row in rows} == {"deny": 1, "not deny": 1, "say": 1}
    assert [(quote.act, quote.negated) for quote in read.extraction(empty, "a1").quotes] == acts
