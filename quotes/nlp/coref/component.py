"""Who is meant by each source: coreference inside one article, for speakers.

The component `quotes_coref` reads `doc.spans["quotes"]` (CONTENT, CUE, SOURCE; one `span_id` a quote),
`doc.spans["quotes_paragraphs"]` and, if there, `doc.spans["quotes_marks"]`, and writes `doc.spans["quotes_mentions"]`:
a span for every mention of a speaker (label: its kind; span_id: the speaker's key) and in `attrs`

    entities: {key: {name, description, type, aliases: [[alias, kind, count]], roles: [[role, affiliation, class]]}}
    sources:  {span_id: {entities: [key], mention, role, roles, affiliation, confidence, rule}}

Several who speak at once are several entities, in the order of the article; a source's `roles` are those of all of them,
its `role` one of the first's.

Who is meant says `resolver.py`.

Invariants: every quote has an entity; an entity is behind at least one quote; all values are JSON; sex is weighed inside this
module only and never leaves it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Span, SpanGroup

from quotes import names
from quotes.lexicon import coreference, fold
from quotes.nlp.component import MARKS_KEY, MENTIONS_KEY, PARAGRAPHS_KEY, Component, Range, Reported, read_quotes
from quotes.nlp.coref import affiliations
from quotes.nlp.coref.entities import Anonymous, Body, Entity, Joint, Mention, Paper, Person, Source
from quotes.nlp.coref.ranker import Ranker
from quotes.nlp.coref.resolver import Resolver
from quotes.nlp.coref.rules import RULES
from quotes.nlp.roles.chooser import Chooser
from quotes.nlp.roles.facts import is_plural, spelt_out
from quotes.nlp.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from spacy.tokens import Doc

    from quotes.nlp.roles import facts



# -- what the entities look like from outside --------------------------------------------------------------------------


class Writer:
    """Turns attributions into JSON values and spans."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.keys: dict[tuple[int, ...], str] = {}
        self.entities: dict[str, dict[str, Any]] = {}
        self.spans: list[tuple[Mention, str]] = []

    def write(self) -> dict[str, Any]:
        """Return the attributes of `doc.spans["quotes_mentions"]`."""
        sources = {}
        for quote, found in self.resolver.found.items():
            keys = self._keys(found.entity)
            held = self.entities[keys[0]]["roles"]
            own_roles = [role[0] for role in held]
            role = found.role.role if found.role else None
            if role is not None and role not in own_roles:
                nearest = own_roles[0] if own_roles and len(keys) == 1 else None
                role = next((r for r in own_roles if fold(role) in fold(r)), nearest)
            affiliation = next((r[1] for r in held if r[0] == role), None) if role else None
            sources[quote] = {
                "entities": keys,
                "mention": found.mention,
                "role": role,
                "roles": [role[0] for role in _roles(_stated(found.entity))] if len(keys) > 1 else own_roles,
                "affiliation": affiliation,
                "confidence": found.confidence,
                "rule": found.rule,
            }
        return {"entities": self.entities, "sources": sources}

    def _keys(self, entity: Entity) -> list[str]:
        """Return the keys of those who speak: of each of several, and of each of the issuers of a document."""
        if isinstance(entity, Joint):
            keys = [self._key(member) for member in entity.members]
            self._mention(entity, keys)
            return keys
        if isinstance(entity, Paper) and isinstance(entity.issuer, Joint):
            return [self._key(entity, member) for member in entity.issuer.members]
        return [self._key(entity)]

    def _mention(self, joint: Joint, keys: Sequence[str]) -> None:
        """Note once that the mentions of several are mentions of each."""
        if (id(joint),) not in self.keys:
            self.keys[id(joint),] = ""
            self.spans += [(mention, key) for mention in joint.mentions for key in keys]

    def _key(self, entity: Person | Body | Anonymous | Paper, issuer: Person | Body | None = None) -> str:
        """Return the key of an entity; a document of several issuers has one for each."""
        identity = (id(entity),) if issuer is None else (id(entity), id(issuer))
        if identity not in self.keys:
            key = f"e{len(self.entities) + 1}"
            self.keys[identity] = key
            self.entities[key] = self._describe(entity, issuer)
            self.spans += [(mention, key) for mention in entity.mentions]
        return self.keys[identity]

    def _describe(self, entity: Person | Body | Anonymous | Paper, issuer: Person | Body | None) -> dict[str, Any]:
        if isinstance(entity, Person):
            return {
                "name": self._name(entity),
                "description": None,
                "type": "person",
                "aliases": _aliases(entity),
                "roles": self._cleaned(_roles(entity.roles)),
            }
        if isinstance(entity, Body):
            group = fold(entity.full) in coreference().party_members
            return {
                "name": self.resolver.cast.full_name(entity),
                "description": None,
                "type": "group" if group else "organization",
                "aliases": [[form, "organization", count] for form, count in sorted(entity.forms.items())],
                "roles": [],
            }
        if isinstance(entity, Paper):
            issued_by = issuer or entity.issuer
            name = None if issued_by is None or isinstance(issued_by, Joint) else self._name(issued_by)
            return {"name": name, "description": entity.description, "type": "document", "aliases": [], "roles": []}
        role = [[entity.role.role, entity.role.affiliation, entity.role.role_class]] if entity.role else []
        role = self._cleaned(role)
        return {"name": None, "description": entity.description, "type": entity.type, "aliases": [], "roles": role}

    def _cleaned(self, roles: Sequence[list[Any]]) -> list[list[Any]]:
        return [[role, affiliations.cleaned(belongs_to, self.resolver.cast), kind] for role, belongs_to, kind in roles]

    def _name(self, entity: Person | Body) -> str:
        return self._full_name(entity) if isinstance(entity, Person) else self.resolver.cast.full_name(entity)

    def _full_name(self, person: Person) -> str:
        """Return the fullest name, with the title where it is half of the name: "Pope Francis", "Queen Camilla"."""
        name, text = full_name(person), self.resolver.text
        if names.parse(name).given or " " in name.removesuffix(f" {name.split()[-1]}"):
            return name
        before = (text.words[m.start - 1].text for m in person.mentions if m.start and m.kind != "pronoun")
        titles = Counter(word.title() for word in before if fold(word) in coreference().regnal)
        return f"{titles.most_common(1)[0][0]} {name}" if titles else name


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


