"""Say what each rule of finding, and of roles, is worth: leave it out and count again, by annotated set.

Input: the annotated articles of tests/data (of Wikinews the half that is not kept blind), and those of a benchmark folder where
it is there: `web/`, `speakers/` and `polnear/dev.jsonl.gz`.
Output: a table of what is found in each set; then a line a rule and set in which something changes without it; then the rules
that change nothing anywhere. `--write` puts them into docs/ledger.md.
Command:

    python -m scripts.measure.ledger [--bench FOLDER] [--write] [--cache FOLDER] [RULE ...]

Articles are parsed and tagged once and kept in the cache for as long as nothing changes that decides there. A rule is left out of
the component that it belongs to, which alone is done again with what follows it, and no further than where the quotes are what
they were; so a rule costs seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from spacy.tokens import DocBin

from quotes import config
from quotes.evaluate import corpora, scores
from quotes.nlp import convert, load_pipeline
from quotes.nlp.component import MENTIONS_KEY, QUOTES_KEY, read_quotes, write_quotes
from quotes.nlp.coref.component import Coref
from quotes.nlp.coref.rules import MEASURED, RULES
from quotes.nlp.find import ends, kinds, layout, link, outer_cues, select, sources
from quotes.nlp.roles import chooser
from quotes.records import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

    from quotes.nlp.component import Reported

    Pipe = Callable[[Doc], Doc]

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
LEDGER = ROOT / "docs" / "ledger.md"
LAST = "quotes_coref"
LAST_KEPT = "quotes_tagger"  # up to here nothing is left out
DECIDING = (  # what decides up to there
    "nlp/__init__.py", "nlp/marks.py", "nlp/sentences.py", "nlp/tokens.py", "nlp/find/tagger.py", "nlp/find/encoding.py",
    "data/en/furniture.txt", "data/en/finding.toml", "data/tagger/tagger.onnx", "data/tagger/tagger.json",
    "data/tagger/tokenizer.json",
)
SHARES = ("found", "speaker", "organization", "unnamed", "role", "optional", "spurious", "not_quotes")
METRICS = ("content_overlap", "attribution", "direct_only")  # F1, of the corpus
Count = Counter[str]
Step = TypeVar("Step")


@dataclass(slots=True, kw_only=True)
class Case:
    """An article of a set: its Doc, the quotes as each component leaves them, what counts them, and the counts."""

    name: str
    doc: Doc
    count: Callable[[list[scores.Predicted]], Count]
    stages: list[list[Reported]]
    base: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """A set of annotated articles; `attitudes` says whether they are annotated too, `counted` how many quotes count."""

    name: str
    texts: Mapping[str, str]
    count: Mapping[str, Callable[[list[scores.Predicted]], Count]]
    attitudes: bool = False
    counted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A component without one of its rules."""

    rule: str
    component: str
    pipe: Pipe


