"""What the program had found in an article before people corrected it: kept so that a correction shows, and goes, at once.

A row of `uncorrected` is there for as long as a correction of the article holds; where none does, the article's own rows are
what was found. Invariant: writing what is remembered gives the rows that extracting the article again would.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from quotes.records import (
    Act,
    Alias,
    CharSpan,
    Entity,
    Extraction,
    Form,
    Kind,
    MentionKind,
    Quote,
    Role,
    SpeakerType,
    Term,
)
from quotes.store.rows import roles_of

if TYPE_CHECKING:
    import sqlite3

    from quotes.records import Article

SPANS = ("content", "cue", "source")
# Of an article that an older version stored corrected, until a build extracts it again.
NOT_KNOWN = ""


def remember(conn: sqlite3.Connection, extraction: Extraction, *, corrected: bool) -> None:
    """Keep what was found in an article that has corrections which hold; of others nothing is kept."""
    if corrected:
        conn.execute("INSERT OR REPLACE INTO uncorrected (article_id, found) VALUES (?, ?)",
                     (extraction.article.id, _encoded(extraction)))
    else:
        conn.execute("DELETE FROM uncorrected WHERE article_id = ?", (extraction.article.id,))


def fill_in(conn: sqlite3.Connection, extraction: Extraction) -> None:
    """Keep what was found in an article whose rows an older version stored corrected, without it."""
    if not is_known(conn, extraction.article.id):
        remember(conn, extraction, corrected=True)


def is_known(conn: sqlite3.Connection, article_id: str) -> bool:
    """Return whether what was found in an article is known, from its rows or from what is kept."""
    found = "SELECT 1 FROM uncorrected WHERE article_id = ? AND found = ?"
    return conn.execute(found, (article_id, NOT_KNOWN)).fetchone() is None


def remembered(conn: sqlite3.Connection, article: Article) -> Extraction | None:
    """Return what was found in an article before people corrected it, or None if nothing is kept."""
    row = conn.execute("SELECT found FROM uncorrected WHERE article_id = ? AND found <> ?", (article.id, NOT_KNOWN)).fetchone()
    return None if row is None else _decoded(row[0], article)


def _encoded(extraction: Extraction) -> str:
    """Return quotes, entities and furniture as JSON: the same whether they were just found or read from their rows."""
    entities = {entity.key: _plain(entity, extraction) for entity in extraction.entities}
    quotes = sorted(extraction.quotes, key=lambda quote: (quote.content, quote.id))
    found = {
        "quotes": [asdict(_derived(quote, entities)) for quote in quotes],
        "entities": [asdict(entities[key]) for key in sorted(entities)],
        "furniture": extraction.furniture,
    }
    return json.dumps(found, ensure_ascii=False)


def _plain(entity: Entity, extraction: Extraction) -> Entity:
    mentions: Counter[tuple[str, MentionKind]] = Counter()
    for alias in entity.aliases:
        mentions[alias.alias, alias.kind] += alias.mentions
    aliases = tuple(Alias(alias=alias, kind=kind, mentions=mentions[alias, kind]) for alias, kind in sorted(mentions))
    spoken = [quote for quote in extraction.quotes if entity.key in quote.entity_keys]
    return replace(entity, aliases=aliases, roles=tuple(roles_of(entity, spoken)))


def _derived(quote: Quote, entities: dict[str, Entity]) -> Quote:
    """Return a quote with what follows from its entities as it follows from them."""
    speaking = [entities[key] for key in dict.fromkeys(quote.entity_keys)]
    names = tuple(entity.name for entity in speaking if entity.name)
    weights: dict[str, float] = {}
    for term in quote.terms:
        weights[term.term] = max(term.weight, weights.get(term.term, term.weight))
    return replace(
        quote, speaker="; ".join(names) or None, speakers=names,
        speaker_type=SpeakerType.GROUP if len(speaking) > 1 else speaking[0].type, role=quote.role or None,
        roles=tuple(dict.fromkeys(held.role for entity in speaking for held in entity.roles)),
        terms=tuple(Term(term=term, weight=weights[term]) for term in sorted(weights)),
    )


def _decoded(found: str, article: Article) -> Extraction:
    rows = json.loads(found)
    return Extraction(
        article=article, quotes=tuple(map(_quote, rows["quotes"])), entities=tuple(map(_entity, rows["entities"])),
        furniture=_spans(rows["furniture"]),
    )


def _quote(row: dict[str, Any]) -> Quote:
    return Quote(**{
        **row, **{name: _spans(row[name]) for name in SPANS},
        **{name: tuple(row[name]) for name in ("roles", "speakers", "other_keys")},
        "kind": Kind(row["kind"]), "form": Form(row["form"]), "act": Act(row["act"]), "mention": MentionKind(row["mention"]),
        "speaker_type": SpeakerType(row["speaker_type"]), "terms": tuple(Term(**term) for term in row["terms"]),
    })


def _entity(row: dict[str, Any]) -> Entity:
    return Entity(
        key=row["key"], type=SpeakerType(row["type"]), name=row["name"], description=row["description"],
        aliases=tuple(Alias(**{**each, "kind": MentionKind(each["kind"])}) for each in row["aliases"]),
        roles=tuple(Role(**each) for each in row["roles"]),
    )


def _spans(rows: list[list[int]]) -> tuple[CharSpan, ...]:
    return tuple(CharSpan(start, end) for start, end in rows)
