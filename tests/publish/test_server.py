"""The real server, over HTTP."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from quotes.publish.serve import make_datasette

if TYPE_CHECKING:
    from pathlib import Path


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_faceted_page_counts_and_names_speakers(server: str) -> None:
    status, page = get(f"{server}/data/quotes?form=direct")
    assert status == 200
    assert re.search(r"Daniel Okafor</bdi></a> <span class=\"count\">4</span>", page)
    assert "/quotes/speaker/daniel-okafor-" in page


def test_facets_in_json_follow_the_filters(server: str) -> None:
    _, body = get(f"{server}/data/quotes.json?form=direct&_facet=cue_lemma")
    facets = json.loads(body)["facet_results"]
    assert {result["value"]: result["count"] for result in facets["cue_lemma"]["results"]}["say"] == 9
    assert [result["value"] for result in facets["form"]["results"]] == ["direct"]


def test_the_server_survives_malformed_requests(server: str) -> None:
    parts = urlsplit(server)
    for request in (b"GET / HTTP/9.9\r\n\r\n", b"\x00\xff\xfe" * 100 + b"\r\n\r\n", b"GET /%00%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
                    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
                    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nxx",
                    b'GET / HTTP/1.1\r\nHost: "><script>\r\nX: ' + b"\xff" * 50 + b"\r\n\r\n"):
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
            connection.sendall(request)
            connection.settimeout(1)
            try:
                connection.recv(100)
            except TimeoutError:
                continue
    assert get(f"{server}/")[0] == 200


def test_parameters_that_make_no_sense_get_an_answer_that_says_so(server: str) -> None:
    for path in ("/data/quotes?_size=abc", "/data/quotes?_through=[", "/quotes/speaker/%FF",
                 "/quotes/speaker/nobody", "/quotes/quote/x?page=zz", "/quotes/speakers?page=0", "/quotes/speakers?page=9e9",
                 "/data/quotes?_facet={", "/data/quotes?_sort=nothing", "/data/quotes?_where=select",
                 "/data?sql=drop+table+quotes",
                 "/quotes/article/..%2F..%2Fetc%2Fpasswd", "/quotes/static/..%2Fplugin.py",
                 f"/-/static/{'a' * 5000}", f"/quotes/static/{'a' * 5000}"):
        status, page = get(server + path)
        assert 400 <= status < 500, path
        assert "Traceback" not in page
        assert 'class="page-head"' in page or "<html" in page or page.startswith("{") or status == 404, path


def test_a_port_that_is_taken_is_named_in_one_line(server: str, database: Path) -> None:
    port = urlsplit(server).port
    done = subprocess.run([sys.executable, "-m", "quotes", "serve", "--db", str(database), "--port", str(port)],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"127.0.0.1:{port}: cannot listen there" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGKILL])
def test_the_processes_of_a_large_database_end_with_the_first(database: Path, ended_by: signal.Signals) -> None:
    code = ("import os, sys; from quotes.publish import serve; serve.LARGE_BYTES = 0; os.cpu_count = lambda: 2\n"
            "serve.serve(sys.argv[1], serve.Address(port=0))")
    with subprocess.Popen([sys.executable, "-c", code, str(database)], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as first:
        time.sleep(4)
        assert first.poll() is None
        first.send_signal(ended_by)
        # The pipe closes when the last process that holds it has ended.
        first.communicate(timeout=20)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "quotes", "serve", *arguments], capture_output=True, text=True, timeout=60,
                          check=False)


def test_a_port_that_is_taken_is_not_said_to_be_served(server: str, database: Path) -> None:
    done = command("--db", str(database), "--port", str(urlsplit(server).port))
    assert "Serving" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_database_of_a_newer_version_is_not_served(database: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    shutil.copy(database, newer)
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("insert into _sqlite_migrations (migration_set, name, applied_at) "
                           "values ('quotes', 'migration_0099', '2030-01-01')")
    done = command("--db", str(newer), "--port", "0")
    assert done.returncode == 2
    assert "a newer version of quotes made it (migration_0099)" in done.stderr


def test_a_damaged_database_is_one_line(database: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    content = bytearray(database.read_bytes())
    content[8192:] = b"\xa5" * len(content[8192:])
    damaged.write_bytes(content)
    done = command("--db", str(damaged), "--port", "0")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "damaged" in done.stderr


@pytest.mark.parametrize("path", ["/quotes/", "/data/sub", "/-/", "/a b/", "/<script>/"])
def test_a_base_url_that_pages_have_is_refused(database: Path, path: str) -> None:
    done = command("--db", str(database), "--port", "0", "--base-url", path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"quotes: --base-url {path}: ")


PREFIXED = ("/", "/quotes/speakers?type=person", "/data", "/data/quotes", "/data/quotes?_size=2", "/data/quotes?_facet=cue",
            "/data/speakers", "/data/articles", "/data/speaker_stats", "/data/quoted_most?since=&until=",
            "/data/quotes?form=direct&_sort=day", "/nothing", "/data/roles")


@pytest.mark.parametrize("taken_off", [False, True], ids=["the proxy passes the prefix on", "the proxy takes the prefix off"])
async def test_all_links_stay_under_the_base_url(database: Path, *, taken_off: bool) -> None:
    site = make_datasette(database, settings={"base_url": "/said/"})
    rows = (await site.client.get("/data/quotes.json?_shape=objects")).json()["rows"]
    pages = [f"/quotes/speaker/{rows[0]['speaker_id']}", f"/quotes/speaker/{rows[0]['speaker_id']}?form=direct&page=1",
             f"/quotes/article/{rows[0]['article_id']}", f"/quotes/quote/{rows[0]['id']}", f"/data/quotes/{rows[0]['id']}"]
    for path in (*PREFIXED, *pages):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site.app())) as client:
            answer = await client.get(f"http://localhost{'' if taken_off else '/said'}{path}")
        assert answer.status_code in (200, 404), path
        for link in re.findall(r'(?:href|src|action|cite)="([^"]+)"', answer.text):
            parts = urlsplit(link)
            if parts.netloc in ("", "localhost") and parts.path:
                assert parts.path.startswith("/said/"), (path, link)
                assert not parts.path.startswith("/said/said"), (path, link)


async def test_redirections_stay_under_the_base_url(database: Path) -> None:
    site = make_datasette(database, settings={"base_url": "/said/"})
    answer = await site.client.get("/data/quotes/")
    assert answer.headers["location"].startswith("/said/data/quotes")
