"""Who is who over all articles: block, score, decide. A pure function of entities and people's decisions.

Entities of one name and one kind of evidence make a node. Nodes are compared only within blocks (the surname's skeleton;
the given name's with the surname's beginning), each pair gets a score with reasons, and pairs join in the order of their
scores, a union being refused where any two names in it conflict or a person said so. Where the score is not enough the
pair goes to people as a candidate: a wrong merge costs more than a missed one.

Invariants: equal entities and decisions, in whatever order, make equal resolutions; different given names never join
without a person's word; a judgement overrides every score; an identifier follows from the canonical name and type, from
the first entity too where two speakers share them; every other name's identifier is forwarded if it means one speaker.
"""

from __future__ import annotations

import logging
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from quotes import ids, lexicon, names
from quotes.lexicon import fold
from quotes.names import Match
from quotes.records import (
    Alias,
    Authority,
    Candidate,
    Judgement,
    MentionKind,
    Rename,
    Resolution,
    Speaker,
    SpeakerType,
    StoredEntity,
    Verdict,
)
from quotes.resolve import authority, evidence
from quotes.resolve.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

log = logging.getLogger(__name__)

MERGE = 0.75
ASK = 0.5
CLEAR = 0.1
DIFFERENCE = 0.45  # of a pair's score, for each point that tells two apart
LARGEST_BLOCK = 1500
NEIGHBOURS = 300  # of a name in a larger one
LATIN_END = 0x250  # the first code point after the Latin letters
BASE = {Match.EXACT: 1.0, Match.FULL: 0.9, Match.INITIAL: 0.55, Match.SURNAME: 0.4}
BARE_INITIAL = 0.4
SHORTEST_ACRONYM = 3  # letters
LONGEST_COUNTRY = 4  # words
NAMING = frozenset({MentionKind.NAME, MentionKind.SURNAME, MentionKind.ORGANIZATION})

@dataclass(slots=True)
class Node:
    """Entities of one name, and of nobody else of that name, that are taken for one person or body.

    `apart` if a person said that its one entity is not who its name says.
    """

    key: tuple[str, ...]
    name: str
    type: SpeakerType
    apart: bool = False
    entities: list[StoredEntity] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def first(self) -> str:
        """The least identifier of the node's entities."""
        return min(entity.id for entity in self.entities)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nodes, how alike they are (0 to 1), and why."""

    score: float
    left: int
    right: int
    reasons: str


def resolve(
    entities: Iterable[StoredEntity],
    judgements: Iterable[Judgement] = (),
    *,
    renames: Iterable[Rename] = (),
    authorities: Iterable[Authority] = (),
) -> Resolution:
    """Say who is who over all articles.

    Args:
        entities: every article's speakers, in any order.
        judgements: people's decisions that hold; identifiers are those of speakers or of entities.
        renames: people's decisions on names that hold.
        authorities: known people and bodies to link speakers to.

    Returns:
        Speakers, every entity's speaker, identifiers to forward, and pairs for people to judge.
    """
    held = sorted((j for j in judgements if j.superseded_at is None), key=lambda j: (j.made_at, j.left_id, j.right_id))
    nodes = _nodes(sorted(entities, key=lambda entity: entity.id), held)
    groups = _Groups(nodes, _Decisions(nodes, held))
    groups.join_judged()
    pairs = sorted(
        _pairs(nodes),
        key=lambda p: (nodes[p.left].apart or nodes[p.right].apart, -p.score, nodes[p.left].key, nodes[p.right].key),
    )
    clear = _clear(pairs, nodes)
    for pair in pairs:
        if pair in clear:
            groups.join(pair.left, pair.right)
    groups.attach_surnames()
    known = tuple(authorities)
    if known:
        linked = authority.link([_profile(group, nodes) for group in groups.members()], known)
        members = groups.members()
        by_authority: dict[str, list[int]] = defaultdict(list)
        for number, identifier in sorted(linked.links.items()):
            by_authority[identifier].append(members[number][0])
        for same in by_authority.values():
            for other in same[1:]:
                groups.join(same[0], other)
    return _Result(groups, pairs, known).resolution(tuple(renames))


# -- nodes --------------------------------------------------------------------------------------------------------------


def _nodes(entities: Sequence[StoredEntity], judgements: Sequence[Judgement]) -> list[Node]:
    """Return the nodes in the order of their keys."""
    refused = {i for j in judgements if j.judgement != Verdict.POSITIVE for i in (j.left_id, j.right_id)}
    known = {_key(entity)[:3] for entity in entities if entity.type != SpeakerType.DOCUMENT}
    by_key: dict[tuple[str, ...], list[StoredEntity]] = defaultdict(list)
    nodes = []
    for entity in entities:
        key = _issuer_key(entity, known) or _key(entity)
        if entity.id in refused:
            nodes.append(Node((*key, "", entity.id), _common_name([entity]), entity.type, True, [entity]))
        else:
            by_key[key].append(entity)
    company = _company(entities)
    for key, group in by_key.items():
        parts = _namesakes(group, company) if key[0] == SpeakerType.PERSON else [("", group)]
        for namesake, part in parts:
            nodes.append(Node((*key, namesake), _common_name(part), SpeakerType(key[0]), False, part))
    for node in nodes:
        for entity in node.entities:
            node.evidence.add(entity, company.get(entity.article_id, set()) - {node.key[2]})
    return sorted(nodes, key=lambda node: node.key)


def _company(entities: Iterable[StoredEntity]) -> dict[str, set[str]]:
    """Return the people who speak in each article, by their names' keys."""
    found: dict[str, set[str]] = defaultdict(set)
    for entity in entities:
        if entity.type == SpeakerType.PERSON and entity.name:
            found[entity.article_id].add(person_key(entity.name))
    return found


