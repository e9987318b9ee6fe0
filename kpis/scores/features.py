"""What does a score look at? One declaration a feature: its name, what people call it, and how numbers of it are said.

Only what is logged with its time, or fixed when the lead was created. Left out although people would expect them: a deal's amount and a
lead's country, title and attributes. What they held earlier is not kept, and what is filled in after a win would give the answer away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Feature:
    """`days`: a number of days, nothing where it never happened; `count`: a number; `flag`: yes or no; `name`: one of a few names."""

    key: str
    title: str
    shape: Literal["name", "days", "count", "flag"]


FEATURES = (
    Feature("stage", "Stage", "name"),
    Feature("source", "Source", "name"),
    Feature("channel", "Channel", "name"),
    Feature("system", "System it came from", "name"),
    Feature("campaign", "Campaign", "name"),
    Feature("segment", "Segment", "name"),
    Feature("territory", "Territory", "name"),
    Feature("team", "Team", "name"),
    Feature("age", "Days since it came in", "days"),
    Feature("stay", "Days in this stage", "days"),
    Feature("passes", "Times through the funnel", "count"),
    Feature("changes", "Changes of stage so far", "count"),
    Feature("inbound", "Days since they last did something", "days"),
    Feature("outbound", "Days since we last reached out", "days"),
    Feature("touches_30", "Touches in 30 days", "count"),
    Feature("touches_90", "Touches in 90 days", "count"),
    Feature("replies_30", "Replies in 30 days", "count"),
    Feature("replies_90", "Replies in 90 days", "count"),
    Feature("outreach_30", "Our calls, mails and meetings in 30 days", "count"),
    Feature("outreach_90", "Our calls, mails and meetings in 90 days", "count"),
    Feature("owned", "Somebody owns it", "flag"),
    Feature("dealt", "A deal came of it", "flag"),
)
BY_KEY = {feature.key: feature for feature in FEATURES}
Value = str | float | None


def said(feature: Feature, value: Value) -> str:
    """A value in words."""
    if feature.shape == "flag":
        return "yes" if value else "no"
    if value is None:
        return "never" if feature.shape == "days" else "(none)"
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if value >= 1 or value == 0 else "less than 1"
