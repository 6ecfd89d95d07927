"""Which articles' files are gone from where the inputs of a build lead.

Invariant: when in doubt a file is there. Addresses, tables and standard input are no files; a folder or pattern that gave
nothing may be a disk that is not mounted; what lies elsewhere than the inputs lead is nobody's question.
"""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING

from quotes.ingest import addresses
from quotes.ingest.readers import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NO_FILES = ("-", "stdin")


def gone(origins: Iterable[tuple[str, str]], paths: Iterable[str], failed: Iterable[str]) -> Iterator[str]:
    """Yield the articles that lay where the inputs lead and whose file is there no more.

    Args:
        origins: each article's identifier and origin (`FILE` or `FILE#RECORD`).
        paths: the inputs of the build: files, folders, globs.
        failed: the inputs that could not be used.

    Example:
        >>> list(gone([("a", "no/such/a.txt"), ("b", "https://example.org/b"), ("c", "other/c.txt")], ["no/such/a.txt"], []))
        ['a']
    """
    failed = frozenset(failed)
    used = [path for path in paths if Path(path).as_posix() not in failed or not (Path(path).is_dir() or glob.has_magic(path))]
    folders = [Path(path).resolve() for path in used if Path(path).is_dir()]
    patterns = [os.path.abspath(path) for path in used if path and not Path(path).is_dir()]  # noqa: PTH100  ".." goes, links stay
    for identifier, origin in origins:
        files = [Path(name) for name in (origin, origin.rpartition("#")[0]) if name]
        if origin in NO_FILES or origin.startswith(table.PREFIX) or addresses.has_scheme(origin) or any(
            os.path.lexists(file) for file in files
        ):
            continue
        places = [place for file in files for place in (file.resolve(), file.absolute())]
        if any(place.is_relative_to(folder) for place in places for folder in folders) or any(
            place.match(pattern) for place in places for pattern in patterns
        ):
            yield identifier
