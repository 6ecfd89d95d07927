"""Addresses, against a real server on 127.0.0.1: what is refused, what is capped, and how politely it is asked."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from web_server import Answer, Site, serve

from quotes.errors import IngestError, NoTextError
from quotes.ingest import fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL = ipaddress.ip_address("127.0.0.1")


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


@pytest.fixture
def fetcher() -> Iterator[fetch.Fetcher]:
    """As in use, but for one address of this machine that is taken for public, and no pause."""
    with fetch.Fetcher(is_allowed=lambda address: address == LOCAL or fetch.is_public(address), delay=0) as fetcher:
        yield fetcher


def refused(fetcher: fetch.Fetcher, url: str) -> str:
    with pytest.raises(IngestError) as error:
        fetcher.fetch(url)
    assert str(error.value).startswith(f"{url}: ")
    assert "; " in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1",  # noqa: S104
     "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "255.255.255.255", "::"],
)
def test_private_addresses_are_refused_however_wrapped(address: str) -> None:
    assert not fetch.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_not(address: str) -> None:
    assert fetch.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://2130706433:{port}/",
     "http://0x7f.1:{port}/", "http://127.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://0:{port}/"],
)
def test_this_machine_is_refused_in_every_spelling_and_never_asked(site: Site, url: str) -> None:
    with fetch.Fetcher(delay=0) as fetcher:
        message = refused(fetcher, url.format(port=site.port))
    assert "private network" in message or "no host" in message
    assert not site.asked


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.2:{port}/page", "http://169.254.169.254/latest", "http://10.0.0.1/", "http://[::1]:{port}/page",
     "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:{port}/", "http://user:secret@127.0.0.1:{port}/page", "",
     "javascript:alert(1)", "http://[bad/"],
)
def test_a_redirect_is_checked_as_an_address_is(site: Site, fetcher: fetch.Fetcher, location: str) -> None:
    site.answers["/"] = Answer(status=302, headers={"Location": location.format(port=site.port)})
    site.answers["/page"] = Answer(body=b"secret")
    refused(fetcher, site.url("/"))
    assert site.paths() == ["/"]


def test_the_own_network_is_asked_if_allowed_but_never_a_link_local_address(site: Site) -> None:
    site.answers["/"] = Answer(body=b"hello")
    site.answers["/away"] = Answer(status=301, headers={"Location": "http://169.254.169.254/"})
    with fetch.Fetcher(is_allowed=fetch.is_host, delay=0) as fetcher:
        found = fetcher.fetch(site.url("/"))
        assert found is not None
        assert found.data == b"hello"
        assert "never" in refused(fetcher, site.url("/away"))


def test_redirects_are_followed_five_times(site: Site, fetcher: fetch.Fetcher) -> None:
    for step in range(7):
        site.answers[f"/{step}"] = Answer(status=302, headers={"Location": f"/{step + 1}"})
    site.answers["/7"] = Answer(body=b"end")
    found = fetcher.fetch(site.url("/2"))
    assert found is not None
    assert (found.url, found.data) == (site.url("/7"), b"end")
    assert "redirects" in refused(fetcher, site.url("/1"))


def test_a_name_is_resolved_once_a_request_and_the_address_checked_is_the_one_asked(
    site: Site, fetcher: fetch.Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere the second time it is looked up (DNS rebinding) gains nothing."""
    site.answers["/"] = Answer(body=b"hello")
    asked: list[str] = []
    lookup = socket.getaddrinfo

    def rebinding(host: str, port: int, *args: int, **more: int) -> list[object]:
        asked.append(str(host))
        return lookup("127.0.0.1" if host == "news.example" else host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    found = fetcher.fetch(site.url("/", "news.example"))
    assert found is not None
    assert asked.count("news.example") == 2  # robots.txt and the page: one look-up a request
    assert site.asked[-1][1]["host"] == f"news.example:{site.port}"


def test_a_huge_body_is_refused(site: Site, fetcher: fetch.Fetcher) -> None:
    site.answers["/"] = Answer(pieces=lambda: (b"x" * 1_000_000 for _ in range(40)))
    assert "more than 20,971,520 bytes" in refused(fetcher, site.url("/"))


def test_a_gzip_bomb_is_refused_without_unpacking_it(site: Site, fetcher: fetch.Fetcher) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=9)
    site.answers["/"] = Answer(body=bomb, headers={"Content-Encoding": "gzip"})
    assert "more than 20,971,520 bytes" in refused(fetcher, site.url("/"))


