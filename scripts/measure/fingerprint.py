"""Say in one line a set whether the pipeline still finds exactly what it found: run it before and after a change of form.

Input: the seeds and every annotated set of the tests, and any more folders of articles (`*.txt`) that are named.
Output: for each folder the SHA-256 of what `quotes extract --attitudes` prints for its articles in the order of their names;
then that of the rows of a database built from the seeds, without what differs from run to run; and one over all.
Command:

    python -m scripts.measure.fingerprint [FOLDER ...] [--expect SHA256]

With `--expect` it ends with status 1 where the hash over all is another one.
"""

from __future__ import annotations

import argparse
import hashlib
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
WHEN = {"runs", "_sqlite_migrations"}  # tables that say when and by which version
RUN = {"run_id", "fingerprint", "findings"}  # the run that found it and digests of it, which tell of version and settings


def main() -> None:
    """Print the hashes."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folders", nargs="*", type=Path)
    arguments.add_argument("--expect", metavar="SHA256")
    given = arguments.parse_args()
    folders = [ROOT / "seeds", *sorted((ROOT / "tests" / "data").glob("styles*")), *(path.resolve() for path in given.folders)]
    whole = hashlib.sha256()
    for name, value in _fingerprints(folders):
        print(f"{value}  {name}", flush=True)
        whole.update(value.encode())
    print(f"{whole.hexdigest()}  all")
    if given.expect and given.expect != whole.hexdigest():
        sys.exit(f"the output is another one: expected {given.expect}")


def _fingerprints(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for folder in folders:
        articles = map(str, sorted(folder.glob("*.txt")))
        yield folder.name, hashlib.sha256(_quotes("extract", "--attitudes", *articles)).hexdigest()
    yield "seeds by rules", hashlib.sha256(_quotes("extract", "--tagger", "rules", str(ROOT / "seeds"))).hexdigest()
    with tempfile.TemporaryDirectory() as place:
        database = Path(place) / "data.db"
        _quotes("build", "seeds", "--db", str(database))
        yield "rows of the seeds' database", rows_hash(database)


def _quotes(*arguments: str) -> bytes:
    """Return what a command of quotes prints; a command that fails ends the script with its message."""
    done = subprocess.run([sys.executable, "-m", "quotes", *arguments], cwd=ROOT, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"quotes {arguments[0]} failed: {done.stderr.decode()}")
    return done.stdout


def rows_hash(database: Path) -> str:
    """Return the SHA-256 of all rows of a database, each table's in order of their values."""
    whole = hashlib.sha256()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        names = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for table in names:
            columns = [row[1] for row in conn.execute(f'PRAGMA table_info("{table}")') if row[1] not in RUN]
            if table in WHEN or not columns:
                continue
            listed = ", ".join(f'"{column}"' for column in columns)
            rows = sorted(map(repr, conn.execute(f'SELECT {listed} FROM "{table}"')))  # noqa: S608  names of our own schema
            whole.update("\n".join((table, *rows, "")).encode())
    return whole.hexdigest()


if __name__ == "__main__":
    main()
