"""Cells of Datasette's tables: identifiers become links to our pages, addresses links that a reader may follow.

Invariant: markup is only made by adding to `Markup`, which escapes what it is given.
"""

from __future__ import annotations

import json
import re
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils import tilde_encode
from markupsafe import Markup, escape

from quotes.publish.text import certainty, host, http_url, plain, shorten
from quotes.store import stored
from quotes.store.fold import WORD, fold

if TYPE_CHECKING:
    from quotes.publish.site import Site

PAGES = {"speaker_id": "speaker", "article_id": "article", "quote_id": "quote", "statement_id": "statement",
         "family_id": "article"}
PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
LONGEST = 600
# So many characters are shown before a hit that lies far into a text.
BEFORE_HIT = 80
OPEN, CLOSE = Markup("<bdi>"), Markup("</bdi>")
HIT = Markup("<mark>{}</mark>")
OPEN_SAID = Markup('<bdi class="said">')
CORRECTED = Markup(' <span class="tag corrected">corrected</span>')
# In the place of cells that the page does not show; see `shown_columns`.
NOT_SHOWN = Markup("…")
shown_columns: ContextVar[frozenset[str] | None] = ContextVar("shown_columns", default=None)


searched: ContextVar[str] = ContextVar("searched", default="")


def hits(text: object, search: str, limit: int) -> list[tuple[str, bool]]:
    """Return at most `limit` characters of a text in pieces, and of each whether it is a word that was searched for.

    Words are compared as the search compares them: without case, accents and the like. If the first hit lies beyond what is
    shown, what is shown begins a few words before it.

    >>> hits("We met Frau Müller", "MULLER", 100)
    [('We met Frau ', False), ('Müller', True)]
    """
    whole, wanted = str(text or ""), set(fold(search).split())
    if not wanted:
        return [(shorten(whole, limit), False)]
    first = next((word.start() for word in WORD.finditer(whole) if fold(word.group()) in wanted), 0)
    if first > limit - BEFORE_HIT:
        whole = "…" + whole[first - BEFORE_HIT:].partition(" ")[2]
    whole = shorten(whole, limit)
    pieces, end = [], 0
    for word in WORD.finditer(whole):
        if fold(word.group()) in wanted:
            pieces += [(whole[end:word.start()], False), (word.group(), True)]
            end = word.end()
    return [piece for piece in (*pieces, (whole[end:], False)) if piece[0]]


def page_path(site: Site, page: str, row_id: object) -> str:
    """Return the path of one of our pages: `/quotes/speaker/ID`."""
    name = str(row_id)
    # Datasette's own helpers take 40 µs a link, of which a page has hundreds.
    encoded = name if PLAIN_ID.fullmatch(name) else tilde_encode(name)
    return f"{site.base_url}quotes/{page}/{encoded}"


def render(site: Site, database: str, table: str | None, column: str, value: Any) -> Markup | str | None:
    """Return what a cell shows, or None to leave it to Datasette.

    Three quarters of a quote's columns are not shown at first; making nothing of them saves a third of the page's time.
    """
    shown_here = shown_columns.get()
    if shown_here is not None and column not in shown_here:
        return NOT_SHOWN
    label = value.get("label") if isinstance(value, dict) else None
    raw = value["value"] if isinstance(value, dict) else value
    if raw is None or database not in site.names():
        return None
    shown = plain(label or raw)
    if column in PAGES:
        return _link(page_path(site, PAGES[column], raw), shorten(shown, 90))
    if column == "outlet_id" and table is not None:
        address = f"{site.datasette.urls.table(database, 'quotes')}?{urlencode({'outlet_id': raw})}"
        return _link(address, shown)
    if column == "url":
        link = http_url(raw)
        return _link(link, host(raw)) if link else shown
    return shown if column == "role_id" else _text(table, column, raw)


async def render_speakers(site: Site, row: Any, value: Any) -> Markup | str | None:
    """Return the links of all who speak in a quote of the table, whose row has the first of them."""
    first = render(site, str(site.name), "quotes", "speaker_id", value)
    identifier = row["id"] if "id" in row.keys() else None  # noqa: SIM118  a row of SQLite's is no mapping
    if first is None or first is NOT_SHOWN or identifier is None:
        return first
    key = str(identifier["value"] if isinstance(identifier, dict) else identifier)
    others = (await site.index()).beside.of_quote.get(key, ())
    if not others:
        return first
    found = await site.database.execute(
        "select id, name from speakers where id in (select value from json_each(:ids))", {"ids": json.dumps(others)})
    names = {row[0]: row[1] for row in found.rows}
    links = (_link(page_path(site, "speaker", each), shorten(plain(names.get(each, each)), 90)) for each in others)
    return Markup(", ").join((first, *links))


def render_words(site: Site, row: Any, value: Any) -> Markup | str | None:
    """Return the words of a quote of the table, with a mark where a person set something right."""
    said = render(site, str(site.name), "quotes", "text", value)
    rule = row["rule"] if "rule" in row.keys() else None  # noqa: SIM118  a row of SQLite's is no mapping
    return said + CORRECTED if isinstance(said, Markup) and said is not NOT_SHOWN and rule == stored.CORRECTED else said


def _text(table: str | None, column: str, raw: Any) -> Markup | None:
    """Return long texts shortened, each kept in its own direction, and confidence with what it means."""
    if column in ("confidence", "speaker_confidence") and isinstance(raw, float):
        return Markup('<span title="{}">{:.2f}</span>').format(certainty(raw), raw)
    if not isinstance(raw, str) or not raw:
        return None
    start = OPEN_SAID if column in ("text", "context") and table == "quotes" else OPEN
    said = Markup("").join(HIT.format(piece) if is_hit else escape(piece) for piece, is_hit in hits(raw, searched.get(), LONGEST))
    return start + said + CLOSE


def _link(address: str, words: str) -> Markup:
    return Markup('<a href="') + address + Markup('">') + words + Markup("</a>")
