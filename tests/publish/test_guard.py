"""What one request may ask, and what the public may not: each of these stopped the site, or showed what it should not."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import site_corpus
from datasette.app import Datasette

from quotes.publish import guard
from quotes.publish.site import site_of

if TYPE_CHECKING:
    from pathlib import Path

HASH = "pbkdf2_sha256$480000$aaaa$bbbb"
REVIEWED = {"plugins": {"datasette-auth-passwords": {"ana_password_hash": HASH, "actors": {"ana": {"id": "ana"}}},
                        "quotes": {"review": {"id": ["ana"]}}}}


def reviewed(path: Path) -> Datasette:
    return Datasette([str(path)], metadata=REVIEWED)


def as_ana(site: Datasette) -> dict[str, str]:
    return {"ds_actor": site.sign({"a": {"id": "ana"}}, "actor")}


@pytest.mark.parametrize("path", ["/-/metadata.json", "/-/metadata", "/-/plugins.json", "/-/threads", "/-/versions.json",
                                  "/-/databases.json", "/-/password-tool", "/-/settings.json", "/-/allow-debug",
                                  "/-/messages", "/-/patterns"])
async def test_where_people_sign_in_the_inside_is_closed(database: Path, path: str) -> None:
    answer = await reviewed(database).client.get(path)
    assert answer.status_code == 403
    assert "pbkdf2" not in answer.text
    assert (await Datasette([str(database)]).client.get("/-/metadata.json")).status_code == 200


async def test_no_page_shows_a_password_hash(database: Path) -> None:
    site = reviewed(database)
    for path in ("/", "/data", "/data.json", "/data/quotes", "/data/quotes.json", "/-/metadata.json", "/-/metadata.json/"):
        assert "pbkdf2" not in (await site.client.get(path, follow_redirects=True)).text, path


async def test_who_signed_out_is_out_though_the_cookie_is_kept(database: Path) -> None:
    site = reviewed(database)
    ana = as_ana(site)["ds_actor"]
    elsewhere = site.sign({"a": {"id": "ana"}, "at": "another machine"}, "actor")
    app = site.app()

    async def answer(method: str, path: str, cookie: str, form: dict[str, str] | None = None) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as client:
            return await client.request(method, path, headers={"cookie": cookie}, data=form)

    async def may_review(actor: str) -> bool:
        return (await answer("GET", "/quotes/review", f"ds_actor={actor}")).status_code == 200

    assert (await answer("POST", "/-/logout", f"ds_actor={ana}")).status_code == 403  # without the token of the form
    assert (await may_review(ana), await may_review(elsewhere)) == (True, True)
    form = await answer("GET", "/-/logout", f"ds_actor={ana}")
    token = form.cookies["ds_csrftoken"]
    signed_out = await answer("POST", "/-/logout", f"ds_actor={ana}; ds_csrftoken={token}", {"csrftoken": token})
    assert signed_out.status_code == 302
    assert (await may_review(ana), await may_review(f"{ana}; other=1"), await may_review(elsewhere)) == (False, False, True)


async def test_how_long_signing_in_takes_does_not_tell_who_is_known(database: Path) -> None:
    site, moments = reviewed(database), []
    for _ in range(2):
        began = time.monotonic()
        await ask(site, "/-/login", method="POST")
        moments.append(time.monotonic() - began)
    assert min(moments) >= guard.SIGN_IN_SECONDS


@pytest.mark.parametrize("table", ["judgements", "renames", "retypes", "corrections", "undos", "uncorrected", "failures"])
async def test_decisions_are_for_reviewers_only(database: Path, table: str) -> None:
    site = reviewed(database)
    for path in (f"/data/{table}", f"/data/{table}.json", f"/data/{table}.csv", f"/data.json?sql=select+*+from+{table}",
                 f"/data/quotes.json?_where=id+in+(select+who+from+{table})"):
        assert (await site.client.get(path)).status_code == 403, path
        assert (await site.client.get(path, cookies=as_ana(site))).status_code != 403, path
    assert (await site.client.get(f"/data/{table.upper()}.json")).status_code in (403, 404)
    assert f"/data/{table}" not in (await site.client.get("/data")).text
    assert (await site.client.get("/data/quotes")).status_code == 200


@pytest.mark.parametrize("page", ["/", "/quotes/speakers", "/quotes/speaker/x", "/data/quotes"])
async def test_more_parameters_than_a_form_has_are_refused_before_they_are_read(datasette: Datasette, page: str) -> None:
    many = "&".join(f"a{number}=1" for number in range(guard.MOST_PARAMETERS + 1))
    assert (await datasette.client.get(f"{page}?{many}")).status_code == 400
    assert (await datasette.client.get(f"{page}?q={'x' * guard.LONGEST_QUERY}")).status_code == 414


async def test_a_string_of_a_gigabyte_is_not_made(datasette: Datasette) -> None:
    answer = await datasette.client.get("/data.json", params={"sql": "select length(printf('%.*c',1000000000,'x')) as n"})
    assert answer.status_code == 400


@pytest.mark.parametrize(("sql", "status"), [
    ("with recursive t(x) as (select 'x' union all select x || x from t) select max(length(x)) from t", 400),
    ("select length(group_concat(a.context || b.context || c.context)) from quotes a, quotes b, quotes c", 400),
    ("select length(zeroblob(4000000))", 200),
    ("with recursive n(i) as (select 1 union all select i + 1 from n limit 900) select printf('%.*c', 1000000, 'x') from n", 400),
])
async def test_one_question_does_not_take_the_memory(datasette: Datasette, sql: str, status: int) -> None:
    assert (await datasette.client.get("/data.json", params={"sql": sql})).status_code == status


ZEROS = "hex(zeroblob(1500000))"


@pytest.mark.parametrize("sql", [
    f"instr({ZEROS}, {ZEROS} || 'b')",
    f"replace({ZEROS}, {ZEROS} || 'b', '')",
    f"trim({ZEROS}, replace({ZEROS}, '0', 'a'))",
    f"ltrim({ZEROS}, replace({ZEROS}, '0', 'a'))",
    f"rtrim({ZEROS}, replace({ZEROS}, '0', 'a'))",
    "printf('%.*c', 1000000000, 'x')",
    "printf('%.*c', 1e9, 'x')",
    "printf('%.*c', cast('1000000000' as blob), 'x')",
    "format('%.1000000000c', 'x')",
    "printf(replace(hex(zeroblob(400)), '00', '%.*c'), 900000, 'x', 900000, 'x', 900000, 'x')",
    f"{ZEROS} like ('%' || substr({ZEROS}, 1, 40000) || 'b')",
    f"{ZEROS} glob ('*' || substr({ZEROS}, 1, 40000) || 'b')",
    f"json_patch({ZEROS}, {ZEROS})",
])
async def test_no_function_computes_past_the_limit_of_time(datasette: Datasette, sql: str) -> None:
    assert (await datasette.client.get("/data.json", params={"sql": f"select {sql}"})).status_code == 400


@pytest.mark.parametrize("sql", [
    "instr('abc', 'c')", "instr(null, 'c')", "instr(x'010203', x'03')", "instr(12345, 45)", "replace('aXbX', 'X', 'yy')",
    "replace('abc', '', 'x')", "replace(null, 'a', 'b')", "trim('  a ')", "trim('xxaxx', 'x')", "ltrim('ååb', 'å')",
    "rtrim(1.50, '0')", "printf('%5.2f|%-8s|%04d|%*d', 2.5, 'é', 7, 6, 1)", "printf('%,d', 1234567)", "printf('%')",
    "printf(null)", "format('%q', 'it''s')", "json_patch('{\"a\":1}', '{\"a\":2}')", "'Müller' like 'm%r'", "'Müller' glob 'M*r'",
    f"instr({ZEROS} || 'b', '0b')",
])
async def test_functions_give_what_they_give_everywhere(datasette: Datasette, sql: str) -> None:
    with closing(sqlite3.connect(":memory:")) as plain:
        wanted = plain.execute(f"select {sql}").fetchone()[0]
    answer = await datasette.client.get("/data.json", params={"sql": f"select {sql}"})
    assert answer.json()["rows"] == [[wanted]]


@pytest.mark.parametrize("sql", ["select * from pragma_database_list", "select file from PRAGMA_DATABASE_LIST()"])
async def test_where_the_file_lies_is_not_told(datasette: Datasette, sql: str) -> None:
    answer = await datasette.client.get("/data.json", params={"sql": sql, "_shape": "array"})
    assert (answer.status_code, answer.json()) == (200, [])
    assert (await datasette.client.get("/data")).status_code == 200


@pytest.mark.parametrize("path", ["/quotes/speakers?page=00000199999999999999999999", "/quotes/speakers?page=1234567",
                                  "/data/quotes?start__gt=99999999999999999999999999",
                                  "/data/quotes?_where=1;attach database 'x' as y"])
async def test_numbers_and_statements_that_make_no_sense_are_the_visitors_mistake(datasette: Datasette, path: str) -> None:
    assert (await datasette.client.get(path)).status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "FOO"])
@pytest.mark.parametrize("path", ["/", "/data/quotes"])
async def test_unknown_methods_are_refused(datasette: Datasette, method: str, path: str) -> None:
    assert (await ask(datasette, path, method=method))[0] == 405


async def test_a_search_may_be_longer_than_any_name(datasette: Datasette) -> None:
    assert (await datasette.client.get(f"/quotes/speakers?q={'x' * 8000}")).status_code == 200
    assert (await datasette.client.get(f"/quotes/speakers?q={'%F0%9F%98%80' * 200}")).status_code == 400
    assert (await datasette.client.get(f"/data/quotes?text__contains={'x' * 600}")).status_code == 400


async def ask(site: Datasette, path: str, *, method: str = "GET", headers: tuple[tuple[bytes, bytes], ...] = (),
              client: str = "127.0.0.1") -> tuple[int, dict[bytes, list[bytes]]]:
    """Send a request as a server would, and return its status and headers."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    given = headers if any(name == b"host" for name, _ in headers) else ((b"host", b"localhost"), *headers)
    await site.invoke_startup()
    await site.app()({"type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
                      "query_string": b"", "headers": list(given), "client": (client, 1), "scheme": "https"}, receive, send)
    found: dict[bytes, list[bytes]] = {}
    for name, value in sent[0]["headers"]:
        found.setdefault(name.lower(), []).append(value)
    return sent[0]["status"], found


