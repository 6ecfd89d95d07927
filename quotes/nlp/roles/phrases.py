"""The words of roles: where a phrase around a name begins and ends, where its head and its parts do.

The grammar is linear: it reads words and their parts of speech, since the parse of a long apposition is wrong more often than
its words. Which phrases there are says `options.py`; what their words say of somebody is in `facts.py`.

Invariant: a role's text is a stretch of the article without determiner, age, degree or party tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import fold, role_words
from quotes.nlp.roles.facts import RoleText, affiliation_of, head_class
from quotes.nlp.text import CLOSE_MARKS, FINITE, HYPHENS, OPEN_MARKS, POSSESSIVES, is_capital

if TYPE_CHECKING:
    from quotes.nlp.text import Text

BEFORE_HEAD = frozenset({"ADJ", "NOUN", "PROPN", "NUM"})
STOP_PUNCTUATION = (
    frozenset({",", ";", ":", ".", "(", ")", "[", "]", "--", "—", "–", "!", "?", "…", "|", "•"}) | CLOSE_MARKS | OPEN_MARKS
)
SHORT_TITLE = re.compile(r"^[a-z]+\.$")
LONGEST_ROLE = 30
LONGEST_PREMODIFIER = 9
LONGEST_SEGMENT = 16
FIELD = 5  # words before "and" within which the office of several fields stands
MODIFIERS = 5  # words within which adjectives may be joined by a comma
AGE = re.compile(r"^\d{1,3}$")


@dataclass(frozen=True, slots=True)
class RolePhrase:
    """A role in the text: words `start` to `end`, and who or what stands before it in the possessive."""

    start: int
    end: int
    possessor: str | None = None
    role_class: str | None = None


def joined_lower(text: Text, start: int, end: int) -> list[str]:
    """Return words in lower case, those joined by hyphens as one."""
    found: list[str] = []
    glue = False
    for word in range(start, end):
        lower = text.lower[word]
        if lower in HYPHENS and found and text.glued(word):
            found[-1] += "-"
            glue = True
        elif glue or (lower == "." and found and found[-1] + "." in lexicon.people().titles):
            found[-1] += lower
            glue = False
        else:
            found.append(lower)
    return found


def premodifier_start(text: Text, start: int) -> int:  # noqa: C901, PLR0912  a sum of independent pieces of evidence
    """Return where the noun phrase that a name ends begins."""
    people = lexicon.people()
    at = start
    while at > 0 and start - at < LONGEST_PREMODIFIER and text.same_paragraph(at - 1, start):
        token, lower = text.words[at - 1], text.lower[at - 1]
        if lower in people.honorifics and is_capital(token.text) and at == start and lower not in people.titles:
            at -= 1
            continue
        if token.text in HYPHENS and text.glued(at - 1) and text.glued(at):
            at -= 1
            continue
        if token.text in CLOSE_MARKS and lower not in POSSESSIVES and token.tag_ != "POS":
            opening = _opening(text, at - 1)
            if opening is None:
                break
            at = opening
            continue
        compound = at > 1 and text.words[at - 2].text in HYPHENS and text.glued(at - 1) and text.glued(at)  # "mum-of-three"
        titled = any(text.lower[word] not in people.honorifics for word in range(at, start))  # not "chairman of Mrs. Ruiz"
        if compound or (lower == "of" and titled and _role_of(text, at - 1)):
            at -= 1
            continue
        if lower == "the" and at - 2 >= 0 and text.lower[at - 2] == "of":
            at -= 1
            continue
        if lower in {"and", "&"} and _in_field(text, at - 1):
            at -= 1
            continue
        if lower in role_words().determiners or lower in POSSESSIVES or token.tag_ == "POS":
            break
        participle = token.tag_ == "VBN" and at - 1 > 0 and not text.starts_sentence(at - 1)
        if token.text == "." and at > 1 and text.lower[at - 2] + "." in people.titles:
            at -= 2
            continue
        known = people.titles | lexicon.role_classes().class_of.keys()
        adverb = lower in role_words().tenses
        if lower in known or token.pos_ in BEFORE_HEAD or participle or lower in role_words().participles or adverb:
            if text.quoted[at - 1] != text.quoted[start]:
                break
            at -= 1
            continue
        if token.text.endswith(".") and is_capital(token.text) and len(token.text) > 1:
            at -= 1
            continue
        break
    while at < start and (
        text.lower[at] in {"of", "the"}
        or (text.words[at].pos_ == "NUM" and not is_capital(text.words[at].text))
        or text.words[at].text in HYPHENS
    ):
        at += 1
    return at


def _opening(text: Text, close: int) -> int | None:
    """Return the mark that opens a short quoted description before a name, if there is one."""
    for at in range(close - 1, max(-1, close - 7), -1):
        if text.words[at].text in OPEN_MARKS and text.words[at].text not in POSSESSIVES:
            return at
        if text.words[at].pos_ not in BEFORE_HEAD:
            return None
    return None


def _in_field(text: Text, word: int) -> bool:
    """Say whether an "and" joins the fields of an office: "minister of mines and energy"."""
    before = range(word - 1, max(0, word - FIELD), -1)
    of = next((w for w in before if text.words[w].pos_ not in BEFORE_HEAD), 0)
    return text.lower[of] in {"of", "for"} and of < word - 1 and _role_of(text, of)


def _role_of(text: Text, of: int) -> bool:
    """Say whether the word before "of" is the head of an office ("Secretary of State")."""
    return of > 0 and head_class([text.lower[of - 1]]) is not None


def possessor(text: Text, first: int) -> str | None:
    """Return the noun in the possessive before a phrase ("Russia" in "Russia's deputy minister")."""
    at = first - 1
    if at < 1 or (text.words[at].text not in POSSESSIVES and text.words[at].tag_ != "POS"):
        return None
    end = at
    at -= 1
    while (
        at > 0
        and text.same_paragraph(at - 1, end)
        and (is_capital(text.words[at - 1].text) or text.words[at - 1].text in HYPHENS or text.lower[at - 1] in {"of", "&"})
        and is_capital(text.words[at].text) | (text.lower[at] in {"of", "&"}) | (text.words[at].text in HYPHENS)
    ):
        at -= 1
    return text.span_text(at, end) if is_capital(text.words[at].text) else text.span_text(end - 1, end)


def trimmed(text: Text, start: int, end: int) -> tuple[int, int]:
    """Drop honorifics at the end, quotation marks and determiners from a phrase."""
    people = lexicon.people()
    while end > start and (
        (
            text.lower[end - 1] in people.honorifics
            and is_capital(text.words[end - 1].text)  # not "her younger sister Maya"
            and text.lower[end - 1] not in people.titles
            and " ".join(text.lower[max(start, end - 2) : end]) not in people.titles
        )
        or text.words[end - 1].text in CLOSE_MARKS
    ):
        end -= 1
    while start < end and (
        text.words[start].text in OPEN_MARKS | HYPHENS
        or text.lower[start] in role_words().determiners
        or text.lower[start] in {"said", "says"}
    ):
        start += 1
    return start, end


def split_titles(text: Text, start: int, end: int) -> list[tuple[int, int]]:
    """Split "panel Chairman Rep." into its two roles: a short title after a whole role stands for itself."""
    cut = end - 2 if text.words[end - 1].text == "." else end - 1
    last = "".join(text.lower[cut:end])
    if all(word in lexicon.people().titles and word.endswith(".") for word in joined_lower(text, start, end)):
        return [(start, end)]  # "Det. Sgt." is one rank
    if cut > start and SHORT_TITLE.match(last) and last in lexicon.people().titles and head_class(joined_lower(text, start, cut)):
        return [(start, cut), (cut, end)]
    return [(start, end)]


def listed_office(text: Text, at: int) -> RolePhrase | None:
    """Return an office whose field is a list: "Minister of Highways, Ports and Rural Works, the Hon. X"."""
    first = at - 1
    while first > 0 and at - first < LONGEST_SEGMENT and text.same_paragraph(first - 1, at):
        token = text.words[first]
        if not (is_capital(token.text) or text.lower[first] in {",", "and", "&", "of", "the", "for"}):
            break
        if text.lower[first] == "of" and head_class([text.lower[first - 1]]):
            start = first - 1
            while start > 0 and is_capital(text.words[start - 1].text) and text.same_paragraph(start - 1, at):
                start -= 1
            kind = head_class(joined_lower(text, start, first))
            listed = "," in text.lower[first:at] and "and" in text.lower[first:at]
            return RolePhrase(start, at, None, kind) if listed and kind else None
        first -= 1
    return None


def segment_start(text: Text, at: int) -> int:
    """Return where the stretch between punctuation or finite verbs that ends before a comma begins."""
    first = at - 1
    while first > 0 and text.same_paragraph(first - 1, at) and at - first < LONGEST_SEGMENT:
        token, lower = text.words[first - 1], text.lower[first - 1]
        mark = token.text in STOP_PUNCTUATION and lower not in POSSESSIVES and token.text not in HYPHENS
        if mark or token.tag_ in FINITE or lower in role_words().stretch_starts:
            break
        first -= 1
    return first


def skip_tags(text: Text, at: int, limit: int) -> int:
    """Skip what stands behind a name and is no role: a party's tag, an age, a home, degrees: "(R-Utah)", ", 56", ", PhD"."""
    while at < limit and (after := _tag_end(text, at, limit)) > at:
        at = after
    return at


