"""Builds: the same articles give the same rows, whatever happens; what has not changed costs nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from contextlib import chdir, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import quotes
from quotes import config, pipeline
from quotes.errors import IngestError, ModelMissingError
from quotes.records import Article, Correction, CorrectionKind, Extraction, Failure
from quotes.store import write

if TYPE_CHECKING:
    from quotes.config import Settings

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[1]
Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(path: Path) -> Rows:
    """Return every row of every table but the search index's own, sorted."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        kept = [name for name in names if not name.startswith(("sqlite_", "_sqlite_")) and "_fts" not in name]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in kept}


def count(path: Path, table: str) -> int:
    return len(rows_of(path)[table])


@pytest.fixture
def folder(tmp_path: Path, seeds: Path) -> Path:
    """A folder with its own copy of the seeds, as working directory of the builds."""
    shutil.copytree(seeds, tmp_path / "seeds")
    return tmp_path


def build(folder: Path, settings: Settings, *paths: str, **more: Any) -> pipeline.BuildReport:
    with chdir(folder):
        return pipeline.build(paths or ("seeds",), db="data.db", settings=settings, **more)


def refuse(*_: object) -> NoReturn:
    raise AssertionError("the model was loaded")


# ---------------------------------------------------------------- the same rows


def test_the_committed_database_is_what_the_seeds_give(seeds_db: Path) -> None:
    assert rows_of(ROOT / "data.db") == rows_of(seeds_db), "rebuild it: rm data.db && quotes build"


