"""Which leads came in?

Grain: one line a lead. Clock: `created_at`, as far as known. Index: lead_by_created.
"""

from __future__ import annotations

from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.of_leads import IN_PERIOD, OF_SUBJECTS, lines_of_leads

CREATED = f"""
SELECT 'leads_created' AS measure, n.id AS line_id, n.id AS lead_id, n.created_at AS at, n.created_at AS counts_from, 1::numeric AS value
FROM leads_lead n
WHERE {IN_PERIOD.format(at="n.created_at")} AND {OF_SUBJECTS.format(id="n.id")}
  AND (%(known_at)s::timestamptz IS NULL OR n.recorded_at <= %(known_at)s)
"""


def lines(asked: Asked) -> Statement:
    """Every lead by the instant at which it came."""
    return lines_of_leads(asked, happened=sql.SQL(CREATED))


ARRIVALS = Family("arrivals", Subject.LEAD, lines)
