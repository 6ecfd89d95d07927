"""Stop builds at random moments, build again, and compare with a build that nothing disturbed.

Input: files or folders of articles. Output: a line for each stop and one of totals; exit status 1 if anything differs.
Command, for thirty stops with one worker and with two:

    python -m scripts.measure.stops seeds --stops 30 --workers 1 2

A stop is SIGKILL, SIGTERM or SIGINT, to the parent or (with several workers) to one of them. Held afterwards: every row of
every table is as in the undisturbed build, all checks of `quotes doctor` are clean, no process of the build is left. Linux only.
"""

from __future__ import annotations

import argparse
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from os import kill
from pathlib import Path

from quotes.store.check import check
from quotes.store.connection import open_database

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
SECONDS_TO_END = 20.0


def command(inputs: list[str], db: Path, workers: int) -> list[str]:
    """Return the command that builds a database."""
    return [sys.executable, "-m", "quotes", "build", *inputs, "--db", str(db), "--workers", str(workers)]


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table but the search index's own, sorted."""
    with closing(sqlite3.connect(path)) as connection:
        names = [str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if "sqlite_" not in name and "_fts" not in name]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in kept}  # noqa: S608


def faults(path: Path) -> list[str]:
    """Return what the checks of a database find."""
    with closing(open_database(path)) as db:
        return check(db)


def processes(db: Path) -> set[int]:
    """Return the processes of the build of a database: the parent by its command, the others by its session."""
    found = set()
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            if folder.name.isdigit() and f"STOPPED_BUILD={db}".encode() in (folder / "environ").read_bytes():
                found.add(int(folder.name))
    return found


def workers_of(db: Path) -> list[int]:
    """Return the worker processes of the build of a database."""
    found = []
    for pid in sorted(processes(db)):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def left_running(db: Path) -> set[int]:
    """Return the processes of a build that are there still after the time that they may take to end."""
    end = time.monotonic() + SECONDS_TO_END
    while (left := processes(db)) and time.monotonic() < end:
        time.sleep(0.2)
    return left


def stop(inputs: list[str], db: Path, workers: int, longest: float, chance: random.Random) -> tuple[str, list[str]]:
    """Build, stop it at a random moment, and return what was done and what is wrong with what it left."""
    number, after = chance.choice(SIGNALS), chance.uniform(0, longest)
    build = subprocess.Popen(command(inputs, db, workers), env={"STOPPED_BUILD": str(db), "PATH": ""},  # noqa: S603
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    target = chance.choice([build.pid, *workers_of(db)])
    with suppress(ProcessLookupError):
        if build.poll() is None:
            kill(target, number)
    try:
        build.wait(timeout=10 * longest + SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        build.kill()
        return f"{number.name} after {after:.1f} s", ["the build did not end"]
    whom = "the parent" if target == build.pid else "a worker"
    told = f"{number.name} to {whom} after {after:.1f} s, status {build.returncode}"
    wrong = [f"process {pid} is left running" for pid in sorted(left_running(db))]
    for pid in processes(db):
        with suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)
    return told, wrong


def main() -> None:
    """Stop builds and say what held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--stops", type=int, default=30, help="for each number of workers")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # begun in the background, builds would inherit that it is ignored
    chance = random.Random(given.seed)  # noqa: S311  moments, no secrets
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        for workers in given.workers:
            reference = Path(folder) / f"reference{workers}.db"
            start = time.monotonic()
            subprocess.run(command(given.inputs, reference, workers), check=True, capture_output=True)  # noqa: S603
            longest, wanted = time.monotonic() - start, rows(reference)
            for place in range(given.stops):
                db = Path(folder) / f"stopped{workers}-{place}.db"
                told, wrong = stop(given.inputs, db, workers, longest, chance)
                subprocess.run(command(given.inputs, db, workers), check=False, capture_output=True)  # noqa: S603
                wrong += faults(db)
                wrong += [f"table {name} differs" for name, found in rows(db).items() if found != wanted[name]]
                broken += bool(wrong)
                print(f"{workers} workers, {told}: {'; '.join(wrong) or 'held'}", flush=True)
    print(f"{given.stops * len(given.workers)} stops, {broken} with faults")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
