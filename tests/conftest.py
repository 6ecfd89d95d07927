"""What tests of several stages share: the seeds, the pipeline, and a database built from the seeds once."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotes import config, pipeline
from quotes.records import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.language import Language

    from quotes.config import Settings
    from quotes.records import Extraction

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--engines`."""
    parser.addoption("--engines", action="store_true", help="run the tests that start clusters, and no others")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the tests that start clusters if they are asked for, and else all others."""
    wanted = bool(config.getoption("--engines"))
    left_out = [item for item in items if (item.get_closest_marker("engines") is not None) != wanted]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five articles."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The defaults, whatever this machine's environment says."""
    return config.load(directory=ROOT / "tests", environ={})


@pytest.fixture(scope="session")
def nlp(settings: Settings) -> Language:
    """The pipeline with its trained language model."""
    return pipeline.load_pipeline(settings)


@pytest.fixture(scope="session")
def seeds_extracted(settings: Settings) -> dict[str, Extraction]:
    """What is found in each of the seeds."""
    with chdir(ROOT):
        found = pipeline.extract(["seeds"], settings=settings)
        return {item.article.id: item for item in found if not isinstance(item, Failure)}


@pytest.fixture(scope="session")
def seeds_db(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Path]:
    """A database built from the seeds, afresh; not to be written to."""
    path = tmp_path_factory.mktemp("built") / "data.db"
    with chdir(ROOT):
        pipeline.build(["seeds"], db=str(path), settings=settings)
    before = path.read_bytes()
    yield path
    assert path.read_bytes() == before, "a test has written to the shared database"


@pytest.fixture(scope="session")
def benchmark_corpus() -> Path:
    """The folder of the benchmark corpus, which may not be distributed with the project."""
    folder = SHARED / "bench"
    if not (folder / "polnear" / "dev.jsonl.gz").is_file():
        pytest.skip("the benchmark corpus is not beside the project (../shared/bench)")
    return folder
