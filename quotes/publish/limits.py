"""What one question in SQL may take and see, beside Datasette's limits of its time and rows.

Invariant: every connection that pages and questions are answered with is one that `limit` was called for.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterable

# The longest value or row (bytes): an article has at most a million characters, of at most four bytes each.
LONGEST_VALUE = 5_000_000
# What SQLite may take in this process (bytes); a question that needs more ends with an error.
MOST_MEMORY = 512_000_000
# What one answer may hold (characters of text, bytes of other values): a thousand rows of long articles.
LONGEST_ANSWER = 20_000_000
# Pragmas that tell about the machine: the path of the database's file.
HIDDEN = frozenset({"database_list"})


class AnswerTooLargeError(sqlite3.DataError):
    """An answer holds more than it may."""


class CountedRows:
    """Makes rows, and ends the answer that grows beyond what it may hold."""

    def __init__(self, longest: int = LONGEST_ANSWER) -> None:
        self.longest = longest
        self.held: WeakKeyDictionary[sqlite3.Cursor, int] = WeakKeyDictionary()

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        """Return a row; sqlite3 calls this for each.

        Raises:
            AnswerTooLargeError: with this row the answer holds too much.
        """
        held = self.held.get(cursor, 0) + size_of(values)
        if held > self.longest:
            raise AnswerTooLargeError(f"the answer holds more than {self.longest:,} characters")
        self.held[cursor] = held
        return sqlite3.Row(cursor, values)


def size_of(values: Iterable[Any]) -> int:
    """Return what a row holds: characters of text and bytes of other values; numbers count nothing."""
    return sum(len(value) for value in values if isinstance(value, (str, bytes)))


def limit(connection: sqlite3.Connection) -> None:
    """Limit what questions asked of a connection may take, and hide what they may not see."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.execute(f"pragma hard_heap_limit = {MOST_MEMORY}")
    connection.row_factory = CountedRows()
    connection.set_authorizer(_authorized)


def _authorized(action: int, name: str | None, *_: object) -> int:
    """Say whether a statement may be prepared; a hidden pragma answers nothing, as Datasette's own pages ask for it."""
    hidden = action == sqlite3.SQLITE_PRAGMA and (name or "").lower() in HIDDEN
    return sqlite3.SQLITE_IGNORE if hidden else sqlite3.SQLITE_OK
