"""Which leads of a cohort made a step, and which ones might have?

Grain: of `step.K` one line a lead that entered the stage before and then this one, of `chance.K` one a lead that reached the stage
before. Clock: when it reached the first stage. Values are seconds: how long the step took; from the stage before until it was made,
or up to as_of where it was not. The leads behind what the velocity report says (`kpis.reports.queries.{funnel,velocity}`).
"""

from __future__ import annotations

from dataclasses import replace

from psycopg2 import sql

from alignment.unpivot import unpivot_composed
from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.of_leads import OF_SUBJECTS, constant, subjects_of
from kpis.reports.cohorts import cohort
from kpis.reports.queries.times import BOTH
from leads.funnel.stage_sets import StageSet

LINES = f"""
SELECT m.measure, f.lead_id AS line_id, f.lead_id AS subject_id, f.lead_id, f.anchor AS at, f.anchor AS counts_from,
       m.value / 1000000::numeric AS value{{cuts}}
FROM cohort f CROSS JOIN LATERAL {{measures}} AS m(measure, value, is_there)
WHERE m.is_there AND {OF_SUBJECTS.format(id="f.lead_id")}
"""

MADE = "{measure}::text, kpis_microseconds(f.entered[{before}], f.entered[{k}]), {both}"
AT_RISK = """{measure}::text, kpis_microseconds(f.reached[{before}],
    CASE WHEN f.reached[{k}] <= %(as_of)s THEN f.reached[{k}] ELSE %(as_of)s END), f.reached[{before}] <= %(as_of)s"""


def first_stage(stages: StageSet) -> str:
    """Where every cohort of a metric begins."""
    return stages.forward[0].key


def lines(asked: Asked) -> Statement:
    """The lines of the steps asked for."""
    stages = asked.params.stages
    people = cohort(replace(asked.params, start_stage=first_stage(stages)), asked.user)
    rows = [
        sql.SQL(text).format(
            measure=constant(f"{word}.{stage.key}"),
            before=sql.Literal(k - 1),
            k=sql.Literal(k),
            both=sql.SQL(BOTH).format(before=sql.Literal(k - 1), k=sql.Literal(k)),
        )
        for k, stage in enumerate(stages.forward[1:], start=2)
        for word, text in (("step", MADE), ("chance", AT_RISK))
        if asked.wants(f"{word}.{stage.key}")
    ]
    cuts = sql.Composed(sql.SQL(", f.{}").format(sql.Identifier(name)) for name in people.columns)
    measures = unpivot_composed(rows or [sql.SQL("NULL::text, 0::bigint, false")])
    return Statement(
        people.ctes + sql.SQL(", "),
        sql.SQL(LINES).format(measures=measures, cuts=cuts),
        {**people.values, **subjects_of(asked)},
    )


STEPS = Family("steps", Subject.LEAD, lines)
