"""How much wider than the simulation says must an interval be? Learnt from how rehearsals on a company's own past came out.

A simulation knows what history shows, not what history has yet to show. Each earlier occasion says by what factor its interval would
have had to be stretched about its median to hold what came; four of five should need none. Beside the occasions stand `OWN_WORD` more
that came out as the simulation said, so that a few do not decide. Only occasions whose period was over and closed at the origin are
looked at: never what came of the forecast itself. After the idea of conformal prediction (Vovk et al. 2005). Nothing is narrowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy.stats import norm  # type: ignore[import-untyped]

from kpis.forecasts.drawing import Interval
from kpis.forecasts.hazards import Floats
from kpis.forecasts.models import KeptForecast
from kpis.metrics.periods import GRACE

HELD = 0.8
OWN_WORD = 20
WIDEST = 2.5
WIDTH = "width_percent"
"""Where `built_from` says how wide an interval was made, the simulation's own being 100."""


@dataclass(frozen=True)
class Rehearsed:
    """What was said, `width` times as wide as the simulation said it, and what came."""

    said: Interval
    width: float
    came: float

    @property
    def needed(self) -> float:
        """By what factor of its own width the simulation's interval would just have held what came."""
        low, median, high = self.said
        missed, reach = (
            (self.came - median, high - median) if self.came >= median else (median - self.came, median - low)
        )
        return 0.0 if missed == 0 else min(missed * self.width / reach, WIDEST) if reach > 0 else WIDEST


def width_from(past: Iterable[Rehearsed]) -> float:
    """1 (as the simulation says) to `WIDEST`."""
    needed = np.array([one.needed for one in past])
    as_said = norm.ppf((1 + (np.arange(OWN_WORD) + 0.5) / OWN_WORD) / 2) / norm.ppf((1 + HELD) / 2)
    return float(np.clip(np.quantile(np.concatenate([needed, as_said]), HELD), 1.0, WIDEST))


def learnt_width(at: datetime) -> float:
    """From all KPIs' rehearsals of periods that were closed by then."""
    rows = KeptForecast.objects.filter(rehearsed=True, until__lte=at - GRACE, came__isnull=False, low__isnull=False)
    return width_from(
        Rehearsed(Interval(row.low or 0.0, row.median or 0.0, row.high or 0.0), _width_of(row), row.came or 0.0)
        for row in rows.only("low", "median", "high", "came", "said")
    )


def widened(paths: Floats, width: float) -> Floats:
    """Runs of a value's way ahead (run, step), so much further from their middle."""
    if width == 1.0:
        return paths
    middle = np.median(paths, axis=0)
    return np.asarray(middle + width * (paths - middle))


def _width_of(row: KeptForecast) -> float:
    return float(row.said.get("built_from", {}).get(WIDTH, 100)) / 100
