"""Who is meant by each source: coreference inside one article, for speakers.

The component `quotes_coref` reads `doc.spans["quotes"]` (CONTENT, CUE, SOURCE; one `span_id` a quote),
`doc.spans["quotes_paragraphs"]` and, if there, `doc.spans["quotes_marks"]`, and writes `doc.spans["quotes_mentions"]`:
a span for every mention of a speaker (label: its kind; span_id: the speaker's key) and in `attrs`

    entities: {key: {name, description, type, aliases: [[alias, kind, count]], roles: [[role, affiliation, class]]}}
    sources:  {span_id: {entity, mention, role, roles, affiliation, confidence, rule}}

A sieve, surest first: names inside the source; pronouns and descriptions walked through in text order, so that each is
there to answer the next; documents to their issuers; quotes without a source to the speaker before.

Invariants: every quote has exactly one entity; an entity is behind at least one quote; all values are JSON; sex is weighed
inside this module only and never leaves it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Span, SpanGroup

from quotes import names
from quotes.lexicon import fold
from quotes.nlp.bodies import GROUP_NAMES, Bodies
from quotes.nlp.component import MARKS_KEY, MENTIONS_KEY, PARAGRAPHS_KEY, Component, Range, Reported, read_quotes
from quotes.nlp.descriptions import Descriptions
from quotes.nlp.entities import Anonymous, Attribution, Body, Entity, Joint, Mention, Paper, Person, Source
from quotes.nlp.papers import Papers
from quotes.nlp.pronouns import Pronouns
from quotes.nlp.roles import TIME_WORDS, is_plural
from quotes.nlp.scene import Scene
from quotes.nlp.source_names import NamesInSources
from quotes.nlp.words import CLOSE_MARKS, OPEN_MARKS, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spacy.tokens import Doc

    from quotes.nlp import roles



class Resolver:
    """Resolves the sources of one article."""

    def __init__(self, text: Text, sources: Sequence[Source]) -> None:
        self.text = text
        self.scene = Scene(text, sources)
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
        while end - start > 1 and self.text.lower[end - 1] in TIME_WORDS:
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

    def _continue(self, source: Source) -> Attribution:
        """Give a quote without a source to whom the text speaks of right before it, else to the speaker of the quote before.

        Both in its paragraph or the one before.
        """
        word = min(source.content[0], len(self.text) - 1)
        if owner := self._owner(word):  # "Ruiz's letter that ..." taken for content as a whole
            return self._with_role(Attribution(owner, "surname", 0.5, "owner"), source)
        start, speaker = next(((s, e) for s, e in reversed(self.scene.spoken) if s <= word), (-1, None))
        if topic := self._topic(word, start):
            return self._with_role(Attribution(topic, "none", 0.5, "topic-before"), source)
        if speaker is not None and 0 <= self.text.paragraph[word] - self.text.paragraph[min(start, len(self.text) - 1)] <= 1:
            return self._with_role(Attribution(speaker, "none", 0.5, "previous-speaker"), source)
        return Attribution(Anonymous(None), "none", 0.3, "no-source")

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
            if person is None or at in self.quoting or text.quoted[at]:
                continue
            if text.words[at].dep_ in {"nsubj", "nsubjpass"}:
                return person
            if text.labels[text.paragraph[at]] == "body" and cast.by_word.get(at - 1) is person:  # a name of two words
                named[id(person)] = person
        return next(iter(named.values())) if len(named) == 1 else None


# -- what the entities look like from outside --------------------------------------------------------------------------


class Writer:
    """Turns attributions into JSON values and spans."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.keys: dict[int, str] = {}
        self.entities: dict[str, dict[str, Any]] = {}
        self.spans: list[tuple[Mention, str]] = []

    def write(self) -> dict[str, Any]:
        """Return the attributes of `doc.spans["quotes_mentions"]`."""
        sources = {}
        for quote, found in self.resolver.found.items():
            key = self._key(found.entity)
            own_roles = [role[0] for role in self.entities[key]["roles"]]
            role = found.role.role if found.role else None
            if role is not None and role not in own_roles:
                role = next((r for r in own_roles if fold(role) in fold(r)), own_roles[0] if own_roles else None)
            affiliation = next((r[1] for r in self.entities[key]["roles"] if r[0] == role), None) if role else None
            sources[quote] = {
                "entity": key,
                "mention": found.mention,
                "role": role,
                "roles": own_roles,
                "affiliation": affiliation,
                "confidence": found.confidence,
                "rule": found.rule,
            }
        return {"entities": self.entities, "sources": sources}

    def _key(self, entity: Entity) -> str:
        if id(entity) not in self.keys:
            key = f"e{len(self.keys) + 1}"
            self.keys[id(entity)] = key
            self.entities[key] = self._describe(entity)
            mentions = entity.mentions
            self.spans += [(mention, key) for mention in mentions]
        return self.keys[id(entity)]

    def _describe(self, entity: Entity) -> dict[str, Any]:
        if isinstance(entity, Person):
            return {
                "name": full_name(entity),
                "description": None,
                "type": "person",
                "aliases": _aliases(entity),
                "roles": _roles(entity.roles),
            }
        if isinstance(entity, Body):
            group = fold(entity.full) in GROUP_NAMES
            return {
                "name": self.resolver.cast.full_name(entity),
                "description": None,
                "type": "group" if group else "organization",
                "aliases": [[form, "organization", count] for form, count in sorted(entity.forms.items())],
                "roles": [],
            }
        if isinstance(entity, Joint):
            return {
                "name": "; ".join(self._name(m) for m in entity.members),
                "description": None,
                "type": "group",
                "aliases": [],
                "roles": _roles([stated for m in entity.members if isinstance(m, Person) for stated in m.roles]),
            }
        if isinstance(entity, Paper):
            name = None if entity.issuer is None else self._name(entity.issuer)
            return {"name": name, "description": entity.description, "type": "document", "aliases": [], "roles": []}
        role = [[entity.role.role, entity.role.affiliation, entity.role.role_class]] if entity.role else []
        return {"name": None, "description": entity.description, "type": entity.type, "aliases": [], "roles": role}

    def _name(self, entity: Person | Body | Joint) -> str:
        if isinstance(entity, Joint):
            return "; ".join(self._name(member) for member in entity.members)
        return full_name(entity) if isinstance(entity, Person) else self.resolver.cast.full_name(entity)


