"""Keeps the pairs of some leads: new ones come, open ones that hold no longer go, decided ones stay. Grain: one row a pair.

Of whom somebody said that they are not the same, the two are not found again, nor are those that either was merged with.

`CROWDED` names the other leads of open pairs that rest on a key too many share by now: they are to be compared anew. A key that too
many shared without these leads was looked at when it came to that: who comes into a crowd costs no more than anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from leads.duplicates.queries.candidates import LIMITS

KEEP = """
WITH found AS MATERIALIZED (
    SELECT f.* FROM json_to_recordset(%(rows)s) AS f(first bigint, second bigint, score float, reasons jsonb)
    WHERE NOT EXISTS (
        SELECT FROM (SELECT f.first AS id UNION ALL SELECT id FROM leads_lead WHERE merged_into_id = f.first) one
        CROSS JOIN (SELECT f.second AS id UNION ALL SELECT id FROM leads_lead WHERE merged_into_id = f.second) two
        JOIN leads_pair d ON d.first_id = least(one.id, two.id) AND d.second_id = greatest(one.id, two.id)
        WHERE d.state = 'dismissed')
),
gone AS (
    DELETE FROM leads_pair p
    WHERE p.state = 'open' AND (p.first_id = ANY(%(leads)s::bigint[]) OR p.second_id = ANY(%(leads)s::bigint[]))
      AND NOT EXISTS (SELECT FROM found f WHERE f.first = p.first_id AND f.second = p.second_id)
),
changed AS (
    UPDATE leads_pair p SET score = f.score, reasons = f.reasons FROM found f
    WHERE p.first_id = f.first AND p.second_id = f.second AND p.state = 'open'
      AND (p.score, p.reasons) IS DISTINCT FROM (f.score, f.reasons)
),
made AS (
    INSERT INTO leads_pair (first_id, second_id, score, reasons, state, found_at)
    SELECT f.first, f.second, f.score, f.reasons, 'open', %(now)s FROM found f
    ORDER BY f.first, f.second ON CONFLICT (first_id, second_id) DO NOTHING
    RETURNING id
)
SELECT count(*) FROM made
"""

CROWDED = """
WITH limits AS MATERIALIZED (SELECT * FROM json_to_recordset(%(limits)s) AS r(kind text, criterion text, most int)),
mine AS MATERIALIZED (
    SELECT DISTINCT k.kind, k.key, r.criterion, r.most FROM leads_matchkey k JOIN limits r ON r.kind = k.kind
    WHERE k.lead_id = ANY(%(leads)s::bigint[])
),
crowded AS MATERIALIZED (
    SELECT m.* FROM mine m
    WHERE (SELECT count(*) FROM (
        SELECT FROM leads_matchkey o WHERE o.kind = m.kind AND o.key = m.key LIMIT m.most + 1) those) = m.most + 1
      AND (SELECT count(*) FROM (
        SELECT FROM leads_matchkey o WHERE o.kind = m.kind AND o.key = m.key AND o.lead_id <> ALL(%(leads)s::bigint[])
        LIMIT m.most + 1) others) <= m.most
)
INSERT INTO leads_tocompare (lead_id)
SELECT DISTINCT p.first_id FROM crowded c
JOIN leads_matchkey k ON k.kind = c.kind AND k.key = c.key
JOIN leads_pair p ON p.first_id = k.lead_id AND p.state = 'open'
    AND p.reasons @> jsonb_build_array(jsonb_build_object('criterion', c.criterion))
WHERE EXISTS (SELECT FROM leads_matchkey o WHERE o.kind = c.kind AND o.key = c.key AND o.lead_id = p.second_id)
"""


def keep(lead_ids: Sequence[int], rows: Sequence[dict[str, Any]], *, now: datetime) -> int:
    """Make the open pairs of these leads those in `rows`; how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {"leads": list(lead_ids), "rows": orjson.dumps(list(rows)).decode(), "now": now})
        [new] = cursor.fetchone()
        return int(new)


def compare_crowded_anew(lead_ids: Sequence[int]) -> None:
    """Let whoever is in a pair that rests on a key too many share by now wait for another look."""
    with connection.cursor() as cursor:
        cursor.execute(CROWDED, {"leads": list(lead_ids), "limits": LIMITS})
