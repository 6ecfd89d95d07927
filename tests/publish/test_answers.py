"""Pages that answer a question: by any spelling, between any days, and with words for what cannot be read or found."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
import retold_corpus
import site_corpus
from conftest import running
from site_corpus import Person

from quotes.publish.days import read_day
from quotes.publish.serve import make_datasette
from quotes.records import SpeakerType

if TYPE_CHECKING:
    from datasette.app import Datasette

HOSTILE = '"><script>window.harmed=1</script><img src=x onerror=window.harmed=1>'
PATHS = ("said", "compare", "statements", "statements?changed=1", "unnamed")


@pytest.fixture(scope="module")
def retold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return retold_corpus.build(tmp_path_factory.mktemp("retold") / "data.db")


async def page(datasette: Datasette, path: str, **parameters: str) -> str:
    answer = await datasette.client.get(f"/quotes/{path}{'?' if parameters else ''}{urlencode(parameters)}")
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def words(text: str) -> str:
    """Return a page's words without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?(?:a|bdi|mark|span|strong|time)\b[^>]*>", "", text)).split())


def quoted(text: str) -> int:
    return text.count('<article class="card')


@pytest.mark.parametrize(("typed", "first", "last"), [
    pytest.param("2022-03-29", "2022-03-29", "2022-03-29", id="ISO 8601"),
    pytest.param("29 March 2022", "2022-03-29", "2022-03-29", id="day first, in words"),
    pytest.param("March 29, 2022", "2022-03-29", "2022-03-29", id="month first, in words"),
    pytest.param("29th of March 2022", "2022-03-29", "2022-03-29", id="an ordinal"),
    pytest.param("Tue, 29 Mar 2022", "2022-03-29", "2022-03-29", id="with its weekday"),
    pytest.param("29/03/2022", "2022-03-29", "2022-03-29", id="numbers that mean one day"),
    pytest.param("29.3.2022", "2022-03-29", "2022-03-29", id="numbers with points"),
    pytest.param("2022-03-29T10:00:00+03:00", "2022-03-29", "2022-03-29", id="a moment"),
    pytest.param("March 2022", "2022-03-01", "2022-03-31", id="a month"),
    pytest.param("2024-02", "2024-02-01", "2024-02-29", id="a month in numbers, of a leap year"),
    pytest.param("Sept. 2022", "2022-09-01", "2022-09-30", id="a month cut short"),
    pytest.param("2022", "2022-01-01", "2022-12-31", id="a year"),
    pytest.param("  ", "", "", id="nothing"),
])
def test_a_day_is_read(typed: str, first: str, last: str) -> None:
    assert read_day(typed).iso == first
    assert read_day(typed, is_last=True).iso == last
    assert read_day(typed).fault == ""


@pytest.mark.parametrize(("typed", "message"), [
    pytest.param("3/4/2022", "can be 3 April 2022 or 4 March 2022", id="two readings"),
    pytest.param("29 March", "no day that can be read", id="without a year"),
    pytest.param("31 June 2022", "no day that can be read", id="a day that no calendar has"),
    pytest.param("2022-13", "no day that can be read", id="a month that there is not"),
    pytest.param("9999", "no day that can be read", id="a year out of all reason"),
    pytest.param("٢٠٢٢", "no day that can be read", id="digits of another script"),
    pytest.param("last Tuesday", "no day that can be read", id="words"),
    pytest.param("2" * 5000, "no day that can be read", id="very much"),
])
def test_a_day_that_cannot_be_read_is_answered_with_what_to_write(typed: str, message: str) -> None:
    day = read_day(typed)
    assert day.iso == ""
    assert message in day.fault
    assert len(day.fault) < 200


@pytest.mark.parametrize("name", ["Márta Lindqvist", "marta lindqvist", "LINDQVIST", "Lindqvist", "Lindqvist Marta"])
async def test_a_name_in_any_spelling_finds_its_speaker(datasette: Datasette, name: str) -> None:
    assert "Márta Lindqvist:" in words(await page(datasette, "said", name=name))


@pytest.mark.parametrize("name", ["Marta Lindkvist", "Lindquist", "Martha Lindquist"])
async def test_a_name_that_nobody_has_is_answered_with_those_that_are_near(datasette: Datasette, name: str) -> None:
    text = await page(datasette, "said", name=name, topic="crack")
    assert f"Nobody called “{name}” is quoted. Somebody of these may be meant:" in words(text)
    (link,) = re.findall(r'<a rel="nofollow" href="([^"]+)"><bdi>Márta Lindqvist', text)
    answer = await datasette.client.get(link.replace("&amp;", "&"))
    assert "Márta Lindqvist about “crack”: 1 quote" in words(answer.text)


