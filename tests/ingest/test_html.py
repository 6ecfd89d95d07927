"""Saved pages of many makes: what is read of them, and what is not."""

from __future__ import annotations

import json
import time

import pytest

from quotes.errors import IngestError, NoTextError
from quotes.ingest.readers.html import Page, article_from_html, canonical_url
from quotes.records import PublishedFrom

STORY = (
    "The council of Harrow Vale voted on Tuesday to close two of its five libraries, after a debate of four hours.",
    "“We have no money left for the roof,” said Councillor Maria Lindqvist, who leads the finance committee of the town.",
    "Residents who had come to listen left the hall in silence, and a petition against the plan has 4,000 signatures so far.",
    "“They never asked us,” said Tom Okafor, a teacher. He added that the school had used the reading room every week.",
    "The libraries close in June, and the books will be moved to the building beside the railway station, the council said.",
)
TEXT = "\n\n".join(("Town closes two libraries", *STORY))


def page(
    head: str = "",
    *,
    body: str | None = None,
    story: tuple[str, ...] = STORY,
    h1: str = "Town closes two libraries",
    html: str = "",
) -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in story) if body is None else body
    heading = f"<h1>{h1}</h1>" if h1 else ""
    return (
        f"<!DOCTYPE html><html {html}><head>{head}</head><body><nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
        f"<main><article>{heading}{paragraphs}</article></main>"
        "<footer><p>Copyright 2024 The Vale Courier. All rights reserved.</p></footer></body></html>"
    )


def read(source: str | bytes, **options: str) -> Page:
    return article_from_html(source, article_id="a", origin="a.html", **options)


def ld(**facts: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **facts})}</script>'


def test_a_page_gives_its_paragraphs_and_nothing_of_the_site() -> None:
    assert read(page()).article.text == TEXT


def test_the_record_says_what_read_it() -> None:
    article = read(page()).article
    assert (article.id, article.origin, article.reader, article.language) == ("a", "a.html", "html", "en")


@pytest.mark.parametrize(
    ("head", "published"),
    [
        pytest.param(
            ld(**{"@type": "NewsArticle", "datePublished": "2024-03-01T23:30:00-05:00"}),
            "2024-03-01T23:30:00-05:00",
            id="json-ld",
        ),
        pytest.param(
            ld(**{"@graph": [{"@type": "WebPage"}, {"@type": "Article", "datePublished": "2024-03-01"}]}),
            "2024-03-01",
            id="json-ld graph",
        ),
        pytest.param(
            "<meta property='article:published_time' content='2024-03-01T09:00:00Z'>", "2024-03-01T09:00:00Z", id="open graph"
        ),
        pytest.param(
            "<meta itemprop='datePublished' content='2024-03-01T09:00:00+0200'>",
            "2024-03-01T09:00:00+02:00",
            id="microdata in meta",
        ),
        pytest.param("<meta name='pubdate' content='Fri, 01 Mar 2024 23:30:00 GMT'>", "2024-03-01T23:30:00Z", id="as in a feed"),
        pytest.param("<meta name='date' content='1 March 2024'>", "2024-03-01", id="in words"),
        pytest.param("<meta name='date' content='03/04/2024'>", None, id="two readings are none"),
        pytest.param(
            "<script type='application/ld+json'>{broken</script><meta name='date' content='2024-03-01'>",
            "2024-03-01",
            id="broken json-ld",
        ),
        pytest.param("", None, id="none"),
    ],
)
def test_the_date_is_the_pages_own_as_printed(head: str, published: str | None) -> None:
    article = read(page(head)).article
    assert article.published == published
    assert article.published_from == (PublishedFrom.PAGE if published else None)


@pytest.mark.parametrize(
    ("byline", "url", "published"),
    [
        pytest.param(
            "<p class='article-date'>Published: March 1, 2024 at 9:45 pm EST</p>",
            None,
            "2024-03-01T21:45:00-05:00",
            id="a dateline by its class",
        ),
        pytest.param("<p class='article-date'>03/04/2024</p>", None, None, id="a dateline with two readings"),
        pytest.param("", "https://example.org/news/2024/03/01/libraries", "2024-03-01", id="the address"),
        pytest.param("", "https://example.org/news/2024/31/01/libraries", None, id="no day in the address"),
    ],
)
def test_the_date_is_read_from_dateline_or_address_where_metadata_has_none(
    byline: str, url: str | None, published: str | None
) -> None:
    body = byline + "".join(f"<p>{line}</p>" for line in STORY)
    assert article_from_html(page(body=body), article_id="a", origin="a.html", url=url).article.published == published


