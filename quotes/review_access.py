"""Who may review on the site, and work on its database for them: what the forms for speakers and for quotes share.

Invariants: nobody may whom the configuration does not name; the database is opened beside the readers, for one decision, and
closed; no message says where its file lies.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from datasette.utils import actor_matches_allow
from datasette.utils.asgi import Forbidden, NotFound

from quotes.publish.site import site_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from datasette.app import Datasette
    from datasette.utils.asgi import Request
    from sqlite_utils import Database

LONGEST = 500  # code points, of what is typed into one field
Result = TypeVar("Result")


def may_review(datasette: Datasette, actor: Mapping[str, Any] | None) -> bool:
    """Tell whether somebody may decide; nobody may where the configuration names nobody."""
    allowed = (datasette.plugin_config("quotes") or {}).get("review")
    return bool(actor and allowed and actor_matches_allow(actor, allowed))


def check(datasette: Datasette, request: Request, *, method: str = "GET") -> str:
    """Return who is signed in.

    Raises:
        Forbidden: this one may not review.
        NotFound: no database of ours is served, or the request has another method.
    """
    if not may_review(datasette, request.actor):
        raise Forbidden("Sign in as somebody who may review")
    if request.method != method or site_of(datasette).name is None:
        raise NotFound("Nothing to review here")
    actor = request.actor
    return str(actor.get("name") or actor.get("id"))[:LONGEST]


async def work(datasette: Datasette, do: Callable[[Database], Result], *, readonly: bool = False) -> Result:
    """Return what a function of the database makes, opened beside the readers, without keeping visitors waiting."""
    path = site_of(datasette).database.path

    def run() -> Result:
        from quotes.store import write  # noqa: PLC0415  loads the store only where something is decided

        with closing(write.open_database(path, readonly=readonly)) as base:
            return do(base)

    return await asyncio.to_thread(run)


def told(datasette: Datasette, error: Exception) -> str:
    """Return what went wrong without where the database's file lies on this machine, which is nobody's business."""
    database, words = site_of(datasette).database, str(error)
    for place in (str(Path(database.path).resolve()), str(Path(database.path).absolute()), database.path):
        words = words.replace(place, database.name)
    return words