async def test_a_name_like_no_other_is_answered_so(datasette: Datasette) -> None:
    text = words(await page(datasette, "said", name="Xyzzy Qwfp"))
    assert "Nobody called “Xyzzy Qwfp” is quoted. Another spelling may help" in text


async def test_several_of_one_surname_are_offered(tmp_path: Path) -> None:
    people = {key: Person(name) for key, name in (("a", "Ana Ruiz"), ("b", "Bo Ruiz"), ("c", "Cy Moyo"))}
    rows = [(f"x{key}", "A report", "The Courier", "2024-03-04", None, "{s1:They} {k1:said} {c1:it was late}.",
             {1: (key, "i", "n", "say", .9, ())}) for key in people]
    site = make_datasette(site_corpus.build(tmp_path / "data.db", rows, people))
    text = words(await page(site, "said", name="ruiz"))
    assert "2 speakers or more have “ruiz” in their names. Who is meant? Ana Ruiz" in text
    assert "Bo Ruiz" in text
    assert "Cy Moyo" not in text


@pytest.mark.parametrize(("asked", "number"), [
    pytest.param({}, 6, id="all"),
    pytest.param({"since": "2024-03-05"}, 4, id="from a day on"),
    pytest.param({"until": "4 March 2024"}, 2, id="up to a day"),
    pytest.param({"since": "March 2024", "until": "2024"}, 6, id="from a month to a year"),
    pytest.param({"topic": "letter"}, 3, id="a topic, in the form that articles do not have"),
    pytest.param({"topic": "LETTERS"}, 1, id="a word, in any case"),
    pytest.param({"topic": "letters", "since": "2024-03-05"}, 1, id="a word, from a day on"),
    pytest.param({"topic": "okafor"}, 0, id="the speaker's own name is no topic"),
    pytest.param({"topic": '"*(:-^'}, 6, id="signs that are no words"),
])
async def test_what_was_said_about_something_between_two_days(
    datasette: Datasette, asked: dict[str, str], number: int
) -> None:
    text = await page(datasette, "said", name="Okafor", **asked)
    assert f": {number} quote" in words(text[text.index('<h2 id="answer">'):])
    assert quoted(text) == number


async def test_days_that_cannot_be_read_are_named_beside_the_form_and_nothing_is_answered(datasette: Datasette) -> None:
    text = await page(datasette, "said", name="Okafor", since="3/4/2024", until="soon")
    assert "“3/4/2024” can be 3 April 2024 or 4 March 2024" in words(text)
    assert "“soon” is no day that can be read" in words(text)
    assert 'value="3/4/2024"' in text
    assert 'value="soon"' in text
    assert quoted(text) == 0


async def test_days_in_the_wrong_order_are_named(datasette: Datasette) -> None:
    text = await page(datasette, "said", name="Okafor", since="2024-03-09", until="2024-03-01")
    assert "The first day is after the last one" in words(text)


async def test_two_speakers_stand_side_by_side_under_their_own_names(datasette: Datasette) -> None:
    text = await page(datasette, "compare", one="vance", other="dan okafor", topic="strike")
    one, other = text.split('<section aria-labelledby="side-')[1:]
    assert "Ilse Vance" in words(one)
    assert "Daniel Okafor" in words(other)
    assert "the strike would cost the city" in words(one)
    assert "We strike because" in words(other)
    assert "the strike would cost the city" not in words(other)


async def test_of_two_speakers_the_one_who_is_not_found_is_asked_for_again(datasette: Datasette) -> None:
    text = words(await page(datasette, "compare", one="Vance", other="Dan Okafur"))
    assert "Nobody called “Dan Okafur” is quoted. Somebody of these may be meant: Daniel Okafor" in text
    assert "“It is their right" in text


async def test_a_speakers_page_leads_to_the_questions_about_it(datasette: Datasette) -> None:
    speaker = (await datasette.client.get("/data/speakers.json?name=Daniel+Okafor&_shape=array")).json()[0]["id"]
    text = await page(datasette, f"speaker/{speaker}")
    for question in ("said?name", "compare?one"):
        assert f'href="/quotes/{question}={speaker}"' in text
    assert "Daniel Okafor:" in words(await page(datasette, "said", name=speaker))


