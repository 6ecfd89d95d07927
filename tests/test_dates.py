from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.dates import Order, match_date, parse_date


@pytest.mark.parametrize(
    "written",
    [
        "2022-03-29",
        "March 29, 2022",
        "Mar. 29, 2022",
        "march 29 2022",
        "29 March 2022",
        "29 Mar 2022",
        "29th of March, 2022",
        "29-Mar-2022",
        "Tuesday, March 29, 2022",
        "Tue, 29 Mar 2022",
        "29/03/2022",
        "03/29/2022",
        "29.03.2022",
        "2022/03/29",
    ],
)
def test_reads_every_common_spelling(written: str) -> None:
    found = match_date(written)
    assert found is not None
    assert found.iso() == "2022-03-29"
    assert found.end == len(written)


@pytest.mark.parametrize(
    "written", ["03/04/2022", "31/31/2022", "29/03/22", "Marching 29, 2022", "2022", "Mayor 5, 2022"]
)
def test_what_is_ambiguous_or_no_date_is_none(written: str) -> None:
    assert match_date(written) is None


def test_same_day_and_month_in_numbers_is_unambiguous() -> None:
    found = match_date("05/05/2022")
    assert found is not None
    assert found.iso() == "2022-05-05"


def test_a_year_is_never_guessed() -> None:
    found = match_date("Mar 29: talks")
    assert found is not None
    assert found.iso() is None
    assert found.iso(2022) == "2022-03-29"


@pytest.mark.parametrize("written", ["June 31, 2022", "2022-02-30", "2022-13-01", "30 February 2024"])
def test_days_that_no_calendar_has(written: str) -> None:
    found = match_date(written)
    assert found is None or found.iso() is None


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        ("2022-03-29", "2022-03-29"),
        (" 2022-03-29 ", "2022-03-29"),
        ("2022-03-29T16:19", "2022-03-29T16:19:00"),
        ("2022-03-29 16:19:30", "2022-03-29T16:19:30"),
        ("2022-03-29T01:30:00Z", "2022-03-29T01:30:00Z"),
        ("2022-3-29", None),
        ("2022-02-30", None),
        ("2022-03-29T99:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
    ],
)
def test_iso_dates_have_one_spelling(given_: str, wanted: str | None) -> None:
    assert parse_date(given_) == wanted


@given(st.text(max_size=60))
def test_never_raises(text: str) -> None:
    found = match_date(text)
    if found:
        found.iso(2022)


@given(st.dates(date(1600, 1, 1), date(2199, 12, 31)))
def test_iso_round_trip(day: object) -> None:
    assert parse_date(str(day)) == str(day)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Fri, 01 Mar 2024 23:30:00 GMT", "2024-03-01T23:30:00Z", id="a feed's"),
        pytest.param("Fri, 01 Mar 2024 23:30:00 -0500", "2024-03-01T23:30:00-05:00", id="a feed's with an offset"),
        pytest.param("Fri, 1 Mar 2024 23:30 EST", "2024-03-01T23:30:00-05:00", id="a feed's with a zone's name"),
        pytest.param("1 March 2024", "2024-03-01", id="day first in words"),
        pytest.param("May 14, 2024", "2024-05-14", id="month first in words"),
        pytest.param("Tuesday, May 14, 2024 at 9:05 p.m.", "2024-05-14T21:05:00", id="with a time of twelve hours"),
        pytest.param("Published: 1 March 2024 09:45", "2024-03-01T09:45:00", id="with a word before it"),
        pytest.param("9:45 am EDT, March 11, 2024", "2024-03-11T09:45:00-04:00", id="time first"),
        pytest.param("1 March 2024, 9:45 BST", "2024-03-01", id="a zone with several meanings"),
        pytest.param("2024-03-01", "2024-03-01", id="iso day"),
        pytest.param("20240301", "2024-03-01", id="iso day without hyphens"),
        pytest.param("2024-03-01T23:30:00-05:00", "2024-03-01T23:30:00-05:00", id="iso stays in its own offset"),
        pytest.param("2024-03-01T23:30:00.123Z", "2024-03-01T23:30:00Z", id="iso with parts of a second"),
        pytest.param("2024-03-01 23:30:00 +0100", "2024-03-01T23:30:00+01:00", id="iso with spaces"),
        pytest.param("2024-03-01 23:30:00+00", "2024-03-01T23:30:00+00:00", id="a database's"),
        pytest.param("2024-03-01T23:30", "2024-03-01T23:30:00", id="iso without seconds"),
        pytest.param("2024-03-01T23:30:00EET", "2024-03-01T23:30:00+02:00", id="iso with a zone's name"),
        pytest.param("2024-03-01T23:30:00 IST", "2024-03-01", id="iso with a zone of several meanings"),
        pytest.param("29/03/2024", "2024-03-29", id="numbers that one order reads"),
        pytest.param("03/04/2024", None, id="numbers that two orders read"),
        pytest.param("2024-13-01", None, id="no such month"),
        pytest.param("31 June 2024", None, id="no such day"),
        pytest.param("2024-03-01T25:00:00Z", None, id="no such hour"),
        pytest.param("1 March", None, id="no year"),
        pytest.param("yesterday", None, id="no date"),
        pytest.param("1 March 2024 was a fine day", None, id="a sentence"),
        pytest.param("", None, id="nothing"),
        pytest.param("9" * 5000, None, id="digits"),
        pytest.param("2024-03-01" + " " * 5000, None, id="too long"),
        pytest.param("٢٠٢٤-٠٣-٠١", None, id="other digits"),
    ],
)
def test_a_date_is_kept_as_printed(text: str, found: str | None) -> None:
    assert parse_date(text) == found


@pytest.mark.parametrize(
    ("text", "order", "found"),
    [
        ("03/04/2024", "day-first", "2024-04-03"),
        ("03/04/2024", "month-first", "2024-03-04"),
        ("3.4.2024 18:05", "day-first", "2024-04-03T18:05:00"),
        ("29/03/2024", "month-first", "2024-03-29"),
        ("2024-03-04", "day-first", "2024-03-04"),
    ],
)
def test_numbers_are_read_in_the_stated_order(text: str, order: Order, found: str | None) -> None:
    assert parse_date(text, order=order) == found


@given(st.text(max_size=60))
def test_any_text_gives_a_date_or_none(text: str) -> None:
    found = parse_date(text)
    assert found is None or parse_date(found) == found
