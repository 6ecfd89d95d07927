"""Inputs to articles with everything known about them: the entry point of this stage.

Invariant: every input is yielded as an article or as a failure; a bad one costs no other. Of two different texts under
one id the first (by path) is the article and the other a failure; the same text twice is one article.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from quotes.errors import IngestError
from quotes.ids import digest, text_sha256
from quotes.ingest import kinds, metadata
from quotes.ingest.files import InputFile, failure, find
from quotes.ingest.header import read_header
from quotes.ingest.text import check_text, decode
from quotes.records import Article, Failure, PublishedFrom

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quotes.ingest.metadata import Metadata, Sidecar


def read(paths: Iterable[str], *, metadata_path: str | None = None) -> Iterator[Article | Failure]:
    """Yield the articles of files, folders and globs, and a failure for each input that cannot be read.

    Args:
        paths: files, folders (searched) or globs.
        metadata_path: a table to use in the place of the `articles.csv` beside each file.

    Raises:
        IngestError: `metadata_path` cannot be read.
    """
    tables = _Tables(Path(metadata_path) if metadata_path else None)
    yield from tables.start()
    seen: dict[str, Article] = {}
    for found in find(paths):
        if isinstance(found, Failure):
            yield found
            continue
        yield from tables.enter(found.path.parent)
        yield from _read_file(found, tables, seen)


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


def describe(article: Article, known: Metadata | None) -> Article:
    """Return the article with what is known about it, and what its text says where nothing is known.

    Args:
        article: id, text and origin.
        known: the sidecar's row, if there is one.
    """
    header = read_header(article.text)
    row = known or metadata.Metadata()
    published_from = PublishedFrom.METADATA if row.published else PublishedFrom.TEXT if header.published else None
    return replace(
        article,
        title=row.title or header.title,
        outlet=row.outlet or header.outlet,
        url=row.url,
        author=row.author or header.author,
        published=row.published or header.published,
        published_from=published_from,
    )


@dataclass(slots=True)
class _Tables:
    """The tables of metadata met so far: the one given, or each folder's own."""

    given: Path | None
    by_folder: dict[Path, Sidecar | None] = field(default_factory=dict)
    table: Sidecar | None = None

    def start(self) -> Iterator[Failure]:
        if self.given:
            self.table = metadata.read_sidecar(self.given)
            yield from self.table.failures

    def enter(self, folder: Path) -> Iterator[Failure]:
        """Read a folder's own table, and yield its failures the first time."""
        if self.given or folder in self.by_folder:
            return
        self.by_folder[folder] = table = metadata.beside(folder)
        yield from table.failures if table else ()

    def row(self, path: Path) -> Metadata | None:
        table = self.table if self.given else self.by_folder.get(path.parent)
        return table.of(path) if table else None


def _read_file(file: InputFile, tables: _Tables, seen: dict[str, Article]) -> Iterator[Article | Failure]:
    try:
        for article in kinds.read(file):
            first = seen.get(article.id)
            if first is None:
                described = describe(article, tables.row(file.path))
                seen[article.id] = replace(described, text=described.sha256)
                yield described
            elif first.text != article.sha256:
                clash = f"another article has the id {article.id!r} ({first.origin}); rename one of the files"
                yield failure(file.origin, clash)
    except IngestError as error:
        yield failure(file.origin, error)
