"""Which numbers stand at the top of the dashboard? Up to five, chosen by both sides, each with what to do about it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from alignment.agreements.kinds import Terms

KIND = "headline"
MOST = 5


class Number(Terms):
    """A metric of the catalogue, or a KPI, by its key: one of both. `advice` says what to do about it, `link` (a path) where."""

    metric: Annotated[
        str,
        Field(max_length=120, title="Metric", description="Its key in the catalogue of metrics; or leave it empty."),
    ] = ""
    kpi: Annotated[
        str, Field(max_length=40, title="KPI", description="The short name of an agreed KPI; or leave it empty.")
    ] = ""
    advice: Annotated[
        str,
        Field(
            min_length=1, max_length=300, title="What to do", description="One sentence, such as: Call those first …"
        ),
    ]
    link: Annotated[
        str,
        Field(
            max_length=300,
            title="Where",
            description="A page of this site, such as /leakage/; empty: what is behind it.",
        ),
    ] = ""


class HeadlineTerms(Terms):
    """The numbers, in order."""

    numbers: Annotated[list[Number], Field(min_length=1, max_length=MOST, title="Numbers")]


DEFAULT = HeadlineTerms(
    numbers=[
        Number(metric="leads_created", advice="Look whom they are, and what brought them.", link="/leads/"),
        Number(
            metric="acceptance_rate",
            advice="Read together why leads came back, and agree what to change.",
            link="/reports/acceptance/",
        ),
        Number(metric="open_leaks", advice="Close those first that are worth most.", link="/leakage/?order=value"),
        Number(metric="won_deals", advice="Tell both sides what brought them about."),
        Number(metric="won_revenue", advice="See which campaigns and deals it came from.", link="/reports/money/"),
    ]
)
"""What stands there as long as nothing is agreed."""
