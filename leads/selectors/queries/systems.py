"""Which systems know leads, and which leads do they know by a name? Asked by the list of leads.

Systems are few: each is found with one look into the unique index of identities (lead_identity_once) or into lead_by_system,
jumping from one to the next, never by reading what lies between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import connection

SYSTEMS = """
WITH RECURSIVE known(scope, system) AS (
    (SELECT scope, system FROM leads_leadidentity ORDER BY scope, system LIMIT 1)
    UNION ALL
    SELECT n.scope, n.system FROM known k CROSS JOIN LATERAL (
        SELECT i.scope, i.system FROM leads_leadidentity i WHERE (i.scope, i.system) > (k.scope, k.system)
        ORDER BY i.scope, i.system LIMIT 1
    ) n
)
"""

OF_NAME = (
    SYSTEMS
    + """,
first(system) AS (
    (SELECT system FROM leads_lead WHERE system IS NOT NULL ORDER BY system LIMIT 1)
    UNION ALL
    SELECT n.system FROM first f CROSS JOIN LATERAL (
        SELECT l.system FROM leads_lead l WHERE l.system > f.system ORDER BY l.system LIMIT 1
    ) n
)
SELECT array(SELECT DISTINCT system FROM (SELECT system FROM known UNION SELECT system FROM first) s
             WHERE upper(system) = upper(%(name)s))
"""
)

KNOWN_BY = (
    SYSTEMS
    + """
SELECT i.key, i.lead_id FROM known k JOIN leads_leadidentity i ON i.scope = k.scope AND i.system = k.system
WHERE i.key = ANY(%(keys)s::text[])
"""
)

OF_SYSTEMS = """
SELECT l.id FROM leads_lead l WHERE l.system = ANY(%s::text[])
UNION ALL
SELECT i.lead_id FROM leads_leadidentity i WHERE i.scope = ANY(%s::bigint[]) AND i.system = ANY(%s::text[])
"""
"""The ids of leads that came from these systems, or that these know."""


def systems_named(name: str) -> list[str]:
    """The systems of that name, as they are written: without regard to case."""
    with connection.cursor() as cursor:
        cursor.execute(OF_NAME, {"name": name})
        found: list[str] = cursor.fetchone()[0]
    return found


def scopes() -> list[int]:
    """Every scope that identities have."""
    with connection.cursor() as cursor:
        cursor.execute(SYSTEMS + "SELECT DISTINCT scope FROM known")
        return [scope for (scope,) in cursor.fetchall()]


def known_by(words: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """The leads that some system knows by one of these names, by the name."""
    found: dict[str, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_BY, {"keys": [f"id:{word}" for word in words]})
        for key, lead_id in cursor.fetchall():
            found[key.removeprefix("id:")].append(lead_id)
    return found