def _stated(entity: Entity) -> list[tuple[int, facts.RoleText]]:
    """Return the roles that the article gives to any of several speakers."""
    members = entity.members if isinstance(entity, Joint) else ()
    return [stated for member in members if isinstance(member, Person) for stated in member.roles]


def _roles(stated: Sequence[tuple[int, facts.RoleText]]) -> list[list[Any]]:
    """Return roles without repeats (capitals and abbreviations apart), heads of longer ones, plurals of what a singular says."""
    kept: list[facts.RoleText] = []
    for _, role in stated:
        key = spelt_out(role.role)
        if not key or any(spelt_out(k.role) == key or spelt_out(k.role).endswith(" " + key) for k in kept):
            continue
        kept = [k for k in kept if not key.endswith(" " + spelt_out(k.role))]
        kept.append(role)
    single = {fold(k.role).rsplit(" ", 1)[-1].rstrip(".") for k in kept if not is_plural(k.role)}
    kept = [k for k in kept if not is_plural(k.role) or fold(k.role).rsplit(" ", 1)[-1].rstrip(".")[:-1] not in single]
    return [[role.role, role.affiliation, role.role_class] for role in kept]


# -- the component -----------------------------------------------------------------------------------------------------


Mentioned = tuple[list[tuple[int, int, str, str]], dict[str, Any]]  # spans (tokens, label, key), attributes


@Language.factory("quotes_coref", requires=["doc.spans", "token.pos", "token.dep"], assigns=["doc.spans"])
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

    def __init__(self, name: str = "quotes_coref", rules: Collection[str] = RULES) -> None:
        super().__init__(name)
        self.rules = rules
        self.ranker = Ranker()
        self.chooser = Chooser()

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
        sources = [_source(text, quote) for quote in quotes]
        resolver = Resolver(text, sources, self.ranker, self.chooser, rules=self.rules)
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