def test_a_date_in_a_time_element_of_the_article_is_read() -> None:
    body = "<time datetime='2024-03-01T23:30:00-05:00'>1 March</time>" + "".join(f"<p>{line}</p>" for line in STORY)
    assert read(page(body=body)).article.published == "2024-03-01T23:30:00-05:00"


@pytest.mark.parametrize(
    ("head", "h1", "title"),
    [
        pytest.param(
            "<meta property='og:title' content='Two libraries to close in town | Vale Courier'>",
            "Town closes two libraries",
            "Town closes two libraries",
            id="h1 before og:title",
        ),
        pytest.param(
            "<meta property='og:title' content='Two libraries close | Vale Courier'>"
            "<meta property='og:site_name' content='Vale Courier'>",
            "",
            "Two libraries close",
            id="og:title without the site",
        ),
        pytest.param(
            "<title>BUDGET | Two libraries close</title>", "", "BUDGET | Two libraries close", id="a bar that is the title's own"
        ),
        pytest.param(
            ld(**{"@type": "NewsArticle", "headline": "Two libraries close"}),
            "Courier",
            "Two libraries close",
            id="h1 of one word is the site's",
        ),
        pytest.param("<meta name='twitter:title' content='Two libraries close'>", "", "Two libraries close", id="twitter"),
        pytest.param(
            "", "Smith &amp; Sons close <b>two</b> libraries", "Smith & Sons close two libraries", id="entities and tags"
        ),
        pytest.param("", "Zel\u200bensky to visit the town", "Zelensky to visit the town", id="zero-width"),
    ],
)
def test_the_title_is_what_readers_see(head: str, h1: str, title: str) -> None:
    assert read(page(head, h1=h1)).article.title == title


def test_the_headline_of_a_list_of_other_stories_is_not_the_title() -> None:
    source = page("<title>Town closes two libraries - Vale Courier</title>").replace(
        "</main>",
        "</main><aside><h1>Minister resigns over the rail fares</h1></aside>",
    )
    assert read(source).article.title == "Town closes two libraries"


@pytest.mark.parametrize(
    ("head", "author"),
    [
        pytest.param(
            ld(**{"@type": "NewsArticle", "author": [{"@type": "Person", "name": "Ann Ray"}, {"name": "Bo Li"}]}),
            "Ann Ray; Bo Li",
            id="json-ld",
        ),
        pytest.param(
            ld(
                **{
                    "@graph": [
                        {"@type": "Article", "author": {"@id": "#p1"}},
                        {"@type": "Person", "@id": "#p1", "name": "Ann Ray"},
                    ]
                }
            ),
            "Ann Ray",
            id="json-ld by reference",
        ),
        pytest.param("<meta name='author' content='By Ann Ray'>", "Ann Ray", id="meta"),
        pytest.param("<meta property='article:author' content='https://example.org/ann'>", None, id="an address is no name"),
    ],
)
def test_the_author_is_named(head: str, author: str | None) -> None:
    assert read(page(head)).article.author == author


@pytest.mark.parametrize(
    ("head", "url", "found"),
    [
        pytest.param("<link rel='canonical' href='https://example.org/a'>", None, "https://example.org/a", id="canonical"),
        pytest.param(
            "<link rel=canonical href='/news/a#top'>",
            "https://example.org/amp/a",
            "https://example.org/news/a",
            id="relative, without fragment",
        ),
        pytest.param("<meta property='og:url' content='https://example.org/b'>", None, "https://example.org/b", id="og:url"),
        pytest.param(
            "<link rel='canonical' href='https://example.org/'>",
            "https://example.org/news/a",
            "https://example.org/news/a",
            id="not the front page",
        ),
        pytest.param("<link rel='canonical' href='javascript:alert(1)'>", None, None, id="no script"),
        pytest.param("<link rel='canonical' href='http://[broken'>", None, None, id="broken"),
        pytest.param("", "https://example.org/a", "https://example.org/a", id="where it came from"),
    ],
)
def test_the_canonical_address(head: str, url: str | None, found: str | None) -> None:
    source = page(head)
    assert canonical_url(source.encode(), url=url) == found
    options = {"url": url} if url else {}
    assert read(source, **options).article.url == found


