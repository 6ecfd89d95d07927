"""Whatever is written, the promises of the schema hold."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quotes import ids
from quotes.errors import ArticleError
from quotes.records import (
    Article,
    CharSpan,
    Entity,
    Extraction,
    Form,
    Kind,
    MentionKind,
    Quote,
    Run,
    SpeakerType,
)
from quotes.store import read, write
from quotes.store.check import CHECKS, check
from quotes.store.schema import sql

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlite_utils import Database

RUN = Run(id="run1", version="1.0", model="model 1", tagger="rules", settings="{}")


def test_a_finished_build_keeps_every_promise(db: Database) -> None:
    assert check(db) == []
    assert read.stale(db) == frozenset()
    assert db["quotes"].count == 9


def test_every_quote_has_a_speaker_before_resolution_too(
    empty: Database, news: dict[str, Extraction], run: Run
) -> None:
    for extraction in news.values():
        write.write_extraction(empty, extraction, run)
        faults = check(empty)
        assert [fault for fault in faults if "computed anew" not in fault] == []
        assert read.stale(empty) == {"speakers", "terms"}


def test_one_person_is_one_row_however_articles_spell_the_name(db: Database) -> None:
    names = {row["name"]: row["id"] for row in db["speakers"].rows}
    assert "Mevlüt Çavuşoğlu" in names
    assert not {"Cavusoglu", "Mevlut Cavusoglu"} & names.keys()
    speaker = names["Mevlüt Çavuşoğlu"]
    assert {row["alias"] for row in db["aliases"].rows_where("speaker_id = ?", [speaker])} == {
        "Mevlüt Çavuşoğlu", "Mevlut Cavusoglu", "Cavusoglu"}
    totals = db["speaker_totals"].get(speaker)
    assert (totals["quotes"], totals["articles"], totals["outlets"]) == (5, 3, 2)
    assert (totals["first_day"], totals["last_day"]) == ("2022-03-29", "2022-03-30")


def test_wordings_of_a_role_that_differ_in_case_are_one_role(db: Database) -> None:
    roles = list(db["roles"].rows_where("role_class = 'minister'"))
    assert [(row["articles"], row["first_seen"], row["last_seen"]) for row in roles] == [
        (2, "2022-03-29", "2022-03-30")]
    assert db.execute("SELECT count(*) FROM quotes WHERE role_id = ?", [roles[0]["id"]]).fetchone() == (2,)


def test_unnamed_sources_are_speakers_of_their_article(db: Database) -> None:
    rows = list(db["speakers"].rows_where("type = 'unnamed'"))
    assert [row["name"] for row in rows] == ["a senior official"]


def test_an_outlet_is_one_row_however_articles_spell_it(db: Database) -> None:
    assert [tuple(row.values()) for row in db["outlets"].rows_where(order_by="id")] == [
        ("daily-sabah", "Daily Sabah", "daily-sabah.com"),
        ("south-china-morning-post", "South China Morning Post", "south-china-morning-post.com"),
    ]


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        ("UPDATE articles SET text = upper(text) WHERE id = 'a2'", "is not what its content spans cover"),
        ('UPDATE spans SET "end" = 9999', "outside its article"),
        ("DELETE FROM spans WHERE kind = 'content'", "does not begin and end where its content does"),
        ("UPDATE articles SET published = '1999-01-01'", "another outlet or date"),
        ("UPDATE articles SET published_utc = '1999-01-01'", "another outlet or date"),
        ("UPDATE entities SET quotes = 7", "another number of quotes"),
        ("INSERT INTO quote_speakers SELECT quotes.id, speakers.id, 1 FROM quotes, speakers LIMIT 1", "other speakers than its"),
        ("INSERT INTO quote_entities SELECT id, 0, entity_id FROM quotes", "other speakers than its entities"),
        ("INSERT INTO quote_entities SELECT q.id, 1, e.id FROM quotes q JOIN entities e ON e.article_id <> q.article_id LIMIT 1",
         "entities of another article"),
        ("UPDATE speaker_totals SET quotes = quotes + 1", "has other numbers of quotes than are kept"),
        ("UPDATE facet_counts SET words = words + 1 WHERE facet = 'month'", "has other numbers of quotes"),
        ("INSERT INTO terms VALUES ('x', 'x')", "stands in no quote"),
        ("INSERT INTO speakers VALUES ('x', 'x', 'person', NULL)", "has no quote"),
        ("INSERT INTO speaker_redirects SELECT id, id FROM speakers", "is forwarded"),
        ("INSERT INTO stale VALUES ('speakers')", "a build was interrupted"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM outlets", "refers to a row of outlets"),
        ("INSERT INTO quotes_fts (quotes_fts, rowid, text) VALUES ('delete', 1, 'talks')", "search index"),
    ],
)
def test_the_checks_see_damage(db: Database, damage: str, complaint: str) -> None:
    db.conn.executescript(damage)
    assert any(complaint in fault for fault in check(db)), check(db)


def test_every_check_has_a_query_that_selects_one_column(db: Database) -> None:
    for name in CHECKS:
        assert len(db.conn.execute(sql(name)).description) == 1


def test_a_counted_column_cannot_be_updated_behind_the_statistics(db: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="delete the quote and insert it anew"):
        db.conn.execute("UPDATE quotes SET form = 'indirect'")


def test_deleting_quotes_by_hand_keeps_search_and_statistics_true(db: Database) -> None:
    db.conn.execute("DELETE FROM quotes WHERE role_class IS NULL")
    faults = check(db)
    allowed = ("number of quotes", "has no quote", "computed anew", "fewer than two articles", "stands in no quote")
    assert all(any(words in fault for words in allowed) for fault in faults), faults
    assert db.execute("SELECT count(*) FROM quotes_fts WHERE quotes_fts MATCH 'breakthrough'").fetchone() == (0,)


def test_search_stays_true_after_the_file_was_vacuumed(db: Database) -> None:
    db.conn.execute("DELETE FROM quotes WHERE article_id = 'a1'")
    db.conn.execute("VACUUM")
    db.conn.execute("INSERT INTO quotes_fts (quotes_fts, rank) VALUES ('integrity-check', 1)")
    found = db.execute(
        "SELECT text FROM quotes WHERE rowid IN (SELECT rowid FROM quotes_fts WHERE quotes_fts MATCH 'agreed')"
    ).fetchall()
    assert found == [("Nothing is agreed",)]


# Any Unicode but what no UTF-8 holds; SQLite's own functions end a string at NUL, so that is refused (below).
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    text = draw(TEXTS)
    identifier = draw(st.sampled_from(["x", "y", "1é", "a b/c"]))
    spans = st.lists(
        st.tuples(st.integers(0, len(text) - 1), st.integers(1, 20)).map(
            lambda pair: CharSpan(pair[0], min(len(text), pair[0] + pair[1]))),
        min_size=1, max_size=4)
    quotes, seen = [], dict[str, int]()
    for content in draw(st.lists(spans, max_size=4)):
        words = " ".join(text[start:end] for start, end in content)
        quotes.append(Quote(
            id=ids.quote_id(identifier, words, seen.get(words, 0)), article_id=identifier,
            entity_key=draw(st.sampled_from(["k1", "k2"])), kind=draw(st.sampled_from(Kind)),
            form=draw(st.sampled_from(Form)), content=tuple(content), text=words, context=text,
            cue_text=draw(st.none() | TEXTS), speaker_type=SpeakerType.PERSON, mention=MentionKind.NAME,
            role=draw(st.none() | TEXTS), affiliation=draw(st.none() | TEXTS),
            confidence=draw(st.none() | st.floats(0, 1)), rule="any",
            speaker_confidence=draw(st.none() | st.floats(0, 1)),
            other_keys=draw(st.sampled_from([(), ("k1",), ("k2",), ("k3",), ("k2", "k3"), ("k3", "k1")])),
        ))
        seen[words] = seen.get(words, 0) + 1
    entities = tuple(Entity(key=key, type=SpeakerType.PERSON, name=draw(TEXTS)) for key in ("k1", "k2", "k3"))
    described = st.none() | st.text(max_size=20)
    article = Article(
        id=identifier, text=text, title=draw(described), outlet=draw(described), url=draw(described),
        published=draw(st.none() | st.sampled_from(["2022-03-29", "2022-03", "2022", "29 March", ""])),
    )
    return Extraction(article=article, quotes=tuple(quotes), entities=entities)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(extractions(), min_size=1, max_size=4))
def test_any_text_comes_back_as_it_was(
    found: list[Extraction], tmp_path: Path, finish_build: Callable[[Database], int],
    rows_of: Callable[[Path], dict[str, list[tuple[Any, ...]]]],
) -> None:
    paths = tmp_path / "once.db", tmp_path / "again.db"
    last = {extraction.article.id: extraction for extraction in found}
    for path, written in zip(paths, (found, list(last.values())[::-1]), strict=True):
        path.unlink(missing_ok=True)
        base = write.open_database(path, create=True)
        base.conn.execute("PRAGMA synchronous = OFF")
        for extraction in written:
            write.write_extraction(base, extraction, RUN)
        finish_build(base)
        assert check(base) == []
        for extraction in last.values():
            stored = read.extraction(base, extraction.article.id)
            assert stored.article.text == extraction.article.text
            assert {(quote.id, quote.text, quote.content, quote.role, quote.affiliation, quote.confidence,
                     quote.speaker_confidence, frozenset(quote.entity_keys)) for quote in stored.quotes} == {
                (quote.id, quote.text, quote.content, quote.role, quote.affiliation, quote.confidence,
                 quote.speaker_confidence, frozenset(quote.entity_keys)) for quote in extraction.quotes}
        base.close()
    assert rows_of(paths[0]) == rows_of(paths[1])


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"])
def test_text_that_sqlite_cannot_give_back_is_refused(empty: Database, bad: str) -> None:
    with pytest.raises(ArticleError, match=r"article x: character 1 of its text is .*convert the file to UTF-8"):
        write.write_extraction(empty, Extraction(article=Article(id="x", text=bad)), RUN)
    assert not empty.conn.in_transaction
    assert empty["articles"].count == 0


def test_descriptions_that_sqlite_cannot_give_back_are_written_with_escapes(empty: Database) -> None:
    article = Article(id="x", text="t", title="a\x00b", origin="caf\udce9.txt", url="http://[bad")
    write.write_extraction(empty, Extraction(article=article), RUN)
    row = empty["articles"].get("x")
    assert (row["title"], row["origin"], row["domain"]) == ("a\\x00b", "caf\\udce9.txt", None)


def faulty(extraction: Extraction, **changes: Any) -> Extraction:
    return replace(extraction, quotes=(replace(extraction.quotes[0], **changes),))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"text": "other"}, "is not what its content spans cover"),
        ({"content": ()}, "has no content"),
        ({"content": (CharSpan(0, 10_000),)}, "outside its article"),
        ({"content": (CharSpan(3, 3),), "text": ""}, "outside its article"),
        ({"entity_key": "nobody"}, "names entity 'nobody'"),
        ({"article_id": "other"}, "belongs to article other"),
        ({"confidence": 1.5}, "confidence 1.5"),
        ({"confidence": float("nan")}, "confidence nan"),
        ({"speaker_confidence": -0.5}, "confidence -0.5"),
    ],
)
def test_records_that_contradict_one_another_are_refused(
    empty: Database, news: dict[str, Extraction], run: Run, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ArticleError, match=complaint):
        write.write_extraction(empty, faulty(news["a1"], **changes), run)
    assert empty["articles"].count == 0
