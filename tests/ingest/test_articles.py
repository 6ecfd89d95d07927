from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from quotes.errors import IngestError
from quotes.ingest import articles
from quotes.ingest.options import ReadOptions
from quotes.records import Article, Failure, PublishedFrom

BODY = "The two sides met again on Tuesday, officials said, and they will go on talking until there is a result."


def split(found: list[Article | Failure]) -> tuple[dict[str, Article], dict[str, str]]:
    good = {a.id: a for a in found if isinstance(a, Article)}
    bad = {f.origin: f.error for f in found if isinstance(f, Failure)}
    return good, bad


def read(*paths: Path | str, metadata: Path | None = None) -> tuple[dict[str, Article], dict[str, str]]:
    found = list(articles.read(map(str, paths), options=ReadOptions(metadata=str(metadata) if metadata else None)))
    return split(found)


def test_text_is_unchanged_but_for_a_byte_order_mark(tmp_path: Path) -> None:
    data = "\ufeff  Talks fail\r\n\r\n“Sí”\u2028 he said.\x0b\r \n\n".encode()
    (tmp_path / "a.txt").write_bytes(data)
    good, bad = read(tmp_path / "a.txt")
    assert good["a"].text.encode() == data.removeprefix(b"\xef\xbb\xbf")
    assert not bad


def test_folders_are_searched_in_order_and_globs_expanded(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.text", "sub/d", ".hidden.txt", "data.db", ".git/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name} {BODY}")
    good, bad = read(tmp_path)
    assert list(good) == ["a", "b", "c", "d"]
    assert not bad
    assert list(read(f"{tmp_path}/*.txt")[0]) == ["a", "b"]
    assert list(read(f"{tmp_path}/**/*.text")[0]) == ["c"]
    assert list(read(tmp_path / "b.txt", tmp_path, f"{tmp_path}/a*")[0]) == ["a", "b", "c", "d"]


def test_origin_is_the_path_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(BODY)
    monkeypatch.chdir(tmp_path)
    assert read("in")[0]["a"].origin == "in/a.txt"
    assert read("./in/a.txt")[0]["a"].origin == "in/a.txt"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ["empty"]),
        (b" \r\n\t\n", ["white space"]),
        (b"\xef\xbb\xbf", ["white space"]),
        (b"some\x00thing", ["binary", "4"]),
        (b'<?xml version="1.0"?>\n<!-- a -->\n<rss version="2.0">', ["no entry", "feed"]),
        (b'{"text": ', ["is no JSON", "line 1"]),
        (b"%PDF-1.7 ...", ["PDF", "pdftotext -layout bad.txt"]),
        (b"SQLite format 3\x00...", ["database", "/TABLE"]),
        (b"WARC/1.0\r\n", ["no page", "records"]),
        (b"a " * 500_001, ["too large", "split"]),
        (b"a" * 4_000_001, ["too large", "split"]),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else "",
)
def test_bad_input_is_named_with_its_remedy_and_costs_no_other(tmp_path: Path, data: bytes, words: list[str]) -> None:
    (tmp_path / "bad.txt").write_bytes(data)
    (tmp_path / "good.txt").write_text(BODY)
    good, bad = read(tmp_path)
    assert list(good) == ["good"]
    ((origin, error),) = bad.items()
    assert origin == f"{tmp_path}/bad.txt"
    assert all(word in error for word in words), error
    assert "\n" not in error
    assert str(tmp_path) not in error


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_text_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    text = f"{BODY} “We will not give in,” said Aña Çelik.\n"
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    good, bad = read(tmp_path)
    assert not bad
    assert good["a"].text == text


def test_what_is_visibly_broken_is_mended_and_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{BODY} &ldquo;Yes,&rdquo; said An\u200ba Ruiz.", encoding="utf-8")
    good, _ = read(tmp_path)
    assert good["a"].text.endswith("“Yes,” said Ana Ruiz.")
    assert "entities" in (good["a"].mended or "")


