"""Make a corpus of invented articles in which the same statements are retold: to measure how well `quotes` brings them together.

Input: nothing but numbers and a seed; the same give the same articles. Output: `Retold`: articles with their quotes as an
extraction would find them, which statement each quote is a version of, what was done to it, and which articles are copies
of one another. Two seeds are fixed: `TUNING` is looked at while rules are made, `HELD_BACK` is only scored.

Of each of 40 statements there are 2 to 12 versions, in as many articles of different outlets: whole, cut to one end, spliced
(the middle left out without a sign), elided (the same with a sign), with one or two words changed, given to somebody else.
Around them stand quotes that are no version of any: of the same speakers, made by the same grammar of the same few hundred
words, and phrases that everybody says. Some articles are an agency's copy, printed whole or shortened by others.

Command: `python -m scripts.make.retold [--seed 16] [--articles 300] [--statements 40] FILE.jsonl` writes one JSON object an
article, as `quotes extract` does, with the answer beside each quote.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from quotes import ids
from quotes.records import (
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
    Role,
    SpeakerType,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TUNING = 16
HELD_BACK = 61
ARTICLES = 300
STATEMENTS = 40
FIRST_DAY = date(2025, 3, 1)
SPREAD_DAYS = 9  # of one statement's versions; a tenth of them come up to a year later
YEAR_DAYS = 365
COPIED_SHARE = 0.12  # of articles are an agency's or its copies
SHORTEST_CUT = 6  # words

SUBJECTS = (
    "we", "they", "the council", "this government", "our members", "the company", "every family in this valley", "the committee",
    "nobody in the ministry", "the people of this city", "I", "the opposition", "the board", "our engineers", "the court",
    "that agreement", "the union", "most of the farmers", "the public", "this programme", "the airline", "our neighbours",
    "the hospital", "a generation of teachers", "the regulator", "the budget", "these reforms", "the harbour authority",
)
VERBS = (
    "will never accept", "have already paid for", "cannot go on ignoring", "knew about", "ought to publish", "has promised us",
    "refused to discuss", "must answer for", "will be judged by", "warned everybody about", "have been waiting for",
    "want to see",
    "is going to need", "failed to protect", "deserve a share of", "signed without reading", "would rather forget", "built",
    "has no plan for", "are proud of", "did not ask for", "will have to explain", "put off", "spent eleven years on",
    "cannot afford", "stand behind", "were told nothing of", "is prepared to defend",
)
OBJECTS = (
    "the closure of the northern line", "a second reactor", "the report on the flood", "higher tolls on the bridge",
    "the cuts to rural clinics", "a deal that leaves out the fishermen", "the missing four million", "what happened in that cell",
    "a water tariff of this size", "the letter from the auditors", "an election without observers", "the price of bread",
    "a runway through the marsh", "the safety of our children", "the silence of the insurers", "the new examination",
    "wages that do not cover the rent", "the names of the donors", "a decision made behind closed doors", "the old theatre",
    "the dust from the quarry", "an apology in writing", "that contract", "the refugees on the border", "the vaccine",
    "a strike in the middle of the harvest", "the loss of the archive", "two winters without heating",
)
TAILS = (
    "before the end of the month", "whatever the lawyers say", "and the figures prove it", "as long as I hold this office",
    "because somebody has to", "until there is a vote", "in spite of everything we were told", "and that is the whole story",
    "while the rest of the country looks away", "no matter who wins in October", "after three years of broken promises",
    "if the minister keeps her word", "and everyone in this room knows why", "without a single day of consultation",
    "even though the money was there", "from the first hour of the crisis", "and we will say so in court", "for the sake of calm",
    "at a time when trust is low", "with the help of volunteers alone", "and history will not be kind",
    "unless the law is changed",
)
OPENINGS = ("", "", "", "Let me be clear:", "Frankly,", "I said it in June and I say it again:", "Look,", "To be honest,",
    "In the end")
CHANGES = (
    "really", "nearly", "always", "hardly", "again", "soon", "all", "these", "some", "another", "clearly", "probably", "workers",
    "officials", "reject", "support", "delay", "terrible", "modest", "national", "local", "today", "forever", "perhaps", "once",
)
STOCK = (
    "We do not comment on ongoing investigations.", "Our thoughts are with the families.", "I have nothing to add to that.",
    "We are going to win this.", "It is what it is, I suppose.", "We will look into it.", "There is still a lot of work to do.",
    "The safety of our customers is our first priority.", "I want to thank everybody who came here today.",
    "We have full confidence in the justice system.", "At the end of the day it is about people.",
    "We take this matter very seriously.",
)
GIVEN = ("Ada", "Bruno", "Celia", "Dmitri", "Esra", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katya", "Liam", "Mona", "Nils")
FAMILY = ("Abrantes", "Bekele", "Corvin", "Dahlke", "Ekström", "Fofana", "Grimaldi", "Hatoum", "Ivanić", "Jurgens", "Kowal",
    "Lemaire",
          "Moyo", "Novák", "Okonjo", "Petrides", "Quispe", "Rasmussen", "Soriano", "Tanaka")
ROLES = ("mayor", "minister", "spokesman", "lawyer", "union leader", "professor", "chief executive", "judge", "farmer", "senator")
UNNAMED = ("an official", "a resident", "a person familiar with the talks", "a senior diplomat")
PLACES = ("Quay", "Valley", "Harbour", "Border", "Capital", "Northern", "Lakeside", "Prairie", "Island", "Summit")
PAPERS = ("Times", "Post", "Herald", "Courier", "Observer", "Gazette")
AGENCIES = (("AP", "The Associated Press"), ("Reuters", "Reuters"), ("AFP", "Agence France-Presse"))
CUES = (("said", "say"), ("told reporters", "tell"), ("added", "add"), ("warned", "warn"))
# Sentences around the quotes, in five parts each.
FILLERS = (
    ("The vote", "The hearing", "A first draft", "The march", "Work on the pier", "The inquiry", "A second shift", "The auction",
     "The rail link", "Talks with the owners", "The rescue", "A survey of tenants", "The count", "The new school"),
    ("had been expected for weeks", "came to nothing", "was put off twice", "drew about nine hundred people",
     "cost more than planned", "went on until late", "is to begin in spring", "was open to everybody", "ended without a result",
     "took eleven hours",
     "left three streets closed", "surprised nobody", "was paid for by a fund", "has been delayed by rain"),
    ("in the old town", "at the harbour", "near the border", "on the upper river", "behind the market", "in two provinces",
     "across the bay", "in the capital", "along the coast road", "outside the arena", "on the eastern bank", "at the mill"),
    ("according to the fire service", "while shares were little changed", "and buses did not run", "as shops closed early",
     "with few police in sight", "after a quiet morning", "before the holidays began", "though nobody was hurt",
     "under a grey sky", "for the fourth time this year", "as in the year before", "and a date was not set"),
    ("on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "at the weekend", "last week", "a day later"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a quote is: of which statement (None: of none), how it was shortened, how many words changed, by whom it is said."""

    statement: int | None
    shortened: str = "whole"
    changed: int = 0
    attributed: str = "speaker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """A made corpus and the answers: `versions` by the quote's id, `families` gives a copy the number of its original."""

    extractions: tuple[Extraction, ...]
    versions: Mapping[str, Version]
    families: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    name: str | None
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    person: _Person
    words: str
    version: Version


