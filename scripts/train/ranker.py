"""Learn the weights of `quotes/nlp/coref/ranker.py`: whom pronouns, descriptions and quotes without a source mean.

    python -m scripts.train.ranker BENCH [--out quotes/data/coref/ranker.json]

Input: the benchmark's folder (`web/`, `speakers/`, PolNeAR's train split and Wikinews), our own annotated articles
(`tests/data/styles*`, the seeds), `annotated/` and made-up ones (`made.py`). An article is resolved with its gold sources;
wherever the resolver asks the ranker about a gold source the candidates are noted, and it goes on with the right one, so
that who spoke before is right. A softmax over each case's candidates is fitted (multinomial logistic regression, L2, by
L-BFGS). Where the right one is no candidate, or the source is of somebody unnamed, nobody is right. Candidates depend on
how the pronouns between quotes were read, so this is done in rounds, each with the weights of the one before.

Output: of five folds by article, fitted on the other four, the share of sources resolved right with speakers before as
resolved, by set and kind of mention; then the weights of all, as JSON. The same articles, weights of the tagger and
libraries give the same numbers.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from quotes import config, names
from quotes.lexicon import fold
from quotes.nlp import load_pipeline
from quotes.nlp.coref.by_pronoun import SEX_OF_PRONOUN
from quotes.nlp.coref.entities import Anonymous, Body, Joint, Paper, Person, Source
from quotes.nlp.coref.ranker import BODY, DESCRIPTION, KINDS_OF_SOURCE, NOTHING, PRONOUN, THING, Ranker, Weights
from quotes.nlp.coref.resolver import Resolver
from quotes.nlp.text import Text
from scripts.train.data import read_corpus
from scripts.train.made import made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

    from quotes.nlp.coref.candidates import Candidate
    from quotes.nlp.coref.entities import Entity

ROOT = Path(__file__).resolve().parents[2]
STYLES = tuple(sorted((ROOT / "tests/data").glob("styles*")))
SEEDS_GOLD = ROOT / "tests/data/seeds-gold"
ANNOTATED = Path(__file__).parent / "annotated/articles.jsonl"
OUTPUT = ROOT / "quotes/data/coref/ranker.json"
KINDS_OF_MENTION = ("name", "surname", "pronoun", "nominal", "none", "organization", "group", "document", "unnamed")
SURE = 0.9
ROUNDS = 2
MADE, MADE_SEED = 200, 1  # made-up articles
FOLDS = 5
L2 = 3.0  # of the sum over the cases
FIRST: Weights = {  # to begin with, and where few cases say otherwise
    PRONOUN: {"first_present": 1.0, "spoke_last": 1.0, "own_sex": 1.0, "other_sex": -2.0, "surely_other_sex": -4.0},
    DESCRIPTION: {"role_fit": 2.0, "only_fit": 2.0, "nobody": 2.0, "other_sex": -2.0, "surely_other_sex": -4.0},
    NOTHING: {"spoke_last_here": 3.0, "topic": 3.0, "nobody": 1.0},
    THING: {"spoke_last": 2.0, "subject_near": 1.0, "first_nearest": 1.0, "country": -2.0},
    BODY: {
        "fits": 2.0, "mentions": 2.0, "first_mentions": 0.5, "headline": 1.0, "spoke_last": 1.0, "speaks": 1.0, "sure": 1.0,
        "country": -4.0, "other_kind": -4.0, "office": -4.0, "modifies": -1.0, "paragraphs": -1.0,
    },
}


@dataclass(frozen=True)
class Labelled:
    """An article of which it is known whom its sources mean.

    Args:
        id: its own among those of all sets.
        group: name of the set.
        doc: parsed, with paragraphs, marks and names.
        rows: a row a quote: content, source (spans of code points), mention, speaker, speaker_type.
        aliases: {folded speaker: folded names that mean the same}.
    """

    id: str
    group: str
    doc: Doc
    rows: Sequence[dict[str, Any]]
    aliases: dict[str, set[str]] = field(default_factory=dict)

    @property
    def fold(self) -> int:
        """Which fold the article is in, 0 to `FOLDS` - 1."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % FOLDS


@dataclass(frozen=True)
class Case:
    """What the ranker was asked about a gold source: the candidates' features, and which of them are right."""

    kind: str
    candidates: Sequence[dict[str, float]]
    right: Sequence[int]