def _key(entity: StoredEntity) -> tuple[str, ...]:
    """Return what entities of one name share: type and folded name; unnamed sources share nothing beyond their article."""
    if entity.name is None or not ids.slug(entity.name):
        return (str(entity.type), entity.article_id, fold(entity.name or entity.description or ""))
    if entity.type == SpeakerType.PERSON:
        parsed = names.parse(entity.name)
        if not parsed.given and names.is_given(entity.name) and not entity.roles:
            return ("person", entity.article_id, fold(entity.name))
        return ("person", "", person_key(entity.name))
    return (str(entity.type), "", body_key(entity.name))


def person_key(name: str) -> str:
    """Return the key under which the spellings of one person's name in one alphabet coincide.

    >>> person_key("Dr. Mevlüt Çavuşoğlu"), person_key("G. K. Butterfield") == person_key("G.K. Butterfield")
    ('mevlut cavusoglu', True)
    """
    parsed = names.parse(name)
    words = [re.sub(r"[^a-z0-9@-]", "", fold(word)) for word in parsed.words]
    while len(words) > 2 and len(words[0]) == len(words[1]) == 1:
        words[:2] = [words[0] + words[1]]
    return " ".join((*words, parsed.suffix)).strip() or fold(name)


def body_key(name: str) -> str:
    """Return the key under which a body's names coincide: its country, or its words without article, possessive, legal form.

    >>> body_key("Moscow") == body_key("Russia"), body_key("the Kremlin") == body_key("Kremlin")
    (True, True)
    >>> body_key("Centre for Labour & Defence plc") == body_key("Center for Labor and Defense")
    True
    """
    places, known = lexicon.affiliations(), lexicon.identity()
    key = re.sub(r"^the ", "", fold(name).strip())
    country = places.countries.get(key) or places.capitals.get(key)
    if country:
        return fold(country)
    spaced = re.sub(r"'s\b|s'(?=\s|$)", " ", key.replace(".", "").replace("&", " & "))
    words = [known.spellings.get(word, word) for word in re.sub(r"[^a-z0-9;&]+", " ", spaced).split()]
    words = _of_country(words)
    while words[1:] and words[-1] in known.legal_forms and not set(words[:-1]) <= lexicon.people().organization_heads:
        words.pop()
    return " ".join(words) or key


def _of_country(words: list[str]) -> list[str]:
    """Return the words of a body's name, the country it begins with spelt in one way: "US government", "British government"."""
    places, known = lexicon.affiliations(), lexicon.identity()
    for length in (3, 2, 1):
        first, rest = " ".join(words[:length]), words[length:]
        country = places.countries.get(first) if rest else None
        if rest and rest[-1] in known.state_bodies:
            country = country or places.adjectives.get(first)
        if country:
            return [*fold(country).split(), *rest]
    return words