@dataclass(slots=True, kw_only=True)
class _Story:
    day: date
    outlet: str
    said: list[_Said] = field(default_factory=list)
    agency: tuple[str, str] | None = None
    family: int | None = None


def main(arguments: list[str] | None = None) -> int:
    """Write the corpus; return the exit status."""
    parser = argparse.ArgumentParser(description="Make articles in which the same statements are retold.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=TUNING)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--statements", type=int, default=STATEMENTS)
    given = parser.parse_args(arguments)
    made = corpus(given.seed, articles=given.articles, statements=given.statements)
    with given.path.open("w", encoding="utf-8") as file:
        for extraction in made.extractions:
            row = extraction.as_json()
            for quote in row["quotes"]:
                version = made.versions[quote["id"]]
                quote |= {"statement": version.statement, "shortened": version.shortened, "changed": version.changed}
            file.write(json.dumps(row | {"family": made.families.get(extraction.article.id)}, ensure_ascii=False) + "\n")
    print(f"{given.path}: {len(made.extractions)} articles, {len(made.versions)} quotes")
    return 0


def corpus(seed: int, *, articles: int = ARTICLES, statements: int = STATEMENTS) -> Retold:
    """Return the corpus that a seed makes."""
    chance = Random(seed)  # noqa: S311  no secret
    people = [_Person(name=f"{given} {family}", role=chance.choice(ROLES)) for given, family in
              zip((*GIVEN, *GIVEN)[: len(FAMILY)], chance.sample(FAMILY, len(FAMILY)), strict=True)]
    outlets = [f"{place} {paper}" for place in PLACES for paper in PAPERS]
    stories = [_Story(day=FIRST_DAY + timedelta(days=chance.randrange(YEAR_DAYS)), outlet=chance.choice(outlets))
               for _ in range(round(articles * (1 - COPIED_SHARE)))]
    seen: set[str] = set()
    for number in range(statements):
        _retell(number, stories, people, seen, chance)
    for story in stories:
        for _ in range(chance.randint(0 if story.said else 1, 3)):
            person = chance.choice(people)
            words = chance.choice(STOCK) if chance.random() < 0.15 else _saying(seen, chance)
            story.said.append(_Said(person=person, words=words, version=Version(statement=None)))
        chance.shuffle(story.said)
    stories += _copies(stories, articles - len(stories), outlets, chance)
    chance.shuffle(stories)
    return _written(stories, chance)


