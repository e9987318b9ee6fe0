"""Which metrics does the engine itself bring? Those of leads, stages, handoffs, leaks, touches and outside numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kpis.metrics.declaring import Metric
from kpis.metrics.rooms import arriving, converting, handing, leaking, moving
from leads.funnel.stage_sets import StageSet


def metrics(stages: StageSet) -> Sequence[Metric]:
    """In the order in which pages list them."""
    return (*arriving.metrics(), *arriving.outside_numbers(), *_of_stages(stages))


@lru_cache(maxsize=16)
def _of_stages(stages: StageSet) -> Sequence[Metric]:
    return (*moving.metrics(stages), *converting.metrics(stages), *handing.metrics(), *leaking.metrics())
