"""Who of some candidates is meant: a weighted sum of what speaks for each, made probabilities.

The weights are learned by `scripts/train/ranker.py` from articles of which people or a language model said whom each
source means, and lie in `quotes/data/coref/ranker.json`: a row of weights for each kind of source. The sums of an
article's candidates become probabilities by softmax; those are what `speaker_confidence` shows, and articles that
nothing was learned from show how true they are.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quotes.nlp.coref.candidates import Candidate

PRONOUN, DESCRIPTION, NOTHING, THING, BODY = "pronoun", "description", "nothing", "thing", "body"
KINDS_OF_SOURCE = (PRONOUN, DESCRIPTION, NOTHING, THING, BODY)
Weights = dict[str, dict[str, float]]


@cache
def learned() -> Weights:
    """Return the weights that come with the package: {kind of source: {name of a feature: weight}}."""
    text = resources.files("quotes.data").joinpath("coref/ranker.json").read_text(encoding="utf-8")
    return json.loads(text)["weights"]  # type: ignore[no-any-return]


class Ranker:
    """Ranks candidates.

    Args:
        weights: {kind of source: {name of a feature: weight}}; by default those of the package.
    """

    def __init__(self, weights: Weights | None = None) -> None:
        self.weights = learned() if weights is None else weights

    def choose(self, kind: str, word: int, candidates: Sequence[Candidate]) -> tuple[Candidate, float]:
        """Return the likeliest candidate and how likely it is.

        Args:
            kind: of source, one of `KINDS_OF_SOURCE`.
            word: where the source is.
            candidates: at least one.
        """
        del word  # which case this is, to those who teach
        weights = self.weights[kind]
        scores = [score(weights, c.features) for c in candidates]
        best = max(range(len(scores)), key=scores.__getitem__)
        return candidates[best], 1 / sum(math.exp(s - scores[best]) for s in scores)


def score(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """Return the sum of what speaks for a candidate; names without a weight count nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in features.items())
