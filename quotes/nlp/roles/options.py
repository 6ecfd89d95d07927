"""Which phrases around a name, or in a source, may say what somebody is; and what speaks for each.

Where a role may stand is a place: before a name, beside it, in a relative clause, behind "is", before a comma and the name, at
the beginning of a lead, in a description that stands for somebody. Each place has options, phrases that begin or end at
different words; which of them is the role, or none, is learned (`chooser.py`).

Invariants: no option holds a word for who is accused (`accusations` in `data/en/roles.toml`), a possessive behind its head, or
the name of another person but as the one whom the office serves ("lawyer for Ruiz", "Ruiz campaign manager").
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import role_words
from quotes.nlp.roles import facts, phrases
from quotes.nlp.roles.phrases import RolePhrase
from quotes.nlp.text import CLOSE_MARKS, FINITE, HYPHENS, OPEN_MARKS, POSSESSIVES, is_capital

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spacy.tokens import Token

    from quotes.nlp.text import Text

BEFORE, BESIDE, WHO, IS, AHEAD, LEAD, DESCRIBED, UNNAMED = (
    "before", "beside", "who", "is", "ahead", "lead", "described", "unnamed",
)
PLACES = (BEFORE, BESIDE, WHO, IS, AHEAD, LEAD, DESCRIBED, UNNAMED)
LONGEST = 12  # words from where the length of an option counts as one
MOST_PHRASES = 3  # behind a head at which an option may end
TITLE_OF_PLACE = 6  # words of "Duchess of the Isle of Arden"
SURELY_THING = -0.6  # of the odds that a noun is a person
UNFINISHED = frozenset({"ADP", "CCONJ", "DET"})  # no last words of a phrase
NOUNS = frozenset({"NOUN", "PROPN"})
OF_ONE = frozenset({BESIDE, WHO, IS, LEAD, DESCRIBED})  # where what is said is said of one
COMPLEMENTS = frozenset({"for", "to", "of", "with"})


@dataclass(frozen=True, slots=True)
class Option:
    """A phrase that may be a role, and what speaks for it."""

    phrase: RolePhrase
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the noun phrases that "and" joins: its options, and the word where the next begins or, if none does, None."""

    options: list[Option]
    following: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A noun phrase: words `opening` to `end`; where it begins without its article, where its owner and its head end.

    Args:
        head: the word after its head, which is what a preposition, a participle or "and" follows.
        following: the "and" before the next noun phrase, or `end`.
    """

    opening: int
    start: int
    owned: int | None
    first: int
    head: int
    end: int
    following: int


@cache
def person_nouns() -> Mapping[str, float]:
    """Return how likely nouns stand for people, {noun: -1 to 1}, counted by `scripts/train/person_nouns.py`."""
    text = resources.files("quotes.data").joinpath("roles/nouns.json").read_text(encoding="utf-8")
    return json.loads(text)["nouns"]  # type: ignore[no-any-return]


@cache
def things() -> frozenset[str]:
    """Return nouns for bodies, documents, times and places, which nobody is."""
    people, words = lexicon.people(), role_words()
    bodies = people.organization_heads | people.documents | people.common
    return bodies | words.durations | words.time_words | words.settlements | words.no_people


def person_odds(noun: str) -> float:
    """Return how likely a noun in lower case stands for people, -1 to 1; 0 where that is not known.

    >>> person_odds("creators") > 0 > person_odds("results")
    True
    """
    known = person_nouns()
    last = noun.rsplit("-", 1)[-1]
    forms = (noun, noun.removesuffix("s"), noun.removesuffix("ies") + "y", last, last.removesuffix("s"))
    return next((known[form] for form in forms if form in known), 0.0)


class Options:
    """Finds the phrases of an article that may be roles.

    Args:
        text: the article's words.
        people: {word: whose name it is part of}.
        bodies: {word: which body's name it is part of}.
    """

    def __init__(self, text: Text, people: Mapping[int, object], bodies: Mapping[int, object]) -> None:
        self.text = text
        self.people = people
        self.bodies = bodies

    # -- right before a name -------------------------------------------------------------------------------------------

    def before(self, start: int, *, full: bool) -> list[Option]:
        """Return the phrases that end right before a name.

        Args:
            start: the name's first word.
            full: whether it is a full name.
        """
        text = self.text
        first = phrases.premodifier_start(text, start)
        if first == start:
            return []
        possessor = phrases.possessor(text, first)
        first, last = phrases.trimmed(text, first, start)
        if first >= last:
            return []
        first = self._with_body(first)
        begins = [w for w in range(first, last) if not self._inside_word(w)]
        found = []
        for begin in begins:
            phrase = RolePhrase(begin, last, possessor if begin == first else None, self.class_before(begin, last))
            unclear = text.title_case[text.paragraph[start]] and phrase.role_class is None  # "Lawmakers Rip Trump"
            if not unclear and self._may_be(phrase, last, self.people.get(start)):
                features = self._ahead_of_name(phrase, first, start, full=full)
                found.append(Option(phrase, features))
        return found

    def class_before(self, start: int, end: int) -> str | None:
        """Return the class of a premodifier ("Secretary of State", "Ukrainian negotiator"), None if no list knows it."""
        words = phrases.joined_lower(self.text, start, end)
        while words and words[-1] in CLOSE_MARKS:
            words.pop()
        if not words or (len(words) == 1 and words[0] in lexicon.people().honorifics):
            return None
        if "of" in words and not facts.head_class(words):
            return facts.head_class(words[: words.index("of")])
        return facts.head_class(words)

    def _with_body(self, first: int) -> int:
        """Return where the body's name begins that ends right before a word: "Board of Trade (BOT) director"."""
        text, at = self.text, first
        if at > 2 and text.words[at - 1].text == ")" and text.words[at - 3].text == "(":
            at -= 3
        begin = at
        while begin > 0 and begin - 1 in self.bodies and self.bodies[begin - 1] is self.bodies.get(at - 1):
            begin -= 1
        return begin if begin < at and text.same_paragraph(begin, first) else first

    def _inside_word(self, word: int) -> bool:
        """Say whether a word stands inside a hyphened one, or is a mark."""
        text = self.text
        if text.words[word].text in HYPHENS | CLOSE_MARKS | {"."}:
            return True
        return word > 0 and text.words[word - 1].text in HYPHENS and text.glued(word) and text.glued(word - 1)

    def _ahead_of_name(self, phrase: RolePhrase, first: int, name: int, *, full: bool) -> dict[str, float]:
        text = self.text
        head = phrase.end - 1
        features = self._of_head(phrase, head, BEFORE)
        words = range(phrase.start, phrase.end)
        opening, before = text.words[phrase.start], phrase.start - 1
        lower = text.lower[before] if before >= 0 else ""
        root, token = self._root_of_name(name), text.words[head]
        features |= {
            "with_of": float("of" in text.lower[phrase.start : phrase.end]),
            "known_with_of": float("of" in text.lower[phrase.start : phrase.end] and phrase.role_class is not None),
            "whole": float(phrase.start == first),
            "part": float(phrase.start != first),
            "full_name": float(full),
            "small_and_full": float(full and text.words[head].text.islower()),
            "behind_determiner": float(lower in role_words().determiners),
            "behind_owner": float(lower in POSSESSIVES),
            "behind_comma": float(lower in {",", "and", "("}),
            "behind_verb": float(before >= 0 and text.words[before].pos_ in {"VERB", "AUX"}),
            "starts_sentence": float(text.starts_sentence(phrase.start)),
            "starts_small": float(opening.text.islower()),
            "starts_small_in_part": float(opening.text.islower() and phrase.start != first),
            f"starts_{opening.pos_}": 1.0,
            "starts_with_title": float(text.lower[phrase.start] in lexicon.people().titles),
            "starts_with_grade": float(text.lower[phrase.start] in role_words().tenses | role_words().grades),
            "starts_with_body": float(phrase.start in self.bodies),
            "cuts_body": float(before in self.bodies and self.bodies.get(phrase.start) is self.bodies[before]),
            "cut_capital": float(phrase.start != first and is_capital(text.words[before].text)),
            "cut_adjective": float(phrase.start != first and text.words[before].pos_ == "ADJ"),
            "cut_noun": float(phrase.start != first and text.words[before].pos_ in NOUNS),
            "one_word": float(len(words) == 1),
            "headline": float(text.title_case[text.paragraph[name]]),
            "belongs": float(root is not None and (token.head is root or token.head.head is root)),
            "belongs_as_compound": float(root is not None and token.head is root and token.dep_ == "compound"),
            "argument": float(token.dep_ in {"attr", "dobj", "pobj"} and token.head.i < token.i),
        }
        return features

    def _root_of_name(self, name: int) -> Token | None:
        """Return the word of a name on which its others hang."""
        text, own = self.text, self.people.get(name)
        words = [name]
        while words[-1] + 1 < len(text) and own is not None and self.people.get(words[-1] + 1) is own:
            words.append(words[-1] + 1)
        tokens = [text.words[w] for w in words]
        inside = {token.i for token in tokens}
        return next((token for token in tokens if token.head.i not in inside or token.head is token), None)

    # -- before a comma and a name -------------------------------------------------------------------------------------

    def ahead(self, start: int, *, plural: bool) -> list[Option]:
        """Return the phrases that a comma parts from the name that begins at a word."""
        text, at = self.text, start - 1
        if at < 1 or text.words[at].text not in {",", "--", "—", "–"} or not text.same_paragraph(at, start):
            return []
        if text.words[at - 1].text == ")":  # "the head of the Desalination Agency (ANAD), X"
            at = next((w for w in range(at - 1, max(0, at - 8), -1) if text.words[w].text == "("), at)
        first = phrases.segment_start(text, at)
        first = next((w for w in range(at - 1, first, -1) if text.lower[w] in role_words().possessive_pronouns), first)
        found: list[Option] = []
        first += text.lower[first] == "as"  # "As director for the Guild, Ana Ruiz"
        for begin in range(first, at):
            owner = begin > first and text.words[begin - 1].text in POSSESSIVES
            if owner or not (begin == first or text.lower[begin] in role_words().determiners):
                continue
            for option in self.described(AHEAD, begin, at, name=start).options:
                phrase = option.phrase
                if not plural and facts.is_plural(text.span_text(phrase.start, phrase.end).split(" of ")[0]):
                    continue
                if phrase.end == at or text.lower[phrase.end] in role_words().prepositions:
                    wider = self._with_body(phrase.start) if text.words[phrase.start - 1].text == ")" else phrase.start
                    found.append(Option(replace(phrase, start=wider), {
                        **option.features, "first_begin": float(begin == first), "to_comma": float(phrase.end == at),
                        "known_to_comma": float(phrase.end == at and phrase.role_class is not None),
                        "widened": float(wider < phrase.start),
                    }))
        return found

    # -- noun phrases --------------------------------------------------------------------------------------------------

    def described(self, place: str, at: int, limit: int, *, name: int | None = None, own: object = None) -> Part:
        """Return the options of the noun phrase at a word.

        Args:
            place: one of `PLACES`.
            at: its first word.
            limit: word after the last that may be read.
            name: a word of the name that it may be said of, if there is one.
            own: whom it may be said of, if that is known.
        """
        stretch = self._stretch(at, limit)
        if stretch is None:
            return Part([], None)
        own = own if name is None else self.people.get(name)
        following = stretch.following + 1 if stretch.following < stretch.end else None
        return Part(list(self._of_stretch(place, stretch, name, own)), following)

    def _stretch(self, at: int, limit: int) -> Stretch | None:
        text = self.text
        end = phrases.phrase_end(text, at, limit)
        start = at
        opening = role_words().determiners | role_words().counts | role_words().disgracing
        one_of = at + 1 < end and text.lower[at] == "one" and text.lower[at + 1] == "of"
        while not one_of and start < end and (text.lower[start] in opening or text.words[start].text in OPEN_MARKS):
            start += 1
        if start >= end:
            return None
        if one_of:
            return Stretch(at, start, None, start, end, end, end)
        owned = phrases.owner_end(text, start, end)
        first = owned + 1 if owned else start
        head = phrases.head_end(text, first, end)
        inner = [w for w in range(first, head) if text.lower[w] in {"the", "a", "an"}]
        first = inner[-1] + 1 if inner else first
        if first >= head:
            return None
        return Stretch(at, start, owned, first, head, end, phrases.next_part(text, head, end))

    def _of_stretch(self, place: str, stretch: Stretch, name: int | None, own: object) -> Iterator[Option]:
        """Yield the phrases that a noun phrase may be cut to: at its head, at what belongs to it, at its end."""
        text = self.text
        limit = min(stretch.end, stretch.following)
        minimal = phrases.minimal_end(text, stretch.head, limit)
        full = limit
        while full > stretch.head and text.lower[full - 1] in role_words().loose_ends:
            full -= 1
        parse = max(stretch.head, min(limit, text.word_at(text.words[stretch.head - 1].right_edge.i + 1)))
        kind = phrases.phrase_class(text, stretch.first, stretch.head, stretch.following)
        if not kind and stretch.following < stretch.end and text.words[stretch.head - 1].tag_ == "NN":
            kind = "other"  # "a dietitian and author": what is joined to a role is one
        possessor = text.span_text(stretch.start, stretch.owned) if stretch.owned else None
        first = stretch.start if stretch.owned and not phrases.is_body(possessor or "") else stretch.first
        inner = [w for w in range(stretch.head + 1, full) if text.words[w].pos_ == "ADP"]
        inner += [w for w in range(stretch.head, full) if own is not None and self.people.get(w) is own][:1]
        for end in sorted({stretch.head, minimal, full, parse, *inner[:MOST_PHRASES]}):
            field = text.lower[min(minimal, len(text) - 1)] == "on"  # "adviser on legal affairs", not "negotiator at the talks"
            beyond = end > minimal and not field and place != DESCRIBED
            if end > full or beyond or text.words[end - 1].pos_ in UNFINISHED or self._is_loose(stretch.head, end):
                continue
            phrase = RolePhrase(first, end, possessor if first == stretch.first else None, kind)
            named = self.people.get(end) if end < len(text) and place not in {DESCRIBED, UNNAMED, AHEAD} else None
            if (named is None or named is own) and self._may_be(phrase, stretch.head, own, place=place):
                marks = {
                    "to_head": float(end == stretch.head), "to_minimal": float(end == minimal), "to_end": float(end == full),
                    "to_parse": float(end == parse), "only_end": float(stretch.head == minimal == full == parse),
                    "only_head": float(end == stretch.head and minimal > end),
                    "beyond_minimal": float(end > minimal),
                    "beyond_parse": float(end > parse),
                }
                yield Option(phrase, self._of_noun_phrase(place, stretch, phrase, name) | marks)

    def _is_loose(self, head: int, end: int) -> bool:
        """Say whether what stands behind a head holds a time or a clause: "chief at the time", "guest staying here"."""
        text, loose = self.text, role_words().durations | role_words().time_words
        words = range(head, end)
        return any(text.lower[w].removesuffix("s") in loose or text.words[w].text.isdigit() for w in words) or any(
            text.words[w].pos_ == "VERB" and text.words[w].text.islower() for w in words
        )

    def _of_noun_phrase(self, place: str, stretch: Stretch, phrase: RolePhrase, name: int | None) -> dict[str, float]:
        text = self.text
        head = stretch.head - 1
        token = text.words[head]
        opening = text.lower[stretch.opening]
        root = self._root_of_name(name) if name is not None else None
        behind = text.words[phrase.end] if phrase.end < len(text) else None
        complement = range(stretch.head, phrase.end)
        preposition = text.lower[stretch.head] if complement else ""
        bare = stretch.opening == stretch.start
        clause = behind is None or behind.text in {",", ".", ")", ";", "—", "–", "--"} or behind.is_quote
        features = self._of_head(phrase, head, place)
        features |= {
            "a": float(opening in {"a", "an"}),
            "the": float(opening == "the"),
            "a_clause": float(opening in {"a", "an"} and clause),
            f"a_clause_{place}": float(opening in {"a", "an"} and clause),
            "a_noun": float(opening in {"a", "an"} and clause and token.tag_ == "NN" and token.text.islower()),
            "the_clause": float(opening == "the" and clause),
            "its": float(opening in role_words().possessive_pronouns),
            "several": float(opening in role_words().counts),
            "other_determiner": float(not bare and opening not in {"a", "an", "the"}),
            "bare": float(bare),
            f"bare_{place}": float(bare),
            "bare_unknown": float(bare and phrase.role_class is None),
            "bare_small": float(bare and text.words[phrase.start].text.islower()),
            "owned": float(stretch.owned is not None),
            "owned_by_body": float(stretch.owned is not None and phrase.possessor is not None),
            "joined": float(stretch.following < stretch.end),
            "beside_name": float(root is not None and (token.head is root or root.head is token)),
            "is_apposition": float(token.dep_ == "appos"),
            "is_apposition_of_name": float(root is not None and token.dep_ == "appos" and token.head is root),
            "has_apposition": float(root is not None and root.dep_ == "appos" and root.head is token),
            f"dep_{token.dep_}": 1.0,
            "ends_clause": float(clause),
            "ends_at_verb": float(behind is not None and behind.tag_ in FINITE),
            "ends_at_and": float(behind is not None and behind.lower_ in {"and", "&"}),
            "ends_at_preposition": float(behind is not None and behind.pos_ == "ADP"),
            "of": float(preposition == "of"),
            "for": float(preposition == "for"),
            "at": float(preposition == "at"),
            "in": float(preposition == "in"),
            "other_preposition": float(bool(complement) and preposition not in {"of", "for", "at", "in"}),
            "body_behind": float(any(w in self.bodies for w in complement)),
            "capital_behind": float(any(is_capital(text.words[w].text) for w in complement)),
            "starts_small": float(text.words[phrase.start].text.islower()),
            f"starts_{text.words[phrase.start].pos_}": 1.0,
            "subject_of_next": float(token.dep_ in {"nsubj", "nsubjpass"} and behind is not None and behind.tag_ in FINITE),
            "argument": float(token.dep_ in {"nsubj", "nsubjpass", "dobj", "pobj"}),
            f"argument_{place}": float(token.dep_ in {"nsubj", "nsubjpass", "dobj", "pobj"}),
            "clause_inside": float(any(text.words[w].tag_ in FINITE for w in range(phrase.start, phrase.end))),
        }
        return features

    # -- what both ask -------------------------------------------------------------------------------------------------

    def _of_head(self, phrase: RolePhrase, head: int, place: str) -> dict[str, float]:
        """Tell of a phrase's head whether it may be said of people."""
        text, people = self.text, lexicon.people()
        token, lower = text.words[head], text.lower[head]
        length = phrase.end - phrase.start
        known, odds = phrase.role_class is not None, person_odds(lower)
        return {
            "some": 1.0,
            f"some_{place}": 1.0,
            "known": float(known),
            f"known_{place}": float(known),
            f"class_{phrase.role_class}": 1.0,
            f"tag_{token.tag_}": 1.0,
            "small_head": float(token.text.islower()),
            "small_unknown": float(token.text.islower() and not known),
            "person_noun": max(odds, 0.0),
            "thing_noun": max(-odds, 0.0),
            "person_noun_unknown": 0.0 if known else max(odds, 0.0),
            "thing_noun_unknown": 0.0 if known else max(-odds, 0.0),
            "new_noun_unknown": float(not known and not odds),
            "letters": float(token.text.isupper() and 1 < len(token.text) < 6),
            "ends_er": float(lower.endswith(("er", "or", "ers", "ors"))),
            "ends_ist": float(lower.endswith(("ist", "ian", "ant", "ists", "ians", "ants"))),
            "ends_ion": float(lower.endswith(("ion", "ity", "ment", "ness", "ing", "ism", "ship"))),
            "title": float(lower in people.titles),
            "honorific": float(lower in people.honorifics),
            "relative": float(lower in people.relatives),
            "body_noun": float(lower in people.organization_heads),
            "document": float(lower in people.documents),
            "common": float(lower in people.common),
            "no_person": float(lower in role_words().no_people),
            "time": float(any(text.lower[w] in role_words().time_words for w in range(phrase.start, phrase.end))),
            "party": float(lower in role_words().parties),
            "place": float(lower in lexicon.affiliations().places or facts.country_of(token.text) is not None),
            "body": float(head in self.bodies),
            "given_name": float(is_capital(token.text) and lower in lexicon.given_names()),
            "number": float(token.pos_ == "NUM" or token.text.isdigit()),
            "length": min(length, LONGEST) / LONGEST,
            "long": float(length >= LONGEST),
            "single": float(length == 1),
            "with_title_before": float(length > 1 and lower in people.titles),
        }

    def _may_be(self, phrase: RolePhrase, head_end: int, own: object, *, place: str = BEFORE) -> bool:
        """Say whether nothing forbids that a phrase is a role."""
        text, head = self.text, head_end - 1
        before = [text.lower[w] for w in range(max(0, phrase.start - 1), phrase.start) if text.words[w].tag_ not in FINITE]
        if facts.accuses([*before, *phrases.joined_lower(text, phrase.start, head_end)]):
            return False
        ordered = place == BEFORE and phrase.end - phrase.start == 1 and text.lower[head] in role_words().orders
        if ordered or (phrase.role_class is None and self._is_thing(phrase.start, head, place)):  # "the elder Ruiz"
            return False
        several = text.words[head].tag_ in {"NNS", "NNPS"} and text.lower[phrase.start] != "one"
        if (several and place in OF_ONE) or self._owns(head):  # "the prime minister, farmers said"
            return False
        return all(self._serves(run, phrase, head, own) for run in self._names_in(phrase))

    def _is_thing(self, start: int, head: int, place: str) -> bool:
        """Say whether a head that no list knows, and the words before it, cannot say what somebody is."""
        text, lower = self.text, self.text.lower[head]
        if place in {IS, WHO, LEAD, DESCRIBED}:  # "is the face of change", "was a happy child"
            return True
        verb = any(text.words[w].tag_ in {"VB", *FINITE} for w in range(start, head + 1))
        if verb or lower.endswith("ing") or self._goes_on(head) or self._names_thing(head, place):
            return True
        if place == AHEAD:
            about = text.words[head].dep_ in {"pobj", "dobj"}  # "In a radio interview, Ana Ruiz"
            owned = start in self.people and person_odds(lower) <= 0  # "With Ruiz's exit, Bo Lind"
            return about or owned or text.words[head].tag_ == "NNS"
        return False

    def _names_thing(self, head: int, place: str) -> bool:
        """Say whether a head is no noun for people: a body, a document, a time, a name."""
        text, lower = self.text, self.text.lower[head]
        group = place != UNNAMED and lower in role_words().groups
        noun = text.words[head].pos_ in NOUNS and lower.replace("-", "").replace("'", "").isalpha()
        odds = person_odds(lower)
        named = is_capital(text.words[head].text) and odds <= 0 and place != UNNAMED  # "Nearby", "Arden Meadows"
        return not noun or named or group or odds <= SURELY_THING or not things().isdisjoint((lower, lower.removesuffix("s")))

    def _goes_on(self, head: int) -> bool:
        """Say whether a head is the first of a list: "the finance, trade and tourism member of the council"."""
        text, comma = self.text, head + 1
        if comma + 1 >= len(text) or text.words[comma].text != ",":
            return False
        following = text.words[comma + 1]
        return following.text.islower() and following.pos_ in {"NOUN", "ADJ"} and not text.quoted[comma + 1]

    def _owns(self, head: int) -> bool:
        """Say whether a head is the owner of what follows: "the Duchess of Arden's talk with Ruiz"."""
        text = self.text
        end = phrases.phrase_end(text, head, min(head + TITLE_OF_PLACE, len(text)))
        marks = [w for w in range(head + 1, min(end + 1, len(text))) if text.words[w].text in POSSESSIVES and text.glued(w)]
        return text.words[head].dep_ == "poss" or head + 1 in marks or (bool(marks) and text.lower[head] in role_words().nobles)

    def _names_in(self, phrase: RolePhrase) -> Iterator[tuple[int, int]]:
        """Yield the runs of words in a phrase that are one person's name."""
        start = None
        for word in range(phrase.start, phrase.end + 1):
            inside = word < phrase.end and word in self.people
            if start is not None and (not inside or self.people[word] is not self.people[start]):
                yield start, word
                start = None
            if inside and start is None:
                start = word

    def _serves(self, run: tuple[int, int], phrase: RolePhrase, head: int, own: object) -> bool:
        """Say whether a name in a phrase is the one whom the office serves."""
        text, (start, end) = self.text, run
        whose = self.people[start]
        cut = (start > 0 and self.people.get(start - 1) is whose) or self.people.get(end) is whose
        if whose is own or cut or start <= head < end:
            return False
        titles = lexicon.people().titles | lexicon.people().honorifics
        if end <= head:
            titled = all(text.lower[w] in titles for w in range(phrase.start, start))
            owner = text.words[end].text in POSSESSIVES or text.lower[start - 1] in COMPLEMENTS  # "mayor of Ruiz province"
            return start == phrase.start or titled or owner
        at = start - 1
        while at > head and (text.lower[at] in titles or facts.head_class([text.lower[at]])):
            at -= 1
        return text.lower[at] in COMPLEMENTS | {"and"} or text.words[at].dep_ == "compound" or text.words[at].pos_ == "PROPN"
