"""Speakers go out into a spreadsheet and what a person wrote there comes back, row by row, or is told why not."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import site_corpus
from click.testing import CliRunner

from quotes import cli, pipeline, review, review_sheet
from quotes.errors import IngestError
from quotes.store import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlite_utils import Database

HELD = """
select 'judgement', judgement, who, reasons from judgements where superseded_at is null
union all select 'rename', name, who, null from renames where superseded_at is null order by 1, 2
"""
BODIES = "select count(*) from speakers where name in ('Port Authority', 'Ministry of Transport')"
Edit = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = site_corpus.build(tmp_path_factory.mktemp("sheet") / "data.db")
    with closing(write.open_database(path)) as base:
        base.conn.execute("insert or ignore into stale values ('speakers'), ('terms')")
        pipeline.resolve(base)
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data.db"
    copy.write_bytes(made.read_bytes())
    return copy


@pytest.fixture
def base(path: Path) -> Iterator[Database]:
    with closing(write.open_database(path)) as base:
        yield base


def edited(base: Database, file: Path, edits: Edit, save: Callable[[list[list[str]]], bytes] | None = None) -> Path:
    """Export all speakers, write into the rows of those named, and save the file as a spreadsheet would."""
    data, _ = review_sheet.export_review(base)
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    for row in table[1:]:
        for column, text in edits.get(row[1], {}).items():
            row[table[0].index(column)] = text
    file.write_bytes(save(table) if save else comma(table))
    return file


def comma(table: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode("utf-8-sig")


def excel_in_germany(table: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([[*row, "", ""] for row in table])
    return (out.getvalue() + ";;;;\r\n").encode("utf-8-sig")


def excel_unicode_text(table: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter="\t").writerows(table)
    return out.getvalue().encode("utf-16")


EDITS: Edit = {
    "Ilse Vance": {"new_name": "Ilse Vance MP", "why": "elected"},
    "Ministry of Transport": {"same_as": "Port Authority", "why": "one body"},
    "Daniel Okafor": {"not_same_as": "Priya Rao"},
}


@pytest.mark.parametrize("save", [comma, excel_in_germany, excel_unicode_text])
def test_what_was_written_is_decided_by_who_gave_the_file(
    base: Database, tmp_path: Path, save: Callable[[list[list[str]]], bytes]
) -> None:
    report = review_sheet.import_review(base, edited(base, tmp_path / "s.csv", EDITS, save), who="ana")
    assert (len(report.taken), report.refused, report.already) == (3, (), 0)
    assert base.execute(HELD).fetchall() == [
        ("judgement", "negative", "ana", None), ("judgement", "positive", "ana", "one body"),
        ("rename", "Ilse Vance MP", "ana", None)]
    assert base.execute(BODIES).fetchone() == (1,)
    assert base.execute("select count(*) from speakers where name = 'Ilse Vance MP'").fetchone() == (1,)


def test_a_file_given_again_changes_no_byte(base: Database, path: Path, tmp_path: Path) -> None:
    file = edited(base, tmp_path / "s.csv", EDITS)
    review_sheet.import_review(base, file, who="ana")
    before = path.read_bytes()
    report = review_sheet.import_review(base, file, who="ben")
    assert (report.taken, report.already, report.refused) == ((), 3, ())
    assert path.read_bytes() == before


def test_a_file_exported_and_given_back_untouched_decides_nothing(base: Database, path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    report = review_sheet.import_review(base, edited(base, tmp_path / "s.csv", {}), who="ana")
    assert (report.taken, report.already, report.refused) == ((), 0, ())
    assert path.read_bytes() == before


def test_a_whole_file_is_taken_back_by_undo(base: Database, tmp_path: Path) -> None:
    review_sheet.import_review(base, edited(base, tmp_path / "s.csv", EDITS), who="ana")
    while base.execute(HELD).fetchall():
        review.undo(base)
    assert base.execute(BODIES).fetchone() == (2,)


def test_names_that_a_file_superseded_hold_again_when_it_is_taken_back(base: Database, tmp_path: Path) -> None:
    review.rename(base, "Ilse Vance", "Mayor Ilse Vance", who="ben")
    review.rename(base, "Priya Rao", "Minister Priya Rao", who="ben")
    edits = {"Mayor Ilse Vance": {"new_name": "I. Vance"}, "Minister Priya Rao": {"new_name": "P. Rao"}}
    review_sheet.import_review(base, edited(base, tmp_path / "s.csv", edits), who="ana")
    assert base.execute("select count(*) from speakers where name in ('I. Vance', 'P. Rao')").fetchone() == (2,)
    review.undo(base)
    before = "select count(*) from speakers where name in ('Mayor Ilse Vance', 'Minister Priya Rao')"
    assert base.execute(before).fetchone() == (2,)


@pytest.mark.parametrize(("name", "cells", "why"), [
    ("Ilse Vance", {"same_as": "Nobody At All"}, "same_as: nobody is called"),
    ("Ilse Vance", {"same_as": "Somebody [no-such-id]"}, "is no speaker's identifier"),
    ("Ilse Vance", {"not_same_as": "Ilse Vance"}, "`quotes speakers split`"),
    ("Ilse Vance", {"same_as": "Priya Rao", "not_same_as": "Priya Rao"}, "says the opposite"),
    ("Ilse Vance", {"speaker_id": ""}, "has no speaker_id"),
    ("Ilse Vance", {"speaker_id": "ilse"}, "no speaker's identifier (any more); export again"),
    ("Ilse Vance", {"name": "Ilse V."}, "goes into column new_name"),
    ("Ilse Vance", {"new_name": "x" * 201}, "at most 200 characters"),
    ("Ilse Vance", {"why": "because"}, "a reason without a decision"),
])
def test_what_is_not_taken_is_told_with_its_row_and_a_remedy(
    base: Database, tmp_path: Path, name: str, cells: dict[str, str], why: str
) -> None:
    file = edited(base, tmp_path / "s.csv", {name: cells})
    number = next(n for n, line in enumerate(file.read_text("utf-8-sig").splitlines(), 1) if "Vance" in line or "Ilse V." in line)
    report = review_sheet.import_review(base, file, who="ana")
    assert [line for line in report.refused if line.startswith(f"row {number}: ") and why in line]


def test_of_two_rows_that_contradict_each_other_the_first_is_taken(base: Database, tmp_path: Path) -> None:
    edits = {"Ilse Vance": {"same_as": "Priya Rao"}, "Priya Rao": {"not_same_as": "Ilse Vance"}}
    report = review_sheet.import_review(base, edited(base, tmp_path / "s.csv", edits), who="ana")
    assert len(report.taken) == 1
    assert "says the opposite" in report.refused[0]


def test_two_whom_somebody_keeps_apart_and_who_become_one_by_way_of_a_third_are_told(base: Database, tmp_path: Path) -> None:
    review.keep_apart(base, "Ilse Vance", "Priya Rao", who="ben")
    edits = {"Ilse Vance": {"same_as": "Daniel Okafor"}, "Daniel Okafor": {"same_as": "Priya Rao"}}
    report = review_sheet.import_review(base, edited(base, tmp_path / "s.csv", edits), who="ana")
    assert len(report.taken) == 2
    assert any("whom somebody keeps apart" in line for line in report.refused)


def test_what_stands_in_perhaps_same_as_can_be_copied(base: Database, tmp_path: Path) -> None:
    other = review.one(base, "Port Authority")
    edits = {"Ministry of Transport": {"same_as": f"Port Authority [{other}]"}}
    report = review_sheet.import_review(base, edited(base, tmp_path / "s.csv", edits), who="ana")
    assert (len(report.taken), report.refused) == (1, ())


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"", b"name,new_name\nIlse Vance,X\n", b"speaker_id,name\nx,Ilse Vance\n",
                                  b'speaker_id,new_name\nx,"a"b\n', b"speaker_id,new_name,new_name\nx,a,b\n"])
def test_a_file_that_is_no_such_sheet_decides_nothing(base: Database, path: Path, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "s.csv").write_bytes(data)
    before = path.read_bytes()
    with pytest.raises(IngestError):
        review_sheet.import_review(base, tmp_path / "s.csv", who="ana")
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x.example")', "@SUM(1)", "+1 Ana", "<script>alert(1)</script>",
                                  "'; drop table"])
def test_hostile_names_come_back_as_they_were_and_start_no_formula(base: Database, tmp_path: Path, name: str) -> None:
    review.rename(base, "Ilse Vance", name, who="ben")
    file = edited(base, tmp_path / "s.csv", {})
    cells = [row[1] for row in csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""))]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert review_sheet.import_review(base, file, who="ana").refused == ()
    file = edited(base, tmp_path / "t.csv", {"Priya Rao": {"new_name": f"{name} II"}})
    review_sheet.import_review(base, file, who="ana")
    assert base.execute("select count(*) from speakers where name = ?", [f"{name} II"]).fetchone() == (1,)


def test_the_commands_tell_row_by_row_and_leave_the_database_alone_when_asked(base: Database, path: Path, tmp_path: Path) -> None:
    run, file = CliRunner(), str(tmp_path / "out.csv")
    done = run.invoke(cli.cli, ["speakers", "export-review", file, "--db", str(path)])
    assert (done.exit_code, Path(file).read_bytes()[:3]) == (0, b"\xef\xbb\xbf")
    edited(base, Path(file), {**EDITS, "Priya Rao": {"same_as": "Nobody"}})
    before = path.read_bytes()
    dry = run.invoke(cli.cli, ["speakers", "import-review", file, "--db", str(path), "--dry-run", "--who", "ana"])
    assert (dry.exit_code, path.read_bytes() == before) == (1, True)
    assert "3 would be taken, 0 held already, 1 not taken" in dry.output
    done = run.invoke(cli.cli, ["speakers", "import-review", file, "--db", str(path), "--who", "ana"])
    assert done.exit_code == 1
    assert "Ilse Vance is called Ilse Vance MP" in done.output
    assert "nobody is called 'Nobody'" in done.output
    lost = run.invoke(cli.cli, ["speakers", "import-review", "absent.csv", "--db", str(path)])
    assert lost.exit_code == 2
