"""Datasette's face of the facet index: its facet classes, and the filters of a table page, answered from memory.

Invariant: a table of another database is facetted and filtered as if this module were not there.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from datasette.facets import ArrayFacet, ColumnFacet, DateFacet

from quotes.publish.datasette_inside import (
    OTHER_FILTERS,
    SEARCH_OF_A_COLUMN,
    QueryInterrupted,
    condition_of,
    limited_search,
    path_with_added_args,
    path_with_removed_args,
)
from quotes.publish.facet_index import (
    ATTRIBUTE,
    SPEAKER,
    SPEAKER_COLUMN,
    TABLE,
    TOPIC,
    FacetIndex,
    Selection,
    in_their_order,
)
from quotes.publish.site import Site, site_of
from quotes.records import NOT_KNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from datasette.database import Database
    from datasette.filters import FilterArguments
    from datasette.utils.asgi import Request

TOPIC_FILTER = f"_{TOPIC}"
# A quote of several speakers passes this for each of them; `?speaker_id=` is about the column, which has the first.
SPEAKER_FILTER = f"_{SPEAKER}"
# Before the name of what people's lists say; `NOT_KNOWN` finds the quotes of speakers of whom no list tells it.
ATTRIBUTE_FILTER = "_attribute."
# What nearly every quote has its own of is counted by Datasette up to so many quotes, above it not at all.
MOST_BY_SQL = 50_000
# A search looks at so many of the quotes that have its words, those added last first.
SEARCHED = 5_000
# A page has at most so many rows, Datasette's `max_returned_rows`, and one more that tells whether there is a next page.
MOST_ON_A_PAGE = 1001
TOLD = ("id in (select v.quote_id from voices v join speaker_attributes a on a.speaker_id = v.speaker_id "
        "where a.name = :attribute_{number} and a.value = :told_{number})")
UNTOLD = ("id not in (select v.quote_id from voices v join speaker_attributes a on a.speaker_id = v.speaker_id "
          "where a.name = :attribute_{number})")
NEWEST = f"order by rowid desc limit {SEARCHED}"

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
    found = await database.execute(f"select rowid from {TABLE} {condition_of(sql, TABLE)}", params)  # noqa: S608  Datasette's own
    return Selection(index, filters=None, places=index.places_of_rowids(row[0] for row in found.rows))


def _simple_filters(index: FacetIndex, request: Request) -> list[tuple[str, Any]] | None:
    """Return the request's filters if all are for equality with a value of the index, else None."""
    filters: list[tuple[str, Any]] = []
    # Each `request.args` reads the whole query string anew.
    args = request.args
    for key in args:
        name = key.removesuffix("__exact")
        if key.startswith("_") and "__" not in key:
            if key in OTHER_FILTERS or key.startswith(SEARCH_OF_A_COLUMN):
                return None
            if key == TOPIC_FILTER:
                if TOPIC not in index:
                    return None
                filters.extend((TOPIC, value) for value in args.getlist(key))
            if key == SPEAKER_FILTER:
                filters.extend((SPEAKER, value) for value in args.getlist(key))
            if key.startswith(ATTRIBUTE_FILTER):
                attribute = ATTRIBUTE + key.removeprefix(ATTRIBUTE_FILTER)
                if attribute not in index:
                    return None
                filters.extend((attribute, value) for value in args.getlist(key))
            continue
        if name not in index.columns:
            return None
        filters.extend((name, value) for value in args.getlist(key))
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
        chosen = {each: str(value) for each in (key, name) if (each, str(value)) in pairs}
        selected = bool(chosen)
        # A change of filters begins at the first page again.
        path = (path_with_removed_args(self.request, chosen) if selected
                else path_with_added_args(self.request, {key: value, "_next": None}))
        return {"value": value, "label": label, "count": count, "selected": selected,
                "toggle_url": self.ds.absolute_url(self.request, f"{self.ds.urls.path(path)}")}

    def _parameter(self) -> str:
        return "_facet"

    def _key(self, name: str) -> str:
        return SPEAKER_FILTER if name == SPEAKER_COLUMN and self.table == TABLE else name

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


