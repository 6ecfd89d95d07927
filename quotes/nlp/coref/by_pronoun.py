"""Pronouns: "he" and "she" walked through in text order, "they", "it", "who", "his claim", "I".

Invariant: a pronoun that was read is a mention of its person for everything that follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import lexicon, names
from quotes.lexicon import coreference, role_words
from quotes.nlp.coref.entities import FEMALE, MALE, Anonymous, Attribution, Body, Joint, Mention, Person
from quotes.nlp.coref.ranker import PRONOUN, THING
from quotes.nlp.coref.scene import Part
from quotes.nlp.roles import facts, phrases
from quotes.nlp.roles.options import DESCRIBED, IS
from quotes.nlp.text import CLOSE_MARKS, is_capital

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quotes.nlp.coref.by_description import Descriptions
    from quotes.nlp.coref.entities import Entity
    from quotes.nlp.coref.scene import Scene


SEX_OF_PRONOUN = {
    "he": MALE,
    "him": MALE,
    "his": MALE,
    "himself": MALE,
    "she": FEMALE,
    "her": FEMALE,
    "hers": FEMALE,
    "herself": FEMALE,
}
SHOWS_ROLE = 0.8  # and to say what somebody is
SHOWS_SEX = (0.7, 0.82)  # how sure a reading must be to show somebody's sex, a little and more


class Pronouns(Part):
    """Resolves pronouns, and says who is present at a word."""

    def __init__(self, scene: Scene, descriptions: Descriptions) -> None:
        super().__init__(scene)
        self.descriptions = descriptions

    def walk(self, start: int, end: int) -> None:
        """Resolve the pronouns of the story between two words, so that they are mentions for what follows."""
        for word in range(start, min(end, len(self.text))):
            sex = SEX_OF_PRONOUN.get(self.text.lower[word])
            if sex and not self.text.quoted[word] and self.text.is_body(word) and word not in self.scene.meant:
                self._read_pronoun(word, sex)

    def _read_pronoun(self, word: int, sex: str) -> None:
        """Note whom a pronoun means, and what it shows of the person's sex."""
        chosen, confidence = self.scene.ranker.choose(PRONOUN, word, self.scene.candidates.at(word, sex))
        self.scene.meant[word] = (chosen.entity, round(confidence, 3))
        if isinstance(chosen.entity, Person):
            owner = self.text.lower[word] in coreference().possessive_pronouns and self.text.words[word].tag_ == "PRP$"
            chosen.entity.add_mention(Mention(word, word + 1, "pronoun", self.text.words[word].text, owner=owner))
            chosen.entity.read_sex[sex] += sum(0.5 for least in SHOWS_SEX if confidence > least)
            if confidence >= SHOWS_ROLE:
                self._read_predicate(word, chosen.entity)

    def _read_predicate(self, word: int, person: Person) -> None:
        """Read the role in the sentence of a pronoun: "She was a secretary for the county"."""
        text, at = self.text, word + 2
        if at >= len(text) or text.lower[word + 1] not in role_words().copulas or text.lower[at] not in role_words().determiners:
            return
        told = self.cast.reader.described(IS, at, len(text), who=person)
        person.roles += [(word, phrases.describe(text, phrase)) for phrase in told]

    def by_pronoun(self, start: int, end: int) -> Attribution | None:  # noqa: PLR0911  each kind of answer returns where it is found
        """Resolve a source that is a pronoun, or something that a pronoun owns."""
        text = self.text
        lower = text.lower[start]
        last_pronoun = text.lower[end - 1]
        if last_pronoun in {"whom", "who", "which"} and end - start <= 4:
            return self._relative(end - 1)
        if lower in coreference().possessive_pronouns and end - start > 1:
            return self._owned(start, end)
        if lower in SEX_OF_PRONOUN:
            return self._third_person(start)
        if lower in {"who", "whom", "whose"} or (lower == "which" and end - start == 1) or (lower == "that" and end - start == 1):
            return self._relative(start)
        alone = end - start == 1 or (end - start == 2 and text.words[start + 1].pos_ != "NOUN")
        if lower in coreference().plural_pronouns and alone:
            return self._plural(start)
        if lower in {"it", "itself"} or (lower in {"this", "which"} and end - start == 1):
            return self._thing(start)
        if lower in coreference().own_pronouns and end - start <= 2:
            return self._first_person(start)
        return None

    def _third_person(self, word: int) -> Attribution:
        if word not in self.scene.meant:
            self._read_pronoun(word, SEX_OF_PRONOUN[self.text.lower[word]])
        entity, confidence = self.scene.meant[word]
        if isinstance(entity, Person):
            self._read_apposition(word, entity)
        return Attribution(entity or Anonymous(None), "pronoun", confidence, "pronoun")

    def _read_apposition(self, word: int, person: Person) -> None:
        """Read the role before a pronoun: "A mathematician at the University of Narva, he says ..."."""
        text = self.text
        start = word - 1
        if start < 1 or text.words[start].text != ",":
            return
        while start > 0 and text.sentence[start - 1] == text.sentence[word] and text.same_paragraph(start - 1, word):
            start -= 1
        if text.lower[start] not in {"a", "an"} or text.quoted[start]:
            return
        told = self.cast.reader.described(DESCRIBED, start, word - 1, who=person)
        if told and told[-1].end == word - 1:
            person.roles += [(start, phrases.describe(text, phrase)) for phrase in told]

    def _owned(self, start: int, end: int) -> Attribution | None:
        """Resolve "his claim" to him, "his lawyer" to the lawyer."""
        head = self.phrases.head_word(start + 1, end)
        lower = self.text.lower[head] if head is not None else ""
        owner = self.text.lower[start]
        people = lexicon.people()
        if head is None or self.phrases.is_thing(head):
            if owner in SEX_OF_PRONOUN:
                return self._third_person(start)
            return (
                self._plural(start)
                if owner in coreference().plural_pronouns
                else self._thing(start)
                if owner == "its"
                else self._first_person(start)
            )
        if lower in people.organization_heads:
            owner_entity = self.scene.meant.get(start)
            if owner_entity and isinstance(owner_entity[0], Person) and lower in coreference().owned_bodies:
                last = names.parse(owner_entity[0].full).surname
                body = self.cast.body(f"{last} {lower}", start, end)
                return Attribution(body, "nominal", 0.6, "owned-body")
        return None

    def _relative(self, word: int) -> Attribution | None:
        """Resolve "who" or "which" to the noun that it follows."""
        text = self.text
        at = word - 1
        while at >= 0 and (
            text.words[at].text in {",", "--", "—", "("}
            or text.lower[at] in coreference().quantifiers
            or text.words[at].text in CLOSE_MARKS
        ):
            at -= 1
        if text.words[at].text == ")":
            at = next((i - 1 for i in range(at, max(-1, at - 8), -1) if text.words[i].text == "("), at)
        person = self.cast.by_word.get(at)
        head = self.phrases.antecedent(word)
        if head is not None and head != at and head in self.cast.by_word:
            person = (
                self.cast.by_word[head]
                if person is None or (head > at - 12 and self.cast.by_word[head] is not person and self._in_description(head, at))
                else person
            )
        if person is not None:
            return Attribution(person, "pronoun", 0.9, "relative")
        anchor = head if head is not None and head <= at else at
        start = self.phrases.phrase_start(anchor)
        nearby = [p for w, p in self.cast.by_word.items() if anchor < w <= at]
        if text.lower[word] in {"who", "whom"} and nearby and text.words[anchor].tag_ not in {"NNS", "NNPS"}:
            return Attribution(nearby[-1], "pronoun", 0.75, "relative")
        body = self.cast.body_by_word.get(anchor) or self.cast.body_by_word.get(at)
        if body and text.lower[word] != "who":
            return Attribution(body, "pronoun", 0.85, "relative-body")
        described = self.descriptions.by_description(start, anchor + 1)
        if described:
            described.mention = "pronoun"
            described.rule = "relative"
        return described

    def _in_description(self, head: int, at: int) -> bool:
        """Say whether the words from a name to a later word are its apposition or tag."""
        return any(self.text.words[w].text in {",", "(", "--", "—"} for w in range(head + 1, at + 1))

    def _plural(self, word: int) -> Attribution:
        """Resolve "they", "both", "each" to joint speakers, a body or an unnamed plural."""
        options: list[tuple[float, Entity]] = []
        for start, entity in self.scene.spoken[-6:]:
            if start < word and isinstance(entity, (Joint, Body, Anonymous)):
                options.append((self.presence.distance(start, word) + 0.9, entity))
        for (_, one), (right, other) in self.presence.pairs(word):
            options.append((self.presence.distance(right.start, word), self.scene.joint([one, other])))
        for start, entity in self._plural_nouns(word):
            options.append((self.presence.distance(start, word) + 0.2, entity))
        if not options:
            return Attribution(Anonymous(None), "pronoun", 0.3, "pronoun-unresolved")
        best = max(range(len(options)), key=lambda i: (options[i][0], i))
        return Attribution(options[best][1], "pronoun", 0.6, "plural-pronoun")

    def _plural_nouns(self, word: int) -> Iterator[tuple[int, Entity]]:
        """Yield plural people ("lawmakers", "Democrats") that are subjects before a word."""
        text = self.text
        for at in range(max(0, word - 160), word):
            token = text.words[at]
            if token.tag_ not in {"NNS", "NNPS"} or text.quoted[at] or token.dep_ not in {"nsubj", "nsubjpass"}:
                continue
            if is_capital(token.text) and text.lower[at] in coreference().party_subjects:
                yield at, self.cast.body(token.text, at, at + 1)
            elif facts.head_class([text.lower[at]]):
                yield at, self.scene.unnamed(self.phrases.phrase_start(at), at + 1)
        for body in self.cast.bodies:
            for mention in body.mentions[-8:]:
                if mention.end <= word and not mention.quoted and self.presence.is_subject(mention) and not body.country:
                    yield mention.start, body

    def _thing(self, word: int) -> Attribution:
        """Resolve "it" to the body or document that it is likeliest to mean."""
        chosen, confidence = self.scene.ranker.choose(THING, word, self.scene.candidates.bodies_at(word))
        return Attribution(chosen.entity or Anonymous(None), "pronoun", round(confidence, 3), "thing-pronoun")

    def _first_person(self, word: int) -> Attribution:
        """Resolve "I" inside quotation marks to the speaker of the passage; outside, to the unnamed author."""
        if self.text.quoted[word]:
            for start, entity in reversed(self.scene.spoken):
                if self.text.paragraph[word] - self.text.paragraph[start] <= 1:
                    return Attribution(entity, "pronoun", 0.5, "first-person")
        return Attribution(Anonymous("the author"), "pronoun", 0.5, "author")
