"""`quotes correct`: what is right is said, shown, listed, taken back and made to hold again; a real build keeps it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import quotes
from quotes import cli, correcting, pipeline
from quotes.errors import StoreError
from quotes.records import SpeakerType
from quotes.store import removal, write

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

TEXT = """Mayor Ana Ruiz said the bridge would open in May. “We will not wait for the summer,” she said.

“It is too early,” said Bo Dahl, an engineer. A spokesman for the harbour said that ships were waiting.
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("correct")
    (folder / "articles").mkdir()
    (folder / "articles" / "bridge.txt").write_text(TEXT, encoding="utf-8")
    quotes.build([str(folder / "articles")], db=str(folder / "data.db"))
    return folder


@pytest.fixture
def path(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "copy")
    return tmp_path / "copy" / "data.db"


def run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["correct", *arguments, "--db", str(path)])


def rows(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql, values).fetchall()


def quote_with(path: Path, words: str) -> str:
    return str(rows(path, "select id from quotes where text like ?", f"%{words}%")[0][0])


def said(path: Path, quote: str) -> tuple[object, ...]:
    columns = "text, s.name, s.type, role, affiliation, act, negated, rule"
    return rows(path, f"select {columns} from quotes q join speakers s on s.id = speaker_id where q.id = ?", quote)[0]


@pytest.mark.model
def test_everything_is_set_right_in_one_go_and_kept_over_rebuilds_with_other_text_and_model(path: Path) -> None:
    quote = quote_with(path, "too early")
    done = run(path, quote[:8], "--speaker", "Harbour Board", "--type", "organization", "--words", "It is too\nearly", "--role",
               "operator", "--affiliation", "city", "--act", "warn", "--negated", "--who", "ana")
    assert done.exit_code == 0, done.output
    right = ("It is too early", "Harbour Board", "organization", "operator", "city", "warn", 1, "corrected")
    assert said(path, quote) == right
    assert {row[0] for row in rows(path, "select who from corrections")} == {"ana"}
    file = path.parent / "articles" / "bridge.txt"
    article = str(file)
    quotes.build([article], db=str(path))
    assert said(path, quote) == right
    quotes.build([article], db=str(path), tagger="rules")
    assert said(path, quote) == right
    file.write_text(f"Harrow Quay – the day before\n\n{TEXT}", encoding="utf-8")
    quotes.build([article], db=str(path))
    assert said(path, quote) == right
    with closing(write.open_database(path)) as base:  # as a build does whose article's file is gone
        assert removal.remove(base, ["bridge"], corrections=False) == ("bridge",)
        pipeline.resolve(base)
    assert rows(path, "select count(*) from quotes") == [(0,)]
    assert json.loads(run(path, "--list", "--json").output)[0]["quote_id"] == quote
    file.write_text(TEXT, encoding="utf-8")  # of an article that was taken out no words are kept, but where they stood
    quotes.build([article], db=str(path))
    assert said(path, quote) == right


@pytest.mark.model
def test_what_was_corrected_is_taken_back_step_by_step_and_again(path: Path) -> None:
    quote = quote_with(path, "too early")
    before = said(path, quote)
    run(path, quote, "--speaker", "Cy Park", "--who", "ana")
    run(path, quote, "--not-a-quote", "--who", "ben")
    assert rows(path, "select 1 from quotes where id = ?", quote) == []
    listed = run(path, quote[:10], "--list").output
    assert "not a quote" in listed
    assert "another speaker: Cy Park" in listed
    undone = run(path, quote, "--undo", "--who", "cem")
    assert "not a quote (taken back by cem" in undone.output
    assert said(path, quote)[1] == "Cy Park"
    run(path, "--undo")
    assert said(path, quote) == before
    assert "there is nothing to take back" in run(path, quote, "--undo").output
    run(path, quote, "--redo")
    assert said(path, quote)[1] == "Cy Park"
    run(path, "--redo")
    assert rows(path, "select 1 from quotes where id = ?", quote) == []
    assert "nothing was taken back" in run(path, "--redo").output


@pytest.mark.model
@pytest.mark.parametrize(("arguments", "message"), [
    (["--speaker", ""], "the speaker's name is empty"), (["--speaker", "Ana;"], "the speaker's name is empty"),
    (["--speaker", "…"], "has no letter"), (["--speaker", "x" * 201], "at most 200"),
    (["--speaker", "Ana", "--unnamed"], "unnamed at once"), ([], "nothing is said of what is right"),
    (["--words", "words that are not there"], "do not stand in the article"), (["--words", " "], "no words are given"),
    (["--span", "9-3"], "names no place"), (["--negated"], "belongs to --act"), (["--undo", "--list"], "use one of"),
    (["--undo", "--not-a-quote"], "use one of"),
])
def test_what_makes_no_sense_is_refused_in_one_line(path: Path, arguments: list[str], message: str) -> None:
    refused = run(path, quote_with(path, "too early"), *arguments)
    assert refused.exit_code == 2
    assert message in refused.output
    assert rows(path, "select * from corrections") == []


@pytest.mark.model
def test_a_quote_must_be_named_and_be_there(path: Path) -> None:
    assert "name the quote" in run(path, "--not-a-quote").output
    assert "has no article or quote 'ffffffffffff'" in run(path, "ffffffffffff", "--not-a-quote").output
    assert "is an article" in run(path, "bridge", "--not-a-quote").output


@pytest.mark.model
def test_somebody_unnamed_is_called_as_the_article_does(path: Path) -> None:
    quote = quote_with(path, "ships were waiting")
    run(path, quote, "--speaker", "Ana Ruiz")
    assert said(path, quote)[1:3] == ("Ana Ruiz", "person")
    run(path, quote, "--unnamed")
    assert said(path, quote)[1:3] == ("A spokesman for the harbour", "unnamed")


@pytest.mark.model
def test_whom_other_articles_know_is_what_they_say(path: Path) -> None:
    with closing(write.open_database(path)) as base:
        assert correcting.speakers_of(base, "bridge")
    first, second = quote_with(path, "too early"), quote_with(path, "ships were waiting")
    run(path, first, "--speaker", "Harbour Board", "--type", "organization")
    run(path, second, "--speaker", "harbour board")
    assert said(path, second)[1:3] == ("Harbour Board", SpeakerType.ORGANIZATION)


@pytest.mark.parametrize(("text", "pieces", "near", "found"), [
    ("no no no", ["no"], 3, ["3-5"]), ("He said “yes” and “no”.", ['"yes"', '"no"'], 0, ["8-13", "18-22"]),
    ("a  b\nc", ["a b c"], 0, ["0-6"]), ("yes, he said, no", ["yes [...] no"], 0, ["0-3", "14-16"]),
    ("She wrote [...] once", ["wrote [...] once"], 0, ["4-20"]), ("a.*b a--b", ["a.*b"], 0, ["0-4"]),
])
def test_words_are_found_where_they_stand(text: str, pieces: list[str], near: int, found: list[str]) -> None:
    assert [f"{start}-{end}" for start, end in correcting.find_words(text, pieces, near=near)] == found


@pytest.mark.parametrize("pieces", [["b", "a"], ["x"], [""], ["a [...] x"]])
def test_words_that_do_not_stand_there_in_this_order_are_refused(pieces: list[str]) -> None:
    with pytest.raises(StoreError, match=r"do not stand in the article|no words are given"):
        correcting.find_words("a b", pieces)
