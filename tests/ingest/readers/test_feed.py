"""Feeds from the disk and from a server on 127.0.0.1: what is new is brought, and nothing else is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from web_server import Answer, Site, serve

from quotes.ingest import articles
from quotes.ingest.options import ReadOptions
from quotes.records import Article, Failure, KnownInput, PublishedFrom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORY = "The strike will go on until there is a better offer, the union said on Tuesday after talks with the mayor. "
PAGE = """<!DOCTYPE html><html><head><title>{0}</title><meta property="og:site_name" content="The Mail"></head><body><article>
<h1>{0} goes on for another week</h1><p>{1}</p><p>“We will not give in,” said Ana Ruiz.</p></article></body></html>"""


def page(name: str) -> Answer:
    return Answer(body=PAGE.format(name, STORY * 4).encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def rss(*items: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    return f"{head}<channel><title>The Mail</title>{''.join(items)}</channel></rss>".encode()


def item(link: str, *, content: str = "", date: str = "Fri, 01 Mar 2024 23:30:00 GMT") -> str:
    full = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    about = "<description>The strike goes on ...</description>"
    return f"<item><title>Strike &amp;amp; talks</title><link>{link}</link><pubDate>{date}</pubDate>{about}{full}</item>"


class Remembered:
    """What a database would remember, in memory."""

    def __init__(self) -> None:
        self.inputs: list[KnownInput] = []
        self.articles: dict[str, Article] = {}

    def input(self, name: str, sha256: str, reading: str) -> KnownInput | None:
        found = (known for known in reversed(self.inputs) if (known.name, known.sha256, known.reading) == (name, sha256, reading))
        return next(found, None)

    def address(self, url: str) -> KnownInput | None:
        return next((known for known in reversed(self.inputs) if known.name == url), None)

    def has_article(self, article_id: str) -> bool:
        return article_id in self.articles

    def article(self, article_id: str) -> Article | None:
        return self.articles.get(article_id)

    def remember(self, known: KnownInput, origin: str) -> None:  # noqa: ARG002
        self.inputs.append(known)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


def read(*inputs: object, memory: Remembered | None = None) -> tuple[list[Article], list[Failure]]:
    options = ReadOptions(allow_private=True, delay=0)
    found = list(articles.read(map(str, inputs), options=options, memory=memory))
    good = [a for a in found if isinstance(a, Article)]
    if memory:
        memory.articles |= {a.id: a for a in good}
    return good, [f for f in found if isinstance(f, Failure)]


FULL = f"<p>{STORY * 6}</p><p>“We will not give in,” said Ana Ruiz.</p><script>alert(1)</script>"


def test_a_whole_text_in_the_feed_is_the_article(site: Site) -> None:
    site.answers["/feed"] = Answer(body=rss(item("https://mail.example/2024/strike.html?utm_source=rss", content=FULL)))
    (article,), failures = read(site.url("/feed"))
    assert not failures
    assert article.text.endswith("\n\n“We will not give in,” said Ana Ruiz.")
    assert (article.title, article.outlet, article.published) == ("Strike & talks", "The Mail", "2024-03-01T23:30:00Z")
    assert article.id.startswith("strike-")
    assert article.url == article.origin == "https://mail.example/2024/strike.html?utm_source=rss"
    assert site.paths() == ["/feed"]


def test_an_atom_feed(site: Site) -> None:
    entry = f"""<entry><title>Strike</title><link href="https://mail.example/a"/><updated>2024-03-01T10:00:00+01:00</updated>
        <author><name>Jo Lee</name></author><content type="html"><![CDATA[{FULL}]]></content></entry>"""
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>The Mail</title>{entry}</feed>'
    site.answers["/feed"] = Answer(body=feed.encode())
    (article,), failures = read(site.url("/feed"))
    assert not failures
    assert (article.title, article.author, article.published) == ("Strike", "Jo Lee", "2024-03-01T10:00:00+01:00")


def test_the_page_behind_a_summary_is_fetched(site: Site) -> None:
    site.answers |= {"/feed": Answer(body=rss(item(site.url("/a")), item(site.url("/gone")))), "/a": page("Strike")}
    (article,), (failure,) = read(site.url("/feed"))
    assert "“We will not give in,” said Ana Ruiz." in article.text
    assert article.origin == site.url("/a")
    assert (failure.origin, "404" in failure.error) == (site.url("/gone"), True)


def test_what_the_feed_knows_of_a_page_is_kept_where_the_page_says_nothing(site: Site) -> None:
    bare = b"<html><body><article><p>" + STORY.encode() * 5 + b"</p></article></body></html>"
    site.answers |= {"/feed": Answer(body=rss(item(site.url("/a")), item(site.url("/b")))),
                     "/a": Answer(body=bare, headers={"Content-Type": "text/html"}), "/b": page("Strike")}
    (first, second), failures = read(site.url("/feed"))
    assert not failures
    assert (first.title, first.outlet, first.published, first.published_from) == (
        "Strike & talks", "The Mail", "2024-03-01T23:30:00Z", PublishedFrom.METADATA
    )
    assert second.title == "Strike goes on for another week"


def test_of_a_feed_on_the_disk_nothing_is_fetched(site: Site, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(rss(item(site.url("/a")), item("https://mail.example/b", content=FULL)))
    (article,), (failure,) = read(tmp_path / "feed.xml")
    assert article.url == "https://mail.example/b"
    assert failure.stage == "skipped"
    assert "summary only" in failure.error
    assert not site.asked


def test_a_feed_given_again_brings_only_what_is_new(site: Site) -> None:
    memory = Remembered()
    feed = site.url("/feed")
    site.answers |= {"/feed": Answer(body=rss(item(site.url("/a"))), headers={"ETag": '"1"'}), "/a": page("Strike")}
    (first,), _ = read(feed, memory=memory)
    assert site.paths() == ["/feed", "/a"]
    (same,), _ = read(feed, memory=memory)
    assert same == first
    assert site.paths() == ["/feed", "/a", "/feed"]
    newer = rss(item(site.url("/b")), item(site.url("/a")))
    site.answers |= {"/feed": Answer(body=newer, headers={"ETag": '"2"'}), "/b": page("Talks")}
    found, failures = read(feed, memory=memory)
    assert not failures
    assert {a.origin for a in found} == {site.url("/a"), site.url("/b")}
    assert site.paths() == ["/feed", "/a", "/feed", "/feed", "/b"]


def test_what_failed_is_tried_again_the_next_time(site: Site) -> None:
    memory = Remembered()
    site.answers["/feed"] = Answer(body=rss(item(site.url("/a"))), headers={"ETag": '"1"'})
    assert read(site.url("/feed"), memory=memory)[1]
    site.answers["/a"] = page("Strike")
    found, failures = read(site.url("/feed"), memory=memory)
    assert (len(found), failures) == (1, [])


def test_a_link_into_a_private_network_or_to_a_file_is_not_followed(site: Site) -> None:
    links = ("http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "javascript:alert(1)", "http://u:p@127.0.0.1/")
    site.answers["/feed"] = Answer(body=rss(*map(item, links)))
    found, failures = read(site.url("/feed"))
    assert not found
    assert len(failures) == 4
    assert site.paths() == ["/feed"]


def test_entities_of_a_hostile_feed_are_not_read(site: Site, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("top secret")
    bomb = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "boom"}">' for i in range(12))
    for doctype in (f'<!DOCTYPE rss [<!ENTITY s SYSTEM "file://{tmp_path}/secret">]>', f"<!DOCTYPE rss [{bomb}]>"):
        body = f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><item><title>&s;&a11;</title></item></channel></rss>'
        site.answers["/feed"] = Answer(body=body.encode())
        found, failures = read(site.url("/feed"))
        assert not found
        assert "secret" not in "".join(f.error for f in failures)


@pytest.mark.parametrize("kind", ["application/octet-stream", "image/png", "text/plain; charset=no-such", ""])
def test_the_content_decides_not_the_declared_type(site: Site, kind: str) -> None:
    site.answers["/a"] = Answer(body=page("Strike").body, headers={"Content-Type": kind})
    (article,), failures = read(site.url("/a"))
    assert not failures
    assert article.reader == "html"


def test_a_picture_that_says_it_is_a_page_is_refused(site: Site) -> None:
    site.answers["/a"] = Answer(body=b"\x89PNG\r\n\x1a\n...", headers={"Content-Type": "text/html"})
    found, (failure,) = read(site.url("/a"))
    assert not found
    assert "image" in failure.error


def test_the_address_that_a_page_gives_itself_is_believed_within_its_site_only(site: Site) -> None:
    body = page("Strike").body
    for path, href in (("/mine", site.url("/canonical")), ("/other", "https://example.org/stolen")):
        site.answers[path] = Answer(body=body.replace(b"<head>", f'<head><link rel="canonical" href="{href}">'.encode()))
    found, _ = read(site.url("/mine"))
    assert found[0].url == site.url("/canonical")
    found, _ = read(site.url("/other"))
    assert found[0].url == site.url("/other")
