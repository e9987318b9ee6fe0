"""What is the middle of the values of a family's lines, and how many of them are great, by group?

Grain: one row a group with a line that counts. Clock: as in `kpis.metrics.queries.adding_up`. Medians are type 7 over microseconds,
rounded half up to seconds, in exact integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Group

SPREADS = """
{ctes} lines AS ({select})
SELECT ARRAY[{cuts}]::text[], count(*), count(*) FILTER (WHERE value > %(spread_above)s),
       (kpis_percentiles(array_agg((value * 1000000)::bigint ORDER BY value) FILTER (WHERE value IS NOT NULL)))[1]
FROM lines
WHERE at <= %(spread_as_of)s AND counts_from <= %(spread_as_of)s AND measure = %(spread_measure)s
GROUP BY {group_by}
"""


@dataclass(frozen=True)
class Spread:
    """So many lines, so many of them with a value above a border; the median of the values in seconds."""

    lines: int
    above: int
    median: int | None


def read_spreads(family: Family, asked: Asked, measure: str, *, above: int = 0) -> dict[Group, Spread]:
    """By group, those with a line."""
    statement = family.lines(asked)
    names = [sql.Identifier(f"cut_{n}") for n in range(1, len(asked.params.by) + 1)]
    text = sql.SQL(SPREADS).format(
        ctes=statement.ctes,
        select=statement.select,
        cuts=sql.SQL(", ").join(names),
        group_by=sql.SQL(", ").join(names) if names else sql.SQL("()"),
    )
    more: dict[str, Any] = {"spread_as_of": asked.params.as_of, "spread_measure": measure, "spread_above": above}
    with connection.cursor() as cursor:
        cursor.execute(text, {**statement.values, **more})
        found = cursor.fetchall()
    return {tuple(cuts): Spread(lines, over, median) for cuts, lines, over, median in found}
