"""What was known of leads at given moments, as far as a score looks at it, and were they won in time?

Grain: one row a (lead, moment) at which the lead stood in an open forward stage. Clock: what has `at` ≤ the moment and was recorded by
then; what an import brought counts as known at its own `at` (a lead: when it was created), as in a backtest. A row of the log that was
voided later counts still, one voided by then does not. The label alone looks ahead: a change into a won or loyal stage within `wait`.
Tests, merged and erased leads are left out.

Stages are walked as `leads.lifecycle.queries.walk` does, for each moment anew. Indexes: stage_change_order, activity_order,
lead_value_order, stay_order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from kpis.scores.features import Value
from leads.activities.kinds import KINDS, REPLIES, TOUCHES
from leads.definitions.queries.everybody import COUNTED
from leads.funnel.stage_sets import StageSet

MILLION = 1_000_000

IN_THE_PAST = f"""
WITH pairs AS MATERIALIZED (
    SELECT l.id AS lead_id, m.at AS moment, m.part
    FROM unnest(%(moments)s::timestamptz[], %(parts)s::int[]) m(at, part)
    JOIN leads_lead l ON l.created_at <= m.at AND (l.import_id IS NOT NULL OR l.recorded_at <= m.at)
    WHERE {COUNTED}
      AND (hashint8extended(l.id, extract(epoch FROM m.at)::bigint) & 9223372036854775807) %% 1000000 < %(per_million)s
),
"""

OF_NOW = f"""
WITH pairs AS MATERIALIZED (
    SELECT l.id AS lead_id, %(now)s::timestamptz AS moment, 0 AS part FROM leads_lead l
    WHERE l.id = ANY(%(leads)s::bigint[]) AND l.created_at <= %(now)s AND {COUNTED}
),
"""

ROWS = """
known AS (
    SELECT p.lead_id, p.moment, p.part, c.id, c.at, c.cause, coalesce(s.counts_as, s.key) AS stage, s.position,
           s.category IN ('won', 'loyal') AS closes, bool_or(c.deal_id IS NOT NULL) OVER (PARTITION BY p.lead_id, p.moment) AS dealt
    FROM pairs p
    JOIN leads_stagechange c ON c.lead_id = p.lead_id AND c.at <= p.moment AND (c.import_id IS NOT NULL OR c.recorded_at <= p.moment)
    JOIN leads_stage s ON s.version_id = %(version)s AND s.key = c."to"
    WHERE NOT EXISTS (SELECT FROM leads_stagevoid v WHERE v.change_id = c.id AND v.recorded_at <= p.moment)
),
walked AS (
    SELECT known.*,
           cause <> 'reopen' AND position < coalesce(leads_hold(position, closes, cause = 'reopen') OVER (
               PARTITION BY lead_id, moment ORDER BY at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS held
    FROM known
),
preceded AS (
    SELECT walked.*, lag(stage) OVER standing AS from_stage, lag(position) OVER standing AS from_position,
           lag(id) OVER standing IS NOT NULL AS has_predecessor
    FROM walked WHERE held IS NOT TRUE
    WINDOW standing AS (PARTITION BY lead_id, moment ORDER BY at, id)
),
changes AS (
    SELECT preceded.*, first_value(at) OVER ordered AS began, count(*) OVER ordered AS changes,
           1 + count(*) FILTER (WHERE position IS NOT NULL AND has_predecessor AND from_position IS NULL) OVER ordered AS passes
    FROM preceded WHERE from_stage IS DISTINCT FROM stage
    WINDOW ordered AS (PARTITION BY lead_id, moment ORDER BY at, id)
),
standing AS (SELECT DISTINCT ON (lead_id, moment) * FROM changes ORDER BY lead_id, moment, at DESC, id DESC)
SELECT l.id, s.part, %(wait)s::interval IS NOT NULL AND EXISTS (
           SELECT FROM leads_stay w WHERE w.lead_id = l.id AND w.stage = ANY(%(won)s::text[])
           AND w.at > s.moment AND w.at <= s.moment + %(wait)s::interval),
       s.stage, l.source, l.channel, l.system, campaign.name, v.segment, v.territory, team.name,
       (extract(epoch FROM s.moment - least(l.created_at, s.began)) / 86400)::float8,
       (extract(epoch FROM s.moment - s.at) / 86400)::float8, s.passes::float8, s.changes::float8,
       (extract(epoch FROM s.moment - a.inbound) / 86400)::float8, (extract(epoch FROM s.moment - a.outbound) / 86400)::float8,
       a.touches_30::float8, a.touches_90::float8, a.replies_30::float8, a.replies_90::float8, a.outreach_30::float8,
       a.outreach_90::float8, (v.owner IS NOT NULL)::int::float8, s.dealt::int::float8
FROM standing s JOIN leads_lead l ON l.id = s.lead_id
CROSS JOIN LATERAL (
    SELECT max(a.at) FILTER (WHERE a.kind = ANY(%(theirs)s)) AS inbound, max(a.at) FILTER (WHERE a.ours) AS outbound,
           count(*) FILTER (WHERE a.recent AND a.kind = ANY(%(touches)s)) AS touches_30,
           count(*) FILTER (WHERE a.lately AND a.kind = ANY(%(touches)s)) AS touches_90,
           count(*) FILTER (WHERE a.recent AND a.kind = ANY(%(replies)s)) AS replies_30,
           count(*) FILTER (WHERE a.lately AND a.kind = ANY(%(replies)s)) AS replies_90,
           count(*) FILTER (WHERE a.recent AND a.ours) AS outreach_30, count(*) FILTER (WHERE a.lately AND a.ours) AS outreach_90
    FROM (
        SELECT a.at, a.kind, a.direction = 'outbound' AND NOT a.automated AS ours,
               a.at > s.moment - interval '30 days' AS recent, a.at > s.moment - interval '90 days' AS lately
        FROM leads_activity a
        WHERE a.lead_id = l.id AND a.at <= s.moment AND (a.import_id IS NOT NULL OR a.recorded_at <= s.moment)
    ) a
) a
CROSS JOIN LATERAL (
    SELECT (array_agg(v.text ORDER BY v.at DESC, v.id DESC) FILTER (WHERE v.field = 'segment'))[1] AS segment,
           (array_agg(v.text ORDER BY v.at DESC, v.id DESC) FILTER (WHERE v.field = 'territory'))[1] AS territory,
           (array_agg(v.ref ORDER BY v.at DESC, v.id DESC) FILTER (WHERE v.field = 'campaign'))[1] AS campaign,
           (array_agg(v.ref ORDER BY v.at DESC, v.id DESC) FILTER (WHERE v.field = 'team'))[1] AS team,
           (array_agg(v.ref ORDER BY v.at DESC, v.id DESC) FILTER (WHERE v.field = 'owner'))[1] AS owner
    FROM leads_leadvalue v
    WHERE v.lead_id = l.id AND v.at <= s.moment AND (v.import_id IS NOT NULL OR v.recorded_at <= s.moment)
      AND NOT EXISTS (SELECT FROM leads_stagevoid d WHERE d.change_id = v.change_id AND d.recorded_at <= s.moment)
) v
LEFT JOIN programs_campaign campaign ON campaign.id = v.campaign LEFT JOIN people_team team ON team.id = v.team
WHERE s.position IS NOT NULL AND NOT s.closes
ORDER BY s.part, s.moment, l.id
"""

ARRIVALS = f"""
SELECT percentile_disc(0.05) WITHIN GROUP (ORDER BY l.created_at) FROM leads_lead l WHERE {COUNTED} AND l.created_at <= %(now)s
"""

PAIRS = f"""
SELECT count(*) FROM unnest(%(moments)s::timestamptz[]) m(at)
JOIN leads_lead l ON l.created_at <= m.at AND (l.import_id IS NOT NULL OR l.recorded_at <= m.at) WHERE {COUNTED}
"""

THEIRS = [
    kind.key
    for kind in KINDS
    if kind.direction == "inbound" and not kind.bounces and not kind.withdraws and kind.key != "email_open"
]


@dataclass(frozen=True)
class Row:
    """What was known of a lead at a moment, in the order of `FEATURES`; `won`: within the horizon after it."""

    lead_id: int
    part: int
    won: bool
    values: tuple[Value, ...]


def first_arrivals(now: datetime) -> datetime | None:
    """By when the first twentieth of the leads had come in: before that there is too little to look at."""
    with connection.cursor() as cursor:
        cursor.execute(ARRIVALS, {"now": now})
        found: datetime | None = cursor.fetchone()[0]
    return found


def in_the_past(stages: StageSet, moments: Sequence[tuple[datetime, int]], *, wait: timedelta, most: int) -> list[Row]:
    """Of the leads there were at these moments (each with the part that it belongs to), those that stood open, with their label.

    Where there are more than `most` (lead, moment), some are taken by a hash of both: always the same.
    """
    asked: dict[str, Any] = {"moments": [at for at, _part in moments], "parts": [part for _at, part in moments]}
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, asked)
        there = cursor.fetchone()[0]
    per_million = MILLION if there <= most else MILLION * most // there
    return _rows(IN_THE_PAST, stages, {**asked, "wait": wait, "per_million": per_million})


def of_now(stages: StageSet, lead_ids: Sequence[int], *, now: datetime) -> list[Row]:
    """Of these leads, those that stand open, without a label."""
    return _rows(OF_NOW, stages, {"leads": list(lead_ids), "now": now, "wait": None})


def _rows(pairs: str, stages: StageSet, values: dict[str, Any]) -> list[Row]:
    asked = {
        **values,
        "version": stages.version_id,
        "won": [stage.key for stage in stages.forward if stage.category in ("won", "loyal")],
        "theirs": THEIRS,
        "touches": sorted(TOUCHES),
        "replies": sorted(REPLIES),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(pairs + ROWS, asked)
        return [Row(row[0], row[1], row[2], row[3:]) for row in cursor.fetchall()]
