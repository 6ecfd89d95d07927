"""Review on the site: forms for people who are signed in, writing judgements and corrections with who and when.

A second Datasette plugin beside `quotes.publish`, because it writes: `quotes serve` never loads a permission to do so. In a
Datasette of your own, give people passwords (plugin datasette-auth-passwords) and say who may review:

    plugins:
      quotes:
        review:
          id: [ana, ben]

Invariants: nothing is written unless the actor is one that `review` allows and the form carries Datasette's token against
forgery; decisions are only added or superseded, by the same functions as `quotes speakers`.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils import actor_matches_allow, tilde_decode
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from quotes import review
from quotes.errors import QuotesError
from quotes.publish.cells import page_path
from quotes.publish.site import site_of
from quotes.records import Correction, CorrectionKind
from quotes.store import stored

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from datasette.app import Datasette
    from sqlite_utils import Database

LONGEST = 500
# Tables that only reviewers read where there is review: who decided what and why, and what tells about the machine.
CLOSED = frozenset({
    "judgements", "renames", "retypes", "corrections", "undos", "uncorrected", "correction_anchors", "entity_anchors",
    "corrections_not_found", "failures", "reviews", "review_leases",
})
DECISIONS = """
select made.*, coalesce((select name from speakers where id = about),
                        (select coalesce(lead || ' ', '') || text from quotes where id = about)) as about_name,
       (select name from speakers where id = other) as other_name
from (
    select 'judgement' as what, left_id as about, right_id as other, judgement as decision, reasons, who, made_at,
           superseded_at, {speaker} as missing from judgements
    union all select 'name', speaker_id, null, name, null, who, made_at, superseded_at, {renamed} from renames
    union all select 'quote', quote_id, null, kind || coalesce(': ' || value, ''), null, who, made_at, superseded_at, {quote}
    from corrections order by made_at desc limit 200
) made order by made_at desc
"""
NAMED = """case when exists (
    select 1 from entity_anchors a where a.named_id in ({ids}) and not exists (
        select 1 from entity_anchors b join entities e on e.id = b.entity_id where b.named_id = a.named_id)) then 'speaker' end"""
# What of a decision is not found again; a database of an older version does not know.
MISSING = {
    "speaker": NAMED.format(ids="left_id, right_id"),
    "renamed": NAMED.format(ids="speaker_id"),
    "quote": """case when article_id not in (select id from articles) then 'article' else (
        select missing from corrections_not_found n where n.correction_id = corrections.id
        and n.article_id = corrections.article_id) end""",
}


def may_review(datasette: Datasette, actor: Mapping[str, Any] | None) -> bool:
    """Tell whether somebody may decide; nobody may where the configuration names nobody."""
    allowed = (datasette.plugin_config("quotes") or {}).get("review")
    return bool(actor and allowed and actor_matches_allow(actor, allowed))


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def permission_allowed(datasette: Datasette, actor: Mapping[str, Any] | None, action: str, resource: Any) -> bool | None:
    """Keep what was decided, by whom and why, to those who may review, and with it the freedom to ask anything in SQL.

    Of several plugins' answers Datasette takes the last; so this is the last to answer.
    """
    if action not in ("view-table", "execute-sql", "view-database-download") or not _is_reviewed(datasette):
        return None
    database, table = resource if isinstance(resource, tuple) else (resource, None)
    if database not in site_of(datasette).names() or may_review(datasette, actor):
        return None
    return False if action != "view-table" or str(table).lower() in CLOSED else None


def _is_reviewed(datasette: Datasette) -> bool:
    return bool((datasette.plugin_config("quotes") or {}).get("review"))


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, Any]:
    """Tell templates whether to show the forms."""
    return {"review": may_review(datasette, request.actor if request else None)}


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Datasette, actor: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Lead reviewers to what was decided."""
    shown = may_review(datasette, actor)
    return [{"href": datasette.urls.path("/quotes/review"), "label": "Decisions"}] if shown else []


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Add the forms' addresses."""
    return [
        (r"/quotes/review$", decisions_page),
        (r"/quotes/review/quote/(?P<id>[^/]+)$", decide_on_quote),
        (r"/quotes/review/speaker/(?P<id>[^/]+)$", decide_on_speaker),
    ]


