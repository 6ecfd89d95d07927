"""Everything that can go wrong, as one tree of exceptions.

    QuotesError
    ├── ConfigError         a setting, flag or environment variable cannot be used
    ├── IngestError         an input cannot be read as an article
    │   └── NoTextError     an input is left out, though nothing is wrong with it: it has no text, or is in another language
    ├── ModelMissingError   a language model or tagger is not installed
    ├── StoreError          a database cannot be opened, read or written
    │   ├── ArticleError    one article cannot be stored; others can
    │   └── ChangedError    somebody decided something else meanwhile
    └── CorpusError         an evaluation corpus cannot be read

Invariant: a message says what is wrong, where (path, record) and how to remedy it, in one line. Only `cli.py` prints them.
"""

from __future__ import annotations

from typing import ClassVar


class QuotesError(Exception):
    """Base of every error that this package raises on purpose."""


class ConfigError(QuotesError):
    """A setting, flag or environment variable cannot be used."""


class IngestError(QuotesError):
    """An input cannot be read as an article. `stage` is what the rows of `failures` call it."""

    stage: ClassVar[str] = "ingest"


class NoTextError(IngestError):
    """An input is left out, though nothing is wrong with it: it has no text, or is in another language."""

    stage: ClassVar[str] = "skipped"


class ModelMissingError(QuotesError):
    """A language model or tagger is not installed."""


class StoreError(QuotesError):
    """A database cannot be opened, read or written."""


class ArticleError(StoreError):
    """One article cannot be stored; others can."""


class ChangedError(StoreError):
    """Somebody decided something else meanwhile: what was to be stored rests on what is no longer so."""


class CorpusError(QuotesError):
    """An evaluation corpus cannot be read."""
