"""Made-up articles: names of every form, and who speaks where plain counting of who spoke last goes wrong.

Corpora of names hold few nicknames, particles, stacked ranks and surnames that are words; annotated news holds few
descriptions of people who are never named. Here a page is put together of short scenes with words of `made.toml` and names
of the whole world (`names.world_names`), so that it is known of every word whether it is a name, and of every quote whose
it is. Nothing of it is taken from an article.

Output: for the head that finds names `NamedArticle`s, for the ranker texts with rows like those of the annotated sets.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.train.data import Tag, Tagged
from scripts.train.names import NamedArticle, names_of_sex, world_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "made.toml").read_text(encoding="utf-8"))
NAMED = ("person", "body", "place")
MARKS = {kind: chr(0xE000 + i) for i, kind in enumerate((*NAMED, "source", "content"))}
KIND_OF_MARK = {mark: kind for kind, mark in MARKS.items()}
END = "\ue010"
MARK = re.compile(f"[{''.join(MARKS.values())}{END}]")
HE = {"f": ("she", "her"), "m": ("he", "his")}
LEADS = 0.3  # share of pages that begin with what an office said
FULL = 0.55  # share of people whose name is a given name and a surname, no more


class Who(NamedTuple):
    """Somebody made up: the name as printed, the short form, whether woman or man, and what they are."""

    full: str
    short: str
    sex: str
    role: str

    @property
    def he(self) -> str:
        """The pronoun."""
        return HE[self.sex][0]


def marked(kind: str, words: str) -> str:
    """Return words between marks of their kind."""
    return MARKS[kind] + words + END


def bare(words: str) -> str:
    """Return words without marks."""
    return MARK.sub("", words)


def capital(words: str) -> str:
    """Return a sentence with a capital at its beginning, marks or not."""
    at = next((i for i, c in enumerate(words) if not MARK.fullmatch(c)), 0)
    return words[:at] + words[at].upper() + words[at + 1 :]


@dataclass
class Page:
    """An article being written.

    Args:
        rng: decides everything.
        paragraphs: marked.
        rows: of each quote, in order, speaker, speaker_type and mention.
    """

    rng: random.Random
    paragraphs: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def pick(self, kind: str) -> Any:
        """Return one of a list of words."""
        return self.rng.choice(WORDS[kind])

    def maybe(self, share: float) -> bool:
        """Return whether to, so often."""
        return self.rng.random() < share

    # -- names ---------------------------------------------------------------------------------------------------------

    def who(self, sex: str = "", role: str = "") -> Who:
        """Return somebody new."""
        sex = sex or self.rng.choice("fm")
        role = role or self.pick("occupations" if self.maybe(0.7) else "offices")
        given, last = self.rng.choice(names_of_sex(sex)), self.rng.choice(world_names()[1])
        if self.maybe(FULL):
            return Who(marked("person", f"{given} {last}"), marked("person", last), sex, role)
        full, short = self._unusual(given, last)
        return Who(marked("person", full), marked("person", short), sex, role)

    def _unusual(self, given: str, last: str) -> tuple[str, str]:  # noqa: PLR0911  each form of names returns
        roll = self.rng.randrange(9)
        if roll == 0:
            word = self.pick("surname_words")
            return f"{given} {word}", word
        if roll == 1:
            return f"{self.pick('given_words')} {last}", last
        if roll == 2:
            left, right = self.rng.choice(["\u201c\u201d", '""', "\u2018\u2019", "''", "()"])
            return f"{given} {left}{self.pick('nicknames')}{right} {last}", last
        if roll == 3:
            own = self.pick("particles").format(last)
            middle = f" {self.rng.choice(world_names()[0])}" if self.maybe(0.3) else ""
            return f"{given}{middle} {own}", self.rng.choice(
                [own, own[:1].upper() + own[1:], own if "'" in own or "\u2019" in own else last]
            )
        if roll == 4:
            other = self.rng.choice(world_names()[1])
            return f"{given} {last}{self.rng.choice([' ', ' ', '-'])}{other}", self.rng.choice([last, f"{last} {other}"])
        if roll == 5:
            suffix = self.rng.choice([" Sr.", " Jr.", " Sr", " Jr", " III", ", Jr.", " II"])
            return f"{given} {last}{suffix}", last
        if roll == 6:
            return f"{given} {self.rng.choice('ABCDEFGHJKLMNPRSTW')}. {last}", last
        if roll == 7:
            initials = self.rng.sample("ABCDEFGHJKLMNPRSTW", 2)
            return f"{self.rng.choice(['{}.{}.', '{}. {}.', '{}{}']).format(*initials)} {last}", last
        middle = self.rng.choice(world_names()[0])
        return f"{given} {middle} {last}", last

    def body(self) -> str:
        """Return the name of a body."""
        return self.body_and_noun()[0]

    def body_and_noun(self) -> tuple[str, str]:
        """Return the name of a body, and what it is called for short."""
        pattern, noun = self.pick("bodies")
        while "{" in pattern:
            pattern = re.sub(r"\{(\w)\}", lambda m: self._part(m[1]), pattern, count=1)
        return marked("body", pattern), noun

    def _part(self, kind: str) -> str:
        lists = {"p": "places", "f": "fields", "w": "body_words"}
        return self.rng.choice(world_names()[1]) if kind == "s" else str(self.pick(lists[kind]))

    def place(self) -> str:
        """Return the name of a place."""
        return marked("place", self.pick("places"))

    def introduced(self, who: Who) -> str:
        """Return somebody's full name with what they are, in one of the usual ways."""
        a = "an" if who.role[0] in "aeiou" else "a"
        office = who.role in WORDS["offices"]
        ways = [f"{who.full}, {'the' if office else a} {who.role},", f"{who.full}, who is {a} {who.role},"]
        ways += [f"{who.full}{self.pick('letters')}, {a} {who.role},", f"{who.full}, {self.rng.randint(19, 84)}, {a} {who.role},"]
        ways += [f"{who.full}, aged {self.rng.randint(19, 84)}, {a} {who.role},"]
        ways += [f"{who.full}, {a} {who.role} from {self.place()},"]
        ways += [f"{who.full}, {a} {who.role} at {self.body()},", f"the {who.role}, {who.full},", f"the {who.role} {who.full}"]
        ways += [f"{capital(who.role)} at {self.body()} {who.full}", f"{self.body()} {who.role} {who.full}"]
        if office:
            ways += [f"{who.role.title()} {who.full}", f"{self.place()} {who.role} {who.full}"] * 2
        ways += [f"{self.pick('ranks')} {who.full}"]
        return self.rng.choice(ways)

    # -- quotes --------------------------------------------------------------------------------------------------------

    def says(self, source: str, speaker: str | None, mention: str, kind: str = "person", *, indirect: float = 0.4) -> str:
        """Return a sentence in which somebody speaks.

        Args:
            source: who, as the sentence calls them, marked.
            speaker: the name they are known by, None for somebody unnamed.
            mention: kind of mention.
            kind: of the speaker.
            indirect: share of sentences without quotation marks.
        """
        kind = kind if speaker else "unnamed"
        self.rows.append({"speaker": bare(speaker) if speaker else None, "speaker_type": kind, "mention": mention})
        closed = source.removesuffix(",")
        who, tail = marked("source", closed), source[len(closed) :]
        if self.maybe(indirect):
            return capital(f"{who}{tail} {self.pick('clause_verbs')} {marked('content', self.pick('clauses'))}.")
        left, right = self.rng.choice(["\u201c\u201d", "\u201c\u201d", '""', "\u2018\u2019"])
        said, verb = self.pick("sayings"), self.pick("verbs")
        short = mention == "pronoun"
        ways = [f"{marked('content', f'{left}{said},{right}')} {who}{tail} {verb}."]
        if not short:
            ways += [f"{marked('content', f'{left}{said},{right}')} {verb.replace('told reporters', 'said')} {who}."] * 2
        ways.append(f"{who}{tail} {verb}: {marked('content', f'{left}{said}.{right}')}")
        return capital(self.rng.choice(ways))

    def put(self, *sentences: str) -> None:
        """Write sentences, in one paragraph or a few."""
        for number, sentence in enumerate(sentences):
            if number and self.maybe(0.6):
                self.paragraphs[-1] += f" {sentence}"
            else:
                self.paragraphs.append(sentence)
        if self.maybe(0.5):
            more = self.pick("between")
            if self.maybe(0.5):
                self.paragraphs.append(more)
            else:
                self.paragraphs[-1] += f" {more}"


