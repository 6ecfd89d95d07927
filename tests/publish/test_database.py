"""Answers are remembered while the file stays as it is, and only small ones."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import site_corpus
from datasette.app import Datasette

from quotes.publish.database import PublishedDatabase, remember
from quotes.publish.datasette_inside import with_second_column
from quotes.publish.serve import make_datasette

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return site_corpus.build(tmp_path / "data.db", site_corpus.ARTICLES[:1])


@pytest.fixture
def base(path: Path) -> PublishedDatabase:
    return remember(Datasette([str(path)]).databases["data"])


async def test_an_answer_is_remembered_until_the_file_changes(base: PublishedDatabase, path: Path) -> None:
    first = await base.execute("select title from articles")
    assert await base.execute("select title from articles") is first
    assert await base.table_columns("outlets") == ["id", "name", "domain"]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update articles set title = 'Another'")
    assert (await base.execute("select title from articles")).single_value() == "Another"


async def test_a_file_that_was_put_in_its_place_is_read_at_once(base: PublishedDatabase, path: Path, tmp_path: Path) -> None:
    sql = "select count(*) from articles"
    assert (await base.execute(sql)).single_value() == 1
    for number in (3, 2):
        site_corpus.build(tmp_path / "next.db", site_corpus.ARTICLES[:number]).replace(path)
        assert (await base.execute(sql)).single_value() == number
        assert await base.execute_fn(lambda connection: connection.execute(sql).fetchone()[0]) == number
    assert len(base._all_file_connections) <= base.ds.setting("num_sql_threads")


async def test_a_file_that_was_no_database_for_a_while_is_read_when_it_is_one(
    path: Path, tmp_path: Path
) -> None:
    base = remember(make_datasette(path).databases["data"])
    sql = "select count(*) from articles"
    assert (await base.execute(sql)).single_value() == 1
    for number in (2, 3):
        (tmp_path / "noise").write_bytes(b"noise" * 1000)
        (tmp_path / "noise").replace(path)
        for _ in range(2 * base.ds.setting("num_sql_threads")):
            with pytest.raises(sqlite3.DatabaseError, match="not a database"):
                await base.execute(sql, log_sql_errors=False)
        site_corpus.build(tmp_path / "next.db", site_corpus.ARTICLES[:number]).replace(path)
        assert (await base.execute(sql)).single_value() == number


async def test_chance_time_and_long_texts_are_asked_anew(base: PublishedDatabase) -> None:
    for sql in ("select random() from quotes", "select datetime('now')", "select hex(zeroblob(9000))",
                "select value from json_each('[" + ",".join("1" * 200) + "]')"):
        assert await base.execute(sql) is not await base.execute(sql), sql


async def test_what_is_given_out_may_be_changed(base: PublishedDatabase) -> None:
    (await base.table_columns("outlets")).append("mine")
    (await base.foreign_keys_for_table("quotes"))[0]["column"] = "mine"
    assert "mine" not in await base.table_columns("outlets")
    assert "mine" not in [key["column"] for key in await base.foreign_keys_for_table("quotes")]


@pytest.mark.parametrize(("sql", "is_page"), [
    ('select id, text, "end" from quotes order by published desc limit 26', True),
    ("select id, name from speakers where type = :p0 order by name limit 51", True),
    ("select id from quotes order by id limit 26", False),
    ("select id, text from quotes where x order by published desc, id limit 26", False),
    ("select q.id from quotes q join speakers s on s.id = q.speaker_id order by day limit 5", False),
    ("select form, count(*) from quotes group by form order by form limit 5", False),
    ("select distinct form from quotes order by form limit 5", False),
])
def test_only_a_tables_own_pages_get_a_second_column_to_sort_by(*, sql: str, is_page: bool) -> None:
    assert (with_second_column(sql) != sql) is is_page
