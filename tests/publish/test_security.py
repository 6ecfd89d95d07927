"""Nothing that an article or a visitor sends runs, in whatever format it is served."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from html.parser import HTMLParser
from importlib import resources
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.publish import datasette_inside, security
from quotes.publish.text import FORMULA_START, PLAIN_NUMBER

if TYPE_CHECKING:
    from datasette.app import Datasette

TEMPLATES = resources.files("quotes.publish") / "templates"
# The inline scripts of Datasette 0.65.5. After an upgrade: read the new ones, then change this.
KNOWN_SCRIPTS = {
    "_close_open_menus.html": "0ccb5eb1cd9d077c",
    "_codemirror_foot.html": "b848f01f1e81e93c",
    "table.html": "DATASETTE_ALLOW_FACET = {{ datasette_allow_facet }};",
}
PAGES = ("/", "/quotes/speakers", "/data", "/data/quotes", "/data/quotes?_all=1", "/data/quotes?_facet=cue&_facet=source",
         "/data/speakers", "/data/articles", "/data/articles?_all=1", "/data/roles", "/data/aliases", "/data/terms",
         "/data/outlets", "/data/speaker_stats", "/data/outlet_stats", "/data/role_stats", "/data/quoted_most",
         "/data/one_outlet_only?at_least=1", "/data/unnamed_by_outlet", "/data/said_about?word=script",
         "/data/quotes_of_a_speaker?speaker=%3Cscript%3Ewindow.harmed%3D1%3C%2Fscript%3E",
         "/data?sql=select+text,context+from+quotes", "/data/quotes?_search=%22%3E%3Cscript%3E",
         "/quotes/speakers?q=%3Cscript%3Ealert(1)%3C/script%3E", "/nothing%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
         "/data/quotes?speaker_id=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/quotes/quote/%3Cscript%3E")


class Markup(HTMLParser):
    """Collects what in a page could run or load."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.handlers += [name for name in values if name.startswith("on")]
        self._in_script = tag == "script" and "src" not in values
        if tag in ("script", "img", "iframe", "object", "embed", "link", "source", "video", "audio", "use", "image"):
            self.loaded += [value or "" for name, value in attrs if name in ("src", "href", "data", "xlink:href")
                            and not (tag == "link" and values.get("rel") in ("alternate", "canonical"))]
        elif "href" in values or "action" in values:
            self.links.append(values.get("href") or values.get("action") or "")

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"


def assert_inert(page: str, path: str) -> None:
    markup = Markup()
    markup.feed(page)
    assert markup.handlers == [], path
    known = {script.strip() for script in datasette_inside.inline_scripts()}
    assert [script for script in markup.scripts if script.strip() not in known] == [], path
    for address in markup.loaded:
        assert address.startswith(("/quotes/static/", "/-/static")), (path, address)
    for address in markup.links:
        assert re.match(r"(https?://|/(?!/)|\?|#|$)", address), (path, address)


def test_the_inline_scripts_of_datasette_are_those_that_were_read() -> None:
    found = {}
    for template in (resources.files("datasette") / "templates").iterdir():
        for script in datasette_inside.INLINE_SCRIPT.findall(template.read_text()):
            if "body_script" not in script:
                found[template.name] = script if "{{" in script else hashlib.sha256(script.encode()).hexdigest()[:16]
    assert found == KNOWN_SCRIPTS


@pytest.mark.parametrize("ours", [True, False])
def test_the_policy_lets_only_known_scripts_run(*, ours: bool) -> None:
    directives = dict(part.strip().split(" ", 1) for part in security.policy(ours=ours).split(";"))
    assert directives["default-src"] == "'none'"
    assert "unsafe" not in directives["script-src"]
    assert set(directives["script-src"].split()) == {"'self'"} | (
        set() if ours else {security.script_hash(script) for script in datasette_inside.inline_scripts()})
    assert directives["frame-ancestors"] == directives["object-src"] == directives["base-uri"] == "'none'"
    assert ours is ("unsafe-inline" not in directives["style-src"])


@pytest.mark.parametrize("path", ["/", "/data/quotes", "/data/quotes.json", "/data/quotes.csv", "/nothing", "/robots.txt",
                                  "/quotes/static/site.css", "/-/static/app.css", "/data/quotes.atom", "/data.db"])
async def test_every_answer_carries_the_headers(datasette: Datasette, path: str) -> None:
    answer = await datasette.client.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert len(answer.headers.get_list("content-security-policy")) == 1


def test_templates_leave_escaping_on() -> None:
    for template in [*TEMPLATES.rglob("*.html")]:  # type: ignore[attr-defined]
        source = template.read_text()
        assert not re.search(r"\|\s*safe|autoescape|Markup", source), template


