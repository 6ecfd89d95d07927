"""The pages for readers: home, speakers, a speaker, an article, a quote; their feed, files and robots.txt.

Each page is a handler that reads records in one go from a reader's connection and hands them to a template.
Invariant: pages answer GET and HEAD, respect Datasette's permissions, and read at most a page's worth of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils import tilde_decode
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from quotes.publish import answers, charts, feeds, lists, queries, retold
from quotes.publish.asked import Asked
from quotes.publish.cells import page_path
from quotes.publish.context import FORMS
from quotes.publish.datasette_inside import DatasetteError, asgi_static, index_page
from quotes.publish.facet_index import SPEAKER, TOPIC, FacetIndex, Places, in_their_order
from quotes.publish.facets import ATTRIBUTE_FILTER
from quotes.publish.highlight import Mark, Paragraph, Voice, paragraphs
from quotes.publish.security import robots
from quotes.publish.site import Site
from quotes.publish.text import day_in_words, http_url, month_in_words, plain, shorten
from quotes.said import in_words, told
from quotes.store import speakers, stored

if TYPE_CHECKING:
    import sqlite3

    from quotes.publish.queries import Article
    from quotes.store.stored import StoredQuote

Handler = Callable[[Site, Request], Awaitable[Response]]

ON_HOME = 10
NEWEST = 7
TOPICS = 24
TOPICS_OF_A_QUOTE = 12
PAGE = 20
SPEAKERS_A_PAGE = 50
FACET_VALUES = 8
# What a citation's sentence may end with.
ENDS = (".", "!", "?", "…", ".”", "!”", "?”", "…”")
# Facets of a speaker's page: parameter -> (column of the index, heading).
SPEAKER_FACETS = {
    "act": ("act", "What was done"), "form": ("form", "Form"), "outlet": ("outlet_id", "Outlet"),
    "role": ("role", "Role"), "month": ("month", "Month"), "topic": (TOPIC, "Topic"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a facet on a page of ours: how many quotes have it, and the address that chooses or drops it."""

    label: str
    count: int
    href: str
    selected: bool


def routes(site: Site) -> list[tuple[str, Callable[..., Any]]]:
    """Return the addresses of our pages and their handlers."""
    return [
        (r"/$", _home_or_index(site)),
        (r"/robots\.txt$", _served(site, _robots)),
        (r"/quotes/static/(?P<path>[\w.-]+)$", asgi_static(str(resources.files("quotes.publish") / "static"))),
        (r"/quotes/speakers$", _served(site, _speakers)),
        (r"/quotes/lists$", _served(site, lists.lists_page)),
        (r"/quotes/speaker/(?P<id>[^/]+)\.atom$", _served(site, _speaker_feed)),
        (r"/quotes/speaker/(?P<id>[^/]+)$", _served(site, _speaker)),
        (r"/quotes/article/(?P<id>[^/]+)$", _served(site, _article, "articles")),
        (r"/quotes/quote/(?P<id>[^/]+)$", _served(site, _quote)),
        (r"/quotes/statement/(?P<id>[^/]+)$", _served(site, retold.statement_page)),
        (r"/quotes/statements$", _served(site, answers.statements_page)),
        (r"/quotes/said$", _served(site, answers.said_page)),
        (r"/quotes/compare$", _served(site, answers.compare_page)),
        (r"/quotes/unnamed$", _served(site, answers.unnamed_page)),
    ]


def _home_or_index(site: Site) -> Callable[..., Any]:
    home = _served(site, _home)

    async def view(request: Request) -> Response:
        if site.name is None:
            return await index_page(site.datasette, request)
        response: Response = await home(request)
        return response

    return view


