"""What is shown of the same words in several outlets: a statement with its versions, and the copies of an article.

Functions of a reader's connection that return records, and the page's handler. Invariant: values are always bound; what is
compared is only what stands in quotation marks, shown as it is printed; a statement's page reads at most `MOST` versions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from quotes import wording
from quotes.publish.cells import page_path
from quotes.store.stored import columns, rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from quotes.publish.site import Site

MOST = 300
SHOWN = 6  # changed versions of one statement in a list
DEEPEST = 50  # wordings between one that was the longest once and the one that is now
OTHERS = 12

# The versions that are shown are chosen before anything else of them is read: a statement may have thousands.
VERSIONS = """
SELECT q.id, q.text, q.form, q.article_id, q.published, q.day, q.outlet_id, o.name AS outlet, a.title AS article, q.speaker_id,
       s.name AS speaker, s.type AS speaker_type, v.difference, v.left_out, v.changed,
       coalesce(f.family_id, q.article_id) AS family, f.basis, f.agency, (
           SELECT json_group_array(json_object('speaker_id', id, 'speaker', name)) FROM (
               SELECT also.id, also.name FROM quote_speakers qs JOIN speakers also ON also.id = qs.speaker_id
               WHERE qs.quote_id = q.id AND qs.speaker_id <> q.speaker_id ORDER BY qs.place)) AS others
FROM statement_variants v
JOIN quotes q ON q.id = v.quote_id
JOIN speakers s ON s.id = q.speaker_id
LEFT JOIN articles a ON a.id = q.article_id
LEFT JOIN outlets o ON o.id = q.outlet_id
LEFT JOIN article_families f ON f.article_id = q.article_id
WHERE v.quote_id IN (
    SELECT chosen.quote_id FROM statement_variants chosen JOIN quotes q ON q.id = chosen.quote_id
    WHERE chosen.statement_id = :statement AND chosen.difference IN (SELECT value FROM json_each(:differences))
    ORDER BY q.published_utc IS NULL, q.published_utc, q.article_id, q.start LIMIT :limit)
ORDER BY q.published_utc IS NULL, q.published_utc, q.article_id, q.start
"""
FAMILY = """
SELECT f.article_id AS id, a.title, o.name AS outlet, f.basis
FROM article_families f JOIN articles a ON a.id = f.article_id LEFT JOIN outlets o ON o.id = a.outlet_id
WHERE f.family_id = ? AND f.article_id <> ?
ORDER BY a.published_utc IS NULL, a.published_utc, f.article_id LIMIT ?
"""


STATEMENTS = """
SELECT s.*, p.name AS speaker, coalesce(model.form, 'direct') AS form,
       coalesce(nullif(model.words_said, ''), s.text) AS words_said
FROM statements s
JOIN speakers p ON p.id = s.speaker_id
LEFT JOIN quotes model ON model.id = (
    SELECT v.quote_id FROM statement_variants v JOIN quotes q ON q.id = v.quote_id
    WHERE v.statement_id = s.id AND v.difference = 'same' AND q.text = s.text ORDER BY v.quote_id LIMIT 1)
WHERE s.id IN (SELECT value FROM json_each(:chosen))
"""
CHOSEN = """
SELECT s.id FROM statements s WHERE {condition}
ORDER BY s.outlets DESC, s.articles DESC, s.id LIMIT :limit OFFSET :offset
"""
WITH_WORDS = """s.id IN (
    SELECT statement_id FROM quotes
    WHERE rowid IN (SELECT rowid FROM quotes_fts WHERE quotes_fts MATCH escape_fts(:words) LIMIT 5000))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordings:
    """Versions of the same words: how they differ from the statement, in pieces, and who printed them."""

    difference: str
    left_out: int
    changed: int
    pieces: tuple[tuple[str, str], ...]
    carriers: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement: its row, everybody who carried it in order of time, its wordings, and whom it is attributed to."""

    about: Mapping[str, Any]
    versions: tuple[Mapping[str, Any], ...]
    wordings: tuple[Wordings, ...]
    attributed: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What an article is a copy of, or who copied it, in words; and the others."""

    words: str
    others: tuple[Mapping[str, Any], ...]


def statement(connection: sqlite3.Connection, statement_id: str) -> Statement | None:
    """Return a statement with its versions, those whose words differ first."""
    found = _abouts(connection, [statement_id])
    if not found:
        return None
    versions = _versions(connection, statement_id, MOST)
    return Statement(about=found[0], versions=versions, wordings=_wordings(found[0]["text"], found[0]["form"], versions),
                     attributed=_attributed(versions))


