"""Inputs to articles with everything known about them: the entry point of this stage.

Invariants: every input is yielded as an article or as a failure; a bad one costs no other. Of two different texts under
one id the first (by path) is the article and the other a failure; the same text twice is one article. What a sidecar says
of an article comes first, then what its reader found beside the text, then what the text says of itself.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from quotes.dates import AMBIGUOUS, ORDERS, Dates
from quotes.errors import IngestError, NoTextError
from quotes.ids import digest, text_sha256
from quotes.ingest import addresses, detect, fetch, sidecar
from quotes.ingest.apart import Pages
from quotes.ingest.files import InputFile, failure, find
from quotes.ingest.header import read_header
from quotes.ingest.language import language_of
from quotes.ingest.mend import mend
from quotes.ingest.options import ANY_LANGUAGE, Context, Link, Memory, NoMemory, ReadOptions
from quotes.ingest.readers import page, table
from quotes.ingest.readers.text import check_text, decode
from quotes.records import Article, Failure, KnownInput, PublishedFrom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from quotes.dates import Order
    from quotes.ingest.sidecar import Metadata, Sidecar

    Reader = Callable[[Context], Iterator[Article | Failure | Link]]

STDIN = "-"
MAX_STDIN_BYTES = 1024 * 1024 * 1024
PAGES = "html"
SKIPPED = NoTextError.stage
WARNING = page.WARNING


def read(
    paths: Iterable[str],
    *,
    options: ReadOptions | None = None,
    memory: Memory | None = None,
) -> Iterator[Article | Failure]:
    """Yield the articles of inputs, and a failure for each input that cannot be read or is left out.

    Args:
        paths: files, folders (searched), globs, addresses, `table:FILE.db/TABLE`, and `-` for standard input.
        options: how to read them.
        memory: what was read before: an input whose bytes are the same is given as it was stored.

    Raises:
        IngestError: the table of metadata cannot be read.
    """
    options = options or ReadOptions()
    named = list(dict.fromkeys(paths))
    tables = _Tables(Path(options.metadata) if options.metadata else None, options.dates)
    yield from tables.start()
    allowed = fetch.is_host if options.allow_private else fetch.is_public
    with fetch.Fetcher(is_allowed=allowed, delay=options.delay) as fetcher, Pages(seconds=options.page_seconds) as pages:
        reading = _Reading(options=options, memory=memory or NoMemory(), tables=tables, fetcher=fetcher, pages=pages)
        if STDIN in named and options.stdin is not None:
            yield from reading.standard_input(options.stdin)
        yield from reading.files(path for path in named if path != STDIN and not _is_special(path))
        for path in filter(_is_special, named):
            yield from reading.database(path) if path.startswith(table.PREFIX) else reading.address(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A file of the inputs with all that is known beside it: enough to read it alone, in whichever process.

    `shared_stems` are the stems that several of the files have; `reading` is a digest of how it is read.
    """

    file: InputFile
    row: Metadata | None
    shared_stems: frozenset[str]
    reading: str


def plan(paths: Iterable[str], *, options: ReadOptions) -> Iterator[Planned | Failure]:
    """Yield the files of inputs in the order in which `read` reads them, and a failure for what leads to none.

    Args:
        paths: files, folders (searched) and globs.
        options: how to read them.

    Raises:
        IngestError: the table of metadata cannot be read, or an input is no file.
    """
    named = list(dict.fromkeys(paths))
    for path in named:
        if path == STDIN or _is_special(path):
            raise IngestError(f"{path}: is no file; give files, folders or globs, or build from it")
    tables = _Tables(Path(options.metadata) if options.metadata else None, options.dates)
    yield from tables.start()
    yield from _planned(named, tables, options)


def read_planned(planned: Planned, *, options: ReadOptions, memory: Memory) -> Iterator[Article | Failure]:
    """Yield the articles of one planned file, as `read` does; `memory` is told what is known of it."""
    with fetch.Fetcher(is_allowed=fetch.is_public, delay=options.delay) as fetcher, Pages(seconds=options.page_seconds) as pages:
        reading = _Reading(options=options, memory=memory, tables=_Tables(None), fetcher=fetcher, pages=pages)
        yield from reading.planned(planned)


