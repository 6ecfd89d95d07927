"""Facets of the quotes table that do not time out: counts over columns of small integers kept in memory.

Datasette counts a facet with `group by`, which over a million rows takes longer than the 200 ms it allows. `FacetIndex`
holds each facet's column as `codes (n_quotes,) int64`, numbers of values from 1 (0 where there is none), in the order of
`rowids (n_quotes,) int64` (ascending); a facet under filters is then one comparison a filter and one `bincount`, a few
milliseconds a million rows. (`bincount` counts 64-bit numbers as they are and copies smaller ones first.)

Invariant: for the columns it holds, `FacetIndex.counts` gives what `select column, count(*) ... where column is not null
group by column order by count(*) desc, column` would give on the database it was read from.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from datasette.facets import ArrayFacet, ColumnFacet, DateFacet
from datasette.utils import path_with_added_args, path_with_removed_args

from quotes.publish.text import PLAIN_NUMBER

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from datasette.database import Database
    from datasette.filters import FilterArguments
    from datasette.utils.asgi import Request

    from quotes.publish.site import Site

Codes = npt.NDArray[np.int64]
Places = npt.NDArray[np.int64]

TABLE = "quotes"
# Columns of `quotes` that people facet by. Others (the words themselves) go Datasette's way.
COLUMNS = ("published_utc", "form", "kind", "mention", "day", "month", "outlet_id", "speaker_id", "role", "affiliation",
           "role_class")
# Columns that are read when somebody facets by them.
MORE_COLUMNS = ("published", "role_id", "article_id", "cue", "cue_lemma", "rule", "run_id", "confidence", "source", "words",
                "entity_id")
# A facet that is no column: a quote may have many topics.
TOPIC = "topic"
TOPIC_FILTER = f"_{TOPIC}"
MISSING = 0
UNKNOWN = -1
ROWS_AT_ONCE = 50_000
COUNTS_KEPT = 5_000
LONGEST_KEPT = 50
MOST_BY_SQL = 50_000
# A search looks at so many of the quotes that have its words, those added last first.
SEARCHED = 5_000
# A page has at most so many rows, Datasette's `max_returned_rows`, and one more that tells whether there is a next page.
MOST_ON_A_PAGE = 1001
MOST_LISTED = 20_000
NEWEST = f"order by rowid desc limit {SEARCHED}"


@dataclass(frozen=True, slots=True)
class Column:
    """A facet's values, the number of each from 1, and for each quote the number of its value (`MISSING` where null)."""

    codes: Codes
    values: list[Any]
    numbers: dict[Any, int]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A facet of which a quote may have many values.

    The value numbers of the quote at place `i` are `codes[starts[i]:starts[i + 1]]`; `starts` is (n_quotes + 1,) int64.
    """

    starts: npt.NDArray[np.int64]
    codes: Codes
    values: list[Any]
    numbers: dict[Any, int]

    def of(self, places: Places) -> Codes:
        """Return the value numbers of the quotes at these places, one after the other."""
        first, counts = self.starts[places], self.starts[places + 1] - self.starts[places]
        # Where each quote's run begins in the result, subtracted from its place in `codes`.
        shift = np.repeat(first - np.append(0, np.cumsum(counts)[:-1]), counts)
        found: Codes = self.codes[shift + np.arange(len(shift))]
        return found


@dataclass(slots=True)
class _Coder:
    """Gives values numbers in order of arrival."""

    numbers: dict[Any, int] = field(default_factory=dict)
    codes: list[Codes] = field(default_factory=list)

    def add(self, values: Iterable[Any], size: int) -> None:
        numbers = self.numbers
        found = np.fromiter(
            (MISSING if value is None else numbers.setdefault(value, len(numbers) + 1) for value in values), np.int64, size)
        self.codes.append(found)

    def all_codes(self) -> Codes:
        return np.concatenate(self.codes) if self.codes else np.empty(0, np.int64)


class FacetIndex:
    """The facets of all quotes of one database, read once."""

    def __init__(self, rowids: npt.NDArray[np.int64], columns: Mapping[str, Column], topics: Pairs | None = None) -> None:
        self.rowids = rowids
        self.columns = dict(columns)
        self.topics = topics
        self._all: dict[str, tuple[npt.NDArray[np.int64], list[Any]]] = {}
        self._dates: npt.NDArray[np.int64] | None = None
        self._counted: OrderedDict[tuple[Any, ...], list[tuple[Any, int]]] = OrderedDict()

    def __len__(self) -> int:
        """Return the number of quotes."""
        return len(self.rowids)

    def __contains__(self, facet: str) -> bool:
        """Tell whether the index can count a facet."""
        return facet in self.columns or (facet == TOPIC and self.topics is not None)

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> FacetIndex:
        """Read the index of a database, without topics and the columns that few ask for; see `add`."""
        names = {row[1] for row in connection.execute("pragma table_info(quotes)")}
        wanted = [name for name in COLUMNS if name in names]
        rowids, columns = _read_columns(connection, wanted)
        return cls(rowids, columns)

    def add(self, connection: sqlite3.Connection, facet: str) -> None:
        """Read one of the other facets, if the database still has the quotes that the index was read with."""
        if facet == TOPIC:
            self.topics = self.topics or _read_topics(connection, self.rowids)
        elif facet in MORE_COLUMNS and facet not in self.columns:
            rowids, columns = _read_columns(connection, [facet])
            if np.array_equal(rowids, self.rowids):
                self.columns = {**self.columns, **columns}

    def places(self, filters: Iterable[tuple[str, Any]], among: Places | None = None) -> Places | None:
        """Return the places of the quotes that pass all filters (facet, value), or None for all of them.

        Args:
            filters: facets of the index and the values they must have.
            among: only these quotes; None for all.

        Raises:
            KeyError: the index has no such facet.
        """
        found = among
        for name, value in filters:
            found = self._having(name, value) if found is None else np.intersect1d(found, self._having(name, value),
                                                                                   assume_unique=True)
        return found

    def places_of_rowids(self, rowids: Iterable[int]) -> Places:
        """Return the places of the quotes with these row numbers, ascending."""
        wanted = np.unique(np.fromiter(rowids, np.int64))
        places = np.searchsorted(self.rowids, wanted)
        inside = places < len(self.rowids)
        places, wanted = places[inside], wanted[inside]
        found: Places = places[self.rowids[places] == wanted]
        return found

    def counts(self, facet: str, places: Places | None = None, limit: int | None = None) -> list[tuple[Any, int]]:
        """Return a facet's values and how many of the quotes have each, most first, at most `limit`.

        Args:
            facet: a column, or `topic`.
            places: the quotes to count, (n,) int64, ascending; None for all.
            limit: how many values at most; None for all.
        """
        totals, values = self._totals(facet, places)
        used = np.flatnonzero(totals)
        if limit is not None and len(used) > limit:
            # The counts that are surely among the first, ties included, so that ties are put in order of value.
            least = np.partition(totals[used], len(used) - limit)[len(used) - limit]
            used = used[totals[used] >= least]
        found = sorted(((values[number], int(totals[number])) for number in used), key=lambda pair: (-pair[1], pair[0]))
        return found if limit is None else found[:limit]

    def counts_under(self, filters: tuple[tuple[str, Any], ...], places: Places | None, facet: str,
                     limit: int) -> list[tuple[Any, int]]:
        """Return `counts` of the quotes at these places, which pass these filters, from memory if counted before."""
        key = (filters, facet, limit)
        found = self._counted.get(key)
        if found is None:
            found = self.counts(facet, places, limit)
            if limit <= LONGEST_KEPT:
                self._counted[key] = found
            if len(self._counted) > COUNTS_KEPT:
                self._counted.popitem(last=False)
        return found

    def newest(self, places: Places, limit: int) -> list[int] | None:
        """Return the row numbers of the quotes published last among those at these places.

        Args:
            places: the quotes to choose from.
            limit: how many at least, and all that were published at the same time as the last of them.

        Returns:
            The row numbers in any order, or None if they are too many to list.
        """
        if self._dates is None:
            published = self.columns["published_utc"]
            # The rank of each value's number; 0, no date, comes before all others.
            ranks = np.zeros(len(published.values) + 1, np.int64)
            ranks[np.array(sorted(range(len(published.values)), key=published.values.__getitem__), np.int64) + 1] = (
                np.arange(1, len(published.values) + 1))
            self._dates = ranks[published.codes]
        if len(places) > limit:
            dates = self._dates[places]
            places = places[dates >= np.partition(dates, len(places) - limit)[len(places) - limit]]
        return self.rowids[places].tolist() if len(places) <= MOST_LISTED else None

    def _having(self, name: str, value: Any) -> Places:
        if name == TOPIC and self.topics is not None:
            where = np.flatnonzero(self.topics.codes == self.topics.numbers.get(value, UNKNOWN))
            found: Places = np.searchsorted(self.topics.starts, where, side="right") - 1
            return found
        column = self.columns[name]
        number = column.numbers.get(value)
        if number is None and isinstance(value, str) and PLAIN_NUMBER.fullmatch(value):
            number = column.numbers.get(float(value))
        return np.flatnonzero(column.codes == (UNKNOWN if number is None else number))

    def _totals(self, facet: str, places: Places | None) -> tuple[npt.NDArray[np.int64], list[Any]]:
        """Return how many of the quotes have each value, and the values."""
        if places is None and facet in self._all:
            return self._all[facet]
        if facet == TOPIC and self.topics is not None:
            values, codes = self.topics.values, self.topics.codes if places is None else self.topics.of(places)
        else:
            column = self.columns[facet]
            values, codes = column.values, column.codes if places is None else column.codes[places]
        totals = np.bincount(codes, minlength=len(values) + 1)[1:]
        if places is None:
            self._all[facet] = (totals, values)
        return totals, values


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    while rows := list(islice(cursor, ROWS_AT_ONCE)):
        yield rows


def _read_columns(connection: sqlite3.Connection, names: list[str]) -> tuple[npt.NDArray[np.int64], dict[str, Column]]:
    coders = [_Coder() for _ in names]
    rowids = [np.empty(0, np.int64)]
    selected = ", ".join(("rowid", *(f'"{name}"' for name in names)))
    cursor = connection.cursor()
    cursor.row_factory = None
    for rows in _batches(cursor.execute(f"select {selected} from quotes order by rowid")):  # noqa: S608  our own names
        numbers, *values = zip(*rows, strict=True)
        rowids.append(np.fromiter(numbers, np.int64, len(rows)))
        for coder, column in zip(coders, values, strict=True):
            coder.add(column, len(rows))
    return np.concatenate(rowids), {
        name: Column(coder.all_codes(), list(coder.numbers), coder.numbers)
        for name, coder in zip(names, coders, strict=True)}


def _read_topics(connection: sqlite3.Connection, rowids: npt.NDArray[np.int64]) -> Pairs | None:
    tables = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    if not tables >= {"quote_terms", "terms"}:
        return None
    coder = _Coder()
    # `quote_terms` lies in the order of its quotes' identifiers; so do the identifiers in their own index. Merged, the two
    # give each term's quote without looking up a million identifiers.
    identifiers = connection.cursor()
    identifiers.row_factory = None
    identifiers.execute("select id, rowid from quotes order by id")
    quote_id, rowid = next(identifiers, (None, 0))
    found = [np.empty(0, np.int64)]
    pairs = connection.cursor()
    pairs.row_factory = None
    for rows in _batches(pairs.execute("select quote_id, term_id from quote_terms order by quote_id")):
        batch = []
        for wanted, _ in rows:
            while quote_id != wanted:
                quote_id, rowid = next(identifiers)
            batch.append(rowid)
        found.append(np.array(batch, np.int64))
        coder.add((term for _, term in rows), len(rows))
    places = np.searchsorted(rowids, np.concatenate(found))
    order = np.argsort(places, kind="stable")
    starts = np.searchsorted(places[order], np.arange(len(rowids) + 1))
    return Pairs(starts, coder.all_codes()[order], list(coder.numbers), coder.numbers)


# --- Datasette's side ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Selection:
    """The quotes that a table page shows: their places (None for all), and the filters if these alone say which."""

    index: FacetIndex
    filters: tuple[tuple[str, Any], ...] | None = ()
    places: Places | None = None

    def __len__(self) -> int:
        """Return how many quotes are selected."""
        return len(self.index) if self.places is None else len(self.places)

    def counts(self, facet: str, limit: int) -> list[tuple[Any, int]]:
        """Return a facet's values and how many of the selected quotes have each."""
        if self.filters is None:
            return self.index.counts(facet, self.places, limit)
        return self.index.counts_under(self.filters, self.places, facet, limit)


