"""Give the extraction texts that nobody would write, and hold every promise about what it finds against each.

Input: none but the articles of the project, from whose sentences texts are put together, cut, and spoilt; every fourth is made
of characters alone. The number of a text and the seed make it, so that any can be made again:

    python -m scripts.measure.fuzz --count 50000 [--seed 1] [--state FILE] [--show NUMBER]

`--state` names a file that keeps where it is and what it found, so that a run that was stopped goes on. Output: a line a
minute, and each text at which a promise was broken, with its number; exit status 1 if there is one. Every tenth text goes
through the readers too, as one of the kinds of files that there are.

Held: nothing is raised; every range lies in the text and slices to what is stored; pieces are in order and apart; ids are
different; each quote has an entity and each entity a quote; confidences and weights lie within 0 and 1; all can be written
as JSON in UTF-8.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
import sys
import tempfile
import time
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotes import config, pipeline
from quotes.errors import IngestError
from quotes.ingest import articles
from quotes.ingest.readers.html import article_from_html
from quotes.records import Article, Extraction, Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quotes.config import Settings
    from quotes.records import CharSpan, Quote

    Spoiling = Callable[[random.Random, str], str]

ROOT = Path(__file__).parents[2]
LONGEST = (120, 120, 300)  # code points of one text, of the next ...; what needs more room has tests of its own
MARKS = "\"“”„‟«»″〝〞'‘’‚‛‹›`´＂"
ODD = (
    "\u200b\u200d\u200e\u200f\u202a\u202e\u2028\u2029\u00a0\u0085\u00ad\ufeff\ufffd\u0301\u0489\x0b\x0c\x1c\x7f\x9d\t\r\n"
    "👍🏽👩‍👩‍👧‍👦🇺🇦ﬁǅİıßẞΣςⅣ①½٣३漢字한글ไทยעבריתالعربية𝕬𐍈\U000e0041\U0010fffd"
)
GLUE = ("\n", "\n\n", " ", "", "\r\n", " — ", ": ", ", ", "\t", " | ", "\n- ", "\n> ", " (", ") ", " …")
WORDS = (
    "said", "according to", "told", "asked", "she", "they", "the mayor", "denied that", "Ruiz", "Mr.", "@ana_ruiz", "A:", "Q:",
    "RUIZ:", "By Ana Ruiz", "who", "that", "not", "U.S.", "No.", "e.g.", "https://x.org/a", "&quot;", "<b>", "%s", "{}", "\\",
    "''",
)
KINDS = (".txt", ".html", ".jsonl", ".csv", ".rss")
SENTENCE = re.compile(r"[^.!?\n]+[.!?]?[\"”’'»)]*\s*")


# ---------------------------------------------------------------- texts


@cache
def seeds() -> tuple[str, ...]:
    """Return the sentences of all articles of the project."""
    folders = (ROOT / "seeds", *sorted((ROOT / "tests" / "data").glob("styles*")), ROOT / "scripts" / "train" / "articles")
    texts = (path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.rglob("*.txt")))
    return tuple(match.group() for text in texts for match in SENTENCE.finditer(text))


def text_of(seed: int, number: int) -> str:
    """Return the text of a number."""
    rng = random.Random(f"{seed}:{number}")  # noqa: S311 - no secret
    if number % 4 == 0:
        text = "".join(characters(rng))
    else:
        text = put_together(rng)
        for spoil in rng.choices(SPOILING, k=rng.randint(0, 6)):
            text = spoil(rng, text)
    return text[: LONGEST[number % len(LONGEST)]]


def characters(rng: random.Random) -> Iterator[str]:
    """Yield characters and words in no order."""
    pools: tuple[Callable[[], str], ...] = (
        lambda: rng.choice(MARKS), lambda: rng.choice(ODD), lambda: rng.choice(WORDS), lambda: rng.choice(GLUE),
        lambda: chr(rng.randrange(32, 127)), lambda: chr(rng.choice((*range(0x20, 0xD800), *range(0xE000, 0x2FA20)))),
        lambda: rng.choice(".,;:!?-–—()[]{}*_=+/|#~"), lambda: rng.choice("ABCabc 123"),
    )
    chosen = rng.sample(pools, k=rng.randint(1, len(pools)))
    for _ in range(rng.randint(0, 60)):
        piece = rng.choice(chosen)()
        yield piece * (rng.randint(2, 40) if rng.random() < 0.05 else 1)


def put_together(rng: random.Random) -> str:
    """Return some sentences of the articles, one after another or from anywhere."""
    all_ = seeds()
    if rng.random() < 0.5:
        at = rng.randrange(len(all_))
        return "".join(all_[at : at + rng.randint(1, 6)])
    return "".join(part for _ in range(rng.randint(1, 4)) for part in (rng.choice(all_).strip(), rng.choice(GLUE)))


def _place(rng: random.Random, text: str) -> int:
    return rng.randint(0, len(text))


def put_in(pool: str | tuple[str, ...]) -> Spoiling:
    """Return what puts one of some characters or words into a text."""

    def spoil(rng: random.Random, text: str) -> str:
        at = _place(rng, text)
        return text[:at] + rng.choice(pool) + text[at:]

    return spoil


def leave_out(rng: random.Random, text: str) -> str:
    """Return a text without some of it."""
    at = _place(rng, text)
    return text[:at] + text[at + rng.randint(1, 30) :]


def twice(rng: random.Random, text: str) -> str:
    """Return a text with some of it repeated."""
    at = _place(rng, text)
    return text[:at] + text[at : at + rng.randint(1, 40)] * rng.randint(1, 4) + text[at:]


def other_marks(rng: random.Random, text: str) -> str:
    """Return a text with one quotation mark exchanged for another everywhere, or for nothing."""
    return text.replace(rng.choice(MARKS), rng.choice((*MARKS, "", "''", "``")))


def other_case(rng: random.Random, text: str) -> str:
    """Return a text with some of it in other letters."""
    at = _place(rng, text)
    end = at + rng.randint(1, 80)
    changed = rng.choice((str.upper, str.lower, str.title, str.swapcase))(text[at:end])
    return text[:at] + changed + text[end:]


def shuffled(rng: random.Random, text: str) -> str:
    """Return a text's words in another order."""
    words = text.split(" ")
    rng.shuffle(words)
    return " ".join(words)


