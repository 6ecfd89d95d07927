"""Parquet files to articles, batch by batch; needs the extra `parquet`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quotes.errors import IngestError
from quotes.ingest.readers.record import Record, articles_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quotes.ingest.files import InputFile
    from quotes.ingest.options import Context
    from quotes.records import Article, Failure

NAME = "parquet"
BATCH_ROWS = 64


def read(file: InputFile, context: Context) -> Iterator[Article | Failure]:
    """Yield the articles of a Parquet file.

    Raises:
        IngestError: the extra is not installed, or the file is damaged.
    """
    try:
        from pyarrow import ArrowException, parquet  # noqa: PLC0415  an extra
    except ImportError as error:
        raise IngestError(f"{file.origin}: Parquet needs an extra: pip install 'quotetrack[parquet]'") from error
    try:
        with file.open_raw() as stream:
            yield from articles_of(file, _records(parquet.ParquetFile(stream)), context)
    except (ArrowException, OSError) as error:
        raise IngestError(f"{file.origin}: damaged Parquet ({str(error)[:120]}); write it once more") from error


def _records(table: Any) -> Iterator[Record]:
    number = 0
    for batch in table.iter_batches(batch_size=BATCH_ROWS):
        for values in batch.to_pylist():
            number += 1
            yield Record(values=values, number=number, reader=NAME)
