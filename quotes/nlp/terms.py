"""What each quote is about: its key terms, by textacy.

The candidates are the noun phrases (`textacy.extract`) and the names (`find/tagger.py`) of a quote's content, cut down to the
words that carry meaning; how telling each is comes from the whole article: TextRank, by `textacy.representations.network`.
(`textacy.extract.keyterms.textrank` is the same and then compares each term with every other; that took most of the time.)

Invariants: terms are lemmas, lower case but for names; no pronoun, stop word, number or date, and none of the speaker's
own names; weights lie above 0 and up to 1, rounded so that they are the same on every machine. textacy is loaded when
the first article comes, not on import.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from functools import cache
from itertools import groupby, islice
from typing import TYPE_CHECKING

from anyascii import anyascii

from quotes import lexicon
from quotes.nlp.component import NAMES_KEY, PERSON, name_kinds
from quotes.records import Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from spacy.tokens import Doc, Span, Token

    from quotes.records import Alias, Extraction, Quote

TERMS_OF_A_QUOTE = 6
"""Most terms of one quote; a sentence has rarely more topics."""
MAX_TOKENS = 5
DIGITS = 2
"""Decimals of a weight: TextRank's own iteration stops at 1e-6 of scores around 1e-2."""
LEAST_WEIGHT = 10.0**-DIGITS

CARRYING = frozenset({"NOUN", "PROPN", "ADJ"})
HEADS = frozenset({"NOUN", "PROPN"})
WORD = re.compile(r"[^\W_]")


def with_terms(doc: Doc, extraction: Extraction) -> Extraction:
    """Return the extraction, each quote with its key terms.

    Args:
        doc: the parsed article, of exactly the text of `extraction.article`.
        extraction: what was found in it.
    """
    if not extraction.quotes:
        return extraction
    phrases, ranks = _Phrases(doc), _Ranks(doc)
    names = {entity.key: _name_words(entity.name, entity.aliases) for entity in extraction.entities}
    quotes = (replace(q, terms=_terms(q, phrases, ranks, _own_names(q, names))) for q in extraction.quotes)
    return replace(extraction, quotes=tuple(quotes))


def _own_names(quote: Quote, names: Mapping[str, Sequence[frozenset[str]]]) -> list[frozenset[str]]:
    """Return the words of the names of those who speak in a quote."""
    return [name for key in quote.entity_keys for name in names.get(key, ())]


def _terms(quote: Quote, phrases: _Phrases, ranks: _Ranks, own_names: Iterable[frozenset[str]]) -> tuple[Term, ...]:
    """Return a quote's terms, the most telling first, those of equal weight in the text's order."""
    found: dict[str, Term] = {}
    for start, end in quote.content:
        for tokens in _candidates(phrases.within(start, end), phrases.kinds):
            term = _phrase(tokens, phrases.kinds)
            words = frozenset(anyascii(term).lower().split())
            if term.lower() not in found and not any(words <= name for name in own_names):
                found[term.lower()] = Term(term=term, weight=ranks.weight(term))
    best = sorted(found.values(), key=lambda term: -term.weight)[:TERMS_OF_A_QUOTE]
    return tuple(best)


class _Phrases:
    """The noun phrases and names of an article, looked up by place; the kind of name that each token is part of."""

    def __init__(self, doc: Doc) -> None:
        from textacy.extract import basics  # noqa: PLC0415  loads scikit-learn and networkx, which no other command needs

        found = [*basics.noun_chunks(doc), *doc.spans.get(NAMES_KEY, ())]
        self.kinds = name_kinds(doc)
        self._doc = doc
        self._phrases = sorted(found, key=lambda p: (p.start, -p.end))
        self._starts = [phrase.start for phrase in self._phrases]
        self._offsets = [token.idx for token in doc]

    def within(self, start: int, end: int) -> Iterator[Span]:
        """Yield the phrases in a range of code points, in the text's order, cut off at its ends."""
        first = bisect_left(self._offsets, start)
        last = bisect_left(self._offsets, end)
        at = bisect_left(self._starts, first)
        if at and self._phrases[at - 1].end > first:
            at -= 1
        for phrase in islice(self._phrases, at, None):
            if phrase.start >= last:
                return
            if inside := self._doc[max(first, phrase.start) : min(last, phrase.end)]:
                yield _whole_words(inside, first, last)


def _candidates(phrases: Iterable[Span], kinds: Sequence[str]) -> Iterator[tuple[Token, ...]]:
    """Yield the tokens of each candidate in the text's order."""
    taken: set[int] = set()
    for phrase in phrases:
        for tokens in _cut(phrase, kinds):
            positions = {token.i for token in tokens}
            if not positions & taken:
                taken |= positions
                yield tokens


def _whole_words(phrase: Span, first: int, last: int) -> Span:
    """Return the phrase, words with hyphens whole ("de-escalation"), which the tokenizer takes apart."""
    doc, start, end = phrase.doc, phrase.start, phrase.end
    while start > first and _are_hyphened(doc[start - 1], doc[start]):
        start -= 1
    while end < last and _are_hyphened(doc[end - 1], doc[end]):
        end += 1
    return doc[start:end]


