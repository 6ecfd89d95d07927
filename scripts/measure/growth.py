"""Measure how the cost of what is computed over all articles grows: who is one, and which quotes are the same words.

Input: nothing but the numbers. Output: a Markdown table with a line for each number of mentions and each of the two: seconds of
CPU, microseconds a mention, and the memory of the process at its highest. Each is measured in a process of its own.
Command:

    python -m scripts.measure.growth 10000 100000 1000000 [--what identity statements]

Mentions are made up: an article has three, a tenth as many people as mentions, heard by Zipf's law; a tenth of the mentions has
the surname alone and a tenth an initial. Of the quotes one in four retells an earlier one, shortened, or with a word changed.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from random import Random
from typing import TYPE_CHECKING

from quotes import ids, wording
from quotes.records import Alias, MentionKind, Role, SpeakerType, StoredEntity, Wording
from quotes.resolve import speakers, statements
from scripts.make import big_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MENTIONS_AN_ARTICLE = 3
MENTIONS_A_PERSON = 10
FIRST_DAY = 738_000


def main() -> None:
    """Print the table, or measure one number."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("mentions", nargs="+", type=int)
    parser.add_argument("--what", nargs="*", choices=sorted(MEASURES), default=sorted(MEASURES))
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        print(MEASURES[given.what[0]](given.mentions[0]))
        return
    print("| mentions | what | found | CPU, s | a mention, µs | memory, MB |", "|---" * 6 + "|", sep="\n")
    for number in given.mentions:
        for what in given.what:
            command = [sys.executable, "-m", "scripts.measure.growth", str(number), "--what", what, "--here"]
            print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="", flush=True)  # noqa: S603


def identity(number: int) -> str:
    """Return the table's line for saying who is one."""
    entities = list(mentions(number))
    started = time.process_time()
    found = speakers.resolve(entities)
    return line(number, "identity", f"{len(found.speakers):,} speakers", time.process_time() - started)


def same_words(number: int) -> str:
    """Return the table's line for bringing the same words together."""
    wordings = list({each.id: each for each in sayings(number)}.values())
    started = time.process_time()
    parents = statements.link(wordings, (), statements.Memory(wordings))
    found = sum(parent is not None for parent in parents.values())
    return line(number, "statements", f"{found:,} retold", time.process_time() - started)


def line(number: int, what: str, found: str, seconds: float) -> str:
    """Return a line of the table."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"| {number:,} | {what} | {found} | {seconds:.1f} | {seconds / number * 1e6:.0f} | {memory:,.0f} |"


def mentions(number: int) -> Iterator[StoredEntity]:
    """Yield what articles know of the people that speak in them."""
    chance = Random(1)  # noqa: S311  no secret
    people = big_database.people(chance, number // MENTIONS_A_PERSON)
    for place in range(number):
        person = people[int(len(people) ** chance.random()) - 1]
        article = f"made-up-{place // MENTIONS_AN_ARTICLE:08}"
        given, family = person.name.split()
        shape = chance.random()
        name = family if shape < 0.1 else f"{given[0]}. {family}" if shape < 0.2 else person.name
        kind = MentionKind.SURNAME if shape < 0.1 else MentionKind.NAME
        yield StoredEntity(
            id=ids.digest("entity", article, place), article_id=article, type=SpeakerType.PERSON, name=name,
            aliases=(Alias(alias=name, kind=kind, mentions=1), Alias(alias=family, kind=MentionKind.SURNAME, mentions=1)),
            roles=(Role(role=person.role, affiliation=person.affiliation, role_class=person.role_class),),
            published=f"2024-{place % 12 + 1:02}-{place % 28 + 1:02}", outlet_id=f"outlet-{place % big_database.OUTLETS}",
        )


def sayings(number: int) -> Iterator[Wording]:
    """Yield what is said in quotation marks."""
    chance = Random(1)  # noqa: S311  no secret
    vocabulary = [wording.forms(wording.words(word))[0] for word in big_database.words_of(chance, 8000)]
    said: list[tuple[int, ...]] = []
    for place in range(number):
        if said and chance.random() < 0.25:
            words = list(chance.choice(said))
            if chance.random() < 0.5:
                words = words[: max(wording.FEWEST, 3 * len(words) // 4)]
            else:
                words[chance.randrange(len(words))] = chance.choice(vocabulary)
        else:
            words = chance.choices(vocabulary, k=chance.randint(6, 40))
        forms = tuple(words)
        said.append(forms)
        heard = frozenset({wording.speaker_number(f"speaker {place % max(1, number // MENTIONS_A_PERSON)}")})
        day = FIRST_DAY + place % 400
        yield Wording(id=wording.wording_id(forms, heard), forms=forms, speakers=heard, first_day=day, last_day=day)


MEASURES: dict[str, Callable[[int], str]] = {"identity": identity, "statements": same_words}


if __name__ == "__main__":
    main()
