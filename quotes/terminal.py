"""How results look in a terminal: pure functions from records to text.

Invariant: nothing that an article says reaches the terminal as a command: control characters and direction overrides are
shown as pictures of themselves (`␛` for ESC), never sent.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING

import click

from quotes.said import marked, read_from, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from quotes.records import CharSpan, Quote

COLOURS = ("green", "yellow", "cyan", "magenta", "blue", "red", "bright_green", "bright_yellow", "bright_cyan",
           "bright_magenta", "bright_blue", "bright_red")
MAX_CELL = 48
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb]")
DELETE = 0x7F


def printable(text: str) -> str:
    r"""Return the text with pictures in the place of control characters; line ends and tabs stay.

    >>> printable("Ana\x1b[2J Ruiz\n")
    'Ana␛[2J Ruiz\n'
    """
    return CONTROL.sub(_picture, text.replace("\r\n", "\n"))


def one_line(text: object) -> str:
    r"""Return a value as one printable line, runs of white space made one.

    >>> one_line("Ana\n Ruiz")
    'Ana Ruiz'
    """
    return printable(" ".join(str(text).split())) if text is not None else ""


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code == DELETE:
        return "␡"
    return chr(0x2400 + code) if code < ord(" ") else "\N{REPLACEMENT CHARACTER}"


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return rows as a table with a line of headings; numbers stand to the right.

    >>> print(table([{"name": "Ana Ruiz", "quotes": 3}], ["name", "quotes"]))
    name      quotes
    Ana Ruiz       3
    """
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    heads = [column.replace("_", " ") for column in columns]
    widths = [max(map(_width, [head, *(line[i] for line in cells)])) for i, head in enumerate(heads)]
    numeric = [bool(rows) and all(isinstance(row.get(c), int | float | None) for row in rows) for c in columns]
    return "\n".join(_line(line, widths, numeric) for line in [heads, *cells])


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    padded = []
    for cell, width, right in zip(cells, widths, numeric, strict=True):
        space = " " * (width - _width(cell))
        padded.append(space + cell if right else cell + space)
    return "  ".join(padded).rstrip()


def _cell(value: object) -> str:
    text = one_line(value)
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def as_csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str], guard: Callable[[object], object]) -> str:
    """Return rows as CSV with a line of headings.

    Args:
        rows: the rows.
        columns: what of them, in which order.
        guard: what to do to each cell, so that no spreadsheet takes it for a formula.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([guard(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def article(text: str, quotes: Sequence[Quote], *, colour: bool) -> str:
    """Return an article's text with its quotes highlighted, and below it who says what.

    Args:
        text: the article's text.
        quotes: those to show, in its order.
        colour: whether to colour contents and names by speaker; plain text if not.
    """
    colours = _colours(quotes)
    body = _coloured(text, quotes, colours) if colour else printable(text)
    return "\n".join([body.rstrip(), "", *(_entry(quote, colours, colour=colour) for quote in quotes)])


def speaker_of(quote: Quote) -> str:
    """Return what to call a quote's speaker: the name, or for the unnamed the words of the article."""
    return one_line(quote.speaker or quote.source_text or "unnamed source")


def _colours(quotes: Iterable[Quote]) -> dict[str, str]:
    speakers = dict.fromkeys(map(speaker_of, quotes))
    return {speaker: COLOURS[i % len(COLOURS)] for i, speaker in enumerate(speakers)}


def _coloured(text: str, quotes: Iterable[Quote], colours: Mapping[str, str]) -> str:
    parts, position = [], 0
    for (start, end), quote, kind in _disjoint(quotes):
        parts.append(printable(text[position:start]))
        piece = printable(text[start:end])
        bold, underline = kind == "source" or None, kind == "cue" or None
        parts.append(click.style(piece, fg=colours[speaker_of(quote)], bold=bold, underline=underline))
        position = end
    return "".join([*parts, printable(text[position:])])


def _disjoint(quotes: Iterable[Quote]) -> list[tuple[CharSpan, Quote, str]]:
    """Return the spans of all quotes in the text's order, without those that reach into one before."""
    spans = [(s, q, kind) for q in quotes for kind, own in _spans(q) for s in own]
    spans.sort(key=lambda item: (item[0], item[2]))
    kept: list[tuple[CharSpan, Quote, str]] = []
    for item in spans:
        if not kept or item[0].start >= kept[-1][0].end:
            kept.append(item)
    return kept


def _spans(quote: Quote) -> tuple[tuple[str, tuple[CharSpan, ...]], ...]:
    return ("content", quote.content), ("cue", quote.cue), ("source", quote.source)


def _entry(quote: Quote, colours: Mapping[str, str], *, colour: bool) -> str:
    name = speaker_of(quote)
    named = click.style(f"■ {name}", fg=colours[name], bold=True) if colour else name
    role = f", {one_line(quote.role)}" if quote.role else ""
    mark = f" [{marked(quote.act, negated=quote.negated).lower()}]" if marked(quote.act, negated=quote.negated) else ""
    words = read_from(quote.mention, quote.source_text, quote.speakers[0]) if quote.speakers else None
    read = f", read from “{one_line(words)}”" if words else ""
    about = f"{named}{role}{read}{mark} ({quote.form}, {quote.id})"
    return told(about, one_line(quote.lead), one_line(quote.words_said))