def _abouts(connection: sqlite3.Connection, chosen: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of statements, in the order in which they were chosen."""
    found = {row["id"]: row for row in rows(connection, STATEMENTS, {"chosen": json.dumps(chosen)})}
    return [found[each] for each in chosen if each in found]


def _versions(
    connection: sqlite3.Connection, statement_id: str, limit: int, differences: Sequence[str] = tuple(wording.Difference)
) -> tuple[Mapping[str, Any], ...]:
    found = rows(connection, VERSIONS, {"statement": statement_id, "differences": json.dumps(differences), "limit": limit})
    return tuple(row | {"others": json.loads(row["others"])} for row in found)


def _wordings(text: str, form: str, versions: Sequence[Mapping[str, Any]]) -> tuple[Wordings, ...]:
    whole = wording.words(wording.inside_marks(text, form))
    groups: dict[tuple[int, ...], list[Mapping[str, Any]]] = {}
    for each in versions:
        groups.setdefault(wording.forms(_said(each)), []).append(each)
    found = [
        Wordings(
            difference=carriers[0]["difference"], left_out=carriers[0]["left_out"], changed=carriers[0]["changed"],
            pieces=tuple((piece, str(side)) for piece, side in wording.pieces(whole, _said(carriers[0]))),
            carriers=tuple(carriers),
        )
        for carriers in groups.values()
    ]
    order = [str(wording.Difference.CHANGED), str(wording.Difference.SAME), str(wording.Difference.CUT)]
    return tuple(sorted(found, key=lambda each: (order.index(each.difference), -len(each.carriers))))


def _said(version: Mapping[str, Any]) -> tuple[wording.Word, ...]:
    return wording.words(wording.inside_marks(version["text"], version["form"]))


def _attributed(versions: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Return whom a statement is attributed to, each with the articles that do so, most first; unnamed sources are one.

    A joint quote is attributed to each who speaks in it.
    """
    counted: dict[tuple[str | None, str], set[str]] = {}
    for each in versions:
        first = (each["speaker_id"], each["speaker"]) if each["speaker_type"] != "unnamed" else (None, "an unnamed source")
        for who in (first, *((other["speaker_id"], other["speaker"]) for other in each["others"])):
            counted.setdefault(who, set()).add(each["article_id"])
    found = ({"speaker_id": who[0], "speaker": who[1], "articles": len(articles)} for who, articles in counted.items())
    return tuple(sorted(found, key=lambda who: (-who["articles"], who["speaker"])))


def statements(
    connection: sqlite3.Connection, words: str, *, is_changed: bool, limit: int, offset: int
) -> tuple[Statement, ...]:
    """Return the statements that most outlets carry; of each what others printed, but not all who carried it.

    Args:
        connection: the database.
        words: only those in which, or in whose speakers' names, these words stand; "" for all.
        is_changed: only those that somebody changed in print, with what was changed.
        limit: how many at most.
        offset: how many to leave out first.
    """
    conditions = [*([WITH_WORDS] if words else []), *(["s.changed > 0"] if is_changed else []), "1"]
    chosen = connection.execute(CHOSEN.format(condition=" AND ".join(conditions)),
                                {"words": words, "limit": limit, "offset": offset}).fetchall()
    listed = []
    for about in _abouts(connection, [row[0] for row in chosen]):
        versions = _versions(connection, about["id"], SHOWN, [wording.Difference.CHANGED]) if is_changed else ()
        listed.append(Statement(about=about, versions=versions, attributed=(),
                                wordings=_wordings(about["text"], about["form"], versions)))
    return tuple(listed)


def moved(connection: sqlite3.Connection, statement_id: str) -> str | None:
    """Return the statement that one has become part of since a longer wording came, or None."""
    root = wording.root_of(statement_id)
    for _ in range(DEEPEST if root is not None else 0):
        row = connection.execute("SELECT parent_id FROM wordings WHERE id = ?", [root]).fetchone()
        if row is None:
            return None
        if row[0] is None:
            return wording.statement_id(root) if root is not None else None
        root = row[0]
    return None


def also_in(connection: sqlite3.Connection, quote_ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return, of those of some quotes that other outlets carry too, the statement and the number of the other outlets."""
    if not columns(connection, "statements"):
        return {}
    found = "SELECT s.id, s.outlets, q.outlet_id FROM quotes q JOIN statements s ON s.id = q.statement_id WHERE q.id = ?"
    carried = {}
    for quote_id in quote_ids:
        for statement_id, outlets, outlet_id in connection.execute(found, [quote_id]):
            others = outlets - (outlet_id is not None)
            if others > 0:
                carried[quote_id] = (statement_id, others)
    return carried


def family(connection: sqlite3.Connection, article_id: str) -> Family | None:
    """Return what an article is a copy of or is copied by; None if nothing is known."""
    if not columns(connection, "article_families"):
        return None
    found = rows(connection, "SELECT family_id, basis, agency FROM article_families WHERE article_id = ?", [article_id])
    if not found:
        return None
    others = tuple(rows(connection, FAMILY, [found[0]["family_id"], article_id, OTHERS]))
    agency = f"From {found[0]['agency']}." if found[0]["agency"] else ""
    words = "Nearly the same text stands in" if others else ""
    return Family(words=f"{agency} {words}".strip(), others=others)


async def statement_page(site: Site, request: Request) -> Response:
    """Show who carried a statement, in which words, and attributed to whom.

    Raises:
        NotFound: there is no such statement, and none that it has become part of.
    """
    statement_id = str(tilde_decode(request.url_vars["id"]))
    found = await site.read(partial(statement, statement_id=statement_id))
    if found is None:
        now = await site.read(partial(moved, statement_id=statement_id))
        if now is None or now == statement_id or await site.read(partial(statement, statement_id=now)) is None:
            raise NotFound("No such statement")
        return Response.redirect(page_path(site, "statement", now), status=301)
    body = await site.datasette.render_template(
        "quotes/statement.html", {"statement": found}, request=request, view_name="quotes")
    return Response.html(body)
