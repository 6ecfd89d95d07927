"""Forms of review: only for those who may, with who and when, and heeded at once or by the next build."""

from __future__ import annotations

import re
import sqlite3
from contextlib import chdir, closing
from typing import TYPE_CHECKING

import pytest
import site_corpus
from datasette.app import Datasette

from quotes import pipeline
from quotes.store import write

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

MAY = {"plugins": {"quotes": {"review": {"id": ["ana"]}}}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = site_corpus.build(tmp_path / "data.db")
    with closing(write.open_database(path)) as base:
        # The corpus names speakers in its own way; a decision resolves in the program's.
        base.conn.execute("insert or ignore into stale values ('speakers'), ('terms')")
        pipeline.resolve(base)
    return path


@pytest.fixture
def site(path: Path) -> Datasette:
    return Datasette([str(path)], metadata=MAY)


def signed_in(site: Datasette, name: str) -> dict[str, str]:
    return {"ds_actor": site.sign({"a": {"id": name}}, "actor")}


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


async def send(site: Datasette, page: str, form: dict[str, str], name: str = "ana") -> httpx.Response:
    """Open a page, then send its form as a browser would."""
    cookies = signed_in(site, name)
    shown = await site.client.get(page, cookies=cookies)
    action = re.search(r'action="(/quotes/review/[^"]+)"', shown.text)
    token = re.search(r'name="csrftoken" value="([^"]+)"', shown.text)
    assert action
    assert token
    return await site.client.post(action[1], data={"csrftoken": token[1], **form},
                                  cookies={**cookies, "ds_csrftoken": shown.cookies["ds_csrftoken"]})


async def test_nobody_else_sees_or_sends_the_forms(site: Datasette, path: Path) -> None:
    quote = rows(path, "select id from quotes limit 1")[0][0]
    for cookies in ({}, signed_in(site, "ben")):
        assert "Something is wrong" not in (await site.client.get(f"/quotes/quote/{quote}", cookies=cookies)).text
        assert (await site.client.get("/quotes/review", cookies=cookies)).status_code == 403
        answer = await site.client.post(f"/quotes/review/quote/{quote}", data={"kind": "not a quote"}, cookies=cookies)
        assert answer.status_code == 403
    closed = Datasette([str(path)])
    assert (await closed.client.get("/quotes/review", cookies=signed_in(closed, "ana"))).status_code == 403
    assert rows(path, "select * from corrections") == []


async def test_a_form_without_its_token_is_refused(site: Datasette, path: Path) -> None:
    quote = rows(path, "select id from quotes limit 1")[0][0]
    answer = await site.client.post(f"/quotes/review/quote/{quote}", data={"kind": "not a quote"},
                                    cookies={**signed_in(site, "ana"), "ds_csrftoken": "made-up"})
    assert answer.status_code == 403
    assert rows(path, "select * from corrections") == []


async def test_a_quote_is_corrected_with_who_and_when(site: Datasette, path: Path) -> None:
    quote = rows(path, "select id from quotes limit 1")[0][0]
    answer = await send(site, f"/quotes/quote/{quote}", {"kind": "wrong speaker", "value": "Priya Rao"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/quotes/quote/{quote}")
    ((kind, value, who, made_at),) = rows(path, "select kind, value, who, made_at from corrections")
    assert (kind, value, who) == ("wrong speaker", "Priya Rao", "ana")
    page = (await site.client.get("/quotes/review", cookies=signed_in(site, "ana"))).text
    assert "wrong speaker: Priya Rao" in page
    assert str(made_at)[:10] in page


async def test_two_speakers_become_one_at_once(site: Datasette, path: Path) -> None:
    both = "from speakers where name in ('Ministry of Transport', 'Port Authority')"
    ((one,), (other,)) = rows(path, f"select id {both} order by name")
    answer = await send(site, f"/quotes/speaker/{one}", {"action": "merge", "other": str(other), "reasons": "one body"})
    assert answer.status_code == 303
    assert rows(path, "select judgement, who, reasons from judgements") == [("positive", "ana", "one body")]
    assert len(rows(path, f"select 1 {both}")) == 1


async def test_a_speaker_is_renamed(site: Datasette, path: Path) -> None:
    ((speaker,),) = rows(path, "select id from speakers where name = 'Priya Rao'")
    await send(site, f"/quotes/speaker/{speaker}", {"action": "rename", "other": "Priya Rao MP"})
    assert rows(path, "select name, who from renames") == [("Priya Rao MP", "ana")]
    assert rows(path, f"select name from speakers where id = '{speaker}'") == [("Priya Rao MP",)]


@pytest.mark.parametrize("form", [{"action": "merge", "other": "Nobody At All"}, {"action": "merge", "other": "Okafor"},
                                  {"action": "apart", "other": "Daniel Okafor"}, {"action": "sing", "other": "x"},
                                  {"other": "x"}])
async def test_what_makes_no_sense_is_refused_in_words(site: Datasette, path: Path, form: dict[str, str]) -> None:
    ((speaker,),) = rows(path, "select id from speakers where name = 'Priya Rao'")
    answer = await send(site, f"/quotes/speaker/{speaker}", form)
    assert answer.status_code == 303
    cookies = {**signed_in(site, "ana"), "ds_messages": answer.cookies["ds_messages"]}
    assert "Nothing was stored: " in (await site.client.get(answer.headers["location"], cookies=cookies)).text
    assert rows(path, "select * from judgements") == []


async def test_an_address_with_a_part_of_a_name_decides_nothing(site: Datasette, path: Path) -> None:
    shown = await site.client.get("/quotes/speaker/" + str(rows(path, "select id from speakers where name = 'Priya Rao'")[0][0]),
                                  cookies=signed_in(site, "ana"))
    token = re.search(r'name="csrftoken" value="([^"]+)"', shown.text)
    assert token
    ((other,),) = rows(path, "select id from speakers where name = 'Port Authority'")
    await site.client.post("/quotes/review/speaker/Rao", data={"csrftoken": token[1], "action": "merge", "other": str(other)},
                           cookies={**signed_in(site, "ana"), "ds_csrftoken": shown.cookies["ds_csrftoken"]})
    assert rows(path, "select * from judgements") == []


async def test_a_refusal_does_not_tell_where_the_file_lies(path: Path) -> None:
    with chdir(path.parent):
        site = Datasette([path.name], metadata=MAY)
        quote = rows(path, "select id from quotes limit 1")[0][0]
        page = f"/quotes/quote/{quote}"
        answer = await send(site, page, {"kind": "wrong span", "value": "words that stand nowhere"})
        shown = await site.client.get(page, cookies={**signed_in(site, "ana"), "ds_messages": answer.cookies["ds_messages"]})
    assert "Nothing was stored: data: " in shown.text
    assert str(path.parent) not in shown.text


async def test_what_was_decided_on_words_that_are_gone_is_told(site: Datasette, path: Path) -> None:
    quote = rows(path, "select id from quotes limit 1")[0][0]
    await send(site, f"/quotes/quote/{quote}", {"kind": "wrong speaker", "value": "<script>Priya</script>"})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("insert into corrections_not_found select article_id, id, 'quote' from corrections")
    page = (await site.client.get("/quotes/review", cookies=signed_in(site, "ana"))).text
    assert "not found again: the article was changed and has no such quote" in page
    assert "<script>Priya" not in page
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("drop table corrections_not_found")  # as in a database of an older version
    assert "wrong speaker" in (await site.client.get("/quotes/review", cookies=signed_in(site, "ana"))).text


async def test_a_decision_on_a_speaker_who_is_gone_is_told(site: Datasette, path: Path) -> None:
    ((speaker,),) = rows(path, "select id from speakers where name = 'Priya Rao'")
    await send(site, f"/quotes/speaker/{speaker}", {"action": "rename", "other": "Priya Rao MP"})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("insert into entity_anchors (article_id, named_id, entity_id, key, type) "
                           "values ('report', ?, 'gone', 'e1', 'person')", [speaker])
    page = (await site.client.get("/quotes/review", cookies=signed_in(site, "ana"))).text
    assert "the article was changed and has no such speaker" in page
