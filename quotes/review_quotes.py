"""Correcting a quote on the site: a page with a form for each thing that may be wrong, for people who may review.

Selected words come as offsets with the words themselves, which must be what the article has there; without a script they are
written. What was entered is never lost: a form that cannot be stored, or that somebody else's correction came before, is
shown again with its entries beside what is so now. Invariants: those of `review_access`.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response
from markupsafe import Markup, escape

from quotes import correcting, review
from quotes.correcting import Known
from quotes.errors import ChangedError, StoreError
from quotes.publish.cells import page_path
from quotes.publish.site import site_of
from quotes.records import Act, CorrectionKind, SpeakerType
from quotes.review_access import LONGEST, check, told, work
from quotes.said import IN_WORDS, LEFT_OUT
from quotes.store import read, stored, undo
from quotes.store.corrections import as_called

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from datasette.app import Datasette
    from sqlite_utils import Database

    from quotes.records import Quote

LONGEST_WORDS = 100_000
MOST_FIELDS = 200
CONFLICT = 409
# A carriage return is one for a parser of HTML only if it is written so; else offsets behind it would be others.
RETURN = Markup("&#13;")
Form = dict[str, list[str]]


def routes() -> list[tuple[str, Callable[..., Any]]]:
    """Return the addresses of the forms for quotes."""
    return [
        (r"/quotes/review/quote/(?P<id>[^/]+)$", correct_quote),
        (r"/quotes/review/undo$", take_back),
    ]


async def corrected_by(datasette: Datasette) -> dict[str, str]:
    """Return, for reviewers, by whom and when each quote was corrected last, of the corrections that hold."""
    rows = await site_of(datasette).read(lambda connection: connection.execute(
        "SELECT quote_id, who, max(made_at) FROM corrections WHERE superseded_at IS NULL GROUP BY quote_id").fetchall())
    return {quote_id: f"{who}, {made_at[:16].replace('T', ' ')}" for quote_id, who, made_at in rows}


async def changes_of(datasette: Datasette, quote_id: str) -> list[dict[str, Any]]:
    """Return the corrections of a quote as pages show them."""

    def read_them(connection: Any) -> list[dict[str, Any]]:
        found = undo.changes_of(connection, quote_id)
        article = stored.article(connection, found[0].article_id) if found else None
        return [_shown(each, article.text if article else None) for each in found]

    return await site_of(datasette).read(read_them)


def _shown(change: undo.Change, text: str | None) -> dict[str, Any]:
    return {
        "id": change.id, "who": change.who, "made_at": change.made_at[:16].replace("T", " "),
        "right": correcting.in_words(change, text), "state": correcting.standing(change), "holds": change.holds,
        "undo_id": change.undo_id if change.may_redo else None,
    }


async def correct_quote(datasette: Datasette, request: Request) -> Response:
    """Show the forms for a quote, or store what one of them says."""
    quote_id = str(tilde_decode(request.url_vars["id"]))
    if request.method != "POST":
        check(datasette, request)
        return await _page(datasette, request, quote_id)
    who = check(datasette, request, method="POST")
    form = await _form(request)

    def decide(base: Database) -> str:
        done = correcting.correct(base, quote_id, _known(base, quote_id, form), who=who, seen=_one(form, "seen") or None)
        return f"Stored: {done.changes[0].kind}." if done.shown else "Stored. The next build shows it."

    try:
        message = await work(datasette, decide)
    except (StoreError, ValueError) as error:
        said = told(datasette, error)
        status = CONFLICT if isinstance(error, ChangedError) else 422
        return await _page(datasette, request, quote_id, entered=form, said=said, status=status)
    datasette.add_message(request, message, datasette.INFO)
    return Response.redirect(await _back(datasette, quote_id), status=303)


async def take_back(datasette: Datasette, request: Request) -> Response:
    """Take a decision back, or make one hold again that was taken back."""
    who = check(datasette, request, method="POST")
    form = await _form(request)
    named, kind = _one(form, "id"), _one(form, "kind")
    back = [datasette.urls.path("/quotes/review")]

    def decide(base: Database) -> str:
        if kind in ("correction", "redo correction"):
            done = (correcting.take_back(base, who=who, correction_id=named) if kind == "correction"
                    else correcting.hold_again(base, who=who, undo_id=named))
            back[0] = _quote_path(datasette, base, done.quote_id)
            return ("Taken back." if kind == "correction" else "It holds again.") + (
                "" if done.shown else " The next build shows it.")
        if kind == "redo":
            review.redo(base, named, by=who)
            return "It holds again."
        review.undo(base, by=who, decision_id=named)
        return "Taken back."

    try:
        message = await work(datasette, decide)
    except (StoreError, ValueError) as error:
        datasette.add_message(request, f"Nothing was stored: {told(datasette, error)}", datasette.ERROR)
    else:
        datasette.add_message(request, message, datasette.INFO)
    page = _one(form, "quote")
    return Response.redirect(await _back(datasette, page) if page else back[0], status=303)


async def _back(datasette: Datasette, quote_id: str) -> str:
    """Return the address of a quote's page; of one that is none, that of its forms."""
    found = await site_of(datasette).read(lambda connection: stored.quote(connection, quote_id))
    return page_path(site_of(datasette), "quote" if found is not None else "review/quote", quote_id)


def _quote_path(datasette: Datasette, base: Database, quote_id: str) -> str:
    found = stored.quote(base.conn, quote_id)
    return page_path(site_of(datasette), "quote" if found is not None else "review/quote", quote_id)


