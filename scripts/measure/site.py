"""Measure how fast the site answers many visitors at once.

Input: a database of quotes (`scripts/make/big_database.py` makes one of a million quotes). Output: a table, one row a kind
of page: requests, median and 95th percentile in milliseconds, failures (another status than 200, or a facet that timed
out). Each visitor asks for one page after the other without a pause; pages are drawn at random, with a fixed seed.

Command:

    python -m scripts.measure.site big.db [--visitors 10] [--requests 60] [--json FILE]

Exits with 1 if a kind of page misses 300 ms at the median or 1 s at the 95th percentile, or anything failed.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

MEDIAN_MS = 300
P95_MS = 1000
SAMPLE = 400
FACETS = ("speaker_id", "affiliation", "role", "role_class", "outlet_id", "form", "mention", "month", "day", "cue_lemma", "rule")
SERVE = "import sys; from quotes.publish.serve import Address, serve; serve(sys.argv[1], Address(port=int(sys.argv[2])))"


def paths(db: Path, seed: int) -> dict[str, list[str]]:
    """Return addresses to ask for, by kind of page."""
    draw = random.Random(seed)  # noqa: S311  no secret
    name = db.stem
    with contextlib.closing(sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        def column(sql: str) -> list[str]:
            return [str(row[0]) for row in connection.execute(sql)]

        most = column("select speaker_id from speaker_totals order by quotes desc limit 50")
        total = connection.execute("select max(rowid) from quotes").fetchone()[0]
        rowids = [draw.randint(1, total) for _ in range(SAMPLE)]
        some = connection.execute(
            f"select id, article_id, speaker_id, text from quotes where rowid in ({','.join('?' * SAMPLE)})",  # noqa: S608
            rowids).fetchall()
        values = {facet: column(f"select value from facet_counts where facet = '{facet}' order by quotes desc limit 40")  # noqa: S608
                  for facet in FACETS}
        topics = column("select value from facet_counts where facet = 'term_id' order by quotes desc limit 40")
        statements = column("select id from statements order by id limit 400")
        widest = column("select id from statements order by quotes desc limit 40")
        names = column("select name from speaker_totals join speakers on id = speaker_id order by quotes desc limit 50")
    table = f"/{quote(name)}/quotes"
    words = [draw.choice(row[3].strip("“”").split()) for row in some if len(row[3].split()) > 3]
    return {
        "home": ["/"],
        "speakers": [f"/quotes/speakers?page={page}" for page in range(1, 40)],
        "speaker": [f"/quotes/speaker/{row[2]}" for row in some],
        "speaker quoted most": [f"/quotes/speaker/{speaker}" for speaker in most],
        "speaker, filtered": [f"/quotes/speaker/{speaker}?form={form}" for speaker in most for form in ("direct", "indirect")],
        "article": [f"/quotes/article/{quote(row[1])}" for row in some],
        "quote": [f"/quotes/quote/{row[0]}" for row in some],
        "statement": [f"/quotes/statement/{statement}" for statement in statements],
        "statement, widest": [f"/quotes/statement/{statement}" for statement in widest],
        "statements": [f"/quotes/statements?page={page}" for page in range(1, 20)],
        "statements with a word": [f"/quotes/statements?{urlencode({'q': word})}" for word in words],
        "changed in print": [f"/quotes/statements?changed=1&page={page}" for page in range(1, 20)],
        "said": [f"/quotes/said?{urlencode({'name': draw.choice(names), 'topic': word, 'since': '2022', 'until': 'June 2023'})}"
                 for word in words],
        "said, all of a speaker": [f"/quotes/said?{urlencode({'name': name, 'since': '1 May 2022'})}" for name in names],
        "said by nobody": [f"/quotes/said?{urlencode({'name': f'{name[:-2]}x'})}" for name in names],
        "side by side": [f"/quotes/compare?{urlencode({'one': draw.choice(names), 'other': draw.choice(names), 'topic': word})}"
                         for word in words],
        "unnamed": ["/quotes/unnamed"],
        "table, all facets": [table],
        "table of one day": [f"{table}?{urlencode({'day': day})}" for day in values["day"]],
        "search a word": [f"{table}?{urlencode({'_search': word})}" for word in words],
        "feed of a speaker": [f"/quotes/speaker/{row[2]}.atom" for row in some],
        **{f"facet {facet}": [f"{table}?{urlencode({facet: value})}" for value in values[facet]] for facet in FACETS},
        "facet topic": [f"{table}?{urlencode({'_topic': topic})}" for topic in topics],
        "two facets": [f"{table}?{urlencode({name: draw.choice(values[name]) for name in ('form', 'outlet_id')})}"
                       for _ in range(100)],
    }


@contextlib.contextmanager
def server(db: Path) -> Iterator[int]:
    """Serve the database as `quotes serve` does; yield the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(db.resolve()), str(port)])  # noqa: S603
    try:
        for _ in range(1200):
            if process.poll() is not None:
                raise SystemExit("the server ended at once")
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", "/robots.txt")
                connection.getresponse().read()
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def visit(port: int, asked: list[tuple[str, str]], found: dict[str, list[float]], failures: dict[str, list[str]],
          lock: threading.Lock) -> None:
    """Ask for pages one after the other and note how long each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for kind, path in asked:
        start = time.perf_counter()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            fault = None if answer.status == 200 else str(answer.status)
            if b"facets-timed-out" in body:
                fault = "a facet timed out"
        except (OSError, http.client.HTTPException) as error:
            fault = repr(error)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        took = (time.perf_counter() - start) * 1000
        with lock:
            found[kind].append(took)
            if fault:
                failures[kind].append(f"{path}: {fault}")


def measure(port: int, pages: dict[str, list[str]], visitors: int, requests: int, seed: int) -> list[dict[str, Any]]:
    """Return one row a kind of page; all kinds are asked for mixed, as visitors do."""
    draw = random.Random(seed)  # noqa: S311
    asked = [(kind, draw.choice(addresses)) for kind, addresses in pages.items() for _ in range(requests)]
    draw.shuffle(asked)
    found: dict[str, list[float]] = defaultdict(list)
    failures: dict[str, list[str]] = defaultdict(list)
    lock = threading.Lock()
    threads = [threading.Thread(target=visit, args=(port, asked[number::visitors], found, failures, lock))
               for number in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = []
    for kind in pages:
        times = sorted(found[kind])
        rows.append({"page": kind, "requests": len(times), "median_ms": round(statistics.median(times)),
                     "p95_ms": round(times[min(len(times) - 1, int(len(times) * 0.95))]), "worst_ms": round(times[-1]),
                     "failures": failures[kind]})
    return rows


def main() -> int:
    """Measure, print the table, and say whether the limits hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("db", type=Path)
    parser.add_argument("--visitors", type=int, default=10)
    parser.add_argument("--requests", type=int, default=60, help="requests for each kind of page")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the rows here")
    arguments = parser.parse_args()
    pages = {kind: addresses for kind, addresses in paths(arguments.db, arguments.seed).items() if addresses}
    with server(arguments.db) as port:
        measure(port, pages, 2, 2, arguments.seed + 1)
        rows = measure(port, pages, arguments.visitors, arguments.requests, arguments.seed)
    print(f"{'page':24} {'requests':>8} {'median':>9} {'95 %':>9} {'worst':>9}  failures")
    ok = True
    for row in rows:
        missed = row["median_ms"] > MEDIAN_MS or row["p95_ms"] > P95_MS or row["failures"]
        ok = ok and not missed
        print(f"{row['page']:24} {row['requests']:>8} {row['median_ms']:>6} ms {row['p95_ms']:>6} ms {row['worst_ms']:>6} ms"
              f"  {len(row['failures'])}{'  MISSED' if missed else ''}")
        for failure in row["failures"][:3]:
            print(f"    {failure}")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