async def test_hostile_pages_are_inert(hostile_datasette: Datasette) -> None:
    client = hostile_datasette.client
    rows = (await client.get("/data/quotes.json?_shape=objects&_size=100")).json()["rows"]
    paths = [*PAGES]
    for row in rows:
        paths += [f"/quotes/speaker/{row['speaker_id']}", f"/quotes/article/{row['article_id']}", f"/quotes/quote/{row['id']}",
                  f"/data/quotes/{row['id']}", f"/data/quotes?speaker_id={row['speaker_id']}"]
    assert len(rows) == 16
    for path in paths:
        answer = await client.get(path)
        assert answer.status_code in (200, 302, 400, 404), path
        assert_inert(answer.text, path)
        assert "49}" not in answer.text


async def test_hostile_texts_are_shown_as_they_are(hostile_datasette: Datasette) -> None:
    rows = (await hostile_datasette.client.get("/data/quotes.json?_shape=objects&article_id=hostile-script")).json()["rows"]
    page = (await hostile_datasette.client.get(f"/quotes/quote/{rows[0]['id']}")).text
    assert "&lt;script&gt;window.harmed=1&lt;/script&gt;" in page
    formula = await hostile_datasette.client.get("/quotes/article/hostile-template")
    assert "((7*7))" in formula.text
    assert "{{7*7}}${7*7}" in formula.text


async def test_json_says_that_it_is_json(hostile_datasette: Datasette) -> None:
    answer = await hostile_datasette.client.get("/data/quotes.json?_labels=on")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["filtered_table_rows_count"] == 16


@pytest.mark.parametrize("path", ["/data/quotes.csv?_labels=on&_size=max", "/data/articles.csv?_stream=1", "/data/speakers.csv",
                                  "/data/terms.csv", "/data/quoted_most.csv?since=&until=",
                                  "/data.csv?sql=select+text+from+quotes"])
async def test_no_csv_cell_starts_a_formula(hostile_datasette: Datasette, path: str) -> None:
    answer = await hostile_datasette.client.get(path)
    assert answer.status_code == 200
    limit = csv.field_size_limit(1_000_000)
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    csv.field_size_limit(limit)
    assert len(rows) > 15
    assert [cell[:30] for row in rows for cell in row
            if cell.startswith(FORMULA_START) and not PLAIN_NUMBER.fullmatch(cell)] == []


async def test_hostile_feeds_are_well_formed(hostile_datasette: Datasette) -> None:
    client = hostile_datasette.client
    rows = (await client.get("/data/quotes.json?_shape=objects&_size=100")).json()["rows"]
    for path in ["/data/quotes.atom", *(f"/quotes/speaker/{row['speaker_id']}.atom" for row in rows)]:
        answer = await client.get(path)
        assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
        root = ET.fromstring(answer.content)  # noqa: S314  our own
        assert {element.tag.split("}")[0] for element in root.iter()} == {"{http://www.w3.org/2005/Atom"}
        for link in root.iter("{http://www.w3.org/2005/Atom}link"):
            assert link.get("href", "").startswith(("http://", "https://"))


def stripped(rows: list[list[str]]) -> list[list[str]]:
    return [[cell.removeprefix("'") for cell in row] for row in rows]


cells = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r"), max_size=12)


@given(rows=st.lists(st.lists(cells, min_size=2, max_size=4), max_size=6), cut=st.integers(1, 9))
def test_csv_is_rewritten_the_same_however_it_is_cut(rows: list[list[str]], cut: int) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    body = file.getvalue().encode()
    rewriter = security.CsvCells()
    parts = [rewriter.feed(body[start:start + cut], last=False) for start in range(0, len(body), cut)]
    out = b"".join([*parts, rewriter.feed(b"", last=True)]).decode()
    found = list(csv.reader(io.StringIO(out, newline="")))
    assert stripped(found) == stripped(rows)
    assert not [cell for row in found for cell in row if cell.startswith("=")]


async def test_robots_txt_keeps_crawlers_off_facets(datasette: Datasette) -> None:
    answer = await datasette.client.get("/robots.txt")
    assert answer.text.splitlines()[:3] == ["User-agent: *", "Disallow: /*?", "Disallow: /-/"]
    assert "Disallow: /data/" in answer.text


async def test_pages_can_only_be_read(datasette: Datasette) -> None:
    for path in ("/", "/quotes/speakers", "/data/quotes"):
        assert (await datasette.client.post(path)).status_code in (400, 403, 405)
        assert (await datasette.client.put(path)).status_code in (400, 403, 405)
