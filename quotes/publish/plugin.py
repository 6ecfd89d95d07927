"""The Datasette plugin: hooks that give Datasette our metadata, pages, facets, feeds and headers.

Invariant: a database that is not ours is served as if the plugin were not there, but for the security headers and the
neutral CSV.
"""

from __future__ import annotations

from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any

from datasette import hookimpl

from quotes.publish import cells, datasette_inside, errors, facets, feeds, functions, guard, limits, pages
from quotes.publish.context import FILTERS, Context, columns_shown
from quotes.publish.database import remember
from quotes.publish.facet_index import SPEAKER_COLUMN, TABLE
from quotes.publish.security import App, SafeAnswers
from quotes.publish.site import site_of
from quotes.store.fold import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator

    from datasette.app import Datasette
    from datasette.utils.asgi import Request
    from jinja2 import Environment


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Datasette, key: str | None) -> dict[str, Any]:
    """Describe our tables; a `metadata.yaml` of the operator's wins."""
    return site_of(datasette).metadata(key)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Make every answer safe."""
    site = site_of(datasette)
    signs_in = guard.passwords_shown((datasette.metadata() or {}).get("plugins"))
    return lambda app: SafeAnswers(app, site.base_url, hosts=lambda: site.hosts, signs_in=lambda: signs_in)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Limit what one question can take of the memory, as Datasette limits its time."""
    limits.limit(conn)
    functions.limit(conn)
    conn.create_function("folded", 1, _folded, deterministic=True)


def _folded(text: object) -> str:
    return fold(str(text or ""))


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Datasette) -> Callable[[], Any]:
    """Let our databases remember, and read the index of facets before the first visitor comes."""

    async def inner() -> None:
        site = site_of(datasette)
        datasette_inside.replace_databases(datasette, {name: remember(datasette.databases[name]) for name in site.names()})
        if site.name is not None:
            datasette_inside.warn()
            await site.index()

    return inner


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Let our templates stand between the operator's and Datasette's."""
    datasette_inside.add_templates(env, str(resources.files("quotes.publish") / "templates"))
    env.globals["quotes"] = Context(site_of(datasette))
    env.filters.update(FILTERS)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    """Add our pages."""
    return pages.routes(site_of(datasette))


@hookimpl(hookwrapper=True)  # type: ignore[untyped-decorator]
def register_facet_classes() -> Generator[None, Any, None]:
    """Put our facets in the place of Datasette's."""
    outcome = yield
    outcome.force_result([[facets.OURS_FOR.get(kind, kind) for kind in kinds] for kinds in outcome.get_result()]
                         + [[facets.TopicFacet, facets.AttributeFacet]])


@hookimpl(hookwrapper=True)  # type: ignore[untyped-decorator]
def filters_from_request(request: Request, table: str, database: str,
                         datasette: Datasette) -> Generator[None, Any, None]:
    """Filter quotes by topic too, and let the index answer what it can."""
    outcome = yield
    if database not in site_of(datasette).names():
        return
    cells.shown_columns.set(frozenset(columns_shown(table, request)) or None)
    cells.searched.set(str(request.args.get("_search") or "") if table == TABLE else "")
    if table == TABLE:
        site, found = site_of(datasette), outcome.get_result()
        outcome.force_result([
            partial(facets.quote_filters, site, database, request, hook)
            if datasette_inside.is_search_filter(hook) else hook for hook in found])


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(  # noqa: PLR0913  the hook's arguments
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Datasette
) -> Any:
    """Show identifiers as links to our pages; of a quote of several, all who speak."""
    site = site_of(datasette)
    if table == TABLE and column == SPEAKER_COLUMN and database == site.name:
        return partial(cells.render_speakers, site, row, value)
    if table == TABLE and column == "text" and database == site.name:
        return cells.render_words(site, row, value)
    return cells.render(site, database, table, column, value)


@hookimpl  # type: ignore[untyped-decorator]
def register_output_renderer() -> dict[str, Any]:
    """Add `.atom` to every table and query of quotes."""
    return {"extension": "atom", "render": feeds.render_rows, "can_render": feeds.can_render}


@hookimpl(hookwrapper=True)  # type: ignore[untyped-decorator]
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Generator[None, Any, None]:
    """Answer failures in our own words, without the program's insides."""
    outcome = yield
    if site_of(datasette).name is not None:
        outcome.force_result([errors.answer(datasette, request, exception)])
