"""The command line: parse arguments, call one function, print.

Exit status: 0 success; 1 some inputs failed (they are named, and everything else was done) or a run ended early; 2 unusable
arguments. Results go to standard output, everything else to standard error; progress only to a terminal.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NoReturn

import click

from quotes import __version__, cli_correct, cli_speakers, cli_upkeep, terminal
from quotes.errors import IngestError, NoTextError, QuotesError, StoreError
from quotes.records import NOT_KNOWN, Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlite_utils import Database

    from quotes.config import Settings
    from quotes.ingest.options import ReadOptions
    from quotes.records import Article, Extraction
    from quotes.shards import Entry

COLUMNS = {
    "text": "its text", "title": "its title", "date": "when it was published", "url": "its address", "outlet": "who published it",
    "author": "who wrote it", "id": "its id",
}
SKIPPED = NoTextError.stage
MOST_SKIPPED = 20
SECONDS_BETWEEN_LINES = 60.0
SEEDS = "seeds"
STDIN = "-"
# What Ctrl-C leaves behind, for the commands that take long.
STOPPED = dict.fromkeys(("build", "load"), "what was done is kept; the same command goes on where it was")
TOPICS = 3
NOT_IN_BRIEF = ("speaker_id", "type", "authority_id", "affiliation", "words", "outlets", "speakers")


class Refusal(click.ClickException):
    """An error of ours as click shows it, in one line and without a traceback: something given cannot be used."""

    exit_code = 2

    def __init__(self, error: QuotesError) -> None:
        super().__init__(terminal.one_line(error))

    def show(self, file: Any = None) -> None:
        """Print the line to standard error."""
        click.echo(f"quotes: {self.message}", file=file, err=file is None)


class Breakdown(Refusal):
    """The same where the fault is not in what was given."""

    exit_code = 1


class Commands(click.Group):
    """A group whose commands' own errors are shown in one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            click.echo(f"\nquotes: stopped; {STOPPED.get(ctx.invoked_subcommand or '', 'run it again to start over')}", err=True)
            ctx.exit(1)
        except QuotesError as error:
            raise (Breakdown if type(error) is QuotesError else Refusal)(error) from error


def examples(*lines: str) -> str:
    """Return the examples of a command as the end of its help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples("quotes build", "quotes serve --open", 'quotes stats --speaker "Dmitry Peskov" --by role'),
)
@click.version_option(__version__, package_name="quotetrack", prog_name="quotes")
def cli() -> None:
    """Find who said what in news articles, in which role, when and where, and browse it."""


def db_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--db`."""
    return click.option("--db", default="data.db", show_default=True, metavar="FILE", help="The database.")(command)


