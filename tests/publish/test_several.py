"""A quote of several speakers stands on the page, in the feed, in the table and in the files of each of them."""

from __future__ import annotations

import csv
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import several

from quotes.publish.export import export
from quotes.publish.serve import make_datasette

if TYPE_CHECKING:
    from pathlib import Path

    from datasette.app import Datasette

JOINT = "We will appeal together"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("several") / "data.db"
    several.build(path).close()
    return path


@pytest.fixture
def site(path: Path) -> Datasette:
    return make_datasette(path)


@pytest.fixture(scope="module")
def ids(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("select name, id from speakers"))


@pytest.mark.parametrize("name", ["Ann Lee", "Bo Dahl", "Cy Park"])
async def test_each_ones_page_and_feed_have_it(site: Datasette, ids: dict[str, str], name: str) -> None:
    page = (await site.client.get(f"/quotes/speaker/{ids[name]}")).text
    assert JOINT in page
    found = (await site.client.get(f"/quotes/speaker/{ids[name]}?q=appeal")).text
    assert "We will <mark>appeal</mark> together" in found
    feed = ET.fromstring((await site.client.get(f"/quotes/speaker/{ids[name]}.atom")).text)  # noqa: S314  our own
    [entry] = [entry for entry in feed.iter(f"{ATOM}entry") if JOINT in (entry.findtext(f"{ATOM}title") or "")]
    assert [author.text for author in entry.iter(f"{ATOM}name")] == ["Ann Lee", "Bo Dahl", "Cy Park"]


async def test_who_speaks_with_others_alone_has_a_page_with_numbers(site: Datasette, ids: dict[str, str]) -> None:
    page = (await site.client.get(f"/quotes/speaker/{ids['Cy Park']}")).text
    assert f"/quotes/speaker/{ids['Ann Lee']}" in page  # in the byline, and among those quoted in the same articles
    row = (await site.client.get(f"/data/speaker_stats.json?speaker_id={ids['Cy Park']}&_shape=array")).json()
    assert [(each["quotes"], each["articles"]) for each in row] == [(1, 1)]


async def test_the_facet_counts_each_and_leads_to_the_quotes_of_each(site: Datasette, ids: dict[str, str]) -> None:
    table = (await site.client.get("/data/quotes.json?_facet=speaker_id")).json()
    values = {value["label"]: value for value in table["facet_results"]["speaker_id"]["results"]}
    assert {label: value["count"] for label, value in values.items()} == {
        "Bo Dahl": 3, "Ann Lee": 2, "Cy Park": 1, "Dee Moss": 1}
    for label, value in values.items():
        address = value["toggle_url"].replace("http://localhost", "")
        led = (await site.client.get(address)).json()
        assert (len(led["rows"]), led["filtered_table_rows_count"]) == (value["count"], value["count"])
        [same] = [each for each in led["facet_results"]["speaker_id"]["results"] if each["label"] == label]
        assert same["selected"]
    searched = (await site.client.get(f"/data/quotes.json?_speaker={ids['Cy Park']}&_search=appeal&_shape=array")).json()
    assert [row["text"] for row in searched] == [JOINT]


@pytest.mark.parametrize("value", ["nobody", "' or 1=1 --", "<script>alert(1)</script>"])
async def test_a_speaker_who_is_not_there_has_no_quotes(site: Datasette, value: str) -> None:
    answer = await site.client.get("/data/quotes", params={"_speaker": value})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert (await site.client.get("/data/quotes.json", params={"_speaker": value, "_shape": "array"})).json() == []


async def test_pages_of_the_quote_and_its_article_name_all(site: Datasette, path: Path, ids: dict[str, str]) -> None:
    with closing(sqlite3.connect(path)) as connection:
        [(quote,)] = connection.execute("select id from quotes where text = ?", (JOINT,))
    page = (await site.client.get(f"/quotes/quote/{quote}")).text
    assert "Quote of <bdi>Ann Lee, Bo Dahl and Cy Park</bdi>" in page
    article = (await site.client.get("/quotes/article/a1")).text
    for name in ("Ann Lee", "Bo Dahl", "Cy Park"):
        assert f"/quotes/speaker/{ids[name]}" in page
        assert f"/quotes/speaker/{ids[name]}" in article
    assert "2 quotes of 3 speakers" in article


