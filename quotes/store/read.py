"""Rows into records and numbers. Nothing here writes, but for temporary tables of the connection's own.

Invariant: what is read follows from the rows alone, in an order that follows from them, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from quotes.errors import StoreError
from quotes.records import (
    Act,
    Alias,
    Article,
    Authority,
    CharSpan,
    Correction,
    CorrectionKind,
    Entity,
    Extraction,
    Form,
    Judgement,
    Kind,
    MentionKind,
    Position,
    PublishedFrom,
    Quote,
    Rename,
    Retype,
    Role,
    Run,
    SpeakerTerm,
    SpeakerType,
    StoredEntity,
    Term,
    Verdict,
)
from quotes.store import stored
from quotes.store.anchors import anchors_of
from quotes.store.connection import WITHOUT_TEXTS, location, named_errors
from quotes.store.fold import fold
from quotes.store.rows import fingerprint
from quotes.store.schema import sql
from quotes.store.uncorrected import is_known, remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlite_utils import Database

    from quotes.store.stored import StoredArticle, StoredQuote

# Greater than every character of an identifier: the end of the range of those that start alike.
LAST = "\U0010ffff"


class Grouping(StrEnum):
    """What `quotes stats --by` counts by."""

    ROLE = "role"
    OUTLET = "outlet"
    MONTH = "month"
    FORM = "form"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerStatistics:
    """A speaker's numbers: quotes, their words and forms, articles, families of articles and outlets, first and last day."""

    speaker_id: str
    name: str
    type: str
    authority_id: str | None
    role: str | None
    affiliation: str | None
    quotes: int
    words: int
    direct: int
    mixed: int
    indirect: int
    articles: int
    families: int
    outlets: int
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStatistics:
    """The numbers of the quotes that share a value: a role (with its affiliation), an outlet, a month, a form or an act.

    `speaker_id` and `name` are None where all speakers are counted together; `value` is None for quotes that have none.
    """

    speaker_id: str | None
    name: str | None
    value: str | None
    affiliation: str | None
    quotes: int
    words: int
    direct: int
    mixed: int
    indirect: int
    articles: int
    families: int
    speakers: int
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an identifier names: an article, or a quote of it."""

    article_id: str
    quote_id: str | None = None


@named_errors
def made_by(db: Database, article: Article) -> str | None:
    """Return the run that made what the database holds of an article as it is now; None if it holds another, or none."""
    row = db.conn.execute("SELECT fingerprint, run_id FROM articles WHERE id = ?", (article.id,)).fetchone()
    return row[1] if row is not None and row[0] == fingerprint(article, corrections_of(db, article.id)) else None


@named_errors
def articles_to_correct(db: Database) -> Iterator[Article]:
    """Yield the articles whose corrections changed since they were written: they are to be extracted again."""
    named = "SELECT DISTINCT article_id FROM corrections ORDER BY article_id"
    for (article_id,) in db.conn.execute(named).fetchall():
        article = stored_article(db, article_id)
        if article is not None:
            (mark,) = db.conn.execute("SELECT fingerprint FROM articles WHERE id = ?", (article_id,)).fetchone()
            if mark != fingerprint(article, corrections_of(db, article_id)) or not is_known(db.conn, article_id):
                yield article


@named_errors
def articles_to_part(db: Database, run_id: str) -> Iterator[Article]:
    """Yield the articles in which another run, of an older version, made one speaker of several: they are due."""
    for (article_id,) in db.conn.execute(sql("joint_articles"), {"run_id": run_id}).fetchall():
        article = stored_article(db, article_id)
        if article is not None:
            yield article


@named_errors
def stored_article(db: Database, article_id: str) -> Article | None:
    """Return an article as it was stored, or None."""
    found = stored.article(db.conn, article_id)
    return None if found is None else _article(db, found)


@named_errors
def stale(db: Database) -> frozenset[str]:
    """Return what has to be computed over all articles before the database is complete: "speakers", "terms"."""
    return frozenset(row[0] for row in db.conn.execute("SELECT what FROM stale"))


@named_errors
def articles(db: Database) -> Iterator[Article]:
    """Yield all articles in the order of their identifiers."""
    for found in stored.articles(db.conn, "ORDER BY a.id"):
        yield _article(db, found)


@named_errors
def entities(db: Database) -> Iterator[StoredEntity]:
    """Yield the speakers of single articles in the order of their identifiers: what resolution decides over."""
    aliases = _grouped(
        db, "SELECT entity_id, alias, kind, mentions FROM entity_aliases ORDER BY entity_id, alias, kind"
    )
    roles = _grouped(
        db, "SELECT entity_id, role, affiliation, role_class FROM entity_roles ORDER BY entity_id, position"
    )
    sources = _grouped(
        db, "SELECT DISTINCT entity_id, source FROM quotes WHERE mention = 'name' AND source IS NOT NULL ORDER BY 1, 2"
    )
    for row in db.conn.execute(sql("entities")):
        identifier, article_id, kind, name, description, published, outlet_id, quotes, speaker_id = row
        yield StoredEntity(
            id=identifier, article_id=article_id, type=SpeakerType(kind), name=name, description=description,
            aliases=_aliases(aliases.take(identifier)), roles=_roles(roles.take(identifier)),
            sources=tuple(str(source) for source, in sources.take(identifier)), published=published,
            outlet_id=outlet_id, quotes=quotes, speaker_id=speaker_id,
        )


class _grouped:  # noqa: N801  used like a function
    """The rows of a query ordered by their first column, handed out group by group beside another ordered query."""

    def __init__(self, db: Database, statement: str) -> None:
        self._groups = groupby(db.conn.execute(statement), key=lambda row: row[0])
        self._next = next(self._groups, None)

    def take(self, key: str) -> list[Sequence[Any]]:
        """Return the rows of a key, without it; keys are asked for in order."""
        if self._next is None or self._next[0] != key:
            return []
        rows = [row[1:] for row in self._next[1]]
        self._next = next(self._groups, None)
        return rows


@named_errors
def extraction(db: Database, article_id: str) -> Extraction:
    """Return an article with everything found in it; its quotes name speakers as they are called over all articles.

    Raises:
        StoreError: there is no such article.
    """
    article = stored_article(db, article_id)
    if article is None:
        raise StoreError(f"{location(db)}: has no article {article_id!r}; look one up with `quotes serve`")
    found = {
        identifier: Entity(
            key=key, type=SpeakerType(kind), name=name, description=description,
            aliases=_aliases(db.conn.execute(
                "SELECT alias, kind, mentions FROM entity_aliases WHERE entity_id = ? ORDER BY alias, kind",
                (identifier,),
            ).fetchall()),
            roles=_roles(db.conn.execute(
                "SELECT role, affiliation, role_class FROM entity_roles WHERE entity_id = ? ORDER BY position",
                (identifier,),
            ).fetchall()),
        )
        for identifier, key, kind, name, description in db.conn.execute(
            "SELECT id, key, type, name, description FROM entities WHERE article_id = ? ORDER BY key", (article_id,)
        ).fetchall()
    }
    return Extraction(
        article=article,
        quotes=tuple(_quote(db, quote, found) for quote in stored.quotes_of(db.conn, article_id)),
        entities=tuple(found.values()),
        furniture=stored.furniture(db.conn, article_id),
    )


@named_errors
def extraction_found(db: Database, article_id: str) -> Extraction | None:
    """Return what the program found in an article, without people's corrections; None where that is no longer known.

    It is not where there is no such article, nor where an older version stored the article corrected.
    """
    article = stored_article(db, article_id)
    if article is None:
        return None
    if not is_known(db.conn, article_id):
        return None
    return remembered(db.conn, article) or extraction(db, article_id)


@named_errors
def run_of(db: Database, article_id: str) -> Run | None:
    """Return what made the rows of an article."""
    row = db.conn.execute(
        "SELECT runs.id, runs.version, runs.model, runs.tagger, runs.settings FROM runs "
        "JOIN articles ON articles.run_id = runs.id WHERE articles.id = ?", (article_id,)).fetchone()
    return None if row is None else Run(id=row[0], version=row[1], model=row[2], tagger=row[3], settings=row[4])


@named_errors
def retypes(db: Database, *, superseded: bool = False) -> Iterator[Retype]:
    """Yield people's decisions on what speakers are in the order they were made: those that hold, or all."""
    for speaker_id, kind, who, made_at, superseded_at in db.conn.execute(
        "SELECT speaker_id, type, who, made_at, superseded_at FROM retypes "
        "WHERE ? OR superseded_at IS NULL ORDER BY made_at, id", (superseded,)
    ):
        yield Retype(speaker_id=speaker_id, type=SpeakerType(kind), who=who, made_at=made_at, superseded_at=superseded_at)


