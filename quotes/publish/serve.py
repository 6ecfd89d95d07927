"""`quotes serve`: Datasette with our plugin, read only, in this process.

Invariant: the database file is only ever opened for reading, and no address on the internet is asked for anything.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import socket
import sqlite3
import sys
import threading
import webbrowser
from contextlib import closing
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette

from quotes.errors import ConfigError, StoreError
from quotes.publish.facets import TOPIC, FacetIndex
from quotes.publish.site import OUR_TABLES, site_of

HOST = "127.0.0.1"
PORT = 8001
SWITCH_SECONDS = 0.0005
# How long to wait for a build that is just writing.
BUSY_SECONDS = 60.0
# From this size on, a page takes long enough for visitors to wait for one another.
LARGE_BYTES = 200_000_000
MOST_PROCESSES = 4
FORK = multiprocessing.get_context("fork") if "fork" in multiprocessing.get_all_start_methods() else None
SERVER: dict[str, Any] = {"log_level": "warning", "lifespan": "on", "server_header": False, "timeout_keep_alive": 15}
# Why these: suggestions cost 50 ms a column; visitors may not hold a reader for longer than a page takes; a page of
# 100,000 characters a cell helps nobody.
SETTINGS = {
    "suggest_facets": False,
    "facet_time_limit_ms": 500,
    "sql_time_limit_ms": 2000,
    "num_sql_threads": 4,
    "truncate_cells_html": 600,
    "default_cache_ttl": 30,
    "cache_size_kb": 32_000,
    "trace_debug": False,
    "template_debug": False,
}


def check_database(path: str | Path) -> None:
    """Make sure that a file is a database that can be published.

    Raises:
        StoreError: there is no such file, it is no SQLite database, or it holds none of our tables.
    """
    path = Path(path)
    if not path.is_file():
        raise StoreError(f"{path}: no such file; `quotes build --db {path}` makes it")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            names = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be read as a SQLite database: {error}") from error
    if not names >= OUR_TABLES:
        raise StoreError(f"{path}: not a database of quotes: it has no table {min(OUR_TABLES - names)}")


def make_datasette(path: str | Path, *, settings: dict[str, object] | None = None) -> Datasette:
    """Return a Datasette that publishes a database of ours.

    Args:
        path: the database.
        settings: Datasette's settings, over ours.

    Raises:
        StoreError: the file cannot be published.
    """
    check_database(path)
    return Datasette([str(path)], settings={**SETTINGS, **(settings or {})})


def serve(db: str | Path, port: int = PORT, open_browser: bool = False, *, host: str = HOST) -> None:  # noqa: FBT001, FBT002
    """Publish a database until interrupted.

    Args:
        db: the database, which is never written to.
        port: where to listen.
        open_browser: also open the home page in the user's browser.
        host: the address to listen at; only this machine by default.

    Raises:
        StoreError: the file cannot be published.
        ConfigError: the port is taken or may not be used.
    """
    check_database(db)
    helping = processes(db) - 1
    index = _read_index(db) if helping else None
    listener = _listen(host, port)
    secret = secrets.token_hex(32)
    # Whatever ends this process, the end of the pipe that only it holds closes, and its helpers end too.
    lifeline = os.pipe()
    helpers = [FORK.Process(target=_help, args=(lifeline, db, listener, secret, index)) for _ in range(helping)] if FORK else []
    for helper in helpers:
        helper.start()
    if open_browser:
        timer = threading.Timer(1.5, webbrowser.open, [f"http://{host}:{port}/"])
        timer.daemon = True
        timer.start()
    try:
        _run(db, listener, secret, index)
    finally:
        for helper in helpers:
            helper.terminate()


def processes(db: str | Path) -> int:
    """Return how many processes serve a database: one, or for a large one as many as there are processors, up to 4."""
    large = FORK is not None and Path(db).stat().st_size >= LARGE_BYTES
    return min(os.cpu_count() or 1, MOST_PROCESSES) if large else 1


def _read_index(db: str | Path) -> FacetIndex:
    """Return the whole index of facets, which the processes then share: they are copies of this one."""
    with closing(sqlite3.connect(f"{Path(db).resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as connection:
        index = FacetIndex.read(connection)
        for facet in (TOPIC, "cue_lemma", "rule"):
            index.add(connection, facet)
    return index


def _help(lifeline: tuple[int, int], db: str | Path, listener: socket.socket, secret: str, index: FacetIndex | None) -> None:
    """Serve too, for as long as the first process lives."""
    read, write = lifeline
    os.close(write)

    def wait() -> None:
        os.read(read, 1)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
    _run(db, listener, secret, index)


def _run(db: str | Path, listener: socket.socket, secret: str, index: FacetIndex | None) -> None:
    """Serve at a socket that is bound already."""
    datasette = Datasette([str(db)], settings=SETTINGS, secret=secret)
    if index is not None:
        site_of(datasette).preload(index)
    # A reader that has its rows waits for the interpreter until the page in hand lets go of it, 5 ms by default, several
    # times a page.
    sys.setswitchinterval(SWITCH_SECONDS)
    uvicorn.Server(uvicorn.Config(datasette.app(), **SERVER)).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigError(f"{host}:{port}: cannot listen there: {error.strerror}; choose another with --port") from error
    return listener
