"""What the pages show over many rows, read from the database: functions of a connection that return records.

One quote, one article, one speaker are read by `quotes.store.stored`; lists, numbers and what belongs together are asked here.
Invariant: values are always bound; only names that stand in this file become SQL. A database for the public has no
`articles.text`; every query here works without it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quotes.publish.highlight import Mark
from quotes.store import attributes, stored
from quotes.store.fold import fold
from quotes.store.stored import columns, rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from quotes.records import CharSpan
    from quotes.store.attributes import Attribute
    from quotes.store.stored import StoredArticle, StoredQuote, StoredSpeaker

NEWEST_LOOKED_AT = 80
NEWEST_AN_ARTICLE = 2
ARTICLES_FOR_COMPANIONS = 400
# Names with other letters than ASCII's, which are few, are compared folded; `folded` is a function of our connections.
NOT_ASCII = "*[^ -~]*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """Somebody else of a speaker's name, and what articles most call them."""

    id: str
    name: str
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A speaker's row, and what belongs to it alone."""

    about: StoredSpeaker
    aliases: tuple[tuple[str, int], ...]
    roles: tuple[Mapping[str, Any], ...]
    terms: tuple[Mapping[str, Any], ...]
    companions: tuple[Mapping[str, Any], ...]
    namesakes: tuple[Namesake, ...]
    totals: Mapping[str, Any]
    attributes: tuple[Attribute, ...] = ()
    known_in: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article's row, its quotes, their spans and its site's own lines."""

    about: StoredArticle
    quotes: tuple[StoredQuote, ...]
    marks: tuple[Mark, ...]
    furniture: tuple[CharSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A speaker in a list of those quoted most."""

    id: str
    name: str
    type: str
    quotes: int
    outlets: int
    last_day: str | None = None
    role: str | None = None
    affiliation: str | None = None


def newest(connection: sqlite3.Connection, limit: int) -> tuple[StoredQuote, ...]:
    """Return the newest quotes, not more than two of one article; on the same day, direct and sure ones first."""
    found: list[StoredQuote] = []
    taken: dict[str, int] = {}
    tail = "where q.kind = 'speech' order by q.published_utc desc limit ?"
    looked_at = stored.quotes(connection, tail, [NEWEST_LOOKED_AT])
    for card in sorted(looked_at, key=lambda card: (card.published_utc or "", card.form == "direct", card.certainty),
                       reverse=True):
        taken[card.article_id] = taken.get(card.article_id, 0) + 1
        if taken[card.article_id] <= NEWEST_AN_ARTICLE:
            found.append(card)
    return tuple(found[:limit])


def count(connection: sqlite3.Connection, table: str) -> int:
    """Return the number of rows of one of our tables."""
    (found,) = connection.execute(f'select count(*) from "{table}"').fetchone()  # noqa: S608  our own names
    return int(found)


def ranked(connection: sqlite3.Connection, limit: int, offset: int = 0, kind: str = "",
           listed: tuple[str, Mapping[str, str]] = ("1", {})) -> list[Ranked]:
    """Return the speakers with a name who are quoted most, each with the role given most often.

    Args:
        connection: the database.
        limit: how many at most.
        offset: how many to leave out first.
        kind: only speakers of this type; "" for all with a name.
        listed: a condition of `lists.condition`, with its parameters.
    """
    found = rows(connection, f"""
        select s.id, s.name, s.type, t.quotes, t.outlets, t.last_day from speaker_totals t
        join speakers s on s.id = t.speaker_id
        where s.type != 'unnamed' and (:kind = '' or s.type = :kind) and {listed[0]}
        order by t.quotes desc, t.speaker_id limit :limit offset :offset
        """, {"kind": kind, "limit": limit, "offset": offset, **listed[1]})  # noqa: S608  our own words
    return [Ranked(**row, **_main_role(connection, row["id"])) for row in found]


