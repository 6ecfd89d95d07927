"""Make a large database of made-up quotes, to measure how store and site behave with many.

Input: nothing but the numbers on the command line; the same numbers give the same rows.
Output: a database like one that `quotes build` makes, written by the same code: articles of made-up words, in which
speakers of made-up names are quoted, a few of them very often and most of them once (by Zipf's law). One quote in seven says
again what was said before: whole, cut, or with another word in it.
Command: `python -m scripts.make.big_database big.db [--quotes 1000000] [--speakers 100000] [--articles 100000] [--check]`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, deque
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice, product
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

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
    Term,
)
from quotes.store import read, write
from quotes.store.check import check
from quotes.store.schema import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

RUN = Run(id="made-up", version="0", model="none", tagger="none", settings="{}")
FIRST_DAY = date(2021, 1, 1)
DAYS = 1500
BATCH = 500
# What writing and deleting look up; the other indexes are made at the end.
KEPT_INDEXES = ("quotes_article_id", "quotes_entity_id", "quotes_speaker_day", "quotes_role_id", "quotes_run_id",
                "entities_speaker_id", "roles_speaker_id", "articles_run_id", "quote_terms_term_id")
OUTLETS = 300
ONSETS = ("b", "br", "c", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "z")
RIMES = ("a", "e", "i", "o", "u", "an", "en", "in", "on", "ar", "er", "or", "al", "el", "in", "ö")
ROLES = (
    ("president", "head of state or government"), ("prime minister", "head of state or government"),
    ("foreign minister", "minister"), ("finance minister", "minister"), ("senator", "legislator"),
    ("member of parliament", "legislator"), ("spokesman", "spokesperson"), ("spokeswoman", "spokesperson"),
    ("general", "military"), ("ambassador", "diplomat or negotiator"), ("judge", "judge or lawyer"),
    ("lawyer", "judge or lawyer"), ("candidate", "candidate"), ("professor", "expert or academic"),
    ("analyst", "expert or academic"), ("chief executive", "business"), ("editor", "journalist"),
    ("campaigner", "activist"), ("resident", "citizen or witness"), ("mayor", "official"),
)
CUES = (("said", "say"), ("told reporters", "tell"), ("added", "add"), ("warned", "warn"), ("argued", "argue"),
        ("claimed", "claim"), ("announced", "announce"), ("denied", "deny"))
FORMS = (Form.DIRECT, Form.DIRECT, Form.INDIRECT, Form.INDIRECT, Form.MIXED)
RETOLD = 1 / 7  # of the quotes
WORTH_TELLING = 0.2  # of what is new may be told again, some of it far more often than most (by Pareto's law)
MOST_TELLING = 2000
REMEMBERED = 30_000  # chances to be told again


class Person(NamedTuple):
    """A made-up speaker."""

    name: str
    role: str
    role_class: str
    affiliation: str


class Said(NamedTuple):
    """What a made-up speaker says, and whether it was said before."""

    person: Person
    words: tuple[str, ...]
    is_retold: bool = False


def main(arguments: list[str] | None = None) -> int:
    """Make the database; return the exit status."""
    parser = argparse.ArgumentParser(description="Make a large database of made-up quotes.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--quotes", type=int, default=1_000_000)
    parser.add_argument("--speakers", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="look whether the database keeps its promises")
    given = parser.parse_args(arguments)
    if given.path.exists():
        parser.error(f"{given.path} exists; remove it first")
    db = write.open_database(given.path, create=True)
    # What is made up can be made again: no need to wait for the disk.
    db.conn.execute("PRAGMA synchronous = OFF")
    db.conn.execute("PRAGMA journal_mode = MEMORY")
    db.conn.execute("PRAGMA cache_size = -1000000")
    started = time.monotonic()
    made = articles(given.quotes, given.speakers, given.articles, Random(given.seed))  # noqa: S311  no secret
    with without_indexes(db, started):
        number = 0
        while batch := list(islice(made, BATCH)):
            number += write.write_extractions(db, batch, RUN)
            if number % 10_000 == 0 or number == given.articles:
                report("articles", number, started)
        report("resolution", write.apply_resolution(db, resolution(db)), started)
    report("terms of speakers", write.write_speaker_terms(db, speaker_terms(db)), started)
    pipeline.tell(db)
    report("statements", db.table("statements").count, started)
    db.execute("ANALYZE")
    if given.check:
        faults = check(db)
        print("\n".join(faults) or f"every promise is kept, {time.monotonic() - started:.0f} s")
    db.close()
    print(f"{given.path}: {given.path.stat().st_size / 1e6:.0f} MB")
    return 0


def report(what: str, rows: int, started: float) -> None:
    """Print how many rows a step wrote, and the time since the start."""
    print(f"{what}: {rows}, {time.monotonic() - started:.0f} s", flush=True)


@contextmanager
def without_indexes(db: Database, started: float) -> Iterator[None]:
    """Do without most indexes and triggers, and make at the end at once what they would have kept up row by row.

    Only for a database that can be made again: one that is left in the middle is of no use.
    """
    kept = ", ".join(f"'{name}'" for name in KEPT_INDEXES)
    dropped = db.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL "  # noqa: S608
        f"AND name NOT IN ({kept}) ORDER BY type, name"
    ).fetchall()
    for kind, name, _ in dropped:
        db.execute(f"DROP {kind} {name}")
    yield
    for kind, _, statement in dropped:
        if kind == "index":
            db.execute(statement)
    report("indexes", len(dropped), started)
    counted = sql("check_speaker_totals").split("SELECT 'speaker '")[0]
    db.execute("INSERT INTO speaker_totals " + counted + "SELECT * FROM counted")  # noqa: S608  constants
    counted = sql("check_facet_counts").split("SELECT DISTINCT facet")[0]
    db.execute("INSERT INTO facet_counts " + counted + "SELECT * FROM counted")  # noqa: S608  constants
    report("statistics", db.table("facet_counts").count, started)
    db.execute("INSERT INTO quotes_fts (quotes_fts) VALUES ('rebuild')")
    for kind, _, statement in dropped:
        if kind == "trigger":
            db.execute(statement)
    report("full-text search", db.table("quotes").count, started)
    db.execute("INSERT OR IGNORE INTO untold_articles SELECT id FROM articles")
    db.execute("INSERT OR IGNORE INTO untold_quotes SELECT id FROM quotes")


def words_of(chance: Random, number: int) -> list[str]:
    """Return made-up words of two or three syllables, no two alike."""
    syllables = [onset + rime for onset, rime in product(ONSETS, RIMES)]
    made: dict[str, None] = {}
    while len(made) < number:
        made["".join(chance.choices(syllables, k=chance.choice((2, 2, 3))))] = None
    return list(made)


def people(chance: Random, number: int) -> list[Person]:
    """Return made-up speakers, no two of one name."""
    words = [word.capitalize() for word in words_of(chance, 4000)]
    given, family = words[:800], words[800:]
    countries = family[:150]
    names: dict[str, None] = {}
    while len(names) < number:
        names[f"{chance.choice(given)} {chance.choice(family)}"] = None
    return [Person(name, *chance.choice(ROLES), chance.choice(countries)) for name in names]


def articles(quotes: int, speakers: int, number: int, chance: Random) -> Iterator[Extraction]:
    """Yield articles that together hold the given numbers of quotes and speakers."""
    known = people(chance, speakers)
    vocabulary = words_of(chance, 8000)
    outlets = [f"{word.capitalize()} {kind}" for word, kind in
               zip(vocabulary, ("Times", "Post", "Herald") * OUTLETS, strict=False)][:OUTLETS]
    unheard = known[::-1]
    heard: deque[Said] = deque(maxlen=REMEMBERED)
    said = 0
    for index in range(number):
        size = (quotes * (index + 1)) // number - said
        cast: list[Person] = []
        first_heard: set[Person] = set()
        while len(cast) < size:
            left = quotes - said - len(cast)
            hurry = left <= len(unheard) + 2
            if unheard and (hurry or chance.random() < 2 * speakers / quotes):
                person = unheard.pop()
                first_heard.add(person)
            else:
                person = known[int(speakers ** chance.random()) - 1]
            cast += [person] * (1 if hurry else min(chance.choice((1, 1, 2, 3)), size - len(cast)))
        said += size
        outlet = outlets[int(OUTLETS ** chance.random()) - 1]
        day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        told = [saying(person, heard, vocabulary, chance, is_first=person in first_heard) for person in cast]
        yield article(f"made-up-{index:06}", outlet, day.isoformat(), told, vocabulary, chance)


def saying(person: Person, heard: deque[Said], vocabulary: Sequence[str], chance: Random, *, is_first: bool) -> Said:
    """Return what a speaker says: something new, which may be remembered, or in its place what somebody said before.

    Who is heard for the first time says something new.
    """
    if heard and not is_first and chance.random() < RETOLD:
        before = heard[chance.randrange(len(heard))]
        return Said(before.person, retold(before.words, vocabulary, chance), is_retold=True)
    said = Said(person, tuple(chance.choices(vocabulary, k=chance.randint(6, 40))))
    if chance.random() < WORTH_TELLING:
        heard.extend([said] * min(MOST_TELLING, int(1 / (1 - chance.random()))))
    return said


def retold(words: tuple[str, ...], vocabulary: Sequence[str], chance: Random) -> tuple[str, ...]:
    """Return words as another article has them: whole, without some at one end, or with another word in them."""
    way, place = chance.choice(("whole", "whole", "cut", "changed")), chance.randrange(len(words))
    if way == "cut":
        return words[: max(6, place)]
    return (*words[:place], chance.choice(vocabulary), *words[place + 1 :]) if way == "changed" else words


def article(  # noqa: PLR0913  what an article consists of
    identifier: str, outlet: str, day: str, told: Sequence[Said], vocabulary: Sequence[str], chance: Random
) -> Extraction:
    """Return one made-up article in which these people speak."""
    title = " ".join(chance.choices(vocabulary, k=7)).capitalize()
    text = f"{title}\n\n"
    quotes: list[Quote] = []
    seen: Counter[str] = Counter()
    for said in told:
        text, made = quote(identifier, text, said, seen, chance)
        quotes.append(made)
        text += " ".join(chance.choices(vocabulary, k=10)).capitalize() + ".\n\n"
    return Extraction(
        article=Article(
            id=identifier, text=text, title=title, outlet=outlet, published=day, origin=f"made-up/{identifier}.txt",
            published_from=PublishedFrom.METADATA, url=f"https://{ids.slug(outlet)}.example/{identifier}",
        ),
        quotes=tuple(quotes),
        entities=tuple(
            Entity(
                key=person.name, type=SpeakerType.PERSON, name=person.name,
                aliases=(Alias(alias=person.name, kind=MentionKind.NAME, mentions=1),
                         Alias(alias=person.name.split()[-1], kind=MentionKind.SURNAME, mentions=2)),
                roles=(Role(role=person.role, affiliation=person.affiliation, role_class=person.role_class),),
            )
            for person in dict.fromkeys(said.person for said in told)
        ),
    )


def quote(identifier: str, text: str, said: Said, seen: Counter[str], chance: Random) -> tuple[str, Quote]:
    """Return the text with one more sentence, and the quote in it."""
    person, words = said.person, " ".join(said.words)
    cue, lemma = chance.choice(CUES)
    start = len(text) + 1
    cue_start = start + len(words) + 2
    source = f"{person.role} {person.name}"
    sentence = f"“{words}” {cue} {source}."
    made = Quote(
        id=ids.quote_id(identifier, words, seen[words]), article_id=identifier, entity_key=person.name, kind=Kind.SPEECH,
        form=Form.DIRECT if said.is_retold else chance.choice(FORMS), content=(CharSpan(start, start + len(words)),),
        cue=(CharSpan(cue_start, cue_start + len(cue)),),
        source=(CharSpan(cue_start + len(cue) + 1, cue_start + len(cue) + 1 + len(source)),),
        text=words, context=sentence, cue_text=cue, cue_lemma=lemma, lead=cue, source_text=source, speaker=person.name,
        speaker_type=SpeakerType.PERSON, mention=MentionKind.NAME, role=person.role, roles=(person.role,),
        affiliation=person.affiliation, confidence=round(chance.random(), 3), rule="made up",
        terms=tuple(Term(term=word, weight=1 / place) for place, word in enumerate(dict.fromkeys(said.words[:3]), 1)),
    )
    seen[words] += 1
    return f"{text}{sentence}\n\n", made


def resolution(db: Database) -> Resolution:
    """Return who is who: people of one name are one."""
    assignments: dict[str, str] = {}
    mentions: dict[str, Counter[tuple[str, MentionKind]]] = {}
    names: dict[str, str] = {}
    for entity in read.entities(db):
        name = entity.name or ""
        speaker = names.setdefault(name, ids.named_id("speaker", name))
        assignments[entity.id] = speaker
        counted = mentions.setdefault(name, Counter())
        for alias in entity.aliases:
            counted[alias.alias, alias.kind] += alias.mentions
    speakers = tuple(
        Speaker(
            id=speaker, name=name, type=SpeakerType.PERSON,
            aliases=tuple(Alias(alias=alias, kind=kind, mentions=n) for (alias, kind), n in mentions[name].items()),
        )
        for name, speaker in names.items()
    )
    return Resolution(speakers=speakers, assignments=assignments)


def speaker_terms(db: Database) -> Iterator[SpeakerTerm]:
    """Yield the ten terms that each speaker uses most."""
    best: list[SpeakerTerm] = []
    for term in read.speaker_quote_terms(db):
        if best and best[0].speaker_id != term.speaker_id:
            yield from sorted(best, key=lambda each: (-each.quotes, each.term))[:10]
            best = []
        best.append(term)
    yield from sorted(best, key=lambda each: (-each.quotes, each.term))[:10]


if __name__ == "__main__":
    sys.exit(main())
