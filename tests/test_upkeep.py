"""Over years: what is taken out leaves nothing behind, and what is wrong or has changed is told."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import chdir, closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from quotes import cli, pipeline, upkeep
from quotes.ingest.gone import gone
from quotes.publish.export import export
from quotes.records import Correction, CorrectionKind
from quotes.store import compare, write
from quotes.store.check import check

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from quotes.config import Settings

HOSTILE = "Zyxwvut <script>alert(1)</script>\x1b[31m'; DROP TABLE quotes; --"
SECRET = (b"Qwertzine", b"Harfieldshire", b"asdfghjk")
RETRACTED = "“We will asdfghjk the bridge,” said Una Qwertzine, the mayor of Harfieldshire, on Monday.\n"
STAYS = "“We will repair the road,” said Ana Ruiz, the mayor of Upton, on Monday.\n"


def quotes(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, [*arguments])


@pytest.fixture
def built(tmp_path: Path, settings: Settings) -> Path:
    """A folder with two articles and the database built from them."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "retracted.txt").write_text(RETRACTED, encoding="utf-8")
    (tmp_path / "news" / "stays.txt").write_text(STAYS, encoding="utf-8")
    with chdir(tmp_path):
        pipeline.build(["news"], db="data.db", settings=settings)
    return tmp_path