@pytest.mark.parametrize(("question", "count"), [
    ("quotes_of_a_speaker?speaker=cy+park&since=&until=", 1), ("quoted_most?since=2024-01-01&until=", 4),
    ("side_by_side?one=Cy+Park&other=Ann+Lee", 2), ("said_about?word=appeal", 3),
])
async def test_questions_count_each(site: Datasette, question: str, count: int) -> None:
    address = question.replace("?", ".json?") + "&_shape=array"
    assert len((await site.client.get(f"/data/{address}")).json()) == count


def test_an_export_has_all_of_them(path: Path, tmp_path: Path) -> None:
    export(path, tmp_path / "public.db", csv_dir=tmp_path / "csv")
    with (tmp_path / "csv" / "quotes.csv").open(newline="") as file:
        [quote] = [row for row in csv.DictReader(file) if row["text"] == JOINT]
    assert (quote["speaker"], quote["speaker_type"]) == ("Ann Lee; Bo Dahl; Cy Park", "group")
    with (tmp_path / "csv" / "quote_speakers.csv").open(newline="") as file:
        assert [row["place"] for row in csv.DictReader(file) if row["quote_id"] == quote["id"]] == ["0", "1", "2"]
    with closing(sqlite3.connect(tmp_path / "public.db")) as connection:
        assert connection.execute("select count(*) from speakers").fetchone() == (4,)
        assert connection.execute("pragma foreign_key_check").fetchall() == []


def test_what_an_export_leaves_out_takes_its_speakers_with_it(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(tmp_path / "data.db")) as copy:
        source.backup(copy)
        copy.execute("update quotes set confidence = 0.2 where text = ?", (JOINT,))
        copy.commit()
    export(tmp_path / "data.db", tmp_path / "public.db")
    with closing(sqlite3.connect(tmp_path / "public.db")) as connection:
        assert connection.execute("select name from speakers where name = 'Cy Park'").fetchall() == []
        assert connection.execute("select name, quotes from speaker_stats where name = 'Bo Dahl'").fetchall() == [("Bo Dahl", 2)]


def copy_with(path: Path, copy: Path, change: str) -> Path:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.executescript(change)
    return copy


@pytest.mark.parametrize(("least", "left_out"), [(0.7, 0), (0.73, 4), (0.4, 0)])
def test_an_export_cuts_at_the_words_and_the_speaker_together(path: Path, tmp_path: Path, least: float, left_out: int) -> None:
    done = export(path, tmp_path / "public.db", min_confidence=least)  # 0.9 of the words, 0.8 of who
    assert (done.quotes, done.left_out) == (4 - left_out, left_out)


@pytest.mark.parametrize(("change", "said"), [
    ("confidence = 0.95, speaker_confidence = 0.95", "very sure of the words, very sure who said it"),
    ("confidence = 0.95, speaker_confidence = 0.6", "very sure of the words, not quite sure who said it"),
    ("confidence = 0.4, speaker_confidence = null", "unsure of the words<"),
])
async def test_a_card_and_a_page_say_how_sure_of_the_words_and_who(path: Path, tmp_path: Path, ids: dict[str, str], change: str,
                                                                   said: str) -> None:
    site = make_datasette(copy_with(path, tmp_path / "data.db", f"update quotes set {change}"))
    card = (await site.client.get(f"/quotes/speaker/{ids['Dee Moss']}")).text
    assert f">{said}" in card
    [row] = (await site.client.get(f"/data/quotes.json?_speaker={ids['Dee Moss']}&_shape=array")).json()
    page = (await site.client.get(f"/quotes/quote/{row['id']}")).text
    assert said.partition(",")[0].rstrip("<") in page


async def test_a_pronoun_is_read_as_somebody_and_hostile_words_of_it_are_words(path: Path, tmp_path: Path) -> None:
    words = "She <script>alert(1)</script>"
    change = f"""drop trigger quotes_totals_fixed; update quotes set mention = 'pronoun', source = '{words}'"""
    site = make_datasette(copy_with(path, tmp_path / "data.db", change))
    with closing(sqlite3.connect(path)) as connection:
        [(quote, speaker)] = connection.execute("select id, speaker_id from quotes where text = 'I saw it'")
    for address in (f"/quotes/speaker/{speaker}", f"/quotes/quote/{quote}"):
        page = (await site.client.get(address)).text
        assert "“<bdi>She &lt;script&gt;alert(1)&lt;/script&gt;</bdi>” read as <bdi>Dee Moss</bdi>" in page
        assert "<script>alert" not in page


