"""What speaks for and against a lead? What its chance would be if one thing about it were as usual, feature by feature.

The effects do not add up to the chance: features hang together, and each is looked at alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kpis.scores.encoding import Numbers
from kpis.scores.features import BY_KEY, FEATURES, Value, said
from kpis.scores.fitted import Fitted

MOST, WORTH_SAYING = 3, 0.1


@dataclass(frozen=True)
class Reason:
    """One thing about a lead, what is usual, and by how many points of a hundred that moves its chance."""

    title: str
    value: str
    usual: str
    points: float


def effects(fitted: Fitted, table: Numbers) -> Numbers:
    """Points of a hundred, one line a lead, one column a feature: the chance, less what it would be with that feature as usual."""
    lean, usual = fitted.raw.lean(table), fitted.encoding.usual()
    chances = fitted.calibration.chance(lean)
    found = np.zeros((len(table), len(FEATURES)))
    for place, block in enumerate(fitted.encoding.blocks()):
        lines = np.flatnonzero((table[:, block] != usual[block]).any(axis=1))
        if not lines.size:
            continue
        part, here = fitted.raw.looking_at(block), table[lines]
        without = here.copy()
        without[:, block] = usual[block]
        other = fitted.calibration.chance(lean[lines] - part.lean(here) + part.lean(without))
        found[lines, place] = 100 * (chances[lines] - other)
    return found


def documents(fitted: Fitted, rows: Sequence[Sequence[Value]], table: Numbers) -> list[list[dict[str, Any]]]:
    """For each row what is kept of it: up to `MOST` things for and `MOST` against, the strongest first."""
    found = np.round(effects(fitted, table), 1)
    order = np.argsort(-np.abs(found), axis=1, kind="stable")
    return [
        _document(values, points, places)
        for values, points, places in zip(rows, found.tolist(), order.tolist(), strict=True)
    ]


def _document(values: Sequence[Value], points: list[float], places: list[int]) -> list[dict[str, Any]]:
    strong = [place for place in places if abs(points[place]) >= WORTH_SAYING]
    kept = [one for one in strong if points[one] > 0][:MOST] + [one for one in strong if points[one] < 0][:MOST]
    return [{"feature": FEATURES[one].key, "value": values[one], "points": points[one]} for one in kept]


def told(fitted: Fitted, kept: Sequence[dict[str, Any]]) -> list[Reason]:
    """In words."""
    return [
        Reason(
            feature.title,
            said(feature, one["value"]),
            said(feature, fitted.encoding.typical[feature.key]),
            one["points"],
        )
        for one in kept
        if (feature := BY_KEY.get(one["feature"])) is not None
    ]
