"""What people's own lists say of speakers, on the pages: speakers chosen by it, and quotes counted by it.

Functions of a reader's connection that return records, and a page's handler. Invariants: values are always bound; those of
whom no list tells something are counted and shown as such.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from quotes.publish import charts
from quotes.publish.facet_index import ATTRIBUTE
from quotes.publish.facets import ATTRIBUTE_FILTER
from quotes.publish.text import percent, plain, shorten
from quotes.records import NOT_KNOWN
from quotes.store import attributes
from quotes.store.stored import columns, rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from quotes.publish.facet_index import FacetIndex
    from quotes.publish.site import Site

VALUES = 12
FACETS = 8
HAS = "exists (select 1 from speaker_attributes a where a.speaker_id = s.id and a.name = :name_{n} and a.value = :value_{n})"
HAS_NONE = "not exists (select 1 from speaker_attributes a where a.speaker_id = s.id and a.name = :name_{n})"
# Named speakers who are quoted, of a type or of all; more conditions follow.
NAMED = "s.type <> 'unnamed' and (:kind = '' or s.type = :kind) and s.id in (select speaker_id from speaker_totals)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An attribute as a facet of speakers: its name, and its values with how many of the speakers have each."""

    name: str
    values: tuple[tuple[str, int], ...]


def chosen(parameters: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the attributes (name, value) that an address chooses."""
    return tuple((key.removeprefix(ATTRIBUTE_FILTER), value) for key, value in parameters.items()
                 if key.startswith(ATTRIBUTE_FILTER) and value)


def condition(connection: sqlite3.Connection, wanted: Sequence[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """Return the condition, of a speaker `s`, to have all these attributes, and its parameters; "1" if none is wanted."""
    if wanted and not columns(connection, "speaker_attributes"):
        return "0", {}
    parts = [(HAS_NONE if value == NOT_KNOWN else HAS).format(n=n) for n, (_, value) in enumerate(wanted)]
    params = {f"{key}_{n}": text for n, pair in enumerate(wanted) for key, text in zip(("name", "value"), pair, strict=True)}
    return " and ".join(parts) or "1", params


def facets(connection: sqlite3.Connection, kind: str, wanted: Sequence[tuple[str, str]]) -> list[Told]:
    """Return the facets of the named speakers of a type ("" for all) who have these attributes."""
    where, params = condition(connection, wanted)
    found = []
    for name in attributes.names(connection)[:FACETS]:
        given = {**params, "kind": kind, "facet": name, "limit": VALUES}
        counted = rows(connection, f"""
            select a.value, count(distinct s.id) as speakers from speakers s
            join speaker_attributes a on a.speaker_id = s.id and a.name = :facet
            where {NAMED} and {where} group by 1 order by 2 desc, 1 limit :limit""", given)  # noqa: S608  our own words
        ((untold,),) = connection.execute(f"""
            select count(*) from speakers s where {NAMED} and {where}
            and not exists (select 1 from speaker_attributes a where a.speaker_id = s.id and a.name = :facet)
            """, given).fetchall()  # noqa: S608  our own words
        values = [(row["value"], row["speakers"]) for row in counted] + [(NOT_KNOWN, untold)] * bool(untold)
        found.append(Told(name=name, values=tuple(values)))
    return found


async def lists_page(site: Site, request: Request) -> Response:
    """Show quotes counted by what people's lists say of their speakers."""
    index = await site.index()
    table = site.datasette.urls.table(site.name, "quotes")
    shown = [_counted(number, facet, index, table) for number, facet in enumerate(index.attributes())]
    about = await site.read(lambda connection: _linked(connection, index))
    body = await site.datasette.render_template(
        "quotes/lists.html", {"counted": [each for each in shown if each], **about}, request=request, view_name="quotes")
    return Response.html(body)


def _counted(number: int, facet: str, index: FacetIndex, table: str) -> tuple[charts.Chart, str] | None:
    """Return the quotes by an attribute's values as bars, and in words the shares of those whose speakers' value is known.

    Those without a value come last, however many they are. A quote of several may have several values, so that shares of all
    quotes may be more than 1 together.
    """
    name, ordered = facet.removeprefix(ATTRIBUTE), sorted(index.counts(facet), key=lambda pair: pair[0] == NOT_KNOWN)
    untold = sum(count for value, count in ordered if value == NOT_KNOWN)
    told = [pair for pair in ordered if pair[0] != NOT_KNOWN][:VALUES]
    chart = charts.ranking(f"attribute-{number}", plain(name).capitalize(), "In the lists", [
        (shorten(plain(value), 60), count, f"{table}?{urlencode({f'{ATTRIBUTE_FILTER}{name}': value})}")
        for value, count in (*told, *[(NOT_KNOWN, untold)] * bool(untold))])
    if chart is None:
        return None
    bars = tuple(replace(bar, share=percent(bar.count, len(index))) for bar in chart.bars)
    known = ", ".join(f"{shorten(plain(value), 60)} {percent(count, len(index) - untold)}" for value, count in told)
    return replace(chart, bars=bars), known


def _linked(connection: sqlite3.Connection, index: FacetIndex) -> dict[str, Any]:
    found = rows(connection, "select count(*) as speakers from speakers where authority_id is not null")
    files = rows(connection, "select list, count(distinct speaker_id) as speakers from speaker_attributes "
                             "group by 1 order by 2 desc, 1 limit 20") if index.told else []
    return {"linked": found[0]["speakers"], "files": files}
