"""Which leaks did the logs tell of as they were known at an instant? Read once, for a report that asks several questions about them.

Grain: one row a leak, unique by (lead, kind, since), with the columns of `kpis_leak`. Clock: those that opened from the period's start
on, by `as_of`, as known at `known_at`. There is nothing kept to read then, a snapshot that writes nothing has no place to keep them, and
computing them takes nearly all of the time: each statement is given them as they were read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.plans import hashed_joins
from kpis.leaks.queries.intervals import Leaks
from kpis.reports.params import ReportParams

COLUMNS = {
    "lead_id": "bigint", "kind": "text", "pass_number": "integer", "since": "timestamptz", "until": "timestamptz", "side": "text",
    "stage": "text", "limit_seconds": "bigint",
}  # fmt: skip

READ = f"""
SELECT {", ".join(f"array_agg({column})::text" for column in COLUMNS)} FROM leaks WHERE since >= %(opened_from)s AND since <= %(as_of)s
"""

GIVEN = f"""
WITH leaks AS MATERIALIZED (
    SELECT * FROM unnest({", ".join(f"%(leaks_{column})s::{kind}[]" for column, kind in COLUMNS.items())}) AS k({", ".join(COLUMNS)})
)
"""


class Known:
    """As `Leaks`: the CTEs up to `leaks` and the values they name."""

    def __init__(self, *, known_at: datetime, start: datetime, as_of: datetime) -> None:
        found = Leaks(leads=None, known_at=known_at)
        with hashed_joins(roomy=True), connection.cursor() as cursor:
            cursor.execute(found.ctes + sql.SQL(READ), {**found.values, "opened_from": start, "as_of": as_of})
            columns = cursor.fetchone()
        self.ctes: sql.Composable = sql.SQL(GIVEN)
        self.values: dict[str, Any] = {f"leaks_{column}": text for column, text in zip(COLUMNS, columns, strict=True)}


def known_leaks(params: ReportParams) -> Known | None:
    """Those that a report of this period asks about; None where what is kept says it."""
    if params.known_at is None:
        return None
    return Known(known_at=params.known_at, start=params.start, as_of=params.as_of)
