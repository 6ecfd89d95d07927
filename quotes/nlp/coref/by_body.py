"""Bodies in sources: "the Pentagon", "Ukraine's military", "the Ukrainian side", "the company"."""

from __future__ import annotations

from itertools import pairwise

from quotes import lexicon, names
from quotes.lexicon import coreference, fold, role_words
from quotes.nlp.coref.entities import Anonymous, Attribution, Body, Mention, Person
from quotes.nlp.coref.ranker import BODY
from quotes.nlp.coref.scene import Part
from quotes.nlp.roles import facts
from quotes.nlp.text import CLOSE_MARKS, HYPHENS, OPEN_MARKS, POSSESSIVES, is_capital

JOINING = frozenset({",", "and", "&", "the", "both", "its"})


class Bodies(Part):
    """Resolves sources that are organisations, governments and other bodies."""

    def by_body(self, start: int, end: int) -> Attribution | None:
        """Resolve a phrase to a body: "the Pentagon", "Ukraine's military", "the Ukrainian side", "the company"."""
        first, stop = self._bounds(start, end)
        if first >= stop:
            return None
        capitals = self._capitals(first, stop)
        if self._is_common(capitals, stop) or (stop - first == 1 and self.text.lower[first] in self.words.named_by_kind):
            return self._common_body(start, stop, end)
        if bodies := self._named(first, stop) or self._announced(start, capitals, stop):
            entity = self.scene.joint(bodies) if len(bodies) > 1 else bodies[0]
            return Attribution(entity, "organization", 0.9 if entity is bodies[0] else 0.8, "body")
        whole = self._is_whole(first, capitals[0])
        first = first if whole else self._name_from(start, capitals, stop)
        person = None if whole else self._person(first, stop)
        if person:
            return Attribution(person, "name", 0.75, "name-promoted")
        name = self._owned_name(first, stop) or self.text.span_text(first, stop)
        country = self._country(name)
        if self._is_plural_group(first, stop) or self._names_no_body(name, stop, country=country):
            return Attribution(self.scene.unnamed(start, end), "nominal", 0.8, "unnamed")
        body = self._country_body(country, name, first, stop) if country else self.cast.body(name, first, stop)
        return Attribution(body, "organization", 0.9, "body")

    def _named(self, first: int, stop: int) -> list[Body]:
        """Return the bodies whose names end a phrase: the last one, and those that "and" joins to it.

        "London-based Arden Institute" is Arden Institute, "the State Department and the Board of Trade" are two, "the UN and
        other agencies" is the UN.
        """
        text = self.text
        inside = [(m, b) for b in self.cast.bodies if b.sure and not b.country for m in b.mentions if m.kind == "organization"]
        inside = sorted(((m, b) for m, b in inside if first <= m.start and m.end <= stop), key=lambda pair: pair[0].start)
        if not inside or self._belongs(inside[0][0].start, first) or self._named_before(inside[0][0].start, first):
            return []
        rest = text.lower[inside[-1][0].end : stop]
        if rest and rest[:2] != ["and", "other"]:
            return []
        found = [inside[-1]]
        for mention, body in reversed(inside[:-1]):
            between = text.lower[mention.end : found[0][0].start]
            if not set(between) <= JOINING or not between:
                break
            found.insert(0, (mention, body))
        return list(dict.fromkeys(body for _, body in found))

    def _named_before(self, start: int, first: int) -> bool:
        """Say whether capitals before a name belong to it that the network missed: "Ministry of Health and Sport"."""
        text, places = self.text, lexicon.affiliations()
        for word in self._capitals(first, start):
            apart = text.words[word + 1].text in POSSESSIVES | HYPHENS
            if not apart and text.lower[word] not in places.adjectives and not facts.country_of(text.words[word].text):
                return True
        return False

    def _belongs(self, start: int, first: int) -> bool:
        """Say whether the words before a name make it longer: "port authority of Akliman", "Italy's Defence Ministry"."""
        text = self.text
        before = text.lower[start - 1] if start > first else ""
        following = text.lower[start : start + 3]
        alone = bool(following) and following[0] in lexicon.people().organization_heads
        owned = before in POSSESSIVES and (alone or bool(self.words.authorities & set(following)))
        return owned or before in {"of", "for"} or (before in HYPHENS and text.glued(start) and start - first < 2)

    def _owned_name(self, first: int, stop: int) -> str | None:
        """Return the name of somebody's campaign: "Mrs. Ruiz's presidential campaign" is Ruiz campaign."""
        text = self.text
        owned = next((w for w in range(first + 1, stop) if text.words[w].text in POSSESSIVES), None)
        owner = self.cast.by_word.get(owned - 1) if owned is not None else None
        if owner is None or text.lower[stop - 1] != "campaign":
            return None
        return f"{names.parse(owner.full).surname} {text.lower[stop - 1]}"

    def _announced(self, start: int, capitals: list[int], stop: int) -> list[Body]:
        """Return the bodies that a plural announces: "the unions UTL and Frente Obrero"."""
        text = self.text
        joint = next((word for word in range(capitals[0] + 1, stop - 1) if text.lower[word] == "and"), None)
        plural = text.words[capitals[0] - 1].tag_ == "NNS" and text.lower[capitals[0] - 1].removesuffix("s") in self.words.bodies
        if joint is None or not plural or capitals[0] - 1 < start:
            return []
        parts = [(capitals[0], joint), (joint + 1, stop)]
        return [self.cast.body(text.span_text(*part), *part) for part in parts]

    def find_person(self, start: int, end: int) -> None:
        """Make a person of a source that is a name which nothing else showed to be a person's."""
        if any(word in self.cast.by_word for word in range(start, end)):
            return
        first, stop = self._bounds(start, end)
        capitals = self._capitals(first, stop)
        if first >= stop or self._is_common(capitals, stop) or self._is_whole(first, capitals[0]):
            return
        name = self._name_from(start, capitals, stop)
        described_by = name > start and self.text.lower[name - 1] in role_words().prepositions  # "a spokesperson for Tern Water"
        if self.text.words[first].text not in {"A", "Q"} and not described_by:
            self._person(name, stop)

    def _bounds(self, start: int, end: int) -> tuple[int, int]:
        """Return where a phrase's name may begin, determiners apart, and where it ends."""
        first = start
        while first < end and (self.text.lower[first] in role_words().determiners or self.text.words[first].text in OPEN_MARKS):
            first += 1
        stop = self._body_end(first, end)
        longer = (m.end for b in self.cast.bodies for m in b.mentions if first <= m.start < stop < m.end <= end)
        return first, max(longer, default=stop)  # "Department for Culture, Media and Sport"

    def _capitals(self, first: int, stop: int) -> list[int]:
        return [word for word in range(first, stop) if is_capital(self.text.words[word].text)]

    def _is_common(self, capitals: list[int], stop: int) -> bool:
        """Say whether a phrase names nobody: "the company", "the Oslo-listed company", "the East African operator"."""
        text = self.text
        if all(text.words[min(word + 1, stop - 1)].text in HYPHENS for word in capitals):
            return True
        if text.lower[stop - 1] not in self.words.bodies or is_capital(text.words[stop - 1].text):
            return False
        adjectives = lexicon.affiliations().adjectives
        return all(text.lower[word] in adjectives or text.words[word].pos_ == "ADJ" for word in capitals)

    def _name_from(self, start: int, capitals: list[int], stop: int) -> int:
        if not self.text.headline(start):
            return self._name_start(capitals, stop)
        known = {fold(body.full) for body in self.cast.bodies}  # "Kitchen maker Marlowe & Tench" opens a headline
        small = (
            word
            for word in capitals
            if word > start and self.text.words[word - 1].text.islower() and self.text.lower[word - 1] not in {"and", "of", "for"}
        )
        return next((word for word in small if fold(self.text.span_text(word, stop)) in known), capitals[0])

    def _person(self, first: int, stop: int) -> Person | None:
        if self.text.lower[stop - 1] in lexicon.people().organization_heads:
            return None
        person = self.cast.person_at(first, stop)
        if person is None and not self.text.title_case[self.text.paragraph[first]]:
            person = self.cast.promote(first, stop)
        return person

    def _is_whole(self, first: int, capital: int) -> bool:
        """Say whether plain words with "of" belong to the name they lead to: "port authority of Akliman"."""
        of = capital - 1
        if of <= first or self.text.lower[of] != "of":
            return False
        plain = all(self.text.words[word].pos_ in {"ADJ", "NOUN"} for word in range(first, of))
        return plain and self.text.lower[of - 1] in self.words.bodies | lexicon.people().organization_heads

    @staticmethod
    def _country(name: str) -> str | None:
        words = name.split()
        if len(words) > 1 and fold(words[-1]) == "side":
            return facts.country_of(" ".join(words[:-1]))
        return facts.country_of(name)

    def _names_no_body(self, name: str, stop: int, *, country: str | None) -> bool:
        """Say whether a phrase with capitals still names no body: "US officials", "the British", "a Tesla driver"."""
        places, heads = lexicon.affiliations(), lexicon.people().organization_heads
        token, key = self.text.words[stop - 1], fold(name)
        if " " not in name and (token.is_stop or key in role_words().time_words) and not country and not name.isupper():
            return True
        common = key in lexicon.people().documents or facts.head_class([key]) is not None  # "Source of the coast guard said"
        if common and " " not in name and token.tag_ in {"NN", "NNS"} and self.text.starts_sentence(stop - 1):
            return True
        small = not is_capital(token.text) and self.text.lower[stop - 1] not in heads
        if small and (token.tag_ in {"NNS", "NNPS"} or not country):
            return True
        return key in places.adjectives and key not in {*places.countries, *places.capitals}

    def _is_plural_group(self, first: int, stop: int) -> bool:
        """Say whether a phrase only counts people: "Authorities", "Mexicans", "31 Latinos", "Virginia Democrats"."""
        last = self.text.words[stop - 1]
        lower = self.text.lower[stop - 1]
        if (
            last.tag_ not in {"NNS", "NNPS"}
            or lower in lexicon.people().organization_heads
            or (lower in coreference().party_members and stop - first == 1)
        ):
            return False
        places = lexicon.affiliations()
        peoples = lower.rstrip("s") in places.adjectives or lower in lexicon.people().common
        return peoples or (stop - first == 1 and self.text.starts_sentence(first) and stop - 1 not in self.cast.body_by_word)

    def turn(self, label: str) -> Attribution:
        """Resolve the labels of an interview: A is the one it is mostly about, Q the one who asks."""
        people = sorted(self.cast.people, key=lambda p: (-len(p.mentions), p.number))
        if label == "A" and people:
            return Attribution(people[0], "nominal", 0.7, "interview")
        return Attribution(Anonymous("interviewer"), "nominal", 0.7, "interview")

    def _name_start(self, capitals: list[int], stop: int) -> int:
        """Return where the name in "Packaging maker Halvorsen Paper ASA" begins: after the last common noun between."""
        text = self.text
        first = capitals[0]
        for left, right in pairwise(capitals):
            between = [w for w in range(left + 1, right) if text.words[w].text not in POSSESSIVES | HYPHENS]
            if between and text.words[right - 1].pos_ == "NOUN" and text.words[right - 1].text not in HYPHENS:
                first = right
            elif text.words[left + 1].text in POSSESSIVES and right == left + 2 and stop - right >= 2:
                plain = all(is_capital(t.text) or t.text in HYPHENS for t in text.words[right:stop])
                body = text.lower[stop - 1] in lexicon.people().organization_heads | self.words.authorities
                first = right if plain and not body else first
        return first

    def _country_body(self, country: str, name: str, start: int, end: int) -> Body:
        for body in self.cast.bodies:
            if body.country == country:
                body.forms[name] += 1
                if all(m.start != start for m in body.mentions):
                    body.mentions.append(Mention(start, end, "organization", name))
                return body
        body = self.cast.body(name, start, end)
        body.country = country
        return body

    def _body_end(self, start: int, end: int) -> int:
        """Return where a body's name ends: prepositional phrases with capitals belong to it."""
        text = self.text
        at = start
        stop = start
        while at < end:
            token, lower = text.words[at], text.lower[at]
            if token.text in {",", "--", "—", "–", ":", ";", "("} or lower in role_words().relatives:
                break
            joined = at > start and text.words[at - 1].text in HYPHENS and text.glued(at)  # "Oslo-listed"
            if token.pos_ in {"VERB", "AUX"} and not is_capital(token.text) and at > start and not joined:
                break
            if token.pos_ == "ADP" or lower in {"of", "for", "on"}:
                following = [w for w in range(at + 1, min(at + 3, end)) if is_capital(text.words[w].text)]
                if not following or lower in {"in", "at", "to", "from", "with", "by"}:
                    break
            at += 1
            stop = at
        while stop > start and (
            text.lower[stop - 1] in {"and", "the", "of", "also", "all"} or text.words[stop - 1].text in CLOSE_MARKS - {"'"}
        ):
            stop -= 1
        if stop > start and text.words[stop - 1].text in POSSESSIVES:
            stop -= 1
        return stop

    def _common_body(self, start: int, stop: int, end: int) -> Attribution | None:
        """Resolve "the company", "the agency" (its noun phrase ends at `stop`) to the body named before that it fits."""
        text = self.text
        head = text.lower[stop - 1]
        people = lexicon.people()
        definite = text.lower[start] in {"the", "its", "this"} or head in self.words.named_by_kind
        if definite and head in people.organization_heads | self.words.bodies:
            chosen, confidence = self.scene.ranker.choose(BODY, start, self.scene.candidates.bodies_at(start, head))
            if head in self.words.named_by_kind and not chosen.features.get("fits"):
                return Attribution(self.cast.body(head, start, stop), "organization", 0.8, "body")
            if isinstance(chosen.entity, Body):
                chosen.entity.mentions.append(Mention(start, stop, "nominal", text.span_text(start, stop)))
            if chosen.entity is not None:
                return Attribution(chosen.entity, "nominal", round(confidence, 3), "body-description")
        if stop + 1 < end and text.words[stop].text == "," and self._capitals(stop + 1, self._bounds(stop + 1, end)[1]):
            return self.by_body(stop + 1, end)  # "His party, the National Front,"
        return Attribution(self.scene.unnamed(start, end), "nominal", 0.7, "unnamed")
