"""Facets of the quotes table that do not time out: counts over columns of small integers kept in memory.

Datasette counts a facet with `group by`, which over a million rows takes longer than the 200 ms it allows. `FacetIndex`
holds each facet's column as `codes (n_quotes,) int32` into a list of values, in the order of `rowids (n_quotes,) int64`
(ascending); a facet under filters is then one comparison a filter and one `bincount`, a few milliseconds a million rows.

Invariant: for the columns it holds, `FacetIndex.counts` gives what `select column, count(*) ... where column is not null
group by column order by count(*) desc, column` would give on the database it was read from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from datasette.facets import ArrayFacet, ColumnFacet, DateFacet
from datasette.filters import FilterArguments
from datasette.utils import path_with_added_args, path_with_removed_args

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from datasette.database import Database
    from datasette.utils.asgi import Request

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

TABLE = "quotes"
# Columns of `quotes` that people facet by. Others (the words themselves) go Datasette's way.
COLUMNS = ("form", "kind", "mention", "day", "month", "published", "outlet_id", "speaker_id", "role_id", "role",
           "affiliation", "role_class", "article_id", "cue", "cue_lemma", "rule", "run_id")
# A facet that is no column: a quote may have many topics.
TOPIC = "topic"
TOPIC_FILTER = f"_{TOPIC}"
MISSING = -1
ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Column:
    """A facet's values and, for each quote, the number of its value (`MISSING` where it is null)."""

    codes: Codes
    values: list[Any]
    numbers: dict[Any, int]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A facet of which a quote may have many values: parallel arrays of quote positions and value numbers."""

    quotes: Codes
    codes: Codes
    values: list[Any]
    numbers: dict[Any, int]


@dataclass(slots=True)
class _Coder:
    """Gives values numbers in order of arrival."""

    numbers: dict[Any, int] = field(default_factory=dict)
    codes: list[Codes] = field(default_factory=list)

    def add(self, values: Iterable[Any], size: int) -> None:
        numbers = self.numbers
        found = np.fromiter(
            (MISSING if value is None else numbers.setdefault(value, len(numbers)) for value in values), np.int32, size)
        self.codes.append(found)

    def all_codes(self) -> Codes:
        return np.concatenate(self.codes) if self.codes else np.empty(0, np.int32)


class FacetIndex:
    """The facets of all quotes of one database, read once."""

    def __init__(self, rowids: npt.NDArray[np.int64], columns: Mapping[str, Column], topics: Pairs | None) -> None:
        self.rowids = rowids
        self.columns = columns
        self.topics = topics

    def __len__(self) -> int:
        """Return the number of quotes."""
        return len(self.rowids)

    def __contains__(self, facet: str) -> bool:
        """Tell whether the index can count a facet."""
        return facet in self.columns or (facet == TOPIC and self.topics is not None)

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> FacetIndex:
        """Read the index of a database; facets whose column or table is missing are left out."""
        names = {row[1] for row in connection.execute("pragma table_info(quotes)")}
        wanted = [name for name in COLUMNS if name in names]
        rowids, coders = _read_columns(connection, wanted)
        columns = {name: Column(coder.all_codes(), list(coder.numbers), coder.numbers)
                   for name, coder in zip(wanted, coders, strict=True)}
        return cls(rowids, columns, _read_topics(connection, rowids))

    def mask(self, filters: Iterable[tuple[str, Any]]) -> Mask | None:
        """Return which quotes pass all filters (column, value), or None for all of them.

        Raises:
            KeyError: a filter's column is not in the index.
        """
        passed: Mask | None = None
        for name, value in filters:
            found = self._having(name, value)
            passed = found if passed is None else passed & found
        return passed

    def mask_of_rowids(self, rowids: Iterable[int]) -> Mask:
        """Return which quotes have one of these row numbers."""
        wanted = np.fromiter(rowids, np.int64)
        places = np.searchsorted(self.rowids, wanted)
        places = places[places < len(self.rowids)]
        mask: Mask = np.zeros(len(self.rowids), np.bool_)
        mask[places] = True
        return mask

    def counts(self, facet: str, mask: Mask | None = None, limit: int | None = None) -> list[tuple[Any, int]]:
        """Return a facet's values and how many of the quotes have each, most first, at most `limit`.

        Args:
            facet: a column, or `topic`.
            mask: the quotes to count, (n_quotes,) bool; None for all.
            limit: how many values at most; None for all.
        """
        codes, values = self._codes(facet, mask)
        totals = np.bincount(codes[codes >= 0], minlength=len(values)) if len(values) else np.empty(0, np.int64)
        used = np.flatnonzero(totals)
        if limit is not None and len(used) > limit:
            # The counts that are surely among the first, ties included, so that ties are put in order of value.
            least = np.partition(totals[used], len(used) - limit)[len(used) - limit]
            used = used[totals[used] >= least]
        found = sorted(((values[number], int(totals[number])) for number in used), key=lambda pair: (-pair[1], pair[0]))
        return found if limit is None else found[:limit]

    def distinct(self, facet: str, within: str, limit_to: Iterable[Any]) -> dict[Any, int]:
        """Return for some values of `within` the number of distinct values of `facet` (outlets of a speaker)."""
        column, group = self.columns[facet], self.columns[within]
        found = {}
        for value in limit_to:
            number = group.numbers.get(value)
            codes = column.codes[group.codes == number] if number is not None else np.empty(0, np.int32)
            found[value] = len(np.unique(codes[codes >= 0]))
        return found

    def _having(self, name: str, value: Any) -> Mask:
        if name == TOPIC and self.topics is not None:
            mask: Mask = np.zeros(len(self.rowids), np.bool_)
            mask[self.topics.quotes[self.topics.codes == self.topics.numbers.get(value, -2)]] = True
            return mask
        column = self.columns[name]
        number = column.numbers.get(value, MISSING - 1)
        found: Mask = column.codes == number
        return found

    def _codes(self, facet: str, mask: Mask | None) -> tuple[Codes, list[Any]]:
        if facet == TOPIC and self.topics is not None:
            topics = self.topics
            return topics.codes if mask is None else topics.codes[mask[topics.quotes]], topics.values
        column = self.columns[facet]
        return column.codes if mask is None else column.codes[mask], column.values


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    while rows := list(islice(cursor, ROWS_AT_ONCE)):
        yield rows


def _read_columns(connection: sqlite3.Connection,
                  names: list[str]) -> tuple[npt.NDArray[np.int64], list[_Coder]]:
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
    return np.concatenate(rowids), coders


def _read_topics(connection: sqlite3.Connection, rowids: npt.NDArray[np.int64]) -> Pairs | None:
    tables = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    if not tables >= {"quote_terms", "terms"}:
        return None
    coder = _Coder()
    quotes = [np.empty(0, np.int64)]
    cursor = connection.cursor()
    cursor.row_factory = None
    for rows in _batches(cursor.execute(
            "select q.rowid, t.term_id from quote_terms t join quotes q on q.id = t.quote_id")):
        numbers, terms = zip(*rows, strict=True)
        quotes.append(np.fromiter(numbers, np.int64, len(rows)))
        coder.add(terms, len(rows))
    places = np.searchsorted(rowids, np.concatenate(quotes)).astype(np.int32)
    return Pairs(places, coder.all_codes(), list(coder.numbers), coder.numbers)


# --- Datasette's side ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Selection:
    """The quotes that a table page shows: a mask, or None for all of them."""

    index: FacetIndex
    mask: Mask | None


async def select(index: FacetIndex, database: Database, request: Request, sql: str,
                 params: Mapping[str, Any]) -> Selection:
    """Return the quotes that pass a table page's filters.

    Filters for equality are looked up in the index, a search in the full-text table; anything else is asked of the
    database, which gives the row numbers.

    Args:
        index: the facets.
        database: Datasette's database.
        request: the page's request.
        sql: the page's query without order and limit.
        params: the query's parameters.
    """
    simple = _simple_filters(index, request)
    if simple is None:
        where = sql.partition(f" from {TABLE} ")[2]
        found = await database.execute(f"select rowid from {TABLE} {where}", params)  # noqa: S608  Datasette's own
        return Selection(index, index.mask_of_rowids(row[0] for row in found.rows))
    mask = index.mask(simple)
    search = request.args.get("_search")
    if search:
        found = await database.execute(
            "select rowid from quotes_fts where quotes_fts match escape_fts(:search)", {"search": search})
        matched = index.mask_of_rowids(row[0] for row in found.rows)
        mask = matched if mask is None else mask & matched
    return Selection(index, mask)


def _simple_filters(index: FacetIndex, request: Request) -> list[tuple[str, Any]] | None:
    """Return the request's filters if all are for equality with a value of the index, else None."""
    filters: list[tuple[str, Any]] = []
    for key in request.args:
        name = key.removesuffix("__exact")
        if key.startswith("_") and "__" not in key:
            if key in ("_where", "_through", "_searchmode", "_fts_table", "_fts_pk") or key.startswith("_search_"):
                return None
            if key == TOPIC_FILTER:
                filters.extend((TOPIC, value) for value in request.args.getlist(key))
            continue
        if name not in index.columns:
            return None
        filters.extend((name, value) for value in request.args.getlist(key))
    return filters


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
        index = await _site(self).index()
        configs = self.get_configs()
        known = [config for config in configs if _facet_name(config) in index]
        others = [config for config in configs if _facet_name(config) not in index]
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
            selection = await select(index, database, self.request, self.sql, self.params)
        except QueryInterrupted:
            return [], [_facet_name(config) for config in configs]
        return [await self._result(selection, config) for config in configs], []

    async def _result(self, selection: Selection, config: dict[str, Any]) -> dict[str, Any]:
        name = _facet_name(config)
        size = self.get_facet_size()
        counts = selection.index.counts(name, selection.mask, size + 1)
        labels = await self._labels(name, [value for value, _ in counts[:size]])
        pairs = self.get_querystring_pairs()
        return {
            "name": name,
            "type": self.type,
            "hideable": config["source"] != "metadata",
            "toggle_url": self.ds.urls.path(path_with_removed_args(self.request, {self._parameter(): name})),
            "results": [self._value(name, value, count, labels.get(value, value), pairs)
                        for value, count in counts[:size]],
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
                "toggle_url": self.ds.absolute_url(self.request, self.ds.urls.path(path))}

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
        index = await _site(self).index()
        configs = [config for config in self.get_configs() if _facet_name(config) in index]
        return await self._indexed(index, configs) if configs else ([], [])

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


def topic_filter(request: Request, table: str) -> FilterArguments | None:
    """Return the condition for `?_topic=`, or None if the page has no such filter."""
    topics = request.args.getlist(TOPIC_FILTER)
    if table != TABLE or not topics:
        return None
    return FilterArguments(
        # The parameters' names are numbers, never what the visitor sent.
        [f"id in (select quote_id from quote_terms where term_id = :topic_{number})" for number in range(len(topics))],  # noqa: S608
        params={f"topic_{number}": topic for number, topic in enumerate(topics)},
        human_descriptions=[f"topic is “{topic}”" for topic in topics])


def _facet_name(config: dict[str, Any]) -> str:
    name: str = config["config"].get("column") or config["config"].get("simple") or ""
    return name


def _is_ours(facet: Any) -> bool:
    return facet.table is not None and facet.database in _site(facet).names()


def _site(facet: Any) -> Any:
    from quotes.publish.site import site_of  # noqa: PLC0415  site imports this module's index

    return site_of(facet.ds)