def without_spaces(rng: random.Random, text: str) -> str:
    """Return a text with some of its spaces left out."""
    at = _place(rng, text)
    return text[:at] + text[at : at + 60].replace(" ", "") + text[at + 60 :]


SPOILING: tuple[Spoiling, ...] = (
    put_in(MARKS), put_in(MARKS), put_in(ODD), put_in(GLUE), put_in(WORDS), leave_out, twice, other_marks, other_case, shuffled,
    without_spaces,
)


# ---------------------------------------------------------------- promises


def faults_of(found: Extraction) -> list[str]:
    """Return the promises that an extraction breaks."""
    text, keys = found.article.text, {entity.key for entity in found.entities}
    faults = [fault for quote in found.quotes for fault in _faults_of_quote(quote, text)]
    if len({quote.id for quote in found.quotes}) != len(found.quotes):
        faults.append("two quotes of one id")
    used = {key for quote in found.quotes for key in quote.entity_keys}
    if used != keys or len(keys) != len(found.entities):
        faults.append(f"entities {sorted(keys)}, of quotes {sorted(used)}")
    if list(found.quotes) != sorted(found.quotes, key=lambda quote: quote.content[:1]):
        faults.append("quotes out of order")
    if not all(0 <= start < end <= len(text) for start, end in found.furniture):
        faults.append(f"furniture {found.furniture}")
    try:
        json.dumps(found.as_json(), ensure_ascii=False).encode()
    except (ValueError, TypeError) as error:
        faults.append(f"no JSON: {error}")
    return faults


