#!/usr/bin/env python3
"""Build the lists of given names and nicknames in `quotes/data/en/` from packages of a package registry.

    pip install faker==40.54.0 names==0.3.0 nicknames==1.0.1
    python -m scripts.make.name_lists quotes/data/en

Input: the packages `faker` (MIT: given names by country and sex, Latin and other scripts), `names`
(MIT; the given names of the 1990 census of the United States, in the public domain) and `nicknames` (Apache-2.0).
Output: `given_names.txt` (a folded name, a tab, f, m or u a line) and `nicknames.txt` (a nickname, a tab, the names that
it stands for). Sex is counted per source list; a name is u unless four out of five counts agree.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import pkgutil
import re
import sys
from collections import defaultdict
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from anyascii import anyascii

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AGREEMENT = 0.75
CENSUS_WEIGHT = 6.0  # as much as six countries' lists
RAREST = 0.002  # per cent of a sex; the census lists go down to half of it
NICKNAME_RELATION = "has_nickname"
GIVEN_HEAD = """\
# Given names and the sex they are mostly borne by (f, m; u where both are), folded to lower-case ASCII.
# Used only as evidence for reading pronouns inside one article; nothing derived from it is stored.
# Origin: packages `faker` 40.54.0 (MIT) and `names` 0.3.0 (MIT; United States census of 1990, public domain).
# Rebuilt by scripts/make/name_lists.py.
"""
NICKNAME_HEAD = """\
# Nicknames and the given names that they stand for, folded to lower-case ASCII: nickname, tab, names.
# Origin: package `nicknames` 1.0.1 (Apache-2.0). Rebuilt by scripts/make/name_lists.py.
"""


def fold(name: str) -> str:
    """Return a name in lower-case ASCII letters and hyphens."""
    return re.sub(r"[^a-z-]", "", anyascii(name).lower()).strip("-")


def census() -> Iterator[tuple[str, str, float]]:
    """Yield name, sex and weight of the census lists: CENSUS_WEIGHT a name, divided as its bearers are."""
    bearers: dict[str, dict[str, float]] = defaultdict(dict)
    for sex, file in (("f", "dist.female.first"), ("m", "dist.male.first")):
        for line in resources.files("names").joinpath(file).read_text(encoding="ascii").splitlines():
            name, share, *_ = line.split()
            bearers[name][sex] = float(share)
    for name, shares in bearers.items():
        for sex, share in shares.items():
            yield name, sex, CENSUS_WEIGHT * share / max(sum(shares.values()), RAREST)


def by_country(package: str = "faker.providers.person") -> Iterator[tuple[str, str, float]]:
    """Yield name, sex and weight of every locale of Faker."""
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        provider = importlib.import_module(f"{package}.{module.name}").Provider
        for sex, attribute in (("f", "first_names_female"), ("m", "first_names_male")):
            for name in getattr(provider, attribute, ()):
                if " " not in name.strip():
                    yield name, sex, 1.0


def sexes(counts: Iterable[tuple[str, str, float]]) -> dict[str, str]:
    """Return each name's sex, by the share of its weight."""
    weights: dict[str, dict[str, float]] = defaultdict(lambda: {"f": 0.0, "m": 0.0})
    for name, sex, weight in counts:
        if len(fold(name)) > 1:
            weights[fold(name)][sex] += weight
    decided = {}
    for name, weight in weights.items():
        best = max(weight, key=lambda sex: weight[sex])
        decided[name] = best if weight[best] >= AGREEMENT * sum(weight.values()) else "u"
    return decided


def nicknames() -> dict[str, set[str]]:
    """Return the names that each nickname stands for."""
    found: dict[str, set[str]] = defaultdict(set)
    text = resources.files("nicknames").joinpath("names.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(StringIO(text, newline="")):
        if row["relationship"] == NICKNAME_RELATION:
            found[fold(row["name2"])].add(fold(row["name1"]))
    return found


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    args = parser.parse_args()
    given = sexes([*census(), *by_country()])
    lines = [f"{name}\t{given[name]}\n" for name in sorted(given)]
    (args.output / "given_names.txt").write_text(GIVEN_HEAD + "".join(lines), encoding="utf-8")
    nicks = nicknames()
    lines = [f"{nick}\t{' '.join(sorted(nicks[nick]))}\n" for nick in sorted(nicks)]
    (args.output / "nicknames.txt").write_text(NICKNAME_HEAD + "".join(lines), encoding="utf-8")
    print(f"{len(given)} given names, {len(nicks)} nicknames")
    return 0


if __name__ == "__main__":
    sys.exit(main())