def ids(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM articles ORDER BY id")]


@pytest.mark.model
def test_of_a_removed_article_no_byte_is_left_in_the_database_or_an_export(built: Path) -> None:
    path = built / "data.db"
    assert all(word in path.read_bytes() for word in SECRET)
    done = quotes("remove", "retracted", "--db", str(path))
    assert (done.exit_code, done.output) == (0, f"{path}: 1 removed\n")
    export(path, built / "public.db", min_confidence=0)
    for file in (path, built / "public.db"):
        data = file.read_bytes().lower()
        assert [word for word in SECRET if word.lower() in data] == []
    with closing(write.open_database(path)) as db:
        assert check(db) == []


@pytest.mark.model
def test_removing_what_is_not_there_is_told_and_the_rest_is_done(built: Path) -> None:
    done = quotes("remove", "retracted", HOSTILE, "--db", str(built / "data.db"))
    assert done.exit_code == 1
    assert "\x1b" not in done.output
    assert ids(built / "data.db") == ["stays"]


@pytest.mark.model
def test_a_removed_article_that_is_built_again_is_as_before(built: Path, settings: Settings) -> None:
    before = compare.quotes_of(built / "data.db")
    upkeep.remove(built / "data.db", ["retracted"])
    with chdir(built):
        pipeline.build(["news"], db="data.db", settings=settings)
    assert compare.quotes_of(built / "data.db") == before


@pytest.mark.model
def test_prune_takes_out_what_is_gone_and_only_where_the_inputs_lead(built: Path, settings: Settings) -> None:
    with chdir(built):
        (built / "more").mkdir()
        shutil.move(built / "news" / "retracted.txt", built / "retracted.txt")
        report = pipeline.build(["more"], db="data.db", settings=settings, prune=True)
        assert (report.pruned, ids(built / "data.db")) == ((), ["retracted", "stays"])
        report = pipeline.build(["news"], db="data.db", settings=settings)
        assert ids(built / "data.db") == ["retracted", "stays"]
        report = pipeline.build(["news"], db="data.db", settings=settings, prune=True)
        assert (report.pruned, ids(built / "data.db")) == (("retracted",), ["stays"])


@pytest.mark.model
def test_a_folder_that_is_empty_prunes_nothing(built: Path, settings: Settings) -> None:
    with chdir(built):
        shutil.rmtree(built / "news")
        (built / "news").mkdir()
        report = pipeline.build(["news"], db="data.db", settings=settings, prune=True)
    assert report.pruned == ()
    assert ids(built / "data.db") == ["retracted", "stays"]


@pytest.mark.parametrize(
    ("origin", "paths", "failed", "is_gone"),
    [
        ("news/a.txt", ["news"], [], True),
        ("news/a.csv#7", ["news"], [], True),
        ("news/deep/a.txt", ["news"], [], True),
        ("newspaper/a.txt", ["news"], [], False),
        ("news/there.txt", ["news"], [], False),
        ("news/there.txt#7", ["news"], [], False),
        ("news/a.txt", ["news"], ["news"], False),
        ("news/a.txt", ["unmounted"], [], False),
        ("news/a.txt", ["news/*.txt"], [], True),
        ("news/a.txt", ["news/*.txt"], ["news/*.txt"], False),
        ("other/news/a.txt", ["news/*.txt"], [], False),
        ("news/a.txt", ["news/a.txt"], ["news/a.txt"], True),
        ("https://example.org/a", ["."], [], False),
        ("table:news.db/stories#3", ["."], [], False),
        ("stdin", ["."], [], False),
    ],
)
def test_what_counts_as_gone(
    origin: str, paths: list[str], failed: list[str], *, is_gone: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "there.txt").touch()
    assert list(gone([("a", origin)], paths, failed)) == (["a"] if is_gone else [])


@pytest.mark.model
def test_keep_old_leaves_what_another_setting_made_and_says_how_many(built: Path) -> None:
    path, news = built / "data.db", built / "news"
    before = compare.quotes_of(path)
    (news / "new.txt").write_text(STAYS.replace("Ana Ruiz", "Tom Okoro"), encoding="utf-8")
    with chdir(built):
        done = quotes("build", "news", "--tagger", "rules", "--keep-old")
    assert done.exit_code == 0
    assert "1 article new or changed" in done.output
    assert "2 kept as another version or setting made them" in done.output
    after = compare.quotes_of(path)
    assert {name: after[name] for name in before} == before
    with chdir(built):
        assert "3 articles new or changed" in quotes("build", "news", "--tagger", "rules", "--attitudes").output


@pytest.mark.model
def test_diff_tells_gained_lost_and_changed_quotes(built: Path) -> None:
    old, new = built / "old.db", built / "data.db"
    shutil.copy(new, old)
    assert quotes("diff", str(old), str(new)).output == "0 gained, 0 lost, 0 changed\n"
    upkeep.remove(new, ["retracted"])
    with closing(sqlite3.connect(new)) as connection, connection:
        connection.execute("UPDATE speakers SET name = ? WHERE name = 'Ana Ruiz'", (HOSTILE,))
    done = quotes("diff", str(old), str(new))
    assert "\x1b" not in done.output
    assert "- retracted" in done.output
    assert "speaker was Ana Ruiz" in done.output
    assert "0 gained, 1 lost, 1 changed" in done.output
    found = json.loads(quotes("diff", str(new), str(old), "--json").output)
    assert sorted(each["what"] for each in found) == ["changed", "gained"]


@pytest.mark.model
def test_the_doctor_finds_a_sound_database_well_and_writes_nothing(built: Path) -> None:
    before = (built / "data.db").read_bytes()
    done = quotes("doctor", "--db", str(built / "data.db"))
    assert done.exit_code == 0, done.output
    assert all(line.startswith("ok ") for line in done.output.splitlines())
    assert (built / "data.db").read_bytes() == before


@pytest.mark.model
@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE quotes SET text = 'other words'", "is not what its content spans cover"),
        ("UPDATE speaker_totals SET quotes = 9", "has other numbers of quotes than are kept"),
        ("DELETE FROM quotes_fts_data WHERE id > 10", "search index"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM runs", "refers to a row of runs that is not there"),
    ],
)
def test_the_doctor_tells_what_is_wrong(damage: str, told: str, built: Path) -> None:
    with closing(sqlite3.connect(built / "data.db")) as connection:
        connection.executescript(damage)
    done = quotes("doctor", "--db", str(built / "data.db"))
    assert done.exit_code == 1
    assert told in done.output
    assert all(line.startswith(("ok ", "fault ")) for line in done.output.splitlines())


