"""The learned tagger: decoding under constraints, link scores, the component."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc, Span, SpanGroup

from quotes.nlp.find import tagger
from quotes.nlp.find.encoding import Region, Window, words_of
from quotes.nlp.find.tagger import Decoder, Network, Tagger, Tagging, TagSpan, distance_bucket, head_scores, label_spans, viterbi

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABELS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
NEVER = -1e4


def decoder() -> Decoder:
    moves = np.zeros((7, 7), dtype=np.float32)
    starts = np.zeros(7, dtype=np.float32)
    for j, to in enumerate(LABELS):
        if to.startswith("I-"):
            starts[j] = NEVER
            for i, origin in enumerate(LABELS):
                if origin[2:] != to[2:]:
                    moves[i, j] = NEVER
    return Decoder(
        labels=LABELS,
        names=("O", "B-person", "I-person"),
        transitions=moves,
        starts=starts,
        distance=np.zeros((2, 65), dtype=np.float32),
        null=np.zeros(2, dtype=np.float32),
        link_size=2,
    )


def scores(*best: str, strength: float = 3.0) -> NDArray[np.float32]:
    rows = np.zeros((1, len(best), 7), dtype=np.float32)
    for i, label in enumerate(best):
        rows[0, i, LABELS.index(label)] = strength
    return rows


def decode(
    emissions: NDArray[np.float32], *, first: tuple[int, ...] = (0,), kept: tuple[int, ...] = (), penalty: float = 4.0
) -> list[str]:
    length = emissions.shape[1]
    starts = np.array([[i in first for i in range(length)]])
    inside = np.array([[i in kept for i in range(length)]])
    return [LABELS[i] for i in viterbi(emissions, starts, inside, decoder(), penalty)[0]]


def test_the_best_labels_win() -> None:
    assert decode(scores("B-source", "B-cue", "B-content", "I-content")) == ["B-source", "B-cue", "B-content", "I-content"]


def test_inside_never_follows_outside() -> None:
    assert decode(scores("O", "I-content", "I-content"))[1] != "I-content"


def test_a_paragraph_starts_afresh() -> None:
    assert decode(scores("B-content", "I-content", "I-content"), first=(0, 2))[2] != "I-content"


def test_a_quote_in_marks_is_not_half_found() -> None:
    emissions = scores("B-content", "I-content", "O", "I-content", strength=3.0)
    assert decode(emissions, kept=(1, 2, 3)) == ["B-content"] + ["I-content"] * 3


def test_no_source_reaches_over_a_place_where_a_sentence_surely_starts() -> None:
    emissions = scores("B-source", "I-source", "I-source", "B-cue", "B-content", "I-content")
    first, kept = np.zeros((2, 1, 6), dtype=bool)
    starting = np.array([[False, False, True, False, False, True]])
    path = viterbi(emissions, first, kept, decoder(), 4.0, starting)[0]
    assert [LABELS[i] for i in path] == ["B-source", "I-source", "B-source", "B-cue", "B-content", "I-content"]


@pytest.mark.parametrize(("text", "regions", "kept"), [
    ("He said “we go” now", [(8, 15)], "we go ”"),
    ("“We go. We stay", [(0, 15, False)], "We go . We stay"),
    ("“We go. She said “no” to us", [(0, 27, False)], ""),
], ids=["a pair", "an open stretch", "an excerpt with pairs of its own"])
def test_what_stands_in_the_same_marks_is_kept_together(text: str, regions: list[tuple[int, int, bool]], kept: str) -> None:
    words = words_of(text, 0, len(text), [Region(*region) for region in regions])
    zeros = np.zeros(len(words), dtype=np.int64)
    window = Window(words, (True,) + (False,) * (len(words) - 1), zeros, zeros, zeros, zeros)
    together = tagger.kept_together(window)
    assert " ".join(w.form for w, flag in zip(words, together, strict=True) if flag) == kept


def test_padding_changes_nothing() -> None:
    emissions = scores("B-source", "B-cue", "B-content", "I-content")
    padded = np.concatenate([emissions, np.zeros((1, 5, 7), dtype=np.float32)], 1)
    assert decode(padded, first=(0, 4, 5, 6, 7, 8))[:4] == decode(emissions)


def test_spans_of_labels() -> None:
    path = [LABELS.index(x) for x in ("B-source", "I-source", "B-cue", "O", "B-content", "B-content", "I-content")]
    assert label_spans(path, LABELS) == [(0, 1, "source"), (2, 2, "cue"), (4, 4, "content"), (5, 6, "content")]


def test_buckets_of_distances_grow() -> None:
    buckets = distance_bucket(np.array([-400, -9, -8, -1, 0, 1, 8, 9, 16, 400]))
    assert buckets.tolist() == sorted(buckets.tolist())
    assert buckets[4] == 32
    assert buckets.min() >= 0
    assert buckets.max() <= 64


def test_head_scores_are_log_probabilities() -> None:
    spans = [
        TagSpan(0, 0, "CUE", (1.0, 1.0, 1.0)),
        TagSpan(2, 4, "CONTENT", (1.0, 1.0, 1.0)),
        TagSpan(600, 600, "CUE", (1.0, 1.0, 1.0)),
    ]
    vectors = np.ones((700, 10), dtype=np.float32)
    found = head_scores(spans, vectors, decoder(), "CONTENT")
    none, near = found[1]
    assert [head for head, _ in near] == [0], "a cue out of reach is no candidate"
    assert np.isclose(np.exp(none) + np.exp(near[0][1]), 1.0, atol=1e-3)


class FakeTagger(Tagger):
    def match(self, doc: Doc) -> Tagging:
        text = doc.text
        return Tagging(
            tuple(
                (text.index(t), text.index(t) + len(t), label)
                for t, label in [("He", "SOURCE"), ("did", "CUE"), ("n't go", "CONTENT")]
            ),
            (
                {"first": 1.0, "mean": 1.0, "last": 1.0, "none": 0.0, "heads": []},
                {"first": 1.0, "mean": 1.0, "last": 1.0, "none": -3.0, "heads": [[0, -0.05]]},
                {"first": 1.0, "mean": 1.0, "last": 1.0, "none": -3.0, "heads": [[1, -0.05]]},
            ),
        )


def test_spans_are_whole_tokens_and_disjoint() -> None:
    nlp = spacy.blank("en")
    doc = Doc(nlp.vocab, words=["He", "didn't", "go"], spaces=[True, True, False])
    component = FakeTagger(Network())
    component(doc)
    group = doc.spans["quotes_tags"]
    assert [(s.text, s.label_) for s in group] == [("He", "SOURCE"), ("didn't", "CUE"), ("go", "CONTENT")]
    assert group.attrs["tags"][2]["heads"] == [[1, -0.05]]


def test_the_network_can_be_sent_to_another_process() -> None:
    network = Network("tagger", 2)
    again = pickle.loads(pickle.dumps(network))  # noqa: S301
    assert (again.folder, again.threads) == ("tagger", 2)
    assert not hasattr(again, "session")


@pytest.mark.model
def test_loaded_it_can_be_sent_too() -> None:
    network = Network()
    network.load()
    assert not hasattr(pickle.loads(pickle.dumps(network)), "session")  # noqa: S301


@pytest.mark.model
def test_nothing_is_found_in_nothing() -> None:
    network = Network()
    assert tagger.tag_text("", [], [], network) == Tagging((), ())
    assert tagger.tag_text("\u200b", [(0, 1)], [], network).spans == ()


@pytest.mark.model
@pytest.mark.parametrize(
    ("opening", "closing"), ["“”", '""', "‘’", "''", "«»"], ids=["curly", "straight", "British", "straight single", "guillemets"]
)
def test_a_quote_is_tagged_in_any_marks(opening: str, closing: str) -> None:
    quoted = f"{opening}We will appeal against this decision,{closing}"
    text = f"{quoted} said Ana Ruiz, the mayor."
    found = tagger.tag_text(text, [(0, len(text))], [Region(0, len(quoted))], Network())
    assert [(text[s:e], label) for s, e, label in found.spans][:2] == [(quoted, "CONTENT"), ("said", "CUE")]
    assert found.spans[2][2] == "SOURCE"


@pytest.mark.model
def test_a_window_does_not_depend_on_the_rest_of_the_article() -> None:
    first = "The council said the bridge would open in May."
    rest = "\n".join(["The weather was fine and the road was dry on the way to the coast."] * 40)
    alone = tagger.tag_text(first, [(0, len(first))], [], Network())
    together = tagger.tag_text(first, [(0, len(first)), (0, 0)], [], Network())
    assert alone.spans == together.spans
    assert rest


def test_reads_paragraphs_and_marks_from_the_doc(monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = spacy.blank("en")
    doc = nlp('Share\n"We go," he said.')
    doc.spans["quotes_paragraphs"] = SpanGroup(
        doc, spans=[Span(doc, 0, 1, label="furniture"), Span(doc, 2, len(doc), label="body")]
    )
    doc.spans["quotes_marks"] = SpanGroup(doc, spans=[Span(doc, 2, 7, label="closed")])
    seen = {}

    def record(text: str, paragraphs: list[tuple[int, int]], regions: list[Region], *_: object) -> Tagging:
        seen.update(paragraphs=paragraphs, regions=[text[r.start : r.end] for r in regions])
        return Tagging((), ())

    monkeypatch.setattr(tagger, "tag_text", record)
    Tagger(Network())(doc)
    assert seen == {"paragraphs": [(6, len(doc.text))], "regions": ['"We go,"']}
