"""Authority files into records: lists of known people and bodies as Wikidata, OpenSanctions, newsrooms and others keep them.

Three shapes are read, known by their content: CSV with a header, JSONL with an object a line, and FollowTheMoney (JSONL
with `schema` and `properties`). Columns and keys that are understood, in any case, the first that is there:

    id           id, qid, item, wikidata, key
    name         name, label, itemLabel, caption
    names        aliases, alias, names, altLabel, aka (a list, or text parted by ; or |)
    type         type, schema, kind (person unless it says organisation, company, body, ...)
    positions    positions, position, office (texts, or objects with position, affiliation, since, until)
    description  description, itemDescription, notes

Every other column is an attribute (party, gender, constituency, official ...): its name in small letters, its values as they
are written, several parted by ; or |. What is no word to count by (a name of more than 60 characters, a value of more than
200) is left out and told.

Invariants: nothing is fetched; a line that cannot be used raises an error that names it; order is that of the file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quotes.errors import IngestError
from quotes.ingest import sheet
from quotes.records import NOT_KNOWN, Authority, Position, SpeakerType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

ID_KEYS = ("id", "qid", "item", "wikidata", "key")
NAME_KEYS = ("name", "label", "itemLabel", "caption")
NAMES_KEYS = ("aliases", "alias", "names", "altLabel", "aka", "weakAlias", "previousName")
TYPE_KEYS = ("type", "schema", "kind")
POSITION_KEYS = ("positions", "position", "office")
DESCRIPTION_KEYS = ("description", "itemDescription", "notes", "summary")
KNOWN = frozenset((*ID_KEYS, *NAME_KEYS, *NAMES_KEYS, *TYPE_KEYS, *POSITION_KEYS, *DESCRIPTION_KEYS))
SPELLED = {key.casefold(): key for key in KNOWN}
BODY_WORDS = ("organi", "company", "body", "government", "country", "party", "legalentity", "agency", "institution")
LONGEST_NAME = 60
LONGEST_VALUE = 200
MOST_VALUES = 50
PARTED = re.compile(r"\s*[;|]\s*")
# What a name or value may not hold: it would end a line or turn its direction. Two underscores have a meaning in addresses.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
NAME_PARTS = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplesList:
    """What a file lists, and what of its columns and values was left out and why, a line each."""

    authorities: tuple[Authority, ...]
    left_out: tuple[str, ...] = ()


def read_list(path: Path) -> PeoplesList:
    """Return the known people and bodies of a file.

    Args:
        path: a CSV, JSONL or FollowTheMoney file.

    Raises:
        IngestError: the file or a line of it cannot be used.
    """
    left_out: Counter[str] = Counter()
    found = tuple(_authority(row, where, path.name, left_out) for where, row in _rows(path))
    return PeoplesList(authorities=found, left_out=tuple(
        f"{why} ({number:,} time{'' if number == 1 else 's'})" for why, number in left_out.items()))


def read(path: Path) -> Iterator[Authority]:
    """Yield the known people and bodies of a file.

    Args:
        path: a CSV, JSONL or FollowTheMoney file.

    Raises:
        IngestError: the file or a line of it cannot be used.
    """
    yield from read_list(path).authorities


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each entry with where it stands."""
    try:
        start = path.read_bytes()[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError as error:
        raise IngestError(f"{path}: cannot be read: {error.strerror or error}; check its name and place") from error
    if start.startswith(b"{"):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise IngestError(f"{path}: cannot be read as text: {error}; save it in UTF-8") from error
        yield from _json_lines(text, path)
    else:
        for row in sheet.read(path, KNOWN).rows:
            yield f"{path}: row {row.number}", {name: "; ".join(cells) for name, cells in row.cells.items()}


def _json_lines(text: str, path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (json.JSONDecodeError, RecursionError) as error:
                raise IngestError(f"{path}:{number}: is no JSON object: {error}") from error
            if not isinstance(row, dict):
                raise IngestError(f"{path}:{number}: is no JSON object; write one person a line")
            if isinstance(row.get("properties"), dict):
                row = {**row["properties"], **{key: value for key, value in row.items() if key in KNOWN}}
            yield f"{path}:{number}", {SPELLED.get(str(key).casefold()) or str(key): value for key, value in row.items()}


def _authority(row: Mapping[str, Any], where: str, origin: str, left_out: Counter[str]) -> Authority:
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
        attributes=tuple(dict.fromkeys(_attributes(row, left_out))),
    )


def attribute_name(column: str) -> str:
    """Return what an attribute is called: its column's name in small letters, on one line.

    >>> attribute_name(" MP_since ")
    'mp since'
    """
    return NAME_PARTS.sub(" ", CONTROLS.sub(" ", column)).strip().lower()


def _attributes(row: Mapping[str, Any], left_out: Counter[str]) -> Iterator[tuple[str, str]]:
    """Yield names and values of the columns that are not understood otherwise."""
    for column, value in row.items():
        values = list(_values(value)) if column not in KNOWN else []
        name = attribute_name(column)
        if not values:
            continue
        if not name or len(name) > LONGEST_NAME:
            left_out["a column without a name" if not name else
                     f"column “{name[:LONGEST_NAME]}…”: its name has more than {LONGEST_NAME} characters"] += 1
            continue
        if len(values) > MOST_VALUES:
            left_out[f"column “{name}”: a cell of more than {MOST_VALUES} values, of which the first are kept"] += 1
        for each in values[:MOST_VALUES]:
            if len(each) <= LONGEST_VALUE:
                yield name, each
            else:
                left_out[f"column “{name}”: a value of more than {LONGEST_VALUE} characters"] += 1


def _values(value: object) -> Iterator[str]:
    """Yield the values of a cell, a key or a list: words, numbers, yes and no; what is more than that is passed over."""
    if isinstance(value, bool):
        yield "yes" if value else "no"
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, str):
        parts = (" ".join(CONTROLS.sub(" ", part).split()) for part in PARTED.split(value))
        yield from (part for part in parts if part and part.lower() != NOT_KNOWN)
    elif isinstance(value, list):
        for each in value:
            if not isinstance(each, list):
                yield from _values(each)


def _first(row: Mapping[str, Any], keys: Iterable[str]) -> str:
    return next(iter(_texts(row, keys)), "")


def _texts(row: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    """Return the values of the first key that has any, lists and parted texts taken apart."""
    for key in keys:
        value = row.get(key)
        values = value if isinstance(value, list) else PARTED.split(value) if isinstance(value, str) else []
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
