from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from quotes.errors import CorpusError
from quotes.evaluate import corpora, report, scores
from quotes.evaluate.scores import Predicted, Share
from quotes.records import CharSpan

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "“We will appeal,” said Ana Ruiz, the mayor. Bo Lund said that it was “too late” to do so.\nNothing more."


def span(words: str) -> CharSpan:
    start = TEXT.index(words)
    return CharSpan(start, start + len(words))


def gold(content: str, source: str = "", **more: object) -> corpora.GoldQuote:
    sources = (span(source),) if source else ()
    return corpora.GoldQuote(article_id="a", content=(span(content),), source=sources, **more)  # type: ignore[arg-type]


def count(gold_quotes: list[corpora.GoldQuote], mine: list[Predicted]) -> scores.Attribution:
    counts = scores.Attribution()
    counts.add(corpora.GoldArticle(id="a", text=TEXT, quotes=tuple(gold_quotes)), mine)
    return counts


@pytest.mark.parametrize(
    "content",
    ["“We will appeal,”", "We will appeal", "“We will appeal,", "We will appeal,” "],
    ids=["marks", "no marks", "opening mark", "space"],
)
def test_marks_and_edge_punctuation_do_not_matter(content: str) -> None:
    counts = count([gold("“We will appeal,”", "Ana Ruiz")], [Predicted(content=(span(content),), source=(span("Ruiz"),))])
    assert counts.tallies["content_exact"].f1 == counts.tallies["attribution"].f1 == 100


def test_a_leading_that_does_not_matter() -> None:
    counts = count([gold("that it was “too late” to do so")], [Predicted(content=(span("it was “too late” to do so"),))])
    assert counts.tallies["content_exact"].f1 == 100


def test_the_wrong_source_is_no_attribution() -> None:
    counts = count([gold("“We will appeal,”", "Ana Ruiz")], [Predicted(content=(span("We will"),), source=(span("Bo Lund"),))])
    assert counts.tallies["content_overlap"].found == 1
    assert counts.tallies["attribution"].found == 0


def test_gold_without_a_source_stands_aside() -> None:
    counts = count([gold("“We will appeal,”")], [Predicted(content=(span("We will appeal"),))])
    assert counts.tallies["content_overlap"].f1 == 100
    assert (counts.tallies["attribution"].gold, counts.tallies["attribution"].predicted) == (0, 0)


def test_forms_follow_the_marks_of_the_text() -> None:
    counts = count([gold("“We will appeal,”", "Ana Ruiz"), gold("that it was “too late” to do so", "Bo Lund")], [])
    assert counts.tallies["attribution.direct"].gold == 1
    assert counts.tallies["attribution.mixed"].gold == 1
    assert counts.tallies["direct_only"].gold == 0


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He said "no way" twice.', ["no way"]),
        ("“One.\n“Two,” he said.", ["One.", "Two,"]),
        ("“Left open.\nand closed,” he said.", ["Left open.", "and closed,"]),
        ('"He called it "odd" and left," she said.', ['He called it "odd" and left,']),
        ("A stray ” mark.", []),
    ],
)
def test_quoted_regions(text: str, quoted: list[str]) -> None:
    assert [text[start:end] for start, end in scores.quoted_regions(text)] == quoted


def test_names_are_compared_without_titles_accents_and_case() -> None:
    assert scores.fold("Mr Mevlüt ÇAVUŞOĞLU’s") == ("mevlut", "cavusoglu", "s")
    assert scores.fold("The President") == ("the", "president")


@pytest.mark.parametrize(
    ("mine", "right"),
    [("foreign minister", True), ("Turkish foreign minister", True), ("minister of health", False), ("", False)],
)
def test_roles_share_half_of_their_words(mine: str, right: object) -> None:
    assert scores.is_role([mine], ["foreign minister"]) is right


def seeds() -> corpora.Seeds:
    return corpora.Seeds(
        texts={"a": TEXT},
        quotes=(
            gold("“We will appeal,”", form="direct", speaker="Ana Ruiz", speaker_type="person", roles=("mayor",)),
            gold("that it was “too late” to do so", form="mixed", speaker="Bo Lund", speaker_type="person", counted=False),
        ),
        names=(corpora.GoldName(speaker="Ana Ruiz", aliases=("Ruiz", "Anna Ruiz"), type="person"),),
        not_quotes=(corpora.NotQuote(article_id="a", span=span("Nothing more."), why="nobody says so"),),
    )


