"""Gold standards as records: quotations with their spans, speakers and roles.

Two formats are read: one quotation a line beside a folder of texts (the seeds), and one article a line with its text and
quotations (PolNeAR, converted). Invariant: every span lies inside its article's text; what does not is refused with file
and line.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from quotes.errors import CorpusError
from quotes.records import CharSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuote:
    """A quotation that people marked; `counted` is False for those that neither count nor cost."""

    article_id: str
    content: tuple[CharSpan, ...]
    cue: tuple[CharSpan, ...] = ()
    source: tuple[CharSpan, ...] = ()
    form: str = ""
    speaker: str | None = None
    speaker_type: str = ""
    mention: str = ""
    roles: tuple[str, ...] = ()
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldName:
    """A speaker and the names that are accepted for it."""

    speaker: str
    aliases: tuple[str, ...]
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotQuote:
    """A stretch that must not be taken for a quotation, and why."""

    article_id: str
    span: CharSpan
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """Hand-made gold of a few articles, exhaustive: quotations, accepted names, and stretches that are none."""

    texts: Mapping[str, str]
    quotes: tuple[GoldQuote, ...]
    names: tuple[GoldName, ...]
    not_quotes: tuple[NotQuote, ...]

    def only(self, article: str) -> Seeds:
        """Return the gold of one article; names are accepted as in all."""
        return replace(
            self,
            texts={article: self.texts[article]},
            quotes=tuple(quote for quote in self.quotes if quote.article_id == article),
            not_quotes=tuple(stretch for stretch in self.not_quotes if stretch.article_id == article),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldArticle:
    """An article of a corpus with its quotations."""

    id: str
    text: str
    quotes: tuple[GoldQuote, ...]


def read_seeds(gold: Path, texts: Path, *, half: str | None = None) -> Seeds:
    """Read articles whose every quote is annotated, such as the seeds.

    Args:
        gold: the folder of `quotes.jsonl`, `speakers.jsonl` or `names.jsonl` (a name a line, or an article with its
            `speakers`) and `not_quotes.jsonl`.
        texts: the folder of the articles, `ID.txt`.
        half: only the articles of this half, by the `articles.jsonl` of the gold; of the others not even the quotes are read.

    Raises:
        CorpusError: a file cannot be read, or a span lies outside its article.
    """
    try:
        by_id = {path.stem: path.read_bytes().decode("utf-8") for path in sorted(texts.glob("*.txt"))}
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{texts}: cannot be read: {error}") from error
    others: set[str] = set()
    if half is not None:
        others = {row["id"] for _, row in read_lines(gold / "articles.jsonl") if row["half"] != half}
    names = next((path for name in ("speakers", "names") if (path := gold / f"{name}.jsonl").is_file()), gold / "speakers.jsonl")
    return Seeds(
        texts={name: text for name, text in by_id.items() if name not in others},
        quotes=tuple(
            _quote(row, row["article"], by_id, where)
            for where, row in read_lines(gold / "quotes.jsonl")
            if row["article"] not in others
        ),
        names=tuple(_names(row for _, row in read_lines(names) if row.get("id") not in others)),
        not_quotes=tuple(
            NotQuote(article_id=row["article"], span=CharSpan(*row["span"]), why=row.get("why") or row.get("reason", ""))
            for _, row in read_lines(gold / "not_quotes.jsonl")
            if row["article"] not in others
        ),
    )


def read_speakers(folder: Path) -> Seeds:
    """Read a sample of a corpus whose speakers were annotated afterwards: `dev.jsonl` and `dev-articles.jsonl`.

    Raises:
        CorpusError: a file cannot be read, or a span lies outside its article.
    """
    articles = [row for _, row in read_lines(folder / "dev-articles.jsonl")]
    texts = {row["id"]: row["text"] for row in articles}
    quotes = tuple(_quote(row, row["article"], texts, where) for where, row in read_lines(folder / "dev.jsonl"))
    return Seeds(texts=texts, quotes=quotes, names=tuple(_names(articles)), not_quotes=())


def _names(rows: Iterable[Mapping[str, Any]]) -> Iterator[GoldName]:
    for row in rows:
        for name in row.get("speakers", [row]):
            yield GoldName(
                speaker=name["speaker"], aliases=tuple(name["aliases"]), type=name.get("type") or name.get("speaker_type") or ""
            )


def read_corpus(path: Path) -> Iterator[GoldArticle]:
    """Yield the articles of a corpus of one article a line (`.jsonl` or `.jsonl.gz`).

    Raises:
        CorpusError: the file cannot be read, or a span lies outside its article.
    """
    for where, row in read_lines(path):
        texts = {row["id"]: row["text"]}
        quotes = tuple(_quote(quote, row["id"], texts, where) for quote in row["quotes"])
        yield GoldArticle(id=row["id"], text=row["text"], quotes=quotes)


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (file:line, object) for each line of a JSONL file.

    Raises:
        CorpusError: the file cannot be read or a line is no JSON object.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield f"{path}:{number}", json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise CorpusError(f"{path}: cannot be read: {error}") from error


def _quote(row: Mapping[str, Any], article_id: str, texts: Mapping[str, str], where: str) -> GoldQuote:
    if article_id not in texts:
        raise CorpusError(f"{where}: article {article_id!r} has no text")
    length = len(texts[article_id])
    return GoldQuote(
        article_id=article_id,
        content=_spans(row["content"], length, where),
        cue=_spans(row.get("cue") or (), length, where),
        source=_spans(row.get("source") or (), length, where),
        form=row.get("form") or "",
        speaker=row.get("speaker"),
        speaker_type=row.get("speaker_type") or "",
        mention=row.get("mention") or "",
        roles=tuple(row.get("roles") or ()),
        counted=row.get("level") != "optional" and not row.get("ambiguous"),
    )


def _spans(pairs: Any, length: int, where: str) -> tuple[CharSpan, ...]:
    spans = tuple(CharSpan(*pair) for pair in pairs)
    if any(not 0 <= start < end <= length for start, end in spans):
        raise CorpusError(f"{where}: a span lies outside the text of {length} characters")
    return spans
