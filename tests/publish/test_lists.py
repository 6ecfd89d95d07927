"""What people's lists say of speakers: facets, statistics, pages and exports, and nothing that nobody said."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
import site_corpus
from click.testing import CliRunner

from quotes import cli, review
from quotes.publish.export import export
from quotes.publish.facet_index import FacetIndex
from quotes.publish.serve import make_datasette
from quotes.store import attributes, check, write

if TYPE_CHECKING:
    from pathlib import Path

    from datasette.app import Datasette

MEAN = "<img src=x onerror=alert(1)>"
LIST = [
    ["id", "Name", "aliases", "Party", "Gender", "official", "role", MEAN],
    ["Q1", "Ilse Vance", "", "Quay First", "female", "yes", "the mayor", ""],
    ["MP-2", "Priya Rao", "", "Harbour Party; Quay First", "female", "yes", "", f"{MEAN}'; drop table quotes; --"],
    ["Q3", "Daniel Okafor", "", "", "male", "no", "", ""],
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    path = site_corpus.build(folder / "data.db")
    file = folder / "people.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(LIST)
    with closing(write.open_database(path)) as base:
        base.conn.execute("insert or ignore into stale values ('speakers'), ('terms')")
        report = review.link(base, file)
    assert (report.linked, report.attributes) == (3, ("party", "gender", "official", "role", MEAN))
    return path


@pytest.fixture
def site(path: Path) -> Datasette:
    return make_datasette(path)


def rows(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def test_only_linked_speakers_have_attributes_and_the_database_keeps_its_promises(path: Path) -> None:
    assert rows(path, "select distinct list from speaker_attributes") == [("people.csv",)]
    unlinked = "select count(*) from speaker_attributes join speakers on id = speaker_id where authority_id is null"
    assert rows(path, unlinked) == [(0,)]
    with closing(write.open_database(path, readonly=True)) as base:
        assert check.check(base) == []


def test_a_list_given_again_replaces_what_it_said_and_changes_nothing_if_it_is_the_same(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    file = tmp_path / "people.csv"
    told = "select speaker_id, name, value from speaker_attributes order by 1, 2, 3"
    with closing(write.open_database(copy)) as base:
        file.write_text("\n".join(";".join(f'"{cell}"' for cell in row) for row in LIST), encoding="utf-8")
        review.link(base, file)
        assert base.execute(told).fetchall() == rows(path, told)
        file.write_text("id,name,party\nQ1,Ilse Vance,Independent\n", encoding="utf-8")
        review.link(base, file)
        assert base.execute("select name, value from speaker_attributes").fetchall() == [("party", "Independent")]


COUNTED = """
select coalesce(a.value, '(not known)'), count(distinct q.id) from quotes q
left join (select v.quote_id, s.value from voices v join speaker_attributes s on s.speaker_id = v.speaker_id
           where s.name = ?) a on a.quote_id = q.id
