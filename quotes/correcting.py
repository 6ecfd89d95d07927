"""Correcting quotes: what a person knows better of one, shown at once, kept over every build, and taken back.

The functions behind `quotes correct` and the forms of the site. Invariants: words are those that stand in the article, at
the offsets that they were selected at; a speaker has a name or is said to have none; what somebody else decided meanwhile is
said and not overwritten; nothing is extracted again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from quotes import pipeline
from quotes.errors import StoreError
from quotes.records import CharSpan, Correction, CorrectionKind, SpeakerType
from quotes.review import now
from quotes.said import LEFT_OUT
from quotes.store import read, stored, undo, write
from quotes.store.corrections import spans_of
from quotes.store.fold import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from quotes.store.undo import Change

LONGEST_NAME = 200  # code points, of a name, role or affiliation
MOST_SPEAKERS = 20
LISTED = 200
# One character each, so that places stay: marks and spaces that people type otherwise than articles print them.
ALIKE = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})
# What people call the kinds.
IN_WORDS = {
    CorrectionKind.NOT_A_QUOTE: "not a quote", CorrectionKind.WRONG_SPAN: "other words",
    CorrectionKind.WRONG_SPEAKER: "another speaker", CorrectionKind.WRONG_ROLE: "another role",
    CorrectionKind.WRONG_AFFILIATION: "another affiliation", CorrectionKind.WRONG_ACT: "another act",
}
NOBODY = "unnamed, as the article calls them"


class Speaking(NamedTuple):
    """Somebody who may have said a quote: the name (of one without, what the article calls them), and what they are."""

    name: str
    type: SpeakerType


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a person knows better of a quote; None where they know nothing better.

    `speakers` are names ("Ana Ruiz; Bo Dahl" are two) and `speaker_type` is what those are whom nobody knows yet; `words`
    are pieces as they stand in the article, `spans` their places ("start-end,start-end") and `selected` what was selected
    there; `role` and `affiliation` are "" for none; `act` may have `not` before it.
    """

    not_a_quote: bool = False
    unnamed: bool = False
    speakers: tuple[str, ...] | None = None
    speaker_type: SpeakerType | None = None
    words: tuple[str, ...] | None = None
    spans: str | None = None
    selected: tuple[str, ...] | None = None
    role: str | None = None
    affiliation: str | None = None
    act: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done to a quote: the corrections, and whether pages show them now or only after the next build."""

    quote_id: str
    changes: tuple[Change, ...]
    shown: bool


def correct(base: Database, quote_id: str, known: Known, *, who: str, seen: str | None = None) -> Done:
    """Store what a person knows better of a quote, and show it.

    Args:
        base: the database.
        quote_id: the quote; one that was said to be none, too.
        known: what is right.
        who: who says so.
        seen: `state` of the quote when it was looked at, so that nobody else's correction is overwritten unseen.

    Raises:
        ChangedError: somebody corrected the quote since.
        StoreError: there is no such quote, nothing is said, or it does not fit the article.
    """
    article_id = _article_of(base, quote_id)
    values = _values(base, article_id, quote_id, known)
    if not values:
        raise StoreError("nothing is said of what is right; say which words, who, in which role, or that it is not a quote")
    made_at = now()
    made = write.add_corrections(
        base, [Correction(quote_id=quote_id, kind=kind, value=value, who=who, made_at=made_at) for kind, value in values],
        seen=seen)
    shown = _show(base, article_id)
    return Done(quote_id=quote_id, shown=shown,
                changes=tuple(each for each in undo.changes(base, quote_id=quote_id) if each.id in made))


def take_back(base: Database, *, who: str, quote_id: str | None = None, correction_id: str | None = None) -> Done:
    """Take a correction back: the one named, else the last one that holds, of a quote or of any.

    Raises:
        ChangedError: somebody took it back, or corrected otherwise, before.
        StoreError: there is none.
    """
    found = undo.changes(base, quote_id=quote_id)
    change = next((each for each in found if each.id == correction_id or (correction_id is None and each.holds)), None)
    if change is None:
        what = f"quote {quote_id} has no correction that holds" if quote_id else "no correction holds"
        raise StoreError(f"{what}, so there is nothing to take back; `quotes correct --list` names all that were made")
    undo.take_back(base, "correction", change.id, who=who, at=now())
    return _done(base, change)


def hold_again(base: Database, *, who: str, quote_id: str | None = None, undo_id: str | None = None) -> Done:
    """Make a correction hold again that was taken back: the one named, else the last, of a quote or of any.

    Raises:
        ChangedError: it holds again already, or something else was decided since.
        StoreError: nothing was taken back.
    """
    identifier = undo_id or undo.last_taken_back(base, quote_id=quote_id)
    if identifier is None:
        raise StoreError("nothing was taken back that could hold again; `quotes correct --list` names all that was made")
    _, decision_id = undo.redo(base, identifier, who=who, at=now())
    return _done(base, next(each for each in undo.changes(base) if each.id == decision_id))


def _done(base: Database, change: Change) -> Done:
    shown = _show(base, change.article_id)
    same = tuple(each for each in undo.changes(base, quote_id=change.quote_id) if each.id == change.id)
    return Done(quote_id=change.quote_id, changes=same, shown=shown)


def listing(base: Database, quote_id: str | None = None, limit: int = LISTED) -> tuple[Change, ...]:
    """Return the corrections of a quote, or of all, the last made first."""
    return undo.changes(base, quote_id=quote_id, limit=limit)


def state(base: Database, quote_id: str) -> str:
    """Return what tells whether a quote was corrected since; see `correct`."""
    return undo.state_of(base.conn, quote_id)


def find(base: Database, identifier: str) -> str:
    """Return the quote that an identifier or the beginning of just one names, also one that was said to be none.

    Raises:
        StoreError: it names none, several, or an article.
    """
    gone = sorted({each.quote_id for each in undo.changes(base) if identifier and each.quote_id.startswith(identifier)})
    if identifier in gone:
        return identifier
    try:
        found = read.find(base, identifier)
    except StoreError:
        if len(gone) == 1:
            return gone[0]
        raise
    if found.quote_id is None:
        raise StoreError(f"{identifier!r} is an article; the pages of its quotes on the site have their ids")
    return found.quote_id


def speakers_of(base: Database, article_id: str) -> tuple[Speaking, ...]:
    """Return who speaks in an article by what the program found and people said, in the order of their names."""
    found = read.extraction_found(base, article_id)
    now_there = read.extraction(base, article_id) if found is not None else None
    entities = [entity for each in (found, now_there) if each is not None for entity in each.entities]
    speaking = {Speaking(entity.name or entity.description or "", entity.type) for entity in entities}
    return tuple(sorted(each for each in speaking if each.name))


def in_words(change: Change, text: str | None = None) -> str:
    """Return what a correction says, for people: of words what they are, where the article's text is given."""
    kind = CorrectionKind(change.kind)
    value = change.value or ""
    match kind:
        case CorrectionKind.NOT_A_QUOTE:
            return IN_WORDS[kind]
        case CorrectionKind.WRONG_SPEAKER:
            value = value or NOBODY
        case CorrectionKind.WRONG_SPAN if text is not None:
            pieces = (text[int(start):int(end)] for start, _, end in (span.partition("-") for span in value.split(",")))
            value = f"“{f' {LEFT_OUT} '.join(pieces)}”"
        case CorrectionKind.WRONG_ROLE | CorrectionKind.WRONG_AFFILIATION:
            value = value or "none"
    return f"{IN_WORDS[kind]}: {value}"