def _faults_of_quote(quote: Quote, text: str) -> Iterator[str]:
    stored: tuple[tuple[str, tuple[CharSpan, ...], str | None], ...] = (
        ("content", quote.content, quote.text), ("cue", quote.cue, quote.cue_text), ("source", quote.source, quote.source_text))
    for name, spans, words in stored:
        if not all(0 <= start < end <= len(text) for start, end in spans):
            yield f"{name} {spans} of {len(text)}"
        if any(one[1] > other[0] for one, other in pairwise(spans)):
            yield f"{name} {spans} out of order"
        if (" ".join(text[start:end] for start, end in spans) or None) != (words or None):
            yield f"{name} {spans} is {words!r}"
    if not quote.content:
        yield "no content"
    if quote.context not in text:
        yield f"context {quote.context!r}"
    rates = (quote.confidence, quote.speaker_confidence, *(term.weight for term in quote.terms))
    if not all(rate is None or 0 <= rate <= 1 for rate in rates):
        yield f"rates {rates}"
    if not isinstance(quote.words_said, str):
        yield "no words"


def check(text: str, settings: Settings) -> list[str] | None:
    """Return the promises that the extraction of a text breaks; None if it is refused as no text."""
    try:
        article = articles.from_text(text)
    except IngestError:
        return None
    except Exception as error:  # noqa: BLE001  that is what is looked for
        return [f"reading raised {error!r}"]
    return _check_extracted(article, settings)


def _check_extracted(article: Article, settings: Settings) -> list[str]:
    (found,) = pipeline.extract_all([article], settings, terms=True)
    return [found.error] if isinstance(found, Failure) else faults_of(found)


def check_file(text: str, kind: str, settings: Settings) -> list[str]:
    """Return the promises that reading a text from a file, and extracting what was read, break."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{kind}"
        path.write_bytes(as_file(text, kind))
        try:
            if kind == ".html":  # without the process of its own, which takes a second to start
                read: list[Article | Failure] = [article_from_html(path.read_bytes(), article_id="a", origin="a.html").article]
            else:
                read = list(articles.read([str(path)]))
        except IngestError:
            return []
        except Exception as error:  # noqa: BLE001  that is what is looked for
            return [f"reading {kind} raised {error!r}"]
    internal = [item.error for item in read if isinstance(item, Failure) and "report this fault" in item.error]
    return internal + [fault for item in read if isinstance(item, Article) for fault in _check_extracted(item, settings)]


def as_file(text: str, kind: str) -> bytes:
    """Return a text as the bytes of a file of a kind."""
    if kind == ".html":
        story = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())
        text = f"<html><head><title>{text[:40]}</title></head><body><article>{story}</article></body></html>"
    elif kind == ".jsonl":
        text = json.dumps({"id": "a", "text": text, "title": text[:40]}) + "\n"
    elif kind == ".csv":
        text = 'id,title,text\na,b,"' + text.replace('"', '""') + '"\n'
    elif kind == ".rss":
        item = f"<item><title>a</title><description>{html.escape(text)}</description></item>"
        text = f"<rss version='2.0'><channel>{item}</channel></rss>"
    return text.encode("utf-8", "replace")


# ---------------------------------------------------------------- the run


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path, help="JSON file: goes on behind the last text that it names")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="print one text and what it breaks")
    given = parser.parse_args()
    settings = config.load({}, environ={})
    if given.show is not None:
        text = text_of(given.seed, given.show)
        print(repr(text), *(check(text, settings) or ["nothing"]), sep="\n")
        return
    state: dict[str, Any] = {"seed": given.seed, "next": 0, "refused": 0, "faults": []}
    if given.state and given.state.exists():
        state = json.loads(given.state.read_text(encoding="utf-8"))
    told = time.monotonic()
    while state["next"] < given.count:
        _one(state, settings)
        if time.monotonic() - told > 60 or state["next"] == given.count:
            told = time.monotonic()
            print(f"{state['next']:,} texts, {state['refused']:,} refused, {len(state['faults'])} faults", flush=True)
            if given.state:
                given.state.write_text(json.dumps(state), encoding="utf-8")
    if state["faults"]:
        sys.exit(f"{len(state['faults'])} texts break a promise")


def _one(state: dict[str, Any], settings: Settings) -> None:
    number = state["next"]
    text = text_of(state["seed"], number)
    faults = check(text, settings)
    state["refused"] += faults is None
    if number % 10 == 0:
        faults = [*(faults or []), *check_file(text, KINDS[number // 10 % len(KINDS)], settings)]
    for fault in faults or ():
        state["faults"].append([number, fault])
        print(f"{number}: {fault}", flush=True)
    state["next"] = number + 1


if __name__ == "__main__":
    main()
