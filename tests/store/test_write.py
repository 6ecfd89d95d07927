"""Writing: the same rows in any order and however often, nothing for what is there already, nothing half done."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quotes import pipeline
from quotes.errors import ArticleError, StoreError
from quotes.records import Alias, Article, Extraction, Failure, MentionKind, Quote, Resolution, Run
from quotes.store import read, write
from quotes.store.check import check

if TYPE_CHECKING:
    from sqlite_utils import Database

Rows = Callable[[Path], dict[str, list[tuple[Any, ...]]]]


RUN = Run(id="run1", version="1.0", model="model 1", tagger="rules", settings="{}")


@pytest.fixture
def edited(extraction_of: Callable[..., Extraction]) -> Extraction:
    return extraction_of("a1", "Daily Sabah", "2022-03-29", [
        ("Ana Ruiz", "mayor", "Spain", "Something new"),
        ("Dmitry Peskov", "Kremlin spokesman", "Kremlin", "We see no breakthrough"),
    ])


@pytest.fixture
def rows_of_fresh_build(
    tmp_path: Path, rows_of: Rows, finish_build: Callable[[Database], int]
) -> Callable[[Database, list[Extraction]], tuple[Any, Any]]:
    def compare(db: Database, extractions: list[Extraction]) -> tuple[Any, Any]:
        build(tmp_path / "fresh.db", extractions, RUN, finish_build)
        stored = db.conn.execute("PRAGMA database_list").fetchone()[2]
        return rows_of(Path(stored)), rows_of(tmp_path / "fresh.db")

    return compare


def build(path: Path, extractions: list[Extraction], run: Run, finish: Callable[[Database], int] | None) -> None:
    base = write.open_database(path, create=True)
    base.conn.execute("PRAGMA synchronous = OFF")
    for extraction in extractions:
        write.write_extraction(base, extraction, run)
        assert not base.conn.in_transaction
    if finish:
        finish(base)
        assert check(base) == []
    base.close()


def test_the_order_of_articles_and_the_number_of_builds_leave_no_trace(
    tmp_path: Path, news: dict[str, Extraction], run: Run, finish_build: Callable[[Database], int], rows_of: Rows
) -> None:
    build(tmp_path / "one.db", list(news.values()), run, finish_build)
    expected = rows_of(tmp_path / "one.db")
    chance = random.Random(1)  # noqa: S311  a shuffle that can be repeated
    for number in range(6):
        shuffled = list(news.values())
        chance.shuffle(shuffled)
        path = tmp_path / f"{number}.db"
        cut = chance.randrange(len(shuffled))
        build(path, shuffled[:cut], run, finish_build if number % 2 else None)
        build(path, shuffled[cut:], run, finish_build)
        assert rows_of(path) == expected


def test_writing_what_is_there_changes_no_byte(
    tmp_path: Path, news: dict[str, Extraction], run: Run, finish_build: Callable[[Database], int]
) -> None:
    path = tmp_path / "data.db"
    build(path, list(news.values()), run, finish_build)
    before, modified = path.read_bytes(), path.stat().st_mtime_ns
    base = write.open_database(path, create=True)
    assert not any(write.write_extraction(base, extraction, run) for extraction in news.values())
    assert finish_build(base) == 0
    assert not write.write_failures(base, [], run, origins=["news/a1.txt"])
    base.close()
    assert path.read_bytes() == before
    assert path.stat().st_mtime_ns == modified
    assert [file.name for file in tmp_path.iterdir()] == ["data.db"]


def test_a_batch_of_articles_is_stored_whole_or_not_at_all(
    empty: Database, news: dict[str, Extraction], run: Run, rows_of_fresh_build: Callable[..., Any],
    finish_build: Callable[[Database], int],
) -> None:
    bad = replace(news["a4"], quotes=news["a4"].quotes * 2)
    with pytest.raises(ArticleError, match="two share one quote identifier"):
        write.write_extractions(empty, [news["a1"], bad], run)
    assert empty["articles"].count == 0
    assert write.write_extractions(empty, news.values(), run) == 5
    assert write.write_extractions(empty, news.values(), run) == 0
    finish_build(empty)
    stored, fresh = rows_of_fresh_build(empty, list(news.values()))
    assert stored == fresh


def test_an_edited_article_keeps_the_ids_of_what_it_still_says(
    db: Database, news: dict[str, Extraction], edited: Extraction, finish_build: Callable[[Database], int],
    rows_of_fresh_build: Callable[..., Any],
) -> None:
    before = {row["text"]: row["id"] for row in db["quotes"].rows_where("article_id = 'a1'")}
    assert write.write_extraction(db, edited, RUN)
    assert finish_build(db) > 0
    assert check(db) == []
    after = {row["text"]: row["id"] for row in db["quotes"].rows_where("article_id = 'a1'")}
    assert after.keys() == {"Something new", "We see no breakthrough"}
    assert after["We see no breakthrough"] == before["We see no breakthrough"]
    assert db.execute("SELECT count(*) FROM quotes_fts WHERE quotes_fts MATCH 'ısrar OR ediyoruz'").fetchone() == (0,)
    stored, fresh = rows_of_fresh_build(db, [edited, *(each for name, each in news.items() if name != "a1")])
    assert stored == fresh


def test_a_change_of_what_is_known_about_an_article_reaches_its_quotes(
    db: Database, run: Run, news: dict[str, Extraction], finish_build: Callable[[Database], int]
) -> None:
    moved = replace(news["a3"], article=replace(news["a3"].article, outlet="The Wire", published="2021-01-02"))
    assert read.made_by(db, moved.article) != run.id
    write.write_extraction(db, moved, run)
    finish_build(db)
    assert check(db) == []
    assert db.execute("SELECT DISTINCT outlet_id, month FROM quotes WHERE article_id = 'a3'").fetchall() == [
        ("the-wire", "2021-01")]
    assert not db["outlets"].count_where("id = 'south-china-morning-post'")
    assert read.made_by(db, moved.article) == run.id


def test_what_a_new_run_makes_replaces_what_the_old_one_made(
    db: Database, run: Run, news: dict[str, Extraction], finish_build: Callable[[Database], int]
) -> None:
    newer = replace(run, id="run2", version="1.1")
    assert read.made_by(db, news["a1"].article) != newer.id
    for extraction in news.values():
        assert write.write_extraction(db, extraction, newer)
    finish_build(db)
    assert check(db) == []
    assert [row["id"] for row in db["runs"].rows] == ["run2"]


def test_a_deleted_article_takes_everything_of_it_along(
    db: Database, news: dict[str, Extraction], finish_build: Callable[[Database], int],
    rows_of_fresh_build: Callable[..., Any],
) -> None:
    assert write.delete_article(db, "a3")
    assert not write.delete_article(db, "a3")
    finish_build(db)
    assert check(db) == []
    stored, fresh = rows_of_fresh_build(db, [each for name, each in news.items() if name != "a3"])
    assert stored == fresh


def test_a_failure_stays_until_its_input_is_used(db: Database, run: Run) -> None:
    failures = [Failure(origin="b.txt", stage="ingest", error="is empty"),
                Failure(origin="c\udce9.txt", stage="ingest", error="is binary")]
    assert write.write_failures(db, failures, run)
    assert not write.write_failures(db, failures, run)
    assert [(row["origin"], row["error"]) for row in db["failures"].rows_where(order_by="origin")] == [
        ("b.txt", "is empty"), ("c\\udce9.txt", "is binary")]
    assert write.write_failures(db, [replace(failures[0], error="is not UTF-8")], run, origins=["c\udce9.txt"])
    assert [row["error"] for row in db["failures"].rows] == ["is not UTF-8"]
    assert write.write_failures(db, [], run, origins=["b.txt"])
    assert db["failures"].count == 0
    assert check(db) == []


def test_an_entity_that_speaks_nowhere_is_not_stored(
    empty: Database, run: Run, news: dict[str, Extraction], finish_build: Callable[[Database], int]
) -> None:
    quotes = tuple(quote for quote in news["a1"].quotes if quote.entity_key != "Dmitry Peskov")
    write.write_extraction(empty, replace(news["a1"], quotes=quotes), run)
    finish_build(empty)
    assert [row["name"] for row in empty["speakers"].rows] == ["Mevlüt Çavuşoğlu"]


def test_a_role_that_only_a_quote_names_is_a_role_of_its_speaker(
    empty: Database, run: Run, news: dict[str, Extraction], finish_build: Callable[[Database], int]
) -> None:
    entities = tuple(replace(entity, roles=()) for entity in news["a1"].entities)
    write.write_extraction(empty, replace(news["a1"], entities=entities), run)
    finish_build(empty)
    assert check(empty) == []
    assert {row["role"] for row in empty["roles"].rows} == {"foreign minister", "Kremlin spokesman"}


@pytest.mark.parametrize("hostile", ["'); DROP TABLE quotes; --", '" OR 1=1', "%s%n{0}{x}", "?1 :name @x $y", "\\' \u202e"])
def test_hostile_strings_are_values_and_no_more(
    empty: Database, run: Run, extraction_of: Callable[..., Extraction], finish_build: Callable[[Database], int],
    hostile: str,
) -> None:
    extraction = extraction_of(hostile, hostile, "2022-03-29", [(hostile, hostile, hostile, hostile)])
    write.write_extraction(empty, extraction, run)
    finish_build(empty)
    assert check(empty) == []
    row = next(iter(empty["quotes"].rows))
    assert (row["text"], row["role"], row["affiliation"], row["article_id"]) == (hostile,) * 4
    assert next(iter(empty["speakers"].rows))["name"] == hostile
    assert list(read.find_speakers(empty, hostile)) in ([], [row["speaker_id"]])


# ------------------------------------------------------------------ resolution


def test_entities_that_came_after_the_resolution_was_computed_keep_their_own_speakers(
    empty: Database, run: Run, news: dict[str, Extraction], resolve_simply: Callable[..., Resolution],
    finish_build: Callable[[Database], int],
) -> None:
    write.write_extraction(empty, news["a1"], run)
    early = resolve_simply(read.entities(empty))
    write.write_extraction(empty, news["a2"], run)
    write.delete_article(empty, "a1")
    write.apply_resolution(empty, early)
    assert "speakers" in read.stale(empty)
    assert [fault for fault in check(empty) if "computed anew" not in fault] == []
    finish_build(empty)
    assert check(empty) == []


def test_a_resolution_that_names_nobody_is_refused(db: Database) -> None:
    entity = next(read.entities(db))
    with pytest.raises(StoreError, match="assigns entities to speaker nobody"):
        write.apply_resolution(db, Resolution(speakers=(), assignments={entity.id: "nobody"}))
    assert check(db) == []


def test_a_speaker_of_an_unknown_authority_is_refused(db: Database, resolve_simply: Callable[..., Resolution]) -> None:
    resolution = resolve_simply(read.entities(db))
    linked = tuple(replace(speaker, authority_id="Q1") for speaker in resolution.speakers)
    with pytest.raises(StoreError, match="authority Q1, which is not stored"):
        write.apply_resolution(db, replace(resolution, speakers=linked))


def test_only_what_differs_is_touched(db: Database, resolve_simply: Callable[..., Resolution]) -> None:
    resolution = resolve_simply(read.entities(db))
    renamed = tuple(
        replace(speaker, name="Dmitry S. Peskov") if speaker.name == "Dmitry Peskov" else speaker
        for speaker in resolution.speakers
    )
    assert write.apply_resolution(db, replace(resolution, speakers=renamed)) == 2  # the speaker, the names to search
    found = db.execute("SELECT count(*) FROM quotes_fts WHERE quotes_fts MATCH 'speaker : \"dmitry s peskov\"'")
    assert found.fetchone() == (2,)
    assert check(db) == []


def test_a_speaker_whose_id_changed_is_forwarded(db: Database, resolve_simply: Callable[..., Resolution]) -> None:
    resolution = resolve_simply(read.entities(db))
    old = next(speaker for speaker in resolution.speakers if speaker.name == "Dmitry Peskov")
    new = replace(old, id="peskov-new", aliases=(Alias(alias="Peskov", kind=MentionKind.SURNAME, mentions=1),
                                                 Alias(alias="Peskov", kind=MentionKind.NAME, mentions=2)))
    moved = replace(
        resolution,
        speakers=tuple(new if speaker is old else speaker for speaker in resolution.speakers),
        assignments={entity: "peskov-new" if speaker == old.id else speaker
                     for entity, speaker in resolution.assignments.items()},
        redirects={**resolution.redirects, old.id: "peskov-new", "gone": "never-there"},
    )
    write.apply_resolution(db, moved)
    pipeline.tell(db)
    assert check(db) == []
    assert db["speaker_redirects"].get(old.id)["speaker_id"] == "peskov-new"
    assert read.find_speakers(db, old.id) == ("peskov-new",)
    assert [tuple(row.values()) for row in db["aliases"].rows_where("speaker_id = 'peskov-new'")] == [
        ("peskov-new", "Peskov", 3)]
    assert write.apply_resolution(db, moved) == 0
    assert write.apply_resolution(db, resolution) > 0
    assert not db["speaker_redirects"].count_where("old_id = ?", [old.id])
    pipeline.tell(db)
    assert check(db) == []


def test_one_speaker_for_all_and_back_again(db: Database, resolve_simply: Callable[..., Resolution]) -> None:
    resolution = resolve_simply(read.entities(db))
    one = resolution.speakers[0]
    write.apply_resolution(db, Resolution(
        speakers=(one,), assignments=dict.fromkeys(resolution.assignments, one.id)))
    pipeline.tell(db)
    assert check(db) == []
    assert db["speakers"].count == 1
    write.apply_resolution(db, resolution)
    pipeline.tell(db)
    assert check(db) == []


# ------------------------------------------------------------------ killed, locked, read-only

KILLED_BUILD = textwrap.dedent("""
    import importlib.util, sys
    spec = importlib.util.spec_from_file_location("conftest", sys.argv[1])
    sample = importlib.util.module_from_spec(spec); spec.loader.exec_module(sample)
    from quotes.records import Run
    from quotes.store import write
    run = Run(id="run1", version="1.0", model="model 1", tagger="rules", settings="{}")
    print("ready", flush=True)
    db = write.open_database(sys.argv[2], create=True)
    db.conn.execute("PRAGMA cache_size = 5")  # pages reach the file before the commit does
    db.conn.execute("PRAGMA synchronous = OFF")  # a killed process loses nothing that the system has
    for number in range(10):
        for name, news in sample.NEWS.items():
            write.write_extraction(db, sample.make_extraction(f"{name}-{number}", *news), run)
        if number % 4 == 3:
            sample.finish(db)
    sample.finish(db)
    db.close()
