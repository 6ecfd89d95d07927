"""Names of people and bodies in a parsed article, found by capitals, word lists and the model's entities together.

A statistical entity recogniser of the small kind cuts names short, splits off titles and knows few names outside of its
training data; capitals alone do not know people from places. So runs of capitalised words are cut at titles, roles,
nationalities and possessives, and what is left is weighed as a person or a body by the evidence there is.

Invariants: works on `Word`s, the Doc's tokens without white space; a mention covers whole words; mentions do not overlap
and come in text order; nothing here raises, whatever the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from quotes import lexicon, names
from quotes.lexicon import coreference, fold, role_words
from quotes.nlp.roles import facts, phrases
from quotes.nlp.text import HYPHENS, POSSESSIVES, Text, is_capital

if TYPE_CHECKING:
    from collections.abc import Iterator

ORGANIZATION_LABELS = frozenset({"ORG", "GPE", "LOC", "FAC", "NORP"})
NOT_PERSON_LABELS = ORGANIZATION_LABELS | {"PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE", "DATE"}
FUNCTION_POS = frozenset({"DET", "ADP", "CCONJ", "SCONJ", "PRON", "ADV", "AUX", "VERB", "INTJ", "PART", "NUM", "PUNCT"})
NAME_LENGTH = 6
PARTY_TAG = re.compile(r"^(?:[RDI]|Lab|Con|LD|SNP)[-–].*$")
PERSON, ORGANIZATION, OTHER = "person", "organization", "other"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the text: words `start` to `end` (half open), titles apart.

    Args:
        text: the name as written, without a possessive.
        kind: person, organization or other.
        honorific: the form of address before it, folded, or "".
        score: how much speaks for a person; below zero, against.
        quoted: whether it stands in quotation marks.
    """

    start: int
    end: int
    text: str
    kind: str
    honorific: str = ""
    score: float = 0.0
    quoted: bool = False


def runs(text: Text) -> Iterator[tuple[int, int]]:
    """Yield the longest stretches of capitalised words, with initials, hyphens and particles inside."""
    word = 0
    while word < len(text):
        if not _starts_run(text, word):
            word += 1
            continue
        end = word + 1
        while more := _extends(text, end):
            end += more
        yield word, end
        word = end


def _starts_run(text: Text, word: int) -> bool:  # noqa: PLR0911  each kind of answer returns where it is found
    token = text.words[word]
    if not is_capital(token.text) or not text.is_body(word) or text.title_case[text.paragraph[word]]:
        return False
    if text.lower[word] in coreference().pronouns or token.text.endswith(("n't", "n’t")):
        return False
    if token.pos_ == "AUX" or text.lower[word] in coreference().said_in_capitals:
        return False
    if not text.starts_sentence(word):
        return token.pos_ not in {"PRON", "DET", "CCONJ", "ADP"} or token.ent_type_ == "PERSON"
    known = names.is_given(token.text) or token.ent_type_ in {"PERSON", "ORG", "GPE"}
    following = word + 1 < len(text) and is_capital(text.words[word + 1].text)
    if token.is_stop and token.ent_type_ != "PERSON":
        return False
    if token.pos_ == "PROPN" or known:
        return True
    return following and token.pos_ not in FUNCTION_POS and token.pos_ != "ADV"


def _extends(text: Text, at: int) -> int:  # noqa: PLR0911  each kind of answer returns where it is found
    """Return how many words continue a run at a position, 0 if it ends there."""
    if at >= len(text) or not text.same_paragraph(at - 1, at) or text.words[at - 1].text.endswith("\n"):
        return 0
    token = text.words[at]
    before = text.words[at - 1]
    breaks = text.text[before.idx + len(before) : token.idx].count("\n")
    if breaks > 1 or (breaks and before.text.isupper() != token.text.isupper()):  # a heading in capitals
        return 0
    if text.quoted[at] != text.quoted[at - 1]:
        return 0
    if is_capital(token.text):
        return 0 if token.text.startswith("@") or text.lower[at] in coreference().pronouns else 1
    if token.text in HYPHENS and text.glued(at) and at + 1 < len(text) and text.glued(at + 1):
        return 2 if text.words[at + 1].text[:1].isalpha() else 0
    if fold(token.text) in lexicon.people().particles:
        following = 1
        while at + following < len(text) and fold(text.words[at + following].text) in lexicon.people().particles:
            following += 1
        nearby = at + following < len(text) and text.same_paragraph(at, at + following)
        if nearby and is_capital(text.words[at + following].text) and following <= 2:
            return following + 1
    if token.text == "&" and at + 1 < len(text) and is_capital(text.words[at + 1].text):
        return 2
    return 0


