"""Whatever happens to a database in whatever order, it ends as one that was built at once from what is there at last."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quotes import ids, pipeline
from quotes.records import Alias, Extraction, MentionKind, Resolution, Run, Speaker, StoredEntity
from quotes.store import read, write
from quotes.store.check import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sqlite_utils import Database

RUN = Run(id="run1", version="1.0", model="model 1", tagger="rules", settings="{}")
NAMES = ("Ana Ruiz", "Ana RUIZ", "Bo Łuk", "Bo Luk", "")
SAID = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(["mayor", "Mayor", "an aide", None]),
        st.sampled_from([None, "Türkiye", "Turkiye"]),
        st.sampled_from(["We will go on", "Not one word", "It is over now"]),
    ),
    max_size=4,
)


class Write(NamedTuple):
    article_id: str
    outlet: str
    published: str | None
    said: list[Any]


class Delete(NamedTuple):
    article_id: str


class Resolve(NamedTuple):
    number: int


ARTICLES = st.sampled_from(["a", "b", "c"])
STEPS = st.lists(
    st.one_of(
        st.builds(Write, ARTICLES, st.sampled_from(["News", "NEWS", "Post", ""]),
                  st.sampled_from(["2022-03-29", "2022-04-01T09:00:00Z", None]), SAID),
        st.builds(Delete, ARTICLES),
        st.builds(Resolve, st.integers(1, 5)),
    ),
    min_size=1, max_size=12,
)


def resolve(entities: Iterable[StoredEntity], number: int) -> Resolution:
    """Take entities for so many speakers at most, by a digest of their names: some merges, not always the same."""
    groups: dict[int, list[StoredEntity]] = defaultdict(list)
    for entity in entities:
        groups[int(ids.digest("group", entity.name or entity.id), 16) % number].append(entity)
    speakers, assignments = [], {}
    for members in groups.values():
        names = sorted({member.name or member.description or "nobody" for member in members})
        identifier = ids.named_id("speaker", names[0], len(names))
        assignments |= {member.id: identifier for member in members}
        speakers.append(Speaker(
            id=identifier, name=names[0], type=min(member.type for member in members),
            aliases=tuple(Alias(alias=name, kind=MentionKind.NAME, mentions=1) for name in names)))
    redirects = {f"old-{number}": speakers[0].id} if speakers else {}
    return Resolution(speakers=tuple(speakers), assignments=assignments, redirects=redirects)


def finish(db: Database, number: int) -> None:
    write.apply_resolution(db, resolve(read.entities(db), number))
    write.write_speaker_terms(db, read.speaker_quote_terms(db))
    pipeline.tell(db)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_database_does_not_know_its_past(
    steps: list[Write | Delete | Resolve], tmp_path: Path, extraction_of: Callable[..., Extraction],
    rows_of: Callable[[Path], Any],
) -> None:
    paths = tmp_path / "history.db", tmp_path / "fresh.db"
    for path in paths:
        path.unlink(missing_ok=True)
    history, fresh = (write.open_database(path, create=True) for path in paths)
    at_last: dict[str, Extraction] = {}
    for db in (history, fresh):
        db.conn.execute("PRAGMA synchronous = OFF")
    for step in steps:
        if isinstance(step, Write):
            at_last[step.article_id] = extraction_of(*step)
            write.write_extraction(history, at_last[step.article_id], RUN)
        elif isinstance(step, Delete):
            assert write.delete_article(history, step.article_id) == (at_last.pop(step.article_id, None) is not None)
        else:
            finish(history, step.number)
        faults = check(history)
        if read.stale(history):
            # Speakers whose articles were edited or deleted wait for the next resolution.
            allowed = ("computed anew", "has no quote", "has no article", "made nothing", "is nobody's")
            faults = [fault for fault in faults if not any(words in fault for words in allowed)]
        assert faults == []
    finish(history, 3)
    assert write.write_extractions(fresh, at_last.values(), RUN) == len(at_last)
    finish(fresh, 3)
    assert check(history) == check(fresh) == []
    history.close()
    fresh.close()
    assert rows_of(paths[0]) == rows_of(paths[1])
