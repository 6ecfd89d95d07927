"""Speakers for people who review them: what is known of one, who is like one, what was decided.

Invariant: reads only; every order follows from the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotes import ids
from quotes.errors import StoreError
from quotes.store import attributes, stored
from quotes.store.connection import location, named_errors
from quotes.store.schema import sql

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A speaker in one article: the entity, the article, the name there, and how many quotes."""

    entity_id: str
    article_id: str
    title: str | None
    published: str | None
    outlet: str | None
    name: str | None
    quotes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's decision that holds, with its identifier: a judgement, a new name or what it is."""

    id: str
    kind: str
    left_id: str
    right_id: str
    verdict: str
    who: str
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Everything about one speaker: names and roles with counts, appearances, likely namesakes, old identifiers."""

    id: str
    name: str
    type: str
    authority_id: str | None
    aliases: tuple[tuple[str, int], ...]
    roles: tuple[tuple[str, str | None, str | None, int], ...]
    appearances: tuple[Appearance, ...]
    candidates: tuple[tuple[str, str, float, str], ...]
    authorities: tuple[tuple[str, str, float, str], ...]
    old_ids: tuple[str, ...]
    attributes: tuple[attributes.Attribute, ...] = ()


def details(db: Database, speaker_id: str) -> Details:
    """Return everything about a speaker.

    Raises:
        StoreError: there is no such speaker.
    """
    found = stored.speaker(db.conn, speaker_id)
    if found is None:
        raise StoreError(f"{location(db)}: has no speaker {speaker_id!r}; `quotes speakers list` names them")
    run = db.conn.execute
    roles = run(
        "SELECT role, affiliation, role_class, articles FROM roles WHERE speaker_id = ? ORDER BY articles DESC, role, id",
        (speaker_id,),
    )
    like = run(
        "SELECT speakers.id, speakers.name, score, reasons FROM speaker_candidates JOIN speakers "
        "ON speakers.id = CASE WHEN left_id = ?1 THEN right_id ELSE left_id END "
        "WHERE ?1 IN (left_id, right_id) ORDER BY score DESC, speakers.id",
        (speaker_id,),
    )
    known = run(
        "SELECT authorities.id, authorities.name, score, reasons FROM authority_candidates JOIN authorities "
        "ON authorities.id = authority_id WHERE speaker_id = ? ORDER BY score DESC, authorities.id",
        (speaker_id,),
    )
    old = run("SELECT old_id FROM speaker_redirects WHERE speaker_id = ? ORDER BY old_id", (speaker_id,))
    return Details(
        id=found.id,
        name=found.name,
        type=found.type,
        authority_id=found.authority_id,
        aliases=stored.aliases(db.conn, speaker_id),
        roles=tuple((r[0], r[1], r[2], r[3]) for r in roles),
        appearances=appearances(db, speaker_id),
        candidates=tuple((r[0], r[1], r[2], r[3]) for r in like),
        authorities=tuple((r[0], r[1], r[2], r[3]) for r in known),
        old_ids=tuple(r[0] for r in old),
        attributes=attributes.of_speaker(db.conn, speaker_id),
    )


def appearances(db: Database, speaker_id: str) -> tuple[Appearance, ...]:
    """Return the articles in which a speaker speaks, in the order of their dates."""
    rows = db.conn.execute(
        "SELECT entities.id, articles.id, articles.title, articles.published, outlets.name, entities.name, entities.quotes "
        "FROM entities JOIN articles ON articles.id = entities.article_id LEFT JOIN outlets ON outlets.id = articles.outlet_id "
        "WHERE entities.speaker_id = ? ORDER BY articles.published_utc, articles.id, entities.id",
        (speaker_id,),
    )
    return tuple(
        Appearance(entity_id=r[0], article_id=r[1], title=r[2], published=r[3], outlet=r[4], name=r[5], quotes=r[6]) for r in rows
    )


def decisions(db: Database) -> tuple[Decision, ...]:
    """Return people's decisions that hold, the last made first."""
    rows = db.conn.execute(
        "SELECT id, 'judgement', left_id, right_id, judgement, who, made_at FROM judgements WHERE superseded_at IS NULL "
        "UNION ALL SELECT id, 'rename', speaker_id, name, '', who, made_at FROM renames WHERE superseded_at IS NULL "
        "UNION ALL SELECT id, 'retype', speaker_id, type, '', who, made_at FROM retypes WHERE superseded_at IS NULL "
        "ORDER BY 7 DESC, 6, 1"
    )
    return tuple(Decision(id=r[0], kind=r[1], left_id=r[2], right_id=r[3], verdict=r[4], who=r[5], made_at=r[6]) for r in rows)


@named_errors
def sheet(db: Database) -> list[tuple[str | int, ...]]:
    """Return a row for each speaker with a name, those quoted most first, as `sql/review_sheet.sql` has them."""
    return db.conn.execute(sql("review_sheet")).fetchall()


def count_links(db: Database, origin: str) -> tuple[int, int]:
    """Return how many speakers are linked to the authorities of one file, and how many have candidates in it only."""
    linked, unsure = db.conn.execute(
        "WITH listed AS (SELECT id FROM authorities WHERE origin = ?) "
        "SELECT (SELECT count(*) FROM speakers WHERE authority_id IN listed), "
        "(SELECT count(DISTINCT speaker_id) FROM authority_candidates WHERE authority_id IN listed)", (origin,)
    ).fetchone()
    return linked, unsure


NAMED = """
WITH named AS (SELECT ?1 AS id UNION SELECT old_id FROM speaker_redirects WHERE speaker_id = ?1), made AS (
    SELECT id, who, made_at, superseded_at FROM judgements WHERE left_id IN named OR right_id IN named
    UNION ALL SELECT id, who, made_at, superseded_at FROM renames WHERE speaker_id IN named
    UNION ALL SELECT id, who, made_at, superseded_at FROM retypes WHERE speaker_id IN named)
"""


def state_of(conn: sqlite3.Connection, speaker_id: str) -> str:
    """Return what tells whether people decided on a speaker since: a digest of the decisions and which of them hold."""
    rows = conn.execute(f"{NAMED} SELECT id, superseded_at FROM made ORDER BY id", (speaker_id,)).fetchall()  # noqa: S608
    return ids.digest("state", speaker_id, *(part for row in rows for part in row))


def last_decided(conn: sqlite3.Connection, speaker_id: str) -> str:
    """Return in words who decided on a speaker last."""
    last = f"{NAMED} SELECT who, made_at FROM made ORDER BY made_at DESC LIMIT 1"  # noqa: S608  our own words
    who, at = conn.execute(last, (speaker_id,)).fetchone() or ("somebody", "")
    return f"{who} decided on this speaker ({at[:16].replace('T', ' ')} UTC)"


def set_by_people(conn: sqlite3.Connection, speaker_id: str) -> bool:
    """Return whether people said what a speaker is or is called; False in a database that does not hold their decisions."""
    if not stored.columns(conn, "retypes"):
        return False
    named = "speaker_id IN (SELECT ?1 UNION SELECT old_id FROM speaker_redirects WHERE speaker_id = ?1) AND superseded_at IS NULL"
    return conn.execute(
        f"SELECT 1 FROM renames WHERE {named} UNION ALL SELECT 1 FROM retypes WHERE {named} LIMIT 1", (speaker_id,)  # noqa: S608
    ).fetchone() is not None
