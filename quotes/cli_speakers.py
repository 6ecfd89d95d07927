"""The commands of `quotes speakers`: who is who, as people see and correct it. Parses arguments, calls `review`, prints."""

from __future__ import annotations

import getpass
import json
import sys
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quotes import terminal
from quotes.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlite_utils import Database

COLUMNS = ["speaker_id", "name", "type", "role", "quotes", "articles", "first_day", "last_day"]
SHOWN_ARTICLES = 20

db_option = click.option("--db", default="data.db", show_default=True, metavar="FILE", help="The database.")


def who_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that says who decides."""
    return click.option("--who", default=None, metavar="NAME", help="Who decides; default: the user of this machine.")(command)


def _who(given: str | None) -> str:
    return given or getpass.getuser()


@contextmanager
def _open(db: str, *, readonly: bool = False) -> Iterator[Database]:
    from quotes.store import write

    with closing(write.open_database(db, readonly=readonly)) as base:
        yield base


@click.group(short_help="Who is who, and correcting it.")
def speakers() -> None:
    """List, show, merge, split, rename, retype and link speakers.

    SPEAKER is a name in any spelling or an identifier. Decisions are kept, with who made them and when; every build heeds
    them, and `undo` takes the last one back.
    """


@speakers.command("list")
@click.argument("words", required=False, metavar="[NAME]")
@db_option
@click.option("--type", "kind", type=click.Choice(["person", "organization", "group", "document", "unnamed"]), help="Only these.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(words: str | None, db: str, kind: str | None, limit: int, *, as_json: bool) -> None:
    """List speakers, those quoted most first; of a NAME, those called so.

    Example: quotes speakers list Clinton --type person
    """
    from quotes import review

    with _open(db, readonly=True) as base:
        rows = [asdict(row) for row in review.listing(base, name=words, kind=kind, limit=limit)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2).encode("utf-8"))
    else:
        click.echo(terminal.table(rows, COLUMNS))


@speakers.command("show")
@click.argument("speaker")
@db_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(speaker: str, db: str, *, as_json: bool) -> None:
    """Show all that is known of a speaker: names, roles, articles, whom it may be one with.

    Example: quotes speakers show 'Mevlut Cavusoglu'
    """
    from quotes import review

    with _open(db, readonly=True) as base:
        found = asdict(review.show(base, speaker))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2).encode("utf-8"))
        return
    for line in _lines(found):
        click.echo(terminal.one_line(line))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['name']} ({found['type']}) {found['id']}"
    if found["authority_id"]:
        yield f"known as {found['authority_id']}"
    yield from (f"  {each['name']}: {each['value']} [{each['list']}]" for each in found["attributes"])
    yield from (f"  called {alias} ({mentions})" for alias, mentions in found["aliases"])
    for role, affiliation, kind, articles in found["roles"]:
        about = ", ".join(part for part in (affiliation, kind) if part)
        yield f"  role {role}" + (f" [{about}]" if about else "") + f" ({articles})"
    for item in found["appearances"][:SHOWN_ARTICLES]:
        yield f"  in {item['article_id']} {item['published'] or ''} {item['title'] or ''} ({item['quotes']})"
    yield from (f"  perhaps also {name} {other} ({score:.2f}: {why})" for other, name, score, why in found["candidates"])
    yield from (f"  perhaps {name} {known} ({score:.2f}: {why})" for known, name, score, why in found["authorities"])


@speakers.command("merge")
@click.argument("left", metavar="SPEAKER")
@click.argument("right", metavar="SPEAKER")
@db_option
@who_option
@click.option("--because", default=None, help="Why, for the record.")
def merge(left: str, right: str, db: str, who: str | None, because: str | None) -> None:
    """Say that two speakers are one.

    Example: quotes speakers merge 'Kate Middleton' 'Catherine, Princess of Wales'
    """
    from quotes import review

    with _open(db) as base:
        click.echo(terminal.one_line(review.merge(base, left, right, who=_who(who), reasons=because)))


@speakers.command("apart")
@click.argument("left", metavar="SPEAKER")
@click.argument("right", metavar="SPEAKER")
@db_option
@who_option
@click.option("--because", default=None, help="Why, for the record.")
def apart(left: str, right: str, db: str, who: str | None, because: str | None) -> None:
    """Say that two speakers are two, whatever their names.

    Example: quotes speakers apart 'George Bush' 'George W. Bush'
    """
    from quotes import review

    with _open(db) as base:
        review.keep_apart(base, left, right, who=_who(who), reasons=because)


@speakers.command("split")
@click.argument("speaker")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE_ID...")
@db_option
@who_option
@click.option("--because", default=None, help="Why, for the record.")
def split(speaker: str, articles: tuple[str, ...], db: str, who: str | None, because: str | None) -> None:
    """Say that in some articles somebody else of that name speaks; print the other one's id.

    Example: quotes speakers split 'John Smith' 2024-05-01-cup-final
    """
    from quotes import review

    with _open(db) as base:
        click.echo(terminal.one_line(review.split(base, speaker, articles, who=_who(who), reasons=because)))


@speakers.command("rename")
@click.argument("speaker")
@click.argument("called", metavar="NAME")
@db_option
@who_option
def rename(speaker: str, called: str, db: str, who: str | None) -> None:
    """Call a speaker otherwise than the articles do.

    Example: quotes speakers rename 'Zelensky' 'Volodymyr Zelenskyy'
    """
    from quotes import review

    with _open(db) as base:
        click.echo(terminal.one_line(review.rename(base, speaker, called, who=_who(who))))


@speakers.command("retype")
@click.argument("speaker")
@click.argument("kind", metavar="TYPE", type=click.Choice(["person", "organization", "group", "document"]))
@db_option
@who_option
def retype(speaker: str, kind: str, db: str, who: str | None) -> None:
    """Say what a speaker is: person, organization, group or document.

    Example: quotes speakers retype 'Amnesty International' organization
    """
    from quotes import review

    with _open(db) as base:
        click.echo(terminal.one_line(review.retype(base, speaker, kind, who=_who(who))))


@speakers.command("undo")
@db_option
@click.option("--who", default=None, metavar="NAME", help="Only a decision of this person.")
def undo(db: str, who: str | None) -> None:
    """Take back the decision made last; what it had superseded holds again.

    Example: quotes speakers undo
    """
    from quotes import review

    with _open(db) as base:
        for line in review.undo(base, who=who, by=_who(None)):
            click.echo(f"taken back: {terminal.one_line(line)}")


@speakers.command("link")
@click.argument("file", type=click.Path(dir_okay=False))
@db_option
def link(file: str, db: str) -> None:
    """Link speakers to a list of known people: CSV, JSONL or FollowTheMoney.

    The list needs a column id and one name; aliases, type and position help to tell who is meant. All other columns (party,
    gender, constituency, anything) become attributes of the speakers that are linked: facets on the site, and
    quotes stats --by COLUMN. Nobody gets a value that the list does not give.

    Example: quotes speakers link politicians.csv
    """
    from quotes import review

    with _open(db) as base:
        report = review.link(base, file)
    click.echo(f"{report.known:,} known; {report.linked:,} speaker{'' if report.linked == 1 else 's'} linked to them, "
               f"{report.unsure:,} with candidates only")
    if report.attributes:
        click.echo(terminal.one_line(f"attributes: {', '.join(report.attributes)}"))
    for line in report.left_out:
        click.echo(f"quotes: left out: {terminal.one_line(line)}", err=True)


@speakers.command("export-review")
@click.argument("file", type=click.Path(dir_okay=False))
@db_option
def export_review(file: str, db: str) -> None:
    """Write all speakers into a CSV file to review in a spreadsheet.

    Write into its columns new_name, same_as, not_same_as and why, save it as CSV, and give it to import-review.

    Example: quotes speakers export-review speakers.csv
    """
    from quotes import review_sheet

    with _open(db, readonly=True) as base:
        data, number = review_sheet.export_review(base)
    target, part = Path(file), Path(f"{file}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{file}: cannot be written: {error.strerror or error}; choose another name or folder") from error
    click.echo(f"{terminal.one_line(file)}: {number:,} speaker{'' if number == 1 else 's'}")


@speakers.command("import-review")
@click.argument("file", type=click.Path(dir_okay=False))
@db_option
@who_option
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
def import_review(file: str, db: str, who: str | None, *, dry_run: bool) -> None:
    """Take what was written into a file of export-review: names, and who is whom.

    CSV as any spreadsheet saves it is read. What is taken and what is not is told row by row; given again, a file changes
    nothing. `undo` takes it back. Exit status 1 if a row was not taken.

    Example: quotes speakers import-review speakers.csv
    """
    from quotes import review_sheet

    with _open(db, readonly=dry_run) as base:
        report = review_sheet.import_review(base, Path(file), who=_who(who), dry_run=dry_run)
    for line in report.taken:
        click.echo(terminal.one_line(line))
    for line in report.refused:
        click.echo(f"quotes: {terminal.one_line(file)}: {terminal.one_line(line)}", err=True)
    click.echo(f"{terminal.one_line(file)}: {len(report.taken):,} {'would be ' if dry_run else ''}taken, {report.already:,} held "
               f"already, {len(report.refused):,} not taken")
    sys.exit(1 if report.refused else 0)
