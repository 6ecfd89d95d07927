"""Measure the reader of saved pages against what is known of them.

    python -m scripts.measure.pages FOLDER [--texts TEXTS]

FOLDER has `expected.jsonl` (id, url, title, published, paragraphs) and a page `ID.html` or `ID.html.gz` for each. Printed:
pages whose title, day and address are right, paragraphs with quotation marks lost, and F1 of the text by shingles of 4 words.
TEXTS has `ID.txt`, the same articles as text: of the quotes found in it, how many are found in the page, by their words (and
with the same speaker).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import quotes
from quotes.errors import IngestError
from quotes.ingest.readers.html import Page, article_from_html

MARKS = re.compile(r"[\"“”]|(?<!\w)[‘'](?=\w)")


def main() -> None:
    """Print one line a page and the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=Path, help="folder of the same articles as text")
    parser.add_argument("--quiet", action="store_true", help="print the sums only")
    asked = parser.parse_args()
    sums: Counter[str] = Counter()
    started = time.perf_counter()
    for line in (asked.folder / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        known = json.loads(line)
        for name, value in measure(asked.folder, known, quiet=asked.quiet).items():
            sums[name] += value
    pages = sums["pages"] or 1
    for name in ("title", "day", "address"):
        print(f"{name:8} {int(sums[name])} of {int(sums['pages'])}")
    print(f"lost     {int(sums['lost'])} of {int(sums['marked'])} paragraphs with quotation marks")
    print(f"F1       {sums['f1'] / pages:.4f} (precision {sums['precision'] / pages:.4f}, recall {sums['recall'] / pages:.4f})")
    print(f"seconds  {(time.perf_counter() - started) / pages:.3f} a page")
    if asked.texts:
        found = compare_quotes(asked.folder, asked.texts, quiet=asked.quiet)
        for name in ("kept", "kept with speaker"):
            print(f"quotes   {found[name]} of {found['quotes']} ({100 * found[name] / max(1, found['quotes']):.1f} %) {name}")


def measure(folder: Path, known: dict[str, Any], *, quiet: bool) -> dict[str, float]:
    """Return what one page adds to the sums, and print what is wrong with it."""
    page = read(folder, known["id"])
    marked = [paragraph for paragraph in known["paragraphs"] if MARKS.search(paragraph)]
    if page is None:
        return {"pages": 1, "marked": len(marked), "lost": len(marked)}
    article = page.article
    text = letters(article.text)
    lost = [paragraph for paragraph in marked if letters(paragraph) not in text]
    precision, recall = overlap(shingles(letters("\n".join(known["paragraphs"]))), shingles(text))
    right = {
        "title": letters(article.title or "") == letters(known["title"]),
        "day": (article.published or "")[:10] == known["published"][:10],
        "address": bare(article.url or "") == bare(known["url"]),
    }
    if not quiet:
        print(f"{known['id']}: precision {precision:.3f}, recall {recall:.3f}, lost {len(lost)}, language {article.language}")
        told = {"title": article.title, "day": article.published, "address": article.url}
        for name in (name for name, is_right in right.items() if not is_right):
            print(f"    {name}: {told[name]!r}")
        for paragraph in lost:
            print(f"    lost: {paragraph[:100]!r}")
        if page.warning:
            print(f"    {page.warning}")
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    scores = {"f1": f1, "precision": precision, "recall": recall}
    return {"pages": 1, "marked": len(marked), "lost": len(lost), **scores, **{name: int(it) for name, it in right.items()}}


def compare_quotes(folder: Path, texts: Path, *, quiet: bool) -> Counter[str]:
    """Count the quotes found in the texts, those of them found in the pages, and those with the same speaker."""
    sums: Counter[str] = Counter()
    for path in sorted(texts.glob("*.txt")):
        page = read(folder, path.stem)
        inside = quotes_of(page.article.text) if page else Counter()
        for (words, speaker), count in quotes_of(path.read_text(encoding="utf-8")).items():
            same_words = sum(number for (other, _), number in inside.items() if other == words)
            sums["quotes"] += count
            sums["kept"] += min(count, same_words)
            sums["kept with speaker"] += min(count, inside[words, speaker])
            if not quiet and same_words < count:
                print(f"{path.stem}: not in the page: {words[:150]} ({speaker})")
    return sums


def quotes_of(text: str) -> Counter[tuple[str, str | None]]:
    """Return the words and speakers of the quotes in a text, with how often each is found."""
    return Counter((letters(quote.text), quote.speaker) for quote in quotes.extract(text))


def read(folder: Path, page_id: str) -> Page | None:
    """Return a page of the folder, or None (and say why) if it cannot be read."""
    path = folder / f"{page_id}.html"
    zipped = folder / f"{page_id}.html.gz"
    data = gzip.decompress(zipped.read_bytes()) if zipped.exists() else path.read_bytes()
    try:
        return article_from_html(data, article_id=page_id, origin=path.name)
    except IngestError as error:
        print(error, file=sys.stderr)
        return None


def letters(text: str) -> str:
    """Return a text's words in lower case, apart by one space."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def bare(url: str) -> str:
    """Return an address without scheme, "www." and final slash."""
    return re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/")


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return the runs of four words of a text, with how often each stands in it."""
    words = text.split()
    return Counter(tuple(words[start : start + 4]) for start in range(max(1, len(words) - 3)))


def overlap(expected: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]) -> tuple[float, float]:
    """Return precision and recall."""
    both = (expected & found).total()
    return both / max(1, found.total()), both / max(1, expected.total())


if __name__ == "__main__":
    main()
