"""Made-up archives of each kind that a shard can be: the same stories as Parquet, JSON Lines, CSV, WARC and plain text."""

from __future__ import annotations

import csv
import gzip
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = ("Ana Ruiz", "Tom Okoro", "Lena Bauer", "Mevlüt Çavuşoğlu", "Ian O’Hara", "Bo Dahl")
FILLER = "The council met again on Tuesday to talk about the bridge and the road that leads to it. "
KINDS = ("jsonl", "csv", "parquet", "warc.gz", "txt")


def story(number: int, sentences: int = 2) -> dict[str, str]:
    """Return a record with a direct, an indirect and a mixed quote."""
    person, other = PEOPLE[number % len(PEOPLE)], PEOPLE[(number + 2) % len(PEOPLE)]
    surname = person.split()[-1]
    text = (
        f"Council votes for bridge {number}\n\n“We will build bridge {number} this year, whatever it costs us,” said {person}, "
        f"the mayor of Harfield, on Monday.\n\n{surname} said that the money for it had been found. {FILLER * sentences}\n\n"
        f"Her deputy, {other}, called it “a great day for the town and for number {number}”.\n"
    )
    return {"id": f"story-{number}", "title": f"Bridge {number} 🌉", "date": f"2024-03-{number % 28 + 1:02}",
            "url": f"https://mail.example/2024/bridge-{number}", "text": text}


def write(folder: Path, kind: str, first: int, count: int, *, sentences: int = 2) -> Path:
    """Write stories as one file of a kind, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    stories = [story(number, sentences) for number in range(first, first + count)]
    path = folder / f"archive-{first:03}.{kind}"
    if kind == "jsonl":
        path.write_text("".join(json.dumps(each) + "\n" for each in stories), encoding="utf-8")
    elif kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(stories[0]))
            table.writeheader()
            table.writerows(stories)
    elif kind == "parquet":
        import pyarrow as pa  # noqa: PLC0415  an extra
        import pyarrow.parquet as pq  # noqa: PLC0415

        pq.write_table(pa.Table.from_pylist(stories), path)
    elif kind == "warc.gz":
        path.write_bytes(b"".join(gzip.compress(_warc_record(each), mtime=0) for each in stories))
    else:
        path.write_text(stories[0]["text"], encoding="utf-8")
    return path


def _warc_record(told: dict[str, str]) -> bytes:
    paragraphs = "".join(f"<p>{part}</p>" for part in told["text"].split("\n\n"))
    body = f"<html><head><title>{told['title']}</title></head><body><article>{paragraphs}</article></body></html>".encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    head = (f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {told['url']}\r\nWARC-Record-ID: <urn:uuid:{told['id']}>\r\n"
            f"WARC-Date: 2024-03-01T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n")
    return head.encode() + http + b"\r\n\r\n"
