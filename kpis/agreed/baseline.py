"""Since we began, what became better? The five numbers of the three months before the first agreement (else of the first three
months there are), beside those of the last three, with the uncertainty that chance alone would bring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min

from alignment.agreements.models import Period as InForce
from alignment.agreements.models import Step
from alignment.intervals import newcombe
from alignment.people.selectors import Somebody, reporting_currency, reporting_zone
from kpis.agreed.comparing import ratio_of_counts
from kpis.agreed.headlines import chosen
from kpis.agreed.measures import Measure, between, measure_of, of_metric
from kpis.agreed.reading import find_kpi
from kpis.agreed.wording import difference_said, said
from kpis.metrics.declaring import Better, Unit, Value
from kpis.metrics.periods import Grain, containing
from kpis.reports.params import DEFAULT_WINDOW_DAYS
from leads.models import Lead

MONTHS = 3


@dataclass(frozen=True)
class Days:
    """[first, end)."""

    first: date
    end: date

    @property
    def title(self) -> str:
        return f"{self.first:%b %Y} to {self.end - timedelta(days=1):%b %Y}"

    @property
    def length(self) -> int:
        return (self.end - self.first).days


@dataclass(frozen=True)
class Compared:
    """One number then and now. `verdict`: better, worse, unclear (chance alone may have done it), same, or shown (no interval)."""

    title: str
    then_days: Days
    now_days: Days
    then: str
    now: str
    change: str
    interval: str
    verdict: str

    @property
    def words(self) -> str:
        """The verdict as people read it."""
        return WORDS[self.verdict]


WORDS = {
    "better": "Better",
    "worse": "Worse",
    "unclear": "Too close to tell",
    "same": "The same",
    "shown": "Shown as it is: no interval is known for it",
    "unknown": "Not known then, or not yet",
}


@dataclass(frozen=True)
class Baseline:
    """`began`: when, and `because` of what. `problem`: why nothing can be compared yet."""

    began: date | None
    because: str
    numbers: Sequence[Compared]
    problem: str = ""


def baseline(*, now: datetime, user: Somebody | None) -> Baseline:
    """What became of the five numbers."""
    began, because = beginning(now)
    if began is None:
        return Baseline(None, because, (), "There is nothing to compare yet: as soon as leads come in, this begins.")
    first = _first_lead()
    measures = _measures(now)
    compared = []
    for title, measure, better in measures:
        then, today = spans(began, first, measure, now)
        if then is None or today.first < then.end:
            continue
        compared.append(_compare(title, measure, better, then, today, now, user))
    problem = (
        "" if compared or not measures else "It is too early: six whole months are needed to compare three with three."
    )
    return Baseline(began, because, compared, problem)


def beginning(now: datetime) -> tuple[date | None, str]:
    """The day on which we began: the first agreement that both sides signed took effect, else the first lead came."""
    spans_ = InForce.objects.filter(version__step=Step.SIGNED, begun_at__isnull=False, begun_at__lte=now)
    signed = min((one.since for one in spans_.only("during")), default=None)
    if signed is not None:
        return signed.astimezone(reporting_zone()).date(), "the first agreement that both sides signed took effect"
    return _first_lead(), "the first lead came in; no agreement is signed yet"


def spans(began: date, first: date | None, measure: Measure, now: datetime) -> tuple[Days | None, Days]:
    """Three whole months before we began, where there are leads of then; else the first three. And the last three."""
    ripe = now - timedelta(days=DEFAULT_WINDOW_DAYS if measure.windowed else 0)
    running = containing(Grain.MONTH, ripe.astimezone(reporting_zone()).date())
    today = Days(_back(running.first_day, MONTHS), running.first_day)
    month = containing(Grain.MONTH, began).first_day
    before = Days(_back(month, MONTHS), month)
    if first is not None and first <= before.first:
        return before, today
    begin = containing(Grain.MONTH, max(began, first or began))
    start = begin.first_day if begin.first_day == max(began, first or began) else begin.end_day
    return Days(start, _back(start, -MONTHS)), today


def _back(month: date, months: int) -> date:
    year, number = divmod(month.year * 12 + month.month - 1 - months, 12)
    return date(year, number + 1, 1)


def _first_lead() -> date | None:
    found = Lead.objects.counted().aggregate(first=Min("created_at"))["first"]
    return found.astimezone(reporting_zone()).date() if found else None


def _measures(now: datetime) -> list[tuple[str, Measure, Better]]:
    found = []
    for one in chosen(now)[0].numbers:
        if one.kpi:
            kpi = find_kpi(one.kpi, now)
            found.append((kpi.terms.title, measure_of(kpi.terms), Better(kpi.terms.direction)))
        else:
            measure = of_metric(one.metric)
            found.append((measure.over_metric.title, measure, measure.better))
    return found


def _compare(
    title: str, measure: Measure, better: Better, then: Days, today: Days, now: datetime, user: Somebody | None
) -> Compared:
    currency = reporting_currency()
    old, new = (between(measure, days.first, days.end, now=now, user=user) for days in (then, today))
    told = [said(value.value, measure.unit, currency) for value in (old, new)]
    if old.value is None or new.value is None:
        return Compared(title, then, today, told[0], told[1], "", "", "unknown")
    change = difference_said(new.value - old.value, measure.unit, currency)
    if old.value == new.value:
        return Compared(title, then, today, told[0], told[1], change, "", "same")
    interval, sign = _interval(measure, old, new, then, today)
    if interval is None:
        return Compared(title, then, today, told[0], told[1], change, "", "shown")
    return Compared(title, then, today, told[0], told[1], change, interval, _verdict(sign, better))


def _verdict(sign: int, better: Better) -> str:
    if sign == 0:
        return "unclear"
    if better is Better.NEITHER:
        return "shown"
    return "better" if (sign > 0) == (better is Better.UP) else "worse"


def _interval(measure: Measure, old: Value, new: Value, then: Days, today: Days) -> tuple[str | None, int]:
    """In words, and on which side of "no change" it lies (0: on both)."""
    if old.low is not None and new.low is not None and None not in (old.over, old.under, new.over, new.under):
        low, high = newcombe(*_pair(new), *_pair(old))
        if low is None or high is None:
            return None, 0
        return f"{difference_said(low, Unit.SHARE)} to {difference_said(high, Unit.SHARE)}", _sign(low, high, 0)
    if measure.is_sum and measure.unit is Unit.COUNT and _are_counts(old, new):
        ratio = ratio_of_counts(int(old.value or 0), int(new.value or 0), then.length, today.length)
        if ratio is None:
            return None, 0
        above = "any number of" if ratio[1] is None else f"{ratio[1]:.2f}"
        return f"{ratio[0]:.2f} to {above} times as many a day", _sign(ratio[0], ratio[1], 1)
    return None, 0


def _pair(value: Value) -> tuple[int, int]:
    return int(value.over or 0), int(value.under or 0)


def _are_counts(old: Value, new: Value) -> bool:
    """Whether each line was one: such counts come by chance as if each came by itself."""
    return all(value.value == value.n for value in (old, new))


def _sign(low: float, high: float | None, none: float) -> int:
    if low > none:
        return 1
    return -1 if high is not None and high < none else 0
