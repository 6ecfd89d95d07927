# ruff: noqa: E501  articles have long lines
"""A small corpus of invented articles with their quotes marked by hand, and a database made from it.

Marks in the texts: `{c1:...}` content, `{k1:...}` cue, `{s1:...}` source of the article's quote 1; `{f:...}` site
furniture. Marks nest. A quote's speaker, form and mention stand in the table beside its article.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quotes import ids, pipeline, said
from quotes.records import (
    Act,
    Alias,
    Article,
    CharSpan,
    Entity,
    Extraction,
    Form,
    Kind,
    MentionKind,
    PublishedFrom,
    Quote,
    Resolution,
    Role,
    Run,
    Speaker,
    SpeakerTerm,
    SpeakerType,
    Term,
)
from quotes.store import read, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

RUN = Run(id="run-of-the-tests", version="0.1.0", model="by hand", tagger="by hand", settings="{}")
MARK = re.compile(r"\{([sck]\d+|f):|\}")
FORMS = {"d": Form.DIRECT, "m": Form.MIXED, "i": Form.INDIRECT}
MENTIONS = {"n": MentionKind.NAME, "s": MentionKind.SURNAME, "p": MentionKind.PRONOUN, "d": MentionKind.NOMINAL,
            "o": MentionKind.ORGANIZATION}


@dataclass(frozen=True)
class Person:
    """A speaker of the corpus: role and affiliation as the articles give them."""

    name: str | None
    type: SpeakerType = SpeakerType.PERSON
    role: str | None = None
    affiliation: str | None = None
    role_class: str | None = None
    aliases: tuple[str, ...] = ()
    description: str | None = None


PEOPLE = {
    "vance": Person("Ilse Vance", role="mayor of Harrow Quay", affiliation="Harrow Quay",
                    role_class="head of state or government", aliases=("Vance", "Mayor Vance")),
    "okafor": Person("Daniel Okafor", role="dockers’ leader", affiliation="Quayside Union", role_class="activist",
                     aliases=("Okafor", "Dan Okafor")),
    "lind": Person("Márta Lindqvist", role="chief engineer", affiliation="Port Authority", role_class="expert or academic",
                   aliases=("Lindqvist", "Marta Lindqvist")),
    "port": Person("Port Authority", SpeakerType.ORGANIZATION, aliases=("the authority",)),
    "ministry": Person("Ministry of Transport", SpeakerType.ORGANIZATION),
    "rao": Person("Priya Rao", role="transport minister", affiliation="government", role_class="minister",
                  aliases=("Rao", "Minister Rao")),
    "abe": Person("Tomás Abellán", role="ferry captain", role_class="citizen or witness", aliases=("Abellán", "Abellan")),
    "official": Person(None, SpeakerType.UNNAMED, description="a senior port official"),
    "resident": Person(None, SpeakerType.UNNAMED, description="a resident"),
    "report": Person("the inspectors’ report", SpeakerType.DOCUMENT),
}

# id, title, outlet, published, url, text, quotes (number: speaker, form, mention, cue lemma, confidence, terms)
ARTICLES: list[tuple[Any, ...]] = [
    ("bridge-closed", "Harrow Quay bridge closed after cracks are found", "The Quay Courier", "2024-03-04",
     "https://courier.example/2024/03/bridge-closed", """{f:Subscribe now for unlimited access}

{f:Share this article}

The Meridian bridge was closed to all traffic on Monday after inspectors found cracks in two of its bearings.

{c1:“We could not in good conscience let one more lorry across,”} {s1:Ilse Vance, mayor of Harrow Quay,} {k1:said} at the northern approach. {c1:“I would rather be blamed for a traffic jam than for a funeral.”}