@named_errors
def find(db: Database, identifier: str) -> Found:
    """Return the article or quote that an identifier, or the beginning of just one, names.

    Raises:
        StoreError: nothing has an identifier that begins so, or several have.
    """
    exact = _found(db, "id = ?", (identifier,))
    starting = _found(db, "id >= ? AND id < ?", (identifier, identifier + LAST)) if identifier else []
    if exact or len(starting) == 1:
        return (exact or starting)[0]
    if not starting:
        raise StoreError(f"{location(db)}: has no article or quote {identifier!r}; look one up with `quotes serve`")
    some = ", ".join(found.quote_id or found.article_id for found in starting[:3])
    raise StoreError(f"{location(db)}: several identifiers begin with {identifier!r} ({some}, ...); write more of it")


def _found(db: Database, condition: str, values: tuple[str, ...]) -> list[Found]:
    return [
        *(Found(article_id=row[0]) for row in db.conn.execute(
            f"SELECT id FROM articles WHERE {condition} ORDER BY id LIMIT 4", values)),  # noqa: S608  constants
        *(Found(article_id=row[0], quote_id=row[1]) for row in db.conn.execute(
            f"SELECT article_id, id FROM quotes WHERE {condition} ORDER BY id LIMIT 4", values)),  # noqa: S608
    ]


