"""How much qualified, was offered, accepted and spoken with in each week, and how much waited at its end?

Grain: one row a week and thing that happened, or one a lead behind one. Clock: each at its own moment, in the period and ≤ as_of;
what came or left before the period counts for what waits. Waiting: qualified and not offered, or offered and not decided. A need
that opened again because an offer came back is no new qualification. Index: need_by_moment, handoff_by_offer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cohorts import COUNTED, base_values, cut_parts
from kpis.reports.params import ReportParams
from kpis.reports.queries.handed import cut_of, ground
from leads.handoffs.models import Absence

HAPPENED = """,
needed AS (
    SELECT n.id, n.lead_id, n.qualified_at, n.qualified_at AS offered_at, n.rule_key, h.to_user_id, h.to_team_id,
           CASE WHEN n.ended_at <= %(as_of)s AND (%(known_at)s::timestamptz IS NULL OR n.ended_recorded_at <= %(known_at)s)
                THEN n.ended_at END AS ended_at,
           NOT EXISTS (
               SELECT FROM leads_handoff b
               WHERE b.lead_id = n.lead_id AND (b.decided_at = n.qualified_at OR b.returned_at = n.qualified_at)) AS fresh
    FROM leads_need n JOIN leads_lead l ON l.id = n.lead_id LEFT JOIN leads_handoff h ON h.id = n.handoff_id
    WHERE n.qualified_at <= %(as_of)s AND (%(known_at)s::timestamptz IS NULL OR n.recorded_at <= %(known_at)s)
      AND (%(sees_everything)s OR h.to_team_id = %(seen_team)s) AND {counted}
),
wanted AS (SELECT f.* FROM needed f JOIN leads_lead l ON l.id = f.lead_id {joins} WHERE true{conditions}),
given AS (
    SELECT f.id, f.lead_id, f.offered_at, f.rule_key, f.to_user_id, f.to_team_id, f.state, f.decided_at,
           CASE WHEN f.state = 'accepted' THEN f.contacted_at END AS contacted_at
    FROM facts f JOIN leads_lead l ON l.id = f.lead_id {joins} WHERE true{conditions}
),
happened AS (
    SELECT 'qualified' AS what, id, lead_id, qualified_at AS at, rule_key, to_user_id, to_team_id FROM wanted WHERE fresh
    UNION ALL SELECT 'offered', id, lead_id, offered_at, rule_key, to_user_id, to_team_id FROM given
    UNION ALL SELECT 'accepted', id, lead_id, decided_at, rule_key, to_user_id, to_team_id FROM given WHERE state = 'accepted'
    UNION ALL SELECT 'contacted', id, lead_id, contacted_at, rule_key, to_user_id, to_team_id FROM given WHERE state = 'accepted'
),
waited AS (
    SELECT 2 * id AS id, lead_id, qualified_at AS since, ended_at AS until, rule_key, to_user_id, to_team_id FROM wanted
    UNION ALL SELECT 2 * id + 1, lead_id, offered_at, decided_at, rule_key, to_user_id, to_team_id FROM given
)
"""

WEEKS = """
{ctes}
SELECT what, width_bucket(at, %(weeks)s::timestamptz[]), count(*)
FROM (
    SELECT what, at FROM happened WHERE at >= %(start)s
    UNION ALL SELECT 'came', since FROM waited
    UNION ALL SELECT 'left', until FROM waited WHERE until IS NOT NULL
) events
WHERE at < %(end)s AND at <= %(as_of)s
GROUP BY 1, 2
"""

ROWS = """
{ctes}
SELECT h.id, h.lead_id, h.at, h.rule_key, coalesce(u.name, t.name) FROM ({rows}) h
LEFT JOIN people_user u ON u.id = h.to_user_id LEFT JOIN people_team t ON t.id = h.to_team_id
WHERE %(after_at)s::timestamptz IS NULL OR (h.at, h.id) > (%(after_at)s, %(after_id)s)
ORDER BY h.at, h.id LIMIT %(limit)s
"""
OF_A_WEEK = "SELECT * FROM happened WHERE what = %(what)s AND at >= %(since)s AND at < %(until)s AND at <= %(as_of)s"
AT_ITS_END = "SELECT *, since AS at FROM waited WHERE since < %(until)s AND (until IS NULL OR until >= %(until)s)"

RECEIVERS = """
SELECT u.id, r.capacity, r.period
FROM people_user u JOIN people_team t ON t.id = u.team_id LEFT JOIN leads_receiver r ON r.user_id = u.id
WHERE u.is_active AND t.side IN ('sales', 'partner') AND coalesce(r.takes_leads, true)
  AND (%(sees_everything)s OR t.id = %(seen_team)s)
  AND (r.user_id IS NOT NULL OR EXISTS (
      SELECT FROM leads_handoff h WHERE h.to_user_id = u.id AND h.offered_at >= %(start)s AND h.offered_at < %(end)s))
  AND (%(owner)s::text IS NULL OR coalesce(u.email, u.name) = %(owner)s) AND (%(team)s::text IS NULL OR t.name = %(team)s)
