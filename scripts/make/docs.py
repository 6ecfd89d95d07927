"""Write the generated parts of README.md: the speakers of data.db, the help of every command, and the accuracy.

Input: README.md, data.db, tests/data/floors.json. Output: README.md, or with --check an exit status of 1 if it would change.

    python -m scripts.make.docs [--check]
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import click

from quotes import cli

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
WIDTH = 100
METRICS = {
    "found.direct": "direct quotes found", "found.mixed": "mixed quotes found", "found.indirect": "indirect quotes found",
    "speaker": "found, with the right person", "organization": "found, with the right organisation or group",
    "role": "found, with the role that the article gives", "spurious": "given, but no quote",
    "attribution": "F1 of all quotes and attitudes with the right source",
    "direct_only": "F1 of quotes in quotation marks with the right source",
}


def speakers() -> str:
    """Return the table of the speakers quoted most."""
    query = (
        "select name, role, quotes, direct, mixed, indirect, articles from speaker_stats where type != 'unnamed' "
        "order by quotes desc, name limit 10"
    )
    with closing(sqlite3.connect(f"file:{ROOT / 'data.db'}?mode=ro", uri=True)) as connection:
        rows = connection.execute(query).fetchall()
    head = "| speaker | role | quotes | direct | mixed | indirect | articles |\n|---|---|---:|---:|---:|---:|---:|"
    return "\n".join([head, *("| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |" for row in rows)])


def commands() -> str:
    """Return the help of every command."""
    return "\n\n".join(help_of(f"quotes {name}", command) for name, command in sorted(cli.cli.commands.items()))


def help_of(name: str, command: click.Command) -> str:
    """Return the help of a command and of those below it."""
    context = click.Context(command, info_name=name, max_content_width=WIDTH, terminal_width=WIDTH)
    heading = "#" * (name.count(" ") + 2)
    below = sorted(command.commands.items()) if isinstance(command, click.Group) else []
    parts = [f"{heading} {name}\n\n```text\n{command.get_help(context)}\n```"]
    return "\n\n".join([*parts, *(help_of(f"{name} {sub}", part) for sub, part in below)])


def accuracy() -> str:
    """Return the table of scores."""
    floors = json.loads((ROOT / "tests" / "data" / "floors.json").read_text(encoding="utf-8"))
    rows = ["| measured on | what | per cent |", "|---|---|---:|"]
    for corpus, title in (("seeds", "the five seeds"), ("corpus", "PolNeAR, development")):
        rows += [f"| {title} | {text} | {floors[corpus][name]} |" for name, text in METRICS.items() if name in floors[corpus]]
    return "\n".join(rows)


def generated(text: str) -> str:
    """Return a README with its generated parts made anew."""
    for name, make in (("speakers", speakers), ("help", commands), ("accuracy", accuracy)):
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        part = f"{begin}\n{make()}\n{end}"
        text = re.sub(rf"{begin}.*?{end}", lambda _, part=part: part, text, flags=re.DOTALL)
    return text


def main() -> None:
    """Write or check README.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether it would change")
    check = parser.parse_args().check
    old = README.read_text(encoding="utf-8")
    new = generated(old)
    if check:
        sys.exit(old != new and "README.md is out of date: python -m scripts.make.docs")
    README.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