# ---------------------------------------------------------------- scenes


def did(page: Page, who: Who) -> str:
    """Return a sentence in which somebody does something without a word."""
    return f"{capital(page.introduced(who))} {page.pick('deeds')}."


def introduces(page: Page) -> None:
    """Somebody is introduced, speaks, and speaks again by surname, pronoun or office."""
    who = page.who()
    lines = [page.says(page.introduced(who), who.full, "name")]
    for _ in range(page.rng.randint(0, 2)):
        roll = page.rng.random()
        if roll < 0.4:
            lines.append(page.says(who.short, who.full, "surname"))
        elif roll < 0.75:
            lines.append(page.says(who.he, who.full, "pronoun"))
        else:
            lines.append(page.says(f"the {who.role}", who.full, "nominal"))
    page.put(*lines)


def leaves_unnamed(page: Page) -> None:
    """Somebody named speaks; an office or a stranger that is somebody else speaks before or after."""
    who = page.who()
    strange = page.pick("unnamed" if page.maybe(0.45) else "offices")
    while strange in who.role or who.role in strange:
        strange = page.pick("offices")
    lines = [
        lambda: page.says(f"the {strange}", None, "nominal", indirect=0.7),
        lambda: page.says(page.introduced(who), who.full, "name"),
    ]
    page.rng.shuffle(lines)
    if page.maybe(0.3):
        lines.append(lambda: page.says(f"the {strange}", None, "nominal"))
    page.put(*(line() for line in lines))


