"""The one place that knows which database a Datasette serves for us, and what of it may be kept in memory.

Invariant: a `Site` belongs to one `Datasette`; whatever it keeps is thrown away when the database's file changes (its
modification time or size), so that a page never mixes two states for longer than one request.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from quotes.publish.datasette_inside import sqlite_timelimit
from quotes.publish.facet_index import MORE_COLUMNS, TOPIC, FacetIndex
from quotes.publish.metadata import site_metadata
from quotes.store.stored import OUR_TABLES, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from datasette.app import Datasette
    from datasette.database import Database

# A page is made of several queries; together they may take no longer than this (milliseconds).
PAGE_TIME_LIMIT_MS = 3000
# Whether a database is ours is looked up again after this time.
NAMES_KEPT_SECONDS = 1.0
# Up to this many quotes, the index of facets is made anew before the next page is answered; above it, meanwhile.
REFRESH_AT_ONCE = 50_000

Result = TypeVar("Result")
Stamp = tuple[int, int]


class Site:
    """What our pages know of the Datasette that serves them."""

    def __init__(self, datasette: Datasette) -> None:
        self.datasette = datasette
        self.base_url = str(datasette.setting("base_url"))
        # The names that the site goes by; None for any. `quotes serve` sets them.
        self.hosts: frozenset[str] | None = None
        self._named: tuple[float, object, list[str]] = (float("-inf"), None, [])
        self._metadata: tuple[tuple[str, ...], dict[str, Any], dict[str, Any]] = ((), {}, {})
        self._checked: dict[str, tuple[Stamp, bool]] = {}
        self._index: tuple[Stamp, FacetIndex] | None = None
        self._refreshing: asyncio.Task[FacetIndex] | None = None
        self._added: dict[str, tuple[FacetIndex, asyncio.Future[None]]] = {}
        self._kept: tuple[Stamp, dict[str, Any]] | None = None

    def names(self) -> list[str]:
        """Return the names of the databases that hold our tables, in the order they were given.

        Asked for each cell of a table, so looked up at most once a second.
        """
        now = time.monotonic()
        if now - self._named[0] > NAMES_KEPT_SECONDS or self._named[1] is not self.datasette.databases:
            databases = self.datasette.databases
            self._named = (now, databases, [name for name, each in databases.items() if self._is_ours(each)])
        return self._named[2]

    def metadata(self, key: str | None) -> dict[str, Any]:
        """Return the metadata of our databases, made once.

        Datasette asks for it dozens of times a page. What it adds to it (an operator's metadata, inherited licences) it
        adds every time, so that one copy for each Datasette does. To check permissions it asks for `tables` and copies
        all it is given, several times a page: then descriptions, most of the whole, are left out.
        """
        names = tuple(self.names())
        if self._metadata[0] != names:
            self._metadata = (names, site_metadata(names), site_metadata(names, described=False))
        _, described, plain = self._metadata
        return dict(plain if key == "tables" else described)

    @property
    def name(self) -> str | None:
        """Return the name of the database that the pages show, or None."""
        return next(iter(self.names()), None)

    @property
    def database(self) -> Database:
        """Return the database that the pages show.

        Raises:
            LookupError: none of the databases is ours.
        """
        name = self.name
        if name is None:
            raise LookupError("no database with the tables of quotes")
        return self.datasette.databases[name]

    async def read(self, query: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run a function of a connection in Datasette's pool of readers, within the time of a page."""

        def limited(connection: sqlite3.Connection) -> Result:
            with sqlite_timelimit(connection, PAGE_TIME_LIMIT_MS):
                return query(connection)

        result: Result = await self.database.execute_fn(limited)
        return result

    async def kept(self, key: str, query: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return a query's result, from memory while the database has not changed."""
        stamp = stamp_of(self.database.path)
        if self._kept is None or self._kept[0] != stamp:
            self._kept = (stamp, {})
        results = self._kept[1]
        if key not in results:
            results[key] = await self.read(query)
        value: Result = results[key]
        return value

    async def index(self, facets: Iterable[str] = ()) -> FacetIndex:
        """Return the index of facets as of now; of a large database that has just changed, as of a moment ago.

        Args:
            facets: facets that it must hold, if they are any that are read only when asked for.
        """
        stamp = stamp_of(self.database.path)
        index = await self._current(stamp)
        for facet in facets:
            if facet in MORE_COLUMNS and facet not in index:
                await asyncio.shield(self._adding(index, facet))
        return index

    async def _current(self, stamp: Stamp) -> FacetIndex:
        known = self._index
        if known is not None and known[0] == stamp:
            return known[1]
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.ensure_future(self._refresh(stamp))
        if known is not None and len(known[1]) > REFRESH_AT_ONCE:
            return known[1]
        return await asyncio.shield(self._refreshing)

    def preload(self, index: FacetIndex) -> None:
        """Take an index that was read elsewhere from the database as it is now."""
        self._index = (stamp_of(self.database.path), index)

    def _adding(self, index: FacetIndex, facet: str) -> asyncio.Future[None]:
        """Return the reading of a facet, which many visitors may be waiting for but only one begins."""
        if facet not in self._added or self._added[facet][0] is not index:
            self._added[facet] = (index, asyncio.ensure_future(asyncio.to_thread(_add, index, self.database, facet)))
        return self._added[facet][1]

    async def _refresh(self, stamp: Stamp) -> FacetIndex:
        # Not through the pool of readers: the first of many visitors must not keep the others waiting for it.
        index = await asyncio.to_thread(_read_index, self.database)
        self._index = (stamp, index)
        topics = self._adding(index, TOPIC)
        if len(index) <= REFRESH_AT_ONCE:
            await topics
        return index

    def _is_ours(self, database: Database) -> bool:
        if not database.path:
            return False
        try:
            stamp = stamp_of(database.path)
        except OSError:
            return False
        known = self._checked.get(database.path)
        if known is None or known[0] != stamp:
            known = (stamp, _has_our_tables(database))
            self._checked[database.path] = known
        return known[1]


def stamp_of(path: str) -> Stamp:
    """Return what tells whether a file has changed: its modification time (nanoseconds) and its size (bytes)."""
    found = Path(path).stat()
    return (found.st_mtime_ns, found.st_size)


def _has_our_tables(database: Database) -> bool:
    try:
        with closing(database.connect()) as connection:
            return tables(connection) >= OUR_TABLES
    except sqlite3.Error:
        return False


def _add(index: FacetIndex, database: Database, facet: str) -> None:
    with closing(database.connect()) as connection:
        index.add(connection, facet)


def _read_index(database: Database) -> FacetIndex:
    with closing(database.connect()) as connection:
        return FacetIndex.read(connection)


_SITES: WeakKeyDictionary[Datasette, Site] = WeakKeyDictionary()


def site_of(datasette: Datasette) -> Site:
    """Return the `Site` of a Datasette, always the same one."""
    site = _SITES.get(datasette)
    if site is None:
        site = _SITES[datasette] = Site(datasette)
    return site
