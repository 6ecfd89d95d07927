"""What an article says somebody is, at each place where it may say so.

A role stands before a name ("Kremlin spokesman Dmitry Peskov"), beside it ("David Arakhamia, a Ukrainian negotiator";
"another Ukrainian negotiator at the talks, Oleksandr Chaly"), in a relative clause ("who chairs the panel"), after a form of
"be", or in a description. `options.py` says which phrases there are, `chooser.py` which of them is a role.

Invariant: the phrases of a place come in text order and do not overlap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import fold, role_words
from quotes.nlp.roles import phrases
from quotes.nlp.roles.chooser import Chooser
from quotes.nlp.roles.options import AHEAD, BEFORE, BESIDE, IS, WHO, Options
from quotes.nlp.roles.phrases import RolePhrase
from quotes.nlp.text import FINITE, is_capital

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quotes.nlp.text import Text

MANY_PARTS = 4  # roles that "and" joins


class Reader:
    """Reads the roles of an article.

    Args:
        text: the article's words.
        people: {word: whose name it is part of}.
        bodies: {word: which body's name it is part of}.
        chooser: says which phrases are roles.
    """

    def __init__(
        self, text: Text, people: Mapping[int, object], bodies: Mapping[int, object], chooser: Chooser | None = None,
    ) -> None:
        self.text = text
        self.people = people
        self.options = Options(text, people, bodies)
        self.chooser = chooser or Chooser()

    def before(self, start: int, *, full: bool, who: object) -> list[RolePhrase]:
        """Return the roles right before a name, the farthest first.

        Args:
            start: the name's first word, titles apart.
            full: whether it is a full name.
            who: whose name it is.
        """
        options = self.options.before(start, full=full)
        chosen = self.chooser.choose(BEFORE, options, who, start) if options else None
        if chosen is None:
            return []
        pieces = phrases.split_titles(self.text, chosen.start, chosen.end)
        if len(pieces) == 1:
            return [chosen]
        owners = (chosen.possessor, None)
        return [RolePhrase(*piece, own, self.options.class_before(*piece)) for piece, own in zip(pieces, owners, strict=True)]

    def ahead(self, start: int, *, plural: bool, who: object) -> RolePhrase | None:
        """Return the description and comma before a name: "another negotiator at the talks, X", "the hospice's director, X".

        Args:
            start: the name's first word, titles included.
            plural: also take what describes several: "two team leaders, X and Y".
            who: whose name it is.
        """
        if "listed" in self.chooser.rules and (listed := self._listed(start)):
            return listed
        options = self.options.ahead(start, plural=plural)
        return self.chooser.choose(AHEAD, options, who, start) if options else None

    def _listed(self, start: int) -> RolePhrase | None:
        comma = start - 1
        apart = comma > 0 and self.text.words[comma].text == "," and self.text.same_paragraph(comma, start)
        return phrases.listed_office(self.text, comma) if apart else None

    def after(self, end: int, *, limit: int | None = None, who: object) -> list[RolePhrase]:
        """Return the roles beside and after a name: appositions, relative clauses, "is the ...", "MP".

        Args:
            end: word after the name.
            limit: word after the last that may be read.
            who: whose name it is.
        """
        text = self.text
        limit = len(text) if limit is None else limit
        offices, at = self._post_offices(end, limit)
        at = phrases.skip_tags(text, at, limit)
        if at >= limit or not text.same_paragraph(end - 1, at):
            return offices
        token, lower = text.words[at], text.lower[at]
        found: list[RolePhrase] = []
        if token.text in {",", "--", "—", "–", "("} or (token.text == "-" and not text.glued(at)):
            found = self._beside(at + 1, limit, end - 1, who)
        elif lower == "who":
            found = self._relative(at + 1, limit, end - 1, who)
        elif lower in role_words().copulas and not text.quoted[at]:
            aged = at + 1 < limit and phrases.AGE.match(text.words[at + 1].text)
            at = phrases.skip_tags(text, at + 1, limit) if aged else at + 1
            at += at < limit and text.words[at].text == ","  # "is 86, a retired teacher"
            if at < limit and text.lower[at] in role_words().determiners:
                found = self.described(IS, at, limit, name=end - 1, who=who)
        return [*offices, *found]

    def _post_offices(self, at: int, limit: int) -> tuple[list[RolePhrase], int]:
        """Return the office right behind a name, "Rhona Beal MP", and the word after it."""
        text = self.text
        word = at + (at < limit and text.words[at].text == ",")
        if word >= limit:
            return [], at
        if text.lower[word] not in role_words().post_offices or not text.words[word].text.isupper():
            return [], at
        following = text.words[word + 1] if word + 1 < limit else None
        goes_on = following is not None and (following.pos_ == "ADP" or (is_capital(following.text) and word > at))
        return ([], at) if goes_on else ([RolePhrase(word, word + 1, None, "legislator")], word + 1)

    def _beside(self, at: int, limit: int, name: int, who: object) -> list[RolePhrase]:
        if at >= limit:
            return []
        if self.text.lower[at] == "who":
            return self._relative(at + 1, limit, name, who)
        if self.text.lower[at] in role_words().before_apposition and at + 1 < limit:
            at += 1
        return self.described(BESIDE, at, limit, name=name, who=who)

    def _relative(self, at: int, limit: int, name: int, who: object) -> list[RolePhrase]:
        """Read a relative clause after "who": "is the ...", "served as ...", "chairs the ..."."""
        text = self.text
        while at < limit and text.words[at].pos_ in {"ADV", "AUX"} and text.lower[at] not in role_words().copulas:
            at += 1
        if at >= limit:
            return []
        lower = text.lower[at]
        if lower in role_words().copulas or lower == "been":
            return self.described(WHO, at + 1, limit, name=name, who=who)
        if lower in role_words().office_verbs and at + 1 < limit and text.lower[at + 1] == "as":
            return self.described(WHO, at + 2, limit, name=name, who=who)
        return list(self._held(at, limit)) if "held" in self.chooser.rules else []

    def _held(self, at: int, limit: int) -> Iterator[RolePhrase]:
        """Yield what a verb says of somebody: "who chairs the Harbour Board"."""
        text, verbs = self.text, lexicon.role_classes().verbs
        verb = fold(text.words[at].lemma_)
        if verb not in verbs or text.words[at].tag_ not in {"VBZ", "VBP", "NNS"}:
            return
        end = phrases.phrase_end(text, at + 1, limit)
        end -= text.lower[end - 1] in {"and", "but", "or"}  # "who runs the diner and keeps a list"
        body = lexicon.people().organization_heads
        if end > at + 1 and any(is_capital(text.words[i].text) or text.lower[i] in body for i in range(at + 1, end)):
            yield RolePhrase(at, end, None, verbs[verb])

    def described(self, place: str, at: int, limit: int, *, name: int | None = None, who: object = None) -> list[RolePhrase]:
        """Return the roles that joined noun phrases at a word state: "a developer and spokeswoman for the group".

        Args:
            place: one of `options.PLACES`.
            at: the first word.
            limit: word after the last that may be read.
            name: a word of the name that it may be said of, if there is one.
            who: whose role it would be.
        """
        found: list[RolePhrase] = []
        word: int | None = at
        while word is not None and word < limit and len(found) < MANY_PARTS:
            part = self.options.described(place, word, limit, name=name, own=who)
            chosen = self.chooser.choose(place, part.options, who, at if name is None else name) if part.options else None
            if chosen is not None:
                found.append(chosen)
            elif part.options:
                break
            word = part.following
        return found

    def introduces(self, at: int, limit: int) -> int:
        """Return where a description that a lead begins with ends: before its verb or "who"."""
        text = self.text
        ends = (w for w in range(at + 1, min(at + 16, limit)) if text.words[w].tag_ in FINITE or text.lower[w] == "who")
        return next(ends, at)
