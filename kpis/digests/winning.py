"""What was won in the week, and what did each side do for it? The largest wins, with both sides' part."""

from __future__ import annotations

from django.db import connection
from django.db.models import F

from alignment.ui.words import money
from kpis.digests.content import Line
from kpis.metrics.periods import Period
from leads.activities.kinds import TOUCHES
from leads.deals.models import Deal, DealStatus

SHOWN = 3

PARTS = """
SELECT count(*) FILTER (WHERE a.kind = ANY(%(touches)s) AND a.direction = 'inbound'),
       (array_agg(p.name ORDER BY a.at, a.id) FILTER (WHERE a.kind = ANY(%(touches)s) AND p.name IS NOT NULL))[1],
       count(*) FILTER (WHERE a.side = 'sales' AND a.direction = 'outbound' AND NOT a.automated)
FROM leads_activity a LEFT JOIN programs_campaign p ON p.id = a.campaign_id
WHERE a.lead_id = %(lead)s AND a.at <= %(until)s
"""
"""One lead's touches up to the win, the campaign of its first, and what sales did by hand. Index: activity_order."""


def wins(week: Period) -> tuple[Line, ...]:
    """The largest deals won in the week that have a lead which counts."""
    won = Deal.objects.filter(
        status=DealStatus.WON, closed_at__gte=week.since, closed_at__lt=week.until, lead__is_test=False,
        lead__merged_into=None, lead__erased_at=None, scope=0,
    )  # fmt: skip
    return tuple(_line(deal) for deal in won.order_by(F("amount").desc(nulls_last=True), "id")[:SHOWN])


def _line(deal: Deal) -> Line:
    with connection.cursor() as cursor:
        cursor.execute(PARTS, {"touches": sorted(TOUCHES), "lead": deal.lead_id, "until": deal.closed_at})
        touches, campaign, acts = cursor.fetchone()
    worth = f"won for {money(deal.amount, deal.currency)}" if deal.amount is not None else "won"
    began = f", the first through {campaign}" if campaign else ""
    marketing = f"marketing: {touches} touch{'' if touches == 1 else 'es'}{began}"
    sales = f"sales: {acts} call{'' if acts == 1 else 's'}, mails or meetings"
    return Line(worth, f"{marketing}; {sales}", f"/leads/{deal.lead_id}/", "good", deal.lead_id)
