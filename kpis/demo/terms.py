"""What does the demo company agree on about its numbers? The KPIs, the five numbers and how touches are credited, as terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from kpis.agreed.headline_terms import HeadlineTerms, Number
from kpis.agreed.terms import KpiTerms, Milestone
from kpis.attribution.terms import AttributionTerms

ATTRIBUTION = AttributionTerms(default_model="position")

FIVE = HeadlineTerms(
    numbers=[
        Number(kpi="mqls", advice="Look which campaigns brought them, and tell sales what is coming."),
        Number(kpi="first-contact", advice="Call those first who wait longest.", link="/leakage/?kind=uncontacted"),
        Number(kpi="acceptance", advice="Read together why leads came back.", link="/reports/acceptance/"),
        Number(metric="open_leaks", advice="Close those first that are worth most.", link="/leakage/?order=value"),
        Number(kpi="won-revenue", advice="See which campaigns and deals it came from.", link="/reports/money/"),
    ]
)

MILESTONES = {"Base camp": "0.2", "Half way": "0.5", "The castle": "0.8"}
"""Shares of the target; from the castle we are nearly there."""


@dataclass(frozen=True)
class Plan:
    """A KPI of the demo: its terms but for the targets, and how these follow from what was and what is likely.

    `of_past` makes the target of a period that is over from its value; `easy`: whether that of the running one is likely to be met.
    """

    key: str
    terms: KpiTerms
    easy: bool
    of_past: Callable[[Decimal], Decimal]


def _milestones() -> list[Milestone]:
    return [Milestone(title=title, share=Decimal(share)) for title, share in MILESTONES.items()]


PLANS = (
    Plan(
        "won-revenue",
        KpiTerms(
            title="Won revenue",
            why="A signed deal is a win of both of us: nobody meets this one alone.",
            metric="won_revenue", grain="quarter", side="sales", owner="sales-lead@demo.example",
            milestones=_milestones(),
            note="Shared. The commission on it is settled outside, since it is in both hands.",
        ),
        easy=False,
        of_past=lambda value: value * Decimal("0.9"),
    ),
    Plan(
        "mqls",
        KpiTerms(
            title="Qualified leads",
            why="Enough of those that we both call qualified, so that sales has somebody to talk to.",
            metric="reached.mql", grain="month", side="marketing", owner="marketing-lead@demo.example",
            milestones=_milestones(), bonus=True,
        ),
        easy=True,
        of_past=lambda value: value * Decimal("0.95"),
    ),
    Plan(
        "first-contact",
        KpiTerms(
            title="First contact in time",
            why="Who asked today and is called next week has bought elsewhere.",
            metric="sla_contact", grain="month", side="sales", owner="sales-lead@demo.example", bonus=True,
        ),
        easy=True,
        of_past=lambda value: value * Decimal("0.95"),
    ),
    Plan(
        "acceptance",
        KpiTerms(
            title="Leads accepted",
            why="Says whether we mean the same by a qualified lead.",
            metric="acceptance_rate", grain="month", side="sales", owner="marketing-lead@demo.example",
            note="No bonus: marketing brings them, sales decides.",
        ),
        easy=True,
        of_past=lambda value: value * Decimal("1.1"),
    ),
)  # fmt: skip
