"""What are today's rates along the funnel? Of the leads of twelve months that have had their window, with Wilson's intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

from alignment.intervals import Z, wilson
from alignment.people.selectors import reporting_currency, reporting_zone
from kpis.agreed.arithmetic import Rate
from kpis.agreed.measures import ask
from kpis.agreed.queries.spread import spread_of
from kpis.agreed.wording import said
from kpis.metrics.catalogue import find
from kpis.metrics.declaring import Summed, Unit
from kpis.metrics.evaluating import evaluate
from kpis.money.queries.accepted import accepting_stage
from leads.funnel.stage_sets import StageSet, StageTerms, stage_set

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Step:
    """One place of the chain: what is counted there, and the rate by which it comes from the place before (None: the first)."""

    key: str
    title: str
    metric: str
    unit: Unit
    side: str
    rate: Rate | None


@dataclass(frozen=True)
class Chain:
    """From spend to revenue. `problems`: which rates are not known, in sentences; then there is no arithmetic."""

    steps: Sequence[Step]
    first: date
    end: date
    problems: Sequence[str]


def chain(now: datetime) -> Chain:
    """Spend, leads, every stage up to the win, revenue: each with today's rate."""
    stages = stage_set(at=now)
    end = now.astimezone(reporting_zone()).date()
    ripe = end - timedelta(days=ask(end, end, now=now).window_days)
    path = _path(stages)
    cohort = evaluate([f"cohort.{stage.key}" for stage in path], ask(ripe - YEAR, ripe, now=now))[()]
    counts = [int(cohort[f"cohort.{stage.key}"].value or 0) for stage in path]
    problems: list[str] = []
    bought, average = _bought(end - YEAR, end, now, problems), _average(end - YEAR, end, now, problems)
    steps = [Step("spend", "Spend", "spend", Unit.MONEY, "marketing", None)]
    steps.append(Step(path[0].key, path[0].title, "leads_created", Unit.COUNT, "marketing", bought))
    accepting = accepting_stage(stages)
    for place, stage in enumerate(path[1:], 1):
        metric = "accepted_leads" if stage.key == accepting else f"reached.{stage.key}"
        side = "sales" if stage.side == "partner" else stage.side
        rate = _conversion(counts[place], counts[place - 1], path[place - 1], stage, problems)
        steps.append(Step(stage.key, stage.title, metric, Unit.COUNT, side, rate))
    steps.append(Step("revenue", "Won revenue", "won_revenue", Unit.MONEY, "sales", average))
    return Chain(steps, ripe - YEAR, ripe, problems)


def _path(stages: StageSet) -> list[StageTerms]:
    """The forward stages up to the first win."""
    path = []
    for stage in stages.forward:
        path.append(stage)
        if stage.category == "won":
            break
    return path


def _conversion(part: int, whole: int, before: StageTerms, stage: StageTerms, problems: list[str]) -> Rate | None:
    low, high = wilson(part, whole)
    if low is None or high is None:
        problems.append(
            f"Nobody of the year reached {before.title} in time, so the rate to {stage.title} is not known."
        )
        return None
    if not part:
        problems.append(f"Of {whole:,} leads of the year none got from {before.title} to {stage.title} in time.")
    return Rate(part / whole, low, high, f"{part:,} of {whole:,}")


def _bought(first: date, end: date, now: datetime, problems: list[str]) -> Rate | None:
    """Leads by unit of money: what was spent and what came are counted, so no interval is claimed for it."""
    found = evaluate(["spend", "leads_created"], ask(first, end, now=now))[()]
    spend, leads = found["spend"], found["leads_created"]
    if not spend.value or spend.value < 0 or not leads.value:
        problems.append(
            spend.problem or "Without spend and leads of the last twelve months, no cost per lead is known."
        )
        return None
    rate = float(leads.value / spend.value)
    cost = said(spend.value / leads.value, Unit.MONEY, reporting_currency())
    return Rate(rate, rate, rate, f"{cost} a lead over twelve months")


def _average(first: date, end: date, now: datetime, problems: list[str]) -> Rate | None:
    """The average deal: its mean ± 1.96 standard errors, from below 0 for none."""
    metric = find("won_revenue", stage_set(at=now))
    found = spread_of(metric, ask(first, end, now=now)) if isinstance(metric, Summed) else None
    if found is None or not found.mean or found.mean < 0:
        problems.append("Without a won deal of the last twelve months whose amount is known, no average deal is known.")
        return None
    words = f"{said(found.mean, Unit.MONEY, reporting_currency())} a win, of {found.n:,}"
    if found.deviation is None:
        return Rate(found.mean, 0.0, None, words)
    margin = Z * found.deviation / sqrt(found.n)
    return Rate(found.mean, max(found.mean - margin, 0.0), found.mean + margin, words)
