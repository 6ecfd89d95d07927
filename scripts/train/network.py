"""The tagger's network while it is trained: encoder, heads, CRF and link scores, in PyTorch.

Used by `tagger.py`, which writes it as ONNX; at run time `quotes/nlp/find/tagger.py` decodes its output with numpy.

Word and position embeddings of the base model plus learned embeddings of each word's case and of whether it stands in
quotation marks; the base's layers; a linear layer to BIO scores, decoded by a CRF over each paragraph; and a linear layer
to link vectors, whose products say which cue a content hangs on and which source a cue.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from scripts.train.data import LABELS, NAME_LABELS, Example

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LINK_SIZE = 64
DISTANCES = 32
NEVER = -1e4
MPNET_FIRST = 2  # position of MPNet's first piece
MPNET_SPECIAL = ((0, 1), (101, 0), (102, 2), (103, 30526))  # [PAD], [CLS], [SEP], [MASK]
QKV = {"bert": ("query", "key", "value"), "mpnet": ("q", "k", "v")}
ATTENTION = {"bert": "attention.self", "mpnet": "attention.attn"}
LAYER_NAMES = {
    "bert": {
        "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    },
    "mpnet": {
        "out": "attention.attn.o",
        "norm1": "attention.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    },
}


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

    Output: emissions (batch, pieces, labels), link vectors (batch, pieces, 5 * LINK_SIZE): content start, content
    end, cue as head of contents, cue as looking for its source, source; and scores of names (batch, pieces, name labels);
    float32.

    Args:
        config: of the base model: BERT's, or MPNet's, which adds a bias by distance to attention, counts positions from 2
            and numbers word pieces otherwise.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        size, eps = config["hidden_size"], config["layer_norm_eps"]
        self.words = nn.Embedding(config["vocab_size"], size)
        self.is_mpnet = config["model_type"] == "mpnet"
        self.positions = nn.Embedding(config["max_position_embeddings"] - MPNET_FIRST * self.is_mpnet, size)
        if self.is_mpnet:
            self.relative = nn.Embedding(config["relative_attention_num_buckets"], config["num_attention_heads"])
        self.case = nn.Embedding(4, size)
        self.inside = nn.Embedding(3, size)
        self.norm = nn.LayerNorm(size, eps)
        self.layers = nn.ModuleList(
            Layer(size, config["num_attention_heads"], config["intermediate_size"], eps)
            for _ in range(config["num_hidden_layers"])
        )
        self.tags = nn.Linear(size, len(LABELS))
        self.links = nn.Linear(size, 5 * LINK_SIZE)
        self.names = nn.Linear(size, len(NAME_LABELS))
        self.transitions = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))
        self.starts = nn.Parameter(torch.zeros(len(LABELS)))
        self.distance = nn.Parameter(torch.zeros(2, 2 * DISTANCES + 1))
        self.null = nn.Parameter(torch.zeros(2))
        self.dropout = 0.0
        nn.init.zeros_(self.case.weight)
        nn.init.zeros_(self.inside.weight)

    def forward(
        self, ids: Tensor, case: Tensor, inside: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return emissions, link vectors and scores of names of each piece; `mask` is true where there is a piece."""
        place = torch.arange(ids.shape[1], device=ids.device)
        known = renumbered(ids) if self.is_mpnet else ids
        x = self.words(known) + self.positions(place) + self.case(case) + self.inside(inside)
        x = F.dropout(self.norm(x), self.dropout, self.training)
        bias = None
        if mask is not None:
            bias = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(~mask, NEVER)[:, None, None, :]
        if self.is_mpnet:
            near = self.relative(relative_bucket(place[None] - place[:, None])).permute(2, 0, 1)[None].detach()
            bias = near if bias is None else near + bias
        if bias is not None and torch.is_autocast_enabled("cpu"):
            bias = bias.bfloat16()
        for layer in self.layers:
            x = layer(x, bias, self.dropout)
        return self.tags(x).float(), self.links(x).float(), self.names(x).float()


def relative_bucket(distance: Tensor, buckets: int = 32, farthest: int = 128) -> Tensor:
    """Return MPNet's (and T5's) bucket of a distance from a piece to the one that it attends to."""
    half = buckets // 2
    size = distance.abs()
    exact = half // 2
    far = exact + (torch.log(size.clamp(min=1) / exact) / math.log(farthest / exact) * (half - exact)).long()
    return torch.where(size < exact, size, far.clamp(max=half - 1)) + half * (distance > 0)


