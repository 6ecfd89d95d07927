"""Small clusters on this machine, to try what extracts on large ones: Dask with two worker processes, Ray with two nodes.

They listen at 127.0.0.1 alone. Needs the extras `dask` and `ray`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotes.engines import EngineName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BIN = Path(sys.executable).parent
HERE = "127.0.0.1"
WAIT = 600
"""Seconds to wait for anything."""


def wait_for(condition: Callable[[], Any]) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it is not after a while.
    """
    end = time.monotonic() + WAIT
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not so after {WAIT} seconds")
        time.sleep(0.05)


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
        return subprocess.Popen([str(BIN / "dask"), *arguments], stdout=log, stderr=log)  # noqa: S603  our own words

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
        """End all of it."""
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(WAIT)


class Ray:
    """Two nodes with a worker each."""

    name = EngineName.RAY

    def __init__(self, folder: Path) -> None:
        del folder
        os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_raylet_start_wait_time_s": str(WAIT)}
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
        """End all of it."""
        self.cluster.shutdown()


@contextmanager
def started(kind: type[Dask | Ray], folder: Path) -> Iterator[Dask | Ray]:
    """Start a cluster, and stop it at the end; it keeps its logs in a folder."""
    cluster = kind(folder)
    try:
        yield cluster
    finally:
        cluster.stop()
