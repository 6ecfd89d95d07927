"""Measure what each least confidence costs and saves, in every annotated set, and write `docs/thresholds.md`.

Input: the annotated articles of tests/data, and of a benchmark folder those that are there.
Output: a Markdown page with the share of the gold that is found, and of what is given that answers nothing, by threshold.

    python -m scripts.measure.thresholds [--bench FOLDER] [--cache FOLDER]
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from quotes import config
from quotes.evaluate import scores
from quotes.nlp import load_pipeline
from quotes.nlp.component import Range, Reported, read_quotes, spans_of
from quotes.nlp.find import select
from scripts.measure import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

OUTPUT = ledger.ROOT / "docs" / "thresholds.md"
THRESHOLDS = (0.2, 0.3, 0.36, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    bench = ledger.ROOT.parent / "shared" / "bench"
    parser.add_argument("--bench", type=Path, default=bench, help="folder of more annotated articles")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "quotes-ledger")
    given = parser.parse_args()
    nlp = load_pipeline(config.load({"min_confidence": THRESHOLDS[0]}, environ={}))
    sets = [each for each in ledger.annotated_sets(given.bench) if each.texts]
    lines = [*_head(), *(line for each in sets for line in _rows(nlp, each, given.cache))]
    OUTPUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _head() -> Iterator[str]:
    default = config.load({}, environ={}).min_confidence
    yield "# What a least confidence costs and saves"
    yield ""
    yield "Made by `python -m scripts.measure.thresholds`. Each cell: per cent of the gold found / per cent of what is given that"
    yield "answers nothing; of `polnear dev` (attitudes included) F1 of content overlap / of attribution. `speakers` is no whole"
    yield "annotation. The confidence is that of words, cue and source, before a speaker's is multiplied with it."
    yield ""
    yield f"`min_confidence` is {default} by default."
    yield ""
    yield "| set | " + " | ".join(f"{threshold}" for threshold in THRESHOLDS) + " |"
    yield "|---|" + "---:|" * len(THRESHOLDS)


def _rows(nlp: Language, each: ledger.Annotated, cache: Path) -> Iterator[str]:
    """Yield the row of a set."""
    kept = {threshold: Counter[str]() for threshold in THRESHOLDS}
    for name, doc in ledger.tagged(nlp, each, cache):
        found = _found(nlp, doc, attitudes=each.attitudes)
        for threshold, count in kept.items():
            quotes = [quote for quote in found if quote.confidence is None or quote.confidence >= threshold]
            count.update(each.count[name]([_predicted(doc, quote) for quote in quotes]))
            count["given"] += len(quotes)
    yield f"| {each.name} | " + " | ".join(_cell(count, each.counted) for count in kept.values()) + " |"


def _found(nlp: Language, doc: Doc, *, attitudes: bool) -> Sequence[Reported]:
    """Return the quotes of an article's tags from the least threshold on."""
    names = nlp.pipe_names[nlp.pipe_names.index(ledger.LAST_KEPT) + 1 : nlp.pipe_names.index("quotes_coref")]
    chosen = select.make_select(nlp, "quotes_select", attitudes, THRESHOLDS[0])
    for name in names:
        doc = (chosen if name == "quotes_select" else nlp.get_pipe(name))(doc)
    return read_quotes(doc)


def _predicted(doc: Doc, quote: Reported) -> scores.Predicted:
    def characters(pieces: tuple[Range, ...]) -> tuple[tuple[int, int], ...]:
        return tuple((span.start_char, span.end_char) for span in spans_of(doc, pieces))

    return scores.Predicted(content=characters(quote.content), cue=characters(quote.cue), source=characters(quote.source))


def _cell(count: Counter[str], gold: int) -> str:
    if "content_overlap.gold" in count:
        return " / ".join(f"{ledger.f1(count, name):.1f}" for name in ("content_overlap", "attribution"))
    return f"{100 * count['found'] / max(1, gold):.1f} / {100 * count['spurious'] / max(1, count['given']):.1f}"


if __name__ == "__main__":
    main()
