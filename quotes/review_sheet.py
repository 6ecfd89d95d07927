"""Reviewing speakers in a spreadsheet: all of them as a CSV file, and back what a person wrote into it.

A row is a speaker. Whoever reviews writes into four columns and leaves the others as they are:

    new_name     what the speaker is to be called
    same_as      whom the speaker is the same as: an identifier, a name that one speaker has, or what stands in perhaps_same_as
    not_same_as  whom the speaker is not the same as, likewise (several are parted by ;)
    why          the reason, for the record

Invariants: a file that cannot be read decides nothing; all that is taken of one file is stored in one transaction, as the
decisions of one person at one moment, which `quotes speakers undo` takes back together; what is given again changes nothing; each
cell that is not taken is told, with its row as the spreadsheet numbers it and a remedy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quotes import pipeline, review
from quotes.errors import IngestError, QuotesError
from quotes.ingest import sheet
from quotes.records import Rename, Verdict
from quotes.resolve import decisions
from quotes.store import decisions as stored_decisions
from quotes.store import read, speakers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from quotes.ingest.sheet import Row, Sheet
    from quotes.records import Judgement

TOLD = ("speaker_id", "name", "type", "known_as", "quotes", "articles", "roles", "also_written", "perhaps_same_as")
WRITTEN = ("new_name", "same_as", "not_same_as", "why")
COLUMNS = (*TOLD, *WRITTEN)
LONGEST_NAME = 200
LONGEST_WHY = 500
IN_BRACKETS = re.compile(r"\[([^\[\]]+)\]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a sheet: what was taken, what was not and why (a line each), and how much held already."""

    taken: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    already: int = 0


