"""Measure what telling statements costs with many quotes: fingerprints and parents, bytes a quote, one article more.

Input: a database of many quotes (`scripts/make/big_database.py` makes one); it is copied, and only the copy is changed.
Output: quotes, those that stand in quotation marks, seconds of CPU to tell families and statements of all of them anew, bytes a
quote that fingerprints and wordings take, and milliseconds of CPU that one article more costs (the median of some).

Command: `python -m scripts.measure.retelling big.db [--articles 20]`. Exits with 1 above 300 s for a million quotes, 200 bytes
a quote or 100 ms an article.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from quotes import pipeline, wording
from quotes.store import write

if TYPE_CHECKING:
    from sqlite_utils import Database

SECONDS_A_MILLION = 300
BYTES_A_QUOTE = 200
ARTICLE_MS = 100
MADE = ("fingerprints", "wordings", "quote_wordings")
EMPTIED = (*MADE, "article_marks", "marked_articles", "article_families", "statement_variants")


def main(arguments: list[str] | None = None) -> int:
    """Print what it costs; return the exit status."""
    parser = argparse.ArgumentParser(description="Measure what telling statements costs with many quotes.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--articles", type=int, default=20)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=given.path.resolve().parent) as folder:
        copy = Path(folder) / "copy.db"
        shutil.copyfile(given.path, copy)
        with closing(write.open_database(copy)) as db:
            db.conn.execute("PRAGMA synchronous = OFF")
            return report(db, given.articles)


def report(db: Database, articles: int) -> int:
    """Measure, print, and return the exit status."""
    quotes = db.table("quotes").count
    seconds = all_anew(db)
    marked = db.table("quote_wordings").count
    size = bytes_of(db) / max(1, quotes)
    one = [one_more(db, str(row[0])) for row in db.execute("SELECT id FROM articles ORDER BY id LIMIT ?", [articles]).fetchall()]
    article_ms = 1000 * statistics.median(one)
    print(f"{quotes} quotes, {marked} in quotation marks, {db.table('statements').count} statements: {seconds:.0f} s of CPU, "
          f"{size:.0f} bytes a quote, one article more {article_ms:.0f} ms of CPU")
    enough = seconds <= SECONDS_A_MILLION * quotes / 1_000_000 and size <= BYTES_A_QUOTE and article_ms <= ARTICLE_MS
    return 0 if enough else 1


def all_anew(db: Database) -> float:
    """Forget all families and statements, tell them again, and return the seconds of CPU that it took."""
    db.conn.execute("UPDATE quotes SET statement_id = NULL WHERE statement_id IS NOT NULL")
    for table in (*EMPTIED, "statements"):
        db.conn.execute(f"DELETE FROM {table}")  # noqa: S608  our own names
    db.conn.execute("INSERT OR IGNORE INTO untold_articles SELECT id FROM articles")
    db.conn.execute("INSERT OR IGNORE INTO untold_quotes SELECT id FROM quotes")
    started = time.process_time()
    pipeline.tell(db)
    return time.process_time() - started


def one_more(db: Database, article_id: str) -> float:
    """Forget one article and what only it says, tell it as new, and return the seconds of CPU that this took."""
    for (identifier, forms) in db.execute(
        "SELECT id, forms FROM wordings WHERE id IN (SELECT wording_id FROM quote_wordings JOIN quotes ON quotes.id = quote_id "
        "WHERE article_id = ?) AND parent_id IS NULL AND id NOT IN (SELECT parent_id FROM wordings WHERE parent_id IS NOT NULL)",
        [article_id],
    ).fetchall():
        db.conn.executemany("DELETE FROM fingerprints WHERE hash = ? AND wording_id = ?",
                            [(value, identifier) for value in wording.fingerprints(wording.unpacked(forms))])
        db.conn.execute("DELETE FROM wordings WHERE id = ?", [identifier])
    db.conn.execute("INSERT OR IGNORE INTO untold_articles VALUES (?)", [article_id])
    db.conn.execute("INSERT OR IGNORE INTO untold_quotes SELECT id FROM quotes WHERE article_id = ?", [article_id])
    started = time.process_time()
    pipeline.tell(db)
    return time.process_time() - started


def bytes_of(db: Database) -> int:
    """Return how many bytes of the file the tables of fingerprints and wordings take, with their indexes."""
    names = [row[0] for table in MADE for row in db.execute("SELECT name FROM sqlite_master WHERE tbl_name = ?", [table])]
    return sum(db.execute("SELECT sum(pgsize) FROM dbstat WHERE name = ?", [name]).fetchone()[0] or 0 for name in names)


if __name__ == "__main__":
    sys.exit(main())
