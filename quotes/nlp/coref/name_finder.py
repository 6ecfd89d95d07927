"""Names of people and bodies in an article, from what the network says of each word.

The network (`find/tagger.py`) says where names are and of which kind: person, body, place, other. Here a name is cut to its
words (no rank, form of address, article or possessive) and is found again wherever the article repeats it and the network
missed it. Whose name it is, says `cast.py`.

Invariants: works on words of `Text`; mentions do not overlap and come in text order; a paragraph in title case names
nobody by itself, as its capitals say nothing.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from quotes import lexicon, names
from quotes.nlp.component import NAMES_KEY
from quotes.nlp.coref import whole_names
from quotes.nlp.coref.rules import RULES
from quotes.nlp.coref.whole_names import Name, Span
from quotes.nlp.roles import facts
from quotes.nlp.text import HYPHENS, POSSESSIVES, Text, is_capital

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

PERSON, ORGANIZATION, OTHER = "person", "organization", "other"
SUREST = 6.0
REPEATED = 0.5
SURE = 0.85  # that a name is a person's, by the network: more than a word that ends bodies' names says
UNSURE = 0.2  # that it is, where it may stand behind another name
HANGS = frozenset({"of", "at", "for", "in", "from"})
AFFIXES = POSSESSIVES | HYPHENS
ELIDED = re.compile(r"[^\W\d_]{1,2}['’](?=[^\W\d_])\w")
PARTY_AND_STATE = re.compile(r"[DRI]\s?[-‐‑–]\s?[A-Z][A-Za-z.]*")  # "R-Tenn."


@cache
def _forms_of_address() -> frozenset[str]:
    """Return words before a name that are nobody's given name: "Sgt.", "Sri"."""
    people = lexicon.people()
    return people.honorifics | (people.titles - lexicon.given_names().keys())


