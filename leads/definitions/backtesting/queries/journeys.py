"""How far did each lead come, by one version of the funnel? The beginning of a backtest's statements about what became of leads.

Grain: one row a lead with `reached`, one moment a forward stage. What is kept is read where it is by that version; otherwise the
log is walked, of the leads given by `leads` (null: of all).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet
from leads.lifecycle.queries.keep import milestones
from leads.lifecycle.rebuilding import is_kept

UNKNOWN = sql.SQL("NULL::timestamptz")


@dataclass(frozen=True)
class Journeys:
    """CTEs (with their comma), the name of the table, and the columns of the moments that a backtest asks about."""

    ctes: sql.Composable
    table: sql.Composable
    began: sql.Composable
    worked: sql.Composable
    won: sql.Composable
    values: dict[str, Any]


def journeys(stages: StageSet, lead_ids: list[int] | None = None) -> Journeys:
    """By this version of the funnel. A moment of a stage that it has not is null."""
    won = stages.first_of(Category.WON)
    worked = next((stage for stage in stages.forward if stage.side == "sales"), None)
    kept = is_kept(stages)
    return Journeys(
        ctes=sql.SQL("WITH ") if kept else milestones(stages) + sql.SQL(", "),
        table=sql.SQL("leads_progress" if kept else "milestones"),
        began=_reached(1),
        worked=_reached(stages.ordinal(worked.key)) if worked else UNKNOWN,
        won=_reached(stages.ordinal(won.key)) if won else UNKNOWN,
        values={"leads": lead_ids, "version": stages.version_id, "as_of": None, "known_at": None},
    )


def _reached(ordinal: int) -> sql.Composable:
    return sql.SQL("p.reached[{}]").format(sql.Literal(ordinal))
