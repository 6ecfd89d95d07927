"""A denial, a refusal, a question and what was not said are shown as such wherever a quote is."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import site_corpus as corpus

from quotes.publish.export import export
from quotes.publish.serve import make_datasette

if TYPE_CHECKING:
    from pathlib import Path

    from datasette.app import Datasette

HOLLOWAY = corpus.Person("Jane Holloway", role="treasurer", affiliation="canal fund")
HOSTILE = "<script>window.harmed=1</script>"
PEOPLE = {"jane": HOLLOWAY, "ruth": corpus.Person("Ruth Amory")}
ROWS = [(
    "hearing", "A hearing", "The Lock Gazette", "2024-05-02", "https://gazette.example/hearing",
    f"""{{s1:Jane Holloway, the treasurer,}} {{k1:denied}} {{c1:that she had known of the payments}}.

{{s2:She}} {{k2:did not deny}} {{c2:that the boat was hers}}. {{s3:Ruth Amory}} {{k3:asked}} {{c3:whether the books were signed}}.

{{s4:Holloway}} {{k4:refused to say}} {{c4:who held the key}}. {{s5:Amory}} {{k5:urged}} both sides {{c5:to keep the peace}}.

{{c6:“I came with a suitcase.

“I leave with a dog,”}} {{s6:Holloway}} {{k6:said}}.