@named_errors
def find_speakers(db: Database, name: str) -> tuple[str, ...]:
    """Return the identifiers of the speakers of a name, whatever its case, accents and script.

    An identifier finds its speaker, also one that is forwarded. Speakers who are called so, by name or alias, go before
    those whose names hold its words among others.

    Raises:
        StoreError: the database cannot be read.
    """
    known = db.conn.execute(
        "SELECT id FROM speakers WHERE id = ?1 UNION SELECT speaker_id FROM speaker_redirects WHERE old_id = ?1",
        (name,),
    ).fetchall()
    folded = fold(name)
    if known or not folded:
        return tuple(row[0] for row in known)
    words = "speaker : (" + " ".join(f'"{word}"' for word in folded.split()) + ")"
    called = db.conn.execute(sql("speakers_named"), {"words": words}).fetchall()
    exact = {speaker_id for speaker_id, alias in called if fold(alias) == folded}
    return tuple(sorted(exact or _with_words(called, set(folded.split()))))


def _with_words(called: Iterable[tuple[str, str]], words: set[str]) -> set[str]:
    """Return the speakers whose own names hold the words, of those who speak where somebody's names do; else all of them."""
    own: dict[str, set[str]] = {}
    for speaker_id, alias in called:
        own.setdefault(speaker_id, set()).update(fold(alias).split())
    return {speaker_id for speaker_id, held in own.items() if words <= held} or {*own}


@named_errors
def speaker_statistics(db: Database, speakers: Sequence[str] | None = None) -> Iterator[SpeakerStatistics]:
    """Yield the numbers of speakers, those quoted most first: of all, or of those with these identifiers."""
    choose(db, speakers)
    for row in db.conn.execute(sql("speaker_statistics"), {"everyone": speakers is None}):
        yield SpeakerStatistics(**dict(zip(SpeakerStatistics.__slots__, row, strict=True)))


@named_errors
def grouped_statistics(
    db: Database, by: Grouping, speakers: Sequence[str] | None = None
) -> Iterator[GroupStatistics]:
    """Yield numbers of quotes by role, outlet, month, form or act: of all speakers together, or of each of these."""
    choose(db, speakers)
    for row in db.conn.execute(sql("grouped_statistics"), {"everyone": speakers is None, "by": str(by)}):
        yield GroupStatistics(**dict(zip(GroupStatistics.__slots__, row, strict=True)))


def choose(db: Database, speakers: Sequence[str] | None) -> None:
    """Put the identifiers of these speakers into the temporary table `chosen`, which the statistics heed."""
    db.conn.execute("DROP TABLE IF EXISTS temp.chosen")
    db.conn.execute("CREATE TEMP TABLE chosen (speaker_id TEXT PRIMARY KEY)")
    db.conn.executemany("INSERT OR IGNORE INTO temp.chosen VALUES (?)", [(speaker,) for speaker in speakers or ()])


