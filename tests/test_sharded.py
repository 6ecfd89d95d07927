"""Shards: the records and the database of a single process, whatever kind the inputs are; a second run does what is missing."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import chdir, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from shard_inputs import KINDS, story, write

from quotes import pipeline, sharded, shards
from quotes.engines import Engine, EngineName
from quotes.errors import ConfigError, IngestError, QuotesError, StoreError
from quotes.ingest.options import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quotes.config import Settings

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore::ResourceWarning")]

Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        kept = [name for name in names if not name.startswith(("sqlite_", "_sqlite_")) and "_fts" not in name]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in kept}


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def extract(
    folder: Path, settings: Settings, *paths: str, out: str = "shards", workers: int = 1, **more: Any
) -> sharded.ShardReport:
    with chdir(folder):
        return sharded.extract(paths or ("in",), out=out, engine=Engine(workers=workers), settings=settings, **more)


def load(folder: Path, out: str = "shards", db: str = "loaded.db") -> pipeline.BuildReport:
    with chdir(folder):
        return sharded.load(out, db=db)


def build(folder: Path, settings: Settings, db: str = "built.db") -> pipeline.BuildReport:
    with chdir(folder):
        return pipeline.build(["in"], db=db, settings=settings)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of every kind, one of them damaged, and what a build of it makes of it all."""
    folder = tmp_path_factory.mktemp("archive")
    for number, kind in enumerate(KINDS):
        write(folder / "in", kind, number * 10, 3)
    shutil.copy(folder / "in" / "archive-000.jsonl", folder / "in" / "copy.jsonl")  # every article twice
    lines = [json.dumps(story(0) | {"text": "Another text, said Tom Okoro, the mayor. " * 3}), "no JSON", json.dumps(story(90))]
    (folder / "in" / "mixed.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "in" / "torn.warc.gz").write_bytes((folder / "in" / "archive-030.warc.gz").read_bytes()[:-60])
    (folder / "in" / "torn.parquet").write_bytes((folder / "in" / "archive-020.parquet").read_bytes()[:-60])
    (folder / "in" / "page.html").symlink_to("nowhere.html")
    (folder / "in" / "articles.csv").write_text("file,outlet\narchive-040.txt,The Harfield Mail\nghost.txt,Nobody\n")
    return folder


@pytest.fixture(scope="module")
def extracted(archive: Path, settings: Settings) -> sharded.ShardReport:
    return extract(archive, settings)


@pytest.fixture(scope="module")
def built(archive: Path, settings: Settings) -> Path:
    build(archive, settings)
    return archive / "built.db"


def test_every_kind_of_archive_is_extracted_and_damaged_ones_are_named(extracted: sharded.ShardReport) -> None:
    assert {(failure.origin, failure.stage) for failure in extracted.failures} == {
        ("in/mixed.jsonl#2", "ingest"), ("in/torn.parquet", "ingest"), ("in/torn.warc.gz", "ingest"), ("in/page.html", "ingest"),
        ("in/articles.csv", "metadata"),
    }
    assert (extracted.written, extracted.unchanged) == (9, 0)
    assert extracted.quotes >= 3 * (extracted.articles - 1)


def test_the_database_is_the_one_that_a_build_makes(archive: Path, extracted: sharded.ShardReport, built: Path) -> None:
    report = load(archive)
    assert extracted.articles > report.written > 12
    assert rows_of(archive / "loaded.db") == rows_of(built)


def test_a_second_load_changes_no_byte_and_a_build_after_it_finds_nothing_to_do(
    archive: Path, extracted: sharded.ShardReport, settings: Settings, tmp_path: Path
) -> None:
    assert extracted.articles
    load(archive, db=str(tmp_path / "data.db"))
    before = (tmp_path / "data.db").read_bytes()
    assert load(archive, db=str(tmp_path / "data.db")).written == 0
    assert (tmp_path / "data.db").read_bytes() == before
    assert build(archive, settings, db=str(tmp_path / "data.db")).written == 0
    assert (tmp_path / "data.db").read_bytes() == before


@pytest.mark.parametrize(("workers", "kind"), [(2, shards.Format.JSONL), (1, shards.Format.PARQUET)],
                         ids=["two processes", "Parquet"])
def test_the_records_are_those_of_a_single_process(
    archive: Path, extracted: sharded.ShardReport, settings: Settings, tmp_path: Path, workers: int, kind: shards.Format
) -> None:
    report = extract(archive, settings, out=str(tmp_path / "out"), workers=workers, kind=kind)
    assert (report.articles, report.quotes) == (extracted.articles, extracted.quotes)
    if kind == shards.Format.JSONL:
        assert files_of(tmp_path / "out") == files_of(archive / "shards")
    pairs = zip(shards.entries(tmp_path / "out"), shards.entries(archive / "shards"), strict=True)
    for entry, other in pairs:
        assert list(shards.read(tmp_path / "out", entry)) == list(shards.read(archive / "shards", other))


@pytest.fixture
def small(tmp_path: Path, settings: Settings) -> Path:
    """A folder with three archives, extracted."""
    for number, kind in enumerate(("jsonl", "csv", "txt")):
        write(tmp_path / "in", kind, number * 10, 1)
    extract(tmp_path, settings)
    return tmp_path


def refuse(*_: object, **__: object) -> Iterator[Any]:
    raise AssertionError("work was spread")


def test_a_second_run_does_nothing(small: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.stat().st_mtime_ns for path in (small / "shards").rglob("*")}
    monkeypatch.setattr("quotes.engines.run", refuse)
    report = extract(small, settings)
    assert (report.written, report.unchanged, report.articles) == (0, 3, 3)
    assert {path: path.stat().st_mtime_ns for path in (small / "shards").rglob("*")} == before


def test_an_archive_that_was_moved_is_not_done_again(small: Path, settings: Settings) -> None:
    (small / "in").rename(small / "moved")
    assert extract(small, settings, "moved").written == 0


@pytest.mark.parametrize("lost", ["shard", "entry", "half of a shard"])
def test_what_is_missing_is_done_again(small: Path, settings: Settings, lost: str) -> None:
    before = files_of(small / "shards")
    entry = shards.entries(small / "shards")[1]
    shard = entry.file(small / "shards")
    if lost == "entry":
        (small / "shards" / shards.MANIFEST / f"{entry.name}.json").unlink()
    elif lost == "shard":
        shard.unlink()
    else:
        shard.write_bytes(shard.read_bytes()[:100])
    assert extract(small, settings).written == 1
    assert files_of(small / "shards") == before


def test_what_changed_takes_the_place_of_what_was(small: Path, settings: Settings) -> None:
    write(small / "in", "jsonl", 0, 2)
    report = extract(small, settings)
    assert (report.written, report.articles) == (1, 4)
    assert len(files_of(small / "shards")) == 2 * 3 + 1
    assert extract(small, replace(settings, attitudes=True)).written == 3
    assert len(files_of(small / "shards")) == 2 * 3 + 1


def test_a_part_that_a_killed_writer_left_goes_and_its_shard_comes_last(
    small: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shards.entries(small / "shards")[0]
    for path in [path for path in (small / "shards").rglob("*.*") if path.is_file()]:
        path.unlink()
    (small / "shards" / f".{first.name}.jsonl.0123.part").write_bytes(b"half")
    order: list[str] = []
    run = sharded.engines.run
    monkeypatch.setattr("quotes.engines.run", lambda engine, work, tasks: run(engine, work, _noted(tasks, order)))
    assert extract(small, settings).written == 3
    assert order[-1] == first.name
    assert not list((small / "shards").rglob("*.part"))


def _noted(tasks: list[sharded.Task], order: list[str]) -> list[sharded.Task]:
    order += [task.name for task in tasks]
    return tasks


def test_a_damaged_archive_is_tried_again_and_others_are_not(small: Path, settings: Settings) -> None:
    (small / "in" / "torn.warc.gz").write_bytes(gzip.compress(b"WARC/1.0\r\n\r\n")[:-9])
    first = extract(small, settings)
    assert [failure.origin for failure in first.failures] == ["in/torn.warc.gz"]
    again = extract(small, settings)
    assert (again.written, again.unchanged, len(again.failures)) == (1, 3, 1)


# ---------------------------------------------------------------- what cannot be used


def test_two_programs_do_not_write_into_one_folder(small: Path, settings: Settings) -> None:
    with shards.locked(small / "shards"), pytest.raises(ConfigError, match="another program writes into it"):
        extract(small, settings)


def test_a_folder_among_the_inputs_is_refused(small: Path, settings: Settings) -> None:
    extract(small, settings, out="in/shards")
    with pytest.raises(ConfigError, match="lies among the inputs"):
        extract(small, settings, out="in/shards")


@pytest.mark.parametrize("path", ["-", "https://mail.example/", "table:news.db/articles"])
def test_what_is_no_file_is_refused(tmp_path: Path, settings: Settings, path: str) -> None:
    with pytest.raises(IngestError, match="is no file"):
        extract(tmp_path, settings, path)


def test_a_worker_of_another_version_is_refused(small: Path, settings: Settings) -> None:
    (small / "in" / "more.txt").write_text(story(5)["text"], encoding="utf-8")
    planned = next(iter(sharded.articles.plan([str(small / "in" / "more.txt")], options=ReadOptions())))
    assert isinstance(planned, sharded.articles.Planned)
    task = sharded.Task(name="n", folder=str(small / "shards"), format=shards.Format.JSONL, planned=planned,
                        options=ReadOptions(), settings=settings, run_id="another")
    with pytest.raises(QuotesError, match="another version"):
        sharded.make_shard(task)


@pytest.mark.parametrize(("change", "fault"), [
    (lambda text: text.replace('"name":"', '"name":"../../etc/', 1), "entry of another shard"),
    (lambda text: text[:50], "is damaged"),
    (lambda text: text.replace('"articles":1', '"articles":"1"', 1), "is no int"),
    (lambda text: "[" * 100_000 + text, "is damaged"),
], ids=["leads elsewhere", "half", "a text as number", "nested deep"])
def test_an_entry_that_was_tampered_with_is_refused(small: Path, change: Any, fault: str) -> None:
    entry = next((small / "shards" / shards.MANIFEST).glob("*.json"))
    entry.write_text(change(entry.read_text()))
    with pytest.raises(StoreError, match=fault):
        load(small)


def test_a_shard_that_is_not_what_was_written_is_refused(small: Path) -> None:
    shard = shards.entries(small / "shards")[0].file(small / "shards")
    shard.write_bytes(shard.read_bytes().replace(b"mayor", b"miner"))
    with pytest.raises(StoreError, match="not what was written"):
        load(small)


def test_a_folder_that_is_none_of_shards_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no folder of shards"):
        load(tmp_path, out=".")


@pytest.mark.parametrize(("engine", "fault"), [
    ({"name": EngineName.DASK}, "name its cluster with --address"),
    ({"name": EngineName.RAY}, "name its cluster with --address"),
    ({"address": "tcp://127.0.0.1:1"}, "only --engine dask and --engine ray"),
], ids=["Dask without an address", "Ray without an address", "an address of this machine"])
def test_an_engine_and_its_address_belong_together(engine: Any, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        Engine(**engine)


# ---------------------------------------------------------------- the command line, and death


def quotes(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "quotes", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, error = process.communicate(timeout=180)
    return process.returncode, out.decode(), error.decode()


def test_hostile_text_goes_through_as_text(tmp_path: Path) -> None:
    text = "“'); DROP TABLE quotes;-- <script>alert(1)</script> \u202e\x1b[31m”, said Ana Ruiz, the mayor of Harfield town. " * 2
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a\x1b[31mb.jsonl").write_text(json.dumps({"id": "../x", "text": text}) + "\nno JSON\n")
    status, out, error = ended(quotes(tmp_path, "extract", "in", "--out", "shards"))
    assert (status, "\x1b" in out + error) == (1, False)
    assert ended(quotes(tmp_path, "load", "shards", "--db", "d.db"))[0] == 1
    ended(quotes(tmp_path, "build", "in", "--db", "b.db"))
    assert rows_of(tmp_path / "d.db") == rows_of(tmp_path / "b.db")
    assert {path.name for path in tmp_path.iterdir()} == {"in", "shards", "d.db", "b.db"}


@pytest.mark.parametrize(("option", "value"), [("--engine", "local"), ("--address", "x:1"), ("--format", "parquet")])
def test_what_belongs_to_shards_needs_a_folder(tmp_path: Path, option: str, value: str) -> None:
    status, _, error = ended(quotes(tmp_path, "extract", option, value))
    assert status == 2
    assert f"{option} goes with --out DIR" in error


def children(process: int) -> list[int]:
    """Return the processes that a process has started to extract."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parent = int(status.read_text().partition("PPid:\t")[2].split()[0])
            command = status.with_name("cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if parent == process and b"loky" in command and b"resource_tracker" not in command:
            found.append(int(status.parent.name))
    return found


def test_after_a_worker_was_killed_a_second_run_does_what_is_missing(tmp_path: Path, settings: Settings) -> None:
    for number in range(6):
        write(tmp_path / "in", "jsonl", number * 10, 4, sentences=30)
    extract(tmp_path, settings, out="whole")
    process = quotes(tmp_path, "extract", "in", "--out", "shards", "--workers", "2")
    end = time.monotonic() + 120
    while not list((tmp_path / "shards").glob("manifest/*.json")) and time.monotonic() < end:
        time.sleep(0.02)
    os.kill(children(process.pid)[0], signal.SIGKILL)
    status, _, error = ended(process)
    assert status == 1
    assert "a worker process died" in error
    done = {path: path.stat().st_mtime_ns for path in (tmp_path / "shards" / "manifest").glob("*.json")}
    assert 0 < len(done) < 6
    report = extract(tmp_path, settings)
    assert report.written == 6 - len(done)
    assert {path: path.stat().st_mtime_ns for path in done} == done
    assert files_of(tmp_path / "shards") == files_of(tmp_path / "whole")
