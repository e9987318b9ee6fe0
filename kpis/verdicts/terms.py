"""What is agreed about a campaign before it begins? One figure, how much of it, by when."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from alignment.agreements.kinds import Terms
from alignment.people.selectors import reporting_zone
from alignment.timezones import start_of_day

KIND = "verdict"
MOST = 10**12

MetricKey = Literal[
    "leads_created",
    "touched_leads",
    "accepted_leads",
    "opportunities",
    "won_deals",
    "won_revenue",
    "credited_wins",
    "credited_revenue",
    "credited_pipeline",
    "pipeline_created",
    "roi",
    "win_rate",
    "cost_per_lead",
    "cost_per_accepted_lead",
    "cost_per_opportunity",
    "cost_per_sale",
]
"""Figures of the catalogue that say something of one campaign."""

Direction = Literal["at least", "at most"]


def _threshold(number: object) -> object:
    if isinstance(number, bool) or not isinstance(number, int | float) or not -MOST <= number <= MOST:
        raise PydanticCustomError("invalid_number", "a number is needed")
    return number


class VerdictTerms(Terms):
    """The figure is that of everything of the campaign up to the beginning of the day."""

    metric: Annotated[
        MetricKey, Field(title="What is measured", description="Of this campaign alone, from its beginning to the day.")
    ] = "accepted_leads"
    direction: Annotated[Direction, Field(title="It did what it should with")] = "at least"
    threshold: Annotated[
        int | float, BeforeValidator(_threshold),
        Field(title="This much", description="Money in the reporting currency; rates and return from 0 to 1 (0.25 is 25 %)."),
    ]  # fmt: skip
    judged_on: Annotated[
        date, Field(title="Judged on", description="The product reads the figure as it stands when this day begins.")
    ]

    @property
    def bound(self) -> Decimal:
        """The threshold, exactly as it was written."""
        return Decimal(repr(self.threshold)) if isinstance(self.threshold, float) else Decimal(self.threshold)

    @property
    def due(self) -> datetime:
        """The instant at which it is judged."""
        return start_of_day(self.judged_on, reporting_zone())

    def is_met(self, value: Decimal) -> bool:
        """Whether that value is what was agreed."""
        return value >= self.bound if self.direction == "at least" else value <= self.bound
