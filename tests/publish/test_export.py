"""A database for the public holds what quoting needs and nothing else."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import site_corpus
import site_hostile

from quotes.errors import ConfigError, StoreError
from quotes.publish import public as allowed
from quotes.publish.export import export, shortened_context
from quotes.publish.serve import make_datasette
from quotes.publish.text import FORMULA_START, PLAIN_NUMBER

if TYPE_CHECKING:
    from pathlib import Path

CANARIES = (b"was closed to all traffic", b"Ten walks along the estuary", b"Dockers at Harrow Quay voted", b"bridge-closed.txt",
            b"secret reviewer", b"unreadable.txt")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = site_corpus.build(tmp_path_factory.mktemp("source") / "data.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "insert into judgements values ('j', 'a', 'b', 'negative', 1, 'r', 'secret reviewer', '2024-01-01', null)")
        connection.execute("insert into failures values ('f', 'unreadable.txt', 'ingest', 'no', 'run-of-the-tests')")
    return path


@pytest.fixture(scope="module")
def public(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("public") / "public.db"
    export(source, path, min_confidence=0, max_share=1)  # its articles are mostly quotes
    return path


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def test_no_byte_of_the_texts_is_left(source: Path, public: Path) -> None:
    assert all(canary in source.read_bytes() for canary in CANARIES)
    assert [canary for canary in CANARIES if canary in public.read_bytes()] == []
    for (name,) in rows(public, "select name from sqlite_master where type = 'table'"):
        columns = {row[1] for row in rows(public, f"pragma table_info('{name}')")}
        assert name in ("quotes", "quotes_fts", "statements") or not columns & {"text", "html", "findings", "fingerprint"}


def test_everything_else_is(source: Path, public: Path) -> None:
    same = 'select id, text, context, start, "end", speaker_id, confidence from quotes order by id'
    assert rows(public, same) == rows(source, same)
    assert rows(public, "select * from speaker_stats order by 1") == rows(source, "select * from speaker_stats order by 1")
    assert rows(public, "select id, url, sha256, title from articles order by 1") == rows(
        source, "select id, url, sha256, title from articles order by 1")
    assert rows(public, "pragma integrity_check") == [("ok",)]
    assert rows(public, "pragma foreign_key_check") == []
    assert len(rows(public, "select 1 from quotes_fts where quotes_fts match 'bridge'")) == len(
        rows(source, "select 1 from quotes_fts where quotes_fts match 'bridge'"))


def test_unsure_attributions_are_left_out_unless_asked_for(source: Path, tmp_path: Path) -> None:
    done = export(source, tmp_path / "p.db", min_confidence=0.7, max_share=1)
    total = rows(source, "select count(*) from quotes")[0][0]
    assert (done.quotes + done.left_out, done.left_out) == (total, 3)
    assert rows(tmp_path / "p.db", "select min(confidence) >= 0.7 from quotes") == [(1,)]
    assert rows(tmp_path / "p.db", "select sum(quotes) from speaker_totals") == [(done.quotes,)]
    assert rows(tmp_path / "p.db", "select sum(quotes) from facet_counts where facet = 'form'") == [(done.quotes,)]
    assert rows(tmp_path / "p.db", "select id from speakers where id not in (select speaker_id from quotes)") == []


# What stays at home: a table of a later schema has to be put in one of the two lists by hand.
PRIVATE = {"article_marks", "authority_attributes", "authority_candidates", "correction_anchors", "corrections",
           "corrections_not_found", "entity_aliases", "entity_anchors", "entity_roles", "failures", "fingerprints",
           "furniture", "input_articles", "inputs", "judgements", "marked_articles", "quote_wordings", "renames",
           "retypes", "review_leases", "reviews", "speaker_attributes", "speaker_candidates", "stale", "uncorrected", "undos",
           "untold_articles", "untold_quotes", "wordings"}


def test_every_table_is_for_the_public_or_is_not(public: Path) -> None:
    names = {str(name) for (name,) in rows(public, "select name from sqlite_master where type = 'table'")}
    assert {name for name in names if not name.startswith(allowed.OWN)} - allowed.TABLES == PRIVATE
    assert {name: rows(public, f"select count(*) from {name}")[0][0] for name in PRIVATE} == dict.fromkeys(PRIVATE, 0)


def test_a_table_or_column_that_nobody_named_is_not_published(source: Path, tmp_path: Path) -> None:
    other = shutil.copy(source, tmp_path / "other.db")
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("create table notes (note text)")
        connection.execute("insert into notes values ('a word in confidence')")
        connection.execute("alter table articles add column markup text default 'a word in confidence'")
        connection.execute("alter table quotes add column remark text default 'a word in confidence'")
    export(other, tmp_path / "p.db")
    assert b"a word in confidence" in other.read_bytes()
    assert b"'a word in confidence'" not in (tmp_path / "p.db").read_bytes()
    assert rows(tmp_path / "p.db", "select * from notes") == []


def test_what_rests_on_quotes_that_were_left_out_is_left_out_too(source: Path, tmp_path: Path) -> None:
    unsure = shutil.copy(source, tmp_path / "unsure.db")
    with closing(sqlite3.connect(unsure)) as connection, connection:
        connection.execute("update quotes set confidence = 0.1 where role is not null and article_id = 'report-out'")
        (entity,) = connection.execute("select entity_id from quotes where text like '%It holds%'").fetchone()
        connection.execute("update quotes set confidence = 0.1 where text like '%It holds%'")
        connection.execute("update quotes set confidence = 0.1 where text like '%thermos flask%'")
        (speaker,) = connection.execute("select speaker_id from entities where id = ?", [entity]).fetchone()
    export(unsure, tmp_path / "p.db", min_confidence=0.5, max_share=1)
    path = tmp_path / "p.db"
    role = "select articles, last_seen from roles where role = 'chief engineer'"
    assert rows(unsure, role) == [(3, "2024-04-22")]
    assert rows(path, role) == [(2, "2024-03-12")]
    assert rows(path, "select role, affiliation from quotes where role_id not in (select id from roles)") == []
    counted = ("select q.speaker_id, qt.term_id, count(*) from quotes q join quote_terms qt on qt.quote_id = q.id "
               "group by 1, 2 order by 1, 2")
    assert rows(path, "select speaker_id, term_id, quotes from speaker_terms order by 1, 2") == rows(path, counted)
    assert rows(path, f"select quotes from speaker_terms st join terms t on t.id = st.term_id "
                      f"where speaker_id = '{speaker}' and term = 'steel'") == [(1,)]
    assert rows(path, "select t.term from terms t where t.term in ('ferry crew', 'boat')") == []
    assert rows(path, "select id from entities where quotes <> (select count(*) from quotes where entity_id = entities.id)") == []


def test_it_opens_from_a_disk_that_cannot_be_written(public: Path, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    copy = shutil.copy(public, folder / "public.db")
    copy.chmod(stat.S_IRUSR)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("delete",)
        assert connection.execute("select count(*) from quotes").fetchone()[0] > 20
    assert [path.name for path in folder.iterdir()] == ["public.db"]
    folder.chmod(stat.S_IRWXU)


async def test_its_pages_work_without_texts(public: Path) -> None:
    client = make_datasette(public).client
    article = await client.get("/quotes/article/bridge-closed")
    assert "text is not published here" in article.text
    assert "We could not in good conscience" in article.text
    quote = (await client.get("/public/quotes.json?_shape=array&article_id=bridge-closed&form=direct")).json()[0]
    page = await client.get(f"/quotes/quote/{quote['id']}")
    assert page.text.count('<mark class="content voice-1">') >= 1
    for path in ("/", "/quotes/speakers", f"/quotes/speaker/{quote['speaker_id']}", "/public/quotes", "/public/articles"):
        assert (await client.get(path)).status_code == 200
    sql = await client.get("/public.json?sql=select+text+from+articles")
    assert "no such column" in sql.text


def test_tables_for_analysts(source: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    done = export(source, tmp_path / "p.db", csv_dir=tmp_path / "csv", parquet_dir=tmp_path / "parquet")
    assert len(done.files) == 17
    with (tmp_path / "csv" / "quotes.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == done.quotes
    same = parquet.read_table(tmp_path / "parquet" / "quotes.parquet").to_pylist()
    assert [row["id"] for row in same] == [row["id"] for row in table]
    assert {type(row["confidence"]) for row in same} == {float}
    assert "text" not in parquet.read_schema(tmp_path / "parquet" / "articles.parquet").names


def test_csv_cells_start_no_formula(tmp_path: Path) -> None:
    source = site_hostile.build(tmp_path / "hostile.db")
    export(source, tmp_path / "p.db", csv_dir=tmp_path, min_confidence=0)
    limit = csv.field_size_limit(1_000_000)
    for path in tmp_path.glob("*.csv"):
        with path.open(newline="") as file:
            bad = [cell for row in csv.reader(file) for cell in row
                   if cell.startswith(FORMULA_START) and not PLAIN_NUMBER.fullmatch(cell)]
        assert bad == [], path
    csv.field_size_limit(limit)


@pytest.mark.parametrize("damaged_from", [0, 100, 8192])
def test_it_is_the_damaged_database_that_is_named_with_the_remedy(source: Path, tmp_path: Path, damaged_from: int) -> None:
    damaged = tmp_path / "damaged.db"
    content = source.read_bytes()
    damaged.write_bytes(content[:damaged_from] + b"\xa5" * (len(content) - damaged_from))
    with pytest.raises(StoreError, match=r"damaged\.db: .*is (damaged; restore a copy|not an SQLite database; choose)"):
        export(damaged, tmp_path / "public.db")
    assert [path.name for path in tmp_path.iterdir()] == ["damaged.db"]


def test_files_of_others_are_not_overwritten(source: Path, public: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    copy = shutil.copy(source, tmp_path / "full.db")
    for target, words in ((notes, "no database of quotes"), (copy, "with their text"), (source, "another name"),
                          (tmp_path / "no" / "p.db", "no folder")):
        with pytest.raises(StoreError, match=words):
            export(source, target)
    assert notes.read_text() == "mine"
    export(source, shutil.copy(public, tmp_path / "again.db"))
    with pytest.raises(ConfigError):
        export(source, tmp_path / "p.db", min_confidence=2)
    with pytest.raises(StoreError, match="there is no such database"):
        export(tmp_path / "nothing.db", tmp_path / "p.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.db", "full.db", "notes.txt"]


def test_a_table_beside_the_articles_is_not_overwritten(source: Path, tmp_path: Path) -> None:
    mine = tmp_path / "articles.csv"
    mine.write_text("file,title\na.txt,Talks\n")
    with pytest.raises(StoreError, match="is no table that this export made"):
        export(source, tmp_path / "public.db", csv_dir=tmp_path)
    assert mine.read_text() == "file,title\na.txt,Talks\n"
    assert [path.name for path in tmp_path.iterdir()] == ["articles.csv"]


def test_tables_of_an_earlier_export_are_replaced(source: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done = export(source, tmp_path / "public.db", csv_dir=tmp_path / "tables")
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {path.name for path in done.files[1:]}


def test_a_killed_export_leaves_no_text_beside_the_public_file(source: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    left = site / ".public.db.abcd1234"
    left.mkdir(parents=True)
    shutil.copy(source, left / "public.db")  # what an earlier version left
    command = [sys.executable, "-m", "quotes", "export", str(site / "public.db"), "--db", str(source)]
    for delay in (0.3, 0.5, 0.7, 0.9):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        for path in site.rglob("*"):
            assert path.is_dir() or path.parent == left or b"Dockers at Harrow Quay voted" not in path.read_bytes()
    export(source, site / "public.db")
    assert [path.name for path in site.iterdir()] == ["public.db"]


def test_the_private_copy_of_a_killed_export_goes_with_the_next_one_and_that_of_a_running_one_stays(
    source: Path, tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    dead, running = home / ".quotes-export.999999999.x", home / f".quotes-export.{os.getpid()}.x"
    for folder in (dead, running):
        folder.mkdir(parents=True)
        shutil.copy(source, folder / "public.db")
    export(shutil.copy(source, home / "data.db"), tmp_path / "public.db")
    assert sorted(path.name for path in home.iterdir()) == [running.name, "data.db"]


def test_what_another_user_left_is_left_alone(source: Path, tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can make a folder that is another user's")
    home = tmp_path / "home"
    theirs = home / ".quotes-export.999999999.x"
    theirs.mkdir(parents=True)
    os.chown(theirs, 65534, 65534)
    export(shutil.copy(source, home / "data.db"), tmp_path / "public.db")
    assert theirs.is_dir()


def test_a_table_in_parquet_that_is_not_ours_is_not_overwritten(source: Path, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    mine = tmp_path / "articles.parquet"
    parquet.write_table(pa.table({"file": ["a.txt"]}), mine)
    with pytest.raises(StoreError, match="is no table that this export made"):
        export(source, tmp_path / "public.db", parquet_dir=tmp_path)
    mine.write_bytes(b"no table")
    with pytest.raises(StoreError, match="is no table that this export made"):
        export(source, tmp_path / "public.db", parquet_dir=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["articles.parquet"]


def test_a_context_that_is_the_whole_article_is_cut() -> None:
    context = "before " * 300 + "“Yes, we will,”" + " after" * 300
    cut = shortened_context("“Yes, we will,”", context)
    assert "“Yes, we will,”" in cut
    assert len(cut) < 900
    assert json.dumps(cut)


# ---------------------------------------------------------------- by month, for an archive


@pytest.fixture
def archive(source: Path, tmp_path: Path) -> Path:
    """A database like the source's, whose dates are an archive's and some those of an enemy, exported by month."""
    copy = tmp_path / "data.db"
    shutil.copy(source, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        names = [name for (name,) in connection.execute("select id from articles order by id")]
        for place, name in enumerate(names):
            date = (f"202{place % 3}-0{place % 9 + 1}-11T23:30:00-05:00", None, "../../etc", "2024")[place % 4]
            connection.execute("update articles set published = ? where id = ?", [date, name])
            connection.execute("update quotes set published = ? where article_id = ?", [date, name])
    export(copy, tmp_path / "public.db", min_confidence=0, parquet_dir=tmp_path / "archive", by_month=True)
    return tmp_path


def test_by_month_the_rows_are_those_of_the_whole_table_in_its_order(archive: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    export(archive / "data.db", archive / "again.db", min_confidence=0, parquet_dir=archive / "whole")
    for name in ("quotes", "articles", "quote_speakers", "topics"):
        whole = pq.read_table(archive / "whole" / f"{name}.parquet").to_pylist()
        parts = [pq.ParquetFile(path).read().to_pylist() for path in (archive / "archive" / name).glob("*/*.parquet")]
        assert sorted(map(repr, (row for part in parts for row in part))) == sorted(map(repr, whole))
        assert all(part == [row for row in whole if row in part] for part in parts), "in the table's order"
    assert not (archive / "archive" / "quotes.parquet").exists()
    assert (archive / "archive" / "speakers.parquet").exists()


def test_by_month_a_date_leads_nowhere_else(archive: Path) -> None:
    months = {path.name for path in (archive / "archive" / "articles").iterdir()}
    assert all(re.fullmatch(r"month=(\d{4}-\d\d|__HIVE_DEFAULT_PARTITION__)", month) for month in months)
    assert "month=__HIVE_DEFAULT_PARTITION__" in months
    assert {path.name for path in archive.iterdir()} == {"data.db", "public.db", "archive"}


def test_by_month_a_month_without_rows_goes_and_what_is_not_ours_is_refused(archive: Path) -> None:
    gone = next((archive / "archive" / "quotes").glob("month=2*"))
    gone.rename(gone.with_name("month=1999-01"))
    export(archive / "data.db", archive / "public.db", min_confidence=0, parquet_dir=archive / "archive", by_month=True)
    assert gone.exists()
    assert not gone.with_name("month=1999-01").exists()
    (gone / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="no month that this export made"):
        export(archive / "data.db", archive / "public.db", min_confidence=0, parquet_dir=archive / "archive", by_month=True)
    assert (gone / "notes.txt").read_text() == "mine"


def test_duckdb_reads_the_months_as_one_table_and_counts_as_sqlite_does(archive: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    counted = duckdb.sql(
        f"select month, count(*) from read_parquet('{archive}/archive/quotes/*/*.parquet', hive_partitioning = true, "
        "hive_types = {'month': varchar}) where month is not null group by month order by month").fetchall()
    assert counted
    assert counted == rows(archive / "public.db", "select substr(published, 1, 7) as m, count(*) from quotes "
                                                  "where published like '____-__%' group by m order by m")


def insert(db: Path, table: Path) -> None:
    command = [sys.executable, "-m", "sqlite_utils", "insert", str(db), table.stem, str(table), "--csv"]
    subprocess.run(command, check=True, capture_output=True)


async def test_the_site_of_a_window_shows_a_table_of_all_years_that_duckdb_made(archive: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    duckdb.sql(
        f"copy (select speaker, month, outlet, count(*) as quotes from read_parquet('{archive}/archive/quotes/*/*.parquet', "
        f"hive_partitioning = true, hive_types = {{'month': varchar}}) group by all) to '{archive}/all_years.csv'")
    insert(archive / "public.db", archive / "all_years.csv")
    client = make_datasette(archive / "public.db").client
    shown = (await client.get("/public/all_years.json?_shape=array&_size=max")).json()
    quoted = rows(archive / "public.db", "select count(*) from quotes")[0][0]
    assert sum(row["quotes"] for row in shown) == quoted
    assert (await client.get("/public/all_years?_facet=outlet")).status_code == 200
    export(archive / "data.db", archive / "public.db", min_confidence=0)  # such a file is still one that an export may replace


def test_by_month_needs_a_folder(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="goes with --parquet"):
        export(source, tmp_path / "public.db", by_month=True)