def test_another_language_is_left_out_with_the_way_to_take_it(tmp_path: Path) -> None:
    french = "Le ministre a déclaré mardi que les négociations avec les syndicats continueraient jusqu'à la fin du mois."
    (tmp_path / "fr.txt").write_text(french, encoding="utf-8")
    (tmp_path / "en.txt").write_text(BODY)
    found = list(articles.read([str(tmp_path)], options=ReadOptions()))
    (failure,) = (item for item in found if isinstance(item, Failure))
    assert failure.stage == "skipped"
    assert "(fr)" in failure.error
    assert "--language any" in failure.error
    every = [a for a in articles.read([str(tmp_path)], options=ReadOptions(language="any")) if isinstance(a, Article)]
    assert {a.id: a.language for a in every} == {"en": "en", "fr": "fr"}


PAGE = """<!DOCTYPE html><html><head><title>{0}</title><link rel="canonical" href="https://example.org/{0}/"></head>
<body><article><h1>{0} of the union goes on for another week</h1><p>{1}</p><p>“We will not give in,” said Ana Ruiz.</p>
</article></body></html>"""


def test_pages_of_one_name_are_told_apart_by_their_addresses(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "index.html").write_text(PAGE.format(folder, f"{BODY} {BODY} It was {folder}."), encoding="utf-8")
    good, bad = read(tmp_path)
    assert not bad
    assert [name[:4] for name in sorted(good)] == ["one-", "two-"]
    assert list(read(tmp_path / "one")[0]) == ["index"]


def test_a_page_says_when_and_where_it_was_published(tmp_path: Path) -> None:
    page = PAGE.format("strike", f"{BODY} {BODY}").replace(
        "</head>", '<meta property="article:published_time" content="2024-03-01T23:30:00-05:00"></head>'
    )
    (tmp_path / "saved.htm").write_bytes(page.encode("utf-16"))
    good, bad = read(tmp_path)
    assert not bad
    article = good["saved"]
    assert (article.published, article.published_from) == ("2024-03-01T23:30:00-05:00", PublishedFrom.PAGE)
    assert article.url == "https://example.org/strike/"
    assert "“We will not give in,” said Ana Ruiz." in article.text


def test_a_page_that_loses_quotation_marks_is_read_with_a_warning(tmp_path: Path) -> None:
    quotes = "".join(f"<p>“It is lost {number} times,” said Ana Ruiz in the long hall of the town.</p>" for number in range(20))
    page = PAGE.format("strike", f"{BODY} {BODY}").replace("</article>", f'</article><div class="comments">{quotes}</div>')
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    found = list(articles.read([str(tmp_path)]))
    assert isinstance(found[0], Article)
    stages = {item.stage for item in found if isinstance(item, Failure)}
    assert stages <= {"warning"}


def test_missing_paths(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "link.txt").symlink_to(tmp_path / "gone.txt")
    os.mkfifo(tmp_path / "pipe")
    _, bad = read(*(tmp_path / name for name in ("no.txt", "nothing", "*.md", "link.txt", "pipe")))
    assert {Path(origin).name: error.split(";")[0] for origin, error in bad.items()} == {
        "no.txt": "no such file",
        "nothing": "the folder holds no articles",
        "*.md": "no file matches",
        "link.txt": "the link leads nowhere",
        "pipe": "not a regular file",
    }


