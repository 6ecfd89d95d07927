"""The wheel, installed into a clean environment, works away from the checkout: everything it needs travels with it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
import venv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.install


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution, built from a copy of what is under version control."""
    folder = tmp_path_factory.mktemp("dist")
    checkout = tmp_path_factory.mktemp("source")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, checkout / name)
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `quotes` command of a clean environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=True)
    (wheel,) = built.glob("*.whl")
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "bin" / "quotes"


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder away from the checkout, with the seeds."""
    folder = tmp_path_factory.mktemp("away")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    return folder


def run(command: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "QUOTES_", "VIRTUAL_ENV"))}
    return subprocess.run([command, *arguments], cwd=cwd, capture_output=True, check=False, env=environment, timeout=300)


def test_the_wheel_holds_every_data_file(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    listed = subprocess.run(["git", "ls-files", "quotes"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {name for name in listed.split() if name not in packed} == set()
    assert not [name for name in packed if name.startswith(("tests/", "scripts/", "seeds/"))]


def test_the_source_distribution_builds_the_same(built: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "quotes/cli.py", "quotes/data/defaults.toml"} <= names


@pytest.mark.model
def test_extract_away_from_the_checkout(installed: Path, away: Path) -> None:
    done = run(installed, "extract", "seeds", cwd=away)
    assert done.returncode == 0, done.stderr
    articles = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(articles) == 5
    assert all(article["quotes"] for article in articles)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def server(installed: Path, away: Path) -> Iterator[str]:
    """The address of a database built and served away from the checkout."""
    done = run(installed, "build", "seeds", cwd=away)
    assert done.returncode == 0, done.stderr
    port = free_port()
    log = away / "serve.log"
    with log.open("wb") as stream:
        process = subprocess.Popen([installed, "serve", "--port", str(port)], cwd=away, stderr=stream)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                get(address)
            except OSError:
                assert process.poll() is None, log.read_text()
                time.sleep(0.5)
            else:
                break
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310  our own server
        assert answer.status == 200
        return str(answer.read().decode())


@pytest.mark.model
def test_serve_away_from_the_checkout(server: str, away: Path) -> None:
    assert "Quotes" in get(f"{server}/")
    faceted = get(f"{server}/data/quotes?_facet=form&_facet=speaker_id")
    assert re.search(r"Mevlut Cavusoglu|Mevlüt Çavuşoğlu", faceted)
    rows = json.loads(get(f"{server}/data/speakers.json?_shape=array"))
    assert "Dmitry Peskov" in {row["name"] for row in rows}
    assert not list(away.glob("data.db-*"))
