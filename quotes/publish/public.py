"""What a database for the public holds, by name; and what follows from its quotes, computed again where some were left out.

Invariant: a table or column that is not named here is not published, whatever a later version adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes.store.fold import search_names
from quotes.store.resolution import wanted_roles
from quotes.store.statements import attributions

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

TABLES = frozenset({
    "affiliations", "aliases", "article_families", "articles", "authorities", "authority_names", "authority_positions",
    "entities",
    "facet_counts", "outlets", "quote_entities", "quote_folds", "quote_speakers", "quote_terms", "quotes", "roles", "runs",
    "spans", "speaker_copies", "speaker_names", "speaker_redirects", "speaker_terms", "speaker_totals", "speakers",
    "statement_variants", "statements", "terms",
})
# Published only when asked for: what people's own lists say of speakers.
ON_REQUEST = frozenset({"speaker_attributes"})
# Of the two tables that hold what articles say, the columns: not the text, and not what only a build compares.
COLUMNS = {
    "articles": frozenset({
        "id", "title", "outlet_id", "outlet_spelling", "domain", "published", "published_utc", "published_from", "url", "author",
        "words", "language", "reader", "mended", "origin", "sha256", "run_id",
    }),
    "quotes": frozenset({
        "id", "text", "words_said", "speaker_id", "role_id", "role", "affiliation", "role_class", "outlet_id", "published",
        "published_utc", "day", "month", "form", "kind", "act", "negated", "lead", "cue", "cue_lemma", "source", "mention",
        "context", "words", "confidence", "speaker_confidence", "rule", "article_id", "start", "end", "entity_id", "statement_id",
        "run_id",
    }),
}
# What the publishing of fewer quotes leaves of statements: no words that no published quote has, no numbers of others.
STATEMENTS = """
update statements set (text, speaker_id) = (
    select q.text, q.speaker_id from statement_variants v join quotes q on q.id = v.quote_id
    where v.statement_id = statements.id
    order by v.difference = 'same' desc, length(q.text) desc, q.published_utc, q.id limit 1)
where exists (select 1 from statement_variants v where v.statement_id = statements.id);
delete from statements where (
    select count(distinct q.article_id) from quotes q where q.statement_id = statements.id) < 2;
update statements set (quotes, articles, outlets, speakers, first_day, last_day, families, changed) = (
    select count(*), count(distinct q.article_id), count(distinct q.outlet_id),
           (select count(distinct v.speaker_id) from quotes said join voices v on v.quote_id = said.id
            join speakers named on named.id = v.speaker_id
            where said.statement_id = statements.id and named.type <> 'unnamed'), min(q.day), max(q.day),
           count(distinct coalesce(f.family_id, q.article_id)), sum(v.difference = 'changed')
    from quotes q join statement_variants v on v.quote_id = q.id
    left join article_families f on f.article_id = q.article_id where q.statement_id = statements.id);
