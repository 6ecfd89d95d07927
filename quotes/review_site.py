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

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request, Response

from quotes import review, review_quotes
from quotes.errors import ChangedError, QuotesError
from quotes.publish.cells import page_path
from quotes.publish.site import site_of
from quotes.review_access import LONGEST, check, may_review, told, work
from quotes.store import speakers, stored

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from datasette.app import Datasette
    from sqlite_utils import Database

# Tables that only reviewers read where there is review: who decided what and why, and what tells about the machine.
CLOSED = frozenset({
    "judgements", "renames", "retypes", "corrections", "undos", "uncorrected", "correction_anchors", "entity_anchors",
    "corrections_not_found", "failures", "reviews", "review_leases",
})
DECISIONS = """
select made.*, undone.id as undo_id, undone.who as undone_by, coalesce((select name from speakers where id = about),
                        (select coalesce(lead || ' ', '') || text from quotes where id = about)) as about_name,
       (select name from speakers where id = other) as other_name
from (
    select id, 'judgement' as what, left_id as about, right_id as other, judgement as decision, reasons, who, made_at,
           superseded_at, {speaker} as missing from judgements
    union all select id, 'rename', speaker_id, null, name, null, who, made_at, superseded_at, {named} from renames
    union all select id, 'retype', speaker_id, null, type, null, who, made_at, superseded_at, {named} from retypes
    union all select id, 'correction', quote_id, null, kind || coalesce(': ' || value, ''), null, who, made_at, superseded_at,
              {quote}
    from corrections order by made_at desc limit 200
) made left join undos undone on undone.decision_id = made.id and undone.kind = made.what and undone.redone_at is null
order by made_at desc, made.id
"""
NAMED = """case when exists (
    select 1 from entity_anchors a where a.named_id in ({ids}) and not exists (
        select 1 from entity_anchors b join entities e on e.id = b.entity_id where b.named_id = a.named_id)) then 'speaker' end"""
# What of a decision is not found again; a database of an older version does not know.
MISSING = {
    "speaker": NAMED.format(ids="left_id, right_id"),
    "named": NAMED.format(ids="speaker_id"),
    "quote": """case when article_id not in (select id from articles) then 'article' else (
        select missing from corrections_not_found n where n.correction_id = corrections.id
        and n.article_id = corrections.article_id) end""",
}

DECISIONS_ON = f"""
with called as (select :speaker_id as id union select old_id from speaker_redirects where speaker_id = :speaker_id)
select * from ({DECISIONS}) where what <> 'correction' and (about in called or other in called)
    and (superseded_at is null or undo_id is not null)
"""  # noqa: S608  our own words


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
def extra_template_vars(datasette: Datasette, request: Request | None) -> Callable[[], Any]:
    """Tell templates whether to show the forms, and reviewers who corrected what and when."""

    async def inner() -> dict[str, Any]:
        if site_of(datasette).name is None or not may_review(datasette, request.actor if request else None):
            return {"review": False}
        return {"review": True, "corrected_by": await review_quotes.corrected_by(datasette),
                "changes_of": partial(review_quotes.changes_of, datasette), "decisions_on": partial(decisions_on, datasette)}

    return inner


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Datasette) -> Callable[[], Any]:
    """Bring the database up to date where people review, so that what they decide has its tables."""

    async def inner() -> None:
        if _is_reviewed(datasette) and site_of(datasette).name is not None:
            with suppress(QuotesError):  # one that cannot be written is looked at as it is
                await work(datasette, lambda _: None)

    return inner


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Datasette, actor: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Lead reviewers to what was decided."""
    shown = may_review(datasette, actor)
    return [{"href": datasette.urls.path("/quotes/review"), "label": "Decisions"}] if shown else []


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Add the forms' addresses."""
    return [
        *review_quotes.routes(),
        (r"/quotes/review$", decisions_page),
        (r"/quotes/review/speaker/(?P<id>[^/]+)$", decide_on_speaker),
    ]


async def decisions_page(datasette: Datasette, request: Request) -> Response:
    """List what people decided, when, and what no longer holds."""
    check(datasette, request)
    found = await site_of(datasette).read(partial(_decisions, DECISIONS))
    return Response.html(await datasette.render_template("quotes/review.html", {"decisions": found}, request=request))


def _decisions(query: str, connection: sqlite3.Connection, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    tables = stored.tables(connection)
    if "undos" not in tables:
        return []  # of an older version, and it cannot be written
    missing = MISSING if "corrections_not_found" in tables else dict.fromkeys(MISSING, "null")
    return stored.rows(connection, query.format(**missing), params or {})


async def decisions_on(datasette: Datasette, speaker_id: str) -> dict[str, Any]:
    """Return what people decided on a speaker that holds or was taken back, and the state that a form's sender saw."""
    return await site_of(datasette).read(lambda connection: {
        "made": _decisions(DECISIONS_ON, connection, {"speaker_id": speaker_id}),
        "state": speakers.state_of(connection, speaker_id)})


async def decide_on_speaker(datasette: Datasette, request: Request) -> Response:
    """Store that a speaker is the same as another, is not, or is called otherwise, and resolve again."""
    who = check(datasette, request, method="POST")
    form = await request.post_vars()
    speaker_id = tilde_decode(request.url_vars["id"])
    other = form.get("other", "")[:LONGEST].strip()
    reasons = form.get("reasons", "")[:LONGEST].strip() or None

    def decide(base: Database) -> str:
        speaker = review.identified(base, speaker_id)
        if form.get("seen", "") not in ("", speakers.state_of(base.conn, speaker)):
            raise ChangedError(f"meanwhile {speakers.last_decided(base.conn, speaker)}; look at the speaker as it is now. "
                               f"You had entered: {form.get('action', '')} {other}".rstrip())
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
            case "retype":
                review.retype(base, speaker, form.get("type", ""), who=who)
                return "Stored what this speaker is."
        raise QuotesError("choose what to decide")

    await _decide(datasette, request, decide)
    return Response.redirect(page_path(site_of(datasette), "speaker", speaker_id), status=303)


async def _decide(datasette: Datasette, request: Request, decide: Callable[[Database], str]) -> None:
    """Open the database for writing, decide, and say what came of it."""
    try:
        message = await work(datasette, decide)
    except (QuotesError, ValueError) as error:
        datasette.add_message(request, f"Nothing was stored: {told(datasette, error)}", datasette.ERROR)
    else:
        datasette.add_message(request, message, datasette.INFO)
