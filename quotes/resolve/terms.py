"""What each speaker talks about: terms that mark this speaker off from the others, by tf-idf (textacy).

A speaker is one document, whose words are the key terms of all its quotes. Invariant: a pure function of the
quotes' terms, whatever their order; weights lie above 0 and up to 1. textacy is loaded when there is something to weigh.

Source: Salton & Buckley, "Term-weighting approaches in automatic text retrieval", 1988 (tf-idf with unit length).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DIGITS = 4


class SpeakerTerm(NamedTuple):
    """A term of a speaker: in how many quotes it is, and how much it marks the speaker off."""

    speaker_id: str
    term_id: str
    quotes: int
    weight: float


def weigh(quote_terms: Iterable[tuple[str, str]]) -> Iterator[SpeakerTerm]:
    """Yield the terms of every speaker, weighted, sorted by speaker and term.

    Args:
        quote_terms: (speaker id, term id) for each term of each quote.

    Example:
        >>> [term.weight for term in weigh([("ana", "tax"), ("ana", "school"), ("bo", "tax")])]
        [0.8148, 0.5797, 1.0]
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for speaker, term in quote_terms:
        counts[speaker][term] += 1
    if not counts:
        return
    speakers = sorted(counts)
    weights = _tf_idf([counts[speaker] for speaker in speakers])
    for speaker, weighted in zip(speakers, weights, strict=True):
        for term in sorted(weighted):
            yield SpeakerTerm(speaker, term, counts[speaker][term], round(weighted[term], DIGITS))


def _tf_idf(documents: list[Counter[str]]) -> Iterator[dict[str, float]]:
    from textacy.representations.vectorizers import Vectorizer  # noqa: PLC0415  loads scikit-learn

    vectorizer = Vectorizer(tf_type="linear", idf_type="smooth", norm="l2")
    matrix = vectorizer.fit_transform(list(document.elements()) for document in documents).tocsr()
    terms = {column: term for term, column in vectorizer.vocabulary_terms.items()}
    for row in range(matrix.shape[0]):
        start, end = matrix.indptr[row], matrix.indptr[row + 1]
        yield {terms[int(c)]: float(v) for c, v in zip(matrix.indices[start:end], matrix.data[start:end], strict=True)}