def _tag_end(text: Text, at: int, limit: int) -> int:
    """Return where what is no role ends that begins at a word behind a name; the word itself if there is none."""
    lower = text.lower[at]
    if lower in {"(", "["}:
        return _bracket_end(text, at, limit)
    if _post_nominal(text, at) or (AGE.match(lower) and text.lower[at + 1 : at + 2] == [","]):
        return at + 1
    following = at + 1
    if following >= limit or lower not in {",", "of"}:
        return at
    if lower == "of":
        return at + 2 if fold(text.words[following].text) in lexicon.affiliations().places else at
    aged = following + (text.lower[following] in {"age", "aged"})
    if (aged < limit and AGE.match(text.words[aged].text)) or _post_nominal(text, following):
        return aged + 1
    home = _is_party(text, following) and text.lower[following + 1 : following + 2] == ["of"]  # ", Democrat of Vermont"
    return next((w for w in range(following + 2, limit) if not is_capital(text.words[w].text)), limit) if home else at


def _bracket_end(text: Text, at: int, limit: int) -> int:
    """Return the word after a bracket in which no role stands, else where it opens."""
    close = next((i for i in range(at, min(at + 10, limit)) if text.words[i].text in {")", "]"}), None)
    role = close is not None and head_class(joined_lower(text, at + 1, head_end(text, at + 1, close))) is not None
    return at if close is None or role else close + 1


