"""Read the training articles of our own: news in styles that the corpus lacks, with every quote marked in the text.

Input: `articles/STYLE/NUMBER.txt`; an article's id is `STYLE_NUMBER`. A marked stretch is `{LETTERS NUMBER|words}`: `c`
content, `k` cue, `s` source; the number joins the pieces of one quote, and a source of several quotes has several
(`{s1,2|She}`):

    {c1|“We will appeal,”} {k1|said} {s1|Ana Ruiz, the mayor}.

Output of the command: each quote as source | cue | content, to be read over; exit status 1 if a file is malformed.

    python -m scripts.train.marked scripts/train/articles/*/*.txt
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "articles"
ROLES = {"s": "source", "k": "cue", "c": "content"}
MARKED = re.compile(r"\{([skc])(\d+(?:,\d+)*)\|([^{}|]+)\}")


@dataclass(frozen=True)
class MarkedArticle:
    """An article without its marks.

    Args:
        id: its style and number.
        text: the article.
        quotes: `{"content": [[start, end], ...], "cue": ..., "source": ...}` in order of their numbers; offsets are code
            points into `text`, half-open.
    """

    id: str
    text: str
    quotes: tuple[dict[str, list[list[int]]], ...]


def read_marked(name: str, marked: str) -> MarkedArticle:
    """Return an article without its marks.

    Raises:
        ValueError: a brace is left over, a mark holds only part of a word, or a quote has no content or two cues.
    """
    text, position = "", 0
    found: dict[int, dict[str, list[list[int]]]] = {}
    for match in MARKED.finditer(marked):
        text += marked[position : match.start()]
        words = match.group(3)
        if words != words.strip():
            raise ValueError(f"{name}: {match.group()}: spaces belong outside of the braces")
        span = [len(text), len(text) + len(words)]
        for number in match.group(2).split(","):
            found.setdefault(int(number), {}).setdefault(ROLES[match.group(1)], []).append(span)
        text += words
        position = match.end()
    text += marked[position:]
    if left := re.search(r".{0,30}[{}|].{0,30}", text):
        raise ValueError(f"{name}: “{left.group()}” holds a brace or a bar outside of a mark")
    for number, quote in found.items():
        _check(f"{name}: quote {number}", text, quote)
    return MarkedArticle(name, text, tuple(found[number] for number in sorted(found)))


def _check(where: str, text: str, quote: dict[str, list[list[int]]]) -> None:
    if not quote.get("content"):
        raise ValueError(f"{where}: has no content")
    if len(quote.get("cue", [])) > 1 or len(quote.get("source", [])) > 1:
        raise ValueError(f"{where}: has several cues or sources")
    for spans in quote.values():
        for start, end in spans:
            if (start and text[start - 1 : start + 1].isalnum()) or (end < len(text) and text[end - 1 : end + 1].isalnum()):
                raise ValueError(f"{where}: “{text[start:end]}” starts or ends within a word")


def id_of(path: Path) -> str:
    """Return the id of the article in a file: what is held back and the order of training depend on it."""
    return f"{path.parent.name}_{path.stem}"


def read_all(folder: Path = FOLDER) -> list[MarkedArticle]:
    """Return the articles of the folders of all styles, by id."""
    paths = sorted(folder.glob("*/*.txt"), key=id_of)
    return [read_marked(id_of(path), path.read_text(encoding="utf-8")) for path in paths]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    failed = False
    for path in parser.parse_args().files:
        try:
            article = read_marked(id_of(path), path.read_text(encoding="utf-8"))
        except ValueError as error:
            print(error, file=sys.stderr)
            failed = True
            continue
        print(f"== {article.id}: {len(article.text.split())} words, {len(article.quotes)} quotes")
        for quote in article.quotes:
            parts = (" … ".join(article.text[s:e] for s, e in quote.get(role, [])) for role in ("source", "cue", "content"))
            print("  " + " | ".join(part or "-" for part in parts))
    sys.exit(failed)


if __name__ == "__main__":
    main()
