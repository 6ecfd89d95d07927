"""SQL functions of visitors' questions whose time is a product of their arguments' lengths, each with a limit on it.

SQLite looks at the time limit between the steps of a question, never within a function: `instr` of two long texts held a
reader for an hour, past every limit of time.

Invariant: what is allowed, SQLite's own function computes, so that it gives what it gives everywhere; what is not ends the
question as one that asks for too much.
"""

from __future__ import annotations

import math
import re
import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# What one call may compare or write (characters), a tenth of a second: a word or a sentence in the longest article.
MOST_STEPS = 100_000_000
# The longest pattern of `like` and `glob`: each place of a text is compared with all of it.
LONGEST_PATTERN = 500
COMPARING = {"instr": (2,), "replace": (3,), "trim": (1, 2), "ltrim": (1, 2), "rtrim": (1, 2), "json_patch": (2,)}
FORMATTING = ("printf", "format")
WIDTH = re.compile(r"\d+")


def limit(connection: sqlite3.Connection) -> None:
    """Limit what one call of a function may compute, on a connection that questions are answered with."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)
    # Functions of a connection are never called by two threads at once, so that one calculator does for all of them.
    calculator = sqlite3.connect(":memory:", check_same_thread=False)
    calculator.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH))
    for name, numbers in COMPARING.items():
        for number in numbers:
            connection.create_function(name, number, _limited(calculator, name, compared), deterministic=True)
    for name in FORMATTING:
        connection.create_function(name, -1, _limited(calculator, name, formatted), deterministic=True)


def compared(arguments: tuple[Any, ...]) -> int:
    """Return how many characters a search compares at most.

    >>> compared(("aaaa", "ab", "x"))
    8
    """
    return _length(arguments[0]) * _length(arguments[1]) if len(arguments) > 1 else 0


def formatted(arguments: tuple[Any, ...]) -> int:
    """Return how many characters a format writes at most beside those of its values.

    >>> formatted(("%5d of %*d", 1, 30, 2))
    60
    """
    form = str(arguments[0]) if arguments else ""
    widths = [int(found[-10:]) for found in WIDTH.findall(form)]
    if "*" in form:
        widths += [_whole(value) for value in arguments[1:]]
    return form.count("%") * max(widths, default=0)


def _length(value: object) -> int:
    return len(value) if isinstance(value, (str, bytes)) else len(str(value))


def _whole(value: object) -> int:
    """Return the size of the whole number that SQLite takes a value for."""
    if isinstance(value, float):
        return abs(int(value)) if math.isfinite(value) else 0
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    found = re.match(r"\s*[+-]?(\d+)", text)
    return int(found[1][-20:]) if found else 0


def _limited(calculator: sqlite3.Connection, name: str, steps: Callable[[tuple[Any, ...]], int]) -> Callable[..., Any]:
    longest = calculator.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)

    def call(*arguments: Any) -> Any:
        # Refused is what gives a value that SQLite takes for too long: an exception here would print its trace to the log.
        if steps(arguments) > MOST_STEPS:
            return bytes(longest + 1)
        try:
            return calculator.execute(f"select {name}({', '.join('?' * len(arguments))})", arguments).fetchone()[0]
        except sqlite3.Error:
            return bytes(longest + 1)

    return call
