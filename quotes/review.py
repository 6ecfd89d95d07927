"""Reviewing speakers: listing and showing them, merging, splitting, renaming, taking back, linking to authority files.

Each function that decides something stores the decision and resolves again, so that the database says at once what
follows. Names of speakers may be given in any spelling or as identifiers, old ones too.

Invariants: a name that means nobody, or several where one is needed, is refused and nothing is stored; decisions are only
added or superseded; resolving is left to `pipeline.resolve`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quotes import pipeline
from quotes.errors import StoreError
from quotes.records import Rename, SpeakerType
from quotes.resolve import decisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from quotes.store.read import SpeakerStatistics
    from quotes.store.speakers import Details


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReport:
    """What an authority file did: entries known, speakers linked, speakers with several or unsure candidates.

    `attributes` are the columns that speakers have now; `left_out` what of the file was not taken and why, a line each.
    """

    known: int
    linked: int
    unsure: int
    attributes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def now() -> str:
    """Return this moment in UTC, ISO 8601, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def listing(
    base: Database, *, name: str | None = None, kind: str | None = None, limit: int | None = None
) -> list[SpeakerStatistics]:
    """Return speakers with their numbers, those quoted most first.

    Args:
        base: the database.
        name: only those called so, or whose names hold these words.
        kind: only those of this type (person, organization, group, document, unnamed).
        limit: at most so many.
    """
    from quotes.store import read

    wanted = SpeakerType(kind) if kind else None
    chosen = read.find_speakers(base, name) if name else None
    found = [s for s in read.speaker_statistics(base, chosen) if wanted is None or s.type == wanted]
    return found[:limit]


def one(base: Database, name: str) -> str:
    """Return the identifier of the one speaker that a name or identifier means.

    Raises:
        StoreError: nobody is called so, or several are.
    """
    from quotes.store import read

    found = read.find_speakers(base, name)
    if not found:
        raise StoreError(f"nobody is called {name!r}; `quotes speakers list` names all")
    if len(found) > 1:
        raise StoreError(f"several are called {name!r}: {', '.join(found[:6])}; give an identifier")
    return found[0]


def identified(base: Database, speaker_id: str) -> str:
    """Return the identifier that a speaker has now, given one as it stands in addresses; a name is refused.

    Forms on the web take nothing else: a part of a name in an address would decide about somebody else.

    Raises:
        StoreError: it is the identifier of nobody.
    """
    found = base.conn.execute(
        "SELECT id FROM speakers WHERE id = ?1 UNION ALL SELECT speaker_id FROM speaker_redirects WHERE old_id = ?1 LIMIT 1",
        (speaker_id,)).fetchone()
    if found is None:
        raise StoreError(f"{speaker_id[:100]!r} is no speaker's identifier; it is the end of the address of the speaker's page")
    return str(found[0])


def show(base: Database, name: str) -> Details:
    """Return everything about one speaker.

    Raises:
        StoreError: nobody is called so, or several are.
    """
    from quotes.store import speakers

    return speakers.details(base, one(base, name))


def merge(base: Database, left: str, right: str, *, who: str, reasons: str | None = None) -> str:
    """Make one speaker of two; return the identifier that both have now.

    Raises:
        StoreError: a name means nobody or several.
        QuotesError: both are one already.
    """
    from quotes.store import write

    left_id, right_id = one(base, left), one(base, right)
    write.add_judgement(base, decisions.merge(left_id, right_id, who=who, at=now(), reasons=reasons))
    pipeline.resolve(base)
    return one(base, left_id)


def keep_apart(base: Database, left: str, right: str, *, who: str, reasons: str | None = None) -> None:
    """Say that two speakers are two, for good.

    Raises:
        StoreError: a name means nobody or several.
    """
    from quotes.store import write

    left_id, right_id = one(base, left), one(base, right)
    write.add_judgement(base, decisions.keep_apart(left_id, right_id, who=who, at=now(), reasons=reasons))
    pipeline.resolve(base)


