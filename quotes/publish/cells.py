"""Cells of Datasette's tables: identifiers become links to our pages, addresses links that a reader may follow.

Invariant: markup is only made by `Markup.format`, which escapes what it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils import tilde_encode
from markupsafe import Markup

from quotes.publish.text import certainty, host, http_url, plain, shorten

if TYPE_CHECKING:
    from quotes.publish.site import Site

PAGES = {"speaker_id": "speaker", "article_id": "article", "quote_id": "quote", "syndicated_from": "article"}
LINK = Markup('<a href="{}">{}</a>')
LONGEST = 600


def page_path(site: Site, page: str, row_id: object) -> str:
    """Return the path of one of our pages: `/quotes/speaker/ID`."""
    return str(site.datasette.urls.path(f"/quotes/{page}/{tilde_encode(str(row_id))}"))


def render(site: Site, database: str, table: str | None, column: str, value: Any) -> Markup | str | None:
    """Return what a cell shows, or None to leave it to Datasette."""
    label = value.get("label") if isinstance(value, dict) else None
    raw = value["value"] if isinstance(value, dict) else value
    if raw is None or database not in site.names():
        return None
    shown = plain(label or raw)
    if column in PAGES:
        return LINK.format(page_path(site, PAGES[column], raw), shorten(shown, 90))
    if column == "outlet_id" and table is not None:
        address = f"{site.datasette.urls.table(database, 'quotes')}?{urlencode({'outlet_id': raw})}"
        return LINK.format(address, shown)
    if column == "url":
        link = http_url(raw)
        return LINK.format(link, host(raw)) if link else shown
    return shown if column == "role_id" else _text(table, column, raw)


def _text(table: str | None, column: str, raw: Any) -> Markup | None:
    """Return long texts shortened, each kept in its own direction, and confidence with what it means."""
    if column == "confidence" and isinstance(raw, float):
        return Markup('<span title="{}">{:.2f}</span>').format(certainty(raw), raw)
    if not isinstance(raw, str) or not raw:
        return None
    shown = shorten(raw, LONGEST)
    return Markup('<bdi class="said">{}</bdi>').format(shown) if column in ("text", "context") and table == "quotes" \
        else Markup("<bdi>{}</bdi>").format(shown)
