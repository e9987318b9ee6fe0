"""Who stood in a stage when a period ended, since when, and how long did the stays last that ended in it?

Grain: one line a stay. Clock: what stood lies at its entry, before the end of the period or `as_of`, whichever comes first; a stay
that ended lies at its end. Cuts take their value at that instant. Values are seconds, exact to the microsecond.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.of_leads import IN_PERIOD, NOTHING, OF_SUBJECTS, lines_of_leads, table
from kpis.reports.cohorts import changes
from kpis.reports.params import ReportParams

ENDED = f"""
SELECT m.measure, s.{{key}}, s.lead_id, s.until, s.until, kpis_microseconds(s.at, s.until) / 1000000::numeric
FROM {{stays}} s JOIN {{stages}} ON m.stage = s.stage
WHERE {IN_PERIOD.format(at="s.until")} AND {OF_SUBJECTS.format(id="s.lead_id")}
"""

STANDING = f"""
SELECT m.measure, s.{{key}}, s.lead_id, %(standing_at)s::timestamptz, s.at, kpis_microseconds(s.at, %(standing_at)s) / 1000000::numeric
FROM {{stays}} s JOIN {{stages}} ON m.stage = s.stage
WHERE s.at <= %(standing_at)s AND (s.until IS NULL OR s.until > %(standing_at)s) AND {OF_SUBJECTS.format(id="s.lead_id")}
"""


EVER = datetime(1900, 1, 2, tzinfo=UTC)


def standing_at(params: ReportParams) -> datetime:
    """The last instant of the period, or `as_of` if that is earlier."""
    return min(params.end - timedelta.resolution, params.as_of)


def as_stock(params: ReportParams) -> ReportParams:
    """The question of what stood: the same one for every period that ends at the same instant, or has not ended."""
    at = standing_at(params)
    return replace(params, start=EVER, end=at + timedelta.resolution, start_text="", end_text="", as_of=at)


def ended(asked: Asked) -> Statement:
    """Stays that ended."""
    return _lines(asked, "time_in_stage", ENDED)


def standing(asked: Asked) -> Statement:
    """Stays that held when the period ended."""
    return _lines(asked, "open", STANDING)


def _lines(asked: Asked, word: str, statement: str) -> Statement:
    log = changes(asked.params)
    stages = {f"{word}.{stage.key}": stage.key for stage in asked.params.stages.stages}
    wanted = {key: stage for key, stage in stages.items() if asked.wants(key)}
    happened = (
        sql.SQL(statement).format(key=log.key, stays=log.table, stages=table(wanted, "stage")) if wanted else NOTHING
    )
    return lines_of_leads(asked, happened=happened, ctes=log.ctes, values={"standing_at": standing_at(asked.params)})


ENDED_STAYS = Family("ended_stays", Subject.LEAD, ended)
STANDING_STAYS = Family("standing_stays", Subject.LEAD, standing)