def test_gzip_is_unpacked_and_damaged_gzip_refused(site: Site, fetcher: fetch.Fetcher) -> None:
    site.answers["/good"] = Answer(body=gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"})
    site.answers["/bad"] = Answer(body=b"\x1f\x8b\x08\x00garbage", headers={"Content-Encoding": "gzip"})
    site.answers["/br"] = Answer(body=b"...", headers={"Content-Encoding": "br"})
    found = fetcher.fetch(site.url("/good"))
    assert found is not None
    assert found.data == b"hello"
    assert "damaged" in refused(fetcher, site.url("/bad"))
    assert "packed as 'br'" in refused(fetcher, site.url("/br"))


@pytest.mark.parametrize("headers_too", [False, True], ids=["body", "headers"])
def test_a_server_that_drips_is_left_when_the_time_is_up(
    fetcher: fetch.Fetcher, monkeypatch: pytest.MonkeyPatch, *, headers_too: bool
) -> None:
    monkeypatch.setattr(fetch, "MAX_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def drip() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                request = connection.recv(4096)
                if b"robots" in request:
                    connection.sendall(b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n")
                    connection.close()
                    continue
                with connection, suppress(OSError):
                    connection.sendall(b"HTTP/1.1 200 OK\r\n" + (b"" if headers_too else b"\r\n"))
                    for _ in range(1000):
                        connection.sendall(b"x")
                        time.sleep(0.05)
                return

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        assert "not done within" in refused(fetcher, url)
        dripping.join()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 503])
def test_other_answers_are_named(site: Site, fetcher: fetch.Fetcher, status: int) -> None:
    site.answers["/"] = Answer(status=status, body=b"no")
    assert str(status) in refused(fetcher, site.url("/"))


def test_what_answers_no_http_is_named(fetcher: fetch.Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def babble() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        babbling = threading.Thread(target=babble, daemon=True)
        babbling.start()
        assert "cannot be fetched" in refused(fetcher, f"http://127.0.0.1:{port}/")
        babbling.join()
    assert "cannot be fetched" in refused(fetcher, f"http://127.0.0.1:{port}/")  # nobody listens any more


def test_robots_txt_is_respected_and_asked_once(site: Site, fetcher: fetch.Fetcher) -> None:
    rules = b"User-agent: *\nDisallow: /private\n\nUser-agent: quotetrack\nDisallow: /not-you\nCrawl-delay: 0\n"
    site.answers |= {"/robots.txt": Answer(body=rules), "/page": Answer(body=b"hello"), "/not-you": Answer(body=b"secret")}
    assert fetcher.fetch(site.url("/page")) is not None
    with pytest.raises(NoTextError, match=r"robots\.txt"):
        fetcher.fetch(site.url("/not-you"))
    assert [path for path, _ in site.asked] == ["/robots.txt", "/page"]


def test_a_redirect_behind_robots_txt_is_not_followed(site: Site, fetcher: fetch.Fetcher) -> None:
    site.answers |= {
        "/robots.txt": Answer(body=b"User-agent: *\nDisallow: /not-you"), "/not-you": Answer(body=b"secret"),
        "/page": Answer(status=302, headers={"Location": "/not-you"}),
    }
    with pytest.raises(NoTextError, match=r"robots\.txt"):
        fetcher.fetch(site.url("/page"))


def test_a_robots_txt_that_fails_keeps_out(site: Site, fetcher: fetch.Fetcher) -> None:
    site.answers |= {"/robots.txt": Answer(status=503), "/page": Answer(body=b"hello")}
    assert "robots.txt answered with status 503" in refused(fetcher, site.url("/page"))


def test_a_host_is_asked_with_a_pause(site: Site) -> None:
    site.answers["/a"] = site.answers["/b"] = Answer(body=b"hello")
    with fetch.Fetcher(is_allowed=fetch.is_host, delay=0.3) as fetcher:
        fetcher.fetch(site.url("/a"))
        start = time.monotonic()
        fetcher.fetch(site.url("/b"))
        assert time.monotonic() - start >= 0.29


def test_the_next_time_an_address_is_asked_whether_it_changed(site: Site, fetcher: fetch.Fetcher) -> None:
    site.answers["/"] = Answer(body=b"hello", headers={"ETag": '"1"', "Last-Modified": "Fri, 01 Mar 2024 23:30:00 GMT"})
    found = fetcher.fetch(site.url("/"))
    assert found is not None
    assert fetcher.fetch(site.url("/"), etag=found.etag, last_modified=found.last_modified) is None
    headers = site.asked[-1][1]
    assert headers["if-modified-since"] == "Fri, 01 Mar 2024 23:30:00 GMT"


def test_no_cookie_is_sent_and_the_agent_says_who_asks(site: Site, fetcher: fetch.Fetcher) -> None:
    site.answers["/"] = Answer(body=b"hello", headers={"Set-Cookie": "a=1"})
    fetcher.fetch(site.url("/"))
    fetcher.fetch(site.url("/"))
    headers = site.asked[-1][1]
    assert "cookie" not in headers
    assert headers["user-agent"].startswith("quotetrack/")
