"""Which leaks were open when a period ended?

Grain: one line a leak. Clock: the last instant of the period, or `as_of` if that is earlier; it opened by then, and had not closed. Of
leads not erased, as in the leakage report. What is kept, or what the log as it was known gives. Index: leak_by_since.
"""

from __future__ import annotations

from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.leaks import leaks_there
from kpis.metrics.queries.of_leads import OF_SUBJECTS, lines_of_leads
from kpis.metrics.queries.stays import standing_at

OPEN = f"""
SELECT 'open_leaks', {{line_id}}, k.lead_id, %(standing_at)s::timestamptz, k.since, 1::numeric
FROM {{leaks}} k JOIN leads_lead e ON e.id = k.lead_id AND e.erased_at IS NULL
WHERE k.since <= %(standing_at)s AND (k.until IS NULL OR k.until > %(standing_at)s) AND {OF_SUBJECTS.format(id="k.lead_id")}
"""


def lines(asked: Asked) -> Statement:
    """Every leak that was open."""
    there = leaks_there(asked)
    return lines_of_leads(
        asked,
        happened=sql.SQL(OPEN).format(line_id=there.line_id, leaks=there.table),
        ctes=there.ctes,
        values={**there.values, "standing_at": standing_at(asked.params)},
    )


OPEN_LEAKS = Family("open_leaks", Subject.LEAD, lines)
