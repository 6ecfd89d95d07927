"""One quote, one article, one speaker as the database has them: what reads each of them, for pages and for commands.

All are functions of a plain connection, so that a reader of Datasette's can call them. Invariants: values are always bound;
every order follows from the rows; what a database for the public leaves out (the articles' texts, the lines that are a
site's own) is None or empty here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quotes import said
from quotes.records import CharSpan, SpeakerType

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

OUR_TABLES = frozenset({"articles", "outlets", "quotes", "roles", "spans", "speakers"})
# The `rule` of quotes that a person set right.
CORRECTED = "corrected"
ALL = -1  # SQLite's limit that is none

QUOTE = """
SELECT q.id, q.text, q.kind, q.form, q.cue, q.cue_lemma, q.source, q.mention, q.published, q.published_utc, q.day,
       q.confidence, q.rule, q.words, q.context, q.article_id, a.title AS article, a.url, a.author, q.outlet_id, o.name AS outlet,
       q.speaker_id, s.name AS speaker, s.type AS speaker_type, q.role_id, q.role, q.affiliation, q.role_class, q.entity_id,
       q.run_id, q.start, q."end", q.act, q.negated, q.words_said, q.lead, q.speaker_confidence, (
           SELECT json_group_array(json_array(id, name, type)) FROM (
               SELECT s2.id, s2.name, s2.type FROM quote_speakers qs JOIN speakers s2 ON s2.id = qs.speaker_id
               WHERE qs.quote_id = q.id AND qs.speaker_id <> q.speaker_id ORDER BY qs.place)) AS others
FROM quotes q
JOIN speakers s ON s.id = q.speaker_id
LEFT JOIN articles a ON a.id = q.article_id
LEFT JOIN outlets o ON o.id = q.outlet_id
"""
ARTICLE = """
SELECT a.id, a.title, a.outlet_id, o.name AS outlet, a.outlet_spelling, a.published, a.published_from, a.url, a.author, a.words,
       {text} AS text, a.origin, a.language, a.reader, a.mended, {input_sha256} AS input_sha256
FROM articles a
LEFT JOIN outlets o ON o.id = a.outlet_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuote:
    """A quote with the names of all it refers to; `start` and `end` are those of its content, in code points.

    `speaker` and what belongs to it are the first speaker's; `others` are those who speak with her or him.
    """

    id: str
    text: str
    kind: str
    form: str
    cue: str | None
    cue_lemma: str | None
    source: str | None
    mention: str
    published: str | None
    published_utc: str | None
    day: str | None
    confidence: float | None
    rule: str
    words: int
    context: str
    article_id: str
    article: str | None
    url: str | None
    author: str | None
    outlet_id: str | None
    outlet: str | None
    speaker_id: str
    speaker: str
    speaker_type: str
    role_id: str | None
    role: str | None
    affiliation: str | None
    role_class: str | None
    entity_id: str
    run_id: str
    start: int
    end: int
    act: str | None
    negated: int | None
    words_said: str
    lead: str | None
    speaker_confidence: float | None
    others: tuple[StoredSpeaker, ...]

    @property
    def certainty(self) -> float:
        """How likely words and speaker are both right, from 0 to 1; 0 where nothing measured the words."""
        return (self.confidence or 0) * (1 if self.speaker_confidence is None else self.speaker_confidence)

    @property
    def is_corrected(self) -> bool:
        """Whether a person set something right in it."""
        return self.rule == CORRECTED

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """All speakers: the name and type of each."""
        return ((self.speaker, self.speaker_type), *((other.name, other.type) for other in self.others))

    @property
    def speakers(self) -> str:
        """The names of all speakers, joined by "; "."""
        return "; ".join(name for name, _ in self.named)

    @property
    def read_from(self) -> str | None:
        """The words of the source that were read as the speakers; None where they name them, or nobody has a name."""
        named = bool(self.others) or self.speaker_type not in (SpeakerType.UNNAMED, SpeakerType.DOCUMENT)
        return said.read_from(self.mention, self.source, self.speaker) if named else None

    def called(self, role: str | None = None) -> str:
        """Return the names of all speakers as one writes them: "Ann Lee (mayor), Bo Dahl and Cy Park".

        Args:
            role: the role to say; it is the first speaker's.
        """
        first, *others = (name for name, _ in self.named)
        *before, last = (f"{first} ({role})" if role else first, *others)
        return f"{', '.join(before)} and {last}" if before else last


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article's row; `outlet` is the outlet's name, `outlet_spelling` what the article calls it."""

    id: str
    title: str | None
    outlet_id: str | None
    outlet: str | None
    outlet_spelling: str | None
    published: str | None
    published_from: str | None
    url: str | None
    author: str | None
    words: int
    text: str | None
    origin: str | None
    language: str | None
    reader: str | None
    mended: str | None
    input_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSpeaker:
    """A speaker's row."""

    id: str
    name: str
    type: str
    authority_id: str | None = None


