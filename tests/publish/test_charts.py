"""Charts: places of bars follow from the numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quotes.publish import charts

days = st.dictionaries(st.dates().map(str), st.integers(1, 10**6), min_size=1, max_size=40)


@given(days)
def test_every_quote_is_in_a_bar_and_every_bar_in_the_picture(counts: dict[str, int]) -> None:
    chart = charts.timeline("c", "Over time", counts)
    assert chart is not None
    assert sum(bar.count for bar in chart.bars) == sum(counts.values())
    for bar in chart.bars:
        assert (bar.height > 0) is (bar.count > 0)
        assert bar.x >= 0
        assert bar.x + bar.width <= chart.width + 0.1
        assert bar.y >= chart.highest_y - 0.1


def test_days_months_and_years_by_what_fits() -> None:
    def unit(first: str, last: str) -> str:
        chart = charts.timeline("c", "t", {first: 1, last: 1})
        return chart.unit if chart else ""

    assert unit("2024-03-01", "2024-03-20") == "Day"
    assert unit("2024-03-01", "2025-03-20") == "Month"
    assert unit("1990-01-01", "2024-01-01") == "Year"


def test_a_wrong_date_centuries_away_does_not_fill_the_page() -> None:
    chart = charts.timeline("c", "t", {"0202-03-01": 1, "2024-03-20": 5})
    assert chart is not None
    assert [bar.label for bar in chart.bars] == ["0202", "2024"]


def test_what_is_no_date_is_left_out() -> None:
    assert charts.timeline("c", "t", {"soon": 3, "2024-13-45": 1}) is None


def test_shares_fill_the_bar() -> None:
    chart = charts.shares("c", "t", "Form", [("a", 1, None), ("b", 3, None)], colours=["direct", "mixed"])
    assert chart is not None
    assert sum(bar.width for bar in chart.bars) == chart.width
    assert [bar.share for bar in chart.bars] == ["25%", "75%"]
    assert [bar.key for bar in chart.bars] == ["share-direct", "share-mixed"]
    assert charts.shares("c", "t", "Form", [], colours=[]) is None
