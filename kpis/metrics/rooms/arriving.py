"""What comes in: leads."""

from __future__ import annotations

from collections.abc import Sequence

from kpis.metrics.declaring import Better, Metric, Summed, Unit
from kpis.metrics.queries.arrivals import ARRIVALS
from leads.funnel.stage_sets import StageSet

ROOM = "What comes in"


def metrics(stages: StageSet) -> Sequence[Metric]:
    """Leads that came."""
    return (
        Summed(
            key="leads_created",
            title="Leads created",
            sentence="Leads that came in the period, by the time at which they were created.",
            unit=Unit.COUNT,
            better=Better.UP,
            room=ROOM,
            controls={"marketing": "which leads are brought in"},
            family=ARRIVALS,
        ),
    )
