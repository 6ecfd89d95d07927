"""The learned tagger: which words are source, cue or content, and how likely each hangs on which.

Holds the spaCy component `quotes_tagger`, served by ONNX Runtime from `quotes/data/tagger/`. It reads paragraphs and pairs
of quotation marks (`marks.py`) and writes `doc.spans["quotes_tags"]`: spans labelled SOURCE, CUE, CONTENT in text order,
disjoint, not linked yet; `link.py` links them.

`attrs["tags"]` of the group has one entry a span, in the group's order:

    {"first": p, "mean": p, "last": p, "none": score, "heads": [[span, score], ...]}

the tagger's probability of its label at the span's first word, on average and at its last word (0-1, not calibrated), and
for a content the cues (for a cue the sources) near it, as log probabilities by the encoder alone; "none" is that of no head.

Decoding: a CRF over each paragraph (learned transitions, BIO enforced). Inside a pair of quotation marks a change between
content and anything else costs `mark_penalty`, so that a quote in marks is not half found; no source and no cue goes on where
a sentence surely starts (`sentences.py`).

Source of the network: `scripts/train/tagger.py`; figures in `quotes/data/tagger/MODEL.md`.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Span, SpanGroup

from quotes.errors import ModelMissingError
from quotes.nlp.component import (
    CONTENT,
    CUE,
    MARKS_KEY,
    NAME_KINDS,
    NAMES_KEY,
    PARAGRAPHS_KEY,
    SOURCE,
    TAGS_KEY,
    Component,
)
from quotes.nlp.find.encoding import INSIDE_CLOSED, INSIDE_OPEN, OPENING, OUTSIDE, Region, Window, WindowBuilder, words_of
from quotes.nlp.sentences import boundaries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from spacy.tokens import Doc

    Floats = NDArray[np.float32]
    Offsets = NDArray[np.int64]

HEAD_OF = {CONTENT: CUE, CUE: SOURCE}
REACH = 250  # words between a span and a head that is still considered
DISTANCES = 32
ROWS_AT_A_TIME = 256
MARK_PENALTY = 2.0
IMPOSSIBLE = 1e4


@dataclass(frozen=True, slots=True)
class TagSpan:
    """A span that the tagger found: words `first` to `last` (inclusive), counted over the article's windows."""

    first: int
    last: int
    label: str
    probabilities: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Tagging:
    """What the tagger found in an article.

    Args:
        spans: (start, end, label) with offsets in code points, half-open, in text order.
        scores: one entry a span, see the module's docstring.
        names: (start, end, probability of each kind of name) with offsets likewise, in text order and disjoint.
    """

    spans: tuple[tuple[int, int, str], ...]
    scores: tuple[dict[str, Any], ...]
    names: tuple[tuple[int, int, tuple[float, ...]], ...] = ()


@dataclass(frozen=True)
class Decoder:
    """The parameters of the CRF and of the link scores.

    Args:
        labels: BIO labels, the network's output order.
        transitions: (labels, labels) scores of going from one to another.
        starts: (labels,) scores of starting a paragraph.
        distance: (2, 2 * DISTANCES + 1) score of a distance, for content -> cue and cue -> source.
        null: (2,) score of having no head.
        link_size: length of each of the five link vectors.
        names: BIO labels of names, the network's output order.
    """

    labels: tuple[str, ...]
    transitions: Floats
    starts: Floats
    distance: Floats
    null: Floats
    link_size: int
    names: tuple[str, ...]


# ---------------------------------------------------------------- decoding


def content_changes(labels: Sequence[str], penalty: float) -> Floats:
    """Return (labels, labels): `penalty` where a step enters, leaves or restarts content, else 0."""
    inside = np.array([label.endswith("content") for label in labels])
    starts = np.array([label == "B-content" for label in labels])
    changes = (inside[:, None] != inside[None, :]) | starts[None, :]
    return np.where(changes, np.float32(penalty), np.float32(0))


def crossings(labels: Sequence[str]) -> Floats:
    """Return (labels, labels) what going on with a source or a cue costs where a sentence starts: more than any score."""
    going_on = [label in ("I-source", "I-cue") for label in labels]
    return np.tile(np.where(going_on, np.float32(IMPOSSIBLE), np.float32(0)), (len(labels), 1))


