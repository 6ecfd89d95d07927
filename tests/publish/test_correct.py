"""Correcting a quote by the forms of the site: what is right shows everywhere at once, and is taken back the same way."""

from __future__ import annotations

import html
import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from datasette.app import Datasette

from quotes.store import write
from quotes.store.check import check

if TYPE_CHECKING:
    import httpx

MAY = {"plugins": {"quotes": {"review": {"id": ["ana", "ben"]}}}}
WHERE_IT_IS = ("/quotes/article/bridge-closed", "/data/quotes?_search=lorry")
Fields = dict[str, str | list[str]]


@pytest.fixture
def path(tmp_path: Path, resolved: Path) -> Path:
    return Path(shutil.copy(resolved, tmp_path / "data.db"))


@pytest.fixture
def site(path: Path) -> Datasette:
    return Datasette([str(path)], metadata=MAY)


def rows(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def quote_with(path: Path, words: str) -> str:
    return str(rows(path, "select id from quotes where text like ?", f"%{words}%")[0][0])


class Reviewer:
    """Somebody who is signed in: opens pages, sends their forms, presses their buttons."""

    def __init__(self, site: Datasette, name: str = "ana") -> None:
        self.site = site
        self.cookies = {"ds_actor": site.sign({"a": {"id": name}}, "actor")}
        self.seen = ""

    async def look(self, page: str) -> httpx.Response:
        shown = await self.site.client.get(page, cookies=self.cookies)
        self.token = shown.cookies.get("ds_csrftoken", "")
        if found := re.search(r'name="seen" value="([^"]*)"', shown.text):
            self.seen = found[1]
        self.csrf = found[1] if (found := re.search(r'name="csrftoken" value="([^"]+)"', shown.text)) else ""
        self.text = shown.text
        return shown

    async def post(self, page: str, fields: Fields) -> httpx.Response:
        return await self.site.client.post(page, data={"csrftoken": self.csrf, **fields},
                                           cookies={**self.cookies, "ds_csrftoken": self.token})

    async def correct(self, quote: str, fields: Fields, *, look: bool = True) -> httpx.Response:
        page = f"/quotes/review/quote/{quote}"
        if look:
            await self.look(page)
        return await self.post(page, {"seen": self.seen, **fields})

    async def press(self, page: str, button: str) -> httpx.Response:
        await self.look(page)
        form = next(each for each in re.findall(r'<form class="back".*?</form>', self.text, re.DOTALL) if f">{button}<" in each)
        return await self.post("/quotes/review/undo", dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)))


@pytest.fixture
def ana(site: Datasette) -> Reviewer:
    return Reviewer(site)


async def read(site: Datasette, page: str) -> str:
    answer = await site.client.get(page)
    assert answer.status_code == 200, page
    return answer.text


