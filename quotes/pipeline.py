"""The stages in their order: ingest, nlp, store, resolve; in batches, by one process or several, to be taken up again.

Two passes. The first takes articles one by one: each is extracted on its own and stored in one transaction, so that a
build that is killed goes on where it was. The second is over all articles: who is who, and what each speaker talks about.

Invariants: the same articles give the same rows in whatever order, in however many builds and with however many workers;
an article that is stored as it is costs no extraction, nor does one of the very text of another that the same run made; a
build that finds no other loads no model and changes no byte of the database; an input that cannot be used becomes a `Failure`
and costs no other.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from importlib import metadata, resources
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotes import config
from quotes.errors import ArticleError, QuotesError
from quotes.ids import canonical_json, digest
from quotes.ingest import addresses, articles, gone
from quotes.ingest.options import ReadOptions
from quotes.records import Article, Copy, Extraction, Failure, KnownInput, Run
from quotes.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from spacy.language import Language
    from sqlite_utils import Database

    from quotes.config import Settings

log = logging.getLogger(__name__)

RULES = ("nlp", "data", "names.py", "lexicon.py")
"""Where in the package the rules and the word lists stand."""
TAGGER = "data/tagger/"
"""Its files are the run's `tagger`."""
NO_RULES = frozenset({"data/agencies.toml", "data/tables.toml", "data/canned_queries.toml", "data/defaults.toml"})

BATCHES_AHEAD = 3
"""Batches that wait for each worker: enough that none stands idle, few enough that memory stays small."""


@dataclass(slots=True, kw_only=True)
class BuildReport:
    """What a build did: articles stored (new or changed), articles left as they were, quotes stored, failures.

    `skipped` are inputs that were left out though nothing is wrong with them (no text, another language), `warnings` those
    that were read though something may be missing; `kept` are those of the unchanged that another version or setting made;
    `pruned` are articles that were taken out as their file is gone; `not_found` counts people's decisions whose quote, span or
    speaker no article has any more.
    """

    written: int = 0
    unchanged: int = 0
    kept: int = 0
    quotes: int = 0
    pruned: tuple[str, ...] = ()
    not_found: int = 0
    failures: list[Failure] = field(default_factory=list)
    skipped: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)

    def add(self, failure: Failure) -> None:
        """Count an input that could not be used, or not wholly."""
        kinds = {articles.SKIPPED: self.skipped, articles.WARNING: self.warnings}
        kinds.get(failure.stage, self.failures).append(failure)

    @property
    def told(self) -> list[Failure]:
        """All that is to be told of inputs."""
        return [*self.failures, *self.warnings, *self.skipped]


def load_settings(given: Mapping[str, Any]) -> Settings:
    """Return the settings that hold here, those given first.

    Raises:
        ConfigError: a setting cannot be used.
    """
    return config.load(given)


def reading_of(**given: Any) -> ReadOptions:
    """Return how inputs are to be read: any of the fields of `ReadOptions`."""
    return ReadOptions(**given)


def load_pipeline(settings: Settings) -> Language:
    """Return the spaCy pipeline for these settings; the last one is kept.

    Raises:
        ModelMissingError: the language model is not installed.
    """
    return _load_pipeline(replace(settings, workers=1, batch_size=1))  # how many work does not change what they find


@lru_cache(maxsize=1)
def _load_pipeline(settings: Settings) -> Language:
    from quotes import nlp

    return nlp.load_pipeline(settings)


# ---------------------------------------------------------------- one article at a time


def extract_text(text: str | Article, settings: Settings) -> Extraction:
    """Return everything found in one text, without the quotes' key terms.

    Raises:
        IngestError: there is no text, or too much of it.
        ModelMissingError: the language model is not installed.
    """
    article = text if isinstance(text, Article) else articles.from_text(text)
    return _extraction(article, settings, terms=False)


