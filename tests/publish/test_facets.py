"""The index counts what the database would count."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
import several
import site_corpus
from datasette.app import Datasette

from quotes.publish.facet_index import COLUMNS, MORE_COLUMNS, SPEAKER, TOPIC, FacetIndex, Selection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def connection(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.fixture
def index(connection: sqlite3.Connection) -> FacetIndex:
    index = FacetIndex.read(connection)
    for facet in (TOPIC, *MORE_COLUMNS):
        index.add(connection, facet)
    return index


def counted(connection: sqlite3.Connection, facet: str, where: str = "1", limit: int = -1) -> list[tuple[object, int]]:
    source = "quotes join quote_terms on quote_id = id" if facet == TOPIC else "quotes"
    column = "term_id" if facet == TOPIC else facet
    return connection.execute(f"select {column}, count(*) from {source} where ({where}) and {column} is not null "
                              f"group by 1 order by 2 desc, 1 limit {limit}").fetchall()


@pytest.mark.parametrize("facet", [*COLUMNS, *MORE_COLUMNS, TOPIC])
def test_all_quotes(index: FacetIndex, connection: sqlite3.Connection, facet: str) -> None:
    assert index.counts(facet) == counted(connection, facet)
    assert index.counts(facet, limit=3) == counted(connection, facet, limit=3)


def test_a_quote_of_several_is_counted_and_found_for_each_of_them(tmp_path: Path) -> None:
    several.build(tmp_path / "data.db").close()
    with closing(sqlite3.connect(tmp_path / "data.db")) as connection:
        index = FacetIndex.read(connection)
        named = dict(connection.execute("select id, name from speakers"))
        assert [(named[value], count) for value, count in index.counts("speaker_id")] == [
            ("Bo Dahl", 3), ("Ann Lee", 2), ("Cy Park", 1), ("Dee Moss", 1)]
        found = {named[value]: len(Selection(index, None, index.places([(SPEAKER, value)]))) for value in named}
        assert found == {"Ann Lee": 2, "Bo Dahl": 3, "Cy Park": 1, "Dee Moss": 1}
        [cy] = [value for value in named if named[value] == "Cy Park"]
        beside = index.counts("speaker_id", index.places([(SPEAKER, cy)]))
        assert {named[value]: count for value, count in beside} == {"Ann Lee": 1, "Bo Dahl": 1, "Cy Park": 1}
        assert index.counts("speaker_id", index.places([("speaker_id", cy)])) == []


@pytest.mark.parametrize(("one", "other"), [*combinations(("form", "outlet_id", "mention", TOPIC), 2), ("day", "day")])
def test_under_every_pair_of_filters(index: FacetIndex, connection: sqlite3.Connection, one: str, other: str) -> None:
    for first, _ in index.counts(one, limit=4):
        for second, _ in index.counts(other, limit=4):
            filters = ((one, first), (other, second))
            where = " and ".join(
                f"id in (select quote_id from quote_terms where term_id = '{value}')" if name == TOPIC else f"{name} = '{value}'"
                for name, value in filters)
            for facet in ("speaker_id", TOPIC):
                assert Selection(index, filters, index.places(filters)).counts(facet, 5) == counted(connection, facet, where, 5)


def test_values_that_nobody_has_give_nothing(index: FacetIndex) -> None:
    assert index.counts("speaker_id", index.places([("form", "sung")])) == []
    assert index.counts("form", index.places([(TOPIC, "none")])) == []
    assert list(index.places_of_rowids([10**9, -1])) == []


def test_an_empty_database_has_empty_facets(tmp_path: Path) -> None:
    path = site_corpus.build(tmp_path / "empty.db", [])
    with closing(sqlite3.connect(path)) as connection:
        index = FacetIndex.read(connection)
        index.add(connection, TOPIC)
    assert (len(index), index.counts("form"), index.counts(TOPIC, None, 3)) == (0, [], [])


@pytest.mark.parametrize("query", ["", "form=direct", "form__exact=direct&outlet_id=the-quay-courier", "_search=bridge",
                                   "words__gt=9", "_search=bridge&form=mixed", "speaker_id__contains=vance",
                                   "_topic=letter-c4f3b0b2"])
async def test_pages_count_as_the_database_does(datasette: Datasette, connection: sqlite3.Connection, query: str) -> None:
    answer = (await datasette.client.get(f"/data/quotes.json?{query}&_size=max&_shape=objects")).json()
    ids = [row["id"] for row in answer["rows"]]
    assert len(ids) == answer["filtered_table_rows_count"]
    where = f"id in ({','.join(repr(each) for each in ids) or 'null'})"
    for facet, found in answer["facet_results"].items():
        values = [(result["value"], result["count"]) for result in found["results"]]
        expected = counted(connection, facet, where, 8)
        assert values == (sorted(expected) if facet in ("day", "month") else expected), facet


@pytest.mark.parametrize(("query", "where"), [
    ("", "1"), ("form=direct", "form = 'direct'"),
    ("_search=the", "rowid in (select rowid from quotes_fts where quotes_fts match 'the')"),
    ("_topic={bridge}", "id in (select quote_id from quote_terms where term_id = '{bridge}')"),
    ("_topic={bridge}&_search=bridge", "form = 'direct' and text like '%bridge%'"),
])
async def test_pages_follow_one_another_without_gap_or_repetition(
        datasette: Datasette, connection: sqlite3.Connection, query: str, where: str) -> None:
    (bridge,) = connection.execute("select id from terms where term = 'bridge'").fetchone()
    wanted = [row[0] for row in connection.execute(
        f"select id from quotes where {where.format(bridge=bridge)} order by published_utc desc, id")]
    found, following = [], f"/data/quotes.json?{query.format(bridge=bridge)}&_size=2&_shape=objects"
    while following:
        page = (await datasette.client.get(following)).json()
        assert page["filtered_table_rows_count"] == len(wanted)
        found += [row["id"] for row in page["rows"]]
        following = (page["next_url"] or "").removeprefix("http://localhost")
    assert found == wanted
    assert len(wanted) > 1


async def test_a_facet_that_page_and_metadata_name_is_there_once(datasette: Datasette) -> None:
    answer = (await datasette.client.get("/data/quotes.json?_facet=form&_facet=cue&_facet=text")).json()
    assert list(answer["facet_results"]).count("form") == 1
    assert {"cue", "text"} <= set(answer["facet_results"])
    assert not any(name.startswith("form_") for name in answer["facet_results"])


async def test_other_databases_keep_datasettes_facets(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("create table quotes (form text); insert into quotes values ('a'), ('a'), ('b')")
    answer = await Datasette([str(path)]).client.get("/other/quotes.json?_facet=form")
    results = answer.json()["facet_results"]["form"]["results"]
    assert [(result["value"], result["count"]) for result in results] == [("a", 2), ("b", 1)]
