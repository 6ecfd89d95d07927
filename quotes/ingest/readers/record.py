"""A record (a line of JSON, a row of a table) to an article: which keys hold what, and what they may look like.

Keys are found without regard to case, blanks, hyphens and underscores. The lists below are what newsrooms' exports, JSON
feeds, schema.org, Fundus, news-please and trafilatura write; `--text COLUMN` and the like name a key of one's own.

Invariant: a pure function of the record; a value of a type that cannot be used is as good as none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quotes.errors import IngestError
from quotes.ingest.addresses import is_web_address
from quotes.ingest.files import failure
from quotes.ingest.readers import fragment
from quotes.ingest.readers.text import check_text, stem_id
from quotes.records import Article, PublishedFrom

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from quotes.ingest.files import InputFile
    from quotes.ingest.options import Context
    from quotes.records import Failure

KEYS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "maintext", "plaintext", "fulltext", "articletext", "articlebody", "bodytext", "contenttext", "body",
             "content", "rawtext", "article", "story", "html", "contenthtml", "bodyhtml"),
    "title": ("title", "headline", "headlines", "articletitle", "hed"),
    "date": ("date", "published", "publishedat", "publishedon", "publisheddate", "datepublished", "publishingdate",
             "publicationdate", "datepublish", "publishdate", "pubdate", "dateofpublication", "day", "issued"),
    "url": ("url", "link", "respondedurl", "requestedurl", "canonicalurl", "canonical", "permalink", "articleurl", "weburl",
            "href", "address", "uri"),
    "outlet": ("outlet", "publisher", "publication", "newspaper", "sitename", "site", "source", "sourcename", "media",
               "sourcedomain", "hostname", "domain"),
    "author": ("author", "authors", "byline", "creator", "writer"),
    "id": ("id", "articleid", "docid", "documentid", "uuid", "guid", "identifier"),
}
LISTS = ("articles", "items", "results", "docs", "documents", "records", "data", "entries")
PARTS = ("summary", "sections", "headline", "paragraphs", "text", "content")
NAMES = ("name", "publisher", "title", "label", "$oid", "$date")
"""Keys of an object that holds a text in pieces, or a name."""
MAX_ID_CHARACTERS = 200
MAX_FIELD_CHARACTERS = 2000
LONG_CHARACTERS = 200
"""A column that holds this many code points in a first row can be the text though its name does not say so."""


def simple(key: str) -> str:
    """Return a key as it is compared: letters and digits in lower case.

    >>> simple("Publishing_Date ")
    'publishingdate'
    """
    return re.sub(r"[\W_]+", "", key).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of an input: its keys and values, its number from 1, and the name of its reader.

    `has_columns` says that all records of the input have the same keys.
    """

    values: Mapping[str, Any]
    number: int
    reader: str
    has_columns: bool = True


def articles_of(file: InputFile, records: Iterable[Record | Failure], context: Context) -> Iterator[Article | Failure]:
    """Yield the article of each record, and a failure for each that cannot be used.

    Raises:
        IngestError: a named column is none of the table's (of JSON, each record has keys of its own).
    """
    columns = context.options.columns
    for item in records:
        if not isinstance(item, Record):
            yield item
            continue
        if item.has_columns:
            for name in columns:
                _check_column(item.values, name, columns, file.origin)
        origin = origin_of(file, item.number)
        try:
            yield article_of(item, file, context)
        except IngestError as error:
            yield failure(origin, error, error.stage)


def origin_of(file: InputFile, number: int) -> str:
    """Return what a record is called: `FILE#RECORD`."""
    return f"{file.origin}#{number}"


def article_of(record: Record, file: InputFile, context: Context) -> Article:
    """Return the article that a record holds.

    Args:
        record: the record.
        file: where it stands.
        context: the keys that were named, by field, and what reads dates.

    Raises:
        IngestError: it has no text, too much of it, or a named key is not there.
    """
    origin, columns = origin_of(file, record.number), context.options.columns
    found = {name: value for name in KEYS if (value := _value(record.values, name, columns, origin)) is not None}
    html = simple(columns.get("text", "")) in ("html", "contenthtml", "bodyhtml")
    text = fragment.as_text(found.get("text", ""), html=html)
    if not text.strip():
        keys = ", ".join(map(repr, list(record.values)[:12]))
        raise IngestError(f"{origin}: no text; name the column that holds it with --text COLUMN (there are: {keys})")
    check_text(text, origin)
    published = context.dates.first(filter(None, [found.get("date")]), origin)
    return Article(
        id=found.get("id") or f"{stem_id(file)}-{record.number}",
        text=text,
        title=found.get("title"),
        outlet=found.get("outlet"),
        url=found.get("url"),
        author=found.get("author"),
        published=published,
        published_from=PublishedFrom.METADATA if published else None,
        origin=origin,
        reader=record.reader,
    )


def text_column(names: Iterable[str]) -> str | None:
    """Return the column among `names` that holds texts by its name, or None."""
    by_key = {simple(name): name for name in reversed(list(names))}
    return next((by_key[key] for key in KEYS["text"] if key in by_key), None)


def known_columns(names: Iterable[str]) -> int:
    """Return how many names say what their column holds."""
    known = {key for keys in KEYS.values() for key in keys} | {"file"}
    return sum(simple(name) in known for name in names)


def _value(values: Mapping[str, Any], name: str, columns: Mapping[str, str], origin: str) -> str | None:
    """Return a field of a record as text; None if the record says nothing."""
    if name in columns:
        _check_column(values, name, columns, origin)
        return _clean(values[columns[name]], name)
    by_key = {simple(key): key for key in reversed(list(values))}
    for key in KEYS[name]:
        if key in by_key and (value := _clean(values[by_key[key]], name)):
            return value
    page = values.get(by_key.get("html", ""))  # Fundus tells the address with the page
    return _value(page, name, {}, origin) if name == "url" and isinstance(page, dict) else None


def _check_column(values: Mapping[str, Any], name: str, columns: Mapping[str, str], origin: str) -> None:
    """Refuse a named column that is not there.

    Raises:
        IngestError: names it, and those that are.
    """
    if columns[name] not in values:
        keys = ", ".join(map(repr, list(values)[:12]))
        raise IngestError(f"{origin}: no column {columns[name]!r} for --{name}; there are: {keys}")


def _clean(value: Any, name: str) -> str | None:
    text = _flat(value, "\n\n" if name == "text" else ", ")
    if text is None or not text.strip():
        return None
    if name == "text":
        return text
    line = " ".join(text.split())[:MAX_FIELD_CHARACTERS]
    if name == "url":
        return line if is_web_address(line) else None
    if name == "outlet":  # trafilatura's "source" is the address, news-please's "source_domain" a host
        return None if is_web_address(line) else line.removeprefix("www.")
    return line[:MAX_ID_CHARACTERS] if name == "id" else line


def _flat(value: Any, joint: str) -> str | None:
    """Return a value as text: lists joined, objects by their name or their paragraphs (Fundus)."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | tuple):
        return joint.join(filter(None, (_flat(item, joint) for item in value)))
    if isinstance(value, dict):
        parts = (text for key in PARTS if (text := _flat(value.get(key), joint)))
        return joint.join(parts) or next((name for key in NAMES if (name := _flat(value.get(key), joint))), None)
    return str(value)
