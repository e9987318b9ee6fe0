"""Which leads are behind a family's lines? Grain: one row a group and lead. Clock: as in `kpis.metrics.queries.adding_up`."""

from __future__ import annotations

from django.db import connection
from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Group

LEADS = """
{ctes} lines AS ({select})
SELECT ARRAY[{cuts}]::text[], array_agg(DISTINCT lead_id ORDER BY lead_id)
FROM lines
WHERE at <= %(leads_as_of)s AND counts_from <= %(leads_as_of)s AND measure = %(leads_measure)s
GROUP BY {group_by}
"""


def leads_by_group(family: Family, asked: Asked, measure: str) -> dict[Group, list[int]]:
    """By group, those with a line."""
    statement = family.lines(asked)
    names = [sql.Identifier(f"cut_{n}") for n in range(1, len(asked.params.by) + 1)]
    text = sql.SQL(LEADS).format(
        ctes=statement.ctes,
        select=statement.select,
        cuts=sql.SQL(", ").join(names),
        group_by=sql.SQL(", ").join(names) if names else sql.SQL("()"),
    )
    with connection.cursor() as cursor:
        cursor.execute(text, {**statement.values, "leads_as_of": asked.params.as_of, "leads_measure": measure})
        return {tuple(cuts): leads for cuts, leads in cursor.fetchall() if leads}
