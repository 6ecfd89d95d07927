"""What each speaker talks about: terms that mark this speaker off from the others, by tf-idf (textacy).

A speaker is one document, whose words are the key terms of all its quotes. Invariant: a pure function of the
quotes' terms, whatever their order; weights lie above 0 and up to 1. textacy is loaded when there is something to weigh.

Source: Salton & Buckley, "Term-weighting approaches in automatic text retrieval", 1988 (tf-idf with unit length).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from quotes.records import SpeakerTerm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DIGITS = 4


def weigh(counted: Iterable[SpeakerTerm]) -> Iterator[SpeakerTerm]:
    """Yield the terms of every speaker, weighted, sorted by speaker and term.

    Args:
        counted: each speaker's terms with the number of quotes they stand in; their weights are not looked at.

    Example:
        >>> counted = [("ana", "tax"), ("ana", "school"), ("bo", "tax")]
        >>> terms = [SpeakerTerm(speaker_id=s, term=t, quotes=1, weight=0.0) for s, t in counted]
        >>> [(term.term, term.weight) for term in weigh(terms)]
        [('school', 0.8148), ('tax', 0.5797), ('tax', 1.0)]
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for item in counted:
        counts[item.speaker_id][item.term] += item.quotes
    if not counts:
        return
    speakers = sorted(counts)
    weights = _tf_idf([counts[speaker] for speaker in speakers])
    for speaker, weighted in zip(speakers, weights, strict=True):
        for term in sorted(weighted):
            weight = round(weighted[term], DIGITS)
            yield SpeakerTerm(speaker_id=speaker, term=term, quotes=counts[speaker][term], weight=weight)


def _tf_idf(documents: list[Counter[str]]) -> Iterator[dict[str, float]]:
    from textacy.representations.vectorizers import Vectorizer  # noqa: PLC0415  loads scikit-learn

    vectorizer = Vectorizer(tf_type="linear", idf_type="smooth", norm="l2")
    matrix = vectorizer.fit_transform(list(document.elements()) for document in documents).tocsr()
    terms = {column: term for term, column in vectorizer.vocabulary_terms.items()}
    for row in range(matrix.shape[0]):
        start, end = matrix.indptr[row], matrix.indptr[row + 1]
        yield {terms[int(c)]: float(v) for c, v in zip(matrix.indices[start:end], matrix.data[start:end], strict=True)}