def leads(page: Page) -> None:
    """A lead tells what an office said; the next paragraph names who holds it."""
    who = page.who(role=page.pick("offices"))
    owner = page.rng.choice(["{place}\u2019s {role}", "{place}'s {role}", "the {role} of {place}"])
    office = owner.format(place=page.place(), role=who.role)
    page.rows.append({"speaker": bare(who.full), "speaker_type": "person", "mention": "nominal"})
    day = page.rng.choice(["on Monday", "on Tuesday", "on Friday", "late on Sunday", "this week"])
    content = marked("content", capital(page.pick("clauses")))
    page.paragraphs.append(f"{content}, {marked('source', office)} said {day} after talks.")
    page.paragraphs.append(page.says(who.full, who.full, "name", indirect=0.8))


def profiles(page: Page) -> None:
    """Somebody does something, and then speaks as what nothing before called them: "the potter said"."""
    who = page.who(role=page.pick("occupations"))
    lines = [f"{who.full} {page.pick('deeds')}."]
    if page.maybe(0.5):
        lines.append(f"{capital(who.he)} {page.pick('deeds')}.")
    lines.append(page.says(f"the {who.role}", who.full, "nominal", indirect=0.3))
    if page.maybe(0.4):
        lines.append(page.says(who.short, who.full, "surname"))
    page.put(*lines)


def answers(page: Page) -> None:
    """Somebody speaks, somebody else is named as of another mind, and the next words are that one's."""
    sex = page.rng.choice("fm")
    one, two = page.who(sex), page.who(sex if page.maybe(0.7) else "")
    first = page.says(page.introduced(one), one.full, "name")
    turn = page.pick("turns").format(his=HE[two.sex][1])
    title = f"{page.pick('offices').title()} " if page.maybe(0.2) else ""
    name = two.full
    if page.maybe(0.25):
        title, name = f"{page.rng.choice(['Mr', 'Mr.'] if two.sex == 'm' else ['Ms', 'Mrs', 'Ms.'])} ", two.short
    page.put(f"{first} {title}{name} {turn}. {page.says(two.he, name, 'pronoun', indirect=0.15)}")


def does_not_answer(page: Page) -> None:
    """Somebody speaks; another does something without a word; the pronoun is still the speaker's, whose sex it shows."""
    one = page.who()
    two = page.who("m" if one.sex == "f" else "f")
    first = page.says(page.introduced(one), one.full, "name")
    deed = f"{two.full} {page.pick('deeds')}."
    page.put(first, deed, page.says(one.he, one.full, "pronoun"))


