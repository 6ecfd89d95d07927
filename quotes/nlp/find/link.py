"""Linking: which cue a content belongs to, and which source a cue; quotes out of unlinked tags.

Holds the spaCy component `quotes_link`. It reads `doc.spans["quotes_tags"]` (`tagger.py`), paragraphs, pairs of quotation
marks and the parse, and writes `doc.spans["quotes"]`: spans labelled CONTENT, CUE, SOURCE; the spans of one quote share a
`span_id` ("0", "1", ... in text order; a source of several quotes is repeated), and `attrs[span_id]` is
`{"rule": str, "confidence": float}`.

How: one quote a cue. A small network scores each content with each cue near it (and with none), from the encoder's own
score, distance, what stands between, marks and parse; another each cue with each source. Then rules that no score may
break: contents in one pair of marks belong to one quote; a quoted stretch without a cue goes on with the speaker before.

Rules that a quote may bear: `linked` (cue and source found), `sourceless` (no source stands by the cue), `continued`
(no cue; the source of the quote before), `beside` (no cue; a source in the same sentence).

Invariants: every quote has a content; spans of one label in one quote are disjoint, in text order.

Source of the scores and of the confidence: `scripts/train/linker.py`; figures in `docs/reliability.md`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.language import Language

from quotes.errors import ModelMissingError
from quotes.nlp.component import CONTENT, CUE, SOURCE, Component, Range, Reported, Rule, write_quotes
from quotes.nlp.find.reach import ALL_QUOTED, REACHING, corrected, parted
from quotes.nlp.find.tagged import DASHES, JOINTS, NONE, Linked, Scene, Tag, between, scene_of, touch
from quotes.nlp.find.tagger import HEAD_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from spacy.tokens import Doc

    from quotes.nlp.find.reach import Correcting

    Floats = NDArray[np.float32]
    Choosing = Callable[["Scene", "Choices"], "Choices"]
    Hanging = Callable[["Scene", "Hung"], "Hung"]
    Cueless = Callable[["Scene", tuple[int, ...], Sequence["Linked"]], "Linked | None"]

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
UNLIKELY = -12.0

Choices = dict[int, dict[int, float]]  # for each content and cue the probability of each head


# ---------------------------------------------------------------- features


def _tree_distance(scene: Scene, one: int, other: int, limit: int = 8) -> tuple[int, bool, bool]:
    """Return (steps between two tokens in the parse, the second is above the first, the first above the second)."""
    up: dict[int, int] = {}
    at, steps = one, 0
    while steps <= limit:
        up[at] = steps
        if scene.head[at] == at:
            break
        at, steps = scene.head[at], steps + 1
    at, steps = other, 0
    while steps <= limit:
        if at in up:
            return min(limit, up[at] + steps), at == other, at == one
        if scene.head[at] == at:
            break
        at, steps = scene.head[at], steps + 1
    return limit, False, False


def _log(count: int) -> float:
    return math.log1p(max(0, count))


def pair_features(scene: Scene, below: int, above: int) -> list[float]:
    """Return the features of hanging a tag on another, or on nothing (`above` NONE).

    Args:
        scene: the article.
        below: number of a content (or cue).
        above: number of a cue (or source), or NONE.
    """
    tag = scene.tags[below]
    score = max(tag.heads.get(above, UNLIKELY), UNLIKELY)
    best = max(tag.heads.values())
    own = [
        score / 4,
        float(score == best),
        (score - max(best, UNLIKELY)) / 4,
        max(tag.heads[NONE], UNLIKELY) / 4,
        tag.first,
        tag.mean,
        tag.last,
        tag.quoted,
        float(tag.region >= 0),
        _log(tag.end - tag.start),
        float(tag.start == 0 or scene.paragraph[tag.start - 1] != scene.paragraph[tag.start]),
    ]
    if above == NONE:
        return [*own, 1.0] + [0.0] * (FEATURES - len(own) - 1)
    head = scene.tags[above]
    start, end = between(tag, head)
    ahead = head.start > tag.start
    steps, is_above, is_below = _tree_distance(scene, tag.root, head.root)
    third = ({SOURCE, CUE, CONTENT} - {tag.label, head.label}).pop()
    count = {label: sums[end] - sums[start] for label, sums in scene.counts.items()}
    paragraphs = abs(scene.paragraph[head.start] - scene.paragraph[tag.start])
    sentences = abs(scene.sentence[head.start] - scene.sentence[(tag.end - 1) if ahead else tag.start])
    words = scene.word[end] - scene.word[start]
    dep = scene.dep[tag.root] if head.start <= scene.head[tag.root] < head.end else ""
    under = scene.dep[head.root] if tag.start <= scene.head[head.root] < tag.end else ""
    return [
        *own,
        0.0,
        1.0,
        head.mean,
        head.first,
        head.quoted,
        float(head.region >= 0 and head.region == tag.region),
        float(ahead),
        _log(words),
        _log(words) * ahead,
        float(words == 0),
        float(words == 0) * ahead,
        float(end == start),
        float(scene.commas[end] > scene.commas[start]),
        float(scene.joints[end] > scene.joints[start]),
        _log(scene.stops[end] - scene.stops[start]),
        _log(count[tag.label]),
        _log(count[head.label]),
        _log(count[third]),
        float(paragraphs == 0),
        float(paragraphs == 1),
        _log(paragraphs),
        float(sentences == 0),
        float(sentences == 1),
        float(sentences == 1 and ahead),
        steps / 8,
        float(is_above),
        float(is_below),
        float(dep != ""),
        float(dep in ("ccomp", "xcomp")),
        float(dep in SUBJECTS),
        float(dep in ("dobj", "pobj")),
        float(under != ""),
        float(under in SUBJECTS),
        float(under in ("agent", "pobj", "dobj")),
        float(under in ("poss", "relcl", "acl")),
        float(head.end - head.start == 1 and scene.texts[head.start] in JOINTS),
        float(tag.end - tag.start == 1 and scene.texts[tag.start] in JOINTS),
        float(scene.pos[head.root] == "PRON"),
        float(scene.pos[head.root] == "PROPN"),
        float(scene.pos[head.root] == "VERB"),
    ]


FEATURES = 51


# ---------------------------------------------------------------- the scorer


@dataclass(frozen=True)
class Scorer:
    """Small networks of one hidden layer each, whose outputs are averaged.

    Args:
        mean, scale: (features,) standardisation.
        hidden, bias: (networks, features, units) and (networks, units).
        out: (networks, units).
    """

    mean: Floats
    scale: Floats
    hidden: Floats
    bias: Floats
    out: Floats

    def __call__(self, rows: Sequence[Sequence[float]]) -> Floats:
        """Return the probability of each candidate: (candidates,) float32, summing to 1."""
        x = (np.array(rows, dtype=np.float32) - self.mean) / self.scale
        layer = np.tanh(np.einsum("cf,nfu->ncu", x, self.hidden) + self.bias[:, None])
        scores = np.einsum("ncu,nu->nc", layer, self.out).mean(0)
        weights = np.exp(scores - scores.max())
        return np.asarray(weights / weights.sum(), dtype=np.float32)


@dataclass(frozen=True)
class Linker:
    """What `linker.json` holds: the scorer of content -> cue, of cue -> source, and the weights of the confidence."""

    scorers: dict[str, Scorer]
    confidence: Floats
    minimum: float = 0.0
    source_bias: float = 0.0


def read_linker(folder: str = "tagger") -> Linker:
    """Read the linker's parameters from `quotes/data/FOLDER/linker.json`.

    Raises:
        ModelMissingError: the file is not there.
    """
    try:
        text = resources.files("quotes.data").joinpath(folder, "linker.json").read_text(encoding="utf-8")
    except OSError as error:
        raise ModelMissingError(
            f"{error.filename}: the linker's file is missing; install the package again, or use --tagger rules"
        ) from error
    return linker_of(json.loads(text))


def linker_of(values: dict[str, Any]) -> Linker:
    """Return a Linker from the values of its JSON file."""
    scorers = {
        label: Scorer(**{name: np.array(array, dtype=np.float32) for name, array in arrays.items()})
        for label, arrays in values["scorers"].items()
    }
    return Linker(
        scorers=scorers,
        confidence=np.array(values["confidence"], dtype=np.float32),
        minimum=values["minimum"],
        source_bias=values["source_bias"],
    )


def candidates(scene: Scene, below: int) -> list[int]:
    """Return the tags that a tag may hang on, NONE last."""
    return [*(h for h in scene.tags[below].heads if h != NONE), NONE]


def choose(scene: Scene, scorers: dict[str, Scorer], *, choosing: Sequence[Choosing] | None = None) -> Choices:
    """Return for each content and cue the probability of each candidate head.

    Args:
        scene: the article.
        scorers: what scores contents and cues, by label.
        choosing: what decides beside the scores; None for all of `CHOOSING`.
    """
    chosen: Choices = {}
    for number, tag in enumerate(scene.tags):
        if tag.label not in HEAD_OF:
            continue
        heads = candidates(scene, number)
        if scorers:
            probabilities = scorers[tag.label]([pair_features(scene, number, h) for h in heads])
        else:  # the encoder alone
            probabilities = np.exp(np.array([tag.heads[h] for h in heads], dtype=np.float32))
        chosen[number] = dict(zip(heads, map(float, probabilities), strict=True))
    for step in CHOOSING if choosing is None else choosing:
        chosen = step(scene, chosen)
    return chosen


def _touching(scene: Scene, start: int, step: int) -> int:
    """Return the tag that ends before (step -1) or starts at (step 1) a token, spaces apart, or NONE."""
    while 0 <= start < len(scene.texts) and scene.texts[start].isspace():
        start += step
    for number, tag in enumerate(scene.tags):
        if (tag.start if step > 0 else tag.end - 1) == start:
            return number
    return NONE


def by_joint(scene: Scene, chosen: Choices) -> Choices:
    """Decide what a dash or colon joins: `"Words" - Name` and `Name: "words"` leave no choice.

    Forced by lists of readers' letters, where each name stands nearer to the next reader's words than to its dash.
    """
    decided = dict(chosen)
    for cue, tag in enumerate(scene.tags):
        if tag.label != CUE or tag.end - tag.start != 1 or scene.texts[tag.start] not in JOINTS:
            continue
        before, after = _touching(scene, tag.start - 1, -1), _touching(scene, tag.end, 1)
        content, source = (before, after) if scene.texts[tag.start] in DASHES else (after, before)
        if NONE in (content, source):
            continue
        if scene.tags[content].label == CONTENT and scene.tags[source].label == SOURCE and source in tag.heads:
            decided[cue] = dict.fromkeys(chosen[cue], 0.0) | {source: 1.0}
            decided[content] = dict.fromkeys(chosen[content], 0.0) | {cue: 1.0}
    return decided


# ---------------------------------------------------------------- quotes


CHOOSING: tuple[Choosing, ...] = (by_joint,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """Contents by the cue that they hang on, and those that hang on none, in groups that belong together."""

    by_cue: Mapping[int, tuple[int, ...]]
    loose: tuple[tuple[int, ...], ...]


def _best(choice: dict[int, float], *, none_factor: float = 1.0) -> tuple[int, float]:
    head = max(choice, key=lambda h: (choice[h] * (none_factor if h == NONE else 1.0), -h))
    return head, choice[head]


def _hung(scene: Scene, chosen: Choices) -> Hung:
    """Return each content with the cue that is likeliest its own."""
    by_cue: dict[int, tuple[int, ...]] = {}
    loose: list[tuple[int, ...]] = []
    for number, tag in enumerate(scene.tags):
        if tag.label == CONTENT:
            cue, _ = _best(chosen[number])
            if cue == NONE:
                loose.append((number,))
            else:
                by_cue[cue] = (*by_cue.get(cue, ()), number)
    return Hung(by_cue=by_cue, loose=tuple(loose))


def behind_idle_cues(scene: Scene, hung: Hung) -> Hung:
    """Give the cue right before a quoted content, if nothing else hangs on it, that content: `made this comment: "B"`."""
    by_cue, loose = dict(hung.by_cue), []
    for group in hung.loose:
        cue = _idle_cue(scene, group[0], by_cue)
        if cue == NONE:
            loose.append(group)
        else:
            by_cue[cue] = group
    return Hung(by_cue=by_cue, loose=tuple(loose))


def _idle_cue(scene: Scene, number: int, by_cue: Mapping[int, tuple[int, ...]]) -> int:
    """Return the cue right before a quoted content that nothing else hangs on, or NONE."""
    tag = scene.tags[number]
    if not tag.quoted:
        return NONE
    for cue in range(number - 1, max(number - 3, -1), -1):
        other = scene.tags[cue]
        if other.label == CUE and cue not in by_cue and touch(scene, other, tag):
            return cue
    return NONE


def over_paragraphs(scene: Scene, hung: Hung) -> Hung:
    """Keep together what one quotation over several paragraphs holds: with the cue of one of them, or without any."""

    def chain(number: int) -> str | None:
        region = scene.tags[number].region
        return scene.regions[region].chain if region >= 0 else None

    by_cue = dict(hung.by_cue)
    owners = {name: cue for cue, contents in by_cue.items() for c in contents if (name := chain(c)) is not None}
    together: dict[str, tuple[int, ...]] = {}
    for group in hung.loose:
        name = chain(group[0])
        if name is not None and name in owners:
            by_cue[owners[name]] = tuple(sorted((*by_cue[owners[name]], *group)))
        else:
            key = f"alone {group[0]}" if name is None else name
            together[key] = (*together.get(key, ()), *group)
    return Hung(by_cue=by_cue, loose=tuple(together.values()))


HANGING: tuple[Hanging, ...] = (behind_idle_cues, over_paragraphs)


def beside(scene: Scene, contents: tuple[int, ...], quotes: Sequence[Linked]) -> Linked | None:
    """Give contents that hang on no cue the source in their sentence, or next to them, that no quote has."""
    tag = scene.tags[contents[0]]
    used = {quote.source for quote in quotes if quote.rule is Rule.LINKED}
    near = [i for i, t in enumerate(scene.tags) if t.label == SOURCE and i not in used and _is_beside(scene, t, tag)]
    if not near:
        return None

    def distance(source: int) -> tuple[int, int]:
        start, end = between(tag, scene.tags[source])
        return end - start, -source

    nearest = min(near, key=distance)
    return Linked(contents=contents, cue=_idle_cue_at(scene, nearest, quotes), source=nearest, rule=Rule.BESIDE)


def _idle_cue_at(scene: Scene, source: int, quotes: Sequence[Linked]) -> int:
    """Return the first cue without a quote that touches a source, or NONE."""
    used = {quote.cue for quote in quotes}
    cues = (i for i, t in enumerate(scene.tags) if t.label == CUE and i not in used)
    return next((cue for cue in cues if touch(scene, scene.tags[cue], scene.tags[source])), NONE)


def _is_beside(scene: Scene, source: Tag, content: Tag) -> bool:
    """Say whether a source is in the content's sentence, or next to it in its paragraph."""
    if scene.sentence[source.start] == scene.sentence[content.start]:
        return True
    return scene.paragraph[source.start] == scene.paragraph[content.start] and touch(scene, source, content)