@pytest.mark.parametrize(
    ("body", "apart"),
    [
        pytest.param(
            f"<p>{STORY[0]}</p><p>{STORY[1]}<br><br>{STORY[2]}<br><br>{STORY[3]}</p>", STORY[1:4], id="paragraphs by breaks"
        ),
        pytest.param(f"<p>{STORY[0]}</p><div>{STORY[1]}<br/>{STORY[3]}</div>", (STORY[1], STORY[3]), id="lines of a div"),
        pytest.param(f"<p>{STORY[0]}</p><ul><li>{STORY[1]}</li><li>{STORY[3]}</li></ul>", (STORY[1], STORY[3]), id="list items"),
        pytest.param(
            f"<p>{STORY[0]}</p><ul><li><p>{STORY[1]}</p><p>{STORY[3]}</p></li></ul>",
            (STORY[1], STORY[3]),
            id="paragraphs of a list item",
        ),
        pytest.param(
            f"<p>{STORY[0]}</p><blockquote><p>{STORY[1]}</p><p>{STORY[3]}</p></blockquote>",
            (STORY[1], STORY[3]),
            id="a quotation's paragraphs",
        ),
        pytest.param(
            f"<p>{STORY[0]}</p><blockquote><p>{STORY[1]}</p><blockquote><p>{STORY[3]}</p></blockquote></blockquote>",
            (STORY[1], STORY[3]),
            id="a quotation in a quotation",
        ),
        pytest.param(
            f"<p>{STORY[0]}</p><table><tr><td>{STORY[1]}</td><td>{STORY[3]}</td></tr></table><p>{STORY[2]}</p>",
            (STORY[1], STORY[3]),
            id="cells",
        ),
        pytest.param(
            f"<p>{STORY[0]}</p><h2>What people say</h2><p>{STORY[1]}</p>", ("What people say", STORY[1]), id="a heading between"
        ),
        pytest.param(
            "<ul><li><b>Q:</b> Why are the libraries closed in the summer, and not a year later?</li>"
            "<li><b>A:</b> Because the roof of the older one is not safe, and nobody would pay for it.</li></ul>"
            + "".join(f"<p>{line}</p>" for line in STORY[:3]),
            (
                "Q: Why are the libraries closed in the summer, and not a year later?",
                "A: Because the roof of the older one is not safe, and nobody would pay for it.",
            ),
            id="an interview as a list",
        ),
    ],
)
def test_a_break_never_joins_two_peoples_words(body: str, apart: tuple[str, ...]) -> None:
    paragraphs = read(page(body=body)).article.text.split("\n\n")
    assert [line for line in paragraphs if line in apart] == list(apart)


def test_words_keep_their_spaces_around_links_and_bold() -> None:
    marked = "“No,” said <a href='/x'>Maria</a> <b>Lindqvist</b>, who&nbsp;leads the <i>finance</i> committee."
    body = f"<p>{STORY[0]}</p><p>{marked}</p><p>{STORY[2]}</p>"
    assert "“No,” said Maria Lindqvist, who leads the finance committee." in read(page(body=body)).article.text


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(
            "<figure><img src='a.jpg'><figcaption>Readers leave the hall at night. Photograph: A. Ray</figcaption></figure>",
            id="caption",
        ),
        pytest.param("<p>Read more: Readers leave the hall in the evening</p>", id="read more"),
        pytest.param("<p>Sign up to our newsletter: Readers leave the hall in the evening, in your inbox</p>", id="newsletter"),
        pytest.param("<script>var a = 'Readers leave the hall in the evening';</script>", id="script"),
        pytest.param("<style>p:after { content: 'Readers leave the hall in the evening' }</style>", id="style"),
        pytest.param("<!-- <p>Readers leave the hall in the evening</p> -->", id="comment"),
        pytest.param(
            "<aside class='related'><h3>Related</h3><ul><li><a href='/b'>Readers leave the hall at night</a></li></ul></aside>",
            id="related",
        ),
    ],
)
def test_what_is_not_the_story_stays_out(inside: str) -> None:
    lines = [f"<p>{line}</p>" for line in STORY]
    text = read(page(body="".join([*lines[:3], inside, *lines[3:]]))).article.text
    assert "Readers leave the hall" not in text
    assert all(line in text for line in STORY)


