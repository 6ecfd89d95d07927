"""Walks through the site in real Chromium: as a reader, on a phone, in the dark, without scripts, under attack.

Screenshots of the five pages go to `screenshots/` at the root of the repository, to be looked at.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import site_corpus
from conftest import ROOT, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect  # waits until it holds: a click does not wait for the page that it leads to
expect.set_options(timeout=30_000)  # milliseconds
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]
SCREENSHOTS = ROOT / "screenshots"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
# Faults that a harmless page may have: none.
SERIOUS = {"serious", "critical"}


class Watched:
    """A page that notes what it must not do: break the policy, ask another host, raise an error."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._request)
        page.on("dialog", lambda dialog: (self.faults.append("dialog"), dialog.dismiss()))

    def _request(self, request: object) -> None:
        url = request.url  # type: ignore[attr-defined]
        if urlsplit(url).netloc != urlsplit(self.address).netloc and not url.startswith("data:image/svg"):
            self.faults.append(f"asked {url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path, wait_until="load")
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (as root: scripts/test installs it)")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Callable[..., Watched]]:
    contexts: list[BrowserContext] = []
    watched: list[Watched] = []

    def start(address: str = server, **options: object) -> Watched:
        contexts.append(browser.new_context(**{"viewport": DESK, **options}))
        watched.append(Watched(contexts[-1].new_page(), address))
        return watched[-1]

    yield start
    for context in contexts:
        context.close()
    for each in watched:
        assert each.faults == []


def paths(page: Page, address: str) -> dict[str, str]:
    """Return the five pages to look at."""
    page.goto(f"{address}/quotes/speakers")
    speaker = page.get_by_role("link", name="Daniel Okafor").get_attribute("href") or ""
    page.goto(f"{address}/quotes/article/bridge-closed")
    quote = page.locator("a.content").first.get_attribute("href") or ""
    return {"home": "/", "speaker": speaker, "article": "/quotes/article/bridge-closed", "quote": quote, "table": "/data/quotes"}


def test_a_reader_searches_filters_reads_cites_and_takes_data_along(visit: Callable[..., Watched]) -> None:
    watched = visit(permissions=["clipboard-read", "clipboard-write"], accept_downloads=True)
    page = watched.open("/")
    page.get_by_label("Search all quotes and their speakers").fill("bridge")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".found")).to_contain_text("2 quotes where search matches")
    page.get_by_role("link", name="Daniel Okafor").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Daniel Okafor")
    page.locator(".facets").get_by_role("link", name="The Quay Courier").click()
    expect(page.locator("h2#quotes")).to_have_text("4 of 6 quotes")
    page.get_by_role("link", name="Show all again").click()
    expect(page.locator("h2#quotes")).to_have_text("All 6 quotes")
    page.locator(".list").get_by_role("link", name="The Quay Courier").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harrow Quay bridge closed after cracks are found")
    page.locator("a.content").first.click()
    expect(page.locator(".saying blockquote")).to_contain_text("We could not in good conscience")
    page.get_by_role("button", name="Copy the citation").click()
    page.locator(".copied", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Ilse Vance (mayor of Harrow Quay) said: “We could not")
    assert "Ilse Vance (mayor of Harrow Quay)" in copied
    assert "https://courier.example/2024/03/bridge-closed" in copied
    assert page.url not in copied
    page.locator(".masthead").get_by_role("link", name="Quotes").last.click()
    with page.expect_download() as download:
        page.locator(".found").get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "quotes.csv"
    assert "speaker_id_label" in download.value.path().read_text().splitlines()[0]


def test_an_old_address_of_a_speaker_leads_to_the_new_one(visit: Callable[..., Watched]) -> None:
    page = visit().open("/quotes/speakers?q=Okafor")
    new = page.locator(".register a").first.get_attribute("href")
    page = visit().open("/data/speaker_redirects.json?_shape=array")
    old = next(row["old_id"] for row in page.evaluate("JSON.parse(document.body.innerText)") if row["speaker_id"] in str(new))
    assert visit().open(f"/quotes/speaker/{old}").url.endswith(str(new))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_drawn(visit: Callable[..., Watched], server: str, scheme: str) -> None:
    watched = visit(color_scheme=scheme)
    SCREENSHOTS.mkdir(exist_ok=True)
    found = {}
    for name, path in paths(watched.page, server).items():
        page = watched.open(path)
        page.screenshot(path=SCREENSHOTS / f"{name}-{scheme}.png", full_page=True)
        results = axe.Axe().run(page)
        found[name] = [f"{fault['id']}: {node['html'][:120]}" for fault in results.response["violations"]
                       if fault["impact"] in SERIOUS for node in fault["nodes"]]
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(20, 21, 23)") is (scheme == "dark")
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("path", ["/quotes/speakers", "/data", "/data/quoted_most?since=&until=", "/data/articles",
                                  "/data/quotes?form=direct&_search=bridge", "/nothing", "/data?sql=select+1"])
def test_the_other_pages_are_accessible_too(visit: Callable[..., Watched], path: str) -> None:
    watched = visit()
    page = watched.open(path)
    results = axe.Axe().run(page)
    assert [f"{fault['id']}: {node['html'][:150]}" for fault in results.response["violations"]
            if fault["impact"] in SERIOUS for node in fault["nodes"]] == []
    watched.faults = [fault for fault in watched.faults if "404" not in fault]


def test_on_a_phone_nothing_sticks_out(visit: Callable[..., Watched], server: str) -> None:
    watched = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    for name, path in {**paths(watched.page, server), "speakers": "/quotes/speakers"}.items():
        page = watched.open(path)
        page.screenshot(path=SCREENSHOTS / f"{name}-phone.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


def test_everything_is_there_without_scripts(visit: Callable[..., Watched], server: str) -> None:
    with_scripts = visit()
    found = paths(with_scripts.page, server)
    watched = visit(java_script_enabled=False)
    page = watched.open("/")
    page.get_by_label("Search all quotes and their speakers").fill("Lindqvist")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".rows-and-columns tbody tr")).to_have_count(4)
    page = watched.open(found["quote"])
    assert not page.get_by_role("button", name="Copy the citation").is_visible()
    assert "http" in page.locator("#citation").inner_text()
    page = watched.open(found["speaker"])
    assert page.locator("svg[role=img]").count() >= 2
    page.locator("details.numbers summary").click()
    expect(page.locator("details.numbers table")).to_be_visible()


