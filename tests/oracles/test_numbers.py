"""Are percentiles, limits of rates and survival curves what a pencil makes of them?"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from tests.oracles.percentiles import (
    MEDIAN,
    UPPER_QUARTER,
    UPPER_TENTH,
    percentile,
    percentile_seconds,
    round_half_up,
)
from tests.oracles.shares import share, wilson
from tests.oracles.survival import Wait, survival


def seconds(*numbers: float) -> list[timedelta]:
    return [timedelta(seconds=number) for number in numbers]


def test_type_7_lies_between_its_neighbours() -> None:
    # Ranks of 10, 20, 30, 40 are 0..3: the median has rank 1.5, the 75th 2.25, the 90th 2.7.
    numbers = [40, 10, 30, 20]
    assert percentile(numbers, MEDIAN) == 25
    assert percentile(numbers, UPPER_QUARTER) == Fraction("32.5")
    assert percentile(numbers, UPPER_TENTH) == 37


def test_percentiles_of_none_one_and_two() -> None:
    assert percentile([], MEDIAN) is None
    assert percentile_seconds([], MEDIAN) is None
    assert percentile_seconds(seconds(7), UPPER_TENTH) == 7
    assert percentile_seconds(seconds(0, 10), UPPER_TENTH) == 9


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [((0, 1), 1), ((2, 3), 3), ((0, 0.999998), 0), ((0, 0.999999), 0), ((0, 1.000001), 1)],
)
def test_half_a_second_is_rounded_up(lengths: tuple[float, float], expected: int) -> None:
    # The medians are 0.5, 2.5, 0.499999, 0.4999995 and 0.5000005 seconds.
    assert percentile_seconds(seconds(*lengths), MEDIAN) == expected


def test_half_up_means_up_below_zero_too() -> None:
    assert [round_half_up(Fraction(n, 2)) for n in (-3, -1, 0, 1, 3)] == [-1, 0, 0, 1, 2]


def test_wilson_at_half_of_ten() -> None:
    # z2 = 3.8414588; (0.5 + 0.19207) / 1.38415 = 0.5; half width 1.959964 sqrt(0.025 + 0.0096036) / 1.38415.
    limits = wilson(5, 10)
    assert limits is not None
    assert limits.low == pytest.approx(0.2365930905, abs=1e-10)
    assert limits.high == pytest.approx(0.7634069095, abs=1e-10)


def test_wilson_at_the_ends_is_exactly_zero_and_one() -> None:
    none, every = wilson(0, 10), wilson(10, 10)
    assert none is not None
    assert every is not None
    # High at 0 of n is z2 / (n + z2) = 3.8414588 / 13.8414588.
    assert (none.low, every.high) == (0.0, 1.0)
    assert none.high == pytest.approx(0.2775327998, abs=1e-10)
    assert every.low == pytest.approx(0.7224672002, abs=1e-10)


def test_nothing_tried_has_no_rate_and_no_limits() -> None:
    assert wilson(0, 0) is None
    assert share(0, 0) is None
    assert share(1, 3) == 1 / 3


def waits(*told: tuple[int, bool]) -> list[Wait]:
    return [Wait(timedelta(days=days), made) for days, made in told]


def test_kaplan_meier_by_hand() -> None:
    # The remission times of Freireich and others (1963), in every textbook:
    # 6  6  6  6+ 7  9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+   (+ is cut off)
    made = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    cut = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
    told = [(day, True) for day, n in made.items() for _ in range(n)]
    told += [(day, False) for day, n in cut.items() for _ in range(n)]
    curve = survival(waits(*told))
    assert (curve.at_risk, curve.events) == (21, 9)
    # At risk before each event: 21, 17, 15, 12, 11, 7, 6.
    s = [Fraction(18, 21)]
    for events, at_risk in ((1, 17), (1, 15), (1, 12), (1, 11), (1, 7), (1, 6)):
        s.append(s[-1] * Fraction(at_risk - events, at_risk))
    assert curve.drops == tuple((timedelta(days=day), share) for day, share in zip(made, s, strict=True))
    assert [round(float(share), 3) for share in s] == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.median_seconds() == 23 * 86400
    assert curve.made_by(30) == float(1 - s[-1])


def test_an_event_comes_before_a_cut_off_at_the_same_time() -> None:
    # Two wait; at day 5 one makes the step and one is cut off: S drops to 1/2, not to 0.
    curve = survival(waits((5, True), (5, False)))
    assert curve.drops == ((timedelta(days=5), Fraction(1, 2)),)
    assert curve.median_seconds() == 5 * 86400


def test_the_median_is_missing_while_more_than_half_wait() -> None:
    curve = survival(waits((1, True), (2, False), (3, False)))
    assert curve.median_seconds() is None
    assert curve.made_by(180) == float(Fraction(1, 3))


def test_a_step_at_exactly_thirty_days_is_made_by_then() -> None:
    late = Wait(timedelta(days=30, microseconds=1), made=True)
    assert survival(waits((30, True))).made_by(30) == 1.0
    assert survival([late]).made_by(30) == 0.0


def test_a_step_at_once_counts_at_time_zero() -> None:
    curve = survival(waits((0, True), (9, False)))
    assert (curve.waiting(timedelta(0)), curve.median_seconds()) == (Fraction(1, 2), 0)


def test_nobody_waits() -> None:
    curve = survival([])
    assert (curve.at_risk, curve.events, curve.median_seconds(), curve.made_by(30)) == (0, 0, None, None)
