"""Finds leads by what they are known as, and claims new names for them. Grain: one row a name.

The unique constraint lead_identity_once is the guard: of two writers that claim a name at once, one waits and then
finds the other's lead. Names are claimed in one order, so that two bulk writers never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping

from alignment.copying import Every, copy_into

FIND = """
SELECT i.system, i.key, coalesce(l.merged_into_id, l.id)
FROM unnest((SELECT %(systems)s::text[]), (SELECT %(keys)s::text[])) AS k(system, key)
JOIN leads_leadidentity i ON i.scope = %(scope)s::bigint AND i.system = k.system AND i.key = k.key
JOIN leads_lead l ON l.id = i.lead_id
"""
"""The plan is the same for one name and for many: how many there are is hidden from it, as below."""

FIND_BY_EMAIL = """
SELECT DISTINCT ON (lower(l.email)) lower(l.email), s.id
FROM leads_lead l JOIN leads_lead s ON s.id = coalesce(l.merged_into_id, l.id)
WHERE lower(l.email) = ANY(ARRAY(SELECT unnest(%(emails)s::text[]))) AND s.merged_into_id IS NULL
  AND (%(scope)s::bigint = 0 OR s.team_id = %(scope)s::bigint)
ORDER BY lower(l.email), l.merged_into_id IS NOT NULL, l.id
"""

FIND_ALL = f"""
SELECT * FROM ({FIND}) AS named UNION ALL SELECT NULL, addressed.* FROM ({FIND_BY_EMAIL}) AS addressed
"""
"""Both at once: without a system by whom an address belongs to a lead, whether somebody has the name or not."""

FIND_BY_ID = """
SELECT l.id, s.id FROM leads_lead l JOIN leads_lead s ON s.id = coalesce(l.merged_into_id, l.id)
WHERE l.id = ANY(%(leads)s::bigint[]) AND s.merged_into_id IS NULL AND (%(scope)s = 0 OR s.team_id = %(scope)s)
"""

CLAIM = """
INSERT INTO leads_leadidentity (lead_id, scope, system, key, import_id)
SELECT k.lead_id, %(scope)s::bigint, k.system, k.key, %(import)s::bigint
FROM json_to_recordset(%(rows)s) AS k(lead_id bigint, system text, key text)
ORDER BY k.system, k.key
ON CONFLICT (scope, system, key) DO NOTHING
"""


def copy(claims: Mapping[tuple[str, str], int], *, scope: int, import_id: int | None) -> None:
    """What `CLAIM` does, for many, by COPY; `IntegrityError` where one of the names is somebody's."""
    ordered = sorted(claims)
    systems, keys = zip(*ordered, strict=True)
    columns = {"system": systems, "key": keys, "lead_id": [claims[name] for name in ordered]}
    copy_into("leads_leadidentity", {**columns, "scope": Every(scope), "import_id": Every(import_id)})


HAND_OVER = """
UPDATE leads_leadidentity i SET lead_id = h.winner
FROM json_to_recordset(%(rows)s) AS h(loser bigint, winner bigint) WHERE i.lead_id = h.loser
"""
