"""What did an import overwrite? Kept field by field, as it was and as it became, so that an undo puts back only what is still so."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from django.db import connection

from alignment.before import Before

REMEMBER = """
INSERT INTO leads_importbefore (import_id, "table", object_id, before, version_after)
SELECT %(import)s, %(table)s, r.id, jsonb_build_object('was', r.was, 'became', r.became), 0
FROM json_to_recordset(%(rows)s) AS r(id bigint, was jsonb, became jsonb)
ON CONFLICT (import_id, "table", object_id) DO UPDATE SET before = jsonb_build_object(
    'was', excluded.before -> 'was' || (leads_importbefore.before -> 'was'),
    'became', (leads_importbefore.before -> 'became') || (excluded.before -> 'became'))
"""


def keep(import_id: int, table: str, changed: Sequence[Before]) -> None:
    """Keep what was overwritten; the first value of a field that the import found stays."""
    rows = [{"id": item.object_id, "was": item.was, "became": item.became} for item in changed]
    with connection.cursor() as cursor:
        cursor.execute(
            REMEMBER, {"import": import_id, "table": table, "rows": orjson.dumps(rows, default=str).decode()}
        )