{s2:Márta Lindqvist, the Port Authority's chief engineer,} {k2:said} {c2:the cracks had “grown by a hand’s width” since the autumn survey and that the bearings would have to be replaced.}

{s3:Dockers’ leader Daniel Okafor} {k3:told} reporters: {c3:“Our members warned them in October. They were told it was cosmetic.”} {s4:He} {k4:added} {c4:that the union had kept every letter.}

{k5:According to} {s5:a senior port official}, {c5:repairs could take until the summer}. The official was not authorised to speak publicly.

{s6:A resident} of the north bank {k6:called} the closure {c6:“the only sensible thing they have done in years”}.

{f:Read more: Ten walks along the estuary}""",
     {1: ("vance", "d", "n", "say", .97, ("bridge", "traffic jam")), 2: ("lind", "m", "n", "say", .93, ("crack", "bearing")),
      3: ("okafor", "d", "n", "tell", .95, ("letter", "member")), 4: ("okafor", "i", "p", "add", .71, ("letter", "union")),
      5: ("official", "i", "d", "accord", .88, ("repair", "summer")), 6: ("resident", "d", "d", "call", .58, ("closure",))}),
    ("ferry-plan", "Ferries to replace the bridge ‘by Friday’, says authority", "Northern Herald", "2024-03-05",
     "https://herald.example/ferries", """Two ferries will cross the harbour from Friday, {s1:the Port Authority} {k1:announced} on Tuesday: {c1:“Passengers will be carried free of charge until the bridge reopens.”}

{s2:Tomás Abellán, who has steered the harbour ferry since 1998,} {k2:was less certain}. {c2:“I have two crews for three boats,”} he {k2:said}, {c2:“and a boat does not sail on a press release.”}

{s3:Mayor Vance} {k3:promised} {c3:that the city would pay overtime “for as long as it takes”.}

{s4:Transport minister Priya Rao} {k4:said} {s5:the inspectors' report} {k5:found} {c4:{c5:“no sign of neglect”}, and that she would publish it within a week}.""",
     {1: ("port", "d", "o", "announce", .94, ("passenger", "bridge")), 2: ("abe", "d", "n", "say", .96, ("crew", "press release")),
      3: ("vance", "m", "s", "promise", .86, ("overtime", "city")), 4: ("rao", "m", "n", "say", .83, ("report",)),
      5: ("report", "d", "d", "find", .62, ("neglect",))}),
    ("strike-vote", "Dockers vote to strike over bridge repairs", "The Quay Courier", "2024-03-09",
     "https://courier.example/2024/03/strike-vote", """Dockers at Harrow Quay voted by nine to one on Saturday to stop work until the bridge bearings are replaced.

{c1:“Nobody should have to drive a crane beneath a bridge that the city itself has closed,”} {s1:Okafor} {k1:said} after the count. {c2:“We do not strike because we like the weather in March. We strike because the last four letters were not answered,”} {s2:he} {k2:said}.

{s3:The Ministry of Transport} {k3:urged} both sides {c3:“to return to the table without conditions”}.

{s4:Vance} {k4:said} {c4:the strike would cost the city two million a day.} {c5:“It is their right, and it is our harbour,”} {s5:she} {k5:said}.""",
     {1: ("okafor", "d", "s", "say", .95, ("crane", "bridge")), 2: ("okafor", "d", "p", "say", .9, ("strike", "letter")),
      3: ("ministry", "m", "o", "urge", .91, ("condition",)), 4: ("vance", "i", "s", "say", .89, ("strike", "city")),
      5: ("vance", "d", "p", "say", .87, ("harbour",))}),
    ("report-out", "Inspectors: bridge bearings ‘painted, not inspected’", "Northern Herald", "2024-03-12",
     "https://herald.example/report", """{s1:The inspectors' report}, published on Tuesday, {k1:says} {c1:the bearings were “painted, not inspected, in at least two winters”}.

{c2:“That sentence will follow this government,”} {s2:Okafor} {k2:said}.

{s3:Rao} {k3:denied} {c3:that she had seen the report before Monday.} {c4:“I read it when you did,”} {s4:the minister} {k4:told} the Herald.

{s5:Lindqvist} {k5:said} {c5:new bearings had been ordered and would arrive in April.}""",
     {1: ("report", "m", "d", "say", .9, ("bearing", "winter")), 2: ("okafor", "d", "s", "say", .94, ("sentence", "government")),
      3: ("rao", "i", "s", "deny", .84, ("report",)), 4: ("rao", "d", "d", "tell", .92, ("report",)),
      5: ("lind", "i", "s", "say", .9, ("bearing", "april"))}),
    ("table", "Talks resume over the Meridian bridge", "Estuary Public Radio", "2024-03-15T18:30:00+00:00",
     "https://epr.example/talks", """Talks between the dockers and the city resumed on Friday.

{c1:“We spoke for six hours and nobody shouted, which is progress,”} {s1:Ilse Vance} {k1:told} Estuary Public Radio.

{s2:Daniel Okafor, who leads the Quayside Union,} {k2:said} {c2:the union wanted “the dates of the repairs in writing”.}

{s3:Rao} {k3:believes} {c3:that a deal is close}, {k4:according to} {s4:the ministry}.""",
     {1: ("vance", "d", "n", "tell", .97, ("progress", "hour")), 2: ("okafor", "m", "n", "say", .94, ("repair", "date")),
      3: ("rao", "i", "s", "believe", .66, ("deal",))}),
    ("reopened", "Meridian bridge reopens to one lane", "The Quay Courier", "2024-04-22",
     "https://courier.example/2024/04/reopened", """One lane of the Meridian bridge reopened at dawn on Monday.

{c1:“It holds,”} {s1:Márta Lindqvist} {k1:said}, standing on it. {c2:“But I would like everyone to remember that steel has no opinion about budgets.”} {s2:Lindqvist} {k2:left} it at that.

{s3:Vance} {k3:thanked} the ferry crews, {k3:saying} {c3:they had “kept a city in one piece with two boats and a thermos flask”.}

{s4:Abellán} {k4:said} {c4:he would sleep until May.}""",
     {1: ("lind", "d", "n", "say", .96, ("steel",)), 2: ("lind", "d", "s", "say", .8, ("steel", "budget")),
      3: ("vance", "m", "s", "say", .93, ("ferry crew", "boat")), 4: ("abe", "i", "s", "say", .9, ("may",))}),
    ("undated", "An evening on the ferry", None, None, None,
     """{c1:“You learn who is late by nature and who by circumstance,”} {s1:Tomás Abellán} {k1:said} at the wheel.""",
     {1: ("abe", "d", "n", "say", .91, ("wheel",))}),
]


