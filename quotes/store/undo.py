"""Taking people's decisions back, and taking that back: who did it and when is kept in `undos`.

What an earlier decision on the same thing said holds again when the later one is taken back, and ceases to when that is
made to hold again. Invariants: no row of a decision is deleted, and none changed but for `superseded_at`; of decisions on
one thing at most one holds; what is no longer as a caller saw it is refused and said, never overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quotes import ids
from quotes.errors import ChangedError, StoreError
from quotes.store.connection import location, named_errors, transaction
from quotes.store.rows import storable

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

# Kinds of decisions: their table, and the columns that say what one is about.
KINDS = {
    "judgement": ("judgements", ("left_id", "right_id")),
    "rename": ("renames", ("speaker_id",)),
    "retype": ("retypes", ("speaker_id",)),
    "correction": ("corrections", ("quote_id", "kind")),
}
CHANGES = """
SELECT c.id, c.article_id, c.quote_id, c.kind, c.value, c.who, c.made_at, c.superseded_at, u.who, u.made_at, u.id,
       u.id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM corrections AS now WHERE now.quote_id = c.quote_id AND now.kind = c.kind
               AND now.superseded_at IS NULL AND now.id IS NOT u.restored_id)
FROM corrections AS c LEFT JOIN undos AS u ON u.decision_id = c.id AND u.kind = 'correction' AND u.redone_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A correction with its identifier and what became of it; `may_redo` where taking it back can be taken back."""

    id: str
    article_id: str
    quote_id: str
    kind: str
    value: str | None
    who: str
    made_at: str
    superseded_at: str | None
    taken_back_by: str | None
    taken_back_at: str | None
    undo_id: str | None
    may_redo: bool

    @property
    def holds(self) -> bool:
        """Whether it holds."""
        return self.superseded_at is None


@named_errors
def changes(db: Database, *, quote_id: str | None = None, limit: int = -1) -> tuple[Change, ...]:
    """Return the corrections of one quote, or of all, the last made first."""
    return changes_of(db.conn, quote_id, limit)


def changes_of(conn: sqlite3.Connection, quote_id: str | None = None, limit: int = -1) -> tuple[Change, ...]:
    """Return the corrections of one quote, or of all, the last made first; of a plain connection."""
    chosen = "WHERE ?1 IS NULL OR c.quote_id = ?1 ORDER BY c.made_at DESC, c.id LIMIT ?2"
    rows = conn.execute(f"{CHANGES} {chosen}", (quote_id, limit))
    return tuple(Change(**dict(zip(Change.__slots__, (*row[:-1], bool(row[-1])), strict=True))) for row in rows)


def state_of(conn: sqlite3.Connection, quote_id: str) -> str:
    """Return what tells whether people have corrected a quote since: a digest of its corrections and which of them hold."""
    rows = conn.execute("SELECT id, superseded_at FROM corrections WHERE quote_id = ? ORDER BY id", (quote_id,)).fetchall()
    return ids.digest("state", *(part for row in rows for part in row))


def take_back(db: Database, kind: str, decision_id: str, *, who: str, at: str) -> str:
    """Take back a decision that holds; what it had superseded holds again. Return the identifier of this undoing.

    Args:
        db: the database.
        kind: one of `KINDS`.
        decision_id: the decision.
        who: who takes it back.
        at: when, ISO 8601 in UTC.

    Raises:
        ChangedError: somebody took it back, or decided otherwise, before.
        StoreError: there is no such decision.
    """
    table, about = KINDS[kind]
    with transaction(db) as conn:
        row = _decision(db, conn, kind, decision_id)
        if row["superseded_at"] is not None:
            raise ChangedError(f"{location(db)}: this holds no more: {_end_of(conn, kind, row)}; look at it again")
        same = " AND ".join(f"{column} = ?" for column in about)
        key = [row[column] for column in about]
        earlier = conn.execute(f"SELECT id FROM {table} WHERE {same} AND superseded_at = ? AND id <> ?",  # noqa: S608  constants
                               (*key, row["made_at"], decision_id)).fetchone()
        _set(conn, table, decision_id, at)
        if earlier is not None:
            _set(conn, table, earlier[0], None)
        identifier = ids.digest("undo", kind, decision_id, who, at)
        conn.execute("INSERT INTO undos (id, kind, decision_id, restored_id, who, made_at) VALUES (?, ?, ?, ?, ?, ?)",
                     (identifier, kind, decision_id, earlier and earlier[0], storable(who), at))
    return identifier


def redo(db: Database, undo_id: str, *, who: str, at: str) -> tuple[str, str]:
    """Make a decision that was taken back hold again; return its kind and identifier.

    Raises:
        ChangedError: it holds again already, or something else was decided since.
        StoreError: nothing was taken back under this identifier.
    """
    with transaction(db) as conn:
        undone = conn.execute("SELECT kind, decision_id, restored_id, redone_by FROM undos WHERE id = ?", (undo_id,)).fetchone()
        if undone is None:
            raise StoreError(f"{location(db)}: nothing was taken back as {undo_id!r}; `quotes correct --list` names what was")
        kind, decision_id, restored_id, redone_by = undone
        table, about = KINDS[kind]
        row = _decision(db, conn, kind, decision_id)
        same = " AND ".join(f"{column} = ?" for column in about)
        holding = conn.execute(f"SELECT id, who, made_at FROM {table} WHERE {same} AND superseded_at IS NULL",  # noqa: S608
                               [row[column] for column in about]).fetchone()
        if redone_by is not None:
            raise ChangedError(f"{location(db)}: {redone_by} made this hold again already; look at it again")
        if (holding and holding[0]) != restored_id:
            since = f"{holding[1]} decided otherwise on {holding[2]}" if holding else "somebody took more back"
            raise ChangedError(f"{location(db)}: {since}; look at it again")
        if restored_id is not None:
            _set(conn, table, restored_id, row["made_at"])
        _set(conn, table, decision_id, None)
        conn.execute("UPDATE undos SET redone_by = ?, redone_at = ? WHERE id = ?", (storable(who), at, undo_id))
    return kind, decision_id


def together(db: Database, undo_id: str) -> tuple[str, ...]:
    """Return the undoings that were made at one moment by one person, with the one named."""
    rows = db.conn.execute(
        "SELECT id FROM undos WHERE (kind, who, made_at) = (SELECT kind, who, made_at FROM undos WHERE id = ?) ORDER BY id",
        (undo_id,))
    return tuple(str(row[0]) for row in rows) or (undo_id,)


def last_taken_back(db: Database, *, quote_id: str | None = None) -> str | None:
    """Return the last undoing of a correction, of a quote or of any, that was not taken back itself."""
    row = db.conn.execute(
        "SELECT undos.id FROM undos JOIN corrections ON corrections.id = decision_id WHERE undos.kind = 'correction' "
        "AND redone_at IS NULL AND (?1 IS NULL OR quote_id = ?1) ORDER BY undos.made_at DESC, undos.id LIMIT 1", (quote_id,)
    ).fetchone()
    return None if row is None else str(row[0])


def _decision(db: Database, conn: sqlite3.Connection, kind: str, decision_id: str) -> dict[str, Any]:
    table, about = KINDS[kind]
    names = ("id", *about, "who", "made_at", "superseded_at")
    row = conn.execute(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", (decision_id,)).fetchone()  # noqa: S608
    if row is None:
        raise StoreError(f"{location(db)}: there is no {kind} {decision_id!r}; `quotes correct --list` names what was corrected")
    return dict(zip(names, row, strict=True))


def _end_of(conn: sqlite3.Connection, kind: str, row: dict[str, Any]) -> str:
    """Return in words who ended a decision."""
    undone = conn.execute("SELECT who, made_at FROM undos WHERE kind = ? AND decision_id = ? AND redone_at IS NULL",
                          (kind, row["id"])).fetchone()
    if undone is not None:
        return f"{undone[0]} took it back on {undone[1]}"
    return f"something else was decided on {row['superseded_at']}"


def _set(conn: sqlite3.Connection, table: str, identifier: str, superseded_at: str | None) -> None:
    conn.execute(f"UPDATE {table} SET superseded_at = ? WHERE id = ?", (superseded_at, identifier))  # noqa: S608  constants
