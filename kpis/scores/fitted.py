"""What does a fitted model say? Evaluated here from plain JSON, trees and weights alike, with numpy alone.

A pickle would run whatever is in it, and would have to be signed and tied to one version of a library. These are numbers: to read them is
safe whoever wrote them, they outlive the library that learned them, and a person can look at them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kpis.scores.encoding import Encoding, Numbers

FORMAT = 1
LEAST_DOUBT = 1e-4
"""Nobody's chance is nought or one."""


class Raw(Protocol):
    """What says for each line how far it leans to winning, in log odds, before it is calibrated."""

    @property
    def kind(self) -> str: ...

    def lean(self, table: Numbers) -> Numbers: ...

    def looking_at(self, block: slice) -> Raw:
        """Only what hangs on these columns: what changes with them changes here by as much."""
        ...

    def document(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Logistic:
    """One weight a column."""

    weights: tuple[float, ...]
    base: float
    kind: str = "logistic"

    def lean(self, table: Numbers) -> Numbers:
        return np.asarray(table @ np.array(self.weights) + self.base)

    def looking_at(self, block: slice) -> Logistic:
        kept = np.zeros(len(self.weights))
        kept[block] = self.weights[block]
        return Logistic(tuple(kept.tolist()), 0.0)

    def document(self) -> dict[str, Any]:
        return {"kind": self.kind, "weights": list(self.weights), "base": self.base}


@dataclass(frozen=True)
class Tree:
    """Node 0 is the root; `column` -1 is a leaf; up to `limit` one goes left."""

    column: NDArray[np.int64]
    limit: Numbers
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: Numbers

    def values(self, table: Numbers) -> Numbers:
        """The value of the leaf of each line."""
        found = np.empty(len(table))
        waiting = [(0, np.arange(len(table)))]
        while waiting:
            node, lines = waiting.pop()
            if self.column[node] < 0:
                found[lines] = self.value[node]
                continue
            goes_left = table[lines, self.column[node]] <= self.limit[node]
            waiting += [(self.left[node], lines[goes_left]), (self.right[node], lines[~goes_left])]
        return found

    def document(self) -> dict[str, Any]:
        return {
            "column": self.column.tolist(), "limit": self.limit.tolist(), "left": self.left.tolist(),
            "right": self.right.tolist(), "value": self.value.tolist(),
        }  # fmt: skip

    @classmethod
    def read(cls, document: dict[str, Any], columns: int) -> Tree:
        """`ValueError` where it is no tree over so many columns; children come after their parent, so that every way ends."""
        column, left, right = (np.array(document[name], dtype=np.int64) for name in ("column", "left", "right"))
        limit, value = (np.array(document[name], dtype=np.float64) for name in ("limit", "value"))
        size, inner = len(column), column >= 0
        places = np.arange(size)
        below = [(side[inner] > places[inner]).all() and (side[inner] < size).all() for side in (left, right)]
        if not size or {len(left), len(right), len(limit), len(value)} != {size} or not all(below):
            raise ValueError("this is no tree")
        if (column >= columns).any() or not np.isfinite(value).all():
            raise ValueError("this tree asks for columns that are not there")
        return cls(column, limit, left, right, value)


@dataclass(frozen=True)
class Trees:
    """The values of all trees, added up."""

    trees: tuple[Tree, ...]
    base: float
    kind: str = "trees"

    def lean(self, table: Numbers) -> Numbers:
        total = np.full(len(table), self.base)
        for tree in self.trees:
            total += tree.values(table)
        return total

    def looking_at(self, block: slice) -> Trees:
        return Trees(
            tuple(one for one in self.trees if ((one.column >= block.start) & (one.column < block.stop)).any()), 0.0
        )

    def document(self) -> dict[str, Any]:
        return {"kind": self.kind, "base": self.base, "trees": [tree.document() for tree in self.trees]}


@dataclass(frozen=True)
class Calibration:
    """From how far a lead leans to its chance: straight lines between points (isotonic), else a sigmoid."""

    method: str
    points: tuple[float, ...] = ()
    chances: tuple[float, ...] = ()
    slope: float = 1.0
    shift: float = 0.0

    def chance(self, lean: Numbers) -> Numbers:
        if self.method == "isotonic":
            found = np.interp(lean, self.points, self.chances)
        else:
            found = 1.0 / (1.0 + np.exp(-np.clip(self.slope * lean + self.shift, -500, 500)))
        return np.clip(found, LEAST_DOUBT, 1 - LEAST_DOUBT)

    def document(self) -> dict[str, Any]:
        return {
            "method": self.method, "points": list(self.points), "chances": list(self.chances), "slope": self.slope,
            "shift": self.shift,
        }  # fmt: skip


@dataclass(frozen=True)
class Fitted:
    """A model that can be asked."""

    encoding: Encoding
    raw: Raw
    calibration: Calibration

    def chances(self, table: Numbers) -> Numbers:
        """For encoded lines."""
        return self.calibration.chance(self.raw.lean(table))

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "format": FORMAT,
            "encoding": self.encoding.document(),
            "model": self.raw.document(),
            "calibration": self.calibration.document(),
        }

    @classmethod
    def read(cls, document: dict[str, Any]) -> Fitted:
        """What `document` wrote; `ValueError` where it is another format, or nonsense."""
        try:
            if document["format"] != FORMAT:
                raise ValueError("this model is of another format")
            encoding = Encoding.read(document["encoding"])
            raw = _read_raw(document["model"], encoding.blocks()[-1].stop)
            told = document["calibration"]
            calibration = Calibration(
                str(told["method"]), tuple(map(float, told["points"])), tuple(map(float, told["chances"])),
                float(told["slope"]), float(told["shift"]),
            )  # fmt: skip
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("this is no model") from error
        return cls(encoding, raw, calibration)


def _read_raw(document: dict[str, Any], columns: int) -> Raw:
    if document["kind"] == "logistic":
        weights = tuple(map(float, document["weights"]))
        if len(weights) != columns:
            raise ValueError("this model has other columns")
        return Logistic(weights, float(document["base"]))
    return Trees(tuple(Tree.read(one, columns) for one in document["trees"]), float(document["base"]))
