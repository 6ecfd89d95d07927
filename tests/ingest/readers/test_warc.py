"""WARC archives in each packing, read as a stream."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

import pytest

from quotes.ingest import articles
from quotes.ingest.options import ReadOptions
from quotes.records import Article, Failure

if TYPE_CHECKING:
    from pathlib import Path

fastwarc = pytest.importorskip("fastwarc")

STORY = "The strike will go on until there is a better offer, the union said on Tuesday after talks with the mayor. "
PAGE = f"""<!DOCTYPE html><html><head><meta charset="iso-8859-1"><title>Strike</title></head><body><article>
<h1>Strike goes on for another week</h1><p>{STORY * 4}</p><p>"We will not give in," said Añez Ruiz.</p></article></body></html>"""


def record(kind: str, url: str, http: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype={kind}\r\n"
    identity = f"WARC-Record-ID: <urn:uuid:{abs(hash((kind, url))):032x}>\r\nWARC-Date: 2024-03-01T10:00:00Z\r\n"
    return f"{head}{identity}Content-Length: {len(http)}\r\n\r\n".encode() + http + b"\r\n\r\n"


def answer(body: bytes, kind: str = "text/html", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


RECORDS = [
    record("request", "https://mail.example/strike", b"GET /strike HTTP/1.1\r\n\r\n"),
    record("response", "https://mail.example/2024/strike", answer(PAGE.encode("latin-1"))),
    record("response", "https://mail.example/logo", answer(b"\x89PNG", "image/png")),
    record("response", "https://mail.example/gone", answer(b"<html>no</html>", status="404 Not Found")),
    record("response", "https://mail.example/empty", answer(b"<html><body></body></html>")),
]


def zstd(data: bytes) -> bytes:
    out = io.BytesIO()
    with fastwarc.ZstdWriter(out) as writer:
        writer.write(data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "pack"), [("a.warc", bytes), ("a.warc.gz", gzip.compress), ("a.warc.zst", zstd)], ids=["bare", "gzip", "zstd"]
)
def test_pages_of_an_archive(tmp_path: Path, name: str, pack: object) -> None:
    (tmp_path / name).write_bytes(b"".join(map(pack, RECORDS)))  # type: ignore[arg-type]
    found = list(articles.read([str(tmp_path)], options=ReadOptions()))
    (article,) = (a for a in found if isinstance(a, Article))
    assert article.origin == f"{tmp_path}/{name}#2"
    assert (article.url, article.id[:7]) == ("https://mail.example/2024/strike", "strike-")
    assert "said Añez Ruiz." in article.text
    (failure,) = (f for f in found if isinstance(f, Failure))
    assert (failure.origin, failure.stage) == (f"{tmp_path}/{name}#5", "skipped")


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, RECORDS))[:-40])
    (tmp_path / "b.warc.gz").write_bytes(gzip.compress(RECORDS[1]) + b"\x1f\x8b\x08garbage")
    (tmp_path / "c.warc").write_bytes(b"WARC/1.0\r\n\r\n")
    found = list(articles.read([str(tmp_path)], options=ReadOptions()))
    assert all("; " in item.error for item in found if isinstance(item, Failure))
    assert len({item.origin.partition("#")[0] for item in found}) == 3
