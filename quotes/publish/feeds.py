"""Atom feeds: a speaker's newest quotes, and the rows of any table page or query that shows quotes.

Invariant: a feed is well-formed XML whatever the articles say (RFC 4287); texts are plain (`type="text"`), never markup.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from datasette.utils.asgi import Response

from quotes.publish.cells import page_path
from quotes.publish.site import site_of
from quotes.publish.text import http_url, plain, shorten, xml_text
from quotes.said import in_words, marked, told
from quotes.store import stored

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    from quotes.publish.site import Site
    from quotes.store.stored import StoredQuote

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 100
LONGEST = 5000
CORRECTED = "Corrected by a person."
# Of the identifiers of feeds and their entries; never to change, or readers would show every entry as new.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, "quotes of speakers in news articles")
# What an entry without a date says; Atom demands one.
UNDATED = "1970-01-01T00:00:00Z"


def can_render(datasette: Datasette, columns: Sequence[str], database: str) -> bool:
    """Tell whether rows are quotes, so that `.atom` is offered for them."""
    return _id_column(columns) is not None and database in site_of(datasette).names()


async def render_rows(datasette: Datasette, columns: Sequence[str], rows: Sequence[Any], request: Request,
                      data: dict[str, Any]) -> Response | None:
    """Return the feed of a table page's or query's rows."""
    column = _id_column(columns)
    site = site_of(datasette)
    if column is None or site.name is None:
        return None
    ids = [_plain_id(row[column]) for row in rows][:ENTRIES]
    cards = await site.read(lambda connection: _cards(connection, ids))
    title = data.get("human_description_en") or data.get("query_name") or "all"
    page = site.datasette.urls.path(request.full_path.replace(".atom", "", 1))
    return feed(site, request, cards, title=f"Quotes: {title}", page=page)


def feed(site: Site, request: Request, cards: Iterable[StoredQuote], *, title: str, page: str) -> Response:
    """Return an Atom feed of quotes.

    Args:
        site: makes the links.
        request: the request, for absolute addresses.
        cards: the quotes, newest first.
        title: the feed's title.
        page: the address of the page that shows the same.
    """
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    entries = [_entry(site, request, card) for card in cards]
    _add(root, "title", shorten(plain(title), 200))
    here = site.datasette.absolute_url(request, site.datasette.urls.path(request.full_path))
    _add(root, "id", _urn(request.full_path))
    _add(root, "updated", max((entry.findtext(f"{{{ATOM}}}updated") or UNDATED for entry in entries), default=UNDATED))
    _add(root, "link", rel="self", type="application/atom+xml", href=here)
    _add(root, "link", rel="alternate", type="text/html", href=urljoin(here, page))
    _add(root, "generator", "Quotes")
    root.extend(entries)
    body = ET.tostring(root, encoding="unicode", xml_declaration=False)
    return Response('<?xml version="1.0" encoding="utf-8"?>\n' + body, content_type="application/atom+xml; charset=utf-8")


def _entry(site: Site, request: Request, card: StoredQuote) -> ET.Element:
    entry = ET.Element(f"{{{ATOM}}}entry")
    address = urljoin(request.url, page_path(site, "quote", card.id))
    _add(entry, "title", told(plain(card.called()), plain(card.lead), shorten(plain(card.words_said or card.text), 120)))
    _add(entry, "id", _urn(f"quote {card.id}"))
    _add(entry, "updated", _instant(card.published))
    _add(entry, "link", rel="alternate", type="text/html", href=address)
    original = http_url(card.url)
    if original:
        _add(entry, "link", rel="via", href=original)
    for name, _ in card.named:
        _add(_add(entry, "author"), "name", plain(name))
    _add(entry, "category", term=card.form)
    if act := in_words(card.act, negated=card.negated):
        _add(entry, "category", term=act.lower())
    if card.is_corrected:
        _add(entry, "category", term="corrected")
    where = ", ".join(filter(None, (plain(card.article), plain(card.outlet), card.day)))
    who = card.called(card.role) if card.others or not card.role else f"{card.speaker}, {card.role}"
    words = told(plain(who), plain(card.lead), shorten(card.words_said or card.text, LONGEST))
    mark = marked(card.act, negated=card.negated)
    read = f"“{shorten(plain(card.read_from), 60)}” read as {plain(card.called())}" if card.read_from else ""
    _add(entry, "content", "\n\n".join(filter(None, (mark, words, read, CORRECTED * card.is_corrected, where))), type="text")
    return entry


def _urn(name: str) -> str:
    """Return a permanent identifier that does not depend on where the site is served (RFC 4122, version 5)."""
    return uuid.uuid5(NAMESPACE, name).urn


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", {key: xml_text(value) for key, value in attributes.items()})
    if text:
        element.text = xml_text(text)
    return element


def _instant(published: str | None) -> str:
    """Return a publication date as RFC 3339 demands it."""
    try:
        found = datetime.fromisoformat(published or "")
    except ValueError:
        return UNDATED
    return (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


def _id_column(columns: Sequence[str]) -> str | None:
    if "quote_id" in columns:
        return "quote_id"
    return "id" if {"id", "text", "speaker_id"} <= set(columns) else None


def _plain_id(value: Any) -> str:
    return str(value["value"] if isinstance(value, dict) else value)


def _cards(connection: sqlite3.Connection, ids: Iterable[str]) -> list[StoredQuote]:
    return [card for quote_id in ids if (card := stored.quote(connection, quote_id)) is not None]
