"""What we know of Datasette's inside holds of the one that is installed; of one that was never tried there is a clear word."""

from __future__ import annotations

import logging
import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from datasette.plugins import pm
from datasette.utils.asgi import Request
from jinja2 import FileSystemLoader

from quotes.publish import datasette_inside
from quotes.publish.facets import quote_filters

if TYPE_CHECKING:
    from datasette.app import Datasette

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("version", ["0.65.5", "0.65.6", "0.65.12.1"])
def test_nothing_is_said_of_a_version_that_was_tried(version: str) -> None:
    assert datasette_inside.warning(version) is None


@pytest.mark.parametrize("version", ["0.64.8", "0.65.4", "0.66", "1.0a19", "1.0", "0.65.6rc1", "unknown"])
def test_a_version_that_was_not_tried_is_named_with_a_remedy(version: str) -> None:
    said = datasette_inside.warning(version) or ""
    assert said.startswith(f"Datasette {version} is not one that quotes was tried with")
    assert said.endswith("pip install 'datasette>=0.65.5,<0.66'")


def test_what_is_installed_with_us_is_what_was_tried() -> None:
    said = datasette_inside.warning("9") or ""
    assert said.partition("pip install '")[2].rstrip("'") in PROJECT["project"]["dependencies"]


def test_another_version_is_told_once_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            datasette_inside.warn("9")
            datasette_inside.warn("0.65.5")
    assert [record.getMessage() for record in caplog.records] == [datasette_inside.warning("9")]


async def sql_of(datasette: Datasette, path: str) -> tuple[str, Any]:
    page = (await datasette.client.get(path)).json()
    return page["query"]["sql"], page["next"]


async def test_a_sorted_page_is_asked_for_as_we_know_it(datasette: Datasette) -> None:
    first, following = await sql_of(datasette, "/data/quotes.json?_sort_desc=day&_size=5")
    assert datasette_inside.with_second_column(first) == first.replace(" limit ", ", id limit ")
    assert datasette_inside.condition_of(first, "quotes").startswith("order by day desc")
    second, _ = await sql_of(datasette, f"/data/quotes.json?_sort_desc=day&_size=5&_next={following}")
    assert datasette_inside.following(first) is None
    by_index, wanted = datasette_inside.following(second) or ("", 0)
    assert wanted == 6
    assert "day is null" in second
    assert "day is null" not in by_index


async def test_the_filter_of_a_search_is_found_among_the_hooks(datasette: Datasette) -> None:
    request = Request.fake("/data/quotes?_search=war")
    hooks = pm.hook.filters_from_request(request=request, table="quotes", database="data", datasette=datasette)
    (ours,) = (hook for hook in hooks if isinstance(hook, partial) and hook.func is quote_filters)
    search = ours.args[-1]
    assert datasette_inside.is_search_filter(search)
    (clause,) = (await search()).where_clauses
    assert datasette_inside.limited_search(clause, "limit 9") == f"{clause[:-1]} limit 9)"
    assert datasette_inside.limited_search("form = :p0", "limit 9") == "form = :p0"


async def test_our_templates_stand_before_datasettes(datasette: Datasette) -> None:
    await datasette.invoke_startup()
    loader = datasette.jinja_env.loader
    assert isinstance(loader.loaders[0], FileSystemLoader)
    paths = [Path(path) for path in loader.loaders[0].searchpath]
    assert [path.parts[-2:] for path in paths[-2:]] == [("publish", "templates"), ("datasette", "templates")]
    datasette_inside.add_templates(datasette.jinja_env, str(paths[-2]))
    assert [Path(path) for path in loader.loaders[0].searchpath] == paths