# What the page in hand shows, once its filters are known: the facets need it, and so does the count of rows.
selected: ContextVar[Selection | None] = ContextVar("selected", default=None)


async def select(index: FacetIndex, database: Database, request: Request) -> Selection | None:
    """Return the quotes that pass a table page's filters, or None if the index cannot tell.

    Filters for equality are looked up in the index, a search in the full-text table.

    Args:
        index: the facets.
        database: Datasette's database.
        request: the page's request.
    """
    simple = _simple_filters(index, request)
    if simple is None:
        return None
    search = request.args.get("_search")
    if not search:
        filters = tuple(sorted(simple))
        return Selection(index, filters=filters, places=index.places(filters) if filters else None)
    found = await database.execute(
        f"select rowid from quotes_fts where quotes_fts match escape_fts(:search) {NEWEST}",  # noqa: S608  our constant
        {"search": search})
    return Selection(index, filters=None, places=index.places(simple, index.places_of_rowids(row[0] for row in found.rows)))


async def select_by_sql(index: FacetIndex, database: Database, sql: str, params: Mapping[str, Any]) -> Selection:
    """Return the quotes that a table page's query finds: for filters that the index does not know."""
    where = sql.partition(f" from {TABLE} ")[2]
    found = await database.execute(f"select rowid from {TABLE} {where}", params)  # noqa: S608  Datasette's own
    return Selection(index, filters=None, places=index.places_of_rowids(row[0] for row in found.rows))