def test_stories_after_the_story_stay_out() -> None:
    lines = "".join(f"<p>{line}</p>" for line in STORY)
    text = read(
        page(body=f"{lines}<h3>More from The Courier</h3><p>Minister resigns over the fares of the railway to the coast.</p>")
    ).article.text
    assert text == TEXT


def test_a_heading_like_that_in_the_middle_cuts_nothing() -> None:
    body = f"<p>{STORY[0]}</p><h3>Popular</h3>" + "".join(f"<p>{line}</p>" for line in STORY[1:])
    assert all(line in read(page(body=body)).article.text for line in STORY)


@pytest.mark.parametrize(
    ("encoding", "meta", "said"),
    [
        pytest.param("windows-1252", "windows-1252", "“Café,” said Zoë", id="windows-1252"),
        pytest.param("windows-1252", "iso-8859-1", "“Café,” said Zoë", id="called iso-8859-1, as browsers read it"),
        pytest.param("windows-1252", "", "“Café,” said Zoë", id="windows-1252, not declared"),
        pytest.param("windows-1251", "windows-1251", "said Зеленський", id="windows-1251"),
        pytest.param("gb18030", "gb2312", "said 习近平", id="gb2312"),
        pytest.param("utf-16", "utf-16", "“Café,” said Зеленський", id="utf-16 with its mark"),
        pytest.param("utf-16-le", "", "“Café,” said Zoë", id="utf-16 without"),
        pytest.param("utf-8-sig", "iso-8859-1", "“Café,” said Зеленський", id="utf-8 with its mark, declared wrongly"),
        pytest.param("utf-8", "iso-8859-1", "“Café,” said Зеленський", id="utf-8, declared wrongly"),
        pytest.param("shift_jis", "shift_jis", "said 安倍", id="shift_jis"),
        pytest.param("iso2022_jp", "iso-2022-jp", "said 安倍", id="iso-2022-jp"),
    ],
)
def test_a_page_is_read_in_its_encoding(encoding: str, meta: str, said: str) -> None:
    plain = tuple(line.translate({ord("“"): '"', ord("”"): '"'}) for line in STORY)
    head = f"<meta charset='{meta}'>" if meta else ""
    data = page(head, story=(*plain, f"{said} on Tuesday, in the hall of the town, before the vote was taken.")).encode(encoding)
    assert said in read(data).article.text


def test_what_the_server_said_comes_before_what_the_page_says() -> None:
    data = page(
        "<meta charset='iso-8859-2'>", story=(*STORY[:1], *STORY[2:3], "Зеленский приехал в город во вторник вечером, сказал он.")
    ).encode("windows-1251")
    assert "Зеленский" in read(data, encoding="windows-1251").article.text


def test_twice_written_entities_are_mended_and_named() -> None:
    article = read(
        page(
            story=(
                *STORY[:4],
                "Smith &amp;amp; Sons said: &amp;#8220;Yes, we will build the new library beside the station.&amp;#8221;",
            )
        )
    ).article
    assert "Smith & Sons said: “Yes, we will build the new library beside the station.”" in article.text
    assert article.mended == "entities"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("", id="nothing"),
        pytest.param("   \n", id="white space"),
        pytest.param("<html></html>", id="no body"),
        pytest.param("<html><body><script>let a = 1;</script></body></html>", id="only a script"),
        pytest.param("<!-- only a comment -->", id="only a comment"),
        pytest.param(
            "<html><body><noscript>Please enable JavaScript</noscript><div id='root'></div></body></html>",
            id="an application's shell",
        ),
        pytest.param(
            "<html><body><p>You need to enable JavaScript to run this app.</p></body></html>", id="a page that has not loaded"
        ),
        pytest.param("<" * 5000, id="less-thans"),
    ],
)
def test_no_text_is_said_with_place_and_remedy(source: str) -> None:
    with pytest.raises(NoTextError, match=r"^a\.html: no text found.*; (?:save|give)"):
        read(source)


