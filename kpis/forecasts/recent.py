"""What will come in, going by what came in lately? Weeks drawn anew from recent ones, whole, so that weekdays stay together.

How many weeks back count as recent, and how far the level may move, is what would have foretold the past best: of a few numbers
of weeks that with the least error, and of its error what the draws' own noise does not explain. Where the past is too short to
tell, a level is taken to move by about a quarter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpis.forecasts.hazards import Floats

WINDOWS = (4, 8, 13, 26, 52)
USUAL = 26
FEWEST_WEEKS = 8
TRIED = 52
BLOCK = 2
USUAL_SPREAD, WEIGHT = 0.25, 2.0
"""What is taken for granted of how far a level moves, and as how many occasions that counts."""


@dataclass(frozen=True)
class Level:
    """So many weeks back count; the level ahead may differ from theirs by a factor whose logarithm is `spread` times a Student's t
    with `freedom` degrees: so many occasions there were to learn it from.
    """

    weeks: int
    spread: float
    freedom: float

    def factors(self, rng: np.random.Generator, draws: int) -> Floats:
        """One a draw, at most a factor of ten."""
        return np.exp(np.clip(self.spread * rng.standard_t(self.freedom, draws), -2.3, 2.3))


def find_level(totals: Floats, ahead: int, windows: tuple[int, ...] = WINDOWS, *, units: bool = False) -> Level:
    """From weekly totals, oldest first, for so many weeks ahead. The noise of the draws that follow is that of whole weeks, or
    (`units`) that of so many things that happen independently of each other.
    """
    ahead = int(np.clip(ahead, 1, 13))
    found: list[tuple[float, Level]] = []
    for weeks in windows:
        origins = np.arange(max(weeks, len(totals) - ahead - TRIED), len(totals) - ahead + 1)
        if len(origins) < 2 * ahead + 2:
            continue
        run = np.concatenate([[0.0], np.cumsum(totals)])
        said = (run[origins] - run[origins - weeks]) / weeks
        came = (run[origins + ahead] - run[origins]) / ahead
        floor = 0.5 / ahead
        error = float(np.mean(np.log((came + floor) / (said + floor)) ** 2))
        noise = 1 / max(float(came.mean()), floor) if units else _noise(totals)
        found.append((error, _level(weeks, error - noise * (1 / ahead + 1 / weeks), len(origins) / ahead)))
    if not found:
        return _level(min(len(totals), USUAL), USUAL_SPREAD**2, 0.0)
    return min(found, key=lambda one: one[0])[1]


def _level(weeks: int, variance: float, occasions: float) -> Level:
    """With what is taken for granted mixed in."""
    mixed = (max(variance, 0.0) * occasions + USUAL_SPREAD**2 * WEIGHT) / (occasions + WEIGHT)
    return Level(weeks, float(np.sqrt(mixed)), occasions + WEIGHT)


def _noise(totals: Floats) -> float:
    """The variance of the logarithm of one week around its level: half of that of changes from week to week."""
    if len(totals) < 3:
        return 0.0
    return float(np.var(np.diff(np.log(totals[-TRIED:] + 0.5)))) / 2


def draw_days(weeks: Floats, level: Level, days: int, rng: np.random.Generator, draws: int, runs: int) -> Floats:
    """What comes in on each of the days ahead: (draw × run, day, …), from `weeks` (week, 7 days, …), oldest first.

    Each draw has its own pool of weeks and its own level; each run takes pairs of weeks that follow each other from the pool.
    """
    recent = weeks[-level.weeks :]
    n, ahead = len(recent), -(-days // 7)
    pool = rng.integers(0, n, (draws, 1, n))
    starts = rng.integers(0, n, (draws, runs, -(-ahead // BLOCK)))
    chosen = np.take_along_axis(np.broadcast_to(pool, (draws, runs, n)), starts, axis=2)
    picked = (chosen[..., None] + np.arange(BLOCK)) % n
    picked = picked.reshape(draws * runs, -1)[:, :ahead]
    drawn = recent[picked].reshape(draws * runs, ahead * 7, *weeks.shape[2:])[:, :days]
    return np.asarray(drawn * np.repeat(level.factors(rng, draws), runs).reshape(-1, *([1] * (drawn.ndim - 1))))
