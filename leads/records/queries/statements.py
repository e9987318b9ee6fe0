"""Reads and writes what systems said of leads. Grain: one row a record of a system and import.

Index: the table's on its lead. Rows come as one JSON document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from alignment.copying import Every, copy_into

READ = """
SELECT lead_id, system, key, said::text, id, import_id FROM leads_statement WHERE lead_id = ANY(%(leads)s::bigint[])
ORDER BY said_at, id
"""
"""As text, which is read faster than what the driver makes of it."""

MAKE = """
INSERT INTO leads_statement (lead_id, system, key, said, said_at, import_id)
SELECT r.l, r.s, r.k, r.v, %(now)s::timestamptz, %(import)s::bigint FROM json_to_recordset(%(rows)s) AS r(l bigint, s text, k text, v jsonb)
"""


def copy(rows: Sequence[Mapping[str, object]], *, now: datetime, import_id: int | None) -> None:
    """What `MAKE` does, for many, by COPY."""
    short = {"lead_id": "l", "system": "s", "key": "k", "said": "v"}
    columns = {name: [row[key] for row in rows] for name, key in short.items()}
    copy_into("leads_statement", {**columns, "said_at": Every(now), "import_id": Every(import_id)})


ADD = """
UPDATE leads_statement s SET said = s.said || r.said, said_at = %(now)s::timestamptz
FROM json_to_recordset(%(rows)s) AS r(id bigint, said jsonb) WHERE s.id = r.id
"""
"""To what the same import, or the API, said before."""