def bare(name: str) -> str:
    """Return a name for comparing: folded, without "the"."""
    return fold(name).removeprefix("the ")


def means(row: dict[str, Any], entity: Entity | None, aliases: dict[str, set[str]]) -> bool:
    """Say whether an entity (or nobody) is who a gold row names; what has no name is right where the gold names nobody."""
    speaker = row.get("speaker") if row["speaker_type"] != "unnamed" else None
    if entity is None or isinstance(entity, Anonymous):
        return not speaker
    if not speaker:
        return isinstance(entity, Paper) and entity.issuer is None
    if isinstance(entity, Joint):
        wanted = speaker.split(";")
        return len(wanted) == len(entity.members) and all(
            any(means({**row, "speaker": one.strip()}, member, aliases) for member in entity.members) for one in wanted
        )
    if isinstance(entity, Paper):
        return entity.issuer is not None and means(row, entity.issuer, aliases)
    accepted = aliases.get(bare(speaker), set()) | {bare(speaker)}
    if any(bare(form) in accepted for form in (entity.full, *entity.forms)):
        return True
    return isinstance(entity, Person) and names.compare(speaker, entity.full) >= names.Match.INITIAL


class Teacher(Ranker):
    """Notes what it is asked about gold sources, and answers with the right one.

    Args:
        weights: to answer with otherwise.
        article: whose sources are known.
        sources: the sources of its rows, in their order.
        corrects: whether to answer with the right one; else the article goes on with the likeliest, errors and all.
    """

    def __init__(self, weights: Weights, article: Labelled, sources: Sequence[Source], *, corrects: bool) -> None:
        super().__init__(weights)
        self.corrects = corrects
        self.cases: list[Case] = []
        self.aliases = article.aliases
        self.rows: dict[tuple[str, int], dict[str, Any]] = {}
        for row, source in zip(article.rows, sources, strict=True):
            if row.get("level") == "optional" or row.get("ambiguous"):
                continue
            kinds = [NOTHING] if not source.pieces else [DESCRIPTION, THING, BODY, *[PRONOUN] * (row["mention"] == "pronoun")]
            places = [w for piece in source.pieces for w in range(*piece)] or [source.content[0]]
            self.rows |= {(kind, place): row for kind in kinds for place in places}

    def choose(self, kind: str, word: int, candidates: Sequence[Candidate]) -> tuple[Candidate, float]:
        """Return the right candidate if that is known, else the likeliest."""
        chosen, confidence = super().choose(kind, word, candidates)
        row = self.rows.get((kind, word))
        if row is None:
            return chosen, confidence
        right = [i for i, c in enumerate(candidates) if means(row, c.entity, self.aliases)]
        if not right and kind in (THING, BODY):
            return chosen, confidence  # a body whose name was not found teaches nothing
        right = right or [len(candidates) - 1]
        self.cases.append(Case(kind, [dict(c.features) for c in candidates], right))
        fine = not self.corrects or any(chosen is candidates[i] for i in right)
        return (chosen, confidence) if fine else (candidates[right[0]], confidence)


def words_of(article: Labelled) -> Text:
    """Return the words of an article."""
    doc = article.doc
    paragraphs = [(s.start, s.end, s.label_) for s in doc.spans["quotes_paragraphs"]]
    return Text(doc, paragraphs, [(s.start, s.end) for s in doc.spans["quotes_marks"]])


def sources_of(article: Labelled, text: Text) -> list[Source]:
    """Return the gold sources of an article, in the order of its rows."""

    def words(start: int, end: int) -> tuple[int, int]:
        span = article.doc.char_span(start, end, alignment_mode="expand")
        return (text.word_at(span.start), text.word_at(span.end)) if span is not None else (0, 0)

    sources = []
    for number, row in enumerate(article.rows):
        pieces = [piece for span in row.get("source") or [] if (piece := words(*span)) and piece[0] < piece[1]]
        content = [words(*span) for span in row["content"]]
        sources.append(Source(str(number), pieces, (content[0][0], content[-1][1])))
    return sources


def cases_of(article: Labelled, weights: Weights, *, corrects: bool) -> list[Case]:
    """Return what the ranker is asked about the gold sources of an article."""
    text = words_of(article)
    sources = sources_of(article, text)
    teacher = Teacher(weights, article, sources, corrects=corrects)
    Resolver(text, sources, teacher).resolve()
    return teacher.cases


