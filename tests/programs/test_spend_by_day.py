"""Spend is spread evenly by day, to the smallest unit of its currency, and never a cent more or less."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alignment.money import MINOR_UNITS
from alignment.programs.models import Spend
from alignment.programs.selectors import spend_by_day

pytestmark = pytest.mark.django_db
FIRST = date(2024, 2, 27)


def spread(amount: Decimal, currency: str, days: int) -> list[Decimal]:
    """With a pencil: one unit after the other, from the first day on, until nothing is left."""
    unit = Decimal(1).scaleb(-MINOR_UNITS.get(currency, 2))
    units = int(amount.quantize(unit, rounding=ROUND_HALF_EVEN) / unit)
    piles = [0] * days
    whole, rest = divmod(abs(units), days)
    for day in range(days):
        piles[day] = whole + (1 if day < rest else 0)
    return [(pile if units >= 0 else -pile) * unit for pile in piles]


@pytest.mark.parametrize(
    ("amount", "currency", "days", "expected"),
    [
        ("10.00", "EUR", 3, ["3.34", "3.33", "3.33"]),
        ("-10.00", "EUR", 3, ["-3.34", "-3.33", "-3.33"]),
        ("100", "JPY", 3, ["34", "33", "33"]),
        ("1", "KWD", 3, ["0.334", "0.333", "0.333"]),
        ("0.02", "USD", 4, ["0.01", "0.01", "0", "0"]),
        ("0.125", "EUR", 1, ["0.12"]),
        ("0.135", "EUR", 1, ["0.14"]),
        ("-0.125", "EUR", 1, ["-0.12"]),
        ("0", "EUR", 2, ["0", "0"]),
    ],
)
def test_the_first_days_get_what_is_left(amount: str, currency: str, days: int, expected: list[str]) -> None:
    Spend.objects.create(
        starts_on=FIRST, ends_on=FIRST + timedelta(days=days - 1), amount=Decimal(amount), currency=currency
    )
    found = list(spend_by_day())
    assert [one.amount for one in found] == [Decimal(text) for text in expected]
    assert [one.day for one in found] == [FIRST + timedelta(days=n) for n in range(days)]
    assert spread(Decimal(amount), currency, days) == [Decimal(text) for text in expected]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    entries=st.lists(
        st.tuples(
            st.decimals(-(10**6), 10**6, places=4), st.sampled_from(["EUR", "JPY", "KWD"]), st.integers(0, 40), st.integers(1, 40)
        ),
        max_size=6,
    ),
    start=st.integers(0, 50),
    days=st.integers(0, 50),
)  # fmt: skip
def test_any_spend_in_any_period_is_what_a_pencil_says(
    entries: list[tuple[Decimal, str, int, int]], start: int, days: int
) -> None:
    Spend.objects.all().delete()
    begin, end = FIRST + timedelta(days=start), FIRST + timedelta(days=start + days)
    expected: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for amount, currency, offset, length in entries:
        first = FIRST + timedelta(days=offset)
        last = first + timedelta(days=length - 1)
        entry = Spend.objects.create(starts_on=first, ends_on=last, amount=amount, currency=currency)
        for n, part in enumerate(spread(amount, currency, length)):
            if begin <= first + timedelta(days=n) < end:
                expected[entry.pk, first + timedelta(days=n)] = part
    assert {(one.spend_id, one.day): one.amount for one in spend_by_day(begin, end)} == expected
