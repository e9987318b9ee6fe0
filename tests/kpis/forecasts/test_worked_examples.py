"""Ways whose end can be told with a pencil."""

from __future__ import annotations

import time

import numpy as np

from tests.kpis.forecasts.ways import a_way, ends


def test_where_all_convert_all_who_are_there_arrive() -> None:
    """Ten thousand went from one day to ten: whoever is there now is there in a month."""
    found = a_way(ended={("goal", day): 1000 for day in range(10)}, there={2: 300})
    drawn = ends(found)
    assert np.quantile(drawn, 0.1) >= 298
    assert drawn.max() == 300


def test_where_none_converts_none_arrives() -> None:
    found = a_way(ended={("gone", day): 1000 for day in range(10)}, there={2: 300}, a_day=20)
    assert ends(found).max() <= 1


def test_without_arrivals_no_more_arrive_than_are_there() -> None:
    found = a_way(ended={("goal", 3): 500, ("gone", 3): 500}, there={0: 40})
    drawn = ends(found)
    assert drawn.max() <= 40
    assert abs(float(drawn.mean()) - 20) < 1.0
    assert abs(float(drawn.std()) - np.sqrt(40 * 0.25)) < 0.6  # binomial, and hardly more: a thousand were seen


def test_arrivals_alone_arrive_after_their_time() -> None:
    """Ten a day, all of whom arrive four days later: in 30 days those of the first 26 do."""
    drawn = ends(a_way(ended={("goal", 4): 5000}, a_day=10))
    assert abs(float(np.median(drawn)) - 260) <= 2


def test_few_seen_are_less_sure_than_many() -> None:
    few = ends(a_way(ended={("goal", 3): 5, ("gone", 3): 5}, there={0: 1000}))
    many = ends(a_way(ended={("goal", 3): 5000, ("gone", 3): 5000}, there={0: 1000}))
    assert few.std() > 3 * many.std()


def test_nobody_there_and_nobody_coming_adds_nothing() -> None:
    assert ends(a_way(ended={("goal", 3): 50, ("gone", 3): 50})).max() == 0


def test_huge_counts_are_drawn_by_cell() -> None:
    """A hundred million on the way take no longer than a hundred."""
    found = a_way(ended={("goal", 3): 10**6, ("gone", 3): 10**6}, there=dict.fromkeys(range(100), 10**6), a_day=10**6)
    began = time.perf_counter()
    drawn = ends(found, runs=10_000)
    assert time.perf_counter() - began < 30
    assert drawn.min() >= 0