def going_on(scene: Scene, contents: tuple[int, ...], quotes: Sequence[Linked]) -> Linked | None:
    """Give words in marks that hang on no cue the speaker of the quote before, up to one paragraph away."""
    tag = scene.tags[contents[0]]
    before = [q for q in quotes if q.source != NONE and q.contents[-1] < contents[0] and q.rule is Rule.LINKED]
    if not before or not tag.quoted:
        return None
    last = max(before, key=lambda q: q.contents[-1])
    end = scene.tags[last.contents[-1]].end
    near = scene.paragraph[tag.start] - scene.paragraph[end - 1] <= 1
    return Linked(contents=contents, cue=NONE, source=last.source, rule=Rule.CONTINUED) if near else None


CUELESS: tuple[Cueless, ...] = (beside, going_on)


def assemble(
    scene: Scene, chosen: Choices, *, source_bias: float = 0.0, hanging: Sequence[Hanging] = HANGING,
    cueless: Sequence[Cueless] = CUELESS,
) -> list[Linked]:
    """Return the quotes of an article in text order.

    Args:
        scene: the article.
        chosen: probabilities of heads (`choose`).
        source_bias: log odds taken from "this cue has no source".
        hanging: what decides where contents hang beside their scores.
        cueless: what finds the source of contents that hang on no cue, the first that does deciding.
    """
    hung = _hung(scene, chosen)
    for step in hanging:
        hung = step(scene, hung)
    quotes: list[Linked] = []
    for cue, contents in hung.by_cue.items():
        source, probability = _best(chosen[cue], none_factor=math.exp(-source_bias))
        rule = Rule.LINKED if source != NONE else Rule.SOURCELESS
        link = min((p for c in contents if (p := chosen[c].get(cue)) is not None), default=0.0)
        quotes.append(Linked(contents=contents, cue=cue, source=source, rule=rule, link=link, attribution=probability))
    for group in hung.loose:
        found = (quote for step in cueless if (quote := step(scene, group, quotes)) is not None)
        quotes.append(next(found, Linked(contents=group, cue=NONE, source=NONE, rule=Rule.SOURCELESS)))
    return sorted(quotes, key=lambda q: (q.contents, q.cue))


