"""Of no article more is published than is allowed: less around its quotes first, then fewer quotes, the surest last."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import site_corpus
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from quotes import cli
from quotes.errors import ConfigError
from quotes.publish import share
from quotes.publish.export import export
from quotes.publish.share import ALWAYS, REACHES, Shared, _covered, _keep, _Placed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = "It rained on Monday and the river rose while all of Upton slept. "


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site_corpus.build(tmp_path_factory.mktemp("share") / "data.db")


@pytest.fixture(autouse=True, scope="module")
def of_short_ones_too() -> Iterator[None]:
    """Articles of the corpus are short: without this, all of most could be given."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(share, "ALWAYS", 0)
        yield


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def shares(source: Path, public: Path) -> dict[str, float]:
    """Return how much of each article's text stands in its published words, cues, sources and contexts."""
    found = {}
    for article, text in rows(source, "select id, text from articles"):
        given: set[int] = set()
        for quote, context in rows(public, f"select id, context from quotes where article_id = '{article}'"):
            for start, end in rows(public, f"select start, \"end\" from spans where quote_id = '{quote}'"):
                given.update(range(int(str(start)), int(str(end))))
            piece = str(context).strip("…")
            given.update(range(at := str(text).index(piece), at + len(piece)))
        found[str(article)] = len(given) / max(len(str(text)), 1)
    return found


@pytest.mark.parametrize("most", [0.2, 0.35, 0.5, 0.6, 0.8])
def test_no_article_gives_back_more_than_it_may_but_for_its_surest_quote(source: Path, tmp_path: Path, most: float) -> None:
    public = tmp_path / "p.db"
    done = export(source, public, min_confidence=0, max_share=most)
    over = {article for article, share in shares(source, public).items() if share > most}
    alone = {article for (article,) in rows(public, "select article_id from quotes group by 1 having count(*) = 1")}
    assert over <= alone
    assert done.quotes + done.too_much == rows(source, "select count(*) from quotes")[0][0]
    assert rows(public, "select count(distinct article_id) from quotes") == rows(
        source, "select count(distinct article_id) from quotes")
    assert rows(public, "pragma integrity_check") == [("ok",)]
    assert rows(public, "pragma foreign_key_check") == []
    assert rows(public, "select id from speakers where id not in (select speaker_id from voices)") == []


def test_words_are_not_cut(source: Path, tmp_path: Path) -> None:
    export(source, tmp_path / "p.db", min_confidence=0, max_share=0.3)
    same = dict(rows(source, "select id, text from quotes"))
    published = rows(tmp_path / "p.db", "select id, text, context from quotes")
    assert published
    for quote, text, context in published:
        assert same[quote] == text
        assert all(word in str(context) for word in str(text).split())


def test_all_is_given_where_all_is_asked_for(source: Path, tmp_path: Path) -> None:
    done = export(source, tmp_path / "p.db", min_confidence=0, max_share=1)
    assert (done.too_much, done.shortened) == (0, 0)
    assert rows(tmp_path / "p.db", "select id, context from quotes order by 1") == rows(
        source, "select id, context from quotes order by 1")


def test_the_least_sure_goes_first(source: Path, tmp_path: Path) -> None:
    other = shutil.copy(source, tmp_path / "other.db")
    (article,) = rows(other, "select article_id from quotes group by 1 order by count(*) desc limit 1")[0]
    (surest,) = rows(other, f"select id from quotes where article_id = '{article}' order by start desc limit 1")[0]
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("update quotes set confidence = case when id = ? then 0.99 else 0.6 end", [surest])
    export(other, tmp_path / "p.db", min_confidence=0.5, max_share=0.01)
    assert rows(tmp_path / "p.db", f"select id from quotes where article_id = '{article}'") == [(surest,)]


def test_the_command_says_what_was_left_out(source: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.cli, ["export", str(tmp_path / "p.db"), "--db", str(source), "--max-share", "0.2"])
    assert done.exit_code == 0
    assert "as too much of their article; less around" in done.output
    for value in ("0", "1.1", "-1", "half"):
        assert CliRunner().invoke(cli.cli, ["export", "p.db", "--max-share", value]).exit_code == 2


def test_of_a_short_article_all_may_be_given(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "ALWAYS", ALWAYS)
    export(source, tmp_path / "p.db", min_confidence=0, max_share=0.01)
    short = "select quotes.id from quotes join articles on articles.id = article_id where length(articles.text) <= 1000"
    wanted = {row[0] for row in rows(source, short)}
    assert wanted
    assert wanted <= {row[0] for row in rows(tmp_path / "p.db", "select id from quotes")}
    longest = max(shares(source, tmp_path / "p.db").items(), key=lambda each: each[1])
    assert longest[1] > 0.5


@pytest.mark.parametrize("value", [0, -1, 1.5])
def test_what_is_no_share_is_refused(source: Path, tmp_path: Path, value: float) -> None:
    with pytest.raises(ConfigError, match=r"--max-share .*: use a number above 0, up to 1"):
        export(source, tmp_path / "p.db", max_share=value)


@given(places=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 200), st.integers(0, 300), st.integers(0, 300),
                                 st.sampled_from([0.4, 0.7, 0.9])), max_size=8), most=st.sampled_from([0.05, 0.3, 0.5, 0.9]))
def test_wherever_quotes_stand_the_share_is_kept(places: list[tuple[int, int, int, int, float]], most: float) -> None:
    text = WORDS * 20
    quotes = [_Placed(id=str(number), sure=sure, own=((start, start + length),), words=(start, start + length),
                      context=(max(0, start - before), min(len(text), start + length + behind)))
              for number, (start, length, before, behind, sure) in enumerate(places)]
    shared = Shared()
    _keep(quotes, text, most, shared)
    kept = [quote for quote in quotes if quote.id not in shared.too_much]
    assert bool(kept) == bool(quotes)
    ranges = [part for quote in kept for part in quote.own]
    for quote in kept:
        context = shared.contexts.get(quote.id, text[slice(*quote.context)]).strip("…")
        reach = next(reach for reach in (10**6, *REACHES) if text[slice(*quote.around(reach, text))] == context)
        ranges.append(quote.around(reach, text))
    assert len(kept) <= 1 or _covered(ranges) <= most * len(text)