"""
SPOKEN = """
select q.id, v.speaker_id from quotes q join voices v on v.quote_id = q.id join speakers s on s.id = v.speaker_id
where q.statement_id = ? and s.type <> 'unnamed'
"""
# A quote is as sure as its words and its speaker together.
UNSURE = "confidence * coalesce(speaker_confidence, 1) < ?"
LEFT_OUT = f"({UNSURE} OR id IN (SELECT id FROM temp.too_much))"  # noqa: S608  our own words
OWN = ("sqlite_", "_sqlite_", "quotes_fts")
# Roles that only quotes which were left out give; `left_out` holds these quotes.
FORGET_ROLES = """
    DELETE FROM entity_roles WHERE EXISTS (
        SELECT 1 FROM temp.left_out AS gone WHERE gone.entity_id = entity_roles.entity_id
            AND gone.role = entity_roles.role AND gone.affiliation IS entity_roles.affiliation
    ) AND NOT EXISTS (
        SELECT 1 FROM quotes WHERE quotes.entity_id = entity_roles.entity_id
            AND quotes.role = entity_roles.role AND quotes.affiliation IS entity_roles.affiliation
    )"""
FORGET_AFFILIATIONS = """
    DELETE FROM affiliations WHERE affiliation NOT IN (SELECT affiliation FROM roles WHERE affiliation IS NOT NULL)"""
FORGET_ALIASES = """
    DELETE FROM aliases WHERE speaker_id IN (SELECT speaker_id FROM temp.left_out) AND NOT EXISTS (
        SELECT 1 FROM entity_aliases JOIN entities ON entities.id = entity_aliases.entity_id
        WHERE entities.speaker_id = aliases.speaker_id AND entity_aliases.alias = aliases.alias
    )"""
COUNT_TERMS = """
    UPDATE speaker_terms SET quotes = (
        SELECT count(*) FROM quote_terms JOIN quotes ON quotes.id = quote_terms.quote_id
        WHERE quotes.speaker_id = speaker_terms.speaker_id AND quote_terms.term_id = speaker_terms.term_id
    )"""


def leave_out(connection: sqlite3.Connection, min_confidence: float, too_much: Iterable[str] = ()) -> int:
    """Delete the quotes that are less sure than this, and all that only they say of speakers; return how many they were.

    Args:
        connection: a copy of a database, in a transaction, with all that a build stores.
        min_confidence: from 0 to 1; quotes without a confidence stay.
        too_much: identifiers of quotes that are left out too, as they would give back too much of their article.
    """
    connection.execute("CREATE TEMP TABLE too_much (id TEXT PRIMARY KEY)")
    connection.executemany("INSERT INTO temp.too_much VALUES (?)", [(each,) for each in too_much])
    connection.execute("CREATE TEMP TABLE left_out AS SELECT entity_id, speaker_id, role, affiliation FROM quotes "  # noqa: S608
                       f"WHERE {LEFT_OUT}", [min_confidence])
    left_out = connection.execute(f"DELETE FROM quotes WHERE {LEFT_OUT}", [min_confidence]).rowcount  # noqa: S608  our own words
    connection.execute("DELETE FROM entities WHERE id NOT IN (SELECT entity_id FROM quotes) "
                       "AND id NOT IN (SELECT entity_id FROM quote_entities)")
    if left_out:
        for statement in filter(str.strip, STATEMENTS.split(";\n")):
            connection.execute(statement)
        _count_attributions(connection)
    connection.execute("DELETE FROM speakers WHERE id NOT IN (SELECT speaker_id FROM voices)")
    if left_out:
        connection.execute("UPDATE entities SET quotes = (SELECT count(*) FROM quotes WHERE entity_id = entities.id)")
        connection.execute(FORGET_ROLES)
        _write_roles(connection)
        connection.execute(FORGET_AFFILIATIONS)
        connection.execute(FORGET_ALIASES)
        _write_names(connection)
        connection.execute(COUNT_TERMS)
        connection.execute("DELETE FROM speaker_terms WHERE quotes = 0")
    connection.execute("DROP TABLE temp.left_out")
    connection.execute("DROP TABLE temp.too_much")
    return left_out


def _count_attributions(connection: sqlite3.Connection) -> None:
    """Count anew to how many speakers each statement is attributed that was attributed to several."""
    for (statement_id,) in connection.execute("SELECT id FROM statements WHERE attributions > 1").fetchall():
        spoken: dict[str, set[str]] = {}
        for quote_id, speaker_id in connection.execute(SPOKEN, [statement_id]):
            spoken.setdefault(quote_id, set()).add(speaker_id)
        connection.execute("UPDATE statements SET attributions = ? WHERE id = ?",
                           [attributions(map(frozenset, spoken.values())), statement_id])


def _write_roles(connection: sqlite3.Connection) -> None:
    wanted = {row[0]: row for row in wanted_roles(connection)}
    stored = [row[0] for row in connection.execute("SELECT id FROM roles")]
    connection.executemany("DELETE FROM roles WHERE id = ?", [(each,) for each in stored if each not in wanted])
    connection.executemany(
        "UPDATE roles SET role = ?, affiliation = ?, role_class = ?, first_seen = ?, last_seen = ?, articles = ? WHERE id = ?",
        [(*row[2:], identifier) for identifier, row in wanted.items()],
    )


def _write_names(connection: sqlite3.Connection) -> None:
    aliases: dict[str, list[str]] = {}
    for speaker_id, alias in connection.execute("SELECT speaker_id, alias FROM aliases"):
        aliases.setdefault(speaker_id, []).append(alias)
    names = connection.execute("SELECT id, name FROM speakers").fetchall()
    connection.executemany("UPDATE speaker_names SET names = ? WHERE speaker_id = ?",
                           [(search_names(name, aliases.get(each, [])), each) for each, name in names])


def empty_the_rest(connection: sqlite3.Connection, keep: Iterable[str] = ()) -> None:
    """Delete every row of the tables that are not for the public, but for those that were asked for: of `ON_REQUEST`."""
    for table in sorted(_tables(connection) - TABLES - (ON_REQUEST & {*keep})):
        connection.execute(f'DELETE FROM "{table}"')  # noqa: S608  names of the schema


def drop_the_rest(connection: sqlite3.Connection) -> None:
    """Drop every column of articles and quotes that is not for the public."""
    for table, kept in COLUMNS.items():
        for (column,) in connection.execute("SELECT name FROM pragma_table_info(?)", [table]).fetchall():
            if column not in kept:
                connection.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')


def _tables(connection: sqlite3.Connection) -> set[str]:
    names = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {name for name in names if not name.startswith(OWN)}
