"""Walks in real Chromium: by the columns of a list, through the queue with the keyboard and by touch, and a text tried.

Screenshots go to `screenshots/` at the root of the repository, to be looked at.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import site_corpus
import test_browser
from conftest import running
from test_browser import DESK, PHONE, SCREENSHOTS, SERIOUS, Watched, axe

from quotes import review
from quotes.store import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
expect = test_browser.expect
browser = test_browser.browser

LIST = [["id", "name", "party", "gender", "official"], ["Q1", "Ilse Vance", "Quay First", "female", "yes"],
        ["Q2", "Priya Rao", "Harbour Party", "female", "yes"], ["Q3", "Daniel Okafor", "", "male", "no"]]
HELD = "select quote_id, verdict, who from reviews where superseded_at is null order by made_at"
TEXT = ("“We could not in good conscience let one more lorry across,” said Ilse Vance, mayor of Harrow Quay.\n\n"
        "Márta Lindqvist, the Port Authority's chief engineer, said the cracks had grown since the autumn survey.\n\n"
        "A resident of the north bank called the closure “the only sensible thing they have done in years”.")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose speakers are linked to a list."""
    folder = tmp_path_factory.mktemp("review")
    path = site_corpus.build(folder / "data.db")
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(LIST)
    with closing(write.open_database(path)) as base:
        base.conn.execute("insert or ignore into stale values ('speakers'), ('terms')")
        review.link(base, folder / "people.csv")
    return path


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    with running(database) as address:
        yield address


@pytest.fixture
def path(database: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data.db"
    copy.write_bytes(database.read_bytes())
    return copy


@pytest.fixture
def reviewed(path: Path) -> Iterator[str]:
    """A Datasette where ana and ben sign in and review."""
    passwords = pytest.importorskip("datasette_auth_passwords.utils")
    metadata = path.with_name("metadata.json")
    metadata.write_text(json.dumps({"plugins": {
        "datasette-auth-passwords": {
            **{f"{name}_password_hash": passwords.hash_password(f"a secret of {name}") for name in ("ana", "ben")},
            "actors": {name: {"id": name, "name": name.capitalize()} for name in ("ana", "ben")}},
        "quotes": {"review": {"id": ["ana", "ben"]}}}}))
    with running(path, metadata) as address:
        yield address


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Watched]]:
    contexts: list[BrowserContext] = []
    watched: list[Watched] = []

    def start(address: str, **options: object) -> Watched:
        contexts.append(browser.new_context(**{"viewport": DESK, **options}))
        watched.append(Watched(contexts[-1].new_page(), address))
        return watched[-1]

    yield start
    for context in contexts:
        context.close()
    for each in watched:
        assert each.faults == []


def held(path: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(HELD).fetchall()


def sign_in(watched: Watched, name: str) -> Page:
    page = watched.open("/-/login")
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(f"a secret of {name}")
    page.locator("input[type=submit]").click()
    page.wait_for_url(f"{watched.address}/")
    return watched.open("/quotes/review/queue")


def shown(page: Page) -> str:
    """Return the quote that the queue shows, once its keys work."""
    expect(page.locator("html[data-settled=yes]")).to_have_count(1)
    return page.locator("input[name=quote]").get_attribute("value") or ""


def press(page: Page, key: str) -> None:
    """Press a key of the queue and wait for the next quote."""
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press(key)


def check_and_photograph(page: Page, name: str) -> None:
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    faults = [fault for fault in axe.Axe().run(page).response["violations"] if fault["impact"] in SERIOUS]
    assert faults == [], name
    width = page.viewport_size or DESK
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], name


def test_a_list_is_linked_and_speakers_and_quotes_are_faceted_by_its_column(visit: Callable[..., Watched], address: str) -> None:
    page = visit(address).open("/quotes/speakers")
    page.locator(".facets").get_by_role("link", name="female").click()
    expect(page.locator(".register li")).to_have_count(2)
    page.get_by_role("link", name="Ilse Vance").click()
    expect(page.get_by_role("link", name="Q1")).to_have_attribute("href", "https://www.wikidata.org/wiki/Q1")
    page.get_by_role("link", name="Quay First").click()
    expect(page.locator(".found")).to_contain_text("party is “Quay First”")
    expect(page.locator(".rows-and-columns tbody tr")).to_have_count(6)
    page.locator(".facets").get_by_role("link", name="Quay First: chosen, drop it").click()
    page.locator(".facets details[data-column='attribute:gender']").get_by_role("link", name="(not known)").click()
    expect(page.locator(".found")).to_contain_text("gender is “(not known)”")


