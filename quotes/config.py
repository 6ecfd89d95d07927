"""The settings of a run. The only reader of TOML files and of the environment.

Invariant: flag > environment (`QUOTES_*`) > file (`quotes.toml`) > default (`data/defaults.toml`); nothing is read on
import, and a `Settings` never changes.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import asdict, dataclass, fields
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from quotes.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT_PREFIX = "QUOTES_"
FILE_NAME = "quotes.toml"
TAGGERS = ("learned", "rules")
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run depends on; `data/defaults.toml` describes each field."""

    model: str
    tagger: str
    attitudes: bool
    min_confidence: float
    workers: int
    batch_size: int

    def __post_init__(self) -> None:
        """Refuse values that no run could use."""
        if self.tagger not in TAGGERS:
            raise ConfigError(f"tagger: {self.tagger!r} is unknown; use one of {', '.join(TAGGERS)}")
        if not 0 <= self.min_confidence <= 1:
            raise ConfigError(f"min_confidence: {self.min_confidence} is not between 0 and 1")
        if self.workers < 1 or self.batch_size < 1:
            raise ConfigError("workers and batch_size: use whole numbers from 1")

    def extraction(self) -> dict[str, Any]:
        """Return the settings that change what is found, those that a run is known by."""
        return {
            key: value for key, value in asdict(self).items() if key in ("attitudes", "min_confidence")
        }


def load(flags: Mapping[str, Any] | None = None, *, directory: Path | None = None,
         environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that hold here.

    Args:
        flags: values from the command line or a caller; None values count as not given.
        directory: where a `quotes.toml` may lie; default: the working directory.
        environ: the environment; default: the process's own.

    Raises:
        ConfigError: a key is unknown or a value cannot be used; the message says where it came from.

    Example:
        >>> load({"tagger": "rules"}, environ={}).tagger
        'rules'
    """
    default = tomllib.loads(resources.files("quotes.data").joinpath("defaults.toml").read_text(encoding="utf-8"))
    merged: dict[str, Any] = {}
    path = (directory or Path.cwd()) / FILE_NAME
    given = {key: value for key, value in (flags or {}).items() if value is not None}
    for origin, values in (
        ("defaults.toml", default),
        (str(path), _read_file(path)),
        ("environment", _read_environment(os.environ if environ is None else environ)),
        ("flags", given),
    ):
        merged |= {key: _convert(key, value, origin) for key, value in values.items()}
    return Settings(**merged)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as TOML: {error}") from error


def _read_environment(environ: Mapping[str, str]) -> dict[str, str]:
    known = {field.name for field in fields(Settings)}
    named = {key.removeprefix(ENVIRONMENT_PREFIX).lower(): value for key, value in environ.items()
             if key.startswith(ENVIRONMENT_PREFIX)}
    return {key: value for key, value in named.items() if key in known}


def _convert(key: str, value: Any, origin: str) -> Any:
    wanted = get_type_hints(Settings).get(key)
    if wanted is None:
        known = ", ".join(field.name for field in fields(Settings))
        raise ConfigError(f"{origin}: unknown setting {key!r}; known are {known}")
    try:
        return _parse_bool(value) if wanted is bool else wanted(value)
    except (TypeError, ValueError):
        raise ConfigError(f"{origin}: {key} = {value!r} is not a {wanted.__name__}") from None


def _parse_bool(value: object) -> bool:
    word = str(value).lower()
    if word in TRUE_WORDS | FALSE_WORDS:
        return word in TRUE_WORDS
    raise ValueError(word)
