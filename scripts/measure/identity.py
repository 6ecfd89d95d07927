"""Measure who is taken for whom over articles: pairs of mentions, one person in two spellings or two people of one name.

Input: files of pairs (default: those of tests/data/identity; its README.md says how they came about). A line is a pair: `id`,
`same` (one person?), `why`, and `left` and `right`, each an article with `outlet`, `published`, `name` (as it names whom it
quotes) and `text`.
Output: a row a file: of the pairs that are one person how many are one speaker, how many are proposed to people, and how many
are missed; of those that are two how many are one speaker, and how many are proposed; then how many speakers hold people of
different pairs, and the names that extraction read otherwise than the articles have them. `--show` names the pairs.
Command:

    python -m scripts.measure.identity [FILE ...] [--show] [--db FILE]

All articles of a file go through the whole program into one database. With `--db` it is kept (the file's stem goes before the
name), and where it is there already, only resolved again. Exits with 1 if anything is wrongly one, or over a fifth is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from quotes import pipeline
from quotes.lexicon import fold
from quotes.resolve import speakers
from quotes.store import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quotes.records import Resolution, StoredEntity

FOLDER = Path(__file__).parents[2] / "tests" / "data" / "identity"
SIDES = ("left", "right")
MOST_MISSED = 0.2  # of the pairs that are one person


@dataclass(slots=True, kw_only=True)
class Score:
    """The pairs of one file by what became of them, as lines to show."""

    one: int = 0
    two: int = 0
    joined: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    misread: list[str] = field(default_factory=list)

    @property
    def is_enough(self) -> bool:
        """Whether nothing is wrongly one, and few enough are missed."""
        return not self.wrong and not self.strangers and len(self.missed) <= MOST_MISSED * self.one


def read_pairs(path: Path) -> list[dict[str, Any]]:
    """Return the pairs of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def build(pairs: Sequence[Mapping[str, Any]], db: Path) -> None:
    """Read the articles of all pairs into one database."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "articles.jsonl"
        rows = [
            {"id": f"{pair['id']}.{side}", **{key: pair[side][key] for key in ("outlet", "published", "text")}}
            for pair in pairs for side in SIDES
        ]
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        pipeline.build([str(file)], db=str(db), settings=pipeline.load_settings({}))


def resolved(db: Path) -> tuple[list[StoredEntity], Resolution]:
    """Return what a database says of its articles' speakers, and who is who among them."""
    base = Database(db)
    try:
        entities = list(read.entities(base))
    finally:
        base.close()
    return entities, speakers.resolve(entities)


def score(pairs: Sequence[Mapping[str, Any]], entities: Sequence[StoredEntity], found: Resolution) -> Score:
    """Say what became of the pairs."""
    result = Score()
    spoken: dict[str, list[StoredEntity]] = defaultdict(list)
    for entity in entities:
        if entity.name:
            spoken[entity.article_id].append(entity)
    asked = {frozenset((pair.left_id, pair.right_id)): pair.reasons for pair in found.speaker_candidates}
    holders: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        ids = []
        for side in SIDES:
            named = _named(pair[side]["name"], spoken[f"{pair['id']}.{side}"])
            if named is None or fold(named.name or "") != fold(pair[side]["name"]):
                result.misread.append(f"{pair['id']} {side}: {pair[side]['name']!r} is {named.name if named else None!r}")
            ids.append(found.assignments[named.id] if named else f"nobody.{pair['id']}.{side}")
            holders[ids[-1]].add(pair["id"])
        _note(result, pair, ids, asked)
    result.strangers = [", ".join(sorted(held)) for held in holders.values() if len(held) > 1]
    return result


def _named(name: str, entities: Sequence[StoredEntity]) -> StoredEntity | None:
    """Return whom an article quotes: by name, else the one with the most quotes."""
    exact = next((entity for entity in entities if entity.name and fold(entity.name) == fold(name)), None)
    return exact or max(entities, key=lambda entity: (entity.quotes, entity.id), default=None)


def _note(result: Score, pair: Mapping[str, Any], ids: Sequence[str], asked: Mapping[frozenset[str], str]) -> None:
    line = f"{pair['id']} ({pair['why']}): {pair['left']['name']} / {pair['right']['name']}"
    proposed = asked.get(frozenset(ids))
    why = f"{line}: {proposed}" if proposed else line
    if pair["same"]:
        result.one += 1
        (result.joined if len(set(ids)) == 1 else result.missed if proposed is None else result.proposed).append(why)
        return
    result.two += 1
    if len(set(ids)) == 1:
        result.wrong.append(line)
    elif proposed is not None:
        result.asked.append(why)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--db", type=Path)
    given = parser.parse_args(arguments)
    print(f"{'pairs':<12} {'one':>4} {'joined':>7} {'proposed':>9} {'missed':>7} | {'two':>4} {'joined':>7} {'proposed':>9} | "
          f"{'strangers':>9} {'misread':>8}")
    enough = True
    for path in given.files or sorted(FOLDER.glob("*.jsonl")):
        pairs = read_pairs(path)
        with tempfile.TemporaryDirectory() as folder:
            db = given.db.with_name(f"{path.stem}-{given.db.name}") if given.db else Path(folder) / "pairs.db"
            if not db.exists():
                build(pairs, db)
            found = score(pairs, *resolved(db))
        enough &= found.is_enough
        print(f"{path.stem:<12} {found.one:>4} {len(found.joined):>7} {len(found.proposed):>9} {len(found.missed):>7} | "
              f"{found.two:>4} {len(found.wrong):>7} {len(found.asked):>9} | {len(found.strangers):>9} {len(found.misread):>8}")
        if given.show:
            for kind in ("missed", "wrong", "strangers", "proposed", "asked", "misread"):
                for line in getattr(found, kind):
                    print(f"    {kind}: {line}")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
