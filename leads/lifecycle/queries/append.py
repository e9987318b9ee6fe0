"""Appends to the logs of stages and of what may change about a lead: one row or a hundred thousand by one statement.

Rows come as one JSON document, so that a single parameter carries them all. Grain: one row appended.

Owners are locked (FOR KEY SHARE: signing in goes on, who moves or deactivates a person waits): of two transactions that give
a person a lead and change the person, the later one sees what the earlier did, and marks the lead for recomputing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import orjson
from django.db import connection

from alignment.prepared import Call, execute
from leads.funnel.turns import USE_FUNNEL
from leads.lifecycle.recording import known_from

APPEND_CHANGES = """
WITH incoming AS (
    SELECT r.* FROM ROWS FROM (json_to_recordset(%(rows)s) AS (
        lead_id bigint, "to" text, at timestamptz, cause text, reason text, owner_id bigint, team_id bigint,
        by_id bigint, deal_id bigint, identity text, agreement_version_id bigint)) WITH ORDINALITY
        AS r(lead_id, "to", at, cause, reason, owner_id, team_id, by_id, deal_id, identity, agreement_version_id, n)
),
owners AS MATERIALIZED (
    SELECT id, team_id FROM people_user WHERE id IN (SELECT owner_id FROM incoming) ORDER BY id FOR KEY SHARE
),
appended AS (
    INSERT INTO leads_stagechange
        (lead_id, "to", at, recorded_at, cause, reason, actor_id, by_id, owner_id, team_id, deal_id, version_id, identity,
         import_id, agreement_version_id)
    SELECT i.lead_id, i."to", i.at, %(recorded_at)s::timestamptz, i.cause, i.reason, %(actor)s::bigint, i.by_id, i.owner_id,
           coalesce(i.team_id, u.team_id), i.deal_id, %(version)s::bigint, i.identity, %(import)s::bigint, i.agreement_version_id
    FROM incoming i LEFT JOIN owners u ON u.id = i.owner_id
    ORDER BY i.n
    ON CONFLICT (lead_id, identity) WHERE identity IS NOT NULL DO NOTHING
    RETURNING id, lead_id, at, owner_id, team_id
),
holders AS (
    INSERT INTO leads_leadvalue (lead_id, field, ref, at, recorded_at, actor_id, change_id, import_id)
    SELECT a.lead_id, h.field, h.ref, a.at, %(recorded_at)s::timestamptz, %(actor)s::bigint, a.id, %(import)s::bigint
    FROM appended a CROSS JOIN LATERAL (VALUES ('owner', a.owner_id), ('team', a.team_id)) AS h(field, ref)
    WHERE h.ref IS NOT NULL
    ORDER BY a.id
)
SELECT id FROM appended ORDER BY id
"""

APPEND_VALUES = """
WITH incoming AS (
    SELECT r.* FROM ROWS FROM (json_to_recordset(%(rows)s) AS (
        lead_id bigint, field text, at timestamptz, ref bigint, text text)) WITH ORDINALITY AS r(lead_id, field, at, ref, text, n)
),
owners AS MATERIALIZED (
    SELECT id, team_id FROM people_user WHERE id IN (SELECT ref FROM incoming WHERE field = 'owner') ORDER BY id FOR KEY SHARE
),
told AS (SELECT incoming.*, bool_or(field = 'team') OVER (PARTITION BY lead_id, at) AS names_team FROM incoming),
with_teams AS (
    SELECT n, lead_id, field, ref, text, at FROM told
    UNION ALL
    SELECT i.n, i.lead_id, 'team', u.team_id, NULL, i.at FROM told i JOIN owners u ON u.id = i.ref
    WHERE i.field = 'owner' AND u.team_id IS NOT NULL AND NOT i.names_team
)
INSERT INTO leads_leadvalue (lead_id, field, ref, text, at, recorded_at, actor_id, import_id)
SELECT lead_id, field, ref, text, at, %(recorded_at)s::timestamptz, %(actor)s::bigint, %(import)s::bigint FROM with_teams ORDER BY n, field
"""

KEEP_VALUES = """
WITH latest AS (
    SELECT DISTINCT ON (v.lead_id, v.field) v.lead_id, v.field, v.ref, v.text
    FROM leads_leadvalue v
    WHERE v.lead_id = ANY(%(leads)s::bigint[])
      AND NOT EXISTS (SELECT FROM leads_stagevoid d WHERE d.change_id = v.change_id)
    ORDER BY v.lead_id, v.field, v.at DESC, v.id DESC
),
now_known AS (
    SELECT l.id AS lead_id,
           max(ref) FILTER (WHERE field = 'owner') AS owner_id, max(ref) FILTER (WHERE field = 'team') AS team_id,
           max(ref) FILTER (WHERE field = 'campaign') AS campaign_id,
           max(text) FILTER (WHERE field = 'segment') AS segment, max(text) FILTER (WHERE field = 'territory') AS territory
    FROM leads_lead l LEFT JOIN latest ON latest.lead_id = l.id
    WHERE l.id = ANY(%(leads)s::bigint[])
    GROUP BY l.id
)
UPDATE leads_lead l SET owner_id = k.owner_id, team_id = k.team_id, campaign_id = k.campaign_id,
    segment = k.segment, territory = k.territory, version = l.version + 1
