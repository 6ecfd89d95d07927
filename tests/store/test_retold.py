"""Families and statements in a database: a function of the set of articles, whatever the order and the batches."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from quotes import pipeline
from quotes.records import Form, SpeakerType
from quotes.store import write
from quotes.store.check import check
from scripts.make import retold
from scripts.make.big_database import RUN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from quotes.records import Extraction

TABLES = ("statements", "statement_variants", "article_families", "speaker_copies", "wordings", "fingerprints", "quote_wordings",
          "article_marks", "marked_articles", "untold_articles", "untold_quotes")
CORPUS = retold.corpus(3, articles=50, statements=9).extractions


def built(path: Path, batches: Iterable[Sequence[Extraction]], gone: Sequence[Extraction] = ()) -> dict[str, list[Any]]:
    """Return the rows of a database that was built in batches, from which some articles were then taken out."""
    with closing(write.open_database(path, create=True)) as db:
        db.conn.execute("PRAGMA synchronous = OFF")
        for batch in batches:
            write.write_extractions(db, batch, RUN)
            pipeline.resolve(db)
        for extraction in gone:
            write.delete_article(db, extraction.article.id)
        pipeline.resolve(db)
        assert check(db) == []
        rows = {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES}
        return rows | {"quotes": sorted(db.execute("SELECT id, statement_id FROM quotes").fetchall())}


def test_any_order_in_any_batches_gives_the_same_rows(tmp_path: Path) -> None:
    whole = built(tmp_path / "whole.db", [CORPUS])
    assert len(whole["statements"]) > 8
    assert len(whole["article_families"]) > 3
    assert whole["untold_quotes"] == whole["untold_articles"] == []
    for seed in range(3):
        chance = Random(seed)  # noqa: S311  no secret
        mixed = chance.sample(CORPUS, len(CORPUS))
        size = (7, 20, 33)[seed]
        assert built(tmp_path / f"{seed}.db", (mixed[at : at + size] for at in range(0, len(mixed), size))) == whole


def test_articles_that_came_and_went_leave_no_trace(tmp_path: Path) -> None:
    assert built(tmp_path / "a.db", [CORPUS], gone=CORPUS[::3]) == built(
        tmp_path / "b.db", [[each for place, each in enumerate(CORPUS) if place % 3]])


def test_a_second_build_of_the_same_changes_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    built(path, [CORPUS])
    before = path.read_bytes()
    with closing(write.open_database(path)) as db:
        write.write_extractions(db, CORPUS, RUN)
        pipeline.resolve(db)
    assert path.read_bytes() == before


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("told") / "a.db"
    built(path, [CORPUS])
    return path


def test_numbers_of_a_statement_are_those_of_its_quotes(told: Path) -> None:
    with closing(write.open_database(told)) as db:
        counted = db.execute("""
            SELECT q.statement_id, count(*), count(DISTINCT q.article_id), count(DISTINCT q.outlet_id),
                   count(DISTINCT coalesce(f.family_id, q.article_id)), sum(v.difference = 'changed')
            FROM quotes q JOIN statement_variants v ON v.quote_id = q.id AND v.statement_id = q.statement_id
            LEFT JOIN article_families f ON f.article_id = q.article_id GROUP BY 1 ORDER BY 1""").fetchall()
        kept = db.execute("SELECT id, quotes, articles, outlets, families, changed FROM statements ORDER BY id").fetchall()
        assert counted == kept
        assert any(each[4] < each[2] for each in kept)


def test_statistics_count_families_beside_articles(told: Path) -> None:
    with closing(write.open_database(told)) as db:
        rows = db.execute("""
            SELECT s.articles, s.families, (SELECT count(DISTINCT coalesce(f.family_id, q.article_id)) FROM quotes q
                LEFT JOIN article_families f ON f.article_id = q.article_id WHERE q.speaker_id = s.speaker_id)
            FROM speaker_stats s""").fetchall()
        assert all(families == counted for _, families, counted in rows)
        assert any(families < articles for articles, families, _ in rows)


WORDS = "We have watched the river rise for eleven years and nobody has answered"


def saying(extraction: Extraction, words: str, *names: str) -> Extraction:
    """Return an article in which some people say these words, together if they are several."""
    text = f"“{words},” said {' and '.join(names)}."
    said = replace(
        extraction.quotes[0], content=(extraction.quotes[0].content[0]._replace(start=0, end=len(words) + 3),), cue=(), source=(),
        text=text[: len(words) + 3], entity_key=names[0], other_keys=names[1:], speakers=names, speaker="; ".join(names),
        form=Form.DIRECT, role=None, roles=(),
    )
    entities = tuple(replace(extraction.entities[0], key=name, name=name, type=SpeakerType.PERSON, aliases=(), roles=(),
                             description=None) for name in names)
    article = replace(extraction.article, text=text, published="2025-05-01", author=None)
    return replace(extraction, article=article, quotes=(said,), entities=entities)


def statement_of(path: Path, *articles: Extraction) -> dict[str, Any]:
    """Return the numbers of the one statement of a database of these articles."""
    built(path, [articles])
    with closing(write.open_database(path, readonly=True)) as db:
        (row,) = db.query("SELECT quotes, speakers, attributions FROM statements")
        return dict(row)


@pytest.mark.parametrize(("said_by", "speakers", "attributions"), [
    pytest.param([("Ana Ruiz",), ("Ana Ruiz",)], 1, 1, id="one speaker"),
    pytest.param([("Ana Ruiz",), ("Bo Lind",)], 2, 2, id="two people: attributed to both"),
    pytest.param([("Ana Ruiz", "Bo Lind"), ("Ana Ruiz", "Bo Lind")], 2, 1, id="two who say it together"),
    pytest.param([("Ana Ruiz", "Bo Lind"), ("Bo Lind",)], 2, 1, id="together, and the second of them alone"),
    pytest.param([("Ana Ruiz", "Bo Lind"), ("Bo Lind",), ("Ana Ruiz",)], 2, 1, id="together, and each of them alone"),
    pytest.param([("Ana Ruiz", "Bo Lind"), ("Cy Moyo",)], 3, 2, id="two together, and a third"),
])
def test_a_joint_quote_counts_under_each_of_its_speakers(
    said_by: list[tuple[str, ...]], speakers: int, attributions: int, tmp_path: Path
) -> None:
    articles = [saying(extraction, WORDS, *names) for extraction, names in zip(CORPUS, said_by, strict=False)]
    assert statement_of(tmp_path / "a.db", *articles) == {
        "quotes": len(said_by), "speakers": speakers, "attributions": attributions}


def test_a_few_words_of_one_join_those_that_the_same_says_with_another(tmp_path: Path) -> None:
    few = " ".join(WORDS.split()[2:8])
    articles = saying(CORPUS[0], WORDS, "Ana Ruiz", "Bo Lind"), saying(CORPUS[1], few, "Bo Lind")
    assert statement_of(tmp_path / "a.db", *articles) == {"quotes": 2, "speakers": 2, "attributions": 1}


def test_who_speaks_with_the_first_speaker_may_change_later(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert statement_of(path, saying(CORPUS[0], WORDS, "Ana Ruiz", "Bo Lind"), saying(CORPUS[1], WORDS, "Bo Lind"))
    with closing(write.open_database(path)) as db:
        quote = db.execute("SELECT quote_id FROM quote_speakers LIMIT 1").fetchone()[0]
        db.conn.execute("DELETE FROM quote_speakers WHERE quote_id = ?", [quote])
        db.conn.commit()
        pipeline.tell(db)
        assert [tuple(row.values()) for row in db.query("SELECT speakers, attributions FROM statements")] == [(2, 2)]
