"""Of those who reached the first stage in a period and have had the whole window since, who reached which stage within it?

Grain: one line a lead and stage. Clock: `at` is when it reached the first stage; it counts once the window is over. The cohort is
that of the funnel report (`kpis.reports.cohorts`), so that conversions are the same figures.
"""

from __future__ import annotations

from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.of_leads import IN_PERIOD, NOTHING, OF_SUBJECTS, lines_of_leads, table
from kpis.reports.behind import IN_WINDOW
from kpis.reports.cohorts import progress
from leads.funnel.stage_sets import StageSet

CAME_SO_FAR = f"""
SELECT m.measure, p.lead_id, p.lead_id, p.anchor, p.anchor + %(window)s, 1::numeric
FROM (SELECT lead_id, reached, reached[1] AS anchor FROM {{progress}}) p CROSS JOIN {{places}}
WHERE {IN_PERIOD.format(at="p.anchor")} AND {OF_SUBJECTS.format(id="p.lead_id")} AND {IN_WINDOW.replace("{k}", "m.k")}
"""


def places(stages: StageSet) -> dict[str, int]:
    """By measure the place of the stage."""
    return {f"cohort.{stage.key}": place for place, stage in enumerate(stages.forward, start=1)}


def lines(asked: Asked) -> Statement:
    """The lines of the measures asked for."""
    log = progress(asked.params)
    wanted = {key: place for key, place in places(asked.params.stages).items() if asked.wants(key)}
    happened = sql.SQL(CAME_SO_FAR).format(progress=log.progress, places=table(wanted, "k")) if wanted else NOTHING
    return lines_of_leads(asked, happened=happened, ctes=log.ctes)


COHORTS = Family("cohorts", Subject.LEAD, lines)
