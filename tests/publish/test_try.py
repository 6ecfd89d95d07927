"""The form to try a text: only for those who may, with the guards of the fetcher, within limits, and nothing is stored."""

from __future__ import annotations

import hashlib
import re
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from datasette.app import Datasette

sys.path.insert(0, str(Path(__file__).parents[1]))
import web_server

from quotes import trial
from quotes.errors import IngestError, QuotesError
from quotes.publish.guard import LONGEST_FORM, LOOPBACK, allowed_hosts
from quotes.publish.site import site_of
from quotes.trial import MOST_CHARACTERS, Trials

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

TEXT = "“We will appeal,” said Ana Ruiz, the mayor of Lugo. She added that the court was wrong.\n\nRead more: Ten walks"
MAY = {"plugins": {"quotes": {"review": {"id": ["ana"]}}}}


@pytest.fixture(scope="module")
def trials() -> Iterator[Trials]:
    trials = Trials(allow_private=True)
    yield trials
    trials.close()


@pytest.fixture
def local(database: Path) -> Datasette:
    """A site that `quotes serve` serves for this machine alone."""
    site = Datasette([str(database)])
    site_of(site).hosts = LOOPBACK
    return site


async def send(site: Datasette, form: dict[str, str], **headers: str) -> httpx.Response:
    shown = await site.client.get("/quotes/try")
    token = re.search(r'name="csrftoken" value="([^"]+)"', shown.text)
    return await site.client.post("/quotes/try", data={"csrftoken": token[1] if token else "", **form}, headers=headers,
                                  cookies=dict(shown.cookies))


# --- What is tried


@pytest.mark.model
def test_a_text_is_read_in_a_process_of_its_own(trials: Trials) -> None:
    found = trials.text(TEXT)
    assert [(each.quote["text"], each.speakers) for each in found.quotes] == [
        ("“We will appeal,”", ("e1",)), ("that the court was wrong", ("e1",))]
    assert found.speakers == {"e1": "Ana Ruiz"}
    assert found.article["text"] == TEXT


@pytest.mark.model
def test_an_address_is_read_as_every_address_is(trials: Trials) -> None:
    with web_server.serve() as web:
        page = f"<html><title>Appeal</title><article><p>{TEXT}</p><p>{'The city waits. ' * 40}</p></article></html>"
        web.answers["/a"] = web_server.Answer(body=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
        found = trials.address(web.url("/a"))
        assert "/robots.txt" in [path for path, _ in web.asked]
    assert "Ana Ruiz" in found.speakers.values()


@pytest.mark.model
@pytest.mark.parametrize("redirected", [False, True])
def test_no_private_network_is_read_whatever_an_address_redirects_to(redirected: bool) -> None:  # noqa: FBT001
    trials = Trials()
    try:
        with web_server.serve() as web:
            web.answers["/a"] = web_server.Answer(status=302, headers={"Location": "http://169.254.169.254/latest"})
            host = "localhost" if redirected else "127.0.0.1"
            with pytest.raises(QuotesError, match=r"leads into a private network.*only the public web is read here"):
                trials.address(web.url("/a", host))
            assert web.asked == []
    finally:
        trials.close()


@pytest.mark.parametrize("address", ["/etc/passwd", "file:///etc/passwd", "table:data.db/quotes", "-", "*.txt", "ftp://x.example/a",
                                     "javascript:alert(1)", "http://", "https://x.example/" + "a" * 2000])
def test_what_is_no_address_of_the_web_is_refused_before_anything_is_asked(address: str) -> None:
    trials = Trials()
    with pytest.raises(IngestError, match="no address of the web"):
        trials.address(address)
    assert trials._process is None


@pytest.mark.parametrize("text", ["", " \n", "x" * (MOST_CHARACTERS + 1)])
def test_no_text_and_too_much_of_it_are_refused_before_anything_is_started(text: str) -> None:
    trials = Trials()
    with pytest.raises(IngestError, match=r"paste an article|at most 50,000"):
        trials.text(text)
    assert trials._process is None


@pytest.mark.model
def test_what_takes_too_long_is_ended_and_the_next_is_tried() -> None:
    trials = Trials(seconds=1.0, allow_private=True)
    try:
        with web_server.serve() as web:
            web.answers["/slow"] = web_server.Answer(pause=0.5, pieces=lambda: (b"<p>x</p>" for _ in range(100)))
            with pytest.raises(IngestError, match="takes more than 1 seconds"):
                trials.address(web.url("/slow"))
        trials.seconds = 45.0
        assert trials.text(TEXT).quotes
    finally:
        trials.close()


@pytest.mark.model
def test_a_process_that_was_killed_is_started_anew(trials: Trials) -> None:
    trials.text(TEXT)
    assert trials._process is not None
    trials._process.kill()
    trials._process.wait()
    assert trials.text(TEXT).quotes


def test_one_waits_for_the_other_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "WAIT_SECONDS", 0.05)
    trials = Trials()
    started = threading.Event()

    def hold() -> None:
        with trials._turn:
            started.set()
            time.sleep(0.5)

    other = threading.Thread(target=hold)
    other.start()
    started.wait()
    with pytest.raises(QuotesError, match="try again in a moment"):
        trials.text(TEXT)
    other.join()


