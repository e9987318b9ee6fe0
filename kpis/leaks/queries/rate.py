"""Of the leads that qualified for a handoff in a period, how many leaked soon after? For the leakage rate.

Grain: one row. Counted are (lead, pass), once, by the first time it qualified in that pass: in the period, and at least 30 × 24 h
before `as_of`. It leaked if one of these kinds opened within 30 × 24 h of that, before the pass ended. Erased leads count as
qualified and raise no leaks. Clock: `known_at`; passes by the funnel of the question. Index: need_by_moment, handoff_order, leak_once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from alignment.plans import hashed_joins
from kpis.leaks.queries import intervals
from kpis.leaks.queries.facts import KNOWN
from kpis.leaks.queries.known import Known
from kpis.reports.cohorts import COUNTED, base_values, cut_parts
from kpis.reports.kept import reads_kept
from kpis.reports.params import ReportParams
from kpis.reports.queries.handed import OF_LEADS
from leads.lifecycle.queries.walk import WALK

KINDS = ("unrouted", "unaccepted", "uncontacted", "stalled", "ping_pong")
"""What becomes of a lead on its way from one side to the other."""

FIRST_QUALIFIED = f"""
ready AS (
    SELECT n.lead_id, n.qualified_at AS at FROM leads_need n WHERE {KNOWN.format(row="n")} AND {OF_LEADS.format(lead="n.lead_id")}
    UNION ALL
    SELECT h.lead_id, h.qualified_at FROM leads_handoff h
    WHERE h.qualified_at IS NOT NULL AND {KNOWN.format(row="h")} AND {OF_LEADS.format(lead="h.lead_id")}
),
asked AS MATERIALIZED (
    SELECT DISTINCT lead_id FROM ready WHERE at >= %(start)s AND at < %(end)s AND at <= %(as_of)s
),
passes AS (
    SELECT lead_id, pass_number, min(at) AS began, lead(min(at)) OVER (PARTITION BY lead_id ORDER BY pass_number) AS ended
    FROM {{stays}} WHERE lead_id IN (SELECT lead_id FROM asked) AND at <= %(as_of)s
    GROUP BY lead_id, pass_number
),
firsts AS (
    SELECT p.lead_id, p.pass_number, p.ended, min(r.at) AS at
    FROM passes p JOIN ready r ON r.lead_id = p.lead_id AND p.began <= r.at AND (p.ended IS NULL OR r.at < p.ended)
    GROUP BY p.lead_id, p.pass_number, p.ended
)
"""
"""When each pass qualified first, of the leads that were ready for something in the period."""

HAS_LEAKED = """
    {leaks} k ON k.lead_id = q.lead_id AND k.kind = ANY(%(leaking)s)
     AND k.since >= q.at AND k.since <= q.at + {window} AND (q.ended IS NULL OR k.since < q.ended)
"""

RATE = f"""
{FIRST_QUALIFIED.rstrip()},
qualified AS MATERIALIZED (
    SELECT f.lead_id, f.pass_number, f.ended, f.at
    FROM firsts f JOIN leads_lead l ON l.id = f.lead_id
    {{joins}}
    WHERE f.at >= %(start)s AND f.at < %(end)s AND f.at + {{window}} <= %(as_of)s AND {{counted}}{{conditions}}
),
leaked AS (
    SELECT DISTINCT q.lead_id, q.pass_number FROM qualified q JOIN {HAS_LEAKED.strip()}
)
SELECT (SELECT count(*) FROM qualified), (SELECT count(*) FROM leaked)
"""

WINDOW = sql.SQL("interval '720 hours'")
"""30 days of 24 hours."""


@dataclass(frozen=True)
class Leaked:
    """Of so many that qualified, so many leaked."""

    qualified: int
    leaked: int


@dataclass(frozen=True)
class Ground:
    """Where passes and leaks are read from: the CTEs before them, the tables, and the values that they name."""

    ctes: sql.Composable
    stays: sql.Composable
    leaks: sql.Composable
    values: dict[str, Any]


def ground(params: ReportParams, leads: list[int] | None = None, known: Known | None = None) -> Ground:
    """What is kept, or what the log as it was known gives; of all leads or a few. `known`: leaks that were read already."""
    known_at = params.known_at
    found = known or (None if known_at is None else intervals.Leaks(leads=leads, known_at=known_at))
    kept = reads_kept(params.stages, known_at)
    ctes = sql.SQL("WITH ") if found is None else found.ctes + sql.SQL(", ")
    return Ground(
        ctes + sql.SQL("" if kept else f"{WALK}, "),
        stays=sql.Identifier("leads_stay" if kept else "changes"),
        leaks=sql.Identifier("kpis_leak" if found is None else "leaks"),
        values={**(found.values if found else {}), "leaking": list(KINDS)},
    )


def read_leaked(params: ReportParams, user: Somebody | None, known: Known | None = None) -> Leaked:
    """The counts over the leads that `user` may see. `known`: as for `ground`."""
    _columns, joins, conditions, cut_values = cut_parts(params, sql.SQL("f.at"))
    there = ground(params, known=known)
    statement = sql.SQL(RATE).format(
        window=WINDOW,
        stays=there.stays,
        leaks=there.leaks,
        joins=joins,
        counted=sql.SQL(COUNTED),
        conditions=conditions,
    )
    values = {**there.values, **base_values(params, user), **cut_values}
    with hashed_joins(), connection.cursor() as cursor:
        cursor.execute(there.ctes + statement, values)
        return Leaked(*cursor.fetchone())
