"""Bytes of many encodings, and bytes that are no text."""

from __future__ import annotations

import pytest

from quotes.errors import IngestError
from quotes.ingest.encoding import decode_any, python_name

ENGLISH = "“We won’t pay,” said Zoë Müller – the town’s mayor. " * 5
RUSSIAN = "Президент заявил во вторник, что переговоры продолжатся в Стамбуле на следующей неделе. " * 5


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        pytest.param(ENGLISH, "utf-8", None, id="utf-8"),
        pytest.param(ENGLISH, "utf-8-sig", None, id="utf-8 with its mark"),
        pytest.param(ENGLISH, "utf-8", "windows-1252", id="utf-8, declared wrongly"),
        pytest.param(ENGLISH, "utf-16", None, id="utf-16 with its mark"),
        pytest.param(ENGLISH, "utf-16-le", None, id="utf-16-le without"),
        pytest.param(ENGLISH, "utf-16-be", None, id="utf-16-be without"),
        pytest.param(ENGLISH, "utf-32", None, id="utf-32 with its mark"),
        pytest.param(ENGLISH, "utf-32-le", None, id="utf-32-le without"),
        pytest.param(ENGLISH, "utf-32-be", None, id="utf-32-be without"),
        pytest.param(ENGLISH, "windows-1252", None, id="windows-1252"),
        pytest.param(ENGLISH, "windows-1252", "iso-8859-1", id="windows-1252 called iso-8859-1"),
        pytest.param(ENGLISH, "windows-1252", "no-such-encoding", id="a declaration that is none"),
        pytest.param(ENGLISH, "windows-1252", "base64", id="a declaration that is no text"),
        pytest.param(RUSSIAN, "windows-1251", None, id="windows-1251"),
        pytest.param(RUSSIAN, "koi8-r", "koi8-r", id="koi8-r, declared"),
        pytest.param("习近平在北京说,会谈将继续。" * 10, "gb18030", "gb2312", id="gb18030 called gb2312"),
    ],
)
def test_the_text_comes_back_whole(text: str, encoding: str, declared: str | None) -> None:
    assert decode_any(text.encode(encoding), "a.txt", declared)[0] == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"\x00\x01\x02" * 50, r"^a\.txt: a binary file \(NUL byte at 0\); give", id="zero bytes"),
        pytest.param(bytes(range(1, 32)) * 20, r"^a\.txt: neither text .*; convert it: iconv", id="controls"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), r"^a\.txt: a binary file", id="an image"),
        pytest.param(b"ID3\x03\x00\x00\x00\x00\x00" + bytes(range(255, 0, -1)) * 4, r"^a\.txt: ", id="sound"),
    ],
)
def test_what_is_no_text_is_refused_with_a_remedy(data: bytes, message: str) -> None:
    with pytest.raises(IngestError, match=message):
        decode_any(data, "a.txt")


@pytest.mark.parametrize("declared", [None, "", "utf-7", "idna", "rot13", "zlib", "\x00", "x" * 500, "ünicode"])
def test_a_declaration_that_says_nothing_is_none(declared: str | None) -> None:
    assert python_name(declared) is None


def test_the_encoding_is_named() -> None:
    assert decode_any(ENGLISH.encode("windows-1252"), "a.txt") == (ENGLISH, "cp1252")
