"""How well do chances hold? AUC and Brier with intervals, and what became of those that were given about the same chance.

A lead stands in the rows several times, so intervals come from drawing leads anew, all rows of each together. Always the same draws.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpis.reports.statistics import wilson
from kpis.scores.encoding import Numbers

DRAWS, SEED = 200, 20240101
BINS = 10


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Bin:
    """Rows given a chance in [low, high): `said` on average, `won` of them, of so many leads; the interval counts each lead once."""

    low: float
    high: float
    said: float
    rows: int
    leads: int
    won: int
    share: float
    share_low: float
    share_high: float

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


class Ranked:
    """Chances in order, so that AUC is quick for many weights of the same rows."""

    def __init__(self, chances: Numbers, won: Numbers) -> None:
        self.chances, self.won = chances, won
        values, self.places = np.unique(chances, return_inverse=True)
        self.size = len(values)

    def auc(self, weights: Numbers) -> float:
        """The share of pairs (a won one, another) in which the won one had the higher chance, ties half; nan without both."""
        wins = np.bincount(self.places, weights * self.won, minlength=self.size)
        others = np.bincount(self.places, weights * (1 - self.won), minlength=self.size)
        below = np.cumsum(others) - others
        pairs = wins.sum() * others.sum()
        return float(np.sum(wins * (below + others / 2)) / pairs) if pairs else float("nan")

    def brier(self, weights: Numbers) -> float:
        """The mean squared distance of the chances from what happened."""
        return float(np.sum(weights * (self.chances - self.won) ** 2) / np.sum(weights))


def measured(
    chances: dict[str, Numbers], won: NDArray[np.bool_], leads: NDArray[np.int64]
) -> dict[str, dict[str, dict[str, float]]]:
    """AUC and Brier of each model on the same rows, and of saying the same of everybody (`base`)."""
    flags = won.astype(float)
    given = {**chances, "base": np.full(len(won), flags.mean())}
    ranked = {model: Ranked(said, flags) for model, said in given.items()}
    _ids, places = np.unique(leads, return_inverse=True)
    people = int(places.max()) + 1
    random = np.random.default_rng(SEED)
    drawn: dict[str, list[tuple[float, float]]] = {model: [] for model in given}
    for _draw in range(DRAWS):
        weights = np.bincount(random.integers(people, size=people), minlength=people)[places].astype(float)
        for model, one in ranked.items():
            drawn[model].append((one.auc(weights), one.brier(weights)))
    whole = np.ones(len(won))
    return {
        model: {
            "auc": asdict(_with_interval(one.auc(whole), [auc for auc, _brier in drawn[model]])),
            "brier": asdict(_with_interval(one.brier(whole), [brier for _auc, brier in drawn[model]])),
        }
        for model, one in ranked.items()
    }


def _with_interval(value: float, drawn: list[float]) -> Figure:
    there = np.array([one for one in drawn if not np.isnan(one)])
    low, high = np.percentile(there, [2.5, 97.5]) if len(there) else (value, value)
    return Figure(value, float(low), float(high))


def bins(chances: Numbers, won: NDArray[np.bool_], leads: NDArray[np.int64]) -> list[Bin]:
    """At most `BINS`, of about as many rows each, together everything from 0 to 1."""
    inner = np.unique(np.quantile(chances, np.arange(1, BINS) / BINS))
    inner = inner[(inner > chances.min()) & (inner <= chances.max())]
    edges = [0.0, *inner.tolist(), 1.0]
    at = np.digitize(chances, inner)
    found = []
    for place in range(len(edges) - 1):
        here = at == place
        rows, people, wins = int(here.sum()), len(np.unique(leads[here])), int(won[here].sum())
        share = wins / rows
        band = wilson(round(share * people), people)
        found.append(
            Bin(
                edges[place],
                edges[place + 1],
                float(chances[here].mean()),
                rows,
                people,
                wins,
                share,
                band[0] or 0.0,
                band[1] or 1.0,
            )
        )
    return found
