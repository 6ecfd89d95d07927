"""Authority files into records: lists of known people and bodies as Wikidata, OpenSanctions and others export them.

Three shapes are read, known by their content: CSV with a header, JSONL with an object a line, and FollowTheMoney (JSONL
with `schema` and `properties`). Columns and keys that are understood, the first that is there:

    id           id, qid, item, wikidata, key
    name         name, label, itemLabel, caption
    names        aliases, alias, names, altLabel, aka (a list, or text parted by ; or |)
    type         type, schema, kind (person unless it says organisation, company, body, ...)
    positions    positions, position, office (texts, or objects with position, affiliation, since, until)
    description  description, itemDescription, notes

Invariants: nothing is fetched; a line that cannot be used raises an error that names it; order is that of the file.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

from quotes.errors import IngestError
from quotes.records import Authority, Position, SpeakerType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

ID_KEYS = ("id", "qid", "item", "wikidata", "key")
NAME_KEYS = ("name", "label", "itemLabel", "caption")
NAMES_KEYS = ("aliases", "alias", "names", "altLabel", "aka", "weakAlias", "previousName")
TYPE_KEYS = ("type", "schema", "kind")
POSITION_KEYS = ("positions", "position", "office")
DESCRIPTION_KEYS = ("description", "itemDescription", "notes", "summary")
BODY_WORDS = ("organi", "company", "body", "government", "country", "party", "legalentity", "agency", "institution")
LARGEST_FIELD = 1_000_000


def read(path: Path) -> Iterator[Authority]:
    """Yield the known people and bodies of a file.

    Args:
        path: a CSV, JSONL or FollowTheMoney file.

    Raises:
        IngestError: the file or a line of it cannot be used.
    """
    for number, row in enumerate(_rows(path), 1):
        yield _authority(row, f"{path}:{number}", origin=path.name)


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise IngestError(f"{path}: cannot be read as text: {error}") from error
    if text.lstrip().startswith("{"):
        yield from _json_lines(text, path)
    else:
        yield from _table(text, path)


def _table(text: str, path: Path) -> list[dict[str, Any]]:
    limit = csv.field_size_limit(LARGEST_FIELD)
    try:
        return list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise IngestError(f"{path}: not CSV ({error}); check its quotation marks") from error
    finally:
        csv.field_size_limit(limit)  # it holds for the whole process


def _json_lines(text: str, path: Path) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise IngestError(f"{path}:{number}: is no JSON object: {error}") from error
            if not isinstance(row, dict):
                raise IngestError(f"{path}:{number}: is no JSON object; write one person a line")
            yield {**row.get("properties", {}), **row} if isinstance(row.get("properties"), dict) else row


def _authority(row: Mapping[str, Any], where: str, *, origin: str) -> Authority:
    identifier = _first(row, ID_KEYS).rsplit("/", 1)[-1]
    every = [*_texts(row, NAME_KEYS), *(name for key in NAMES_KEYS for name in _texts(row, (key,)))]
    if not identifier or not every:
        raise IngestError(
            f"{where}: has no id or no name; name the columns {' or '.join(ID_KEYS)}, and {' or '.join(NAME_KEYS)}"
        )
    kind = _first(row, TYPE_KEYS).lower()
    body = any(word in kind for word in BODY_WORDS)
    return Authority(
        id=identifier,
        name=every[0],
        type=SpeakerType.ORGANIZATION if body else SpeakerType.PERSON,
        description=_first(row, DESCRIPTION_KEYS) or None,
        origin=origin,
        names=tuple(dict.fromkeys(every[1:])),
        positions=tuple(_positions(row)),
    )


def _first(row: Mapping[str, Any], keys: Iterable[str]) -> str:
    return next(iter(_texts(row, keys)), "")


def _texts(row: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    """Return the values of the first key that has any, lists and parted texts taken apart."""
    for key in keys:
        value = row.get(key)
        values = value if isinstance(value, list) else re.split(r"\s*[;|]\s*", value) if isinstance(value, str) else []
        texts = [text.strip() for text in values if isinstance(text, str) and text.strip()]
        if texts:
            return texts
    return []


def _positions(row: Mapping[str, Any]) -> Iterator[Position]:
    for key in POSITION_KEYS:
        value = row.get(key)
        for item in value if isinstance(value, list) else []:
            if isinstance(item, dict) and item.get("position"):
                fields = {name: str(item.get(name) or "") for name in ("position", "affiliation", "since", "until")}
                yield Position(**fields)
    for text in _texts(row, POSITION_KEYS):
        yield Position(position=text)
