"""Any text whatever: nothing is raised, and all that is found slices to what is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quotes.records import Article, CharSpan, Entity, Extraction, Form, Kind, MentionKind, Quote, SpeakerType
from scripts.measure import fuzz

if TYPE_CHECKING:
    from quotes.config import Settings

PIECES = st.sampled_from([*fuzz.MARKS, *fuzz.ODD, *fuzz.WORDS, *fuzz.GLUE, "Ana Ruiz", "We will appeal, ", "it rained. "])
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join))
RIGHT = Extraction(
    article=Article(id="a", text="“No,” said Ana."),
    quotes=(
        Quote(
            id="q", article_id="a", entity_key="e1", kind=Kind.SPEECH, form=Form.DIRECT, content=(CharSpan(0, 5),), text="“No,”",
            cue=(CharSpan(6, 10),), cue_text="said", source=(CharSpan(11, 14),), source_text="Ana", context="“No,” said Ana.",
            speaker="Ana", speaker_type=SpeakerType.PERSON, mention=MentionKind.NAME, rule="test", confidence=0.9,
        ),
    ),
    entities=(Entity(key="e1", type=SpeakerType.PERSON, name="Ana"),),
)


@pytest.mark.model
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_any_text_is_extracted_and_every_promise_is_kept(text: str, settings: Settings) -> None:
    assert not fuzz.check(text, settings)


@pytest.mark.model
@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_any_text_can_come_from_any_kind_of_file(kind: str, settings: Settings) -> None:
    assert fuzz.check_file(f"“We will appeal,” said Ana Ruiz. {fuzz.ODD}{fuzz.MARKS}", kind, settings) == []


def test_a_number_and_a_seed_make_one_text() -> None:
    assert fuzz.text_of(1, 7) == fuzz.text_of(1, 7) != fuzz.text_of(2, 7)
    assert all(len(fuzz.text_of(1, number)) <= max(fuzz.LONGEST) for number in range(50))


def test_what_keeps_every_promise_has_no_fault() -> None:
    assert fuzz.faults_of(RIGHT) == []


@pytest.mark.parametrize("changed", [
    {"content": (CharSpan(0, 99),)}, {"content": (CharSpan(3, 3),)}, {"content": (CharSpan(1, 5),)}, {"cue_text": "says"},
    {"source": (CharSpan(11, 14), CharSpan(9, 10))}, {"context": "another text"}, {"confidence": 1.5}, {"entity_key": "e2"},
    {"content": (), "text": ""},
], ids=["beyond the text", "empty", "not what is stored", "another cue", "out of order", "a context from elsewhere", "too sure",
        "nobody's", "without content"])
def test_a_broken_promise_is_told(changed: dict[str, object]) -> None:
    broken = replace(RIGHT.quotes[0], **changed)  # type: ignore[arg-type]
    assert fuzz.faults_of(replace(RIGHT, quotes=(broken,))) != []
