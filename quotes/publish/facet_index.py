"""Facets of the quotes table that do not time out: counts over columns of small integers kept in memory.

Datasette counts a facet with `group by`, which over a million rows takes longer than the 200 ms it allows. `FacetIndex`
holds each facet's column as `codes (n_quotes,) int64`, numbers of values from 1 (0 where there is none), in the order of
`rowids (n_quotes,) int64` (ascending); a facet under filters is then one comparison a filter and one `bincount`, a few
milliseconds a million rows. (`bincount` counts 64-bit numbers as they are and copies smaller ones first.)

Invariant: for the columns it holds, `FacetIndex.counts` gives what `select column, count(*) ... where column is not null
group by column order by count(*) desc, column` would give on the database it was read from; but a quote of several speakers
is counted for each of them.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from quotes.publish.text import PLAIN_NUMBER
from quotes.records import NOT_KNOWN

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

Codes = npt.NDArray[np.int64]
Places = npt.NDArray[np.int64]

TABLE = "quotes"
# Columns of `quotes` that people facet by. Others (the words themselves) go Datasette's way.
COLUMNS = ("published_utc", "form", "kind", "act", "negated", "mention", "day", "month", "outlet_id", "speaker_id", "role",
           "affiliation", "role_class")
# Columns that are read when somebody facets by them.
MORE_COLUMNS = ("published", "role_id", "article_id", "cue", "cue_lemma", "rule", "run_id", "confidence", "speaker_confidence",
                "source", "words", "entity_id")
# Facets that are no columns: a quote may have many topics, and several speakers.
TOPIC = "topic"
SPEAKER = "speaker"
SPEAKER_COLUMN = "speaker_id"
# Before the name of what people's lists say of speakers, of which a quote has each of its speakers'.
ATTRIBUTE = "attribute:"
# Facets that are shown unasked have at most so many values: a date of birth is none.
MOST_VALUES = 60
MISSING = 0
UNKNOWN = -1
ROWS_AT_ONCE = 50_000
COUNTS_KEPT = 5_000
LONGEST_KEPT = 50
MOST_LISTED = 20_000


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


@dataclass(frozen=True, slots=True)
class Beside:
    """The speakers of quotes beside the first: places of quotes and the numbers of speakers, both (n,) int64, ascending.

    `of_quote` has the same by the quotes' identifiers: the speakers' identifiers in their order.
    """

    places: Places
    codes: Codes
    of_quote: Mapping[str, tuple[str, ...]]

    def among(self, places: Places, size: int) -> Codes:
        """Return the numbers of the speakers of the quotes at these places, of `size` quotes in all."""
        wanted = np.zeros(size, np.bool_)
        wanted[places] = True
        found: Codes = self.codes[wanted[self.places]]
        return found


NOBODY_BESIDE = Beside(np.empty(0, np.int64), np.empty(0, np.int64), {})


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

    def __init__(self, rowids: npt.NDArray[np.int64], columns: Mapping[str, Column], topics: Pairs | None = None,
                 beside: Beside = NOBODY_BESIDE) -> None:
        self.rowids = rowids
        self.beside = beside
        self.columns = dict(columns)
        self.topics = topics
        self.told: dict[str, list[tuple[str, str]]] = {}
        self._attributes: dict[str, Pairs] = {}
        self._all: dict[str, tuple[npt.NDArray[np.int64], list[Any]]] = {}
        self._dates: npt.NDArray[np.int64] | None = None
        self._counted: OrderedDict[tuple[Any, ...], list[tuple[Any, int]]] = OrderedDict()

    def __len__(self) -> int:
        """Return the number of quotes."""
        return len(self.rowids)

    def __contains__(self, facet: str) -> bool:
        """Tell whether the index can count a facet."""
        return ((SPEAKER_COLUMN if facet == SPEAKER else facet) in self.columns
                or (facet == TOPIC and self.topics is not None) or facet.removeprefix(ATTRIBUTE) in self.told)

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> FacetIndex:
        """Read the index of a database, without topics and the columns that few ask for; see `add`."""
        names = {row[1] for row in connection.execute("pragma table_info(quotes)")}
        wanted = [name for name in COLUMNS if name in names]
        rowids, columns = _read_columns(connection, wanted)
        index = cls(rowids, columns, beside=_read_beside(connection, rowids, columns.get(SPEAKER_COLUMN)))
        index.told = _read_told(connection)
        return index

    def attributes(self) -> list[str]:
        """Return the facets of what people's lists say that are shown unasked, those of most speakers first."""
        few = [name for name, told in self.told.items() if len({value for _, value in told}) <= MOST_VALUES]
        return [f"{ATTRIBUTE}{name}" for name in few]

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

    def said_first(self, speaker_id: str, among: Places) -> Places:
        """Return the places of the quotes that somebody says alone or before the others: their roles are that speaker's."""
        column = self.columns[SPEAKER_COLUMN]
        found: Places = among[column.codes[among] == column.numbers.get(speaker_id, UNKNOWN)]
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

    def _pairs(self, facet: str) -> Pairs | None:
        """Return a facet of which a quote may have many values, None of others."""
        if facet == TOPIC:
            return self.topics
        name = facet.removeprefix(ATTRIBUTE)
        if not facet.startswith(ATTRIBUTE) or name not in self.told:
            return None
        if facet not in self._attributes:
            self._attributes[facet] = self._of_speakers(self.told[name])
        return self._attributes[facet]

    def _of_speakers(self, told: list[tuple[str, str]]) -> Pairs:
        """Return what quotes have by their speakers: each value of any of them once, `NOT_KNOWN` where none has one."""
        speakers = self.columns[SPEAKER_COLUMN]
        values = [NOT_KNOWN, *dict.fromkeys(value for _, value in told)]
        numbers = {value: number for number, value in enumerate(values, 1)}
        known = sorted((speakers.numbers[speaker], numbers[value]) for speaker, value in told if speaker in speakers.numbers)
        of_speaker = np.searchsorted(np.array([speaker for speaker, _ in known], np.int64), np.arange(len(speakers.values) + 2))
        held = Pairs(of_speaker, np.array([value for _, value in known], np.int64), values, numbers)
        places = np.concatenate((np.arange(len(self)), self.beside.places))
        codes = np.concatenate((speakers.codes, self.beside.codes))
        counts = held.starts[codes + 1] - held.starts[codes]
        found = np.unique(np.stack((np.repeat(places, counts), held.of(codes))), axis=1)
        untold = np.setdiff1d(np.arange(len(self)), found[0], assume_unique=False)
        all_places = np.concatenate((found[0], untold))
        all_codes = np.concatenate((found[1], np.full(len(untold), numbers[NOT_KNOWN])))
        order = np.argsort(all_places, kind="stable")
        starts = np.searchsorted(all_places[order], np.arange(len(self) + 1))
        return Pairs(starts, all_codes[order], values, numbers)

    def _having(self, name: str, value: Any) -> Places:
        pairs = self._pairs(name)
        if pairs is not None:
            where = np.flatnonzero(pairs.codes == pairs.numbers.get(value, UNKNOWN))
            found: Places = np.searchsorted(pairs.starts, where, side="right") - 1
            return found
        column = self.columns[SPEAKER_COLUMN if name == SPEAKER else name]
        number = column.numbers.get(value)
        if number is None and isinstance(value, str) and PLAIN_NUMBER.fullmatch(value):
            number = column.numbers.get(float(value))
        first: Places = np.flatnonzero(column.codes == (UNKNOWN if number is None else number))
        return np.union1d(first, self.beside.places[self.beside.codes == number]) if name == SPEAKER else first

    def _totals(self, facet: str, places: Places | None) -> tuple[npt.NDArray[np.int64], list[Any]]:
        """Return how many of the quotes have each value, and the values."""
        if places is None and facet in self._all:
            return self._all[facet]
        pairs = self._pairs(facet)
        if pairs is not None:
            values, codes = pairs.values, pairs.codes if places is None else pairs.of(places)
        else:
            column = self.columns[SPEAKER_COLUMN if facet == SPEAKER else facet]
            values, codes = column.values, column.codes if places is None else column.codes[places]
            if facet in (SPEAKER, SPEAKER_COLUMN):
                beside = self.beside.codes if places is None else self.beside.among(places, len(self))
                codes = np.concatenate((codes, beside))
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


