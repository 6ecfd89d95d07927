"""What is computed over all articles into rows: who is who, roles, key terms of speakers, names of outlets.

Each function compares what is wanted with what is stored and touches only rows that differ, in one transaction: the same
resolution written again changes no byte of the file.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from quotes import ids
from quotes.errors import StoreError
from quotes.records import SpeakerType
from quotes.store.connection import location, transaction
from quotes.store.fold import search_names
from quotes.store.rows import day_of, most_common, role_id, role_rows, storable, term_id
from quotes.store.schema import sql

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from quotes.records import Candidate, Resolution, Speaker, SpeakerTerm
    from quotes.store.rows import Row

# Tables that are computed as a whole: their keys, then their other columns.
COMPUTED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "speakers": (("id",), ("name", "type", "authority_id")),
    "speaker_names": (("speaker_id",), ("names",)),
    "aliases": (("speaker_id", "alias"), ("mentions",)),
    "roles": (
        ("id",), ("speaker_id", "role", "affiliation", "role_class", "first_seen", "last_seen", "articles"),
    ),
    "quote_speakers": (("quote_id", "speaker_id"), ("place",)),
    "speaker_redirects": (("old_id",), ("speaker_id",)),
    "speaker_candidates": (("left_id", "right_id"), ("score", "reasons")),
    "authority_candidates": (("speaker_id", "authority_id"), ("score", "reasons")),
    "affiliations": (("affiliation",), ("speaker_id",)),
    "speaker_terms": (("speaker_id", "term_id"), ("quotes", "weight")),
    "outlets": (("id",), ("name", "domain")),
    "speaker_copies": (("speaker_id",), ("copies",)),
    "speaker_attributes": (("speaker_id", "name", "value"), ("list",)),
}


class Wanted:
    """The rows that a computed table should have, in a temporary table, and the steps that make it so.

    The statements' parts are the constants of `COMPUTED`; `changed` counts the rows they touched.
    """

    def __init__(self, conn: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
        key, others = COMPUTED[table]
        self.conn = conn
        self.changed = 0
        self._names = ", ".join((*key, *others))
        self._table = f"main.{table} AS stored"
        self._wanted = f"temp.wanted_{table} AS wanted"
        self._same = " AND ".join(f"wanted.{column} = stored.{column}" for column in key)
        self._differs = " OR ".join(f"wanted.{column} IS NOT stored.{column}" for column in others)
        self._values = ", ".join(f"{column} = wanted.{column}" for column in others)
        fill(conn, f"wanted_{table}", (*key, *others), key, rows)

    def insert(self) -> None:
        """Insert the rows that are missing."""
        target = self._table.removesuffix(" AS stored")
        self._run(
            f"INSERT INTO {target} ({self._names}) SELECT {self._names} FROM {self._wanted} "  # noqa: S608
            f"WHERE NOT EXISTS (SELECT 1 FROM {self._table} WHERE {self._same})"
        )

    def update(self) -> None:
        """Update the rows that differ."""
        self._run(
            f"UPDATE {self._table} SET {self._values} FROM {self._wanted} "  # noqa: S608
            f"WHERE {self._same} AND ({self._differs})"
        )

    def delete(self) -> None:
        """Delete the rows that nothing wants."""
        self._run(
            f"DELETE FROM {self._table} "  # noqa: S608
            f"WHERE NOT EXISTS (SELECT 1 FROM {self._wanted} WHERE {self._same})"
        )

    def synchronise(self) -> int:
        """Delete, insert and update; return how many rows were touched."""
        self.delete()
        self.insert()
        self.update()
        return self.changed

    def _run(self, statement: str) -> None:
        self.changed += self.conn.execute(statement).rowcount


def fill(
    conn: sqlite3.Connection, name: str, columns: Sequence[str], key: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Make a temporary table of rows; of rows with one key the last is kept."""
    conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
    conn.execute(f"CREATE TEMP TABLE {name} ({', '.join(columns)}, PRIMARY KEY ({', '.join(key)})) WITHOUT ROWID")
    places = ", ".join("?" * len(columns))
    conn.executemany(f"INSERT OR REPLACE INTO temp.{name} VALUES ({places})", rows)  # noqa: S608  constants


