"""From hazards of leaving a state to the chance of having reached the goal: a Markov renewal process on a grid of days.

Whoever enters a state leaves it by its age in it, and begins anew in the next one. Leading axes are draws of the hazards, so that
what is not known of them goes into every chance.
"""

from __future__ import annotations

import numpy as np

from kpis.forecasts.hazards import EDGES, WIDTHS, Floats

MOST = 1.0 - 1e-9


def left_by(hazards: Floats, ticks: Floats) -> tuple[Floats, Floats]:
    """Of units with `hazards` (draw, unit, bin, destination), after `ticks` (unit, point) of age: the share that is still there
    (draw, unit, point), and the share that has left for each destination (draw, unit, point, destination).
    """
    leaving = hazards.sum(axis=-1)
    share = np.divide(hazards, leaving[..., None], out=np.zeros_like(hazards), where=leaving[..., None] > 0)
    a_day = np.log1p(-np.minimum(leaving, MOST))
    there = np.exp(np.concatenate([np.zeros_like(a_day[..., :1]), np.cumsum(a_day * WIDTHS, axis=-1)], axis=-1))
    gone = np.cumsum(share * (there[..., :-1] - there[..., 1:])[..., None], axis=2)
    gone = np.concatenate([np.zeros_like(gone[:, :, :1]), gone], axis=2)
    place = np.clip(np.searchsorted(EDGES, ticks, side="right") - 1, 0, len(WIDTHS) - 1)[None]
    then = np.take_along_axis(there, place, axis=2)
    still = then * np.exp((ticks - EDGES[place]) * np.take_along_axis(a_day, place, axis=2))
    since = np.take_along_axis(share, place[..., None], axis=2) * (then - still)[..., None]
    return still, np.take_along_axis(gone, place[..., None], axis=2) + since


def from_entry(hazards: Floats, step: int, steps: int) -> tuple[Floats, Floats]:
    """The chance of having reached the goal (draw, segment, state, point), so many days after entering a state (point).

    `hazards` are by draw, state, segment, bin and destination. Points lie `step` days apart; somebody enters on any day of a
    step. The first point is 0: what happens at once.
    """
    draws, states, segments = hazards.shape[:3]
    days = np.arange(steps) * step + (step + 1) / 2
    units = hazards.transpose(0, 2, 1, 3, 4).reshape(draws, segments * states, *hazards.shape[3:])
    ticks = np.concatenate([[1.0], days + 1.0])
    _still, gone = left_by(units, np.broadcast_to(ticks, (units.shape[1], len(ticks))))
    gone = gone.reshape(draws, segments, states, len(ticks), states + 2)
    at_once = _solve(gone[..., 0, :states], gone[..., 0, states])
    moved = np.diff(gone[..., 1:, :], axis=-2, prepend=0.0)
    chance = np.zeros((draws, segments, states, steps))
    direct = np.cumsum(moved[..., states], axis=-1)
    for point in range(steps):
        before = moved[..., 1 : point + 1, :states]
        onwards = np.einsum("bgstk,bgkt->bgs", before, chance[..., point - 1 :: -1][..., :point]) if point else 0.0
        chance[..., point] = _solve(moved[..., 0, :states], direct[..., point] + onwards)
    points = np.concatenate([[0.0], days])
    return points, np.minimum(np.concatenate([at_once[..., None], chance], axis=-1), 1.0)


def _solve(onwards: Floats, known: Floats) -> Floats:
    """x = known + onwards · x."""
    return np.asarray(np.linalg.solve(np.eye(onwards.shape[-1]) - onwards, known[..., None])[..., 0], dtype=np.float64)


def from_age(hazards: Floats, ages: Floats, entered: Floats, step: int, steps: int) -> Floats:
    """The chance of having reached the goal after 1, 2, … steps (draw, cell, step), of those in a state at an age in ticks.

    `hazards` (draw, cell, bin, destination) and `ages` (cell) are of cells of one segment; `entered` (draw, state, point) is what
    `from_entry` gives for it.
    """
    draws, cells = hazards.shape[:2]
    states = entered.shape[1]
    ticks = ages[:, None] + 1.0 + step * np.arange(steps + 1)
    still, gone = left_by(hazards, ticks)
    moved = np.diff(gone, axis=2) / np.maximum(still[:, :, :1, None], 1e-12)
    lag = np.arange(steps)[None, :] - np.arange(steps)[:, None]
    then = np.where(lag >= 0, entered[..., 1:][..., np.maximum(lag, 0)], 0.0).astype(np.float32)
    onwards = moved[..., :states].transpose(0, 1, 3, 2).reshape(draws, cells, -1).astype(np.float32)
    chance = onwards @ then.reshape(draws, states * steps, steps)
    return np.clip(chance + np.cumsum(moved[..., states], axis=-1), 0.0, 1.0)