def _saying(seen: set[str], chance: Random, sentences: int = 0) -> str:
    """Return words that nobody in the corpus has said before."""
    while True:
        said = []
        for _ in range(sentences or chance.choice((1, 1, 2, 3))):
            subject = chance.choice(SUBJECTS)
            opening = chance.choice(OPENINGS)
            sentence = f"{subject} {chance.choice(VERBS)} {chance.choice(OBJECTS)}"
            if chance.random() < 0.8:
                sentence += f" {chance.choice(TAILS)}"
            sentence = f"{opening} {sentence}".strip()
            said.append(sentence[0].upper() + sentence[1:] + ".")
        words = " ".join(said)
        if words not in seen:
            seen.add(words)
            return words


def _retell(number: int, stories: Sequence[_Story], people: Sequence[_Person], seen: set[str], chance: Random) -> None:
    """Let 2 to 12 stories of about one day carry a version of a new statement; the first of them has it whole."""
    speaker = chance.choice(people)
    words = _saying(seen, chance, chance.choice((1, 2, 2, 3)))
    day = FIRST_DAY + timedelta(days=chance.randrange(YEAR_DAYS))
    near = [story for story in stories if abs((story.day - day).days) <= SPREAD_DAYS]
    far = [story for story in stories if story not in near]
    total = chance.randint(2, 12)
    late = round(total * 0.1)
    chosen = chance.sample(near, min(len(near), total - late)) + chance.sample(far, late)
    chosen += chance.sample([story for story in far if story not in chosen], total - len(chosen))
    for place, story in enumerate(chosen):
        version = Version(statement=number)
        told = words
        if place:
            shortened, told = _shortened(words, chance)
            changed, told = _changed(told, chance)
            attributed = chance.choices(("speaker", "other", "unnamed"), (84, 8, 8))[0]
            version = Version(statement=number, shortened=shortened, changed=changed, attributed=attributed)
        person = {
            "speaker": speaker,
            "other": chance.choice([person for person in people if person is not speaker]),
            "unnamed": _Person(name=None, role=chance.choice(UNNAMED)),
        }[version.attributed]
        story.said.append(_Said(person=person, words=told, version=version))


