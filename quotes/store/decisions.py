"""What people decide: who is who, what a speaker is called, what it is, what is wrong with a quote; and lists of known people.

Invariants: a decision is never changed or deleted, only superseded (until `undo` takes back what superseded it), and says
who made it and when; no build writes here;
any decision marks the database as stale (a trigger sees to that), so that the next build heeds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import ids
from quotes.errors import ChangedError, StoreError
from quotes.records import Act, CorrectionKind, SpeakerType
from quotes.store.anchors import remember_correction, remember_named
from quotes.store.connection import location, transaction
from quotes.store.corrections import act_of, spans_of
from quotes.store.read import stored_article
from quotes.store.rows import storable
from quotes.store.undo import state_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from quotes.records import Authority, Correction, Judgement, Rename, Retype


def add_judgement(db: Database, judgement: Judgement) -> str:
    """Store a decision on a pair of speakers, superseding an earlier one on the same pair; return its identifier."""
    with transaction(db) as conn:
        return _judge(conn, judgement)


def add_decisions(db: Database, judgements: Iterable[Judgement], renames: Iterable[Rename]) -> None:
    """Store many decisions in one transaction: all of them or none."""
    with transaction(db) as conn:
        for judgement in judgements:
            _judge(conn, judgement)
        for rename in renames:
            _rename(conn, rename)


def _judge(conn: sqlite3.Connection, judgement: Judgement) -> str:
    left, right = sorted((judgement.left_id, judgement.right_id))
    identifier = ids.digest("judgement", left, right, judgement.judgement, judgement.who, judgement.made_at)
    conn.execute(
        "UPDATE judgements SET superseded_at = ? "
        "WHERE left_id = ? AND right_id = ? AND superseded_at IS NULL AND id <> ?",
        (judgement.made_at, left, right, identifier),
    )
    conn.execute(
        "INSERT OR IGNORE INTO judgements (id, left_id, right_id, judgement, score, reasons, who, made_at, "
        "superseded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (identifier, left, right, str(judgement.judgement), judgement.score, storable(judgement.reasons),
         storable(judgement.who), judgement.made_at, judgement.superseded_at),
    )
    remember_named(conn, left, right)
    return identifier


def add_rename(db: Database, rename: Rename) -> str:
    """Store what a speaker is called, superseding an earlier decision; return its identifier."""
    with transaction(db) as conn:
        return _rename(conn, rename)


def _rename(conn: sqlite3.Connection, rename: Rename) -> str:
    identifier = ids.digest("rename", rename.speaker_id, rename.name, rename.who, rename.made_at)
    conn.execute(
        "UPDATE renames SET superseded_at = ? WHERE speaker_id = ? AND superseded_at IS NULL AND id <> ?",
        (rename.made_at, rename.speaker_id, identifier),
    )
    conn.execute(
        "INSERT OR IGNORE INTO renames (id, speaker_id, name, who, made_at, superseded_at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (identifier, rename.speaker_id, storable(rename.name), storable(rename.who), rename.made_at,
         rename.superseded_at),
    )
    remember_named(conn, rename.speaker_id)
    return identifier


def add_retype(db: Database, retype: Retype) -> str:
    """Store what a speaker is, superseding an earlier decision; return its identifier.

    Raises:
        StoreError: it is said to be unnamed: such a source stands for one article, and who it was is said of its quotes.
    """
    if retype.type is SpeakerType.UNNAMED:
        raise StoreError(f"{location(db)}: a speaker with a name cannot be made an unnamed source; correct its quotes with "
                         "`quotes correct QUOTE_ID --unnamed`")
    identifier = ids.digest("retype", retype.speaker_id, retype.type, retype.who, retype.made_at)
    with transaction(db) as conn:
        conn.execute(
            "UPDATE retypes SET superseded_at = ? WHERE speaker_id = ? AND superseded_at IS NULL AND id <> ?",
            (retype.made_at, retype.speaker_id, identifier),
        )
        conn.execute(
            "INSERT OR IGNORE INTO retypes (id, speaker_id, type, who, made_at, superseded_at) VALUES (?, ?, ?, ?, ?, ?)",
            (identifier, retype.speaker_id, str(retype.type), storable(retype.who), retype.made_at, retype.superseded_at),
        )
        remember_named(conn, retype.speaker_id)
    return identifier


def add_correction(db: Database, correction: Correction) -> str:
    """Store what is wrong with a quote, superseding an earlier correction of that kind; return its identifier.

    `write.reapply` or the next build applies it. `value` is, by kind: the right speakers' names ("Ana Ruiz; World Bank
    [organization]", "" for somebody unnamed), the right content ("start-end,start-end", offsets into the article's text), the
    right role or affiliation ("" for none), the right act ("deny", "not deny"), nothing for "not a quote".

    Raises:
        StoreError: there is no such quote, or the value does not fit.
    """
    return add_corrections(db, [correction])[0]


def add_corrections(db: Database, corrections: Sequence[Correction], *, seen: str | None = None) -> list[str]:
    """Store what is wrong with one quote, all of it or nothing; return the identifiers.

    Args:
        db: the database.
        corrections: of one quote, of different kinds.
        seen: the quote's `undo.state_of` when it was looked at; None not to ask.

    Raises:
        ChangedError: somebody corrected the quote since.
        StoreError: there is no such quote, or a value does not fit.
    """
    with transaction(db) as conn:
        for quote_id in {each.quote_id for each in corrections if seen is not None}:
            if state_of(conn, quote_id) != seen:
                raise ChangedError(f"{location(db)}: meanwhile {_changed_by(conn, quote_id)}; look at the quote as it is now")
        return [_add_correction(db, conn, each) for each in corrections]


def _add_correction(db: Database, conn: sqlite3.Connection, correction: Correction) -> str:
    identifier = ids.digest("correction", correction.quote_id, correction.kind, correction.value, correction.who,
                            correction.made_at)
    row = conn.execute(
        "SELECT article_id FROM quotes WHERE id = ?1 UNION SELECT article_id FROM corrections WHERE quote_id = ?1",
        (correction.quote_id,),
    ).fetchone()
    if row is None:
        raise StoreError(f"{location(db)}: has no quote {correction.quote_id!r}; look it up with `quotes show`")
    if correction.kind is CorrectionKind.WRONG_SPAN:
        _check_spans(db, row[0], correction.value)
    if correction.kind is CorrectionKind.WRONG_ACT and act_of(correction.value or "") is None:
        raise StoreError(f"{location(db)}: {correction.value!r} is no act; use one of {', '.join(Act)}, with not before it "
                         "where the article says that it was not done")
    conn.execute(
        "UPDATE corrections SET superseded_at = ? "
        "WHERE quote_id = ? AND kind = ? AND superseded_at IS NULL AND id <> ?",
        (correction.made_at, correction.quote_id, str(correction.kind), identifier),
    )
    conn.execute(
        "INSERT OR IGNORE INTO corrections (id, article_id, quote_id, kind, value, who, made_at, superseded_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (identifier, row[0], correction.quote_id, str(correction.kind), storable(correction.value),
         storable(correction.who), correction.made_at, correction.superseded_at),
    )
    remember_correction(conn, identifier)
    return identifier


def _changed_by(conn: sqlite3.Connection, quote_id: str) -> str:
    """Return in words who changed something about a quote last."""
    who, at, what = conn.execute(
        "SELECT who, made_at, 'corrected this quote' FROM corrections WHERE quote_id = ?1 UNION ALL "
        "SELECT undos.who, undos.made_at, 'took a correction back' FROM undos JOIN corrections ON corrections.id = decision_id "
        "WHERE quote_id = ?1 UNION ALL "
        "SELECT redone_by, redone_at, 'made a correction hold again' FROM undos JOIN corrections ON corrections.id = decision_id "
        "WHERE quote_id = ?1 AND redone_at IS NOT NULL ORDER BY 2 DESC LIMIT 1", (quote_id,)).fetchone() or ("somebody", "", "")
    return f"{who} {what or 'corrected this quote'} ({at[:16].replace('T', ' ')} UTC)"


def _check_spans(db: Database, article_id: str, value: str | None) -> None:
    article = stored_article(db, article_id)
    if article is not None and not spans_of(value, article):
        raise StoreError(
            f"{location(db)}: {value!r} names no span of article {article_id}; write start-end, or start-end,start-end "
            f"for pieces, from 0 to {len(article.text)}"
        )


def supersede_judgement(db: Database, identifier: str, at: str) -> bool:
    """Take a judgement back as of a time (ISO 8601, UTC); return whether it held until then."""
    with transaction(db) as conn:
        return conn.execute(
            "UPDATE judgements SET superseded_at = ? WHERE id = ? AND superseded_at IS NULL", (at, identifier)
        ).rowcount > 0


def supersede_rename(db: Database, identifier: str, at: str) -> bool:
    """Take a rename back as of a time (ISO 8601, UTC); return whether it held until then."""
    with transaction(db) as conn:
        return conn.execute(
            "UPDATE renames SET superseded_at = ? WHERE id = ? AND superseded_at IS NULL", (at, identifier)
        ).rowcount > 0


def supersede_correction(db: Database, identifier: str, at: str) -> bool:
    """Take a correction back as of a time (ISO 8601, UTC); return whether it held until then."""
    with transaction(db) as conn:
        return conn.execute(
            "UPDATE corrections SET superseded_at = ? WHERE id = ? AND superseded_at IS NULL", (at, identifier)
        ).rowcount > 0


def write_authorities(db: Database, authorities: Iterable[Authority], origin: str) -> int:
    """Make these the known people and organisations of one authority file, in one transaction.

    Args:
        db: the database.
        authorities: what the file lists.
        origin: the file's name; what was stored of it before and is no longer listed goes.

    Returns:
        How many are stored of the file now.
    """
    origin = storable(origin) or ""
    listed = {authority.id: authority for authority in authorities}
    with transaction(db) as conn:
        stored = {row[0] for row in conn.execute("SELECT id FROM authorities WHERE origin = ?", (origin,))}
        conn.executemany("DELETE FROM authorities WHERE id = ?", [(old,) for old in sorted(stored - listed.keys())])
        for authority in listed.values():
            conn.execute(
                "INSERT INTO authorities (id, name, type, description, origin) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET name = excluded.name, type = excluded.type, "
                "description = excluded.description, origin = excluded.origin",
                (authority.id, storable(authority.name), str(authority.type), storable(authority.description), origin),
            )
            conn.execute("DELETE FROM authority_names WHERE authority_id = ?", (authority.id,))
            conn.execute("DELETE FROM authority_positions WHERE authority_id = ?", (authority.id,))
            conn.executemany(
                "INSERT OR IGNORE INTO authority_names (authority_id, name) VALUES (?, ?)",
                [(authority.id, storable(name)) for name in (authority.name, *authority.names)],
            )
            conn.executemany(
                "INSERT OR IGNORE INTO authority_positions (authority_id, position, affiliation, since, until) "
                "VALUES (?, ?, ?, ?, ?)",
                [(authority.id, storable(held.position), storable(held.affiliation), held.since, held.until)
                 for held in authority.positions],
            )
        conn.execute("DELETE FROM authority_attributes WHERE list = ?", (origin,))
        conn.executemany(
            "INSERT OR IGNORE INTO authority_attributes (authority_id, list, name, value) VALUES (?, ?, ?, ?)",
            [(authority.id, origin, storable(name), storable(value))
             for authority in listed.values() for name, value in authority.attributes],
        )
        conn.execute("INSERT OR IGNORE INTO stale (what) VALUES ('speakers'), ('terms')")
    return len(listed)
