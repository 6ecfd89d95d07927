#!/usr/bin/env python3
"""Build a corpus into one database and print the speakers quoted most, to be checked by hand for wrong and missed merges.

    python -m scripts.measure.merges CORPUS.jsonl.gz [--db check.db] [--top 60]

Input: CORPUS, JSON lines ({"id", "text", "title"?, "publisher"?, "published"?}), gzipped or not. Output: a table of
persons with names, roles and numbers; then, as hints, speakers with one surname, names that hold a title, a role or a
possessive, and bare surnames. The database holds the corpus's text: keep it out of the repository.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sqlite3
import sys
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

from quotes import names, pipeline
from quotes.lexicon import fold, people
from quotes.resolve.speakers import surname_skeleton

TABLE = """
    SELECT speakers.id, speakers.name, count(quotes.id), count(DISTINCT quotes.article_id),
        (SELECT group_concat(alias || ' ' || mentions, ', ') FROM aliases WHERE speaker_id = speakers.id),
        (SELECT group_concat(role, '; ') FROM roles WHERE speaker_id = speakers.id)
    FROM speakers JOIN quotes ON quotes.speaker_id = speakers.id WHERE speakers.type = 'person'
    GROUP BY speakers.id ORDER BY 3 DESC, 2
"""


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Return the corpus's articles."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.decode("utf-8").splitlines() if line.strip()]


def build(rows: list[dict[str, Any]], db: Path) -> None:
    """Write the articles to a folder of their own and build them into a database."""
    with tempfile.TemporaryDirectory() as folder:
        with (Path(folder) / "articles.csv").open("w", encoding="utf-8", newline="") as sidecar:
            table = csv.writer(sidecar)
            table.writerow(["file", "title", "outlet", "url", "author", "published"])
            for row in rows:
                (Path(folder) / f"{row['id']}.txt").write_text(row["text"], encoding="utf-8")
                values = [row.get("title") or "", row.get("publisher") or "", "", "", row.get("published") or ""]
                table.writerow([f"{row['id']}.txt", *values])
        settings = pipeline.load_settings({})
        report = pipeline.build([folder], db=str(db), settings=settings)
    print(f"{report.written} articles, {report.quotes} quotes, {len(report.failures)} failures\n")


def hints(found: list[tuple[Any, ...]]) -> None:
    """Print what looks like a missed merge or a bad name."""
    by_surname: dict[str, list[str]] = defaultdict(list)
    for _, name, quotes, *_ in found:
        by_surname[surname_skeleton(name)].append(f"{name} ({quotes})")
    print("\none surname:")
    for shared in sorted(by_surname.values()):
        if len(shared) > 1:
            print("   ", "; ".join(shared))
    words = people().titles | people().honorifics
    print("\nnames with a title or possessive:")
    for _, name, quotes, *_ in found:
        if set(fold(name).split()[:1]) & words or name.endswith(("'s", "’s")):
            print(f"    {name} ({quotes})")
    print("\nnames of one word:", ", ".join(f"{name} ({quotes})" for _, name, quotes, *_ in found if not names.parse(name).given))


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--db", type=Path, default=Path("check.db"))
    parser.add_argument("--top", type=int, default=60)
    args = parser.parse_args()
    build(rows_of(args.corpus), args.db)
    with closing(sqlite3.connect(args.db)) as connection:
        found = connection.execute(TABLE).fetchall()
    for place, (_, name, quotes, articles, aliases, roles) in enumerate(found[: args.top], 1):
        print(f"{place:>3} {name:<28} {quotes:>4} quotes {articles:>3} articles | {aliases} | {roles or ''}"[:260])
    hints(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
