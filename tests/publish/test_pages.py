"""The pages say what the database says."""

from __future__ import annotations

import sqlite3
import tomllib
from contextlib import closing
from importlib import resources
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import site_corpus
from datasette.app import Datasette

from quotes.errors import StoreError
from quotes.publish.metadata import questions, site_metadata
from quotes.publish.serve import check_database, make_datasette

if TYPE_CHECKING:
    from pathlib import Path

QUERIES = tomllib.loads(resources.files("quotes.data").joinpath("canned_queries.toml").read_text())
ANSWERS = {
    "quotes_of_a_speaker": ("speaker=marta+lindqvist&since=2024-03-10&until=", 3),
    "said_on_a_day": ("day=2024-03-05", 5),
    "quoted_most": ("since=&until=2024-03-05", 7),
    "side_by_side": ("one=Okafor&other=ILSE+VANCE", 12),
    "said_about": ("word=letter", 1),
    "one_outlet_only": ("at_least=2", 1),
    "unnamed_by_outlet": ("", 3),
    "denied_or_refused": ("since=&until=", 1),
    "who_carried_it": ("words=bridge", 0),  # with answers in test_retold.py
    "changed_in_print": ("", 0),
    "unnamed_by_description": ("", 2),
}


def rows(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def speaker_id(database: Path, name: str) -> str:
    return str(rows(database, "select id from speakers where name = ?", name)[0][0])


@pytest.mark.parametrize("name", QUERIES)
async def test_questions_are_answered(datasette: Datasette, name: str) -> None:
    parameters, expected = ANSWERS[name]
    answer = (await datasette.client.get(f"/data/{name}.json?{parameters}&_shape=array")).json()
    assert len(answer) == expected
    page = await datasette.client.get(f"/data/{name}?{parameters}")
    assert page.status_code == 200
    assert QUERIES[name]["title"] in page.text
    empty = await datasette.client.get(f"/data/{name}")
    assert empty.status_code == 200
    assert "message-error" not in empty.text


def test_every_question_has_a_title_and_a_description() -> None:
    assert questions() == [(name, query["title"]) for name, query in QUERIES.items()]
    assert all(query["description"] for query in QUERIES.values())


def test_every_column_that_datasette_shows_is_described(database: Path) -> None:
    tables = site_metadata(["data"])["databases"]["data"]["tables"]
    hidden = {name for name, about in tables.items() if about.get("hidden")}
    for (name,) in rows(database, "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%'"):
        if name not in hidden:
            columns = [row[0] for row in rows(database, "select name from pragma_table_info(?)", name)]
            assert not set(columns) - set(tables[str(name)].get("columns", ())), name


async def test_plain_datasette_shows_the_same_site(database: Path) -> None:
    client = Datasette([str(database)]).client
    home = (await client.get("/")).text
    assert "<strong>29</strong> quotes of <strong>8</strong> named speakers" in home
    assert "Who was quoted most" in home
    table = (await client.get("/data/quotes.json")).json()
    assert table["suggested_facets"] == []
    assert table["facet_results"]["speaker_id"]["results"][0]["label"] == "Daniel Okafor"


async def test_another_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("create table quotes (text text); insert into quotes values ('x')")
    client = Datasette([str(path)]).client
    assert 'class="wordmark"' not in (await client.get("/")).text
    assert "rows-and-columns" in (await client.get("/other/quotes")).text
    assert (await client.get("/quotes/speakers")).status_code == 404


async def test_an_operators_metadata_wins(database: Path) -> None:
    own = {"title": "Our archive", "databases": {"data": {"tables": {"quotes": {"size": 3}}}}}
    client = Datasette([str(database)], metadata=own).client
    answer = (await client.get("/data/quotes.json")).json()
    assert len(answer["rows"]) == 3
    assert "outlet_id" in answer["facet_results"]


async def test_an_operators_permissions_hold_on_our_pages_too(database: Path) -> None:
    secret = {"databases": {"data": {"tables": {"articles": {"allow": False}}}}}
    client = Datasette([str(database)], metadata=secret).client
    assert (await client.get("/quotes/article/bridge-closed")).status_code == 403
    assert (await client.get("/")).status_code == 200
    closed = Datasette([str(database)], metadata={"allow": False}).client
    for path in ("/", "/quotes/speakers", f"/quotes/speaker/{speaker_id(database, 'Priya Rao')}.atom"):
        assert (await closed.get(path)).status_code == 403


async def test_a_speakers_page(datasette: Datasette, database: Path) -> None:
    page = (await datasette.client.get(f"/quotes/speaker/{speaker_id(database, 'Márta Lindqvist')}")).text
    for words in ("Márta Lindqvist", "chief engineer", "Port Authority", "Marta Lindqvist",
                  "4 March 2024 – 22 April 2024", "steel has no opinion", "Tomás Abellán", "All 4 quotes", "Northern Herald"):
        assert words in page, words


@pytest.mark.parametrize(("query", "found"), [("form=direct", "2 of 4"), ("outlet=northern-herald", "1 of 4"),
                                              ("q=steel", "1 of 4"),
                                              ("form=direct&q=cracks", "0 of 4"), ("month=2024-04&form=direct", "2 of 4"),
                                              ("form=none", "0 of 4")])
async def test_a_speakers_quotes_are_filtered(datasette: Datasette, database: Path, query: str, found: str) -> None:
    page = (await datasette.client.get(f"/quotes/speaker/{speaker_id(database, 'Márta Lindqvist')}?{query}")).text
    assert f"{found} quotes</h2>" in page


async def test_old_identifiers_are_forwarded_with_their_filters(datasette: Datasette, database: Path) -> None:
    old, new = rows(database, "select old_id, speaker_id from speaker_redirects order by 1")[0]
    for suffix in ("", ".atom", "?form=direct"):
        answer = await datasette.client.get(f"/quotes/speaker/{old}{suffix}")
        assert (answer.status_code, answer.headers["location"]) == (301, f"/quotes/speaker/{new}{suffix}")


async def test_site_furniture_is_set_apart(datasette: Datasette) -> None:
    page = (await datasette.client.get("/quotes/article/bridge-closed")).text
    assert '<p class="furniture">Share this article</p>' in page
    assert page.count('class="furniture"') == 3


async def test_a_quotes_page_tells_how_it_was_found(datasette: Datasette, database: Path) -> None:
    ((quote,),) = rows(database, "select id from quotes where text like '%I read it when%'")
    page = (await datasette.client.get(f"/quotes/quote/{quote}")).text
    for words in ("by a description", "the minister", "told", "very sure of the words (92%)", "by hand", "Northern Herald",
                  "4 of 5", "https://herald.example/report", "Priya Rao", "In: “Inspectors: bridge bearings"):
        assert words in page, words


async def test_feeds_have_the_newest_first(datasette: Datasette, database: Path) -> None:
    atom = {"a": "http://www.w3.org/2005/Atom"}
    answer = await datasette.client.get(f"/quotes/speaker/{speaker_id(database, 'Ilse Vance')}.atom")
    root = ET.fromstring(answer.content)  # noqa: S314  our own
    dates = [element.text for element in root.findall("a:entry/a:updated", atom)]
    assert len(dates) == 6
    assert dates == sorted(dates, reverse=True)
    assert root.findtext("a:updated", "", atom) == dates[0]
    search = await datasette.client.get("/data/quotes.atom?_search=bridge")
    assert len(ET.fromstring(search.content).findall("a:entry", atom)) == 2  # noqa: S314
    asked = await datasette.client.get("/data/said_on_a_day.atom?day=2024-03-05")
    assert len(ET.fromstring(asked.content).findall("a:entry", atom)) == 5  # noqa: S314
    assert (await datasette.client.get("/data/speakers.atom")).status_code in (400, 404)


async def test_what_was_published_last_is_first_whatever_the_offset_it_is_printed_with(tmp_path: Path) -> None:
    """Half past eleven at night in New York is after half past nine the next morning in Tokyo."""
    there = {"utc": "2024-03-02T03:00:00Z", "tokyo": "2024-03-02T09:30:00+09:00", "new-york": "2024-03-01T23:30:00-05:00"}
    rows = [(name, name, "The Quay Courier", published, f"https://courier.example/{name}",
             "{s1:Ilse Vance} {k1:said}: {c1:“The bridge of " + name + " is shut.”}", {1: ("vance", "d", "n", "say", 0.9, ())})
            for name, published in there.items()]
    path = site_corpus.build(tmp_path / "data.db", rows)
    client = Datasette([str(path)]).client
    newest_first = ["new-york", "utc", "tokyo"]
    table = (await client.get("/data/quotes.json?_shape=objects")).json()
    assert [row["article_id"] for row in table["rows"]] == newest_first
    found = (await client.get("/data/quotes.json?_shape=objects&form=direct&_search=bridge")).json()
    assert [row["article_id"] for row in found["rows"]] == newest_first
    articles = (await client.get("/data/articles.json?_shape=objects")).json()
    assert [row["id"] for row in articles["rows"]] == newest_first
    for address in ("/", f"/quotes/speaker/{speaker_id(path, 'Ilse Vance')}"):
        page = (await client.get(address)).text
        assert sorted(newest_first, key=lambda name: page.index(f"The bridge of {name}")) == newest_first, address
    feed = ET.fromstring((await client.get("/data/quotes.atom")).content)  # noqa: S314  our own
    atom = {"a": "http://www.w3.org/2005/Atom"}
    dates = [element.text for element in feed.findall("a:entry/a:updated", atom)]
    assert dates == ["2024-03-02T04:30:00+00:00", "2024-03-02T03:00:00+00:00", "2024-03-02T00:30:00+00:00"]
    assert feed.findtext("a:updated", "", atom) == dates[0]


async def test_addresses_keep_the_operators_prefix(database: Path) -> None:
    client = Datasette([str(database)], settings={"base_url": "/press/"}).client
    page = (await client.get("/")).text
    assert 'href="/press/quotes/speaker/' in page
    assert 'href="/press/data/quotes"' in page
    assert 'href="/quotes' not in page
    assert (await client.get("/quotes/speakers")).status_code == 200


async def test_a_rebuilt_database_is_seen_at_once(tmp_path: Path) -> None:
    import site_corpus  # noqa: PLC0415  beside this file

    path = site_corpus.build(tmp_path / "data.db", site_corpus.ARTICLES[:1])
    client = make_datasette(path).client
    assert "<strong>6</strong> quotes" in (await client.get("/")).text
    site_corpus.build(path, site_corpus.ARTICLES[:2])
    assert "<strong>11</strong> quotes" in (await client.get("/")).text
    assert (await client.get("/data/quotes.json")).json()["filtered_table_rows_count"] == 11


def test_what_cannot_be_served_is_named(tmp_path: Path) -> None:
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"nothing of the kind" * 100)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("create table t (x)")
    for path, words in ((tmp_path / "none.db", "no such database"), (junk, "SQLite"), (other, "no table")):
        with pytest.raises(StoreError, match=words):
            check_database(path)