async def test_a_name_is_not_read_as_itself(site: Datasette, ids: dict[str, str]) -> None:
    assert "read as" not in (await site.client.get(f"/quotes/speaker/{ids['Dee Moss']}")).text


def byline(page: str, words: str) -> str:
    """Return what a reader sees below a quote's words on a page of cards."""
    card = page[page.index(words):].partition("</article>")[0]
    return " ".join(re.sub(r"<[^>]+>", "", card.partition('class="byline">')[2]).split())


@pytest.mark.parametrize(("name", "seen"), [
    ("Ann Lee", "as mayor · with Bo Dahl and Cy Park · The Herald"),
    ("Bo Dahl", "with Ann Lee (mayor) and Cy Park · The Herald"),
    ("Cy Park", "with Ann Lee (mayor) and Bo Dahl · The Herald"),
])
async def test_the_role_of_the_first_is_nobody_elses(site: Datasette, ids: dict[str, str], name: str, seen: str) -> None:
    page = (await site.client.get(f"/quotes/speaker/{ids[name]}")).text
    assert byline(page, JOINT).startswith(seen)
    facets = page.partition('class="facets"')[2].partition('class="list"')[0]
    assert "mayor" not in facets, "no facet of one value, and none of another's role"
    if name != "Ann Lee":
        assert "mayor" not in page.partition('id="quotes"')[0]


async def test_a_role_stands_beside_the_name_whose_it_is(site: Datasette, path: Path, ids: dict[str, str]) -> None:
    assert byline((await site.client.get("/")).text, JOINT).startswith("Ann Lee (mayor), Bo Dahl and Cy Park · The Herald")
    with closing(sqlite3.connect(path)) as connection:
        [(quote,)] = connection.execute("select id from quotes where text = ?", (JOINT,))
    page = (await site.client.get(f"/quotes/quote/{quote}")).text
    assert f"<bdi>Ann Lee (mayor), Bo Dahl and Cy Park: {JOINT}." in page, "the citation"
    feed = (await site.client.get(f"/quotes/speaker/{ids['Cy Park']}.atom")).text
    assert f"Ann Lee (mayor), Bo Dahl and Cy Park: {JOINT}" in feed


async def test_the_table_shows_all_and_the_article_numbers_all(site: Datasette, ids: dict[str, str]) -> None:
    table = (await site.client.get("/data/quotes")).text
    cell = table[:table.index(JOINT)].rpartition("<tr>")[2] + table[table.index(JOINT):].partition("</tr>")[0]
    assert [cell.index(f"/quotes/speaker/{ids[name]}") for name in ("Ann Lee", "Bo Dahl", "Cy Park")] == sorted(
        cell.index(f"/quotes/speaker/{ids[name]}") for name in ("Ann Lee", "Bo Dahl", "Cy Park"))
    assert ">1,2,3</sup>" in (await site.client.get("/quotes/article/a1")).text


async def test_whom_a_pronoun_was_read_as_stands_beside_the_speaker(path: Path, tmp_path: Path, ids: dict[str, str]) -> None:
    site = make_datasette(copy_with(path, tmp_path / "data.db", """
        drop trigger quotes_totals_fixed;
        update quotes set source = 'He <i>', mention = 'pronoun' where text = 'Not on my watch'"""))
    [row] = (await site.client.get("/data/quotes.json?mention=pronoun&_shape=array")).json()
    article = (await site.client.get("/quotes/article/a1")).text
    assert 'Bo Dahl</a> <span class="read-as">[read as <bdi>Bo Dahl</bdi>]</span>' in article, "in the text, behind the source"
    assert article.count("read as") == 1
    page = (await site.client.get(f"/quotes/quote/{row['id']}")).text
    caption = page.partition("<figcaption>")[2].partition("</figcaption>")[0]
    assert "“<bdi>He &lt;i&gt;</bdi>” read as <bdi>Bo Dahl</bdi>" in caption
    assert "<bdi>Bo Dahl [“He &lt;i&gt;”]: Not on my watch." in page, "the citation"
    feed = (await site.client.get(f"/quotes/speaker/{ids['Bo Dahl']}.atom")).text
    assert "“He &lt;i&gt;” read as Bo Dahl" in feed
    assert "He <i>" not in article + page + feed
