"""Measure how long it takes to say who is who among many speakers of single articles.

Input: nothing but a seed: invented names of 40,000 people, some in very many articles, with roles, short forms and initials, over
sixteen years. Output: entities, speakers, pairs to judge, seconds of CPU, and MiB of memory at most.

Command:

    python -m scripts.measure.many_names [--entities 100000] [--seed 7]

Exits with 1 if 100,000 entities take over a minute of CPU (of fewer or more, as many times less or more).
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time

from quotes import ids, lexicon
from quotes.records import Role, SpeakerType, StoredEntity
from quotes.resolve.speakers import resolve

PEOPLE, GIVEN, SURNAMES, TOWNS, ARTICLES = 40_000, 3_000, 12_000, 400, 30_000
MOST_SECONDS, AT = 60.0, 100_000
SYLLABLES = ("ma", "ko", "ri", "st", "an", "el", "bo", "du", "ner", "witz", "son", "ov", "ley", "ham", "ton", "ez", "al", "ki")
ROLES = (
    ("mayor of {}", "official"), ("spokesman for {} Police", "spokesperson"), ("nurse", "expert or academic"),
    ("professor of biology at {} University", "expert or academic"), ("senator", "legislator"),
    ("striker for {} United", "sport, arts or entertainment"), ("chief executive of {} Energy", "business"),
)


def invented(count: int, seed: int) -> list[StoredEntity]:
    """Return that many speakers of single articles, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311  no secrets
    given = chance.sample(sorted(name for name in lexicon.given_names() if len(name) > 3), GIVEN)
    surnames = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize() for _ in range(SURNAMES)]
    people = [(f"{chance.choice(given).capitalize()} {chance.choice(surnames)}", chance.choice(ROLES), f"Elk{town}")
              for town in (chance.randrange(TOWNS) for _ in range(PEOPLE))]
    return [_entity(chance, number, people) for number in range(count)]


def _entity(chance: random.Random, number: int, people: list[tuple[str, tuple[str, str], str]]) -> StoredEntity:
    known = min(int(chance.paretovariate(0.7)), PEOPLE - 1) if chance.random() < 0.5 else chance.randrange(PEOPLE)
    name, (role, kind), town = people[known]
    worded = f"{chance.choice(('', 'new ', 'former ', 'acting ', 'outspoken '))}{role.format(town)}"
    form = chance.random()
    given, surname = name.split(" ", 1)
    shown = surname if form < 0.1 else f"{given[0]}. {surname}" if form < 0.13 else name
    roles = (Role(role=worded, affiliation=town if "{}" in role else None, role_class=kind),) if chance.random() < 0.6 else ()
    article = str(chance.randrange(ARTICLES))
    day = f"{chance.randint(2008, 2023)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return StoredEntity(
        id=ids.digest("entity", article, shown, str(number)), article_id=article, name=shown,
        type=SpeakerType.PERSON, roles=roles,
        sources=(f"{shown}, a {chance.choice(surname)}-{number % 977} {worded}",), published=day,
        outlet_id=chance.choice("abcdefgh"),
    )


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    parser = argparse.ArgumentParser(description="Measure how long it takes to say who is who among many.")
    parser.add_argument("--entities", type=int, default=AT)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(arguments)
    entities = invented(given.entities, given.seed)
    started = time.process_time()
    found = resolve(entities)
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{given.entities} entities, {len(found.speakers)} speakers, {len(found.speaker_candidates)} pairs to judge, "
          f"{seconds:.1f} s of CPU, {memory} MiB at most")
    return 0 if seconds <= MOST_SECONDS * given.entities / AT else 1


if __name__ == "__main__":
    sys.exit(main())