def parse(marked: str) -> tuple[str, dict[int, dict[str, list[CharSpan]]], list[CharSpan]]:
    """Return a marked text without its marks, the spans of its quotes, and its site furniture."""
    text, place, stack = "", 0, list[tuple[str, int]]()
    spans: dict[int, dict[str, list[CharSpan]]] = defaultdict(lambda: {"c": [], "k": [], "s": []})
    furniture = []
    for found in MARK.finditer(marked):
        text += marked[place:found.start()]
        place = found.end()
        if found[1]:
            stack.append((found[1], len(text)))
            continue
        label, start = stack.pop()
        span = CharSpan(start, len(text))
        if label == "f":
            furniture.append(span)
        else:
            spans[int(label[1:])][label[0]].append(span)
    return text + marked[place:], spans, furniture


def extraction(row: tuple[Any, ...], people: dict[str, Person] = PEOPLE) -> Extraction:
    """Return the records of one article of the corpus."""
    article_id, title, outlet, published, url, marked, given = row
    text, spans, furniture = parse(marked)
    article = Article(id=article_id, text=text, title=title, outlet=outlet, url=url, published=published,
                      published_from=PublishedFrom.METADATA if published else None, origin=f"{article_id}.txt")
    quotes, seen = [], dict[str, int]()
    for number, (key, form, mention, lemma, confidence, terms) in given.items():
        person, parts = people[key], spans[number]
        words = " ".join(text[start:end] for start, end in parts["c"])
        line = text.rfind("\n", 0, parts["c"][0].start) + 1
        end = text.find("\n", parts["c"][-1].end)
        quotes.append(Quote(
            id=ids.quote_id(article_id, words, seen.get(words, 0)), article_id=article_id, entity_key=key,
            kind=Kind.ATTITUDE if lemma == "believe" else Kind.SPEECH, form=FORMS[form], content=tuple(parts["c"]),
            cue=tuple(parts["k"]), source=tuple(parts["s"]), text=words, context=text[line:end if end >= 0 else None],
            cue_text=" ".join(text[a:b] for a, b in parts["k"]) or None, cue_lemma=lemma,
            source_text=" ".join(text[a:b] for a, b in parts["s"]) or None, speaker=person.name, speaker_type=person.type,
            mention=MENTIONS[mention], role=person.role if mention == "n" else None,
            affiliation=person.affiliation if mention == "n" else None, confidence=confidence, rule="by hand",
            terms=tuple(Term(term=term, weight=1.0 - place / 10) for place, term in enumerate(terms)),
            act=Act(lemma) if lemma in {*Act} else Act.SAY, negated=" not " in f" {text[parts['k'][0].start:parts['k'][0].end]} "
            if parts["k"] else False, lead=said.lead(text, parts["c"], parts["k"], source=parts["s"])))
        seen[words] = seen.get(words, 0) + 1
    return Extraction(article=article, quotes=tuple(quotes), furniture=tuple(furniture),
                      entities=tuple(entity(key, people[key]) for key in dict.fromkeys(quote[0] for quote in given.values())))