def extraction_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what `build` and `extract` share."""
    for option in (
        click.option("--allow-private", is_flag=True,
                     help="Let addresses lead into your own network; without, only the public internet is asked."),
        *(
            click.option(f"--{name}", f"{name}_column", metavar="COLUMN", help=f"Column or key of records: {what}.")
            for name, what in reversed(COLUMNS.items())
        ),
        click.option("--dates", type=click.Choice(["day-first", "month-first"]),
                     help="What dates such as 03/04/2024 mean; without, they are left out."),
        click.option("--language", type=click.Choice(["en", "any"]), default="en", show_default=True,
                     help="What articles must be written in; others are left out."),
        click.option("--metadata", type=click.Path(exists=True, dir_okay=False),
                     help="Table of what is known about the articles (file,title,outlet,url,author,published), "
                          "in the place of the articles.csv beside them."),
        click.option("--workers", type=click.IntRange(min=1), help="Processes that extract.  [default: 1]"),
        click.option("--min-confidence", type=click.FloatRange(0, 1),
                     help="Leave out quotes whose words and source are less certain than this; less than the default gives more, "
                          "and more wrong ones."),
        click.option("--tagger", type=click.Choice(["learned", "rules"]), help="What finds quotes."),
        click.option("--model", metavar="NAME", help="An installed spaCy pipeline, by name or path."),
        click.option("--attitudes", is_flag=True, default=None,
                     help="Also give what people are said to believe, want or feel, not only what they said."),
    ):
        command = option(command)
    return command


def settings_of(options: dict[str, Any]) -> Settings:
    """Return the settings that options of the command line give, over those of environment and file."""
    from quotes import pipeline

    named = ("model", "tagger", "min_confidence", "workers")
    return pipeline.load_settings({name: options[name] for name in named} | {"attitudes": options["attitudes"] or None})


def reading_of(options: dict[str, Any]) -> ReadOptions:
    """Return how inputs are to be read by the options of the command line."""
    from quotes import pipeline

    columns = {name: options[f"{name}_column"] for name in COLUMNS if options[f"{name}_column"]}
    return pipeline.reading_of(
        metadata=options["metadata"], language=options["language"], columns=columns,
        allow_private=options["allow_private"], dates=options["dates"], stdin=sys.stdin.buffer,
    )


@cli.command(
    short_help="Articles to a database.",
    epilog=examples(
        "quotes build", "quotes build articles/ 'more/*.txt' --db news.db --workers 2",
        "quotes build export.csv --text story --date day --db news.db", "quotes build https://example.org/feed.xml --db news.db",
    ),
)
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@db_option
@extraction_options
@click.option("--keep-old", is_flag=True, help="Leave unchanged articles as another version or setting made them.")
@click.option("--prune", is_flag=True, help="Take out articles of these inputs whose file is gone.")
def build(inputs: tuple[str, ...], db: str, *, keep_old: bool, prune: bool, **options: Any) -> None:
    """Read articles, extract their quotes, say who is who, and store it all.

    INPUT is a file (text, HTML, JSON, CSV, RSS or Atom, WARC, Parquet), a folder (searched), a glob, an address, a table
    (table:FILE.db/TABLE) or - for standard input; without one, seeds. Articles that have not changed cost nothing.
    """
    from quotes import pipeline

    settings, reading = settings_of(options), reading_of(options)
    with progress() as tell:
        report = pipeline.build(inputs or (SEEDS,), db=db, settings=settings, options=reading, on_progress=tell,
                                keep_old=keep_old, prune=prune)
    print_failures(report.told)
    print_not_found(report.not_found)
    skipped = f", {len(report.skipped)} left out" if report.skipped else ""
    click.echo(
        f"{terminal.one_line(db)}: {count(report.written, 'article')} new or changed with {count(report.quotes, 'quote')}, "
        f"{report.unchanged} unchanged, {len(report.failures)} failed{skipped}"
        + (f", {report.kept} kept as another version or setting made them" if keep_old else "")
        + (f", {len(report.pruned)} removed as their file is gone" if prune else "")
    )
    sys.exit(1 if report.failures else 0)


@cli.command(short_help="Browse a database.", epilog=examples(
    "quotes serve", "quotes serve --db news.db --port 8002 --open",
    "quotes serve --host 127.0.0.1 --host news.example.org --base-url /said/"))
@db_option
@click.option("--host", "hosts", multiple=True, default=("127.0.0.1",), show_default=True,
              help="Where to listen; given again, another name that visitors may call the site by.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Where to listen.")
@click.option("--base-url", default="/", show_default=True, metavar="PATH", help="The path that a proxy publishes it at.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
def serve(db: str, hosts: tuple[str, ...], port: int, base_url: str, *, open_browser: bool) -> None:
    """Publish a database with Datasette, read only, until Ctrl-C."""
    from quotes.publish import serve as server

    def tell(url: str) -> None:
        click.echo(f"Serving {terminal.one_line(db)} at {url} (Ctrl-C ends)", err=True)

    address = server.Address(hosts=hosts, port=port, base_url=server.base_url_of(base_url, db))
    server.serve(db, address, open_browser=open_browser, on_listening=tell)


@cli.command(
    short_help="A database for the public.",
    epilog=examples("quotes export public.db", "quotes export public.db --min-confidence 0.8 --csv tables --parquet tables",
                    "quotes export public.db --parquet archive --by month"),
)
@click.argument("public", metavar="PUBLIC.db")
@db_option
@click.option("--min-confidence", default=0.5, show_default=True, type=click.FloatRange(0, 1),
              help="Leave out quotes whose confidence times speaker confidence is less than this.")
@click.option("--max-share", default=0.67, show_default=True, type=click.FloatRange(0, 1, min_open=True),
              help="Give back at most this share of an article's text: what surrounds its quotes is cut, and then the least "
                   "sure of them left out.")
@click.option("--csv", "csv_dir", metavar="DIR", help="Also write tables as CSV into this folder.")
@click.option("--parquet", "parquet_dir", metavar="DIR", help="Also write tables as Parquet into this folder.")
@click.option("--by", type=click.Choice(["month"]), help="Of quotes, articles and topics write a Parquet file for each month.")
@click.option("--attributes", is_flag=True, help="Also publish what lists say of speakers (see quotes speakers link).")
def export(public: str, db: str, by: str | None, **options: Any) -> None:
    """Make a database that can be published: quotes with their sentences and links, without the articles' texts."""
    from quotes.publish import export as exporter

    done = exporter.export(db, public, by_month=by == "month", **options)
    too_much = f", {done.too_much} as too much of their article" if done.too_much else ""
    shortened = f"; less around {count(done.shortened, 'quote')} of articles that are mostly quotes" if done.shortened else ""
    published = f"{count(done.quotes, 'quote')}, {done.left_out} left out as unsure"
    click.echo(f"{terminal.one_line(public)}: {published}{too_much}{shortened}")