def rows(connection: sqlite3.Connection, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
    """Return a query's rows as dictionaries."""
    return list(_rows(connection, query, params))


def _rows(connection: sqlite3.Connection, query: str, params: Sequence[Any] | Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(query, params)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def tables(connection: sqlite3.Connection) -> set[str]:
    """Return the names of a database's tables."""
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """Return the names of a table's columns; none if there is no such table."""
    return {row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", [table])}


def quotes(connection: sqlite3.Connection, tail: str, params: Sequence[Any] | Mapping[str, Any]) -> tuple[StoredQuote, ...]:
    """Return the quotes that a condition and order choose, written by the caller for `QUOTE`."""
    return tuple(StoredQuote(**(row | {"others": _others(row["others"])})) for row in _rows(connection, QUOTE + tail, params))


def _others(found: str) -> tuple[StoredSpeaker, ...]:
    return tuple(StoredSpeaker(id=id_, name=name, type=kind) for id_, name, kind in json.loads(found))


def quote(connection: sqlite3.Connection, quote_id: str) -> StoredQuote | None:
    """Return one quote."""
    return next(iter(quotes(connection, "WHERE q.id = ?", [quote_id])), None)


def quotes_of(connection: sqlite3.Connection, article_id: str) -> tuple[StoredQuote, ...]:
    """Return an article's quotes in the order of its text."""
    return quotes(connection, 'WHERE q.article_id = ? ORDER BY q.start, q."end", q.id', [article_id])


def spans(connection: sqlite3.Connection, quote_id: str) -> list[tuple[str, CharSpan]]:
    """Return the pieces of a quote, each with what it is: content, cue or source."""
    return [(kind, CharSpan(start, end)) for kind, start, end in connection.execute(
        'SELECT kind, start, "end" FROM spans WHERE quote_id = ? ORDER BY kind, piece', [quote_id])]


def quote_terms(connection: sqlite3.Connection, quote_id: str, limit: int = ALL) -> list[dict[str, Any]]:
    """Return a quote's topics (id, term, weight), the most telling first."""
    if not columns(connection, "quote_terms"):
        return []
    return rows(connection, "SELECT t.id, t.term, qt.weight FROM quote_terms qt JOIN terms t ON t.id = qt.term_id "
                            "WHERE qt.quote_id = ? ORDER BY qt.weight DESC, t.term LIMIT ?", [quote_id, limit])


def articles(connection: sqlite3.Connection, tail: str, params: Sequence[Any] = ()) -> Iterator[StoredArticle]:
    """Yield the articles that a condition and order choose, written by the caller for `ARTICLE`."""
    kept = columns(connection, "articles")
    private = {name: f"a.{name}" if name in kept else "NULL" for name in ("text", "input_sha256")}
    return (StoredArticle(**row) for row in _rows(connection, ARTICLE.format(**private) + tail, params))


def article(connection: sqlite3.Connection, article_id: str) -> StoredArticle | None:
    """Return one article."""
    return next(articles(connection, "WHERE a.id = ?", [article_id]), None)


def furniture(connection: sqlite3.Connection, article_id: str) -> tuple[CharSpan, ...]:
    """Return the lines of an article that are its site's own."""
    if not columns(connection, "furniture"):
        return ()
    return tuple(CharSpan(*span) for span in connection.execute(
        'SELECT start, "end" FROM furniture WHERE article_id = ? ORDER BY start', [article_id]))


def speaker(connection: sqlite3.Connection, speaker_id: str) -> StoredSpeaker | None:
    """Return one speaker."""
    found = rows(connection, "SELECT id, name, type, authority_id FROM speakers WHERE id = ?", [speaker_id])
    return StoredSpeaker(**found[0]) if found else None


def aliases(connection: sqlite3.Connection, speaker_id: str, limit: int = ALL) -> tuple[tuple[str, int], ...]:
    """Return a speaker's spellings, each with how often it stands in the articles, most first."""
    return tuple((alias, mentions) for alias, mentions in connection.execute(
        "SELECT alias, mentions FROM aliases WHERE speaker_id = ? ORDER BY mentions DESC, alias LIMIT ?", [speaker_id, limit]))


def redirected(connection: sqlite3.Connection, old_id: str) -> str | None:
    """Return the identifier that an old identifier of a speaker now has, or None."""
    if not columns(connection, "speaker_redirects"):
        return None
    row = connection.execute("SELECT speaker_id FROM speaker_redirects WHERE old_id = ?", [old_id]).fetchone()
    return None if row is None else str(row[0])
