"""The handoffs behind the counts of acceptance and SLA: one condition a figure, the same that the figures are counted by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from psycopg2 import sql

from alignment.people.selectors import Somebody
from alignment.ui.words import NOTHING
from kpis.reports.behind import After
from kpis.reports.lines import Line, Listing, Which
from kpis.reports.params import ReportParams
from kpis.reports.queries.handed import handed
from kpis.reports.queries.sla import CONDITIONS, FIRST_OFFERS
from kpis.snapshot import one_snapshot
from leads.handoffs.models import State

ROWS = """
{ctes}
SELECT h.id, h.lead_id, h.{when}, h.rule_key, coalesce(u.name, t.name), h.state, h.returned_at IS NOT NULL, coalesce(said.title, h.reason)
FROM (SELECT * FROM handed WHERE {condition}) h JOIN people_team t ON t.id = h.to_team_id LEFT JOIN people_user u ON u.id = h.to_user_id
LEFT JOIN agreements_version v ON v.id = h.rule_id
LEFT JOIN LATERAL (
    SELECT r ->> 'title' AS title FROM jsonb_array_elements(v.terms -> 'reasons') r WHERE r ->> 'key' = h.reason LIMIT 1
) said ON true
WHERE (%(reason)s::text IS NULL OR coalesce(h.reason, '') = %(reason)s)
  AND (%(after_at)s::timestamptz IS NULL OR (h.{when}, h.id) > (%(after_at)s, %(after_id)s))
ORDER BY h.{when}, h.id LIMIT %(limit)s
"""

COLUMNS = ("Rule", "Offered to", "What became of it", "Reason")


@dataclass(frozen=True)
class Figure:
    """What is counted: handoffs whose `when` lies in the period and for which the condition holds; `firsts`: first offers of a pass."""

    title: str
    when: str
    condition: str
    firsts: bool = False


def listing(figures: Mapping[str, Figure]) -> Listing:
    """A listing of these figures; `reason` narrows to one reason given, empty to none given."""
    return Listing({key: one.title for key, one in figures.items()}, COLUMNS, ("reason",), _lines(figures))


def _lines(
    figures: Mapping[str, Figure],
) -> Callable[[ReportParams, Somebody | None, str, Which, After | None, int], Sequence[Line]]:
    def lines(
        params: ReportParams, user: Somebody | None, measure: str, which: Which, after: After | None, limit: int
    ) -> list[Line]:
        figure = figures[measure]
        values = {
            "reason": which.get("reason"),
            "after_at": after.at if after else None,
            "after_id": after.id if after else None,
            "limit": limit,
        }
        asked = handed(
            params,
            user,
            when=figure.when,
            source="firsts" if figure.firsts else "facts",
            between=FIRST_OFFERS if figure.firsts else "",
        )
        rows = asked.fetch(ROWS, values, when=sql.Identifier(figure.when), condition=sql.SQL(figure.condition))
        return [
            Line(lead_id, at, pk, (rule, receiver, _state(state, returned), reason or NOTHING))
            for pk, lead_id, at, rule, receiver, state, returned, reason in rows
        ]

    return one_snapshot()(lines)


def _state(state: str, returned: bool) -> str:
    return f"{State(state).label}, came back" if returned else State(state).label


ACCEPTANCE = listing(
    {
        "offered": Figure("Offers", "offered_at", "true"),
        "open": Figure("Offers still open", "offered_at", "state = 'offered'"),
        "accepted": Figure("Offers accepted", "offered_at", "state = 'accepted'"),
        "rejected": Figure("Offers turned down", "offered_at", "state = 'rejected'"),
        "expired": Figure("Offers expired", "offered_at", "state = 'expired'"),
        "withdrawn": Figure("Offers taken back", "offered_at", "state = 'withdrawn'"),
        "returned": Figure("Accepted, and came back", "offered_at", "returned_at IS NOT NULL"),
    }
)

SLA = listing(
    {
        "accept_n": Figure("Deadlines to accept", "accept_by", CONDITIONS["accept_n"]),
        "accept_met": Figure("Decided in time", "accept_by", CONDITIONS["accept_met"]),
        "accept_late": Figure("Decided late", "accept_by", CONDITIONS["accept_late"]),
        "accept_expired": Figure("Expired", "accept_by", CONDITIONS["accept_expired"]),
        "accept_withdrawn": Figure("Taken back after the deadline", "accept_by", CONDITIONS["accept_withdrawn"]),
        "accept_open": Figure("Overdue and still open", "accept_by", CONDITIONS["accept_open"]),
        "rejected": Figure("Turned down", "accept_by", CONDITIONS["rejected"]),
        "contact_n": Figure("Deadlines to first contact", "contact_by", CONDITIONS["contact_n"]),
        "contact_met": Figure("Contacted in time", "contact_by", CONDITIONS["contact_met"]),
        "contact_late": Figure("Contacted late", "contact_by", CONDITIONS["contact_late"]),
        "contact_open": Figure("Not contacted yet", "contact_by", CONDITIONS["contact_open"]),
        "first_offers": Figure("First offers of a pass", "contact_by", "true", firsts=True),
        "contacted": Figure("First offers, spoken with since", "contact_by", "contacted_at IS NOT NULL", firsts=True),
    }
)
