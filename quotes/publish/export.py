"""A database fit for the open web, and the same as CSV and Parquet for analysts.

What is published of an article is what quoting needs: its title, outlet, date, address and the hash of its text; of each
quote its words, the sentences around it, and its offsets. Left out are the texts, paths on the builder's machine, who
decided what in review, what could not be read, and attributions the program is unsure of.

Invariants: no byte of the file holds text that its rows do not show (it is vacuumed after the last deletion); it has no
write-ahead log and opens from a disk that cannot be written; a file is put in its place only when it is complete.
"""

from __future__ import annotations

import csv
import glob
import itertools
import os
import re
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotes.errors import ConfigError, StoreError
from quotes.publish import public as allowed
from quotes.publish import share
from quotes.publish.serve import check_database
from quotes.publish.text import without_formula
from quotes.store.connection import open_database, refuse_exported, store_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

# Attributions below this are left out unless asked for: one in two of them would be wrong.
MIN_CONFIDENCE = 0.5
# The longest context published beside a quote, in characters on either side of it.
CONTEXT = 400
ROWS_AT_ONCE = 10_000
PRIVATE = ".quotes-export."
LEFTOVERS = frozenset({"public.db", "public.db-journal"})
TABLES = {
    "quotes": """
        select q.id, q.text, s.name || coalesce((
                   select group_concat('; ' || name, '') from (
                       select others.name from quote_speakers qs join speakers others on others.id = qs.speaker_id
                       where qs.quote_id = q.id and qs.speaker_id <> q.speaker_id order by qs.place)), '') as speaker,
               q.speaker_id, s.authority_id, case when exists (
                   select 1 from quote_speakers qs where qs.quote_id = q.id and qs.speaker_id <> q.speaker_id)
                   then 'group' else s.type end as speaker_type, q.role, q.affiliation, q.role_class,
               q.form, q.kind, q.act, q.negated, q.words_said, q.lead, q.cue, q.cue_lemma, q.source, q.mention,
               q.published, q.published_utc, q.day, o.name as outlet, q.outlet_id,
               a.title as article, q.article_id, a.url, q.context, q.start, q."end", q.words, q.confidence, q.speaker_confidence,
               q.rule, q.run_id
        from quotes q join speakers s on s.id = q.speaker_id join articles a on a.id = q.article_id
        left join outlets o on o.id = q.outlet_id order by q.published_utc, q.article_id, q.start, q.id""",
    "speakers": "select * from speaker_stats order by speaker_id",
    "quote_speakers": "select quote_id, speaker_id, place from quote_speakers order by quote_id, place",
    "spellings": "select speaker_id, alias, mentions from aliases order by speaker_id, alias",
    "roles": "select id, speaker_id, role, affiliation, role_class, first_seen, last_seen, articles from roles order by id",
    "articles": """
        select id, title, outlet_id, published, published_utc, published_from, url, author, words, language, reader, mended,
               sha256, run_id
        from articles order by id""",
    "outlets": "select id, name, domain from outlets order by id",
    "topics": """
        select qt.quote_id, t.term, qt.weight from quote_terms qt join terms t on t.id = qt.term_id
        order by qt.quote_id, qt.weight desc, t.term""",
}
# Tables that grow with the articles, and what says the month of a row; the others stay whole.
MONTH_OF = "case when published glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]*' then substr(published, 1, 7) end"
MONTHS = {
    "quotes": MONTH_OF,
    "articles": MONTH_OF,
    "quote_speakers": f"(select {MONTH_OF} from quotes where id = quote_id)",  # noqa: S608  our own words
    "topics": f"(select {MONTH_OF} from quotes where id = quote_id)",  # noqa: S608  our own words
}
UNDATED = "__HIVE_DEFAULT_PARTITION__"  # what DuckDB, Spark and Arrow read as null
MONTH = re.compile(rf"month=(\d{{4}}-\d\d|{UNDATED})", re.ASCII)