def extract(
    paths: Iterable[str], *, settings: Settings, options: ReadOptions | None = None
) -> Iterator[Extraction | Failure]:
    """Yield what is found in each article of the inputs, and a failure for each that cannot be used.

    Raises:
        IngestError: the table of metadata cannot be read.
        ModelMissingError: the language model is not installed.
    """
    return extract_all(articles.read(paths, options=options), settings)


def extract_all(
    found: Iterable[Article | Failure], settings: Settings, *, terms: bool = False
) -> Iterator[Extraction | Failure]:
    """Yield what is found in each article, in their order, by one process or several; failures pass through.

    Args:
        found: the articles.
        settings: the model, how to extract, and by how many processes.
        terms: whether quotes get their key terms, an eighth of the work: only a database has a place for them.

    Raises:
        ModelMissingError: the language model is not installed.
        QuotesError: a worker process died.
    """
    if settings.workers == 1:
        return (_extract_one(item, settings, terms=terms) for item in found)
    return _extract_by_workers(found, settings, terms=terms)


def _extract_one(item: Article | Failure, settings: Settings, *, terms: bool) -> Extraction | Failure:
    if isinstance(item, Failure):
        return item
    load_pipeline(settings)  # a missing model ends the run, where a bad article does not
    try:
        return _extraction(item, settings, terms=terms)
    except Exception as error:  # whatever an article does to a parser, the others are still to be done
        log.debug("extraction of %s failed", item.origin, exc_info=True)
        reason = " ".join(str(error).split())[:200]
        fault = f"the extraction failed ({type(error).__name__}: {reason}); report this fault of quotes"
        return Failure(origin=item.origin or item.id, stage="extract", error=fault)


def _extraction(article: Article, settings: Settings, *, terms: bool) -> Extraction:
    """Extract one article on its own: in a batch, what one says of another's words could differ in the last digit."""
    from quotes.nlp import pieces

    return pieces.extraction(load_pipeline(settings), article, terms=terms)


def _extract_batch(batch: list[Article | Failure], settings: Settings, *, terms: bool) -> list[Extraction | Failure]:
    return [_extract_one(item, settings, terms=terms) for item in batch]


def _extract_by_workers(
    found: Iterable[Article | Failure], settings: Settings, *, terms: bool
) -> Iterator[Extraction | Failure]:
    items = iter(found)
    executor = ProcessPoolExecutor(settings.workers, mp_context=get_context("spawn"), initializer=_start_worker)
    pending: deque[Any] = deque()
    try:
        while True:
            while len(pending) < settings.workers * BATCHES_AHEAD and (batch := list(islice(items, settings.batch_size))):
                pending.append(executor.submit(_extract_batch, batch, settings, terms=terms))
            if not pending:
                return
            yield from pending.popleft().result()
    except BrokenProcessPool as error:
        for future in pending:  # what others had done already is not lost
            if future.done() and not future.cancelled() and future.exception() is None:
                yield from future.result()
        raise QuotesError(
            "a worker process died (out of memory?); build again to go on from here, with fewer --workers"
        ) from error
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _start_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when its parent has ended, however that came: nobody would ever take its results."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# ---------------------------------------------------------------- into the database


