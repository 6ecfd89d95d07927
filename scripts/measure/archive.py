"""Measure an archive that SQLite should not serve: made-up quotes as Parquet by month, and DuckDB over them.

Input: nothing but a number. Output: the size of the files, and a Markdown table of seconds a question takes, the best of three.
The files have the names and the columns that matter of `quotes export --parquet DIR --by month`: 200 months, 300 outlets, and
one speaker for ten quotes, heard by Zipf's law; the words are made up, so that they compress as little as they can.
Command (needs duckdb):

    python -m scripts.measure.archive 10000000 [--folder DIR] [--threads 1]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import duckdb

from scripts.make import big_database

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MONTHS = 200
AT_ONCE = 1_000_000
MADE_UP = """
    with numbers as (select i, hash(i) as h, hash(i + 1e9::bigint) as g from range({first}, {last}) numbers(i)),
    said as (
        select i, h, g,
               array_to_string(
                   list_transform(range(6 + (h % 34)::int), lambda x: vocabulary[1 + (hash(i * 64 + x) % 8000)::int]),
                   ' ') as text,
               floor(pow({people}, (g % 1000000) / 1e6))::bigint as person,
               (date '2008-01-01' + to_months((h // 64 % {months})::int) + to_days((g % 28)::int))::date as its_day
        from numbers, (select list(word order by place) as vocabulary from words))
    select printf('%016x', h) as id, text, 'Speaker ' || person as speaker, printf('speaker-%08x', person) as speaker_id,
           'person' as speaker_type, ['president', 'minister', 'mayor', 'judge', 'analyst'][1 + (person % 5)::int] as role,
           ['direct', 'indirect', 'mixed'][1 + (h % 3)::int] as form, ['say', 'deny', 'warn', 'ask'][1 + (g % 4)::int] as act,
           its_day::varchar as published, its_day::varchar as day, 'Outlet ' || floor(pow(300, (h % 1000) / 1e3)) as outlet,
           printf('article-%010d', i // 4) as article_id, '“' || text || '” said the speaker.' as context,
           length(text) - length(replace(text, ' ', '')) + 1 as words, (g % 1000) / 1e3 as confidence,
           strftime(its_day, '%Y-%m') as month
    from said"""
QUESTIONS = {
    "quotes a month": "select month, count(*) from quotes group by month order by month",
    "who is quoted most": "select speaker, count(*) as quotes from quotes group by speaker order by quotes desc limit 20",
    "one speaker by outlet": "select outlet, count(*) from quotes where speaker = 'Speaker 7' group by outlet order by 2 desc",
    "one month, one speaker, in full": "select day, outlet, text from quotes where month = '2016-05' and speaker = 'Speaker 7' "
                                       "order by day limit 50",
    "a word in ten years": "select count(*) from quotes where month >= '2014-01' and text like '%brabra%'",
    "denials by role and year": "select role, left(month, 4) as year, count(*) from quotes where act = 'deny' group by all",
}


def main() -> None:
    """Make the files if there are none, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("quotes", type=int)
    parser.add_argument("--folder", type=Path, help="where the files lie, to be kept")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, duckdb.connect() as db:
        db.execute(f"set threads = {given.threads}; set enable_progress_bar = false; set preserve_insertion_order = false")
        folder = given.folder or Path(place)
        if not (folder / "quotes").is_dir():
            make(db, folder, given.quotes)
        size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
        print(f"{given.quotes:,} quotes: {size / 1e6:,.0f} MB, {size / given.quotes:.0f} bytes a quote; "
              f"{given.threads} threads\n\n| question | seconds |\n|---|---|")
        db.execute(f"create view quotes as from read_parquet('{folder}/quotes/*/*.parquet', hive_partitioning = true, "
                   "hive_types = {'month': varchar})")
        for name, question in QUESTIONS.items():
            print(f"| {name} | {min(seconds(db, question) for _ in range(3)):.2f} |", flush=True)


def make(db: DuckDBPyConnection, folder: Path, number: int) -> None:
    """Write the files: a part of each month for every million quotes."""
    started = time.monotonic()
    words = big_database.words_of(Random(1), 8000)  # noqa: S311  no secret
    db.execute("create table words (place integer, word varchar)")
    db.executemany("insert into words values (?, ?)", list(enumerate(words)))
    (folder / "quotes").mkdir(parents=True)
    for first in range(0, number, AT_ONCE):
        made = MADE_UP.format(first=first, last=min(number, first + AT_ONCE), people=max(2, number // 10), months=MONTHS)
        db.execute(f"copy ({made}) to '{folder}/quotes' (format parquet, compression zstd, partition_by (month), append, "
                   f"filename_pattern 'quotes-{first // AT_ONCE:04}-{{uuid}}')")
    print(f"made in {time.monotonic() - started:.0f} s")


def seconds(db: DuckDBPyConnection, question: str) -> float:
    """Return how long a question takes."""
    started = time.monotonic()
    db.execute(question).fetchall()
    return time.monotonic() - started


if __name__ == "__main__":
    main()
