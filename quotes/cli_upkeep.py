"""The commands that keep a database over years: `remove`, `diff`, `doctor`. Parses arguments, calls one function, prints."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from quotes import terminal

if TYPE_CHECKING:
    from quotes.store.compare import ComparedQuote, Difference

SIGNS = {"gained": "+", "lost": "-", "changed": "~"}
db_option = click.option("--db", default="data.db", show_default=True, metavar="FILE", help="The database.")


@click.command(
    short_help="Take articles out.",
    epilog="\b\nExamples:\n  quotes remove 001_3970f873d0dbc2b7\n  quotes remove first-report second-report --db news.db",
)
@click.argument("article_ids", nargs=-1, required=True, metavar="ARTICLE_ID...")
@db_option
def remove(article_ids: tuple[str, ...], db: str) -> None:
    """Take articles out of a database, with their quotes and what only they said of speakers.

    People's corrections of these quotes go too. A file that is still there is taken in again by the next build of it.
    """
    from quotes import upkeep

    done = upkeep.remove(db, article_ids)
    for name in done.unknown:
        click.echo(f"quotes: {terminal.one_line(name)}: the database has no such article; `quotes show` tells them", err=True)
    click.echo(f"{terminal.one_line(db)}: {len(done.articles):,} removed")
    sys.exit(1 if done.unknown else 0)


@click.command(
    short_help="How two databases differ.",
    epilog="\b\nExamples:\n  quotes diff old.db new.db\n  quotes diff last-week.db data.db --json > changes.json",
)
@click.argument("old", metavar="OLD.db")
@click.argument("new", metavar="NEW.db")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(old: str, new: str, *, as_json: bool) -> None:
    """Print the quotes that a database gained (+), lost (-) and changed (~) against another, and which run changed them.

    Either may be of an older version, or an exported one. Of an article whose text is the same, a quote in the place of
    another is that one with other words.
    """
    from quotes.store import compare

    found = compare.differences(old, new)
    if as_json:
        click.echo(json.dumps([_as_json(each) for each in found], ensure_ascii=False, indent=2).encode("utf-8"))
        return
    for difference in found:
        click.echo(_line(difference))
    counts = Counter(each.what for each in found)
    click.echo(", ".join(f"{counts[what]:,} {what}" for what in SIGNS))
    runs = Counter(each.new.run for each in found if each.new is not None)
    for run, number in sorted(runs.items()):
        click.echo(f"{number:,} by {terminal.one_line(run)}")


@click.command(
    short_help="Whether all is well.",
    epilog="\b\nExamples:\n  quotes doctor\n  quotes doctor --db news.db",
)
@db_option
def doctor(db: str) -> None:
    """Check the installation and every invariant of a database, one line each; nothing is written.

    The exit status is 1 if something is wrong.
    """
    from quotes import upkeep

    well = True
    for finding in upkeep.examine(db):
        if not finding.faults:
            click.echo(f"ok     {terminal.one_line(finding.what)}")
        for fault in finding.faults:
            well = False
            click.echo(f"fault  {terminal.one_line(finding.what)}: {terminal.one_line(fault)}")
    sys.exit(0 if well else 1)


def _line(difference: Difference) -> str:
    quote = difference.new or difference.old
    if quote is None:
        return ""
    told = f"{SIGNS[difference.what]} {quote.article_id} {quote.id} {quote.speaker}: {quote.text}"
    was = [f"{name} was {getattr(difference.old, name)}" for name in difference.changed]
    return terminal.one_line(f"{told} ({'; '.join(was)})" if was else told)


def _as_json(difference: Difference) -> dict[str, Any]:
    def side(quote: ComparedQuote | None) -> dict[str, Any] | None:
        return None if quote is None else asdict(quote)

    old, new = side(difference.old), side(difference.new)
    return {"what": difference.what, "changed": list(difference.changed), "old": old, "new": new}
