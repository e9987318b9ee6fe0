"""How much of each won deal are these campaigns credited with?

Grain: one row a campaign and deal. Clock: won by `as_of`; deals as they are counted in every figure. Index: credit_by_deal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg2 import sql

from kpis.attribution.terms import attribution_in_force
from kpis.money.queries.counted import DEALS
from kpis.money.queries.rounding import money_values
from leads.records.visibility import sight_of

CREDITS = """
WITH {deals}
SELECT c.campaign_id, sum(c.{amount}) * %(money_unit)s
FROM kpis_credit c JOIN deals d ON d.id = c.deal_id
WHERE c.campaign_id = ANY(%(campaigns)s) AND c.won_at <= %(as_of)s AND c.activity_id IS NOT NULL AND c.{amount} > 0
GROUP BY c.campaign_id, c.deal_id
"""


def credits_of(campaign_ids: Collection[int], as_of: datetime) -> dict[int, list[Decimal]]:
    """By campaign what it is credited with of each deal, by the model that is agreed."""
    model = attribution_in_force(as_of).terms.default_model
    statement = sql.SQL(CREDITS).format(deals=sql.SQL(DEALS.format(among="")), amount=sql.Identifier(f"amount_{model}"))
    values: dict[str, Any] = {
        **money_values(), **sight_of(None).parameters(), "campaigns": list(campaign_ids), "as_of": as_of, "known_at": None,
        "system": None,
    }  # fmt: skip
    found: dict[int, list[Decimal]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for campaign, amount in cursor.fetchall():
            found[campaign].append(amount)
    return found
