"""Who shares a key with these leads? Grain: one row a pair of leads.

A key that more leads share than its criterion allows finds nobody; the count stops there, so that a number that everybody has
costs no more than one that few have. Index: match_key_shared, match_key_once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from django.db import connection

from leads.duplicates.criteria import CRITERIA
from leads.duplicates.keys import NAME

LIMITS = orjson.dumps([{"kind": one.kind, "criterion": one.key, "most": one.most} for one in CRITERIA]).decode()

CANDIDATES = """
WITH limits AS MATERIALIZED (SELECT * FROM json_to_recordset(%(limits)s) AS r(kind text, most int)),
mine AS MATERIALIZED (
    SELECT k.lead_id, k.kind, k.key, r.most FROM leads_matchkey k JOIN limits r ON r.kind = k.kind
    WHERE k.lead_id = ANY(%(leads)s::bigint[])
),
wanted AS MATERIALIZED (SELECT DISTINCT kind, key, most FROM mine),
few AS MATERIALIZED (
    SELECT w.kind, w.key FROM wanted w
    CROSS JOIN LATERAL (
        SELECT count(*) AS leads FROM (
            SELECT FROM leads_matchkey o WHERE o.kind = w.kind AND o.key = w.key LIMIT w.most + 1) those) shared
    WHERE shared.leads BETWEEN 2 AND w.most
),
pairs AS (
    SELECT least(m.lead_id, o.lead_id) AS first, greatest(m.lead_id, o.lead_id) AS second, array_agg(DISTINCT m.kind) AS kinds
    FROM mine m JOIN few USING (kind, key)
    CROSS JOIN LATERAL (
        SELECT o.lead_id FROM leads_matchkey o WHERE o.kind = m.kind AND o.key = m.key AND o.lead_id <> m.lead_id) o
    GROUP BY 1, 2
)
SELECT p.first, p.second, p.kinds,
       ARRAY(SELECT n.key FROM leads_matchkey n WHERE n.lead_id = p.first AND n.kind = %(name)s ORDER BY n.key),
       ARRAY(SELECT n.key FROM leads_matchkey n WHERE n.lead_id = p.second AND n.kind = %(name)s ORDER BY n.key)
FROM pairs p ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two leads that share keys of these kinds, and the names of each."""

    first: int
    second: int
    kinds: list[str]
    first_names: list[str]
    second_names: list[str]


def candidates(lead_ids: Sequence[int]) -> list[Candidate]:
    """Everybody who shares a key with one of these leads, except keys that too many share."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(CANDIDATES, {"leads": list(lead_ids), "limits": LIMITS, "name": NAME})
        return [Candidate(*row) for row in cursor.fetchall()]
