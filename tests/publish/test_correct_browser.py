"""People correct quotes in real Chromium: words selected with the mouse and with the keyboard alone, speakers chosen, undone."""

from __future__ import annotations

import json
import shutil
import sqlite3
import urllib.request
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, running
from test_browser import DESK, PHONE, SCREENSHOTS, SERIOUS, Watched, axe, browser, expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["ROOT", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
PEOPLE = {"ana": "Ana Ruiz", "ben": "Ben Odum"}


class Served:
    """A database that is served for review: its file and its address."""

    def __init__(self, path: Path, address: str) -> None:
        self.path, self.address = path, address

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def public(self, page: str) -> str:
        with urllib.request.urlopen(self.address + page, timeout=30) as answer:  # noqa: S310  our own server
            return str(answer.read().decode())

    def quote(self, words: str) -> str:
        return str(self.rows("select id from quotes where text like ?", f"%{words}%")[0][0])


@pytest.fixture
def served(tmp_path: Path, resolved: Path) -> Iterator[Served]:
    passwords = pytest.importorskip("datasette_auth_passwords.utils")
    path = tmp_path / "data.db"
    shutil.copy(resolved, path)
    hashes = {f"{name}_password_hash": passwords.hash_password(f"a secret of {name}", iterations=1000) for name in PEOPLE}
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps({"plugins": {
        "datasette-auth-passwords": {**hashes, "actors": {name: {"id": name, "name": full} for name, full in PEOPLE.items()}},
        "quotes": {"review": {"id": list(PEOPLE)}}}}))
    with running(path, metadata) as address:
        yield Served(path, address)


@pytest.fixture
def reviewer(browser: Browser, served: Served) -> Iterator[Callable[..., Watched]]:
    contexts: list[BrowserContext] = []
    watched: list[Watched] = []

    def start(name: str = "ana", **options: object) -> Watched:
        contexts.append(browser.new_context(**{"viewport": DESK, **options}))
        watched.append(Watched(contexts[-1].new_page(), served.address))
        page = watched[-1].open("/-/login")
        page.locator("input[name=username]").fill(name)
        page.locator("input[name=password]").fill(f"a secret of {name}")
        page.locator("input[type=submit]").click()
        page.wait_for_url(f"{served.address}/")
        return watched[-1]

    yield start
    for context in contexts:
        context.close()
    for each in watched:
        assert [fault for fault in each.faults if "409" not in fault] == []


def select_with_mouse(page: Page, words: str) -> None:
    """Drag over words of the article's text."""
    box = page.evaluate("""words => {
        const text = document.querySelector(".choose");
        const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode());) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + words.length);
            node.parentElement.scrollIntoView({block: "center"});
            const [first, last] = [0, -1].map((place) => [...range.getClientRects()].at(place));
            return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
        }
    }""", words)
    page.mouse.move(box[0] + 1, box[1])
    page.mouse.down()
    page.mouse.move(box[2] - 1, box[3], steps=6)
    page.mouse.up()