def stranger(page: Page) -> None:
    """Somebody without a name comes in, somebody named of the other sex acts or speaks, the stranger speaks."""
    sex = page.rng.choice("fm")
    noun, self = ("woman", "herself") if sex == "f" else ("man", "himself")
    two = page.who("m" if sex == "f" else "f")
    marks = ["who gave no name", f"who called {self} a relative", "in a red coat", "with a dog", "who did not want to be named"]
    told = f"{page.rng.choice(['A', 'One', 'A young', 'An elderly'])} {noun} {page.rng.choice(marks)} {page.pick('deeds')}."
    middle = page.says(page.introduced(two), two.full, "name") if page.maybe(0.5) else did(page, two)
    last = page.says(HE[sex][0], None, "pronoun") if page.maybe(0.7) else page.says(f"the {noun}", None, "nominal")
    page.put(f"{told} {middle} {last}")


def kin(page: Page) -> None:
    """Somebody's mother, lawyer or agent speaks, not the one named."""
    who = page.who()
    told = did(page, who) if page.maybe(0.7) else page.says(page.introduced(who), who.full, "name")
    noun, sex = page.pick("kin")
    owner = f"{who.short}\u2019s" if page.maybe(0.6) else HE[who.sex][1]
    lines = [told, page.says(f"{owner} {noun}", None, "nominal")]
    if sex and sex != who.sex and page.maybe(0.6):
        lines.append(page.says(HE[sex][0], None, "pronoun"))
    page.put(*lines)


def tells(page: Page) -> None:
    """Somebody speaks to somebody named, who does not answer."""
    one = page.who()
    two = page.who("m" if one.sex == "f" else "f") if page.maybe(0.6) else page.who()
    page.rows.append({"speaker": bare(one.full), "speaker_type": "person", "mention": "name"})
    verb = page.rng.choice(["told", "reminded", "assured", "warned"])
    told = f"{marked('source', one.full)} {verb} {two.full} that {marked('content', page.pick('clauses'))}."
    more = page.says(one.he, one.full, "pronoun") if two.sex != one.sex else page.says(one.short, one.full, "surname")
    page.put(f"{told} {more}")


def joins(page: Page) -> None:
    """Two or three speak together."""
    people = [page.who() for _ in range(page.rng.choice([2, 2, 3]))]
    names = [w.full for w in people] if page.maybe(0.7) else [f"the {page.body()}" for _ in people]
    source = f"{', '.join(names[:-1])} and {names[-1]}"
    kind = "person" if names[0] == people[0].full else "organization"
    speakers = "; ".join(bare(n).removeprefix("the ") for n in names)
    page.put(page.says(source, speakers, "name" if kind == "person" else "organization", kind))


def several_unnamed(page: Page) -> None:
    """Officials, prosecutors, residents speak."""
    who = page.who()
    lines = [page.says(page.pick("unnamed_plural"), None, "nominal", indirect=0.8)]
    if page.maybe(0.5):
        lines.append(did(page, who))
        lines.append(page.says("they" if page.maybe(0.5) else page.pick("unnamed_plural"), None, "nominal", indirect=0.8))
    page.put(*lines)


def body_speaks(page: Page) -> None:
    """A body speaks, then as "it"; countries and places named meanwhile do not."""
    body = page.body()
    lines = [page.says(body if page.maybe(0.5) else f"the {body}", body, "organization", "organization", indirect=0.7)]
    if page.maybe(0.5):
        lines.append(f"It has {page.rng.randint(2, 40)} offices, two of them in {page.place()}.")
    lines.append(page.says("it", body, "pronoun", "organization", indirect=0.8))
    page.put(*lines)


def body_by_noun(page: Page) -> None:
    """A body is named, as a speaker or not, and then speaks as "the company"."""
    body, noun = page.body_and_noun()
    lines = [f"The {body} has {page.rng.randint(2, 40)} offices, two of them in {page.place()}."]
    if page.maybe(0.5):
        lines = [page.says(body, body, "organization", "organization", indirect=0.7)]
    elif page.maybe(0.5):
        lines = [f"{body} will leave {page.place()} by the end of next year."]
    if page.maybe(0.4):
        lines.append(page.pick("between"))
    page.put(*lines, page.says(f"the {noun}", body, "organization", "organization", indirect=0.7))