def clash(origin: str, article_id: str, first: str | None) -> Failure:
    """Return the failure of an article whose id another has that came first."""
    remedy = "name a column of ids with --id" if "#" in origin else "rename one of the files"
    return failure(origin, f"another article has the id {article_id!r} ({first}); {remedy}")


def from_bytes(data: bytes, *, article_id: str, origin: str) -> Article:
    """Return the article in bytes of plain text, such as standard input.

    Raises:
        IngestError: there is no text, too much of it, or it is not UTF-8.
    """
    return describe(Article(id=article_id, text=decode(data, origin), origin=origin), None)


def from_text(text: str) -> Article:
    """Return the article that is nothing but a text; its id follows from the text.

    Raises:
        IngestError: there is no text, or too much of it.
    """
    check_text(text, "text")
    return describe(Article(id=digest("text", text_sha256(text)), text=text), None)


def describe(article: Article, known: Metadata | None, dates: Dates | None = None) -> Article:
    """Return the article with what is known about it, and what its text says where nothing is known.

    Args:
        article: id, text, origin, and what its reader found beside the text.
        known: the sidecar's row, if there is one.
        dates: what reads the dates of its input.
    """
    dates = dates or Dates()
    header = read_header(article.text, order=dates.order)
    row = known or sidecar.Metadata()
    published, published_from = next(
        (
            (date, source)
            for date, source in (
                (row.published, PublishedFrom.METADATA),
                (article.published, article.published_from or PublishedFrom.METADATA),
                (header.published, PublishedFrom.TEXT),
            )
            if date
        ),
        (None, None),
    )
    if published is None and dates.order is None and read_header(article.text, order=ORDERS[0]).published:
        unclear = AMBIGUOUS.search(article.text)
        dates.unclear.setdefault(article.origin or article.id, unclear.group() if unclear else "")
    return replace(
        article,
        title=row.title or article.title or header.title,
        outlet=row.outlet or article.outlet or header.outlet or addresses.host(row.url or article.url or ""),
        url=row.url or article.url,
        author=row.author or article.author or header.author,
        published=published,
        published_from=published_from,
    )


def _is_special(path: str) -> bool:
    """Say whether an input is no path: an address (of whatever scheme) or a table of a database."""
    known = path.startswith(table.PREFIX) or addresses.has_scheme(path)
    return known and not os.path.exists(path)  # noqa: PTH110  a Path refuses to tell of a name that is too long


