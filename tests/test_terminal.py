from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import click
from hypothesis import given
from hypothesis import strategies as st

from quotes import terminal
from quotes.publish.text import without_formula
from quotes.records import Act, CharSpan, Form, Kind, MentionKind, Quote, SpeakerType

TEXT = "“We will appeal,” said Ana Ruiz.\n“Never,” said a clerk.\n"
DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def quote(content: str, source: str, speaker: str | None) -> Quote:
    def spans(words: str) -> tuple[CharSpan, ...]:
        start = TEXT.index(words)
        return (CharSpan(start, start + len(words)),)

    return Quote(
        id=f"id-{source}", article_id="a", entity_key=source, kind=Kind.SPEECH, form=Form.DIRECT, content=spans(content),
        source=spans(source), text=content, context=content, source_text=source, speaker=speaker,
        speaker_type=SpeakerType.PERSON, mention=MentionKind.NAME, rule="test",
    )


QUOTES = (quote("“We will appeal,”", "Ana Ruiz", "Ana Ruiz"), quote("“Never,”", "a clerk", None))


@given(st.text())
def test_nothing_dangerous_is_printable(text: str) -> None:
    assert not DANGEROUS.search(terminal.printable(text))
    assert "\n" not in terminal.one_line(text)


def test_ordinary_text_stays_as_it_is() -> None:
    assert terminal.printable("“Çavuşoğlu”\n\tsaid\r\n") == "“Çavuşoğlu”\n\tsaid\n"


def test_plain_articles_have_no_escapes() -> None:
    shown = terminal.article(TEXT, QUOTES, colour=False)
    assert shown.startswith(TEXT.rstrip())
    assert "\x1b" not in shown
    assert "Ana Ruiz (direct, id-Ana Ruiz): “We will appeal”" in shown
    assert "a clerk (direct" in shown


def test_whom_a_pronoun_was_read_as_is_told() -> None:
    pronoun = replace(QUOTES[0], mention=MentionKind.PRONOUN, source_text="She\x1b[2J", role="mayor")
    assert "Ana Ruiz, mayor, read from “She␛[2J” (direct," in terminal.article(TEXT, (pronoun,), colour=False)
    assert "read from" not in terminal.article(TEXT, QUOTES, colour=False)


def test_colours_change_no_word_and_tell_speakers_apart() -> None:
    shown = terminal.article(TEXT, QUOTES, colour=True)
    assert click.unstyle(shown).startswith(TEXT.rstrip())
    assert "\x1b[32m“We will appeal,”" in shown
    assert "\x1b[33m“Never,”" in shown


def test_spans_that_overlap_are_shown_once() -> None:
    twice = (quote("“We will appeal,” said", "Ana Ruiz", "Ana Ruiz"), quote("appeal,” said Ana", "Ruiz", "Ana Ruiz"))
    assert click.unstyle(terminal.article(TEXT, twice, colour=True)).startswith(TEXT.rstrip())


def test_tables_line_up_wide_characters_too() -> None:
    rows = [{"name": "岸田文雄", "quotes": 3}, {"name": "Ana", "quotes": 12}]
    assert terminal.table(rows, ["name", "quotes"]).splitlines() == [
        "name      quotes",
        "岸田文雄       3",
        "Ana           12",
    ]


def test_long_cells_are_cut_and_missing_ones_empty() -> None:
    (_, line) = terminal.table([{"name": "x" * 99, "role": None}], ["name", "role"]).splitlines()
    assert line == "x" * (terminal.MAX_CELL - 1) + "…"


def test_csv_round_trips_and_disarms_formulas() -> None:
    written = terminal.as_csv([{"name": '=1+1,"a"\n', "quotes": -3}], ["name", "quotes"], without_formula)
    assert list(csv.reader(io.StringIO(written))) == [["name", "quotes"], ["'=1+1,\"a\"\n", "-3"]]


def test_a_denial_is_shown_as_one_and_what_leads_to_the_words() -> None:
    denied = replace(QUOTES[0], act=Act.DENY, negated=True, lead="did not\x1b[2J deny")
    assert "Ana Ruiz [not denied] (direct, id-Ana Ruiz) did not␛[2J deny: “We will appeal”" in terminal.article(
        TEXT, (denied,), colour=False)
