"""The command line as people use it: the real program in a process of its own, or click's runner where that is enough."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from quotes import __version__, cli

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = ("build", "remove", "serve", "extract", "stats", "show", "diff", "doctor")
STORY = (
    "Council votes for the bridge\n\n"
    "“We will build it this year,” said Ana Ruiz, the mayor of Harfield, on Monday.\n\n"
    "Ruiz said that the money had been found. Her deputy, Tom Okoro, said it was “a great day for the town”.\n"
)

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def run(*arguments: str, cwd: Path | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("QUOTES_")}
    command = [sys.executable, "-m", "quotes", *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, check=False, env=environment, timeout=120)


def lines(data: bytes) -> list[str]:
    return data.decode("utf-8").splitlines()


# ---------------------------------------------------------------- help


def test_help_lists_every_command() -> None:
    done = CliRunner().invoke(cli.cli, ["--help"])
    assert done.exit_code == 0
    assert all(re.search(rf"^  {name} ", done.output, re.MULTILINE) for name in COMMANDS)


def commands(group: click.Group, *above: str) -> list[tuple[str, ...]]:
    """Return the words of every command that does something, however deep."""
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found += commands(command, *above, name) if isinstance(command, click.Group) else [(*above, name)]
    return found


@pytest.mark.parametrize("command", commands(cli.cli), ids=" ".join)
def test_every_command_has_help_with_an_example(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli.cli, [*command, "--help"])
    assert done.exit_code == 0
    assert re.search(rf"Examples?:\s+quotes {' '.join(command)}", done.output)


def test_version() -> None:
    assert CliRunner().invoke(cli.cli, ["--version"]).output.strip().endswith(__version__)


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["build", "--workers", "0"], ["extract", "--min-confidence", "2"], ["extract", "--tagger", "magic"],
     ["stats", "--by", "colour"], ["show"], ["build", "--metadata", "no-such.csv"], ["serve", "--port", "high"]],
    ids=" ".join,
)
def test_unusable_arguments_exit_2(arguments: list[str]) -> None:
    done = CliRunner().invoke(cli.cli, arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


# ---------------------------------------------------------------- extract


@pytest.mark.model
def test_extract_prints_one_object_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"The mayor said it would rain.\r\n")
    done = run("extract", "a.txt", "b.txt", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == b""
    first, second = map(json.loads, lines(done.stdout))
    assert set(first) == {"id", "title", "outlet", "published", "text", "quotes"}
    assert (first["id"], first["title"], first["text"]) == ("a", "Council votes for the bridge", STORY)
    assert second["text"] == "The mayor said it would rain.\r\n"
    quote = first["quotes"][0]
    assert set(quote) == {
        "id", "kind", "form", "act", "negated", "content", "cue", "source", "text", "words_said", "speaker", "speakers",
        "speaker_type", "mention", "role", "roles", "affiliation", "confidence", "speaker_confidence",
    }
    assert quote["text"] == " ".join(STORY[start:end] for start, end in quote["content"])
    assert (quote["speaker"], quote["form"], quote["kind"]) == ("Ana Ruiz", "direct", "speech")


@pytest.mark.model
def test_extract_reads_standard_input() -> None:
    done = run("extract", "-", stdin=STORY.encode())
    assert done.returncode == 0
    (found,) = map(json.loads, lines(done.stdout))
    assert found["text"] == STORY
    assert {quote["speaker"] for quote in found["quotes"]} == {"Ana Ruiz", "Tom Okoro"}


def test_nothing_on_standard_input_is_named() -> None:
    done = run("extract", "-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert lines(done.stderr) == ["quotes: -: the file is empty; remove it or put the article's text into it"]


@pytest.mark.model
def test_ctrl_c_ends_without_a_traceback(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.txt").write_text(STORY * 20, encoding="utf-8")
    command = [sys.executable, "-m", "quotes", "extract", ".", "--workers", "2"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.decode().split() == ["quotes:", "stopped;", "run", "it", "again", "to", "start", "over"]


@pytest.mark.model
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(STORY * 200, encoding="utf-8")
    command = f"{sys.executable} -m quotes extract . | head -c 10"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert done.stdout == b'{"id": "0"'
    assert done.stderr == b""


BAD = {
    "empty.txt": (b"", "the file is empty"),
    "blank.txt": (b" \n\n", "only white space"),
    "binary.txt": (b"\x7fELF\x00\x01\x02", "binary"),
    "report.txt": (b"%PDF-1.7", "pdftotext -layout report.txt"),
    "cut.json": (b'{"text": ', "is no JSON"),
    "rows.csv": (b"id,title\n1,Talks\n", "--text COLUMN"),
}


@pytest.mark.model
@pytest.mark.parametrize("command", ["extract", "build"])
def test_bad_input_is_named_in_one_line_and_everything_else_is_done(tmp_path: Path, command: str) -> None:
    for name, (data, _) in BAD.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(STORY, encoding="utf-8")
    done = run(command, *sorted(BAD), "missing.txt", "no*.md", "good.txt", cwd=tmp_path)
    assert done.returncode == 1
    errors = {line.split(": ")[1]: line for line in lines(done.stderr)}
    assert set(errors) == {*BAD, "missing.txt", "no*.md"}
    assert all(words in errors[name] for name, (_, words) in BAD.items())
    assert all(line.startswith("quotes: ") for line in errors.values())
    if command == "extract":
        assert [json.loads(line)["id"] for line in lines(done.stdout)] == ["good"]
    else:
        assert "1 article new or changed" in done.stdout.decode()
        assert "8 failed" in done.stdout.decode()


def test_a_missing_model_is_one_line_that_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY, encoding="utf-8")
    done = run("extract", "a.txt", "--model", "en_core_web_none", cwd=tmp_path)
    assert done.returncode == 2
    (line,) = lines(done.stderr)
    assert line.startswith("quotes: ")
    assert "en_core_web_none" in line
    assert "install" in line


# ---------------------------------------------------------------- databases that cannot be used


@pytest.mark.parametrize(
    ("command", "content"),
    [
        (command, content)
        for command in ("build a.txt", "stats", "show a", "serve")
        for content in ("a letter", "another program's database", "nothing")
        if (command, content) != ("build a.txt", "nothing")  # a build fills an empty file
    ],
)
def test_a_database_from_something_else(tmp_path: Path, command: str, content: str) -> None:
    (tmp_path / "a.txt").write_text(STORY, encoding="utf-8")
    path = tmp_path / "some.db"
    if content == "another program's database":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE recipes (id INTEGER PRIMARY KEY, name TEXT)")
    else:
        path.write_text("This is a letter, no database." if content == "a letter" else "", encoding="utf-8")
    before = path.read_bytes()
    done = run(*command.split(), "--db", "some.db", cwd=tmp_path)
    assert done.returncode == 2
    (line,) = lines(done.stderr)
    assert line.startswith("quotes: ")
    assert "some.db" in line
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", [["stats"], ["show", "a"], ["serve"]], ids=lambda c: c[0])
def test_a_missing_database_says_how_to_make_it(tmp_path: Path, command: list[str]) -> None:
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 2
    (line,) = lines(done.stderr)
    assert "quotes build" in line
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------- stats and show


@pytest.mark.model
def test_stats_as_table_json_and_csv(seeds_db: Path) -> None:
    table = run("stats", "--db", str(seeds_db))
    assert table.returncode == 0
    head, *rows = lines(table.stdout)
    assert head.split()[0] == "name"
    rows_json = json.loads(run("stats", "--db", str(seeds_db), "--json").stdout)
    rows_csv = list(csv.DictReader(io.StringIO(run("stats", "--db", str(seeds_db), "--csv").stdout.decode())))
    assert len(rows) == len(rows_json) == len(rows_csv)
    assert [row["name"] for row in rows_json] == [row["name"] for row in rows_csv]
    assert [int(row["quotes"]) for row in rows_csv] == sorted((row["quotes"] for row in rows_json), reverse=True)


@pytest.mark.model
@pytest.mark.parametrize("by", ["role", "outlet", "month", "form"])
def test_stats_of_a_speaker_by_something(seeds_db: Path, by: str) -> None:
    done = run("stats", "--db", str(seeds_db), "--speaker", "mevlüt çavuşoğlu", "--by", by, "--json")
    assert done.returncode == 0
    rows = json.loads(done.stdout)
    alone = json.loads(run("stats", "--db", str(seeds_db), "--speaker", "Cavusoglu", "--json").stdout)
    assert sum(row["quotes"] for row in rows) == sum(row["quotes"] for row in alone) > 0


@pytest.mark.model
def test_an_unknown_speaker_is_named(seeds_db: Path) -> None:
    done = run("stats", "--db", str(seeds_db), "--speaker", "Nobody Atall")
    assert done.returncode == 2
    assert "Nobody Atall" in lines(done.stderr)[0]


@pytest.mark.model
def test_json_and_csv_exclude_each_other(seeds_db: Path) -> None:
    assert run("stats", "--db", str(seeds_db), "--json", "--csv").returncode == 2


@pytest.mark.model
def test_show_prints_an_article_with_its_quotes(seeds_db: Path, seeds: Path) -> None:
    done = run("show", "003_02947a72038cb12b", "--db", str(seeds_db))
    assert done.returncode == 0
    text = done.stdout.decode()
    assert "\x1b" not in text
    assert (seeds / "003_02947a72038cb12b.txt").read_text(encoding="utf-8").rstrip() in text
    entry = next(line for line in text.splitlines() if line.startswith("Dmitry Peskov"))
    identifier = re.search(r"\((\w+), (\w+)\)", entry)
    assert identifier
    one = run("show", identifier[2], "--db", str(seeds_db)).stdout.decode()
    assert entry in one
    assert sum(", " + identifier[2][:2] in line for line in one.splitlines()) == 1


@pytest.mark.model
def test_an_unknown_id_is_named(seeds_db: Path) -> None:
    done = run("show", "no\x1bsuch", "--db", str(seeds_db))
    assert done.returncode == 2
    assert b"\x1b" not in done.stderr
    assert "such" in lines(done.stderr)[0]


@pytest.mark.model
def test_in_a_terminal_show_colours_by_speaker(seeds_db: Path) -> None:
    main_end, other_end = pty.openpty()
    command = [sys.executable, "-m", "quotes", "show", "003_02947a72038cb12b", "--db", str(seeds_db)]
    process = subprocess.Popen(command, stdout=other_end, stderr=other_end, close_fds=True)
    os.close(other_end)
    shown = b""
    while True:
        try:
            chunk = os.read(main_end, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(main_end)
    assert process.wait() == 0
    text = shown.decode()
    assert len(set(re.findall(r"\x1b\[3\dm", text))) > 2
    assert re.search(r"■ Dmitry Peskov", text)


# ---------------------------------------------------------------- hostile articles


@pytest.mark.model
def test_control_characters_of_an_article_never_reach_the_terminal(tmp_path: Path) -> None:
    hostile = STORY.replace("a great day", "a great\x1b[2J\x07 day\u202e").replace("Tom Okoro", "Tom\x9b31m Okoro")
    (tmp_path / "evil\x1b[31m.txt").write_text("\x00", encoding="utf-8")
    (tmp_path / "a.txt").write_text(hostile, encoding="utf-8")
    (tmp_path / "articles.csv").write_text("file,title\na.txt,Talks\x1b]0;pwned\x07\n", encoding="utf-8")
    built = run("build", ".", cwd=tmp_path)
    assert built.returncode == 1
    shown = run("show", "a", cwd=tmp_path)
    stats = run("stats", cwd=tmp_path)
    for output in (built.stdout, built.stderr, shown.stdout, stats.stdout):
        text = output.decode("utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "␛[2J" in shown.stdout.decode()


@pytest.mark.model
def test_csv_cells_are_no_formulas(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "articles.csv").write_text('file,outlet\na.txt,"=HYPERLINK(""http://example.com"")"\n')
    assert run("build", ".", cwd=tmp_path).returncode == 0
    done = run("stats", "--by", "outlet", "--csv", cwd=tmp_path)
    assert "'=HYPERLINK" in done.stdout.decode()
    assert not any(line.startswith("=") for line in lines(done.stdout))


@pytest.mark.skipif(shutil.which("script") is None, reason="needs the program `script` for a terminal")
@pytest.mark.model
def test_progress_goes_to_standard_error_of_a_terminal_only(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY, encoding="utf-8")
    command = f"{sys.executable} -m quotes extract a.txt > out.jsonl"
    done = subprocess.run(["script", "-qec", command, "/dev/null"], cwd=tmp_path, capture_output=True, check=False)
    assert b"1 article" in done.stdout
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["id"] == "a"