def main() -> None:
    """Print the ledger, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rules", nargs="*", metavar="RULE", help="only these, by their names in the ledger")
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared" / "bench", help="folder of more annotated articles")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "quotes-ledger")
    parser.add_argument("--write", action="store_true", help=f"write {LEDGER.relative_to(ROOT)}")
    given = parser.parse_args()
    nlp = load_pipeline(config.load({}, environ={}))
    ledger = Ledger(nlp, [each for each in annotated_sets(given.bench) if each.texts], given.cache)
    lines = [*_head(), *ledger.with_all(), "", *ledger.without(given.rules)]
    if given.write:
        LEDGER.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _head() -> list[str]:
    return [
        "# What each rule of finding, and of roles, is worth", "",
        "Made by `python -m scripts.measure.ledger --write`: each rule is left out in turn, and the quotes are counted again in",
        "every annotated set. A rule that changes nothing anywhere is deleted; none enters without its line.", "",
        "Counts of quotes but for `polnear dev`, where they are F1 in percent. *found* to *role*: of what the gold counts, more",
        "is better; *optional* (headlines, captions and the like): found too, but not counted by the gate; *spurious* (quotes",
        "that nobody annotated; the set `speakers` is no whole annotation) and *not quotes*: less is better. Of `faults`, small",
        "texts with the words that must be given, *found* counts those, *not quotes* what must not be, in words or speaker.", "",
    ]


class Ledger:
    """The sets with their articles as the whole pipeline leaves them."""

    def __init__(self, nlp: Language, sets: Sequence[Annotated], cache: Path) -> None:
        names = nlp.pipe_names[nlp.pipe_names.index(LAST_KEPT) + 1 :]
        self.finding = [name for name in names if name != LAST]
        self.nlp = nlp
        self.pipes = {each.name: self._pipes(attitudes=each.attitudes) for each in sets}
        self.cases = {each.name: [self._case(each, *pair) for pair in tagged(nlp, each, cache)] for each in sets}

    def _pipes(self, *, attitudes: bool) -> dict[str, Pipe]:
        pipes: dict[str, Pipe] = {name: self.nlp.get_pipe(name) for name in self.finding}
        least = config.load({}, environ={}).min_confidence
        return pipes | {"quotes_select": select.make_select(self.nlp, "quotes_select", attitudes, least)}

    def _case(self, each: Annotated, name: str, doc: Doc) -> Case:
        case = Case(name=name, doc=doc, count=each.count[name], stages=[[]], base=Counter())
        for pipe in self.pipes[each.name].values():
            pipe(doc)
            case.stages.append(read_quotes(doc))
        case.base = self._counted(case)
        return case

    def _counted(self, case: Case, coref: Pipe | None = None) -> Count:
        """Return the counts of the quotes that an article's Doc holds."""
        case.doc.spans.pop(MENTIONS_KEY, None)
        doc = (coref or self.nlp.get_pipe(LAST))(case.doc)
        found = convert.extraction(doc, Article(id=case.name, text=doc.text)).as_json()["quotes"]
        return case.count([scores.Predicted.from_json(quote) for quote in found])

    def with_all(self) -> Iterator[str]:
        """Yield the table of what all rules together find."""
        yield from _table("set", "articles")
        for name, cases in self.cases.items():
            yield _show(f"| {name} | {len(cases)} | " + " | ".join(_cells(_sum(case.base for case in cases))) + " |")

    def without(self, asked: Sequence[str]) -> Iterator[str]:
        """Yield the table of what changes without each rule, and then the rules that change nothing."""
        yield from _table("without", "set")
        idle = []
        for left in (left for left in rules(self.nlp) if not asked or left.rule in asked):
            changed = list(self._changed(left))
            idle += [] if changed else [left.rule]
            yield from map(_show, changed)
        yield ""
        yield _show(f"Nothing anywhere: {', '.join(idle) or 'none'}.")

    def _changed(self, left: Left) -> Iterator[str]:
        for name, cases in self.cases.items():
            again = [(case, after) for case in cases if (after := self._again(case, self.pipes[name], left)) is not None]
            if any(after != case.base for case, after in again):
                base = _sum(case.base for case in cases)
                rest = _sum(case.base for case in cases if case.name not in {other.name for other, _ in again})
                cells = _cells(rest + _sum(after for _, after in again), base)
                if any(cell not in {"", "0"} for cell in cells):
                    yield f"| {left.rule} | {name} | " + " | ".join(cells) + " |"

    def _again(self, case: Case, pipes: Mapping[str, Pipe], left: Left) -> Count | None:
        """Return the counts of an article without a rule, None if its quotes are the same."""
        case.doc.spans.pop(QUOTES_KEY, None)
        if left.component == LAST:
            write_quotes(case.doc, case.stages[-1])
            return self._counted(case, left.pipe)
        first = self.finding.index(left.component)
        if first:
            write_quotes(case.doc, case.stages[first])
        for number, name in enumerate(self.finding[first:], first):
            pipe = left.pipe if name == left.component else pipes[name]
            pipe(case.doc)
            if read_quotes(case.doc) == case.stages[number + 1]:
                return None
        return self._counted(case)


# ---------------------------------------------------------------- rules


def rules(nlp: Language) -> Iterator[Left]:
    """Yield each rule with the component that it is left out of."""
    yield from _of_linking(nlp)
    for step in outer_cues.STEPS:
        outer = outer_cues.Outermost(steps=_but(outer_cues.STEPS, step))
        yield Left(rule=f"outermost.{step.__name__}", component="quotes_outermost", pipe=outer)
    for step in sources.STEPS:
        pipe = sources.Sources(steps=_but(sources.STEPS, step))
        yield Left(rule=f"sources.{step.__name__}", component="quotes_sources", pipe=pipe)
    for step in ends.STEPS:
        yield Left(rule=f"ends.{step.__name__}", component="quotes_ends", pipe=ends.Ends(steps=_but(ends.STEPS, step)))
    yield Left(rule="layout", component="quotes_layout", pipe=layout.Layout(rules=()))
    for rule in sorted(layout.RULES):
        yield Left(rule=rule, component="quotes_layout", pipe=layout.Layout(rules=layout.RULES - {rule}))
    for decide in kinds.RULES:
        yield Left(rule=f"kinds.{decide.__name__}", component="quotes_kinds", pipe=kinds.Kinds(rules=_but(kinds.RULES, decide)))
    for rule in sorted(chooser.RULES):
        coref = Coref()
        coref.chooser = chooser.Chooser(rules=chooser.RULES - {rule})
        yield Left(rule=f"roles.{rule}", component=LAST, pipe=coref)
    for rule in sorted(MEASURED):
        yield Left(rule=f"names.{rule}", component=LAST, pipe=Coref(rules=RULES - {rule}))


