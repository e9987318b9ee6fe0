"""When did people show interest? Inbound activities of marketing of the kinds that are touches.

Grain: one line an activity. Clock: `at`, as far as known. Index: activity_by_kind.
"""

from __future__ import annotations

from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.of_leads import IN_PERIOD, OF_SUBJECTS, lines_of_leads
from leads.activities.kinds import TOUCHES as KINDS

TOUCHED = f"""
SELECT 'touches', a.id, a.lead_id, a.at, a.at, 1::numeric
FROM leads_activity a
WHERE a.kind = ANY(%(touches)s) AND a.direction = 'inbound' AND a.side = 'marketing'
  AND {IN_PERIOD.format(at="a.at")} AND {OF_SUBJECTS.format(id="a.lead_id")}
  AND (%(known_at)s::timestamptz IS NULL OR a.recorded_at <= %(known_at)s)
"""


def lines(asked: Asked) -> Statement:
    """Every touch."""
    return lines_of_leads(asked, happened=sql.SQL(TOUCHED), values={"touches": sorted(KINDS)})


TOUCHES = Family("touches", Subject.LEAD, lines)
