from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from quotes.errors import IngestError
from quotes.ingest import authorities
from quotes.records import Position, SpeakerType

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, name: str, text: str) -> list[authorities.Authority]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return list(authorities.read(path))


def test_csv_with_a_header(tmp_path: Path) -> None:
    [known] = read(tmp_path, "known.csv", "item,itemLabel,altLabel,position\nhttp://x/entity/Q1,Ana Ruiz,A. Ruiz; Ana R.,mayor\n")
    assert (known.id, known.name, known.names) == ("Q1", "Ana Ruiz", ("A. Ruiz", "Ana R."))
    assert known.positions == (Position(position="mayor"),)


def test_jsonl_with_positions_and_dates(tmp_path: Path) -> None:
    text = '{"id": "1", "name": "Ana Ruiz", "positions": [{"position": "mayor", "since": "2020", "affiliation": "Lugo"}]}\n'
    [known] = read(tmp_path, "known.jsonl", text)
    assert known.positions == (Position(position="mayor", affiliation="Lugo", since="2020"),)


def test_follow_the_money(tmp_path: Path) -> None:
    text = '{"id": "x-1", "schema": "PublicBody", "properties": {"name": ["Harbour Board"], "alias": ["The Board"]}}\n'
    [known] = read(tmp_path, "known.ftm.json", text)
    assert (known.type, known.name, known.names) == (SpeakerType.ORGANIZATION, "Harbour Board", ("The Board",))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.jsonl", '{"id": "1"', "no JSON object"),
        ("b.jsonl", '{"name": "Ana"}', "no id or no name"),
        ("c.csv", "id,name\n,Ana\n", "no id"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(IngestError, match=message):
        read(tmp_path, name, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="absent"):
        list(authorities.read(tmp_path / "absent.csv"))


def test_a_cell_of_several_lines_stays_one_and_the_limit_of_the_process_stays(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text('id,name,description\nQ1,"Ana\nRuiz","a, b"\n', encoding="utf-8")
    before = csv.field_size_limit()
    (ana,) = authorities.read(path)
    assert (ana.name, ana.description) == ("Ana\nRuiz", "a, b")
    assert csv.field_size_limit() == before


def test_a_row_without_a_name_says_how_columns_are_called(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,nom\nQ1,Ana\n", encoding="utf-8")
    with pytest.raises(IngestError, match="itemLabel") as refused:
        list(authorities.read(path))
    assert ".py" not in str(refused.value)


def test_the_other_columns_are_attributes_in_small_letters_and_several_are_parted(tmp_path: Path) -> None:
    [known] = read(tmp_path, "people.csv", "ID;Name;Party;MP_since;Region\nQ1;Ana Ruiz;Labour|Green;2019;\n")
    assert (known.id, known.name) == ("Q1", "Ana Ruiz")
    assert known.attributes == (("party", "Labour"), ("party", "Green"), ("mp since", "2019"))


def test_keys_and_properties_are_attributes_too(tmp_path: Path) -> None:
    text = ('{"id": "1", "name": "Ana", "official": true, "seats": 2, "party": ["Labour", {"x": 1}]}\n'
            '{"id": "2", "schema": "Person", "datasets": ["x"], "properties": {"name": ["Bo"], "gender": ["female"]}}\n')
    ana, bo = read(tmp_path, "people.jsonl", text)
    assert ana.attributes == (("official", "yes"), ("seats", "2"), ("party", "Labour"))
    assert bo.attributes == (("gender", "female"),)


@pytest.mark.parametrize(("header", "names"), [
    ("party,Party", ["party"]), ("<b>x</b>", ["<b>x</b>"]), ("'; drop table speakers; --", ["'; drop table speakers; --"]),
    ("speaker_id", ["speaker id"]), ("role", ["role"]), ("a__b=c", ["a b=c"]), ("\u202eevil\u200b", ["evil"]), ("=1+1", ["=1+1"]),
])
def test_hostile_names_of_columns_are_names_and_no_more(tmp_path: Path, header: str, names: list[str]) -> None:
    path = tmp_path / "people.csv"
    columns = header.split(",")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "name", *columns], ["Q1", "Ana Ruiz", *("v" for _ in columns)]])
    listed = authorities.read_list(path)
    assert list(dict.fromkeys(name for name, _ in listed.authorities[0].attributes)) == names
    assert listed.left_out == ()


def test_what_is_no_word_to_count_by_is_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"id,name,{'n' * 61},life,,party\nQ1,Ana,x,{'v' * 201},y,(not known)\n", encoding="utf-8")
    listed = authorities.read_list(path)
    assert listed.authorities[0].attributes == ()
    assert [line.partition(":")[0] for line in listed.left_out] == [
        f"column “{'n' * 60}…”", "column “life”", "a column without a name (1 time)"]
