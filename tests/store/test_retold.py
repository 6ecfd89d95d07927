"""Families and statements in a database: a function of the set of articles, whatever the order and the batches."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from quotes import pipeline
from quotes.records import SpeakerType
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


def test_the_same_words_of_two_people_are_one_statement_attributed_to_both(tmp_path: Path) -> None:
    words = "We have watched the river rise for eleven years and nobody has answered"
    one, other = CORPUS[0], CORPUS[1]

    def saying(extraction: Extraction, name: str) -> Extraction:
        text = f"“{words},” said {name}."
        quote = extraction.quotes[0]
        said = replace(quote, content=(quote.content[0]._replace(start=0, end=len(words) + 3),), cue=(), source=(),
                       text=text[: len(words) + 3], entity_key=name)
        entity = replace(extraction.entities[0], key=name, name=name, type=SpeakerType.PERSON, aliases=(),
                         description=None)
        article = replace(extraction.article, text=text, published="2025-05-01", author=None)
        return replace(extraction, article=article, quotes=(said,), entities=(entity,))

    rows = built(tmp_path / "a.db", [[saying(one, "Ana Ruiz"), saying(other, "Bo Lind")]])
    (statement,) = rows["statements"]
    assert statement[8] == 2  # speakers
    assert {row[2] for row in rows["statement_variants"]} == {"same"}