def _shortened(words: str, chance: Random) -> tuple[str, str]:
    """Return what was done to a statement's length, and the words that are left."""
    said = words.split()
    way = chance.choices(("whole", "cut", "spliced", "elided"), (4, 3, 2, 2))[0]
    if way == "whole" or len(said) < 2 * SHORTEST_CUT:
        return "whole", words
    if way == "cut":
        kept = max(SHORTEST_CUT, round(len(said) * chance.uniform(0.4, 0.8)))
        start = chance.choice((0, len(said) - kept, chance.randint(0, len(said) - kept)))
        return way, " ".join(said[start : start + kept])
    out = max(3, round(len(said) * chance.uniform(0.2, 0.4)))
    start = chance.randint(4, len(said) - out - 4) if len(said) - out - 4 > 4 else 4
    sign = [chance.choice(("...", "[...]", "…", "…"))] if way == "elided" else []
    return way, " ".join((*said[:start], *sign, *said[start + out :]))


def _changed(words: str, chance: Random) -> tuple[int, str]:
    """Return how many words were changed (put in the place of another, put in, left out), and the words that came of it."""
    said = words.split()
    number = chance.choices((0, 1, 2), (5, 3, 2))[0]
    for _ in range(number):
        place = chance.choice([at for at, word in enumerate(said) if word[0].isalpha()])
        way = chance.choice(("other", "other", "in", "out"))
        if way == "out":
            del said[place]
        else:
            said[place : place + (way == "other")] = [chance.choice(CHANGES)]
    return number, " ".join(said)


def _copies(stories: Sequence[_Story], number: int, outlets: Sequence[str], chance: Random) -> list[_Story]:
    """Return copies of some stories, which become an agency's (or are lifted from another outlet)."""
    made: list[_Story] = []
    family = 0
    while len(made) < number:
        original = chance.choice([story for story in stories if story.family is None and len(story.said) > 1])
        original.family = family
        original.agency = chance.choice((*AGENCIES, None))
        for _ in range(min(chance.randint(1, 6), number - len(made))):
            kept = original.said if chance.random() < 0.7 else original.said[: max(2, len(original.said) - 1)]
            made.append(_Story(day=original.day + timedelta(days=chance.randint(0, 2)), outlet=chance.choice(outlets),
                               said=list(kept), agency=original.agency, family=family))
        family += 1
    return made


def _written(stories: Sequence[_Story], chance: Random) -> Retold:
    extractions, versions, families = [], dict[str, Version](), dict[str, int]()
    shapes: dict[int, tuple[int, ...]] = {}
    for number, story in enumerate(stories):
        identifier = f"retold-{number:03}"
        if story.family is None:
            shape = tuple(chance.randrange(1 << 16) for _ in range(40))
        else:
            shape = shapes.setdefault(story.family, tuple(chance.randrange(1 << 16) for _ in range(40)))
            families[identifier] = story.family
        extraction, answers = _article(identifier, story, shape)
        extractions.append(extraction)
        versions |= answers
    return Retold(extractions=tuple(extractions), versions=versions, families=families)