def test_with_the_keyboard_one_gets_past_the_head_and_to_a_quote(visit: Callable[..., Watched]) -> None:
    page = visit().open("/quotes/article/bridge-closed")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('content')"):
            break
    described = page.evaluate("document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent")
    assert "Ilse Vance" in described
    page.keyboard.press("Enter")
    page.wait_for_url("**/quotes/quote/**")


def test_a_reviewer_signs_in_and_corrects_a_quote(visit: Callable[..., Watched], tmp_path: Path) -> None:
    passwords = pytest.importorskip("datasette_auth_passwords.utils")
    path = site_corpus.build(tmp_path / "data.db")
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps({"plugins": {
        "datasette-auth-passwords": {"ana_password_hash": passwords.hash_password("a secret of ana"),
                                     "actors": {"ana": {"id": "ana", "name": "Ana Ruiz"}}},
        "quotes": {"review": {"id": ["ana"]}}}}))
    with running(path, metadata) as address:
        watched = visit(address)
        page = watched.open("/-/login")
        page.locator("input[name=username]").fill("ana")
        page.locator("input[name=password]").fill("a secret of ana")
        page.locator("input[type=submit]").click()
        page.wait_for_url(f"{address}/")
        page = watched.open("/quotes/article/bridge-closed")
        page.locator("a.content").first.click()
        page.get_by_role("link", name="Correct this quote").click()
        page.get_by_role("button", name="It is not a quote").click()
        expect(page.locator(".message")).to_contain_text("Stored")
        page = watched.open("/quotes/review")
        assert "Ana Ruiz" in page.locator("table").inner_text()
        assert "not a quote" in page.locator("table").inner_text()


def test_hostile_texts_do_nothing_in_a_browser(visit: Callable[..., Watched], hostile_server: str) -> None:
    watched = visit(hostile_server)
    page = watched.open("/data/quotes.json?_shape=array&_size=100")
    rows = page.evaluate("JSON.parse(document.body.innerText)")
    assert len(rows) == 16
    addresses = ["/", "/quotes/speakers", "/data", "/data/quotes", "/data/quotes?_all=1", "/data/articles", "/data/speakers",
                 "/data/roles", "/data/terms", "/data/quoted_most?since=&until=", "/data?sql=select+text+from+quotes",
                 "/data/quotes?_search=%22%3E%3Cscript%3Ewindow.harmed=1%3C/script%3E", "/quotes/unnamed",
                 "/quotes/statements?q=script",
                 "/quotes/said?name=window+harmed&topic=%22%3E%3Cscript%3Ewindow.harmed=1%3C/script%3E",
                 "/quotes/compare?one=%22%3E%3Cscript%3Ewindow.harmed=1%3C/script%3E&other=alias"]
    for row in rows:
        addresses += [f"/quotes/speaker/{row['speaker_id']}", f"/quotes/article/{row['article_id']}",
                      f"/quotes/quote/{row['id']}", f"/data/quotes/{row['id']}"]
    for address in addresses:
        page = watched.open(address)
        assert page.evaluate("window.harmed") is None, address
        assert page.evaluate("document.documentElement.scrollWidth") <= DESK["width"], address