def entity(key: str, person: Person) -> Entity:
    """Return a person as an article knows them."""
    names = (person.name, *person.aliases) if person.name else ()
    roles = (Role(role=person.role, affiliation=person.affiliation, role_class=person.role_class),) if person.role else ()
    return Entity(key=key, type=person.type, name=person.name, description=person.description, roles=roles,
                  aliases=tuple(Alias(alias=name, kind=MentionKind.NAME, mentions=2) for name in names))


def build(path: Path, rows: Iterable[tuple[Any, ...]] = tuple(ARTICLES), people: dict[str, Person] = PEOPLE) -> Path:
    """Make a database of articles, one speaker a name, and return its path."""
    return store(path, [extraction(row, people) for row in rows])


def store(path: Path, extractions: Iterable[Extraction]) -> Path:
    """Make a database of what was found in articles, and return its path."""
    db = write.open_database(path, create=True)
    for each in extractions:
        write.write_extraction(db, each, RUN)
    write.apply_resolution(db, resolve(read.entities(db)))
    write.write_speaker_terms(db, [
        SpeakerTerm(speaker_id=row[0], term=row[1], quotes=row[2], weight=float(row[2])) for row in db.conn.execute(
            "select q.speaker_id, t.term, count(*) from quotes q join quote_terms qt on qt.quote_id = q.id "
            "join terms t on t.id = qt.term_id group by 1, 2").fetchall()])
    pipeline.tell(db)
    db.close()
    return path


def resolve(entities: Iterable[read.StoredEntity]) -> Resolution:
    """Return who is who: entities of one name are one speaker, the unnamed one an article."""
    groups: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for each in entities:
        groups[(each.name,) if each.name else (each.description or "", each.article_id)].append(each)
    speakers, assignments, redirects = [], {}, {}
    for key, members in groups.items():
        speaker_id = ids.named_id("speaker", *key)
        aliases = {alias.alias: alias for member in members for alias in member.aliases}
        speakers.append(Speaker(id=speaker_id, name=key[0], type=members[0].type,
                                aliases=tuple(aliases.values()) if members[0].name else ()))
        assignments |= {member.id: speaker_id for member in members}
        redirects |= {ids.named_id("speaker", alias): speaker_id for alias in aliases if alias != key[0]}
    return Resolution(speakers=tuple(speakers), assignments=assignments, redirects=redirects)
