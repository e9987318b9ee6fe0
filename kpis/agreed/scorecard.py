"""How do the agreed KPIs stand, all on one page? The one answer behind the page, the report `scorecard`, the API and the digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alignment.people.models import User
from alignment.people.selectors import Somebody, reporting_currency
from alignment.ui.curves import Sparkline
from kpis.agreed.milestones import Point, noted_of, with_facts
from kpis.agreed.reading import InPeriod, Kpi, kpis_in_force
from kpis.agreed.standings import Ahead, KeptChange, changes, stands
from kpis.agreed.wording import UNITS, at_least, difference_said, said


@dataclass(frozen=True)
class Row:
    """One KPI: `periods` end with the current one. `points` are its milestones in this period."""

    kpi: Kpi
    periods: Sequence[InPeriod]
    ahead: Ahead
    points: Sequence[Point]
    change: KeptChange | None
    owner: User | None
    currency: str

    @property
    def now(self) -> InPeriod:
        """The current period."""
        return self.periods[-1]

    @property
    def next_point(self) -> Point | None:
        """The nearest milestone that is not reached; the target is the last."""
        ahead = next((point for point in self.points if not point.holds), None)
        value, target = self.now.value.value, self.now.target
        if ahead is not None or value is None or target is None or self.now.verdict.status in ("met", "missed"):
            return ahead
        return Point("The target", self.now.period.name, target)

    @property
    def spark(self) -> Sparkline:
        """The trend."""
        return Sparkline(
            self.kpi.terms.title,
            tuple(one.period.name for one in self.periods),
            tuple(None if one.value.value is None else float(one.value.value) for one in self.periods),
            unit=UNITS[self.kpi.unit],
            currency=self.currency,
            tone=self.kpi.terms.side,
        )

    @property
    def value(self) -> str:
        return self.say(self.now.value.value)

    @property
    def target(self) -> str:
        """`at least 120`."""
        return "–" if self.now.target is None else f"{at_least(self.kpi.terms.direction)} {self.say(self.now.target)}"

    @property
    def expected(self) -> str:
        return self.say(self.now.expected)

    @property
    def forecast(self) -> str:
        """`118 (104 to 131)`; empty where there is none."""
        if self.ahead.median is None:
            return ""
        low, high = (self.say(bound) for bound in (self.ahead.low, self.ahead.high))
        middle = self.say(self.ahead.median)
        return middle if low == high == middle else f"{middle} ({low} to {high})"

    @property
    def next_said(self) -> str:
        return "" if self.next_point is None else f"{self.next_point.title}: {self.say(self.next_point.threshold)}"

    @property
    def changed(self) -> str:
        """`+4 since last week; most of it: source “web” (+6)`."""
        if self.change is None:
            return ""
        whole = difference_said(self.change.after - self.change.before, self.kpi.unit, self.currency)
        if not self.change.effects:
            return f"{whole} against the week before"
        first = self.change.effects[0]
        part = difference_said(float(str(first["total"])), self.kpi.unit, self.currency)
        return f"{whole} against the week before; most of it by {self.change.cut}: {first['group'] or '(none)'} {part}"

    def say(self, value: Decimal | float | None) -> str:
        """A value in the KPI's unit."""
        return said(value, self.kpi.unit, self.currency)


def scorecard(*, now: datetime, user: Somebody | None, side: str = "") -> list[Row]:
    """Every KPI in force, or those that one side answers for, by title."""
    return _rows(kpis_in_force(now, side), now, user)


def one_row(kpi: Kpi, *, now: datetime, user: Somebody | None) -> Row:
    """The same of one KPI."""
    return _rows([kpi], now, user)[0]


def _rows(kpis: Sequence[Kpi], now: datetime, user: Somebody | None) -> list[Row]:
    if not kpis:
        return []
    stood = stands(kpis, now=now, user=user)
    changed = changes(kpis, now)
    owners = _owners(kpis)
    currency = reporting_currency()
    noted = noted_of([kpi.key for kpi in kpis])
    return [
        Row(
            kpi,
            one.periods,
            one.ahead,
            with_facts(kpi, one.periods[-1].period, noted.get(kpi.key, ())),
            changed.get(kpi.key),
            owners.get(kpi.terms.owner.lower()),
            currency,
        )
        for kpi, one in zip(kpis, stood, strict=True)
    ]


def _owners(kpis: Sequence[Kpi]) -> dict[str, User]:
    addresses = {kpi.terms.owner.lower() for kpi in kpis if kpi.terms.owner}
    found = User.objects.filter(email__in=[*addresses, *(kpi.terms.owner for kpi in kpis)]).select_related("team")
    return {(user.email or "").lower(): user for user in found}
