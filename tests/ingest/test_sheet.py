"""What spreadsheets make of CSV is read as it was meant, or refused in words."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.errors import IngestError
from quotes.ingest import sheet

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = ("id", "name")
ANA = [("Q1",), ("Ana Ruiz",), ("Labour",)]


@pytest.mark.parametrize("data", [
    pytest.param(b"id,name,party\nQ1,Ana Ruiz,Labour\n", id="plain CSV"),
    pytest.param("id;name;party\r\nQ1;Ana Ruiz;Labour\r\n".encode("utf-8-sig"), id="semicolons and a byte order mark"),
    pytest.param("id\tname\tparty\r\nQ1\tAna Ruiz\tLabour\r\n".encode("utf-16"), id="Excel's Unicode text"),
    pytest.param(b"sep=|\r\nid|name|party\r\nQ1|Ana Ruiz|Labour\r\n", id="Excel's own first line"),
    pytest.param(b'"ID","Name","party",,\n"Q1"," Ana Ruiz ","Labour",,\n,,,,\n\n', id="empty columns and rows, other case"),
])
def test_what_spreadsheets_write_is_one_table(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    (row,) = sheet.read(path, KNOWN).rows
    assert (row.number, [row.cells[name] for name in ("id", "name", "party")]) == (2, ANA)


def test_western_letters_of_windows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("id;name\nQ1;José Muñoz\n".encode("cp1252"))
    assert sheet.read(path, KNOWN).rows[0].first("name") == "José Muñoz"


def test_rows_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    found = sheet.parsed('id,name\n\nQ1,"Ana\nRuiz"\nQ2,Bo\n', "x.csv", KNOWN)
    assert [(row.number, row.first("id")) for row in found.rows] == [(3, "Q1"), (4, "Q2")]


def test_columns_of_one_name_are_one() -> None:
    (row,) = sheet.parsed("id,party,party\nQ1,Labour,Green\n", "x.csv", KNOWN).rows
    assert row.cells["party"] == ("Labour", "Green")


@pytest.mark.parametrize(("data", "message"), [
    (b"PK\x03\x04rest", r"workbook.*save it as CSV"),
    (b"\xd0\xcf\x11\xe0rest", r"workbook \(\.xls\)"),
    (b"", "names no columns"),
    (b"\n\n", "names no columns"),
    (b'id,name\nQ1,"Ana"x\n', "not CSV"),
    (b"id,name\nQ1,Ruiz, Ana\n", "row 2 has more cells"),
    (b"id,name\x00", "binary file"),
])
def test_what_is_no_table_is_refused_with_a_remedy(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    with pytest.raises(IngestError, match=message):
        sheet.read(path, KNOWN)


@given(st.text())
def test_a_guarded_cell_comes_back_as_it_was(cell: str) -> None:
    assert sheet.unguarded(sheet.guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "'=1"])
def test_no_written_cell_starts_a_formula(cell: str) -> None:
    (_, (written,)) = csv.reader(io.StringIO(sheet.written(["name"], [[cell]]).decode("utf-8-sig"), newline=""))
    assert written == f"'{cell}"
