"""Are hazards those of Kaplan and Meier, and of Aalen and Johansen? lifelines computes both from the single lives."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from kpis.forecasts.hazards import STARTS, at_risk, raw_hazards, tabulate
from kpis.forecasts.queries.spells import MOST_TICKS, History, Seen, Spells
from kpis.forecasts.renewal import left_by

SINGLE = np.arange(MOST_TICKS + 2)
DESTS = {0: None, 1: "goal", 2: "gone"}


def _history(lives: list[tuple[int, int, int]]) -> History:
    """Lives as (watched from tick, ended in tick, how: 0 not yet)."""
    spells = Counter((how, tick) for _since, tick, how in lives)
    seen = Counter(since for since, _tick, _how in lives)
    return History(
        tuple(Spells("deal", None, DESTS[how], tick, how == 0, n) for (how, tick), n in spells.items()),
        tuple(Seen("deal", None, tick, n) for tick, n in seen.items()),
        (),
    )


def test_survival_equals_kaplan_meier_also_of_those_watched_late() -> None:
    random = np.random.default_rng(7)
    lives = []
    for _one in range(400):
        since = int(random.choice([0, 0, 0, 5, 30]))
        lives.append((since, since + int(random.integers(1, 60)), int(random.integers(0, 3))))
    table = tabulate(_history(lives), (None,))
    hazard = raw_hazards(table, SINGLE)[0, 0].sum(axis=-1)
    ours = np.cumprod(1 - hazard)
    begun, ended, how = (np.array(column) for column in zip(*lives, strict=True))
    fitter = KaplanMeierFitter().fit(ended, how > 0, entry=begun - 0.5)
    theirs = fitter.survival_function_at_times(range(95)).to_numpy()
    assert np.abs(ours[:95] - theirs).max() < 1e-9


def test_incidence_equals_aalen_johansen() -> None:
    """Distinct times: lifelines moves ties apart."""
    random = np.random.default_rng(8)
    ticks = random.permutation(np.arange(1, 301))
    hows = random.integers(0, 3, 300)
    table = tabulate(_history([(0, int(tick), int(how)) for tick, how in zip(ticks, hows, strict=True)]), (None,))
    hazard = raw_hazards(table, SINGLE)[0, 0]
    before = np.concatenate([[1.0], np.cumprod(1 - hazard.sum(axis=-1))[:-1]])
    ours = np.cumsum(before[:, None] * hazard, axis=0)[:, 1]
    fitter = AalenJohansenFitter(calculate_variance=False).fit(pd.Series(ticks), pd.Series(hows), event_of_interest=1)
    theirs = fitter.cumulative_density_.iloc[:, 0]
    assert np.abs(ours[theirs.index.astype(int)] - theirs.to_numpy()).max() < 1e-9


def test_who_left_by_an_age_follows_from_the_hazards_of_each_day() -> None:
    random = np.random.default_rng(9)
    hazards = random.dirichlet([1, 1, 30], (1, 1, len(STARTS)))[..., :2]
    daily = np.repeat(hazards[0, 0], np.diff([*STARTS, MOST_TICKS + 1]), axis=0)
    there = np.concatenate([[1.0], np.cumprod(1 - daily.sum(axis=-1))])
    gone = np.concatenate([np.zeros((1, 2)), np.cumsum(there[:-1, None] * daily, axis=0)])
    ticks = np.arange(0, 400, 3)
    still, left = left_by(hazards, ticks[None].astype(float))
    assert np.abs(still[0, 0] - there[ticks]).max() < 1e-12
    assert np.abs(left[0, 0] - gone[ticks]).max() < 1e-12


def test_nobody_is_at_risk_before_being_watched() -> None:
    table = tabulate(_history([(5, 9, 1), (0, 3, 2)]), (None,))
    assert at_risk(table)[0, 0][:11].tolist() == [1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0]