def standing(change: Change) -> str:
    """Return in words whether a correction holds, and who ended it when."""
    if change.holds:
        return "holds"
    if change.taken_back_by is not None:
        return f"taken back by {change.taken_back_by} on {(change.taken_back_at or '')[:16].replace('T', ' ')}"
    return f"replaced on {(change.superseded_at or '')[:16].replace('T', ' ')}"


# -- what is right, as it is stored -------------------------------------------------------------------------------------


def _values(base: Database, article_id: str, quote_id: str, known: Known) -> list[tuple[CorrectionKind, str | None]]:
    found: list[tuple[CorrectionKind, str | None]] = []
    if known.words is not None or known.spans is not None:
        found.append((CorrectionKind.WRONG_SPAN, _span_value(base, article_id, quote_id, known)))
    if known.unnamed or known.speakers is not None:
        found.append((CorrectionKind.WRONG_SPEAKER, _speaker_value(base, article_id, known)))
    if known.role is not None:
        found.append((CorrectionKind.WRONG_ROLE, _one_line(known.role, "role")))
    if known.affiliation is not None:
        found.append((CorrectionKind.WRONG_AFFILIATION, _one_line(known.affiliation, "affiliation")))
    if known.act is not None:
        found.append((CorrectionKind.WRONG_ACT, known.act.strip()))
    if known.not_a_quote:
        found.append((CorrectionKind.NOT_A_QUOTE, None))
    return found


def _one_line(value: str, what: str) -> str:
    words = " ".join(value.split())
    if len(words) > LONGEST_NAME:
        raise StoreError(f"the {what} has {len(words):,} characters; say it in at most {LONGEST_NAME}")
    if words and not any(map(str.isalnum, words)):
        raise StoreError(f"the {what} {words!r} has no letter; write it as the article does, or leave it empty for none")
    return words


