"""What would help most, and by how much? The expected value at the end with one thing done better, less that without.

Each lever does one thing a tenth better: more of a stage's leads go on, they take less time, more set out, deals are larger.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kpis.forecasts.answer import Lever
from kpis.forecasts.from_pipeline import Pipeline, expected
from kpis.forecasts.hazards import Floats, mean_hazards
from kpis.forecasts.horizon import Horizon
from kpis.forecasts.parts import Parts
from leads.funnel.stage_sets import StageSet

MORE = 1.1
SHOWN = 3
WORTH_TELLING = 1e-9


def levers_of_pipeline(found: Pipeline, ahead: Horizon, stages: StageSet) -> tuple[Lever, ...]:
    """The three that give most."""
    hazards = mean_hazards(found.table)
    plain = expected(found, hazards, ahead)
    levers = [
        Lever("More set out on the way", "10 % more than lately", expected(found, hazards, ahead, more=MORE) - plain)
    ]
    if found.priced is not None:
        levers.append(Lever("Larger deals", "10 % more on average", plain * (MORE - 1)))
    for title, change, better in _changed(found, hazards, stages):
        levers.append(Lever(title, change, expected(found, better, ahead) - plain))
    return _best(levers)


def levers_of_days(parts: Parts, ways: list[Floats], ahead: Horizon) -> tuple[Lever, ...]:
    """Of a sum: more of it; of a ratio: more above, less beneath. On what is still to come only."""
    ends = [float(np.median(way[:, ahead.last])) for way in ways]
    come = [end - float(np.median(way[:, 0])) for end, way in zip(ends, ways, strict=True)]
    if parts.under is None:
        return _best([Lever("More a day", "10 % more than lately", come[0] * (MORE - 1))])
    value = _ratio(parts, ends)
    more = _ratio(parts, [ends[0] + come[0] * (MORE - 1), *ends[1:]]) - value
    less = _ratio(parts, [*ends[:-1], ends[-1] - come[-1] * (MORE - 1)]) - value
    return _best(
        [
            Lever("More above the line", "10 % more than lately", more),
            Lever("Less beneath", "10 % less than lately", less),
        ]
    )


def _ratio(parts: Parts, ends: list[float]) -> float:
    over = ends[0] - ends[1] if parts.minus is not None else ends[0]
    return over / ends[-1] if ends[-1] else 0.0


def _changed(found: Pipeline, hazards: Floats, stages: StageSet) -> Iterator[tuple[str, str, Floats]]:
    """Hazards with one state's changed: more of those who leave it go on, or everybody leaves it earlier."""
    states = found.table.states
    titles = {**{stage.key: stage.title for stage in stages.stages}, "deal": "open deals"}
    goal = len(states)
    place = {stage.key: at for at, stage in enumerate(stages.forward)}
    place["deal"] = len(place)
    for at, state in enumerate(states):
        if state not in place:
            continue
        onwards = [n for n, to in enumerate(states) if place.get(to, -1) > place[state]] + [goal]
        title = titles.get(state, state)
        yield f"More of {title} go on", "10 % more than before", _more(hazards, at, onwards)
        quicker = hazards.copy()
        leaving = quicker[at].sum(axis=-1, keepdims=True)
        quicker[at] *= np.minimum(1 / (2 - MORE), 1 / np.maximum(leaving, 1e-12))
        yield f"Less time in {title}", "10 % less than before", quicker


def _more(hazards: Floats, at: int, onwards: list[int]) -> Floats:
    """A tenth more go on, taken from those who would leave elsewhere, as far as there are any, else from those who stay."""
    better = hazards.copy()
    there = better[at]
    gain = there[..., onwards].sum(axis=-1) * (MORE - 1)
    others = [n for n in range(there.shape[-1]) if n not in onwards]
    lost = there[..., others].sum(axis=-1)
    there[..., onwards] *= MORE
    there[..., others] *= np.divide(np.maximum(lost - gain, 0.0), lost, out=np.ones_like(lost), where=lost > 0)[
        ..., None
    ]
    total = there.sum(axis=-1, keepdims=True)
    there /= np.maximum(total, 1.0)
    return better


def _best(levers: list[Lever]) -> tuple[Lever, ...]:
    return tuple(sorted((one for one in levers if one.gain > WORTH_TELLING), key=lambda one: -one.gain)[:SHOWN])
