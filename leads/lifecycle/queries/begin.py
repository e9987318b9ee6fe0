"""What is kept of leads whose log has just begun with a single change: what `keep` makes of it, without looking at what was there.

Grain: one row a change in `leads_stay`, one a lead in `leads_progress`. Clock: everything known now. Index: the log's primary key, or
stage_change_order. A first change is never held, never a repeat, and begins the first pass. The leads' own rows say their stage already.
"""

from __future__ import annotations

from functools import lru_cache

from django.db import connection

from alignment.prepared import Call, execute
from leads.funnel.stage_sets import StageSet

BEGIN = """
WITH begun AS MATERIALIZED (
    SELECT c.id, c.lead_id, c.at, coalesce(s.counts_as, s.key) AS stage, s.position
    FROM unnest(%(begun)s::bigint[]) AS b(id)
    JOIN leads_stagechange c ON c.{named} = b.id
    JOIN leads_stage s ON s.version_id = %(version)s::bigint AND s.key = c."to"
),
stays AS (
    INSERT INTO leads_stay (change_id, lead_id, stage, at, pass_number) SELECT id, lead_id, stage, at, 1 FROM begun
),
marks AS (INSERT INTO leads_touched (lead_id) SELECT lead_id FROM begun)
INSERT INTO leads_progress (lead_id, version_id, reached, entered, stage_since, pass_number)
SELECT lead_id, %(version)s::bigint, {reached}, {entered}, at, 1 FROM begun
"""


def begin(change_ids: list[int], stages: StageSet) -> None:
    """Keep what these changes, each the only one of its lead, make of their leads, and mark those for recomputing."""
    one = _call("id", change_ids, stages)
    with connection.cursor() as cursor:
        execute(cursor, one.statement, one.values, rows=one.rows)


def begin_leads(lead_ids: list[int], stages: StageSet) -> Call:
    """The same of the one change of each of these leads, to be sent with what logs it."""
    return _call("lead_id", lead_ids, stages)


def _call(named: str, ids: list[int], stages: StageSet) -> Call:
    positions = {f"position_{number}": stage.position for number, stage in enumerate(stages.forward)}
    values = {"begun": ids, "version": stages.version_id, **positions}
    return Call(_statement(named, len(positions)), values, len(ids))


@lru_cache
def _statement(named: str, stages: int) -> str:
    """With a place for the position of each of so many forward stages; changes are found by this column."""
    reached = [f"CASE WHEN position >= %(position_{number})s::int THEN at END" for number in range(stages)]
    entered = [f"CASE WHEN position = %(position_{number})s::int THEN at END" for number in range(stages)]
    return BEGIN.format(named=named, reached=f"ARRAY[{', '.join(reached)}]", entered=f"ARRAY[{', '.join(entered)}]")