def fit(cases: Sequence[Case], prior: dict[str, float], l2: float = L2) -> dict[str, float]:
    """Return the weights of one kind of source, {name of a feature: weight}, no farther from `prior` than cases demand."""
    known = sorted({name for case in cases for features in case.candidates for name in features})
    expected = np.array([prior.get(name, 0.0) for name in known])
    place = {name: i for i, name in enumerate(known)}
    rows = [features for case in cases for features in case.candidates]
    values = np.zeros((len(rows), len(known)))
    for row, features in enumerate(rows):
        for name, value in features.items():
            values[row, place[name]] = value
    counts = np.array([len(case.candidates) for case in cases])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    right = np.zeros(len(rows), dtype=bool)
    for start, case in zip(starts, cases, strict=True):
        right[start + np.array(case.right)] = True

    def probabilities(scores: np.ndarray) -> np.ndarray:
        top = np.repeat(np.maximum.reduceat(scores, starts), counts)
        exp = np.exp(scores - top)
        shares: np.ndarray = exp / np.repeat(np.add.reduceat(exp, starts), counts)
        return shares

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        every = probabilities(values @ weights)
        hit = np.add.reduceat(every * right, starts) + 1e-12
        among = every * right / np.repeat(hit, counts)
        away = weights - expected
        return -np.log(hit).sum() + 0.5 * l2 * away @ away, values.T @ (every - among) + l2 * away

    found = minimize(loss, expected, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return {name: round(float(weight), 4) for name, weight in zip(known, found.x, strict=True)}


def learn(articles: Sequence[Labelled], rounds: int = ROUNDS) -> Weights:
    """Return the weights learned from some articles."""
    weights = FIRST
    for number in range(rounds):
        cases: dict[str, list[Case]] = defaultdict(list)
        for article in articles:
            for corrects in (True, False)[: 1 + (number > 0)]:
                for case in cases_of(article, weights, corrects=corrects):
                    cases[case.kind].append(case)
        weights = {kind: fit(cases[kind], FIRST[kind]) for kind in KINDS_OF_SOURCE}
    return weights


class Judged(NamedTuple):
    """Of a gold source its set and kind of mention, whether it was named, whether it is right, and how surely."""

    group: str
    kind: str
    named: bool
    right: bool
    confidence: float


def judged(articles: Iterable[Labelled], weights: Weights) -> Iterator[Judged]:
    """Yield how each gold source of some articles is resolved, with the speakers before it as resolved."""
    for article in articles:
        text = words_of(article)
        sources = sources_of(article, text)
        found = Resolver(text, sources, Ranker(weights)).resolve()
        for number, row in enumerate(article.rows):
            if row.get("level") == "optional" or row.get("ambiguous"):
                continue
            own = found[str(number)]
            entity = own.entity.issuer if isinstance(own.entity, Paper) else own.entity
            named = isinstance(entity, (Person, Body, Joint))
            kind = row["mention"] if row["speaker_type"] == "person" else row["speaker_type"]
            yield Judged(article.group, kind, named, means(row, own.entity, article.aliases), own.confidence)


# ---------------------------------------------------------------- articles


def read_sets(bench: Path, nlp: Language) -> Iterator[Labelled]:
    """Yield the articles of the annotated sets, parsed, in a fixed order."""
    sets = {folder.name: (folder / "quotes.jsonl", folder / "speakers.jsonl", folder) for folder in STYLES}
    sets["seeds"] = (SEEDS_GOLD / "quotes.jsonl", SEEDS_GOLD / "speakers.jsonl", ROOT / "seeds")
    sets["web"] = (bench / "web/quotes.jsonl", bench / "web/names.jsonl", bench / "web/texts")
    sets["speakers"] = (bench / "speakers/dev.jsonl", bench / "speakers/dev-articles.jsonl", bench / "none")
    for group, paths in sets.items():
        yield from read_set(group, *paths, nlp)


def read_all(bench: Path, nlp: Language) -> list[Labelled]:
    """Return every labelled article, parsed, in a fixed order."""
    return [*read_sets(bench, nlp), *read_listed(bench, nlp), *read_made(nlp)]


def read_set(group: str, quotes: Path, speakers: Path, texts: Path, nlp: Language) -> Iterator[Labelled]:
    """Yield the articles of one annotated set."""
    known = {path.stem: path.read_text(encoding="utf-8") for path in sorted(texts.glob("*.txt"))}
    aliases: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for row in lines_of(speakers):
        known |= {row["id"]: row["text"]} if "text" in row else {}
        for own in row.get("speakers", [row] if "speaker" in row else []):
            aliases[row.get("id", "")][bare(own["speaker"])] = {bare(name) for name in (own["speaker"], *own["aliases"])}
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in lines_of(quotes):
        rows[row["article"]].append(row)
    for name in sorted(rows):
        yield Labelled(f"{group}/{name}", group, nlp(known[name]), rows[name], aliases[""] | aliases[name])


def read_listed(bench: Path, nlp: Language) -> Iterator[Labelled]:
    """Yield the articles that a language model annotated (`annotated/README.md`)."""
    texts = {record["id"]: record["text"] for record in read_corpus(bench / "polnear/train.jsonl.gz")}
    for path in sorted((bench / "wikinews").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            texts |= {row["url"]: row["text"].strip() + "\n" for row in csv.DictReader(file)}
    for line in lines_of(ANNOTATED):
        rows = [as_gold(row, texts[line["id"]]) for row in line["speakers"]]
        if rows:
            yield Labelled(f"{line['corpus']}/{line['id']}", line["corpus"], nlp(texts[line["id"]]), rows)


def read_made(nlp: Language) -> Iterator[Labelled]:
    """Yield made-up articles."""
    for one in made(MADE, MADE_SEED):
        yield Labelled(f"made/{one.id}", "made", nlp(one.text), one.rows)


def as_gold(row: dict[str, Any], text: str) -> dict[str, Any]:
    """Return an annotated source in the form of a gold row; what was not sure neither counts nor teaches."""
    source = " ".join(text[start:end] for start, end in row["source"])
    pronoun = fold(source) in SEX_OF_PRONOUN
    kind = "unnamed" if row["type"] == "author" else row["type"]
    mention = "none" if not source else "pronoun" if pronoun else "nominal"
    return {**row, "speaker_type": kind, "mention": mention, "ambiguous": not row["sure"]}


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def labelling_pipeline() -> Language:
    """Return the pipeline as far as the names: parse, paragraphs, marks, and what the network says."""
    nlp = load_pipeline(config.load({}, environ={}))
    for name in nlp.pipe_names[nlp.pipe_names.index("quotes_tagger") + 1 :]:
        nlp.disable_pipe(name)
    return nlp


# ---------------------------------------------------------------- the command


def table_of(results: Iterable[Judged]) -> str:
    """Return the share resolved rightly by set and kind, with the wrong names and how many of them look sure."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in results:
        own = counts[one.group]
        own[one.kind] += 1
        own[f"{one.kind} right"] += one.right
        own["named"] += one.named
        own["wrong"] += one.named and not one.right
        own["sure"] += one.named and one.confidence >= SURE
        own["sure and wrong"] += one.named and one.confidence >= SURE and not one.right
    lines = []
    for group, own in counts.items():
        kinds = " ".join(f"{kind} {own[f'{kind} right']}/{own[kind]}" for kind in KINDS_OF_MENTION if own[kind])
        lines.append(f"{group}: {kinds}; wrong {own['wrong']}/{own['named']}, sure {own['sure and wrong']}/{own['sure']}")
    return "\n".join(lines)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path, help="the benchmark's folder")
    parser.add_argument("--out", type=Path, default=OUTPUT)
    args = parser.parse_args()
    articles = read_all(args.bench, labelling_pipeline())
    print(f"{len(articles)} articles, {sum(len(a.rows) for a in articles)} sources", flush=True)
    results: list[Judged] = []
    for number in range(FOLDS):
        weights = learn([a for a in articles if a.fold != number])
        results += judged((a for a in articles if a.fold == number), weights)
    print(table_of(results), flush=True)
    weights = learn(articles)
    kinds = {kind: dict(sorted(own.items())) for kind, own in weights.items()}
    args.out.write_text(json.dumps({"l2": L2, "rounds": ROUNDS, "weights": kinds}, indent=1) + "\n", encoding="utf-8")
    print(f"{args.out}: {sum(map(len, weights.values()))} weights")


if __name__ == "__main__":
    main()