""")


def killed_build(path: Path, *, after: float | None) -> bool:
    """Run a build of 50 articles in another process, killed after some seconds; return whether it was."""
    command = [sys.executable, "-c", KILLED_BUILD, str(Path(__file__).with_name("conftest.py")), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        if after is not None:
            time.sleep(after)
            process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL


def test_a_build_killed_at_any_moment_is_taken_up_again_to_the_same_end(tmp_path: Path, rows_of: Rows) -> None:
    started = time.monotonic()
    assert not killed_build(tmp_path / "undisturbed.db", after=None)
    whole = time.monotonic() - started
    expected = rows_of(tmp_path / "undisturbed.db")
    chance = random.Random()  # noqa: S311
    path = tmp_path / "killed.db"
    kills = 0
    for _ in range(6):
        kills += killed_build(path, after=chance.uniform(0, whole / 3))
        if path.exists() and path.stat().st_size:
            base = write.open_database(path, create=True)
            faults = [fault for fault in check(base) if "computed anew" not in fault and "has no quote" not in fault]
            assert faults == []
            base.close()
    assert kills
    assert not killed_build(path, after=None)
    assert rows_of(path) == expected
    assert [file.name for file in sorted(tmp_path.iterdir())] == ["killed.db", "undisturbed.db"]


def test_a_database_in_use_is_waited_for_and_then_named(tmp_path: Path, news: dict[str, Extraction], run: Run) -> None:
    path = tmp_path / "data.db"
    build(path, [news["a1"]], run, None)
    other = write.open_database(path)
    other.conn.execute("BEGIN IMMEDIATE")
    base = write.open_database(path, busy_seconds=0.1)
    with pytest.raises(StoreError, match=r"data\.db: another program is writing to it; try again"):
        write.write_extraction(base, news["a2"], run)
    assert not base.conn.in_transaction
    other.conn.execute("ROLLBACK")
    assert write.write_extraction(base, news["a2"], run)
    base.close()
    other.close()


def test_two_builds_at_once_end_as_one(tmp_path: Path, rows_of: Rows) -> None:
    assert not killed_build(tmp_path / "alone.db", after=None)
    command = [sys.executable, "-c", KILLED_BUILD, str(Path(__file__).with_name("conftest.py")),
               str(tmp_path / "both.db")]
    builds = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [build.communicate()[1].decode() for build in builds]
    assert [build.returncode for build in builds] == [0, 0], errors
    assert rows_of(tmp_path / "both.db") == rows_of(tmp_path / "alone.db")


def as_nobody(code: str, *arguments: str) -> str:
    """Run Python code as a user who may write nowhere; root may, whatever a folder says."""
    drop = "import os; os.setgid(65534); os.setuid(65534)\n" if os.geteuid() == 0 else ""
    imports = (
        "import sys; from quotes.store import write, read; from quotes.errors import ArticleError, StoreError\n"
        "list(read.entities(write.open_database(sys.argv[1], readonly=True)))  # all modules, while they can be read\n"
    )
    result = subprocess.run([sys.executable, "-c", imports + drop + code, *arguments], capture_output=True, text=True,
                            check=False)
    return result.stdout + result.stderr


READ_ONLY = textwrap.dedent("""
    try:
        db = write.open_database(sys.argv[1], create=True)
        write.delete_article(db, "a1")
    except StoreError as error:
        print(error)
    db = write.open_database(sys.argv[1], readonly=True)
    print(sum(1 for _ in read.entities(db)), "entities")