@named_errors
def speaker_quote_terms(db: Database) -> Iterator[SpeakerTerm]:
    """Yield, for each speaker and term, the quotes it stands in and the sum of its weights: what terms are judged by."""
    for speaker_id, term, quotes, weight in db.conn.execute(sql("speaker_quote_terms")):
        yield SpeakerTerm(speaker_id=speaker_id, term=term, quotes=quotes, weight=weight)


@named_errors
def speaker_terms(db: Database, speaker_id: str, limit: int = 20) -> tuple[SpeakerTerm, ...]:
    """Return a speaker's key terms, the most telling first."""
    rows = db.conn.execute(
        "SELECT speaker_terms.speaker_id, terms.term, speaker_terms.quotes, speaker_terms.weight FROM speaker_terms "
        "JOIN terms ON terms.id = speaker_terms.term_id WHERE speaker_id = ? ORDER BY weight DESC, term LIMIT ?",
        (speaker_id, limit),
    )
    return tuple(SpeakerTerm(speaker_id=row[0], term=row[1], quotes=row[2], weight=row[3]) for row in rows)


@named_errors
def judgements(db: Database, *, superseded: bool = False) -> Iterator[Judgement]:
    """Yield people's decisions on pairs of speakers in the order they were made: those that hold, or all."""
    for row in db.conn.execute(
        "SELECT left_id, right_id, judgement, score, reasons, who, made_at, superseded_at FROM judgements "
        "WHERE ? OR superseded_at IS NULL ORDER BY made_at, id", (superseded,)
    ):
        left_id, right_id, judgement, score, reasons, who, made_at, superseded_at = row
        yield Judgement(left_id=left_id, right_id=right_id, judgement=Verdict(judgement), score=score, reasons=reasons,
                        who=who, made_at=made_at, superseded_at=superseded_at)


@named_errors
def renames(db: Database, *, superseded: bool = False) -> Iterator[Rename]:
    """Yield people's decisions on names in the order they were made: those that hold, or all."""
    for speaker_id, name, who, made_at, superseded_at in db.conn.execute(
        "SELECT speaker_id, name, who, made_at, superseded_at FROM renames "
        "WHERE ? OR superseded_at IS NULL ORDER BY made_at, id", (superseded,)
    ):
        yield Rename(speaker_id=speaker_id, name=name, who=who, made_at=made_at, superseded_at=superseded_at)


@named_errors
def corrections(db: Database, *, superseded: bool = False) -> Iterator[Correction]:
    """Yield people's corrections of quotes in the order they were made: those that hold, or all."""
    return _corrections(db, "? OR superseded_at IS NULL", (superseded,))


@named_errors
def corrections_of(db: Database, article_id: str) -> tuple[Correction, ...]:
    """Return the corrections of an article's quotes that hold, in the order they were made, with their anchors."""
    held = tuple(_corrections(db, "article_id = ? AND superseded_at IS NULL", (article_id,)))
    anchors = anchors_of(db.conn, article_id) if held else {}
    found = ((each, *anchors.get(each.id or "", (None, ()))) for each in held)
    return tuple(replace(each, anchor=anchor, spans=spans) for each, anchor, spans in found)


@named_errors
def corrections_not_found(db: Database) -> Iterator[tuple[Correction, str]]:
    """Yield the corrections that hold and find nothing any more, each with what is missing: the article, quote or span.

    A quote that a person said is none is not there because of that.
    """
    missing = dict(db.conn.execute("SELECT correction_id, missing FROM corrections_not_found"))
    there = {row[0] for row in db.conn.execute(
        "SELECT corrections.id FROM corrections JOIN articles ON articles.id = corrections.article_id")}
    for each in _corrections(db, "superseded_at IS NULL", ()):
        what = missing.get(each.id or "") if each.id in there else "article"
        if what is not None:
            yield each, what


@named_errors
def decisions_not_found(db: Database) -> Iterator[tuple[str, str]]:
    """Yield who decided, and on whom, of decisions on one article's speaker who is no longer found in it."""
    yield from db.conn.execute(sql("decisions_not_found"))


