"""What are so many won deals worth together? Sums of amounts drawn anew from those of the segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpis.forecasts.hazards import Floats
from kpis.forecasts.pipeline import Counts
from kpis.forecasts.queries.amounts import Amounts

FEWEST = 20
POOL = 8192


@dataclass(frozen=True)
class Worths:
    """By segment, the amounts and how often each; `all` of them where a segment has fewer than 20."""

    amounts: tuple[Floats, ...]
    times: tuple[Floats, ...]

    @property
    def means(self) -> Floats:
        """By segment."""
        return np.array([float(a @ t / t.sum()) for a, t in zip(self.amounts, self.times, strict=True)])


def worths(read: Sequence[Amounts], segments: tuple[str | None, ...]) -> Worths:
    """Of the segments that the draws tell apart; the others' go to null."""
    by: dict[str | None, list[tuple[float, int]]] = {segment: [] for segment in segments}
    for one in read:
        by.setdefault(one.segment if one.segment in by else None, []).append((one.amount or 0.0, one.n))
    everything = [pair for pairs in by.values() for pair in pairs]
    chosen = [by[part] if sum(n for _a, n in by[part]) >= FEWEST else everything for part in segments]
    return Worths(
        tuple(np.array([amount for amount, _n in pairs]) for pairs in chosen),
        tuple(np.array([float(n) for _a, n in pairs]) for pairs in chosen),
    )


def draw_worth(counts: Counts, priced: Worths, rng: np.random.Generator) -> Floats:
    """Counts (draw, run, step, segment) as the sum of their worths (draw, run, step); each draw has a mean of its own."""
    total = np.zeros(counts.shape[:-1])
    for part, (amounts, times) in enumerate(zip(priced.amounts, priced.times, strict=True)):
        n, share = times.sum(), times / times.sum()
        mean = float(amounts @ share)
        error = np.sqrt(float((amounts - mean) ** 2 @ share) / n)
        factor = np.maximum(rng.normal(1.0, error / mean if mean else 0.0, len(counts)), 0.0)
        total += _sums(counts[..., part], amounts, share, rng) * factor[:, None, None]
    return total


def _sums(counts: Counts, amounts: Floats, share: Floats, rng: np.random.Generator) -> Floats:
    """The sum of so many amounts each: of 1, 2, 4, … of them, from pools of such sums, by the binary digits of the count."""
    pool = rng.choice(amounts, POOL, p=share)
    out = np.zeros(counts.shape)
    rest, flat = counts.copy(), out.reshape(-1)
    while rest.any():
        odd = np.flatnonzero(rest & 1)
        flat[odd] += pool[rng.integers(0, POOL, len(odd))]
        rest >>= 1
        pool = pool[rng.integers(0, POOL, POOL)] + pool[rng.integers(0, POOL, POOL)]
    return out