@dataclass(slots=True)
class _Tables:
    """The tables of metadata met so far: the one given, or each folder's own."""

    given: Path | None
    order: Order | None = None
    by_folder: dict[Path, Sidecar | None] = field(default_factory=dict)
    table: Sidecar | None = None

    def start(self) -> Iterator[Failure]:
        if self.given:
            self.table = sidecar.read_sidecar(self.given, order=self.order)
            yield from self.table.failures

    def enter(self, folder: Path) -> Iterator[Failure]:
        """Read a folder's own table, and yield its failures the first time."""
        if self.given or folder in self.by_folder:
            return
        self.by_folder[folder] = table = sidecar.beside(folder, order=self.order)
        yield from table.failures if table else ()

    def row(self, path: Path) -> Metadata | None:
        table = self.table if self.given else self.by_folder.get(path.parent)
        return table.of(path) if table else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What is known beside an input's articles: the hash of its bytes, what reads its dates, its row, what led to it."""

    sha256: str
    dates: Dates
    row: Metadata | None = None
    link: Link | None = None


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One run over the inputs: what it was told, what was read before, and the ids that were given."""

    options: ReadOptions
    memory: Memory
    tables: _Tables
    fetcher: fetch.Fetcher
    pages: Pages
    seen: dict[str, Article] = field(default_factory=dict)
    shared_stems: frozenset[str] = frozenset()

    # ---------------------------------------------------------------- inputs of each sort

    def files(self, paths: Iterable[str]) -> Iterator[Article | Failure]:
        for item in _planned(paths, self.tables, self.options):
            yield from (item,) if isinstance(item, Failure) else self.planned(item)

    def planned(self, planned: Planned) -> Iterator[Article | Failure]:
        self.shared_stems = planned.shared_stems
        yield from self._known_or(planned.file, planned.row, partial(detect.read, planned.file))

    def standard_input(self, stdin: BinaryIO) -> Iterator[Article | Failure]:
        data = stdin.read(MAX_STDIN_BYTES + 1)
        if len(data) > MAX_STDIN_BYTES:
            yield failure(STDIN, f"more than {MAX_STDIN_BYTES:,} bytes; write them into a file and give that")
            return
        file = InputFile(path=Path("stdin"), origin=STDIN, data=data)
        file = replace(file, path=Path(f"stdin-{file.sha256()[:8]}"))
        yield from self._known_or(file, None, partial(detect.read, file))

    def database(self, path: str) -> Iterator[Article | Failure]:
        try:
            file = table.database_file(path)
        except IngestError as error:
            yield failure(path, error)
            return
        yield from self._known_or(file, None, partial(table.read_database, path))

    def address(self, url: str, link: Link | None = None) -> Iterator[Article | Failure]:
        """Read a page, a feed or whatever else an address answers; `link` is what led there, if something did."""
        known = self._known_address(url)
        try:
            fetched = self.fetcher.fetch(
                url, etag=known.etag if known else None, last_modified=known.last_modified if known else None
            )
        except IngestError as error:
            yield failure(url, error, error.stage)
            return
        if fetched is None:
            yield from self._stored(known)
            return
        name = PurePosixPath(urlsplit(fetched.url).path).name or "page"
        file = InputFile(path=Path(name), origin=url, data=fetched.data, url=fetched.url, encoding=fetched.encoding)
        yield from self._known_or(file, None, partial(detect.read, file), fetched=fetched, link=link)

    def _follow(self, link: Link) -> Iterator[Article | Failure]:
        """Read the page behind an entry of a feed, if it was not read before."""
        known = self._known_address(link.url)
        yield from self.address(link.url, link) if known is None else self._stored(known)

    # ---------------------------------------------------------------- what was read before

    def _known_address(self, url: str) -> KnownInput | None:
        known = self.memory.address(url)
        return known if known is not None and known.reading == self.options.key() and self._has_all(known) else None

    def _has_all(self, known: KnownInput) -> bool:
        return all(map(self.memory.has_article, known.articles))

    def _stored(self, known: KnownInput | None) -> Iterator[Article | Failure]:
        for identifier in known.articles if known else ():
            article = self.memory.article(identifier)
            if article is not None and article.id not in self.seen:
                self.seen[article.id] = replace(article, text=article.sha256)
                yield article

    def _known_or(
        self, file: InputFile, row: Metadata | None, reader: Reader, *, fetched: fetch.Fetched | None = None,
        link: Link | None = None,
    ) -> Iterator[Article | Failure]:
        """Yield the articles of an input as they are stored if its bytes are the same, else read them."""
        try:
            sha256 = file.sha256()
        except IngestError as error:
            yield failure(file.origin, error)
            return
        reading = _reading_key(file, row, self.shared_stems, self.options)
        name = file.origin if file.url else file.path.name
        known = self.memory.input(name, sha256, reading)
        if known is not None and self._has_all(known):
            yield from self._stored(known)
            return
        identifiers: list[str] = []
        whole = True
        dates = Dates(order=self.options.dates)
        context = Context(options=self.options, pages=self.pages, dates=dates, follows=fetched is not None)
        beside = _Beside(sha256=sha256, dates=dates, row=row, link=link)
        for item in self._finished(partial(reader, context), file.origin, beside):
            if isinstance(item, Article):
                identifiers.append(item.id)
            else:
                whole = whole and item.stage in (SKIPPED, WARNING)
            yield item
        if whole:
            read = KnownInput(
                name=name, sha256=sha256, reading=reading, articles=tuple(dict.fromkeys(identifiers)),
                etag=fetched.etag if fetched else None, last_modified=fetched.last_modified if fetched else None,
            )
            self.memory.remember(read, file.origin)

    # ---------------------------------------------------------------- from what a reader gives to the article

    def _finished(
        self, articles: Callable[[], Iterator[Article | Failure | Link]], origin: str, beside: _Beside
    ) -> Iterator[Article | Failure]:
        try:
            for item in articles():
                if isinstance(item, Link):
                    yield from self._follow(item)
                elif isinstance(item, Failure):
                    yield item
                elif (finished := self._finish(item, beside)) is not None:
                    yield finished
        except IngestError as error:
            yield failure(origin, error, error.stage)
        if warning := beside.dates.warning():
            yield failure(origin, warning, WARNING)

    def _is_taken(self, article: Article) -> bool:
        """Say whether a file's stem is that of another page too, among these files or in the database."""
        if article.id in self.shared_stems:
            return True
        if "#" in (article.origin or "") or not self.memory.has_article(article.id):
            return False
        stored = self.memory.article(article.id)
        return bool(stored and stored.url and addresses.canonical(stored.url) != addresses.canonical(article.url or ""))

    def _finish(self, article: Article, beside: _Beside) -> Article | Failure | None:
        """Return the article as it is to be stored, None if it was given before, a failure if it is left out."""
        origin = article.origin or article.id
        known = _told(replace(article, input_sha256=beside.sha256), beside.link)
        described = describe(_mended(known), beside.row, beside.dates)
        language = described.language or language_of(described.text)
        if self.options.language != ANY_LANGUAGE and language and language.partition("-")[0] != self.options.language:
            return failure(origin, f"written in another language ({language}); --language any takes it", SKIPPED)
        described = replace(described, language=language)
        if described.url and addresses.is_web_address(described.url) and self._is_taken(described):
            described = replace(described, id=addresses.article_id(described.url))
        first = self.seen.get(described.id)
        if first is not None:
            if first.text == described.sha256:
                return None
            return clash(origin, described.id, first.origin)
        self.seen[described.id] = replace(described, text=described.sha256)
        return described


