"""How likely a person is meant by a pronoun: a weighted sum of features of the candidate and the place.

The weights were fitted by `scripts/train_salience.py` (logistic regression on pairs of the right candidate and another).
Positive values speak for the candidate. Sex is evidence inside this sum only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    "best_mention": 0.8,
    "same_sentence": 0.05,
    "same_paragraph": 0.22,
    "sentences": -0.02,
    "subject": 0.03,
    "quoted": 0.02,
    "nearest": 0.21,
    "mentions": 0.37,
    "spoke_here": 1.01,
    "spoke_before": 0.52,
    "other_sex": -2.16,
    "surely_other_sex": -4.24,
    "own_sex": 0.78,
}


def score(features: Mapping[str, float]) -> float:
    """Return a candidate's score; greater is likelier.

    Args:
        features: values by name; those without a weight count nothing.
    """
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())
