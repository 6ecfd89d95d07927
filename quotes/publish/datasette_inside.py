"""All that we know of Datasette beyond what its documentation promises: what an upgrade may break is in this file.

Documented, and imported where it is needed: `hookimpl`, `Datasette`, `Database`, requests, responses and the exceptions for
them, `tilde_encode` and `tilde_decode`, `actor_matches_allow`, facet classes and filters. The rest is here: the SQL that a table
page asks and how to read it, the search filter among the hooks' results, where templates are looked for, how its views fail.

Invariant: no other module reads, rewrites or calls what is not documented (a test over the imports says so). The versions
that this was tried with are `TRIED`; of another one `warning` says what may be wrong.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from datasette.database import QueryInterrupted, Results
from datasette.utils import escape_fts, path_with_added_args, path_with_removed_args, sqlite_timelimit
from datasette.utils.asgi import Base400, Request, Response, asgi_static
from datasette.version import __version__
from datasette.views.base import DatasetteError
from datasette.views.index import IndexView
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from datasette.app import Datasette
    from datasette.database import Database

__all__ = [
    "DatasetteError", "QueryInterrupted", "Results", "asgi_static", "escape_fts", "path_with_added_args",
    "path_with_removed_args", "sqlite_timelimit",
]

LOG = logging.getLogger(__name__)
# The first version that was tried, and the first that was not.
TRIED = ((0, 65, 5), (0, 66))
RELEASE = re.compile(r"(\d+(?:\.\d+)*)(.*)")


def warning(version: str = __version__) -> str | None:
    """Return what to say of the Datasette that is installed, or None of a version that this was tried with.

    >>> warning("0.65.5") is None
    True
    >>> warning("1.0a19").partition(":")[0]
    'Datasette 1.0a19 is not one that quotes was tried with (from 0.65.5, before 0.66)'
    """
    found = RELEASE.match(version)
    least, first_untried = TRIED
    if found and not found[2] and least <= tuple(map(int, found[1].split("."))) < first_untried:
        return None
    known = f"from {'.'.join(map(str, least))}, before {'.'.join(map(str, first_untried))}"
    return (f"Datasette {version} is not one that quotes was tried with ({known}): pages may be slow, wrong or missing; "
            f"pip install 'datasette>={'.'.join(map(str, least))},<{'.'.join(map(str, first_untried))}'")


@cache
def warn(version: str = __version__) -> None:
    """Log what there is to say of the Datasette that is installed, once; processes that a server forks do not say it again."""
    message = warning(version)
    if message is not None:
        LOG.warning("%s", message)


# --- The SQL of a table page --------------------------------------------------------------------------------------------

# A page's query sorted by a column of ours, without a second column to sort by.
SORTED = re.compile(
    r'(select (?!distinct )[\w", \[\]]+ from (?:quotes|articles|speakers|outlets|roles|terms) (?:where .*)?order by (?!id\b)\w+'
    r"(?: desc)?)( limit \d+)", re.DOTALL)
# The condition by which Datasette finds the page after a row; as it stands, SQLite reads all rows and sorts them each time.
FOLLOWING = re.compile(
    r"\((?P<column>\w+) < :(?P<value>p\d+) or (?P=column) is null or \((?P=column) = :(?P=value) and "
    r"\(\(id > :(?P<row>p\d+)\)\)\)\)(?P<order> order by (?P=column) desc, id limit (?P<limit>\d+))$")
BY_INDEX = r"\g<column> <= :\g<value> and (\g<column> < :\g<value> or id > :\g<row>)\g<order>"
# Parameters of a table page that choose its rows by other means than a column's value or a search.
OTHER_FILTERS = frozenset({"_where", "_through", "_searchmode", "_fts_table", "_fts_pk"})
SEARCH_OF_A_COLUMN = "_search_"


def is_count(sql: str, table: str) -> bool:
    """Tell whether a query counts the rows of a table page."""
    return sql.startswith(f"select count(*) from {table} ")  # noqa: S608  compared with, not asked


def count_of(number: int) -> Results:
    """Return the answer to such a query."""
    return Results([(number,)], truncated=False, description=(("count(*)",),))


def with_second_column(sql: str) -> str:
    """Return a table page's query with the identifier as second column to sort by.

    Datasette sorts the first page by the column alone and the next ones by the identifier too: of the rows with one date,
    which are many, it would leave some out between the pages.
    """
    return SORTED.sub(r"\1, id\2", sql) if SORTED.fullmatch(sql) else sql


def following(sql: str) -> tuple[str, int] | None:
    """Return the query of a page after a row so that an index answers it, and how many rows it wants.

    It does not find the rows without a value, which come last: if it finds fewer rows than wanted, the query as it was does.
    """
    found = FOLLOWING.search(sql)
    return None if found is None else (FOLLOWING.sub(BY_INDEX, sql), int(found["limit"]))


def condition_of(sql: str, table: str) -> str:
    """Return what follows the table in a table page's query: its condition, order and limit."""
    return sql.partition(f" from {table} ")[2]