def _planned(paths: Iterable[str], tables: _Tables, options: ReadOptions) -> Iterator[Planned | Failure]:
    found = list(find(paths))
    shared = _repeated(file.stem for file in found if isinstance(file, InputFile))
    for file in found:
        if isinstance(file, Failure):
            yield file
            continue
        yield from tables.enter(file.path.parent)
        row = tables.row(file.path)
        yield Planned(file=file, row=row, shared_stems=shared, reading=_reading_key(file, row, shared, options))


def _reading_key(file: InputFile, row: Metadata | None, shared_stems: frozenset[str], options: ReadOptions) -> str:
    return options.key(*([repr(row)] if row else []), *(["shared stem"] if file.stem in shared_stems else []))


def _told(article: Article, link: Link | None) -> Article:
    """Return the article of a page with what led to it says of it, where the page says nothing itself."""
    if link is None or article.reader != PAGES:
        return article
    published = None if article.published else link.published
    title, outlet, author = (None if part is None else mend(part)[0] for part in (link.title, link.outlet, link.author))
    return replace(
        article, title=article.title or title, outlet=article.outlet or outlet, author=article.author or author,
        published=article.published or published, published_from=PublishedFrom.METADATA if published else article.published_from,
    )


def _mended(article: Article) -> Article:
    """Return the article with what is visibly broken mended; pages are mended by their reader."""
    if article.reader == PAGES:
        return article
    text, names = mend(article.text)
    titled, outlet, author = (None if part is None else mend(part)[0] for part in (article.title, article.outlet, article.author))
    mended = ", ".join(names) or None
    return replace(article, text=text, title=titled, outlet=outlet, author=author, mended=mended)


def _repeated(names: Iterable[str]) -> frozenset[str]:
    once: set[str] = set()
    return frozenset(name for name in names if name in once or once.add(name))  # type: ignore[func-returns-value]
