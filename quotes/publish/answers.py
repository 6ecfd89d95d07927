"""Pages that answer a question that people have.

What did somebody say of something between two days? What did two speakers say, side by side? How are sources described that
have no name? Which statements were carried widely, or changed in print?

Each page is a form and its answer, whose address can be passed on. Invariant: what cannot be read or found is said, with what
to do about it, beside the form as it was filled in; nothing is guessed in its place.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from quotes.publish import queries, retold
from quotes.publish.asked import Asked
from quotes.publish.days import Day, read_day
from quotes.publish.text import number, plain
from quotes.publish.who import Found, Names
from quotes.store import stored
from quotes.store.fold import fold
from quotes.store.stored import columns

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from datasette.utils.asgi import Request

    from quotes.publish.queries import Ranked
    from quotes.publish.site import Site
    from quotes.store.stored import StoredQuote, StoredSpeaker

PAGE = 20
SIDE = 12  # quotes of each of two speakers
DESCRIPTIONS = 100
# What stands before a description and tells sources apart from nothing.
DETERMINERS = frozenset(("a", "an", "the", "one", "another", "some", "this", "that", "his", "her", "its", "their", "our", "my"))

UNNAMED = """
SELECT s.id, s.name, count(*), min(q.outlet_id), min(q.day), max(q.day)
FROM speakers s CROSS JOIN quotes q ON q.speaker_id = s.id WHERE s.type = 'unnamed' GROUP BY s.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whom a name means: a speaker with quotes and their number, others who could be meant, and a message, "" if all is well."""

    typed: str
    speaker: StoredSpeaker | None = None
    others: tuple[Ranked, ...] = ()
    message: str = ""
    cards: tuple[StoredQuote, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Sources without a name that are described alike: as most articles do, with numbers; one speaker stands for an article."""

    key: str
    description: str
    speakers: tuple[str, ...]
    quotes: int
    outlets: int
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What quotes are to be about, and between which days; `faults` are what could not be read of it."""

    about: str
    since: Day
    until: Day

    @classmethod
    def of(cls, asked: Asked) -> Limits:
        """Read them from a request."""
        return cls(about=asked.typed("topic") if fold(asked.typed("topic")) else "", since=read_day(asked.typed("since")),
                   until=read_day(asked.typed("until"), is_last=True))

    @property
    def faults(self) -> tuple[str, ...]:
        """What has to be typed otherwise before the question can be answered."""
        reversed_days = self.since.iso and self.until.iso and self.since.iso > self.until.iso
        order = "The first day is after the last one: change one of them." if reversed_days else ""
        return tuple(filter(None, (self.since.fault, self.until.fault, order)))

    @property
    def filters(self) -> dict[str, str]:
        """What `queries` filters by."""
        return {name: value for name, value in
                (("about", self.about), ("since", self.since.iso), ("until", self.until.iso)) if value}


async def _render(site: Site, request: Request, template: str, **context: Any) -> Response:
    body = await site.datasette.render_template(f"quotes/{template}.html", context, request=request, view_name="quotes")
    return Response.html(body)


async def said_page(site: Site, request: Request) -> Response:
    """Show what somebody is quoted as saying about something between two days."""
    asked = Asked.of(site, request)
    limits, page = Limits.of(asked), asked.page()
    names = await site.kept("names", Names.read)
    who = await site.read(partial(_who, names, asked.typed("name"), limits, (PAGE, (page - 1) * PAGE)))
    also_in = await site.read(partial(_also_in, who.cards))
    return await _render(
        site, request, "said", who=who, limits=limits, topic=asked.typed("topic"), also_in=also_in, asked=asked,
        pages=max(1, -(-who.total // PAGE)), **asked.pager(has_more=page * PAGE < who.total))


async def compare_page(site: Site, request: Request) -> Response:
    """Show what two speakers are quoted as saying about something, side by side."""
    asked = Asked.of(site, request)
    limits = Limits.of(asked)
    names = await site.kept("names", Names.read)
    sides = [await site.read(partial(_who, names, asked.typed(side), limits, (SIDE, 0))) for side in ("one", "other")]
    also_in = await site.read(partial(_also_in, (*sides[0].cards, *sides[1].cards)))
    return await _render(site, request, "compare", sides=sides, limits=limits, topic=asked.typed("topic"), also_in=also_in,
                         asked=asked)


def _also_in(cards: Iterable[StoredQuote], connection: sqlite3.Connection) -> dict[str, tuple[str, int]]:
    return retold.also_in(connection, [card.id for card in cards])


def _who(names: Names, typed: str, limits: Limits, part: tuple[int, int], connection: sqlite3.Connection) -> Who:
    """Return whom a name means, with a part of the quotes within limits: at most so many, after so many."""
    found = names.find(stored.redirected(connection, typed) or typed) if typed else Found()
    others = tuple(queries.of_speakers(connection, found.others))
    speaker = stored.speaker(connection, found.speaker_id) if found.speaker_id else None
    if speaker is None:
        return Who(typed=typed, others=others, message=_not_found(typed, found))
    if limits.faults:
        return Who(typed=typed, speaker=speaker, others=others)
    filters = {"speaker_id": speaker.id} | limits.filters
    return Who(typed=typed, speaker=speaker, others=others, total=queries.count_said(connection, filters),
               cards=queries.quotes_where(connection, filters, "", limit=part[0], offset=part[1]))


def _not_found(typed: str, found: Found) -> str:
    if not typed:
        return ""
    if not found.others:
        return f"Nobody called “{typed}” is quoted. Another spelling may help, or the surname alone."
    if found.is_near:
        return f"Nobody called “{typed}” is quoted. Somebody of these may be meant:"
    return f"{number(len(found.others))} speakers or more have “{typed}” in their names. Who is meant?"


# --- Sources without a name ---------------------------------------------------------------------------------------------


async def unnamed_page(site: Site, request: Request) -> Response:
    """Show how sources without a name are described, or the quotes of those who are described alike."""
    asked = Asked.of(site, request)
    page, key = asked.page(), asked.typed("description")
    groups = await site.kept("unnamed", _described)
    chosen = groups.get(description_key(key)) if key else None
    words = set(description_key(asked.typed("q")).split())
    listed = [each for each in groups.values() if words <= set(each.key.split())]
    size = DESCRIPTIONS if chosen is None else PAGE
    total = len(listed) if chosen is None else chosen.quotes
    cards: tuple[StoredQuote, ...] = ()
    if chosen is not None:
        cards = await site.read(partial(queries.quotes_by, speaker_ids=chosen.speakers, limit=PAGE, offset=(page - 1) * PAGE))
    return await _render(
        site, request, "unnamed", chosen=chosen, cards=cards, also_in=await site.read(partial(_also_in, cards)), typed=key,
        described=listed[(page - 1) * DESCRIPTIONS : page * DESCRIPTIONS], search=asked.typed("q"),
        pages=max(1, -(-total // size)), **asked.pager(has_more=page * size < total))


def description_key(description: str) -> str:
    """Return what descriptions are grouped by: their words without case, points, and what stands before them.

    >>> description_key("A senior U.S. official"), description_key("the senior US official")
    ('senior us official', 'senior us official')
    """
    words = fold(plain(description).replace(".", "")).split()
    while len(words) > 1 and words[0] in DETERMINERS:
        del words[0]
    return " ".join(words)


def _described(connection: sqlite3.Connection) -> Mapping[str, Described]:
    """Return the descriptions of sources without a name, those of most quotes first."""
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for row in connection.execute(UNNAMED).fetchall():
        groups.setdefault(description_key(row[1]), []).append(row)
    made = [_group(key, rows) for key, rows in groups.items() if key]
    return {each.key: each for each in sorted(made, key=lambda each: (-each.quotes, each.key))}


def _group(key: str, rows: list[tuple[Any, ...]]) -> Described:
    worded = Counter(plain(row[1]) for row in rows)
    days = [day for row in rows for day in row[4:6] if day]
    return Described(
        key=key, description=min(worded, key=lambda words: (-worded[words], words)), speakers=tuple(row[0] for row in rows),
        quotes=sum(row[2] for row in rows), outlets=len({row[3] for row in rows} - {None}),
        first_day=min(days, default=None), last_day=max(days, default=None))


# --- Statements ---------------------------------------------------------------------------------------------------------


async def statements_page(site: Site, request: Request) -> Response:
    """Show the statements that most outlets carry: all, those with some words, those that somebody changed in print."""
    asked = Asked.of(site, request)
    page, search, is_changed = asked.page(), asked.search(), asked.parameters.get("changed") == "1"

    def read(connection: sqlite3.Connection) -> tuple[retold.Statement, ...]:
        if not columns(connection, "statements"):
            return ()
        return retold.statements(connection, search, is_changed=is_changed, limit=PAGE + 1, offset=(page - 1) * PAGE)

    found = await site.read(read)
    return await _render(
        site, request, "statements", statements=found[:PAGE], search=search, is_changed=is_changed,
        all_of_them=asked.changed(changed=None, page=None), changed_ones=asked.changed(changed=1, page=None),
        **asked.pager(has_more=len(found) > PAGE))