def _are_hyphened(left: Token, right: Token) -> bool:
    return not left.whitespace_ and (left.text == "-") != (right.text == "-")


def _cut(phrase: Span, kinds: Sequence[str]) -> Iterator[tuple[Token, ...]]:
    """Yield the runs of meaningful words in a phrase: "Ukraine's neutrality" holds two, "some of the issues" none."""
    groups = groupby(phrase, key=lambda t: _class_of(t, phrase, kinds))
    runs = [(kept, kind, tuple(tokens)) for (kept, kind), tokens in groups]
    for (kept, _, run), (_, following, _) in zip(runs, [*runs[1:], (False, "", ())], strict=True):
        tokens = run
        while tokens and tokens[-1].pos_ not in HEADS:
            tokens = tokens[:-1]
        tokens = tokens[-MAX_TOKENS:]
        while tokens and tokens[0].text == "-":
            tokens = tokens[1:]
        if kept and tokens and following != PERSON and not _says_little(tokens, kinds):  # the title of a person is no topic
            yield tokens


def _class_of(token: Token, phrase: Span, kinds: Sequence[str]) -> tuple[bool, str]:
    """Return whether a token can be in a term, and the name's type if it is one: a term is of one class."""
    if _is_in_hyphens(token, phrase):
        return True, ""
    named = kinds[token.i] if token.pos_ == "PROPN" else ""
    return _carries(token) and (bool(named) or not _measures(token)), named


def _carries(token: Token) -> bool:
    if token.pos_ not in CARRYING or not WORD.search(token.text):
        return False
    return not token.is_stop and not token.like_num and len(token.text) > 1


def _measures(token: Token) -> bool:
    """Say whether a word says when or how much: "Monday", "40k", "two weeks", but not the "winter" of a "winter coat"."""
    if token.text[0].isdigit() or token.lower_ in _days():
        return True
    measure = token.lemma_.lower() in lexicon.measures() or token.lower_ in lexicon.measures()
    return measure and not (token.dep_ == "compound" and not any(child.like_num for child in token.lefts))


@cache
def _days() -> frozenset[str]:
    words = lexicon.coreference()
    return words.weekdays | words.months


def _is_in_hyphens(token: Token, phrase: Span) -> bool:
    before = token.i > phrase.start and _are_hyphened(token.nbor(-1), token)
    return before or (token.i + 1 < phrase.end and _are_hyphened(token, token.nbor(1)))


def _says_little(tokens: tuple[Token, ...], kinds: Sequence[str]) -> bool:
    """Say whether all is a light noun, alone or with plain adjectives ("similar way")."""
    light = tokens[-1].lemma_.lower() in lexicon.light_nouns()
    return light and all(t.pos_ == "ADJ" and not kinds[t.i] for t in tokens[:-1])


def _phrase(tokens: Iterable[Token], kinds: Sequence[str]) -> str:
    return "".join(_word(token, kinds[token.i]) + (" " if token.whitespace_ else "") for token in tokens).strip()


def _word(token: Token, kind: str) -> str:
    """Return a token as it stands in a term: names as they are, else by its lemma ("controlled-" stays as it is)."""
    if token.pos_ == "PROPN" or kind:
        return str(token.text)
    return str(token.lemma_.lower() if token.pos_ in CARRYING else token.lower_)


class _Ranks:
    """The key terms of an article and how telling they are, from 0 to 1."""

    def __init__(self, doc: Doc) -> None:
        from textacy.representations import network  # noqa: PLC0415  seconds to load

        self._by_word: dict[str, list[tuple[str, float]]] = {}
        found = {tuple(token.lemma_ for token in run) for telling, run in groupby(doc, key=_tells) if telling}
        if not found:
            return
        lemmas = [token.lemma_ for token in doc]
        words = network.rank_nodes_by_pagerank(network.build_cooccurrence_network(lemmas, edge_weighting="binary"))
        scores = {" ".join(term): sum(words[word] for word in term) for term in sorted(found)}
        best = max(scores.values())
        for term, score in scores.items() if best > 0 else ():
            for word in set(term.lower().split()):
                self._by_word.setdefault(word, []).append((f" {term.lower()} ", score / best))

    def weight(self, term: str) -> float:
        """Return the best rank of the article's key terms that hold this term, or that it holds."""
        mine = f" {term.lower().replace('-', ' ')} "
        near = (pair for word in mine.split() for pair in self._by_word.get(word, ()))
        fitting = [rank for other, rank in near if mine in other or other in mine]
        return max(LEAST_WEIGHT, round(max(fitting, default=0.0), DIGITS))


def _tells(token: Token) -> bool:
    """Say whether a word is of a key term of its article."""
    return token.pos_ in CARRYING and not (token.is_stop or token.is_punct or token.is_space)


def _name_words(name: str | None, aliases: Iterable[Alias]) -> tuple[frozenset[str], ...]:
    names = [*([name] if name else []), *(alias.alias for alias in aliases)]
    return tuple(frozenset(anyascii(each).lower().split()) for each in names)