@pytest.mark.model
def test_the_doctor_goes_on_to_the_end_of_what_can_be_read_of_a_damaged_database(built: Path) -> None:
    path = built / "data.db"
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'quotes'").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)
    done = quotes("doctor", "--db", str(path))
    assert done.exit_code == 1
    assert all(line.startswith(("ok ", "fault ")) for line in done.output.splitlines())
    assert "it is damaged; restore a copy" in done.output.splitlines()[-1]


@pytest.mark.model
def test_a_correction_goes_with_the_words_of_its_quote_and_is_listed_when_they_are_gone(built: Path, settings: Settings) -> None:
    path, file = built / "data.db", built / "news" / "stays.txt"
    quote_id = next(name for name, quote in compare.quotes_of(path).items() if quote.article_id == "stays")
    correction = Correction(quote_id=quote_id, kind=CorrectionKind.WRONG_SPEAKER, who="Bo", made_at="2024-03-02T00:00:00Z",
                            value=HOSTILE)
    with closing(write.open_database(path)) as db:
        write.add_correction(db, correction)
    file.write_text(f"It rained in Upton.\n\n{STAYS}", encoding="utf-8")
    with chdir(built):
        pipeline.build(["news"], db="data.db", settings=settings)
    assert compare.quotes_of(path)[quote_id].speaker.startswith("Zyxwvut")
    assert "ok     people's corrections" in quotes("doctor", "--db", str(path)).output
    file.write_text("It rained in Upton.\n", encoding="utf-8")
    with chdir(built):
        pipeline.build(["news"], db="data.db", settings=settings)
        told = quotes("build", "news").output
    assert "quotes: 1 decision of people's not found again in texts that changed or went; `quotes doctor` lists them" in told
    done = quotes("doctor", "--db", str(path))
    assert f"quote {quote_id} was not found again" in done.output
    assert "\x1b" not in done.output


@pytest.mark.model
@pytest.mark.parametrize(
    "after",
    [STAYS.replace("road", "road and the bridge"), STAYS.replace("We will repair", "We shall repair"),
     f"It rained.\n\n{STAYS.replace(' the road', chr(10) + 'the road')}"],
    ids=["words added", "a word changed", "moved, and a line broken"],
)
def test_a_corrected_quote_that_is_edited_keeps_its_id_and_its_correction(built: Path, settings: Settings, after: str) -> None:
    path = built / "data.db"
    quote_id = next(name for name, quote in compare.quotes_of(path).items() if quote.article_id == "stays")
    with closing(write.open_database(path)) as db:
        write.add_correction(db, Correction(quote_id=quote_id, kind=CorrectionKind.WRONG_SPEAKER, who="Bo", value="Tom Okoro",
                                            made_at="2024-03-02T00:00:00Z"))
    (built / "news" / "stays.txt").write_text(after, encoding="utf-8")
    with chdir(built):
        report = pipeline.build(["news"], db="data.db", settings=settings)
    assert report.not_found == 0
    assert compare.quotes_of(path)[quote_id].speaker == "Tom Okoro"
    with closing(write.open_database(path)) as db:
        assert check(db) == []


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"x" * 5000], ids=["empty", "text", "garbage"])
@pytest.mark.parametrize("command", [("remove", "a", "--db"), ("diff", "other.db"), ("doctor", "--db")], ids=lambda each: each[0])
def test_what_is_no_database_is_one_line_and_stays_as_it_is(command: tuple[str, ...], content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    (tmp_path / "other.db").write_bytes(content)
    with chdir(tmp_path):
        done = quotes(*command, "x.db")
    assert done.exit_code in (1, 2)
    assert "x.db" in done.output or "other.db" in done.output
    assert "Traceback" not in done.output
    assert path.read_bytes() == content
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other.db", "x.db"]


@pytest.mark.model
def test_an_exported_database_is_refused_in_one_line_and_stays_as_it_is(built: Path) -> None:
    public = built / "public.db"
    export(built / "data.db", public)
    before = public.read_bytes()
    assert quotes("remove", "stays", "--db", str(public)).exit_code == 2
    assert "without the articles' texts" in quotes("doctor", "--db", str(public)).output
    assert quotes("diff", str(built / "data.db"), str(public)).exit_code == 0
    assert public.read_bytes() == before
