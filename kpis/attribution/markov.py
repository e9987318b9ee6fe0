"""What is each channel worth to the chance of a win? A first-order Markov chain over channels, solved exactly.

Journeys step from a start through their channels to a win or to nothing. A channel's removal effect is the share of the chance of
a win that is lost when it leads to nothing: P(start → channel, ever) × P(channel → win) ÷ P(start → win). Pure: no database.
After Anderl et al. (2016), "Mapping the customer journey".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_matrix, identity  # type: ignore[import-untyped]
from scipy.sparse.linalg import splu  # type: ignore[import-untyped]

from kpis.attribution.arrays import Float64, Int64

DENSE = 1_500
AT_A_TIME = 500


@dataclass
class Steps:
    """How often journeys stepped from where to where. Channels are numbers from 0; no number and no name is special."""

    between: Counter[tuple[int, int]] = field(default_factory=Counter)
    first: Counter[int] = field(default_factory=Counter)
    won: Counter[int] = field(default_factory=Counter)
    nothing: Counter[int] = field(default_factory=Counter)

    def add(self, journey: Int64, channel: Int64, won: Int64, nothing: Int64) -> None:
        """Journeys whose touches stand together in order; `won` and `nothing` say of each touch how often its journey ended so."""
        if not len(journey):
            return
        times = won + nothing
        begins = np.diff(journey, prepend=journey[0] - 1) != 0
        ends = np.append(begins[1:], True)
        inner = np.flatnonzero(~begins)
        pairs = np.stack([channel[inner - 1], channel[inner]], axis=1)
        for (before, after), count in _counted(pairs, times[inner]):
            self.between[before, after] += count
        for counter, at, how_often in (
            (self.first, begins, times),
            (self.won, ends, won),
            (self.nothing, ends, nothing),
        ):
            for (state,), count in _counted(channel[at][:, None], how_often[at]):
                counter[state] += count

    def take_in(self, other: Steps, numbers: Sequence[int]) -> None:
        """Add what another counted, whose channel `n` is our `numbers[n]`."""
        for (before, after), count in other.between.items():
            self.between[numbers[before], numbers[after]] += count
        for ours, theirs in ((self.first, other.first), (self.won, other.won), (self.nothing, other.nothing)):
            for state, count in theirs.items():
                ours[numbers[state]] += count

    @property
    def conversions(self) -> int:
        return self.won.total()


def _counted(rows: Int64, times: Int64) -> list[tuple[tuple[int, ...], int]]:
    if not len(rows):
        return []
    found, place = np.unique(rows, axis=0, return_inverse=True)
    sums = np.bincount(place.ravel(), weights=times, minlength=len(found))
    return [(tuple(row), round(count)) for row, count in zip(found.tolist(), sums.tolist(), strict=True) if count]


@dataclass(frozen=True)
class Learnt:
    """By channel its removal effect, 0 to 1, and how many of all wins the model gives it."""

    effects: Float64
    conversions: Float64


def solve(steps: Steps, channels: int) -> Learnt:
    """The removal effects of channels 0 … `channels` − 1; those that no journey passes have none."""
    out = np.zeros(channels)
    for (before, _after), count in steps.between.items():
        out[before] += count
    for ending in (steps.won, steps.nothing):
        for state, count in ending.items():
            out[state] += count
    begun = steps.first.total()
    if not begun or not steps.conversions:
        return Learnt(np.zeros(channels), np.zeros(channels))
    pairs = [(before, after, count / out[before]) for (before, after), count in steps.between.items()]
    moves = csc_matrix(
        ([share for _b, _a, share in pairs], ([b for b, _a, _s in pairs], [a for _b, a, _s in pairs])),
        shape=(channels, channels),
    )
    start, wins = np.zeros(channels), np.zeros(channels)
    for state, count in steps.first.items():
        start[state] = count / begun
    for state, count in steps.won.items():
        wins[state] = count / out[state]
    chance, visits, returns = _solutions(moves, start, wins)
    effects = np.clip(visits / returns * chance / float(start @ chance), 0.0, 1.0)
    total = float(effects.sum())
    return Learnt(effects, effects / total * steps.conversions if total else effects)


def _solutions(moves: csc_matrix, start: Float64, wins: Float64) -> tuple[Float64, Float64, Float64]:
    """From each channel the chance of a win; how often each is visited; how often each is visited once it was reached."""
    channels = moves.shape[0]
    chain = identity(channels, format="csc") - moves
    if channels <= DENSE:
        inverse = np.linalg.inv(chain.toarray())
        return inverse @ wins, start @ inverse, np.diagonal(inverse).copy()
    lu = splu(csc_matrix(chain))
    returns = np.empty(channels)
    for begin in range(0, channels, AT_A_TIME):
        end = min(begin + AT_A_TIME, channels)
        units = np.zeros((channels, end - begin))
        units[np.arange(begin, end), np.arange(end - begin)] = 1.0
        returns[begin:end] = lu.solve(units)[np.arange(begin, end), np.arange(end - begin)]
    return lu.solve(wins), lu.solve(start, trans="T"), returns


def steps_of(paths: Sequence[tuple[Sequence[int], int, int]]) -> Steps:
    """The steps of paths of channel numbers, each with how often it was won and came to nothing."""
    steps, passed = Steps(), [path for path in paths if path[0]]
    sizes = [len(channels) for channels, _won, _nothing in passed]
    journey, won, nothing = (
        np.repeat(np.array(numbers, dtype=np.int64), sizes)
        for numbers in (range(len(passed)), [path[1] for path in passed], [path[2] for path in passed])
    )
    steps.add(journey, np.array([channel for path in passed for channel in path[0]], dtype=np.int64), won, nothing)
    return steps