@named_errors
def _corrections(db: Database, condition: str, values: tuple[Any, ...]) -> Iterator[Correction]:
    for identifier, quote_id, kind, value, who, made_at, superseded_at in db.conn.execute(
        "SELECT id, quote_id, kind, value, who, made_at, superseded_at FROM corrections "  # noqa: S608  constants
        f"WHERE {condition} ORDER BY made_at, id", values
    ):
        yield Correction(quote_id=quote_id, kind=CorrectionKind(kind), value=value, who=who, made_at=made_at,
                         superseded_at=superseded_at, id=identifier)


@named_errors
def authorities(db: Database) -> Iterator[Authority]:
    """Yield the known people and organisations of all authority files in the order of their identifiers."""
    names = _grouped(db, "SELECT authority_id, name FROM authority_names ORDER BY authority_id, name")
    attributes = _grouped(db, "SELECT authority_id, name, value FROM authority_attributes ORDER BY 1, list, 2, 3")
    positions = _grouped(
        db, "SELECT authority_id, position, affiliation, since, until FROM authority_positions ORDER BY 1, 2, 3, 4, 5"
    )
    for identifier, name, kind, description, origin in db.conn.execute(
        "SELECT id, name, type, description, origin FROM authorities ORDER BY id"
    ):
        yield Authority(
            id=identifier, name=name, type=SpeakerType(kind), description=description, origin=origin,
            names=tuple(row[0] for row in names.take(identifier)),
            positions=tuple(
                Position(position=row[0], affiliation=row[1], since=row[2], until=row[3])
                for row in positions.take(identifier)
            ),
            attributes=tuple(dict.fromkeys((row[0], row[1]) for row in attributes.take(identifier))),
        )


def _article(db: Database, found: StoredArticle) -> Article:
    """Return a stored article as it was read.

    Raises:
        StoreError: the database has no texts.
    """
    if found.text is None:
        raise StoreError(WITHOUT_TEXTS.format(path=location(db)))
    return Article(
        id=found.id, text=found.text, title=found.title, outlet=found.outlet_spelling, url=found.url, author=found.author,
        published=found.published, published_from=None if found.published_from is None else PublishedFrom(found.published_from),
        origin=found.origin,
        language=found.language, reader=found.reader, mended=found.mended, input_sha256=found.input_sha256,
    )


def _quote(db: Database, found: StoredQuote, entities: Mapping[str, Entity]) -> Quote:
    members = [row[0] for row in db.conn.execute(
        "SELECT entity_id FROM quote_entities WHERE quote_id = ? ORDER BY place", (found.id,))]
    entity, *others = (entities[member] for member in members or [found.entity_id])
    names = tuple(name for name, kind in found.named if kind != SpeakerType.UNNAMED)
    pieces: dict[str, list[CharSpan]] = {"content": [], "cue": [], "source": []}
    for kind, span in stored.spans(db.conn, found.id):
        pieces[kind].append(span)
    return Quote(
        id=found.id, article_id=found.article_id, entity_key=entity.key, kind=Kind(found.kind), form=Form(found.form),
        content=tuple(pieces["content"]), cue=tuple(pieces["cue"]), source=tuple(pieces["source"]), text=found.text,
        context=found.context, cue_text=found.cue, cue_lemma=found.cue_lemma, source_text=found.source,
        speaker="; ".join(names) or None, speakers=names, other_keys=tuple(each.key for each in others),
        speaker_type=SpeakerType.GROUP if found.others else SpeakerType(found.speaker_type),
        mention=MentionKind(found.mention), role=found.role,
        roles=tuple(dict.fromkeys(held.role for each in (entity, *others) for held in each.roles)),
        affiliation=found.affiliation, confidence=found.confidence,
        speaker_confidence=found.speaker_confidence, rule=found.rule,
        terms=tuple(Term(term=row["term"], weight=row["weight"]) for row in stored.quote_terms(db.conn, found.id)),
        act=Act(found.act or Act.SAY), negated=bool(found.negated), lead=found.lead,
    )


def _aliases(rows: Sequence[Sequence[Any]]) -> tuple[Alias, ...]:
    return tuple(Alias(alias=alias, kind=MentionKind(kind), mentions=mentions) for alias, kind, mentions in rows)


def _roles(rows: Sequence[Sequence[Any]]) -> tuple[Role, ...]:
    return tuple(Role(role=role, affiliation=affiliation, role_class=kind) for role, affiliation, kind in rows)