def tab_to(page: Page, test: str, most: int = 80) -> None:
    """Go on with the tabulator until the focused element is the one."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"(e => {test})(document.activeElement)"):
            return
    raise AssertionError(test)


def test_words_are_corrected_with_the_mouse_and_taken_back(reviewer: Callable[..., Watched], served: Served) -> None:
    quote = served.quote("one more lorry")
    before = served.rows("select text from quotes where id = ?", quote)
    page = reviewer().open(f"/quotes/quote/{quote}")
    page.get_by_role("link", name="Correct this quote").click()
    select_with_mouse(page, "let one more lorry across")
    expect(page.locator(".chosen output")).to_contain_text("one more lorry across")
    page.get_by_role("button", name="Keep it and select another piece").click()
    select_with_mouse(page, "a traffic jam than for a funeral")
    expect(page.locator(".chosen output")).to_contain_text("[...]")
    page.get_by_role("button", name="These are the words").click()
    expect(page.locator(".message")).to_contain_text("Stored")
    expect(page.locator(".saying blockquote")).to_contain_text("let one more lorry across [...] a traffic jam")
    assert served.rows("select text from quotes where id = ?", quote) == [
        ("let one more lorry across a traffic jam than for a funeral",)]
    assert "let one more lorry across [...] a traffic jam" in served.public(f"/quotes/quote/{quote}")
    assert "let one more lorry across [...] a traffic jam" in served.public("/data/quotes.atom?_search=lorry")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".message")).to_contain_text("Taken back")
    assert served.rows("select text from quotes where id = ?", quote) == before
    assert "let one more lorry across [...] a traffic jam" not in served.public("/data/quotes.atom?_search=lorry")


def test_words_are_corrected_with_the_keyboard_alone(reviewer: Callable[..., Watched], served: Served) -> None:
    quote = served.quote("repairs could take")
    page = reviewer().open(f"/quotes/quote/{quote}")
    tab_to(page, "e.textContent === 'Correct this quote'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/quotes/review/quote/**")
    tab_to(page, "e.id === 'words-text'")
    for _ in range(100):
        if page.evaluate("Boolean(getSelection().anchorNode?.parentElement.closest('mark'))"):
            break
        page.wait_for_timeout(50)
    for key in ("ArrowRight", *["Shift+ArrowRight"] * 6, *["Shift+Control+ArrowRight"] * 3):
        page.keyboard.press(key)
    page.keyboard.type("nothing is written")
    page.keyboard.press("Delete")
    selected = page.evaluate("getSelection().toString()")
    assert selected.startswith(("epairs could", "repairs could"))  # where the caret stands first is the browser's affair
    expect(page.locator(".chosen output")).to_have_text(f"“{selected}”")
    tab_to(page, "e.textContent === 'These are the words'")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text("Stored")
    assert served.rows("select text from quotes where id = ?", quote) == [(selected.strip(),)]
    tab_to(page, "e.textContent.startsWith('Undo')")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text("Taken back")
    assert served.rows("select text from quotes where id = ?", quote) == [("repairs could take until the summer",)]


def test_a_speaker_is_chosen_and_table_and_feed_follow(reviewer: Callable[..., Watched], served: Served) -> None:
    quote = served.quote("one more lorry")
    watched = reviewer()
    page = watched.open(f"/quotes/review/quote/{quote}")
    tab_to(page, "e.value === 'Ilse Vance'")
    page.keyboard.press("Space")
    tab_to(page, "e.name === 'speaker' && e.value === 'Márta Lindqvist'")
    page.keyboard.press("Space")
    tab_to(page, "e.textContent === 'They said it'")
    page.keyboard.press("Enter")
    expect(page.locator(".saying figcaption")).to_contain_text("Márta Lindqvist")
    expect(page.locator(".saying figcaption")).to_contain_text("corrected by Ana Ruiz")
    page = watched.open("/data/quotes?_search=lorry")
    expect(page.locator("td.col-speaker_id")).to_have_text("Márta Lindqvist")
    expect(page.locator("td.col-text .corrected")).to_have_text("corrected")
    assert "<name>Márta Lindqvist</name>" in served.public("/data/quotes.atom?_search=lorry")
    page = watched.open(f"/quotes/quote/{quote}")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".saying figcaption")).to_contain_text("Ilse Vance")
    page = watched.open("/data/quotes?_search=lorry")
    expect(page.locator("td.col-speaker_id")).to_have_text("Ilse Vance")
    assert "<name>Ilse Vance</name>" in served.public("/data/quotes.atom?_search=lorry")


def test_of_two_reviewers_at_once_the_second_is_told_and_keeps_her_words(
    reviewer: Callable[..., Watched], served: Served
) -> None:
    quote = served.quote("one more lorry")
    ana, ben = reviewer("ana").open(f"/quotes/review/quote/{quote}"), reviewer("ben").open(f"/quotes/review/quote/{quote}")
    ana.get_by_label("Somebody else, by name").fill("Priya Rao")
    ben.get_by_label("Somebody else, by name").fill("Tomás Abellán")
    for page in (ana, ben):
        page.get_by_label("Ilse Vance").uncheck()
    ana.get_by_role("button", name="They said it").click()
    expect(ana.locator(".message")).to_contain_text("Stored")
    ben.get_by_role("button", name="They said it").click()
    expect(ben.get_by_role("alert")).to_contain_text("meanwhile Ana Ruiz corrected this quote")
    expect(ben.locator(".page-head")).to_contain_text("Priya Rao")
    expect(ben.get_by_label("Somebody else, by name")).to_have_value("Tomás Abellán")
    ben.screenshot(path=SCREENSHOTS / "correct-conflict-light.png", full_page=True)
    ben.get_by_role("button", name="They said it").click()
    expect(ben.locator(".saying figcaption")).to_contain_text("Tomás Abellán")
    assert served.rows("select value, who from corrections order by made_at") == [
        ("Priya Rao", "Ana Ruiz"), ("Tomás Abellán", "Ben Odum")]


def test_without_a_script_words_are_written(reviewer: Callable[..., Watched], served: Served) -> None:
    quote = served.quote("one more lorry")
    page = reviewer(java_script_enabled=False).open(f"/quotes/review/quote/{quote}")
    page.get_by_label("The words as they stand in the article").fill("one more lorry across")
    page.get_by_role("button", name="These are the words").click()
    expect(page.locator(".saying blockquote")).to_have_text("said one more lorry across")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_forms_are_accessible_and_drawn(reviewer: Callable[..., Watched], served: Served, scheme: str) -> None:
    quote = served.quote("one more lorry")
    watched = reviewer(color_scheme=scheme)
    SCREENSHOTS.mkdir(exist_ok=True)
    page = watched.open(f"/quotes/review/quote/{quote}")
    page.get_by_role("button", name="This was done").click()
    ((speaker,),) = served.rows("select id from speakers where name = 'Ilse Vance'")
    pages = {"correct": f"/quotes/review/quote/{quote}", "corrected": f"/quotes/quote/{quote}", "decisions": "/quotes/review",
             "corrected-article": "/quotes/article/bridge-closed", "review-speaker": f"/quotes/speaker/{speaker}"}
    found = {}
    for name, address in pages.items():
        page = watched.open(address)
        if name == "correct":
            select_with_mouse(page, "let one more lorry across")
        page.screenshot(path=SCREENSHOTS / f"{name}-{scheme}.png", full_page=True)
        results = axe.Axe().run(page)
        found[name] = [f"{fault['id']}: {node['html'][:160]}" for fault in results.response["violations"]
                       if fault["impact"] in SERIOUS for node in fault["nodes"]]
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_on_a_phone_the_forms_do_not_stick_out(reviewer: Callable[..., Watched], served: Served) -> None:
    quote = served.quote("one more lorry")
    watched = reviewer(viewport=PHONE, has_touch=True, is_mobile=True)
    page = watched.open(f"/quotes/review/quote/{quote}")
    page.get_by_role("button", name="This was done").click()
    for name, address in {"correct": f"/quotes/review/quote/{quote}", "corrected": f"/quotes/quote/{quote}",
                          "decisions": "/quotes/review"}.items():
        page = watched.open(address)
        page.screenshot(path=SCREENSHOTS / f"{name}-phone.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