def load_base(folder: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the base model's configuration and its weights under this network's names."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    kind = config["model_type"]
    base = {k.removeprefix(f"{kind}."): v.float() for k, v in load_file(str(folder / "model.safetensors")).items()}
    state = {
        "words.weight": base["embeddings.word_embeddings.weight"],
        "positions.weight": base["embeddings.position_embeddings.weight"],
        "norm.weight": base["embeddings.LayerNorm.weight"],
        "norm.bias": base["embeddings.LayerNorm.bias"],
    }
    if kind == "mpnet":
        state["positions.weight"] = state["positions.weight"][MPNET_FIRST:]
        state["relative.weight"] = base["encoder.relative_attention_bias.weight"]
    else:
        state["positions.weight"] = state["positions.weight"] + base["embeddings.token_type_embeddings.weight"][0]
    for i in range(config["num_hidden_layers"]):
        for part in ("weight", "bias"):
            layer = f"encoder.layer.{i}."
            own = [base[f"{layer}{ATTENTION[kind]}.{name}.{part}"] for name in QKV[kind]]
            state[f"layers.{i}.qkv.{part}"] = torch.cat(own)
            for new, name in LAYER_NAMES[kind].items():
                state[f"layers.{i}.{new}.{part}"] = base[f"{layer}{name}.{part}"]
    return config, state


def renumbered(ids: Tensor) -> Tensor:
    """Return MPNet's numbers of BERT's word pieces: the same pieces, four further on, but for the special ones."""
    out = ids + 4
    for bert, own in MPNET_SPECIAL:
        out = torch.where(ids == bert, own, out)
    return out


def tokenizer_of(base: Path) -> Tokenizer:
    """Return the base model's tokenizer without truncation and padding."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


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


class Counts(NamedTuple):
    """How often a CRF is expected to see something.

    Args:
        labels: (batch, words, labels) each label at each word.
        moves: (from, to) each transition in the whole batch.
        starts: (labels,) each label at the start of a paragraph in the whole batch.
    """

    labels: Tensor
    moves: Tensor
    starts: Tensor


def log_partition(emissions: Tensor, moves: Tensor, starts: Tensor, first: Tensor, mask: Tensor) -> Tensor:
    """Return the logarithm of the sum over all labellings, summed over the batch.

    Args:
        emissions: (batch, words, labels).
        moves: (from, to) scores of transitions.
        starts: scores of labels where a paragraph starts.
        first: (batch, words) true where a paragraph starts: the chain is cut there.
        mask: (batch, words) true where there is a word.
    """
    alpha = starts + emissions[:, 0]
    cut = starts.expand(len(emissions), -1)
    for t in range(1, emissions.shape[1]):
        along = torch.logsumexp(alpha[:, :, None] + moves, 1)
        across = torch.logsumexp(alpha, 1, keepdim=True) + cut
        new = torch.where(first[:, t, None], across, along) + emissions[:, t]
        alpha = torch.where(mask[:, t, None], new, alpha)
    return torch.logsumexp(alpha, 1).sum()


def gold_counts(labels: Tensor, first: Tensor, mask: Tensor) -> Counts:
    """Return what a CRF that is sure of the labels (batch, words; -1 where there is no word) would expect."""
    at = F.one_hot(labels.clamp(min=0), len(LABELS)).float() * mask[..., None]
    within = (mask[:, 1:] & ~first[:, 1:])[..., None]
    moves = torch.einsum("bti,btj->ij", at[:, :-1] * within, at[:, 1:])
    starts = at[:, 0].sum(0) + (at[:, 1:] * first[:, 1:, None]).sum((0, 1))
    return Counts(at, moves, starts)


def expected_counts(network: Network, emissions: Tensor, first: Tensor, mask: Tensor) -> Counts:
    """Return what a network expects: the derivatives of the log partition."""
    with torch.enable_grad():
        given = [v.detach().requires_grad_() for v in (emissions, network.transitions + MOVES, network.starts + STARTS)]
        return Counts(*torch.autograd.grad(log_partition(given[0], given[1], given[2], first, mask), given))


def crf_loss(network: Network, emissions: Tensor, wanted: Counts, first: Tensor, mask: Tensor) -> Tensor:
    """Return the cross entropy, per word, of the network's CRF with one that expects the wanted counts.

    With `gold_counts` that is the negative log likelihood of the labels. Shapes as in `log_partition`.
    """
    moves = network.transitions + MOVES
    starts = network.starts + STARTS
    score = (emissions * wanted.labels).sum() + (moves * wanted.moves).sum() + (starts * wanted.starts).sum()
    return (log_partition(emissions, moves, starts, first, mask) - score) / mask.sum()


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
