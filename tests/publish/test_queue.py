"""The queue of reviewers: what mislead most comes first, nobody gets what another has, and no verdict is lost."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import site_corpus
from datasette.app import Datasette
from sqlite_utils import Database, Migrations

from quotes import pipeline, review
from quotes.errors import StoreError
from quotes.store import removal, reviews, write
from quotes.store.reviews import Given, Judged
from quotes.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAY = {"plugins": {"quotes": {"review": {"id": ["ana", "ben"]}}}}
NOW = "2024-05-01T10:00:00.000000+00:00"
LATER = "2024-05-01T10:10:01.000000+00:00"
STATEMENT = """
insert into statements (id, text, speaker_id, words, quotes, articles, families, outlets, speakers, changed)
select 's', text, speaker_id, 9, 2, ?, 2, 2, 1, 0 from quotes where id = ?
"""
HELD = "select quote_id, verdict, who from reviews where superseded_at is null order by made_at, who"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = site_corpus.build(tmp_path_factory.mktemp("queue") / "data.db")
    with closing(write.open_database(path)) as base:
        base.conn.execute("insert or ignore into stale values ('speakers'), ('terms')")
        pipeline.resolve(base)
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data.db"
    copy.write_bytes(made.read_bytes())
    return copy


@pytest.fixture
def base(path: Path) -> Iterator[Database]:
    with closing(write.open_database(path)) as base:
        yield base


@pytest.fixture
def site(path: Path) -> Datasette:
    return Datasette([str(path)], metadata=MAY)


def rows(path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def said(base: Database, quote_id: str, verdict: Judged, who: str = "ana", at: str = NOW) -> str:
    (speaker,) = base.execute("select speaker_id from quotes where id = ?", [quote_id]).fetchone()
    return reviews.add(base, Given(quote_id=quote_id, speaker_id=speaker, verdict=verdict, who=who, made_at=at))


def at(second: int) -> str:
    return f"2024-05-01T11:00:{second:02}.000000+00:00"


# --- What is asked first


def test_the_least_sure_come_first_and_a_quote_in_many_articles_before_one_in_a_single_one(base: Database) -> None:
    before = reviews.ranking(base.conn)
    doubt = "select 1 - confidence * coalesce(speaker_confidence, 1) from quotes where id = ?"
    doubts = [base.execute(doubt, [each]).fetchone()[0] for each in before]
    assert len(before) == base["quotes"].count
    assert doubts == sorted(doubts, reverse=True)
    least = before[-1]
    base.execute(STATEMENT, [500, least])
    base.execute("update quotes set statement_id = 's' where id = ?", [least])
    assert reviews.ranking(base.conn)[0] == least


def test_of_the_same_words_in_several_articles_the_least_sure_is_asked_alone(base: Database) -> None:
    one, other, *_ = reviews.ranking(base.conn)
    base.execute(STATEMENT, [2, one])
    base.execute("update quotes set statement_id = 's' where id in (?, ?)", [one, other])
    asked = reviews.ranking(base.conn)
    assert (one in asked, other in asked) == (True, False)


def test_what_was_reviewed_comes_again_only_with_another_speaker(base: Database) -> None:
    first = reviews.ranking(base.conn)[0]
    said(base, first, Judged.RIGHT)
    assert first not in reviews.ranking(base.conn)
    others = "select id from speakers where id <> (select speaker_id from quotes where id = ?)"
    (other,) = base.execute(others, [first]).fetchone()
    base.execute("update quotes set speaker_id = ? where id = ?", [other, first])
    assert first in reviews.ranking(base.conn)
    assert reviews.take(base, [first], who="ana", now=NOW) == first


def test_a_verdict_holds_when_its_speaker_gets_another_identifier(base: Database) -> None:
    ((vance, quote),) = base.execute(
        "select s.id, q.id from speakers s join quotes q on q.speaker_id = s.id where s.name = 'Ilse Vance' limit 1").fetchall()
    said(base, quote, Judged.RIGHT)
    review.merge(base, vance, "Priya Rao", who="ana")
    base.execute("update reviews set speaker_id = ?", [vance])
    assert quote not in reviews.ranking(base.conn)


# --- Two reviewers


def test_nobody_gets_what_another_has_until_that_ones_time_is_up(base: Database) -> None:
    ranked = reviews.ranking(base.conn)
    assert reviews.take(base, ranked, who="ana", now=NOW) == ranked[0]
    assert reviews.take(base, ranked, who="ben", now=NOW) == ranked[1]
    assert reviews.take(base, ranked, who="ana", now=NOW) == ranked[0]
    assert reviews.take(base, ranked, who="ben", now=LATER) == ranked[1]
    assert reviews.take(base, ranked, who="cem", now=LATER) == ranked[0]


def test_what_one_skips_is_for_others(base: Database) -> None:
    first, second, *_ = ranked = reviews.ranking(base.conn)
    said(base, first, Judged.SKIPPED)
    assert reviews.take(base, ranked, who="ana", now=NOW) == second
    assert reviews.take(base, ranked, who="ben", now=NOW) == first


def test_two_who_work_at_once_never_have_the_same_and_lose_no_verdict(path: Path) -> None:
    wanted, seen, faults = 9, dict[str, list[str]](), list[BaseException]()

    def work(who: str) -> None:
        try:
            with closing(write.open_database(path)) as base:
                ranked = reviews.ranking(base.conn)
                for _ in range(wanted):
                    quote = reviews.take(base, ranked, who=who, now=review.now())
                    assert quote is not None
                    seen.setdefault(who, []).append(quote)
                    said(base, quote, Judged.RIGHT, who, review.now())
        except BaseException as error:  # noqa: BLE001  told by the test
            faults.append(error)

    workers = [threading.Thread(target=work, args=(who,)) for who in ("ana", "ben")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    assert not set(seen["ana"]) & set(seen["ben"])
    assert len(rows(path, HELD)) == 2 * wanted


def test_a_verdict_that_comes_when_ones_time_is_up_is_kept_beside_the_others(base: Database) -> None:
    first = reviews.take(base, reviews.ranking(base.conn), who="ana", now=NOW)
    assert first is not None
    assert reviews.take(base, [first], who="ben", now=LATER) == first
    said(base, first, Judged.RIGHT, "ben", at(1))
    said(base, first, Judged.WRONG, "ana", at(2))
    assert base.execute(HELD).fetchall() == [(first, "right", "ben"), (first, "wrong", "ana")]
    measured = reviews.measured(base.conn)
    assert (measured.overall, measured.disputed) == (None, 1)


def test_a_writer_that_is_killed_leaves_no_half_verdict(path: Path) -> None:
    code = ("import os, sys; from quotes.store import reviews, write; base = write.open_database(sys.argv[1]);"
            "base.conn.execute('begin immediate'); base.conn.execute('delete from review_leases');"
            'base.conn.execute("insert into reviews (id, quote_id, article_id, speaker_id, verdict, who, made_at) "'
            "\"values ('x', 'q', 'a', 's', 'right', 'ana', 'now')\"); print('ready', flush=True); os.kill(os.getpid(), 9)")
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-9, "ready\n")
    with closing(write.open_database(path)) as base:
        assert base.execute(HELD).fetchall() == []
        assert reviews.take(base, reviews.ranking(base.conn), who="ana", now=NOW) is not None


# --- What is said


def test_the_same_said_twice_is_one_verdict_and_another_takes_its_place(base: Database) -> None:
    quote = reviews.ranking(base.conn)[0]
    assert said(base, quote, Judged.RIGHT, at=at(1)) == said(base, quote, Judged.RIGHT, at=at(2))
    said(base, quote, Judged.WRONG, at=at(3))
    assert base.execute(HELD).fetchall() == [(quote, "wrong", "ana")]
    assert base["reviews"].count == 2


def test_taking_back_shows_the_quote_again_and_what_was_said_before_holds(base: Database) -> None:
    one, other, *_ = ranked = reviews.ranking(base.conn)
    said(base, one, Judged.RIGHT, at=at(1))
    said(base, other, Judged.RIGHT, at=at(2))
    said(base, other, Judged.WRONG, at=at(3))
    assert reviews.take_back(base, who="ana", at=at(4)).quote_id == other
    assert base.execute(HELD).fetchall() == [(one, "right", "ana"), (other, "right", "ana")]
    assert reviews.take_back(base, who="ana", at=at(5)).quote_id == other
    assert reviews.take(base, ranked, who="ana", now=at(6)) == other
    reviews.take_back(base, who="ana", at=at(7))
    with pytest.raises(StoreError, match="no verdict of yours"):
        reviews.take_back(base, who="ana", at=at(8))


def test_a_verdict_on_a_quote_that_changed_meanwhile_is_refused(base: Database) -> None:
    quote = reviews.ranking(base.conn)[0]
    for speaker, words in (("somebody-else", "another speaker since"), ("x", "another speaker since")):
        with pytest.raises(StoreError, match=words):
            reviews.add(base, Given(quote_id=quote, speaker_id=speaker, verdict=Judged.RIGHT, who="ana", made_at=NOW))
    with pytest.raises(StoreError, match="not there any more"):
        reviews.add(base, Given(quote_id="none", speaker_id="x", verdict=Judged.RIGHT, who="ana", made_at=NOW))
    assert base["reviews"].count == 0


def test_rebuilds_keep_every_verdict_with_how_sure_the_program_was_then_and_tell_which_quotes_are_gone(base: Database) -> None:
    row = next(each for each in site_corpus.ARTICLES if each[0] == "bridge-closed")
    found = site_corpus.extraction(row)
    stays, goes = found.quotes[0].id, found.quotes[-1].id
    said(base, stays, Judged.RIGHT, at=at(1))
    said(base, goes, Judged.WRONG, at=at(2))
    fewer = replace(found, quotes=tuple(replace(quote, confidence=0.31) for quote in found.quotes[:-1]))
    write.write_extraction(base, fewer, replace(site_corpus.RUN, id="another-run"))
    base.conn.execute("insert or ignore into stale values ('speakers')")
    pipeline.resolve(base)
    assert base.execute("select confidence from quotes where id = ?", [stays]).fetchone() == (0.31,)
    assert base.execute(HELD).fetchall() == [(stays, "right", "ana"), (goes, "wrong", "ana")]
    measured = reviews.measured(base.conn)
    assert measured.gone == 1
    assert {row.name: row.cases for row in measured.by_certainty} == {"50–75%": 1, "90–100%": 1}
    removal.remove(base, ["bridge-closed"], corrections=False)
    assert base["reviews"].count == 2


def test_an_article_that_is_taken_out_takes_its_verdicts_along(base: Database) -> None:
    quote = base.execute("select id from quotes where article_id = 'undated'").fetchone()[0]
    said(base, quote, Judged.RIGHT)
    removal.remove(base, ["undated"], corrections=True)
    assert base["reviews"].count == 0


def test_precision_is_told_by_outlet_and_confidence_with_its_cases_and_bounds(base: Database) -> None:
    quotes = base.execute("select q.id, o.name from quotes q join outlets o on o.id = q.outlet_id order by q.id").fetchall()
    for number, (quote, outlet) in enumerate(quotes):
        said(base, quote, Judged.WRONG if outlet == "Northern Herald" and number % 2 else Judged.RIGHT, at=at(number))
    measured = reviews.measured(base.conn)
    herald = next(row for row in measured.by_outlet if row.name == "Northern Herald")
    of_herald = [number % 2 for number, (_, outlet) in enumerate(quotes) if outlet == "Northern Herald"]
    wrong = sum(of_herald)
    assert wrong
    assert (herald.cases, herald.right) == (len(of_herald), len(of_herald) - wrong)
    assert 0 <= herald.low <= herald.share <= herald.high <= 1
    assert sum(row.cases for row in measured.by_outlet) == sum(row.cases for row in measured.by_certainty) == len(quotes)
    assert measured.overall is not None
    assert measured.overall.right == len(quotes) - wrong


# --- On the site


def cookies_of(site: Datasette, name: str) -> dict[str, str]:
    return {"ds_actor": site.sign({"a": {"id": name}}, "actor")}


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found[1]


async def judge(site: Datasette, name: str, verdict: str) -> str:
    """Open the queue, say something of the quote that it shows, and return the quote."""
    cookies = cookies_of(site, name)
    shown = await site.client.get("/quotes/review/queue", cookies=cookies)
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "private, no-store")
    form = {name: field(shown.text, name) for name in ("csrftoken", "quote", "speaker")}
    answer = await site.client.post("/quotes/review/queue", data={**form, "verdict": verdict},
                                    cookies={**cookies, "ds_csrftoken": shown.cookies["ds_csrftoken"]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/quotes/review/queue")
    return form["quote"]


async def test_only_reviewers_see_and_use_the_queue(site: Datasette, path: Path) -> None:
    closed = Datasette([str(path)])
    for asked, cookies in ((site, {}), (site, cookies_of(site, "eve")), (closed, cookies_of(closed, "ana"))):
        for address in ("/quotes/review/queue", "/quotes/review/queue/precision", "/data/reviews"):
            answer = await asked.client.get(address, cookies=cookies)
            assert answer.status_code == (403 if asked is site or address != "/data/reviews" else 200)
        for address in ("/quotes/review/queue", "/quotes/review/queue/undo"):
            assert (await asked.client.post(address, data={"verdict": "right"}, cookies=cookies)).status_code == 403
    assert rows(path, "select * from review_leases") == []
    assert rows(path, HELD) == []


async def test_a_form_without_its_token_says_nothing(site: Datasette, path: Path) -> None:
    quote, speaker = rows(path, "select id, speaker_id from quotes limit 1")[0]
    answer = await site.client.post("/quotes/review/queue", data={"verdict": "right", "quote": quote, "speaker": speaker},
                                    cookies={**cookies_of(site, "ana"), "ds_csrftoken": "made-up"})
    assert answer.status_code == 403
    assert rows(path, HELD) == []


async def test_two_sign_in_and_each_gets_another_quote(site: Datasette, path: Path) -> None:
    await site.invoke_startup()
    asked = [site.client.get("/quotes/review/queue", cookies=cookies_of(site, who)) for who in ("ana", "ben")]
    pages = await asyncio.gather(*asked)
    shown = {field(page.text, "quote") for page in pages}
    assert len(shown) == 2
    judged = [await judge(site, who, "right") for _ in range(3) for who in ("ana", "ben")]
    assert len(set(judged)) == 6
    assert {(quote, who) for quote, _, who in rows(path, HELD)} == {*zip(judged, ["ana", "ben"] * 3, strict=True)}


async def test_the_last_is_taken_back_and_shown_again(site: Datasette, path: Path) -> None:
    quote = await judge(site, "ana", "wrong")
    cookies = cookies_of(site, "ana")
    shown = await site.client.get("/quotes/review/queue", cookies=cookies)
    assert "<strong>wrong</strong>; there you can say what is right" in shown.text
    assert "in 1 article<" in shown.text
    await site.client.post("/quotes/review/queue/undo", data={"csrftoken": field(shown.text, "csrftoken")},
                           cookies={**cookies, "ds_csrftoken": shown.cookies["ds_csrftoken"]})
    again = await site.client.get("/quotes/review/queue", cookies=cookies)
    assert field(again.text, "quote") == quote
    assert rows(path, HELD) == []


async def test_nonsense_is_refused_in_words_without_where_the_file_lies(site: Datasette, path: Path) -> None:
    cookies = cookies_of(site, "ana")
    shown = await site.client.get("/quotes/review/queue", cookies=cookies)
    form = {name: field(shown.text, name) for name in ("csrftoken", "quote", "speaker")}
    for change in ({"verdict": "maybe"}, {"verdict": "right", "quote": "none"}, {"verdict": "right", "speaker": "x"}, {}):
        answer = await site.client.post("/quotes/review/queue", data={**form, **change},
                                        cookies={**cookies, "ds_csrftoken": shown.cookies["ds_csrftoken"]})
        told = await site.client.get("/quotes/review/queue", cookies={**cookies, "ds_messages": answer.cookies["ds_messages"]})
        assert "Nothing was noted: " in told.text
        assert str(path.parent) not in told.text
    assert rows(path, HELD) == []


async def test_the_whole_queue_is_worked_through_and_says_so(site: Datasette, path: Path) -> None:
    ((total,),) = rows(path, "select count(*) from quotes")
    judged = {await judge(site, "ana", ("right", "wrong")[number % 2]) for number in range(total)}
    assert len(judged) == total
    assert "Nothing is left to review" in (await site.client.get("/quotes/review/queue", cookies=cookies_of(site, "ana"))).text
    told = (await site.client.get("/quotes/review/queue/precision", cookies=cookies_of(site, "ana"))).text
    assert "The Quay Courier" in told
    assert f"({(total + 1) // 2})" in told


@pytest.fixture
def hostile_copy(hostile_database: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data.db"
    copy.write_bytes(hostile_database.read_bytes())
    return copy


async def test_a_database_of_an_older_version_gets_what_the_queue_asks(tmp_path: Path) -> None:
    old = Migrations("quotes")
    for migration in MIGRATIONS._migrations:
        if migration.name < "migration_0010":
            old(name=migration.name)(migration.fn)
    db = Database(tmp_path / "data.db")
    old.apply(db)
    db.close()
    for address in ("/quotes/review/queue", "/quotes/review/queue/precision"):
        site = Datasette([str(tmp_path / "data.db")], metadata=MAY)
        assert (await site.client.get(address, cookies=cookies_of(site, "ana"))).status_code == 200


async def test_hostile_quotes_and_names_are_shown_as_text(hostile_copy: Path) -> None:
    site = Datasette([str(hostile_copy)], metadata={"plugins": {"quotes": {"review": {"id": ["<i>eve</i>"]}}}})
    for _ in range(3):
        page = (await site.client.get("/quotes/review/queue", cookies=cookies_of(site, "<i>eve</i>"))).text
        assert "<script>window" not in page
        assert "<img src=x" not in page
        await judge(site, "<i>eve</i>", "wrong")
    told = (await site.client.get("/quotes/review/queue/precision", cookies=cookies_of(site, "<i>eve</i>"))).text
    assert "<i>eve</i>" not in told
    assert "&lt;i&gt;eve" in told
