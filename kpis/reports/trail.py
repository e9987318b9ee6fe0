"""The trail: who handed leads to whom in a period, after how long, and where leads went in circles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alignment.people.selectors import Somebody
from alignment.ui.words import NOTHING, span
from kpis.reports.behind import After
from kpis.reports.lines import Line, Listing
from kpis.reports.params import ReportParams, not_cut
from kpis.reports.queries.trail import read_handovers, read_pairs, read_totals
from kpis.snapshot import one_snapshot


def trail(params: ReportParams, user: Somebody | None = None) -> dict[str, Any]:
    """The trail report as contracted, between owners, teams or sides (`params.between`).

    A hand-over lies at the row of the log that changed the holder. `leads` are those with a known holder before the end.
    """
    _check(params)
    with one_snapshot():
        totals, pairs = read_totals(params, user), read_pairs(params, user)
    return {
        **params.heading(),
        "between": params.between,
        "leads": totals.leads,
        "handovers": totals.handovers,
        "mean_per_lead": totals.handovers / totals.leads if totals.leads else None,
        "pingpong_leads": totals.pingpong_leads,
        "pingpong": totals.pingpong,
        "pairs": [
            {"from": pair.giver, "to": pair.taker, "n": pair.n, "p50_seconds": pair.p50_seconds} for pair in pairs
        ],
    }


@one_snapshot()
def _lines(
    params: ReportParams,
    user: Somebody | None,
    measure: str,
    which: Mapping[str, str],
    after: After | None,
    limit: int,
) -> list[Line]:
    _check(params)
    found = read_handovers(
        params,
        user,
        measure=measure,
        giver=which.get("from"),
        taker=which.get("to"),
        after=(after.at, after.id) if after else None,
        limit=limit,
    )
    return [
        Line(row.lead_id, row.at, row.id, (row.giver or NOTHING, row.taker, span(row.held_seconds))) for row in found
    ]


def _check(params: ReportParams) -> None:
    not_cut(params, "Hand-overs")


LISTING = Listing(
    titles={
        "handovers": "Hand-overs",
        "pingpong": "Hand-overs back to who had it before",
        "leads": "Leads that somebody held",
        "pingpong_leads": "Leads that went in circles",
    },
    columns=("From", "To", "Held before"),
    which=("from", "to"),
    lines=_lines,
)