@pytest.mark.parametrize("headers", [((b"cookie", b"ds_actor=\xff\xfe"),), ((b"host", b"localhost\xff"),)])
async def test_refusals_carry_the_headers_too(datasette: Datasette, headers: tuple[tuple[bytes, bytes], ...]) -> None:
    site_of(datasette).hosts = guard.allowed_hosts(("127.0.0.1",))
    status, found = await ask(datasette, "/", headers=headers)
    assert status in (400, 421)
    assert found[b"x-content-type-options"] == [b"nosniff"]
    assert len(found[b"content-security-policy"]) == 1


async def test_a_form_with_files_is_refused(database: Path) -> None:
    status, _ = await ask(reviewed(database), "/quotes/review/quote/x", method="POST",
                          headers=((b"content-type", b"multipart/form-data; boundary=x"),))
    assert status == 415


@pytest.mark.parametrize(("host", "status"), [
    (b"localhost:8001", 200), (b"127.0.0.1", 200), (b"[::1]:8001", 200), (b"News.example", 200), (b"evil.example", 421),
    (b"evil.example:8001", 421), (b"localhost.evil.example", 421), (b"evil.example@localhost", 421), (b"", 421)])
async def test_only_the_sites_own_names_are_served(datasette: Datasette, host: bytes, status: int) -> None:
    site_of(datasette).hosts = guard.allowed_hosts(("127.0.0.1", "news.example"))
    assert (await ask(datasette, "/robots.txt", headers=((b"host", host),)))[0] == status


