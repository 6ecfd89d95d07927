"""`quotes serve`: Datasette with our plugin, read only, in this process.

Invariant: the database file is only ever opened for reading, and no address on the internet is asked for anything.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import secrets
import socket
import sqlite3
import sys
import threading
import webbrowser
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from datasette.app import Datasette
from datasette.utils import tilde_encode

from quotes.errors import ConfigError, StoreError
from quotes.publish import datasette_inside
from quotes.publish.facet_index import TOPIC, FacetIndex
from quotes.publish.guard import EVERY_ADDRESS, allowed_hosts
from quotes.publish.site import site_of
from quotes.store.connection import check_file, refuse_newer, store_errors
from quotes.store.schema import MIGRATIONS
from quotes.store.stored import OUR_TABLES, tables

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
PORT = 8001
SWITCH_SECONDS = 0.0005
# How long to wait for a build that is just writing.
BUSY_SECONDS = 60.0
# From this size on, a page takes long enough for visitors to wait for one another.
LARGE_BYTES = 200_000_000
MOST_PROCESSES = 4
BACKLOG = 128
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
    "max_csv_mb": 1000,
    "trace_debug": False,
    "template_debug": False,
}


def check_database(path: str | Path) -> None:
    """Make sure that a file is a database that can be published.

    Raises:
        StoreError: there is no such file, it is no SQLite database, it holds none of our tables, or a newer version made it:
            what that added might be meant for nobody else.
    """
    path = Path(path)
    check_file(path)
    with store_errors(path), closing(_reader(path)) as connection:
        names = tables(connection)
        applied = set(connection.execute(f"select name from {MIGRATIONS.migrations_table} where migration_set = ?",  # noqa: S608
                                         [MIGRATIONS.name])) if MIGRATIONS.migrations_table in names else set()
    if not names:
        raise StoreError(f"{path}: is empty; fill it with `quotes build --db {path}`")
    if not names >= OUR_TABLES:
        raise StoreError(f"{path}: not a database of quotes: it has no table {min(OUR_TABLES - names)}; choose another file "
                         "with --db")
    refuse_newer(path, (name for (name,) in applied))


def _reader(path: str | Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)


def make_datasette(
    path: str | Path, *, settings: dict[str, object] | None = None, secret: str | None = None
) -> Datasette:
    """Return a Datasette that publishes a database of ours.

    Args:
        path: the database.
        settings: Datasette's settings, over ours.
        secret: what signs cookies; by default another one each time.

    Raises:
        StoreError: the file cannot be published.
    """
    check_database(path)
    return Datasette([str(path)], settings={**SETTINGS, **(settings or {})}, secret=secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a site is served.

    `hosts`: first the address to listen at, then other names that visitors may call it by. `base_url`: the path that a
    proxy publishes the site at, whether or not it takes it off what it passes on; it begins and ends with a slash.
    """

    hosts: tuple[str, ...] = (HOST,)
    port: int = PORT
    base_url: str = "/"

    def url(self, port: int | None = None) -> str:
        """Return the address of the home page on this machine, at the port that was taken if 0 was asked for."""
        host = "127.0.0.1" if self.hosts[0] in EVERY_ADDRESS else self.hosts[0].strip("[]")
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port if port is None else port}{self.base_url}"


def base_url_of(path: str, db: str | Path) -> str:
    """Return a path to serve at, with a slash at both ends.

    Raises:
        ConfigError: no path, or one that begins as pages of the site do: links could not tell the two apart.
    """
    inner = path.strip("/")
    if not re.fullmatch(r"[\w.~-]+(/[\w.~-]+)*|", inner, re.ASCII):
        raise ConfigError(f"--base-url {path}: is no path; write it as /quotes-of-today/")
    if inner.partition("/")[0] in ("quotes", "-", tilde_encode(Path(db).stem)):
        raise ConfigError(f"--base-url {path}: pages of the site are called so; choose another, such as /news{path}")
    return f"/{inner}/" if inner else "/"


def serve(db: str | Path, address: Address | None = None, *, open_browser: bool = False,
          on_listening: Callable[[str], None] | None = None) -> None:
    """Publish a database until interrupted.

    Args:
        db: the database, which is never written to.
        address: where; on this machine alone by default.
        open_browser: also open the home page in the user's browser.
        on_listening: called with the home page's address once connections are accepted.

    Raises:
        StoreError: the file cannot be published, or is damaged.
        ConfigError: the port is taken or may not be used.
    """
    address = address or Address()
    check_database(db)
    datasette_inside.warn()
    # Read here and not by the server: damage is then one line, and the processes of a large database share it.
    with store_errors(db):
        index = _read_index(db)
    listener = _listen(address.hosts[0].strip("[]"), address.port)
    secret = secrets.token_hex(32)
    # Whatever ends this process, the end of the pipe that only it holds closes, and its helpers end too.
    lifeline = os.pipe()
    listening = Listening(db, listener, secret, index, address)
    helpers = [FORK.Process(target=_help, args=(lifeline, listening)) for _ in range(processes(db) - 1)] if FORK else []
    for helper in helpers:
        helper.start()
    url = address.url(listener.getsockname()[1])
    if on_listening is not None:
        on_listening(url)
    if open_browser:
        timer = threading.Timer(1.5, webbrowser.open, [url])
        timer.daemon = True
        timer.start()
    try:
        _run(listening)
    finally:
        for helper in helpers:
            helper.terminate()


@dataclass(frozen=True, slots=True)
class Listening:
    """What every process that serves a database needs: the same socket, secret and index."""

    db: str | Path
    listener: socket.socket
    secret: str
    index: FacetIndex
    address: Address


def processes(db: str | Path) -> int:
    """Return how many processes serve a database: one, or for a large one as many as there are processors, up to 4."""
    large = FORK is not None and Path(db).stat().st_size >= LARGE_BYTES
    return min(os.cpu_count() or 1, MOST_PROCESSES) if large else 1


def _read_index(db: str | Path) -> FacetIndex:
    """Return the index of facets; of a large database the whole of it, which its processes share as copies of this one."""
    with closing(_reader(db)) as connection:
        index = FacetIndex.read(connection)
        for facet in (TOPIC, *(("cue_lemma", "rule") if processes(db) > 1 else ())):
            index.add(connection, facet)
    return index


def _help(lifeline: tuple[int, int], listening: Listening) -> None:
    """Serve too, for as long as the first process lives."""
    read, write = lifeline
    os.close(write)

    def wait() -> None:
        os.read(read, 1)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
    _run(listening)


def _run(listening: Listening) -> None:
    """Serve at a socket that is bound already."""
    datasette = make_datasette(listening.db, settings={"base_url": listening.address.base_url}, secret=listening.secret)
    site = site_of(datasette)
    site.hosts = allowed_hosts(listening.address.hosts)
    site.preload(listening.index)
    # A reader that has its rows waits for the interpreter until the page in hand lets go of it, 5 ms by default, several
    # times a page.
    sys.setswitchinterval(SWITCH_SECONDS)
    uvicorn.Server(uvicorn.Config(datasette.app(), **SERVER)).run(sockets=[listening.listener])


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, UnicodeError) as error:
        listener.close()
        raise ConfigError(f"{host}:{port}: cannot listen there: {getattr(error, 'strerror', None) or error}; "
                          "choose another with --port or --host") from error
    return listener