def test_a_build_of_unchanged_seeds_leaves_the_committed_database_byte_for_byte(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copy(ROOT / "data.db", tmp_path / "data.db")
    monkeypatch.setattr(pipeline, "load_pipeline", refuse)
    report = build(tmp_path, settings)
    assert (report.written, report.unchanged, report.failures) == (0, 5, [])
    assert (tmp_path / "data.db").read_bytes() == (ROOT / "data.db").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.db", "seeds"]


def test_one_by_one_in_another_order_gives_the_same_rows(folder: Path, settings: Settings, seeds_db: Path) -> None:
    for path in sorted((folder / "seeds").glob("*.txt"), reverse=True):
        build(folder, settings, f"seeds/{path.name}")
    assert rows_of(folder / "data.db") == rows_of(seeds_db)


def test_two_workers_give_the_same_rows(folder: Path, settings: Settings, seeds_db: Path) -> None:
    build(folder, replace(settings, workers=2, batch_size=1))
    assert rows_of(folder / "data.db") == rows_of(seeds_db)


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_build_that_was_killed_goes_on_where_it_was(
    folder: Path, settings: Settings, seeds_db: Path, after: int
) -> None:
    """Killed after some articles; after all five it is before who is who was computed."""
    script = (
        "import os, signal, sys, quotes\n"
        "done = []\n"
        "def tell(item):\n"
        "    done.append(item)\n"
        f"    if len(done) == {after}: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"if not {after}:\n"
        "    from quotes import pipeline\n"
        "    pipeline.extract_all = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        "quotes.build(['seeds'], db='data.db', on_progress=tell, tagger=sys.argv[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, settings.tagger], cwd=folder, check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    report = build(folder, settings)
    assert (report.written, report.unchanged) == (5 - after, after)
    assert rows_of(folder / "data.db") == rows_of(seeds_db)


def test_several_who_speak_at_once_speak_each_from_text_to_statistics(tmp_path: Path, settings: Settings) -> None:
    text = "Ana Ruiz, Peter Novak and Maria Gomez said the bridge would open in May. “It is late,” Novak said."
    (tmp_path / "one.txt").write_text(text, encoding="utf-8")
    build(tmp_path, settings, "one.txt")
    [joint, alone] = quotes.extract(text)
    assert (joint.speakers, joint.speaker) == (("Ana Ruiz", "Peter Novak", "Maria Gomez"), "Ana Ruiz; Peter Novak; Maria Gomez")
    assert alone.speakers == ("Peter Novak",)
    assert joint.confidence is not None
    assert joint.speaker_confidence is not None
    with closing(sqlite3.connect(tmp_path / "data.db")) as connection:
        assert connection.execute("SELECT name, quotes FROM speaker_stats ORDER BY quotes DESC, name").fetchall() == [
            ("Peter Novak", 2), ("Ana Ruiz", 1), ("Maria Gomez", 1)]


def test_nothing_is_left_beside_the_database(folder: Path, settings: Settings) -> None:
    build(folder, settings, "seeds/000*.txt")
    assert sorted(path.name for path in folder.iterdir()) == ["data.db", "seeds"]
    with closing(sqlite3.connect(folder / "data.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


# ---------------------------------------------------------------- what users can rely on


def test_the_pieces_of_every_quote_are_its_text(seeds_db: Path) -> None:
    with closing(sqlite3.connect(seeds_db)) as connection:
        wrong = connection.execute(
            """
            SELECT quotes.id FROM quotes JOIN articles ON articles.id = quotes.article_id
            WHERE quotes.text != (
                SELECT group_concat(piece, ' ') FROM (
                    SELECT substr(articles.text, spans.start + 1, spans.end - spans.start) AS piece FROM spans
                    WHERE spans.quote_id = quotes.id AND spans.kind = 'content' ORDER BY spans.piece
                )
            ) OR NOT EXISTS (SELECT 1 FROM spans WHERE spans.quote_id = quotes.id AND spans.kind = 'content')
            """
        ).fetchall()
    assert wrong == []


@pytest.mark.parametrize(
    ("names", "speaker"),
    [
        ("Mevlut Cavusoglu/Mevlüt Çavuşoğlu", "Cavusoglu"),
        ("Recep Tayyip Erdogan/Recep Tayyip Erdoğan", "Erdogan"),
        ("Volodymyr Zelenskyy/Volodymyr Zelenskiy/Volodymyr Zelensky", "Zelensky"),
        ("Dmitry Peskov", "Peskov"), ("Alexander Fomin", "Fomin"), ("David Arakhamia", "Arakhamia"),
    ],
    ids=lambda value: value.split("/")[0],
)
def test_one_person_is_one_row(seeds_db: Path, names: str, speaker: str) -> None:
    with closing(sqlite3.connect(seeds_db)) as connection:
        found = {
            row for name in names.split("/")
            for row in connection.execute(
                "SELECT id, name FROM speakers WHERE name = ?1 OR id IN (SELECT speaker_id FROM aliases WHERE alias = ?1)",
                (name,),
            )
        }
    assert len(found) == 1, f"{speaker}: {found}"


def test_texts_are_the_files_unchanged(seeds_db: Path, seeds: Path) -> None:
    with closing(sqlite3.connect(seeds_db)) as connection:
        stored = dict(connection.execute("SELECT id, text FROM articles"))
    assert stored == {path.stem: path.read_bytes().decode("utf-8") for path in seeds.glob("*.txt")}


def test_what_an_article_says_of_its_date_and_what_the_table_says(seeds_db: Path) -> None:
    with closing(sqlite3.connect(seeds_db)) as connection:
        dates = connection.execute("SELECT published, published_from FROM articles ORDER BY id").fetchall()
    assert dates == [
        ("2022-03-29", "metadata"), ("2022-03-30", "metadata"), ("2022-03-29", "metadata"), ("2022-03-29", "metadata"),
        (None, None),
    ]


# ---------------------------------------------------------------- changes


def test_only_what_changed_is_extracted(folder: Path, settings: Settings) -> None:
    build(folder, settings)
    before = rows_of(folder / "data.db")
    path = folder / "seeds" / "003_02947a72038cb12b.txt"
    path.write_text("\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    told: list[Extraction | Failure] = []
    report = build(folder, settings, on_progress=told.append)
    assert (report.written, report.unchanged) == (1, 4)
    assert [item.article.id for item in told if isinstance(item, Extraction)] == ["003_02947a72038cb12b"]
    after = rows_of(folder / "data.db")
    assert {row[0] for row in after["quotes"]} == {row[0] for row in before["quotes"]}, "ids of quotes follow their words"
    assert after["speakers"] == before["speakers"]


def test_new_metadata_is_taken_over(folder: Path, settings: Settings) -> None:
    build(folder, settings, "seeds/004*.txt")
    table = folder / "seeds" / "articles.csv"
    rest = [line for line in table.read_text(encoding="utf-8").splitlines() if not line.startswith("004")]
    table.write_text("\n".join([*rest, "004_2674bc71f7a2037d.txt,Talks,Star,,,2022-03-29", ""]), encoding="utf-8")
    assert build(folder, settings, "seeds/004*.txt").written == 1
    ((title, published),) = [(row[1], row[5]) for row in rows_of(folder / "data.db")["articles"]]
    assert (title, published) == ("Talks", "2022-03-29")


def test_attitudes_are_another_run(folder: Path, settings: Settings) -> None:
    build(folder, settings, "seeds/002*.txt")
    speech = count(folder / "data.db", "quotes")
    assert build(folder, replace(settings, attitudes=True), "seeds/002*.txt").written == 1
    assert count(folder / "data.db", "quotes") > speech
    assert count(folder / "data.db", "runs") == 1
    assert build(folder, settings, "seeds/002*.txt").written == 1
    assert count(folder / "data.db", "quotes") == speech


# ---------------------------------------------------------------- failures


def test_what_cannot_be_read_is_a_row_until_it_can(folder: Path, settings: Settings) -> None:
    (folder / "seeds" / "005_bad.txt").write_bytes(b"bad\x00\x01\x02")
    report = build(folder, settings, "seeds/00[05]*.txt")
    assert [failure.origin for failure in report.failures] == ["seeds/005_bad.txt"]
    assert (report.written, count(folder / "data.db", "failures")) == (1, 1)
    unchanged = (folder / "data.db").read_bytes()
    build(folder, settings, "seeds/00[05]*.txt")
    assert (folder / "data.db").read_bytes() == unchanged
    (folder / "seeds" / "005_bad.txt").write_text("The mayor said that it would rain.\n", encoding="utf-8")
    assert build(folder, settings, "seeds/00[05]*.txt").failures == []
    assert count(folder / "data.db", "failures") == 0


def test_a_bad_record_that_was_taken_out_of_a_file_is_forgotten_though_another_is_still_bad(
    folder: Path, settings: Settings
) -> None:
    good, bad = json.dumps({"id": "good", "text": "The mayor said that it would rain."}), ['{"id": "first",', '{"id": "second"']
    told = []
    for lines in ([good, *bad], [good, bad[1]]):
        (folder / "stories.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        build(folder, settings, "stories.jsonl")
        with closing(sqlite3.connect(folder / "data.db")) as connection:
            told.append(sorted(origin for (origin,) in connection.execute("SELECT origin FROM failures")))
    assert [len(origins) for origins in told] == [2, 1]


def test_an_article_that_breaks_the_parser_costs_no_other(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    extraction = pipeline._extraction

    def fragile(article: Article, using: Settings, *, terms: bool) -> Extraction:
        if article.id.startswith("000"):
            raise ValueError("a tree\nthat is none")
        return extraction(article, using, terms=terms)

    monkeypatch.setattr(pipeline, "_extraction", fragile)
    report = build(folder, settings, "seeds/00[04]*.txt")
    (failure,) = report.failures
    assert report.written == 1
    assert (failure.origin, failure.stage) == ("seeds/000_bcbc43124eb3aaef.txt", "extract")
    assert "ValueError: a tree that is none" in failure.error


def test_an_article_that_cannot_be_stored_costs_no_other(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    extraction = pipeline._extraction

    def faulty(article: Article, using: Settings, *, terms: bool) -> Extraction:
        found = extraction(article, using, terms=terms)
        return replace(found, quotes=found.quotes * 2) if article.id.startswith("000") else found

    monkeypatch.setattr(pipeline, "_extraction", faulty)
    report = build(folder, settings, "seeds/00[04]*.txt")
    (failure,) = report.failures
    assert report.written == 1
    assert (failure.origin, failure.stage) == ("seeds/000_bcbc43124eb3aaef.txt", "store")
    assert "two share one quote identifier" in failure.error


def test_a_correction_is_applied_by_the_next_build_and_gone_when_it_is_taken_back(
    folder: Path, settings: Settings
) -> None:
    build(folder, settings, "seeds/000*.txt")
    before = rows_of(folder / "data.db")
    with closing(write.open_database(folder / "data.db")) as db:
        (quote_id,) = db.execute("SELECT id FROM quotes ORDER BY start").fetchone()
        correction = Correction(
            quote_id=quote_id, kind=CorrectionKind.WRONG_SPEAKER, value="Ana Ruiz", who="Ann", made_at="2026-01-01")
        identifier = write.add_correction(db, correction)
    build(folder, settings, "seeds/none*.txt")  # whatever is built: a failure here
    with closing(sqlite3.connect(folder / "data.db")) as connection:
        found = "SELECT name FROM quotes JOIN speakers ON speakers.id = speaker_id WHERE quotes.id = ?"
        assert connection.execute(found, [quote_id]).fetchone() == ("Ana Ruiz",)
    with closing(write.open_database(folder / "data.db")) as db:
        assert write.supersede_correction(db, identifier, "2026-01-02")
    build(folder, settings, "seeds/000*.txt")
    after = rows_of(folder / "data.db")
    assert {table for table in after if after[table] != before[table]} == {"corrections", "correction_anchors", "failures"}


def test_another_article_with_a_stored_id_is_refused_and_named(folder: Path, settings: Settings) -> None:
    build(folder, settings, "seeds/004*.txt")
    (folder / "other").mkdir()
    other = folder / "other" / "004_2674bc71f7a2037d.txt"
    other.write_text("Quite another story.\n", encoding="utf-8")
    before = (folder / "data.db").read_bytes()
    report = build(folder, settings, "other")
    (failure,) = report.failures
    assert failure.origin == "other/004_2674bc71f7a2037d.txt"
    assert "seeds/004_2674bc71f7a2037d.txt" in failure.error
    assert "rename" in failure.error
    assert rows_of(folder / "data.db")["articles"][0][0] == "004_2674bc71f7a2037d"
    assert len(before) == len((folder / "data.db").read_bytes())


@pytest.mark.parametrize("where", ["copy", "absolute", "below"])
def test_the_same_file_named_differently_is_the_same_article(
    folder: Path, settings: Settings, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(folder, settings, "seeds/004*.txt")
    before = (folder / "data.db").read_bytes()
    monkeypatch.setattr(pipeline, "load_pipeline", refuse)
    if where == "copy":
        shutil.copytree(folder / "seeds", folder / "moved")
        report = build(folder, settings, "moved/004*.txt")
    elif where == "absolute":
        report = build(folder, settings, f"{folder}/seeds/004*.txt")
    else:
        (folder / "below").mkdir()
        with chdir(folder / "below"):
            report = pipeline.build(["../seeds/004*.txt"], db="../data.db", settings=settings)
    assert (report.unchanged, report.failures) == (1, [])
    assert (folder / "data.db").read_bytes() == before


def test_an_edited_file_named_from_elsewhere_is_still_the_same_file(folder: Path, settings: Settings) -> None:
    build(folder, settings, "seeds/004*.txt")
    path = folder / "seeds" / "004_2674bc71f7a2037d.txt"
    path.write_text(path.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    (folder / "below").mkdir()
    with chdir(folder / "below"):
        report = pipeline.build(["../seeds/004*.txt"], db="../data.db", settings=settings)
    assert (report.written, report.failures) == (1, [])


# ---------------------------------------------------------------- runs and settings


def test_a_run_has_the_same_id_wherever_it_runs(settings: Settings, tmp_path: Path) -> None:
    assert pipeline.run_of(settings) == pipeline.run_of(replace(settings, workers=7, batch_size=2))
    assert pipeline.run_of(settings) != pipeline.run_of(replace(settings, attitudes=True))
    assert settings.model in pipeline.run_of(settings).model
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        meta = {"lang": "en", "name": "own", "version": "1.0"}
        (tmp_path / name / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    runs = {pipeline.run_of(replace(settings, model=str(tmp_path / name))) for name in ("here", "there")}
    assert [run.model for run in runs] == ["en_own 1.0"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_missing_model_ends_the_run(folder: Path, settings: Settings, workers: int) -> None:
    with pytest.raises(ModelMissingError, match="en_core_web_none"):
        build(folder, replace(settings, model="en_core_web_none", workers=workers))


def test_a_worker_that_dies_is_one_error(folder: Path) -> None:
    script = (
        "import quotes.errors\n"
        "from quotes import pipeline, config\n"
        "from quotes.records import Article\n"
        "if __name__ == '__main__':\n"
        "    settings = config.load({'workers': 2, 'model': 'bomb'}, environ={})\n"
        "    try:\n"
        "        list(pipeline.extract_all([Article(id='a', text='x')], settings))\n"
        "    except quotes.errors.QuotesError as error:\n"
        "        print(type(error).__name__, error)\n"
    )
    (folder / "run.py").write_text(script, encoding="utf-8")
    (folder / "bomb.py").write_text("import os\n\n\ndef load(**_):\n    os._exit(1)\n", encoding="utf-8")
    bomb = folder / "bomb-1.0.dist-info"
    bomb.mkdir()
    (bomb / "METADATA").write_text("Metadata-Version: 2.1\nName: bomb\nVersion: 1.0\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run([sys.executable, "run.py"], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("QuotesError a worker process died"), done.stderr


# ---------------------------------------------------------------- from Python


def test_extract_takes_a_text() -> None:
    (quote,) = quotes.extract("“We will appeal,” said Ana Ruiz, the mayor.", tagger="rules")
    assert (quote.speaker, quote.role, quote.text) == ("Ana Ruiz", "mayor", "“We will appeal,”")
    with pytest.raises(IngestError, match="white space"):
        quotes.extract(" \n")


def test_only_a_build_computes_key_terms(seeds_db: Path) -> None:
    script = "import sys, quotes\nprint(quotes.extract('“We will appeal,” said Ana Ruiz.')[0].terms, 'textacy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "() False"
    assert rows_of(seeds_db)["quote_terms"]


def test_a_doc_knows_its_quotes() -> None:
    doc = quotes.load_pipeline(tagger="rules")("“We will appeal,” said Ana Ruiz, the mayor.")
    assert [quote.speaker for quote in doc._.quotes] == ["Ana Ruiz"]


def test_build_from_python(folder: Path) -> None:
    with chdir(folder):
        report = quotes.build([Path("seeds/004_2674bc71f7a2037d.txt")], db=Path("some.db"), tagger="rules")
    assert report.written == 1
    assert report.quotes == count(folder / "some.db", "quotes")


def test_the_version_is_the_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert quotes.__version__ == project["version"]
    assert config.load(environ={}).model.replace("_", "-") in " ".join(project["dependencies"])


def test_two_workers_store_the_new_text_of_a_changed_article_whose_correction_is_due(folder: Path, settings: Settings) -> None:
    (folder / "one").mkdir()
    path = folder / "one" / "a.txt"
    path.write_text("Old text. “We will appeal,” said Ana Ruiz.")
    build(folder, settings, "one")
    with closing(write.open_database(folder / "data.db")) as db:
        ((quote,),) = db.conn.execute("SELECT id FROM quotes").fetchall()
        write.add_correction(db, Correction(
            quote_id=quote, kind=CorrectionKind.WRONG_SPEAKER, value="Bo Dahl", who="tests", made_at="2026-01-01"))
    path.write_text("NEW text. “We will appeal,” said Ana Ruiz.")
    build(folder, replace(settings, workers=2), "one")
    ((text, speaker),) = connection_rows(
        folder / "data.db", "SELECT a.text, s.name FROM quotes q JOIN articles a ON a.id = q.article_id "
        "JOIN speakers s ON s.id = q.speaker_id")
    assert (text[:8], speaker) == ("NEW text", "Bo Dahl")


def connection_rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["terminated", "killed"])
def test_workers_end_with_their_parent(folder: Path, number: signal.Signals) -> None:
    for copy in range(20):
        shutil.copy(folder / "seeds" / "000_bcbc43124eb3aaef.txt", folder / "seeds" / f"copy{copy}.txt")
    process = subprocess.Popen(
        [sys.executable, "-m", "quotes", "build", "seeds", "--db", "data.db", "--workers", "2"], cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and len(members(process.pid)) < 3:
        time.sleep(0.1)
    time.sleep(2)
    assert len(members(process.pid)) >= 3
    process.send_signal(number)
    process.wait(60)
    while time.monotonic() < deadline and members(process.pid):
        time.sleep(0.1)
    assert members(process.pid) == []


def members(group: int) -> list[int]:
    """Return the processes of a group that run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, process_group, *_ = stat.read_text().rsplit(")", 1)[1].split()
            if int(process_group) == group and state != "Z":
                found.append(int(stat.parent.name))
    return found


@pytest.mark.parametrize("changed", ["nlp/marks.py", "data/en/words.txt", "names.py"])
def test_another_rule_or_word_list_is_another_run(tmp_path: Path, changed: str) -> None:
    for name in ("nlp/marks.py", "data/en/words.txt", "data/tables.toml", "names.py", "lexicon.py"):
        for package in ("old", "new"):
            path = tmp_path / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("as ever")
    (tmp_path / "new" / "data" / "tables.toml").write_text("texts of the site decide nothing")
    assert pipeline.rules_digest(tmp_path / "old") == pipeline.rules_digest(tmp_path / "new")
    (tmp_path / "new" / changed).write_text("another")
    assert pipeline.rules_digest(tmp_path / "old") != pipeline.rules_digest(tmp_path / "new")


def counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the identifiers of the articles that are extracted from now on, in this process."""
    extracted: list[str] = []
    extract = pipeline._extraction

    def counted(article: Article, settings: Settings, *, terms: bool) -> Extraction:
        extracted.append(article.id)
        return extract(article, settings, terms=terms)

    monkeypatch.setattr(pipeline, "_extraction", counted)
    return extracted


@pytest.fixture
def twins(tmp_path: Path, seeds: Path) -> Path:
    """A folder with a table of articles: each of two texts stands in three of them, of different outlets and days."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(seeds.glob("*.txt"))[:2]]
    lines = [{"id": f"a{number}", "text": texts[number % 2], "outlet": f"Paper {number}", "published": f"2024-05-0{number + 1}"}
             for number in range(6)]
    for number, line in enumerate(lines):
        (tmp_path / f"{number}.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    return tmp_path


def test_a_text_that_several_articles_have_is_extracted_once(
    twins: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [f"{number}.jsonl" for number in range(6)]
    for number, file in enumerate(files):  # each a build of its own, without a twin
        with chdir(twins):
            pipeline.build([file], db=f"alone{number}.db", settings=settings)
    extracted = counting(monkeypatch)
    report = build(twins, settings, *files)
    assert len(extracted) == 2
    assert (report.written, report.failures) == (6, [])
    own = ("quotes", "entities", "entity_aliases", "entity_roles", "spans", "quote_terms", "furniture", "quote_entities")
    together = rows_of(twins / "data.db")
    alone = [rows_of(twins / f"alone{number}.db") for number in range(6)]
    assert report.quotes == len(together["quotes"]) > 20
    with closing(sqlite3.connect(twins / "data.db")) as connection:
        kept = connection.execute("SELECT id, fingerprint, findings FROM articles ORDER BY id").fetchall()
    for number, row in enumerate(kept):
        with closing(sqlite3.connect(twins / f"alone{number}.db")) as connection:
            assert connection.execute("SELECT id, fingerprint, findings FROM articles").fetchall() == [row]
    for table in own:
        # who is who over all articles, and statements, are of all of them
        assert len(together[table]) == sum(len(rows[table]) for rows in alone)


def test_a_text_that_is_stored_is_not_extracted_again_and_gives_the_same_rows(
    twins: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [f"{number}.jsonl" for number in range(6)]
    build(twins, settings, *files)
    at_once = rows_of(twins / "data.db")
    (twins / "data.db").unlink()
    build(twins, settings, *files[:2])
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "_load_pipeline", refuse)
        for file in files[2:]:
            assert build(twins, settings, file).written == 1
    assert rows_of(twins / "data.db") == at_once
    (twins / "data.db").unlink()
    build(twins, replace(settings, workers=2, batch_size=1), *files)
    assert rows_of(twins / "data.db") == at_once


def test_what_a_person_corrected_in_one_article_is_not_taken_over_by_its_twin(twins: Path, settings: Settings) -> None:
    build(twins, settings, "0.jsonl")
    with closing(write.open_database(twins / "data.db")) as db:
        quote = db.execute("SELECT id FROM quotes ORDER BY start LIMIT 1").fetchone()[0]
        write.add_correction(db, Correction(
            quote_id=quote, kind=CorrectionKind.NOT_A_QUOTE, who="Bo", made_at="2024-05-09T00:00:00Z"))
    build(twins, settings, "0.jsonl", "2.jsonl")
    with closing(write.open_database(twins / "data.db")) as db:
        counted = dict(db.execute("SELECT article_id, count(*) FROM quotes GROUP BY 1").fetchall())
        assert counted["a0"] == counted["a2"] - 1
        # Taken back, and not built anew when the next twin comes.
        db.conn.execute("DELETE FROM articles WHERE id = 'a2'")
        db.conn.execute("UPDATE corrections SET superseded_at = '2024-05-10T00:00:00Z'")
        db.conn.commit()
    build(twins, settings, "4.jsonl")
    with closing(sqlite3.connect(twins / "data.db")) as connection:
        again = dict(connection.execute("SELECT article_id, count(*) FROM quotes GROUP BY 1").fetchall())
    assert again == {"a0": counted["a2"], "a4": counted["a2"]}


def test_twins_of_an_article_that_cannot_be_extracted_are_named_too(
    twins: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise ValueError("no parser takes this")

    monkeypatch.setattr(pipeline, "_extraction", fail)
    report = build(twins, settings, "0.jsonl", "2.jsonl", "4.jsonl")
    assert len({failure.origin for failure in report.failures}) == 3