def is_search_filter(hook: Any) -> bool:
    """Tell whether a result of the hook `filters_from_request` is Datasette's own filter for searches."""
    return getattr(hook, "__qualname__", "") == "search_filters.<locals>.inner"


def limited_search(clause: str, tail: str) -> str:
    """Return a condition with an order and limit inside of its subquery, if it is that of a search."""
    return f"{clause[:-1]} {tail})" if " match " in clause and clause.endswith("))") else clause


# --- The application ----------------------------------------------------------------------------------------------------


def open_reader(database: Database) -> sqlite3.Connection:
    """Return a new connection to a database's file, with all that Datasette and plugins prepare one with for questions."""
    connection: sqlite3.Connection = database.connect()
    database.ds._prepare_connection(connection, database.name)  # noqa: SLF001
    return connection


def close_reader(database: Database, connection: sqlite3.Connection) -> None:
    """Close a connection to a database's file, which Datasette keeps a list of."""
    connection.close()
    database._all_file_connections.remove(connection)  # noqa: SLF001


def replace_databases(datasette: Datasette, databases: Mapping[str, Database]) -> None:
    """Put databases in the place of those of the same names."""
    datasette.databases = {**datasette.databases, **databases}


def add_templates(env: Environment, folder: str) -> None:
    """Let a folder of templates stand between the operator's and Datasette's."""
    if isinstance(env.loader, ChoiceLoader) and isinstance(env.loader.loaders[0], FileSystemLoader):
        paths = env.loader.loaders[0].searchpath
        if folder not in paths:
            paths.insert(len(paths) - 1, folder)


async def index_page(datasette: Datasette, request: Request) -> Response:
    """Return Datasette's own home page."""
    scope = {**request.scope, "url_route": {"kwargs": {"format": None}}}
    return await IndexView(datasette).dispatch_request(Request(scope, request.receive))


# --- Its inline scripts -------------------------------------------------------------------------------------------------

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# The only expressions inside Datasette's inline scripts, with the values they can have.
EXPRESSIONS = {"{{ datasette_allow_facet }}": ("true", "false")}


def inline_scripts() -> list[str]:
    """Return the inline scripts that the installed Datasette's templates can produce.

    Raises:
        ValueError: a script contains an expression that this module does not know: Datasette has changed.
    """
    scripts: list[str] = []
    templates = resources.files("datasette") / "templates"
    for template in sorted(templates.iterdir(), key=lambda item: item.name):
        for script in INLINE_SCRIPT.findall(template.read_text(encoding="utf-8")):
            # Scripts that plugins add; we add none.
            if "body_script.script" in script:
                continue
            scripts.extend(_filled_in(script, template.name))
    return sorted(set(scripts))


def _filled_in(script: str, template: str) -> Iterator[str]:
    known = [expression for expression in EXPRESSIONS if expression in script]
    for value in EXPRESSIONS[known[0]] if known else ("",):
        filled = script.replace(known[0], value) if known else script
        if "{{" in filled or "{%" in filled:
            raise ValueError(f"datasette/templates/{template}: an inline script with an unknown expression; look at it, "
                             f"then at EXPRESSIONS in {__name__}")
        yield filled


# --- How its views fail -------------------------------------------------------------------------------------------------


def is_interrupted(exception: Exception) -> bool:
    """Tell whether a query took longer than it may."""
    return isinstance(exception, QueryInterrupted) or getattr(exception, "title", None) == "SQL Interrupted" or (
        isinstance(exception, sqlite3.OperationalError) and exception.args == ("interrupted",))


def refusal(exception: Exception) -> tuple[int, str] | None:
    """Return the status and words of an exception by which Datasette refuses a request, or None of others."""
    if isinstance(exception, Base400):
        return exception.status, str(exception.args[0]) if exception.args else ""
    if isinstance(exception, DatasetteError):
        # A 500 for a sort or filter that it does not know is the visitor's mistake.
        return 400 if exception.status == 500 else exception.status, str(exception.message)
    # What its views raise for parameters that they cannot read.
    if isinstance(exception, (ValueError, KeyError, IndexError, AssertionError, OverflowError)):
        return 400, "Part of the address cannot be understood."
    return None
