"""Of which leads is there something to judge by a definition, in which time, and what was found?

Grain: one row a lead and definition (`leads_evaluation`). A lead may be moved while, as far as was known, it stood in no stage or
in an open one below: in windows between its stays elsewhere. The earliest window with something left to judge is taken; `more`
says that later ones remain. Clock: `since` is the latest of: the lead's recording, what was judged already, its last move by a
definition, the window's opening (its return, as we learnt of it), the beginning of the version. A window closes when the lead
left, or when we learnt that it had, whichever came first. A row of the log that was voided closed it too, until the void was
recorded or the next row was. `returned` is the lead's last return: somebody brought it back, or took an automatic move back;
only something new after it counts. Indexes: evaluation_once, stay_order, stage_change_order. The caller
holds the leads' locks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.agreements.in_force import InForce
from leads.definitions.compiling.statements import Statement
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.terms import LeadDefinition

OVERTAKEN_REASON = "The lead had been moved before, as became known later."
"""Of voids by the job itself, which are nobody's decision."""

WHOM = """
WITH stays AS (
    SELECT s.lead_id, s.at, s.change_id, s.stage = ANY(%(q_lower)s::text[]) AS movable,
           lag(s.stage = ANY(%(q_lower)s::text[])) OVER (PARTITION BY s.lead_id ORDER BY s.at, s.change_id) AS before
    FROM leads_stay s WHERE s.lead_id = ANY(%(q_leads)s::bigint[])
),
known AS (
    SELECT *, CASE WHEN before IS NOT NULL OR NOT movable
                   THEN (SELECT c.recorded_at FROM leads_stagechange c WHERE c.id = change_id) END AS recorded_at
    FROM stays WHERE before IS DISTINCT FROM movable
),
edges AS (
    SELECT *, greatest(at, recorded_at) AS known_from, least(at, recorded_at) AS known_to,
           lead(least(at, recorded_at)) OVER (PARTITION BY lead_id ORDER BY at, change_id) AS closes
    FROM known
),
windows AS (
    SELECT lead_id, CASE WHEN before IS NULL THEN '-infinity' ELSE known_from END AS opens, coalesce(closes, 'infinity') AS closes
    FROM edges WHERE movable
    UNION ALL
    SELECT lead_id, '-infinity', known_to FROM edges WHERE before IS NULL AND NOT movable
    UNION ALL
    SELECT id, '-infinity', 'infinity' FROM unnest(%(q_leads)s::bigint[]) AS nowhere(id) WHERE id NOT IN (SELECT lead_id FROM stays)
),
voided AS (
    SELECT c.lead_id, least(c.at, c.recorded_at) AS leaves, least(v.recorded_at, n.at) AS back,
           c.agreement_version_id IS NOT NULL OR n.at < v.recorded_at AS returned
    FROM leads_stagechange c JOIN leads_stagevoid v ON v.change_id = c.id
    LEFT JOIN LATERAL (
        SELECT greatest(n.at, n.recorded_at) AS at FROM leads_stagechange n LEFT JOIN leads_stagevoid o ON o.change_id = n.id
        WHERE n.lead_id = c.lead_id AND (n.at, n.id) > (c.at, c.id) AND o.reason IS DISTINCT FROM %(q_overtaken)s
        ORDER BY n.at, n.id LIMIT 1
    ) n ON true
    WHERE c.lead_id = ANY(%(q_leads)s::bigint[]) AND c."to" <> ALL(%(q_lower)s::text[]) AND v.reason <> %(q_overtaken)s
),
away AS (
    SELECT lead_id, range_agg(tstzrange(leaves, back)) AS times FROM (SELECT * FROM voided WHERE leaves < back OFFSET 0) v GROUP BY lead_id
),
returns AS (
    SELECT lead_id, known_from AS at FROM edges WHERE movable AND before IS NOT NULL
    UNION ALL
    SELECT lead_id, back FROM voided WHERE returned AND leaves < back
),
times AS (
    SELECT w.lead_id, lower(t.time) AS opens, upper(t.time) AS closes
    FROM (SELECT * FROM windows WHERE opens < closes OFFSET 0) w LEFT JOIN away ON away.lead_id = w.lead_id
    CROSS JOIN LATERAL unnest(tstzmultirange(tstzrange(w.opens, w.closes)) - coalesce(away.times, tstzmultirange())) AS t(time)
),
last_returns AS (
    SELECT t.lead_id, t.opens, max(r.at) AS at FROM times t JOIN returns r ON r.lead_id = t.lead_id AND r.at <= t.opens
    GROUP BY t.lead_id, t.opens
),
moved AS (
    SELECT c.lead_id, max(c.at) AS at FROM leads_stagechange c
    WHERE c.lead_id = ANY(%(q_leads)s::bigint[]) AND c.agreement_version_id IS NOT NULL AND c.cause = 'definition'
      AND NOT EXISTS (SELECT FROM leads_stagevoid v WHERE v.change_id = c.id)
    GROUP BY c.lead_id
),
open_to_it AS (
    SELECT l.id AS lead_id, greatest(l.recorded_at, e.through, moved.at, t.opens, %(q_since)s) AS since, t.closes,
           r.at AS returned, %(q_since)s::timestamptz AS effect
    FROM times t
    JOIN leads_lead l ON l.id = t.lead_id
    LEFT JOIN leads_evaluation e ON e.lead_id = l.id AND e.key = %(q_key)s
    LEFT JOIN moved ON moved.lead_id = l.id
    LEFT JOIN last_returns r ON r.lead_id = t.lead_id AND r.opens = t.opens
    WHERE l.id = ANY(%(q_leads)s::bigint[]) AND NOT l.is_test AND l.merged_into_id IS NULL AND l.erased_at IS NULL
      AND l.id <> ALL(%(q_done)s::bigint[])
)
SELECT DISTINCT ON (lead_id) lead_id, since, closes, returned, effect, count(*) OVER (PARTITION BY lead_id) > 1 AS more
FROM open_to_it WHERE since < closes AND (%(q_last)s OR since <= %(q_until)s)
ORDER BY lead_id, since
"""