async def test_another_speaker_is_there_at_once_and_gone_at_once(site: Datasette, path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    ((vance,),) = rows(path, "select id from speakers where name = 'Ilse Vance'")
    ((okafor,),) = rows(path, "select id from speakers where name = 'Daniel Okafor'")

    async def attributed() -> dict[str, int]:
        """Return on how many places each of the two is said to have said it."""
        found = {}
        for name, speaker in (("Vance", vance), ("Okafor", okafor)):
            facet = json.loads(await read(site, "/data/quotes.json?_facet=speaker_id&_size=0&_shape=objects"))
            counts = {each["value"]: each["count"] for each in facet["facet_results"]["speaker_id"]["results"]}
            search = json.loads(await read(site, f"/data/quotes.json?_search=lorry&speaker_id={speaker}&_shape=objects"))
            found[name] = sum((
                "one more lorry" in await read(site, f"/quotes/speaker/{speaker}"),
                "one more lorry" in await read(site, f"/quotes/speaker/{speaker}.atom"),
                f"/quotes/speaker/{speaker}" in (await read(site, f"/quotes/quote/{quote}")).split('id="around"')[0],
                len(search["rows"]),
                counts[speaker] == rows(path, "select count(*) from voices where speaker_id = ?", speaker)[0][0],
                counts[speaker] == rows(path, "select quotes from speaker_stats where speaker_id = ?", speaker)[0][0],
            ))
        return found

    before = rows(path, "select speaker_id, quotes from speaker_stats order by 1")
    assert await attributed() == {"Vance": 6, "Okafor": 2}
    answer = await ana.correct(quote, {"kind": "wrong speaker", "speaker": ["Daniel Okafor"], "name": "", "type": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/quotes/quote/{quote}")
    assert await attributed() == {"Vance": 2, "Okafor": 6}
    with closing(write.open_database(path)) as base:
        assert check(base) == []
    await ana.press(f"/quotes/quote/{quote}", "Undo")
    assert await attributed() == {"Vance": 6, "Okafor": 2}
    assert rows(path, "select speaker_id, quotes from speaker_stats order by 1") == before
    await ana.press(f"/quotes/quote/{quote}", "Make it hold again")
    assert await attributed() == {"Vance": 2, "Okafor": 6}


async def test_everybody_sees_that_it_was_corrected_and_reviewers_by_whom_and_when(
    site: Datasette, path: Path, ana: Reviewer
) -> None:
    quote = quote_with(path, "one more lorry")
    pages = (f"/quotes/quote/{quote}", *WHERE_IT_IS)
    for page in pages:
        assert "corrected</span>" not in await read(site, page)
    await ana.correct(quote, {"kind": "wrong act", "act": "warn"})
    ((made_at,),) = rows(path, "select made_at from corrections")
    for page in pages:
        public = await read(site, page)
        assert "corrected" in public
        assert ">ana" not in public
        assert str(made_at)[:16].replace("T", " ") not in public
    assert "Corrected by a person." in await read(site, "/data/quotes.atom?_search=lorry")
    assert json.loads(await read(site, "/data/quotes.json?rule=corrected&_shape=array"))[0]["act"] == "warn"
    mine = (await ana.look(f"/quotes/quote/{quote}")).text
    assert f"ana, {str(made_at)[:16].replace('T', ' ')}" in mine
    assert "another act: warn" in mine
    assert (await ana.look("/data/quotes")).headers["cache-control"] == "private, no-store"


async def test_several_speakers_and_one_that_the_article_does_not_have(path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    await ana.correct(quote, {"kind": "wrong speaker", "speaker": ["Ilse Vance"], "name": "Harbour Board",
                              "type": "organization"})
    assert rows(path, "select s.name, s.type from quote_speakers q join speakers s on s.id = q.speaker_id where quote_id = ? "
                      "order by place", quote) == [("Ilse Vance", "person"), ("Harbour Board", "organization")]


async def test_somebody_unnamed_is_called_as_the_article_does(path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "that the union had kept")
    assert "Unnamed: as the article calls them (“<bdi>He</bdi>”)" in (await ana.look(f"/quotes/review/quote/{quote}")).text
    await ana.correct(quote, {"kind": "wrong speaker", "unnamed": "1", "name": ""})
    assert rows(path, "select s.name, s.type from quotes q join speakers s on s.id = speaker_id where q.id = ?", quote) == [
        ("He", "unnamed")]


async def test_a_source_without_a_name_is_chosen_by_what_the_article_calls_it(path: Path, ana: Reviewer) -> None:
    quote, other = quote_with(path, "one more lorry"), quote_with(path, "repairs could take")
    await ana.correct(quote, {"kind": "wrong speaker", "speaker": ["a senior port official [unnamed]"], "name": ""})
    assert rows(path, "select count(distinct speaker_id) from quotes where id in (?, ?)", quote, other) == [(1,)]


async def test_selected_words_are_stored_where_they_stand(path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    text = str(rows(path, "select text from articles where id = 'bridge-closed'")[0][0])
    first, second = text.index("one more lorry"), text.index("than for a funeral")
    spans = f"{first}-{first + 15},{second}-{second + 18}"
    answer = await ana.correct(quote, {"kind": "wrong span", "spans": spans,
                                       "selected": json.dumps([text[first:first + 15], "than for a funeral"])})
    assert answer.status_code == 303
    assert rows(path, "select text from quotes where id = ?", quote) == [("one more lorry than for a funeral",)]
    assert rows(path, "select value from corrections") == [(f"{first}-{first + 14},{second}-{second + 18}",)]


@pytest.mark.parametrize("fields", [
    {"spans": "10-20", "selected": '["something else"]'}, {"spans": "10-20", "selected": "[1]"}, {"spans": "10-20"},
    {"spans": "20-10", "selected": "[]"}, {"spans": "0-9999999", "selected": "[]"}, {"spans": "x", "selected": "{"},
    {"words": ""}, {"words": "words that stand nowhere"}, {"words": " [...] "},
])
async def test_words_that_are_not_there_are_refused_and_what_was_entered_stays(
    path: Path, ana: Reviewer, fields: dict[str, str]
) -> None:
    quote = quote_with(path, "one more lorry")
    answer = await ana.correct(quote, {"kind": "wrong span", **fields})
    assert answer.status_code == 422
    assert "Nothing was stored: " in answer.text
    assert fields.get("words", "").strip() in answer.text
    assert rows(path, "select * from corrections") == []


async def test_without_a_script_words_are_written(path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    await ana.correct(quote, {"kind": "wrong span", "words": 'one more\r\nlorry across [...] "I would rather be blamed'})
    assert rows(path, "select text from quotes where id = ?", quote) == [("one more lorry across “I would rather be blamed",)]


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": "  "}, {"name": "?!"}, {"name": ";"}, {"name": "x" * 201}, {},
                                    {"name": "Ana Ruiz", "unnamed": "1"}])
async def test_a_speaker_without_a_name_is_refused_in_words(path: Path, ana: Reviewer, fields: Fields) -> None:
    quote = quote_with(path, "one more lorry")
    answer = await ana.correct(quote, {"kind": "wrong speaker", **fields})
    assert answer.status_code == 422
    assert re.search(r"name is empty|no letter|at most 200|unnamed at once", answer.text)
    assert rows(path, "select * from corrections") == []


async def test_role_and_affiliation_are_others_or_none(path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    now = "select role, affiliation from quotes where id = ?"
    await ana.correct(quote, {"kind": "wrong role", "role": "deputy mayor", "affiliation": "Harrow Quay"})
    assert rows(path, now, quote) == [("deputy mayor", "Harrow Quay")]
    assert rows(path, "select kind, value from corrections") == [("wrong role", "deputy mayor")]
    await ana.correct(quote, {"kind": "wrong role", "role": "", "affiliation": ""})
    assert rows(path, now, quote) == [(None, None)]
    answer = await ana.correct(quote, {"kind": "wrong role", "role": "", "affiliation": ""})
    assert "nothing is said of what is right" in answer.text


async def test_what_is_no_quote_leaves_every_page_and_comes_back(site: Datasette, path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    answer = await ana.correct(quote, {"kind": "not a quote"})
    assert answer.headers["location"] == f"/quotes/review/quote/{quote}"
    assert (await site.client.get(f"/quotes/quote/{quote}")).status_code == 404
    for page in ("/data/quotes.json?_search=lorry", "/quotes/article/bridge-closed"):
        assert quote not in await read(site, page)
    assert "This is no quote any more" in (await ana.look(answer.headers["location"])).text
    answer = await ana.press(answer.headers["location"], "Undo")
    assert answer.headers["location"] == f"/quotes/quote/{quote}"
    assert quote in await read(site, "/data/quotes.json?_search=lorry")


async def test_of_two_at_once_the_second_is_told_and_keeps_what_was_entered(site: Datasette, path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    ben = Reviewer(site, "ben")
    for each in (ana, ben):
        await each.look(f"/quotes/review/quote/{quote}")
    await ana.correct(quote, {"kind": "wrong speaker", "name": "Priya Rao"}, look=False)
    answer = await ben.correct(quote, {"kind": "wrong speaker", "name": "Tomás Abellán"}, look=False)
    assert answer.status_code == 409
    assert "meanwhile ana corrected this quote" in answer.text
    assert "Priya Rao" in answer.text
    assert 'value="Tomás Abellán"' in answer.text
    assert [row[0] for row in rows(path, "select value from corrections where superseded_at is null")] == ["Priya Rao"]
    seen = re.search(r'name="seen" value="([^"]*)"', answer.text)
    assert seen
    ben.seen = seen[1]
    assert (await ben.correct(quote, {"kind": "wrong speaker", "name": "Tomás Abellán"}, look=False)).status_code == 303
    assert rows(path, "select value, who, superseded_at is null from corrections order by made_at") == [
        ("Priya Rao", "ana", 0), ("Tomás Abellán", "ben", 1)]


async def test_what_was_taken_back_meanwhile_is_told(site: Datasette, path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    ben = Reviewer(site, "ben")
    await ana.correct(quote, {"kind": "wrong act", "act": "warn"})
    ((identifier,),) = rows(path, "select id from corrections")
    await ben.press(f"/quotes/quote/{quote}", "Undo")
    await ana.look(f"/quotes/quote/{quote}")
    answer = await ana.post("/quotes/review/undo", {"kind": "correction", "id": str(identifier)})
    cookies = {**ana.cookies, "ds_messages": answer.cookies["ds_messages"]}
    told = await site.client.get(answer.headers["location"], cookies=cookies)
    assert "ben took it back" in told.text


async def test_a_form_without_its_token_is_refused(path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    await ana.look(f"/quotes/review/quote/{quote}")
    ana.csrf = "made up"
    assert (await ana.post(f"/quotes/review/quote/{quote}", {"kind": "not a quote"})).status_code == 403
    assert (await ana.post("/quotes/review/undo", {"kind": "decision"})).status_code == 403
    assert rows(path, "select * from corrections") == []


async def test_what_reviewers_type_is_shown_as_text(site: Datasette, path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    evil = "<img src=x onerror=alert(1)> A"
    await ana.correct(quote, {"kind": "wrong role", "role": evil, "affiliation": '"><script>x'})
    await ana.correct(quote, {"kind": "wrong speaker", "name": evil})
    shown = [await read(site, page) for page in (f"/quotes/quote/{quote}", *WHERE_IT_IS)]
    mine = (f"/quotes/quote/{quote}", f"/quotes/review/quote/{quote}", "/quotes/review")
    shown += [(await ana.look(page)).text for page in mine]
    for text in shown:
        assert "<img" not in text
        assert "<script>x" not in text


async def test_the_text_to_select_in_is_the_article_s_and_nothing_else(path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    shown = (await ana.look(f"/quotes/review/quote/{quote}")).text
    (inside,) = re.findall(r'<div class="choose text"[^>]*>(.*?)</div>', shown, re.DOTALL)
    text = str(rows(path, "select text from articles where id = 'bridge-closed'")[0][0])
    assert html.unescape(re.sub(r"</?mark>", "", inside)) == text
    assert inside.count("<mark>") == rows(path, "select count(*) from spans where kind = 'content' and quote_id = ?", quote)[0][0]


async def test_all_that_was_decided_is_listed_with_its_way_back(path: Path, ana: Reviewer) -> None:
    quote = quote_with(path, "one more lorry")
    await ana.correct(quote, {"kind": "wrong act", "act": "warn"})
    await ana.press("/quotes/review", "Undo")
    listed = (await ana.look("/quotes/review")).text
    assert "wrong act: warn" in listed
    assert "taken back by <bdi>ana</bdi>" in listed
    await ana.press("/quotes/review", "Make it hold again")
    assert rows(path, "select act from quotes where id = ?", quote) == [("warn",)]


async def test_a_quote_that_never_was_has_no_forms(ana: Reviewer) -> None:
    assert (await ana.look("/quotes/review/quote/nothing")).status_code == 404
