"""Articles of several outlets that carry one statement: whole, cut, misquoted, by another speaker, and in a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import site_corpus as corpus
from site_corpus import Person

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = {"ruiz": Person("Ana Ruiz", role="mayor"), "lind": Person("Bo Lind", role="deputy"),
          "other": Person("Cy Moyo", role="farmer")}
WHOLE = "We have watched the river rise for eleven years and nobody in the ministry has answered a single letter"
CUT = "watched the river rise for eleven years and nobody in the ministry has answered"
MISQUOTED = WHOLE.replace("eleven", "seven")
BODY = "\n\n".join(f"Sentence {number} of the report tells what else was decided in hall {number}." for number in range(9))


def row(name: str, outlet: str, day: str, who: str, words: str, body: str = "") -> tuple[object, ...]:
    speaker = PEOPLE[who].name
    return (name, f"Report {name}", outlet, day, f"https://{name}.example/{name}",
            f"{{c1:“{words},”}} {{s1:{speaker}}} {{k1:said}}.\n\n{body}", {1: (who, "d", "n", "say", .9, ("river",))})


ROWS = [
    row("first", "The Courier", "2025-03-01", "ruiz", CUT),
    row("second", "The Herald", "2025-03-02", "ruiz", WHOLE, BODY),
    row("copied", "The Post", "2025-03-02", "ruiz", WHOLE, BODY),
    row("third", "The Gazette", "2025-03-03", "ruiz", MISQUOTED),
    row("fourth", "The Times", "2025-03-04", "lind", WHOLE),
    row("apart", "The Courier", "2025-03-05", "other", "The harvest was late and the bread is dear this winter"),
]


def build(path: Path) -> Path:
    """Make the database."""
    return corpus.build(path, ROWS, PEOPLE)
