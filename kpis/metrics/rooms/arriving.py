"""What comes in: leads, touches and outside numbers."""

from __future__ import annotations

from collections.abc import Sequence

from kpis.metrics.declaring import Better, Metric, Summed, Unit
from kpis.metrics.queries.arrivals import ARRIVALS
from kpis.metrics.queries.series import PREFIX, SERIES, names
from kpis.metrics.queries.touches import TOUCHES

ROOM = "What comes in"


def metrics() -> Sequence[Metric]:
    """Leads that came, and the interest that people showed."""
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
        Summed(
            key="touches",
            title="Touches",
            sentence="Times at which a lead showed interest in something of marketing: visits, forms, downloads, clicks and the like.",
            unit=Unit.COUNT,
            better=Better.UP,
            room=ROOM,
            controls={"marketing": "what leads are offered to look at"},
            family=TOUCHES,
        ),
    )


def outside_numbers() -> Sequence[Metric]:
    """One metric for each outside number there is; asked anew each time."""
    return [_series(name) for name in names()]


def _series(name: str) -> Metric:
    said = name.replace("_", " ")
    return Summed(
        key=f"{PREFIX}{name}",
        title=f"{said[:1].upper()}{said[1:]}",
        sentence=f"The outside number “{name}”, the values of the days of the period added up.",
        unit=Unit.NUMBER,
        better=Better.NEITHER,
        room=ROOM,
        controls={"marketing": "what is seen and clicked outside"},
        cuts=("month", "week", "source", "channel", "campaign"),
        family=SERIES,
    )
