"""Measure annotated articles and the benchmark corpus, and raise the floors of the gate in tests/test_gold.py.

Input: seeds/, the annotated articles of tests/data (of Wikinews the open half), and ../shared/bench where it is there.
Output: tests/data/floors.json.

    python -m scripts.measure.floors            # raises floors where scores rose
    python -m scripts.measure.floors --lower    # also lowers them: say why in the commit
"""

from __future__ import annotations

import argparse
import json

from quotes.evaluate import report
from scripts.measure.gold import FLOORS, digests, measure_all_annotated, measure_corpus


def main() -> None:
    """Measure, print what changes, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lower", action="store_true", help="also lower floors")
    lower = parser.parse_args().lower
    stored = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    measured = {"corpus": measure_corpus(), **measure_all_annotated()}
    floors = {
        name: report.raised(stored.get(name, {}), scores, lower=lower) if scores else stored.get(name, {})
        for name, scores in measured.items()
    }
    for name, scores in measured.items():
        for line in report.below(stored.get(name, {}), scores or stored.get(name, {})):
            print(f"{name}: below its floor: {line}")
    FLOORS.write_text(
        json.dumps({"digests": digests(), **floors}, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    print(FLOORS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
