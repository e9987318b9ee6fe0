"""Acceptance: of what was offered in a period, how much was accepted, and why not the rest?"""

from __future__ import annotations

from typing import Any

from alignment.people.selectors import Somebody
from kpis.reports.funnel import group_of, sort_key
from kpis.reports.handoff_lists import ACCEPTANCE
from kpis.reports.params import ReportParams
from kpis.reports.queries.acceptance import (
    ACCEPTED,
    REJECTED,
    Outcomes,
    ReasonCount,
    read_outcomes,
    read_reasons,
)
from kpis.reports.queries.handed import all_groups
from kpis.reports.sight import sight
from kpis.reports.statistics import rate, wilson
from kpis.snapshot import one_snapshot

__all__ = ["LISTING", "acceptance"]

LISTING = ACCEPTANCE
NONE = Outcomes()


@one_snapshot()
def acceptance(params: ReportParams, user: Somebody | None = None) -> dict[str, Any]:
    """The acceptance report, by time of the offer: rate = accepted / (accepted + rejected + expired), with Wilson's interval."""
    outcomes, reasons = read_outcomes(params, user), read_reasons(params, user)
    return {
        **params.heading(),
        "sight": sight(user),
        "groups": [
            {
                "group": group_of(params, group),
                **_figures(outcomes.get(group, NONE)),
                "reasons": as_json(reasons.get((group, REJECTED), [])),
                "returned_reasons": as_json(reasons.get((group, ACCEPTED), [])),
            }
            for group in sorted(outcomes.keys() | all_groups(params, user), key=sort_key)
        ],
    }


def _figures(found: Outcomes) -> dict[str, Any]:
    low, high = wilson(found.accepted, found.decided)
    return {
        "offered": found.offered,
        "open": found.open,
        "accepted": found.accepted,
        "rejected": found.rejected,
        "expired": found.expired,
        "withdrawn": found.withdrawn,
        "acceptance_rate": rate(found.accepted, found.decided),
        "wilson_low": low,
        "wilson_high": high,
        "returned": found.returned,
    }


def as_json(reasons: list[ReasonCount]) -> list[dict[str, Any]]:
    """`[{"key", "title", "n"}]`; a reason that no version names any more is called by its key."""
    return [{"key": reason.key, "title": reason.title or reason.key, "n": reason.n} for reason in reasons]