@dataclass(slots=True, kw_only=True)
class _Plan:
    """What a sheet asks for, checked against the database and against its other rows."""

    base: Database
    who: str
    at: str
    apart: frozenset[frozenset[str]]
    renames: dict[str, tuple[int, Rename]] = field(default_factory=dict)
    judgements: dict[frozenset[str], tuple[int, Judgement]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    already: int = 0

    def add(self, row: Row) -> None:
        """Take what a row asks for, or note why not."""
        given = row.first("speaker_id")
        if not given:
            self._refuse(row, "has no speaker_id; leave that column as it was exported")
            return
        try:
            speaker = review.identified(self.base, given)
        except QuotesError:
            self._refuse(row, f"{given[:80]!r} is no speaker's identifier (any more); export again and write it there")
            return
        name = self._name(speaker)
        if row.first("new_name"):
            self._rename(row, speaker, name)
        elif given == speaker and row.first("name") and row.first("name") != name:
            self._refuse(row, f"{row.first('name')[:80]!r} in column name is not what {name!r} is called; a new name goes into "
                              "column new_name")
        for column in ("same_as", "not_same_as"):
            for text in _parts(row, column):
                self._pair(row, column, speaker, text)
        if row.first("why") and not any(row.first(column) for column in WRITTEN[:-1]):
            self._refuse(row, f"a reason without a decision; write into {', '.join(WRITTEN[:-1])}")

    def _rename(self, row: Row, speaker: str, name: str) -> None:
        wanted = " ".join(row.first("new_name").split())
        if len(row.cells["new_name"]) > 1 or len(wanted) > LONGEST_NAME or not wanted.isprintable():
            self._refuse(row, f"new_name is no name of at most {LONGEST_NAME} characters on one line; shorten it")
        elif speaker in self.renames and self.renames[speaker][1].name != wanted:
            self._refuse(row, f"row {self.renames[speaker][0]} calls the same speaker otherwise; leave one of the two")
        elif wanted == name or speaker in self.renames:
            self.already += 1
        else:
            self.renames[speaker] = row.number, Rename(speaker_id=speaker, name=wanted, who=self.who, made_at=self.at)
            self.taken.append(f"row {row.number}: {name} is called {wanted}")

    def _pair(self, row: Row, column: str, speaker: str, text: str) -> None:
        try:
            other = self._other(text)
        except QuotesError as error:
            self._refuse(row, f"{column}: {error}")
            return
        one = column == "same_as"
        made = decisions.merge if one else decisions.keep_apart
        pair = frozenset((speaker, other))
        if speaker == other:
            if one:
                self.already += 1
            else:
                self._refuse(row, f"{column}: {text[:80]!r} is this speaker itself; `quotes speakers split` parts one into two")
            return
        why = row.first("why")[:LONGEST_WHY] or None
        judgement = made(speaker, other, who=self.who, at=self.at, reasons=why)
        if pair in self.judgements and self.judgements[pair][1].judgement != judgement.judgement:
            self._refuse(row, f"{column}: row {self.judgements[pair][0]} says the opposite of this pair; leave one of the two")
        elif pair in self.judgements or (not one and pair in self.apart):
            self.already += 1
        else:
            self.judgements[pair] = row.number, judgement
            self.taken.append(f"row {row.number}: {self._name(speaker)} and {self._name(other)} are {'one' if one else 'two'}")

    def _other(self, text: str) -> str:
        """Return the speaker whom a cell names.

        Raises:
            StoreError: nobody is called so, or several are.
        """
        named = IN_BRACKETS.search(text)
        return review.identified(self.base, named[1]) if named else review.one(self.base, text)

    def _name(self, speaker: str) -> str:
        return str(self.base.conn.execute("SELECT name FROM speakers WHERE id = ?", (speaker,)).fetchone()[0])

    def _refuse(self, row: Row, why: str) -> None:
        self.refused.append(f"row {row.number}: {why}")


def export_review(base: Database) -> tuple[bytes, int]:
    """Return all speakers with a name as CSV that spreadsheets open by a double click, and how many they are."""
    rows = [(*map(str, row), *("" for _ in WRITTEN)) for row in speakers.sheet(base)]
    return sheet.written(COLUMNS, rows), len(rows)


def import_review(base: Database, path: Path, *, who: str, dry_run: bool = False) -> ImportReport:
    """Take what a person wrote into a sheet of speakers; return what was taken and what was not.

    Args:
        base: the database.
        path: the sheet, as `export_review` made it, or any CSV with a column speaker_id and one to write into.
        who: who decided.
        dry_run: only say what would be done.

    Raises:
        IngestError: the file cannot be read as such a sheet; nothing is stored.
        StoreError: the database cannot be written; nothing is stored.
    """
    given = sheet.read(path, COLUMNS)
    _check(given, path)
    plan = _Plan(base=base, who=who, at=review.now(), apart=frozenset(_apart(base)))
    for row in given.rows:
        plan.add(row)
    if dry_run or not plan.taken:
        return ImportReport(taken=tuple(plan.taken), refused=tuple(plan.refused), already=plan.already)
    stored_decisions.add_decisions(base, (judgement for _, judgement in plan.judgements.values()),
                         (rename for _, rename in plan.renames.values()))
    pipeline.resolve(base)
    refused = (*plan.refused, *_overruled(base, plan.apart))
    return ImportReport(taken=tuple(plan.taken), refused=refused, already=plan.already)


def _check(given: Sheet, path: Path) -> None:
    """Refuse a sheet without the columns that it needs, or with one of them twice: the right cell could not be told."""
    if "speaker_id" not in given.columns or not {*WRITTEN[:-1]} & {*given.columns}:
        raise IngestError(f"{path}: has no column speaker_id, or none of {', '.join(WRITTEN[:-1])}; begin with a file that "
                          "`quotes speakers export-review` made")
    twice = next((name for name in COLUMNS if given.columns.count(name) > 1), None)
    if twice:
        raise IngestError(f"{path}: has two columns {twice}; leave one of them")


def _apart(base: Database) -> Iterator[frozenset[str]]:
    """Yield the pairs that people hold apart, by the identifiers that the two have now."""
    for held in read.judgements(base):
        if held.judgement == Verdict.NEGATIVE:
            pair = (held.left_id, held.right_id)
            yield frozenset(found[0] if (found := read.find_speakers(base, each)) else each for each in pair)


def _overruled(base: Database, apart: Iterable[frozenset[str]]) -> Iterator[str]:
    """Yield a line for each pair that somebody keeps apart and that is one speaker now, by way of others."""
    for pair in sorted(map(sorted, apart)):
        now = {found[0] if (found := read.find_speakers(base, each)) else each for each in pair}
        if len(pair) > len(now):
            yield (f"{' and '.join(pair)} are one speaker by this file, whom somebody keeps apart; `quotes speakers undo` takes "
                   "the file back")


def _parts(row: Row, column: str) -> Iterator[str]:
    for cell in row.cells.get(column, ()):
        yield from filter(None, map(str.strip, cell.split(";")))
