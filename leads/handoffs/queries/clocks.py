"""Sets the clocks of many handoffs: deadlines, schedule, and how much of it is done. Grain: one handoff. Logs every new deadline.

Rows come as one JSON document; a deadline that stays as it is writes no row of the log. The caller holds the locks of the leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection

from leads.handoffs.clocks import Entry

SET = """
WITH incoming AS (
    SELECT * FROM json_to_recordset(%(rows)s) AS r(
        handoff_id bigint, accept_by timestamptz, contact_by timestamptz, schedule jsonb, step int, next_at timestamptz)
),
before AS (
    SELECT h.id, h.accept_by, h.contact_by FROM leads_handoff h JOIN incoming i ON i.handoff_id = h.id
),
changed AS (
    UPDATE leads_handoff h SET accept_by = i.accept_by, contact_by = i.contact_by, schedule = i.schedule, step = i.step,
        next_at = i.next_at, version = h.version + 1
    FROM incoming i WHERE h.id = i.handoff_id
)
INSERT INTO leads_deadline (handoff_id, clock, due_at, recorded_at)
SELECT i.handoff_id, d.clock, d.due_at, %(now)s
FROM incoming i JOIN before b ON b.id = i.handoff_id
CROSS JOIN LATERAL (VALUES ('accept', i.accept_by, b.accept_by), ('contact', i.contact_by, b.contact_by)) AS d(clock, due_at, was)
WHERE d.due_at IS DISTINCT FROM d.was
ORDER BY i.handoff_id, d.clock
"""


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the clocks of one handoff are to be."""

    handoff_id: int
    accept_by: datetime | None
    contact_by: datetime | None
    schedule: Sequence[Entry]
    step: int
    next_at: datetime | None


def set_clocks(rows: Sequence[Clocks], *, now: datetime) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(SET, {"rows": orjson.dumps(list(rows)).decode(), "now": now})