def split(base: Database, name: str, articles: Iterable[str], *, who: str, reasons: str | None = None) -> str:
    """Say that in some articles somebody else of that name speaks; return the other one's identifier.

    Args:
        base: the database.
        name: the speaker, by name or identifier.
        articles: identifiers of the articles.
        who: who decides.
        reasons: why, for the record.

    Raises:
        StoreError: the speaker does not speak in one of the articles, or in no other.
    """
    from quotes.store import speakers, write

    speaker_id = one(base, name)
    chosen = set(articles)
    appearances = speakers.appearances(base, speaker_id)
    taken = [a for a in appearances if a.article_id in chosen]
    if missing := chosen - {a.article_id for a in taken}:
        raise StoreError(f"{speaker_id}: does not speak in {min(missing)}; `quotes speakers show` lists the articles")
    if len(taken) == len(appearances):
        raise StoreError(f"{speaker_id}: speaks in no other article, so there is nothing to split")
    for judgement in decisions.split(speaker_id, [a.entity_id for a in taken], who=who, at=now(), reasons=reasons):
        write.add_judgement(base, judgement)
    pipeline.resolve(base)
    return _speaker_of(base, taken[0].entity_id)


def _speaker_of(base: Database, entity_id: str) -> str:
    from quotes.store import read

    return next(entity.speaker_id or "" for entity in read.entities(base) if entity.id == entity_id)


def rename(base: Database, name: str, called: str, *, who: str) -> str:
    """Call a speaker otherwise than its articles do; return its identifier, which stays.

    Raises:
        StoreError: a name means nobody or several, or the new name is empty.
    """
    from quotes.store import write

    if not called.strip():
        raise StoreError("the new name is empty")
    speaker_id = one(base, name)
    write.add_rename(base, Rename(speaker_id=speaker_id, name=called.strip(), who=who, made_at=now()))
    pipeline.resolve(base)
    return speaker_id


def undo(base: Database, *, who: str | None = None) -> list[str]:
    """Take back the decision made last, by one person or by anybody; return a line about each part of it.

    What it had superseded holds again.

    Raises:
        StoreError: there is nothing to take back.
    """
    from quotes.store import read, speakers, write

    held = [d for d in speakers.decisions(base) if who in (None, d.who)]
    if not held:
        raise StoreError("there is no decision to take back")
    last = [d for d in held if (d.made_at, d.who) == (held[0].made_at, held[0].who)]
    at = now()
    every = list(read.judgements(base, superseded=True))
    taken = [j for j in every if j.superseded_at is None and (j.made_at, j.who) == (last[0].made_at, last[0].who)]
    for decision in last:
        back = write.supersede_judgement if decision.kind == "judgement" else write.supersede_rename
        back(base, decision.id, at)
    for judgement in decisions.restored(every, taken, at=at):
        write.add_judgement(base, judgement)
    for old in _renames_restored(base, last[0].made_at if last[0].kind == "rename" else None, last[0].left_id, at):
        write.add_rename(base, old)
    pipeline.resolve(base)
    return [f"{d.kind} {d.verdict} {d.left_id} {d.right_id}".replace("  ", " ") for d in last]


def _renames_restored(base: Database, superseded_at: str | None, speaker_id: str, at: str) -> Sequence[Rename]:
    """Return the name that a rename which is taken back had superseded."""
    from quotes.store import read

    if superseded_at is None:
        return ()
    earlier = [r for r in read.renames(base, superseded=True) if r.speaker_id == speaker_id and r.superseded_at == superseded_at]
    return [Rename(speaker_id=r.speaker_id, name=r.name, who=r.who, made_at=at) for r in earlier]


def link(base: Database, path: str | Path) -> LinkReport:
    """Link speakers to the known people and bodies of an authority file; what the file said before is replaced.

    Raises:
        IngestError: the file cannot be used.
    """
    from quotes.ingest import authorities
    from quotes.store import speakers, write

    file = Path(path)
    listed = authorities.read_list(file)
    known = write.write_authorities(base, listed.authorities, file.name)
    pipeline.resolve(base)
    linked, unsure = speakers.count_links(base, file.name)
    names = dict.fromkeys(name for authority in listed.authorities for name, _ in authority.attributes)
    return LinkReport(known=known, linked=linked, unsure=unsure, attributes=tuple(names), left_out=listed.left_out)