class AttributeFacet(IndexedFacet):
    """The facets of what people's own lists say of a quote's speakers; those without a value are counted, too."""

    type = "attribute"

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the facets' counts and the names of those that took too long."""
        if not (_is_ours(self) and self.table == TABLE):
            return [], []
        index = await _site(self).index()
        asked = [f"{ATTRIBUTE}{name}" for name in self.request.args.getlist(self._parameter())]
        names = dict.fromkeys(name for name in (*asked, *index.attributes()) if name in index)
        return await self._indexed(index, [{"config": {"simple": name}, "source": "metadata"} for name in names])

    def get_configs(self) -> list[dict[str, Any]]:
        """Return no facet: which there are is known when the index is."""
        return []

    def _parameter(self) -> str:
        return "_facet_attribute"

    def _key(self, name: str) -> str:
        return ATTRIBUTE_FILTER + name.removeprefix(ATTRIBUTE)

    async def _labels(self, _name: str, _values: list[Any]) -> dict[Any, Any]:
        return {}


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
    """Return the conditions for `?_topic=`, `?_speaker=` and `?_search=`, and note what the page shows in `selected`.

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
    topics, speakers = args.getlist(TOPIC_FILTER), args.getlist(SPEAKER_FILTER)
    arguments.human_descriptions += [f"topic is “{topic}”" for topic in await _names(site, database, "terms", "term", topics)]
    told = [(key.removeprefix(ATTRIBUTE_FILTER), value) for key in args if key.startswith(ATTRIBUTE_FILTER)
            for value in args.getlist(key)]
    arguments.human_descriptions += [f"{name} is “{value}”" for name, value in told]
    arguments.human_descriptions += [f"speaker is “{name}”" for name in
                                     await _names(site, database, "speakers", "name", speakers)]
    index = await site.index(key.removesuffix("__exact") for key in args)
    selection = await select(index, site.datasette.databases[database], request)
    selected.set(selection)
    searches = bool(arguments.where_clauses)
    plain = not any(args.get(name) for name in ("_next", "_sort", "_sort_desc", "_stream"))
    newest = None
    if selection is not None and selection.places is not None and plain and (topics or speakers or told or searches):
        newest = index.newest(selection.places, MOST_ON_A_PAGE)
    if newest is not None:
        arguments.where_clauses = ["rowid in (select value from json_each(:newest))"]
        arguments.params = {"newest": json.dumps(newest)}
        return arguments
    arguments.where_clauses = [limited_search(clause, NEWEST) for clause in arguments.where_clauses]
    # The parameters' names are numbers, never what the visitor sent.
    arguments.where_clauses += [f"id in (select quote_id from quote_terms where term_id = :topic_{number})"  # noqa: S608
                                for number in range(len(topics))]
    arguments.where_clauses += [f"id in (select quote_id from voices where speaker_id = :speaker_{number})"  # noqa: S608
                                for number in range(len(speakers))]
    for number, (name, value) in enumerate(told):
        arguments.where_clauses.append((UNTOLD if value == NOT_KNOWN else TOLD).format(number=number))
        arguments.params |= {f"attribute_{number}": name, f"told_{number}": value}
    arguments.params |= {f"topic_{number}": topic for number, topic in enumerate(topics)}
    arguments.params |= {f"speaker_{number}": speaker for number, speaker in enumerate(speakers)}
    return arguments


async def _names(site: Site, database: str, table: str, column: str, ids: Sequence[str]) -> list[str]:
    """Return what rows of our tables are called, by their identifiers; those that do not exist as they are."""
    found = {row[0]: row[1] for each in ids for row in (await site.datasette.databases[database].execute(
        f"select id, {column} from {table} where id = :id", {"id": each})).rows}  # noqa: S608  our own names
    return [found.get(each, each) for each in ids]


def _facet_name(config: dict[str, Any]) -> str:
    name: str = config["config"].get("column") or config["config"].get("simple") or ""
    return name


def _is_ours(facet: Any) -> bool:
    return facet.table is not None and facet.database in _site(facet).names()


def _site(facet: Any) -> Site:
    return site_of(facet.ds)
