"""Which metrics are there? What the rooms declare, put together; asked by pages, API, KPIs, kept values and docs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from alignment.refusals import Refused
from alignment.remembering import once
from kpis.metrics import own
from kpis.metrics.declaring import Family, Metric, Ratio, Summed
from kpis.money import metrics as money
from leads.funnel.stage_sets import StageSet

ROOMS: tuple[Callable[[StageSet], Sequence[Metric]], ...] = (own.metrics, money.metrics)
"""Each room's `metrics`, in the order in which pages show them."""


Catalogue = Mapping[str, Metric]


def catalogue(stages: StageSet) -> Catalogue:
    """Every metric by key, in order, with those that there are once a stage, a kind of leak, a model or an outside number."""
    return once(
        (catalogue, stages.version_id), lambda: {metric.key: metric for room in ROOMS for metric in room(stages)}
    )


def find(key: str, there: StageSet | Catalogue) -> Metric:
    """The metric of that key; `Refused` naming those that are written alike."""
    metrics = catalogue(there) if isinstance(there, StageSet) else there
    if key in metrics:
        return metrics[key]
    near = get_close_matches(key, metrics, n=3, cutoff=0.5)
    hint = f"; perhaps {' or '.join(near)}" if near else ""
    raise Refused("unknown_metric", f"“{key}” is not a metric{hint}. The catalogue names them all.", status=404)


def parts(metric: Metric) -> tuple[str, ...]:
    """The summed metrics that its value is made of: its own key, those of a ratio, or what a computed one opens into."""
    match metric:
        case Summed():
            return (metric.key,)
        case Ratio():
            return tuple(key for key in (metric.over, metric.minus, metric.under) if key is not None)
        case _:
            return ()


def families(stages: StageSet) -> Mapping[str, Family]:
    """Every family that a summed metric adds up, by key."""
    return {metric.family.key: metric.family for metric in catalogue(stages).values() if isinstance(metric, Summed)}