KEEP = """
WITH whom AS MATERIALIZED ({whom}),
judged AS MATERIALIZED (
    SELECT w.*, f.at, coalesce(f.at, least(w.closes, greatest(w.since, %(q_until)s))) AS through, j.next_at
    FROM whom w JOIN ({judged}) j ON j.lead_id = w.lead_id
    CROSS JOIN LATERAL (SELECT CASE WHEN j.at < w.closes THEN j.at END AS at) f
),
kept AS (
    INSERT INTO leads_evaluation (lead_id, key, version_id, through, met, next_at)
    SELECT lead_id, %(q_key)s, %(q_version)s, through, at IS NOT NULL,
           CASE WHEN at IS NULL AND closes = 'infinity' THEN CASE WHEN since > %(q_until)s THEN since ELSE next_at END END
    FROM judged ORDER BY lead_id
    ON CONFLICT (lead_id, key) DO UPDATE
        SET version_id = excluded.version_id, through = excluded.through, met = excluded.met, next_at = excluded.next_at
)
SELECT lead_id, at, through, more FROM judged WHERE at IS NOT NULL OR more ORDER BY lead_id
"""
"""`judged` reads `whom` and gives (lead_id, at, next_at). Run without JIT: compiling takes longer than a thousand leads do."""

OVERTAKEN = """
SELECT c.id FROM leads_stagechange c LEFT JOIN leads_stay s ON s.change_id = c.id
WHERE c.lead_id = ANY(%(leads)s::bigint[]) AND c.agreement_version_id IS NOT NULL AND c.cause = 'definition' AND c."to" = %(key)s
  AND NOT EXISTS (SELECT FROM leads_stagevoid v WHERE v.change_id = c.id)
  AND (s.change_id IS NULL OR s.from_stage <> ALL(%(lower)s::text[]))
  AND EXISTS (
      SELECT FROM leads_stagechange o
      WHERE o.lead_id = c.lead_id AND o.at <= c.at AND o.recorded_at > c.recorded_at
        AND NOT EXISTS (SELECT FROM leads_stagevoid v WHERE v.change_id = o.id))
ORDER BY c.id
"""
"""Moves by a definition that moved nobody forward, by what became known of earlier stages since."""

SINCE = Statement(sql.SQL("SELECT lead_id, since, returned, effect FROM whom"), {})

