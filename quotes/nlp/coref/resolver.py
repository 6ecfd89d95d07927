"""The sieve of who is meant, surest first.

Names inside the source; pronouns and descriptions walked through in text order, so that each is there to answer the next;
documents to their issuers; quotes without a source to whom the text speaks of, or to the speaker before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from quotes.lexicon import role_words
from quotes.nlp.coref.by_body import Bodies
from quotes.nlp.coref.by_description import Descriptions
from quotes.nlp.coref.by_document import Papers
from quotes.nlp.coref.by_name import NamesInSources
from quotes.nlp.coref.by_pronoun import Pronouns
from quotes.nlp.coref.entities import Anonymous, Attribution, Person, Source
from quotes.nlp.coref.ranker import NOTHING
from quotes.nlp.coref.rules import RULES
from quotes.nlp.coref.scene import Scene
from quotes.nlp.text import CLOSE_MARKS, OPEN_MARKS, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from quotes.nlp.coref.ranker import Ranker
    from quotes.nlp.roles.chooser import Chooser


class Resolver:
    """Resolves the sources of one article."""

    def __init__(
        self, text: Text, sources: Sequence[Source], ranker: Ranker | None = None, chooser: Chooser | None = None, *,
        rules: Collection[str] = RULES,
    ) -> None:
        self.text = text
        self.scene = Scene(text, sources, ranker, chooser, rules=rules)
        self.cast = self.scene.cast
        self.found: dict[str, Attribution] = {}
        self.quoting = {  # the words of quotes and of their sources
            word for source in self.scene.sources for piece in (source.content, *source.pieces) for word in range(*piece)
        }
        self.bodies = Bodies(self.scene)
        self.descriptions = Descriptions(self.scene, self.bodies, Papers(self.scene))
        self.pronouns = Pronouns(self.scene, self.descriptions)
        self.names = NamesInSources(self.scene, self.descriptions)

    def resolve(self) -> dict[str, Attribution]:
        """Return the attribution of every quote."""
        for source in self.scene.sources:
            for start, end in source.pieces:
                self.bodies.find_person(*self._trim(start, end))
        self.scene.candidates.named += self._named()
        self.scene.candidates.sources += [piece for source in self.scene.sources for piece in source.pieces]
        at = 0
        for source in self.scene.sources:
            self.pronouns.walk(at, source.end)
            at = max(at, source.end)
            attribution = self._attribute(source)
            self.found[source.quote] = attribution
            self.scene.spoken.append((source.start, attribution.entity))
        return self.found

    def _attribute(self, source: Source) -> Attribution:
        for start, end in source.pieces:
            first, last = self._trim(start, end)
            label = self.text.words[first].text.rstrip(".") if last - first == 1 else ""
            if label in {"A", "Q"}:
                return self._with_role(self.bodies.turn(label), source)
            if first < last:
                found = (
                    self.names.by_name(first, last)
                    or self.pronouns.by_pronoun(first, last)
                    or self.descriptions.by_description(first, last)
                )
                if found:
                    return self._with_role(found, source)
        if source.answers:
            return self._with_role(replace(self.bodies.turn("A"), mention="none"), source)
        return self._continue(source)

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        edge = {"•", "*", "|", "·", "▪"} | OPEN_MARKS | CLOSE_MARKS | {",", "--", "—", "–", "-", ":", ".", "(", ")", ";"}
        while start < end and self.text.words[start].text in edge:
            start += 1
        while end - start > 1 and self.text.lower[end - 1] in role_words().time_words and self.text.words[end - 1].text.islower():
            end -= 1
        while end > start and self.text.words[end - 1].text in edge - {"."} and self.text.lower[end - 1] not in {"'s", "’s"}:
            end -= 1
        return start, end

    def _with_role(self, found: Attribution, source: Source) -> Attribution:
        entity = found.entity
        if isinstance(entity, Person):
            stated = [role for at, role in entity.roles if source.start <= at < source.end]
            before = [role for at, role in entity.roles if at < source.end]
            near = stated[-1:] or before[-1:] or [role for _, role in entity.roles[:1]]
            found.role = near[0] if near else None
        elif isinstance(entity, Anonymous):
            found.role = entity.role
        return found

    def _named(self) -> Iterator[tuple[int, Person]]:
        """Yield who speaks by name, and where."""
        for source in self.scene.sources:
            first, last = self._trim(*source.pieces[0]) if source.pieces else (0, 0)
            if first < last:
                yield from ((first, person) for _, person in self.names.heads(first, last))

    def _continue(self, source: Source) -> Attribution:
        """Give a quote without a source to whom the text speaks of right before it, to a speaker before, or to nobody."""
        word = min(source.content[0], len(self.text) - 1)
        if owner := self._owner(word):  # "Ruiz's letter that ..." taken for content as a whole
            return self._with_role(Attribution(owner, "surname", 0.5, "owner"), source)
        start = next((s for s, _ in reversed(self.scene.spoken) if s <= word), -1)
        topic = self._topic(word, start)
        candidates = self.scene.candidates.at(word)
        for candidate in candidates:
            candidate.features["topic"] = float(topic is not None and candidate.entity is topic)
        candidates[-1].features |= {"no_topic": float(topic is None), "quoted": float(self.text.quoted[word])}
        chosen, confidence = self.scene.ranker.choose(NOTHING, word, candidates)
        found = Attribution(chosen.entity or Anonymous(None), "none", round(confidence, 3), "no-source")
        return self._with_role(found, source)

    def _owner(self, word: int) -> Person | None:
        """Return whose possessive begins at a word."""
        person = self.cast.by_word.get(word)
        mentions = person.mentions if person else []
        return person if any(mention.start == word and mention.owner for mention in mentions) else None

    def _topic(self, word: int, after: int) -> Person | None:
        """Return the last subject between the source of the quote before and a word, outside of quotes; or the only one named."""
        text, cast = self.text, self.cast
        named: dict[int, Person] = {}
        for at in range(word - 1, after, -1):
            if text.paragraph[word] - text.paragraph[at] > 1:
                break
            person = cast.by_word.get(at) or (self.scene.meant[at][0] if at in self.scene.meant else None)
            if not isinstance(person, Person) or at in self.quoting or text.quoted[at]:
                continue
            if text.words[at].dep_ in {"nsubj", "nsubjpass"}:
                return person
            if text.labels[text.paragraph[at]] == "body" and cast.by_word.get(at - 1) is person:  # a name of two words
                named[id(person)] = person
        return next(iter(named.values())) if len(named) == 1 else None
