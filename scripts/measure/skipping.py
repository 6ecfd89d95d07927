"""Measure what a first stage would save that skips articles which cannot hold a quote, and what it would lose.

Input: annotated sets (those of the tests, and corpora of one article a line, JSONL or gzipped), and tables (CSV) of articles
with a column `text`. An article is skipped if it has no quotation mark and no word that begins as a cue of the word list does.
Output: a Markdown table, a line for each input: articles, how many of them are skipped and which part of their words, gold
quotes, and which part of them is kept. Command:

    python -m scripts.measure.skipping [polnear/dev.jsonl.gz ...] [wikinews_2019.csv ...]
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.evaluate import corpora
from scripts.measure import gold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MARKS = re.compile(r"""["“”„‟«»‹›‘]|(?<!\w)'(?=\w)""")
STEM = 4
"""Letters of a cue that a word must begin with; what is irregular is named."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("inputs", nargs="*", type=Path)
    given = parser.parse_args()
    words = re.compile(rf"\b({'|'.join(sorted(stems()))})", re.IGNORECASE)
    print("| input | articles | skipped | of the words | gold quotes | kept |", "|---" * 6 + "|", sep="\n")
    for name, texts, quotes in inputs(given.inputs):
        skipped = {key for key, text in texts.items() if not MARKS.search(text) and not words.search(text)}
        whole = sum(len(text.split()) for text in texts.values())
        part = sum(len(texts[key].split()) for key in skipped) / max(1, whole)
        kept = sum(key not in skipped for key in quotes)
        share = f"{kept / len(quotes):.2%}" if quotes else "-"
        print(f"| {name} | {len(texts):,} | {len(skipped):,} | {part:.2%} | {len(quotes):,} | {share} |", flush=True)


def stems() -> Iterator[str]:
    """Yield what words begin with that can signal a quote."""
    yield from ("said", "told", "accord", "quot", "spok", "wrot", "heard", "thought", "felt", "held", "swor", "knew", "saw")
    for lemma in lexicon.cues().by_lemma:
        yield re.escape(lemma.split()[0][:STEM])


def inputs(paths: Iterable[Path]) -> Iterator[tuple[str, Mapping[str, str], list[str]]]:
    """Yield each input's name, its texts, and for each gold quote the article that it stands in."""
    for folder in (gold.GOLD, *gold.ANNOTATED):
        known = gold.read_annotated(folder)
        yield folder.name, known.texts, [quote.article_id for quote in known.quotes]
    for path in paths:
        if path.suffix == ".csv":
            csv.field_size_limit(2**28)
            with path.open(encoding="utf-8", newline="") as file:
                yield path.name, {str(place): row["text"] for place, row in enumerate(csv.DictReader(file))}, []
        else:
            articles = list(corpora.read_corpus(path))
            quotes = [article.id for article in articles for _ in article.quotes]
            yield f"{path.parent.name}/{path.name}", {article.id: article.text for article in articles}, quotes


if __name__ == "__main__":
    main()