def _issuer_key(entity: StoredEntity, known: set[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Return the key of the person or body that issued a document, if it speaks itself somewhere."""
    if entity.type != SpeakerType.DOCUMENT or entity.name is None or not ids.slug(entity.name):
        return None
    options = [
        ("person", "", person_key(entity.name)),
        ("organization", "", body_key(entity.name)),
        ("group", "", body_key(entity.name)),
    ]
    return next((key for key in options if key in known), None)


def _namesakes(entities: Sequence[StoredEntity], company: Mapping[str, set[str]]) -> list[tuple[str, list[StoredEntity]]]:
    """Part people of one name whom roles, bodies, places and years tell apart: the first in most articles, named "".

    Those of equal evidence go together, the most frequent first, each to whom most ties it of those it may be; the others by the
    least of their identifiers. Those of whom nothing is known go with the first.
    """
    if len(entities) == 1:
        return [("", list(entities))]
    alike: dict[tuple[object, ...], list[StoredEntity]] = defaultdict(list)
    for entity in entities:
        alike[evidence.told_by(entity)].append(entity)
    parts: list[tuple[Evidence, list[StoredEntity]]] = []
    own = person_key(entities[0].name or "")
    for group in sorted(alike.values(), key=lambda group: (-len(group), not group[0].roles, group[0].id)):
        told = Evidence()
        for entity in group:
            told.add(entity, company.get(entity.article_id, set()) - {own})
        fitting = [part for part in parts if evidence.apart(part[0], told) < evidence.TWO]
        if fitting:
            found = max(fitting, key=lambda part: (evidence.ties(part[0], told), len(part[1]), part[1][0].id))
            found[0].update(told)
            found[1].extend(group)
        else:
            parts.append((told, list(group)))
    parts.sort(key=lambda part: (-len(part[1]), min(entity.id for entity in part[1])))
    named = [("" if number == 0 else min(entity.id for entity in part), part) for number, (_, part) in enumerate(parts)]
    return [(name, sorted(part, key=lambda entity: entity.id)) for name, part in named]


def _common_name(entities: Sequence[StoredEntity]) -> str:
    """Return the most frequent name of entities: in Latin letters if any, then by articles, quotes, length, letters."""
    counted: Counter[str] = Counter()
    quoted: Counter[str] = Counter()
    for entity in entities:
        name = entity.name or entity.description or "unnamed"
        counted[name] += 1
        quoted[name] += entity.quotes
    return min(counted, key=lambda name: (not _is_latin(name), -counted[name], -quoted[name], -len(name), name))


def _is_latin(name: str) -> bool:
    return all(ord(char) < LATIN_END for char in name if char.isalpha())



# -- pairs --------------------------------------------------------------------------------------------------------------


def _pairs(nodes: Sequence[Node]) -> Iterator[Pair]:
    """Yield the pairs of people and of bodies that names bring together, scored."""
    seen: set[tuple[int, int]] = set()
    for block in _blocks(nodes):
        for left, right in _compared(nodes, block):
            if (left, right) not in seen:
                seen.add((left, right))
                pair = _score(nodes, left, right)
                if pair:
                    yield pair
    yield from _acronyms(nodes)
    yield from _bodies_of_countries(nodes)


def _compared(nodes: Sequence[Node], block: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a block, left before right: all; of one too large those near one another in order of spelling.

    However large it is, about as many pairs come of each of its names as of one in the largest block that is compared whole.
    """
    if len(block) <= LARGEST_BLOCK:
        yield from combinations(block, 2)
        return
    ordered = sorted(block, key=lambda number: (fold(nodes[number].name), number))
    log.warning("%d names alike (%r to %r): too many to compare each with each, so only with those near in the alphabet; "
                "`quotes speakers merge` joins others", len(block), nodes[ordered[0]].name, nodes[ordered[-1]].name)
    for at, left in enumerate(ordered):
        for right in ordered[at + 1 : at + 1 + NEIGHBOURS]:
            yield min(left, right), max(left, right)


def surname_skeleton(name: str) -> str:
    """Return the skeleton of the last word of a surname."""
    return names.coarse(re.split(r"[\s-]+", names.parse(name).surname)[-1])


def _blocks(nodes: Sequence[Node]) -> Iterator[list[int]]:
    """Yield nodes to compare: a surname and a key of the given names in common, or a given name and a married surname."""
    blocks: dict[tuple[str, ...], set[int]] = defaultdict(set)
    initials: dict[tuple[str, str], set[int]] = defaultdict(set)
    for number, node in enumerate(nodes):
        if node.type != SpeakerType.PERSON or node.key[1]:
            continue
        parsed = names.parse(node.name)
        if not parsed.given:
            continue
        blocks["letters", names.anagram(node.name)].add(number)
        last, first = surname_skeleton(node.name), names.skeleton(parsed.given)
        for key in _given_keys(parsed):
            blocks["surname", last, key].add(number)
            if (rest := names.without_article(parsed.surname)) != parsed.surname:
                blocks["surname", names.coarse(rest), key].add(number)
        initials[last, fold(parsed.given)[:1]].add(number)
        blocks["given", first, names.skeleton(parsed.surname)[:2]].add(number)
        blocks["married", first, last].add(number)
        for word in (*parsed.middle, *re.split(r"[-‐‑–]", parsed.surname)[:-1]):
            if len(word) > 2:  # no initials
                blocks["married", first, names.coarse(word)].add(number)
    for letter, block in initials.items():
        if any(names.is_initial(names.parse(nodes[number].name).given) for number in block):
            blocks["initial", *letter] = block
    yield from (sorted(block) for _, block in sorted(blocks.items()) if len(block) > 1)


def _given_keys(parsed: names.PersonName) -> set[str]:
    """Return keys of which people who may be one share one: the given name, its beginning, what it is short for."""
    given = fold(parsed.given)
    keys = {names.skeleton(parsed.given), names.coarse(parsed.given), given[:3], *lexicon.nicknames().get(given, ())}
    keys |= {lexicon.given_variants().get(given, given)} | {names.skeleton(name) for name in parsed.nicknames}
    return keys | {given} | {names.skeleton(word) for word in parsed.middle if not names.is_initial(word)}


def _score(nodes: Sequence[Node], left: int, right: int) -> Pair | None:
    """Return how alike two people are, None where their names conflict."""
    a, b = nodes[left], nodes[right]
    match = names.compare(a.name, b.name)
    kin = names.kinship(a.name, b.name) if match is Match.CONFLICT else ""
    if match is Match.CONFLICT and not kin:
        return None
    score = BASE[match] if not kin else BASE[Match.INITIAL]
    if match is Match.INITIAL and any(names.is_initial(names.parse(node.name).given) for node in (a, b)):
        score = BARE_INITIAL
    reasons = [kin or f"names {match.name.lower()}"]
    for gain, reason in _support(a.evidence, b.evidence):
        score += gain
        reasons.append(reason)
    against = list(evidence.differences(a.evidence, b.evidence))
    if against and evidence.apart(a.evidence, b.evidence) > 0:
        score -= DIFFERENCE * evidence.apart(a.evidence, b.evidence)
        reasons += [reason for _, reason in against]
    if a.key[:3] == b.key[:3]:  # of one name, told apart
        score = min(max(score, ASK), MERGE - 0.05)
    return Pair(round(min(score, 1.0), 4), left, right, "; ".join(reasons)) if score > 0 else None


def _support(a: Evidence, b: Evidence) -> Iterator[tuple[float, str]]:
    """Yield what speaks for two nodes being one besides their names, and how much."""
    if a.affiliations & b.affiliations:
        yield 0.15, "affiliation " + min(a.affiliations & b.affiliations)
    shared = a.words & b.words
    if shared:
        yield 0.2, "role " + " ".join(sorted(shared)[:3])
    elif a.classes & b.classes:
        yield 0.1, "class of role"
    if evidence.near(a, b):
        yield 0.1, "same outlet within a week"


def _clear(pairs: Sequence[Pair], nodes: Sequence[Node]) -> set[Pair]:
    """Return the pairs that are sure enough, without those that could as well go with somebody else.

    "George Bush" fits "George W. Bush" and "George H. W. Bush", who are two: he joins the one whom the evidence prefers
    clearly, or none.
    """
    partners: dict[int, list[Pair]] = defaultdict(list)
    sure = [pair for pair in pairs if pair.score >= MERGE]
    for pair in sure:
        partners[pair.left].append(pair)
        partners[pair.right].append(pair)
    clear = set()
    for pair in sure:
        rivals = [
            other.score
            for mine, theirs in ((pair.left, pair.right), (pair.right, pair.left))
            for other in partners[mine]
            if other != pair
            and len(partners[mine]) > 1
            and names.compare(nodes[theirs].name, nodes[other.right if other.left == mine else other.left].name) is Match.CONFLICT
        ]
        if not rivals or pair.score >= max(rivals) + CLEAR:
            clear.add(pair)
    return clear


def _acronyms(nodes: Sequence[Node]) -> Iterator[Pair]:
    """Yield bodies of which one's name is an acronym that the other's articles use for it, or may be one of it."""
    bodies = {number: node for number, node in enumerate(nodes) if node.type == SpeakerType.ORGANIZATION and not node.key[1]}
    short = {node.key[2]: number for number, node in bodies.items() if _is_acronym(node.name)}
    owners: dict[str, set[int]] = defaultdict(set)
    likely: dict[str, set[int]] = defaultdict(set)
    for number, node in bodies.items():
        for alias in {alias.alias for entity in node.entities for alias in entity.aliases}:
            if _is_acronym(alias) and body_key(alias) in short:
                owners[body_key(alias)].add(number)
        for letters in _initials(node.name) & short.keys():
            likely[letters].add(number)
    for key, number in sorted(short.items()):
        known = owners[key] - {number}
        for other in sorted((known | likely[key]) - {number}):
            left, right = sorted((number, other))
            sure = known == {other}
            yield Pair(0.9 if sure else ASK, left, right, "acronym" if other in known else "letters of the name")


def _bodies_of_countries(nodes: Sequence[Node]) -> Iterator[Pair]:
    """Yield bodies of which one's name is the other's behind a country: "Supreme Court", "United States Supreme Court"."""
    found = ((number, node) for number, node in enumerate(nodes) if node.type == SpeakerType.ORGANIZATION)
    bodies = {node.key[2]: number for number, node in found if not node.key[1]}
    countries = {fold(country) for country in lexicon.affiliations().countries.values()}
    for key, number in sorted(bodies.items()):
        words = key.split()
        for length in range(1, min(len(words), LONGEST_COUNTRY + 1)):
            other = bodies.get(" ".join(words[length:])) if " ".join(words[:length]) in countries else None
            if other is not None:
                left, right = sorted((number, other))
                yield Pair(ASK, left, right, "one name, behind a country in one")


def _is_acronym(name: str) -> bool:
    letters = name.replace(".", "")
    return letters.isupper() and letters.isalpha() and len(letters) >= SHORTEST_ACRONYM


def _initials(name: str) -> set[str]:
    """Return the acronyms that a body's name may have, as keys: of all its words, and of those that are not small.

    >>> sorted(_initials("Bureau of Meteorology and Seismology"))
    ['bms', 'bomas']
    """
    words = [word for word in re.split(r"[^\w]+", fold(name)) if word]
    small = {"of", "the", "and", "for", "in", "on", "to", "de", "la", "du", "des", "del", "a"}
    found = {"".join(word[0] for word in words), "".join(word[0] for word in words if word not in small)}
    return {letters for letters in found if len(letters) >= SHORTEST_ACRONYM}


# -- decisions ----------------------------------------------------------------------------------------------------------


class _Decisions:
    """People's judgements, their identifiers mapped to nodes."""

    def __init__(self, nodes: Sequence[Node], judgements: Sequence[Judgement]) -> None:
        self.same: list[tuple[int, int]] = []
        self.apart: list[tuple[int, int]] = []
        self.judged: set[frozenset[int]] = set()
        if not judgements:
            return
        owners: dict[str, set[int]] = defaultdict(set)
        for number, node in enumerate(nodes):
            for identifier in _identifiers(node):
                owners[identifier].add(number)
        for judgement in judgements:
            for left in sorted(owners.get(judgement.left_id, ())):
                for right in sorted(owners.get(judgement.right_id, ())):
                    if left != right:
                        self._note(judgement.judgement, left, right)

    def _note(self, verdict: Verdict, left: int, right: int) -> None:
        self.judged.add(frozenset((left, right)))
        (self.same if verdict == Verdict.POSITIVE else self.apart).append((left, right))


def _identifiers(node: Node) -> Iterator[str]:
    """Yield every identifier by which a person may have meant this node: of its entities, of its names as a speaker."""
    forms = {node.name, *(entity.name for entity in node.entities if entity.name)}
    yield from (entity.id for entity in node.entities)
    for form in sorted(forms):
        if not node.apart and not any(node.key[3:]):  # of several of one name, the first's
            yield speaker_id(form, node.type, *_own(node))
        for entity in node.entities[:50]:
            yield speaker_id(form, node.type, entity.id)


def _own(node: Node) -> tuple[str, ...]:
    return (node.key[1],) if node.key[1] else ()


def speaker_id(name: str, kind: SpeakerType, *discriminator: str) -> str:
    """Return the identifier of a speaker of this name and type; the discriminator parts namesakes."""
    return ids.named_id("speaker", name, str(kind), *discriminator, length=ids.DIGEST_LENGTH if discriminator else 8)


class _Groups:
    """A union of nodes that no conflict crosses."""

    def __init__(self, nodes: Sequence[Node], decisions: _Decisions) -> None:
        self.nodes = nodes
        self.decisions = decisions
        self.parent = list(range(len(nodes)))
        self.held: dict[int, set[int]] = {number: {number} for number in range(len(nodes))}
        self.barred: dict[int, set[int]] = defaultdict(set)
        for left, right in decisions.apart:
            self.barred[left].add(right)
            self.barred[right].add(left)

    def find(self, number: int) -> int:
        """Return the group of a node."""
        while self.parent[number] != number:
            self.parent[number] = self.parent[self.parent[number]]
            number = self.parent[number]
        return number

    def join_judged(self) -> None:
        """Join what people said is one, whatever the names."""
        for left, right in self.decisions.same:
            if right not in self.barred[left]:
                self._unite(self.find(left), self.find(right))

    def join(self, left: int, right: int) -> bool:
        """Join two nodes' groups unless any of their names conflict or a person said no; return whether they are one."""
        a, b = self.find(left), self.find(right)
        if a != b and not self._conflict(a, b):
            self._unite(a, b)
        return self.find(left) == self.find(right)

    def _conflict(self, a: int, b: int) -> bool:
        return any(
            right in self.barred[left] or self._names_conflict(left, right) for left in self.held[a] for right in self.held[b]
        )

    def _names_conflict(self, left: int, right: int) -> bool:
        one, other = self.nodes[left], self.nodes[right]
        if one.type != SpeakerType.PERSON or other.type != SpeakerType.PERSON:
            return False
        if frozenset((left, right)) in self.decisions.judged:
            return False
        if one.key[:3] == other.key[:3] and not one.apart and not other.apart:
            return True  # two of one name
        return names.compare(one.name, other.name) is Match.CONFLICT and not names.kinship(one.name, other.name)

    def _unite(self, a: int, b: int) -> None:
        if a != b:
            keep, drop = min(a, b), max(a, b)
            self.parent[drop] = keep
            self.held[keep] |= self.held.pop(drop)

    def members(self) -> list[list[int]]:
        """Return the groups, each in the order of its nodes, in the order of their first."""
        return [sorted(group) for _, group in sorted(self.held.items())]

    def attach_surnames(self) -> None:
        """Give bare surnames to the one person whom they can mean."""
        full: dict[str, set[int]] = defaultdict(set)
        bare = []
        for number, node in enumerate(self.nodes):
            if node.type == SpeakerType.PERSON and not node.key[1] and not node.apart:
                if names.parse(node.name).given:
                    full[surname_skeleton(node.name)].add(number)
                else:
                    bare.append(number)
        for number in bare:
            self._attach(number, full.get(surname_skeleton(self.nodes[number].name), set()))

    def _attach(self, number: int, namesakes: set[int]) -> None:
        node = self.nodes[number]
        fitting = {self.find(n) for n in namesakes if names.compare(node.name, self.nodes[n].name) is not Match.CONFLICT}
        profiles = {group: self.evidence(group) for group in fitting}
        articles = sum(len(profile.articles) for profile in profiles.values())
        ranked = sorted(
            ((self._claim(node, profiles[group], articles), group) for group in fitting),
            key=lambda pair: (-pair[0], self.nodes[pair[1]].key),
        )
        if ranked and ranked[0][0] >= MERGE and (len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= CLEAR):
            self.join(number, ranked[0][1])

    @staticmethod
    def _claim(node: Node, profile: Evidence, articles: int) -> float:
        """Return how likely a bare surname means a group: the group's share of the surname, and the evidence."""
        score = 0.4 + 0.45 * len(profile.articles) / max(1, articles)
        score += sum(gain for gain, _ in _support(node.evidence, profile))
        return score - DIFFERENCE * max(0.0, evidence.apart(node.evidence, profile))

    def evidence(self, group: int) -> Evidence:
        """Return a group's evidence."""
        merged = Evidence()
        for number in self.held[group]:
            merged.update(self.nodes[number].evidence)
        return merged


# -- results ------------------------------------------------------------------------------------------------------------


def _profile(group: Sequence[int], nodes: Sequence[Node]) -> authority.Profile:
    """Return what authority files are asked about a group."""
    evidence = Evidence()
    forms: set[str] = set()
    for number in group:
        evidence.update(nodes[number].evidence)
        forms |= {entity.name for entity in nodes[number].entities if entity.name}
    days = sorted(day for _, day in evidence.days)
    return authority.Profile(
        names=tuple(sorted(forms)),
        type=nodes[group[0]].type,
        words=frozenset(evidence.words),
        affiliations=frozenset(evidence.affiliations),
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
    )


class _Result:
    """Turns groups into speakers, their identifiers and what is forwarded to them."""

    def __init__(self, groups: _Groups, pairs: Sequence[Pair], authorities: tuple[Authority, ...]) -> None:
        self.groups = groups
        self.nodes = groups.nodes
        self.pairs = pairs
        self.members = groups.members()
        self.names = [self._name(group) for group in self.members]
        self.ids = self._ids()
        self.linked = authority.link([_profile(group, self.nodes) for group in self.members], authorities)

    def resolution(self, renames: tuple[Rename, ...]) -> Resolution:
        """Return the resolution."""
        forwarded = self._redirects()
        renamed = {}
        for rename in sorted(renames, key=lambda r: (r.made_at, r.speaker_id, r.name)):
            if rename.superseded_at is None:
                renamed[forwarded.get(rename.speaker_id, rename.speaker_id)] = rename.name
        speakers: list[Speaker] = []
        assignments: dict[str, str] = {}
        for number, group in enumerate(self.members):
            identifier = self.ids[number]
            speakers.append(
                Speaker(
                    id=identifier,
                    name=renamed.get(identifier, self.names[number]),
                    type=self._type(group),
                    authority_id=self.linked.links.get(number),
                    aliases=self._aliases(group),
                )
            )
            assignments |= {entity.id: identifier for node in group for entity in self.nodes[node].entities}
        return Resolution(
            speakers=tuple(sorted(speakers, key=lambda s: s.id)),
            assignments=dict(sorted(assignments.items())),
            redirects=forwarded,
            speaker_candidates=self._candidates(),
            authority_candidates=tuple(
                Candidate(left_id=self.ids[number], right_id=identifier, score=score, reasons=reasons)
                for number, identifier, score, reasons in self.linked.candidates
            ),
            affiliations=self._affiliations(),
        )

    def _affiliations(self) -> dict[str, str]:
        """Return which speaker each affiliation is that roles name: by a body's whole name, or letters that mean one body."""
        owners: dict[str, set[str]] = defaultdict(set)
        letters: dict[str, set[str]] = defaultdict(set)
        for number, group in enumerate(self.members):
            if self._type(group) not in {SpeakerType.ORGANIZATION, SpeakerType.GROUP} or self.nodes[group[0]].key[1]:
                continue
            for form in self._forms(group):
                (letters if _is_acronym(form) else owners)[body_key(form)].add(self.ids[number])
        found: dict[str, str] = {}
        for wording in {role.affiliation for node in self.nodes for entity in node.entities for role in entity.roles}:
            meant = owners.get(body_key(wording)) or letters.get(body_key(wording)) if wording else None
            if wording and meant and len(meant) == 1:
                found[wording] = min(meant)
        return dict(sorted(found.items()))

    def _entities(self, group: Sequence[int]) -> list[StoredEntity]:
        return [entity for number in group for entity in self.nodes[number].entities]

    def _type(self, group: Sequence[int]) -> SpeakerType:
        counted = Counter(self.nodes[number].type for number in group for _ in self.nodes[number].entities)
        return min(counted, key=lambda kind: (-counted[kind], str(kind)))

    def _name(self, group: Sequence[int]) -> str:
        """Return the most frequent full name; a country's own before its capital's."""
        entities = self._entities(group)
        if self._type(group) == SpeakerType.PERSON:
            full = [e for e in entities if e.name and names.parse(e.name).given]
            return _common_name(full or entities)
        places = lexicon.affiliations()
        key = self.nodes[group[0]].key[2]
        if key in places.countries and not self.nodes[group[0]].key[1]:
            proper = [e for e in entities if e.name and fold(e.name).removeprefix("the ") in places.countries]
            return _common_name(proper) if proper else places.countries[key]
        spelt_out = [e for e in entities if e.name and not e.name.replace(".", "").isupper()]
        return _common_name(spelt_out or entities)

    def _ids(self) -> list[str]:
        """Return each group's identifier; of namesakes the one with the most articles has the plain one."""
        namesakes: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, group in enumerate(self.members):
            node = self.nodes[group[0]]
            namesakes[self.names[number], str(self._type(group)), *_own(node)].append(number)
        found = [""] * len(self.members)
        for (name, kind, *own), numbers in namesakes.items():

            def rank(number: int) -> tuple[bool, int, str]:
                entities = self._entities(self.members[number])
                return (self.nodes[self.members[number][0]].apart, -len(entities), min(e.id for e in entities))

            for place, number in enumerate(sorted(numbers, key=rank)):
                extra = () if place == 0 else (rank(number)[2],)
                found[number] = speaker_id(name, SpeakerType(kind), *own, *extra)
        return found

    def _forms(self, group: Sequence[int]) -> set[str]:
        forms = {alias.alias for alias in self._aliases(group)}
        return forms | {entity.name for entity in self._entities(group) if entity.name}

    def _redirects(self) -> dict[str, str]:
        """Return the identifiers that the other names of one speaker alone would have given."""
        owners: dict[str, set[str]] = defaultdict(set)
        for number, group in enumerate(self.members):
            own = _own(self.nodes[group[0]])
            for form in self._forms(group):
                owners[speaker_id(form, self._type(group), *own)].add(self.ids[number])
            for node in group:
                if len(group) > 1:
                    owners[speaker_id(self.nodes[node].name, self._type(group), self.nodes[node].first)].add(self.ids[number])
        used = set(self.ids)
        return {old: min(new) for old, new in sorted(owners.items()) if len(new) == 1 and old not in used}

    def _aliases(self, group: Sequence[int]) -> tuple[Alias, ...]:
        counted: Counter[tuple[str, MentionKind]] = Counter()
        for entity in self._entities(group):
            for alias in entity.aliases:
                if alias.kind in NAMING:
                    counted[alias.alias, alias.kind] += alias.mentions
            if entity.name and not any(alias.alias == entity.name for alias in entity.aliases):
                kind = MentionKind.NAME if entity.type == SpeakerType.PERSON else MentionKind.ORGANIZATION
                counted[entity.name, kind] += 1
        return tuple(Alias(alias=alias, kind=kind, mentions=count) for (alias, kind), count in sorted(counted.items()))

    def _candidates(self) -> tuple[Candidate, ...]:
        """Return the pairs of speakers that are alike but not enough, and that nobody judged."""
        place = {node: number for number, group in enumerate(self.members) for node in group}
        best: dict[tuple[str, str], Pair] = {}
        for pair in self.pairs:
            if frozenset((pair.left, pair.right)) in self.groups.decisions.judged or pair.score < ASK:
                continue
            left, right = sorted((self.ids[place[pair.left]], self.ids[place[pair.right]]))
            if left != right and ((left, right) not in best or best[left, right].score < pair.score):
                best[left, right] = pair
        return tuple(
            Candidate(left_id=left, right_id=right, score=pair.score, reasons=pair.reasons)
            for (left, right), pair in sorted(best.items())
        )