def test_who_said_it_and_in_which_role() -> None:
    right = Predicted(content=(span("We will appeal"),), speaker="Anna Ruiz", roles=("the mayor",))
    optional = Predicted(content=(span("it was “too late” to do so"),), speaker="Somebody Else")
    shares = scores.score_speakers(seeds(), {"a": [right, optional]})
    assert report.percentages(shares) == {
        "found": 100.0, "found.direct": 100.0, "speaker": 100.0, "role": 100.0, "spurious": 0.0, "not_quotes": 0.0,
    }


def test_a_surname_alone_and_what_is_no_quote_cost() -> None:
    mine = [Predicted(content=(span("We will appeal"),), speaker="Ruiz"), Predicted(content=(span("Nothing more."),))]
    shares = report.percentages(scores.score_speakers(seeds(), {"a": mine}))
    assert (shares["speaker"], shares["role"], shares["spurious"], shares["not_quotes"]) == (0.0, 0.0, 50.0, 100.0)


def test_floors() -> None:
    floors = {"found": 90.0, "spurious": 10.0}
    assert report.below(floors, {"found": 95.0, "spurious": 5.0}) == []
    assert len(report.below(floors, {"found": 89.0, "spurious": 11.0})) == 2
    assert report.raised(floors, {"found": 89.0, "spurious": 5.0}) == {"found": 90.0, "spurious": 5.0}
    assert report.raised(floors, {"found": 89.0, "spurious": 11.0}, lower=True) == {"found": 89.0, "spurious": 11.0}


def test_a_share_of_nothing_is_nought() -> None:
    assert Share().percent == 0.0


def test_spans_outside_of_the_text_are_refused_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('\n{"id": "a", "text": "short", "quotes": [{"content": [[0, 99]]}]}\n')
    with pytest.raises(CorpusError, match=r"a\.jsonl:2: a span"):
        list(corpora.read_corpus(tmp_path / "a.jsonl"))
    with pytest.raises(CorpusError, match=r"gone\.jsonl"):
        list(corpora.read_corpus(tmp_path / "gone.jsonl"))


@pytest.mark.corpus
def test_the_benchmarks_own_scorer_gives_the_same_numbers(benchmark_corpus: Path, tmp_path: Path) -> None:
    """Predictions are the gold, disturbed at random: shifted, cut, dropped, with another's source."""
    rng = random.Random(7)  # noqa: S311  no secret
    dev = benchmark_corpus / "polnear" / "dev.jsonl.gz"
    articles = list(corpora.read_corpus(dev))[:30]
    counts = scores.Attribution()
    with (tmp_path / "mine.jsonl").open("w", encoding="utf-8") as out:
        for article in articles:
            quotes = [_disturb(rng, quote, article) for quote in article.quotes if rng.random() < 0.9]
            counts.add(article, [Predicted.from_json(quote) for quote in quotes])
            out.write(json.dumps({"id": article.id, "quotes": quotes}) + "\n")
    with gzip.open(dev, "rt", encoding="utf-8") as source, (tmp_path / "gold.jsonl").open("w", encoding="utf-8") as target:
        target.writelines(list(source)[:30])
    command = [sys.executable, benchmark_corpus / "score.py", tmp_path / "gold.jsonl", tmp_path / "mine.jsonl"]
    subprocess.run([*command, "--json", tmp_path / "scores.json"], check=True, capture_output=True)
    theirs = json.loads((tmp_path / "scores.json").read_text())
    for name, tally in counts.tallies.items():
        row = theirs[name]
        assert (tally.gold, tally.predicted, tally.found, tally.correct) == (
            row["gold"], row["predicted"], row["found"], row["correct"],
        ), name


def _disturb(rng: random.Random, quote: corpora.GoldQuote, article: corpora.GoldArticle) -> dict[str, list[list[int]]]:
    length = len(article.text)
    other = rng.choice(article.quotes)
    content = []
    for start, end in quote.content:
        first = min(max(0, start + rng.choice([0, 0, 0, -7, 5, 40])), length - 2)
        content.append([first, min(length, max(first + 1, end + rng.choice([0, 0, 1, -9, 30])))])
    source = quote.source if rng.random() < 0.7 else other.source
    return {"content": content, "source": [list(pair) for pair in source], "cue": []}