@cli.command(
    short_help="Articles to JSON lines, or shards.",
    epilog=examples(
        "quotes extract seeds > quotes.jsonl", "quotes extract - < article.txt",
        "quotes extract 'archive/*.parquet' --out shards --workers 8",
        "quotes extract 'archive/*.warc.gz' --out shards --engine dask --address tcp://10.0.0.5:8786",
    ),
)
@click.argument("inputs", nargs=-1, metavar="[INPUT|-]...")
@extraction_options
@click.option("--out", metavar="DIR", help="Write a file for each input file into this folder, for load, and print nothing; a "
                                            "second run does only what is missing.")
@click.option("--format", "kind", type=click.Choice(["jsonl", "parquet"]), help="What to write there.  [default: jsonl]")
@click.option("--engine", type=click.Choice(["local", "dask", "ray"]),
              help="What spreads the work: --workers processes here, or a cluster.  [default: local]")
@click.option("--address", help="Where the cluster is: tcp://HOST:PORT of Dask's scheduler, HOST:PORT of Ray's head.")
def extract(
    inputs: tuple[str, ...], out: str | None, kind: str | None, engine: str | None, address: str | None, **options: Any
) -> None:
    """Print what is found in each article as one line of JSON, or write it into a folder of shards; no database is used.

    INPUT is what build takes; - is standard input, one article of plain text; without one, seeds. For --out, INPUT is a file,
    a folder or a glob, and each file is a shard: give an archive's Parquet, JSON Lines, CSV or WARC files.
    """
    from quotes import pipeline
    from quotes.ingest import articles

    if out is not None:
        extract_shards(inputs or (SEEDS,), out, kind or "jsonl", engine or "local", address, options)
    if given := [name for name, value in (("--format", kind), ("--engine", engine), ("--address", address)) if value]:
        raise click.UsageError(f"{given[0]} goes with --out DIR")
    found = pipeline.extract_all(read_inputs(inputs or (SEEDS,), reading_of(options)), settings_of(options))
    failures: list[Failure] = []
    with progress() as tell:
        for item in found:
            tell(item)
            if isinstance(item, Failure):
                failures.append(item)
                continue
            click.echo(json.dumps(item.as_json(), ensure_ascii=False).encode("utf-8"))
    print_failures(failures)
    harmless = (SKIPPED, articles.WARNING)
    sys.exit(1 if any(failure.stage not in harmless for failure in failures) else 0)


@cli.command(
    short_help="Shards to a database.",
    epilog=examples("quotes load shards", "quotes load shards --db news.db"),
)
@click.argument("folder", metavar="DIR")
@db_option
def load(folder: str, db: str) -> None:
    """Fill a database from what extract --out made, and say who is who; it is the one that build of the same files makes.

    What is stored already costs little, and a load that was stopped goes on. A build of the same files finds nothing to do.
    """
    from quotes import sharded

    with progress() as tell:
        report = sharded.load(folder, db=db, on_progress=tell)
    print_failures(report.told)
    print_not_found(report.not_found)
    skipped = f", {len(report.skipped)} left out" if report.skipped else ""
    click.echo(
        f"{terminal.one_line(db)}: {count(report.written, 'article')} new or changed with {count(report.quotes, 'quote')}, "
        f"{report.unchanged} unchanged, {len(report.failures)} failed{skipped}"
    )
    sys.exit(1 if report.failures else 0)