def _main_role(connection: sqlite3.Connection, speaker_id: str) -> dict[str, Any]:
    found = rows(connection, "select role, affiliation from roles where speaker_id = ? "
                             "order by articles desc, last_seen desc, role limit 1", [speaker_id])
    return found[0] if found else {}


def topics(connection: sqlite3.Connection, limit: int) -> list[tuple[str, str, int]]:
    """Return the identifier, term and number of quotes of the topics that most quotes have."""
    return [(row["id"], row["term"], row["quotes"]) for row in rows(connection, """
        select t.id, t.term, c.quotes from facet_counts c join terms t on t.id = c.value
        where c.facet = 'term_id' order by c.quotes desc, c.value limit ?
        """, [limit])]


def count_named(connection: sqlite3.Connection) -> int:
    """Return the number of speakers who have a name."""
    (found,) = connection.execute("select count(*) from speakers where type != 'unnamed'").fetchone()
    return int(found)


def speakers_called(connection: sqlite3.Connection, name: str, limit: int) -> list[Ranked]:
    """Return the speakers one of whose spellings has the words of a name in it, most quoted first."""
    plain = fold(name)
    found = rows(connection, """
        select s.id, s.name, s.type, t.quotes, t.outlets, t.last_day from speakers s
        join speaker_totals t on t.speaker_id = s.id
        where s.type != 'unnamed' and (
            s.name like :name or s.name like :plain or (s.name glob :foreign and folded(s.name) like :plain)
            or s.id in (select speaker_id from aliases where alias like :name or alias like :plain
                        or (alias glob :foreign and folded(alias) like :plain)))
        order by t.quotes desc, s.name limit :limit
        """, {"name": _pattern(name), "plain": _pattern(plain) if plain else None, "foreign": NOT_ASCII,
                               "limit": limit})
    return [Ranked(**row, **_main_role(connection, row["id"])) for row in found]


def _pattern(words: str) -> str:
    return "%".join(("", *(word.replace("%", "").replace("_", "") for word in words.split()), ""))


def of_speakers(connection: sqlite3.Connection, speaker_ids: Iterable[str]) -> list[Ranked]:
    """Return speakers by their identifiers, in their order, each with the role given most often."""
    found = (rows(connection, "select s.id, s.name, s.type, t.quotes, t.outlets, t.last_day from speakers s "
                              "join speaker_totals t on t.speaker_id = s.id where s.id = ?", [each]) for each in speaker_ids)
    return [Ranked(**row, **_main_role(connection, row["id"])) for each in found for row in each]


def quotes_by(connection: sqlite3.Connection, speaker_ids: Iterable[str], *, limit: int, offset: int) -> tuple[StoredQuote, ...]:
    """Return quotes of any of some speakers as the first who speaks, newest first."""
    return stored.quotes(connection, "where q.speaker_id in (select value from json_each(:speakers)) "
                                     "order by q.published_utc desc, q.article_id, q.start limit :limit offset :offset",
                         {"speakers": json.dumps(list(speaker_ids)), "limit": limit, "offset": offset})


def names(connection: sqlite3.Connection, table: str, column: str, ids: Iterable[Any]) -> dict[Any, str]:
    """Return the names of rows by their identifiers."""
    wanted = list(ids)
    places = ", ".join("?" * len(wanted))
    sql = f'select id, "{column}" from "{table}" where id in ({places})'  # noqa: S608  our own names
    return {row[0]: row[1] for row in connection.execute(sql, wanted) if row[1]}


def speaker(connection: sqlite3.Connection, speaker_id: str) -> Speaker | None:
    """Return a speaker with spellings, roles, terms and the others quoted in the same articles."""
    about = stored.speaker(connection, speaker_id)
    if about is None:
        return None
    totals = rows(connection, "select quotes, words, direct, mixed, indirect, articles, outlets, first_day, last_day "
                              "from speaker_totals where speaker_id = ?", [speaker_id])
    return Speaker(
        about=about,
        aliases=stored.aliases(connection, speaker_id, limit=40),
        roles=tuple(_roles(connection, speaker_id)),
        terms=tuple(_terms(connection, speaker_id)),
        companions=tuple(_companions(connection, speaker_id)),
        namesakes=tuple(_namesakes(connection, about)),
        totals=totals[0] if totals else {},
        attributes=attributes.of_speaker(connection, speaker_id),
        known_in=_origin(connection, about.authority_id),
    )


