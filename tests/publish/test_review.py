"""Forms of review: only for those who may, with who and when, and heeded at once or by the next build."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import chdir, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from datasette.app import Datasette

if TYPE_CHECKING:
    import httpx

MAY = {"plugins": {"quotes": {"review": {"id": ["ana"]}}}}


@pytest.fixture
def path(tmp_path: Path, resolved: Path) -> Path:
    return Path(shutil.copy(resolved, tmp_path / "data.db"))


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
    action = re.search(r'action="(/quotes/review/(?:quote|speaker)[^"]+)"', shown.text)
    token = re.search(r'name="csrftoken" value="([^"]+)"', shown.text)
    assert action
    assert token
    return await site.client.post(action[1], data={"csrftoken": token[1], **form},
                                  cookies={**cookies, "ds_csrftoken": shown.cookies["ds_csrftoken"]})


async def undo(site: Datasette, page: str, button: str = "Undo") -> httpx.Response:
    """Press the first button of this name on a page."""
    cookies = signed_in(site, "ana")
    shown = await site.client.get(page, cookies=cookies)
    form = next(each for each in re.findall(r'<form class="back".*?</form>', shown.text, re.DOTALL) if f">{button}<" in each)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return await site.client.post("/quotes/review/undo", data=fields,
                                  cookies={**cookies, "ds_csrftoken": shown.cookies["ds_csrftoken"]})


async def test_nobody_else_sees_or_sends_the_forms(site: Datasette, path: Path) -> None:
    quote = rows(path, "select id from quotes limit 1")[0][0]
    for cookies in ({}, signed_in(site, "ben")):
        assert "Correct this quote" not in (await site.client.get(f"/quotes/quote/{quote}", cookies=cookies)).text
        for page in ("/quotes/review", f"/quotes/review/quote/{quote}"):
            assert (await site.client.get(page, cookies=cookies)).status_code == 403
        undone = {"kind": "correction", "id": "x"}
        assert (await site.client.post("/quotes/review/undo", data=undone, cookies=cookies)).status_code == 403
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
        answer = await send(site, f"/quotes/review/quote/{quote}", {"kind": "wrong act", "act": "sing"})
    assert answer.status_code == 422
    assert "Nothing was stored: data: &#39;sing&#39; is no act" in answer.text
    assert str(path.parent) not in answer.text


async def test_a_speaker_is_what_people_say_and_taken_back_and_again(site: Datasette, path: Path) -> None:
    ((speaker,),) = rows(path, "select id from speakers where name = 'Priya Rao'")
    page, kind = f"/quotes/speaker/{speaker}", f"select type from speakers where id = '{speaker}'"
    await send(site, page, {"action": "retype", "type": "organization"})
    assert rows(path, kind) == [("organization",)]
    shown = (await site.client.get(page, cookies=signed_in(site, "ana"))).text
    assert "is: organization" in shown
    public = (await site.client.get(page)).text
    assert "name or kind corrected" in public
    assert "ana" not in public.split("</header>")[2]
    await undo(site, page)
    assert rows(path, kind) == [("person",)]
    assert rows(path, "select kind, who, redone_by from undos") == [("retype", "ana", None)]
    await undo(site, page, "Make it hold again")
    assert rows(path, kind) == [("organization",)]
    assert rows(path, "select redone_by from undos") == [("ana",)]


async def test_two_who_decide_on_one_speaker_the_second_is_told(site: Datasette, path: Path) -> None:
    ((speaker,),) = rows(path, "select id from speakers where name = 'Priya Rao'")
    page = f"/quotes/speaker/{speaker}"
    shown = (await site.client.get(page, cookies=signed_in(site, "ana"))).text
    seen = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seen
    await send(site, page, {"action": "rename", "other": "Priya Rao MP", "seen": seen[1]})
    answer = await send(site, page, {"action": "rename", "other": "P. Rao", "seen": seen[1]})
    cookies = {**signed_in(site, "ana"), "ds_messages": answer.cookies["ds_messages"]}
    told = (await site.client.get(page, cookies=cookies)).text
    assert "Nothing was stored: meanwhile ana decided on this speaker" in told
    assert "You had entered: rename P. Rao" in told
    assert rows(path, "select name, superseded_at from renames") == [("Priya Rao MP", None)]


@pytest.mark.parametrize("form", [{"action": "retype", "type": "unnamed"}, {"action": "retype", "type": "planet"},
                                  {"action": "retype"}])
async def test_a_speaker_is_not_made_what_nobody_is(site: Datasette, path: Path, form: dict[str, str]) -> None:
    ((speaker,),) = rows(path, "select id from speakers where name = 'Priya Rao'")
    await send(site, f"/quotes/speaker/{speaker}", form)
    assert rows(path, "select * from retypes") == []


async def test_what_was_decided_on_words_that_are_gone_is_told(site: Datasette, path: Path) -> None:
    quote = rows(path, "select id from quotes limit 1")[0][0]
    await send(site, f"/quotes/review/quote/{quote}", {"kind": "wrong speaker", "name": "<script>Priya</script>"})
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