def _simple_filters(index: FacetIndex, request: Request) -> list[tuple[str, Any]] | None:
    """Return the request's filters if all are for equality with a value of the index, else None."""
    filters: list[tuple[str, Any]] = []
    # Each `request.args` reads the whole query string anew.
    args = request.args
    for key in args:
        name = key.removesuffix("__exact")
        if key.startswith("_") and "__" not in key:
            if key in ("_where", "_through", "_searchmode", "_fts_table", "_fts_pk") or key.startswith("_search_"):
                return None
            if key == TOPIC_FILTER:
                if TOPIC not in index:
                    return None
                filters.extend((TOPIC, value) for value in args.getlist(key))
            continue
        if name not in index.columns:
            return None
        filters.extend((name, value) for value in args.getlist(key))
    return filters


def in_their_order(facet: str, counts: list[tuple[Any, int]]) -> list[tuple[Any, int]]:
    """Return the values of a facet, the most frequent first, but days and months one after the other."""
    return sorted(counts) if facet in ("day", "month") else counts


class IndexedFacet(ColumnFacet):  # type: ignore[misc]
    """Datasette's facet by column, answered from the index where the table is ours."""

    _only: list[dict[str, Any]] | None = None

    async def suggest(self) -> list[dict[str, Any]]:
        """Suggest nothing on our tables: their facets are chosen, and trying out others costs a second."""
        if _is_ours(self):
            return []
        found: list[dict[str, Any]] = await super().suggest()
        return found

    def get_configs(self) -> list[dict[str, Any]]:
        """Return each wanted facet once, also when both the page's address and the metadata name it."""
        seen: set[Any] = set()
        configs = []
        for config in super().get_configs():
            name = config["config"].get("column") or config["config"].get("simple")
            if name is not None and name not in seen:
                seen.add(name)
                configs.append(config)
        return [config for config in configs if self._takes(config)]

    def _takes(self, config: dict[str, Any]) -> bool:
        return self._only is None or config in self._only

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the facets' counts and the names of those that took too long."""
        if not (_is_ours(self) and self.table == TABLE):
            found: tuple[list[dict[str, Any]], list[str]] = await super().facet_results()
            return found
        configs = self.get_configs()
        index = await _site(self).index(_facet_name(config) for config in configs)
        known = [config for config in configs if _facet_name(config) in index]
        # What nearly every quote has its own of (its words, its place) is no facet; of many it could not be counted in time.
        others = [config for config in configs if _facet_name(config) not in index and len(index) <= MOST_BY_SQL]
        results, late = await self._indexed(index, known) if known else ([], [])
        if others:
            self._only = others
            more, more_late = await super().facet_results()
            results, late = results + more, late + more_late
        return results, late

    async def _indexed(self, index: FacetIndex,
                       configs: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
        from datasette.database import QueryInterrupted  # noqa: PLC0415  imports Datasette's application

        database = self.ds.databases[self.database]
        try:
            selection = selected.get()
            if selection is None:
                selection = await select_by_sql(index, database, self.sql, self.params)
        except QueryInterrupted:
            return [], [_facet_name(config) for config in configs]
        return [await self._result(selection, config) for config in configs], []

    async def _result(self, selection: Selection, config: dict[str, Any]) -> dict[str, Any]:
        name = _facet_name(config)
        size = self.get_facet_size()
        counts = selection.counts(name, size + 1)
        shown = in_their_order(name, counts[:size])
        labels = await self._labels(name, [value for value, _ in shown])
        pairs = self.get_querystring_pairs()
        return {
            "name": name,
            "type": self.type,
            "hideable": config["source"] != "metadata",
            "toggle_url": self.ds.urls.path(path_with_removed_args(self.request, {self._parameter(): name})),
            "results": [self._value(name, value, count, labels.get(value, value), pairs)
                        for value, count in shown],
            "truncated": len(counts) > size,
        }

    def _value(self, name: str, value: Any, count: int, label: Any,
               pairs: list[tuple[str, str]]) -> dict[str, Any]:
        key = self._key(name)
        selected = (key, str(value)) in pairs
        # A change of filters begins at the first page again.
        path = (path_with_removed_args(self.request, {key: str(value)}) if selected
                else path_with_added_args(self.request, {key: value, "_next": None}))
        return {"value": value, "label": label, "count": count, "selected": selected,
                "toggle_url": self.ds.absolute_url(self.request, f"{self.ds.urls.path(path)}")}

    def _parameter(self) -> str:
        return "_facet"

    def _key(self, name: str) -> str:
        return name

    async def _labels(self, name: str, values: list[Any]) -> dict[Any, Any]:
        found = await self.ds.expand_foreign_keys(self.database, self.table, name, values)
        return {value: label for (_, value), label in found.items() if label}


class TopicFacet(IndexedFacet):
    """The facet of topics, of which a quote may have many."""

    type = "quotes"

    def _takes(self, config: dict[str, Any]) -> bool:
        return _is_ours(self) and self.table == TABLE and _facet_name(config) == TOPIC

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the facets' counts and the names of those that took too long."""
        if not (_is_ours(self) and self.table == TABLE):
            return [], []
        configs = self.get_configs()
        index = await _site(self).index()
        # Of a large database, topics may still be on their way.
        return await self._indexed(index, configs) if configs and TOPIC in index else ([], [])

    def _parameter(self) -> str:
        return "_facet_quotes"

    def _key(self, name: str) -> str:
        return f"_{name}"

    async def _labels(self, _name: str, values: list[Any]) -> dict[Any, Any]:
        if not values:
            return {}
        places = ", ".join("?" * len(values))
        found = await self.ds.execute(
            self.database, f"select id, term from terms where id in ({places})", values)  # noqa: S608
        return {row[0]: row[1] for row in found.rows}


class QuietDateFacet(DateFacet):  # type: ignore[misc]
    """Datasette's facet by date, which suggests nothing on our tables."""

    async def suggest(self) -> list[dict[str, Any]]:
        """Suggest nothing on our tables."""
        found: list[dict[str, Any]] = [] if _is_ours(self) else await super().suggest()
        return found


class QuietArrayFacet(ArrayFacet):  # type: ignore[misc]
    """Datasette's facet by array, which suggests nothing on our tables."""

    async def suggest(self) -> list[dict[str, Any]]:
        """Suggest nothing on our tables."""
        found: list[dict[str, Any]] = [] if _is_ours(self) else await super().suggest()
        return found


OURS_FOR = {ColumnFacet: IndexedFacet, DateFacet: QuietDateFacet, ArrayFacet: QuietArrayFacet}


async def quote_filters(site: Site, database: str, request: Request, search: Any) -> FilterArguments:
    """Return the conditions for `?_topic=` and `?_search=`, and note what the page shows in `selected`.

    A topic or word of thousands of quotes would have them all read and sorted by date for a page of twenty-five. The index
    knows the newest of them: the first page, in its usual order, asks for those alone.

    Args:
        site: has the index.
        database: the name of Datasette's database.
        request: the page's request.
        search: Datasette's own filter for `?_search=`, not yet awaited.
    """
    selected.set(None)
    arguments = await search()
    args = request.args
    topics = args.getlist(TOPIC_FILTER)
    arguments.human_descriptions += [f"topic is “{topic}”" for topic in await _terms(site, database, topics)]
    index = await site.index(key.removesuffix("__exact") for key in args)
    selection = await select(index, site.datasette.databases[database], request)
    selected.set(selection)
    searches = bool(arguments.where_clauses)
    plain = not any(args.get(name) for name in ("_next", "_sort", "_sort_desc", "_stream"))
    newest = None
    if selection is not None and selection.places is not None and plain and (topics or searches):
        newest = index.newest(selection.places, MOST_ON_A_PAGE)
    if newest is not None:
        arguments.where_clauses = ["rowid in (select value from json_each(:newest))"]
        arguments.params = {"newest": json.dumps(newest)}
        return arguments
    arguments.where_clauses = [
        f"{clause[:-1]} {NEWEST})" if " match " in clause and clause.endswith("))") else clause
        for clause in arguments.where_clauses]
    # The parameters' names are numbers, never what the visitor sent.
    arguments.where_clauses += [f"id in (select quote_id from quote_terms where term_id = :topic_{number})"  # noqa: S608
                                for number in range(len(topics))]
    arguments.params |= {f"topic_{number}": topic for number, topic in enumerate(topics)}
    return arguments


async def _terms(site: Site, database: str, topics: Sequence[str]) -> list[str]:
    """Return topics in words; those that do not exist as they are."""
    found = {row[0]: row[1] for topic in topics for row in (await site.datasette.databases[database].execute(
        "select id, term from terms where id = :topic", {"topic": topic})).rows}
    return [found.get(topic, topic) for topic in topics]


def is_search_filter(hook: Any) -> bool:
    """Tell whether a result of the hook `filters_from_request` is Datasette's own filter for searches."""
    return getattr(hook, "__qualname__", "") == "search_filters.<locals>.inner"


def _facet_name(config: dict[str, Any]) -> str:
    name: str = config["config"].get("column") or config["config"].get("simple") or ""
    return name


def _is_ours(facet: Any) -> bool:
    return facet.table is not None and facet.database in _site(facet).names()


def _site(facet: Any) -> Any:
    from quotes.publish.site import site_of  # noqa: PLC0415  site imports this module's index

    return site_of(facet.ds)