def _origin(connection: sqlite3.Connection, authority_id: str | None) -> str | None:
    """Return the list that has an identifier."""
    found = rows(connection, "select origin from authorities where id = ?", [authority_id]) if authority_id else []
    return found[0]["origin"] if found else None


def _roles(connection: sqlite3.Connection, speaker_id: str) -> list[dict[str, Any]]:
    roles = rows(connection, "select id, role, affiliation, role_class, first_seen, last_seen, articles from roles "
                             "where speaker_id = ? order by last_seen desc, articles desc, role limit 40", [speaker_id])
    linked = bool(columns(connection, "affiliations"))
    for role in roles:
        role["outlets"] = sorted(row[0] for row in connection.execute(
            "select distinct o.name from quotes q join outlets o on o.id = q.outlet_id where q.role_id = ? limit 12",
            [role["id"]]))
        found = connection.execute("select speaker_id from affiliations where affiliation = ?",
                                   [role["affiliation"]]).fetchone() if linked else None
        role["body_id"] = found[0] if found else None
    return roles


def _namesakes(connection: sqlite3.Connection, about: StoredSpeaker) -> list[Namesake]:
    """Return other people of the very same name, the most quoted first."""
    found = rows(connection, "select s.id, s.name from speakers s left join speaker_totals t on t.speaker_id = s.id "
                             "where s.name = ? and s.type = ? and s.type = 'person' and s.id <> ? "
                             "order by t.quotes desc, s.id limit 10", [about.name, about.type, about.id])
    return [Namesake(**row, role=_main_role(connection, row["id"]).get("role")) for row in found]


def _terms(connection: sqlite3.Connection, speaker_id: str) -> list[dict[str, Any]]:
    if not columns(connection, "speaker_terms"):
        return []
    return rows(connection, "select t.id, t.term, st.quotes, st.weight from speaker_terms st "
                            "join terms t on t.id = st.term_id where st.speaker_id = ? "
                            "order by st.weight desc, t.term limit 18", [speaker_id])


def _companions(connection: sqlite3.Connection, speaker_id: str) -> list[dict[str, Any]]:
    return rows(connection, """
        with shared as (select distinct article_id from voices where speaker_id = :id limit :articles),
             there as (select q.id, q.speaker_id, q.article_id from shared join quotes q on q.article_id = shared.article_id),
             speaking as (select speaker_id, article_id from there
                          union select s.speaker_id, there.article_id from there join quote_speakers s on s.quote_id = there.id),
             others as (select speaker_id, count(*) as articles from speaking
                        where speaker_id != :id group by speaker_id order by 2 desc limit 40)
        select s.id, s.name, others.articles from others join speakers s on s.id = others.speaker_id
        where s.type != 'unnamed' order by others.articles desc, s.name limit 10
        """, {"id": speaker_id, "articles": ARTICLES_FOR_COMPANIONS})


def quotes_where(connection: sqlite3.Connection, filters: Mapping[str, str], search: str, *, limit: int,
                 offset: int) -> tuple[StoredQuote, ...]:
    """Return quotes that pass filters, most for equality of columns (`role` by its words), and a search, newest first.

    Args:
        connection: the database.
        filters: column -> value; columns are those of `FILTERS`.
        search: words that the quotes must contain; "" for no search.
        limit: how many quotes at most.
        offset: how many to leave out first.
    """
    conditions = [FILTERS[name] for name in filters if name != "speaker_id"]
    params: dict[str, Any] = {**filters, "limit": limit, "offset": offset}
    if search:
        conditions.append("q.rowid in (select rowid from quotes_fts where quotes_fts match escape_fts(:search))")
        params["search"] = search
    order = "order by q.published_utc desc, q.article_id, q.start"
    if "speaker_id" in filters:
        reach = f"{order} limit :offset + :limit"
        chosen = " union all ".join(
            f"select * from ({NUMBERED}{voice} and {' and '.join((*conditions, '1'))} {reach})"  # noqa: S608  our own words
            for voice in VOICES)
        page = f"select rowid from ({chosen}) q {order} limit :limit offset :offset"  # noqa: S608  our own words
        return stored.quotes(connection, f"where q.rowid in ({page}) {order}", params)
    where = f"where {' and '.join(conditions)} " if conditions else ""
    return stored.quotes(connection, f"{where}{order} limit :limit offset :offset", params)