def full_name(person: Person) -> str:
    """Return the fullest name the article gives, the most frequent of equals, without titles."""

    def fullness(form: str) -> tuple[int, int, int, str]:
        parsed = names.parse(form)
        return (bool(parsed.given) + (len(parsed.words) > 1), len(parsed.words), person.forms[form], form)

    best = max(person.forms, key=fullness, default=person.full)
    return names.bare(best) if not best.isupper() else names.bare(best).title() if len(best.split()) > 1 else best.capitalize()


def _aliases(person: Person) -> list[list[Any]]:
    counted = Counter((m.text, m.kind) for m in person.mentions if m.kind in {"name", "surname", "nominal"})
    return [[text, kind, count] for (text, kind), count in sorted(counted.items())]


def _roles(stated: Sequence[tuple[int, roles.RoleText]]) -> list[list[Any]]:
    """Return roles without repeats, heads contained in a longer role, and plurals of what a singular says."""
    kept: list[roles.RoleText] = []
    for _, role in stated:
        key = fold(role.role)
        if not key or any(fold(k.role) == key or fold(k.role).endswith(" " + key) for k in kept):
            continue
        kept = [k for k in kept if not key.endswith(" " + fold(k.role))]
        kept.append(role)
    single = {fold(k.role).rsplit(" ", 1)[-1].rstrip(".") for k in kept if not is_plural(k.role)}
    kept = [k for k in kept if not is_plural(k.role) or fold(k.role).rsplit(" ", 1)[-1].rstrip(".")[:-1] not in single]
    return [[role.role, role.affiliation, role.role_class] for role in kept]


# -- the component -----------------------------------------------------------------------------------------------------


Mentioned = tuple[list[tuple[int, int, str, str]], dict[str, Any]]  # spans (tokens, label, key), attributes


@Language.factory("quotes_coref", requires=["doc.spans", "token.pos", "token.dep", "doc.ents"], assigns=["doc.spans"])
def make_coref(nlp: Language, name: str) -> Coref:
    """Make the component that says who each source means; put it last.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
    RETURNS (Coref): the component.
    """
    del nlp
    return Coref(name)


class Coref(Component[Mentioned]):
    """Writes mentions, entities and sources into a Doc; the module says how they look."""

    def __init__(self, name: str = "quotes_coref") -> None:
        super().__init__(name)

    def match(self, doc: Doc) -> Mentioned:
        """Return mention spans and attributes, changing nothing."""
        quotes = read_quotes(doc)
        if not quotes:
            return [], {"entities": {}, "sources": {}}
        text = Text(
            doc,
            [(s.start, s.end, s.label_) for s in doc.spans.get(PARAGRAPHS_KEY, ())],
            [(s.start, s.end) for s in doc.spans.get(MARKS_KEY, ())],
        )
        resolver = Resolver(text, [_source(text, quote) for quote in quotes])
        resolver.resolve()
        writer = Writer(resolver)
        attrs = writer.write()
        spans = [
            (text.words[m.start].i, text.words[m.end - 1].i + 1, m.kind, key)
            for m, key in writer.spans
            if m.start < m.end <= len(text)
        ]
        return sorted(spans), attrs

    def set_annotations(self, doc: Doc, found: Mentioned) -> None:
        """Write mentions into a Doc."""
        spans, attrs = found
        made = [Span(doc, start, end, label=label, span_id=key) for start, end, label, key in spans]
        doc.spans[MENTIONS_KEY] = SpanGroup(doc, name=MENTIONS_KEY, spans=made, attrs=attrs)


def _source(text: Text, quote: Reported) -> Source:
    """Return the source of a quote to resolve, in words."""
    content, pieces = _words(text, quote.content), _words(text, quote.source)
    whole = (content[0][0], content[-1][1]) if content else (0, 0)
    return Source(quote.key, pieces, whole, quote.rule.answers)


def _words(text: Text, pieces: Iterable[Range]) -> list[tuple[int, int]]:
    """Return ranges of tokens as sorted ranges of words, without those that hold none."""
    ranges = ((text.word_at(start), text.word_at(end)) for start, end in pieces)
    return sorted((start, end) for start, end in ranges if start < end)
