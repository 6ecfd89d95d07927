"""What was found in an article, from its rows: so that the very same text in another article is not extracted again.

Invariant: an extraction is given only if its article's rows follow from it to the last digit (their digest is stored beside
the article), and no person has corrected them; of anything else the text is extracted.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from quotes import ids
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
from quotes.store import stored
from quotes.store.connection import named_errors
from quotes.store.read import stored_article
from quotes.store.rows import article_rows, fingerprint

if TYPE_CHECKING:
    from sqlite_utils import Database

    from quotes.records import Article, Run

TWINS = """
SELECT id, findings, fingerprint FROM articles WHERE sha256 = ? AND run_id = ? AND id <> ?
AND id NOT IN (SELECT article_id FROM corrections WHERE superseded_at IS NULL) ORDER BY id LIMIT 1
"""
ENTITIES = "SELECT id, key, type, name, description FROM entities WHERE article_id = ? ORDER BY key"
ALIASES = "SELECT alias, kind, mentions FROM entity_aliases WHERE entity_id = ? ORDER BY alias, kind"
ROLES = "SELECT role, affiliation, role_class FROM entity_roles WHERE entity_id = ? ORDER BY position"
OTHERS = "SELECT entity_id FROM quote_entities WHERE quote_id = ? AND place > 0 ORDER BY place"
# In the order in which they were found, which that of their places need not be.
QUOTES = "WHERE q.article_id = ? ORDER BY q.rowid"


@named_errors
def extraction_of_twin(db: Database, article: Article, run: Run) -> Extraction | None:
    """Return what the same run found in another article of the very same text, as if it had been found in this one.

    Returns:
        The extraction; None if there is no such article, or if it cannot be had from its rows.

    Raises:
        StoreError: the database cannot be read.
    """
    twin = db.conn.execute(TWINS, (article.sha256, run.id, article.id)).fetchone()
    if twin is None:
        return None
    twin_id, findings, mark = twin
    held = stored_article(db, twin_id)
    if held is None or fingerprint(held) != mark:  # corrections that were taken back still hold until it is built anew
        return None
    found = _extraction(db, held)
    is_whole = ids.digest("findings", article_rows(found, run).findings) == findings
    return moved(found, article) if is_whole else None


def moved(extraction: Extraction, article: Article) -> Extraction:
    """Return what was found in an article as found in another of the very same text."""
    return replace(extraction, article=article, quotes=tuple(_moved(quote, article.id) for quote in extraction.quotes))


def _moved(quote: Quote, article_id: str) -> Quote:
    """Return a quote as one of another article: its identifier tells how many of the same words come before it."""
    occurrence = next(number for number in count() if ids.quote_id(quote.article_id, quote.text, number) == quote.id)
    return replace(quote, id=ids.quote_id(article_id, quote.text, occurrence), article_id=article_id)


def _extraction(db: Database, article: Article) -> Extraction:
    entities = {
        identifier: Entity(
            key=key, type=SpeakerType(kind), name=name, description=description,
            aliases=tuple(Alias(alias=alias, kind=MentionKind(of_kind), mentions=mentions)
                          for alias, of_kind, mentions in db.conn.execute(ALIASES, (identifier,))),
            roles=tuple(Role(role=role, affiliation=affiliation, role_class=of_class)
                        for role, affiliation, of_class in db.conn.execute(ROLES, (identifier,))),
        )
        for identifier, key, kind, name, description in db.conn.execute(ENTITIES, (article.id,)).fetchall()
    }
    return Extraction(
        article=article, quotes=tuple(_quote(db, quote, entities) for quote in stored.quotes(db.conn, QUOTES, [article.id])),
        entities=tuple(entities.values()), furniture=stored.furniture(db.conn, article.id))


def _quote(db: Database, found: stored.StoredQuote, entities: dict[str, Entity]) -> Quote:
    others = tuple(entities[row[0]] for row in db.conn.execute(OTHERS, (found.id,)))
    first = entities[found.entity_id]
    names = tuple(entity.name for entity in (first, *others) if entity.name)
    pieces: dict[str, list[CharSpan]] = {"content": [], "cue": [], "source": []}
    for kind, span in stored.spans(db.conn, found.id):
        pieces[kind].append(span)
    return Quote(
        id=found.id, article_id=found.article_id, entity_key=first.key, other_keys=tuple(other.key for other in others),
        kind=Kind(found.kind), form=Form(found.form), content=tuple(pieces["content"]), cue=tuple(pieces["cue"]),
        source=tuple(pieces["source"]), text=found.text, context=found.context, cue_text=found.cue, cue_lemma=found.cue_lemma,
        source_text=found.source, speaker="; ".join(names) or None, speakers=names,
        speaker_type=SpeakerType.GROUP if others else first.type, mention=MentionKind(found.mention), role=found.role,
        roles=tuple(dict.fromkeys(role.role for entity in (first, *others) for role in entity.roles)),
        affiliation=found.affiliation, confidence=found.confidence, speaker_confidence=found.speaker_confidence, rule=found.rule,
        terms=tuple(Term(term=row["term"], weight=row["weight"]) for row in stored.quote_terms(db.conn, found.id)),
        act=Act(found.act or Act.SAY), negated=bool(found.negated), lead=found.lead,
    )
