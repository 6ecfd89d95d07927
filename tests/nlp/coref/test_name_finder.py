"""What of a stretch that the network takes for a name is a name. In the examples [...] is what the network took, p, b or l
before it the kind: a person, a body, a place; with d it is in doubt whether a person or a body."""

from __future__ import annotations

import re

import pytest
import spacy
from spacy.tokens import Doc, Span, SpanGroup

from quotes.nlp.component import NAMES_KEY
from quotes.nlp.coref.name_finder import Finder
from quotes.nlp.text import Text

MARKED = re.compile(r"([pbld])\[([^\]]+)\]")
ODDS = {"p": [0.9, 0.05, 0.0, 0.0], "b": [0.0, 0.9, 0.0, 0.0], "l": [0.0, 0.05, 0.9, 0.0], "d": [0.46, 0.44, 0.0, 0.0]}
VOCAB = spacy.blank("en").vocab


def found(marked: str) -> list[tuple[str, str]]:
    """Return the names in a sentence, words apart, each with its kind."""
    words, spans = [], []
    for word in re.findall(r"[pbld]\[[^\]]+\]|\S+", marked):
        match = MARKED.fullmatch(word)
        own = match.group(2).split() if match else [word]
        if match:
            spans.append((len(words), len(words) + len(own), ODDS[match.group(1)]))
        words += own
    glued = [bool(i + 1 < len(words) and "-" not in {words[i], words[i + 1]}) for i in range(len(words))]
    pos = ["PROPN" if word[0].isupper() else "NOUN" for word in words]
    doc = Doc(VOCAB, words=words, spaces=glued, pos=pos, sent_starts=[i == 0 for i in range(len(words))])
    group = [Span(doc, start, end, label="name") for start, end, _ in spans]
    doc.spans[NAMES_KEY] = SpanGroup(doc, name=NAMES_KEY, attrs={"kinds": [odds for _, _, odds in spans]}, spans=group)
    return [(name.text, name.kind) for name in Finder(Text(doc, [], [])).names()]


NAMES = {
    "a person": ("then p[Ana Ruiz] left", [("Ana Ruiz", "person")]),
    "a verb behind is no part of it": ("then p[Ana Ruiz said] no", [("Ana Ruiz", "person")]),
    "a rank before is no part of it": ("then p[Captain Ana Ruiz] left", [("Ana Ruiz", "person")]),
    "a rank of two words is no part of it": ("then p[Tan Sri Wong Kee Lam] left", [("Wong Kee Lam", "person")]),
    "where somebody works is no part of it": ("then p[Ana Ruiz of Third Street] left", [("Ana Ruiz", "person")]),
    "a degree behind is no part of it": ("then p[Ana Ruiz PhD] left", [("Ana Ruiz", "person")]),
    "a given name that was missed belongs to it": ("then Peter p[Novak] left", [("Peter Novak", "person")]),
    "initials that were missed belong to it": ("then Peter J. p[Novak] left", [("Peter J. Novak", "person")]),
    "small letters behind a hyphen belong to it": ("then p[Pak Ki - moon] left", [("Pak Ki-moon", "person")]),
    "names joined by a hyphen are one": ("then p[Ana DELACROIX] - p[WEBB] left", [("Ana DELACROIX-WEBB", "person")]),
    "names joined by & are a company": ("then b[Marlowe] & p[Tench] rose", [("Marlowe & Tench", "organization")]),
    "the Kremlin is nobody": ("then the p[Kremlin] spoke", [("Kremlin", "organization")]),
    "a hospital named after somebody is a body": ("then p[Ana Ruiz Hospital] shut", [("Ana Ruiz Hospital", "organization")]),
    "a surname that ends bodies' names too": ("then p[Nadine Church] left", [("Nadine Church", "person")]),
    "such a word behind no given name": ("then p[Tern Church] left", [("Tern Church", "organization")]),
    "an adjective before a body is no part of it": ("the b[federal Board of Trade] shut", [("Board of Trade", "organization")]),
    "party and state are no name": ("p[Bo Dahl] , b[R-Tenn.] , left", [("Bo Dahl", "person")]),
    "a noun behind a body is no part of it": ("then b[Arden Board report] came", [("Arden Board", "organization")]),
    "a company before a person is no part of it": (
        "then p[Tern Water Peter Novak] left and p[Peter] wept", [("Peter Novak", "person"), ("Peter", "person")],
    ),
    "a place before a person is no part of it": ("then p[Hong Kong Peter Novak] left", [("Peter Novak", "person")]),
    "nor is a county's name": ("the lawyer for the County of p[Brome Peter Novak] left", [("Peter Novak", "person")]),
    "an abbreviated rank alone is nobody": ("said p[Cpl] . p[Ana Ruiz] then", [("Ana Ruiz", "person")]),
    "a family name before given names stays": ("then p[Pak Peter Novak] left", [("Pak Peter Novak", "person")]),
    "a nickname in brackets is part of it": ("then p[Rosa] ( p[Roz] ) p[Hale] left", [("Rosa ( Roz ) Hale", "person")]),
    "a nickname in marks is part of it": ("then p[Mark “ Tiny ”] p[Bell] left", [("Mark “ Tiny ” Bell", "person")]),
    "somebody else in brackets is not": (
        "p[Rosa] ( a friend of p[Roz Hale] ) left", [("Rosa", "person"), ("Roz Hale", "person")],
    ),
    "a surname with d' stays": ("then p[Benoit d’Aurigny] left", [("Benoit d’Aurigny", "person")]),
    "a ministry's fields belong to it": (
        "today then the b[Ministry of Fisheries] and b[Food] paid dearly for nets",
        [("Ministry of Fisheries and Food", "organization")],
    ),
    "a department's list belongs to it": (
        "today later then the b[Department for Culture] , b[Media and Sport] paid dearly for nets",
        [("Department for Culture , Media and Sport", "organization")],
    ),
    "another body does not": (
        "today then the b[Ministry of Fisheries] and the b[Blue Cross] paid dearly for nets",
        [("Ministry of Fisheries", "organization"), ("Blue Cross", "organization")],
    ),
    "nor does one without a field": (
        "today then the b[Ministry of Health] and b[Oxfam] paid dearly for nets",
        [("Ministry of Health", "organization"), ("Oxfam", "organization")],
    ),
    "a firm of two names is one": ("then d[Marlowe] and d[Tench] rose", [("Marlowe and Tench", "organization")]),
    "two people are two": ("then p[Marlowe] and p[Tench] rose", [("Marlowe", "person"), ("Tench", "person")]),
    "two who stand alone elsewhere are two": (
        "then d[Marlowe] and d[Tench] rose , d[Tench] most", [("Marlowe", "person"), ("Tench", "person"), ("Tench", "person")],
    ),
    "No 10 is a body": ("then No 10 spoke", [("No 10", "organization")]),
    "No. 10 is a body": ("then No. 10 spoke", [("No. 10", "organization")]),
    "a longer name that begins so is not": ("then No 10 Squadron flew", []),
    "Capitol Hill is one": ("then l[Capitol] Hill spoke", [("Capitol Hill", "organization")]),
    "an article is no name": ("then b[The] b[Arden Press] shut", [("Arden Press", "organization")]),
    "a name is found again where the network missed it": (
        "p[Ana Ruiz] left and Ruiz wept", [("Ana Ruiz", "person"), ("Ruiz", "person")],
    ),
}


@pytest.mark.parametrize(("marked", "names"), NAMES.values(), ids=NAMES)
def test_names(marked: str, names: list[tuple[str, str]]) -> None:
    assert found(marked) == names
