"""What became of what was offered in a period, and why did it come back?

Grain: one row a group, or one a group, outcome and reason. Clock: `offered_at` in the period; see `kpis.reports.queries.handed`.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.params import ReportParams
from kpis.reports.queries.handed import Group, handed

OUTCOMES = """
{ctes}
SELECT ARRAY[{cuts}]::text[], count(*),
       count(*) FILTER (WHERE state = 'offered'), count(*) FILTER (WHERE state = 'accepted'),
       count(*) FILTER (WHERE state = 'rejected'), count(*) FILTER (WHERE state = 'expired'),
       count(*) FILTER (WHERE state = 'withdrawn'), count(*) FILTER (WHERE returned_at IS NOT NULL)
FROM handed GROUP BY {group_by}
"""

REASONS = """
{ctes}
SELECT ARRAY[{cuts}]::text[], h.state, h.reason, (array_agg(said.title ORDER BY h.rule_id DESC))[1], count(*)
FROM handed h LEFT JOIN agreements_version v ON v.id = h.rule_id
LEFT JOIN LATERAL (
    SELECT r ->> 'title' AS title FROM jsonb_array_elements(v.terms -> 'reasons') r WHERE r ->> 'key' = h.reason LIMIT 1
) said ON true
WHERE h.state = 'rejected' OR h.returned_at IS NOT NULL
GROUP BY {also} h.state, h.reason
"""


@dataclass(frozen=True)
class Outcomes:
    """How many were offered, and what had become of them; `returned` of the accepted ones came back since."""

    offered: int = 0
    open: int = 0
    accepted: int = 0
    rejected: int = 0
    expired: int = 0
    withdrawn: int = 0
    returned: int = 0

    @property
    def decided(self) -> int:
        """What the acceptance rate is a share of."""
        return self.accepted + self.rejected + self.expired


@dataclass(frozen=True)
class ReasonCount:
    """How often a reason was given; None: none was. `title` is what the rule's latest version that has it says."""

    key: str | None
    title: str | None
    n: int


REJECTED, ACCEPTED = "rejected", "accepted"


def read_outcomes(params: ReportParams, user: Somebody | None) -> dict[Group, Outcomes]:
    """By group, those with at least one offer."""
    rows = handed(params, user, when="offered_at").fetch(OUTCOMES)
    return {tuple(row[0]): Outcomes(*row[1:]) for row in rows}


def read_reasons(params: ReportParams, user: Somebody | None) -> dict[tuple[Group, str], list[ReasonCount]]:
    """By group and state (`rejected`, or `accepted` where it came back afterwards), the most frequent first."""
    asked = handed(params, user, when="offered_at")
    also = asked.cuts() + sql.SQL(", ") if asked.columns else sql.SQL("")
    found: dict[tuple[Group, str], list[ReasonCount]] = {}
    for cuts, state, key, title, n in asked.fetch(REASONS, also=also):
        found.setdefault((tuple(cuts), state), []).append(ReasonCount(key, title, n))
    for reasons in found.values():
        reasons.sort(key=lambda reason: (-reason.n, reason.key is None, reason.key or ""))
    return found