""")


def test_a_read_only_folder_is_named_and_can_still_be_read(
    tmp_path: Path, news: dict[str, Extraction], run: Run
) -> None:
    path = tmp_path / "data.db"
    build(path, list(news.values()), run, None)
    path.chmod(0o444)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o555)
    try:
        output = as_nobody(READ_ONLY, str(path))
    finally:
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o700)
    assert output.splitlines() == [
        f"{path}: it cannot be written; make the file and its folder writable, or choose another with --db",
        "7 entities",
    ]


def test_a_full_disk_leaves_the_database_as_it_was(
    tmp_path: Path, news: dict[str, Extraction], run: Run, extraction_of: Callable[..., Extraction]
) -> None:
    path = tmp_path / "data.db"
    build(path, list(news.values()), run, None)
    base = write.open_database(path)
    pages = base.conn.execute("PRAGMA page_count").fetchone()[0]
    base.conn.execute(f"PRAGMA max_page_count = {pages + 2}")
    long = extraction_of("long", "Outlet", None, [("Ana Ruiz", None, None, f"word {n} " * 50) for n in range(50)])
    with pytest.raises(StoreError, match="the disk is full; free some space and build again"):
        write.write_extraction(base, long, run)
    assert not base.conn.in_transaction
    assert read.stored_article(base, "long") is None
    assert [fault for fault in check(base) if "computed anew" not in fault] == []
    base.close()


def test_an_article_without_quotes_is_an_article(empty: Database, run: Run) -> None:
    article = Article(id="x", text="No one said anything.")
    assert write.write_extraction(empty, Extraction(article=article), run)
    assert not write.write_extraction(empty, Extraction(article=article), run)
    assert read.made_by(empty, article) == run.id


def test_a_quote_is_stored_under_one_article_only(
    empty: Database, run: Run, news: dict[str, Extraction]
) -> None:
    twice: tuple[Quote, ...] = (news["a1"].quotes[0], news["a1"].quotes[0])
    with pytest.raises(ArticleError, match="two share one quote identifier"):
        write.write_extraction(empty, replace(news["a1"], quotes=twice), run)