@cli.command(
    short_help="Who is quoted how often.",
    epilog=examples("quotes stats", 'quotes stats --speaker "Dmitry Peskov" --by outlet --csv > peskov.csv',
                    "quotes stats --by gender"),
)
@db_option
@click.option("--speaker", metavar="NAME", help="Only this speaker: a name in any spelling, or an id.")
@click.option("--by", metavar="[role|outlet|month|form|act|ATTRIBUTE]",
              help="Count by this; an ATTRIBUTE is a column of a list that speakers are linked to, such as party.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def stats(db: str, speaker: str | None, by: str | None, *, as_json: bool, as_csv: bool) -> None:
    """Print how often speakers are quoted: in all, or by role, outlet, month, form or act, or by what people's lists say of them.

    Of a list's column (see quotes speakers link) the share of each value is printed, of all quotes and of those whose speakers'
    value is known. A column that is called as something else here is attribute:role.

    In CSV, cells that a spreadsheet would take for a formula get an apostrophe before them.
    """
    from quotes.publish.text import without_formula

    if as_json and as_csv:
        raise click.UsageError("use one of --json and --csv")
    rows = statistics(db, speaker, by)
    columns = columns_of(rows, brief=not as_csv)
    if not as_json and "share_of_known" in columns:
        rows = [{**row, "value": NOT_KNOWN if row["value"] is None else row["value"]} for row in rows]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2).encode("utf-8"))
    elif as_csv:
        click.echo(terminal.as_csv(rows, columns, without_formula).encode("utf-8"), nl=False)
    else:
        click.echo(terminal.table(rows, columns))


@cli.command(
    short_help="An article with its quotes.",
    epilog=examples("quotes show 001_3970f873d0dbc2b7", "quotes show 1c0a6d5f2b7e9a34 --db news.db"),
)
@click.argument("identifier", metavar="ARTICLE_OR_QUOTE_ID")
@db_option
def show(identifier: str, db: str) -> None:
    """Print an article with its quotes, coloured by speaker in a terminal; of a quote's id, with that quote only."""
    from quotes.store import read, write

    with closing(write.open_database(db, readonly=True)) as base:
        found = read.find(base, identifier)
        stored = read.extraction(base, found.article_id)
    chosen = [quote for quote in stored.quotes if found.quote_id in (None, quote.id)]
    click.echo(heading(stored))
    click.echo(terminal.article(stored.article.text, chosen, colour=sys.stdout.isatty()))


cli.add_command(cli_speakers.speakers)
for command in (cli_correct.correct, cli_upkeep.remove, cli_upkeep.diff, cli_upkeep.doctor):
    cli.add_command(command)


# ---------------------------------------------------------------- helpers


def read_inputs(inputs: Iterable[str], options: ReadOptions) -> Iterator[Article | Failure]:
    """Yield the articles of inputs, for `-` that of standard input as plain text."""
    from quotes.ingest import articles, files

    if STDIN in (named := tuple(inputs)):
        try:
            yield articles.from_bytes(sys.stdin.buffer.read(), article_id="stdin", origin=STDIN)
        except IngestError as error:
            yield files.failure(STDIN, error)
    others = [path for path in named if path != STDIN]
    if others:
        yield from articles.read(others, options=options)


def extract_shards(  # noqa: PLR0913  what the command line gives
    inputs: Iterable[str], out: str, kind: str, engine: str, address: str | None, options: dict[str, Any]
) -> NoReturn:
    """Do what `quotes extract --out` does, and end with its exit status."""
    from quotes import engines, sharded, shards

    settings = settings_of(options)
    spread = engines.Engine(name=engines.EngineName(engine), address=address, workers=settings.workers)
    with shard_progress() as tell:
        report = sharded.extract(inputs, out=out, engine=spread, settings=settings, options=reading_of(options),
                                 kind=shards.Format(kind), on_progress=tell)
    print_failures(report.told)
    skipped = f", {len(report.skipped)} left out" if report.skipped else ""
    click.echo(
        f"{terminal.one_line(out)}: {count(report.written, 'shard')} written, {report.unchanged} unchanged, with "
        f"{count(report.articles, 'article')} and {count(report.quotes, 'quote')}, {len(report.failures)} failed{skipped}"
    )
    sys.exit(1 if report.failures else 0)


