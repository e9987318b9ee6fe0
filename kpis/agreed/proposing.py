"""How does a plan become the proposal? Drafts of KPIs with its targets, by month, split by region or source."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.models import Version
from alignment.agreements.terms import as_document
from alignment.people.models import User
from kpis.agreed.splitting import split
from kpis.agreed.targets import STEPS, Line, Plan
from kpis.agreed.terms import KIND, KpiTerms, SplitLine, TargetLine


def key_of(line: Line) -> str:
    """The KPI's short name: `won-revenue`, `accepted-leads`, `reached-opportunity`."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in line.step.metric.lower())
    return "-".join(part for part in kept.split("-") if part)[:40].rstrip("-")


@transaction.atomic
def begin_drafts(plan: Plan, *, steps: Collection[str], cut: str | None, by: User, now: datetime) -> list[Version]:
    """A draft for each chosen place of the plan that has a number: what is in force with these targets, or a KPI anew."""
    return [
        start_draft(KIND, key_of(line), as_document(_terms(line, plan, cut, now)), author=by, now=now, note=_note(plan))
        for line in plan.lines
        if line.step.key in steps and line.target is not None
    ]


def _terms(line: Line, plan: Plan, cut: str | None, now: datetime) -> KpiTerms:
    targets = [TargetLine(period=period, value=value) for period, value in line.months.items()]
    parts = _parts(line, cut) if cut else []
    found = in_force(KIND, key_of(line), now)
    if found is None:
        return KpiTerms(
            title=line.step.title if line.step.key in ("spend", "revenue") else f"Leads that reach {line.step.title}",
            metric=line.step.metric,
            direction="down" if line.step.key == "spend" else "up",
            grain="month",
            targets=targets,
            split=parts,
            side="marketing" if line.step.side == "marketing" else "sales",
        )
    terms = found.says(KpiTerms)
    months = set(line.months)
    return terms.model_copy(
        update={
            "grain": "month",
            "targets": sorted(
                [*(one for one in terms.targets if one.period not in months and terms.grain == "month"), *targets],
                key=lambda one: one.period,
            ),
            "split": [*(one for one in terms.split if one.period not in months and terms.grain == "month"), *parts],
        }
    )


def _parts(line: Line, cut: str) -> list[SplitLine]:
    """Each month's target by the same shares, each adding up to its month."""
    weights: Mapping[str, Decimal] = line.parts.get(cut, {})
    return [
        SplitLine(period=period, cut=cut, group=group, value=part)
        for period, value in line.months.items()
        for group, part in split(value, weights, STEPS[line.step.unit]).items()
    ]


def _note(plan: Plan) -> str:
    what = "a budget" if plan.forward else "a revenue goal"
    return (
        f"From {what} of {plan.amount:,.2f} for {plan.period.name}, by the rates of leads that came from "
        f"{plan.chain.first} to {plan.chain.end}."
    )
