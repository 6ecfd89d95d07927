"""The queue of reviewers on the site: one quote after the other, one key for right, one for wrong, one to skip, one to take back.

A Datasette plugin beside `review_site`, for those whom `review` in its configuration allows. What is asked first and who has
what before them is told in `store.reviews`.

Invariants: nothing is written unless the actor may review and the form carries Datasette's token against forgery, but for the
note who has a quote before them; a verdict names the quote and the speaker that were shown, so that none is taken of anything
else; no page of these is kept by a browser or a proxy.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from quotes import review
from quotes.errors import QuotesError, StoreError
from quotes.publish import pages
from quotes.publish.datasette_inside import DatasetteError
from quotes.publish.site import Site, site_of, stamp_of
from quotes.review_access import may_review
from quotes.store import reviews, stored
from quotes.store.reviews import Given, Judged

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from datasette.app import Datasette
    from sqlite_utils import Database

    from quotes.publish.site import Stamp

QUEUE = "/quotes/review/queue"
LONGEST_NAME = 200
# A ranking that took so long to make is used so many times as long, though the database has changed meanwhile.
KEPT_TIMES = 50
NOT_KEPT = {"cache-control": "no-store"}
CARRIED = """
select coalesce((select articles from statements where id = q.statement_id),
                (select nullif(count(*), 0) from article_families a join article_families b on b.family_id = a.family_id
                 where a.article_id = q.article_id), 1) as articles,
       (select quotes from speaker_totals where speaker_id = q.speaker_id) as of_speaker
from quotes q where q.id = ?
"""
RECENT = """
select r.verdict, r.who, r.made_at, r.quote_id, q.id is not null as is_there, coalesce(q.words_said, q.text) as words,
       coalesce(s.name, r.speaker_id) as speaker
from reviews r left join quotes q on q.id = r.quote_id left join speakers s on s.id = r.speaker_id
where r.superseded_at is null and r.verdict = ? order by r.made_at desc limit 100
"""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Quotes in the order in which they are to be reviewed, of a state of the database.

    `made` is when, as `time.monotonic` has it, `took` how long that took, in seconds.
    """

    stamp: Stamp
    made: float
    took: float
    quotes: tuple[str, ...]

    def holds(self, stamp: Stamp, now: float) -> bool:
        """Tell whether the ranking may be used still."""
        return self.stamp == stamp or now - self.made < self.took * KEPT_TIMES


_RANKED: WeakKeyDictionary[Site, Ranked] = WeakKeyDictionary()


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Datasette, actor: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Lead reviewers to the queue and to what it shows."""
    if not may_review(datasette, actor):
        return []
    return [{"href": datasette.urls.path(QUEUE), "label": "Review quotes"},
            {"href": datasette.urls.path(f"{QUEUE}/precision"), "label": "How precise"}]


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Add the queue's addresses."""
    return [(rf"{QUEUE}$", queue), (rf"{QUEUE}/undo$", undo), (rf"{QUEUE}/precision$", precision)]


async def queue(datasette: Datasette, request: Request) -> Response:
    """Show the next quote to a reviewer, or store what is said of the one that was shown."""
    who = _reviewer(datasette, request, ("GET", "HEAD", "POST"))
    site = site_of(datasette)
    if request.method == "POST":
        form = await request.post_vars()
        await _write(datasette, request, partial(_judge, form=form, who=who))
        return _back(datasette)
    try:
        quote_id = await _take(site, who)
    except QuotesError as error:
        raise DatasetteError(_without_place(error, site), status=503) from error
    context = await site.read(partial(_read, quote_id=quote_id, who=who))
    body = await datasette.render_template("quotes/queue.html", {"who": who, **context}, request=request, view_name="quotes")
    return Response.html(body, headers=NOT_KEPT)


async def undo(datasette: Datasette, request: Request) -> Response:
    """Take back what a reviewer said last and show that quote again."""
    who = _reviewer(datasette, request, ("POST",))
    await _write(datasette, request, lambda base: reviews.take_back(base, who=who, at=review.now()))
    return _back(datasette)