def quote_features(scene: Scene, quote: Linked) -> list[float]:
    """Return what the confidence in a quote depends on; the last is 1."""
    contents = [scene.tags[c] for c in quote.contents]
    size = sum(t.end - t.start for t in contents)
    quoted = sum(t.quoted * (t.end - t.start) for t in contents) / max(size, 1)
    cue = scene.tags[quote.cue] if quote.cue != NONE else None
    source = scene.tags[quote.source] if quote.source != NONE else None

    def odds(p: float) -> float:
        p = min(max(p, 0.005), 0.995)
        return math.log(p / (1 - p))

    return [
        odds(quote.link),
        odds(quote.attribution),
        odds(min(t.mean for t in contents)),
        odds(min(t.first for t in contents)),
        odds(min(t.last for t in contents)),
        odds(cue.mean) if cue else 0.0,
        odds(source.mean) if source else 0.0,
        quoted,
        float(quoted > ALL_QUOTED),
        float(quoted == 0),
        float(cue is None),
        float(source is None),
        _log(size),
        _log(len(contents) - 1),
        float(quote.rule.goes_on),
        float(quote.rule.stands_beside),
        1.0,
    ]


def with_confidence(scene: Scene, quotes: Sequence[Linked], weights: Floats) -> list[Linked]:
    """Return the quotes with their confidence."""
    rated = []
    for quote in quotes:
        score = float(np.dot(np.array(quote_features(scene, quote), dtype=np.float32), weights))
        rated.append(replace(quote, confidence=round(1 / (1 + math.exp(-score)), 4)))
    return rated


