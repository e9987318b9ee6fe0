"""What is known of the handoffs of these leads, of what they qualified for, and of their passes? The ground under the kinds of
leak that look at handoffs; it stands after `stays`.

Grain: `handed` one row a handoff, `taken_back` one an offer withdrawn that nothing continues, `needed` one a need, `passed` one a
pass [began, ended) of a lead that has either. Clock: all that is known, or what was known at `known_at`: a decision, a return or a
reason learnt later is not there yet, and deadlines are those of the log as it stood. A partner counts as sales.
Index: handoff_order, need_order, deadline_order, activity_order.
"""

from __future__ import annotations

from kpis.leaks.queries.facts import counted
from leads.handoffs.queries.contacts import FIRST_CONTACT

LEARNT = "(%(known_at)s::timestamptz IS NULL OR {column} <= %(known_at)s)"

DEADLINE = """
CASE WHEN %(known_at)s::timestamptz IS NULL THEN h.{clock}_by ELSE (
    SELECT d.due_at FROM leads_deadline d WHERE d.handoff_id = h.id AND d.clock = '{clock}' AND d.recorded_at <= %(known_at)s
    ORDER BY d.recorded_at DESC, d.id DESC LIMIT 1) END
"""

SECONDS = "coalesce(v.terms #>> '{{{clock}_within,hours}}', '0')::float8 * 3600"

SIDE = "CASE h.{column} WHEN 'partner' THEN 'sales' ELSE h.{column} END"

HANDED = f"""
handed AS MATERIALIZED (
    SELECT h.id, h.lead_id, h.replaces_id, h.offered_at,
           {SIDE.format(column="from_side")} AS from_side, {SIDE.format(column="to_side")} AS to_side,
           CASE WHEN {LEARNT.format(column="h.decided_recorded_at")} THEN h.state ELSE 'offered' END AS state,
           CASE WHEN {LEARNT.format(column="h.decided_recorded_at")} THEN h.decided_at END AS decided_at,
           CASE WHEN {LEARNT.format(column="h.returned_recorded_at")} THEN h.returned_at END AS returned_at,
           CASE WHEN h.reason ~ '\\S' AND {LEARNT.format(column="coalesce(h.reason_recorded_at, h.decided_recorded_at)")}
                THEN greatest(h.decided_at, CASE WHEN h.reason_recorded_at > h.decided_recorded_at THEN h.reason_recorded_at END)
                END AS explained_at,
           {DEADLINE.format(clock="accept")} AS accept_by, {DEADLINE.format(clock="contact")} AS contact_by,
           ({SECONDS.format(clock="accept")})::bigint AS accept_seconds, ({SECONDS.format(clock="contact")})::bigint AS contact_seconds,
           CASE WHEN h.state = 'accepted' THEN {FIRST_CONTACT} END AS contacted_at
    FROM leads_handoff h LEFT JOIN agreements_version v ON v.id = h.rule_id
    WHERE {counted("h")}
),
taken_back AS (
    SELECT h.id, h.lead_id, h.decided_at AS at FROM handed h
    WHERE h.state = 'withdrawn' AND NOT EXISTS (
        SELECT FROM handed successor WHERE successor.replaces_id = h.id AND successor.offered_at <= h.decided_at)
),
needed AS MATERIALIZED (
    SELECT n.lead_id, n.qualified_at,
           CASE WHEN v.terms #>> '{{from,side}}' IN ('sales', 'partner') THEN 'sales' ELSE 'marketing' END AS side,
           CASE WHEN {LEARNT.format(column="n.no_receiver_at")} THEN n.no_receiver_at END AS no_receiver_at,
           CASE WHEN {LEARNT.format(column="n.ended_recorded_at")} THEN n.ended_at END AS ended_at
    FROM leads_need n JOIN agreements_version v ON v.id = n.rule_id
    WHERE {counted("n")}
),
passed AS MATERIALIZED (
    SELECT lead_id, pass_number, min(at) AS began,
           lead(min(at)) OVER (PARTITION BY lead_id ORDER BY pass_number) AS ended
    FROM stayed
    WHERE lead_id IN (SELECT lead_id FROM handed UNION SELECT lead_id FROM needed)
    GROUP BY lead_id, pass_number
)
"""

PLACED = (
    "JOIN passed p ON p.lead_id = {row}.lead_id AND p.began <= {moment} AND (p.ended IS NULL OR {moment} < p.ended)"
)


def in_pass(row: str, moment: str) -> str:
    """Joins the pass `p` in which the moment of the row lies; what lies in none raises no leak."""
    return PLACED.format(row=row, moment=moment)


MERGED = """
SELECT lead_id, pass_number, min(since) AS since, CASE WHEN bool_and(until IS NOT NULL) THEN max(until) END AS until,
       (array_agg(side ORDER BY since, side DESC, limit_seconds))[1] AS side,
       (array_agg(limit_seconds ORDER BY since, side DESC, limit_seconds))[1] AS limit_seconds{during}
FROM (
    SELECT *, count(*) FILTER (WHERE begins) OVER flags AS flag
    FROM (
        SELECT *, coalesce(since >= max(coalesce(until, 'infinity')) OVER (
                   PARTITION BY lead_id, pass_number{during} ORDER BY since, side DESC, limit_seconds
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS begins
        FROM pieces WHERE until IS NULL OR since < until
    ) found
    WINDOW flags AS (PARTITION BY lead_id, pass_number{during} ORDER BY since, side DESC, limit_seconds ROWS UNBOUNDED PRECEDING)
) numbered
GROUP BY lead_id, pass_number, flag{during}
"""


def merged(*, during: bool = False) -> str:
    """What of the CTE `pieces` (lead_id, pass_number, since, until, side, limit_seconds) overlaps as one leak, as its first piece says.

    `during`: pieces name the time in which their limit is agreed, and only those of one time are merged.
    """
    return MERGED.format(during=", during" if during else "")
