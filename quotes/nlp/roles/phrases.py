"""Roles in the text: what an article says somebody is, as it words it.

A role stands before a name ("Kremlin spokesman Dmitry Peskov"), beside it ("David Arakhamia, a Ukrainian negotiator";
"another Ukrainian negotiator at the talks, Oleksandr Chaly"), in a relative clause ("who chairs the panel") or after a
form of "be". The grammar is linear: it reads words and their parts of speech, since the parse of a long apposition is
wrong more often than its words. What the words say of somebody is in `facts.py`.

Invariants: a role's text is a stretch of the article without determiner, name, age or party tag; phrases without a head in
`data/en/role_classes.toml` are no roles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import fold, role_words
from quotes.nlp.roles.facts import RoleText, affiliation_of, head_class, is_plural
from quotes.nlp.text import CLOSE_MARKS, FINITE, HYPHENS, OPEN_MARKS, POSSESSIVES, is_capital

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quotes.nlp.text import Text

BEFORE_HEAD = frozenset({"ADJ", "NOUN", "PROPN", "NUM"})
STOP_PUNCTUATION = (
    frozenset({",", ";", ":", ".", "(", ")", "[", "]", "--", "—", "–", "!", "?", "…", "|", "•"}) | CLOSE_MARKS | OPEN_MARKS
)
SHORT_TITLE = re.compile(r"^[a-z]+\.$")
LONGEST_ROLE = 30
LONGEST_PREMODIFIER = 9
LONGEST_SEGMENT = 16
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


def before(text: Text, start: int, *, loose: bool = False) -> list[RolePhrase]:
    """Return the roles right before a name that begins at word `start`, the farthest first.

    Args:
        text: the text.
        start: the name's first word, titles apart.
        loose: also take a common noun that no list knows ("physio Tamsin Fairweather"); only where the name is a person's.
    """
    first = premodifier_start(text, start)
    if first == start:
        return []
    possessor = _possessor(text, first)
    first, last = _trim(text, first, start)
    if first >= last:
        return []
    pieces = _split_titles(text, first, last)
    found = []
    for number, (left, right) in enumerate(pieces):
        kind = _class_before(text, left, right)
        if not kind and loose and _may_be_role(text, right - 1):
            kind = "other"
        if kind:
            found.append(RolePhrase(left, right, possessor if number == 0 else None, kind))
    return found


def _may_be_role(text: Text, word: int) -> bool:
    """Say whether a common noun right before a person's full name tells what they are."""
    token, lower = text.words[word], text.lower[word]
    people = lexicon.people()
    taken = people.organization_heads | people.documents | people.common | role_words().time_words | role_words().no_people
    if token.dep_ in {"attr", "dobj", "pobj"} and token.head.i < token.i:  # "There is no chance Ana Ruiz will go"
        return False
    return (
        token.tag_ == "NN" and token.text.islower() and len(lower) > 3 and lower not in taken and not text.starts_sentence(word)
    )


def _class_before(text: Text, start: int, end: int) -> str | None:
    """Return the class of a premodifier ("Secretary of State", "Ukrainian negotiator"), None if it is no role."""
    words = joined_lower(text, start, end)
    while words and words[-1] in CLOSE_MARKS:
        words.pop()
    if not words or (len(words) == 1 and words[0] in lexicon.people().honorifics):
        return None
    if "of" in words and not head_class(words):
        return head_class(words[: words.index("of")])
    return head_class(words)


def premodifier_start(text: Text, start: int) -> int:  # noqa: C901, PLR0912  a sum of independent pieces of evidence
    """Return where the noun phrase that a name ends begins."""
    people = lexicon.people()
    at = start
    while at > 0 and start - at < LONGEST_PREMODIFIER and text.same_paragraph(at - 1, start):
        token, lower = text.words[at - 1], text.lower[at - 1]
        if lower in people.honorifics and at == start and lower not in people.titles:
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


def _role_of(text: Text, of: int) -> bool:
    """Say whether the word before "of" is the head of an office ("Secretary of State")."""
    return of > 0 and head_class([text.lower[of - 1]]) is not None


def _possessor(text: Text, first: int) -> str | None:
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


