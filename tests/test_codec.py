"""Records go into JSON and Parquet and come back equal, and nothing else comes out of there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes import codec, shards
from quotes.records import (
    Alias,
    Article,
    CharSpan,
    Entity,
    Extraction,
    Failure,
    Form,
    Kind,
    KnownInput,
    MentionKind,
    PublishedFrom,
    Quote,
    Role,
    Run,
    SpeakerType,
    Term,
)

if TYPE_CHECKING:
    from pathlib import Path

ARTICLE = Article(id="a", text="“Ja 🌉,” said Çelik.\n", title=None, published="2024-03-01", published_from=PublishedFrom.PAGE)
QUOTE = Quote(
    id="q", article_id="a", entity_key="e", kind=Kind.SPEECH, form=Form.DIRECT, content=(CharSpan(0, 7), CharSpan(8, 9)),
    cue=(CharSpan(8, 12),), text="“Ja 🌉,”", context="“Ja 🌉,” said Çelik.", speaker="Çelik", speaker_type=SpeakerType.PERSON,
    mention=MentionKind.SURNAME, confidence=0.1 + 0.2, speaker_confidence=None, rule="r", roles=("mayor", "father"),
    terms=(Term(term="Ja", weight=1e-17), Term(term="x", weight=1)), negated=True, other_keys=("f",),
)
ENTITY = Entity(key="e", type=SpeakerType.PERSON, name="Çelik",
                aliases=(Alias(alias="Çelik", kind=MentionKind.NAME, mentions=2),),
                roles=(Role(role="mayor", affiliation=None, role_class="official"), Role(role="father")))
EXTRACTION = Extraction(article=ARTICLE, quotes=(QUOTE,), entities=(ENTITY,), furniture=(CharSpan(3, 4),))
RUN = Run(id="r", version="1", model="m", tagger="t", settings="{}")


def as_json(record: Any) -> Any:
    return codec.from_plain(type(record), json.loads(json.dumps(codec.to_plain(record))))


@pytest.mark.parametrize("record", [
    EXTRACTION, Extraction(article=ARTICLE), KnownInput(name="n", sha256="s", reading="r", articles=("a", "b")),
    Failure(origin="o", stage="s", error="e"), RUN,
], ids=["extraction", "no quotes", "known input", "failure", "run"])
def test_a_record_comes_back_equal_by_way_of_json(record: Any) -> None:
    assert as_json(record) == record
    assert repr(as_json(record)) == repr(record)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())), st.floats(allow_nan=False), st.text() | st.none())
def test_any_text_and_number_comes_back(text: str, number: float, title: str | None) -> None:
    record = replace(EXTRACTION, article=replace(ARTICLE, text=text, title=title), quotes=(replace(QUOTE, confidence=number),))
    back = as_json(record)
    assert back == record or any("\ud800" <= letter <= "\udfff" for letter in text)  # two halves of a pair become a letter


@pytest.mark.parametrize("kind", list(shards.Format))
def test_a_shard_gives_back_what_was_written(kind: shards.Format, tmp_path: Path) -> None:
    found = [EXTRACTION, Extraction(article=replace(ARTICLE, id="b")), *[replace(EXTRACTION, furniture=())] * 100]
    size, sha256 = shards.write(tmp_path, "name", kind, found)
    entry = shards.Entry(name="name", origin="o", run=RUN, format=kind, size=size, sha256=sha256)
    assert list(shards.read(tmp_path, entry)) == found
    assert shards.write(tmp_path, "name", kind, found) == (size, sha256)


@pytest.mark.parametrize("value", [
    None, [], {}, {"id": "a"}, {"id": "a", "text": 3}, {"id": "a", "text": "t", "rule": "x"}, {"id": "a", "text": ["t"]},
    {"id": "a", "text": "t", "published_from": "dreams"},
], ids=["nothing", "a list", "empty", "no text", "a number as text", "an unknown field", "a list as text", "an unknown value"])
def test_what_is_no_record_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"Article|is no str|PublishedFrom"):
        codec.from_plain(Article, value)


@pytest.mark.parametrize("spans", [[[0]], [[0, 1, 2]], [["0", 1]], [0], [[True, 1]]], ids=str)
def test_what_is_no_span_is_refused(spans: Any) -> None:
    with pytest.raises(ValueError, match=r"is no|zip"):
        codec.from_plain(Extraction, {"article": codec.to_plain(ARTICLE), "furniture": spans})
