"""Hand-built extractions and a resolution of the simplest kind, for tests of the store."""

from __future__ import annotations

import shutil
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from sqlite_utils import Database

from quotes import ids, pipeline
from quotes.records import (
    Alias,
    Article,
    CharSpan,
    Entity,
    Extraction,
    Form,
    Kind,
    MentionKind,
    PublishedFrom,
    Quote,
    Resolution,
    Role,
    Run,
    Speaker,
    SpeakerTerm,
    SpeakerType,
    StoredEntity,
    Term,
)
from quotes.store import read, write
from quotes.store.fold import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

# What an article says: who ("" for nobody named), in which role, of what, and the words.
Said = tuple[str, str | None, str | None, str]

RUN = Run(id="run1", version="1.0", model="model 1", tagger="rules", settings="{}")
NEWS: dict[str, tuple[str, str | None, list[Said]]] = {
    "a1": ("Daily Sabah", "2022-03-29", [
        ("Mevlüt Çavuşoğlu", "foreign minister", "Türkiye", "Bu konuda ısrar ediyoruz"),
        ("Dmitry Peskov", "Kremlin spokesman", "Kremlin", "We see no breakthrough"),
        ("Mevlüt Çavuşoğlu", None, None, "The talks go on"),
    ]),
    "a2": ("DAILY SABAH", "2022-03-30", [
        ("Mevlut Cavusoglu", "Foreign Minister", "Türkiye", "The two sides came closer"),
        ("", "a senior official", None, "Nothing is agreed"),
    ]),
    "a3": ("South China Morning Post", None, [
        ("Cavusoglu", None, None, "The two sides came closer"),
        ("Cavusoglu", None, None, "The two sides came closer"),
        ("Володимир Зеленський", "president", "Ukraine", "Ми боремося за свободу"),
    ]),
    "a4": ("", "2022-04-02T10:00:00+03:00", [
        ("Dmitry Peskov", "spokesman", "Kremlin", "This is not true; DROP TABLE quotes"),
    ]),
    "a5": ("Daily Sabah", "2022-04-02", []),
}


def make_extraction(article_id: str, outlet: str, published: str | None, said: Iterable[Said]) -> Extraction:
    text = f"Report {article_id}\n\n"
    quotes: list[Quote] = []
    held: dict[str, dict[Role, None]] = {}
    named: dict[str, tuple[str | None, str | None]] = {}
    seen: dict[str, int] = defaultdict(int)
    for speaker, role, affiliation, words in said:
        key = speaker or f"unnamed {role}"
        named[key] = (speaker or None, None if speaker else role)
        roles = held.setdefault(key, {})
        if role:
            roles[Role(role=role, affiliation=affiliation, role_class="minister" if "inister" in role else None)] = None
        start = len(text) + 1
        text += f"“{words},” said {speaker or role}.\n"
        cue = text.rindex("said")
        quotes.append(Quote(
            id=ids.quote_id(article_id, words, seen[words]), article_id=article_id, entity_key=key, kind=Kind.SPEECH,
            form=Form.DIRECT if len(words) % 2 else Form.MIXED, content=(CharSpan(start, start + len(words)),),
            cue=(CharSpan(cue, cue + 4),), source=(CharSpan(cue + 5, len(text) - 2),), text=words,
            context=text[start - 1:-1], cue_text="said", cue_lemma="say", source_text=text[cue + 5:-2],
            speaker=speaker or None, speaker_type=SpeakerType.PERSON if speaker else SpeakerType.UNNAMED,
            mention=MentionKind.NAME if speaker else MentionKind.NOMINAL, role=role, roles=(role,) if role else (),
            affiliation=affiliation, confidence=0.9, rule="test",
            terms=tuple(Term(term=word.lower(), weight=len(word) / 10) for word in sorted({*words.split()})
                        if len(word) > 5),
        ))
        seen[words] += 1
    entities = tuple(
        Entity(
            key=key, type=SpeakerType.PERSON if name else SpeakerType.UNNAMED, name=name, description=description,
            aliases=(Alias(alias=name, kind=MentionKind.NAME, mentions=2),
                     Alias(alias="he", kind=MentionKind.PRONOUN, mentions=1)) if name else (),
            roles=tuple(held[key]),
        )
        for key, (name, description) in named.items()
    )
    article = Article(
        id=article_id, text=text, title=f"Report {article_id}", outlet=outlet or None, published=published,
        published_from=PublishedFrom.METADATA if published else None, origin=f"news/{article_id}.txt",
        url=f"https://www.{ids.slug(outlet)}.com/{article_id}" if outlet else None,
        language="en", reader="html", mended="mojibake, entities", input_sha256=ids.text_sha256(f"bytes of {article_id}"),
    )
    furniture = (CharSpan(0, len(f"Report {article_id}")),)
    return Extraction(article=article, quotes=tuple(quotes), entities=entities, furniture=furniture)


