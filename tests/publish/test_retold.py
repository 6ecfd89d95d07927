"""A statement's page: who carried it, how the words differ, to whom they are attributed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import retold_corpus
import site_corpus
from conftest import running
from site_corpus import Person

from quotes import wording
from quotes.publish.export import export
from quotes.publish.serve import make_datasette

if TYPE_CHECKING:
    from pathlib import Path

    from datasette.app import Datasette

HOSTILE = '<script>window.harmed=1</script> onmouseover=alert(1) we all go down to the river "><img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return retold_corpus.build(tmp_path_factory.mktemp("retold") / "data.db")


@pytest.fixture
def datasette(database: Path) -> Datasette:
    return make_datasette(database)


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


async def page(datasette: Datasette, path: str) -> str:
    answer = await datasette.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_one_statement_is_carried_by_five_outlets_of_four_newsrooms(database: Path) -> None:
    found = ask(database, "SELECT quotes, articles, families, outlets, speakers, changed, first_day, last_day FROM statements")
    assert found == [(5, 5, 4, 5, 2, 1, "2025-03-01", "2025-03-04")]


async def test_the_page_tells_who_carried_it_in_order_and_possible_misquotes_first(datasette: Datasette, database: Path) -> None:
    ((statement,),) = ask(database, "SELECT id FROM statements")
    text = await page(datasette, f"/quotes/statement/{statement}")
    assert "Said to 4 newsrooms, printed by 5 outlets in 5 articles" in text
    assert "Attributed to 2 different speakers." in text
    carried = text[text.index("Who carried it"):]
    places = [carried.index(outlet) for outlet in ("The Courier", "The Post", "The Herald", "The Gazette", "The Times")]
    assert places == sorted(places)
    differ = text[text.index("How the words differ"):text.index("Who carried it")]
    assert differ.index("Changed: possible misquote") < differ.index("The same words") < differ.index("Cut")
    assert "left out: </span>eleven</del>" in differ
    assert "put in: </span>seven</ins>" in differ


async def test_cards_say_in_how_many_other_outlets_the_words_stand(datasette: Datasette, database: Path) -> None:
    ((statement, quote),) = ask(database, "SELECT statement_id, id FROM quotes WHERE article_id = 'first'")
    for path in ("/", f"/quotes/quote/{quote}", "/quotes/article/first"):
        text = await page(datasette, path)
        assert f'<a class="also" href="/quotes/statement/{statement}">also in 4 outlets</a>' in text
    ((alone,),) = ask(database, "SELECT id FROM quotes WHERE article_id = 'apart'")
    assert "also in" not in await page(datasette, f"/quotes/quote/{alone}")


async def test_questions_name_who_carried_it_and_who_changed_it(datasette: Datasette) -> None:
    carried = (await datasette.client.get("/data/who_carried_it.json?words=ministry&_shape=array")).json()
    assert [row["outlet"] for row in carried] == ["The Courier", "The Post", "The Herald", "The Gazette", "The Times"]
    changed = (await datasette.client.get("/data/changed_in_print.json?_shape=array")).json()
    assert [(row["outlet"], row["words_changed"]) for row in changed] == [("The Gazette", 1)]


async def test_an_article_names_its_copies(datasette: Datasette) -> None:
    text = await page(datasette, "/quotes/article/copied")
    assert "Nearly the same text stands in" in text
    assert "The Herald" in text


async def test_a_wording_that_is_part_of_a_longer_one_now_leads_to_it(datasette: Datasette, database: Path) -> None:
    ((statement,),) = ask(database, "SELECT id FROM statements")
    old = wording.statement_id(ask(database, "SELECT id FROM wordings WHERE parent_id IS NOT NULL LIMIT 1")[0][0])  # type: ignore[arg-type]
    answer = await datasette.client.get(f"/quotes/statement/{old}")
    assert (answer.status_code, answer.headers["location"]) == (301, f"/quotes/statement/{statement}")


@pytest.mark.parametrize("given", ["nonsense", "0" * 16, "~2E~2E~2F", "~27~3B~20drop~20table~20quotes", "f" * 16])
async def test_there_is_no_other_statement(datasette: Datasette, given: str) -> None:
    assert (await datasette.client.get(f"/quotes/statement/{given}")).status_code == 404


async def test_words_that_would_run_are_shown_as_words(tmp_path: Path) -> None:
    people = {name: Person(f"{name} {HOSTILE}") for name in ("a", "b")}
    rows = [(f"x{number}", HOSTILE, HOSTILE + str(number), f"2025-03-0{number + 1}", "javascript:alert(3)",
             f"{{s1:they}} {{k1:said}} {{c1:{HOSTILE}{more}}}", {1: (name, "d", "n", "say", .9, ())})
            for number, (name, more) in enumerate([("a", ""), ("b", " <b>twice</b>")])]
    path = site_corpus.build(tmp_path / "data.db", rows, people)
    ((statement,),) = ask(path, "SELECT id FROM statements")
    text = await page(make_datasette(path), f"/quotes/statement/{statement}")
    assert "<script>window" not in text
    assert "<img" not in text
    assert "<b>twice" not in text
    assert "&lt;script&gt;" in text


def test_what_is_published_names_no_words_of_quotes_that_are_left_out(database: Path, tmp_path: Path) -> None:
    source = tmp_path / "source.db"
    source.write_bytes(database.read_bytes())
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("UPDATE quotes SET confidence = 0.1 WHERE article_id IN ('second', 'copied', 'fourth', 'third')")
        connection.commit()
    export(source, tmp_path / "few.db")
    assert ask(tmp_path / "few.db", "SELECT count(*) FROM statements") == [(0,)]
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("UPDATE quotes SET confidence = 0.9 WHERE article_id = 'third'")
        connection.commit()
    export(source, tmp_path / "two.db")
    ((text, *numbers),) = ask(tmp_path / "two.db", "SELECT text, articles, outlets, speakers, attributions FROM statements")
    assert numbers == [2, 2, 1, 1]
    assert text in {row[0] for row in ask(tmp_path / "two.db", "SELECT text FROM quotes")}
    assert b"eleven years and nobody in the ministry has answered a single" not in (tmp_path / "two.db").read_bytes()


@pytest.mark.browser
def test_a_reader_finds_a_statement_and_sees_who_changed_it(database: Path) -> None:
    browsers = pytest.importorskip("test_browser")
    with running(database) as address, browsers.playwright.sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=browsers.CHROMIUM, args=browsers.ARGUMENTS)
        watched = browsers.Watched(browser.new_page(), address)
        reader = watched.open("/")
        reader.get_by_label("Search all quotes and their speakers").fill("river")
        reader.get_by_role("button", name="Search").click()
        reader.get_by_role("link", name="Ana Ruiz").last.click()
        browsers.expect(reader.get_by_role("heading", level=1)).to_have_text("Ana Ruiz")
        reader.get_by_role("link", name="also in 4 outlets").first.click()
        browsers.expect(reader.locator(".about")).to_contain_text("Said to 4 newsrooms, printed by 5 outlets")
        misquote = reader.locator(".wording.changed")
        browsers.expect(misquote.locator("ins")).to_contain_text("seven")
        browsers.expect(misquote.locator("del")).to_contain_text("eleven")
        misquote.get_by_role("link", name="The Gazette").click()
        browsers.expect(reader.locator(".saying blockquote")).to_contain_text("seven years")
        assert watched.faults == []
        browser.close()
