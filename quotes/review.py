"""Reviewing speakers: listing and showing them, merging, splitting, renaming, retyping, taking back, linking to authority files.

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
from quotes.errors import ChangedError, StoreError
from quotes.records import Rename, Retype, SpeakerType
from quotes.resolve import decisions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils import Database

    from quotes.store.read import SpeakerStatistics
    from quotes.store.speakers import Details

# What people may say that a speaker is.
TYPES = (SpeakerType.PERSON, SpeakerType.ORGANIZATION, SpeakerType.GROUP, SpeakerType.DOCUMENT)


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


def retype(base: Database, name: str, kind: str, *, who: str) -> str:
    """Say what a speaker is, whatever its articles make of it; return its identifier, which stays.

    Args:
        base: the database.
        name: the speaker, by name or identifier.
        kind: person, organization, group or document.
        who: who decides.

    Raises:
        StoreError: the name means nobody, several, or a source without a name.
    """
    from quotes.store import stored, write

    speaker_id = one(base, name)
    found = stored.speaker(base.conn, speaker_id)
    if kind not in (*TYPES, SpeakerType.UNNAMED):
        raise StoreError(f"{kind!r} is nothing that a speaker may be; use one of {', '.join(TYPES)}")
    if found is not None and found.type == SpeakerType.UNNAMED:
        raise StoreError(f"{found.name!r} is a source without a name, who stands for one article; say who it was of its quotes: "
                         "quotes correct QUOTE_ID --speaker NAME")
    write.add_retype(base, Retype(speaker_id=speaker_id, type=SpeakerType(kind), who=who, made_at=now()))
    pipeline.resolve(base)
    return speaker_id


def undo(base: Database, *, who: str | None = None, by: str | None = None, decision_id: str | None = None) -> list[str]:
    """Take back the decision made last, by one person or by anybody, or one of them; return a line about each part of it.

    What it had superseded holds again.

    Args:
        base: the database.
        who: only a decision of this person.
        by: who takes it back; the one who made it if not said.
        decision_id: this decision, and what was decided with it.

    Raises:
        ChangedError: it was taken back meanwhile.
        StoreError: there is nothing to take back.
    """
    from quotes.store import speakers
    from quotes.store.undo import take_back

    held = [d for d in speakers.decisions(base) if who in (None, d.who)]
    first = next((d for d in held if decision_id in (None, d.id)), None)
    if first is None and decision_id is not None:
        raise ChangedError("this decision holds no more: it was taken back, or something else was decided; look at it again")
    if first is None:
        raise StoreError("there is no decision to take back")
    last = [d for d in held if (d.kind, d.made_at, d.who) == (first.kind, first.made_at, first.who)]
    at = now()
    for decision in last:
        take_back(base, decision.kind, decision.id, who=by or decision.who, at=at)
    pipeline.resolve(base)
    return [f"{d.kind} {d.verdict} {d.left_id} {d.right_id}".replace("  ", " ") for d in last]


def redo(base: Database, undo_id: str, *, by: str) -> None:
    """Make a decision on speakers hold again that was taken back, and what was taken back with it.

    Raises:
        ChangedError: it holds again already, or something else was decided since.
        StoreError: nothing was taken back so.
    """
    from quotes.store import undo as undoing

    at = now()
    for identifier in undoing.together(base, undo_id):
        undoing.redo(base, identifier, who=by, at=at)
    pipeline.resolve(base)


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
