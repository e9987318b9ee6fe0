"""Whose turn it is, as it is kept. Grain: one row a pool. Rows are locked in order of their names, before anybody is chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import orjson
from django.db import connection

from leads.handoffs.routing.chairman import Turns

MAKE = """
INSERT INTO leads_turn (pool, owed, given)
SELECT pool, '{}', 0 FROM unnest(%(pools)s::text[]) AS asked(pool) ORDER BY pool
ON CONFLICT (pool) DO NOTHING
"""

READ = """
SELECT pool, owed FROM leads_turn WHERE pool = ANY(%(pools)s::text[]) ORDER BY pool
"""

KEEP = """
UPDATE leads_turn t SET owed = n.owed, given = t.given + n.given
FROM json_to_recordset(%(rows)s) AS n(pool text, owed jsonb, given bigint)
WHERE t.pool = n.pool
"""


def locked(pools: Collection[str]) -> dict[str, Turns]:
    """The turns of these pools, locked until the transaction ends; new pools begin."""
    if not pools:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"{MAKE}; {READ} FOR UPDATE", {"pools": sorted(pools)})
        return _read(cursor.fetchall())


def shown(pools: Collection[str]) -> dict[str, Turns]:
    """The turns of these pools as they stand, to look at."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"pools": sorted(pools)})
        return _read(cursor.fetchall())


def keep(turns: Mapping[str, Turns], given: Mapping[str, int]) -> None:
    """Keep the turns of pools that are locked, and how often somebody was chosen."""
    rows = [
        {"pool": pool, "owed": {str(receiver): owed for receiver, owed in one.owed.items()}, "given": given[pool]}
        for pool, one in turns.items()
        if given.get(pool)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(KEEP, {"rows": orjson.dumps(rows).decode()})


def _read(rows: list[tuple[str, str]]) -> dict[str, Turns]:
    return {pool: Turns({int(one): owed for one, owed in orjson.loads(document).items()}) for pool, document in rows}