def test_ten_quotes_are_reviewed_with_the_keyboard_alone_and_the_last_is_taken_back(
    reviewed: str, visit: Callable[..., Watched], path: Path
) -> None:
    page = sign_in(visit(reviewed), "ana")
    seen = []
    for number in range(10):
        seen.append(shown(page))
        press(page, "rws"[number % 3])
    assert len(set(seen)) == 10
    said = ["right", "wrong", "skipped"] * 4
    assert held(path) == [(quote, verdict, "Ana") for quote, verdict in zip(seen, said, strict=False)]
    shown(page)
    press(page, "u")
    assert shown(page) == seen[-1]
    assert len(held(path)) == 9
    page.keyboard.press("Tab")
    for _ in range(20):
        if page.evaluate("document.activeElement.value") == "wrong":
            break
        page.keyboard.press("Tab")
    press(page, "Enter")
    assert held(path)[-1][1] == "wrong"
    page.goto(f"{reviewed}/quotes/review/queue/precision")
    expect(page.get_by_role("heading", name="By confidence")).to_be_visible()
    expect(page.get_by_role("region", name="Who reviewed").locator("tbody")).to_contain_text("Ana")


def test_keys_do_nothing_while_one_types_or_when_they_are_switched_off(
    reviewed: str, visit: Callable[..., Watched], path: Path
) -> None:
    page = sign_in(visit(reviewed), "ana")
    quote = shown(page)
    page.locator("#find").focus()
    page.keyboard.type("rows")
    page.get_by_label("Single keys").uncheck()
    page.keyboard.press("r")
    page.reload()
    assert shown(page) == quote
    page.keyboard.press("w")
    expect(page.get_by_label("Single keys")).not_to_be_checked()
    assert held(path) == []
    page.get_by_label("Single keys").check()
    press(page, "r")
    assert held(path) == [(quote, "right", "Ana")]


def test_two_reviewers_at_once_never_see_the_same(reviewed: str, visit: Callable[..., Watched], path: Path) -> None:
    pages = {name: sign_in(visit(reviewed), name.lower()) for name in ("Ana", "Ben")}
    seen = []
    for _ in range(4):
        both = {name: shown(page) for name, page in pages.items()}
        assert len(set(both.values())) == 2
        seen += both.items()
        for page in pages.values():
            press(page, "r")
    assert sorted((quote, who) for quote, _, who in held(path)) == sorted((quote, who) for who, quote in seen)


def test_the_queue_is_for_touch_without_scripts_in_the_dark_too(
    reviewed: str, visit: Callable[..., Watched], path: Path
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    for name, options in {
        "queue-light": {}, "queue-dark": {"color_scheme": "dark"},
        "queue-phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
    }.items():
        page = sign_in(visit(reviewed, **options), "ana" if name != "queue-phone" else "ben")
        shown(page)
        check_and_photograph(page, name)
        if name == "queue-phone":
            with page.expect_navigation():
                page.get_by_role("button", name="Wrong").tap()
            page.screenshot(path=SCREENSHOTS / "queue-phone-next.png")
        page.goto(f"{reviewed}/quotes/review/queue/precision")
        check_and_photograph(page, name.replace("queue", "precision"))
    still = visit(reviewed, java_script_enabled=False)
    page = sign_in(still, "ana")
    page.get_by_role("button", name="Right").click()
    expect(page.locator(".said-last strong")).to_have_text("right")
    page.get_by_role("button", name="Take it back").click()
    assert [verdict for _, verdict, _ in held(path)] == ["wrong"]


def test_a_text_is_tried_and_shown_as_an_article(visit: Callable[..., Watched], address: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    watched = visit(address)
    page = watched.open("/")
    page.get_by_role("link", name="Try a text").click()
    page.get_by_label("The text").fill(TEXT)
    page.get_by_role("button", name="Find quotes").click()
    expect(page.locator("#found")).to_contain_text("3 quotes of 3 speakers", timeout=90_000)
    expect(page.locator("mark.content").first).to_contain_text("We could not in good conscience")
    check_and_photograph(page, "try-light")
    page.emulate_media(color_scheme="dark")
    check_and_photograph(page, "try-dark")
    page.get_by_label("The text").fill("")
    page.get_by_label("Or the address").fill("http://127.0.0.1:1/")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("only the public web is read here")
    watched.faults = [fault for fault in watched.faults if "status of 400" not in fault]


@pytest.mark.parametrize(("name", "options"), [
    ("light", {}), ("dark", {"color_scheme": "dark"}), ("phone", {"viewport": PHONE, "has_touch": True, "is_mobile": True}),
])
def test_pages_of_lists_in_light_dark_and_on_a_phone(
    visit: Callable[..., Watched], address: str, name: str, options: dict[str, object]
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    watched = visit(address, **options)
    page = watched.open("/quotes/speakers")
    speaker = page.get_by_role("link", name="Ilse Vance").get_attribute("href") or ""
    for place, what in {"/quotes/speakers": "speakers-lists", "/quotes/lists": "lists", speaker: "speaker-lists",
                        "/data/quotes?_attribute.gender=female": "table-lists", "/quotes/try": "try-form"}.items():
        page = watched.open(place)
        check_and_photograph(page, f"{what}-{name}")