def test_a_site_that_listens_everywhere_goes_by_any_name() -> None:
    assert guard.allowed_hosts(("0.0.0.0",)) is None  # noqa: S104


async def test_guessing_passwords_is_slowed_down_for_that_address_alone(tmp_path: Path) -> None:
    pytest.importorskip("datasette_auth_passwords")
    site = reviewed(site_corpus.build(tmp_path / "data.db", site_corpus.ARTICLES[:1]))
    app = site.app()
    site.app = lambda: app
    tried = [(await ask(site, "/-/login", method="POST"))[0] for _ in range(guard.GUESSES + 2)]
    assert tried[-2:] == [429, 429]
    assert 429 not in tried[:-2]
    assert (await ask(site, "/-/login", method="POST", client="10.0.0.7"))[0] != 429
    assert (await ask(site, "/-/login"))[0] == 200


def test_the_brake_lets_go_after_a_minute() -> None:
    brake = guard.Brake()
    assert [brake.is_too_fast("a", now=second) for second in range(guard.GUESSES + 1)] == [False] * guard.GUESSES + [True]
    assert not brake.is_too_fast("a", now=guard.GUESSES_WITHIN_SECONDS + 0.5)


async def test_cookies_are_out_of_the_reach_of_scripts(database: Path) -> None:
    site = reviewed(database)
    _, found = await ask(site, "/quotes/review/", headers=((b"cookie", b"x=1"),))
    answer = await site.client.get("/-/login")
    cookies = [*found.get(b"set-cookie", []), *(value.encode() for value in answer.headers.get_list("set-cookie"))]
    assert all(b"httponly" in cookie.lower() for cookie in cookies)
    assert cookies
