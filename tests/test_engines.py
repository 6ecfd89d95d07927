"""Clusters as they are: two worker processes of Dask, two nodes of Ray. Run by `scripts/test --engines`.

A worker that is killed, and one that is taken away, lose and repeat nothing: the shards are byte for byte those of a single
process, at the latest after a second run.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from shard_inputs import write

from quotes import sharded, shards
from quotes.engines import Engine, EngineName, run
from quotes.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quotes.config import Settings

pytestmark = [pytest.mark.engines, pytest.mark.model, pytest.mark.filterwarnings("ignore")]

BIN = Path(sys.executable).parent
HERE = "127.0.0.1"
SHARDS = 8
WAIT = 120


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def entries_of(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (folder / shards.MANIFEST).glob("[!.]*.json")}


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    """A folder of archives, and in `whole` what a single process makes of them."""
    folder = tmp_path_factory.mktemp("archive")
    for number in range(SHARDS):
        write(folder / "in", ("jsonl", "csv", "parquet", "warc.gz")[number % 4], number * 10, 4, sentences=30)
    (folder / "in" / "torn.parquet").write_bytes((folder / "in" / "archive-020.parquet").read_bytes()[:-60])
    report = sharded.extract([str(folder / "in")], out=folder / "whole", engine=Engine(), settings=settings)
    assert len(report.failures) == 1
    return folder


# ---------------------------------------------------------------- clusters


class Dask:
    """A scheduler and two workers with a process each."""

    name = EngineName.DASK

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        told = folder / "scheduler.json"
        common = ("--host", HERE, "--no-dashboard")
        self.processes = [self._start("scheduler", *common, "--port", "0", "--scheduler-file", str(told))]
        wait_for(lambda: told.exists() and told.stat().st_size)
        self.address = json.loads(told.read_text())["address"]
        for number in (1, 2):
            place = str(folder / f"worker-{number}")
            self.processes.append(self._start("worker", self.address, *common, "--nthreads", "1", "--local-directory", place))

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{arguments[0]}.log").open("ab")
        return subprocess.Popen([str(BIN / "dask"), *arguments], stdout=log, stderr=log)

    def workers(self) -> list[int]:
        """Return the processes that work."""
        from distributed import Client  # noqa: PLC0415  an extra

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=WAIT)
            return list(client.run(os.getpid).values())

    def remove(self) -> None:
        """Take a worker away for good."""
        self.processes[-1].terminate()

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(WAIT)


class Ray:
    """Two nodes with a worker each."""

    name = EngineName.RAY

    def __init__(self, folder: Path) -> None:
        del folder
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        from ray.cluster_utils import Cluster  # noqa: PLC0415  an extra

        node = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "node_ip_address": HERE}
        self.cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
        self.second = self.cluster.add_node(**node)
        self.cluster.wait_for_nodes()
        self.address = self.cluster.address

    def workers(self) -> list[int]:
        """Return the processes that work, children of the nodes' own; Ray names them by what they do."""
        nodes = {process.pid for node in self.cluster.list_all_nodes() for _, process in node.live_processes()}
        found = []
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                parent = int(status.read_text().partition("PPid:\t")[2].split()[0])
                command = status.with_name("cmdline").read_bytes()
            except (OSError, ValueError):
                continue
            if parent in nodes and command.startswith(b"ray::PoolActor"):
                found.append(int(status.parent.name))
        return found

    def remove(self) -> None:
        """Take a node away for good."""
        self.cluster.remove_node(self.second, allow_graceful=False)

    def stop(self) -> None:
        self.cluster.shutdown()


@contextmanager
def started(kind: type[Dask | Ray], folder: Path) -> Iterator[Dask | Ray]:
    cluster = kind(folder)
    try:
        yield cluster
    finally:
        cluster.stop()


CLUSTERS = pytest.mark.parametrize("kind", [Dask, Ray], ids=["Dask", "Ray"])


def extract(cluster: Dask | Ray, folder: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "quotes", "extract", str(folder / "in"), "--out", str(out), "--engine", str(cluster.name),
               "--address", cluster.address]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, error = process.communicate(timeout=300)
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
    with started(kind, tmp_path) as cluster:
        process = extract(cluster, archive, out)
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
