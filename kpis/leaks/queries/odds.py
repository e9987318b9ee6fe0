"""How often does a lead that reached a stage become a customer? Counts behind the chance in value at risk.

Grain: one row a (stage, source): how many reached the stage in [since, as_of) and are mature, and how many of them won
within the window. Off-path stages are reached when first entered. Clock: `as_of` by comparison; `known_at`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from alignment.plans import hashed_joins
from kpis.reports.kept import reads_kept
from leads.funnel.stage_sets import StageSet
from leads.lifecycle.queries.keep import milestones
from leads.records.visibility import VISIBLE, sight_of

ODDS = f"""
counted AS (
    SELECT l.id AS lead_id, l.source, p.reached, {{won}} AS won
    FROM {{progress}} p JOIN leads_lead l ON l.id = p.lead_id
    WHERE NOT l.is_test AND l.merged_into_id IS NULL AND {VISIBLE}
),
arrivals AS (
    SELECT c.source, s.stage, c.reached[s.ordinal] AS at, c.won
    FROM counted c CROSS JOIN LATERAL unnest(%(forward)s::text[]) WITH ORDINALITY AS s(stage, ordinal)
    UNION ALL
    SELECT c.source, y.stage, min(y.at), c.won
    FROM counted c JOIN {{stays}} y ON y.lead_id = c.lead_id
    WHERE y.stage <> ALL(%(forward)s::text[])
    GROUP BY c.lead_id, c.source, y.stage, c.won
)
SELECT stage, source, count(*), count(*) FILTER (WHERE won <= at + {{window}})
FROM arrivals
WHERE at >= %(odds_since)s AND at < %(as_of)s AND at + {{window}} <= %(as_of)s
GROUP BY stage, source
"""

WINDOW = sql.SQL("interval '8760 hours'")
"""W = 365 d, of 24 hours each."""


@dataclass(frozen=True)
class Odds:
    """Of `reached` leads with this source in this stage, `won` became customers in the window."""

    stage: str
    source: str | None
    reached: int
    won: int


def read_odds(
    stages: StageSet, user: Somebody | None, *, since: datetime, as_of: datetime, known_at: datetime | None
) -> list[Odds]:
    """The counts over the leads that `user` may see."""
    won = stages.first_of("won")
    reached_won = (
        sql.SQL("p.reached[{}]").format(sql.Literal(stages.ordinal(won.key))) if won else sql.SQL("NULL::timestamptz")
    )
    kept = reads_kept(stages, known_at)
    ctes = sql.SQL("WITH ") if kept else milestones(stages) + sql.SQL(", ")
    tables = ("leads_progress", "leads_stay") if kept else ("milestones", "changes")
    progress, stays = (sql.Identifier(table) for table in tables)
    statement = ctes + sql.SQL(ODDS).format(won=reached_won, progress=progress, stays=stays, window=WINDOW)
    values: dict[str, Any] = {
        "forward": [stage.key for stage in stages.forward],
        "odds_since": since,
        "as_of": as_of,
        "known_at": known_at,
        "version": stages.version_id,
        "leads": None,
        **sight_of(user).parameters(),
    }
    with hashed_joins(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Odds(*row) for row in cursor.fetchall()]
