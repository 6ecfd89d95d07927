"""Names in sources: which of the people that a source names is the one who speaks.

"An attorney for Okafor, Mark Ruiz" names two; "Senators A and B" are two speakers; "Ruiz's campaign" is a body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import coreference, role_words
from quotes.nlp.coref.entities import Attribution, Body, Mention, Person
from quotes.nlp.coref.scene import Part
from quotes.nlp.roles import facts
from quotes.nlp.text import HYPHENS, POSSESSIVES, is_capital

if TYPE_CHECKING:
    from quotes.nlp.coref.by_description import Descriptions
    from quotes.nlp.coref.scene import Scene

PERSON_CONFIDENCE = {"name": 0.97, "surname": 0.94}


class NamesInSources(Part):
    """Resolves sources by the names in them."""

    def __init__(self, scene: Scene, descriptions: Descriptions) -> None:
        super().__init__(scene)
        self.descriptions = descriptions

    def by_name(self, start: int, end: int) -> Attribution | None:
        """Resolve a source by the names that are its head."""
        heads = self.heads(start, end)
        if not heads:
            return self._by_surname(start, end)
        people: list[Person | Body] = list(dict.fromkeys(person for _, person in heads))
        described = self._joined_description(start, heads[0][0])
        if described and described not in people:
            people.insert(0, described)
        people += [body for body in self._joined_bodies(heads[-1][0].end, end) if body not in people]
        if len(people) > 1:
            joint = self.scene.joint(people)
            return Attribution(joint, self._mention_kind(heads[0][0]), 0.85, "names-joined")
        mention = heads[0][0]
        kind = self._mention_kind(mention)
        return Attribution(people[0], kind, PERSON_CONFIDENCE[kind], f"{kind}-in-source")

    def _joined_description(self, start: int, first: Mention) -> Person | None:
        """Return who is meant by "the Minister" in "the Minister and Mr. Whyte-Okeke"."""
        at = first.start - self.phrases.titles_before(first, start) - 1
        if at <= start + 1 or self.text.lower[at] != "and" or self.text.lower[start] != "the":
            return None
        found = self.descriptions.by_description(start, at)
        return found.entity if found and isinstance(found.entity, Person) else None

    def _joined_bodies(self, start: int, end: int) -> list[Body]:
        """Return the body that ends a list of names, and nothing else does: "Ann Lee and Oxfam", not "Ann Lee of Oxfam"."""
        lower = self.text.lower
        at = start + (lower[start : start + 1] == [","])
        if at >= end or lower[at] not in {"and", "&"}:
            return []
        at += 1 + (lower[at + 1 : at + 2] == ["the"])
        body = self.cast.body_by_word.get(at)
        ends = {mention.end for mention in body.mentions if mention.start <= at} if body else set()
        return [body] if body and end in ends else []

    def _by_surname(self, start: int, end: int) -> Attribution | None:
        """Know a lone surname that the search for names took for part of something else ("the Post Ruiz said")."""
        stop = end - 1 if self.text.words[end - 1].text in POSSESSIVES else end
        if (
            stop - start > 2
            or not is_capital(self.text.words[start].text)
            or any(w in self.cast.by_word for w in range(start, stop))
        ):
            return None
        if facts.country_of(self.text.span_text(start, stop)):
            return None
        person = self.cast.owner_of(self.text.span_text(start, stop), start)
        if person is None:
            return None
        person.add_mention(Mention(start, stop, "surname", self.text.span_text(start, stop)))
        person.forms[self.text.span_text(start, stop)] += 1
        return Attribution(person, "surname", 0.9, "surname-in-source")

    def _mention_kind(self, mention: Mention) -> str:
        return "name" if mention.kind == "name" else "surname"

    def heads(self, start: int, end: int) -> list[tuple[Mention, Person]]:
        """Return the people who are the source, not those whom its descriptions mention."""
        inside = self.phrases.people_in(start, end)
        heads: list[tuple[Mention, Person]] = []
        limit = self.phrases.relative_at(start, end)
        for number, (mention, person) in enumerate(inside):
            if mention.start >= limit and heads:
                break
            role = self._place_in(mention, start, end)
            if role == "head":
                if not heads or self._coordinated(heads[-1][0], mention):
                    heads.append((mention, person))
            elif role == "owner" and number == len(inside) - 1 and not heads:
                heads.append((mention, person))
        return heads

    def _place_in(self, mention: Mention, start: int, end: int) -> str:  # noqa: PLR0911  each kind of answer returns where it is found
        """Say what a name is in a source: its head, the owner of something said, or only part of a description."""
        text = self.text
        if mention.end < end and text.words[mention.end].text in POSSESSIVES:
            following = mention.end + 1
            if following >= end:
                return "head"
            owned = self.phrases.head_word(following, end)
            lower = text.lower[owned] if owned is not None else ""
            told = lower in self.words.said_by_owner or lower in lexicon.people().documents
            opens = mention.start - self.phrases.titles_before(mention, start) <= start
            return "owner" if told or (opens and owned is not None and self.phrases.is_thing(owned)) else "part"
        if mention.end < end and self._noun_follows(mention):
            return "part"
        first = mention.start - self.phrases.titles_before(mention, start)
        if first <= start:
            return "head"
        before = text.lower[first - 1]
        token = text.words[first - 1]
        if before in coreference().naming_prepositions:
            return "head"
        if self._told_about(start, first):
            return "part"
        if token.pos_ == "ADP" or before in role_words().prepositions or before in {"by", "between", "about", "than"}:
            together = before == "of" and first - 2 >= start and text.lower[first - 2] in coreference().collectives
            return "head" if together or self._issued(start, first - 1) else "part"
        if before in {"and", "&", ","}:
            return self._place_of_coordinate(first - 1, start, end)
        if token.pos_ == "VERB" and token.tag_ in {"VBG", "VBN"}:
            return "part"
        return "head"

    def _told_about(self, start: int, first: int) -> bool:
        """Say whether a name stands, with what describes it, behind "on" or "about": "Coach on injured keeper Ada Ruiz"."""
        text = self.text
        at = first - 1
        while at > start and text.words[at].text.islower() and text.words[at].pos_ in {"ADJ", "NOUN", "DET", "VERB", "ADV"}:
            at -= 1
        return start < at < first - 1 and text.lower[at] in {"on", "about"}

    def _place_of_coordinate(self, at: int, start: int, end: int) -> str:
        """A name after "and" or a comma is a head unless it goes on with a list that hangs on a preposition."""
        text = self.text
        if text.lower[at] == ",":
            return "head"
        earlier = [m for m, _ in self.phrases.people_in(start, at)]
        if earlier:
            return self._place_in(earlier[-1], start, end)
        prepositions = [w for w in range(start, at) if text.words[w].pos_ == "ADP"]
        return "part" if prepositions else "head"

    def _noun_follows(self, mention: Mention) -> bool:
        """Say whether a name only modifies the noun after it ("the Trump campaign", "Clinton aides")."""
        after = mention.end
        while after + 1 < len(self.text) and self.text.words[after].pos_ == "ADJ" and self.text.words[after].text.islower():
            after += 1  # "Ruiz senior adviser"
        token = self.text.words[after]
        nouns = token.pos_ in {"NOUN", "PROPN"} or self.text.lower[after] in lexicon.role_classes().class_of
        return (
            nouns
            and token.text not in POSSESSIVES | HYPHENS
            and self.cast.by_word.get(after) is None
            and self.text.lower[after] not in lexicon.people().suffixes  # "Jocelyn Adeyemi KC"
            and token.tag_ != "POS"
        )

    def _issued(self, start: int, preposition: int) -> bool:
        """Say whether "a statement by", "comments from" or the like precedes a name."""
        text = self.text
        if text.lower[preposition] not in coreference().issuing_prepositions:
            return False
        head = self.phrases.head_word(start, preposition)
        lower = text.lower[head] if head is not None else ""
        return lower in lexicon.people().documents or lower in self.words.said_by_owner

    def _coordinated(self, left: Mention, right: Mention) -> bool:
        """Say whether two names are joined by "and" or stand in one list."""
        text = self.text
        between = range(left.end, right.start)
        depth = 0
        joined = False
        gap: list[str] = []
        for word in between:
            lower = text.lower[word]
            if lower in {"(", "["}:
                depth += 1
            elif lower in {")", "]"}:
                depth -= 1
            elif depth == 0:
                if lower in {"and", "&", "or"}:
                    joined = True
                elif lower in {"who", "which", "that"}:
                    return False
                gap.append(lower)
        if joined:
            return True
        later = range(right.end, min(right.end + 14, len(text)))
        known = {**self.cast.body_by_word, **self.cast.by_word}
        return (
            bool(gap)
            and gap == [","] * len(gap)
            and any(
                text.lower[w] == "and" and w + 1 < len(text) and (known.get(w + 1) or known.get(w + 2))
                for w in later
            )
            and not self.cast.reader.after(left.end, limit=right.start, who=None)
        )
