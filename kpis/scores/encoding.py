"""How do values become numbers that a model can weigh? Learned from the rows of the past, kept with the model.

A name becomes one column for each of its frequent values; a rare, new or hostile one is none of them. Days and counts are taken by their
logarithm; what never happened has a column of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_high
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpis.scores.features import FEATURES, Feature, Value

Numbers = NDArray[np.float64]
MOST_NAMES, RAREST, LONGEST = 15, 200, 200
LONG_AGO = 3650.0


@dataclass(frozen=True)
class Encoding:
    """`names`: the values of each feature by name that have a column. `typical`: what is usual, feature by feature."""

    names: dict[str, tuple[str, ...]]
    typical: dict[str, Value]

    @classmethod
    def learn(cls, rows: Sequence[Sequence[Value]]) -> Encoding:
        """From rows of values in the order of `FEATURES`; the same rows in any order give the same."""
        names: dict[str, tuple[str, ...]] = {}
        typical: dict[str, Value] = {}
        for feature, values in zip(FEATURES, zip(*rows, strict=True), strict=True):
            if feature.shape == "name":
                counted = Counter(value for value in values if isinstance(value, str) and len(value) <= LONGEST)
                often = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:MOST_NAMES]
                names[feature.key] = tuple(value for value, times in often if times * RAREST >= len(rows))
            typical[feature.key] = _typical(values)
        return cls(names, typical)

    def columns(self, feature: Feature) -> int:
        """How many columns a feature has."""
        return {"name": len(self.names.get(feature.key, ())), "days": 2}.get(feature.shape, 1)

    def blocks(self) -> list[slice]:
        """Where each feature stands."""
        found, first = [], 0
        for feature in FEATURES:
            found.append(slice(first, first + self.columns(feature)))
            first = found[-1].stop
        return found

    def table(self, rows: Sequence[Sequence[Value]]) -> Numbers:
        """One line a row."""
        blocks = self.blocks()
        made = np.zeros((len(rows), blocks[-1].stop))
        if rows:
            for feature, block, values in zip(FEATURES, blocks, zip(*rows, strict=True), strict=True):
                made[:, block] = self._encoded(feature, values)
        return made

    def usual(self) -> Numbers:
        """The line of a lead with which everything is as usual; nobody need be it."""
        line: Numbers = self.table([[self.typical[feature.key] for feature in FEATURES]])[0]
        return line

    def _encoded(self, feature: Feature, values: Sequence[Value]) -> Numbers:
        if feature.shape == "name":
            places = {name: place for place, name in enumerate(self.names[feature.key])}
            made = np.zeros((len(values), len(places)))
            at = np.array([places.get(value, -1) if isinstance(value, str) else -1 for value in values])
            lines = np.flatnonzero(at >= 0)
            made[lines, at[lines]] = 1.0
            return made
        never = np.array([value is None for value in values], dtype=float)
        numbers = np.array([LONG_AGO if value is None else float(value) for value in values])
        told = np.log1p(np.clip(numbers, 0.0, LONG_AGO))
        return np.column_stack([told, never]) if feature.shape == "days" else told[:, None]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"names": {key: list(values) for key, values in self.names.items()}, "typical": self.typical}

    @classmethod
    def read(cls, document: dict[str, Any]) -> Encoding:
        """What `document` wrote; KeyError or TypeError where it is something else."""
        names = {
            feature.key: tuple(map(str, document["names"][feature.key]))
            for feature in FEATURES
            if feature.shape == "name"
        }
        return cls(names, {feature.key: document["typical"][feature.key] for feature in FEATURES})


def _typical(values: Sequence[Value]) -> Value:
    """The most frequent name, nothing among them; the median number, or nothing where most have none."""
    there = [value for value in values if value is not None]
    if any(isinstance(value, str) for value in there) or not there:
        return min(Counter(values).items(), key=lambda one: (-one[1], one[0] is not None, str(one[0])))[0]
    if 2 * len(there) <= len(values):
        return None
    return float(median_high(float(value) for value in there))
