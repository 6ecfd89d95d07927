"""What Datasette says about our tables: titles, descriptions, labels, facets, sort orders and canned queries.

Column descriptions come from `data/tables.toml`, beside the schema; the questions from `data/canned_queries.toml`.
Invariant: pure functions of those files; each call returns new objects, because Datasette changes what it is given.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

TITLE = "Quotes"
DESCRIPTION = "Who said what, in which role, when and in which outlet’s words."
# How a table is first shown; `label` is the column that stands for a row wherever another table refers to it.
TABLES: dict[str, dict[str, Any]] = {
    "quotes": {
        "title": "All quotes",
        "label_column": "text",
        "sort_desc": "published_utc",
        "size": 25,
        "facet_size": 8,
        "facets": ["speaker_id", "affiliation", "role", "role_class", "outlet_id", {"quotes": "topic"}, "act", "negated",
                   "form", "mention", "month", "day"],
        "fts_table": "quotes_fts",
    },
    "speakers": {"title": "Speakers", "label_column": "name", "sort": "name", "size": 50, "facets": ["type"]},
    "articles": {"title": "Articles", "label_column": "title", "sort_desc": "published_utc", "size": 25,
                 "facets": ["outlet_id"]},
    "outlets": {"title": "Outlets", "label_column": "name", "sort": "name"},
    "roles": {"title": "Roles", "label_column": "role", "size": 50},
    "aliases": {"title": "Spellings", "size": 50},
    "speaker_attributes": {"title": "Speakers in people’s lists", "facets": ["name", "value", "list"], "size": 50},
    "reviews": {"title": "Verdicts of reviewers", "facets": ["verdict", "who"], "sort_desc": "made_at", "size": 50},
    "terms": {"title": "Topics", "label_column": "term", "size": 50},
    "quote_speakers": {"title": "Speakers of joint quotes", "size": 50},
    "statements": {"title": "Statements in several outlets", "label_column": "text", "sort_desc": "outlets", "size": 25},
    "article_families": {"title": "Copies of articles", "facets": ["basis", "agency"], "size": 50},
    "runs": {"title": "Runs", "label_column": "version"},
    "failures": {"title": "Failures"},
    "speaker_stats": {"title": "Speakers in numbers", "sort_desc": "quotes", "size": 50},
    "role_stats": {"title": "Roles in numbers", "sort_desc": "quotes", "size": 50},
    "outlet_stats": {"title": "Outlets in numbers", "sort_desc": "quotes", "size": 50},
    "quotes_by_day": {"title": "Quotes by day", "sort_desc": "day", "size": 50},
}
# Full-text tables and the like, of no use to readers.
HIDDEN = ("quote_terms", "speaker_terms", "spans", "entities", "entity_aliases", "entity_roles", "_sqlite_migrations",
          "quote_folds", "speaker_names", "facet_counts", "speaker_totals", "stale", "outlet_spellings", "quotes_search",
          "quotes_fts", "quotes_fts_data", "quotes_fts_idx", "quotes_fts_docsize", "quotes_fts_config",
          "speaker_candidates", "authority_candidates", "authority_names", "authority_positions", "authorities",
          "speaker_redirects", "furniture", "statement_variants", "speaker_copies", "wordings", "fingerprints",
          "quote_wordings", "article_marks", "marked_articles", "untold_articles", "untold_quotes", "quote_entities", "voices",
          "affiliations", "authority_attributes", "review_leases", "uncorrected")


# The columns that a table page shows at first, of those tables that have more than one can read.
SHOWN = {
    "quotes": ("text", "speaker_id", "role", "outlet_id", "published", "form"),
    "articles": ("title", "outlet_id", "published", "author", "url", "words"),
    "speakers": ("name", "type", "authority_id"),
    "speaker_stats": ("name", "type", "role", "affiliation", "quotes", "words", "direct_share", "outlets", "last_day"),
    "outlet_stats": ("name", "articles", "quotes", "words", "direct_share", "speakers", "first_day", "last_day"),
    "roles": ("speaker_id", "role", "affiliation", "role_class", "first_seen", "last_seen", "articles"),
}


def site_metadata(databases: Iterable[str], *, described: bool = True) -> dict[str, Any]:
    """Return the metadata for the databases that are ours, with or without the descriptions of columns and queries.

    Example:
        >>> site_metadata(["data"])["databases"]["data"]["tables"]["quotes"]["sort_desc"]
        'published_utc'
    """
    names = list(databases)
    if not names:
        return {}
    return {"title": TITLE, "description": DESCRIPTION,
            "databases": {name: json.loads(_database_metadata(described=described)) for name in names}}


@cache
def _database_metadata(*, described: bool) -> str:
    """Return the metadata of one database as JSON, the cheapest thing to copy from."""
    tables: dict[str, dict[str, Any]] = {name: dict(about) for name, about in TABLES.items()}
    for name, about in _tables().items() if described else ():
        table = tables.setdefault(name, {})
        table.update((key, about[key]) for key in ("description", "columns") if key in about)
    for name in HIDDEN:
        tables.setdefault(name, {})["hidden"] = True
    queries = _queries()
    return json.dumps({"title": TITLE, "description": DESCRIPTION, "tables": tables,
                       "queries": {name: {**query, "hide_sql": True} for name, query in queries.items() if described}})


def questions() -> list[tuple[str, str]]:
    """Return name and title of the canned queries."""
    return [(name, query["title"]) for name, query in _queries().items()]


@cache
def _queries() -> dict[str, dict[str, Any]]:
    path = resources.files("quotes.data").joinpath("canned_queries.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _tables() -> dict[str, dict[str, Any]]:
    path = resources.files("quotes.data").joinpath("tables.toml")
    if not path.is_file():
        return {}
    found: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found
