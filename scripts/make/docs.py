"""Write the generated parts of the documents: speakers of data.db and accuracy in README.md, every command's help in docs/cli.md.

Input: the documents, data.db, tests/data/floors.json, the commands themselves. Output: the documents, each part between its
`<!-- begin NAME -->` and `<!-- end NAME -->`; with --check nothing but an exit status of 1 if one of them would change.

    python -m scripts.make.docs [--check]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quotes import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 100
SPEAKERS = 6
METRICS = {
    "found.direct": "direct quotes found", "found.mixed": "mixed quotes found", "found.indirect": "indirect quotes found",
    "speaker": "found, with the right person", "organization": "found, with the right organisation or group",
    "role": "found, with the role that the article gives", "spurious": "given, but no quote",
    "attribution": "F1 of all quotes and attitudes with the right source",
    "direct_only": "F1 of quotes in quotation marks with the right source",
}
SETS = (("seeds", "the five seeds (in sample)"), ("corpus", "PolNeAR, development articles"))


def speakers() -> str:
    """Return the table of the speakers quoted most."""
    query = (
        "select name, role, quotes, direct, mixed, indirect, articles from speaker_stats where type != 'unnamed' "
        "order by quotes desc, name limit ?"
    )
    with closing(sqlite3.connect(f"file:{ROOT / 'data.db'}?mode=ro", uri=True)) as connection:
        rows = connection.execute(query, [SPEAKERS]).fetchall()
    head = "| speaker | role | quotes | direct | mixed | indirect | articles |\n|---|---|---:|---:|---:|---:|---:|"
    return "\n".join([head, *("| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |" for row in rows)])


def commands() -> str:
    """Return the help of every command."""
    root = cli.cli.make_context("quotes", ["stats"], max_content_width=WIDTH, terminal_width=WIDTH)
    return "\n\n".join(_help_below(cli.cli, root))


def _help_below(group: click.Group, above: click.Context) -> Iterator[str]:
    """Yield the help of each command of a group and of those below it, as the program prints it."""
    for name, command in sorted(group.commands.items()):
        context = click.Context(command, above, name)
        heading = "#" * (context.command_path.count(" ") + 1)
        yield f"{heading} {context.command_path}\n\n```text\n{command.get_help(context)}\n```"
        if isinstance(command, click.Group):
            yield from _help_below(command, context)


def accuracy() -> str:
    """Return the table of the gate's scores."""
    floors = json.loads((ROOT / "tests" / "data" / "floors.json").read_text(encoding="utf-8"))
    rows = ["| measured on | what | per cent |", "|---|---|---:|"]
    for corpus, title in SETS:
        rows += [f"| {title} | {text} | {floors[corpus][name]} |" for name, text in METRICS.items() if name in floors[corpus]]
    return "\n".join(rows)


DOCUMENTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {"speakers": speakers, "accuracy": accuracy},
    "docs/cli.md": {"help": commands},
}


def generated(text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """Return a document with its generated parts made anew.

    Raises:
        ValueError: it has no place for one of them.
    """
    for name, make in parts.items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        before, began, rest = text.partition(begin)
        _, ended, after = rest.partition(end)
        if not (began and ended):
            raise ValueError(f"no place for {name}: put {begin} and {end} where it belongs")
        text = f"{before}{begin}\n{make()}\n{end}{after}"
    return text


def main() -> None:
    """Write or check the documents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether they would change")
    check = parser.parse_args().check
    stale = []
    for name, parts in DOCUMENTS.items():
        path = ROOT / name
        old = path.read_text(encoding="utf-8")
        new = generated(old, parts)
        if new != old:
            stale.append(name)
            if not check:
                path.write_text(new, encoding="utf-8")
    if check and stale:
        sys.exit(f"out of date: {', '.join(stale)}; run python -m scripts.make.docs")


if __name__ == "__main__":
    main()
