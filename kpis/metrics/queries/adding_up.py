"""What do the lines of a family add up to, by measure and group?

Grain: one row a measure and group with at least one line that counts. Clock: `at` and `counts_from` ≤ as_of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Group

SUMS = """
{ctes} lines AS ({select})
SELECT measure, ARRAY[{cuts}]::text[], count(*), count(*) - count(value), coalesce(sum(value), 0)
FROM lines
WHERE at <= %(summed_as_of)s AND counts_from <= %(summed_as_of)s AND measure = ANY(%(summed_measures)s)
GROUP BY {group_by}
"""


@dataclass(frozen=True)
class Sum:
    """So many lines, of which so many have no value that is known, `problem` says why; what the others add up to."""

    lines: int = 0
    unknown: int = 0
    total: Decimal = Decimal(0)
    problem: str | None = None


def read_sums(family: Family, asked: Asked, measures: Sequence[str]) -> dict[str, dict[Group, Sum]]:
    """By measure, and by group with a line."""
    statement = family.lines(asked)
    names = [sql.Identifier(f"cut_{n}") for n in range(1, len(asked.params.by) + 1)]
    text = sql.SQL(SUMS).format(
        ctes=statement.ctes,
        select=statement.select,
        cuts=sql.SQL(", ").join(names),
        group_by=sql.SQL(", ").join([sql.SQL("measure"), *names]),
    )
    values = {**statement.values, "summed_as_of": asked.params.as_of, "summed_measures": list(measures)}
    sums: dict[str, dict[Group, Sum]] = {measure: {} for measure in measures}
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        for measure, cuts, lines, unknown, total in cursor.fetchall():
            sums[measure][tuple(cuts)] = Sum(lines, unknown, total)
    return sums
