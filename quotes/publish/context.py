"""What every template may use: the site's links and files, and filters that say values in words."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils import tilde_encode

from quotes import said
from quotes.publish import text
from quotes.publish.cells import hits, page_path
from quotes.publish.facet_index import ATTRIBUTE
from quotes.publish.metadata import SHOWN, questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from datasette.utils.asgi import Request

    from quotes.publish.site import Site

FORMS = {"direct": "Direct", "mixed": "Partly quoted", "indirect": "Reported"}
FORMS_EXPLAINED = {
    "direct": "all of it stands in quotation marks",
    "mixed": "part of it stands in quotation marks",
    "indirect": "reported in the journalist’s words",
}
MENTIONS = {
    "name": "by name", "surname": "by surname", "pronoun": "by a pronoun", "nominal": "by a description",
    "organization": "as an organisation", "none": "not at all",
}
TYPES = {"person": "Person", "organization": "Organisation", "group": "Group", "document": "Document",
         "unnamed": "Unnamed source"}
COLUMNS = {
    "speaker_id": "Speaker", "outlet_id": "Outlet", "article_id": "Article", "role_id": "Role", "run_id": "Run",
    "role_class": "Kind of role", "cue_lemma": "Verb", "published": "Date", "published_utc": "Date (UTC)", "text": "Quote",
    "mention": "Named", "direct_share": "Share direct", "published_from": "Date from", "statement_id": "Statement",
    "url": "Link", "negated": "Not done", "words_said": "For readers", "lead": "How it is told",
    "confidence": "Sure of the words", "speaker_confidence": "Sure who",
}
PAGES = (
    ("/quotes/said", "What somebody said, about something, between two days"),
    ("/quotes/compare", "Two speakers side by side"),
    ("/quotes/statements", "Who carried it"),
    ("/quotes/statements?changed=1", "Changed in print"),
    ("/quotes/unnamed", "Sources without a name, by description"),
)
ANSWERED = frozenset({"quotes_of_a_speaker", "side_by_side", "who_carried_it", "changed_in_print", "unnamed_by_description"})
# How the values of some facets are said in words; others have names of their own.
FACET_VALUES: dict[str, Callable[[Any], str]] = {
    "month": text.month_in_words,
    "day": text.day_in_words,
    "form": lambda value: FORMS.get(value, str(value)),
    "act": lambda value: said.in_words(value, negated=False),
    "negated": lambda value: "Yes" if value else "No",
}


def facet_value(value: Any, facet: str, label: object) -> str:
    """Return how a value of a facet is said, in words if it has some, else by its label."""
    in_words = FACET_VALUES.get(facet)
    return in_words(value) if in_words else text.shorten(text.plain(label), 60)


def heading(value: object) -> str:
    """Return what a column or facet is called; what people's lists say is told from columns of ours."""
    name = str(value)
    if name.startswith(ATTRIBUTE):
        return f"{text.plain(name.removeprefix(ATTRIBUTE)).capitalize()} (lists)"
    return COLUMNS.get(name, name.replace("_", " ").capitalize())


FILTERS: dict[str, Callable[..., Any]] = {
    "plain": text.plain,
    "shorten": text.shorten,
    "http_url": text.http_url,
    "host": text.host,
    "hits": hits,
    "speaker_words": lambda speaker_id: str(speaker_id).rpartition("-")[0].replace("-", " ").title() or speaker_id,
    "day": text.day_in_words,
    "month": text.month_in_words,
    "number": text.number,
    "certainty": text.certainty,
    "act": said.in_words,
    "facet_value": facet_value,
    "marked": said.marked,
    "told": said.told,
    "form": lambda value: FORMS.get(value, value),
    "form_explained": lambda value: FORMS_EXPLAINED.get(value, ""),
    "mention": lambda value: MENTIONS.get(value, value),
    "speaker_type": lambda value: TYPES.get(value, value),
    "heading": heading,
    "identifier_url": text.identifier_url,
}


# Parameters of a table page that have an underscore before them in its address.
DATASETTES_OWN = frozenset({"search", "topic", "speaker", "size", "stream", "labels", "dl", "shape", "sort_desc"})


class Context:
    """The site, as the global `quotes` of the templates."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def active(self) -> bool:
        """Tell whether a database of ours is served."""
        return self._site.name is not None

    def is_ours(self, database: str | None) -> bool:
        """Tell whether a database is one of ours."""
        return database in self._site.names()

    @property
    def database(self) -> str:
        """Return the name of the database that the pages show, "" if there is none."""
        return self._site.name or ""

    @property
    def questions(self) -> list[tuple[str, str]]:
        """Return name and title of the canned queries."""
        return questions()

    @property
    def pages(self) -> tuple[tuple[str, str], ...]:
        """Return path and title of the pages that answer a question."""
        return PAGES

    @property
    def answered(self) -> frozenset[str]:
        """Return the canned queries of which a page says the same, and more readably."""
        return ANSWERED

    def columns_shown(self, table: str, request: Request) -> tuple[str, ...]:
        """Return the columns that a table page shows; none of them means all."""
        return columns_shown(table, request)

    def page(self, page: str, row_id: object) -> str:
        """Return the path of one of our pages."""
        return page_path(self._site, page, row_id)

    def encoded(self, row_id: object) -> str:
        """Return an identifier as it stands in an address."""
        return str(tilde_encode(str(row_id)))

    def path(self, path: str) -> str:
        """Return a path below the address that Datasette is served at."""
        return str(self._site.datasette.urls.path(path))

    def table(self, table: str, suffix: str = "", **parameters: object) -> str:
        """Return the path of a table or query of our database, with parameters (`search` means `_search`)."""
        urls = self._site.datasette.urls
        named = {f"_{key}" if key in DATASETTES_OWN or key.startswith("attribute.") else key: value
                 for key, value in parameters.items()}
        query = f"?{urlencode(named)}" if named else ""
        return f"{urls.table(self._site.name, table)}{suffix}{query}"

    def static(self, name: str) -> str:
        """Return the path of one of our files, changing with its content."""
        return str(self._site.datasette.urls.path(f"/quotes/static/{name}?{file_hash(name)}"))


def columns_shown(table: str, request: Request) -> tuple[str, ...]:
    """Return the columns that a table page shows: at first a few of them, none of them means all."""
    args = request.args
    chosen = any(args.get(name) for name in ("_all", "_col", "_nocol"))
    return () if chosen else SHOWN.get(table, ())


@cache
def file_hash(name: str) -> str:
    """Return the first digits of a static file's SHA-256."""
    return hashlib.sha256((resources.files("quotes.publish") / "static" / name).read_bytes()).hexdigest()[:10]
