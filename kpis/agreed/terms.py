"""What do both sides sign with a KPI? A measure, which way is better, targets by period, who answers for it, the milestones."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from alignment.agreements.kinds import Terms

KIND = "kpi"
MOST_FILTERS = 6
MOST_TARGETS = 120
MOST_MILESTONES = 12

Amount = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=20, decimal_places=6)]
Text = Annotated[str, Field(min_length=1, max_length=120)]
Where = Annotated[dict[str, str], Field(max_length=MOST_FILTERS)]
Direction = Literal["up", "down"]
GrainName = Literal["week", "month", "quarter", "year"]
SideName = Literal["marketing", "sales"]
Course = Literal["linear", "level"]


class Part(Terms):
    """One metric, of what `where` names by cut; an empty value means what has none."""

    metric: Text
    where: Where = {}


class TargetLine(Terms):
    """What is to be reached in one period, named as reports name it. Shares are fractions from 0 to 1, money in the reporting
    currency, spans in seconds.
    """

    period: Text
    value: Amount


class SplitLine(Terms):
    """The part of a period's target that falls to one group of a cut."""

    period: Text
    cut: Text
    group: Annotated[str, Field(max_length=200)]
    value: Amount


class Milestone(Terms):
    """A point on the way: a share of the period's target, or a value."""

    title: Text
    share: Amount | None = None
    value: Amount | None = None


class KpiTerms(Terms):
    """One KPI. It measures a `metric`, or `over` ÷ `under`, or an outside `series`: exactly one of the three.

    `course`: how much is to be reached during the period: `linear` in time, or the whole `level` all the time (left out: sums grow,
    rates stay). `owner` is the e-mail address of who looks after it.
    """

    title: Text
    why: Annotated[str, Field(max_length=1_000)] = ""
    metric: Annotated[str, Field(max_length=120)] | None = None
    where: Where = {}
    over: Part | None = None
    under: Part | None = None
    series: Annotated[str, Field(max_length=120)] | None = None
    direction: Direction = "up"
    grain: GrainName = "month"
    targets: Annotated[list[TargetLine], Field(max_length=MOST_TARGETS)] = []
    split: Annotated[list[SplitLine], Field(max_length=5_000)] = []
    course: Course | None = None
    side: SideName
    owner: Annotated[str, Field(max_length=254)] = ""
    milestones: Annotated[list[Milestone], Field(max_length=MOST_MILESTONES)] = []
    bonus: bool = False
    note: Annotated[str, Field(max_length=2_000)] = ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The metrics that it uses, each with its filters; outside numbers are metrics too."""
        if self.series is not None:
            return (Part(metric=f"series.{self.series}", where=self.where),)
        if self.metric is not None:
            return (Part(metric=self.metric, where=self.where),)
        return tuple(part for part in (self.over, self.under) if part is not None)

    def target_of(self, period: str) -> Decimal | None:
        """What is to be reached in the period of that name; None where nothing is agreed of it."""
        return next((line.value for line in self.targets if line.period == period), None)
