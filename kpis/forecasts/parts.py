"""Of which sums is a target made, and is there a pipeline that leads to it?"""

from __future__ import annotations

from dataclasses import dataclass

from kpis.forecasts.queries.spells import Way
from kpis.forecasts.target import Measured, Target
from kpis.metrics.catalogue import find
from kpis.metrics.declaring import Computed, Metric, Ratio, Summed
from kpis.money.queries.accepted import accepting_stage
from leads.funnel.stage_sets import StageSet

REACHED = "reached."
WON, OPENED = Way(None, wins=True), Way(None)
OF_DEALS = {"won_deals": WON, "won_revenue": WON, "opportunities": OPENED, "pipeline_created": OPENED}
MONEY = ("won_revenue", "pipeline_created")
COUNTED_BY = {"won_revenue": "won_deals", "pipeline_created": "opportunities"}


@dataclass(frozen=True)
class Parts:
    """(`over` − `minus`) ÷ `under`, each a sum that grows day by day; without `under` it is a sum itself."""

    over: Measured
    minus: Measured | None = None
    under: Measured | None = None

    @property
    def all(self) -> list[Measured]:
        return [part for part in (self.over, self.minus, self.under) if part is not None]


def parts_of(target: Target, stages: StageSet) -> Parts | None:
    """None: it is computed from all of a period's lines at once, and cannot be added up."""
    over = find(target.over.metric, stages)
    if target.under is not None:
        under = find(target.under.metric, stages)
        summed = isinstance(over, Summed) and isinstance(under, Summed)
        return Parts(target.over, under=target.under) if summed else None
    return _of(over, target.over)


def _of(metric: Metric, asked: Measured) -> Parts | None:
    match metric:
        case Summed():
            return Parts(asked)
        case Ratio():
            minus = Measured(metric.minus, asked.where) if metric.minus else None
            return Parts(Measured(metric.over, asked.where), minus, Measured(metric.under, asked.where))
        case Computed():
            return None
        case _:
            return None


def way_to(parts: Parts, stages: StageSet) -> Way | None:
    """The pipeline whose end the target counts; None: it is forecast from its days."""
    key = parts.over.metric
    if parts.under is not None or any(cut in ("month", "week") for cut, _value in parts.over.where):
        return None
    if key in OF_DEALS:
        return OF_DEALS[key]
    stage = accepting_stage(stages) if key == "accepted_leads" else key.removeprefix(REACHED)
    if stage is None or (key != "accepted_leads" and not key.startswith(REACHED)):
        return None
    return Way(stages.ordinal(stage))