# What people's lists say of speakers: published only when asked for.
ATTRIBUTES = {
    "speaker_attributes": "select speaker_id, name, value, list from speaker_attributes order by speaker_id, name, value",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote: numbers of quotes published and left out (as unsure, or as too much of their article), the files.

    `shortened` counts the quotes published with less of what surrounds them, so that not too much of their article is.
    """

    quotes: int
    left_out: int
    too_much: int
    shortened: int
    files: tuple[Path, ...]


def export(  # noqa: PLR0913  all but two by name
    db: str | Path, public: str | Path, *, min_confidence: float = MIN_CONFIDENCE, max_share: float = share.MAX_SHARE,
    csv_dir: str | Path | None = None, parquet_dir: str | Path | None = None,
    attributes: bool = False, by_month: bool = False,
) -> Exported:
    """Make a database for the public, and tables as CSV and Parquet if wanted.

    Args:
        db: the database to publish from; only read.
        public: the file to make. A file that is there already is replaced if it is such a database, refused otherwise.
        min_confidence: quotes whose confidence times speaker confidence is below this (0 to 1) are left out; those without a
            confidence stay.
        max_share: the greatest share (0 to 1) of an article's characters that its quotes give back with what surrounds them.
        csv_dir: a folder for CSV files, made if need be; cells that would start a formula get an apostrophe.
        parquet_dir: a folder for Parquet files, made if need be; needs the extra `[parquet]`.
        attributes: also publish what people's lists say of speakers (party, gender ...).
        by_month: of the tables that grow with the articles (`MONTHS`), write a file for each month of publication,
            `quotes/month=2024-03/quotes.parquet`, as DuckDB and others read them as one table.

    Returns:
        What was written.

    Raises:
        ConfigError: `min_confidence` or `max_share` is out of range, or Parquet is wanted and pyarrow not installed.
        StoreError: the database cannot be read or was exported itself, or the file cannot be written.
    """
    source, target = Path(db), Path(public)
    if not 0 <= min_confidence <= 1:
        raise ConfigError(f"--min-confidence {min_confidence}: use a number from 0 to 1")
    if not 0 < max_share <= 1:
        raise ConfigError(f"--max-share {max_share}: use a number above 0, up to 1")
    if by_month and parquet_dir is None:
        raise ConfigError("--by month: goes with --parquet DIR")
    writer = _parquet_writer(MONTHS if by_month else {}) if parquet_dir is not None else None
    statements = TABLES | (ATTRIBUTES if attributes else {})
    check_database(source)
    with closing(open_database(source, readonly=True)) as base:  # of an older version, columns are missing that are read
        refuse_exported(base)  # a part would be lost of what was exported once
    _check_target(source, target)
    try:
        if csv_dir is not None:
            _check_tables(source, Path(csv_dir), "csv", statements, _columns_of_csv)
        if parquet_dir is not None:
            _check_tables(source, Path(parquet_dir), "parquet", statements, _columns_of_parquet)
            _check_months(Path(parquet_dir), MONTHS if by_month else {})
        left_out, shared = _make(source, target, min_confidence, max_share, attributes=attributes)
        with closing(_reader(target)) as connection:
            (quotes,) = connection.execute("select count(*) from quotes").fetchone()
            files = [target]
            if csv_dir is not None:
                files += [_write_csv(connection, name, statement, Path(csv_dir)) for name, statement in statements.items()]
            if parquet_dir is not None and writer is not None:
                files += [path for name, statement in statements.items()
                          for path in writer(connection, name, statement, Path(parquet_dir))]
    except sqlite3.Error:
        with store_errors(target):
            raise
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror or error}; free some space, or make the folder "
                         "writable, or choose another") from error
    return Exported(quotes=quotes, left_out=left_out, too_much=len(shared.too_much), shortened=len(shared.contexts),
                    files=tuple(files))


def _check_target(source: Path, target: Path) -> None:
    if not target.exists():
        if not target.parent.is_dir():
            raise StoreError(f"{target}: there is no folder {target.parent}; make it first")
        return
    if target.resolve() == source.resolve():
        raise StoreError(f"{target}: is the database itself; give the public one another name")
    try:
        check_database(target)
        with closing(_reader(target)) as connection:
            is_public = not connection.execute("select 1 from pragma_table_info('articles') where name = 'text'").fetchone()
    except StoreError as error:
        raise StoreError(f"{target}: exists and is no database of quotes; it is not overwritten") from error
    if not is_public:
        raise StoreError(f"{target}: holds articles with their text; it is not overwritten")


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _make(source: Path, target: Path, min_confidence: float, max_share: float, *, attributes: bool) -> tuple[int, share.Shared]:
    """Make the file beside its place, put it there, and return how many quotes were unsure and what was too much."""
    _remove_leftovers(source, target)
    # The copy that still holds the texts never lies in the folder that is published, not even if this is killed.
    home = source.resolve().parent
    may_write = os.access(home, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    private = home if may_write and home != target.resolve().parent else None
    with tempfile.TemporaryDirectory(dir=private, prefix=f"{PRIVATE}{os.getpid()}.") as folder:
        copy = Path(folder) / "public.db"
        with _told_of(source), closing(_reader(source)) as connection:
            connection.execute("vacuum into ?", [str(copy)])
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            done = _strip(connection, min_confidence, max_share, attributes=attributes)
        with _put_in_place(target) as part:
            shutil.copyfile(copy, part)
    return done


@contextmanager
def _told_of(source: Path) -> Iterator[None]:
    """Name the database that is read where it is that one which is damaged, not the one to be made."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            with store_errors(source):
                raise
        raise


@contextmanager
def _put_in_place(path: Path) -> Iterator[Path]:
    """Give a file beside a path to write into; it takes the path's place when it is complete, and goes if it never is."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _remove_leftovers(source: Path, target: Path) -> None:
    """Remove what exports that were killed left beside the target or in their private places, with all texts in it."""
    places = {source.resolve().parent, Path(tempfile.gettempdir())}
    private = (left for place in places for left in place.glob(f"{PRIVATE}*") if not _is_running(left.name))
    for left in (*target.parent.glob(f".{glob.escape(target.name)}.*"), *private):
        if _is_leftover(left):
            shutil.rmtree(left, ignore_errors=True)


def _is_leftover(folder: Path) -> bool:
    """Tell whether a folder is one of ours and holds nothing but what an export makes; those of other people are not."""
    try:
        is_ours = folder.is_dir() and not folder.is_symlink() and folder.lstat().st_uid == os.getuid()
        return is_ours and {file.name for file in folder.iterdir()} <= LEFTOVERS
    except OSError:
        return False


def _is_running(folder: str) -> bool:
    """Tell whether the process whose number a private folder bears is there still."""
    number = folder.removeprefix(PRIVATE).partition(".")[0]
    try:
        os.kill(int(number), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _strip(connection: sqlite3.Connection, min_confidence: float, max_share: float, *,
           attributes: bool) -> tuple[int, share.Shared]:
    """Delete what is not for the public and leave a compact, consistent file."""
    connection.execute("pragma journal_mode = off")
    connection.execute("pragma synchronous = off")
    connection.execute("pragma foreign_keys = on")
    connection.execute("begin")
    shared = share.within(connection, min_confidence, max_share)
    left_out = allowed.leave_out(connection, min_confidence, shared.too_much) - len(shared.too_much)
    allowed.empty_the_rest(connection, keep=ATTRIBUTES if attributes else ())
    # A path tells about the builder's machine; an address is what readers follow.
    connection.execute("update articles set origin = null where origin not like 'http://%' and origin not like 'https://%'")
    _cut_contexts(connection)
    connection.executemany("update quotes set context = ? where id = ?", [(cut, name) for name, cut in shared.contexts.items()])
    connection.execute("commit")
    allowed.drop_the_rest(connection)
    # Vacuuming may number rows anew; the search index refers to those numbers, so it is made after, and packed.
    connection.execute("vacuum")
    connection.execute("insert into quotes_fts(quotes_fts) values ('rebuild')")
    connection.execute("insert into quotes_fts(quotes_fts) values ('optimize')")
    connection.execute("vacuum")
    connection.execute("pragma journal_mode = delete")
    connection.execute("analyze")
    connection.execute("insert into quotes_fts(quotes_fts, rank) values ('integrity-check', 1)")
    return left_out, shared


def _cut_contexts(connection: sqlite3.Connection) -> None:
    """Shorten contexts that are longer than a sentence or two: an article of one paragraph must not be its own context."""
    longest = 2 * CONTEXT
    found = connection.execute("select id, text, context from quotes where length(context) > length(text) + ?",
                               [longest]).fetchall()
    connection.executemany("update quotes set context = ? where id = ?",
                           [(shortened_context(text, context), quote_id) for quote_id, text, context in found])


def shortened_context(text: str, context: str) -> str:
    """Return at most `CONTEXT` characters of a context on either side of a quote.

    >>> len(shortened_context("“Yes,”", "x" * 2000 + "“Yes,”" + "y" * 2000))
    808
    """
    start = context.find(text[:40])
    if start < 0:
        return context[: len(text) + 2 * CONTEXT].rstrip() + "…"
    left, right = max(0, start - CONTEXT), min(len(context), start + len(text) + CONTEXT)
    return f"{'…' if left else ''}{context[left:right]}{'…' if right < len(context) else ''}"


# --- Tables for analysts ------------------------------------------------------------------------------------------------


def _rows(connection: sqlite3.Connection, statement: str) -> tuple[list[str], Iterator[list[tuple[Any, ...]]]]:
    cursor = connection.execute(statement)
    columns = [column[0] for column in cursor.description]

    def batches() -> Iterator[list[tuple[Any, ...]]]:
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield rows

    return columns, batches()


def _write_csv(connection: sqlite3.Connection, name: str, statement: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    columns, batches = _rows(connection, statement)
    with _put_in_place(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for rows in batches:
            writer.writerows([without_formula(cell) for cell in row] for row in rows)
    return path


def _check_tables(source: Path, folder: Path, kind: str, statements: Mapping[str, str],
                  columns_of: Callable[[Path], list[str]]) -> None:
    """Refuse to write over a table that is not ours, such as the `articles.csv` beside somebody's articles.

    Raises:
        StoreError: names the file.
    """
    with closing(_reader(source)) as connection:
        for name, statement in statements.items():
            path = folder / f"{name}.{kind}"
            if not path.exists():
                continue
            columns = [column[0] for column in connection.execute(f"select * from ({statement}) limit 0").description]  # noqa: S608
            if columns_of(path) != columns:
                raise StoreError(f"{path}: is no table that this export made; it is not overwritten: choose another "
                                 f"folder with --{kind}")


def _columns_of_csv(path: Path) -> list[str]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return file.readline().strip().split(",")


def _columns_of_parquet(path: Path) -> list[str]:
    import pyarrow as pa  # noqa: PLC0415  an extra, and there, as `_parquet_writer` has checked
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        return list(pq.read_schema(path).names)
    except pa.ArrowInvalid:
        return []


def _check_months(folder: Path, months: Iterable[str]) -> None:
    """Refuse a folder in which something else lies where months would.

    Raises:
        StoreError: names it.
    """
    for name in months:
        for path in (folder / name).glob("*"):
            whole = MONTH.fullmatch(path.name) and path.is_dir() and not path.is_symlink()
            if not whole or {file.name for file in path.iterdir()} - {f"{name}.parquet", f".{name}.parquet.part"}:
                raise StoreError(f"{path}: is no month that this export made; choose another folder with --parquet")


def _parquet_writer(months: Mapping[str, str]) -> Callable[[sqlite3.Connection, str, str, Path], list[Path]]:
    """Return the function that writes a table as Parquet, one file or one a month, and says which.

    Args:
        months: what says the month of a row, by the tables that are to be written by month.

    Raises:
        ConfigError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError("--parquet: pyarrow is not installed; pip install 'quotetrack[parquet]'") from error

    numbers = {"negated": pa.int64(),
               "words": pa.int64(), "place": pa.int64(), "start": pa.int64(), "end": pa.int64(), "mentions": pa.int64(),
               "articles": pa.int64(),
               "quotes": pa.int64(), "direct": pa.int64(), "mixed": pa.int64(), "indirect": pa.int64(),
               "outlets": pa.int64(), "families": pa.int64(), "confidence": pa.float64(),
               "speaker_confidence": pa.float64(), "weight": pa.float64(), "direct_share": pa.float64()}

    def write_file(path: Path, columns: list[str], batches: Iterable[list[tuple[Any, ...]]]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        schema = pa.schema([(column, numbers.get(column, pa.string())) for column in columns])
        with _put_in_place(path) as part, pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for rows in batches:
                values = zip(*rows, strict=True)
                writer.write_table(pa.table([pa.array(column, field.type) for column, field in
                                             zip(values, schema, strict=True)], schema=schema))
        return path

    def write(connection: sqlite3.Connection, name: str, statement: str, folder: Path) -> list[Path]:
        if name not in months:
            return [write_file(folder / f"{name}.parquet", *_rows(connection, statement))]
        written = []
        for month, columns, batches in _rows_by_month(connection, name, months[name]):
            place = folder / name / f"month={month or UNDATED}"
            written.append(write_file(place / f"{name}.parquet", columns, batches))
        for place in {*(folder / name).glob("month=*")} - {path.parent for path in written}:
            shutil.rmtree(place)  # a month of an earlier export that has no rows any more
        (folder / f"{name}.parquet").unlink(missing_ok=True)  # the table as a whole, of an earlier export
        return written

    return write


def _rows_by_month(
    connection: sqlite3.Connection, name: str, month: str
) -> Iterator[tuple[str | None, list[str], Iterator[list[tuple[Any, ...]]]]]:
    """Yield each month with its rows, in the order that the table has; take one month's before the next."""
    numbered = f"select *, {month} as its_month, row_number() over () as its_number from ({TABLES[name]})"  # noqa: S608
    columns, batches = _rows(connection, f"select * from ({numbered}) order by its_month, its_number")  # noqa: S608
    rows = (row for batch in batches for row in batch)
    for its_month, group in itertools.groupby(rows, key=lambda row: row[-2]):
        yield its_month, columns[:-2], _batches(group)


def _batches(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    rest = iter(rows)
    while batch := [row[:-2] for row in itertools.islice(rest, ROWS_AT_ONCE)]:
        yield batch