def _post_nominal(text: Text, word: int) -> bool:
    """Say whether a word is a degree, an order or the like: "PhD", "OBE", "Jr."."""
    return text.lower[word].replace(".", "") in role_words().post_nominals and is_capital(text.words[word].text)


def _is_party(text: Text, word: int) -> bool:
    return text.lower[word] in role_words().parties


def phrase_class(text: Text, first: int, head: int, following: int) -> str | None:
    """Return the class of a noun phrase from its words up to its head; parties' members have one with a rank only."""
    words = joined_lower(text, first, head)
    kind = head_class(words)
    if not words:
        return None
    if words[-1] in role_words().parties:
        ranked = bool(role_words().ranks & set(words[:-1])) and following > head
        return "legislator" if ranked else None
    return kind


def phrase_end(text: Text, at: int, limit: int) -> int:
    """Return where the noun phrase at a word ends: at a comma, relative pronoun or finite verb."""
    end = at
    while end < min(limit, at + LONGEST_ROLE) and text.same_paragraph(at, end):
        token, lower = text.words[end], text.lower[end]
        glued_hyphen = token.text in HYPHENS and text.glued(end)
        possessive = lower in POSSESSIVES and text.glued(end)
        listed = token.text == "," and end + 1 < limit and end - at < MODIFIERS and _modifies(text, end)
        if token.text in STOP_PUNCTUATION and not glued_hyphen and not possessive and not listed:
            break
        if lower in role_words().relatives or (token.pos_ in {"VERB", "AUX"} and token.tag_ in FINITE):
            break
        if lower in role_words().time_words and end > at:
            break
        if lower in role_words().clause_starts and end > at:
            break
        end += 1
    return end


