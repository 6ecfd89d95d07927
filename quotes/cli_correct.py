"""`quotes correct`: what a person knows better of one quote. Parses arguments, calls `correcting`, prints."""

from __future__ import annotations

import getpass
import json
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from quotes import terminal
from quotes.records import Act, SpeakerType

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlite_utils import Database

    from quotes.correcting import Done, Known

COLUMNS = ["when", "who", "quote", "what is right", "state"]
LONGEST = 60
EXAMPLES = """\b
Examples:
  quotes correct 1c0a6d5f2b7e9a34 --speaker "Ana Ruiz"
  quotes correct 1c0a6d5f2b7e9a34 --words "We will appeal" --act promise
  quotes correct 1c0a6d5f2b7e9a34 --undo
  quotes correct --list"""


@click.command(short_help="Put right what the program got wrong of a quote.", epilog=EXAMPLES)
@click.argument("quote", required=False, metavar="[QUOTE_ID]")
@click.option("--db", default="data.db", show_default=True, metavar="FILE", help="The database.")
@click.option("--speaker", "speakers", multiple=True, metavar="NAME",
              help="Who said it; given again, several who said it together.")
@click.option("--type", "speaker_type", type=click.Choice(["person", "organization", "group", "document"]),
              help="What a --speaker is whom no other article has.  [default: person]")
@click.option("--unnamed", is_flag=True, help="The article does not name who said it: they are called as it calls them.")
@click.option("--role", metavar="ROLE", help='The role in which it was said; "" for none.')
@click.option("--affiliation", metavar="BODY", help='What the role belongs to; "" for none.')
@click.option("--act", type=click.Choice([str(act) for act in Act]), metavar="ACT",
              help="What was done with the words: say, deny, ask ...")
@click.option("--negated", is_flag=True, help="With --act: the article says that it was not done.")
@click.option("--words", multiple=True, metavar="TEXT",
              help="What was said, as it stands in the article; given again, its next piece.")
@click.option("--span", metavar="START-END,...", help="The same by offsets into the article's text.")
@click.option("--not-a-quote", is_flag=True, help="Nobody said it.")
@click.option("--undo", is_flag=True,
              help="Take the last correction back, of the quote or of all; what it had replaced holds again.")
@click.option("--redo", is_flag=True, help="Make hold again what was taken back last.")
@click.option("--list", "listed", is_flag=True, help="Print the corrections of the quote, or of all, with who and when.")
@click.option("--json", "as_json", is_flag=True, help="With --list, print JSON.")
@click.option("--who", metavar="NAME", help="Who corrects; default: the user of this machine.")
def correct(  # noqa: PLR0913  the options of the command
    quote: str | None, db: str, who: str | None, *, listed: bool, as_json: bool, undo: bool, redo: bool, **right: Any
) -> None:
    """Say what is right of a quote: its words, speaker, role, affiliation, act, or that it is none.

    It shows at once and is kept over every build, with who said so and when. QUOTE_ID may be the beginning of one.
    """
    from quotes import correcting
    from quotes.store import write

    if listed + undo + redo > 1 or ((listed or undo or redo) and any(right.values())):
        raise click.UsageError("use one of --list, --undo, --redo, or say what is right")
    if quote is None and not (listed or undo or redo):
        raise click.UsageError("name the quote; its page on the site has its id")
    who = who or getpass.getuser()
    with closing(write.open_database(db, readonly=listed)) as base:
        found = correcting.find(base, quote) if quote is not None else None
        if listed:
            _print_list(base, found, as_json=as_json)
            return
        if undo or redo:
            _print_done(base, (correcting.take_back if undo else correcting.hold_again)(base, who=who, quote_id=found))
            return
        _print_done(base, correcting.correct(base, found or "", _known(right), who=who))


def _known(right: dict[str, Any]) -> Known:
    from quotes.correcting import Known

    if right["negated"] and right["act"] is None:
        raise click.UsageError("--negated belongs to --act")
    return Known(
        not_a_quote=right["not_a_quote"], unnamed=right["unnamed"], speakers=right["speakers"] or None,
        speaker_type=SpeakerType(right["speaker_type"]) if right["speaker_type"] else None, words=right["words"] or None,
        spans=right["span"], role=right["role"], affiliation=right["affiliation"],
        act=right["act"] and ("not " if right["negated"] else "") + right["act"],
    )


def _text_of(base: Database) -> Callable[[str], str | None]:
    """Return a function that gives an article's text, read once."""
    from quotes.store import stored

    texts: dict[str, str | None] = {}

    def text(article_id: str) -> str | None:
        if article_id not in texts:
            found = stored.article(base.conn, article_id)
            texts[article_id] = found.text if found else None
        return texts[article_id]

    return text


def _print_done(base: Database, done: Done) -> None:
    from quotes import correcting
    from quotes.store import stored

    text = _text_of(base)
    for change in done.changes:
        click.echo(terminal.one_line(f"{correcting.in_words(change, text(change.article_id))} ({correcting.standing(change)})"))
    now = stored.quote(base.conn, done.quote_id)
    if not done.shown:
        click.echo(f"{done.quote_id}: kept; the next build shows it")
    elif now is not None:
        click.echo(terminal.one_line(f"{done.quote_id}: {now.called(now.role)}: {now.words_said}"))


def _print_list(base: Database, quote_id: str | None, *, as_json: bool) -> None:
    from quotes import correcting

    changes, text = correcting.listing(base, quote_id), _text_of(base)
    if as_json:
        click.echo(json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=2).encode("utf-8"))
        return
    rows = [{
        "when": change.made_at[:16].replace("T", " "), "who": change.who, "quote": change.quote_id,
        "what is right": correcting.in_words(change, text(change.article_id))[:LONGEST], "state": correcting.standing(change),
    } for change in changes]
    click.echo(terminal.table(rows, COLUMNS))
