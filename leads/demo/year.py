"""The span of time that a made-up company lives through, and how many leads each of its days brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leads.demo.cast import MONTH_WEIGHT
from leads.demo.days import DAY


@dataclass(frozen=True)
class Year:
    """A span of history: `days` up to `end`, from one seed. Longer than a year, so that there is a year to learn from.

    From `agreed_from` on no story says by itself that a lead qualifies, and what leads do tells how interested they are. From
    `handed_from` on none says who accepts a lead: it waits until it is offered to somebody. Who is interested comes back within
    `again_days`.
    """

    seed: str
    end: datetime
    days: int = 640
    agreed_from: datetime | None = None
    handed_from: datetime | None = None
    again_days: float = 16

    def weights(self) -> list[float]:
        """How many leads each day brings, in proportion: seasons, quiet weekends, a business that slowly grows."""
        first = self.end - self.days * DAY
        days = [first + n * DAY for n in range(self.days)]
        return [
            MONTH_WEIGHT[d.month - 1] * (0.25 if d.weekday() >= 5 else 1.0) * (1 + n / self.days)
            for n, d in enumerate(days)
        ]
