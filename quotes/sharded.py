"""Archives beyond one machine: extract shards by an engine into a folder, and load such a folder into a database.

Every input file is a shard. A worker reads it, extracts its articles and writes them beside each other into the folder, which
all workers and the one who started them must see under the same path; what comes back is a name. Loading is done by one
process, in the order in which a build reads files.

Invariants: a second run does only what is missing; the records are those of a single process, whichever engine made them;
the database that a folder fills is the one that `pipeline.build` of the same files makes, and a build after it finds nothing
to do; an input that cannot be used costs no other.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from quotes import engines, pipeline, shards
from quotes.errors import ArticleError, ConfigError, IngestError, QuotesError
from quotes.ingest import articles
from quotes.ingest.files import failure
from quotes.ingest.options import NoMemory, ReadOptions
from quotes.records import Failure
from quotes.shards import Entry, Format
from quotes.store import inputs, read, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlite_utils import Database

    from quotes.config import Settings
    from quotes.engines import Engine
    from quotes.ingest.articles import Planned
    from quotes.pipeline import BuildReport
    from quotes.records import Extraction, KnownInput, Run

ARTICLES_AT_ONCE = 100
"""Articles a transaction of loading holds."""


@dataclass(slots=True, kw_only=True)
class ShardReport:
    """What an extraction did: shards written now, shards that were there already, what all of them hold, what failed."""

    written: int = 0
    unchanged: int = 0
    articles: int = 0
    quotes: int = 0
    failures: list[Failure] = field(default_factory=list)
    skipped: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Count what a shard holds."""
        self.articles += entry.articles
        self.quotes += entry.quotes
        kinds = {articles.SKIPPED: self.skipped, articles.WARNING: self.warnings}
        for each in entry.failures:
            kinds.get(each.stage, self.failures).append(each)

    @property
    def told(self) -> list[Failure]:
        """All that is to be told of inputs."""
        return [*self.failures, *self.warnings, *self.skipped]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One shard to make: all that a worker needs to know. `file` names the input as the worker finds it."""

    name: str
    folder: str
    format: Format
    planned: Planned
    options: ReadOptions
    settings: Settings
    run_id: str


# ---------------------------------------------------------------- extracting


def extract(  # noqa: PLR0913  all but the first by name
    paths: Iterable[str],
    *,
    out: str | Path,
    engine: Engine,
    settings: Settings,
    options: ReadOptions | None = None,
    kind: Format = Format.JSONL,
    on_progress: Callable[[Entry], None] | None = None,
) -> ShardReport:
    """Extract every input file into a shard of its own, those that are there already left as they are.

    Args:
        paths: files, folders and globs.
        out: the folder; made if there is none. What an older version, other settings or older bytes of the same input made in
            it goes when the new is there.
        engine: what spreads the work.
        settings: the model and how to extract.
        options: how to read the inputs.
        kind: what to write.
        on_progress: called with each shard that was written.

    Raises:
        ConfigError: the folder cannot be used, or the engine.
        IngestError: an input is no file, or the table of metadata cannot be read.
        ModelMissingError: a worker has no language model.
        QuotesError: worker processes died, or have another version.
    """
    folder, options, run = Path(out).absolute(), options or ReadOptions(), pipeline.run_of(settings)
    shards.check_format(kind)
    with shards.locked(folder):
        begun = shards.delete_unfinished(folder)
        wanted, lost = _plan(paths, folder, options, kind, run)
        before = {entry.name: entry for entry in shards.entries(folder)}
        due = [name for name in wanted if not _is_done(folder, before.get(name))]
        due.sort(key=lambda name: name in begun)  # what a worker may have died of must not keep others from being done
        tasks = [
            Task(name=name, folder=str(folder), format=kind, planned=_anywhere(wanted[name]), run_id=run.id,
                 options=replace(options, stdin=None, metadata=None), settings=replace(settings, workers=1))
            for name in due
        ]
        for entry in engines.run(engine, make_shard, tasks) if tasks else ():
            if on_progress:
                on_progress(entry)
        _tell_lost(folder, lost, run, kind)
        report = ShardReport(written=len(due), unchanged=len(wanted) - len(due))
        origins = {planned.file.origin for planned in wanted.values()}
        for entry in shards.entries(folder):
            if entry.name in wanted or entry.name == shards.INPUTS:
                report.add(entry)
            elif entry.origin in origins:
                shards.delete(folder, entry)
    return report


def _plan(
    paths: Iterable[str], folder: Path, options: ReadOptions, kind: Format, run: Run
) -> tuple[dict[str, Planned], list[Failure]]:
    """Return the files to read by the names of their shards, and what leads to none."""
    wanted: dict[str, Planned] = {}
    lost: list[Failure] = []
    for item in articles.plan(paths, options=options):
        if isinstance(item, Failure):
            lost.append(item)
            continue
        if item.file.path.absolute().is_relative_to(folder):
            raise ConfigError(f"--out {folder}: lies among the inputs; choose a folder elsewhere")
        try:
            sha256 = item.file.sha256()
        except IngestError as error:
            lost.append(failure(item.file.origin, error))
            continue
        wanted.setdefault(shards.name_of(item.file.origin, sha256, item.reading, run, kind), item)
    return wanted, lost


def _anywhere(planned: Planned) -> Planned:
    """Return a planned file as a process finds it that works in another folder."""
    return replace(planned, file=replace(planned.file, path=planned.file.path.absolute()))


def _is_done(folder: Path, entry: Entry | None) -> bool:
    return entry is not None and not entry.is_broken and shards.is_complete(folder, entry)


def _tell_lost(folder: Path, lost: list[Failure], run: Run, kind: Format) -> None:
    entry = Entry(name=shards.INPUTS, origin="", run=run, format=kind, size=0, sha256="", failures=tuple(lost))
    if lost:
        shards.write_entry(folder, entry)
    else:
        shards.delete(folder, entry)


# ---------------------------------------------------------------- in a worker

_ONE_AT_A_TIME = threading.Lock()
"""Workers of Dask can have several threads, and a pipeline of spaCy serves one."""


@dataclass(slots=True)
class _Known(NoMemory):
    """Keeps what is known of an input that was read whole."""

    read: KnownInput | None = None

    def remember(self, known: KnownInput, origin: str) -> None:  # noqa: ARG002
        self.read = known


@dataclass(slots=True)
class _Counted:
    """Passes extractions on and keeps the failures among them; counts."""

    articles: int = 0
    quotes: int = 0
    failures: list[Failure] = field(default_factory=list)

    def of(self, found: Iterable[Extraction | Failure]) -> Iterator[Extraction]:
        for item in found:
            if isinstance(item, Failure):
                self.failures.append(item)
                continue
            self.articles += 1
            self.quotes += len(item.quotes)
            yield item


def make_shard(task: Task) -> Entry:
    """Extract one input file into its shard; return its entry of the manifest, without what failed.

    Raises:
        ModelMissingError: the language model is not installed.
        QuotesError: this worker has another version than who gave the task, or cannot write the shard.
    """
    run = pipeline.run_of(task.settings)
    if run.id != task.run_id:
        raise QuotesError(f"a worker has another version of quotes or of its model ({run.version}, {run.model}, {run.tagger}); "
                          "install the same everywhere")
    folder, known, counted = Path(task.folder), _Known(), _Counted()
    with _ONE_AT_A_TIME:
        found = articles.read_planned(task.planned, options=task.options, memory=known)
        extracted = counted.of(pipeline.extract_all(found, task.settings, terms=True))
        try:
            size, sha256 = shards.write(folder, task.name, task.format, extracted)
            entry = Entry(
                name=task.name, origin=task.planned.file.origin, run=run, format=task.format, size=size, sha256=sha256,
                articles=counted.articles, quotes=counted.quotes, known=known.read, failures=tuple(counted.failures),
            )
            shards.write_entry(folder, entry)
        except OSError as error:
            raise QuotesError(f"{folder}: a worker cannot write there: {error.strerror}; all must see this folder") from error
    return replace(entry, failures=())


# ---------------------------------------------------------------- loading


def load(
    folder: str | Path, *, db: str | Path, on_progress: Callable[[Extraction | Failure], None] | None = None
) -> BuildReport:
    """Fill a database from a folder of shards, and say who is who over all its articles.

    Args:
        folder: what `extract` made.
        db: the database; made if there is none.
        on_progress: called with each article that was stored or could not be used.

    Raises:
        StoreError: the folder or the database cannot be used.
    """
    folder = Path(folder)
    entries = shards.entries(folder)
    with write.open_to_build(db) as base:
        loading = _Loading(base=base, tell=on_progress or _silent)
        for entry in entries:
            loading.shard(entry, shards.read(folder, entry))
        for run in {entry.run.id: entry.run for entry in entries}.values():
            told, origins = loading.told.get(run.id, []), loading.origins.get(run.id, [])
            files = [known.origin for known in loading.known if known.run_id == run.id]
            write.write_failures(base, told, run, origins=[*origins, *pipeline.told_before(base, files, told)])
        inputs.write_hashes(base, loading.hashes)
        inputs.write_inputs(base, [known.input for known in loading.known])
        pipeline.resolve(base)
        loading.report.not_found = len([*read.corrections_not_found(base), *read.decisions_not_found(base)])
    return loading.report


class _KnownShard(NamedTuple):
    """An input that was read whole, the origin it has in messages, and what read it."""

    input: KnownInput
    origin: str
    run_id: str


@dataclass(slots=True, kw_only=True)
class _Loading:
    """One run over a folder of shards: what was seen, what is to be said of it afterwards."""

    base: Database
    tell: Callable[[Extraction | Failure], None]
    report: BuildReport = field(default_factory=pipeline.BuildReport)
    told: dict[str, list[Failure]] = field(default_factory=dict)
    origins: dict[str, list[str]] = field(default_factory=dict)
    known: list[_KnownShard] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)

    def shard(self, entry: Entry, found: Iterator[Extraction]) -> None:
        """Store a shard's articles, and keep what is to be told of its input."""
        for each in entry.failures:
            self._fail(each, entry.run)
        mine, clashes = [], 0
        while batch := list(islice(found, ARTICLES_AT_ONCE)):
            settled = [self._settled(item) for item in batch]
            kept = [item for item in settled if not isinstance(item, Failure | None)]
            for item in settled:
                if isinstance(item, Failure):
                    clashes += 1
                    self._fail(item, entry.run)
            mine += [item.article.id for item in kept]
            self._write(kept, entry.run)
        if entry.known is not None and not clashes:
            known = replace(entry.known, articles=tuple(mine))
            self.known.append(_KnownShard(known, entry.origin, entry.run.id))

    def _fail(self, fault: Failure, run: Run) -> None:
        self.report.add(fault)
        self.told.setdefault(run.id, []).append(fault)
        self.tell(fault)

    def _settled(self, item: Extraction) -> Extraction | Failure | None:
        """Return what is to be stored: None if the article came before, a failure if its id is another's."""
        article = item.article
        origin = article.origin or article.id
        text, first = self.seen.setdefault(article.id, (article.sha256, origin))
        if first != origin:
            return None if text == article.sha256 else articles.clash(origin, article.id, first)
        stored = read.stored_article(self.base, article.id)
        if stored is None:
            return item
        settled = pipeline.beside_stored(article, stored)
        if isinstance(settled, Failure):
            return settled
        if settled.input_sha256 and settled.input_sha256 != stored.input_sha256:
            self.hashes[article.id] = settled.input_sha256
        return replace(item, article=settled)

    def _write(self, items: list[Extraction], run: Run) -> None:
        """Store articles in one transaction; if one of them cannot be, each in its own."""
        try:
            changed = write.write_each(self.base, items, run)
        except ArticleError as error:
            if len(items) > 1:
                for item in items:
                    self._write([item], run)
                return
            article = items[0].article
            self._fail(Failure(origin=article.origin or article.id, stage="store", error=str(error)), run)
            return
        for item, is_new in zip(items, changed, strict=True):
            self.origins.setdefault(run.id, []).append(item.article.origin or item.article.id)
            self.report.written += is_new
            self.report.unchanged += not is_new
            self.report.quotes += len(item.quotes) if is_new else 0
            self.tell(item)


def _silent(_: Extraction | Failure) -> None:
    """Tell nobody."""