group by 1 order by 2 desc, 1
"""


def test_a_quote_of_several_counts_once_for_each_value_of_theirs(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(copy)) as connection, connection:
        ((quote,),) = connection.execute("select q.id from quotes q join speakers s on s.id = q.speaker_id "
                                         "where s.name = 'Daniel Okafor' limit 1").fetchall()
        (alone,) = connection.execute("select q.id from quotes q join speakers s on s.id = q.speaker_id "
                                      "where s.name = 'Tomás Abellán'").fetchone()
        for said, others in ((quote, ("Ilse Vance", "Priya Rao")), (alone, ("Ilse Vance",))):
            for place, name in enumerate(others, 1):
                connection.execute("insert into quote_speakers select ?, id, ? from speakers where name = ?", [said, place, name])
        with closing(sqlite3.connect(path)) as untouched:
            before = dict(FacetIndex.read(untouched).counts("attribute:gender"))
        index = FacetIndex.read(connection)
        assert dict(index.counts("attribute:gender")) == {
            "female": before["female"] + 2, "male": before["male"], "(not known)": before["(not known)"] - 1}
        assert index.counts("attribute:gender") == connection.execute(COUNTED, ["gender"]).fetchall()
    ran = CliRunner().invoke(cli.cli, ["stats", "--db", str(copy), "--by", "gender", "--json"])
    by_command = {row["value"] or "(not known)": row["quotes"] for row in json.loads(ran.output)}
    assert by_command == dict(index.counts("attribute:gender"))


@pytest.mark.parametrize("name", ["party", "gender", "official", "role", MEAN])
def test_the_index_counts_quotes_as_sql_does(path: Path, name: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        index = FacetIndex.read(connection)
        told = connection.execute(COUNTED, [name]).fetchall()
    assert index.counts(f"attribute:{name}") == told
    for value, count in told:
        assert len(index.places([(f"attribute:{name}", value)])) == count  # type: ignore[arg-type]


async def test_the_table_of_quotes_is_faceted_and_filtered_by_a_column_of_the_list(site: Datasette, path: Path) -> None:
    page = (await site.client.get("/data/quotes.json?_size=100")).json()
    counts = {value["value"]: value["count"] for value in page["facet_results"]["attribute:gender"]["results"]}
    assert set(counts) == {"female", "male", "(not known)"}
    assert sum(counts.values()) == page["filtered_table_rows_count"]
    for value, count in counts.items():
        found = (await site.client.get("/data/quotes.json?" + urlencode({"_size": 100, "_attribute.gender": value}))).json()
        assert (found["filtered_table_rows_count"], len(found["rows"])) == (count, count)
        # By SQL, where the index cannot tell, it is the same.
        by_sql = (await site.client.get("/data/quotes.json?" + urlencode(
            {"_size": 100, "_attribute.gender": value, "words__gt": 0}))).json()
        assert len(by_sql["rows"]) == count
    shown = (await site.client.get("/data/quotes?_attribute.gender=female")).text
    assert "Gender (lists)" in shown
    assert "gender is “female”" in shown
    both = (await site.client.get("/data/quotes.json?_attribute.gender=female&_attribute.party=Harbour+Party")).json()
    assert both["filtered_table_rows_count"] == rows(path, "select count(*) from quotes join speakers s on s.id = speaker_id "
                                                     "where s.name = 'Priya Rao'")[0][0]


@pytest.mark.parametrize("query", ["_attribute.none=x", "_attribute.x__y=1", "_attribute.=1", "_facet_attribute=none",
                                   "_attribute.gender="])
async def test_what_no_list_tells_breaks_no_page(site: Datasette, query: str) -> None:
    answer = await site.client.get(f"/data/quotes.json?{query}")
    assert answer.status_code in (200, 400)
    assert (await site.client.get(f"/quotes/speakers?{query}")).status_code == 200


async def test_a_linked_speaker_shows_the_link_and_what_the_list_says(site: Datasette, path: Path) -> None:
    ((rao,),) = rows(path, "select id from speakers where name = 'Priya Rao'")
    page = (await site.client.get(f"/quotes/speaker/{rao}")).text
    assert "<code>MP-2</code>" in page
    assert "people.csv" in page
    assert "_attribute.party=Harbour+Party" in page
    assert MEAN not in page
    assert "&lt;img src=x" in page
    ((vance,),) = rows(path, "select id from speakers where name = 'Ilse Vance'")
    assert 'href="https://www.wikidata.org/wiki/Q1"' in (await site.client.get(f"/quotes/speaker/{vance}")).text
    for row in ("speakers", "speaker_stats"):
        found = (await site.client.get(f"/data/{row}.json?authority_id=MP-2&_shape=objects")).json()
        assert [each["name"] for each in found["rows"]] == ["Priya Rao"]
    table = (await site.client.get(f"/data/speaker_stats.csv?speaker_id={rao}")).text
    assert "MP-2" in table


async def test_speakers_are_faceted_by_the_list(site: Datasette) -> None:
    page = (await site.client.get("/quotes/speakers")).text
    assert "_attribute.gender=female" in page
    assert MEAN not in page
    women = (await site.client.get("/quotes/speakers?_attribute.gender=female")).text
    assert "Ilse Vance" in women
    assert "Daniel Okafor" not in women
    others = (await site.client.get("/quotes/speakers?" + urlencode({"_attribute.gender": "(not known)"}))).text
    assert "Tomás Abellán" in others
    assert "Ilse Vance" not in others


async def test_quotes_are_counted_by_the_list_those_not_known_too(site: Datasette) -> None:
    page = (await site.client.get("/quotes/lists")).text
    assert "3 speakers are linked" in page
    assert "female 62%, male 38%" in page
    assert "(not known)" in page
    assert MEAN not in page


def test_shares_are_of_all_and_of_those_known(path: Path) -> None:
    ran = CliRunner().invoke(cli.cli, ["stats", "--db", str(path), "--by", "gender", "--json"])
    found = {row["value"]: row for row in json.loads(ran.output)}
    ((total,),) = rows(path, "select count(*) from quotes")
    known = found["female"]["quotes"] + found["male"]["quotes"]
    assert set(found) == {"female", "male", None}
    assert found["female"]["speakers"] == 2
    assert found["female"]["share"] == round(found["female"]["quotes"] / total, 4)
    assert found["female"]["share_of_known"] == round(found["female"]["quotes"] / known, 4)
    assert found[None]["share_of_known"] is None
    shown = CliRunner().invoke(cli.cli, ["stats", "--db", str(path), "--by", "gender"]).output
    assert "(not known)" in shown


def test_a_column_called_as_ours_is_asked_by_its_whole_name(path: Path) -> None:
    ours = CliRunner().invoke(cli.cli, ["stats", "--db", str(path), "--by", "role"]).output
    theirs = CliRunner().invoke(cli.cli, ["stats", "--db", str(path), "--by", "attribute:role"]).output
    assert "the mayor" not in ours
    assert "the mayor" in theirs


def test_a_column_that_no_list_has_is_refused_with_those_there_are(path: Path) -> None:
    ran = CliRunner().invoke(cli.cli, ["stats", "--db", str(path), "--by", "shoe size"])
    assert ran.exit_code == 2
    assert "there is gender, official" in ran.output


def test_attributes_are_published_only_when_asked_for(path: Path, tmp_path: Path) -> None:
    export(path, tmp_path / "public.db", min_confidence=0)
    assert b"Harbour Party" not in (tmp_path / "public.db").read_bytes()
    assert rows(tmp_path / "public.db", "select count(*) from speakers where authority_id = 'MP-2'") == [(1,)]
    export(path, tmp_path / "asked.db", min_confidence=0, attributes=True, csv_dir=tmp_path / "csv")
    told = "select speaker_id, name, value, list from speaker_attributes order by 1, 2, 3"
    assert rows(tmp_path / "asked.db", told) == rows(path, told)
    assert rows(tmp_path / "asked.db", "select count(*) from authority_attributes") == [(0,)]
    with (tmp_path / "csv" / "quotes.csv").open(encoding="utf-8", newline="") as file:
        assert {row["authority_id"] for row in csv.DictReader(file)} == {"", "Q1", "MP-2", "Q3"}
    assert "Harbour Party" in (tmp_path / "csv" / "speaker_attributes.csv").read_text(encoding="utf-8")


def test_what_is_known_of_one_speaker(path: Path) -> None:
    with closing(write.open_database(path, readonly=True)) as base:
        known = review.show(base, "Ilse Vance")
    assert attributes.Attribute(name="party", value="Quay First", list="people.csv") in known.attributes
