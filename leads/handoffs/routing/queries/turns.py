"""Whose turn it is, as it is kept. Grain: one row a pool. Rows are locked in order of their names, before anybody is chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import orjson
from django.db import connection

from leads.handoffs.routing.chairman import Turns

MAKE = """
INSERT INTO leads_turn (pool, owed, weights, whole, repaid, "left", given)
SELECT pool, '{}', '{}', 1, '{}', 0, 0 FROM unnest(%(pools)s::text[]) AS asked(pool) ORDER BY pool
ON CONFLICT (pool) DO NOTHING
"""

READ = """
SELECT pool, owed, weights, whole, repaid, "left" FROM leads_turn WHERE pool = ANY(%(pools)s::text[]) ORDER BY pool
"""

KEEP = """
UPDATE leads_turn t SET owed = n.owed, weights = n.weights, whole = n.whole, repaid = n.repaid, "left" = n.left,
    given = t.given + n.given
FROM json_to_recordset(%(rows)s) AS n(pool text, owed jsonb, weights jsonb, whole bigint, repaid jsonb, "left" bigint, given bigint)
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
        {
            "pool": pool,
            "owed": _written(one.owed),
            "weights": _written(one.weights),
            "whole": one.whole,
            "repaid": _written(one.repaid),
            "left": one.left,
            "given": given[pool],
        }
        for pool, one in turns.items()
        if given.get(pool)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(KEEP, {"rows": orjson.dumps(rows).decode()})


def _read(rows: list[tuple[str, str, str, int, str, int]]) -> dict[str, Turns]:
    return {
        pool: Turns(_numbers(owed), _numbers(weights), whole, _numbers(repaid), left)
        for pool, owed, weights, whole, repaid, left in rows
    }


def _numbers(document: str) -> dict[int, int]:
    return {int(one): number for one, number in sorted(orjson.loads(document).items(), key=lambda item: int(item[0]))}


def _written(numbers: Mapping[int, int]) -> dict[str, int]:
    return {str(one): number for one, number in numbers.items()}
