"""One article's findings as rows of tables: pure functions, the shape that `write` stores and compares.

Invariants: rows follow from the records alone; what SQLite could not give back as it came (a lone surrogate, a NUL,
which ends a string for `substr`) is refused in the text and written out as an escape in what describes it; offsets are
those of the records.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from quotes import ids
from quotes.errors import ArticleError
from quotes.records import MentionKind, Role
from quotes.store.anchors import found_again, with_keys
from quotes.store.corrections import corrected
from quotes.store.fold import fold, search_fold, search_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from quotes.records import Article, Correction, Entity, EntityAnchor, Extraction, Quote, Run

Row = tuple[Any, ...]
Key = TypeVar("Key")

NAMING = frozenset({MentionKind.NAME, MentionKind.SURNAME, MentionKind.ORGANIZATION})
UNNAMED = "unnamed source"
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MONTH = re.compile(r"\d{4}-\d\d")


# The columns of each row, and the order in which the tables of an article are filled: what is referred to comes first.
COLUMNS = {
    "articles": (
        "id", "title", "outlet_id", "outlet_spelling", "domain", "published", "published_from", "url", "author", "text",
        "words", "origin", "sha256", "run_id", "fingerprint", "findings", "published_utc", "language", "reader", "mended",
        "input_sha256",
    ),
    "furniture": ("article_id", "start", "end"),
    "speakers": ("id", "name", "type"),
    "speaker_names": ("speaker_id", "names"),
    "aliases": ("speaker_id", "alias", "mentions"),
    "roles": (
        "id", "speaker_id", "role", "affiliation", "role_class", "first_seen", "last_seen", "articles",
    ),
    "entities": ("id", "article_id", "key", "type", "name", "description", "quotes", "speaker_id"),
    "entity_aliases": ("entity_id", "alias", "kind", "mentions"),
    "entity_roles": ("entity_id", "position", "role", "affiliation", "role_class"),
    "quote_folds": ("quote_id", "folded"),
    "quotes": (
        "id", "text", "speaker_id", "role_id", "role", "affiliation", "role_class", "outlet_id", "published", "day",
        "month", "form", "kind", "cue", "cue_lemma", "source", "mention", "context", "words", "confidence", "rule",
        "article_id", "start", "end", "entity_id", "run_id", "published_utc", "act", "negated", "words_said", "lead",
        "speaker_confidence",
    ),
    "quote_entities": ("quote_id", "place", "entity_id"),
    "quote_speakers": ("quote_id", "speaker_id", "place"),
    "spans": ("quote_id", "kind", "piece", "start", "end"),
    "terms": ("id", "term"),
    "quote_terms": ("quote_id", "term_id", "weight"),
}
FINDINGS = tuple(table for table in COLUMNS if table != "articles")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRows:
    """One article's own row, its outlet as it is spelt there, the rows of what was found in it, by table, and what was not.

    `lost` are the corrections that found no quote or no span any more, each with which of the two.
    """

    article: Row
    outlet: tuple[str, str] | None
    findings: dict[str, list[Row]]
    lost: tuple[tuple[str, str], ...] = ()


def entity_id(article_id: str, key: str) -> str:
    """Return the identifier of an article's entity."""
    return ids.digest("entity", article_id, key)


def outlet_id(name: str) -> str:
    """Return the identifier of an outlet: its name's slug, whatever its case, accents and punctuation.

    >>> outlet_id("South China Morning Post"), outlet_id("Le Monde") == outlet_id("LE MONDE")
    ('south-china-morning-post', True)
    """
    slug = ids.slug(name)
    return slug if slug and len(slug) < ids.SLUG_LENGTH else ids.named_id("outlet", fold(name) or name)


@lru_cache(maxsize=100_000)
def role_id(speaker_id: str, role: str, affiliation: str | None) -> str:
    """Return the identifier of a speaker's role; wordings that differ in case or accents only are one role.

    A hundred thousand presidents share the readable part: the digest is long enough to keep them apart.
    """
    wording = fold(role) or role
    return ids.named_id("role", wording, speaker_id, fold(affiliation or "") or affiliation, length=ids.DIGEST_LENGTH)


@lru_cache(maxsize=100_000)
def term_id(term: str) -> str:
    """Return the identifier of a key term."""
    return ids.named_id("term", term)


