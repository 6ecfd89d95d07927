"""Inputs made to stop whoever reads them: each is read or refused in one line, in little time and memory."""

from __future__ import annotations

import gzip
import io
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotes import pipeline
from quotes.ingest import articles
from quotes.records import Article, Extraction, Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from quotes.config import Settings

ROOT = Path(__file__).parents[2]
STORY = "“We will appeal,” said Ana Ruiz, the mayor of Arden. The council met on Tuesday and looked at plans for the bridge. " * 5
XML = '<?xml version="1.0"?>'
LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "boom"}">' for i in range(12))
SECONDS, MEGABYTES = 30, 900
BOMB = 90 << 20  # bytes; 64 MiB may hold nothing


def zeros(size: int, *, line: bytes = b"\x00" * (1 << 20)) -> bytes:
    """Return gzip of many equal lines: a thousandth of their size."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as stream:
        for _ in range(size // len(line)):
            stream.write(line)
    return packed.getvalue()


def zipped(size: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\x00" * size)
    return packed.getvalue()


NASTY: dict[str, Callable[[], bytes]] = {
    "a line of five megabytes.txt": ("word " * 1_000_000).encode,
    "only spaces.txt": lambda: b" \n" * 2_000_000,
    "nested tags.html": ("<div><p><b>" * 20_000 + STORY).encode,
    "nested quotations.html": ("<blockquote>" * 20_000 + STORY + "</blockquote>" * 20_000).encode,
    "entities.html": f"<!DOCTYPE html [{LAUGHS}]><html><body><p>&a11;</p><p>{STORY}</p></body></html>".encode,
    "entities.rss": f"{XML}<!DOCTYPE rss [{LAUGHS}]><rss><channel><item><title>&a11;</title></item></channel></rss>".encode,
    "entities.xml": f"{XML}<!DOCTYPE x [{LAUGHS}]><x>&a11;</x>".encode,
    "nested tags.rss": (XML + "<rss version='2.0'><channel><item>" + "<a>" * 20_000 + "text").encode,
    "truncated.txt.gz": lambda: gzip.compress(STORY.encode())[:-20],
    "truncated.jsonl.gz": lambda: gzip.compress(b'{"text": "a"}\n' * 100_000)[:-9],
    "bomb.txt.gz": lambda: zeros(BOMB),
    "bomb of lines.jsonl.gz": lambda: zeros(BOMB, line=b" " * 9_999 + b"\n"),
    "bomb of one line.jsonl.gz": lambda: zeros(BOMB, line=b"a" * (1 << 20)),
    "bomb of one line.csv.gz": lambda: gzip.compress(b"id,text\n") + zeros(BOMB, line=b"a" * (1 << 20)),
    "bomb.html.gz": lambda: gzip.compress(b"<html><body>") + zeros(BOMB, line=b"<p>a</p>" * 1000),
    "bomb.warc.gz": lambda: gzip.compress(b"WARC/1.0\r\n\r\n") + zeros(BOMB),
    "gzip in gzip.txt.gz": lambda: gzip.compress(gzip.compress(STORY.encode())),
    "bomb.zip": lambda: zipped(BOMB),
    "bomb.docx": lambda: zipped(BOMB),
    "nested.json": lambda: b"[" * 1_000_000,
    "nested objects.jsonl": lambda: b'{"a":' * 200_000 + b"\n",
    "many columns.csv": lambda: b"text," * 1_000_000 + b"\n" + b"a," * 1_000_000,
    "an open quotation mark.csv": lambda: b'id,text\n1,"' + b"a\n" * 3_000_000,
}
SCRIPT = """
import resource, sys, time
from quotes.ingest import articles
from quotes.records import Failure
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for item in articles.read([sys.argv[1]]):
    print(repr(item.error) if isinstance(item, Failure) else len(item.text))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_input_is_read_or_refused_at_little_cost(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(NASTY[name]())
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - started < SECONDS
    *told, megabytes = done.stdout.splitlines()
    assert told
    assert int(megabytes) < MEGABYTES
    assert "report this fault" not in done.stdout


@pytest.mark.parametrize("name", ["bomb of lines.jsonl.gz", "bomb of one line.jsonl.gz", "bomb of one line.csv.gz"])
def test_a_bomb_is_refused_with_a_remedy(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(NASTY[name]())
    failures = [item.error for item in articles.read([str(path)]) if isinstance(item, Failure)]
    remedies = ("unpack it with gunzip", "split the record", "a line of more than")
    assert any(remedy in error for error in failures for remedy in remedies), failures


def test_an_archive_that_packs_well_is_read(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.gz"
    record = '{{"id": "{}", "text": "' + STORY * 100 + '"}}\n'
    path.write_bytes(gzip.compress("".join(record.format(number) for number in range(1_200)).encode(), 1))
    assert sum(isinstance(item, Article) for item in articles.read([str(path)])) == 1_200


@pytest.mark.model
@pytest.mark.parametrize("text", [
    "“" * 10_000, '"' * 10_000, "'" * 10_000, "“‘" * 5_000, "“ ” " * 5_000, "“" * 10_000 + STORY, STORY + "”" * 10_000,
    "“a” " * 2_000, "said " * 2_000, "=" * 10_000, "a\u0301" * 5_000, "\u202e" * 10_000, "👩\u200d👩\u200d👧" * 1_000,
], ids=["opening marks", "straight marks", "single marks", "nested marks", "marks apart", "marks before a story",
        "marks behind a story", "words in marks", "a cue and nothing else", "equals signs", "combining marks", "overrides",
        "joined emoji"])
def test_nothing_but_marks_is_extracted_in_bounded_time(text: str, settings: Settings) -> None:
    started = time.process_time()
    (found,) = pipeline.extract_all([articles.from_text(text)], settings, terms=True)
    assert isinstance(found, Extraction), found
    assert time.process_time() - started < SECONDS
    assert all(text[start:end] for quote in found.quotes for start, end in quote.content)
    if STORY in text:
        assert any(quote.speaker == "Ana Ruiz" for quote in found.quotes)
