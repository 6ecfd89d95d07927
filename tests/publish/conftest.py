"""Databases made once a session, and Datasettes over them."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import site_corpus as corpus
import site_hostile as hostile

from quotes import pipeline
from quotes.publish.serve import make_datasette
from quotes.store import write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datasette.app import Datasette

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus.build(tmp_path_factory.mktemp("site") / "data.db")


@pytest.fixture(scope="session")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus's database resolved as a build does: the corpus itself names speakers in its own way. To be copied."""
    path = corpus.build(tmp_path_factory.mktemp("resolved") / "data.db")
    with contextlib.closing(write.open_database(path)) as base:
        base.conn.execute("insert or ignore into stale values ('speakers'), ('terms')")
        pipeline.resolve(base)
    return path


@pytest.fixture(scope="session")
def hostile_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.build(tmp_path_factory.mktemp("hostile") / "data.db")


@pytest.fixture
def datasette(database: Path) -> Datasette:
    return make_datasette(database)


@pytest.fixture
def hostile_datasette(hostile_database: Path) -> Datasette:
    return make_datasette(hostile_database)


@contextlib.contextmanager
def running(path: Path, metadata: Path | None = None) -> Iterator[str]:
    """Serve a database as `quotes serve` does, or as Datasette does with metadata, in a process; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "import sys; from quotes.publish.serve import Address, serve; serve(sys.argv[1], Address(port=int(sys.argv[2])))"
    command = ["-c", code, str(path), str(port)]
    if metadata is not None:
        command = ["-m", "datasette", str(path), "-m", str(metadata), "-p", str(port)]
    server = subprocess.Popen([sys.executable, *command], cwd=path.parent, stdout=subprocess.DEVNULL,
                              stderr=None if metadata is None else subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            if server.poll() is not None:
                raise RuntimeError("the server ended at once")
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/robots.txt", timeout=5):  # noqa: S310
                break
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def server(database: Path) -> Iterator[str]:
    with running(database) as address:
        yield address


@pytest.fixture(scope="session")
def hostile_server(hostile_database: Path) -> Iterator[str]:
    with running(hostile_database) as address:
        yield address
