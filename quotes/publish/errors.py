"""Answers to requests that cannot be served.

Datasette prints a trace with all local variables for each address that does not exist; a crawler would fill the log.
Invariant: an answer never repeats more of the request than a template escapes, and never shows a trace.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
from typing import TYPE_CHECKING

from datasette.utils.asgi import NotFound, Request, Response

from quotes.publish import datasette_inside

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from datasette.app import Datasette

LOG = logging.getLogger(__name__)
# No statuses: keys of messages.
BUSY, LARGE = 0, 1
TOO_LARGE = ("SQLITE_TOOBIG", "SQLITE_NOMEM")
# How SQLite's messages begin that are about what was searched for.
SEARCHES = ("fts5:", "unterminated string", "LIKE or GLOB pattern too complex")
TITLES = {400: "That request makes no sense", 403: "Not for everyone", 404: "Nothing here", 405: "Not that way",
          503: "Not now"}
MESSAGES = {
    404: "There is no page at this address. It may have been mistyped, or the database was built anew without it.",
    500: "Something went wrong here, not with you. It was noted.",
    LARGE: "That asks for more than fits into memory. Narrow the question down.",
    BUSY: "The database is just being written to. Try again in a moment.",
    503: "The database was asked for more than it could find in time. Narrow the question down and try again.",
}


def answer(datasette: Datasette, request: Request, exception: Exception) -> Callable[[], Awaitable[Response]]:
    """Return a function that makes the answer to a request which raised an exception."""

    async def inner() -> Response:
        status, message = explain(exception)
        if status == 500:
            LOG.error("%s %s", request.method, request.path[:300], exc_info=exception)
        if request.path.split("?")[0].endswith(".json"):
            return Response.json({"ok": False, "error": message, "status": status, "title": TITLES.get(status)},
                                 status=status)
        body = await datasette.render_template(
            "quotes/error.html",
            {"status": status, "title": TITLES.get(status, "Something went wrong"), "error": message}, request=request)
        return Response.html(body, status=status)

    return inner


def explain(exception: Exception) -> tuple[int, str]:
    """Return the status and the words for an exception."""
    of_sql = _explain_sql(exception)
    if of_sql is not None:
        return of_sql
    # An address of a file that is longer than any file's name.
    is_no_name = isinstance(exception, OSError) and exception.errno == errno.ENAMETOOLONG
    if is_no_name or isinstance(exception, NotFound):
        return 404, MESSAGES[404]
    return datasette_inside.refusal(exception) or (500, MESSAGES[500])


def _explain_sql(exception: Exception) -> tuple[int, str] | None:
    if isinstance(exception, sqlite3.OperationalError) and "locked" in str(exception):
        return 503, MESSAGES[BUSY]
    if datasette_inside.is_interrupted(exception):
        return 503, MESSAGES[503]
    if isinstance(exception, (MemoryError, sqlite3.DataError)) or getattr(exception, "sqlite_errorname", "") in TOO_LARGE:
        return 400, MESSAGES[LARGE]
    is_search = isinstance(exception, sqlite3.OperationalError) and str(exception).startswith(SEARCHES)
    if is_search or isinstance(exception, (sqlite3.ProgrammingError, sqlite3.Warning)):
        return 400, "Part of the question cannot be understood."
    return None
