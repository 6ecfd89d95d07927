"""Quotes: who said what, in which role, when and in which outlet's words.

    import quotes

    for quote in quotes.extract("“We will appeal,” said Ana Ruiz, the mayor."):
        print(quote.speaker, quote.role, quote.text)

    quotes.build(["seeds"], db="data.db")
    nlp = quotes.load_pipeline()  # a spaCy Language; doc._.quotes holds the records

Importing this package loads no model and reads no file; each function imports what it needs when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quotes.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from spacy.language import Language

    from quotes.pipeline import BuildReport
    from quotes.records import Article, Extraction, Failure, Quote

__version__ = VERSION
__all__ = ["__version__", "build", "extract", "load_pipeline"]


def extract(text: str | Article, **settings: Any) -> tuple[Quote, ...]:
    """Return the quotes of one text, in its order.

    Args:
        text: plain text, or an `Article`.
        settings: any of `model`, `tagger`, `attitudes`, `min_confidence`; what is not given comes from the environment,
            `quotes.toml` or the defaults.

    Raises:
        ConfigError: a setting cannot be used.
        IngestError: there is no text, or too much of it.
        ModelMissingError: the language model is not installed.

    Example:
        >>> [(quote.speaker, quote.role) for quote in extract("“We will appeal,” said Ana Ruiz, the mayor.")]
        [('Ana Ruiz', 'mayor')]
    """
    from quotes import pipeline

    return pipeline.extract_text(text, pipeline.load_settings(settings)).quotes


def build(
    paths: Iterable[str | Path],
    *,
    db: str | Path = "data.db",
    metadata: str | Path | None = None,
    reading: Mapping[str, Any] | None = None,
    on_progress: Callable[[Extraction | Failure], None] | None = None,
    **settings: Any,
) -> BuildReport:
    """Read articles, extract their quotes, say who is who, and store it all; what has not changed costs no extraction.

    Args:
        paths: files, folders (searched), globs, addresses or `table:FILE.db/TABLE`.
        db: the database; made if there is none.
        metadata: a table to use in the place of the `articles.csv` beside the files.
        reading: any of `language` ("en" or "any"), `columns` (of records, by field), `allow_private`, `delay` (seconds).
        on_progress: called with each article that was extracted or could not be used.
        settings: any of `model`, `tagger`, `attitudes`, `min_confidence`, `workers`, `batch_size`.

    Returns:
        What was done; inputs that could not be used are its `failures`, and cost no other.

    Raises:
        QuotesError: a setting, the table of metadata, the language model or the database cannot be used.
    """
    from quotes import pipeline

    options = pipeline.reading_of(**{**(reading or {}), "metadata": None if metadata is None else str(metadata)})
    return pipeline.build(
        map(str, paths), db=str(db), settings=pipeline.load_settings(settings), options=options, on_progress=on_progress
    )


def load_pipeline(**settings: Any) -> Language:
    """Return a spaCy pipeline whose Docs know their quotes: `nlp(text)._.quotes`.

    Args:
        settings: any of `model`, `tagger`, `attitudes`, `min_confidence`.

    Raises:
        ConfigError: a setting cannot be used.
        ModelMissingError: the language model is not installed.
    """
    from quotes import pipeline

    return pipeline.load_pipeline(pipeline.load_settings(settings))