FROM now_known k
WHERE l.id = k.lead_id AND (l.owner_id, l.team_id, l.campaign_id, l.segment, l.territory)
    IS DISTINCT FROM (k.owner_id, k.team_id, k.campaign_id, k.segment, k.territory)
"""

OTHER_VALUES = """
WITH latest AS (
    SELECT DISTINCT ON (v.lead_id, v.field) v.lead_id, v.field, v.ref, v.text
    FROM leads_leadvalue v
    WHERE v.lead_id >= %(first)s AND v.lead_id < %(end)s AND v.field IN ('owner', 'team', 'campaign', 'segment', 'territory')
      AND (v.change_id IS NULL OR NOT EXISTS (SELECT FROM leads_stagevoid d WHERE d.change_id = v.change_id))
    ORDER BY v.lead_id DESC, v.field DESC, v.at DESC, v.id DESC
),
now_known AS (
    SELECT lead_id,
           max(ref) FILTER (WHERE field = 'owner') AS owner_id, max(ref) FILTER (WHERE field = 'team') AS team_id,
           max(ref) FILTER (WHERE field = 'campaign') AS campaign_id,
           max(text) FILTER (WHERE field = 'segment') AS segment, max(text) FILTER (WHERE field = 'territory') AS territory
    FROM latest GROUP BY lead_id
)
SELECT l.id FROM leads_lead l LEFT JOIN now_known k ON k.lead_id = l.id
WHERE l.id >= %(first)s AND l.id < %(end)s AND (l.owner_id, l.team_id, l.campaign_id, l.segment, l.territory)
    IS DISTINCT FROM (k.owner_id, k.team_id, k.campaign_id, k.segment, k.territory)
"""
"""Leads that stand with other values than `KEEP_VALUES` would keep. The index is read backwards: nothing is sorted."""

LOCK_LEADS = f"""
WITH used AS MATERIALIZED ({USE_FUNNEL} AS funnel)
SELECT id FROM leads_lead
WHERE (SELECT count(funnel) FROM used) = 1 AND id = ANY(%(leads)s::bigint[])
ORDER BY id FOR NO KEY UPDATE
"""
"""The condition on the funnel depends on no row: it is met before the first lead is looked at. Activities go on being logged."""

LOCK_ALONE = LOCK_LEADS.replace("FOR NO KEY UPDATE", "FOR UPDATE")
"""The same, while nothing new may point at these leads."""

TOUCH = "INSERT INTO leads_touched (lead_id) SELECT DISTINCT unnest(%(leads)s::bigint[])"


class Row(Protocol):
    """A row whose fields have names."""

    def _asdict(self) -> dict[str, Any]: ...


def run(
    statement: str,
    rows: Sequence[Row],
    *,
    recorded_at: datetime,
    actor: int | None,
    import_id: int | None,
    version: int | None = None,
    told: bool = False,
) -> list[int]:
    """Run one of the appending statements over rows; the ids it returns, if it returns any. `told`: since when they are known."""
    if not told:
        known_from(recorded_at)
    one = call(statement, rows, recorded_at=recorded_at, actor=actor, import_id=import_id, version=version)
    with connection.cursor() as cursor:
        execute(cursor, one.statement, one.values, rows=one.rows)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def call(
    statement: str,
    rows: Sequence[Row],
    *,
    recorded_at: datetime,
    actor: int | None,
    import_id: int | None,
    version: int | None = None,
) -> Call:
    """The same, to be sent with others."""
    document = orjson.dumps([row._asdict() for row in rows]).decode()
    values = {"rows": document, "recorded_at": recorded_at, "actor": actor, "import": import_id, "version": version}
    return Call(statement, values, len(rows))


def for_leads(statement: str, lead_ids: list[int]) -> None:
    """Run one of the statements that take a list of leads."""
    with connection.cursor() as cursor:
        execute(cursor, statement, {"leads": lead_ids}, rows=len(lead_ids))


def with_other_values(first: int, end: int) -> list[int]:
    """Of the leads with an id in [first, end) those that stand with other values than were logged last."""
    with connection.cursor() as cursor:
        cursor.execute(OTHER_VALUES, {"first": first, "end": end})
        return [row[0] for row in cursor.fetchall()]
