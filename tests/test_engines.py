"""Clusters as they are: two worker processes of Dask, two nodes of Ray. Run by `scripts/test --engines`.

A worker that is killed, and one that is taken away, lose and repeat nothing: the shards are byte for byte those of a single
process, at the latest after a second run.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from shard_inputs import write

from quotes import sharded, shards
from quotes.engines import Engine, EngineName, run
from quotes.errors import ConfigError
from scripts.measure.clusters import Dask, Ray, started, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from quotes.config import Settings

pytestmark = [pytest.mark.engines, pytest.mark.model, pytest.mark.filterwarnings("ignore")]

SHARDS = 6


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def entries_of(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (folder / shards.MANIFEST).glob("[!.]*.json")}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    """A folder of archives, and in `whole` what a single process makes of them."""
    folder = tmp_path_factory.mktemp("archive")
    for number in range(SHARDS):
        write(folder / "in", ("jsonl", "csv", "parquet", "warc.gz")[number % 4], number * 10, 4, sentences=12)
    (folder / "in" / "torn.parquet").write_bytes((folder / "in" / "archive-020.parquet").read_bytes()[:-60])
    report = sharded.extract([str(folder / "in")], out=folder / "whole", engine=Engine(), settings=settings)
    assert len(report.failures) == 1
    return folder


CLUSTERS = pytest.mark.parametrize("kind", [Dask, Ray], ids=["Dask", "Ray"])


def extract(cluster: Dask | Ray, folder: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "quotes", "extract", str(folder / "in"), "--out", str(out), "--engine", str(cluster.name),
               "--address", cluster.address]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@contextmanager
def running(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, error = process.communicate(timeout=900)
    return process.returncode, out.decode(), error.decode()


# ---------------------------------------------------------------- what they must do


@CLUSTERS
def test_an_engine_makes_the_records_of_a_single_process_and_a_second_run_does_nothing(
    kind: type[Dask | Ray], archive: Path, tmp_path: Path
) -> None:
    with started(kind, tmp_path) as cluster:
        status, said, told = ended(extract(cluster, archive, tmp_path / "out"))
        assert (status, "torn.parquet: damaged Parquet" in told) == (1, True)
        assert f"{SHARDS + 1} shards written" in said
        before = entries_of(tmp_path / "out")
        _, said, _ = ended(extract(cluster, archive, tmp_path / "out"))
        assert f"1 shard written, {SHARDS} unchanged" in said  # the torn one is tried again
        after = entries_of(tmp_path / "out")
        assert {name for name in before if before[name] != after[name]} == {name for name in before if name.startswith("torn")}
    assert files_of(tmp_path / "out") == files_of(archive / "whole")


@CLUSTERS
@pytest.mark.parametrize("blow", ["killed", "removed"])
def test_a_worker_that_goes_in_mid_run_loses_and_repeats_nothing(
    kind: type[Dask | Ray], archive: Path, tmp_path: Path, blow: str
) -> None:
    out = tmp_path / "out"
    with started(kind, tmp_path) as cluster, running(extract(cluster, archive, out)) as process:
        wait_for(lambda: len(entries_of(out)) >= 2 or process.poll() is not None)
        assert process.poll() is None, "it was over before the blow"
        done = entries_of(out)
        if blow == "killed":
            os.kill(cluster.workers()[0], signal.SIGKILL)
        else:
            cluster.remove()
        status, _, told = ended(process)
        again = ended(extract(cluster, archive, out)) if "a worker process died" in told else (status, "", "")
    assert again[0] == 1, "only the torn archive fails"
    assert {name: moment for name, moment in entries_of(out).items() if name in done and not name.startswith("torn")} == {
        name: moment for name, moment in done.items() if not name.startswith("torn")}
    assert files_of(out) == files_of(archive / "whole")


@pytest.mark.parametrize(("name", "address"), [(EngineName.DASK, "tcp://127.0.0.1:1"), (EngineName.DASK, "no address")], ids=str)
def test_a_cluster_that_does_not_answer_is_told_in_one_line(
    name: EngineName, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotes.engines.CONNECT_SECONDS", 2)
    with pytest.raises(ConfigError, match="no cluster of dask answers"):
        list(run(Engine(name=name, address=address), str, [1]))
