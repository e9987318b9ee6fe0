"""Which leads reached a stage in a period, which changes led into it and which out of it?

Grain: of `reached.K` one line a lead, of `entered.K` and `left.K` one a change (every pass counts). Clock: `at` of the change; kept
stays, or the log as it was known. Index: stay_by_at, stay_order.
"""

from __future__ import annotations

from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.of_leads import IN_PERIOD, NOTHING, OF_SUBJECTS, lines_of_leads, table
from kpis.reports.cohorts import progress
from leads.funnel.stage_sets import StageSet

REACHED = f"""
SELECT m.measure, p.lead_id AS line_id, p.lead_id, p.reached[m.k] AS at, p.reached[m.k] AS counts_from, 1::numeric AS value
FROM {{progress}} p CROSS JOIN {{reached}}
WHERE {IN_PERIOD.format(at="p.reached[m.k]")} AND {OF_SUBJECTS.format(id="p.lead_id")}
"""

CHANGED = f"""
SELECT m.measure, s.{{key}}, s.lead_id, s.at, s.at, 1::numeric
FROM {{stays}} s JOIN {{stages}} ON m.stage = s.{{side}}
WHERE {IN_PERIOD.format(at="s.at")} AND {OF_SUBJECTS.format(id="s.lead_id")}
"""


def reached(stages: StageSet) -> dict[str, int]:
    """By measure the place of the stage."""
    return {f"reached.{stage.key}": place for place, stage in enumerate(stages.forward, start=1)}


def changed(stages: StageSet, word: str) -> dict[str, str]:
    """By measure the stage that is entered or left."""
    return {f"{word}.{stage.key}": stage.key for stage in stages.stages}


def lines(asked: Asked) -> Statement:
    """The lines of the measures asked for."""
    log, stages = progress(asked.params), asked.params.stages
    parts = []
    if places := {key: place for key, place in reached(stages).items() if asked.wants(key)}:
        parts.append(sql.SQL(REACHED).format(progress=log.progress, reached=table(places, "k")))
    for word, side in (("entered", "stage"), ("left", "from_stage")):
        if keys := {key: stage for key, stage in changed(stages, word).items() if asked.wants(key)}:
            parts.append(
                sql.SQL(CHANGED).format(
                    stays=log.stays, key=log.key, side=sql.Identifier(side), stages=table(keys, "stage")
                )
            )
    return lines_of_leads(asked, happened=sql.SQL(" UNION ALL ").join(parts or [NOTHING]), ctes=log.ctes)


MOVES = Family("moves", Subject.LEAD, lines)