def _speaker_value(base: Database, article_id: str, known: Known) -> str:
    """Return the speakers as a correction stores them.

    Raises:
        StoreError: a name is empty, too long or has no letter, or somebody is both named and not.
    """
    names = [_one_line(one, "name") for name in known.speakers or () for one in (name.split(";") if name.strip() else [name])]
    if known.unnamed and any(names):
        raise StoreError(f"the speaker cannot be {names[0]!r} and unnamed at once; choose one of the two")
    if known.unnamed:
        return ""
    if not names or not all(names):
        raise StoreError("the speaker's name is empty; write a name, choose a speaker of the article, or say that the article "
                         "does not name the speaker")
    if len(names) > MOST_SPEAKERS:
        raise StoreError(f"{len(names)} speakers of one quote are too many; name at most {MOST_SPEAKERS}")
    there = {each.name: each.type for each in speakers_of(base, article_id)}
    kinds = {name: known.speaker_type or there.get(name) or _type_of(base, name) for name in names}
    typed = {name: f"{name} [{kind}]" for name, kind in kinds.items() if kind not in (None, SpeakerType.PERSON)}
    return "; ".join(typed.get(name, name) for name in dict.fromkeys(names))


def _type_of(base: Database, name: str) -> SpeakerType | None:
    """Return what the speakers of just this name are in other articles, if they are all the same."""
    found = (stored.speaker(base.conn, each) for each in read.find_speakers(base, name))
    types = {each.type for each in found if each is not None and fold(each.name) == fold(name)}
    return SpeakerType(types.pop()) if len(types) == 1 else None


def _span_value(base: Database, article_id: str, quote_id: str, known: Known) -> str:
    article = read.stored_article(base, article_id)
    if article is None:
        raise StoreError(f"article {article_id} is not in the database any more, so that no words can be chosen in it")
    if known.spans is None:
        spans = find_words(article.text, known.words or (), near=_place_of(base, quote_id))
    else:
        spans = spans_of(known.spans, article)
        if not spans:
            raise StoreError(f"{known.spans[:100]!r} names no place in the article; write start-end, or start-end,start-end for "
                             f"pieces, from 0 to {len(article.text)}")
        if known.selected is not None and [article.text[start:end] for start, end in spans] != [*known.selected]:
            raise StoreError("what was selected is not what stands there in the article now; load the page again and select anew")
    trimmed = [trimmed for span in spans if (trimmed := _trimmed(article.text, span)) is not None]
    if not trimmed:
        raise StoreError("no words are selected; select those that were said")
    return ",".join(f"{start}-{end}" for start, end in trimmed)


def _trimmed(text: str, span: CharSpan) -> CharSpan | None:
    """Return a span without the white space at its ends, None if it has nothing else."""
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    return CharSpan(start, start + len(words.strip())) if words.strip() else None


def find_words(text: str, pieces: Sequence[str], *, near: int = 0) -> tuple[CharSpan, ...]:
    """Return where words stand in a text, piece behind piece; of several places the one nearest to another.

    Line breaks, curly and straight marks, and dashes need not be the text's. A piece may hold several, joined by [...].

    Args:
        text: the article.
        pieces: the words.
        near: a place (code points).

    Raises:
        StoreError: some words do not stand there.

    >>> find_words("He said: “It rained.”", ['"It rained."'])
    (CharSpan(start=9, end=21),)
    """
    alike = text.translate(ALIKE)
    whole = [piece for piece in pieces if piece.strip()]
    if not whole:
        raise StoreError("no words are given; write those that were said, as they stand in the article")
    found: list[CharSpan] = []
    for piece in whole:
        for part in [piece] if _places(alike, piece, 0) else piece.split(LEFT_OUT):
            low = found[-1].end if found else 0
            places = _places(alike, part, low)
            if not places:
                raise StoreError(f"the words {' '.join(part.split())[:100]!r} do not stand in the article"
                                 f"{' behind those before' if found else ''}; write them as they do")
            found.append(min(places, key=lambda place: abs(place.start - max(near, low))))
    return tuple(found)


def _places(alike: str, words: str, low: int) -> list[CharSpan]:
    pattern = r"\s+".join(map(re.escape, words.translate(ALIKE).split()))
    return [CharSpan(*match.span()) for match in re.compile(pattern).finditer(alike, low)] if pattern else []


# -- reading and showing ------------------------------------------------------------------------------------------------


def _article_of(base: Database, quote_id: str) -> str:
    quote = stored.quote(base.conn, quote_id)
    changes = listing(base, quote_id, 1) if quote is None else ()
    if quote is None and not changes:
        raise StoreError(f"there is no quote {quote_id[:100]!r}; look it up with `quotes show` or on the site")
    return quote.article_id if quote is not None else changes[0].article_id


def _place_of(base: Database, quote_id: str) -> int:
    quote = stored.quote(base.conn, quote_id)
    return quote.start if quote is not None else 0


def _show(base: Database, article_id: str) -> bool:
    """Write the article with its corrections and say who is who again; return whether pages show it now."""
    shown = write.reapply(base, article_id)
    pipeline.resolve(base)
    return shown

