"""Keeping a database over years: taking articles out of it, and asking whether program and database are as they should be.

Invariants: an article that is taken out leaves no row, and no byte of its text in the file; a check writes nothing.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotes import config, pipeline
from quotes.errors import QuotesError, StoreError
from quotes.store import check, read, removal, write
from quotes.store.connection import refuse_exported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from quotes.config import Settings

OLDEST_PYTHON = (3, 11)
MISSING = {
    "article": "quote {} was not found again, its article is gone",
    "quote": "quote {} was not found again",
    "span": "of quote {} the words that it gives were not found again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was taken out: the articles, and the identifiers that no article has."""

    articles: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: what it is, and what is wrong with it (nothing, if all is well)."""

    what: str
    faults: tuple[str, ...] = ()


def remove(db: str | Path, article_ids: Iterable[str]) -> Removed:
    """Take articles out, with their quotes, people's corrections of these, and what only they said of speakers.

    Args:
        db: the database.
        article_ids: the articles.

    Returns:
        What was there, and what was not.

    Raises:
        StoreError: the database cannot be used.
    """
    wanted = tuple(dict.fromkeys(article_ids))
    with closing(write.open_database(db)) as base:
        gone = removal.remove(base, wanted, corrections=True)
        pipeline.resolve(base)
        removal.wipe(base)
    return Removed(articles=gone, unknown=tuple(name for name in wanted if name not in gone))


def examine(db: str | Path, settings: Settings | None = None) -> Iterator[Finding]:
    """Yield what was looked at in the installation and in a database, each with its faults.

    Args:
        db: the database; it is not written to.
        settings: names the language model and the tagger; the defaults, those of this place.
    """
    chosen = settings or config.load({})
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < OLDEST_PYTHON
    yield Finding(what=f"Python {version}", faults=("install Python 3.11 or newer",) if old else ())
    yield Finding(what=f"SQLite {sqlite3.sqlite_version} with full-text search", faults=_full_text_search())
    yield Finding(what=f"language model {chosen.model}, tagger {chosen.tagger}", faults=_pipeline(chosen))
    yield from _database(db)


def _full_text_search() -> tuple[str, ...]:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
        except sqlite3.OperationalError as error:
            return (f"{error}; use a Python whose SQLite has FTS5",)
    return ()


def _pipeline(settings: Settings) -> tuple[str, ...]:
    try:
        pipeline.load_pipeline(settings)
    except QuotesError as error:
        return (str(error),)
    return ()


def _database(path: str | Path) -> Iterator[Finding]:
    """Yield what was looked at in a database; one that cannot be read, or no further, is a fault too."""
    try:
        with closing(write.open_database(path, readonly=True)) as base:
            refuse_exported(base)
            yield Finding(what=f"database {path}")
            for name, faults in check.checks(base):
                yield Finding(what=name, faults=faults)
            yield from _decisions(base)
    except StoreError as error:
        yield Finding(what="database", faults=(str(error),))


def _decisions(base: Database) -> Iterator[Finding]:
    lost = (f"{each.kind} ({each.value or 'nobody named'}) by {each.who}: {MISSING[what].format(each.quote_id)}"
            for each, what in read.corrections_not_found(base))
    yield Finding(what="people's corrections", faults=tuple(lost))
    gone = (f"{whom}, on whom {who} decided, was not found again" for who, whom in read.decisions_not_found(base))
    yield Finding(what="people's decisions on speakers", faults=tuple(gone))