def statistics(db: str, speaker: str | None, by: str | None) -> list[dict[str, Any]]:
    """Return the rows of `quotes stats`.

    Raises:
        StoreError: the database cannot be read, or nobody is called so.
    """
    from quotes.store import attributes, read, write

    with closing(write.open_database(db, readonly=True)) as base:
        chosen = read.find_speakers(base, speaker) if speaker is not None else None
        if chosen == ():
            raise StoreError(f"{db}: nobody in it is called {speaker!r}; `quotes stats` lists all")
        if by is None:
            rows = list(read.speaker_statistics(base, chosen))
            return [asdict(row) | {"topics": topics(base, row.speaker_id)} for row in rows]
        if by in {*read.Grouping}:
            return [asdict(row) for row in read.grouped_statistics(base, read.Grouping(by), chosen)]
        return [asdict(row) for row in attributes.statistics(base, by, chosen)]


def topics(base: Database, speaker_id: str) -> str:
    """Return what a speaker talks about most tellingly, in one line."""
    from quotes.store import read

    return ", ".join(term.term for term in read.speaker_terms(base, speaker_id, TOPICS))


def columns_of(rows: list[dict[str, Any]], *, brief: bool) -> list[str]:
    """Return the columns to print, in brief those that a reader of a terminal looks for and that are not all empty."""
    if not rows:
        return ["name", "quotes"]
    if not brief:
        return list(rows[0])
    return [key for key in rows[0] if key not in NOT_IN_BRIEF and any(row[key] is not None for row in rows)]


def heading(stored: Extraction) -> str:
    """Return the lines above an article: title, outlet, date."""
    article = stored.article
    about = [terminal.one_line(part) for part in (article.outlet, article.published, article.url) if part]
    return "\n".join([terminal.one_line(article.title or article.id), *([" · ".join(about)] if about else []), ""])


def count(number: int, noun: str) -> str:
    """Return a number with its noun: 1 article, 2 articles."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def print_failures(failures: Iterable[Failure]) -> None:
    """Name each input that could not be used, in one line on standard error, and the first of those left out."""
    left_out = 0
    for failure in failures:
        left_out += failure.stage == SKIPPED
        if failure.stage == SKIPPED and left_out > MOST_SKIPPED:
            continue
        click.echo(f"quotes: {terminal.one_line(failure.origin)}: {terminal.one_line(failure.error)}", err=True)
    if left_out > MOST_SKIPPED:
        click.echo(f"quotes: and {count(left_out - MOST_SKIPPED, 'input')} more left out, for the like reasons", err=True)


def print_not_found(number: int) -> None:
    """Say on standard error how many of people's decisions have nothing that they are about any more."""
    if number:
        told = f"{count(number, 'decision')} of people's not found again in texts that changed or went"
        click.echo(f"quotes: {told}; `quotes doctor` lists them", err=True)


@contextmanager
def progress() -> Iterator[Callable[[Extraction | Failure], None]]:
    """Give a function to call with each article: it keeps a line of a terminal up to date, elsewhere prints one a minute."""
    done = quotes = 0
    with counting() as tell_line:

        def tell(item: Extraction | Failure) -> None:
            nonlocal done, quotes
            done += 1
            quotes += 0 if isinstance(item, Failure) else len(item.quotes)
            tell_line(f"{count(done, 'article')}, {count(quotes, 'quote')}")

        yield tell


@contextmanager
def shard_progress() -> Iterator[Callable[[Entry], None]]:
    """Give a function to call with each shard, which tells the like."""
    done = articles = quotes = 0
    with counting() as tell_line:

        def tell(entry: Entry) -> None:
            nonlocal done, articles, quotes
            done, articles, quotes = done + 1, articles + entry.articles, quotes + entry.quotes
            tell_line(f"{count(done, 'shard')}, {count(articles, 'article')}, {count(quotes, 'quote')}")

        yield tell


@contextmanager
def counting() -> Iterator[Callable[[str], None]]:
    """Give a function that keeps a line of a terminal up to date, and elsewhere prints one a minute."""
    told = time.monotonic()
    shown = False

    def tell(line: str) -> None:
        nonlocal told, shown
        if sys.stderr.isatty():
            shown = True
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
        elif time.monotonic() - told >= SECONDS_BETWEEN_LINES:
            told = time.monotonic()
            click.echo(f"quotes: {line} so far", err=True)

    try:
        yield tell
    finally:
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def main() -> None:
    """Run the command line."""
    cli(prog_name="quotes")