def build(  # noqa: PLR0913  all but the first by name
    paths: Iterable[str],
    *,
    db: str,
    settings: Settings,
    options: ReadOptions | None = None,
    on_progress: Callable[[Extraction | Failure], None] | None = None,
    keep_old: bool = False,
    prune: bool = False,
) -> BuildReport:
    """Read articles, extract what has changed, store it, and say who is who over all articles.

    Args:
        paths: files, folders, globs, addresses, tables of databases, and `-` for standard input.
        db: the database; made if there is none.
        settings: the model and how to extract.
        options: how to read the inputs.
        on_progress: called with each article that was stored or could not be used.
        keep_old: leave unchanged articles that another version or setting made as they are, and count them.
        prune: take out articles that these paths gave once and whose file is gone.

    Raises:
        IngestError: the table of metadata cannot be read.
        ModelMissingError: there is something to extract and the language model is not installed.
        StoreError: the database cannot be used.
    """
    from quotes.store import read, removal, write

    run, paths = run_of(settings), tuple(paths)
    report = BuildReport()
    with write.open_to_build(db) as base:
        memory = _Inputs(base=base)

        def finish(item: Extraction | Failure) -> None:
            _store(base, item, run, report)
            if on_progress:
                on_progress(item)

        changed = _Changed(base=base, run=run, report=report, memory=memory, keep_old=keep_old, finish=finish)
        found = articles.read(paths, options=options, memory=memory)
        due = [article.id for article in read.articles_to_correct(base)]  # people's corrections came or went
        if not keep_old:
            due += [article.id for article in read.articles_to_part(base, run.id) if article.id not in due]
        for item in extract_all(changed.and_due(found, due), settings, terms=True):
            finish(item)
            changed.finish_twins(item)
        for item in extract_all(changed.left(), settings, terms=True):
            finish(item)
        write.write_failures(base, report.told, run, origins=[*changed.origins, *memory.told_before(report.told)])
        memory.store()
        if prune:
            lost = gone.gone(removal.origins(base), paths, (failure.origin for failure in report.failures))
            unseen = [article_id for article_id in lost if article_id not in changed.seen]  # a file that was moved is seen
            report.pruned = removal.remove(base, unseen, corrections=False)
        resolve(base)
        if report.pruned:
            removal.wipe(base)
        report.not_found = len([*read.corrections_not_found(base), *read.decisions_not_found(base)])
    return report


def _store(base: Database, item: Extraction | Failure, run: Run, report: BuildReport) -> None:
    from quotes.store import write

    if isinstance(item, Failure):
        report.add(item)
        return
    try:
        changed = write.write_extraction(base, item, run)
    except ArticleError as error:
        report.failures.append(Failure(origin=item.article.origin or item.article.id, stage="store", error=str(error)))
        return
    if changed:
        report.written += 1
        report.quotes += len(item.quotes)
    else:
        report.unchanged += 1


@dataclass(slots=True, kw_only=True)
class _Inputs:
    """What the database knows of inputs (an `ingest.options.Memory`); new ones are stored when their articles are."""

    base: Database
    read: list[KnownInput] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    changed: dict[str, str] = field(default_factory=dict)

    def input(self, name: str, sha256: str, reading: str) -> KnownInput | None:
        from quotes.store import inputs

        return inputs.find_input(self.base, name, sha256, reading)

    def address(self, url: str) -> KnownInput | None:
        from quotes.store import inputs

        return inputs.find_address(self.base, url)

    def has_article(self, article_id: str) -> bool:
        from quotes.store import inputs

        return inputs.has_article(self.base, article_id)

    def article(self, article_id: str) -> Article | None:
        from quotes.store import read

        self.given.add(article_id)
        return read.stored_article(self.base, article_id)

    def remember(self, known: KnownInput, origin: str) -> None:
        self.read.append(known)
        self.origins.append(origin)

    def told_before(self, told: Iterable[Failure]) -> list[str]:
        """Return what failed before of the inputs that were read now, whole or with the failures that are told now."""
        return told_before(self.base, self.origins, told)

    def store(self) -> None:
        from quotes.store import inputs

        inputs.write_hashes(self.base, self.changed)
        inputs.write_inputs(self.base, self.read)


