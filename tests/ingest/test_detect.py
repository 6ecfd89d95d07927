"""Kinds are told by content, and those that are refused name the command that makes text of them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from quotes.ingest import articles, detect
from quotes.records import Failure

if TYPE_CHECKING:
    from pathlib import Path


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "command"),
    [
        ("a.pdf", b"%PDF-1.7\n", "pdftotext -layout a.pdf a.txt"),
        ("report", b"%PDF-1.7\n", "pdftotext -layout report report.txt"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), "pandoc a.docx -t plain --wrap=none -o a.txt"),
        ("a.bin", zipped("word/document.xml"), "pandoc a.bin"),
        ("a.odt", zipped("content.xml"), "pandoc a.odt"),
        ("a.epub", zipped("META-INF/container.xml"), "pandoc a.epub"),
        ("a.xlsx", zipped("xl/workbook.xml"), "--convert-to csv a.xlsx"),
        ("a.pptx", zipped("ppt/presentation.xml"), "libreoffice"),
        ("a.zip", zipped("a.txt"), "unzip a.zip -d a"),
        ("a.tar.gz", tar(), "tar -xf a.tar.gz -C a"),
        ("a.bz2", b"BZh91AY", "bunzip2 -k a.bz2"),
        ("a.xz", b"\xfd7zXZ\x00", "xz -dk a.xz"),
        ("a.zst", b"\x28\xb5\x2f\xfd...", "zstd -d a.zst"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "7z x a.7z"),
        ("a.rar", b"Rar!\x1a\x07\x00", "unrar x a.rar"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "--convert-to txt:Text a.doc"),
        ("a.rtf", b"{\\rtf1\\ansi", "pandoc a.rtf"),
        ("a.png", b"\x89PNG\r\n", "tesseract a.png a"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "tesseract a.jpg a"),
        ("a.mp3", b"ID3\x04", "transcript"),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42", "transcript"),
        ("a.mhtml", b"From: <Saved by Blink>\r\nContent-Type: multipart/related;", "as HTML"),
        ("a.xml", b'<?xml version="1.0"?><nitf><p>x</p></nitf>', "pandoc a.xml"),
    ],
)
def test_kinds_that_are_refused_name_the_command(tmp_path: Path, name: str, data: bytes, command: str) -> None:
    (tmp_path / name).write_bytes(data)
    (failure,) = articles.read([str(tmp_path / name)])
    assert isinstance(failure, Failure)
    assert command in failure.error
    assert failure.stage == "ingest"


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"Plain news.", "a.txt", detect.PLAIN),
        (b"{Editor's note: see below}\nText", "a", detect.PLAIN),
        (b"[Photo: AP] Text", "a", detect.PLAIN),
        (b"Title, text and all of that were discussed.\n", "a", detect.PLAIN),
        (b"  <!-- saved -->\n<html lang=en>", "a.txt", detect.PAGE),
        ("<!doctype html>".encode("utf-16"), "a", detect.PAGE),
        (b"text before <html>", "a.html", detect.PAGE),
        (b'<?xml version="1.0"?><?xml-stylesheet href="a"?><rss version="2.0">', "a", detect.FEED),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "a", detect.FEED),
        (b'{\n  "text": "x"\n}', "a", detect.JSON),
        (b'[\n {"text": "cut', "a", detect.JSON),
        (b"url,date,title,text\n", "a", detect.TABLE),
        (b"title\ttext\n", "a.txt", detect.TABLE),
        (b"WARC/1.0\r\n", "a", detect.WARC),
        (b"\x28\xb5\x2f\xfd", "a.warc.zst", detect.WARC),
        (b"PAR1", "a", detect.PARQUET),
    ],
)
def test_kinds_are_told_by_content(head: bytes, name: str, kind: str) -> None:
    assert detect.kind_of(head, name) == kind