def begin_anew(emissions: Floats, starting: NDArray[np.bool_], labels: Sequence[str]) -> Floats:
    """Return the emissions with what speaks for going on speaking for a beginning, of sources and cues where a sentence starts.

    Of "... who founded Corbel Inc. Danforth said ..." the network may take the last name for more of the first source.
    """
    anew = emissions.copy()
    for role in ("source", "cue"):
        begins, goes_on = labels.index(f"B-{role}"), labels.index(f"I-{role}")
        anew[starting, begins] = np.maximum(emissions[starting, begins], emissions[starting, goes_on])
    return anew


def viterbi(  # noqa: PLR0913
    emissions: Floats, first: NDArray[np.bool_], kept: NDArray[np.bool_], decoder: Decoder, penalty: float = MARK_PENALTY,
    starting: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Return the best label of each word of several windows at once.

    Args:
        emissions: (windows, words, labels); padding words must be zero and come last.
        first: (windows, words) true where a paragraph starts.
        kept: (windows, words) true inside a pair of quotation marks, the opening mark excepted.
        decoder: the CRF's parameters.
        penalty: what a change between content and anything else costs there.
        starting: (windows, words) true where a sentence surely starts, which no source or cue reaches over; None for nowhere.

    Returns:
        (windows, words) indices into the labels.
    """
    count, length, size = emissions.shape
    within = np.stack([decoder.transitions, decoder.transitions - content_changes(decoder.labels, penalty)])
    steps = np.concatenate([within, within - crossings(decoder.labels)])
    if starting is not None:
        emissions = begin_anew(emissions, starting, decoder.labels)
    kind = kept.astype(np.int64) + (0 if starting is None else 2 * starting.astype(np.int64))
    best = decoder.starts + emissions[:, 0]
    back = np.zeros((length, count, size), dtype=np.int64)
    for t in range(1, length):
        scores = best[:, :, None] + steps[kind[:, t]]
        cut = first[:, t]
        if cut.any():
            scores[cut] = best[cut][:, :, None] + decoder.starts
        back[t] = scores.argmax(1)
        best = np.take_along_axis(scores, back[t][:, None], 1)[:, 0] + emissions[:, t]
    path = np.zeros((count, length), dtype=np.int64)
    path[:, -1] = best.argmax(1)
    rows = np.arange(count)
    for t in range(length - 1, 0, -1):
        path[:, t - 1] = back[t][rows, path[:, t]]
    return path


def kept_together(window: Window) -> NDArray[np.bool_]:
    """Return (words,) true where a word and the one before it stand in the same pair of quotation marks.

    A stretch that is never closed but holds further pairs is an excerpt: its sentences are those of a text, not of a quote.
    """
    opening = [word.form == OPENING for word in window.words]
    kept = np.zeros(len(window.words), dtype=bool)
    start = 0
    for at, word in enumerate(window.words):
        before = window.words[at - 1].inside if at else OUTSIDE
        if word.inside == OUTSIDE or before != word.inside or window.first[at] or (opening[at] and word.inside == INSIDE_CLOSED):
            start = at
            continue
        kept[at] = True
        if word.inside == INSIDE_OPEN and opening[at]:
            kept[start : at + 1] = False
            start = len(window.words)
        if start > at:
            kept[at] = False
    return kept


def label_spans(path: Sequence[int], labels: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return the (first, last, role) spans of BIO labels, last inclusive."""
    spans: list[tuple[int, int, str]] = []
    start = -1
    for at, label in enumerate([*path, 0]):
        begins = labels[label].startswith("B-")
        if start >= 0 and (begins or labels[label] == "O"):
            spans.append((start, at - 1, labels[path[start]][2:]))
            start = -1
        if begins and at < len(path):
            start = at
    return spans


def softmax(scores: Floats) -> Floats:
    """Return the softmax over the last axis."""
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(weights / weights.sum(-1, keepdims=True), dtype=np.float32)


# ---------------------------------------------------------------- link scores


def distance_bucket(distance: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the index of signed distances in words: by one up to 8, then by logarithms."""
    size = np.abs(distance).astype(np.float64)
    steps = np.where(size <= 8, size, 8 + 4 * np.log2(np.maximum(size, 1) / 8)).round().clip(max=DISTANCES)
    return np.asarray(DISTANCES + np.sign(distance) * steps, dtype=np.int64)


def head_scores(
    spans: Sequence[TagSpan], vectors: Floats, decoder: Decoder, label: str
) -> dict[int, tuple[float, list[tuple[int, float]]]]:
    """Return for each span of a label the log probabilities of no head and of each head in reach.

    Args:
        spans: all spans of the article.
        vectors: (words, 5 * link_size): content start, content end, cue as a head, cue as a dependant, source.
        decoder: the score of distances and of none.
        label: CONTENT (heads are cues) or CUE (heads are sources).
    """
    kind = 0 if label == CONTENT else 1
    rows = np.array([i for i, span in enumerate(spans) if span.label == label], dtype=np.int64)
    columns = np.array([i for i, span in enumerate(spans) if span.label == HEAD_OF[label]], dtype=np.int64)
    first, last = (np.array([getattr(span, name) for span in spans], dtype=np.int64) for name in ("first", "last"))
    found: dict[int, tuple[float, list[tuple[int, float]]]] = {}
    for at in range(0, len(rows), ROWS_AT_A_TIME):  # a long article's spans by one another would not fit into memory
        some = rows[at : at + ROWS_AT_A_TIME]
        low = np.searchsorted(last[columns], first[some[0]] - REACH)
        high = np.searchsorted(first[columns], last[some[-1]] + REACH, side="right")
        near = columns[low:high]
        logs = _head_logs((first[some], last[some]), (first[near], last[near]), vectors, decoder, kind)
        for row, own in zip(some.tolist(), logs, strict=True):
            reached = np.flatnonzero(np.isfinite(own[:-1]))
            found[row] = round(float(own[-1]), 3), [(int(near[c]), round(float(own[c]), 3)) for c in reached]
    return found


def _head_logs(
    rows: tuple[Offsets, Offsets], columns: tuple[Offsets, Offsets], vectors: Floats, decoder: Decoder, kind: int
) -> Floats:
    """Return the log probability of each head (column) of each span (row), that of no head in the last column.

    Rows and columns are given as the first and last words of their spans; a head out of reach has minus infinity.
    """
    start, end, head, seek, source = np.moveaxis(vectors.reshape(len(vectors), 5, decoder.link_size), 1, 0)
    down = start[rows[0]] + end[rows[1]] if kind == 0 else seek[rows[0]]
    up = (head if kind == 0 else source)[columns[0]]
    ahead = columns[0][None] - rows[1][:, None]
    behind = np.minimum(columns[1][None] - rows[0][:, None], 0)
    apart = np.where(ahead > 0, ahead, behind)
    scores = down @ up.T / np.sqrt(decoder.link_size) + decoder.distance[kind][distance_bucket(apart)]
    scores[np.abs(apart) > REACH] = -np.inf
    scores = np.concatenate([scores, np.full((len(apart), 1), decoder.null[kind])], 1)
    logs: Floats = scores - scores.max(1, keepdims=True)
    logs -= np.log(np.exp(logs).sum(1, keepdims=True))
    return logs


# ---------------------------------------------------------------- the network


class Network:
    """The ONNX session with its tokenizer; loaded on first use, anew in every process.

    Args:
        folder: package folder under `quotes.data` that holds `tagger.onnx`, `tokenizer.json` and `tagger.json`.
        threads: threads of ONNX Runtime.
    """

    def __init__(self, folder: str = "tagger", threads: int = 1) -> None:
        self.folder = folder
        self.threads = threads
        self._process = -1

    def __getstate__(self) -> dict[str, Any]:
        """Leave the session behind when pickled."""
        return {"folder": self.folder, "threads": self.threads, "_process": -1}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the settings; the session follows on first use."""
        self.__dict__.update(state)

    def load(self) -> None:
        """Read the model's files, unless this process has."""
        if self._process == os.getpid():
            return
        import onnxruntime  # noqa: PLC0415 - importing the package loads no model
        from tokenizers import Tokenizer  # noqa: PLC0415

        files = resources.files("quotes.data").joinpath(self.folder)
        try:
            settings = json.loads(files.joinpath("tagger.json").read_text(encoding="utf-8"))
            tokenizer = Tokenizer.from_str(files.joinpath("tokenizer.json").read_text(encoding="utf-8"))
            model = files.joinpath("tagger.onnx").read_bytes()
        except OSError as error:
            raise ModelMissingError(
                f"{error.filename}: the tagger's files are missing; install the package again, or use --tagger rules"
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.builder = WindowBuilder(tokenizer, settings["window"])
        arrays = {k: np.array(settings[k], dtype=np.float32) for k in ("transitions", "starts", "distance", "null")}
        names = tuple(settings["names"])
        self.decoder = Decoder(labels=tuple(settings["labels"]), names=names, link_size=settings["link_size"], **arrays)
        self._process = os.getpid()

    def run(self, window: Window) -> tuple[Floats, Floats, Floats]:
        """Return emissions (words, labels), link vectors (words, 5 * link_size) and scores of names of a window's words.

        Windows go through one by one, so that the result does not depend on what else is in an article.
        """
        inputs = {"ids": window.ids[None], "case": window.case[None], "inside": window.inside[None]}
        emissions, links, names = self.session.run(None, inputs)
        at = window.piece_of_word
        return emissions[0][at], links[0][at], names[0][at]


def tag_text(
    text: str, paragraphs: Iterable[tuple[int, int]], regions: Sequence[Region], network: Network, penalty: float = MARK_PENALTY
) -> Tagging:
    """Tag an article.

    Args:
        text: its text.
        paragraphs: (start, end) of the paragraphs to tag, in text order.
        regions: its pairs of quotation marks.
        network: the loaded network.
        penalty: see `viterbi`.
    """
    network.load()
    starts = [region.start for region in regions]
    blocks = list(paragraphs)
    words = [
        words_of(text, start, end, regions[bisect_right(starts, start - 1) : bisect_right(starts, end)])
        for start, end in blocks
    ]
    windows = list(network.builder.windows(words))
    if not windows:
        return Tagging((), ())
    outputs = [network.run(window) for window in windows]
    begun = frozenset(at for block in blocks for at, starts_there in boundaries(text, *block) if starts_there)
    found = _decode(windows, [emissions for emissions, _, _ in outputs], network.decoder, penalty, begun)
    vectors = np.concatenate([links for _, links, _ in outputs])
    flat = [word for window in windows for word in window.words]
    heads: dict[int, tuple[float, list[tuple[int, float]]]] = {}
    for label in (CONTENT, CUE):
        heads |= head_scores(found, vectors, network.decoder, label)
    scores = []
    for index, span in enumerate(found):
        none, near = heads.get(index, (0.0, []))
        first, mean, last = (round(p, 4) for p in span.probabilities)
        scores.append({"first": first, "mean": mean, "last": last, "none": none, "heads": [list(pair) for pair in near]})
    spans = tuple((flat[span.first].start, flat[span.last].end, span.label) for span in found)
    named = tuple(name for window, (_, _, own) in zip(windows, outputs, strict=True) for name in name_spans(window, own))
    return Tagging(spans, tuple(scores), named)


def name_spans(window: Window, scores: Floats) -> Iterator[tuple[int, int, tuple[float, ...]]]:
    """Yield the names of a window: offsets of start and end, and how likely the name is of each kind.

    Args:
        window: the words.
        scores: (words, labels): O, then B and I of each kind.
    """
    odds = softmax(scores)
    kinds = odds[:, 1::2] + odds[:, 2::2]  # (words, kinds)
    inside = kinds.sum(1) > odds[:, 0]
    begins = odds[:, 1::2].sum(1) > odds[:, 2::2].sum(1)
    start = -1
    for at in range(len(inside) + 1):
        goes_on = at < len(inside) and inside[at] and not begins[at] and not window.first[at]
        if start >= 0 and not goes_on:
            mean = kinds[start:at].mean(0)
            yield window.words[start].start, window.words[at - 1].end, tuple(round(float(p), 4) for p in mean)
            start = -1
        if at < len(inside) and inside[at] and start < 0:
            start = at


def _decode(
    windows: Sequence[Window], emissions: Sequence[Floats], decoder: Decoder, penalty: float, begun: frozenset[int]
) -> list[TagSpan]:
    """Return the spans of all windows in order; sentences surely begin at the offsets `begun`."""
    length = max(len(window.words) for window in windows)
    padded = np.zeros((len(windows), length, len(decoder.labels)), dtype=np.float32)
    first = np.ones((len(windows), length), dtype=bool)
    kept = np.zeros((len(windows), length), dtype=bool)
    starting = np.zeros((len(windows), length), dtype=bool)
    for i, (window, own) in enumerate(zip(windows, emissions, strict=True)):
        padded[i, : len(own)] = own
        starting[i, : len(own)] = [word.start in begun for word in window.words]
        first[i, : len(own)] = window.first
        kept[i, : len(own)] = kept_together(window)
    paths = viterbi(padded, first, kept, decoder, penalty, starting)
    found: list[TagSpan] = []
    offset = 0
    for path, own in zip(paths, emissions, strict=True):
        labels = path[: len(own)].tolist()
        chosen = softmax(own)[np.arange(len(own)), labels]
        for start, last, role in label_spans(labels, decoder.labels):
            part = chosen[start : last + 1]
            probabilities = (float(part[0]), float(part.mean()), float(part[-1]))
            found.append(TagSpan(start + offset, last + offset, role.upper(), probabilities))
        offset += len(own)
    return found


# ---------------------------------------------------------------- spaCy


@Language.factory(
    "quotes_tagger", default_config={"folder": "tagger", "threads": 1, "mark_penalty": MARK_PENALTY}, assigns=["doc.spans"],
    requires=["doc.spans"],
)
def make_tagger(nlp: Language, name: str, folder: str, threads: int, mark_penalty: float) -> Tagger:
    """Make the learned tagger; put it after `quotes_marks`.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
        folder (str): folder of the model under `quotes/data`.
        threads (int): threads of ONNX Runtime.
        mark_penalty (float): cost of a change between content and anything else inside quotation marks.
    RETURNS (Tagger): the component.
    """
    del nlp
    return Tagger(Network(folder, threads), name, mark_penalty=mark_penalty)


class Tagger(Component[Tagging]):
    """Writes the unlinked sources, cues and contents of a Doc."""

    def __init__(self, network: Network, name: str = "quotes_tagger", *, mark_penalty: float = MARK_PENALTY) -> None:
        super().__init__(name)
        self.network = network
        self.mark_penalty = mark_penalty

    def match(self, doc: Doc) -> Tagging:
        """Return what the tagger finds in a Doc, changing nothing."""
        paragraphs = [(s.start_char, s.end_char) for s in doc.spans.get(PARAGRAPHS_KEY, ()) if s.label_ != "furniture"]
        regions = [Region(s.start_char, s.end_char, s.label_ != "open") for s in doc.spans.get(MARKS_KEY, ())]
        return tag_text(doc.text, paragraphs, regions, self.network, self.mark_penalty)

    def set_annotations(self, doc: Doc, found: Tagging) -> None:
        """Write the spans, widened to whole tokens; of two that then share a token the first keeps it."""
        spans: list[Span] = []
        renumbered: dict[int, int] = {}
        taken = 0
        for index, (start, end, label) in enumerate(found.spans):
            whole = doc.char_span(start, end, alignment_mode="expand")
            if whole is None or max(whole.start, taken) >= whole.end:
                continue
            renumbered[index] = len(spans)
            spans.append(Span(doc, max(whole.start, taken), whole.end, label=label))
            taken = whole.end
        tags = []
        for index in renumbered:
            heads = [[renumbered[h], score] for h, score in found.scores[index]["heads"] if h in renumbered]
            tags.append(found.scores[index] | {"heads": heads})
        doc.spans[TAGS_KEY] = SpanGroup(doc, name=TAGS_KEY, attrs={"tags": tags}, spans=spans)
        self._set_names(doc, found)

    @staticmethod
    def _set_names(doc: Doc, found: Tagging) -> None:
        spans, kinds = [], []
        taken = 0
        for start, end, odds in found.names:
            whole = doc.char_span(start, end, alignment_mode="expand")
            if whole is not None and max(whole.start, taken) < whole.end:
                spans.append(Span(doc, max(whole.start, taken), whole.end, label=NAME_KINDS[max(range(4), key=odds.__getitem__)]))
                kinds.append(list(odds))
                taken = whole.end
        doc.spans[NAMES_KEY] = SpanGroup(doc, name=NAMES_KEY, attrs={"kinds": kinds}, spans=spans)