def _served(site: Site, handler: Handler, table: str = "quotes") -> Callable[..., Any]:
    """Return a view that checks method, database and permissions before a handler, and dates its answer."""

    async def view(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            raise DatasetteError("This page can only be read.", status=405)
        if site.name is None:
            raise NotFound("No database of quotes is served here")
        visible, _ = await site.datasette.check_visibility(
            request.actor, permissions=[("view-table", (site.name, table)), ("view-database", site.name), "view-instance"])
        if not visible:
            raise Forbidden("You may not see this")
        response = await handler(site, request)
        if response.status == 200:
            response.headers.setdefault("Cache-Control", f"max-age={site.datasette.setting('default_cache_ttl')}")
        return response

    return view


async def _render(site: Site, request: Request, template: str, **context: Any) -> Response:
    body = await site.datasette.render_template(f"quotes/{template}.html", context, request=request, view_name="quotes")
    return Response.html(body)


def _id(request: Request) -> str:
    return str(tilde_decode(request.url_vars["id"]))


async def _robots(site: Site, _request: Request) -> Response:
    return Response.text(robots(site.names()), headers={"Cache-Control": "max-age=3600"})


# --- Home and speakers --------------------------------------------------------------------------------------------------


async def _home(site: Site, request: Request) -> Response:
    index = await site.index()
    return await _render(site, request, "home", **await site.kept("home", partial(_read_home, index)))


def _read_home(index: FacetIndex, connection: sqlite3.Connection) -> dict[str, Any]:
    days = {day: total for day, total in index.counts("day") if day}
    outlets = index.counts("outlet_id", limit=ON_HOME)
    named = queries.names(connection, "outlets", "name", [value for value, _ in outlets])
    forms = dict(index.counts("form"))
    return {
        "totals": {"quotes": len(index), "speakers": queries.count_named(connection),
                   "articles": queries.count(connection, "articles"), "outlets": queries.count(connection, "outlets")},
        "first_day": min(days, default=None),
        "last_day": max(days, default=None),
        "ranked": queries.ranked(connection, ON_HOME),
        "newest": (newest := queries.newest(connection, NEWEST)),
        "also_in": retold.also_in(connection, [card.id for card in newest]),
        "timeline": charts.timeline("days", "Quotes over time", days),
        "outlets": [(value, named.get(value, value), total) for value, total in outlets],
        "topics": queries.topics(connection, TOPICS),
        "forms": charts.shares("forms", "How it was quoted", "Form",
                               [(FORMS[value], forms[value], None) for value in FORMS if value in forms],
                               colours=[value for value in FORMS if value in forms]),
    }


async def _speakers(site: Site, request: Request) -> Response:
    asked = Asked.of(site, request)
    page = asked.page()
    kind = asked.parameters.get("type") or ""
    search = asked.search()
    offset = (page - 1) * SPEAKERS_A_PAGE

    wanted = lists.chosen(asked.parameters)

    def read(connection: sqlite3.Connection) -> tuple[list[queries.Ranked], list[lists.Told]]:
        if search:
            return queries.speakers_called(connection, search, SPEAKERS_A_PAGE + 1), []
        listed = lists.condition(connection, wanted)
        return (queries.ranked(connection, SPEAKERS_A_PAGE + 1, offset, kind, listed),
                lists.facets(connection, kind, wanted))

    found, told = await site.read(read)
    return await _render(
        site, request, "speakers", ranked=found[:SPEAKERS_A_PAGE], start=offset + 1, kind=kind, search=search,
        highest=max((speaker.quotes for speaker in found), default=1), wanted=wanted,
        told=[_told_choices(asked, each, wanted) for each in told],
        clear=asked.changed(page=None, **{f"{ATTRIBUTE_FILTER}{name}": None for name, _ in wanted}),
        **asked.pager(has_more=len(found) > SPEAKERS_A_PAGE and not search))


def _told_choices(asked: Asked, told: lists.Told, wanted: Sequence[tuple[str, str]]) -> tuple[str, list[Choice]]:
    """Return a facet of speakers: its heading, and its values as what can be chosen; the chosen one is always among them."""
    values = dict(told.values) | {value: dict(told.values).get(value, 0) for name, value in wanted if name == told.name}
    return plain(told.name).capitalize(), [
        Choice(label=plain(value), count=count, selected=(told.name, value) in wanted,
               href=asked.changed(page=None, **{
                   f"{ATTRIBUTE_FILTER}{told.name}": None if (told.name, value) in wanted else value}))
        for value, count in values.items()]


# --- A speaker ----------------------------------------------------------------------------------------------------------


async def _speaker(site: Site, request: Request) -> Response:
    speaker_id = _id(request)
    index = await site.index()
    context = await site.read(partial(_read_speaker, index, Asked.of(site, request), speaker_id))
    if context is None:
        return await _moved(site, request, speaker_id, "")
    return await _render(site, request, "speaker", **context)


async def _speaker_feed(site: Site, request: Request) -> Response:
    speaker_id = _id(request)
    found = await site.read(lambda connection: stored.speaker(connection, speaker_id))
    if found is None:
        return await _moved(site, request, speaker_id, ".atom")
    cards = await site.read(lambda connection: queries.quotes_where(
        connection, {"speaker_id": speaker_id}, "", limit=feeds.ENTRIES, offset=0))
    return feeds.feed(site, request, cards, title=f"Quotes of {found.name}",
                      page=page_path(site, "speaker", speaker_id))


async def _moved(site: Site, request: Request, speaker_id: str, suffix: str) -> Response:
    """Forward an old identifier of a speaker.

    Raises:
        NotFound: the identifier never was one.
    """
    new_id = await site.read(lambda connection: stored.redirected(connection, speaker_id))
    if new_id is None:
        raise NotFound("No such speaker")
    query = f"?{request.query_string}" if request.query_string else ""
    return Response.redirect(f"{page_path(site, 'speaker', new_id)}{suffix}{query}", status=301)


def _read_speaker(index: FacetIndex, asked: Asked, speaker_id: str,
                  connection: sqlite3.Connection) -> dict[str, Any] | None:
    speaker = queries.speaker(connection, speaker_id)
    if speaker is None:
        return None
    chosen = {name: value for name in SPEAKER_FACETS if (value := asked.parameters.get(name))}
    search = asked.search()
    mine = index.places([(SPEAKER, speaker_id)])
    places = mine
    if search:
        places = index.places_of_rowids(queries.matching_rowids(connection, search, speaker_id))
    places = index.places([(SPEAKER_FACETS[name][0], value) for name, value in chosen.items()
                           if SPEAKER_FACETS[name][0] in index], places)
    page = asked.page()
    filters = {"speaker_id": speaker_id} | {SPEAKER_FACETS[name][0]: value for name, value in chosen.items()}
    cards = queries.quotes_where(connection, filters, search, limit=PAGE, offset=(page - 1) * PAGE)
    total = len(places) if places is not None else 0
    return {
        "speaker": speaker.about, "known": speaker, "set_by_people": speakers.set_by_people(connection, speaker_id),
        "main_role": max(speaker.roles, key=lambda role: role["articles"], default=None),
        "cards": cards, "also_in": retold.also_in(connection, [card.id for card in cards]),
        "total": total, "pages": max(1, -(-total // PAGE)),
        "search": search, "chosen": chosen,
        "facets": _speaker_facets(connection, index, (speaker_id, places), asked, chosen),
        "clear": asked.path,
        **asked.pager(has_more=page * PAGE < total),
        **_speaker_charts(connection, index, mine),
    }


def _speaker_charts(connection: sqlite3.Connection, index: FacetIndex, mine: Places | None) -> dict[str, Any]:
    outlets = index.counts("outlet_id", mine, FACET_VALUES)
    named = queries.names(connection, "outlets", "name", [value for value, _ in outlets])
    forms = dict(index.counts("form", mine))
    return {
        "timeline": charts.timeline("days", "Quotes over time", dict(index.counts("day", mine))),
        "by_outlet": charts.ranking("outlets", "By outlet", "Outlet",
                                    [(plain(named.get(value, value)), total, f"?{urlencode({'outlet': value})}#quotes")
                                     for value, total in outlets]),
        "by_form": charts.shares("forms", "By form", "Form",
                                 [(label, forms[form], f"?{urlencode({'form': form})}#quotes")
                                  for form, label in FORMS.items() if form in forms],
                                 colours=[form for form in FORMS if form in forms]),
    }


def _speaker_facets(connection: sqlite3.Connection, index: FacetIndex, said: tuple[str, Places | None], asked: Asked,
                    chosen: Mapping[str, str]) -> list[tuple[str, list[Choice]]]:
    speaker_id, places = said
    found = []
    for name, (column, heading) in SPEAKER_FACETS.items():
        if column not in index:
            continue
        own = index.said_first(speaker_id, places) if column == "role" and places is not None else places
        counts = in_their_order(column, index.counts(column, own, FACET_VALUES))
        labels = _labels(connection, name, [value for value, _ in counts])
        if name in chosen and chosen[name] not in labels:
            # Nothing is left of the chosen value, but it must be possible to drop it.
            counts, labels = [*counts, (chosen[name], 0)], labels | _labels(connection, name, [chosen[name]])
        choices = [
            Choice(label=labels.get(value, value), count=total, selected=chosen.get(name) == value,
                   href=asked.changed(page=None, **{name: None if chosen.get(name) == value else value}) + "#quotes")
            for value, total in counts]
        if len(choices) > 1 or name in chosen:
            found.append((heading, choices))
    return found


def _labels(connection: sqlite3.Connection, name: str, values: Sequence[str]) -> dict[str, str]:
    if name == "outlet":
        return queries.names(connection, "outlets", "name", values)
    if name == "topic":
        return queries.names(connection, "terms", "term", values)
    if name == "form":
        return {value: FORMS.get(value, value) for value in values}
    if name == "act":
        return {value: in_words(value, negated=False) or value for value in values}
    words = month_in_words if name == "month" else plain
    return {value: words(value) for value in values}


# --- An article ---------------------------------------------------------------------------------------------------------


async def _article(site: Site, request: Request) -> Response:
    article_id = _id(request)
    article, family = await site.read(lambda connection: (
        queries.article(connection, article_id), retold.family(connection, article_id)))
    if article is None:
        raise NotFound("No such article")
    also_in = await site.read(lambda connection: retold.also_in(connection, [card.id for card in article.quotes]))
    voices = _voices(article.quotes)
    return await _render(
        site, request, "article", article=article.about, family=family, cards=article.quotes, also_in=also_in, voices=voices,
        voice_of={voice.speaker_id: voice for voice in voices}, card_of={card.id: card for card in article.quotes},
        paragraphs=_body(article))


def _body(article: Article) -> list[Paragraph] | None:
    """Return the text's paragraphs, but for a headline that the page shows above them; None where it is not published."""
    if article.about.text is None:
        return None
    found = paragraphs(article.about.text, article.marks, article.furniture)
    if not found or any(segment.mark for segment in found[0].segments):
        return found
    first = plain("".join(segment.text for segment in found[0].segments))
    return found[1:] if first and first == plain(article.about.title) else found


def _voices(quotes: Sequence[StoredQuote]) -> list[Voice]:
    """Return the article's speakers in order of appearance, numbered."""
    speaking = [(speaker_id, name, card.role if speaker_id == card.speaker_id else None)
                for card in quotes
                for speaker_id, name in ((card.speaker_id, card.speaker), *((other.id, other.name) for other in card.others))]
    totals = Counter(speaker_id for speaker_id, _, _ in speaking)
    first = {speaker_id: (name, role) for speaker_id, name, role in reversed(speaking)}
    order = dict.fromkeys(speaker_id for speaker_id, _, _ in speaking)
    return [Voice(number=position, speaker_id=speaker_id, name=first[speaker_id][0], quotes=totals[speaker_id],
                  detail=first[speaker_id][1] or "")
            for position, speaker_id in enumerate(order, start=1)]


# --- A quote ------------------------------------------------------------------------------------------------------------


async def _quote(site: Site, request: Request) -> Response:
    quote_id = _id(request)
    context = await site.read(partial(read_quote, quote_id))
    if context is None:
        raise NotFound("No such quote")
    card = context["card"]
    permalink = site.datasette.absolute_url(request, page_path(site, "quote", card.id))
    return await _render(site, request, "quote", permalink=permalink, citation=citation(card), **context)


def read_quote(quote_id: str, connection: sqlite3.Connection) -> dict[str, Any] | None:
    """Return all that a page shows of a quote, None if there is no such quote."""
    card = stored.quote(connection, quote_id)
    if card is None:
        return None
    article = queries.article(connection, card.article_id)
    if article is None:
        return None
    order = [each.id for each in article.quotes]
    place = order.index(card.id)
    return {
        "card": card,
        "also_in": retold.also_in(connection, [card.id]),
        "paragraphs": _around(card, article),
        "voice": Voice(number=1, speaker_id=card.speaker_id, name=card.speaker, quotes=1),
        "run": queries.run(connection, card.run_id),
        "topics": stored.quote_terms(connection, card.id, TOPICS_OF_A_QUOTE),
        "previous_quote": article.quotes[place - 1] if place else None,
        "next_quote": article.quotes[place + 1] if place + 1 < len(order) else None,
        "place": place + 1, "of": len(order),
    }


def _around(card: StoredQuote, article: Article) -> list[Paragraph]:
    """Return the paragraphs that the quote's spans touch, or the stored context where the text is not published."""
    marks = [mark for mark in article.marks if mark.quote_id == card.id]
    if article.about.text is None:
        return paragraphs(card.context or "", _marks_in_context(card, marks))
    found = paragraphs(article.about.text, marks)
    return [paragraph for paragraph in found if any(segment.mark for segment in paragraph.segments)]


def _marks_in_context(card: StoredQuote, marks: Sequence[Mark]) -> list[Mark]:
    """Return the content's pieces as spans of the stored context.

    The pieces' words follow from `quotes.text` and the lengths of the spans: the pieces are joined by one space.
    """
    context, found, place, searched = card.context or "", [], 0, 0
    for mark in sorted((mark for mark in marks if mark.kind == "content"), key=lambda mark: mark.start):
        length = mark.end - mark.start
        piece = card.text[place:place + length]
        place += length + 1
        start = context.find(piece, searched) if piece else -1
        if start >= 0:
            searched = start + length
            found.append(Mark(quote_id=card.id, speaker_id=card.speaker_id, kind="content", start=start, end=searched))
    return found


def citation(card: StoredQuote) -> str:
    """Return a quote as one would cite it, in plain text: with the article's author, outlet, date and own address.

    Example: Ana Ruiz (mayor) denied that she had known. In: Jo Lee, “A title”, The Outlet, 29 March 2022. https://example.com/a
    Where the article does not name the speaker, what it says stands behind the name: Ana Ruiz (mayor) [“she”] denied ...
    """
    who = plain(card.called(card.role)) + (f" [“{plain(shorten(card.read_from, 60))}”]" if card.read_from else "")
    words = told(who, plain(card.lead), plain(shorten(card.words_said or card.text, 2000))).rstrip(". ")
    if not words.endswith(ENDS):
        words += "."
    where = ", ".join(filter(None, (plain(shorten(card.author, 200)),
                                    f"“{plain(shorten(card.article, 300))}”" if card.article else "",
                                    plain(card.outlet), day_in_words(card.published) if card.published else "")))
    return " ".join(filter(None, (words, f"In: {where or 'an article'}.", http_url(card.url))))
