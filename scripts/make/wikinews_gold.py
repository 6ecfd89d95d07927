"""Draw the Wikinews articles of the open gold standard: the same forty each time, half of them measured blind.

Input: a folder with Wikinews articles as CSV (`wikinews_2019.csv`, `wikinews_2020.csv`: url, date, title, text). The rule: of the
articles of 200 to 1,500 words (pieces between white space, the line of the date apart), ordered by address, a sample of forty by
a fixed seed; the first, third, fifth ... of the sample are the gate, the others are blind.

A text is its title and its paragraphs, an empty line between them, without the line of the date that stands above the first
paragraph. Its characters stay as they are.

Output: `articles.jsonl` (id, title, url, published, half, text) and `texts/ID.txt`, the same texts, for the extractor.

    python -m scripts.make.wikinews_gold WIKINEWS_FOLDER tests/data/wikinews_gold
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SEED = 20261127
ARTICLES = 40
WORDS = range(200, 1501)
FILES = ("wikinews_2019.csv", "wikinews_2020.csv")
HALVES = ("gate", "blind")
LONGEST_FIELD = 10_000_000
"""Characters: longer than any article; the csv module stops at 131,072 by itself."""
DATELINE = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, [A-Z][a-z]+ \d{1,2}, \d{4}")
PARAGRAPHS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class DrawnArticle:
    """An article of the gold standard.

    Args:
        id: "wikinews-" and a number from 01, in the order of the draw.
        title: the headline.
        url: the address of its page.
        published: an ISO date.
        half: "gate" or "blind".
        text: title and paragraphs, an empty line between them.
    """

    id: str
    title: str
    url: str
    published: str
    half: str
    text: str


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of an article's text, without empty ones and without the line of the date above the first."""
    found = [paragraph for paragraph in PARAGRAPHS.split(text.strip()) if paragraph]
    return found[1:] if found and DATELINE.fullmatch(found[0]) else found


def suits(row: dict[str, str]) -> bool:
    """Say whether an article is neither too short nor too long."""
    return sum(len(paragraph.split()) for paragraph in paragraphs(row["text"])) in WORDS


def article_text(row: dict[str, str]) -> str:
    """Return the title and the paragraphs of an article, an empty line between them and a line end after the last."""
    return "\n\n".join([row["title"], *paragraphs(row["text"])]) + "\n"


def read_rows(folder: Path, names: Iterable[str] = FILES) -> list[dict[str, str]]:
    """Return the rows of CSV files of a folder.

    Raises:
        OSError: a file cannot be read.
        KeyError: a file has no column of that name.
    """
    csv.field_size_limit(LONGEST_FIELD)
    rows = []
    for name in names:
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            rows += [{column: row[column] for column in ("url", "date", "title", "text")} for row in csv.DictReader(lines)]
    return rows


def draw(rows: list[dict[str, str]]) -> list[DrawnArticle]:
    """Draw the articles: the same for the same rows, in whatever order they come.

    Raises:
        ValueError: fewer articles suit than are to be drawn.
    """
    pool = sorted(filter(suits, rows), key=lambda row: row["url"])
    if len(pool) < ARTICLES:
        found = f"{len(pool)} articles of {WORDS.start} to {WORDS.stop - 1:,} words"
        raise ValueError(f"{found}, {ARTICLES} are to be drawn: give the folder with all files")
    sample = random.Random(SEED).sample(pool, ARTICLES)  # noqa: S311  a draw that anybody can repeat
    return [
        DrawnArticle(
            id=f"wikinews-{number + 1:02}",
            title=row["title"],
            url=row["url"],
            published=row["date"],
            half=HALVES[number % len(HALVES)],
            text=article_text(row),
        )
        for number, row in enumerate(sample)
    ]


def write(articles: list[DrawnArticle], folder: Path) -> None:
    """Write the articles into a folder, which is made if need be.

    Raises:
        OSError: the folder cannot be written.
    """
    (folder / "texts").mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(article), ensure_ascii=False) + "\n" for article in articles)
    (folder / "articles.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
    for article in articles:
        (folder / "texts" / f"{article.id}.txt").write_text(article.text, encoding="utf-8", newline="\n")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wikinews", type=Path, help="folder with " + " and ".join(FILES))
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    articles = draw(read_rows(args.wikinews))
    write(articles, args.out)
    print(f"{len(articles)} articles, {sum(len(article.text.split()) for article in articles):,} words")


if __name__ == "__main__":
    main()
