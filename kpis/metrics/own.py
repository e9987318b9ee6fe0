"""Which metrics does the engine itself bring? Those of leads, stages, handoffs, leaks, touches and outside numbers."""

from __future__ import annotations

from collections.abc import Sequence

from kpis.metrics.declaring import Metric
from kpis.metrics.rooms import arriving, moving
from leads.funnel.stage_sets import StageSet


def metrics(stages: StageSet) -> Sequence[Metric]:
    """In the order in which pages list them."""
    return (*arriving.metrics(stages), *moving.metrics(stages))