@dataclass(slots=True, kw_only=True)
class _Changed:
    """Leaves out the articles that the database has as they are, extracted by this very run; counts them.

    Of articles of the very same text the first is extracted; what is found in it is found in the others too, its twins, which
    are finished when it is. `awaited` are the twins of texts that are being extracted, `taken` all articles that are done anew.
    """

    base: Database
    run: Run
    report: BuildReport
    memory: _Inputs
    finish: Callable[[Extraction | Failure], None]
    keep_old: bool = False
    origins: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    awaited: dict[str, list[Article]] = field(default_factory=dict)

    def of(self, found: Iterable[Article | Failure]) -> Iterator[Article | Failure]:
        for item in found:
            checked = item if isinstance(item, Failure) else self._check(item)
            if isinstance(checked, Failure) or (checked is not None and self._is_first(checked)):
                yield checked

    def _is_first(self, article: Article) -> bool:
        """Say whether an article is to be extracted; if not, it is finished, or will be with its twin."""
        from quotes.store import again

        self.taken.add(article.id)
        if article.sha256 in self.awaited:
            self.awaited[article.sha256].append(article)
            return False
        extraction = again.extraction_of_twin(self.base, article, self.run)
        if extraction is None:
            self.awaited[article.sha256] = []
            return True
        self.finish(extraction)
        return False

    def finish_twins(self, item: Extraction | Failure) -> None:
        """Finish the articles that have the very text of one that was extracted."""
        from quotes.store import again

        if isinstance(item, Extraction):
            for article in self.awaited.pop(item.article.sha256, ()):
                self.finish(again.moved(item, article))

    def left(self) -> Iterator[Article]:
        """Yield the articles whose twins could not be extracted: they will not be either, and are to be named."""
        for articles_left in self.awaited.values():
            yield from articles_left

    def and_due(self, found: Iterable[Article | Failure], due: Iterable[str]) -> Iterator[Article | Failure]:
        """Yield what has changed, then the stored articles that are due, but for those that came with a text of their own.

        Workers take items long before their results are stored: what the walk gave must not be read from the database.
        """
        from quotes.store import read

        yield from self.of(found)
        for article_id in due:
            article = None if article_id in self.taken else read.stored_article(self.base, article_id)
            if article is not None:
                yield article

    def _check(self, article: Article) -> Article | Failure | None:
        """Return the article if it is to be extracted, None if it is stored, a failure if its id is another's."""
        from quotes.store import read

        self.seen.add(article.id)
        if article.id not in self.memory.given:  # what is known of an input that is not read again stays
            self.origins.append(article.origin or article.id)
        stored = read.stored_article(self.base, article.id)
        if stored is None:
            return article
        settled = beside_stored(article, stored)
        if isinstance(settled, Failure):
            self.origins.remove(article.origin or article.id)
            return settled
        article = settled
        made_by = read.made_by(self.base, article)
        if made_by == self.run.id or (self.keep_old and made_by is not None):
            self.report.kept += made_by != self.run.id
            if article.input_sha256 and article.input_sha256 != stored.input_sha256:
                self.memory.changed[article.id] = article.input_sha256
            self.report.unchanged += 1
            return None
        return article


def told_before(base: Database, origins: Iterable[str], told: Iterable[Failure]) -> list[str]:
    """Return what failed before of inputs that were read now, whole or with the failures that are told now."""
    from quotes.store import inputs

    files = (failure.origin.rpartition("#")[0] for failure in told)
    return inputs.failed_origins(base, [*origins, *filter(None, files)])


def beside_stored(article: Article, stored: Article) -> Article | Failure:
    """Return an article as it takes the place of a stored one of its id; a failure if that is another file's.

    The same text keeps the origin that it was first read from.
    """
    if stored.sha256 == article.sha256:
        known = article if _is_same_file(stored.origin, article.origin) else stored  # whose bytes its origin has
        return replace(article, origin=stored.origin, input_sha256=known.input_sha256 or article.input_sha256)
    if _is_same_file(stored.origin, article.origin):
        return article
    clash = f"the database has another article with the id {article.id!r} ({stored.origin}); rename the file"
    return Failure(origin=article.origin or article.id, stage="ingest", error=clash)


def _is_same_file(stored: str | None, given: str | None) -> bool:
    """Say whether two origins are one file, named from here or (where that leads nowhere) from another folder."""
    if stored is None or given is None or stored == given:
        return stored == given
    old, new = Path(stored), Path(given)
    if old.resolve() == new.resolve():
        return True
    return not old.exists() and new.resolve().parts[-len(old.parts) :] == old.parts


