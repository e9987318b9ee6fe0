"""Targets by arithmetic: there and back gives what one began with, intervals hold what they should, parts add up exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.intervals import wilson
from kpis.agreed.arithmetic import CERTAIN, Rate, brought, needed, product
from kpis.agreed.comparing import ratio_of_counts
from kpis.agreed.splitting import split

weights = st.dictionaries(
    st.sampled_from(["north", "south", "east", "west", ""]), st.decimals(-5, 10_000, places=3), min_size=1, max_size=5
)


@given(st.decimals(0, 10**9, places=2), weights, st.sampled_from([Decimal(1), Decimal("0.01")]))
def test_the_parts_add_up_exactly_and_lie_within_a_unit_of_their_share(
    total: Decimal, of: dict[str, Decimal], step: Decimal
) -> None:
    parts = split(total, of, step)
    assert list(parts) == list(of)
    assert sum(parts.values()) == total
    sizes = {key: max(weight, Decimal(0)) for key, weight in of.items()}
    whole = sum(sizes.values())
    for place, (key, part) in enumerate(parts.items()):
        share = total * sizes[key] / whole if whole else total / len(of)
        assert abs(part - share) < (step if place else 2 * step) + Decimal("1e-9")


def test_remainders_go_to_the_largest_and_ties_to_the_earlier() -> None:
    assert split(Decimal(10), {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)}, Decimal(1)) == {
        "a": 4,
        "b": 3,
        "c": 3,
    }
    assert split(Decimal(10), {"a": Decimal(14), "b": Decimal(17), "c": Decimal(69)}, Decimal(1)) == {
        "a": 1,
        "b": 2,
        "c": 7,
    }
    assert split(Decimal("0.05"), {"a": Decimal(0), "b": Decimal(0)}, Decimal("0.01")) == {
        "a": Decimal("0.03"), "b": Decimal("0.02")
    }  # fmt: skip
    assert split(Decimal(5), {}, Decimal(1)) == {}


def a_rate(part: int, whole: int) -> Rate:
    low, high = wilson(part, whole)
    assert low is not None
    return Rate(part / whole, low, high)


def test_one_rate_keeps_its_own_interval() -> None:
    rate = a_rate(12, 40)
    found = product([CERTAIN, rate, CERTAIN])
    assert (found.value, found.low, found.high) == pytest.approx((rate.value, rate.low, rate.high))


def test_two_rates_are_less_certain_than_one_and_more_than_both_limits_together() -> None:
    rates = [a_rate(12, 40), a_rate(6, 12)]
    found = product(rates)
    assert found.value == pytest.approx(0.15)
    assert rates[0].low * rates[1].low < found.low < 0.15 * rates[0].low / rates[0].value
    assert found.high is not None
    assert found.high < (rates[0].high or 0) * (rates[1].high or 0)


def test_back_and_forward_agree() -> None:
    rates = [a_rate(30, 100), a_rate(10, 30), Rate(1000.0, 800.0, 1200.0)]
    leads = needed(100_000.0, rates)
    assert leads.value is not None
    assert brought(leads.value, rates).value == pytest.approx(100_000.0)
    assert leads.low is not None
    assert leads.high is not None
    assert leads.low < leads.value < leads.high


def test_a_step_that_nobody_made_has_no_way_back_and_an_open_end_forward() -> None:
    rates = [a_rate(0, 20), a_rate(5, 10)]
    assert needed(10.0, rates).value is None
    assert brought(100.0, rates).value == 0


def test_twice_as_many_of_a_few_may_be_chance_and_of_many_is_not() -> None:
    few, many = ratio_of_counts(3, 6, 90, 90), ratio_of_counts(300, 600, 90, 90)
    assert few is not None
    assert few[0] < 1
    assert many is not None
    assert many[0] > 1
    assert many[1] is not None
    assert 1.7 < many[0] < 2 < many[1] < 2.4
    assert ratio_of_counts(0, 0, 90, 90) is None
    anew = ratio_of_counts(0, 5, 90, 90)
    assert anew is not None
    assert anew[0] == pytest.approx(1.30, abs=0.01)
    assert anew[1] is None
