"""What must be known of a deal to share it? Grain: one row a deal that is credited or that tells the model of a path.

A deal counts as elsewhere in figures: not of a test lead. Its status is that of `as_of`: won or lost once it closed. Amounts in minor
units of the reporting currency, at the rate of the day it closed and of the day it was opened; null: no amount, or no rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from kpis.attribution.queries.touches import Horizon
from kpis.money.queries.rounding import day_sql, half_even_sql, money_values, rate_sql
from leads.records.visibility import VISIBLE

COUNTED = f"""
counted AS (
    SELECT d.*, CASE WHEN d.status <> 'open' AND d.closed_at <= %(as_of)s THEN d.closed_at END AS ended_at
    FROM leads_deal d LEFT JOIN leads_lead l ON l.id = d.lead_id
    WHERE d.id = ANY(%(deals)s::bigint[]) AND CASE WHEN l.id IS NULL THEN %(sees_everything)s
          ELSE NOT l.is_test AND l.merged_into_id IS NULL AND {VISIBLE} END
      AND (%(known_at)s::timestamptz IS NULL OR d.created_at <= %(known_at)s)
)
"""

MICROSECONDS = "(extract(epoch FROM {at}) * 1000000)::bigint"

FACTS = f"""
WITH {COUNTED}
SELECT d.id, d.status = 'won' AND d.ended_at IS NOT NULL, d.status = 'lost' AND d.ended_at IS NOT NULL,
       {MICROSECONDS.format(at="d.ended_at")}, {MICROSECONDS.format(at="d.opened_at")}, {MICROSECONDS.format(at="l.created_at")},
       ({half_even_sql("d.amount", "r.at_close")} * %(money_units)s)::numeric(40, 0),
       ({half_even_sql("d.amount", "r.at_opening")} * %(money_units)s)::numeric(40, 0)
FROM counted d LEFT JOIN leads_lead l ON l.id = d.lead_id
CROSS JOIN LATERAL (
    SELECT {rate_sql("d.currency", day_sql("d.closed_at"))} AS at_close, {rate_sql("d.currency", day_sql("d.opened_at"))} AS at_opening
    OFFSET 0
) r
WHERE d.opened_at <= %(as_of)s OR d.ended_at IS NOT NULL
ORDER BY d.id
"""
"""A rate is looked up once, and then rounded by: written into the rounding it would be looked up each time it is named there."""

LARGEST = 2**63

NEXT = "SELECT id FROM leads_deal WHERE id > %(after)s ORDER BY id LIMIT %(limit)s"


@dataclass(frozen=True)
class DealFacts:
    """Instants in microseconds."""

    id: int
    won: bool
    lost: bool
    ended_at: int | None
    opened_at: int | None
    lead_created_at: int | None
    at_close: int | None
    at_opening: int | None


def read_deals(deal_ids: Sequence[int], horizon: Horizon) -> list[DealFacts]:
    """Those of these deals that count, by id."""
    values: dict[str, Any] = {"deals": list(deal_ids), **horizon.values(), **money_values()}
    with connection.cursor() as cursor:
        cursor.execute(FACTS, values)
        return [
            DealFacts(pk, won, lost, ended, opened, created, _units(closing), _units(opening))
            for pk, won, lost, ended, opened, created, closing, opening in cursor.fetchall()
        ]


def _units(amount: Decimal | None) -> int | None:
    """What no number of the database holds is not known."""
    return None if amount is None or abs(amount) >= LARGEST else int(amount)


def next_deals(after: int, limit: int) -> list[int]:
    """Ids of the deals behind `after`."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"after": after, "limit": limit})
        return [row[0] for row in cursor.fetchall()]
