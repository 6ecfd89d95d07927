"""Which phrase is somebody's role, or none: a weighted sum of what speaks for each, made probabilities.

The weights are learned by `scripts/train/roles.py` from articles of which people said who is what, and lie in
`quotes/data/roles/weights.json`: a row of weights for each group of places (`options.py`). A place's options and "none" are
ranked against one another.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from quotes.nlp.roles.options import AHEAD, BEFORE, BESIDE, DESCRIBED, IS, LEAD, UNNAMED, WHO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quotes.nlp.roles.options import Option
    from quotes.nlp.roles.phrases import RolePhrase

GROUPS = {
    BEFORE: "before", BESIDE: "around", WHO: "around", IS: "around", AHEAD: "around", LEAD: "around", DESCRIBED: "described",
    UNNAMED: "described",
}
Weights = dict[str, dict[str, float]]
LEAST = {"before": 0.4, "around": 0.4, "described": 0.3}  # how likely a role must be; less invents some, more misses some

RULES = frozenset({"listed", "held"})  # what is not learned; `reader.py` asks for each by its name
UNLISTED = 0.2  # how much likelier if no list holds its head


@cache
def learned() -> Weights:
    """Return the weights that come with the package: {group of places: {name of a feature: weight}}."""
    text = resources.files("quotes.data").joinpath("roles/weights.json").read_text(encoding="utf-8")
    return json.loads(text)["weights"]  # type: ignore[no-any-return]


class Chooser:
    """Chooses among the options of a place.

    Args:
        weights: {group of places: {name of a feature: weight}}; by default those of the package.
        rules: of `RULES` those that are followed.
    """

    def __init__(self, weights: Weights | None = None, rules: frozenset[str] = RULES) -> None:
        self.weights = learned() if weights is None else weights
        self.rules = rules

    def choose(self, place: str, options: Sequence[Option], who: object, word: int) -> RolePhrase | None:
        """Return the phrase that is a role, None if none is.

        Args:
            place: one of `options.PLACES`.
            options: at least one.
            who: whose role it would be, None where somebody has no name.
            word: where the name or the description begins.
        """
        del who, word  # which case this is, to those who teach
        weights = self.weights[GROUPS[place]]
        scores = [*(score(weights, option.features) for option in options), score(weights, none(place, options))]
        best = max(range(len(options)), key=scores.__getitem__)
        top = max(scores)
        every = [math.exp(s - top) for s in scores]
        chosen = options[best].phrase
        least = LEAST[GROUPS[place]] + (0.0 if chosen.role_class else UNLISTED)
        return chosen if 1 - every[-1] / sum(every) >= least else None


def none(place: str, options: Sequence[Option]) -> dict[str, float]:
    """Return what speaks for none of a place's options being a role."""
    known = any(option.features.get("known") for option in options)
    return {"none": 1.0, f"none_{place}": 1.0, "none_known": float(not known)}


def score(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """Return the sum of what speaks for an option; names without a weight count nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in features.items())