def _of_linking(nlp: Language) -> Iterator[Left]:
    whole = cast("link.Link", nlp.get_pipe("quotes_link"))
    for group in ("choosing", "hanging", "cueless", "reaching", "parting"):
        every = getattr(whole.steps, group)
        for step in every:
            steps = replace(whole.steps, **{group: _but(every, step)})
            pipe = link.Link(whole.linker, min_confidence=whole.min_confidence, steps=steps)
            yield Left(rule=f"{group}.{step.__name__}", component="quotes_link", pipe=pipe)


def _but(every: Sequence[Step], one: Step) -> tuple[Step, ...]:
    return tuple(other for other in every if other is not one)


# ---------------------------------------------------------------- sets


def annotated_sets(bench: Path) -> Iterator[Annotated]:
    """Yield the sets of tests/data, and those of a benchmark folder that are there."""
    yield _of_seeds("seeds", corpora.read_seeds(DATA / "seeds-gold", ROOT / "seeds"))
    for folder in sorted(DATA.glob("styles*")):
        yield _of_seeds(folder.name, corpora.read_seeds(folder, folder))
    wikinews = DATA / "wikinews_gold"
    yield _of_seeds("wikinews gate", corpora.read_seeds(wikinews, wikinews / "texts", half="gate"))
    if (bench / "web").is_dir():
        yield _of_seeds("web", corpora.read_seeds(bench / "web", bench / "web" / "texts"))
    if (bench / "speakers").is_dir():
        yield _of_seeds("speakers", corpora.read_speakers(bench / "speakers"), attitudes=True)
    if (bench / "faults" / "dev.jsonl").is_file():
        yield _of_faults("faults", (bench / "faults" / "dev.jsonl").read_text(encoding="utf-8"))
    if (bench / "polnear" / "dev.jsonl.gz").is_file():
        yield _of_corpus("polnear dev", list(corpora.read_corpus(bench / "polnear" / "dev.jsonl.gz")))


def _of_seeds(name: str, gold: corpora.Seeds, *, attitudes: bool = False) -> Annotated:
    def counting(article: str) -> Callable[[list[scores.Predicted]], Count]:
        own = gold.only(article)
        others = replace(own, quotes=tuple(replace(quote, counted=not quote.counted) for quote in own.quotes))

        def count(predicted: list[scores.Predicted]) -> Count:
            shares = scores.score_speakers(own, {article: predicted})
            optional = scores.score_speakers(others, {article: predicted})
            if "found" in optional:
                shares["optional"] = optional["found"]
            return Counter({name: shares[name].hits for name in SHARES if name in shares})

        return count

    return Annotated(name=name, texts=gold.texts, count={each: counting(each) for each in gold.texts}, attitudes=attitudes,
                     counted=sum(quote.counted for quote in gold.quotes))


def _of_faults(name: str, lines: str) -> Annotated:
    """Return small texts with words that must be given, by whom, and without what, and with words that must not be."""
    cases = {case["id"]: case for case in map(json.loads, filter(None, lines.splitlines()))}

    def counting(case: Mapping[str, Any]) -> Callable[[list[scores.Predicted]], Count]:
        text = _plain(case["text"])

        def count(predicted: list[scores.Predicted]) -> Count:
            given = [([text[start:end] for start, end in quote.content], quote.speaker) for quote in predicted]
            expected = case.get("expect", ())
            right = sum(any(_answers(item, pieces, speaker) for pieces, speaker in given) for item in expected)
            absent = [_plain(words) for words in case.get("absent", ())]
            wrong = sum(any(words in piece for pieces, _ in given for piece in pieces) for words in absent)
            wrong += sum(any(_contradicts(item, pieces, speaker) for pieces, speaker in given) for item in expected)
            return Counter({"found": right, "not_quotes": wrong})

        return count

    texts = {key: case["text"] for key, case in cases.items()}
    counted = sum(len(case.get("expect", ())) for case in cases.values())
    return Annotated(name=name, texts=texts, count={key: counting(case) for key, case in cases.items()}, counted=counted)


def _plain(text: str) -> str:
    return text.translate(str.maketrans("‘’“”\n", "''\"\" "))