{{s7:Amory}} {{k7:denied}} {HOSTILE} {{c7:that it rained {HOSTILE}}}.""",
    {1: ("jane", "i", "n", "deny", .9, ()), 2: ("jane", "i", "p", "deny", .9, ()), 3: ("ruth", "i", "n", "ask", .9, ()),
     4: ("jane", "i", "s", "refuse", .9, ()), 5: ("ruth", "i", "s", "urge", .9, ()), 6: ("jane", "d", "s", "say", .9, ()),
     7: ("ruth", "i", "s", "deny", .9, ())})]
MARKS = {"that she had known of the payments": ("Denied", "denied"), "that the boat was hers": ("Not denied", "did not deny"),
         "whether the books were signed": ("Asked", "asked"), "who held the key": ("Refused", "refused to say")}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus.build(tmp_path_factory.mktemp("acts") / "data.db", ROWS, PEOPLE)


@pytest.fixture
def site(path: Path) -> Datasette:
    return make_datasette(path)


def ids(path: Path, sql: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(sql)]


def before(page: str, words: str) -> str:
    """Return what a reader sees right before some words, markup left out."""
    return " ".join(re.sub(r"<[^>]+>", " ", page[: page.index(words)]).split())[-60:]


@pytest.mark.parametrize("page", ["/quotes/speaker/{speaker}", "/data/quotes"])
@pytest.mark.parametrize("words", MARKS)
async def test_it_is_marked_and_led_to_in_every_list(path: Path, site: Datasette, page: str, words: str) -> None:
    mark, lead = MARKS[words]
    name = "Ruth Amory" if mark == "Asked" else "Jane Holloway"
    speaker = ids(path, f"select id from speakers where name = '{name}'")[0]
    text = (await site.client.get(page.format(speaker=speaker))).text
    assert before(text, words).endswith(f"{mark} {lead}")


async def test_the_newest_are_marked_and_shown_with_their_sentence(site: Datasette) -> None:
    page = (await site.client.get("/")).text
    card = page[page.index('<strong class="act">Denied</strong>'):].partition("</article>")[0]
    assert '<p class="context"><bdi>' in card


async def test_a_short_sentence_is_not_hidden(path: Path, site: Datasette) -> None:
    """"Holloway said" is all that it has beside the words."""
    speaker = ids(path, "select id from speakers where name = 'Jane Holloway'")[0]
    page = (await site.client.get(f"/quotes/speaker/{speaker}")).text
    assert re.search(r'<p class="context"><bdi>[^<]*Holloway said', page)


@pytest.mark.parametrize("words", MARKS)
async def test_it_is_marked_in_its_article_and_on_its_page(path: Path, site: Datasette, words: str) -> None:
    mark, lead = MARKS[words]
    article = (await site.client.get("/quotes/article/hearing")).text
    assert re.search(rf'{words}</a>\s*<strong class="act">{mark}</strong>', article)
    quote = ids(path, f"select id from quotes where text = '{words}'")[0]
    page = (await site.client.get(f"/quotes/quote/{quote}")).text
    assert f'<strong class="act">{mark}</strong>' in page
    assert before(page[page.index('<figure class="saying">'):], words).endswith(lead)
    assert f"{lead} {words}" in page[: page.index("</title>")]


async def test_feeds_tell_it_in_a_sentence(site: Datasette) -> None:
    root = ET.fromstring((await site.client.get("/data/quotes.atom")).text)  # noqa: S314  our own
    titles = [title.text for title in root.iter("{http://www.w3.org/2005/Atom}title")]
    assert "Jane Holloway denied that she had known of the payments" in titles
    assert "Ruth Amory urged both sides to keep the peace" in titles
    entry = next(e for e in root.iter("{http://www.w3.org/2005/Atom}entry") if "the boat" in "".join(e.itertext()))
    assert "Not denied" in (entry.findtext("{http://www.w3.org/2005/Atom}content") or "")
    assert "not denied" in [category.get("term") for category in entry.iter("{http://www.w3.org/2005/Atom}category")]


async def test_a_citation_has_the_article_s_own_address_and_no_local_one(path: Path, site: Datasette) -> None:
    quote = ids(path, "select id from quotes where start = 0 or text like '%payments'")[0]
    page = (await site.client.get(f"/quotes/quote/{quote}")).text
    cited = re.sub(r"<[^>]+>", "", page[page.index('id="citation"'):].partition(">")[2].partition("</p>")[0])
    assert cited == ("Jane Holloway (treasurer) denied that she had known of the payments. In: “A hearing”, The Lock Gazette, "
                     "2 May 2024. https://gazette.example/hearing")


@pytest.fixture
def copy(path: Path, tmp_path: Path) -> Path:
    """The same with an author."""
    (tmp_path / "data.db").write_bytes(path.read_bytes())
    with closing(sqlite3.connect(tmp_path / "data.db")) as connection:
        connection.execute("update articles set author = 'Jo <b>Lee'")
        connection.commit()
    return tmp_path / "data.db"


async def test_a_citation_names_the_author(copy: Path) -> None:
    quote = ids(copy, "select id from quotes where text like '%payments'")[0]
    assert "In: Jo &lt;b&gt;Lee, “A hearing”" in (await make_datasette(copy).client.get(f"/quotes/quote/{quote}")).text


async def test_paragraphs_of_a_long_quote_are_paragraphs(path: Path, site: Datasette) -> None:
    quote = ids(path, "select id from quotes where text like '%suitcase%'")[0]
    page = (await site.client.get(f"/quotes/quote/{quote}")).text
    assert "“I came with a suitcase.”</bdi></p><p><bdi>“I leave with a dog”</bdi></p>" in page
    assert "“I came with a suitcase.\n\n“I leave with a dog,”" in page


@pytest.mark.parametrize("page", ["/quotes/article/hearing", "/data/quotes", "/data/quotes.atom", "/"])
async def test_what_leads_to_the_words_is_escaped(site: Datasette, page: str) -> None:
    text = (await site.client.get(page)).text
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(("query", "count"), [("act=deny", 3), ("negated=1", 1), ("act=deny&negated=0", 2), ("act=refuse", 1)])
async def test_acts_are_filters_and_facets(site: Datasette, query: str, count: int) -> None:
    answer = (await site.client.get(f"/data/quotes.json?{query}&_shape=objects")).json()
    assert len(answer["rows"]) == count
    facets = (await site.client.get("/data/quotes.json?_size=0")).json()["facet_results"]
    assert {row["value"]: row["count"] for row in facets["act"]["results"]}["deny"] == 3


async def test_facets_are_said_in_words(site: Datasette) -> None:
    page = (await site.client.get("/data/quotes")).text
    for facet, value in (("act", "Denied"), ("act", "Refused"), ("negated", "Yes"), ("negated", "No")):
        part = page[page.index(f'data-column="{facet}"><summary>'):].partition("</details>")[0]
        assert f"<bdi>{value}</bdi>" in part


async def test_a_speaker_s_quotes_are_filtered_by_act(path: Path, site: Datasette) -> None:
    speaker = ids(path, "select id from speakers where name = 'Jane Holloway'")[0]
    text = (await site.client.get(f"/quotes/speaker/{speaker}?act=refuse")).text
    assert "who held the key" in text
    assert "known of the payments" not in text


async def test_json_and_csv_have_the_acts(site: Datasette) -> None:
    row = (await site.client.get("/data/quotes.json?act=refuse&_shape=array")).json()[0]
    assert (row["act"], row["negated"], row["words_said"], row["lead"]) == ("refuse", 0, "who held the key", "refused to say")
    head = (await site.client.get("/data/quotes.csv?act=refuse")).text.splitlines()[0].split(",")
    assert {"act", "negated", "words_said", "lead"} <= set(head)


def test_exports_have_the_acts(path: Path, tmp_path: Path) -> None:
    export(path, tmp_path / "public.db", csv_dir=tmp_path)
    assert ids(tmp_path / "public.db", "select act || negated from quotes where text like '%boat%'") == ["deny1"]
    assert "deny,1,that the boat was hers,did not deny," in (tmp_path / "quotes.csv").read_text(encoding="utf-8")
