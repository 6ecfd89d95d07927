"""A Datasette database that remembers what it was asked while its file does not change.

A table page asks some fifty questions, most of them the same for every page (columns, keys, labels of foreign keys, may
this table be seen), and each takes a thread's turn. With ten visitors at once the turns, not the queries, are what they
wait for. Measured on a million quotes: 46 turns a page became 5.

Invariants: an answer is only remembered for the file's state (modification time and size) at which it was given, and only
if it is small and does not depend on chance or time; what is asked is asked of the file that is at the path now, also where
another was put in its place, as `quotes export` does.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.database import Database

from quotes.publish.datasette_inside import (
    Results,
    close_reader,
    count_of,
    following,
    is_count,
    open_reader,
    with_second_column,
)
from quotes.publish.facet_index import TABLE
from quotes.publish.facets import selected
from quotes.publish.limits import size_of
from quotes.publish.site import stamp_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence

    from quotes.publish.site import Stamp

# A question that fails is printed to the log, but no longer one: anybody could fill the disk.
LONGEST_LOGGED = 300
ANSWERS_KEPT = 4000
# An answer is small up to so many rows and characters: 4,000 of them then take 40 MB at the very most.
MOST_ROWS = 100
MOST_CHARACTERS = 10_000
CHANGEABLE = re.compile(r"random|now|current_|date\s*\(\s*\)|changes|total_changes|last_insert", re.IGNORECASE)


class PublishedDatabase(Database):  # type: ignore[misc]
    """A database that is only read, whose answers are kept while its file stays the same."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.ds, path=database.path, is_mutable=database.is_mutable)
        self.name, self.route = database.name, database.route
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._stamp: Stamp | None = None
        self._readers = threading.local()

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """Return what a function makes of a connection to the file that is there now, in the pool of readers.

        Datasette's own connections stay with the file that they were opened for, though another took its place.
        """
        if self.ds.executor is None:
            return await super().execute_fn(fn)
        return await asyncio.get_running_loop().run_in_executor(self.ds.executor, lambda: fn(self._reader()))

    def _reader(self) -> sqlite3.Connection:
        """Return this thread's connection; another one where another file is at the path."""
        found = Path(self.path).stat()
        file = (found.st_dev, found.st_ino)
        known: tuple[tuple[int, int], sqlite3.Connection] | None = getattr(self._readers, "known", None)
        if known is not None:
            if known[0] == file:
                return known[1]
            self._readers.known = None
            close_reader(self, known[1])
        connection = open_reader(self)
        self._readers.known = (file, connection)
        return connection

    async def execute(  # noqa: PLR0913  Datasette's signature
        self, sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None, truncate: bool = False,  # noqa: FBT001, FBT002
        custom_time_limit: int | None = None, page_size: int | None = None, log_sql_errors: bool = True,  # noqa: FBT001, FBT002
    ) -> Results:
        """Return a query's rows, from memory if it was asked before; the number of quotes on a page, from the index."""
        selection = selected.get()
        if selection is not None and is_count(sql, TABLE):
            return count_of(len(selection))
        sql = with_second_column(sql)
        given = tuple(params.items()) if isinstance(params, dict) else tuple(params or ())
        ask = super().execute
        log_sql_errors = log_sql_errors and len(sql) <= LONGEST_LOGGED
        key = None if CHANGEABLE.search(sql) else ("execute", sql, given, truncate, page_size)
        if (next_page := following(sql)) is not None:
            by_index, wanted = next_page
            found: Results = await ask(by_index, params, truncate, custom_time_limit, page_size, log_sql_errors)
            if found.truncated or len(found.rows) >= wanted:
                return found
        return await self._once(key, lambda: ask(sql, params, truncate, custom_time_limit, page_size, log_sql_errors))

    async def table_columns(self, table: str) -> Any:
        """Return a table's columns."""
        ask = super().table_columns
        return list(await self._once(("table_columns", table), lambda: ask(table)))

    async def table_column_details(self, table: str) -> Any:
        """Return a table's columns with their types."""
        ask = super().table_column_details
        return list(await self._once(("table_column_details", table), lambda: ask(table)))

    async def primary_keys(self, table: str) -> Any:
        """Return a table's primary keys."""
        ask = super().primary_keys
        return list(await self._once(("primary_keys", table), lambda: ask(table)))

    async def fts_table(self, table: str) -> Any:
        """Return a table's full-text table."""
        ask = super().fts_table
        return await self._once(("fts_table", table), lambda: ask(table))

    async def foreign_keys_for_table(self, table: str) -> Any:
        """Return what a table refers to."""
        ask = super().foreign_keys_for_table
        return [dict(key) for key in await self._once(("foreign_keys_for_table", table), lambda: ask(table))]

    async def label_column_for_table(self, table: str) -> Any:
        """Return the column that stands for a table's rows."""
        ask = super().label_column_for_table
        return await self._once(("label_column_for_table", table), lambda: ask(table))

    async def get_all_foreign_keys(self) -> Any:
        """Return what every table refers to."""
        return await self._once(("get_all_foreign_keys",), super().get_all_foreign_keys)

    async def hidden_table_names(self) -> Any:
        """Return the tables that are not listed."""
        return list(await self._once(("hidden_table_names",), super().hidden_table_names))

    async def table_counts(self, limit: int = 10) -> Any:
        """Return how many rows each table has, None where counting takes longer than `limit` milliseconds."""
        ask = super().table_counts
        return dict(await self._once(("table_counts",), lambda: ask(limit)))

    async def _once(self, key: Hashable | None, ask: Callable[[], Awaitable[Any]]) -> Any:
        stamp = stamp_of(self.path)
        if stamp != self._stamp:
            self._answers.clear()
            self._stamp = stamp
        if key is None:
            return await ask()
        if key in self._answers:
            self._answers.move_to_end(key)
            return self._answers[key]
        answer = await ask()
        if self._stamp == stamp and _is_small(answer):
            self._answers[key] = answer
            if len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
        return answer


def _is_small(answer: object) -> bool:
    """Tell whether an answer is small enough to be kept: no page of long texts is."""
    if not isinstance(answer, Results):
        return True
    return len(answer.rows) <= MOST_ROWS and sum(map(size_of, answer.rows)) <= MOST_CHARACTERS


def remember(database: Database) -> PublishedDatabase:
    """Return a database that remembers, in the place of one that does not.

    Example:
        datasette.databases = {**datasette.databases, "data": remember(datasette.databases["data"])}
    """
    return database if isinstance(database, PublishedDatabase) else PublishedDatabase(database)
