"""Measure how long each engine takes for an archive in shards, and look whether all make the same records.

Input: tables (CSV) of articles; each engine of `quotes extract --out`, of which Dask and Ray need their extras.
Output: a Markdown table with a line for each engine: seconds, articles, quotes, articles a second, what a second run does, and
whether the shards are byte for byte those of the first engine.
Command:

    python -m scripts.measure.engines wikinews_2019.csv wikinews_2020.csv [--shards 12] [--workers 2] [--engine dask ...]

Dask gets two worker processes and Ray two nodes with one each; the time to start them does not count, that to load the language
model in each worker does.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from quotes import config, sharded
from quotes.engines import Engine, EngineName
from scripts.measure import clusters

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS: dict[EngineName, type[clusters.Dask | clusters.Ray]] = {EngineName.DASK: clusters.Dask, EngineName.RAY: clusters.Ray}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("tables", nargs="+", type=Path)
    parser.add_argument("--shards", type=int, default=12)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engine", nargs="*", type=EngineName, default=list(EngineName), choices=list(EngineName))
    given = parser.parse_args()
    print("| engine | seconds | articles | quotes | articles a second | second run | same records |", "|---" * 7 + "|", sep="\n")
    with tempfile.TemporaryDirectory() as place:
        split(given.tables, Path(place) / "in", given.shards)
        first: dict[str, bytes] = {}
        for name in given.engine:
            with connected(name, given.workers, Path(place)) as engine:
                told, made = measured(engine, Path(place))
            first = first or made
            print(f"| {name} | {told} | {'yes' if made == first else 'NO'} |", flush=True)
            if made != first:
                sys.exit(f"{name} made other records")


def split(tables: list[Path], folder: Path, number: int) -> None:
    """Deal the rows of tables out to so many tables."""
    folder.mkdir()
    csv.field_size_limit(2**28)
    rows = []
    for table in tables:
        with table.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    for place in range(number):
        with (folder / f"shard-{place:03}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows[place::number])


@contextmanager
def connected(name: EngineName, workers: int, place: Path) -> Iterator[Engine]:
    """Give an engine, its cluster running."""
    if name == EngineName.LOCAL:
        yield Engine(workers=workers)
        return
    folder = place / f"cluster-{name}"
    folder.mkdir()
    with clusters.started(KINDS[name], folder) as cluster:
        yield Engine(name=name, address=cluster.address)


def measured(engine: Engine, place: Path) -> tuple[str, dict[str, bytes]]:
    """Extract twice; return the cells of the table, and the shards by their names."""
    settings, out = config.load(), place / f"out-{engine.name}"
    started = time.monotonic()
    report = sharded.extract([str(place / "in")], out=out, engine=engine, settings=settings)
    seconds = time.monotonic() - started
    started = time.monotonic()
    again = sharded.extract([str(place / "in")], out=out, engine=engine, settings=settings)
    second = f"{again.written} shards written, {time.monotonic() - started:.2f} s"
    made = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    speed = report.articles / seconds
    return f"{seconds:.0f} | {report.articles} | {report.quotes} | {speed:.2f} | {second}", made


if __name__ == "__main__":
    main()
