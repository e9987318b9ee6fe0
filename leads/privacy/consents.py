"""What has a person allowed us, for which purpose and since when? The only writer of consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection, transaction

from leads.lifecycle.changes import touch


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A row for the log of consents; `state` is granted, refused or withdrawn.

    `stated`: said by a lead's own row. What rows say is held against what rows said before, not against what came in
    between, so that the same file again does not give back a consent that was withdrawn. `source` is where they said so.
    """

    lead_id: int
    purpose: str
    state: str
    at: datetime
    stated: bool = False
    source: str | None = None


APPEND = """
INSERT INTO leads_consent (lead_id, purpose, state, at, recorded_at, actor_id, import_id, stated, source)
SELECT r.lead_id, r.purpose, r.state, r.at, %(now)s, %(actor)s, %(import)s, r.stated, r.source
FROM ROWS FROM (json_to_recordset(%(rows)s) AS (lead_id bigint, purpose text, state text, at timestamptz, stated bool, source text))
    WITH ORDINALITY AS r(lead_id, purpose, state, at, stated, source, n)
WHERE r.stated OR r.state IS DISTINCT FROM (
    SELECT c.state FROM leads_consent c WHERE c.lead_id = r.lead_id AND c.purpose = r.purpose AND c.at <= r.at
    ORDER BY c.at DESC, c.id DESC LIMIT 1)
ORDER BY r.n
RETURNING id
"""


@transaction.atomic
def record_consents(
    rows: Sequence[NewConsent], *, now: datetime, actor_id: int | None, import_id: int | None = None
) -> list[int]:
    """Log consents; the ids of the rows that were new.

    One that says what held at that moment already is left out, unless it is `stated`: the next row is held against it.
    """
    if not rows:
        return []
    document = orjson.dumps(list(rows)).decode()
    with connection.cursor() as cursor:
        cursor.execute(APPEND, {"rows": document, "now": now, "actor": actor_id, "import": import_id})
        new = [row[0] for row in cursor.fetchall()]
    touch(row.lead_id for row in rows)
    return new
