"""How likely a person is meant by a pronoun: a weighted sum of features of the candidate and the place.

The weights were fitted by `scripts/train/salience.py` (logistic regression on pairs of the right candidate and another).
Positive values speak for the candidate. Sex is evidence inside this sum only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    "best_mention": 0.66,
    "same_sentence": 0.02,
    "same_paragraph": 0.48,
    "sentences": 0.02,
    "subject": -0.04,
    "nearest": 0.43,
    "mentions": 0.48,
    "spoke_here": 1.05,
    "spoke_before": 0.58,
    "other_sex": -1.83,
    "surely_other_sex": -3.51,
    "own_sex": 0.73,
    "introduced_here": 0.26,
    "introduced_before": 0.03,
}


def score(features: Mapping[str, float]) -> float:
    """Return a candidate's score; greater is likelier.

    Args:
        features: values by name; those without a weight count nothing.
    """
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())