TIDY = """
DELETE FROM leads_evaluation e USING leads_lead l
WHERE l.id = ANY(%(leads)s::bigint[]) AND e.lead_id = l.id
  AND (l.is_test OR l.merged_into_id IS NOT NULL OR l.erased_at IS NOT NULL);
UPDATE leads_evaluation SET next_at = NULL WHERE lead_id = ANY(%(leads)s::bigint[]) AND next_at <= %(now)s;
DELETE FROM leads_fieldspast
WHERE lead_id = ANY(%(leads)s::bigint[]) AND lead_id <> ALL(%(unfinished)s::bigint[]) AND until <= %(now)s
  AND NOT EXISTS (SELECT FROM leads_toroute r WHERE r.lead_id = leads_fieldspast.lead_id AND r.due_at <= %(now)s)
"""
"""What fields held before is kept for who waits to be routed, too: routing asks since when a rule's criteria held."""

POSTPONE = """
INSERT INTO leads_evaluation (lead_id, key, version_id, through, met, next_at)
SELECT l.id, %(key)s, %(version)s, %(since)s, false, %(until)s FROM leads_lead l
WHERE l.id = ANY(%(leads)s::bigint[]) AND NOT l.is_test AND l.merged_into_id IS NULL AND l.erased_at IS NULL
ON CONFLICT (lead_id, key) DO UPDATE SET next_at = excluded.next_at
"""

FORGET_COMPANIES = """
DELETE FROM leads_fieldspast p
WHERE p.company_id IS NOT NULL AND p.until <= %(now)s
  AND NOT EXISTS (
      SELECT FROM leads_toqualify q JOIN leads_lead l ON l.id = q.lead_id
      WHERE l.company_id = p.company_id OR EXISTS (
          SELECT FROM leads_fieldspast o WHERE o.lead_id = l.id AND (o.values ->> 'company_id')::bigint = p.company_id))
  AND NOT EXISTS (
      SELECT FROM leads_toroute q JOIN leads_lead l ON l.id = q.lead_id WHERE q.due_at <= %(now)s AND l.company_id = p.company_id)
  AND NOT EXISTS (
      SELECT FROM leads_definitionrun r JOIN agreements_period during ON during.version_id = r.version_id
      WHERE r.finished_at IS NULL AND lower(during.during) < p.until)
"""


@dataclass(frozen=True)
class Finding:
    """A lead that meets a definition at a moment (`at`), or of which there is `more` to judge after `through`."""

    lead_id: int
    at: datetime | None
    through: datetime
    more: bool


def judge(
    period: InForce, lead_ids: Sequence[int], *, lower: Sequence[str], done: Sequence[int], until: datetime, last: bool
) -> list[Finding]:
    """Judge these leads, but those `done`, by a version for the time that it was in force, up to `until`; write down what was
    found. `lower` are the stages out of which it moves; `last`: no version came after it.
    """
    judged = first_moments(period.says(LeadDefinition), SINCE, until, by_news=True)
    values: dict[str, Any] = {
        **judged.values, "q_leads": list(lead_ids), "q_key": period.key, "q_version": period.version_id,
        "q_since": period.since, "q_lower": list(lower), "q_done": list(done), "q_until": until, "q_last": last,
        "q_overtaken": OVERTAKEN_REASON,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(sql.SQL(KEEP).format(whom=sql.SQL(WHOM), judged=judged.text), values)
        return [Finding(*row) for row in cursor.fetchall()]


def overtaken(lead_ids: Sequence[int], *, key: str, lower: Sequence[str]) -> list[int]:
    """Ids of automatic moves of these leads into that stage which what we learnt since left no room for."""
    with connection.cursor() as cursor:
        cursor.execute(OVERTAKEN, {"leads": list(lead_ids), "key": key, "lower": list(lower)})
        return [row[0] for row in cursor.fetchall()]


def tidy(lead_ids: Sequence[int], *, unfinished: Sequence[int], now: datetime) -> None:
    """Forget what nobody will ask again of leads that were judged: past fields, times that have come, leads that no longer count."""
    with connection.cursor() as cursor:
        cursor.execute(TIDY, {"leads": list(lead_ids), "unfinished": list(unfinished), "now": now})


def postpone(lead_ids: Sequence[int], period: InForce, *, since: datetime, until: datetime) -> None:
    """These leads could not be judged by a definition: their time comes then, and nothing counts as judged until it does."""
    values: dict[str, Any] = {
        "leads": list(lead_ids), "key": period.key, "version": period.version_id, "since": since, "until": until,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(POSTPONE, values)


def forget_companies(now: datetime) -> None:
    """What companies' fields held before is not needed once none of their leads waits and no run is to judge that time yet."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_COMPANIES, {"now": now})
