"""What people's own lists say of the speakers that are linked to them: which attributes there are, and quotes counted by one.

Invariants: reads only; whoever has no value is counted as such and nobody is given one; every order follows from the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotes.errors import StoreError
from quotes.store import read
from quotes.store.connection import location, named_errors
from quotes.store.schema import sql
from quotes.store.stored import columns

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

MOST_NAMED = 12
PREFIX = "attribute:"
"""Before the name of an attribute that is called as something else is, such as role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What a list says of a speaker: `name` is the column's in small letters, `list` the file's."""

    name: str
    value: str
    list: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeStatistics:
    """The numbers of the quotes whose speakers have a value; of those of whom no list tells it, `value` is None.

    `share` is of all quotes, `share_of_known` of those whose speakers' value is known, both from 0 to 1.
    """

    value: str | None
    quotes: int
    share: float
    share_of_known: float | None
    words: int
    direct: int
    mixed: int
    indirect: int
    articles: int
    families: int
    speakers: int
    first_day: str | None
    last_day: str | None


def of_speaker(connection: sqlite3.Connection, speaker_id: str) -> tuple[Attribute, ...]:
    """Return what the lists say of a speaker, in the order of the names."""
    if not columns(connection, "speaker_attributes"):
        return ()
    return tuple(Attribute(name=name, value=value, list=origin) for name, value, origin in connection.execute(
        "SELECT name, value, list FROM speaker_attributes WHERE speaker_id = ? ORDER BY name, value", [speaker_id]))


def names(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the names of all attributes that a speaker has, those that most have first."""
    if not columns(connection, "speaker_attributes"):
        return ()
    return tuple(row[0] for row in connection.execute(
        "SELECT name FROM speaker_attributes GROUP BY name ORDER BY count(DISTINCT speaker_id) DESC, name"))


@named_errors
def statistics(db: Database, name: str, speakers: Sequence[str] | None = None) -> Iterator[AttributeStatistics]:
    """Yield numbers of quotes by what the lists say under a name: of all speakers together, or of these alone.

    Raises:
        StoreError: no list has such a column, or no speaker is linked to one that has.
    """
    wanted = name.removeprefix(PREFIX)
    if wanted not in (known := names(db.conn)):
        there = f"there is {', '.join(known[:MOST_NAMED])}" if known else "`quotes speakers link` links speakers to a list"
        raise StoreError(f"{location(db)}: no list tells {wanted[:100]!r} of a speaker; {there}")
    read.choose(db, speakers)
    for row in db.conn.execute(sql("attribute_statistics"), {"everyone": speakers is None, "name": wanted}):
        yield AttributeStatistics(**dict(zip(AttributeStatistics.__slots__, row, strict=True)))
