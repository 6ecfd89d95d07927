"""The site as readers find it: names in their spelling, hits that show, one colour a form, days in their order."""

from __future__ import annotations

import csv
import html
import io
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import httpx
import pytest
import site_corpus
from datasette.app import Datasette
from datasette.utils import detect_fts
from sqlite_utils import Database
from test_review import MAY, signed_in

from quotes import pipeline, review
from quotes.publish.cells import hits
from quotes.publish.serve import make_datasette
from quotes.records import SpeakerType
from quotes.store import write

if TYPE_CHECKING:
    from pathlib import Path


def one(path: Path, sql: str) -> str:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return str(connection.execute(sql).fetchone()[0])


@pytest.mark.parametrize("search", ['"', '""', "'", "*", "(", "-", '" OR "', "NEAR(", "\\", "%", "AND"])
async def test_a_search_of_signs_is_no_fault(datasette: Datasette, database: Path, search: str) -> None:
    speaker = one(database, "select id from speakers where name = 'Priya Rao'")
    for path in (f"/quotes/speaker/{speaker}", "/quotes/speakers"):
        assert (await datasette.client.get(path, params={"q": search})).status_code == 200, path
    assert (await datasette.client.get("/data/quotes", params={"_search": search})).status_code in (200, 400)


async def test_a_name_is_found_without_its_accents_and_with_them(tmp_path: Path) -> None:
    path = site_corpus.build(tmp_path / "data.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("pragma foreign_keys = off")
        names = [row[0] for row in connection.execute("select id from speakers where type = 'person' order by id limit 3")]
        for speaker, name in zip(names, ("Jürgen Müller", "Łukasz Kot", "Jonas Weiss"), strict=True):
            connection.execute("update speakers set name = ? where id = ?", (name, speaker))
            connection.execute("delete from aliases where speaker_id = ?", (speaker,))
    client = make_datasette(path).client
    for search, name in (("Muller", "Jürgen Müller"), ("MÜLLER", "Jürgen Müller"), ("lukasz", "Łukasz Kot"),
                         ("jurgen mul", "Jürgen Müller"), ("Weiß", "Jonas Weiss")):
        assert name in (await client.get("/quotes/speakers", params={"q": search})).text, search


async def test_identifiers_of_feeds_are_the_same_wherever_the_site_is(database: Path) -> None:
    speaker = one(database, "select id from speakers where name = 'Priya Rao'")
    found = []
    for host, base in (("localhost", "/"), ("news.example", "/said/")):
        site = make_datasette(database, settings={"base_url": base})
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site.app())) as client:
            for path in (f"quotes/speaker/{speaker}.atom", "data/quotes.atom?form=direct"):
                body = (await client.get(f"http://{host}{base}{path}")).content
                root = ET.fromstring(body)  # noqa: S314  our own
                found.append([element.text for element in root.iter("{http://www.w3.org/2005/Atom}id")])
                links = [element.get("href") or "" for element in root.iter("{http://www.w3.org/2005/Atom}link")]
                assert all(f"{host}{base}" in link or "example" in link for link in links)
    assert found[:2] == found[2:]
    assert all(each is not None and each.startswith("urn:uuid:") for ids in found for each in ids)
    assert len({each for ids in found for each in ids}) > 5


async def test_unnamed_sources_are_told_from_nobody(datasette: Datasette) -> None:
    page = (await datasette.client.get(f"/quotes/speakers?type={SpeakerType.UNNAMED}")).text
    assert "Nobody" not in page
    assert "/data/unnamed_by_outlet" in page


async def test_a_search_marks_its_hits(datasette: Datasette, database: Path) -> None:
    assert "<mark>letter</mark>" in (await datasette.client.get("/data/quotes?_search=LETTER")).text
    speaker = one(database, "select speaker_id from quotes where text like '%letter%'")
    assert "<mark>letter</mark>" in (await datasette.client.get(f"/quotes/speaker/{speaker}?q=letter")).text
    assert "<mark>" not in (await datasette.client.get("/data/quotes")).text


