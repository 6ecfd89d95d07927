"""Whatever is given in a database's place, every command says in one line what is wrong and what to do, and leaves it alone."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner
from sqlite_utils import Migrations

from quotes import cli, pipeline
from quotes.publish import serve as server
from quotes.publish.export import export
from quotes.store import write
from quotes.store.check import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quotes.config import Settings

pytestmark = pytest.mark.model

STAYS = "“We will repair the road,” said Ana Ruiz, the mayor of Upton, on Monday.\n"
OTHER = "“We will not,” said Bo Dahl, the owner of the mill, on Tuesday.\n"
PAGE = 4096
# What the commands are given beside the database; others get a word for each argument that they need.
ARGUMENTS = {
    "build": ["new"], "export": ["out/public.db"], "load": ["shards"], "serve": ["--port", "0"], "show": ["a"],
    "remove": ["a"], "speakers show": ["Ana Ruiz"], "speakers rename": ["Ana Ruiz", "Ana Maria Ruiz"],
    "speakers link": ["people.csv"], "speakers retype": ["Ana Ruiz", "person"], "correct": ["a", "--not-a-quote"],
}
COMPARED = ("diff OLD", "diff NEW")
MAKERS = ("build", "load")  # a database that is missing, or empty, is theirs to make
# What is exported is for these to read.
READERS = frozenset({"stats", "speakers list", "speakers show", "speakers export-review", "serve", *COMPARED})


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        elif any(parameter.name == "db" for parameter in command.params):
            yield " ".join((*before, name)), command


COMMANDS = dict(commands(cli.cli))
NAMES = (*COMMANDS, *COMPARED)


def arguments(name: str, path: Path) -> list[str]:
    """Return a whole command line of a command, every command's of this version."""
    if name in COMPARED:
        return ["diff", str(path), "good.db"] if name == "diff OLD" else ["diff", "good.db", str(path)]
    needed = [each for each in COMMANDS[name].params if isinstance(each, click.Argument) and each.required]
    return [*name.split(), *ARGUMENTS.get(name, ["a" for _ in needed]), "--db", str(path)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    """A folder with a good database, one exported from it, and what commands are given."""
    folder = tmp_path_factory.mktemp("made")
    for name, text in (("old/a.txt", STAYS), ("new/b.txt", OTHER), ("people.csv", "id,name,type\nQ1,Ana Ruiz,person\n")):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "out").mkdir()
    (folder / "bad").mkdir()
    shards = CliRunner().invoke(cli.cli, ["extract", str(folder / "old"), "--out", str(folder / "shards")])
    assert shards.exit_code == 0, shards.output
    pipeline.build([str(folder / "old")], db=str(folder / "good.db"), settings=settings)
    export(folder / "good.db", folder / "exported.db", min_confidence=0)
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder to work in, and a short patience with locks."""
    shutil.copytree(made, tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setitem(write.open_database.__kwdefaults__, "busy_seconds", 0.05)
    monkeypatch.setattr(server, "BUSY_SECONDS", 0.05)
    return tmp_path / "work"


def newer(path: Path) -> None:
    shutil.copy("good.db", path)
    with closing(write.open_database(path)) as db:
        later = Migrations("quotes")
        later(name="migration_9999")(str)
        later.apply(db)


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")


def damaged(path: Path, *, first: int, last: int | None = None) -> None:
    whole = Path("good.db").read_bytes()
    path.write_bytes(whole[:first] + b"\xa5" * ((last or len(whole)) - first) + whole[last or len(whole) :])


def exported_before(path: Path) -> None:
    shutil.copy("exported.db", path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM _sqlite_migrations WHERE id = (SELECT max(id) FROM _sqlite_migrations)")


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: path, "build --db"),
    "a dead link": (lambda path: path.symlink_to("nowhere/x.db"), "opened; make|build --db"),
    "empty": (Path.touch, "is empty; fill it with `quotes build"),
    "text": (lambda path: path.write_text("These are notes, not a database."), "is not an SQLite database; choose another file"),
    "a folder": (Path.mkdir, "is a folder; name a file"),
    "a pipe": (os.mkfifo, "is no file; choose another"),
    "of something else": (foreign, "database of something else; choose another|not a database of quotes.*choose another"),
    "cut off": (lambda path: path.write_bytes(Path("good.db").read_bytes()[: 3 * PAGE // 2]), "is damaged; restore a copy"),
    "damaged at its start": (lambda path: damaged(path, first=100, last=PAGE), "is damaged; restore a copy"),
    "damaged behind it": (lambda path: damaged(path, first=2 * PAGE), "is damaged; restore a copy"),
    "of a newer version": (newer, r"a newer version of quotes made it \(migration_9999\); upgrade"),
    "exported": (lambda path: shutil.copy("exported.db", path), "made by `quotes export`.*use the database that it was made"),
    "exported by an older version": (exported_before, "made by `quotes export`.*use the database that it was made"),
    "locked": (lambda path: shutil.copy("good.db", path), "another program is writing to it; try again"),
}


def state(folder: Path) -> dict[str, bytes | str]:
    """Return what lies in a folder: the bytes of files, and of what else is there that it is."""
    return {str(each.relative_to(folder)): each.read_bytes() if each.is_file() else "no file" for each in folder.rglob("*")}


def run(name: str, path: Path) -> tuple[int, list[str]]:
    done = CliRunner().invoke(cli.cli, arguments(name, path))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    return done.exit_code, [line for line in done.output.splitlines() if not line.startswith("ok ")]


def is_taken(kind: str, name: str) -> bool:
    """Say whether a command can do its work with such a file, or finds out when a page asks for what is damaged."""
    made = kind in ("missing", "empty") and name in MAKERS
    read = kind == "exported" and name in READERS
    compared = kind == "exported by an older version" and name in (*COMPARED, "serve")
    return made or read or compared or (name == "serve" and kind in ("locked", "damaged behind it"))


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in BAD for name in NAMES if not is_taken(kind, name)])
def test_every_command_refuses_what_is_no_database_of_ours_and_leaves_it_as_it_is(kind: str, name: str, place: Path) -> None:
    make, remedy = BAD[kind]
    path = place / "bad" / "x.db"
    make(path)
    before = state(place)
    with closing(sqlite3.connect(path if kind == "locked" else ":memory:", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        code, lines = run(name, path)
    assert code == (1 if name == "doctor" else 2), lines
    (line,) = lines
    assert "bad/x.db" in line
    assert re.search(remedy, line), line
    assert state(place) == before


@pytest.mark.parametrize("name", sorted(READERS - {"serve"}))
def test_an_exported_database_is_read_and_not_written(name: str, place: Path) -> None:
    path = place / "bad" / "x.db"
    shutil.copy("exported.db", path)
    before = state(place)
    assert run(name, path)[0] == 0
    assert {name: held for name, held in state(place).items() if name != "a"} == before  # the file that is asked for


# -- permissions --------------------------------------------------------------------------------------------------------


class _Head(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def without_privilege() -> Iterator[None]:
    """Let permissions of files hold for root too: without CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (capset(2), version 3)."""
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("root may write everywhere here")
    libc, head, sets = ctypes.CDLL(None, use_errno=True), _Head(0x20080522, 0), (_Sets * 2)()
    if libc.capget(ctypes.byref(head), sets):
        pytest.skip("root may write everywhere here")
    held = sets[0].effective
    sets[0].effective = held & ~0b110
    libc.capset(ctypes.byref(head), sets)
    try:
        yield
    finally:
        sets[0].effective = held
        libc.capset(ctypes.byref(head), sets)


@contextmanager
def closed(path: Path, file: int, folder: int) -> Iterator[None]:
    path.chmod(file)
    path.parent.chmod(folder)
    try:
        with without_privilege():
            yield
    finally:
        path.parent.chmod(0o755)
        if path.exists():
            path.chmod(0o644)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_says_that_it_may_not_read_the_file(name: str, place: Path) -> None:
    path = place / "bad" / "x.db"
    shutil.copy("good.db", path)
    before = state(place)
    with closed(path, 0, 0o755):
        code, lines = run(name, path)
    assert code == (1 if name == "doctor" else 2), lines
    (line,) = lines
    assert re.search("bad/x.db: cannot be read: Permission denied; make it readable", line), line
    assert state(place) == before


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o555), (0o644, 0o555)], ids=["neither file nor folder", "not the folder"])
@pytest.mark.parametrize("name", ["build", "remove", "speakers rename", "speakers link"])
def test_every_command_that_writes_says_that_it_may_not(name: str, file: int, folder: int, place: Path) -> None:
    path = place / "bad" / "x.db"
    shutil.copy("good.db", path)
    before = state(place)
    with closed(path, file, folder):
        code, lines = run(name, path)
    assert code == 2, lines
    (line,) = lines
    assert re.search(r"bad/x.db: it cannot be (written; make the file and its folder writable|opened; make the file and its "
                     r"folder readable and writable), or choose another", line), line
    assert state(place) == before


@pytest.mark.parametrize("name", [*sorted(READERS - {"serve"}), "show", "doctor", "export", "build"])
def test_what_only_reads_needs_no_right_to_write(name: str, place: Path) -> None:
    path = place / "bad" / "x.db"
    shutil.copy("good.db", path)
    if name == "build":  # with nothing to do
        shutil.rmtree("new")
        shutil.copytree("old", "new")
    with closed(path, 0o444, 0o555):
        code, lines = run(name, path)
    assert code == 0, lines
    assert path.read_bytes() == Path("good.db").read_bytes()


def test_a_database_is_not_made_where_nothing_may_be_written(place: Path) -> None:
    path = place / "bad" / "x.db"
    (place / "bad").chmod(0o555)
    with without_privilege():
        code, lines = run("build", path)
    assert (code, len(lines)) == (2, 1)
    assert "x.db: it cannot be opened; make the file and its folder readable and writable" in lines[0]
    assert [*path.parent.iterdir()] == []


# -- no room ------------------------------------------------------------------------------------------------------------


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: what a full disk does, without one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kib", [0, 1, 8, 100, 400])
def test_a_database_for_which_there_is_no_room_is_not_made(kib: int, place: Path) -> None:
    before = state(place)
    with files_of_at_most(kib * 1024):
        code, lines = run("build", place / "bad" / "x.db")
    assert (code, len(lines)) == (2, 1)
    assert re.search("bad/x.db: the disk .*build again", lines[0]), lines
    assert state(place) == before


def test_a_build_that_has_no_room_leaves_what_was_there(place: Path) -> None:
    path = place / "bad" / "x.db"
    shutil.copy("good.db", path)
    Path("new/b.txt").write_text(OTHER + "\n" + "It rained in Upton. " * 400, encoding="utf-8")
    run("build", place / "other.db")  # what tells languages is unpacked into a file, once
    with files_of_at_most(path.stat().st_size):
        code, lines = run("build", path)
    assert (code, len(lines)) == (2, 1)
    assert re.search("bad/x.db: the disk .*build again", lines[0]), lines
    assert [each.name for each in path.parent.iterdir()] == ["x.db"]
    with closing(write.open_database(path)) as db:
        assert check(db) == []
    assert path.read_bytes() == Path("good.db").read_bytes()


@pytest.mark.parametrize("kib", [0, 100, 400])
def test_an_export_that_has_no_room_leaves_nothing(kib: int, place: Path) -> None:
    before = state(place)
    with files_of_at_most(kib * 1024):
        code, lines = run("export", place / "good.db")
    assert (code, len(lines)) == (2, 1)
    assert re.search("out/public.db: .*(build again|free some space)", lines[0]), lines
    assert state(place) == before


FULL = """
mount -t tmpfs -o size={kib}k none disk || exit 99
test -z "{copied}" || cp good.db disk/x.db
{python} -m quotes build new --db disk/x.db
echo "exit $?"; ls -A disk; test -z "{copied}" || {python} -m quotes doctor --db disk/x.db | grep -v ^ok
"""


@pytest.mark.parametrize(("copied", "left"), [("", []), ("x", ["x.db"])], ids=["no room at all", "too little"])
def test_on_a_full_disk_it_says_so(copied: str, left: list[str], place: Path) -> None:
    kib = Path("good.db").stat().st_size // 1024 + 32 if copied else 300
    (place / "disk").mkdir()
    Path("new/b.txt").write_text(OTHER + "\n" + "It rained in Upton. " * 400, encoding="utf-8")
    script = FULL.format(kib=kib, copied=copied, python=sys.executable)
    try:
        done = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script], text=True, check=False,
                              capture_output=True, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])})
    except OSError:
        pytest.skip("there is no unshare")
    if done.returncode == 99 or "unshare" in done.stderr:
        pytest.skip("no disk of one's own may be mounted here")
    assert done.stdout.splitlines() == ["exit 2", *left]
    told = "disk/x.db: the disk is full; free some space and build again (nothing half-written remains)\n"
    assert done.stderr.endswith(told), done.stderr
    assert done.stderr.count("\n") == 1


# -- nothing is left ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [["--model", "no_such_model"], ["--metadata", "people.csv"]], ids=["model", "metadata"])
@pytest.mark.parametrize("stored", [False, True], ids=["a new one", "one that was there"])
def test_a_build_that_cannot_begin_leaves_no_empty_database(given: list[str], place: Path, *, stored: bool) -> None:
    path = place / "bad" / "x.db"
    if stored:
        shutil.copy("good.db", path)
    before = state(place)
    done = CliRunner().invoke(cli.cli, ["build", "new", "--db", str(path), *given])
    assert done.exit_code in (1, 2)
    assert len(done.output.splitlines()) == 1
    assert state(place) == before


@pytest.mark.parametrize("kind", [kind for kind in BAD if not re.search("missing|locked|dead link|exported", kind)])
def test_an_export_is_not_written_over_what_is_something_else(kind: str, place: Path) -> None:
    target = place / "out" / "public.db"
    BAD[kind][0](target)
    before = state(place)
    code, lines = run("export", place / "good.db")
    assert (code, len(lines)) == (2, 1)
    assert "out/public.db: " in lines[0]
    assert state(place) == before