def count_said(connection: sqlite3.Connection, filters: Mapping[str, str]) -> int:
    """Return how many quotes of a speaker (`speaker_id`) pass filters."""
    conditions = " and ".join(FILTERS[name] for name in filters if name != "speaker_id") or "1"
    chosen = " union all ".join(f"{NUMBERED}{voice} and {conditions}" for voice in VOICES)
    (found,) = connection.execute(f"select count(*) from ({chosen})", dict(filters)).fetchone()  # noqa: S608  our own words
    return int(found)


# The newest of a speaker's quotes are read in order from an index, those in which others speak first from theirs.
NUMBERED = "select q.rowid, q.published_utc, q.article_id, q.start from quotes q "
VOICES = (
    "where q.speaker_id = :speaker_id",
    "join quote_speakers s on s.quote_id = q.id where s.speaker_id = :speaker_id and s.speaker_id <> q.speaker_id",
)
FILTERS = {
    "outlet_id": "q.outlet_id = :outlet_id",
    "form": "q.form = :form",
    "act": "q.act = :act",
    "negated": "q.negated = :negated",
    "kind": "q.kind = :kind",
    "month": "q.month = :month",
    "day": "q.day = :day",
    "mention": "q.mention = :mention",
    "role": "q.role = :role",
    "topic": "q.id in (select quote_id from quote_terms where term_id = :topic)",
    # Words of the text, or a topic in the form that it is stored in: articles say "bearings", the topic is "bearing".
    "about": "(q.rowid in (select rowid from quotes_fts where quotes_fts match '{text folded} : (' || escape_fts(:about) || ')')"
             " or q.id in (select quote_id from quote_terms where term_id in (select id from terms where term = lower(:about))))",
    "since": "q.day >= :since",
    "until": "q.day <= :until",
}


def matching_rowids(connection: sqlite3.Connection, search: str, speaker_id: str) -> list[int]:
    """Return the row numbers of a speaker's quotes that a search finds."""
    return [row[0] for row in connection.execute(
        "select rowid from quotes where id in (select quote_id from voices where speaker_id = ?) "
        "and rowid in (select rowid from quotes_fts where quotes_fts match escape_fts(?))", [speaker_id, search])]


def article(connection: sqlite3.Connection, article_id: str) -> Article | None:
    """Return an article with its quotes, their spans and its site furniture."""
    about = stored.article(connection, article_id)
    if about is None:
        return None
    quotes = stored.quotes_of(connection, article_id)
    marks = tuple(mark for quote in quotes for mark in _marks(quote, stored.spans(connection, quote.id)))
    return Article(about=about, quotes=quotes, marks=marks, furniture=stored.furniture(connection, article_id))


def _marks(quote: StoredQuote, spans: Sequence[tuple[str, CharSpan]]) -> Iterator[Mark]:
    last = {kind: span.end for kind, span in spans}
    for kind, (start, end) in spans:
        yield Mark(quote_id=quote.id, speaker_id=quote.speaker_id, kind=kind, start=start, end=end, label=quote.speaker,
                   is_last=end == last[kind])


def run(connection: sqlite3.Connection, run_id: str | None) -> dict[str, Any]:
    """Return what ran, or nothing."""
    found = rows(connection, "select * from runs where id = ?", [run_id]) if run_id else []
    return found[0] if found else {}