def test_two_texts_under_one_id(tmp_path: Path) -> None:
    for folder, text in (("one", BODY), ("two", BODY + " More."), ("three", BODY)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(text)
    good, bad = read(tmp_path / "two", tmp_path / "three", tmp_path / "one")
    assert good["a"].origin == f"{tmp_path}/one/a.txt"
    ((origin, error),) = bad.items()
    assert origin == f"{tmp_path}/two/a.txt"
    assert "'a'" in error
    assert "one/a.txt" in error
    assert "rename" in error


def test_metadata_comes_first_and_the_text_fills_in(tmp_path: Path) -> None:
    text = f"Talks end without a result\nBy Ana Ruiz\nMarch 29, 2022\n\n{BODY}"
    (tmp_path / "a.txt").write_text(text)
    (tmp_path / "b.txt").write_text(text)
    (tmp_path / "c.txt").write_text(BODY)
    (tmp_path / "articles.csv").write_text(
        "\ufefffile,title,outlet,url,author,published\r\n"
        'a.txt,"Talks, again",Star,https://example.org/a,,2022-03-30T10:00:00Z\r\n'
        "b.txt,,,,,\r\n"
    )
    good, bad = read(tmp_path)
    assert not bad
    a, b, c = good.values()
    assert (a.title, a.outlet, a.url, a.author) == ("Talks, again", "Star", "https://example.org/a", "Ana Ruiz")
    assert (a.published, a.published_from) == ("2022-03-30T10:00:00Z", PublishedFrom.METADATA)
    assert (b.title, b.outlet) == ("Talks end without a result", None)
    assert (b.published, b.published_from) == ("2022-03-29", PublishedFrom.TEXT)
    assert (c.title, c.published, c.published_from) == (None, None, None)


def test_a_table_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(BODY)
    (tmp_path / "in" / "articles.csv").write_text("file,title\na.txt,Beside\n")
    (tmp_path / "meta.csv").write_text("file,title\nin/a.txt,Elsewhere\n")
    assert read(tmp_path / "in", metadata=tmp_path / "meta.csv")[0]["a"].title == "Elsewhere"
    assert read(tmp_path / "in")[0]["a"].title == "Beside"
    with pytest.raises(IngestError, match=r"nope\.csv"):
        read(tmp_path / "in", metadata=tmp_path / "nope.csv")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("title,published\nTalks,2022-03-29\n", ["no column 'file'"]),
        ("file,publised\na.txt,2022-03-29\n", ["line 1", "publised", "published"]),
        ("file,published\na.txt,29 March\n", ["line 2", "29 March", "2022-03-29"]),
        ("file,published\ngone.txt,2022-03-29\n", ["line 2", "gone.txt"]),
        ("file,title\na.txt,Talks, again\n", ["line 2", "3 cells"]),
        ("file,title\na.txt,One\na.txt,Two\n", ["line 3", "twice"]),
        ('file,title\na.txt,"One\n', ["not CSV"]),
        ("file,title\n,One\n", ["line 2", "no file"]),
        ("", ["empty"]),
    ],
)
def test_a_bad_table_is_named_and_costs_no_article(tmp_path: Path, table: str, words: list[str]) -> None:
    (tmp_path / "a.txt").write_text(BODY)
    (tmp_path / "articles.csv").write_text(table)
    good, bad = read(tmp_path)
    assert list(good) == ["a"]
    assert list(bad) == [f"{tmp_path}/articles.csv"]
    assert all(word in bad[f"{tmp_path}/articles.csv"] for word in words), bad


def test_standard_input() -> None:
    article = articles.from_bytes(f"Talks end without a result\n\n{BODY}".encode(), article_id="stdin", origin="-")
    assert (article.id, article.title) == ("stdin", "Talks end without a result")
    with pytest.raises(IngestError, match="-: the file is empty"):
        articles.from_bytes(b"", article_id="stdin", origin="-")


def test_the_seeds_table_fits_the_seeds() -> None:
    seeds = Path(__file__).parents[2] / "seeds"
    good, bad = read(seeds)
    assert not bad
    assert [(a.outlet, a.published, a.published_from) for a in good.values()] == [
        ("Oneindia", "2022-03-29", "metadata"),
        (None, "2022-03-30", "metadata"),
        (None, "2022-03-29", "metadata"),
        (None, "2022-03-29", "metadata"),
        ("South China Morning Post", None, None),
    ]


@pytest.mark.parametrize(
    ("record", "outlet"),
    [
        pytest.param({}, "news.example", id="the host of its address, where nothing names one"),
        pytest.param({"outlet": "The Mail"}, "The Mail", id="as the record names it"),
        pytest.param({"url": "javascript:alert(1)"}, None, id="none of what is no address"),
        pytest.param({"url": "https://WWW.Other.example:8443/a"}, "other.example", id="the name alone, in small letters"),
    ],
)
def test_what_has_only_an_address_has_an_outlet(tmp_path: Path, record: dict[str, str], outlet: str | None) -> None:
    known = {"id": "a", "text": BODY, "url": "https://www.news.example/2024/a", **record}
    (tmp_path / "a.jsonl").write_text(json.dumps(known))
    good, bad = read(tmp_path / "a.jsonl")
    assert good["a"].outlet == outlet
    assert not bad


def test_what_a_text_says_of_its_outlet_comes_before_the_host(tmp_path: Path) -> None:
    known = {"id": "a", "text": f"{BODY}\n\n© 2024 The Daily Star\n", "url": "https://www.news.example/2024/a"}
    (tmp_path / "a.jsonl").write_text(json.dumps(known))
    assert read(tmp_path / "a.jsonl")[0]["a"].outlet == "The Daily Star"