def test_text_in_structured_data_is_taken_where_the_page_shows_none() -> None:
    head = ld(**{"@type": "NewsArticle", "headline": "Town closes two libraries", "articleBody": "\n".join(STORY)})
    article = read(f"<html><head>{head}</head><body><div id='root'></div></body></html>").article
    assert article.text == TEXT


def test_tags_and_entities_of_text_in_structured_data_are_read() -> None:
    markup = "".join(f"<p>{line.replace('“', '&ldquo;').replace('”', '&rdquo;')}</p>" for line in STORY)
    head = ld(**{"@type": "NewsArticle", "articleBody": markup}).replace("</p>", "<\\/p>")
    article = read(f"<html><head>{head}</head><body><div id='root'></div></body></html>").article
    assert article.text == "\n\n".join(STORY)


def test_a_paywalls_stub_gives_what_can_be_read() -> None:
    body = f"<p>{STORY[0]}</p><p>{STORY[1]}</p><div class='paywall'><p>Subscribe to read the rest of our newsletters.</p></div>"
    text = read(page(body=body)).article.text
    assert STORY[1] in text


def test_an_amp_page_is_a_page() -> None:
    source = page(
        "<style amp-boilerplate>body{}</style><link rel='canonical' href='https://example.org/news/a'>", html="⚡ lang='en'"
    )
    article = read(source).article
    assert article.text == TEXT
    assert article.url == "https://example.org/news/a"


def test_a_live_blogs_entries_are_all_there() -> None:
    entries = "".join(
        f"<section><h2><time datetime='2024-03-01T0{n}:00:00Z'>0{n}:00</time></h2><p>{line}</p></section>"
        for n, line in enumerate(STORY)
    )
    head = ld(**{"@type": "LiveBlogPosting", "datePublished": "2024-03-01T00:00:00Z", "headline": "Town closes two libraries"})
    article = read(page(head, body=entries)).article
    assert [line for line in article.text.split("\n\n") if line in STORY] == list(STORY)
    assert article.published == "2024-03-01T00:00:00Z"


def test_an_embedded_post_keeps_its_own_lines() -> None:
    words = "<p>The libraries must stay open for the children.</p>— Bo Li (@boli) <a href='x'>March 1, 2024</a>"
    post = f"<blockquote class='twitter-tweet'>{words}</blockquote>"
    lines = [f"<p>{line}</p>" for line in STORY]
    text = read(page(body="".join([*lines[:2], post, *lines[2:]]))).article.text
    assert "The libraries must stay open for the children.\n\n— Bo Li (@boli) March 1, 2024" in text


def test_the_headline_is_the_first_line_of_the_text_and_there_once() -> None:
    article = read(page(h1="‘No money left’: town closes two libraries")).article
    assert article.text.startswith("‘No money left’: town closes two libraries\n\nThe council")
    kicker = "<p>Libraries</p><h2>Town closes two libraries</h2>" + "".join(f"<p>{line}</p>" for line in STORY)
    assert read(page(body=kicker)).article.text.count("Town closes two libraries") == 1


SUMMARY = "The mayor said on Tuesday that the two oldest libraries of the town would have to close for good."


@pytest.mark.parametrize(
    ("shown", "is_in_text"),
    [
        pytest.param(f"<p class='dek'>{SUMMARY}</p>", True, id="below the headline"),
        pytest.param(f"<div><span>{SUMMARY}</span></div>", True, id="in whatever element"),
        pytest.param("", False, id="not where the page does not show it"),
        pytest.param(f"<aside><p>{SUMMARY}</p></aside>", False, id="not where it is beside the story"),
    ],
)
def test_a_summary_between_headline_and_story_is_a_part_of_the_text(shown: str, *, is_in_text: bool) -> None:
    source = page(f'<meta property="og:description" content="{SUMMARY}">')
    header = f"<header><h1>Town closes two libraries</h1>{shown}</header><main><article>"
    text = read(source.replace("<main><article><h1>Town closes two libraries</h1>", header)).article.text
    assert text == (TEXT.replace("\n\n", f"\n\n{SUMMARY}\n\n", 1) if is_in_text else TEXT)