def body_unnamed(page: Page) -> None:
    """A company or ministry speaks that the page does not name, though it names a place."""
    noun = page.rng.choice(sorted({noun for _, noun in WORDS["bodies"]} - {"group"}))
    first = [f"{page.place()} has {page.rng.randint(2, 40)} of them."] if page.maybe(0.5) else []
    page.put(*first, page.says(f"the {noun}", None, "organization", indirect=0.8))


def heads(page: Page) -> None:
    """A headline with a name among its words."""
    who = page.who()
    name = who.full if page.maybe(0.5) else who.short
    line = f"{name} {page.pick('headline_words')} {page.pick('things')}"
    if page.maybe(0.4):
        line = f"{page.rng.choice(['Brave', 'Hero', 'Defiant', 'Tearful', 'Fury as', 'Exclusive:', 'Watch:'])} {line}"
    page.paragraphs.append(MARK_WORDS.sub(lambda m: m.group().title(), line) if page.maybe(0.5) else line)


MARK_WORDS = re.compile(r"(?<![\w'\u2019])[a-z]+")
SCENES: tuple[tuple[Callable[[Page], None], int], ...] = (
    (introduces, 6),
    (leaves_unnamed, 2),
    (profiles, 3),
    (answers, 5),
    (does_not_answer, 1),
    (stranger, 1),
    (kin, 2),
    (tells, 1),
    (joins, 2),
    (several_unnamed, 1),
    (body_speaks, 2),
    (body_by_noun, 3),
    (body_unnamed, 1),
)


def page_of(rng: random.Random) -> Page:
    """Return an article of three to eight scenes."""
    page = Page(rng)
    topic = f"{page.pick('things')} {page.rng.choice(['row', 'talks', 'plan', 'fears', 'vote'])}"
    page.paragraphs.append(f"{capital(topic)} in {page.place()}")
    if page.maybe(0.3):
        page.paragraphs.clear()
        heads(page)
    if page.maybe(0.5):
        town, dash = bare(page.place()), page.rng.choice(["-", "\u2014", "\u2013"])
        page.paragraphs.append(f"{marked('place', town.upper() if page.maybe(0.6) else town)} {dash} {page.pick('between')}")
    if page.maybe(LEADS):
        leads(page)
    scenes, weights = zip(*SCENES, strict=True)
    for scene in rng.choices(scenes, weights, k=rng.randint(3, 8)):
        scene(page)
    return page


class Made(NamedTuple):
    """A made-up article: its text, its paragraphs with names, its quotes as gold rows."""

    id: str
    text: str
    named: list[Tagged]
    rows: list[dict[str, Any]]


def read(name: str, page: Page) -> Made:
    """Return a page without its marks."""
    text = ""
    named: list[Tagged] = []
    contents: list[list[int]] = []
    sources: list[list[int]] = []
    for paragraph in page.paragraphs:
        plain, tags = "", list[Tag]()
        opened: list[tuple[str, int]] = []
        for character in paragraph:
            if character in KIND_OF_MARK:
                opened.append((KIND_OF_MARK[character], len(plain)))
            elif character == END:
                kind, start = opened.pop()
                if kind in NAMED:
                    tags.append(Tag(start, len(plain), kind, -1))
                else:
                    (sources if kind == "source" else contents).append([len(text) + start, len(text) + len(plain)])
            else:
                plain += character
        named.append(Tagged(plain, tuple(sorted(tags))))
        text += plain + "\n\n"
    rows = [
        {**row, "content": [content], "source": [source]}
        for row, content, source in zip(page.rows, sorted(contents), sorted(sources), strict=True)
    ]
    return Made(name, text, named, rows)


@cache
def made(number: int, seed: int) -> tuple[Made, ...]:
    """Return so many made-up articles; the same seed gives the same."""
    return tuple(read(f"made-{seed}-{i}", page_of(random.Random(f"{seed}/{i}"))) for i in range(number))  # noqa: S311 - no secret


def made_names(number: int, seed: int) -> Iterator[NamedArticle]:
    """Yield made-up articles of which the names are known."""
    for one in made(number, seed):
        yield NamedArticle(one.id, one.named, frozenset(NAMED), made=True)
