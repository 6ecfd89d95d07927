from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.ingest.header import is_furniture, read_header

SEEDS = Path(__file__).parents[2] / "seeds"
BODY = "The two sides met again on Tuesday, officials said, and they will go on talking on December 9, 2019 or so."


@pytest.mark.parametrize(
    ("seed", "title", "published"),
    [
        ("000", "Big breakthrough: Putin-Zelenskyy meeting possible after Istanbul talks", None),
        ("001", "Russia-Ukraine war: Moscow plays down hopes for 'breakthrough' in peace talks", "2022-03-30"),
        ("002", "Turkey says Russia-Ukraine peace talks made 'most meaningful progress' so far", "2022-03-29"),
        ("003", "Turkey says Russia-Ukraine talks in Istanbul mark most significant progress yet", None),
        ("004", "Ukraine war: Istanbul talks fail to clinch ceasefire between Russia and Ukraine", None),
    ],
)
def test_reads_the_seeds(seed: str, title: str, published: str | None) -> None:
    (path,) = SEEDS.glob(f"{seed}_*.txt")
    header = read_header(path.read_text(encoding="utf-8"))
    assert header.title is not None
    assert header.title.split(", but")[0] == title
    assert header.published == published
    assert header.author is None


@pytest.mark.parametrize(
    "line",
    [
        "Updated: March 29, 2022, 4:19 PM",
        "Published on 29 March 2022",
        "date 2022-03-29",
        "Date: 29.03.2022",
        "First published: Tuesday, 29 March 2022 at 16:19 GMT",
        "March 29, 2022",
        "Tue, 29 Mar 2022 19:00:00 GMT",
        "Published 18:30 EST, 29 March 2022 | Updated 09:10 EST, 30 March 2022",
        "Updated March 30, 2022 • Published March 29, 2022",
        "By Ana Ruiz | March 29, 2022 4:19 PM IST",
        "29/03/2022",
    ],
)
def test_lines_that_state_the_date(line: str) -> None:
    assert read_header(f"Talks end without a result\n{line}\n\n{BODY}").published == "2022-03-29"


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        f"Talks end without a result\n\n{BODY}\n\nMarch 29, 2022\n",
        f"Talks end without a result\n03/04/2022\n{BODY}",
        f"Talks end without a result\nIstanbul, Mar 29: {BODY}",
        "Published on 29 March 2022 in the journal, the study finds that most of the people who took part were well.",
        f"Talks end\n{BODY}\nUpdated: March 29, 2022\nUpdated: March 30, 2022",
        f"{BODY}\nMarch 29, 2022 was the day on which the talks ended, she said, and nobody there had expected it.",
    ],
    ids=[
        "a date in a sentence",
        "a bare date after the story",
        "an ambiguous date",
        "a dateline without a year",
        "a sentence that begins like a label",
        "two stories' labels after the story",
        "a sentence that begins with a date",
    ],
)
def test_dates_that_are_not_of_publication(text: str) -> None:
    assert read_header(text).published is None


@pytest.mark.parametrize(
    "dateline",
    ["ISTANBUL, March 29, 2022 (Reuters) - ", "PARIS (AFP) - March 29, 2022 - ", "New Delhi, 29 March 2022: "],
)
def test_a_dateline_with_its_year(dateline: str) -> None:
    assert read_header(dateline + BODY).published == "2022-03-29"


def test_a_copyright_line_gives_the_dateline_its_year() -> None:
    text = f"Talks end without a result\nIstanbul, Mar 29: {BODY}\n© 2022 The Daily Star. All rights reserved."
    header = read_header(text)
    assert (header.published, header.outlet) == ("2022-03-29", "The Daily Star")


def test_published_wins_over_updated() -> None:
    text = f"Talks end without a result\nUpdated: March 30, 2022\nPublished: March 29, 2022\n{BODY}"
    assert read_header(text).published == "2022-03-29"


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("Why you can trust The Daily Star", "Daily Star"),
        ("This article was originally published by The Daily Star.", None),
        ("Newspaper: secretary used own telephone", None),
        ("Copyright © 2022 Daily Star Ltd. All rights reserved", "Daily Star"),
        ("Publisher: The Daily Star", "The Daily Star"),
        ("The Daily Star said on Monday that it was sorry", None),
        ("Reuters was unable to verify the numbers.", None),
    ],
)
def test_outlets_from_clear_signs_only(line: str, outlet: str | None) -> None:
    assert read_header(f"{BODY}\n{line}\n").outlet == outlet


def test_two_outlets_are_none() -> None:
    assert read_header(f"{BODY}\n© 2022 Daily Star\n© 2022 Morning Post\n").outlet is None


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ana Ruiz", "Ana Ruiz"),
        ("by Ana Ruiz and John van der Berg", "Ana Ruiz and John van der Berg"),
        ("By Ana Ruiz, Associated Press", "Ana Ruiz"),
        ("By Çiğdem Şahin | March 29, 2022", "Çiğdem Şahin"),
        ("By the river they sat down", None),
        ("By George", None),
    ],
)
def test_bylines(line: str, author: str | None) -> None:
    assert read_header(f"Talks end without a result\n{line}\n\n{BODY}").author == author


@pytest.mark.parametrize(
    ("above", "title"),
    [
        (["Advertisement", "Talks end without a result"], "Talks end without a result"),
        (
            ["Sign up to our daily newsletter", "Talks end without a result", "By Ana Ruiz"],
            "Talks end without a result",
        ),
        (
            ["World news and more", "Talks end without a result", "Talks end without a result"],
            "Talks end without a result",
        ),
        (["Markets rally"], "Markets rally"),
        (["Home", "Markets rally"], None),
        (["Markets rally again", "By Jo Lee", "March 1, 2024"], "Markets rally again"),
        (["• The bank cut its rate", "- Stocks rose on Monday"], None),
        (["\ufeffTalks end without a result"], "Talks end without a result"),
        ([], None),
    ],
    ids=[
        "after furniture",
        "furniture of many words",
        "repeated line",
        "short",
        "short among others",
        "short above a byline",
        "bullets",
        "BOM",
        "none",
    ],
)
def test_titles(above: list[str], title: str | None) -> None:
    assert read_header("\n".join([*above, "", BODY])).title == title


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("Super ad hits candidate on violence.", "Super ad hits candidate on violence"),
        ("“We will appeal,” said Ana Ruiz.", None),
        ("It rained. Nobody came.", None),
        ("And so on...", None),
    ],
)
def test_a_first_line_with_a_full_stop_alone_above_the_story(first: str, title: str | None) -> None:
    assert read_header(f"{first}\n\n{BODY}").title == title
    assert read_header(f"{first}\n{BODY}").title is None


def test_a_lone_sentence_is_no_title() -> None:
    assert read_header("“We will appeal,” said Ana Ruiz, the mayor.").title is None
    assert read_header("The mayor will appeal").title is None


def test_furniture() -> None:
    assert is_furniture("Advertisement")
    assert not is_furniture(BODY)


@given(st.text())
def test_never_raises(text: str) -> None:
    header = read_header(text)
    assert header.title is None or header.title in text


@pytest.mark.parametrize(
    "text",
    [
        "A " * 500_000,
        "." * 1_000_000,
        "\n" * 500_000,
        "By A-" * 200_000,
        " " * 999_999 + "x",
        "date 2022-03-29 " * 60_000,
    ],
    ids=["words", "stops", "lines", "bylines", "spaces", "dates"],
)
def test_a_million_characters_take_no_time(text: str) -> None:
    start = time.process_time()
    read_header(text)
    assert time.process_time() - start < 2