def _trim(text: Text, start: int, end: int) -> tuple[int, int]:
    """Drop honorifics at the end, quotation marks and determiners from a phrase."""
    people = lexicon.people()
    while end > start and (
        (
            text.lower[end - 1] in people.honorifics
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


def _split_titles(text: Text, start: int, end: int) -> list[tuple[int, int]]:
    """Split "panel Chairman Rep." into its two roles: a short title after a whole role stands for itself."""
    cut = end - 2 if text.words[end - 1].text == "." else end - 1
    last = "".join(text.lower[cut:end])
    if cut > start and SHORT_TITLE.match(last) and last in lexicon.people().titles and head_class(joined_lower(text, start, cut)):
        return [(start, cut), (cut, end)]
    return [(start, end)]


def described_before(text: Text, start: int, *, plural: bool = False) -> RolePhrase | None:
    """Return the description and comma before a name: "another negotiator at the talks, X", "the hospice's director, X".

    Args:
        text: the text.
        start: the name's first word, titles included.
        plural: also take what describes several: "two team leaders, X and Y".
    """
    at = start - 1
    if at < 1 or text.words[at].text not in {",", "--", "—", "–"} or not text.same_paragraph(at, start):
        return None
    if text.words[at - 1].text == ")":  # "the head of the Desalination Agency (ANAD), X"
        at = next((w for w in range(at - 1, max(0, at - 8), -1) if text.words[w].text == "("), at)
    first = _segment_start(text, at)
    own = (w for w in range(at - 1, first, -1) if text.lower[w] in role_words().possessive_pronouns)
    first = next(own, first)  # "a claim her editor, ..."
    for begin in range(first, at):
        opens = begin == first or text.lower[begin] in role_words().determiners or text.words[begin - 1].text in POSSESSIVES
        if not opens or (begin > first and text.words[begin - 1].text in POSSESSIVES):
            continue
        phrase = next(noun_phrase(text, begin, at), None)
        if phrase is None or (not plural and is_plural(text.span_text(phrase.start, phrase.end).split(" of ")[0])):
            continue
        if phrase.end == at or text.lower[phrase.end] in role_words().prepositions:
            return phrase
    return _listed_office(text, at)


def _listed_office(text: Text, at: int) -> RolePhrase | None:
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


def _segment_start(text: Text, at: int) -> int:
    """Return where the stretch between punctuation or finite verbs that ends before a comma begins."""
    first = at - 1
    while first > 0 and text.same_paragraph(first - 1, at) and at - first < LONGEST_SEGMENT:
        token, lower = text.words[first - 1], text.lower[first - 1]
        mark = token.text in STOP_PUNCTUATION and lower not in POSSESSIVES and token.text not in HYPHENS
        if mark or token.tag_ in FINITE or lower in role_words().stretch_starts:
            break
        first -= 1
    return first


def after(text: Text, end: int, *, limit: int | None = None) -> list[RolePhrase]:
    """Return the roles beside and after a name that ends at word `end`: appositions, relative clauses, "is the ...".

    Args:
        text: the text.
        end: word after the name.
        limit: word after the last that may be read.
    """
    limit = len(text) if limit is None else limit
    at = _skip_tags(text, end, limit)
    if at >= limit or not text.same_paragraph(end - 1, at):
        return []
    token = text.words[at]
    if token.text in {",", "--", "—", "–", "("} or (token.text == "-" and not text.glued(at)):
        return list(_beside(text, at + 1, limit))
    if text.lower[at] == "who":
        return list(_relative(text, at + 1, limit))
    if text.lower[at] in role_words().copulas and not text.quoted[at]:
        at = _skip_tags(text, at + 1, limit) if at + 1 < limit and AGE.match(text.words[at + 1].text) else at + 1
        at += at < limit and text.words[at].text == ","  # "is 86, a retired teacher"
        if at < limit and text.lower[at] in role_words().determiners:
            return list(noun_phrase(text, at, limit))
    return []


def _skip_tags(text: Text, at: int, limit: int) -> int:
    """Skip a party tag, an age and a home after a name: "(R-Utah)", ", 56", "of Maryland"."""
    moved = True
    while moved and at < limit:
        moved = False
        if text.words[at].text in {"(", "["}:
            close = next((i for i in range(at, min(at + 10, limit)) if text.words[i].text in {")", "]"}), None)
            if close is not None and not list(noun_phrase(text, at + 1, close)):
                at, moved = close + 1, True
        elif AGE.match(text.words[at].text) and at + 1 < limit and text.words[at + 1].text == ",":
            at, moved = at + 1, True
        elif (text.words[at].text == "," and at + 2 < limit and AGE.match(text.words[at + 1].text)) or (
            text.lower[at] == "of" and at + 1 < limit and fold(text.words[at + 1].text) in lexicon.affiliations().places
        ):
            at, moved = at + 2, True
        elif text.words[at].text == "," and at + 2 < limit and _is_party(text, at + 1) and text.lower[at + 2] == "of":
            stop = at + 3
            while stop < limit and is_capital(text.words[stop].text):
                stop += 1
            at, moved = stop, True
    return at


def _is_party(text: Text, word: int) -> bool:
    return text.lower[word] in role_words().parties


def _beside(text: Text, at: int, limit: int) -> Iterator[RolePhrase]:
    if at >= limit:
        return
    if text.lower[at] == "who":
        yield from _relative(text, at + 1, limit)
        return
    if text.lower[at] in role_words().before_apposition and at + 1 < limit:
        at += 1
    yield from noun_phrase(text, at, limit)


def _relative(text: Text, at: int, limit: int) -> Iterator[RolePhrase]:
    """Read a relative clause after "who": "is the ...", "served as ...", "chairs the ..."."""
    while at < limit and text.words[at].pos_ in {"ADV", "AUX"} and text.lower[at] not in role_words().copulas:
        at += 1
    if at >= limit:
        return
    lower = text.lower[at]
    if lower in role_words().copulas or lower == "been":
        yield from noun_phrase(text, at + 1, limit)
    elif lower in role_words().office_verbs and at + 1 < limit and text.lower[at + 1] == "as":
        yield from noun_phrase(text, at + 2, limit)
    elif fold(text.words[at].lemma_) in lexicon.role_classes().verbs and text.words[at].tag_ in {"VBZ", "VBP", "NNS"}:
        end = _phrase_end(text, at + 1, limit)
        end -= text.lower[end - 1] in {"and", "but", "or"}  # "who runs the diner and keeps a list"
        if end > at + 1 and any(is_capital(text.words[i].text) for i in range(at + 1, end)):
            yield RolePhrase(at, end, None, lexicon.role_classes().verbs[fold(text.words[at].lemma_)])


def noun_phrase(text: Text, at: int, limit: int) -> Iterator[RolePhrase]:
    """Yield the roles that coordinated noun phrases at a word state: "a developer and spokeswoman for the group"."""
    possessor = None
    end = _phrase_end(text, at, limit)
    while at < end:
        start = at
        opening = role_words().determiners | role_words().counts
        while start < end and (text.lower[start] in opening or text.words[start].text in OPEN_MARKS):
            start += 1
        owned = _owner_end(text, start, end)
        possessor = text.span_text(start, owned) if owned else None
        first = owned + 1 if owned else start
        head = _head_end(text, first, end)
        inner = [w for w in range(first, head) if text.lower[w] in {"the", "a", "an"}]
        first = inner[-1] + 1 if inner else first
        following = _next_part(text, head, end)
        kind = _phrase_class(text, first, head, following)
        if not kind and following < end and text.words[start - 1].text != "and" and text.words[head - 1].tag_ == "NN":
            kind = "other"  # "a dietitian and author": what is joined to a role is one
        if not kind:
            return
        stop = _minimal_end(text, head, min(end, following))
        owner_first = start if owned and not _is_body(possessor or "") else first
        yield RolePhrase(owner_first, stop, possessor if owner_first == first else None, kind)
        at = following + 1 if following < end else end


def _phrase_class(text: Text, first: int, head: int, following: int) -> str | None:
    words = joined_lower(text, first, head)
    kind = head_class(words)
    if not words:
        return None
    if words[-1] in role_words().parties:
        ranked = bool(role_words().ranks & set(words[:-1])) and following > head
        return "legislator" if ranked else None
    return kind


def _phrase_end(text: Text, at: int, limit: int) -> int:
    """Return where the noun phrase at a word ends: at a comma, relative pronoun or finite verb."""
    end = at
    while end < min(limit, at + LONGEST_ROLE) and text.same_paragraph(at, end):
        token, lower = text.words[end], text.lower[end]
        glued_hyphen = token.text in HYPHENS and text.glued(end)
        possessive = lower in POSSESSIVES and text.glued(end)
        if token.text in STOP_PUNCTUATION and not glued_hyphen and not possessive:
            break
        if lower in role_words().relatives or (token.pos_ in {"VERB", "AUX"} and token.tag_ in FINITE):
            break
        if lower in role_words().time_words and end > at:
            break
        if lower in role_words().clause_starts and end > at:
            break
        end += 1
    return end


def _owner_end(text: Text, start: int, end: int) -> int | None:
    """Return the index of the possessive mark in "the panel's ranking Democrat", before any preposition."""
    for at in range(start + 1, end - 1):
        if text.words[at].text in POSSESSIVES and text.glued(at):
            return at
        if text.words[at].pos_ == "ADP" or text.lower[at] == "and":
            return None
    return None


def _head_end(text: Text, start: int, end: int) -> int:
    """Return where the head of a noun phrase ends: before its first preposition, participle clause or "and"."""
    for at in range(start, end):
        token, lower = text.words[at], text.lower[at]
        if lower == "secretary" and at + 2 < end and text.lower[at + 1] == "of":
            whole = min(end, at + 3 + (text.lower[at + 2] == "the"))
            if " ".join(text.lower[at:whole]) in lexicon.role_classes().class_of:  # "secretary of state", not "of the Guild"
                return whole
        if (
            token.pos_ == "ADP"
            or lower in {"and", "or", "to"}
            or (token.tag_ in {"VBG", "VBN"} and at > start and head_class(joined_lower(text, start, at)))
        ):
            return at
    return end


def _next_part(text: Text, head: int, end: int) -> int:
    """Return the "and" that coordinates another role after this one, or `end`."""
    for at in range(head, end - 1):
        if text.lower[at] != "and":
            continue
        start = at + 1
        while start < end and text.lower[start] in role_words().determiners:
            start += 1
        owned = _owner_end(text, start, end)
        first = owned + 1 if owned else start
        if head_class(joined_lower(text, first, _head_end(text, first, end))):
            return at
    return end


def _minimal_end(text: Text, head: int, end: int) -> int:
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


def _is_body(name: str) -> bool:
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