def apply_resolution(db: Database, resolution: Resolution) -> int:
    """Store who is who over all articles, in one transaction.

    Entities that came into the database after the resolution read it keep their own speakers, and the database stays
    marked as stale.

    Args:
        db: the database.
        resolution: what `quotes.resolve` computed from `read.entities(db)` and people's decisions.

    Returns:
        How many rows were inserted, updated or deleted; 0 if the database said so already.

    Raises:
        StoreError: the resolution names a speaker or an authority that is not there, or the database cannot be written.
    """
    with transaction(db) as conn:
        _check(db, resolution)
        fill(conn, "assignments", ("entity_id", "speaker_id"), ("entity_id",), resolution.assignments.items())
        used = {row[0] for row in conn.execute(sql("used_speakers"))}
        rows = [_speaker_row(speaker) for speaker in resolution.speakers if speaker.id in used]
        aliases = _alias_rows(speaker for speaker in resolution.speakers if speaker.id in used)
        kept = sorted(used - {row[0] for row in rows})
        rows += _stored(conn, "SELECT id, name, type, authority_id FROM speakers WHERE id = ?", kept)
        aliases += _stored(conn, "SELECT speaker_id, alias, mentions FROM aliases WHERE speaker_id = ?", kept)
        changed = _write_speakers(conn, rows, aliases)
        forwarded = {**_joint_redirects(conn), **resolution.redirects}
        redirects = [(old, new) for old, new in forwarded.items() if new in used and old not in used]
        changed += Wanted(conn, "speaker_redirects", redirects).synchronise()
        changed += _write_candidates(conn, resolution, used)
        bodies = [(storable(wording), body) for wording, body in resolution.affiliations.items() if body in used]
        changed += Wanted(conn, "affiliations", bodies).synchronise()
        changed += Wanted(conn, "speaker_attributes", wanted_attributes(conn)).synchronise()
        changed += Wanted(conn, "outlets", outlet_rows(conn)).synchronise()
        changed += conn.execute(sql("prune_runs")).rowcount
        changed += conn.execute(
            "DELETE FROM stale WHERE what = 'speakers' "
            "AND NOT EXISTS (SELECT 1 FROM entities WHERE id NOT IN (SELECT entity_id FROM temp.assignments))"
        ).rowcount
        if changed:
            # Without it, quotes of one speaker and form are read from all of that form (1 M quotes: 5 s).
            conn.execute("ANALYZE")
    return changed


def _check(db: Database, resolution: Resolution) -> None:
    known = {speaker.id for speaker in resolution.speakers}
    if unknown := {*resolution.assignments.values()} - known:
        raise StoreError(
            f"{location(db)}: the resolution assigns entities to speaker {min(unknown)}, whom it does not know; report "
            "this fault of quotes"
        )
    named = {speaker.authority_id for speaker in resolution.speakers} - {None}
    if missing := named - {row[0] for row in db.conn.execute("SELECT id FROM authorities")}:
        raise StoreError(
            f"{location(db)}: speakers are linked to authority {min(map(str, missing))}, which is not stored; link the "
            "authority file again"
        )


def _write_speakers(conn: sqlite3.Connection, rows: list[Row], alias_rows: list[Row]) -> int:
    """Write speakers, aliases and roles, and give entities and quotes theirs.

    New speakers come first and old ones go last, so that no reference dangles; a speaker's names stand before its first
    quote, as full-text search needs.
    """
    by_speaker: dict[str, list[str]] = {}
    for speaker_id, alias, _ in alias_rows:
        by_speaker.setdefault(speaker_id, []).append(alias)
    speakers = Wanted(conn, "speakers", rows)
    names = Wanted(
        conn, "speaker_names", ((row[0], search_names(row[1], by_speaker.get(row[0], []))) for row in rows)
    )
    aliases = Wanted(conn, "aliases", alias_rows)
    speakers.insert()
    names.insert()
    changed = conn.execute(
        "UPDATE entities SET speaker_id = assignments.speaker_id FROM temp.assignments "
        "WHERE assignments.entity_id = entities.id AND assignments.speaker_id <> entities.speaker_id"
    ).rowcount
    roles = Wanted(conn, "roles", wanted_roles(conn))
    roles.insert()
    changed += _move_quotes(conn)
    changed += Wanted(conn, "quote_speakers", wanted_quote_speakers(conn)).synchronise()
    speakers.update()
    names.update()
    roles.update()
    roles.delete()
    speakers.delete()
    aliases.synchronise()
    return changed + sum(wanted.changed for wanted in (speakers, names, aliases, roles))


def wanted_roles(conn: sqlite3.Connection) -> list[Row]:
    """Return the rows that table `roles` should have, by what articles say of the speakers that entities have."""
    return role_rows((*row[:4], day_of(row[4]), row[5]) for row in conn.execute(sql("held_roles")))


def wanted_quote_speakers(conn: sqlite3.Connection) -> list[Row]:
    """Return the rows that table `quote_speakers` should have: of entities that are one speaker, the first one's place."""
    return conn.execute(sql("quote_speakers")).fetchall()