def resolve(entities: Iterable[StoredEntity]) -> Resolution:
    """Take people of one folded last word for one, called by the longest name; a pure function of the set of entities."""
    people: dict[str, list[StoredEntity]] = defaultdict(list)
    for entity in entities:
        name = fold(entity.name or "")
        people[name.split()[-1] if name else entity.id].append(entity)
    speakers, assignments, redirects = [], {}, {}
    for members in people.values():
        names = {member.name or member.description or "unnamed source" for member in members}
        name = min(names, key=lambda each: (-len(each), each.isascii(), each))
        anonymous = members[0].name is None
        identifier = ids.named_id("speaker", name, members[0].id if anonymous else None)
        mentions: dict[str, int] = defaultdict(int)
        for member in members:
            assignments[member.id] = identifier
            for alias in member.aliases:
                if alias.kind is not MentionKind.PRONOUN:
                    mentions[alias.alias] += alias.mentions
        speakers.append(Speaker(
            id=identifier, name=name, type=members[0].type,
            aliases=tuple(Alias(alias=alias, kind=MentionKind.NAME, mentions=n) for alias, n in mentions.items()),
        ))
        if not anonymous:
            redirects |= {ids.named_id("speaker", other, None): identifier for other in names - {name}}
    return Resolution(speakers=tuple(speakers), assignments=assignments, redirects=redirects)


def finish(db: Database) -> int:
    """Do what a build does when its articles are written."""
    changed = write.apply_resolution(db, resolve(read.entities(db)))
    totals: dict[str, int] = defaultdict(int)
    counts = list(read.speaker_quote_terms(db))
    for count in counts:
        totals[count.term] += count.quotes
    changed += write.write_speaker_terms(db, [
        SpeakerTerm(speaker_id=count.speaker_id, term=count.term, quotes=count.quotes,
                    weight=count.quotes / totals[count.term])
        for count in counts
    ])
    pipeline.tell(db)
    return changed


def all_rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table and view in a database, sorted; search by what it holds, not how."""
    db = Database(path)
    tables = [name for name in (*db.table_names(), *db.view_names())
              if not name.startswith(("quotes_fts", "sqlite_")) and name != "_sqlite_migrations"]
    rows = {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables}
    rows["quotes_search"] = sorted((row[1:] for row in rows["quotes_search"]), key=repr)  # without its rowid
    db.close()
    return rows


@pytest.fixture
def run() -> Run:
    return RUN


@pytest.fixture
def news() -> dict[str, Extraction]:
    return {name: make_extraction(name, *given) for name, given in NEWS.items()}


@pytest.fixture
def extraction_of() -> Callable[..., Extraction]:
    return make_extraction


@pytest.fixture
def finish_build() -> Callable[[Database], int]:
    return finish


@pytest.fixture
def resolve_simply() -> Callable[[Iterable[StoredEntity]], Resolution]:
    return resolve


@pytest.fixture
def rows_of() -> Callable[[Path], dict[str, list[tuple[Any, ...]]]]:
    return all_rows


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty database and a finished build of all the news, made once and copied by each test."""
    folder = tmp_path_factory.mktemp("made")
    write.open_database(folder / "empty.db", create=True).close()
    base = write.open_database(folder / "data.db", create=True)
    write.write_extractions(base, [make_extraction(name, *given) for name, given in NEWS.items()], RUN)
    finish(base)
    base.close()
    return folder


def opened_copy(made: Path, name: str, folder: Path) -> Iterator[Database]:
    shutil.copy(made / name, folder / name)
    db = write.open_database(folder / name)
    db.conn.execute("PRAGMA synchronous = OFF")
    yield db
    assert not db.conn.in_transaction
    db.close()


@pytest.fixture
def empty(made: Path, tmp_path: Path) -> Iterator[Database]:
    yield from opened_copy(made, "empty.db", tmp_path)


@pytest.fixture
def db(made: Path, tmp_path: Path) -> Iterator[Database]:
    """A finished build of all the news."""
    yield from opened_copy(made, "data.db", tmp_path)