class Finder:
    """Finds the names of people and bodies in a text."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.people = lexicon.people()
        self.places = lexicon.affiliations()
        self.roles = lexicon.role_classes()

    def name_at(self, start: int, end: int) -> Name | None:
        """Return the person's name in a stretch that is known to be a source, whatever the case of its paragraph."""
        words = self.text.words[start:end]
        particles = self.people.particles
        if not all(is_capital(w.text) or w.text in HYPHENS | POSSESSIVES or fold(w.text) in particles for w in words):
            return None
        found = [name for name in self._names_in(start, end) if name.kind == PERSON]
        return found[-1] if found else None

    def names(self) -> list[Name]:
        """Return the names in text order; people with the titles before them left out."""
        found = [name for start, end in runs(self.text) for name in self._names_in(start, end)]
        whole = self._repeated([*self._connected(), *self._paired(found), *self._owned(found)])
        covered = {word for name in whole for word in range(name.start, name.end)}
        kept = [n for n in found if n.start not in covered and n.end - 1 not in covered]
        return sorted([*kept, *whole], key=lambda name: name.start)

    def _repeated(self, bodies: list[Name]) -> list[Name]:
        """Return bodies with small words in their names wherever the article repeats them."""
        text = self.text
        known = {tuple(text.lower[b.start : b.end]): b for b in bodies}
        taken = {b.start for b in bodies}
        firsts = {key[0] for key in known}
        for word in range(len(text)):
            if text.lower[word] in firsts and word not in taken and is_capital(text.words[word].text) and text.is_body(word):
                for key in known:
                    if tuple(text.lower[word : word + len(key)]) == key:
                        end = word + len(key)
                        bodies.append(Name(word, end, text.span_text(word, end), ORGANIZATION, quoted=text.quoted[word]))
                        break
        return bodies

    def _paired(self, found: list[Name]) -> Iterator[Name]:
        """Yield bodies like "the Central and East European Coalition", of which capitals show but the second half."""
        text = self.text
        for name in found:
            at = name.start
            if (
                name.kind == ORGANIZATION
                and at > 2
                and text.lower[name.end - 1] in self.people.organization_heads
                and name.end - at > 1
                and text.lower[at - 1] == "and"
                and text.lower[at - 3] == "the"
                and is_capital(text.words[at - 2].text)
            ):
                yield Name(at - 2, name.end, text.span_text(at - 2, name.end), ORGANIZATION, quoted=name.quoted)

    def _owned(self, found: list[Name]) -> Iterator[Name]:
        """Yield bodies whose names begin with an owner: "Milk Producers' Federation", "Prosecutor's Office"."""
        text = self.text
        for owner, owned in pairwise(found):
            at = owner.end
            if owned.start != at + 1 or text.words[at].text not in POSSESSIVES or text.quoted[owner.start] != text.quoted[at + 1]:
                continue
            last = text.lower[at - 1]
            plural = text.words[at].text in {"'", "’"} and last.endswith("s") and not names.is_given(last)
            if (plural or facts.head_class([last])) and text.lower[owned.end - 1] in self.people.organization_heads:
                yield Name(owner.start, owned.end, text.span_text(owner.start, owned.end), ORGANIZATION, quoted=owner.quoted)

    def _connected(self) -> Iterator[Name]:
        """Yield bodies whose names hold small words: "Securities and Exchange Commission"."""
        text = self.text
        for entity in text.doc.ents:
            if entity.label_ != "ORG":
                continue
            start, end = text.word_at(entity.start), text.word_at(entity.end)
            while start < end and not is_capital(text.words[start].text):
                start += 1
            while start < end and text.lower[start] in {"the", "a"}:
                start += 1
            while end > start and (text.words[end - 1].text in POSSESSIVES or not is_capital(text.words[end - 1].text)):
                end -= 1
            small = [w for w in range(start, end) if text.lower[w] in {"and", "of", "for", "on", "the", "&", "in"}]
            if not small or end - start < 3 or not text.is_body(start) or not text.same_paragraph(start, end - 1):
                continue
            if (
                text.lower[start - 1] == "and"
                and start > 2
                and text.lower[start - 3] == "the"
                and is_capital(text.words[start - 2].text)
            ):
                start -= 2
            heads = {text.lower[w] for w in range(start, end)} & self.people.organization_heads
            linked = all(text.lower[w] in {"of", "for", "the"} for w in small) and is_capital(text.words[end - 1].text)
            if (heads or linked) and not any(text.words[w].text in {",", ".", '"', "“", "”"} for w in range(start, end)):
                yield Name(start, end, text.span_text(start, end), ORGANIZATION, quoted=text.quoted[start])

    def _names_in(self, start: int, end: int) -> Iterator[Name]:
        """Cut a run at possessives, drop what cannot belong to a name, and weigh each piece."""
        pieces: list[tuple[int, int]] = []
        at = start
        for word in range(start, end):
            if self.text.words[word].text in POSSESSIVES:
                pieces.append((at, word))
                at = word + 1
        pieces.append((at, end))
        for first, last in pieces:
            if first < last:
                yield from self._name(first, last)

    def _name(self, start: int, end: int) -> Iterator[Name]:  # noqa: C901, PLR0912  a sum of independent pieces of evidence
        lower = self.text.lower
        begins = coreference().no_name_begins
        while start < end and (lower[start] in begins or self._is_loose(start) or self.text.words[start].text in HYPHENS):
            start += 1
        while end - start > 2 and self.text.words[end - 1].is_stop and not names.is_given(self.text.words[end - 1].text):
            end -= 1
        while end > start and (self._is_loose(end - 1) or self.text.words[end - 1].text in HYPHENS):
            end -= 1
        if start >= end:
            return
        if (
            end - start == 2
            and lower[start] in coreference().party_words
            and lower[start + 1] not in self.people.organization_heads | self.people.common
        ):
            start += 1  # "Democrat Clinton"
        if PARTY_TAG.match(self.text.span_text(start, end)):
            return
        cut = self._after_titles(start, end)
        last = self.text.lower[end - 1]
        named_after = last in self.people.institutions and end - cut > 1  # "Queen Adaeze Hospital"
        ends_body = last in self.people.organization_heads
        if cut > start and ends_body and (named_after or not names.is_given(self.text.words[cut].text)):
            cut = start
        honorific = lower[cut - 1] if cut > start and lower[cut - 1] in self.people.honorifics else ""
        if not honorific and start > 0 and lower[start - 1] in self.people.honorifics:
            honorific = lower[start - 1]
        titled = cut > start
        if titled and start < cut - 1:
            body = self._organization_before(start, cut)
            if body:
                yield body
        while cut < end and self._in_compound(cut):
            cut += 1
        if cut >= end or all(t.is_stop for t in self.text.words[cut:end]):
            return
        generations = coreference().generations
        while end - cut > 2 and lower[end - 1] in self.people.suffixes and lower[end - 1].strip(".") not in generations:
            end -= 1
        score = self._score(cut, end, titled=titled or bool(honorific))
        kind = PERSON if score > 0 else self._other_kind(cut, end)
        if kind != PERSON and self._begins_compound(end) and self._phrase(cut, end) not in self.places.places:
            return
        if kind == PERSON and end - cut > NAME_LENGTH + 2:
            kind = OTHER
        yield Name(cut, end, self.text.span_text(cut, end), kind, honorific, score, self.text.quoted[cut])

    def _in_compound(self, word: int) -> bool:
        """Say whether a word is the rest of a title joined by hyphens: "-of-three" in "Mum-of-three Kayleigh Bostock"."""
        words = self.text.words
        return words[word].text in HYPHENS or (words[word].text.islower() and words[word - 1].text in HYPHENS)

    def _begins_compound(self, end: int) -> bool:
        """Say whether a small word hangs on a name by a hyphen: "Fed-up residents"."""
        text = self.text
        if end + 1 >= len(text) or text.words[end].text not in HYPHENS:
            return False
        return text.glued(end) and text.glued(end + 1) and text.words[end + 1].text.islower()

    def _is_loose(self, word: int) -> bool:
        """Say whether a capitalised word at a run's edge is no part of a name: a weekday, a month, a plain word."""
        lower = self.text.lower[word]
        token = self.text.words[word]
        if lower in coreference().weekdays:
            return True
        return lower not in {"mr", "mrs"} and token.ent_type_ == "DATE" and lower in self.people.common

    def _after_titles(self, start: int, end: int) -> int:
        """Return where the name begins after the titles, roles, nationalities and places of a run."""
        words = self.text.lower
        best = start
        given_first = names.is_given(self.text.words[start].text)
        for at in range(start, end - 1):
            if words[at] in self.people.honorifics or self._ends_title(start, at):
                rest = end - at - 1
                only_suffix = rest == 1 and words[end - 1] in self.people.suffixes
                if rest == 1 and at == start and given_first and words[at] not in self.people.titles | self.people.honorifics:
                    continue  # "Earl Vandersloot", "Dean Baker": a given name
                followed = rest > 1 and names.is_given(self.text.words[at + 1].text)
                strong = at == start or not given_first or words[at].endswith(".") or followed
                strong = strong or words[at] in coreference().sure_titles
                if not only_suffix and strong:
                    best = at + 1
        if best == start and end - start >= 3:
            return self._after_modifiers(start, end)
        while end - best > 2 and words[best].endswith("s") and facts.head_class([words[best]]):
            best += 1  # the union of "Merchant Marine Engineers Ana Ruiz"
        return best

    def _after_modifiers(self, start: int, end: int) -> int:
        """Return where the name begins after a nationality, party or the rest of an office ("of State John F. Kerry")."""
        text = self.text
        office = (
            text.lower[start - 1] == "of" or (text.lower[start - 1] == "the" and text.lower[start - 2] == "of")
            if start > 1
            else False
        )
        if text.lower[end - 1] in self.people.organization_heads:
            return start
        heads = [w for w in range(start, end - 2) if text.lower[w] in self.people.organization_heads]
        if office and heads:
            return heads[-1] + 1
        for at in range(start + 1, min(start + 4, end - 1)):
            if not names.is_given(text.words[at].text) and not names.is_initial(text.words[at].text):
                continue
            phrase = self._phrase(start, at)
            known = (
                phrase in self.places.adjectives
                or phrase in self.places.countries
                or phrase in self.places.places
                or phrase in coreference().party_words
            )
            if (
                known
                or (office and not names.is_given(text.words[start].text))
                or (office and phrase in coreference().office_fields)
            ):
                return at
        return start + 1 if office and end - start > 2 and text.lower[start] in coreference().houses else start

    def _ends_title(self, start: int, at: int) -> bool:
        return self._title_length(start, at) > 0

    def _title_length(self, start: int, at: int) -> int:
        """Return how many words the longest title that ends at a word has, 0 if none ends there."""
        words = self.text.lower
        for length in range(min(self.roles.longest, at - start + 1), 0, -1):
            phrase = " ".join(words[at - length + 1 : at + 1])
            if phrase in self.people.titles:
                return length
            if phrase in self.roles.class_of or (length == 1 and at == start and self._is_occupation(at)):
                nearly = words[at] in coreference().titles_or_names
                return 0 if nearly and at == start else length
        return 0

    def _is_occupation(self, word: int) -> bool:
        """Say whether an occupation that no list holds begins a sentence: "Bioacousticians Ana Ruiz and Jo Cole"."""
        known = names.is_given(self.text.words[word].text)
        return not known and self.text.starts_sentence(word) and facts.head_class([self.text.lower[word]]) is not None

    def _organization_before(self, start: int, cut: int) -> Name | None:
        """Return the body named before a role ("Wells Fargo" in "Wells Fargo CEO"), if it is a name."""
        at = cut - 1
        while at > start and not self._ends_title(start, at):
            at -= 1
        end = at + 1 - max(1, self._title_length(start, at))  # "Chief Financial Officer" is a title as a whole
        return (
            Name(start, end, self.text.span_text(start, end), ORGANIZATION, quoted=self.text.quoted[start])
            if end > start
            else None
        )

    def _phrase(self, start: int, end: int) -> str:
        return fold(self.text.span_text(start, end))

    def _score(self, start: int, end: int, *, titled: bool) -> float:  # noqa: C901, PLR0912  a sum of independent pieces of evidence
        """Weigh what speaks for a person's name (above 0) and against it."""
        text, people = self.text, self.people
        words = text.lower[start:end]
        tokens = text.words[start:end]
        phrase = self._phrase(start, end)
        score = 0.0
        if tokens[0].text.startswith("@"):
            return 1.0
        if (
            phrase in self.places.countries
            or phrase in self.places.capitals
            or phrase in self.places.metonyms
            or phrase in self.places.places
        ):
            return 2.5 if titled and text.lower[start - 1] in people.honorifics else -4.0
        if (
            phrase in self.places.adjectives
            or phrase in people.common
            or (len(words) > 1 and words[-1] in people.organization_heads)
        ):
            return 1.0 if titled and names.is_given(tokens[0].text) and words[-1] not in people.institutions else -4.0
        peoples = {words[-1], words[-1].rstrip("s")} & self.places.adjectives.keys()
        plural = len(words) > 1 and (words[-1] in people.common or bool(peoples))
        office = len(words) > 1 and words[-1] in coreference().office_heads and not names.is_given(tokens[0].text)
        storm = len(words) > 1 and words[0] in coreference().storms
        if (plural and not titled) or office or storm:
            return -4.0
        if any(t.text == "&" for t in tokens) or any(re.search(r"\d", w) for w in words):
            return -4.0
        letters = [t for t in tokens if t.text not in HYPHENS]
        score += 3.0 * titled
        labels = {t.ent_type_ for t in tokens}
        score += (
            2.0 * (labels == {"PERSON"})
            + 1.0 * ("PERSON" in labels)
            - 2.0 * bool(labels & NOT_PERSON_LABELS and "PERSON" not in labels)
        )
        if len(letters) > 1:
            given = names.is_given(letters[0].text)
            place = words[0] in self.places.countries or words[0] in self.places.places or words[0] in self.places.adjectives
            score += (1.0 if place else 3.0) * given + 1.0 * any(names.is_initial(t.text) for t in letters[:-1])
            if any(w in self.places.adjectives or w in people.common for w in words) and not given:
                score -= 1.5
            if any(w in people.organization_heads for w in words[:-1]) and not given:
                score -= 1.0
        elif not titled:
            score -= 1.5
        if len(letters) == 1 and (words[0] in people.organization_heads or words[0] in self.roles.class_of):
            score -= 5.0
        if start > 0 and text.words[start - 1].text in lexicon.coreference().bodies:  # "elevator maker Norrvik Hoist"
            score -= 5.0
        upper = all(t.text.isupper() for t in tokens) and len(tokens[0].text) > 1
        if upper and len(letters) == 1 and not text.words[start].text.endswith("."):
            score -= 1.0
        if start > 0 and text.lower[start - 1] in {"the", "a", "an"} and not titled:  # "a woman in a Brewers cap"
            score -= 3.0
        if len(letters) == 1 and self._relative_before(start):
            score += 4.0
        after = text.words[end].text if end < len(text) else ""
        if (
            end + 1 < len(text)
            and after == ","
            and (text.lower[end + 1] == "who" or re.fullmatch(r"\d\d", text.words[end + 1].text))
        ):
            score += 2.0
        if end < len(text) and text.lower[end] == "who":
            score += 1.5
        if len(letters) == 1 and tokens[0].text.endswith("."):
            score -= 3.0
        return score + (self._described(start, end) if len(letters) > 1 else 0.0)

    def _relative_before(self, start: int) -> bool:
        """Say whether a relative's name begins at a word: "his daughter, Halina," "her brother Piotr"."""
        text = self.text
        at = start - 2 if start > 1 and text.words[start - 1].text == "," else start - 1
        owned = at > 0 and (text.lower[at - 1] in role_words().possessive_pronouns or text.words[at - 1].text in POSSESSIVES)
        return owned and text.lower[at] in self.people.relatives

    def _described(self, start: int, end: int) -> float:
        """Return what a role right before or beside a name adds: "Latvian journalist X", "X, the foreign minister of Y"."""
        if phrases.before(self.text, start):
            return 3.0
        following = phrases.after(self.text, end) if end < len(self.text) and self.text.words[end].text == "," else []
        return 2.5 if following or phrases.described_before(self.text, start) else 0.0

    def _other_kind(self, start: int, end: int) -> str:
        ship, storm = self.text.words[start].text in coreference().ships, self.text.lower[start] in coreference().storms
        if (ship or storm) and end - start > 1:
            return OTHER
        phrase = self._phrase(start, end)
        if phrase in self.people.common and phrase not in coreference().common_bodies:
            return OTHER
        return ORGANIZATION
