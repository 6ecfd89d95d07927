"""Inputs through the real command: every bad one named with its remedy, nothing read twice, others left out quietly."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from web_server import Answer, serve

if TYPE_CHECKING:
    from pathlib import Path

STORY = (
    "The strike will go on until there is a better offer, the union said on Tuesday.\n\n"
    "“We will not give in,” said Ana Ruiz.\n"
)
FRENCH = "Le ministre a déclaré mardi que les négociations avec les syndicats continueraient jusqu'à la fin du mois.\n"
MAGIC = {
    "a.pdf": b"%PDF-1.7\n", "a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.rtf": b"{\\rtf1", "a.png": b"\x89PNG\r\n",
    "a.jpg": b"\xff\xd8\xff\xe0", "a.gif": b"GIF89a", "a.tif": b"II*\x00", "a.mp3": b"ID3\x04", "a.ogg": b"OggS",
    "a.wav": b"RIFF....WAVE", "a.mp4": b"\x00\x00\x00\x18ftypmp42", "a.mkv": b"\x1aE\xdf\xa3", "a.bz2": b"BZh91AY",
    "a.xz": b"\xfd7zXZ\x00", "a.zst": b"\x28\xb5\x2f\xfd", "a.7z": b"7z\xbc\xaf\x27\x1c", "a.rar": b"Rar!\x1a\x07",
    "a.mhtml": b"From: <Saved by Blink>\r\nContent-Type: multipart/related;", "a.docx": b"PK\x03\x04....word/",
    "a.xlsx": b"PK\x03\x04....xl/", "a.zip": b"PK\x03\x04", "a.odt": b"PK\x03\x04", "a.epub": b"PK\x03\x04",
    "a.xml": b'<?xml version="1.0"?><nitf/>', "a.db": b"SQLite format 3\x00broken",
    "cut.docx.gz": gzip.compress(b"PK\x03\x04"), "cut.gz": b"\x1f\x8b\x08\x00", "cut2.txt.gz": gzip.compress(STORY.encode())[:-9],
    "bad.gz": b"\x1f\x8bgarbage and more garbage",
}
TEXTS = {
    "empty.txt": b"", "blank.txt": b" \r\n\t", "bom.txt": b"\xef\xbb\xbf", "nul.txt": b"some\x00thing",
    "zeros.bin": b"\x00" * 900,
    "huge.txt": b"a " * 500_001, "huge.bin": b"x" * 4_000_001, "bomb.txt.gz": gzip.compress(b"a" * 50_000_000),
    "empty.txt.gz": gzip.compress(b""), "controls.txt": b"\x01\x02\x03\x04" * 99,
}
JSONS = {
    "cut.json": b'{"text": "x', "list.json": b"[1, 2, 3]", "number.json": b"7", "null.json": b"null", "string.json": b'"text"',
    "nested.json": b'{"a":' * 90_000, "lists.json": b"[" * 90_000, "twice.json": b'{"text": "x"} {"text": "y"}',
    "empty.json": b"{}", "no-text.jsonl": b'{"title": "x"}\n', "not.jsonl": b'{"text": "x"}\nnot json\n',
    "null-text.jsonl": b'{"text": null}\n', "number.jsonl": b'{"text": {"a": {"b": 1}}}\n',
    "utf16.jsonl": b'{"text": "\xff\xfe"}\n',
    "latin.json": b'[{"text": "caf\xe9"}]', "blank.jsonl": b'{"text": "   "}\n', "array.jsonl": b'{"text": "x"}\n[1]\n',
    "huge.jsonl": b'{"text": "' + b"y " * 600_000 + b'"}\n', "surrogate.jsonl": b'{"text": "\\ud800 alone"}\n',
    "nul.jsonl": b'{"text": "a\\u0000b"}\n', "unclosed.ndjson": b'{"text": "x"}\n{"text": "y"',
}
TABLES = {
    "empty.csv": b"", "header.csv": b"id,text\n", "no-text.csv": b"id,title\n1,x\n", "cells.csv": b"id,text\n1,a,b\n",
    "fewer.csv": b"id,text\n1\n", "quote.csv": b'id,text\n1,"never closed\n', "stray.csv": b'id,text\n1,"a"b\n',
    "blank.csv": b"id,text\n1,\n", "nul.csv": b"id,text\n1,a\x00b\n", "one.csv": b"text\n\n",
    "sidecar.csv": b"file,title\na.txt,x\n",
    "clash.csv": b"id,text\n1,one text\n1,another text\n", "wide.tsv": b"id\ttext\n1\ta\tb\n",
    "huge.csv": b"id,text\n1," + b"z " * 600_000,
    "html.csv": b"id,text\n1,<p></p><br><br>\n", "binary.csv": b"\x89\x00\x01\x02,\n",
}
PAGES = {
    "empty.html": b"<html></html>", "body.html": b"<html><body></body></html>",
    "script.html": b"<html><script>x()</script></html>",
    "deep.html": b"<html>" + b"<div>" * 100_000, "nul.html": b"<html>\x00\x00\x00</html>",
    "huge.html": b"<html>" + b"x" * 21_000_000,
    "frames.html": b"<html><frameset><frame src=a></frameset></html>", "cut.html": b"<!DOCTYPE html",
}
FEEDS = {
    "empty.rss": b"", "rss.xml": b"<rss></rss>", "cut.xml": b'<?xml version="1.0"?><rss><channel><item>', "atom.xml": b"<feed/>",
    "bomb.xml": b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
    "summary.xml": b"<rss><channel><item><link>http://127.0.0.1/x</link><description>Short</description></item></channel></rss>",
}
ARCHIVES = {
    "a.warc": b"WARC/1.0\r\n", "b.warc": b"", "c.warc.gz": b"\x1f\x8b\x08", "d.warc.gz": gzip.compress(b"WARC/1.0\r\n\r\n"),
    "e.warc.zst": b"\x28\xb5\x2f\xfdgarbage", "a.parquet": b"PAR1", "b.parquet": b"PAR1garbagePAR1", "c.parquet": b"",
}
ENCODED = {
    "odd16.txt": b"\xff\xfeN\x00o", "cut32.txt": b"\xff\xfe\x00\x00N\x00\x00", "every.txt": bytes(range(1, 256)) * 9,
    "nul16.csv": b"\xff\xfei\x00d\x00,\x00t", "declared.html": b"<html><meta charset=utf-7><body>\x01\x02\x03</body></html>",
    "utf16.html": "<html><body></body></html>".encode("utf-16"), "bad.xml": b'<?xml version="1.0" encoding="nonsense"?><rss>',
    "cut16.json": '{"text": "x'.encode("utf-16"),
}
BAD = {**MAGIC, **TEXTS, **JSONS, **TABLES, **PAGES, **FEEDS, **ARCHIVES, **ENCODED}
ADDRESSES = (
    "http://127.0.0.1:9/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest", "http://0/", "http://10.0.0.1/",
    "ftp://example.org/a", "file:///etc/passwd", "javascript:alert(1)", "http://", "https:///path", "http://user:pw@example.org/",
    "http://no-such-host.invalid/", "http://exa mple.org/", "http://127.0.0.1:99999/", "gopher://127.0.0.1/", "data:text/html,x",
    "http://[bad/", "http://127.0.0.1/" + "a" * 300, "http://127.0.0.1/\x1b[2J", "http://\u2024.example/", "http://2130706433/", "http://0x7f.1/",
)
DATABASES = ("table:gone.db/a", "table:news.db/gone", "table:news.db/", "table:news.db", "table:", "table:good.txt/a",
             'table:news.db/a"; DROP TABLE a; --', "table:empty.db/a", "table:news.db/bare")
PATHS = ("missing.txt", "no*.md", "nothing", "loop.txt", "dangling.txt", "pipe", "\udce9.txt", "a" * 300)


def run(*arguments: str, cwd: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command as a user does, with nothing of this machine's settings."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "quotes", *arguments]
    return subprocess.run(command, cwd=cwd, input=given, capture_output=True, check=False, timeout=300, env=environment)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    for name, data in BAD.items():
        (folder / name).write_bytes(data)
    (folder / "good.txt").write_text(STORY, encoding="utf-8")
    (folder / "empty.db").write_bytes(b"")
    with closing(sqlite3.connect(folder / "news.db")) as connection, connection:
        connection.execute("CREATE TABLE a (text TEXT)")
        connection.execute("CREATE TABLE bare (id INTEGER, title TEXT)")
        connection.execute("INSERT INTO bare VALUES (1, 'x')")
    (folder / "nothing").mkdir()
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "dangling.txt").symlink_to("gone.txt")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.mark.model
def test_a_hundred_bad_inputs_are_each_named_with_a_remedy_and_cost_no_other(folder: Path) -> None:
    inputs = [*BAD, *ADDRESSES, *DATABASES, *PATHS]
    assert len(inputs) >= 100
    done = run("build", *inputs, "good.txt", "--db", "out.db", cwd=folder)
    told = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 1, told
    assert "Traceback" not in told
    assert "report this fault" not in told
    lines = [line for line in told.splitlines() if line.startswith("quotes: ")]
    assert len(lines) == len(told.splitlines()), "one line each, and nothing else"
    assert all("; " in line for line in lines if "more left out" not in line), [line for line in lines if "; " not in line]
    with closing(sqlite3.connect(folder / "out.db")) as connection:
        failed = {origin.partition("#")[0] for (origin,) in connection.execute("SELECT origin FROM failures")}
        stored = {name for (name,) in connection.execute("SELECT id FROM articles")}
    assert "good" in stored
    silent = {name for name in inputs if name not in failed and name.encode("utf-8", "replace").decode() not in told}
    assert silent <= {"summary.xml", "pipe"} | {name for name in inputs if "\udce9" in name}, silent
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (2,)


@pytest.mark.parametrize("kind", [".pdf", ".docx", ".zip", ".html", ".json", ".jsonl", ".csv", ".tsv", ".rss", ".xml", ".warc",
                                  ".warc.gz", ".warc.zst", ".parquet", ".db", ".txt", ".txt.gz"])
def test_every_kind_is_among_the_bad_inputs(kind: str) -> None:
    assert any(name.endswith(kind) for name in BAD)


@pytest.mark.model
@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00\x01", b"%PDF-1.7", b'{"text": ', b"\xff" * 99, b"id,text\n1,a,b\n", b"id\ttext\n1\n", b"PAR1", b"PK\x03\x04",
        b"<html></html>", b"<rss></rss>", b"WARC/1.0\r\n", b"\x1f\x8bgarbage", b"SQLite format 3\x00", b"\x28\xb5\x2f\xfd",
    ],
    ids=lambda data: repr(data[:9]),
)
def test_bad_standard_input_is_named_with_a_remedy(tmp_path: Path, data: bytes) -> None:
    done = run("build", "-", "--db", "out.db", cwd=tmp_path, given=data)
    told = done.stderr.decode()
    assert told.startswith("quotes: -"), told
    assert all("; " in line for line in told.splitlines()), told
    assert "Traceback" not in told
    assert (done.returncode == 1) is (b" 0 failed" not in done.stdout)


@pytest.mark.model
def test_bad_answers_of_addresses_are_named_with_a_remedy(tmp_path: Path) -> None:
    html = {"Content-Type": "text/html"}
    with serve() as site:
        site.answers |= {
            "/empty": Answer(), "/error": Answer(status=500), "/forbidden": Answer(status=403), "/pdf": Answer(body=b"%PDF-1.7"),
            "/loop": Answer(status=302, headers={"Location": "/loop"}), "/nowhere": Answer(status=301),
            "/file": Answer(status=302, headers={"Location": "file:///etc/passwd"}),
            "/page": Answer(body=b"<html>", headers=html),
            "/gzip": Answer(body=b"garbage", headers={"Content-Encoding": "gzip"}), "/json": Answer(body=b'{"text": '),
            "/br": Answer(body=b"garbage", headers={"Content-Encoding": "br"}),
            "/feed": Answer(body=b"<rss><channel></channel></rss>"),
            "/script": Answer(body=b"<html><body><p>Please enable JavaScript to read this.</p></body></html>", headers=html),
        }
        inputs = [site.url(path) for path in (*site.answers, "/gone")]
        done = run("build", *inputs, "--allow-private", "--db", "out.db", cwd=tmp_path)
    told = done.stderr.decode()
    assert done.returncode == 1, told
    assert "Traceback" not in told
    lines = told.splitlines()
    assert len(lines) == len(inputs)
    for address in inputs:
        assert any(line.startswith(f"quotes: {address}: ") and "; " in line for line in lines), f"{address}: {told}"


@pytest.mark.model
def test_what_is_left_out_is_told_and_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text(STORY, encoding="utf-8")
    for number in range(25):
        (tmp_path / "in" / f"{number}.txt").write_text(FRENCH * (number + 1), encoding="utf-8")
    done = run("build", "in", cwd=tmp_path)
    assert done.returncode == 0
    assert b"25 left out" in done.stdout
    assert done.stderr.count(b"--language any") == 20
    assert b"and 5 inputs more left out" in done.stderr
    with closing(sqlite3.connect(tmp_path / "data.db")) as connection:
        assert connection.execute("SELECT DISTINCT stage FROM failures").fetchall() == [("skipped",)]
    done = run("build", "in", "--language", "any", cwd=tmp_path)
    assert b"25 articles new or changed" in done.stdout
    assert b"1 unchanged, 0 failed\n" in done.stdout


@pytest.mark.model
def test_an_input_of_the_same_bytes_is_not_read_again(tmp_path: Path) -> None:
    """A database whose stored text was changed under the hand shows whether an input was parsed: it is not."""
    rows = [{"id": "a", "text": STORY}, {"id": "b", "text": STORY.replace("Ana", "Eva")}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert run("build", "in.jsonl", cwd=tmp_path).returncode == 0
    before = (tmp_path / "data.db").read_bytes()
    assert b"2 unchanged" in run("build", "in.jsonl", cwd=tmp_path).stdout
    assert (tmp_path / "data.db").read_bytes() == before
    with closing(sqlite3.connect(tmp_path / "data.db")) as connection:
        known = connection.execute("SELECT name, article_id FROM inputs JOIN input_articles ON input_id = id ORDER BY place")
        assert known.fetchall() == [("in.jsonl", "a"), ("in.jsonl", "b")]
    rows[0]["title"] = "New"
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = run("build", "in.jsonl", cwd=tmp_path)
    assert b"1 article new or changed" in done.stdout
    assert b"1 unchanged" in done.stdout
    sha256 = hashlib.sha256((tmp_path / "in.jsonl").read_bytes()).hexdigest()
    with closing(sqlite3.connect(tmp_path / "data.db")) as connection:
        known = connection.execute("SELECT language, reader, mended, input_sha256 FROM articles ORDER BY id")
        assert known.fetchall() == [("en", "json", None, sha256)] * 2, "of the article that did not change, too"


@pytest.mark.model
def test_pages_of_one_name_in_two_builds_are_two_articles(tmp_path: Path) -> None:
    page = """<!DOCTYPE html><html><head><title>{0}</title><link rel="canonical" href="https://example.org/{0}">
        <meta property="article:published_time" content="2024-03-01T23:30:00-05:00"></head><body>
        <article><h1>The {0} of the union goes on for another week</h1><p>{1}</p></article></body></html>"""
    for name in ("strike", "talks"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(page.format(name, f"{STORY} It is about the {name}. " * 4), encoding="utf-8")
        done = run("build", name, cwd=tmp_path)
        assert b"1 article new or changed" in done.stdout, done.stderr
    assert b"1 unchanged, 0 failed" in run("build", "talks", cwd=tmp_path).stdout
    with closing(sqlite3.connect(tmp_path / "data.db")) as connection:
        stored = connection.execute("SELECT id, published, published_from FROM articles ORDER BY id").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [name[:6] for name, _, _ in stored] == ["index", "talks-"]
    assert {row[1:] for row in stored} == {("2024-03-01T23:30:00-05:00", "page")}


@pytest.mark.model
def test_a_feed_and_cron_make_a_tracker(tmp_path: Path) -> None:
    text = "".join(f"<p>{STORY} It was said {number} times.</p>" for number in range(15))
    entry = "<item><title>Strike</title><link>https://mail.example/{0}</link><description><![CDATA[{1}]]></description></item>"

    def feed(*names: str) -> bytes:
        items = "".join(entry.format(name, text + name) for name in names)
        return f"<rss version='2.0'><channel><title>The Mail</title>{items}</channel></rss>".encode()

    with serve() as site:
        site.answers["/feed"] = Answer(body=feed("one"))
        refused = run("build", site.url("/feed"), cwd=tmp_path)
        assert b"--allow-private" in refused.stderr
        assert not site.asked
        done = run("build", site.url("/feed"), "--allow-private", cwd=tmp_path)
        assert b"1 article new or changed" in done.stdout, done.stderr
        site.answers["/feed"] = Answer(body=feed("two", "one"))
        done = run("build", site.url("/feed"), "--allow-private", cwd=tmp_path)
        assert b"1 article new or changed" in done.stdout
        assert b"1 unchanged" in done.stdout
    with closing(sqlite3.connect(tmp_path / "data.db")) as connection:
        assert connection.execute("SELECT count(*) FROM failures").fetchone() == (0,)


@pytest.mark.model
def test_a_hostile_input_is_text_wherever_it_goes(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>'; DROP TABLE articles; --"
    row = {"id": hostile, "title": hostile, "author": hostile, "outlet": hostile, "url": "javascript:alert(1)", "text": STORY}
    (tmp_path / "in.jsonl").write_text(json.dumps(row), encoding="utf-8")
    done = run("build", "in.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "data.db")) as connection:
        assert connection.execute("SELECT id, title, url FROM articles").fetchall() == [(hostile, hostile, None)]