@pytest.mark.model
def test_nobody_asking_for_a_while_ends_the_process() -> None:
    trials = Trials(idle_seconds=0.1)
    trials.text(TEXT)
    deadline = time.monotonic() + 20
    while trials._process is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert trials._process is None


# --- On the site


@pytest.mark.model
async def test_what_is_found_is_shown_as_an_article_and_nothing_is_stored(local: Datasette, database: Path) -> None:
    before = hashlib.sha256(database.read_bytes()).hexdigest()  # noqa: ASYNC240  a small file
    answer = await send(local, {"text": TEXT})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    assert "2 quotes of 1 speaker" in answer.text
    assert '<mark class="content voice-1">“We will appeal,”</mark>' in answer.text
    assert '<p class="furniture">Read more: Ten walks</p>' in answer.text
    assert '<span class="role">, <bdi>mayor of Lugo</bdi></span>' in answer.text
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before  # noqa: ASYNC240


@pytest.mark.model
async def test_a_hostile_text_is_shown_as_text(local: Datasette) -> None:
    hostile = "“<script>window.harmed=1</script> We go,” said Ana <img src=x onerror=alert(1)> Ruiz, the mayor.\n</textarea><b>"
    answer = await send(local, {"text": hostile})
    assert answer.status_code == 200
    for piece in ("<script>window", "<img src=x", "</textarea><b>"):
        assert piece not in answer.text


@pytest.mark.model
async def test_an_address_of_the_own_network_is_refused_in_words_that_fit_the_form(local: Datasette) -> None:
    answer = await send(local, {"address": "http://127.0.0.1:1/secret"})
    assert answer.status_code == 400
    assert "only the public web is read here" in answer.text
    assert "--allow-private" not in answer.text


@pytest.mark.parametrize(("form", "words"), [
    ({"text": "", "address": ""}, "there is no text"), ({"text": "x", "address": "http://a.example"}, "not both"),
    ({"address": "file:///etc/passwd"}, "no address of the web"), ({"text": "x" * (MOST_CHARACTERS + 1)}, "at most 50,000"),
])
async def test_what_cannot_be_tried_is_told_in_words(local: Datasette, form: dict[str, str], words: str) -> None:
    answer = await send(local, form)
    assert answer.status_code == 400
    assert words in answer.text


async def test_a_form_larger_than_a_text_may_be_is_not_read(local: Datasette) -> None:
    answer = await local.client.post("/quotes/try", data={"text": "x" * LONGEST_FORM})
    assert answer.status_code == 413
    pieces = await local.client.post("/quotes/try", content=(piece async for piece in _pieces()),
                                     headers={"content-type": "application/x-www-form-urlencoded"})
    assert pieces.status_code == 411


async def _pieces():  # type: ignore[no-untyped-def]  # noqa: ANN202
    yield b"text=x"


async def test_only_reviewers_and_who_sits_at_the_machine_may_try(database: Path, local: Datasette) -> None:
    assert (await local.client.get("/quotes/try")).status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        assert (await local.client.get("/quotes/try", headers={header: "1"})).status_code == 403
    for hosts in (("127.0.0.1", "news.example"), ("192.0.2.7",), ("0.0.0.0",)):  # noqa: S104  compared with
        site = Datasette([str(database)])
        site_of(site).hosts = allowed_hosts(hosts)
        answer = await site.client.get("/quotes/try", headers={"host": "localhost"})
        assert answer.status_code == 403
        assert "Try a text" not in (await site.client.get("/", headers={"host": "localhost"})).text
    own = Datasette([str(database)], metadata=MAY)
    assert (await own.client.get("/quotes/try")).status_code == 403
    cookies = {"ds_actor": own.sign({"a": {"id": "ana"}}, "actor")}
    assert (await own.client.get("/quotes/try", cookies=cookies)).status_code == 200
    assert "Try a text" in (await own.client.get("/", cookies=cookies)).text


@pytest.mark.parametrize("headers", [
    {"origin": "https://elsewhere.example"}, {"origin": "null"}, {"origin": "http://localhost:9999"},
    {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
])
async def test_a_form_of_another_site_is_refused_though_no_cookie_came_with_it(local: Datasette, headers: dict[str, str]) -> None:
    answer = await local.client.post("/quotes/try", data={"text": ""}, headers=headers)
    assert answer.status_code == 403