def day_of(published: str | None) -> str | None:
    """Return the day of an ISO 8601 date or date and time.

    >>> day_of("2022-03-29T10:00:00+03:00"), day_of("2022-03"), day_of(None)
    ('2022-03-29', None, None)
    """
    match = DAY.match(published or "")
    return match.group() if match else None


def month_of(published: str | None) -> str | None:
    """Return the month of an ISO 8601 date.

    >>> month_of("2022-03-29"), month_of("2022")
    ('2022-03', None)
    """
    match = MONTH.match(published or "")
    return match.group() if match else None


def utc_of(published: str | None) -> str | None:
    """Return a date or time in the form that dates are ordered by: in UTC where it has an offset, else as it is.

    A day is before every time of it, and nothing is said of the zone of a time that was printed without one.

    >>> utc_of("2024-03-01T23:30:00-05:00"), utc_of("2024-03-01T23:30:00"), utc_of("2024-03-01")
    ('2024-03-02T04:30:00Z', '2024-03-01T23:30:00', '2024-03-01')
    """
    try:
        moment = datetime.fromisoformat(published or "")
        if moment.tzinfo is None:
            return published
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return published


def fingerprint(article: Article, corrections: Iterable[Correction] = ()) -> str:
    """Return a digest of an article's text, all that is known about it, and the corrections of its quotes that hold.

    The bytes of its input are no part of it: they change with every record that is added to a file.
    """
    held = sorted((each.quote_id, each.kind, each.value or "") for each in corrections if each.superseded_at is None)
    return ids.digest(
        "article", article.sha256, article.title, article.outlet, article.url, article.author, article.published,
        article.published_from, article.origin, article.language, article.reader, article.mended, held,
    )


def storable(value: str | None) -> str | None:
    r"""Return a description that SQLite gives back as it came: lone surrogates and NULs written as escapes.

    >>> storable("caf\udce9.txt")
    'caf\\udce9.txt'
    """
    return None if value is None else UNSTORABLE.sub(lambda match: f"\\{_escape(match.group())}", value)


def _escape(char: str) -> str:
    return f"u{ord(char):04x}" if char != "\x00" else "x00"


def article_rows(
    extraction: Extraction, run: Run, corrections: Sequence[Correction] = (), named: Sequence[EntityAnchor] = ()
) -> ArticleRows:
    """Return the rows of everything found in one article, corrected by people where they did.

    What people decided on keeps its identifier, wherever an edit moved it: quotes by `corrections`, entities by `named`.

    Every entity gets a speaker of its own, whose identifier is the entity's: resolution puts the one over all articles
    in its place. An entity that no quote names is left out: it speaks nowhere.

    Raises:
        ArticleError: the records contradict one another or hold text that SQLite could not give back unchanged.
    """
    check(extraction)
    mark = fingerprint(extraction.article, corrections)
    found = found_again(with_keys(extraction, named), corrections)
    extraction = corrected(found.extraction, found.corrections)
    article = extraction.article
    outlet = storable(article.outlet) or None
    findings: dict[str, list[Row]] = {table: [] for table in FINDINGS}
    quotes: dict[str, list[Quote]] = {}
    for quote in extraction.quotes:
        for key in dict.fromkeys(quote.entity_keys):
            quotes.setdefault(key, []).append(quote)
    for entity in sorted(extraction.entities, key=lambda entity: entity.key):
        if entity.key in quotes:
            _add_entity(findings, article, entity, quotes[entity.key])
    for quote in extraction.quotes:
        _add_quote(findings, article, quote, run)
    findings["terms"] = sorted({*findings["terms"]})
    findings["furniture"] = [(article.id, *span) for span in extraction.furniture]
    outlet_row = (outlet_id(outlet), outlet) if outlet else None
    return ArticleRows(
        article=_article_row(article, outlet_row, run, (mark, ids.digest("findings", findings))),
        outlet=outlet_row,
        findings=findings,
        lost=found.lost,
    )


def _article_row(article: Article, outlet: tuple[str, str] | None, run: Run, digests: tuple[str, str]) -> Row:
    published_from = None if article.published_from is None else str(article.published_from)
    return (
        article.id, storable(article.title), *(outlet or (None, None)), domain_of(article.url),
        storable(article.published), published_from, storable(article.url), storable(article.author), article.text,
        len(article.text.split()), storable(article.origin), article.sha256, run.id, *digests,
        utc_of(storable(article.published)), *map(storable, (article.language, article.reader, article.mended)),
        article.input_sha256,
    )


