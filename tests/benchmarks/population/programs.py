"""What did the company spend on what? Forty campaigns of two years, their spend, rates of a second currency, outside numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import sin

from alignment.programs.save import CampaignRow, RateRow, SpendRow, save_campaigns, save_rates, save_spend
from leads.demo import cast as demo
from leads.demo.outside import save_outside_numbers
from leads.demo.recording import all_in

SYSTEM = "ads"
QUARTERS = 8
USUAL = 600
"""Leads of the company whose costs the demo tells."""


def quarters(end: datetime) -> Iterator[tuple[str, date, date]]:
    """Label, first day and the day after the last, the latest first."""
    for back in range(QUARTERS):
        number = end.year * 4 + (end.month - 1) // 3 - back
        year, quarter = divmod(number, 4)
        yield (
            f"{year} Q{quarter + 1}", date(year, 3 * quarter + 1, 1), date(year + (quarter + 1) // 4, 3 * (quarter + 1) % 12 + 1, 1)
        )  # fmt: skip


def run_programs(leads: int, *, end: datetime) -> None:
    """Campaigns by source and quarter; what they cost grows with the leads they bring."""
    campaigns, spend = [], []
    for label, first, following in quarters(end):
        last = following - timedelta(days=1)
        for source, name in demo.CAMPAIGN_OF.items():
            title = name.format(quarter=label)
            cost = Decimal(demo.COSTS[source]) * leads / USUAL
            starts, ends = (datetime.combine(day, datetime.min.time(), UTC) for day in (first, last))
            campaigns.append(
                CampaignRow(
                    name=title,
                    system=SYSTEM,
                    external_id=title,
                    type=source,
                    starts_at=starts,
                    ends_at=ends,
                    budget=cost,
                )
            )
            spend.append(
                SpendRow(
                    starts_on=first, ends_on=last, amount=cost.quantize(Decimal(1)), campaign=title, source=source,
                    currency="USD" if source == "paid search" else "EUR",
                )
            )  # fmt: skip
    days = [(end - timedelta(days=n)).date() for n in range(800)]
    rates = [
        RateRow(date=day, currency="USD", rate=Decimal(f"{0.92 + 0.03 * sin(n / 40):.4f}"))
        for n, day in enumerate(days)
    ]
    all_in(save_rates(rates, now=end, actor_id=None))
    all_in(save_campaigns(campaigns, now=end, actor_id=None))
    all_in(save_spend(spend, now=end, actor_id=None))
    save_outside_numbers("bench", end)


CAMPAIGNS = """
CREATE TEMP TABLE campaign_of ON COMMIT DROP AS
SELECT type AS source, starts_at AS since, ends_at + interval '1 day' AS until, id FROM programs_campaign
"""
"""Which campaign a source runs when: for statements that give leads theirs."""
