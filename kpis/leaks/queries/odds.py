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
forward AS (SELECT source, {{counts}} FROM counted GROUP BY source),
off_path AS (
    SELECT y.lead_id, y.stage, min(y.at) AS at FROM {{stays}} y WHERE y.stage <> ALL(%(forward)s::text[]) GROUP BY y.lead_id, y.stage
)
SELECT s.stage, f.source, s.reached, s.won FROM forward f CROSS JOIN LATERAL (VALUES {{rows}}) s(stage, reached, won) WHERE s.reached > 0
UNION ALL
SELECT o.stage, c.source, count(*), count(*) FILTER (WHERE c.won <= o.at + {{window}})
FROM off_path o JOIN counted c ON c.lead_id = o.lead_id
WHERE o.at >= %(odds_since)s AND o.at + {{window}} <= %(as_of)s
GROUP BY o.stage, c.source
"""

RIPE = "reached[{k}] >= %(odds_since)s AND reached[{k}] + {window} <= %(as_of)s"
COUNTS = f"""
count(*) FILTER (WHERE {RIPE}) AS reached_{{k}},
count(*) FILTER (WHERE {RIPE} AND won <= reached[{{k}}] + {{window}}) AS won_{{k}}
"""
ROW = "({stage}, reached_{k}, won_{k})"
"""Forward stages are counted side by side: each lead is looked at once."""

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
    ordinals = [(sql.Literal(stages.ordinal(stage.key)), sql.Literal(stage.key)) for stage in stages.forward]
    statement = ctes + sql.SQL(ODDS).format(
        won=reached_won,
        progress=progress,
        stays=stays,
        window=WINDOW,
        counts=sql.SQL(", ").join(sql.SQL(COUNTS).format(k=k, window=WINDOW) for k, _stage in ordinals),
        rows=sql.SQL(", ").join(sql.SQL(ROW).format(k=k, stage=stage) for k, stage in ordinals),
    )
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