def _add_entity(findings: dict[str, list[Row]], article: Article, entity: Entity, quotes: list[Quote]) -> None:
    identifier = entity_id(article.id, entity.key)
    findings["entities"].append((
        identifier, article.id, entity.key, str(entity.type), entity.name, entity.description, len(quotes), identifier,
    ))
    aliases: dict[tuple[str, str], int] = {}
    for alias in entity.aliases:
        aliases[alias.alias, str(alias.kind)] = aliases.get((alias.alias, str(alias.kind)), 0) + alias.mentions
    findings["entity_aliases"] += [(identifier, *key, mentions) for key, mentions in sorted(aliases.items())]
    roles = roles_of(entity, quotes)
    findings["entity_roles"] += [
        (identifier, position, role.role, role.affiliation, role.role_class) for position, role in enumerate(roles)
    ]
    _add_own_speaker(findings, article, entity, roles)


def _add_own_speaker(findings: dict[str, list[Row]], article: Article, entity: Entity, roles: list[Role]) -> None:
    """Add the speaker that stands for an entity until resolution."""
    identifier = entity_id(article.id, entity.key)
    name = entity.name or entity.description or UNNAMED
    aliases: dict[str, int] = {}
    for alias in entity.aliases:
        if alias.kind in NAMING:
            aliases[alias.alias] = aliases.get(alias.alias, 0) + alias.mentions
    findings["speakers"].append((identifier, name, str(entity.type)))
    findings["speaker_names"].append((identifier, search_names(name, list(aliases))))
    findings["aliases"] += [(identifier, alias, mentions) for alias, mentions in sorted(aliases.items())]
    findings["roles"] += role_rows(
        (identifier, role.role, role.affiliation, role.role_class, day_of(article.published), article.id)
        for role in roles
    )


def roles_of(entity: Entity, quotes: Iterable[Quote]) -> list[Role]:
    """Return an entity's roles, and after them those that only its quotes name, without repetition."""
    first = (quote for quote in quotes if quote.role and quote.entity_key == entity.key)
    named = [Role(role=quote.role or "", affiliation=quote.affiliation) for quote in first]
    roles: dict[tuple[str, str | None], Role] = {}
    for role in (*entity.roles, *named):
        if role.role:
            roles.setdefault((role.role, role.affiliation), role)
    return list(roles.values())


def role_rows(held: Iterable[Row]) -> list[Row]:
    """Return the rows of table `roles` for the roles that articles give to speakers.

    Args:
        held: (speaker_id, role, affiliation, role_class, day, article_id), in any order.

    Returns:
        One row a speaker and role, whatever the case of its letters; worded as most articles word it.
    """
    roles: dict[str, _RoleCount] = {}
    for speaker_id, role, affiliation, role_class, day, article_id in held:
        identifier = role_id(speaker_id, role, affiliation)
        count = roles.get(identifier)
        if count is None:
            count = roles[identifier] = _RoleCount(speaker_id)
        count.wordings[role, affiliation] += 1
        count.classes[role_class] += 1
        count.articles.add(article_id)
        if day is not None:
            count.days.add(day)
    return [roles[identifier].row(identifier) for identifier in sorted(roles)]


class _RoleCount:
    """How a speaker's role was worded and classed, where and when."""

    __slots__ = ("articles", "classes", "days", "speaker_id", "wordings")

    def __init__(self, speaker_id: str) -> None:
        self.speaker_id = speaker_id
        self.wordings: Counter[tuple[str, str | None]] = Counter()
        self.classes: Counter[str | None] = Counter()
        self.articles: set[str] = set()
        self.days: set[str] = set()

    def row(self, identifier: str) -> Row:
        role, affiliation = most_common(self.wordings)
        known = Counter({role_class: n for role_class, n in self.classes.items() if role_class is not None})
        return (
            identifier, self.speaker_id, role, affiliation, most_common(known) if known else None,
            min(self.days, default=None), max(self.days, default=None), len(self.articles),
        )


def most_common(counts: Mapping[Key, int]) -> Key:
    """Return what was counted most often, of several the first by the alphabet."""
    return min(counts, key=lambda value: (-counts[value], str(value)))


