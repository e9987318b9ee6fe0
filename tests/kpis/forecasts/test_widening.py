"""How much wider are intervals made than the simulation says? As earlier ones would have needed, and never narrower."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from kpis.forecasts.drawing import Interval
from kpis.forecasts.models import KeptForecast
from kpis.forecasts.widening import WIDEST, WIDTH, Rehearsed, learnt_width, widened, width_from
from kpis.metrics.periods import GRACE
from tests.world import day

SAID = Interval(0.0, 10.0, 30.0)


def came(value: float, width: float = 1.0) -> Rehearsed:
    return Rehearsed(SAID, width, value)


def test_without_rehearsals_the_simulation_is_taken_at_its_word() -> None:
    assert width_from([]) == pytest.approx(1.0, abs=0.03)


def test_what_always_held_narrows_nothing() -> None:
    assert width_from([came(10.0)] * 200) == 1.0


def test_what_missed_widens_as_far_as_four_of_five_would_have_held() -> None:
    """Of a thousand, a quarter came one and a half times as far off as the interval reaches, on its own side."""
    past = [came(10.0)] * 750 + [came(40.0)] * 125 + [came(-5.0)] * 125
    assert width_from(past) == pytest.approx(1.5, abs=0.01)


def test_a_few_misses_do_not_decide() -> None:
    assert width_from([came(40.0)]) < 1.2
    assert width_from([came(40.0)] * 200) > 1.4


def test_what_was_widened_already_counts_by_what_the_simulation_said() -> None:
    assert came(40.0, width=1.5).needed == pytest.approx(2.25)
    assert came(20.0, width=2.0).needed == pytest.approx(1.0)


def test_nothing_is_wider_than_it_may_be() -> None:
    assert width_from([Rehearsed(Interval(5.0, 5.0, 5.0), 1.0, 9.0)] * 100) == WIDEST


def test_runs_go_apart_from_their_middle() -> None:
    paths = np.array([[0.0, 1.0], [2.0, 5.0], [4.0, 6.0]])
    assert widened(paths, 1.5).tolist() == [[-1.0, -1.0], [2.0, 5.0], [5.0, 6.5]]


@pytest.mark.django_db
def test_only_periods_that_were_closed_by_then_are_learnt_from() -> None:
    until = day(100)
    for n in range(60):
        KeptForecast.objects.create(
            key=f"k{n}", period="2024-04", until=until, day=until.date(), rehearsed=True, computed_at=until, asked="[]",
            low=0.0, median=10.0, high=30.0, came=50.0, scored_at=until, said={"built_from": {WIDTH: 100}},
        )  # fmt: skip
    assert learnt_width(until + GRACE - timedelta(seconds=1)) == pytest.approx(1.0, abs=0.03)
    assert learnt_width(until + GRACE) > 1.5