# -- what a form says ---------------------------------------------------------------------------------------------------


async def _form(request: Request) -> Form:
    """Return a form's fields, of which some may be given more than once.

    Raises:
        ValueError: there are more than any form of ours has.
    """
    body = (await request.post_body()).decode("utf-8", "replace")
    return parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)


def _one(form: Mapping[str, list[str]], name: str, longest: int = LONGEST) -> str:
    return (form.get(name) or [""])[0][:longest].strip()


def _known(base: Database, quote_id: str, form: Form) -> Known:
    """Return what a form says is right.

    Raises:
        StoreError: it says nothing that there is.
    """
    match _one(form, "kind"):
        case CorrectionKind.NOT_A_QUOTE:
            return Known(not_a_quote=True)
        case CorrectionKind.WRONG_SPAN:
            return _known_words(form)
        case CorrectionKind.WRONG_SPEAKER:
            return _known_speakers(form)
        case CorrectionKind.WRONG_ROLE:
            return _known_role(base, quote_id, form)
        case CorrectionKind.WRONG_ACT:
            return Known(act=("not " if form.get("negated") else "") + _one(form, "act"))
    raise StoreError("choose what is wrong")


def _known_words(form: Form) -> Known:
    spans = _one(form, "spans", LONGEST_WORDS)
    if not spans:
        return Known(words=(_one(form, "words", LONGEST_WORDS),))
    selected = json.loads(_one(form, "selected", LONGEST_WORDS) or "null")
    if not isinstance(selected, list) or not all(isinstance(each, str) for each in selected):
        raise StoreError("what was selected did not come along; load the page again and select anew")
    return Known(spans=spans, selected=tuple(selected))


def _known_speakers(form: Form) -> Known:
    chosen = [each[:LONGEST] for each in form.get("speaker", ())]
    typed = _one(form, "name")
    names = (*chosen, *([typed] if typed or not chosen else []))
    kind = _one(form, "type")
    unnamed = bool(form.get("unnamed"))
    return Known(unnamed=unnamed, speakers=None if unnamed and not any(names) else names,
                 speaker_type=SpeakerType(kind) if kind else None)


def _known_role(base: Database, quote_id: str, form: Form) -> Known:
    """Return the role and affiliation of a form where they are others than now."""
    now = stored.quote(base.conn, quote_id)
    role, affiliation = _one(form, "role"), _one(form, "affiliation")
    return Known(role=role if now is None or role != (now.role or "") else None,
                 affiliation=affiliation if now is None or affiliation != (now.affiliation or "") else None)


# -- the page -----------------------------------------------------------------------------------------------------------


async def _page(datasette: Datasette, request: Request, quote_id: str, *,  # noqa: PLR0913  what it shows
                entered: Form | None = None, said: str = "", status: int = 200) -> Response:
    def look(base: Database) -> dict[str, Any] | None:
        return _context(base, quote_id)

    try:
        context = await work(datasette, look, readonly=True)
    except StoreError as error:
        raise NotFound(told(datasette, error)) from error
    if context is None:
        raise NotFound("No such quote")
    changes = await changes_of(datasette, quote_id)
    body = await datasette.render_template(
        "quotes/correct.html", {**context, "changes": changes, "entered": entered or {}, "said": said,
                                "changed": status == CONFLICT, "quote_id": quote_id}, request=request, view_name="quotes")
    return Response.html(body, status=status, headers={"Cache-Control": "private, no-store"})


def _context(base: Database, quote_id: str) -> dict[str, Any] | None:
    """Return what the page shows of a quote as it is, or as the program found it where people say that it is none."""
    changes = undo.changes(base, quote_id=quote_id, limit=1)
    card = stored.quote(base.conn, quote_id)
    article_id = card.article_id if card is not None else changes[0].article_id if changes else None
    if article_id is None:
        return None
    state = undo.state_of(base.conn, quote_id)
    article = read.stored_article(base, article_id)
    if article is None:
        return {"card": None, "article": None, "state": state}
    quote = _quote(base, article_id, quote_id)
    entities = {entity.key: entity for entity in read.extraction(base, article_id).entities}
    return {
        "card": card, "article": article, "state": state, "quote": quote,
        "pieces": _pieces(article.text, quote), "joined": f" {LEFT_OUT} ".join(
            article.text[start:end] for start, end in quote.content) if quote else "",
        "speakers": correcting.speakers_of(base, article_id),
        "speaking": {entity.name or entity.description for key in (quote.entity_keys if quote else ())
                     if (entity := entities.get(key)) is not None},
        "called": as_called(quote) if quote else None, "types": review.TYPES,
        "acts": [(str(act), IN_WORDS[act]) for act in Act],
    }


def _quote(base: Database, article_id: str, quote_id: str) -> Quote | None:
    """Return a quote as it is now, else as the program found it."""
    found = (read.extraction(base, article_id), read.extraction_found(base, article_id))
    return next((quote for each in found if each is not None for quote in each.quotes if quote.id == quote_id), None)


def _pieces(text: str, quote: Quote | None) -> list[tuple[Markup, bool]]:
    """Return an article's text in pieces, and of each whether the quote has it; joined, they are the text and nothing else."""
    cuts = [0]
    for start, end in quote.content if quote else ():
        cuts += [start, end]
    cuts.append(len(text))
    return [(escape(text[start:end]).replace("\r", RETURN), bool(number % 2))
            for number, (start, end) in enumerate(pairwise(cuts)) if end > start]

