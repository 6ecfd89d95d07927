from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from quotes import cli, review
from quotes.errors import QuotesError, StoreError
from quotes.records import Alias, Article, CharSpan, Entity, Extraction, Form, Kind, MentionKind, Quote, Run, SpeakerType
from quotes.store import read, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

TEXT = "“We will appeal,” said {}."
KNOWN = Path(__file__).parent / "data" / "authority.jsonl"


def extraction(article_id: str, name: str) -> Extraction:
    text = TEXT.format(name)
    quote = Quote(
        id=f"{article_id}q",
        article_id=article_id,
        entity_key="e1",
        kind=Kind.SPEECH,
        form=Form.DIRECT,
        content=(CharSpan(0, 17),),
        text=text[:17],
        context=text,
        speaker=name,
        speaker_type=SpeakerType.PERSON,
        mention=MentionKind.NAME,
        rule="test",
    )
    alias = Alias(alias=name, kind=MentionKind.NAME, mentions=1)
    entity = Entity(key="e1", type=SpeakerType.PERSON, name=name, aliases=(alias,))
    return Extraction(article=Article(id=article_id, text=text), quotes=(quote,), entities=(entity,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data.db"
    run = Run(id="r", version="0", model="m", tagger="rules", settings="{}")
    with closing(write.open_database(str(path), create=True)) as base:
        for article_id, name in (
            ("a1", "Kate Middleton"),
            ("a2", "Catherine Windsor"),
            ("a3", "Mike Pence"),
            ("a4", "Mike Pence"),
        ):
            write.write_extraction(base, extraction(article_id, name), run)
        review.pipeline.resolve(base)
    return path


@pytest.fixture
def base(path: Path) -> Iterator[Database]:
    with closing(write.open_database(str(path))) as base:
        yield base


def speakers_of(base: Database) -> set[str]:
    return {row.name for row in review.listing(base)}


def test_speakers_are_listed_by_quotes_name_and_type(base: Database) -> None:
    assert next(row.name for row in review.listing(base)) == "Mike Pence"
    assert [row.name for row in review.listing(base, name="windsor")] == ["Catherine Windsor"]
    assert review.listing(base, kind="organization") == []


def test_a_speaker_is_shown_with_articles(base: Database) -> None:
    shown = review.show(base, "MIKE PENCE")
    assert [item.article_id for item in shown.appearances] == ["a3", "a4"]


def test_nobody_and_several_are_refused(base: Database) -> None:
    with pytest.raises(StoreError, match="nobody is called"):
        review.show(base, "Ana Ruiz")
    with pytest.raises(QuotesError, match="name two"):
        review.merge(base, "Mike Pence", "Mike Pence", who="x")


def test_merging_makes_one_forwards_the_other_and_can_be_undone(base: Database) -> None:
    old = review.one(base, "Catherine Windsor")
    merged = review.merge(base, "Kate Middleton", "Catherine Windsor", who="ana", reasons="wedding")
    assert review.one(base, "Kate Middleton") == review.one(base, old) == merged
    review.undo(base)
    assert speakers_of(base) == {"Kate Middleton", "Catherine Windsor", "Mike Pence"}
    with pytest.raises(StoreError, match="no decision"):
        review.undo(base)


def test_splitting_takes_articles_away(base: Database) -> None:
    other = review.split(base, "Mike Pence", ["a4"], who="ana")
    assert [item.article_id for item in review.show(base, other).appearances] == ["a4"]
    with pytest.raises(StoreError, match="several"):
        review.one(base, "Mike Pence")
    review.undo(base, who="ana")
    assert len(review.show(base, "Mike Pence").appearances) == 2


def test_splitting_everything_or_elsewhere_is_refused(base: Database) -> None:
    with pytest.raises(StoreError, match="no other article"):
        review.split(base, "Mike Pence", ["a3", "a4"], who="ana")
    with pytest.raises(StoreError, match="does not speak in a1"):
        review.split(base, "Mike Pence", ["a1"], who="ana")


def test_renaming_survives_a_later_decision_and_undo_brings_the_name_before(base: Database) -> None:
    speaker = review.rename(base, "Mike Pence", "Michael Pence", who="ana")
    review.rename(base, speaker, "Governor Pence", who="ben")
    review.undo(base)
    assert review.show(base, speaker).name == "Michael Pence"


def test_keeping_apart_is_kept(base: Database) -> None:
    review.keep_apart(base, "Kate Middleton", "Catherine Windsor", who="ana")
    assert [str(j.judgement) for j in read.judgements(base)] == ["negative"]


def test_an_authority_file_links_and_is_replaced_by_its_next_version(base: Database, tmp_path: Path) -> None:
    assert review.link(base, KNOWN) == review.LinkReport(known=50, linked=1, unsure=0)
    assert review.show(base, "Mike Pence").authority_id
    shorter = tmp_path / KNOWN.name
    shorter.write_text('{"id": "1", "name": "Ana Ruiz"}\n', encoding="utf-8")
    assert review.link(base, shorter) == review.LinkReport(known=1, linked=0, unsure=0)


def test_decisions_survive_a_new_article(base: Database) -> None:
    merged = review.merge(base, "Kate Middleton", "Catherine Windsor", who="ana")
    write.write_extraction(
        base, extraction("a5", "Catherine Windsor"), Run(id="r", version="0", model="m", tagger="rules", settings="{}")
    )
    review.pipeline.resolve(base)
    assert len(review.show(base, merged).appearances) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list"], "Mike Pence"),
        (["show", "Mike Pence"], "called Mike Pence (2)"),
        (["merge", "Kate Middleton", "Catherine Windsor"], "-"),
        (["split", "Mike Pence", "a3"], "mike-pence-"),
        (["rename", "Mike Pence", "Michael Pence"], "mike-pence-"),
        (["link", str(KNOWN)], "50 known; 1 speaker linked to them"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_the_commands_say_what_they_did(path: Path, arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(cli.cli, ["speakers", *arguments, "--db", str(path)])
    assert (done.exit_code, said in done.output) == (0, True), done.output


def test_a_command_that_cannot_says_so_in_a_line(path: Path) -> None:
    done = CliRunner().invoke(cli.cli, ["speakers", "show", "Ana Ruiz", "--db", str(path)])
    assert done.exit_code == 2
    assert "nobody is called" in done.output
    assert "Traceback" not in done.output
