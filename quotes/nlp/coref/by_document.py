"""Documents in sources: "a report by X", "X's letter", "the statement" of the speaker before."""

from __future__ import annotations

import re

from quotes import lexicon
from quotes.lexicon import coreference, fold, role_words
from quotes.nlp.coref.cast import without_article
from quotes.nlp.coref.entities import Attribution, Body, Joint, Paper, Person
from quotes.nlp.coref.scene import Part
from quotes.nlp.roles import facts
from quotes.nlp.text import POSSESSIVES, is_capital


class Papers(Part):
    """Resolves documents to their issuers."""

    def paper(self, start: int, end: int, head: int) -> Attribution:
        """Resolve a document to its issuer: "a report by X", "X's report", "an X memo", "the report" said before."""
        text = self.text
        description = text.span_text(start, end)
        issuer = self._issuer(start, end, head)
        mention = "organization" if issuer else "nominal"
        if issuer is None and text.lower[start] in coreference().known_before:
            known = [p for p in self.scene.issued if p.issuer]
            if known:
                return Attribution(known[-1], "nominal", 0.6, "document-again")
            speaker = self.presence.speaker_before(start)
            if text.lower[head] in coreference().own_documents and isinstance(
                speaker, (Person, Body)
            ):
                return Attribution(speaker, "nominal", 0.6, "statement-of-speaker")
        if issuer is None and text.lower[head] in coreference().suits and "plaintiffs" in self.scene.rules:
            issuer = self._plaintiff(start)
        if issuer is None and text.lower[head] in coreference().judgments:
            courts = [
                b
                for b in self.cast.bodies
                if coreference().courts & set(fold(b.full).split()) and b.mentions[0].start < start
            ]
            issuer = courts[0] if courts else None
        paper = Paper(issuer, without_article(re.sub(r"^(?:an?|A|An) ", "", description)))
        self.scene.issued.append(paper)
        return Attribution(paper, mention, 0.7 if issuer else 0.6, "document")

    def _plaintiff(self, start: int) -> Person | Body | None:
        """Return who went to court before a word: "Tern Water sued the county. The lawsuit says ..."."""
        text = self.text
        for word in range(start - 1, -1, -1):
            if text.words[word].pos_ != "VERB" or text.words[word].lemma_.lower() not in coreference().suing or text.quoted[word]:
                continue
            subjects = (text.index.get(child.i) for child in text.words[word].children if child.dep_ == "nsubj")
            for at in subjects:
                entity = None if at is None else self.cast.by_word.get(at) or self.cast.body_by_word.get(at)
                if entity is not None:
                    return entity
        return None

    def _issuer(self, start: int, end: int, head: int) -> Person | Body | Joint | None:
        after = self._prepositions(head, end)
        bodies: list[Person | Body] = []
        if after and not self._names_follow(after[0], end):
            return None
        for word in range(after[0] if after else start, end if after else head):
            owned = self._owner_body(word, end)
            if owned and owned not in bodies:
                bodies.append(owned)
                continue
            entity = self.cast.by_word.get(word) or self.cast.body_by_word.get(word)
            covered = any(m.start < word < m.end for b in bodies for m in b.mentions)
            if entity and not covered and entity not in bodies and not (isinstance(entity, Body) and self._only_place(entity)):
                bodies.append(entity)
        if not bodies and not after:
            before = self._named_before(start, head)
            bodies = [before] if before else []
        if not bodies and not after:
            hosts = [owned for word in range(head + 1, end) if (owned := self._owner_body(word, end))]
            bodies = [*hosts[:1]]
        if len(bodies) > 1 and after:
            people = [b for b in bodies if isinstance(b, (Person, Body))]
            return self.scene.joint(people[:3])
        return bodies[0] if bodies else None

    def _prepositions(self, head: int, end: int) -> list[int]:
        """Return the prepositions that may lead to an issuer: "by" and "from" before "of", none inside of a name."""
        text, inside = self.text, self.cast.body_by_word
        found = [
            w
            for w in range(head + 1, end)
            if text.lower[w] in coreference().issuing_prepositions
            and text.lower[w - 1] not in coreference().obtained
            and not (is_capital(text.words[w - 1].text) and (w in inside or w - 1 > head))
        ]
        return [w for w in found if text.lower[w] != "of"] or found

    def _names_follow(self, preposition: int, end: int) -> bool:
        """Say whether a name, its determiner and titles apart, follows "by": "by researchers at X" names no issuer."""
        text = self.text
        for word in range(preposition + 1, min(end, preposition + 6)):
            if is_capital(text.words[word].text) or word in self.cast.by_word:
                return True
            if text.words[word].tag_ == "NNS" or (text.words[word].pos_ == "ADP" and text.lower[word] != "by"):
                break
        later = [w for w in range(preposition + 1, end) if text.lower[w] in {"by", "from"}]
        return bool(later) and self._names_follow(later[0], end)

    def _owner_body(self, word: int, end: int) -> Body | None:
        """Return the body in "the Trump campaign's website": a name, a body's noun and the possessive."""
        text = self.text
        if word not in self.cast.by_word or word + 1 in self.cast.by_word or word + 2 >= end:
            return None
        if text.lower[word + 1] not in lexicon.people().organization_heads or text.words[word + 2].text not in POSSESSIVES:
            return None
        first = word
        while self.cast.by_word.get(first - 1) is self.cast.by_word[word]:
            first -= 1
        return self.cast.body(text.span_text(first, word + 2), first, word + 2)

    def _only_place(self, body: Body) -> bool:
        key, places = fold(body.full), lexicon.affiliations()
        common = key in lexicon.people().common and not body.sure
        return common or (key in places.adjectives and key not in places.countries)

    def _named_before(self, start: int, head: int) -> Body | None:
        determiners = role_words().determiners | {"both", "these", "those"}
        span = [w for w in range(start, head) if is_capital(self.text.words[w].text) and self.text.lower[w] not in determiners]
        if not span:
            return None
        name = self.text.span_text(span[0], span[-1] + 1)
        if facts.country_of(name) or fold(name) in lexicon.people().common:
            return None
        return self.cast.body(name, span[0], span[-1] + 1)