def _article(identifier: str, story: _Story, shape: Sequence[int]) -> tuple[Extraction, dict[str, Version]]:
    """Return a story as an article: `shape` says which filler and which form of quoting stands where, alike in copies."""
    text = f"{_filler(shape[0])[:-1]}\n\n"
    if story.agency:
        text += f"{story.outlet.split()[0].upper()} ({story.agency[0]}) - "
    quotes: list[Quote] = []
    versions: dict[str, Version] = {}
    seen: Counter[str] = Counter()
    for place, said in enumerate(story.said, start=1):
        text += " ".join(_filler(shape[place] + more) for more in range(2 + shape[place] % 3)) + "\n\n"
        text, made = _quote(identifier, text, said, shape[place + 12], seen)
        quotes.append(made)
        versions[made.id] = said.version
    article = Article(
        id=identifier, text=text, title=text.partition("\n")[0], outlet=story.outlet, published=story.day.isoformat(),
        published_from=PublishedFrom.METADATA, origin=f"retold/{identifier}.txt",
        url=f"https://{ids.slug(story.outlet)}.example/{identifier}", author=story.agency[1] if story.agency else None,
    )
    entities = {_key(said.person): _entity(said.person) for said in story.said}
    return Extraction(article=article, quotes=tuple(quotes), entities=tuple(entities.values())), versions


def _filler(number: int) -> str:
    """Return the sentence of a number."""
    chance = Random(number)  # noqa: S311  no secret
    return " ".join(chance.choice(part) for part in FILLERS) + "."


def _key(person: _Person) -> str:
    return person.name or person.role


def _entity(person: _Person) -> Entity:
    if person.name is None:
        return Entity(key=person.role, type=SpeakerType.UNNAMED, description=person.role)
    aliases = (Alias(alias=person.name, kind=MentionKind.NAME, mentions=1),)
    return Entity(key=person.name, type=SpeakerType.PERSON, name=person.name, aliases=aliases, roles=(Role(role=person.role),))


def _quote(identifier: str, text: str, said: _Said, shape: int, seen: Counter[str]) -> tuple[str, Quote]:
    """Return the text with one more paragraph, and the quote in it: direct in one piece or two, or mixed."""
    cue, lemma = CUES[shape % len(CUES)]
    person = said.person
    source = f"{person.role} {person.name}" if person.name else person.role
    words = said.words.rstrip(".")
    middle = len(words) // 2
    split = words.find(" ", middle)
    start = len(text)
    form = Form.DIRECT
    content: tuple[CharSpan, ...]
    if shape % 5 == 0 and split > 0:
        first = f"“{words[:split].rstrip(',')},”"
        second = f"“{words[split + 1 :]}.”"
        cue_start = start + len(first) + 1
        sentence = f"{first} {cue} {source}. {second}"
        content = (CharSpan(start, start + len(first)), CharSpan(start + len(sentence) - len(second), start + len(sentence)))
    elif shape % 5 == 1:
        lead = f"{source[0].upper()}{source[1:]} {cue} "
        reported = f"that it was clear from the papers: “{words}”"
        cue_start = start + len(source) + 1
        sentence = f"{lead}{reported}."
        content = (CharSpan(start + len(lead), start + len(lead) + len(reported)),)
        form = Form.MIXED
    else:
        first = f"“{words},”"
        cue_start = start + len(first) + 1
        sentence = f"{first} {cue} {source}."
        content = (CharSpan(start, start + len(first)),)
    source_start = start if form is Form.MIXED else cue_start + len(cue) + 1
    text += f"{sentence}\n\n"
    quoted = " ".join(text[span.start : span.end] for span in content)
    made = Quote(
        id=ids.quote_id(identifier, quoted, seen[quoted]), article_id=identifier, entity_key=_key(person), kind=Kind.SPEECH,
        form=form, content=content, cue=(CharSpan(cue_start, cue_start + len(cue)),),
        source=(CharSpan(source_start, source_start + len(source)),), text=quoted, context=sentence, cue_text=cue,
        cue_lemma=lemma, source_text=source, speaker=person.name,
        speaker_type=SpeakerType.PERSON if person.name else SpeakerType.UNNAMED,
        mention=MentionKind.NAME if person.name else MentionKind.NOMINAL, role=person.role if person.name else None,
        confidence=0.9, rule="made up",
    )
    seen[quoted] += 1
    return text, made


if __name__ == "__main__":
    sys.exit(main())
