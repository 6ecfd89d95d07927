"""A form on the site to try one text, or one address: what is found is shown as an article's page shows it, and not stored.

A Datasette plugin beside `review_site`. Finding quotes costs seconds, and reading an address asks the web for something: so
the form is for reviewers who are signed in, and for whoever sits at the machine where `quotes serve` is for that machine alone
(it goes by no other name, no proxy stands before it, and the request comes from the machine itself).

Invariants: nothing is written; a form that another site sends is refused, whether or not cookies come with it; addresses are
read with the guards of `ingest.fetch`, one at a time, within the limits of `trial`.
"""

from __future__ import annotations

import asyncio
import atexit
import ipaddress
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from quotes import said
from quotes.errors import QuotesError
from quotes.publish.guard import LOOPBACK
from quotes.publish.highlight import Mark, Voice, paragraphs
from quotes.publish.site import site_of
from quotes.review_access import may_review
from quotes.trial import MOST_CHARACTERS, Trial, Trials, Tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from datasette.app import Datasette

FORM = "/quotes/try"
NOT_KEPT = {"cache-control": "no-store"}
# What a proxy adds to what it passes on: then nobody knows who sits where.
PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
KEPT = ("id", "act", "negated", "words_said", "text", "form", "kind", "speaker_type", "confidence", "speaker_confidence")
TRIALS = Trials()
atexit.register(TRIALS.close)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A quote that was tried, as the templates of an article's page take it; `others` are those who speak with the first."""

    id: str
    act: str
    negated: bool
    lead: str | None
    words_said: str
    text: str
    form: str
    kind: str
    speaker: Voice
    others: tuple[Voice, ...]
    role: str | None
    read_from: str | None
    speaker_type: str
    confidence: float | None
    speaker_confidence: float | None

    def called(self) -> str:
        """Return the names of all who speak: "Ann Lee, Bo Dahl and Cy Park"."""
        *before, last = (self.speaker.name, *(other.name for other in self.others))
        return f"{', '.join(before)} and {last}" if before else last


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Add the form's address."""
    return [(rf"{FORM}$", try_page)]


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, Any]:
    """Tell templates whether to lead to the form."""
    return {"may_try": request is not None and may_try(datasette, request)}


def may_try(datasette: Datasette, request: Request) -> bool:
    """Tell whether somebody may use the form: a reviewer, or who sits at the machine of a site that is for it alone."""
    return may_review(datasette, request.actor) or _is_local(datasette, request)


def _is_local(datasette: Datasette, request: Request) -> bool:
    site = site_of(datasette)
    if site.hosts != LOOPBACK or site.base_url != "/" or any(request.headers.get(name) for name in PROXIES):
        return False
    try:
        return ipaddress.ip_address(str((request.scope.get("client") or ("",))[0])).is_loopback
    except ValueError:
        return False


def _is_own_form(request: Request) -> bool:
    """Tell whether a form comes from a page of this site, as browsers say; Datasette's token is only asked for beside cookies."""
    fetched: str | None
    origin: str | None
    fetched, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if fetched is not None:
        return fetched == "same-origin"
    return origin is None or origin.partition("://")[2] == str(request.headers.get("host"))


async def try_page(datasette: Datasette, request: Request) -> Response:
    """Show the form, and what is found in what it was given."""
    if site_of(datasette).name is None:
        raise NotFound("No database of quotes is served here")
    if not may_try(datasette, request):
        raise Forbidden("This is for reviewers who are signed in, and for whoever runs the site on a machine of her or his own")
    if request.method not in ("GET", "HEAD", "POST"):
        raise NotFound("Nothing here")
    context: dict[str, Any] = {"text": "", "address": "", "most": MOST_CHARACTERS, "error": None, "found": None}
    if request.method == "POST":
        if not _is_own_form(request):
            raise Forbidden("This form was sent by another site")
        form = await request.post_vars()
        context |= {"text": form.get("text", "").replace("\r\n", "\n"), "address": form.get("address", "").strip()}
        try:
            context["found"] = _shown(await asyncio.to_thread(_try, context["text"], context["address"]))
        except QuotesError as error:
            context["error"] = str(error)
    body = await datasette.render_template("quotes/try.html", context, request=request, view_name="quotes")
    return Response.html(body, headers=NOT_KEPT, status=400 if context["error"] else 200)


def _try(text: str, address: str) -> Trial:
    if text.strip() and address:
        raise QuotesError("give a text or an address, not both")
    return TRIALS.address(address) if address else TRIALS.text(text)


def _shown(trial: Trial) -> dict[str, Any]:
    """Return what the page shows of a trial."""
    totals = {key: sum(key in tried.speakers for tried in trial.quotes) for key in trial.speakers}
    roles = {tried.speakers[0]: role for tried in reversed(trial.quotes) if (role := _role(tried, trial.speakers))}
    voices = {key: Voice(number=number, speaker_id=key, name=name, quotes=totals[key], detail=roles.get(key, ""))
              for number, (key, name) in enumerate(trial.speakers.items(), 1)}
    cards = [_card(tried, voices, _role(tried, trial.speakers)) for tried in trial.quotes]
    marks = [mark for tried in trial.quotes for mark in _marks(tried)]
    return {
        "article": trial.article, "cards": cards, "voices": list(voices.values()), "voice_of": voices,
        "card_of": {card.id: card for card in cards}, "paragraphs": paragraphs(trial.article["text"], marks, trial.furniture),
        "json": json.dumps({key: value for key, value in trial.article.items() if key not in ("url", "author")},
                           ensure_ascii=False, indent=2),
    }


def _role(tried: Tried, speakers: dict[str, str]) -> str | None:
    """Return a quote's role, but not that which stands in the place of a name already."""
    role: str | None = tried.quote["role"]
    return None if role == speakers[tried.speakers[0]] else role


def _card(tried: Tried, voices: dict[str, Voice], role: str | None) -> Shown:
    quote = tried.quote
    first, *others = (voices[key] for key in tried.speakers)
    read_from = said.read_from(quote["mention"], tried.source, first.name) if quote["speakers"] else None
    kept = {name: quote[name] for name in KEPT}
    return Shown(**kept, role=role, lead=tried.lead, speaker=first, others=tuple(others), read_from=read_from)


def _marks(tried: Tried) -> list[Mark]:
    quote = tried.quote
    return [Mark(quote_id=quote["id"], speaker_id=tried.speakers[0], kind=kind, start=start, end=end,
                 is_last=[start, end] == list(quote[kind][-1]))
            for kind in ("content", "cue", "source") for start, end in quote[kind]]
