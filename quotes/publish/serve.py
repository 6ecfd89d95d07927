"""`quotes serve`: Datasette with our plugin, read only, in this process.

Invariant: the database file is only ever opened for reading, and no address on the internet is asked for anything.
"""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import sys
import threading
import webbrowser
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from datasette.app import Datasette

from quotes.errors import StoreError
from quotes.publish.site import OUR_TABLES

if TYPE_CHECKING:
    import socket

HOST = "127.0.0.1"
PORT = 8001
SWITCH_SECONDS = 0.0005
# From this size on, a page takes long enough for visitors to wait for one another.
LARGE_BYTES = 200_000_000
MOST_PROCESSES = 4
SPAWN = multiprocessing.get_context("spawn")
SERVER: dict[str, Any] = {"log_level": "warning", "lifespan": "on", "server_header": False, "timeout_keep_alive": 15}
# Why these: suggestions cost 50 ms a column; visitors may not hold a reader for longer than a page takes; a page of
# 100,000 characters a cell helps nobody.
SETTINGS = {
    "suggest_facets": False,
    "facet_time_limit_ms": 500,
    "sql_time_limit_ms": 1000,
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
    """
    datasette = make_datasette(db)
    config = uvicorn.Config(datasette.app(), host=host, port=port, **SERVER)
    listener = config.bind_socket()
    helpers = [SPAWN.Process(target=_help, args=(str(Path(db).resolve()), listener, datasette._secret), daemon=True)  # noqa: SLF001
               for _ in range(processes(db) - 1)]
    for helper in helpers:
        helper.start()
    if open_browser:
        timer = threading.Timer(1.5, webbrowser.open, [f"http://{host}:{port}/"])
        timer.daemon = True
        timer.start()
    try:
        _run(config, listener)
    finally:
        for helper in helpers:
            helper.terminate()


def processes(db: str | Path) -> int:
    """Return how many processes serve a database: one, or for a large one as many as there are processors, up to 4."""
    return min(os.cpu_count() or 1, MOST_PROCESSES) if Path(db).stat().st_size >= LARGE_BYTES else 1


def _help(db: str, listener: socket.socket, secret: str) -> None:
    """Serve too, in a process of its own, at the same socket and with the same secret for cookies."""
    datasette = Datasette([db], settings=SETTINGS, secret=secret)
    _run(uvicorn.Config(datasette.app(), **SERVER), listener)


def _run(config: uvicorn.Config, listener: socket.socket) -> None:
    # A reader that has its rows waits for the interpreter until the page in hand lets go of it, 5 ms by default, several
    # times a page.
    sys.setswitchinterval(SWITCH_SECONDS)
    uvicorn.Server(config).run(sockets=[listener])
