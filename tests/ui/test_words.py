"""How numbers, spans and moments are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from alignment.ui import words

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (0, "0"), (999, "999"), (1234567, "1,234,567")])
def test_counts_have_separators(value: int | None, text: str) -> None:
    assert words.count(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (0.0, "0.0 %"), (0.12345, "12.3 %"), (1.0, "100.0 %")])
def test_shares_are_percent(value: float | None, text: str) -> None:
    assert words.percent(value) == text


@pytest.mark.parametrize(
    ("amount", "currency", "whole", "exact"),
    [
        (None, "EUR", "–", "–"),
        (Decimal("1234.5"), "EUR", "€1,234", "€1,234.50"),
        (Decimal(-20), "USD", "−$20", "−$20.00"),
        ("7", "CHF", "7 CHF", "7.00 CHF"),
    ],
)
def test_money_names_its_currency(amount: Decimal | str | None, currency: str, whole: str, exact: str) -> None:
    assert (words.money(amount, currency), words.exact_money(amount, currency)) == (whole, exact)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"), (0, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (5400, "1.5 h"), (86_400, "24 h"), (172_800, "2 days"),
        (302_400, "3.5 days"), (-7200, "−2 h"),
    ],
)  # fmt: skip
def test_spans_use_the_largest_unit_that_says_it(seconds: int | None, text: str) -> None:
    assert words.span(seconds) == text


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(seconds=30), "just now"), (timedelta(minutes=1), "1 minute ago"), (timedelta(hours=5), "5 hours ago"),
        (timedelta(hours=30), "yesterday"), (timedelta(days=12), "12 days ago"), (timedelta(days=59), "1 month ago"),
        (timedelta(days=800), "2 years ago"), (timedelta(days=-3), "in 3 days"),
    ],
)  # fmt: skip
def test_how_long_ago_is_said_in_words(before: timedelta, text: str) -> None:
    assert words.since(NOW - before, NOW) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (61, "1 min 1 s"), (299, "4 min 59 s"), (301, "5 min"), (3_599, "59 min"),
        (3_600, "1 h"), (8_040, "2 h 14 min"), (172_799, "47 h 59 min"), (172_800, "2 days"), (273_600, "3 days 4 h"),
        (-8_040, "2 h 14 min"),
    ],
)  # fmt: skip
def test_what_a_countdown_says(seconds: float, text: str) -> None:
    assert words.left(seconds) == text