def _move_quotes(conn: sqlite3.Connection) -> int:
    """Give every quote its entity's speaker, and the role of that speaker that the quote's wording names."""
    moved = conn.execute(
        "SELECT quotes.id, entities.speaker_id, quotes.role, quotes.affiliation FROM quotes "
        "JOIN entities ON entities.id = quotes.entity_id WHERE quotes.speaker_id <> entities.speaker_id"
    ).fetchall()
    conn.executemany(
        "UPDATE quotes SET speaker_id = ?, role_id = ? WHERE id = ?",
        [
            (speaker_id, role and role_id(speaker_id, role, affiliation), quote_id)
            for quote_id, speaker_id, role, affiliation in moved
        ],
    )
    return len(moved)


def _joint_redirects(conn: sqlite3.Connection) -> dict[str, str]:
    """Return the identifiers that those who speak together had when they were one row, each with the first of them."""
    found: dict[str, str] = {}
    for _, said_by in groupby(conn.execute(sql("joint_names")), key=lambda row: row[0]):
        rows = list(said_by)
        together = "; ".join(name for _, name, _ in rows)
        found[ids.named_id("speaker", together, str(SpeakerType.GROUP))] = rows[0][2]
    return found


def _write_candidates(conn: sqlite3.Connection, resolution: Resolution, used: set[str]) -> int:
    authorities = {row[0] for row in conn.execute("SELECT id FROM authorities")}
    pairs = [_candidate_row(pair) for pair in resolution.speaker_candidates if {pair.left_id, pair.right_id} <= used]
    links = [
        _candidate_row(pair) for pair in resolution.authority_candidates
        if pair.left_id in used and pair.right_id in authorities
    ]
    return (
        Wanted(conn, "speaker_candidates", pairs).synchronise()
        + Wanted(conn, "authority_candidates", links).synchronise()
    )


def wanted_attributes(conn: sqlite3.Connection) -> list[Row]:
    """Return what people's lists say of the speakers that are linked to them; of several lists that say the same, the first."""
    return conn.execute(
        "SELECT speakers.id, held.name, held.value, min(held.list) FROM speakers "
        "JOIN authority_attributes AS held ON held.authority_id = speakers.authority_id GROUP BY 1, 2, 3"
    ).fetchall()


def outlet_rows(conn: sqlite3.Connection) -> list[Row]:
    """Return every outlet that has an article, named as most of its articles name it."""
    counted = conn.execute(
        "SELECT outlet_id, outlet_spelling, domain, count(*) FROM articles WHERE outlet_id IS NOT NULL "
        "GROUP BY outlet_id, outlet_spelling, domain ORDER BY outlet_id"
    )
    rows = []
    for outlet_id, group in groupby(counted, key=lambda row: row[0]):
        names: Counter[str] = Counter()
        domains: Counter[str] = Counter()
        for _, name, domain, articles in group:
            names[name] += articles
            if domain is not None:
                domains[domain] += articles
        rows.append((outlet_id, most_common(names), most_common(domains) if domains else None))
    return rows


def _speaker_row(speaker: Speaker) -> Row:
    return (speaker.id, storable(speaker.name), str(speaker.type), speaker.authority_id)


def _alias_rows(speakers: Iterable[Speaker]) -> list[Row]:
    mentions: Counter[tuple[str, str]] = Counter()
    for speaker in speakers:
        for alias in speaker.aliases:
            mentions[speaker.id, alias.alias] += alias.mentions
    return [(*key, count) for key, count in mentions.items()]


def _candidate_row(pair: Candidate) -> Row:
    return (pair.left_id, pair.right_id, pair.score, pair.reasons)


def _stored(conn: sqlite3.Connection, statement: str, keys: Iterable[str]) -> list[Row]:
    return [row for key in keys for row in conn.execute(statement, (key,))]


def write_speaker_terms(db: Database, terms: Iterable[SpeakerTerm]) -> int:
    """Store the key terms of all speakers, in one transaction.

    Args:
        db: the database.
        terms: every speaker's terms; those of speakers or terms that the database does not have are passed over.

    Returns:
        How many rows were inserted, updated or deleted.

    Raises:
        StoreError: the database cannot be written.
    """
    with transaction(db) as conn:
        speakers = {row[0] for row in conn.execute("SELECT id FROM speakers")}
        known = {row[0] for row in conn.execute("SELECT id FROM terms")}
        rows = ((term.speaker_id, term_id(term.term), term.quotes, term.weight) for term in terms)
        wanted = Wanted(conn, "speaker_terms", (row for row in rows if row[0] in speakers and row[1] in known))
        changed = wanted.synchronise()
        changed += conn.execute("DELETE FROM stale WHERE what = 'terms'").rowcount
    return changed
