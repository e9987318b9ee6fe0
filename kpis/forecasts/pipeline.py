"""How many will reach the goal, by when? Simulated from who is on the way now and who will set out.

Draws are made for cells of state, age and segment, put together where their chances are alike; never for a single lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpis.forecasts.hazards import EDGES, GOAL, Floats, Table
from kpis.forecasts.horizon import Horizon
from kpis.forecasts.queries.spells import Entries
from kpis.forecasts.recent import Level, draw_days, find_level
from kpis.forecasts.renewal import from_age, from_entry

BANDS = np.array([0.002, 0.01, 0.03, 0.07, 0.12, 0.2, 0.3, 0.45, 0.6, 0.8, 0.95])
WEEKS = 156
CHUNK = 1000
EACH = 0.5
"""So many units for each step, and more, are drawn for all steps together."""

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Arrivals:
    """`weeks`: entries by week (oldest first), day of the week that ends now, and segment; `mix`: by segment, the share of lately
    entered units in each state, the last of them being at the goal at once.
    """

    weeks: Floats
    level: Level
    mix: Floats

    @property
    def a_week(self) -> Floats:
        """By segment, on average of the weeks that count as recent."""
        recent: Floats = self.weeks[-self.level.weeks :].sum(axis=1).mean(axis=0)
        return recent


@dataclass(frozen=True)
class Chances:
    """Chances of having reached the goal by the end of each step: `there` of each cell now (draw, cell, step), `coming` of whoever
    enters, by days since (draw, segment, point) at `points`. `cells`: the units in each, `segment` of each.
    """

    cells: Counts
    segment: Counts
    there: Floats
    points: Floats
    coming: Floats


def arrivals(entries: Sequence[Entries], table: Table, ahead: float) -> Arrivals:
    """What came in lately, and how far back lately reaches."""
    first = max((one.days_ago for one in entries), default=0)
    count = min(max(first // 7, 1), WEEKS)
    part = {segment: place for place, segment in enumerate(table.segments)}
    state = {name: place for place, name in enumerate((*table.states, GOAL))}
    by_state = np.zeros((count, 7, len(part), len(state)))
    for one in entries:  # one row a day, state and segment
        week, day = divmod(one.days_ago, 7)
        if week < count:
            by_state[count - 1 - week, 6 - day, part[one.segment], state[one.state]] += one.n
    weeks = by_state.sum(axis=-1)
    level = find_level(weeks.sum(axis=(1, 2)), -int(-ahead // 7))
    mix = by_state[-max(level.weeks, 13) :].sum(axis=(0, 1))
    total = mix.sum(axis=-1, keepdims=True)
    everybody = mix.sum(axis=0) / max(mix.sum(), 1.0)
    return Arrivals(weeks, level, np.where(total > 0, mix / np.maximum(total, 1.0), everybody))


def chances(hazards: Floats, table: Table, mix: Floats, ahead: Horizon) -> Chances:
    """By the hazards drawn (draw, state, segment, bin, destination)."""
    points, entered = from_entry(hazards, ahead.step, ahead.steps)
    grid: Floats = np.arange(ahead.steps + 1, dtype=np.float64) * ahead.step
    found, sizes, parts = [], [], []
    for part in range(len(table.segments)):
        states, ages, counts = _cells(table.open[:, part])
        if not len(counts):
            continue
        reached = from_age(hazards[:, states, part], ages, entered[:, part], ahead.step, ahead.steps)
        reached = np.concatenate([np.zeros_like(reached[..., :1]), reached], axis=-1)
        found.append(interpolated(ahead.ends, grid, reached))
        sizes.append(counts)
        parts.append(np.full(len(counts), part))
    coming = np.einsum("gs,bgsp->bgp", mix[:, :-1], entered) + mix[None, :, -1:]
    if not found:
        return Chances(np.zeros(0, int), np.zeros(0, int), np.zeros((len(hazards), 0, len(ahead.ends))), points, coming)
    return Chances(np.concatenate(sizes), np.concatenate(parts), np.concatenate(found, axis=1), points, coming)


def _cells(there: Floats) -> tuple[Counts, Floats, Counts]:
    """State, mean age and number of units of each cell of state and bin of age in which there is somebody."""
    counts = np.add.reduceat(there, EDGES[:-1], axis=1)
    ages = np.add.reduceat(there * np.arange(there.shape[1]), EDGES[:-1], axis=1)
    states, bins = np.nonzero(counts)
    n = counts[states, bins]
    return states, ages[states, bins] / n, n.astype(np.int64)


def interpolated(at: Floats, grid: Floats, values: Floats) -> Floats:
    """`values` (…, point of `grid`) at other points."""
    right = np.clip(np.searchsorted(grid, at), 1, len(grid) - 1)
    share = np.clip((at - grid[right - 1]) / (grid[right] - grid[right - 1]), 0.0, 1.0)
    return np.asarray(values[..., right - 1] * (1 - share) + values[..., right] * share)


def draw_there(found: Chances, segments: int, rng: np.random.Generator, runs: int) -> Counts:
    """Of those on the way now: how many reach the goal in each step (draw, run, step, segment)."""
    draws, steps = len(found.there), found.there.shape[-1]
    out = np.zeros((draws, runs, steps, segments), dtype=np.int64)
    band = np.searchsorted(BANDS, found.there[..., -1].mean(axis=0))
    for part, which in {*zip(found.segment.tolist(), band.tolist(), strict=True)}:
        chosen = (found.segment == part) & (band == which)
        n = found.cells[chosen]
        by = (found.there[:, chosen] * n[:, None]).sum(axis=1) / n.sum()
        out[..., part] += _spread(rng, np.full((draws, runs), n.sum()), np.diff(by, axis=-1, prepend=0.0)[:, None])
    return out


def draw_coming(found: Chances, came: Arrivals, ahead: Horizon, rng: np.random.Generator, runs: int) -> Counts:
    """Of those who will set out, the same."""
    draws, segments, _points = found.coming.shape
    steps = len(ahead.ends)
    entering = np.concatenate(
        [_entering(came, ahead, rng, 1, runs) for _draw in range(draws)]
        if draws * runs * ahead.days > CHUNK * 400
        else [_entering(came, ahead, rng, draws, runs)]
    ).reshape(draws, runs, steps, segments)
    width = np.diff(ahead.ends, prepend=0.0)
    out = np.zeros((draws, runs, steps, segments), dtype=np.int64)
    for step in range(steps):
        since = ahead.ends[step:] - ahead.ends[step] + (width[step] + 1) / 2
        reached = interpolated(since, found.points, found.coming)
        for part in range(segments):
            number = entering[:, :, step, part]
            if number.any():
                share = np.diff(reached[:, part], axis=-1, prepend=0.0)[:, None]
                out[:, :, step:, part] += _spread(rng, number, share)
    return out


def _entering(came: Arrivals, ahead: Horizon, rng: np.random.Generator, draws: int, runs: int) -> Counts:
    """How many enter in each step, by segment: days put together to steps, parts of a day rounded by chance."""
    days = draw_days(came.weeks, came.level, ahead.days, rng, draws, runs)
    so_far = np.concatenate([np.zeros_like(days[:, :1]), np.cumsum(days, axis=1)], axis=1)
    by_end = interpolated(ahead.ends, np.arange(ahead.days + 1.0), so_far.transpose(0, 2, 1)).transpose(0, 2, 1)
    by_step = np.diff(by_end, axis=1, prepend=0.0)
    return np.floor(by_step + rng.random(by_step.shape)).astype(np.int64)


def _spread(rng: np.random.Generator, number: Counts, shares: Floats) -> Counts:
    """So many (draw, run) over steps by their shares (draw, 1, step); the rest reach no goal in time.

    How many reach it is drawn first. Where they are few, the step of each is drawn by itself: cheaper than a draw for every step.
    """
    so_far = np.cumsum(np.maximum(shares, 0.0), axis=-1)
    total = so_far[..., -1]
    reaching: Counts = rng.binomial(number, np.minimum(total, 1.0))
    steps = shares.shape[-1]
    so_far /= np.where(total > 0, total, 1.0)[..., None]
    if reaching.sum() > EACH * number.size * steps:
        return rng.multinomial(reaching, np.diff(so_far, axis=-1, prepend=0.0))
    draw = np.repeat(np.arange(len(number)), reaching.sum(axis=1))
    last = draw * steps + steps - 1
    step = np.searchsorted(
        (so_far[:, 0] + np.arange(len(number))[:, None]).ravel(), rng.random(len(draw)) + draw, "right"
    )
    run = np.repeat(np.arange(number.size), reaching.ravel())
    place = run * steps + np.minimum(step, last) - draw * steps
    return np.bincount(place, minlength=number.size * steps).reshape(*number.shape, steps)
