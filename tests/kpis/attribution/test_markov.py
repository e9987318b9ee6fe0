"""Is the data-driven model solved exactly?"""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.attribution.markov import DENSE, Learnt, solve, steps_of
from tests.oracles.attribution import Channel, removal_effects
from tests.oracles.attribution import Path as Way

NAMES: tuple[Channel, ...] = ("start", "(null)", "conversion", "", None, "a", "b")
WAYS = st.lists(
    st.builds(
        Way, st.lists(st.sampled_from(NAMES), min_size=1, max_size=6).map(tuple), st.integers(0, 3), st.integers(0, 3)
    ),
    max_size=8,
)


def learnt_of(ways: list[Way], names: tuple[Channel, ...] = NAMES) -> Learnt:
    numbers = {name: n for n, name in enumerate(names)}
    return solve(
        steps_of([([numbers[name] for name in way.channels], way.won, way.nothing) for way in ways]), len(names)
    )


@settings(max_examples=60, deadline=None)
@given(WAYS)
def test_removal_effects_equal_an_exact_solver(ways: list[Way]) -> None:
    found, exact = learnt_of(ways), removal_effects(ways)
    for n, name in enumerate(NAMES):
        assert abs(float(found.effects[n]) - float(exact.get(name, Fraction(0)))) < 1e-9
    won = sum(way.won for way in ways)
    assert float(found.conversions.sum()) == pytest.approx(won if any(exact.values()) else 0)


def test_by_hand() -> None:
    ways = [Way(("a", "b"), 1, 0), Way(("a",), 0, 1), Way(("b",), 1, 1)]
    assert removal_effects(ways) == {"a": Fraction(1, 3), "b": Fraction(1)}
    assert learnt_of(ways, ("a", "b")).effects.tolist() == pytest.approx([1 / 3, 1])


def test_channels_that_go_round_and_round() -> None:
    ways = [Way(("a", "b", "a", "b", "a", "a"), 1, 9), Way(("b", "b", "b"), 0, 5)]
    exact = removal_effects(ways)
    assert learnt_of(ways, ("a", "b")).effects.tolist() == pytest.approx(
        [float(exact["a"]), float(exact["b"])], abs=1e-9
    )


def test_nothing_won_and_nothing_at_all() -> None:
    assert learnt_of([Way(("a",), 0, 3)], ("a", "b")).effects.tolist() == [0, 0]
    assert learnt_of([], ("a",)).conversions.tolist() == [0]


def test_more_channels_than_are_solved_at_once() -> None:
    paths = [([n % 40, (n * 7 + 1) % 40, n % 3], n % 2, 1) for n in range(200)]
    few, many = solve(steps_of(paths), 40), solve(steps_of(paths), DENSE + 100)
    assert many.effects[:40].tolist() == pytest.approx(few.effects.tolist(), abs=1e-12)
    assert not many.effects[40:].any()


def test_real_paths_agree_with_the_package_that_walks_them_at_random(real_data: Path) -> None:
    from ChannelAttribution import markov_model  # type: ignore[import-untyped]
    from pandas import DataFrame  # type: ignore[import-untyped]

    with (real_data / "channelattribution-paths" / "Data.csv").open() as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    ways = [Way(tuple(row["path"].split(" > ")), int(row["total_conversions"]), int(row["total_null"])) for row in rows]
    names = tuple(sorted({name for way in ways for name in way.channels}, key=str))
    found, exact = learnt_of(ways, names), removal_effects(ways)
    assert max(abs(float(found.effects[n]) - float(exact[name])) for n, name in enumerate(names)) < 1e-9
    table = DataFrame(
        {
            "path": [row["path"] for row in rows],
            "won": [way.won for way in ways],
            "nothing": [way.nothing for way in ways],
        }
    )
    walked = markov_model(
        table, "path", "won", var_null="nothing", nsim_start=1_000_000, seed=1, verbose=False, flg_pro=False
    )
    theirs = dict(zip(walked["channel_name"], walked["total_conversions"], strict=True))
    won = sum(way.won for way in ways)
    assert sum(theirs.values()) == pytest.approx(won)
    apart = [abs(float(found.conversions[n]) - theirs[name]) / won for n, name in enumerate(names)]
    assert max(apart) < 0.01
    assert sum(apart) < 0.02
    assert np.argsort(found.conversions)[-3:].tolist() == [
        names.index(name) for name in sorted(theirs, key=lambda n: theirs[n])[-3:]
    ]
