"""What a page and what a command says of a quote, an article or a speaker is read by one query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quotes.errors import StoreError
from quotes.store import read, speakers, stored

if TYPE_CHECKING:
    from sqlite_utils import Database


def test_pages_and_commands_see_the_same_quotes(db: Database) -> None:
    for article in read.articles(db):
        found = read.extraction(db, article.id)
        shown = stored.quotes_of(db.conn, article.id)
        assert [(quote.id, quote.text, quote.role, quote.confidence) for quote in shown] == [
            (quote.id, quote.text, quote.role, quote.confidence) for quote in found.quotes]
        assert [quote.speaker for quote in found.quotes if quote.speaker] == [
            quote.speaker for quote in shown if quote.speaker_type != "unnamed"]
        for quote in found.quotes:
            pieces = [span for kind, span in stored.spans(db.conn, quote.id) if kind == "content"]
            assert tuple(pieces) == quote.content


def test_pages_and_commands_see_the_same_speaker(db: Database) -> None:
    (speaker_id,) = db.conn.execute("SELECT id FROM speakers WHERE type = 'person' ORDER BY id").fetchone()
    details, row = speakers.details(db, speaker_id), stored.speaker(db.conn, speaker_id)
    assert row is not None
    assert (details.id, details.name, details.type) == (row.id, row.name, row.type)
    assert details.aliases == stored.aliases(db.conn, speaker_id)
    assert stored.aliases(db.conn, speaker_id, limit=1) == details.aliases[:1]


def test_a_page_does_without_the_texts_that_a_command_asks_for(db: Database) -> None:
    (article_id,) = db.conn.execute("SELECT id FROM articles ORDER BY id").fetchone()
    db.conn.execute("ALTER TABLE articles DROP COLUMN text")
    shown = stored.article(db.conn, article_id)
    assert shown is not None
    assert shown.text is None
    with pytest.raises(StoreError, match="made by `quotes export`, without the articles' texts"):
        read.stored_article(db, article_id)


@pytest.mark.parametrize("hostile", ["' OR 1=1 --", "%", "\x00", "x" * 10_000], ids=["SQL", "a pattern", "a null", "a long one"])
def test_an_identifier_is_a_value_and_nothing_else(db: Database, hostile: str) -> None:
    assert stored.quote(db.conn, hostile) is None
    assert stored.article(db.conn, hostile) is None
    assert stored.speaker(db.conn, hostile) is None
    assert stored.redirected(db.conn, hostile) is None
    assert stored.quotes_of(db.conn, hostile) == ()
    assert stored.spans(db.conn, hostile) == []