# ---------------------------------------------------------------- spaCy


@Language.factory(
    "quotes_link", default_config={"folder": "tagger", "min_confidence": 1.0}, assigns=["doc.spans"],
    requires=["doc.spans", "token.dep"],
)
def make_link(nlp: Language, name: str, folder: str, min_confidence: float) -> Link:
    """Make the component that links tags into quotes; put it after `quotes_tagger` and the parser.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
        folder (str): folder of the model under `quotes/data`.
        min_confidence (float): keep quotes from this confidence on, where that is less than what the linker's own
            calibration found best.
    RETURNS (Link): the component.
    """
    del nlp
    return Link(read_linker(folder), name, min_confidence=min_confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What decides beside the scores, in order.

    Args:
        choosing: on heads.
        hanging: on where contents hang.
        cueless: on the sources of contents without a cue.
        reaching: on how far contents reach.
        parting: on which of the quotes kept are several.
    """

    choosing: tuple[Choosing, ...] = CHOOSING
    hanging: tuple[Hanging, ...] = HANGING
    cueless: tuple[Cueless, ...] = CUELESS
    reaching: tuple[Correcting, ...] = REACHING
    parting: tuple[Correcting, ...] = (parted,)


ALL_STEPS = Steps()


class Link(Component[list[Reported]]):
    """Finds quotes in what the tagger tagged."""

    def __init__(
        self, linker: Linker, name: str = "quotes_link", *, min_confidence: float = 1.0, steps: Steps = ALL_STEPS
    ) -> None:
        super().__init__(name)
        self.linker = linker
        self.min_confidence = min(min_confidence, linker.minimum)
        self.steps = steps

    def match(self, doc: Doc) -> list[Reported]:
        """Return the quotes of a Doc, changing nothing."""
        scene = scene_of(doc)
        chosen = choose(scene, self.linker.scorers, choosing=self.steps.choosing)
        quotes = assemble(
            scene, chosen, source_bias=self.linker.source_bias, hanging=self.steps.hanging, cueless=self.steps.cueless
        )
        rated = with_confidence(scene, corrected(scene, quotes, self.steps.reaching), self.linker.confidence)
        kept = [quote for quote in rated if quote.confidence >= self.min_confidence]
        found = corrected(scene, kept, self.steps.parting)
        return [_reported(scene, str(number), quote) for number, quote in enumerate(found)]

    def set_annotations(self, doc: Doc, found: list[Reported]) -> None:
        """Write the quotes."""
        write_quotes(doc, found)


def _reported(scene: Scene, key: str, quote: Linked) -> Reported:
    """Return a quote of tags as one of tokens."""

    def ranges(*numbers: int) -> tuple[Range, ...]:
        return tuple((scene.tags[n].start, scene.tags[n].end) for n in numbers if n != NONE)

    return Reported(key=key, content=quote.spans or ranges(*quote.contents), cue=ranges(quote.cue), source=ranges(quote.source),
                    rule=quote.rule, confidence=quote.confidence)
