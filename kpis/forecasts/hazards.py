"""How likely does a unit leave a state on a day, and where to? Discrete hazards by state, segment and age, with what is not known of them.

Of those who were still there at the beginning of a tick of age, the share that left in it for each destination: Kaplan–Meier's and
Aalen–Johansen's factors, with ends before censorings at ties. Ages are pooled in bins that widen; where few were seen the hazard
is drawn towards that of all segments, and that towards the state's mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpis.forecasts.queries.spells import MOST_TICKS, History

Floats = npt.NDArray[np.float64]

GOAL, GONE = "goal", "gone"
STARTS = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    8,
    10,
    12,
    15,
    18,
    22,
    26,
    31,
    38,
    46,
    61,
    76,
    91,
    121,
    151,
    181,
    241,
    301,
    366,
    451,
    541,
    731,
)
EDGES = np.array([*STARTS, MOST_TICKS + 1])
WIDTHS = np.diff(EDGES).astype(float)
TO_MEAN = 5.0
"""So many units seen through a bin weigh as much as the state's mean over all ages."""
TO_ALL = 30.0
"""So many units of a segment weigh as much as what all segments show."""
TINY = 1e-9


@dataclass(frozen=True)
class Table:
    """Counts by state, segment and tick: `left` (also by destination: the states, then goal, then gone), `open` (there now), and
    `seen` (came under watch at that age: those watched from later than their beginning are at risk from then on).
    """

    states: tuple[str, ...]
    segments: tuple[str | None, ...]
    left: Floats
    open: Floats
    seen: Floats

    @property
    def goals(self) -> int:
        """How many were seen to reach the goal."""
        return int(self.left[..., len(self.states)].sum())


def tabulate(history: History, segments: tuple[str | None, ...]) -> Table:
    """The counts of what was read."""
    named = {one.state for one in history.spells} | {one.dest for one in history.spells if one.dest}
    named |= {one.state for one in history.entries}
    states = tuple(sorted(named - {GOAL, GONE}))
    at = {state: place for place, state in enumerate((*states, GOAL, GONE))}
    part = {segment: place for place, segment in enumerate(segments)}
    shape = (len(states), len(segments), MOST_TICKS + 1)
    left, there, seen = np.zeros((*shape, len(states) + 2)), np.zeros(shape), np.zeros(shape)
    for one in history.spells:  # one row a state, segment, destination and age
        cell = (at[one.state], part[one.segment], one.tick)
        if one.is_open:
            there[cell] += one.n
        else:
            left[(*cell, at[one.dest or GONE])] += one.n
    for begun in history.seen:
        seen[at[begun.state], part[begun.segment], begun.tick] += begun.n
    return Table(states, segments, left, there, seen)


def at_risk(table: Table) -> Floats:
    """By state, segment and tick: how many were under watch and still there when it began."""
    ends = table.left.sum(axis=-1) + table.open
    return np.asarray(np.cumsum(table.seen, axis=-1) - np.cumsum(ends, axis=-1) + ends)


def binned(table: Table, edges: npt.NDArray[np.int64] = EDGES) -> tuple[Floats, Floats]:
    """Ends by state, segment, bin and destination, and the unit-ticks at risk by state, segment and bin: as many as give, by their
    ratio, the share that Kaplan and Meier have leave in the bin. Ends that are heaped up in one tick of it are kept whole so.
    """
    ends, risk = np.add.reduceat(table.left, edges[:-1], axis=2), np.add.reduceat(at_risk(table), edges[:-1], axis=2)
    a_tick, watched = table.left.sum(axis=-1), at_risk(table)
    leaving = np.divide(a_tick, watched, out=np.zeros_like(a_tick), where=watched > 0)
    staying = np.add.reduceat(np.log1p(-np.minimum(leaving, 1 - 1e-15)), edges[:-1], axis=2) / np.diff(edges)
    hazard, left = -np.expm1(staying), ends.sum(axis=-1)
    return ends, np.divide(left, hazard, out=risk, where=(left > 0) & (np.diff(edges) > 1))


def raw_hazards(table: Table, edges: npt.NDArray[np.int64] = EDGES) -> Floats:
    """Ends ÷ at risk, 0 where nobody was: not drawn towards anything."""
    ends, risk = binned(table, edges)
    return np.divide(ends, risk[..., None], out=np.zeros_like(ends), where=risk[..., None] > 0)


def mean_hazards(table: Table) -> Floats:
    """By state, segment, bin and destination, drawn towards the whole where few were seen."""
    ends, risk = binned(table)
    prior = _of_state(ends, risk)
    of_all, strength = _overall(ends, risk, prior)
    everybody = of_all / strength[..., None]
    towards = TO_ALL * WIDTHS
    return np.asarray((ends + towards[:, None] * everybody[:, None]) / (risk + towards)[..., None])


def drawn_hazards(table: Table, rng: np.random.Generator, pace: Floats) -> Floats:
    """The same, draws of what they may be (the first axis): a Dirichlet posterior of all, within it one of each segment; a draw's
    hazards of reaching the goal are so much higher or lower as its `pace` says, which is learnt from how many reached it.
    """
    ends, risk = binned(table)
    prior = _of_state(ends, risk)
    of_all, strength = _overall(ends, risk, prior)
    everybody = _dirichlet(rng, np.broadcast_to(of_all, (len(pace), *of_all.shape)), strength)
    towards = TO_ALL * WIDTHS
    drawn = _dirichlet(rng, ends + towards[:, None] * everybody[:, :, None], risk + towards)
    drawn[..., len(table.states)] *= pace.reshape(-1, 1, 1, 1)
    return np.asarray(drawn / np.maximum(drawn.sum(axis=-1, keepdims=True), 1.0))


def _of_state(ends: Floats, risk: Floats) -> Floats:
    """By state and destination: its hazard over all ages but the first, with a little of leaving nowhere."""
    seen = risk[:, :, 1:].sum(axis=(1, 2))
    gone = ends[:, :, 1:].sum(axis=(1, 2))
    return np.asarray(gone / (seen + 1.0)[:, None])


def _overall(ends: Floats, risk: Floats, prior: Floats) -> tuple[Floats, Floats]:
    """The posterior's weights of all segments together by state, bin and destination, and their sum with those who stay."""
    towards = TO_MEAN * WIDTHS
    return ends.sum(axis=1) + towards[:, None] * prior[:, None], risk.sum(axis=1) + towards


def _dirichlet(rng: np.random.Generator, weights: Floats, total: Floats) -> Floats:
    """Shares drawn with these weights; the rest of `total` is the weight of staying."""
    drawn = rng.standard_gamma(np.maximum(weights, 0.0))
    staying = rng.standard_gamma(np.maximum(total - weights.sum(axis=-1), TINY))
    return np.asarray(drawn / np.maximum(drawn.sum(axis=-1) + staying, 1e-300)[..., None])
