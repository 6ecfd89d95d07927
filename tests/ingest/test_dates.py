from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.ingest.dates import match_date, normalise_iso


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
        ("2022-03-29T01:30:00+03:00", "2022-03-28T22:30:00Z"),
        ("2022-03-29T01:30:00Z", "2022-03-29T01:30:00Z"),
        ("2022-3-29", None),
        ("29 March 2022", None),
        ("2022-02-30", None),
        ("2022-03-29T99:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
    ],
)
def test_iso_dates_have_one_spelling(given_: str, wanted: str | None) -> None:
    assert normalise_iso(given_) == wanted


@given(st.text(max_size=60))
def test_never_raises(text: str) -> None:
    found = match_date(text)
    if found:
        found.iso(2022)
    normalise_iso(text)


@given(st.dates())
def test_iso_round_trip(day: object) -> None:
    assert normalise_iso(str(day)) == str(day)