ORDER BY u.id
"""


@dataclass(frozen=True)
class Receiver:
    """Who takes leads: so many a `period` (week or month), None: without limit. `absences` are half-open."""

    user_id: int
    capacity: float | None
    period: str | None
    absences: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Row:
    """One thing that happened, or one lead that waited (since `at`)."""

    id: int
    lead_id: int
    at: datetime
    rule: str | None
    receiver: str | None


def read_weeks(params: ReportParams, user: Somebody | None, weeks: Sequence[datetime]) -> Mapping[str, Counter[int]]:
    """How often each thing happened, by the number of the week (1 is the first; 0 is before it, for `came` and `left`)."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for what, week, n in _fetch(WEEKS, params, user, {"weeks": list(weeks)}):
        found[what][week] += n
    return found


def read_rows(
    params: ReportParams,
    user: Somebody | None,
    *,
    what: str,
    since: datetime,
    until: datetime,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[Row]:
    """What happened in [since, until), or with `waiting` what waited at `until` (or as_of, if that is earlier); earliest first."""
    rows = sql.SQL(AT_ITS_END if what == "waiting" else OF_A_WEEK)
    values = {
        "what": what,
        "since": since,
        "until": until,
        "after_at": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    return [Row(*row) for row in _fetch(ROWS, params, user, values, rows=rows)]


def read_receivers(
    params: ReportParams, user: Somebody | None, *, owner: str | None, team: str | None
) -> list[Receiver]:
    """Active people of sales and partners who take leads: those whose capacity was set, and those offered a lead in the period."""
    with connection.cursor() as cursor:
        cursor.execute(RECEIVERS, {**base_values(params, user), "owner": owner, "team": team})
        people = cursor.fetchall()
    away: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    absences = Absence.objects.filter(user__in=[one[0] for one in people], until__gt=params.start, since__lt=params.end)
    for absence in absences.order_by("since", "pk"):
        away[absence.user_id].append((absence.since, absence.until))
    return [
        Receiver(pk, None if capacity is None else float(capacity), period, tuple(away[pk]))
        for pk, capacity, period in people
    ]


def _fetch(
    text: str, params: ReportParams, user: Somebody | None, more: dict[str, Any], **parts: sql.Composable
) -> list[tuple[Any, ...]]:
    _columns, joins, conditions, values = cut_parts(params, sql.SQL("f.offered_at"), cut_of("offered_at"))
    happened = sql.SQL(HAPPENED).format(counted=sql.SQL(COUNTED), joins=joins, conditions=conditions)
    ctes = ground(params) + happened
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(text).format(ctes=ctes, **parts),
            {**base_values(params, user), **values, "offered_before": params.end, **more},
        )
        return list(cursor.fetchall())
