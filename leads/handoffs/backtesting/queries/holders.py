"""Who held the company of a lead at a moment? Grain: one row an offer of which somebody did. Clock: the moment of each offer.

Whoever owned then the company's latest other lead in a stage of sales, else its latest deal that was open then. Indexes: those on the
company of leads and of deals, stay_order, value_order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

HOLDERS = """
SELECT o.n, coalesce(lead.owner_id, deal.owner_id), lead.owner_id IS NOT NULL
FROM unnest(%(leads)s::bigint[], %(ats)s::timestamptz[]) WITH ORDINALITY AS o(lead_id, at, n)
JOIN leads_lead l ON l.id = o.lead_id AND l.company_id IS NOT NULL
LEFT JOIN LATERAL (
    SELECT held.ref AS owner_id
    FROM leads_lead x
    JOIN leads_stay s ON s.lead_id = x.id AND s.at <= o.at AND (s.until IS NULL OR s.until > o.at) AND s.stage = ANY(%(stages)s::text[])
    JOIN LATERAL (
        SELECT v.ref FROM leads_leadvalue v
        WHERE v.lead_id = x.id AND v.field = 'owner' AND v.at <= o.at
          AND NOT EXISTS (SELECT FROM leads_stagevoid y WHERE y.change_id = v.change_id)
        ORDER BY v.at DESC, v.id DESC LIMIT 1
    ) held ON held.ref IS NOT NULL
    WHERE x.company_id = l.company_id AND x.id <> l.id AND NOT x.is_test AND x.merged_into_id IS NULL
    ORDER BY x.created_at DESC, x.id DESC LIMIT 1
) lead ON true
LEFT JOIN LATERAL (
    SELECT d.owner_id FROM leads_deal d
    WHERE lead.owner_id IS NULL AND d.company_id = l.company_id AND d.owner_id IS NOT NULL
      AND coalesce(d.opened_at, d.created_at) <= o.at AND (d.closed_at IS NULL OR d.closed_at > o.at)
    ORDER BY coalesce(d.opened_at, d.created_at) DESC, d.id DESC LIMIT 1
) deal ON true
WHERE coalesce(lead.owner_id, deal.owner_id) IS NOT NULL
"""


def holders(offers: Sequence[tuple[int, datetime]], *, stages: Sequence[str]) -> dict[int, tuple[int, bool]]:
    """By the place of the offer (a lead and a moment): who held its company, and whether by a lead, else by a deal."""
    values: dict[str, Any] = {
        "leads": [one[0] for one in offers],
        "ats": [one[1] for one in offers],
        "stages": list(stages),
    }
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, values)
        return {n - 1: (holder, by_lead) for n, holder, by_lead in cursor.fetchall()}