def _add_quote(findings: dict[str, list[Row]], article: Article, quote: Quote, run: Run) -> None:
    speaker = entity_id(article.id, quote.entity_key)
    role = quote.role or None
    held = (row for row in findings["entity_roles"] if row[0] == speaker and row[2:4] == (role, quote.affiliation))
    role_class = next((row[4] for row in held), None)
    published = storable(article.published)
    outlet = storable(article.outlet) or None
    findings["quotes"].append((
        quote.id, quote.text, speaker, role and role_id(speaker, role, quote.affiliation), role,
        quote.affiliation, role_class, outlet and outlet_id(outlet), published, day_of(published), month_of(published),
        str(quote.form), str(quote.kind), quote.cue_text, quote.cue_lemma, quote.source_text, str(quote.mention),
        quote.context, len(quote.text.split()), quote.confidence, quote.rule, article.id,
        min(span.start for span in quote.content), max(span.end for span in quote.content), speaker, run.id,
        utc_of(published), str(quote.act), int(quote.negated), quote.words_said, quote.lead,
        quote.speaker_confidence,
    ))
    if quote.other_keys:
        members = [entity_id(article.id, key) for key in dict.fromkeys(quote.entity_keys)]
        findings["quote_entities"] += [(quote.id, place, member) for place, member in enumerate(members)]
        findings["quote_speakers"] += [(quote.id, member, place) for place, member in enumerate(members)]
    for kind, spans in (("content", quote.content), ("cue", quote.cue), ("source", quote.source)):
        findings["spans"] += [(quote.id, kind, piece, start, end) for piece, (start, end) in enumerate(spans)]
    folded = search_fold(quote.text)
    if folded is not None:
        findings["quote_folds"].append((quote.id, folded))
    weights: dict[str, float] = {}
    for term in quote.terms:
        weights[term.term] = max(term.weight, weights.get(term.term, term.weight))
    findings["terms"] += [(term_id(term), term) for term in weights]
    findings["quote_terms"] += [(quote.id, term_id(term), weight) for term, weight in sorted(weights.items())]


def domain_of(url: str | None) -> str | None:
    """Return the host of a URL without "www.", or None.

    >>> domain_of("https://www.scmp.com:443/news/1")
    'scmp.com'
    """
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return storable((host or "").removeprefix("www.")) or None


def check(extraction: Extraction) -> None:
    """Refuse records that contradict one another, before anything is written.

    Raises:
        ArticleError: names the article, the quote and what is wrong.
    """
    article = extraction.article
    if not article.id or UNSTORABLE.search(article.id):
        raise ArticleError(f"article {article.id!r}: cannot be its identifier; give it one of letters and digits")
    if match := UNSTORABLE.search(article.text):
        raise ArticleError(
            f"article {article.id}: character {match.start()} of its text is {match.group()!r}, which no database can "
            "give back; convert the file to UTF-8"
        )
    if any(not 0 <= start < end <= len(article.text) for start, end in extraction.furniture):
        raise ArticleError(f"article {article.id}: has furniture outside its text; report this fault of quotes")
    for what, keys in (
        ("quote", [quote.id for quote in extraction.quotes]),
        ("entity", [entity.key for entity in extraction.entities]),
    ):
        if len(set(keys)) < len(keys):
            raise ArticleError(f"article {article.id}: two share one {what} identifier; report this fault of quotes")
    keys_of_entities = {entity.key for entity in extraction.entities}
    for quote in extraction.quotes:
        if fault := _fault(quote, article, keys_of_entities):
            raise ArticleError(f"article {article.id}, quote {quote.id}: {fault}; report this fault of quotes")


def _fault(quote: Quote, article: Article, entity_keys: set[str]) -> str | None:
    """Return what is wrong with a quote, or None."""
    spans = (*quote.content, *quote.cue, *quote.source)
    faults = (
        (quote.article_id != article.id, f"belongs to article {quote.article_id}"),
        *((key not in entity_keys, f"names entity {key!r}, which the article has not") for key in quote.entity_keys),
        (not quote.content, "has no content"),
        (any(not 0 <= start < end <= len(article.text) for start, end in spans), "has a span outside its article"),
        (quote.text != " ".join(article.text[start:end] for start, end in quote.content),
         "is not what its content spans cover"),
        *((value is not None and not 0 <= value <= 1, f"has the confidence {value}")
          for value in (quote.confidence, quote.speaker_confidence)),
    )
    return next((fault for wrong, fault in faults if wrong), None)