@pytest.mark.parametrize("line", ["Article content", "Get daily National news", "Popular", "Sign up (it's free) or sign in now.",
                                  "Please read our Comment Policy before commenting."])
def test_a_line_of_the_site_within_the_story_is_left_out(line: str) -> None:
    body = f"<p>{STORY[0]}</p><p>{line}</p>" + "".join(f"<p>{each}</p>" for each in STORY[1:])
    assert read(page(body=body)).article.text == TEXT


def test_marks_that_went_missing_are_counted_and_said() -> None:
    found = read(page())
    assert (found.marks_page, found.marks_text, found.warning) == (4, 4, None)


def test_marks_of_other_stories_are_not_missed() -> None:
    others = "".join(f"<p>“Quite another story,” said somebody else in place number {n}, far from here.</p>" for n in range(9))
    found = read(page().replace("</main>", f"</main><section class='comments'>{others}</section>"))
    assert found.warning is None


def test_a_language_is_told_from_the_text_not_the_page() -> None:
    french = tuple(
        f"Le conseil municipal a décidé mardi soir de fermer deux bibliothèques de la ville, a déclaré la maire numéro {n}."
        for n in range(5)
    )
    assert read(page(html="lang='en'", story=french)).article.language == "fr"


# ---------------------------------------------------------------- hostile pages


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("<div>" * 20_000 + "word " * 200, id="nested boxes"),
        pytest.param("<p><b>" * 20_000 + "word " * 200, id="nested bold"),
        pytest.param("<blockquote>" * 20_000 + "word " * 200, id="nested quotations"),
        pytest.param("<table><tr><td>" * 20_000 + "word " * 200, id="nested tables"),
        pytest.param("<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">word</p>", id="attributes"),
        pytest.param('<script type="application/ld+json">' + "[" * 200_000 + "</script>" + page(), id="nested json"),
        pytest.param(
            page(ld(**{"@type": "NewsArticle", "headline": "a " * 100_000, "author": [{"name": "x"}] * 20_000})),
            id="much metadata",
        ),
        pytest.param(page("<title>" + "<" * 50_000 + "</title>"), id="a title of less-thans"),
        pytest.param("<p>a</p>" * 100_000, id="very many paragraphs"),
    ],
)
def test_a_hostile_page_is_read_or_refused_in_bounded_time(source: str) -> None:
    started = time.process_time()
    try:
        read(source)
    except IngestError as error:
        assert str(error).startswith("a.html: ")  # noqa: PT017  either outcome will do
    assert time.process_time() - started < 30


def test_entities_of_a_document_type_are_not_expanded() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    text = read(
        page(story=(*STORY, "The last paragraph has &b; and &c; in it, and it goes on for a while.")).replace(
            "<!DOCTYPE html>", bomb
        )
    ).article.text
    assert "haha" not in text
    assert "root:" not in text


def test_a_page_beyond_the_limit_is_refused() -> None:
    with pytest.raises(IngestError, match=r"^a\.html: too large for a page"):
        read("a" * 20_000_001)


def test_markup_in_a_story_stays_text() -> None:
    text = read(
        page(story=(*STORY, "“&lt;script&gt;alert(1)&lt;/script&gt;” is what the screen of the library showed, said Tom Okafor."))
    ).article.text
    assert "“<script>alert(1)</script>” is what the screen" in text


def test_metadata_has_no_lines_and_no_tags() -> None:
    article = read(
        page(ld(**{"@type": "NewsArticle", "author": {"name": "<b>Ann</b>\n Ray"}, "publisher": {"name": "Vale\u200b Courier"}}))
    ).article
    assert (article.author, article.outlet) == ("Ann Ray", "Vale Courier")


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00", bytes(range(256)) * 40], ids=["image", "all bytes"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(IngestError, match=r"^a\.html: "):
        read(data)
