"""Which days a page shows, and which stand before them."""

from __future__ import annotations

from datetime import date

import pytest

from kpis.pages.periods import Period, presets, read_period, twelve_months

TODAY = date(2024, 3, 31)


@pytest.mark.parametrize(
    ("first", "end", "before"),
    [
        (date(2024, 3, 1), date(2024, 4, 1), date(2024, 2, 1)),
        (date(2024, 1, 1), date(2024, 4, 1), date(2023, 10, 1)),
        (date(2024, 1, 1), date(2025, 1, 1), date(2023, 1, 1)),
        (date(2024, 3, 2), date(2024, 3, 12), date(2024, 2, 21)),
    ],
)
def test_the_period_before_is_as_long_and_ends_where_this_begins(first: date, end: date, before: date) -> None:
    assert Period(first, end).before == Period(before, first)


def test_the_presets_of_a_day() -> None:
    assert presets(TODAY) == {
        "30 days": Period(date(2024, 3, 2), date(2024, 4, 1)),
        "90 days": Period(date(2024, 1, 2), date(2024, 4, 1)),
        "Last month": Period(date(2024, 2, 1), date(2024, 3, 1)),
        "Last quarter": Period(date(2023, 10, 1), date(2024, 1, 1)),
        "12 months": Period(date(2023, 4, 2), date(2024, 4, 1)),
    }
    assert twelve_months(TODAY) == Period(date(2023, 4, 1), date(2024, 4, 1))


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"start": "x", "end": "y"},
        {"start": "2024-02-01", "end": "2024-02-01"},
        {"start": "0001-01-01", "end": "0001-02-01"},
        {"start": "9999-01-01", "end": "9999-12-31"},
    ],
)
def test_what_is_no_period_is_the_last_year(query: dict[str, str]) -> None:
    assert read_period(query, TODAY) == presets(TODAY)["12 months"]


def test_a_period_in_the_address_is_shown() -> None:
    period = read_period({"start": "2023-12-24", "end": "2024-01-02"}, TODAY)
    assert (period.title, period.days) == ("24 Dec 2023 – 1 Jan 2024", 9)


def test_a_period_names_every_month_that_it_touches() -> None:
    assert Period(date(2023, 11, 30), date(2024, 2, 2)).months == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert Period(date(2024, 1, 1), date(2024, 2, 1)).months == ["2024-01"]