async def test_marking_escapes_what_articles_say(hostile_datasette: Datasette) -> None:
    for path in ("/data/quotes?_search=script", "/data/quotes?_search=harmed&_all=1"):
        page = (await hostile_datasette.client.get(path)).text
        assert "<mark>" in page
        assert "<script>window.harmed" not in page
        assert "&lt;<mark>script</mark>&gt;" in page or "<mark>harmed</mark>" in page


def test_a_hit_far_into_a_text_is_shown() -> None:
    pieces = hits("word " * 400 + "needle " + "word " * 400, "needle", 200)
    assert ("needle", True) in pieces
    assert sum(len(piece) for piece, _ in pieces) <= 200
    assert pieces[0][0].startswith("…")


async def test_a_form_has_one_colour_whatever_its_rank(datasette: Datasette) -> None:
    page = (await datasette.client.get("/")).text
    key = re.findall(r'<rect class="share-(\w+)" width="10" height="10"/></svg>(\w+)', page)
    assert key == [("direct", "Direct"), ("mixed", "Partly"), ("indirect", "Reported")]


async def test_days_and_months_stand_in_their_order(datasette: Datasette) -> None:
    facets = (await datasette.client.get("/data/quotes.json")).json()["facet_results"]
    for name in ("day", "month"):
        values = [result["value"] for result in facets[name]["results"]]
        assert values == sorted(values)
    assert len(facets["day"]["results"]) > 1


async def test_a_headline_is_not_printed_twice(tmp_path: Path) -> None:
    path = site_corpus.build(tmp_path / "data.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        article, text = connection.execute("select id, text from articles order by id limit 1").fetchone()
        connection.execute("update articles set title = ? where id = ?", (text.partition("\n")[0], article))
        headline = text.partition("\n")[0]
        marked = connection.execute("select count(*) from spans s join quotes q on q.id = s.quote_id "
                                    "where q.article_id = ? and s.start < ?", (article, len(headline))).fetchone()[0]
    page = (await make_datasette(path).client.get(f"/quotes/article/{article}")).text
    assert page.partition("<main")[2].count(f">{headline}<") == (1 if not marked else 2)


async def test_decisions_are_listed_by_names(tmp_path: Path) -> None:
    path = site_corpus.build(tmp_path / "data.db")
    with closing(write.open_database(path)) as base:
        # The corpus names speakers in its own way; a decision resolves in the program's.
        base.conn.execute("insert or ignore into stale values ('speakers'), ('terms')")
        pipeline.resolve(base)
    speaker = one(path, "select id from speakers where name = 'Priya Rao'")
    with closing(write.open_database(path)) as base:
        review.rename(base, speaker, "Priya Rao MP", who="ana")
    site = Datasette([str(path)], metadata=MAY)
    page = (await site.client.get("/quotes/review", cookies=signed_in(site, "ana"))).text
    assert re.search(r"<bdi>Priya Rao MP</bdi></a></td>", page)
    assert f">{speaker}<" not in page


async def test_the_csv_above_the_table_has_all_rows(tmp_path: Path) -> None:
    path = site_corpus.build(tmp_path / "data.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update quotes set published = null where rowid % 5 = 0")
    site = make_datasette(path, settings={"max_returned_rows": 7, "default_page_size": 5})
    page = (await site.client.get("/data/quotes?_size=3")).text
    link = re.search(r'href="([^"]+)">CSV</a>', page)
    assert link
    assert "_stream=on" in link[1]
    streamed = "/data/quotes.csv?_stream=on"
    for address in (html.unescape(link[1]), f"{streamed}&_sort=day", f"{streamed}&_sort_desc=day"):
        body = (await site.client.get(address)).text
        ids = [row["id"] for row in csv.DictReader(io.StringIO(body, newline=""))]
        assert len(ids) == len(set(ids)) == int(one(path, "select count(*) from quotes")), address


async def test_tools_find_the_search_index(database: Path) -> None:
    base = Database(database)
    assert base["quotes"].detect_fts() == "quotes_fts"
    assert [row["text"] for row in base["quotes"].search("letter")]
    with closing(base.conn) as connection:
        assert detect_fts(connection, "quotes") == "quotes_fts"
        assert connection.execute("select count(*) from quotes_fts where quotes_fts match 'letter'").fetchone()[0] >= 1
