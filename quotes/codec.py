"""Records to plain values and back without loss: what JSON and Parquet can hold is what records are made of.

A record becomes an object of its fields, a tuple a list, a span the list of its two numbers, a member of an enumeration its
value. The types of the fields say how to read them back, so that no value names a type and nothing is ever run or unpickled.

Invariant: `from_plain(kind, to_plain(record)) == record` for every record of `quotes.records` made of these types, also by way
of JSON or Parquet; what is no such record is a `ValueError` that says where it differs.
"""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def to_plain(record: Any) -> Any:
    """Return a record as objects, lists, strings, numbers, truth values and None.

    >>> from quotes.records import Alias, MentionKind
    >>> to_plain(Alias(alias="Ana Ruiz", kind=MentionKind.NAME, mentions=2))
    {'alias': 'Ana Ruiz', 'kind': 'name', 'mentions': 2}
    """
    if isinstance(record, Enum):
        return record.value
    if isinstance(record, tuple | list):
        return [to_plain(item) for item in record]
    if is_dataclass(record):
        kind: Any = type(record)
        return {name: to_plain(getattr(record, name)) for name in _names(kind)}
    return record


def from_plain(kind: type[T], value: Any) -> T:
    """Return the record that a plain value is.

    Args:
        kind: the record's class.
        value: what `to_plain` made of it.

    Raises:
        ValueError: it is no such record.
    """
    which: Any = kind
    record: T = _reader(which)(value)
    return record


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def parts(kind: Any) -> tuple[Any, bool]:
    """Return a field's type without `| None`, and whether None is allowed."""
    if get_origin(kind) in (Union, UnionType):
        (only,) = (part for part in get_args(kind) if part is not NoneType)
        return only, True
    return kind, False


def members(kind: Any) -> dict[str, Any]:
    """Return the types of a record's fields, in their order."""
    hints = get_type_hints(kind)
    return {name: hints[name] for name in _names(kind)}


def layout(kind: Any) -> Any:
    """Return what a record's plain values look like: two versions with equal ones read each other's.

    >>> from quotes.records import Failure
    >>> layout(Failure)
    {'origin': 'str', 'stage': 'str', 'error': 'str'}
    """
    plain, _ = parts(kind)
    if is_dataclass(plain):
        return {name: layout(hint) for name, hint in members(plain).items()}
    if get_origin(plain) is tuple:
        return [layout(get_args(plain)[0])]
    return plain.__name__


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Return what reads values of a type."""
    plain, optional = parts(kind)
    if optional:
        read = _reader(plain)
        return lambda value: None if value is None else read(value)
    if is_dataclass(kind):
        return _record_reader(kind)
    if get_origin(kind) is tuple:
        return _tuple_reader(get_args(kind)[0])
    if hasattr(kind, "_fields"):
        return _span_reader(kind)
    if issubclass(kind, Enum):
        member: Callable[[Any], Any] = kind
        return member
    return _scalar_reader(kind)


def _record_reader(kind: Any) -> Callable[[Any], Any]:
    readers = {name: _reader(hint) for name, hint in members(kind).items()}
    needed = {field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING}

    def read(value: Any) -> Any:
        if not isinstance(value, dict) or value.keys() - readers.keys() or needed - value.keys():
            raise ValueError(f"no {kind.__name__} of this version: {str(value)[:80]!r}")
        return kind(**{name: readers[name](part) for name, part in value.items()})

    return read


def _tuple_reader(item: Any) -> Callable[[Any], Any]:
    reader = _reader(item)

    def read(value: Any) -> Any:
        return tuple(map(reader, _listed(value)))

    return read


def _span_reader(kind: Any) -> Callable[[Any], Any]:
    readers = [_reader(hint) for hint in get_type_hints(kind).values()]

    def read(value: Any) -> Any:
        return kind(*(reader(part) for reader, part in zip(readers, _listed(value), strict=True)))

    return read


def _scalar_reader(kind: Any) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is kind or (kind is float and type(value) is int):
            return value
        raise ValueError(f"{str(value)[:80]!r} is no {kind.__name__}")

    return read


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{str(value)[:80]!r} is no list")  # noqa: TRY004  all that is wrong with a value is one error
    return value
