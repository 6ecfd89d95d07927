"""`03/04/2024` is a date where it is stated what comes first, with every reader; else it is left out, and that is told."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from quotes.ingest import articles
from quotes.ingest.options import ReadOptions
from quotes.records import Article, Failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORY = (
    "The strike will go on until there is a better offer, the union said on Tuesday. “We will not give in,” said Ana Ruiz, "
    "who has led it for nine years and was among those who began it."
)
UNCLEAR = "03/04/2024"
PARAGRAPHS = "".join(f"<p>{STORY} It was the {number} day of talks.</p>" for number in ("first", "second", "third", "tenth"))
PAGE = f"<!DOCTYPE html><html><head>{{0}}</head><body><article><h1>Strike goes on</h1>{{1}}{PARAGRAPHS}</article></body></html>"


def csv(folder: Path, day: str) -> str:
    (folder / "a.csv").write_text(f"id;text;date\na;{STORY};{day}\n", encoding="utf-8")
    return "a.csv"


def lines(folder: Path, day: str) -> str:
    (folder / "a.jsonl").write_text(json.dumps({"id": "a", "text": STORY, "published": day}), encoding="utf-8")
    return "a.jsonl"


def table(folder: Path, day: str) -> str:
    with closing(sqlite3.connect(folder / "a.db")) as connection, connection:
        connection.execute("CREATE TABLE news (id, text, pubdate)")
        connection.execute("INSERT INTO news VALUES ('a', ?, ?)", (STORY, day))
    return "table:a.db/news"


def sidecar(folder: Path, day: str) -> str:
    (folder / "a.txt").write_text(STORY, encoding="utf-8")
    (folder / "articles.csv").write_text(f"file,published\na.txt,{day}\n", encoding="utf-8")
    return "a.txt"


def header(folder: Path, day: str) -> str:
    (folder / "a.txt").write_text(f"Strike goes on\nPublished: {day}\n\n{STORY}\n", encoding="utf-8")
    return "a.txt"


def page(folder: Path, day: str) -> str:
    (folder / "a.html").write_text(PAGE.format(f'<meta name="date" content="{day}">', ""), encoding="utf-8")
    return "a.html"


def dateline(folder: Path, day: str) -> str:
    (folder / "a.html").write_text(PAGE.format("", f'<p class="post-date">Published {day} 9:45</p>'), encoding="utf-8")
    return "a.html"


def feed(folder: Path, day: str) -> str:
    told = f"<link>https://mail.example/a</link><pubDate>{day}</pubDate><description><![CDATA[{PARAGRAPHS * 4}]]></description>"
    feed = f"<rss version='2.0'><channel><title>The Mail</title><item>{told}</item></channel></rss>"
    (folder / "a.rss").write_text(feed, encoding="utf-8")
    return "a.rss"


def archive(folder: Path, day: str) -> str:
    pytest.importorskip("fastwarc")
    body = PAGE.format(f'<meta name="date" content="{day}">', "").encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://mail.example/a\r\n"
    head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    (folder / "a.warc").write_bytes(head.encode() + answer + b"\r\n\r\n")
    return "a.warc"


def columns(folder: Path, day: str) -> str:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"id": ["a"], "text": [STORY], "date": [day]}), folder / "a.parquet")
    return "a.parquet"


READERS = [csv, lines, table, sidecar, header, page, dateline, feed, archive, columns]


def read(path: str, **options: Any) -> tuple[list[str | None], list[Failure]]:
    found = list(articles.read([path], options=ReadOptions(**options)))
    return [a.published for a in found if isinstance(a, Article)], [f for f in found if isinstance(f, Failure)]


@pytest.mark.parametrize("make", READERS)
def test_a_stated_order_makes_a_date_of_it(
    make: Callable[[Path, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = make(tmp_path, UNCLEAR)
    for order, day in (("day-first", "2024-04-03"), ("month-first", "2024-03-04")):
        (published,), failures = read(path, dates=order)
        assert (published or "")[:10] == day
        assert not failures


@pytest.mark.parametrize("make", READERS)
def test_without_one_it_is_left_out_and_told_with_the_remedy(
    make: Callable[[Path, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    published, failures = read(make(tmp_path, UNCLEAR))
    assert published == [None]
    (failure,) = failures
    assert failure.stage == ("metadata" if make is sidecar else "warning")
    assert UNCLEAR in failure.error
    assert "--dates day-first" in failure.error


@pytest.mark.parametrize("day", ["23/04/2024", "04/23/2024"])
def test_a_date_that_can_be_meant_in_one_way_needs_no_order(day: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for options in ({}, {"dates": "day-first"}, {"dates": "month-first"}):
        assert read(csv(tmp_path, day), **options) == (["2024-04-23"], [])


def test_a_table_of_them_is_told_of_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{number},{STORY.replace(',', '')} It is day {number}.,0{number}/04/2024\n" for number in range(1, 8))
    (tmp_path / "a.csv").write_text(f"id,text,date\n{rows}", encoding="utf-8")
    published, (failure,) = read("a.csv")
    assert published == [None, None, None, "2024-04-04", None, None, None]
    assert failure.error.startswith("6 dates that can be meant in two ways are left out ('01/04/2024' in a.csv#1); ")


def test_standard_input_too() -> None:
    data = f"Strike goes on\nPublished: {UNCLEAR}\n\n{STORY}\n".encode()
    assert read("-", stdin=io.BytesIO(data), dates="day-first") == (["2024-04-03"], [])
