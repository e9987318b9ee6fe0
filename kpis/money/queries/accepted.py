"""Which leads did sales accept? The lines of `accepted_leads`: leads that reached the first forward stage of sales.

Grain: one line a lead. Clock: the instant at which it reached that stage; cuts take their values there.
"""

from __future__ import annotations

from dataclasses import replace

from psycopg2 import sql

from kpis.metrics.declaring import Asked, Statement
from kpis.reports.cohorts import cohort
from leads.funnel.stage_sets import StageSet

ACCEPTED = """
SELECT 'accepted_leads' AS measure, lead_id AS line_id, lead_id AS subject_id, lead_id, anchor AS at, anchor AS counts_from,
       1::numeric AS value{cuts}
FROM cohort{among}
"""
NOBODY = " WHERE false"
AMONG = " WHERE lead_id = ANY(%(subjects)s::bigint[])"


def accepting_stage(stages: StageSet) -> str | None:
    """The first forward stage in which sales acts; None where the funnel has none."""
    return next((stage.key for stage in stages.forward if stage.side == "sales"), None)


def accepted_lines(asked: Asked) -> Statement:
    """Nobody, where the funnel has no stage of sales."""
    stage = accepting_stage(asked.params.stages)
    params = replace(asked.params, start_stage=stage or asked.params.stages.forward[0].key)
    people = cohort(params, asked.user)
    cuts = sql.Composed(sql.SQL(", {}").format(sql.Identifier(name)) for name in people.columns)
    among = NOBODY if stage is None else AMONG if asked.subjects is not None else ""
    return Statement(
        people.ctes + sql.SQL(", "),
        sql.SQL(ACCEPTED).format(cuts=cuts, among=sql.SQL(among)),
        {
            **people.values,
            "subjects": list(asked.subjects or ()),
            "leads": None if asked.subjects is None else list(asked.subjects),
        },
    )