async def decisions_page(datasette: Datasette, request: Request) -> Response:
    """List what people decided, when, and what no longer holds."""
    _check(datasette, request)
    found = await site_of(datasette).read(_decisions)
    return Response.html(await datasette.render_template("quotes/review.html", {"decisions": found}, request=request))


def _decisions(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    known = "corrections_not_found" in stored.tables(connection)
    return stored.rows(connection, DECISIONS.format(**(MISSING if known else dict.fromkeys(MISSING, "null"))))


async def decide_on_quote(datasette: Datasette, request: Request) -> Response:
    """Store that a quote is none, is somebody else's, or has other words; the next build heeds it."""
    who = _check(datasette, request, method="POST")
    form = await request.post_vars()
    quote_id = tilde_decode(request.url_vars["id"])

    def decide(base: Database) -> str:
        from quotes.store import write  # noqa: PLC0415  loads the store only where something is decided

        kind = CorrectionKind(form.get("kind", ""))
        value = form.get("value", "")[:LONGEST].strip()
        write.add_correction(base, Correction(
            quote_id=quote_id, kind=kind, value=None if kind is CorrectionKind.NOT_A_QUOTE else value, who=who,
            made_at=review.now()))
        return "Noted. The next build heeds it."

    await _decide(datasette, request, decide)
    return Response.redirect(page_path(site_of(datasette), "quote", quote_id), status=303)


async def decide_on_speaker(datasette: Datasette, request: Request) -> Response:
    """Store that a speaker is the same as another, is not, or is called otherwise, and resolve again."""
    who = _check(datasette, request, method="POST")
    form = await request.post_vars()
    speaker_id = tilde_decode(request.url_vars["id"])
    other = form.get("other", "")[:LONGEST].strip()
    reasons = form.get("reasons", "")[:LONGEST].strip() or None

    def decide(base: Database) -> str:
        speaker = review.identified(base, speaker_id)
        match form.get("action"):
            case "merge":
                review.merge(base, speaker, review.identified(base, other), who=who, reasons=reasons)
                return f"One speaker now: {other}."
            case "apart":
                review.keep_apart(base, speaker, review.identified(base, other), who=who, reasons=reasons)
                return f"Two speakers, for good: {other}."
            case "rename":
                review.rename(base, speaker, other, who=who)
                return f"Called {other} from now on."
        raise QuotesError("choose what to decide")

    await _decide(datasette, request, decide)
    return Response.redirect(page_path(site_of(datasette), "speaker", speaker_id), status=303)


def _check(datasette: Datasette, request: Request, *, method: str = "GET") -> str:
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


async def _decide(datasette: Datasette, request: Request, decide: Callable[[Database], str]) -> None:
    """Open the database for writing, decide, and say what came of it."""
    path = site_of(datasette).database.path

    def work() -> str:
        from quotes.store import write  # noqa: PLC0415

        base = write.open_database(path)
        with closing(base):
            return decide(base)

    try:
        message = await asyncio.to_thread(work)
    except (QuotesError, ValueError) as error:
        words = _without_place(str(error), path, site_of(datasette).database.name)
        datasette.add_message(request, f"Nothing was stored: {words}", datasette.ERROR)
    else:
        datasette.add_message(request, message, datasette.INFO)


def _without_place(words: str, path: str, name: str) -> str:
    """Return a message that names a database without where its file lies on this machine, which is nobody's business."""
    for told in (str(Path(path).resolve()), str(Path(path).absolute()), path):
        words = words.replace(told, name)
    return words
