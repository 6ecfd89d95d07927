"""RSS and Atom feeds to articles: the entry's own text where it is whole, else the page behind its link.

An entry that only sums up its article is followed if the feed was fetched from an address; of a feed on the disk it is left
out, for nothing is fetched but what was given as an address.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quotes.errors import IngestError, NoTextError
from quotes.ingest import addresses
from quotes.ingest.files import failure
from quotes.ingest.options import Link
from quotes.ingest.readers import fragment
from quotes.ingest.readers.record import origin_of
from quotes.ingest.readers.text import check_text
from quotes.records import Article, PublishedFrom

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quotes.ingest.files import InputFile
    from quotes.ingest.options import Context
    from quotes.records import Failure

NAME = "feed"
MAX_BYTES = 20 * 1024 * 1024
CONTENT_CHARACTERS, SUMMARY_CHARACTERS = 600, 1500
"""From how many code points on the content of an entry, or its summary, is taken for the whole article."""
DATES = ("published", "updated", "created")
CUT = re.compile(r"(?:…|\.\.\.|\[\s*(?:…|\.\.\.)\s*\]|(?:read|continue|more)[\w\s]{0,20}[>»→]*)\s*$", re.IGNORECASE)


def read(file: InputFile, context: Context) -> Iterator[Article | Failure | Link]:
    """Yield the articles of a feed, in its order.

    Raises:
        IngestError: it cannot be read, or is no feed.
    """
    import feedparser  # noqa: PLC0415  not needed but for feeds

    headers = {"content-location": file.url or ""}
    if file.encoding:
        headers["content-type"] = f"application/xml; charset={file.encoding}"
    parsed = feedparser.parse(io.BytesIO(file.read(MAX_BYTES)), response_headers=headers)
    if not parsed.entries:
        reason = str(parsed.get("bozo_exception", "it has no entries"))[:150]
        raise IngestError(f"{file.origin}: no entry can be read from this feed ({reason}); open it in a browser to see why")
    outlet = _line(parsed.feed.get("title"))
    seen: set[str] = set()
    for number, values in enumerate(parsed.entries, 1):
        link = _line(values.get("link"))
        entry = _Entry(
            values=values, link=link if link and addresses.is_web_address(link) else None, number=number, outlet=outlet
        )
        if entry.link is None or entry.link not in seen:
            seen.add(entry.link or "")
            yield from _read_entry(entry, file, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry of a feed, its place in it from 1, and who publishes the feed."""

    values: Mapping[str, Any]
    link: str | None
    number: int
    outlet: str | None


def _read_entry(entry: _Entry, file: InputFile, context: Context) -> Iterator[Article | Failure | Link]:
    origin = entry.link or origin_of(file, entry.number)
    text = _whole_text(entry.values)
    try:
        if text is not None:
            check_text(text, origin)
            yield _article(entry, text, file, context)
        elif entry.link and context.follows:
            yield _link(entry, entry.link, context)
        else:
            remedy = "give the feed's address, to have its pages read" if entry.link else "it has no link to a page either"
            raise NoTextError(f"{origin}: the feed ({file.origin}) has a summary only; {remedy}")
    except IngestError as error:
        yield failure(origin, error, error.stage)


def _link(entry: _Entry, url: str, context: Context) -> Link:
    return Link(
        url=url, title=_title(entry), outlet=entry.outlet, author=_line(entry.values.get("author")),
        published=_published(entry, url, context),
    )


def _article(entry: _Entry, text: str, file: InputFile, context: Context) -> Article:
    origin = entry.link or origin_of(file, entry.number)
    published = _published(entry, origin, context)
    return Article(
        id=addresses.article_id(entry.link) if entry.link else f"{file.stem}-{entry.number}",
        text=text,
        title=_title(entry),
        outlet=entry.outlet,
        url=entry.link,
        author=_line(entry.values.get("author")),
        published=published,
        published_from=PublishedFrom.METADATA if published else None,
        origin=origin,
        reader=NAME,
    )


def _title(entry: _Entry) -> str | None:
    return _line(fragment.as_text(str(entry.values.get("title") or "")))


def _published(entry: _Entry, origin: str, context: Context) -> str | None:
    values = dict(entry.values)  # feedparser's own `get` would give another date for one that is missing, and warn
    return context.dates.first((str(found) for key in DATES if (found := values.get(key))), origin)


def _whole_text(entry: Mapping[str, Any]) -> str | None:
    """Return the text of an entry that holds its whole article, None if it only sums it up."""
    contents = [_text(part) for part in entry.get("content") or ()]
    content = max(contents, key=len, default="")
    if len(content) >= CONTENT_CHARACTERS and not CUT.search(content[-40:]):
        return content
    summary = _text({"value": entry.get("summary"), "type": "text/html"})
    return summary if len(summary) >= SUMMARY_CHARACTERS and not CUT.search(summary[-40:]) else None


def _text(part: Mapping[str, Any]) -> str:
    value = str(part.get("value") or "")
    return fragment.as_text(value, html="html" in str(part.get("type") or ""))


def _line(value: object) -> str | None:
    return " ".join(str(value).split())[:1000] or None if value else None