async def test_an_old_identifier_still_finds_its_speaker(database: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(database, tmp_path / "data.db"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO speaker_redirects SELECT 'okafor-before', id FROM speakers WHERE name = 'Daniel Okafor'")
        connection.commit()
    assert "Daniel Okafor:" in words(await page(make_datasette(path), "said", name="okafor-before"))


async def test_sources_without_a_name_are_grouped_by_their_description(tmp_path: Path) -> None:
    described = ("a senior U.S. official", "the senior US official", "Senior US official", "a resident")
    people = {str(number): Person(None, SpeakerType.UNNAMED, description=each) for number, each in enumerate(described)}
    rows = [(f"x{key}", "A report", f"Paper {key}", f"2024-03-0{int(key) + 1}", None,
             f"{{s1:They}} {{k1:said}} {{c1:it was {key} o’clock}}.", {1: (key, "i", "d", "say", .9, ())}) for key in people]
    site = make_datasette(site_corpus.build(tmp_path / "data.db", rows, people))
    listed = await page(site, "unnamed")
    body = listed[listed.index("<tbody>"):]
    assert body.count("<tr>") == 2
    assert "3 3 3 1 March 2024 – 3 March 2024" in words(body)
    (link,) = re.findall(r'href="([^"]*senior[^"]*)"', listed)
    answer = await site.client.get(link.replace("&amp;", "&"))
    assert quoted(answer.text) == 3
    assert "3 quotes in 3 articles of 3 outlets." in words(answer.text)
    assert "No source is described as “nobody”" in words(await page(site, "unnamed", description="nobody"))
    assert "resident" not in words(await page(site, "unnamed", q="official"))[200:]


async def test_statements_are_listed_and_found_by_their_words_or_speaker(retold: Path) -> None:
    site = make_datasette(retold)
    for asked in ({}, {"q": "ministry"}, {"q": "ruiz"}, {"q": "lind river"}):
        text = words(await page(site, "statements", **asked))
        assert "5 outlets, 5 articles" in text
        assert "attributed to 2 different speakers" in text
        assert "changed by 1" in text
    assert "No statement of several articles has these words." in words(await page(site, "statements", q="harvest"))


async def test_statements_changed_in_print_show_what_was_changed_and_by_whom(retold: Path) -> None:
    text = await page(make_datasette(retold), "statements", changed="1", q="river")
    assert "left out: </span>eleven</del>" in text
    assert "put in: </span>seven</ins>" in text
    assert "printed by The Gazette" in words(text)
    assert "The Herald" not in words(text)
    assert 'name="changed" value="1"' in text


async def test_a_joint_statement_is_attributed_to_each_and_is_no_contradiction(tmp_path: Path) -> None:
    people = {"ana": Person("Ana Ruiz"), "bo": Person("Bo Lind")}
    rows = [(f"x{number}", "A report", f"Paper {number}", f"2024-03-0{number + 1}", None,
             f"{{c1:“{retold_corpus.WHOLE},”}} {{s1:they}} {{k1:said}}.", {1: ("ana", "d", "n", "say", .9, ())})
            for number in range(2)]
    alone = [site_corpus.extraction(row, people) for row in rows]
    path = site_corpus.store(tmp_path / "data.db", [
        replace(each, quotes=(replace(each.quotes[0], other_keys=("bo",), speakers=("Ana Ruiz", "Bo Lind")),),
                entities=(*each.entities, site_corpus.entity("bo", people["bo"]))) for each in alone])
    with closing(sqlite3.connect(path)) as connection:
        ((statement, *numbers),) = connection.execute("SELECT id, speakers, attributions FROM statements").fetchall()
    assert numbers == [2, 1]
    text = words(await page(make_datasette(path), f"statement/{statement}"))
    assert "different speakers" not in text
    assert "Ana Ruiz and Bo Lind" in text
    whom = text[text.index("Whom it is attributed to"):]
    assert "Ana Ruiz, in 2 articles Bo Lind, in 2 articles" in whom


@pytest.mark.parametrize("path", PATHS)
async def test_before_anything_is_asked_there_is_a_form(datasette: Datasette, path: str) -> None:
    text = await page(datasette, path)
    assert "<form" in text
    assert "Nobody called" not in text


@pytest.mark.parametrize("path", ["said", "compare", "statements", "unnamed"])
async def test_what_is_typed_is_shown_as_words_never_as_markup(hostile_datasette: Datasette, path: str) -> None:
    names = ("name", "one", "other", "topic", "since", "until", "q", "description")
    for typed in (HOSTILE, "' onfocus='alert(1)", "{{7*7}}", "%00\x00", "\u202e", "😀" * 50, '" OR 1=1 --', "*" * 200):
        text = await page(hostile_datasette, path, **dict.fromkeys(names, typed))
        assert "<script>window" not in text
        assert "<img src=x" not in text
        assert "' onfocus='alert" not in text
        assert ">49<" not in text


async def test_hostile_names_and_words_are_shown_as_words(hostile_datasette: Datasette) -> None:
    for typed in ("script window harmed", "img src x onerror window harmed 1", "alias"):
        text = await page(hostile_datasette, "said", name=typed)
        assert "<script>window" not in text
        assert "<img src=x" not in text


@pytest.mark.parametrize("given", ["page=0", "page=x", "page=501", f"page={'9' * 9}"])
async def test_a_page_that_there_is_not_is_refused(datasette: Datasette, given: str) -> None:
    for path in ("said", "statements", "unnamed"):
        assert (await datasette.client.get(f"/quotes/{path}?{given}")).status_code == 400


async def test_a_site_without_statements_has_its_page(datasette: Datasette) -> None:
    assert "No words stand in several articles yet." in words(await page(datasette, "statements"))


@pytest.mark.browser
def test_a_reader_asks_what_was_said_and_puts_two_side_by_side(database: Path) -> None:
    browsers = pytest.importorskip("test_browser")
    with running(database) as address, browsers.playwright.sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=browsers.CHROMIUM, args=browsers.ARGUMENTS)
        watched = browsers.Watched(browser.new_page(), address)
        reader = watched.open("/")
        reader.get_by_role("link", name="What somebody said, about something, between two days").click()
        reader.get_by_label("Who").fill("Ocafor")
        reader.get_by_label("About").fill("letters")
        reader.get_by_label("From").fill("3/4/2024")
        reader.get_by_role("button", name="Ask").click()
        browsers.expect(reader.get_by_role("alert")).to_contain_text("can be 3 April 2024 or 4 March 2024")
        reader.get_by_label("From").fill("4 March 2024")
        reader.get_by_role("button", name="Ask").click()
        reader.get_by_role("link", name="Daniel Okafor").click()
        browsers.expect(reader.locator("h2#answer")).to_contain_text("about “letters”, from 4 March 2024 on: 1 quote")
        reader.get_by_role("link", name="Side by side with somebody else").click()
        reader.get_by_label("The other").fill("vance")
        reader.get_by_label("About").fill("")
        reader.get_by_role("button", name="Ask").click()
        browsers.expect(reader.locator(".sides h2")).to_have_text(["Daniel Okafor", "Ilse Vance"])
        assert watched.faults == []
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("options", [
    pytest.param({"viewport": {"width": 1280, "height": 900}}, id="light"),
    pytest.param({"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}, id="dark"),
    pytest.param({"viewport": {"width": 390, "height": 844}}, id="phone"),
])
def test_the_answers_read_well(retold: Path, database: Path, options: dict[str, object], request: pytest.FixtureRequest) -> None:
    browsers = pytest.importorskip("test_browser")
    with closing(sqlite3.connect(retold)) as connection:
        statement = connection.execute("SELECT id FROM statements").fetchone()[0]
    asked = {
        retold: {"statements": "statements", "changed": "statements?changed=1", "statement": f"statement/{statement}"},
        database: {"said": "said?name=okafor&since=2024-03-01&topic=letters", "near": "said?name=ocafor&since=3/4/2024",
                   "compare": "compare?one=vance&other=okafor", "unnamed": "unnamed"},
    }
    browsers.SCREENSHOTS.mkdir(exist_ok=True)
    width = options["viewport"]["width"]  # type: ignore[index]
    with browsers.playwright.sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=browsers.CHROMIUM, args=browsers.ARGUMENTS)
        for path, pages in asked.items():
            with running(path) as address:
                watched = browsers.Watched(browser.new_page(**options), address)
                for name, each in pages.items():
                    reader = watched.open(f"/quotes/{each}")
                    taken = browsers.SCREENSHOTS / f"answers-{name}-{request.node.callspec.id}.png"
                    reader.screenshot(path=taken, full_page=True)
                    assert reader.evaluate("document.documentElement.scrollWidth") <= width, each
                    found = browsers.axe.Axe().run(reader).response["violations"]
                    assert [fault["id"] for fault in found if fault["impact"] in browsers.SERIOUS] == [], each
                assert watched.faults == []
        browser.close()
