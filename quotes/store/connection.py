"""Opening a database and writing to it safely.

Invariants: only a database of ours is opened, and only one whose schema this version knows; every write is one
transaction that is either wholly there or not at all; a database that had nothing to write keeps its bytes; whatever
SQLite reports leaves as one line that names the file and the remedy.
"""

from __future__ import annotations

import re
import sqlite3
import stat
from contextlib import contextmanager
from functools import wraps
from inspect import isgeneratorfunction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from quotes.errors import StoreError
from quotes.store.schema import MIGRATIONS, newer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

P = ParamSpec("P")
T = TypeVar("T")
HEADER = b"SQLite format 3\x00"
# Another build's transaction is an article's or a resolution's: seconds at most (1 M quotes: tens of seconds).
BUSY_SECONDS = 60.0
CACHE_KIB = 65536
WITHOUT_TEXTS = "{path}: was made by `quotes export`, without the articles' texts; use the database that it was made from"
# What is missing in a database made for the public.
EXPORTED = re.compile(r"no (such column:|column named|column) (\w+\.)?(text|findings|fingerprint)\b|"
                      r"has no column named (text|findings|fingerprint)\b")
REMEDIES = {
    "SQLITE_BUSY": "another program is writing to it; try again when that has ended",
    "SQLITE_LOCKED": "another program is writing to it; try again when that has ended",
    "SQLITE_READONLY": "it cannot be written; make the file and its folder writable, or choose another with --db",
    "SQLITE_CANTOPEN": "it cannot be opened; make the file and its folder readable and writable, or choose another "
                       "with --db",
    "SQLITE_FULL": "the disk is full; free some space and build again (nothing half-written remains)",
    "SQLITE_IOERR": "the disk refuses to read or write it (is it full, or files limited in size?); mend that and build again",
    "SQLITE_CORRUPT": "it is damaged; restore a copy, or delete it and build again",
    "SQLITE_NOTADB": "it is not an SQLite database; choose another file with --db",
}


def open_database(
    path: str | Path, *, create: bool = False, readonly: bool = False, outdated: bool = False,
    busy_seconds: float = BUSY_SECONDS,
) -> Database:
    """Open a database of quotes, bringing an older one up to date unless it is opened for reading only.

    Args:
        path: the database file.
        create: make the file if there is none (its folder must exist).
        readonly: open it for reading; nothing is written, not even a migration.
        outdated: opened for reading, take one that an older version made, as it is.
        busy_seconds: how long to wait for another program's transaction.

    Returns:
        The database, with foreign keys enforced. Close it with `db.close()`.

    Raises:
        StoreError: there is no such file, it is not a database or not one of ours, a newer version of this program
            made it, it is in use or cannot be written.

    Example:
        >>> open_database("no/such.db")
        Traceback (most recent call last):
        quotes.errors.StoreError: no/such.db: there is no such database; make it with `quotes build --db no/such.db`
    """
    path = Path(path)
    check_file(path, create=create)
    is_new = create and not path.exists()
    with store_errors(path):
        conn = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc' if create else 'rw'}",
            uri=True, timeout=busy_seconds, isolation_level=None,
        )
        try:
            db = Database(conn)
            _prepare(db, path, create=create, readonly=readonly, outdated=outdated)
        except BaseException:
            conn.close()
            if is_new and path.exists() and not path.stat().st_size:
                path.unlink()
            raise
    return db


@contextmanager
def open_to_build(path: str | Path) -> Iterator[Database]:
    """Open a database to build into, made if there is none; one that was made and got nothing goes again if the build fails.

    Raises:
        StoreError: as `open_database`.
    """
    is_new = not Path(path).exists()
    db = open_database(path, create=True)
    try:
        yield db
    except BaseException:
        if is_new and is_unused(db):
            db.close()
            Path(path).unlink(missing_ok=True)
        raise
    finally:
        db.close()


def check_file(path: Path, *, create: bool = False) -> None:
    """Make sure that a path leads to a file that may be read and begins as an SQLite database does, or is empty.

    Args:
        path: the file.
        create: whether it may be missing, if its folder is there.

    Raises:
        StoreError: it does not.
    """
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise StoreError(f"{path}: is a folder; name a file in it with --db")
        if not stat.S_ISREG(kind):  # a pipe would be waited for for ever
            raise StoreError(f"{path}: is no file; choose another with --db")
        with path.open("rb") as file:
            start = file.read(len(HEADER))
    except FileNotFoundError:
        if not create:
            raise StoreError(
                f"{path}: there is no such database; make it with `quotes build --db {path}`"
            ) from None
        if not path.parent.is_dir():
            raise StoreError(f"{path}: its folder does not exist; make it first: mkdir -p {path.parent}") from None
        return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StoreError(f"{path}: cannot be read: {reason}; make it readable, or choose another file with --db") from error
    if start and start != HEADER:
        raise StoreError(f"{path}: is not an SQLite database; choose another file with --db")


