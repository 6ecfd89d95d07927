"""WARC archives to articles: the HTML pages that were answered with 200, one by one; needs the extra `warc`.

Gzip, zstd and bare archives are read as a stream, so that memory does not grow with the archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quotes.errors import IngestError, NoTextError
from quotes.ingest import addresses
from quotes.ingest.files import failure
from quotes.ingest.readers import page
from quotes.ingest.readers.record import origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quotes.ingest.files import InputFile
    from quotes.ingest.options import Context
    from quotes.records import Article, Failure

MAX_PAGE_BYTES = 20 * 1024 * 1024
HTML_TYPES = ("text/html", "application/xhtml+xml")
OK = 200


def read(file: InputFile, context: Context) -> Iterator[Article | Failure]:
    """Yield the articles of the pages in an archive; an origin's number counts all records of the archive.

    Raises:
        IngestError: the extra is not installed, or the archive is damaged.
    """
    try:
        from fastwarc import ArchiveIterator, WarcRecordType  # noqa: PLC0415  an extra
    except ImportError as error:
        raise IngestError(f"{file.origin}: WARC needs an extra: pip install 'quotetrack[warc]'") from error
    count = pages = 0
    with file.open_raw() as stream:
        try:
            for number, record in enumerate(ArchiveIterator(stream, parse_http=True), 1):
                count = number
                if record.record_type == WarcRecordType.response and _is_page(record):
                    pages += 1
                    yield from _articles(file, record, number, context)
        except IngestError:
            raise
        except Exception as error:  # what a damaged archive raises is not told by the library
            raise IngestError(f"{file.origin}: damaged WARC after record {count} ({error}); get it once more") from error
    if not pages:
        raise NoTextError(f"{file.origin}: no page in it that was answered with 200 ({count} records); give an archive of pages")


def _is_page(record: Any) -> bool:
    headers = record.http_headers
    kind = (record.http_content_type or "").lower()
    return headers is not None and headers.status_code == OK and kind in HTML_TYPES


def _articles(file: InputFile, record: Any, number: int, context: Context) -> Iterator[Article | Failure]:
    origin = origin_of(file, number)
    url = record.headers.get("WARC-Target-URI")
    data = record.reader.read(MAX_PAGE_BYTES + 1)
    if len(data) > MAX_PAGE_BYTES:
        yield failure(origin, f"a page of more than {MAX_PAGE_BYTES:,} bytes; leave it out")
        return
    address = url if url and addresses.is_web_address(url) else None
    identifier = addresses.article_id(address) if address else f"{file.stem}-{number}"
    try:
        yield from page.articles(
            data, context, article_id=identifier, origin=origin, url=address, encoding=record.http_charset
        )
    except IngestError as error:
        yield failure(origin, error, error.stage)