def _words_of(item: Mapping[str, Any], key: str) -> list[str]:
    value = item.get(key, [])
    return [_plain(words) for words in ([value] if isinstance(value, str) else value)]


def _answers(item: Mapping[str, Any], pieces: Sequence[str], speaker: str | None) -> bool:
    """Say whether a quote gives the words of an expectation, by nobody else, and without what does not belong to them."""
    has = any(_plain(item["words"]) in piece for piece in pieces)
    named = item.get("speaker") is None or speaker is None or scores.fold(item["speaker"]) == scores.fold(speaker)
    return has and named and not _contradicts(item, pieces, speaker)


def _contradicts(item: Mapping[str, Any], pieces: Sequence[str], speaker: str | None) -> bool:
    """Say whether a quote gives the words of an expectation with more than belongs to them, or to who did not speak."""
    if not any(_plain(item["words"]) in piece for piece in pieces):
        return False
    more = any(words in piece for words in _words_of(item, "not_in_content") for piece in pieces)
    others = [scores.fold(name) for name in _words_of(item, "speaker_not")]
    return more or (speaker is not None and scores.fold(speaker) in others)


def _of_corpus(name: str, articles: Sequence[corpora.GoldArticle]) -> Annotated:
    def counting(article: corpora.GoldArticle) -> Callable[[list[scores.Predicted]], Count]:
        def count(predicted: list[scores.Predicted]) -> Count:
            attribution = scores.Attribution()
            attribution.add(article, predicted)
            tallies = {metric: attribution.tallies[metric] for metric in METRICS}
            return Counter({
                f"{metric}.{part}": getattr(tally, part)
                for metric, tally in tallies.items()
                for part in ("gold", "predicted", "found", "correct")
            })

        return count

    texts = {article.id: article.text for article in articles}
    return Annotated(name=name, texts=texts, count={article.id: counting(article) for article in articles}, attitudes=True)


def tagged(nlp: Language, each: Annotated, cache: Path) -> Iterator[tuple[str, Doc]]:
    """Yield the articles of a set as the tagger leaves them, from the cache if they are there."""
    kept = cache / f"{each.name.replace(' ', '-')}-{_state(nlp, each)}.spacy"
    if not kept.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with nlp.select_pipes(disable=nlp.pipe_names[nlp.pipe_names.index(LAST_KEPT) + 1 :]):
            DocBin(docs=nlp.pipe(each.texts.values()), store_user_data=True).to_disk(kept)
    yield from zip(each.texts, DocBin().from_disk(kept).get_docs(nlp.vocab), strict=True)


def _state(nlp: Language, each: Annotated) -> str:
    """Return a digest of the texts of a set and of all that decides on their tags."""
    state = hashlib.sha256(f"{nlp.meta['name']} {nlp.meta['version']} {metadata.version('spacy')}".encode())
    for name in DECIDING:
        state.update((ROOT / "quotes" / name).read_bytes())
    for name, text in each.texts.items():
        state.update(f"{name}\x00{text}\x00".encode())
    return state.hexdigest()[:16]


# ---------------------------------------------------------------- tables


def _table(*first: str) -> Iterator[str]:
    columns = [*first, *(name.replace("_", " ") for name in (*SHARES, *METRICS))]
    yield _show("| " + " | ".join(columns) + " |")
    yield _show("|---|---|" + "---:|" * (len(columns) - 2))


def _sum(counts: Iterator[Count]) -> Count:
    total: Count = Counter()
    for count in counts:
        total.update(count)
    return total


def _cells(counts: Count, base: Count | None = None) -> list[str]:
    """Return counts as cells of a table, or how they differ from others; what a set does not count is empty."""
    known = counts if base is None else base
    cells = []
    for name in SHARES:
        shown = counts[name] if base is None else counts[name] - base[name]
        cells.append("" if name not in known else f"{shown}" if base is None or not shown else f"{shown:+}")
    for name in METRICS:
        if f"{name}.gold" not in known:
            cells.append("")
        elif base is None:
            cells.append(f"{f1(counts, name):.2f}")
        else:
            difference = f1(counts, name) - f1(base, name)
            cells.append(f"{difference:+.2f}" if abs(difference) >= 0.005 else "0")
    return cells


def f1(counts: Count, name: str) -> float:
    """Return a metric's F1 in per cent, from its counts."""
    return scores.Tally(**{part: counts[f"{name}.{part}"] for part in ("gold", "predicted", "found", "correct")}).f1


def _show(line: str) -> str:
    print(line, flush=True)
    return line


if __name__ == "__main__":
    main()