class Finder:
    """Finds the names of people and bodies in a text."""

    def __init__(self, text: Text, rules: Collection[str] = RULES) -> None:
        self.text = text
        self.people = lexicon.people()
        group = text.doc.spans.get(NAMES_KEY, ())
        odds = group.attrs["kinds"] if group else []
        spans = [(text.word_at(s.start), text.word_at(s.end), own) for s, own in zip(group, odds, strict=True)]
        self.spans = whole_names.whole(text, list(self._whole(spans)), rules)

    def _whole(self, spans: Sequence[Span]) -> Iterator[Span]:
        """Yield the spans; those that a hyphen or "&" joins are one: "DELACROIX-WEBB", "Marlowe & Tench"."""
        held: Span | None = None
        for span in spans:
            if held is not None and (odds := self._joined(held, span)):
                held = (held[0], span[1], odds)
                continue
            if held is not None:
                yield held
            held = span
        if held is not None:
            yield held

    def _joined(self, left: Span, right: Span) -> list[float] | None:
        """Return how likely two names that are one name are of each kind, None if they are two."""
        text, start = self.text, right[0]
        between = text.words[left[1]].text if start == left[1] + 1 else ""
        likelier = [max(pair) for pair in zip(left[2], right[2], strict=True)]
        beside = start == left[1] and text.same_paragraph(start - 1, start) and text.sentence[start - 1] == text.sentence[start]
        if beside and all(odds[0] == max(odds) for _, _, odds in (left, right)):
            return likelier  # "Recep", "Tayyip Erdogan"
        part = start == right[1] - 1 and text.lower[start] in self.people.organization_heads and left[2][1] == max(left[2])
        firm = between == "&" or (start == left[1] and text.words[start - 1].text == "&")
        if firm or (between in POSSESSIVES and part):
            return [0.0, 1.0, 0.0, 0.0]  # "Marlowe & Tench", "Milk Producers' Federation"
        glued = (start == left[1] or between in HYPHENS) and text.glued(start) and text.glued(left[1])
        return likelier if glued else None

    def name_at(self, start: int, end: int) -> Name | None:
        """Return the person's name in a stretch that is known to be a source, whatever the case of its paragraph."""
        inside = [span for span in self.spans if start <= span[0] and span[1] <= end]
        found = [name for span in inside if (name := self._name(*span)) and name.kind == PERSON]
        return found[-1] if found else None

    def names(self) -> list[Name]:
        """Return the names in text order; people with the titles before them left out."""
        text = self.text
        whole = [s for s in self.spans if s[0] < s[1] and text.is_body(s[0])]
        plain = [s for s in whole if not text.title_case[text.paragraph[s[0]]]]
        shown = sorted([*plain, *self._only_in_headlines(whole, plain)], key=lambda span: span[0])
        found = [name for span in shown if (name := self._name(*span))]
        return sorted([*found, *self._repeated(found)], key=lambda name: name.start)

    def _only_in_headlines(self, whole: Sequence[Span], plain: Sequence[Span]) -> Iterator[Span]:
        """Yield full names that a title in capitals shows and whose last word alone the rest of the article has."""
        lower = self.text.lower
        alone = {lower[start] for start, end, odds in plain if end - start == 1 and odds[0] >= SURE}
        named = {lower[end - 1] for start, end, _ in plain if end - start > 1}
        for span in whole:
            start, end, odds = span
            titled = self.text.title_case[self.text.paragraph[start]]
            if titled and end - start > 1 and odds[0] >= SURE and lower[end - 1] in alone and lower[end - 1] not in named:
                yield span

    def _name(self, start: int, end: int, odds: Sequence[float]) -> Name | None:
        """Return the name in a stretch that the network took for one, None if nothing of it is left."""
        text = self.text
        while end > start and text.words[end - 1].text in AFFIXES:
            end -= 1
        while end - start > 1 and (text.words[start].text in HYPHENS or text.lower[start] in {"the", "a", "an"}):
            start += 1
        end = next((w for w in range(start + 1, end) if text.words[w].text == "(" and ")" not in text.lower[w:end]), end)
        own = text.span_text(start, end)
        if not any(map(str.isalpha, own)) or text.lower[start] in {"the", "a", "an"} or PARTY_AND_STATE.fullmatch(own):
            return None
        person, body, place, other = odds
        score = max(-SUREST, min(SUREST, math.log((person + 1e-4) / (max(body, place, other) + 1e-4))))
        if person >= UNSURE and (later := self._behind_place(start, end)) > start:
            start, score = later, max(score, REPEATED)  # "at Ocean Foods Ada Dunn"
        elif self._names_no_person(start, end) and not (person >= SURE and self._may_be_surname(start, end)):
            score, body = min(score, -1.0), max(body, 0.6)
        start, end = self._person_span(start, end) if score > 0 else self._body_span(start, end)
        if start >= end:
            return None
        before = text.lower[start - 1] if start else ""
        kind = PERSON if score > 0 else ORGANIZATION if body + place >= other else OTHER
        honorific = before if before in self.people.honorifics else ""
        return Name(start, end, text.span_text(start, end), kind, honorific, score, text.quoted[start], body)

    def _person_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the words of a person's name: no preposition or verb behind, no title before; a given name missed put back."""
        text = self.text
        end = next((w for w in range(start + 1, end) if text.lower[w] in {"of", "at", "from", "for", "with"}), end)
        while end - start > 1 and self._is_small(end - 1):
            end -= 1  # "Ruiz said"
        while end > start and self._is_title(start, end):
            start += 1
        forms = _forms_of_address()
        start = next((w + 1 for w in range(end - 2, start, -1) if text.lower[w] in forms), start)  # "Tan Sri", "Det. Sgt."
        while end - start > 2 and self._is_suffix(text.lower[end - 1]):
            end -= 1
        start = self._after_another(start, end)
        while 0 < start < end and self._begins_name(start - 1):
            start -= 1
        return start, end

    def _after_another(self, start: int, end: int) -> int:
        """Return where a person's name begins that the network ran together with another: "Arden Press Ada Novak".

        At a given name behind a place, or behind what is no given name if the article names somebody by it elsewhere, alone or
        with what follows.
        """
        text, given = self.text, lexicon.given_names()
        for word in range(start + 1, end - 1):
            if text.lower[word] not in given:
                continue
            known = ([text.lower[word]], text.lower[word:end])
            elsewhere = any(text.lower[s:e] in known for s, e, _ in self.spans if s != start)
            if facts.country_of(text.span_text(start, word)) or (elsewhere and not set(text.lower[start:word]) & given.keys()):
                return word
        return start

    def _behind_place(self, start: int, end: int) -> int:
        """Return where a person's name begins behind the place or body with which the network ran it together.

        Only where that hangs on a preposition: "at Ocean Foods Ada Dunn", "of Brome Joshua Levering". `start` if there is none.
        """
        lower, given = self.text.lower, lexicon.given_names()
        if not (lower[start - 1 : start] and lower[start - 1] in HANGS) and not HANGS & set(lower[start + 1 : end - 2]):
            return start
        people = [w for w in range(start, end - 1) if lower[w] in given and lower[w] not in lexicon.regions()]
        return people[0] if people and people[0] >= end - 3 else start

    def _body_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the words of another name: no adjective before it, no noun behind, "the federal Board of Trade report"."""
        words = self.text.words
        while end - start > 1 and words[start].text.islower() and words[start].pos_ in {"ADJ", "NOUN", "DET", "ADP"}:
            start += 1
        while end - start > 1 and words[end - 1].text.islower() and words[end - 1].pos_ == "NOUN":
            end -= 1
        return start, end

    def _begins_name(self, word: int) -> bool:
        """Say whether a word right before a person's name is a part of it that the network missed: "Ada", "E."."""
        text = self.text
        token = text.words[word]
        apart = not text.same_paragraph(word, word + 1) or text.sentence[word] != text.sentence[word + 1]
        if apart or self._is_title(word, word + 2):
            return False
        initial = len(token.text) <= 2 and token.text[0].isupper() and token.text.endswith(".")
        body_or_place = text.lower[word] in self.people.organization_heads or text.lower[word] in lexicon.regions()
        given = names.is_given(token.text) and not body_or_place
        return initial or (is_capital(token.text) and token.pos_ == "PROPN" and given)

    def _names_no_person(self, start: int, end: int) -> bool:
        """Say whether a name is a body's by its last word or by the article before one word: "Ada Hospital", "the Kremlin"."""
        text = self.text
        if end - start > 1 and text.lower[end - 1] in self.people.organization_heads:
            return True
        return end - start == 1 and start > 0 and text.lower[start - 1] == "the"

    def _may_be_surname(self, start: int, end: int) -> bool:
        """Say whether a word of bodies' names may be a surname here, behind one given name: "Nadine Church", "Dan Post"."""
        lower = self.text.lower
        return end - start == 2 and lower[start] in lexicon.given_names() and lower[end - 1] not in self.people.institutions

    def _is_suffix(self, lower: str) -> bool:
        """Say whether a word behind a name is a degree or an order, not a generation."""
        return lower in self.people.suffixes and lower.strip(".") not in lexicon.coreference().generations

    def _is_small(self, word: int) -> bool:
        """Say whether a word is no part of a person's name by its small letters: not in "Ki-moon"."""
        text = self.text
        hyphen = text.words[word - 1].text in HYPHENS and text.glued(word)
        named = is_capital(text.words[word].text) or ELIDED.match(text.words[word].text)
        return not named and text.lower[word] not in self.people.particles and not hyphen

    def _is_title(self, word: int, end: int) -> bool:
        """Say whether a word before or instead of a name is a rank or form of address: "Professor", "Mr."."""
        lower = self.text.lower[word]
        people = self.people
        spelt = (lower,) if lower in people.particles else (lower, f"{lower}.")  # "Del Roberts" is no delegate
        form = any(own in people.honorifics or own in people.titles for own in spelt)
        known = form or lower in lexicon.role_classes().class_of
        return known and (end - word > 1 or lower not in lexicon.given_names())

    def _repeated(self, found: Sequence[Name]) -> Iterator[Name]:
        """Yield people's full names and surnames where the article repeats them and the network found none."""
        text = self.text
        covered = {word for name in found for word in range(name.start, name.end)}
        scores: dict[tuple[str, ...], list[float]] = defaultdict(list)
        for name in found:
            if name.end - name.start > 1 and names.parse(name.text).given:
                scores[tuple(text.lower[name.start : name.end])].append(name.score)
        people = {key for key, own in scores.items() if sum(own) > 0}
        known = people | {key[-1:] for key in people}
        firsts = {key[0] for key in known}
        for word in range(len(text)):
            if word in covered or text.lower[word] not in firsts or not self._may_begin(word):
                continue
            for key in sorted(known, key=len, reverse=True):
                end = word + len(key)
                if tuple(text.lower[word:end]) == key and not covered & set(range(word, end)) and not self._goes_on(end):
                    covered |= set(range(word, end))
                    yield Name(word, end, text.span_text(word, end), PERSON, "", REPEATED, text.quoted[word])
                    break

    def _may_begin(self, word: int) -> bool:
        text = self.text
        joined = word > 0 and text.glued(word) and text.words[word - 1].text in HYPHENS
        return (
            is_capital(text.words[word].text)
            and text.is_body(word)
            and not text.title_case[text.paragraph[word]]
            and not joined
            and text.words[word].pos_ in {"PROPN", "NOUN", "ADJ", "X"}
        )

    def _goes_on(self, end: int) -> bool:
        """Say whether a capitalised word or a hyphen goes on behind a word: "Ruiz Street"."""
        text = self.text
        if end >= len(text):
            return False
        following = text.words[end]
        joined = following.text in HYPHENS and text.glued(end)
        return joined or (is_capital(following.text) and following.pos_ == "PROPN" and text.same_paragraph(end - 1, end))