async def precision(datasette: Datasette, request: Request) -> Response:
    """Show what the verdicts say of the program, who gave how many, and which quotes are wrong."""
    _reviewer(datasette, request, ("GET", "HEAD"))
    site = site_of(datasette)
    context = await asyncio.to_thread(_opened, site.database.path, lambda base: _read_precision(base.conn))
    body = await datasette.render_template("quotes/precision.html", context, request=request, view_name="quotes")
    return Response.html(body, headers=NOT_KEPT)


def _reviewer(datasette: Datasette, request: Request, methods: tuple[str, ...]) -> str:
    """Return who is signed in.

    Raises:
        Forbidden: this one may not review.
        NotFound: no database of ours is served, or the request has another method.
    """
    if not may_review(datasette, request.actor):
        raise Forbidden("Sign in as somebody who may review")
    if request.method not in methods or site_of(datasette).name is None:
        raise NotFound("Nothing to review here")
    return str(request.actor.get("name") or request.actor.get("id"))[:LONGEST_NAME]


def _judge(base: Database, form: Mapping[str, str], who: str) -> None:
    try:
        verdict = Judged(form.get("verdict", ""))
    except ValueError:
        raise StoreError("say right, wrong or skip") from None
    reviews.add(base, Given(quote_id=form.get("quote", ""), speaker_id=form.get("speaker", ""), verdict=verdict, who=who,
                            made_at=review.now()))


async def _write(datasette: Datasette, request: Request, work: Callable[[Database], object]) -> None:
    """Open the database for writing and do something to it; say so where it cannot be done."""
    site = site_of(datasette)
    try:
        await asyncio.to_thread(_opened, site.database.path, work)
    except QuotesError as error:
        datasette.add_message(request, f"Nothing was noted: {_without_place(error, site)}", datasette.ERROR)


def _opened(path: str, work: Callable[[Database], Any]) -> Any:
    from quotes.store import write  # noqa: PLC0415  loads the store only where something is written

    with closing(write.open_database(path)) as base:
        return work(base)


def _back(datasette: Datasette) -> Response:
    return Response.redirect(datasette.urls.path(QUEUE), status=303)


def _without_place(error: QuotesError, site: Site) -> str:
    """Return a message without where the file lies on this machine, which is nobody's business."""
    return str(error).removeprefix(f"{site.database.path}: ").replace(site.database.path, str(site.name))


async def _take(site: Site, who: str) -> str | None:
    """Return the quote for a reviewer to look at; of a ranking that holds no open one, make another."""
    for again in (False, True):
        ranked = await _ranking(site, again=again)
        found: str | None = await asyncio.to_thread(
            _opened, site.database.path, partial(reviews.take, ranked=ranked, who=who, now=review.now()))
        if found is not None:
            return found
    return None


async def _ranking(site: Site, *, again: bool) -> tuple[str, ...]:
    known, stamp = _RANKED.get(site), stamp_of(site.database.path)
    if known is None or again or not known.holds(stamp, time.monotonic()):
        start = time.monotonic()
        found = await asyncio.to_thread(_rank, site)
        end = time.monotonic()
        known = _RANKED[site] = Ranked(stamp, end, end - start, found)
    return known.quotes


def _rank(site: Site) -> tuple[str, ...]:
    # Not through the pool of readers: of a large database it takes longer than a page may. Opened for writing, a database of an
    # older version gets the tables that this asks.
    found: tuple[str, ...] = _opened(site.database.path, lambda base: reviews.ranking(base.conn))
    return found


def _read(connection: sqlite3.Connection, quote_id: str | None, who: str) -> dict[str, Any]:
    said = reviews.last(connection, who)
    context: dict[str, Any] = {
        "counts": reviews.counts(connection), "said": said,
        "said_of": stored.quote(connection, said.quote_id) if said is not None else None,
        "case": None,
    }
    found = pages.read_quote(quote_id, connection) if quote_id is not None else None
    if found is not None:
        context |= found
        context |= {"case": found["card"], **stored.rows(connection, CARRIED, [quote_id])[0]}
    return context


def _read_precision(connection: sqlite3.Connection) -> dict[str, Any]:
    return {
        "measured": reviews.measured(connection), "counts": reviews.counts(connection),
        "wrong": stored.rows(connection, RECENT, [Judged.WRONG]),
        "skipped": stored.rows(connection, RECENT, [Judged.SKIPPED]),
    }
