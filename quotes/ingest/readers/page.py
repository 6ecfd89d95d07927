"""HTML pages, from files and the web, to articles; what a page's text and metadata are is the business of `readers.html`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from quotes.ingest import addresses
from quotes.ingest.files import failure
from quotes.ingest.readers.text import stem_id
from quotes.records import Article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quotes.ingest.files import InputFile
    from quotes.ingest.options import Context
    from quotes.records import Failure

WARNING = "warning"
"""The stage of a failure that cost nothing: the page was read, but something of it may be missing."""
MAX_BYTES = 20 * 1024 * 1024


def read(file: InputFile, context: Context) -> Iterator[Article | Failure]:
    """Yield the article of a page; its id is the file's stem, or follows from its address if it was fetched.

    Raises:
        IngestError: the page cannot be read, or has no text (`NoTextError`).
    """
    data = file.read(MAX_BYTES)
    if file.url is None:
        yield from articles(data, context, article_id=stem_id(file), origin=file.origin, encoding=file.encoding)
        return
    for found in articles(data, context, article_id="", origin=file.origin, url=file.url, encoding=file.encoding):
        if isinstance(found, Article):
            yield replace(found, id=addresses.article_id(found.url or file.url))
        else:
            yield found


def articles(  # noqa: PLR0913  what is known of a page beside it
    data: bytes, context: Context, *, article_id: str, origin: str, url: str | None = None, encoding: str | None = None
) -> Iterator[Article | Failure]:
    """Yield the article of a page, and a warning if quotation marks of the page are missing in its text.

    Args:
        data: the page.
        context: what reads it and its dates.
        article_id: its id.
        origin: what to call it in messages.
        url: where it was fetched from; the address that it gives itself is believed within the same site only.
        encoding: what its sender declared.

    Raises:
        IngestError: the page cannot be read, or has no text (`NoTextError`).
    """
    page = context.pages.read(data, article_id=article_id, origin=origin, url=url, encoding=encoding, dates=context.dates)
    found = page.article
    own = found.url is not None and (url is None or addresses.same_site(found.url, url))
    yield found if own else replace(found, url=url)
    if page.warning:
        yield failure(origin, page.warning, WARNING)