def _modifies(text: Text, comma: int) -> bool:
    """Say whether a comma stands between two adjectives: "a quiet, Danish cook"."""
    before, behind = text.words[comma - 1].pos_, text.words[comma + 1].pos_
    return before == "ADJ" and behind in {"ADJ", "PROPN", "NOUN"} and not text.quoted[comma]


def owner_end(text: Text, start: int, end: int) -> int | None:
    """Return the index of the possessive mark in "the panel's ranking Democrat", before any preposition."""
    for at in range(start + 1, end - 1):
        if text.words[at].text in POSSESSIVES and text.glued(at):
            return at
        if text.words[at].pos_ == "ADP" or text.lower[at] == "and":
            return None
    return None


def head_end(text: Text, start: int, end: int) -> int:
    """Return where the head of a noun phrase ends: before its first preposition, participle clause or "and"."""
    for at in range(start, end):
        token, lower = text.words[at], text.lower[at]
        if lower == "secretary" and at + 2 < end and text.lower[at + 1] == "of":
            whole = min(end, at + 3 + (text.lower[at + 2] == "the"))
            if " ".join(text.lower[at:whole]) in lexicon.role_classes().class_of:  # "secretary of state", not "of the Guild"
                return whole
        noun = at > start and text.words[at - 1].pos_ in {"NOUN", "PROPN"}
        clause = token.tag_ == "VBN" and noun and text.words[at - 1].text not in HYPHENS  # "the group lead based in Riga"
        if (
            token.pos_ == "ADP"
            or lower in {"and", "or", "to"}
            or clause
            or (token.tag_ in {"VBG", "VBN"} and at > start and head_class(joined_lower(text, start, at)))
        ):
            return at
    return end


def next_part(text: Text, head: int, end: int) -> int:
    """Return the "and" that coordinates another role after this one, or `end`."""
    for at in range(head, end - 1):
        if text.lower[at] != "and":
            continue
        start = at + 1
        while start < end and text.lower[start] in role_words().determiners:
            start += 1
        owned = owner_end(text, start, end)
        first = owned + 1 if owned else start
        if head_class(joined_lower(text, first, head_end(text, first, end))):
            return at
    return end


def minimal_end(text: Text, head: int, end: int) -> int:
    """Return where a role ends minimally: with the last phrase that names a body, place or field."""
    at = head
    stop = head
    while at < end:
        lower = text.lower[at]
        token = text.words[at]
        if token.pos_ != "ADP" and lower not in role_words().prepositions and at == stop:
            break
        following = at + 1
        while following < end and not (text.words[following].pos_ == "ADP" or text.lower[following] in role_words().prepositions):
            following += 1
        named = any(is_capital(text.words[i].text) for i in range(at + 1, following))
        if lower in {"of", "for", "to"} or (named and lower in role_words().prepositions):
            stop = following
        else:
            break
        at = following
    while stop > head and text.lower[stop - 1] in role_words().loose_ends:
        stop -= 1
    return stop


def is_body(name: str) -> bool:
    """Say whether a possessor is a country, place or body rather than a person or common noun."""
    places = lexicon.affiliations()
    key = fold(name)
    words = key.split()
    return (
        key in places.countries
        or key in places.capitals
        or key in places.metonyms
        or key in places.places
        or bool(words and words[-1] in lexicon.people().organization_heads and is_capital(name))
    )


def describe(text: Text, phrase: RolePhrase) -> RoleText:
    """Return a role as worded, with affiliation and class."""
    worded = text.span_text(phrase.start, phrase.end).strip(" -–—\"“”'‘’")
    return RoleText(worded, affiliation_of(worded, phrase.possessor), phrase.role_class)
