"""Which lines are behind a figure, a page of them? Grain: one line. Clock: as in `kpis.metrics.queries.adding_up`.

A page is found by key (at, line_id), the earliest line first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family
from kpis.reports.behind import After

LISTED = """
{ctes} lines AS ({select})
SELECT line_id, subject_id, lead_id, at, value FROM lines
WHERE measure = %(listed_measure)s AND at <= %(listed_as_of)s AND counts_from <= %(listed_as_of)s
  AND (%(after_at)s::timestamptz IS NULL OR (at, line_id) > (%(after_at)s, %(after_id)s))
ORDER BY at, line_id LIMIT %(listed_limit)s
"""


@dataclass(frozen=True)
class Listed:
    """One line as the family gives it."""

    line_id: int
    subject_id: int
    lead_id: int | None
    at: datetime
    value: Decimal | None


def read_lines(family: Family, asked: Asked, measure: str, *, after: After | None, limit: int) -> Sequence[Listed]:
    """The lines of one measure behind `after`."""
    statement = family.lines(asked)
    text = sql.SQL(LISTED).format(ctes=statement.ctes, select=statement.select)
    more: dict[str, Any] = {
        "listed_measure": measure,
        "listed_as_of": asked.params.as_of,
        "listed_limit": limit,
        "after_at": after.at if after else None,
        "after_id": after.id if after else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(text, {**statement.values, **more})
        return [Listed(*row) for row in cursor.fetchall()]