def _read_beside(connection: sqlite3.Connection, rowids: npt.NDArray[np.int64], speakers: Column | None) -> Beside:
    """Return who speaks beside the first speakers; who does so alone gets a number among the speakers."""
    known = connection.execute("select 1 from sqlite_master where type = 'table' and name = 'quote_speakers'").fetchone()
    if speakers is None or not known:
        return NOBODY_BESIDE
    cursor = connection.cursor()
    cursor.row_factory = None
    found = cursor.execute("select q.rowid, s.speaker_id, q.id from quote_speakers s join quotes q on q.id = s.quote_id "
                           "where s.speaker_id <> q.speaker_id order by q.rowid, s.place").fetchall()
    of_quote: dict[str, tuple[str, ...]] = {}
    for _, speaker, quote in found:
        of_quote[quote] = (*of_quote.get(quote, ()), speaker)
        if speaker not in speakers.numbers:
            speakers.values.append(speaker)
            speakers.numbers[speaker] = len(speakers.values)
    places = np.searchsorted(rowids, np.fromiter((row[0] for row in found), np.int64, len(found)))
    return Beside(places, np.fromiter((speakers.numbers[row[1]] for row in found), np.int64, len(found)), of_quote)


def _read_told(connection: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """Return what people's lists say of speakers, by its name: speaker and value; the names of most speakers first."""
    if not connection.execute("select 1 from sqlite_master where type = 'table' and name = 'speaker_attributes'").fetchone():
        return {}
    cursor = connection.cursor()
    cursor.row_factory = None
    found: dict[str, list[tuple[str, str]]] = {}
    for name, speaker, value in cursor.execute("select name, speaker_id, value from speaker_attributes order by name, rowid"):
        found.setdefault(name, []).append((speaker, value))
    return dict(sorted(found.items(), key=lambda item: (-len({speaker for speaker, _ in item[1]}), item[0])))


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


def in_their_order(facet: str, counts: list[tuple[Any, int]]) -> list[tuple[Any, int]]:
    """Return the values of a facet, the most frequent first, but days and months one after the other."""
    return sorted(counts) if facet in ("day", "month") else counts


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