def resolve(base: Database) -> None:
    """Compute what is over all articles, where articles or people's decisions changed: who is who, terms of speakers."""
    from quotes.resolve import decisions, speakers, terms
    from quotes.store import read, write

    stale = read.stale(base)
    if "speakers" in stale:
        resolution = speakers.resolve(
            read.entities(base), read.judgements(base), renames=read.renames(base), authorities=read.authorities(base)
        )
        write.apply_resolution(base, decisions.retyped(resolution, read.retypes(base)))
    if "terms" in stale:
        write.write_speaker_terms(base, terms.weigh(read.speaker_quote_terms(base)))
    tell(base)


def tell(base: Database) -> None:
    """Tell which articles are copies and which quotes the same words, of what came, went or changed; batch by batch."""
    from quotes.resolve import families, statements
    from quotes.store.families import changed_articles, write_speaker_copies
    from quotes.store.statements import changed_quotes

    told = False
    while True:
        with changed_articles(base, _copy_of, families.marks) as articles_changed:
            if articles_changed is None:
                break
            articles_changed.write(families.tie(articles_changed.added, articles_changed.removed, articles_changed))
            told = True
    while True:
        with changed_quotes(base) as quotes_changed:
            if quotes_changed is None:
                break
            quotes_changed.write(statements.link(quotes_changed.added, quotes_changed.removed, quotes_changed))
            told = True
    if told:
        write_speaker_copies(base)


def _copy_of(article: Article) -> Copy:
    """Return an article as families are made of."""
    from quotes.resolve import families

    return Copy(
        id=article.id, text=article.text, sha256=article.sha256,
        address=addresses.canonical(article.url) if article.url and addresses.is_web_address(article.url) else None,
        agency=families.agency_of(article.text, author=article.author, outlet=article.outlet),
    )


# ---------------------------------------------------------------- what ran


def run_of(settings: Settings) -> Run:
    """Return what makes rows with these settings: it has the same id wherever it runs, and no model is loaded for it."""
    model, tagger = _model_version(settings.model), _tagger_version(settings.tagger)
    extraction = canonical_json(settings.extraction())
    version = f"{VERSION} {_own_rules_digest()}"
    return Run(
        id=digest("run", version, model, tagger, extraction),
        version=version, model=model, tagger=tagger, settings=extraction,
    )


@lru_cache(maxsize=1)
def _own_rules_digest() -> str:
    return rules_digest(resources.files("quotes"))


def rules_digest(package: Traversable) -> str:
    """Return a digest of all that decides what is found beside the models: the rules and the word lists.

    An upgrade that changes either makes another run, whose articles are done again.

    Args:
        package: the folder of the package.
    """
    state = sha256()
    for name in RULES:
        for path, file in _files(package.joinpath(name), name):
            known = path.endswith((".py", ".toml", ".txt", ".json")) and not path.startswith(TAGGER)
            if known and path not in NO_RULES:
                state.update(path.encode() + b"\x00" + file.read_bytes().replace(b"\r\n", b"\n") + b"\x00")
    return state.hexdigest()[:12]


def _files(item: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    if item.is_file():
        yield path, item
    elif item.is_dir():
        for child in sorted(item.iterdir(), key=lambda child: child.name):
            yield from _files(child, f"{path}/{child.name}")


def _model_version(model: str) -> str:
    """Return a language model's name and version, from its package or the `meta.json` in its folder."""
    try:
        return f"{model} {metadata.version(model)}"
    except (metadata.PackageNotFoundError, ValueError):
        pass
    try:
        meta = json.loads((Path(model) / "meta.json").read_text(encoding="utf-8"))
        return f"{meta['lang']}_{meta['name']} {meta['version']}"
    except (OSError, ValueError, KeyError, TypeError):
        return model


@lru_cache(maxsize=1)
def _tagger_version(tagger: str) -> str:
    """Return the tagger's name, with a digest of the network's files: where rules find the quotes, it still finds the names."""
    folder = resources.files("quotes.data").joinpath("tagger")
    if not folder.is_dir():
        return tagger
    state = sha256()
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.is_file() and file.name.endswith((".onnx", ".json", ".npz")):
            state.update(file.name.encode() + b"\x00" + file.read_bytes())
    return f"{tagger} {state.hexdigest()[:12]}"


