"""Records of JSON, tables and databases, with what exports of newsrooms look like."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from quotes.ingest import articles
from quotes.ingest.options import ReadOptions
from quotes.records import Article, Failure, PublishedFrom

TEXT = "The strike will go on until there is a better offer, the union said on Tuesday.\n\n“We will not give in,” said Ana Ruiz."
HTML = "<p>The strike will go on, the union said.</p><p>“We will not&nbsp;give in,” said <b>Ana Ruiz</b>.</p>"
PLAIN_OF_HTML = "The strike will go on, the union said.\n\n“We will not give in,” said Ana Ruiz."


def read(*inputs: Path | str, **options: Any) -> tuple[list[Article], list[Failure]]:
    found = list(articles.read(map(str, inputs), options=ReadOptions(**options)))
    return [a for a in found if isinstance(a, Article)], [f for f in found if isinstance(f, Failure)]


def write_csv(path: Path, rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_with_any_usual_delimiter_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [
        ["ID", "Headline", "Body", "Published", "Link", "Source", "Authors"],
        ["a-1", "Strike; goes, on", TEXT, "2024-03-01", "https://example.org/1", "The Mail", "Jo Lee"],
        ["", "", f"{TEXT} Again, café.", "", "", "", ""],
    ]
    found, failures = read(write_csv(tmp_path / "export.csv", rows, delimiter, encoding))
    assert not failures
    first, second = found
    assert (first.id, first.title, first.text, first.published, first.url, first.outlet, first.author) == (
        "a-1", "Strike; goes, on", TEXT, "2024-03-01", "https://example.org/1", "The Mail", "Jo Lee"
    )
    assert first.published_from is PublishedFrom.METADATA
    assert first.origin == f"{tmp_path}/export.csv#1"
    assert (second.id, second.text, second.origin) == ("export-2", f"{TEXT} Again, café.", f"{tmp_path}/export.csv#2")


def test_columns_are_named(tmp_path: Path) -> None:
    rows = [["key", "story", "body", "day of print"], ["7", TEXT, "not this", "2024-03-01"]]
    table = write_csv(tmp_path / "a.csv", rows)
    (article,), _ = read(table, columns={"text": "story", "date": "day of print", "id": "key"})
    assert (article.id, article.text, article.published) == ("7", TEXT, "2024-03-01")
    _, (failure,) = read(table, columns={"text": "no such"})
    assert failure.origin == str(table)
    assert "'no such'" in failure.error
    assert "'story'" in failure.error


def test_a_column_that_is_long_is_the_text_though_its_name_does_not_say_so(tmp_path: Path) -> None:
    (article,), _ = read(write_csv(tmp_path / "a.csv", [["nr", "inhalt"], ["1", TEXT * 2]]))
    assert article.text == TEXT * 2


def test_a_table_is_known_by_its_first_line_whatever_its_name(tmp_path: Path) -> None:
    (article,), _ = read(write_csv(tmp_path / "export.txt", [["title", "text"], ["Strike", TEXT]]))
    assert (article.title, article.text) == ("Strike", TEXT)


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".txt", ""])
def test_json_lines(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"news{suffix}"
    lines = [{"id": 5, "text": TEXT, "title": "Strike", "date": "2024-03-01T10:00:00Z"}, {"text": f"{TEXT} Again."}]
    path.write_text("\n\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    found, failures = read(path)
    assert not failures
    assert [a.id for a in found] == ["5", "news-2"]
    assert found[0].published == "2024-03-01T10:00:00Z"


@pytest.mark.parametrize(
    "shape", [lambda x: x, lambda x: x[0], lambda x: {"status": "ok", "articles": x}], ids=["list", "one object", "in an object"]
)
def test_json_of_other_shapes(tmp_path: Path, shape: Any) -> None:
    path = tmp_path / "news.json"
    records = [{"content": TEXT, "source": {"id": None, "name": "The Mail"}}]
    path.write_text(json.dumps(shape(records), indent=2), encoding="utf-8")
    (article,), failures = read(path)
    assert not failures
    assert (article.text, article.outlet, article.id) == (TEXT, "The Mail", "news-1")


def test_json_of_fundus(tmp_path: Path) -> None:
    record = {
        "title": "Strike goes on", "authors": ["Jo Lee", "Al Roy"], "publishing_date": "2024-03-01 10:00:00+01:00",
        "topics": ["Labour"], "free_access": True,
        "html": {"requested_url": "http://mail.example/1", "responded_url": "https://mail.example/1", "content": "<p>x</p>"},
        "body": {"summary": ["A summary."], "sections": [
            {"headline": [], "paragraphs": ["The strike will go on.", "“We will not give in,” said Ana Ruiz."]},
            {"headline": ["What next"], "paragraphs": ["Talks are due on Friday."]},
        ]},
    }
    (tmp_path / "fundus.json").write_text(json.dumps([record]), encoding="utf-8")
    (article,), _ = read(tmp_path / "fundus.json")
    assert article.text == (
        "A summary.\n\nThe strike will go on.\n\n“We will not give in,” said Ana Ruiz.\n\nWhat next\n\nTalks are due on Friday."
    )
    assert (article.author, article.published) == ("Jo Lee, Al Roy", "2024-03-01T10:00:00+01:00")
    assert (article.url, article.outlet) == ("https://mail.example/1", "mail.example")


def test_json_of_news_please(tmp_path: Path) -> None:
    record = {
        "authors": ["Jo Lee"], "date_download": "2024-03-02 08:00:00", "date_modify": None, "date_publish": "2024-03-01 10:00:00",
        "description": "Short.", "filename": "a.json", "image_url": None, "language": "en", "localpath": None,
        "maintext": TEXT, "source_domain": "www.mail.example", "title": "Strike goes on", "title_page": None, "title_rss": None,
        "url": "https://mail.example/strike",
    }
    (tmp_path / "np.json").write_text(json.dumps(record), encoding="utf-8")
    (article,), _ = read(tmp_path / "np.json")
    assert (article.text, article.title, article.outlet, article.url, article.published) == (
        TEXT, "Strike goes on", "mail.example", "https://mail.example/strike", "2024-03-01T10:00:00"
    )


def test_html_inside_of_a_column_is_read_as_html(tmp_path: Path) -> None:
    hostile = HTML + "<script>alert('“No,” said the script.')</script><style>p{}</style>"
    (article,), _ = read(write_csv(tmp_path / "a.csv", [["id", "text"], ["1", hostile]]))
    assert article.text == PLAIN_OF_HTML


def test_an_sqlite_table_is_read_and_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute('CREATE TABLE "odd ""name" (id INTEGER PRIMARY KEY, headline TEXT, body TEXT)')
        connection.execute('INSERT INTO "odd ""name" VALUES (7, ?, ?)', ("Strike", TEXT))
        connection.execute('CREATE VIEW seen AS SELECT id + 1 AS id, body AS text FROM "odd ""name"')
    before = path.read_bytes()
    (article,), failures = read(f'table:{path}/odd "name')
    assert not failures
    assert (article.id, article.title, article.text, article.origin) == ("7", "Strike", TEXT, f'table:{path}/odd "name#1')
    (article,), _ = read(f"table:{path}/seen")
    assert article.id == "8"
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["nothing", "a; DROP TABLE a", 'a" UNION SELECT 1 --', ""])
def test_a_table_that_is_not_there_is_named_with_those_that_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / "news.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE a (text TEXT)")
    found, (failure,) = read(f"table:{path}/{name}")
    assert not found
    assert "a" in failure.error
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_parquet_batch_by_batch(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from datetime import date  # noqa: PLC0415

    from pyarrow import parquet  # noqa: PLC0415

    table = pyarrow.table({"text": [f"{TEXT} {i}" for i in range(200)], "date": [date(2024, 3, 1)] * 200})
    parquet.write_table(table, tmp_path / "a.parquet")
    found, failures = read(tmp_path / "a.parquet")
    assert not failures
    assert len(found) == 200
    assert (found[199].id, found[199].published) == ("a-200", "2024-03-01")


def test_gzip_is_read_as_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "news.jsonl.gz").write_bytes(gzip.compress(json.dumps({"text": TEXT}).encode()))
    (tmp_path / "story.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    found, failures = read(tmp_path)
    assert not failures
    assert [a.id for a in found] == ["news-1", "story"]


def test_a_bad_record_is_named_and_costs_no_other(tmp_path: Path) -> None:
    lines = [json.dumps({"text": "x"}), "not json", "[1]", json.dumps({"title": "no text"}), json.dumps({"text": TEXT})]
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT, "id": "a"}) + "\n" + "\n".join(lines), encoding="utf-8")
    found, failures = read(tmp_path / "a.jsonl")
    assert "a" in [a.id for a in found]
    assert {f.origin for f in failures} >= {f"{tmp_path}/a.jsonl#3", f"{tmp_path}/a.jsonl#4", f"{tmp_path}/a.jsonl#5"}
    table = tmp_path / "b.csv"
    table.write_text('id,text\n1,"one"\n2,too,many\n3\n4,"four"\n5,"no end', encoding="utf-8")
    found, failures = read(table)
    assert [a.id for a in found] == ["1", "4"]
    assert [f.origin for f in failures] == [f"{table}#2", f"{table}#3", f"{table}#5"]


def test_two_texts_under_one_id_of_a_column(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "a.csv", [["id", "text"], ["1", TEXT], ["1", f"{TEXT} Other."], ["1", TEXT]])
    (article,), (failure,) = read(table)
    assert article.text == TEXT
    assert failure.origin == f"{table}#2"
    assert "--id" in failure.error


def test_what_a_record_says_comes_before_its_text_and_a_sidecar_before_both(tmp_path: Path) -> None:
    record = {"text": f"Old headline here\n\nPublished: 29 March 2022\n\n{TEXT}", "title": "Strike", "date": "2024-03-01"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    (article,), _ = read(tmp_path / "a.jsonl")
    assert (article.title, article.published, article.published_from) == ("Strike", "2024-03-01", PublishedFrom.METADATA)
    (tmp_path / "articles.csv").write_text("file;title;published\na.jsonl;Better;2024-03-02\n", encoding="utf-8")
    (article,), _ = read(tmp_path)
    assert (article.title, article.published) == ("Better", "2024-03-02")
    (tmp_path / "articles.csv").write_text("file\ttitle\na.jsonl\tTabbed\n", encoding="utf-8")
    (article,), _ = read(tmp_path)
    assert (article.title, article.published) == ("Tabbed", "2024-03-01")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "/relative", "http://", "https://a b/"])
def test_an_address_that_is_none_of_the_web_is_not_kept(tmp_path: Path, url: str) -> None:
    (article,), _ = read(write_csv(tmp_path / "a.csv", [["text", "url"], [TEXT, url]]))
    assert article.url is None


def test_standard_input_of_any_kind() -> None:
    lines = json.dumps({"text": TEXT}) + "\n" + json.dumps({"text": f"{TEXT} Again."})
    found, _ = read("-", stdin=io.BytesIO(lines.encode()))
    assert [a.origin for a in found] == ["-#1", "-#2"]
    (article,), _ = read("-", stdin=io.BytesIO(TEXT.encode()))
    (other,), _ = read("-", stdin=io.BytesIO(b"Another text. " * 9))
    assert article.text == TEXT
    assert article.id.startswith("stdin-")
    assert article.id != other.id


def test_wikinews_works_as_it_is() -> None:
    found, failures = read(Path(__file__).parents[2] / "data" / "wikinews2019" / "wikinews_2019.csv")
    assert not failures
    assert len(found) == 171
    assert all(a.title and a.url and a.published and a.published.startswith("2019-") for a in found)


def test_a_column_that_the_table_has_not_is_told_once(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "a.csv", [["id", "text"], *([str(number), f"{TEXT} {number}"] for number in range(9))])
    found, (failure,) = read(table, columns={"date": "day"})
    assert not found
    assert (failure.origin, failure.error) == (str(table), "no column 'day' for --date; there are: 'id', 'text'")


def test_a_key_that_one_object_has_not_costs_that_one(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in ({"text": TEXT, "day": "2024-03-01"}, {"text": TEXT})))
    (article,), (failure,) = read(tmp_path / "a.jsonl", columns={"date": "day"})
    assert article.published == "2024-03-01"
    assert failure.origin.endswith("a.jsonl#2")
