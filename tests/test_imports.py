"""Imports point down: cli -> pipeline -> stages -> what all share; and heavy or foreign things stay where they belong."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "quotes"
MODULES = sorted(PACKAGE.rglob("*.py"))
STAGES = ("ingest", "nlp", "resolve", "store", "publish")
SHARED = {"records", "errors", "ids", "config", "dates", "lexicon", "names", "said", "wording", "data", "version"}
TOP = {"cli", "cli_correct", "cli_speakers", "cli_upkeep", "correcting", "upkeep", "review", "review_access", "review_queue",
       "review_quotes", "review_sheet", "review_site", "trial", "try_site", "pipeline", "__main__", "terminal"}
TOP |= {"codec", "engines", "shards", "sharded"}
# What a part of the package must not know, whatever its module.
FOREIGN = {
    "ingest": {"spacy", "textacy", "sqlite3", "sqlite_utils"},
    "nlp": {"sqlite3", "sqlite_utils", "datasette"},
    "resolve": {"spacy", "sqlite3", "sqlite_utils"},
    "store": {"spacy", "textacy", "click", "datasette"},
    "publish": {"spacy", "textacy"},
    "evaluate": {"spacy", "textacy", "sqlite3", "sqlite_utils"},
    "cli": {"spacy", "textacy", "sqlite3", "sqlite_utils", "datasette"},
    "cli_speakers": {"spacy", "textacy", "sqlite3", "sqlite_utils", "datasette"},
    "cli_upkeep": {"spacy", "textacy", "sqlite3", "sqlite_utils", "datasette"},
    "cli_correct": {"spacy", "textacy", "sqlite3", "sqlite_utils", "datasette"},
    "correcting": {"spacy", "sqlite3", "datasette", "click"},
    "upkeep": {"spacy", "datasette", "click"},
    "review": {"spacy", "sqlite3", "datasette", "click"},
    "review_sheet": {"spacy", "sqlite3", "datasette", "click"},
    "pipeline": {"spacy", "sqlite3", "datasette", "click"},
    "codec": {"*"},
    "shards": {"spacy", "sqlite3", "sqlite_utils", "datasette", "click", "joblib"},
    "sharded": {"spacy", "sqlite3", "datasette", "click", "joblib"},
    "engines": {"spacy", "sqlite3", "sqlite_utils", "datasette", "click"},
    "records": {"*"},
    "errors": {"*"},
    "said": {"*"},
    "config": {"*"},
}

# What Datasette documents, and so may be imported anywhere; all else that we know of it is in one file.
DATASETTE = {
    "hookimpl", "app.Datasette", "database.Database", "facets.ArrayFacet", "facets.ColumnFacet", "facets.DateFacet",
    "filters.FilterArguments", "utils.actor_matches_allow", "utils.tilde_decode", "utils.tilde_encode", "utils.asgi.BadRequest",
    "utils.asgi.Forbidden", "utils.asgi.NotFound", "utils.asgi.Request", "utils.asgi.Response",
}
INSIDE = PACKAGE / "publish" / "datasette_inside.py"

EXCEPTED = {"ingest/readers/table.py": {"sqlite3"}}


def part_of(module: Path) -> str:
    relative = module.relative_to(PACKAGE).with_suffix("")
    return relative.parts[0]


def imports(module: Path) -> set[str]:
    """Return the full names of what a module imports anywhere, but for what only a type checker sees."""
    found: set[str] = set()
    for node in _running(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _running(tree: ast.AST) -> list[ast.AST]:
    nodes: list[ast.AST] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        nodes += [node, *_running(node)]
    return nodes


def own(names: set[str]) -> set[str]:
    """Return the parts of this package among imported names."""
    return {name.split(".")[1] for name in names if name.startswith("quotes.")} - {"__version__"}


def allowed(part: str) -> set[str]:
    if part == "publish":  # the store is the ground that it stands on
        return SHARED | {part, "store"}
    if part in STAGES or part == "evaluate":
        return SHARED | {part}
    return {
        "__init__": {"pipeline", "version"},
        "__main__": {"cli"},
        "cli": SHARED | TOP | set(STAGES),
        "cli_correct": SHARED | {"correcting", "terminal", "store"},
        "cli_speakers": {"review", "review_sheet", "terminal", "store", "errors"},
        "cli_upkeep": {"upkeep", "terminal", "store"},
        "upkeep": SHARED | set(STAGES) | {"pipeline"},
        "review": SHARED | set(STAGES) | {"pipeline"},
        "review_sheet": SHARED | set(STAGES) | {"pipeline", "review"},
        "trial": SHARED | {"pipeline", "ingest"},
        "try_site": SHARED | {"trial", "review_access", "publish"},
        "review_queue": SHARED | {"review", "review_access", "store", "publish"},
        "correcting": SHARED | {"pipeline", "review", "store"},
        "review_access": {"publish", "store"},
        "review_quotes": SHARED | {"correcting", "review", "review_access", "store", "publish"},
        "review_site": SHARED | {"review", "review_access", "review_quotes", "store", "publish"},
        "pipeline": SHARED | set(STAGES),
        "codec": set(),
        "engines": {"errors"},
        "shards": SHARED | {"codec"},
        "sharded": SHARED | {"pipeline", "engines", "shards", "ingest", "store"},
        "terminal": {"records", "said"},
        "names": {"lexicon"},
        "records": {"ids", "said"},
        "said": set(),
        "config": {"errors"},
    }.get(part, SHARED)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(module: Path) -> None:
    part = part_of(module)
    assert own(imports(module)) <= allowed(part)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_foreign_things_stay_where_they_belong(module: Path) -> None:
    foreign = FOREIGN.get(part_of(module), set())
    third = {name.split(".")[0] for name in imports(module)} - {"quotes"}
    foreign = foreign - EXCEPTED.get(str(module.relative_to(PACKAGE)), set())
    if foreign == {"*"}:
        assert third <= set(sys.stdlib_module_names)
    else:
        assert not third & foreign


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_datasette_does_not_document_is_known_in_one_file(module: Path) -> None:
    known = {name.removeprefix("datasette.") for name in imports(module) if name.split(".")[0] == "datasette"}
    assert known <= DATASETTE or module == INSIDE


def loaded_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_next_to_nothing() -> None:
    loaded = loaded_by("import quotes")
    assert not {"spacy", "textacy", "numpy", "sqlite_utils", "datasette", "click"} & loaded


def test_the_command_line_starts_without_the_heavy_things() -> None:
    loaded = loaded_by("import quotes.cli, quotes.pipeline")
    assert not {"spacy", "textacy", "numpy", "datasette", "sqlite_utils"} & loaded


def test_no_module_has_a_getattr_of_its_own() -> None:
    for module in MODULES:
        names = {node.name for node in ast.parse(module.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}
        assert "__getattr__" not in names, module


def _known(module: Path) -> set[str]:
    """Return the modules of the package that a module names in an import, those for a type checker too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in NAMES else node.module for name in inside}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & NAMES.keys()


def _name(module: Path) -> str:
    parts = module.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {_name(module): module for module in MODULES}


def test_no_module_knows_one_that_knows_it() -> None:
    assert _circles({name: _known(module) - {name} for name, module in NAMES.items()}) == set()


def test_the_rule_extractor_stands_apart() -> None:
    assert [name for name, module in NAMES.items() if "quotes.nlp.find.rules" in _known(module)] == []


def _circles(known: dict[str, set[str]]) -> set[frozenset[str]]:
    """Return the groups of modules each of which reaches the others of its group."""
    reach = {name: set(others) for name, others in known.items()}
    for middle, beyond in reach.items():
        for others in reach.values():
            if middle in others:
                others.update(beyond)
    return {frozenset(other for other in others if name in reach[other]) for name, others in reach.items() if name in others}
