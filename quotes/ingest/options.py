"""What readers are told beside their input, and what a database remembers of inputs read before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from quotes.dates import Dates
from quotes.ids import digest
from quotes.ingest.apart import SECONDS, Pages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from quotes.dates import Order
    from quotes.records import Article, KnownInput

ENGLISH = "en"
ANY_LANGUAGE = "any"
FIELDS = ("text", "title", "date", "url", "outlet", "author", "id")
"""What a record can say of its article, as `--text COLUMN` and the like name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How inputs are read.

    `metadata` is a table in the place of the `articles.csv` beside each file; `language` what an article must be written in
    (`en` or `any`); `columns` maps a field (`FIELDS`) to the column of records that holds it; `allow_private` lets addresses
    lead into the own network; `dates` says what `03/04/2024` means; `delay` is the least pause between two requests to a host,
    in seconds; `page_seconds` is how long a page may take to read; `stdin` what `-` reads.
    """

    metadata: str | None = None
    language: str = ENGLISH
    columns: Mapping[str, str] = field(default_factory=dict)
    allow_private: bool = False
    dates: Order | None = None
    delay: float = 1.0
    page_seconds: float = SECONDS
    stdin: BinaryIO | None = None

    def key(self, *more: object) -> str:
        """Return a digest of what changes the articles that the bytes of an input give."""
        return digest("reading", self.language, sorted(self.columns.items()), *filter(None, (self.dates,)), *more)


class Memory(Protocol):
    """What was read before: a database, or nothing."""

    def input(self, name: str, sha256: str, reading: str) -> KnownInput | None:
        """Return what is known of an input of this name with these bytes, read in this way."""

    def address(self, url: str) -> KnownInput | None:
        """Return what is known of what an address answered last."""

    def has_article(self, article_id: str) -> bool:
        """Say whether an article is stored."""

    def article(self, article_id: str) -> Article | None:
        """Return an article as it was stored."""

    def remember(self, known: KnownInput, origin: str) -> None:
        """Keep what is known of an input that was read whole, once its articles are stored."""


class NoMemory:
    """Nothing was read before, and nothing is kept."""

    def input(self, name: str, sha256: str, reading: str) -> KnownInput | None:  # noqa: ARG002
        """Return None."""
        return None

    def address(self, url: str) -> KnownInput | None:  # noqa: ARG002
        """Return None."""
        return None

    def has_article(self, article_id: str) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def article(self, article_id: str) -> Article | None:  # noqa: ARG002
        """Return None."""
        return None

    def remember(self, known: KnownInput, origin: str) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a reader gives in the place of an article that is elsewhere: the address of its page, and what it knows of it."""

    url: str
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a reader of one input may use: the options, what reads its pages and its dates, and whether it may give links.

    It may not of a feed that lies on the disk.
    """

    options: ReadOptions = field(default_factory=ReadOptions)
    pages: Pages = field(default_factory=Pages)
    dates: Dates = field(default_factory=Dates)
    follows: bool = False