def is_unused(db: Database) -> bool:
    """Say whether nothing but the schema is in a database: no article, no failure, no decision."""
    tables = ("articles", "failures", "judgements", "renames", "corrections", "authorities")
    return not any(db.conn.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in tables)  # noqa: S608  our own words


def _prepare(db: Database, path: Path, *, create: bool, readonly: bool, outdated: bool) -> None:
    for pragma in ("foreign_keys = ON", "temp_store = MEMORY", f"cache_size = -{CACHE_KIB}"):
        db.conn.execute(f"PRAGMA {pragma}")
    names = {str(row[0]) for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    applied = {migration.name for migration in MIGRATIONS.applied(db)}
    pending = [migration.name for migration in MIGRATIONS.pending(db)]
    if not applied and names - {MIGRATIONS.migrations_table}:
        raise StoreError(f"{path}: is a database of something else; choose another file with --db")
    refuse_newer(path, applied)
    if not applied and not create:
        raise StoreError(f"{path}: is empty; fill it with `quotes build --db {path}`")
    if pending and readonly and not outdated:
        refuse_exported(db)  # which a build would not bring up to date
        raise StoreError(f"{path}: an older version of quotes made it; bring it up to date with `quotes build`")
    if readonly:
        return
    if applied:  # a database made for the public is not written to, by whatever command
        refuse_exported(db)
    if db.conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        db.conn.execute("PRAGMA journal_mode = DELETE")
    if pending:
        with transaction(db):  # two builds may make one file at once
            MIGRATIONS.apply(db)


def refuse_exported(db: Database) -> None:
    """Refuse a database that was made for the public, which has no texts.

    Raises:
        StoreError: it is one.
    """
    with store_errors(location(db)):
        db.conn.execute("SELECT text FROM articles LIMIT 0")


def refuse_newer(path: str | Path, applied: Iterable[str]) -> None:
    """Refuse a database of a newer schema.

    Args:
        path: the database, for the message.
        applied: the names of the migrations applied to it.

    Raises:
        StoreError: this version does not know one of them.
    """
    if unknown := newer(applied):
        raise StoreError(
            f"{path}: a newer version of quotes made it ({', '.join(unknown)}); upgrade with `pip install -U quotetrack`"
        )


@contextmanager
def transaction(db: Database) -> Iterator[sqlite3.Connection]:
    """Hold one write transaction: committed at the end of the block, rolled back if anything is raised.

    The lock for writing is taken at once (`db.atomic()` takes it at the first write): what the block reads is then what
    it changes, and a second writer waits here instead of failing halfway.

    Raises:
        StoreError: SQLite could not write.
    """
    conn = db.conn
    with store_errors(location(db)):
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield conn
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise


def location(db: Database) -> str:
    """Return the path of the database's file, for messages."""
    try:
        return str(db.conn.execute("PRAGMA database_list").fetchone()[2]) or ":memory:"
    except sqlite3.Error:
        return "the database"


@contextmanager
def store_errors(path: str | Path) -> Iterator[None]:
    """Turn what SQLite raises into a `StoreError` of one line: the file, what is wrong, the remedy."""
    try:
        yield
    except sqlite3.Error as error:
        if EXPORTED.search(str(error)):
            raise StoreError(WITHOUT_TEXTS.format(path=path)) from error
        # Extended names add a part: SQLITE_READONLY_DBMOVED.
        name = "_".join(str(getattr(error, "sqlite_errorname", "")).split("_")[:2])
        raise StoreError(f"{path}: {REMEDIES.get(name, f'SQLite refused: {error}')}") from error


def named_errors(function: Callable[Concatenate[Database, P], T]) -> Callable[Concatenate[Database, P], T]:
    """Make a function or generator of a database raise `StoreError`, as `store_errors` does."""
    if isgeneratorfunction(function):

        @wraps(function)
        def generator(db: Database, /, *arguments: P.args, **options: P.kwargs) -> Any:
            with store_errors(location(db)):
                yield from function(db, *arguments, **options)

        return generator

    @wraps(function)
    def wrapper(db: Database, /, *arguments: P.args, **options: P.kwargs) -> T:
        with store_errors(location(db)):
            return function(db, *arguments, **options)

    return wrapper
