"""Histories with something of everything that is counted, drawn from a seed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from alignment.programs.models import Campaign, Series
from kpis.recompute import recompute_touched
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.handoffs.models import Handoff
from leads.records.models import Lead
from tests.kpis.histories import draw_histories
from tests.kpis.leaking import NOW, draw_leaks
from tests.kpis.leaks.handing import draw_handoffs

KINDS = ("page_view", "form", "email_click", "email_open", "call", "email_reply")


def draw_everything(seed: int, *, leads: int) -> None:
    """Half of the leads with awkward logs of stages, half with leaks and deals; handoffs, touches and outside numbers for all."""
    draw_histories(seed, leads=leads // 2)
    draw_leaks(seed, leads=leads - leads // 2)
    draw_handoffs(seed)
    draw_touches(seed)
    draw_outside_numbers(seed)
    recompute_touched(now=NOW)


def draw_outside_numbers(seed: int) -> None:
    """Two numbers on some days of a year, of a campaign, a channel or of all; some of them negative."""
    random = Random(seed)
    campaign = Campaign.objects.create(name="Spring")
    for name in ("page_views", "Klicks %"):
        for offset in sorted(random.sample(range(366), 40)):
            Series.objects.create(
                metric=name,
                date=date(2024, 1, 1) + timedelta(days=offset),
                value=Decimal(random.randrange(-500, 5_000)) / 8,
                campaign=random.choice((campaign, None)),
                source=random.choice(("web", None)),
                channel=random.choice(("search", None)),
            )


def draw_touches(seed: int) -> None:
    """Up to five things that each lead, or somebody of ours, did; some soon after an offer."""
    random = Random(seed)
    offered = dict(Handoff.objects.values_list("lead_id", "offered_at"))
    rows = [
        ActivityRow(
            kind=random.choice(KINDS),
            at=offered.get(lead.pk, lead.created_at) + timedelta(hours=random.randrange(0, 400)),
            lead_id=lead.pk,
        )
        for lead in Lead.objects.order_by("pk")
        for _ in range(random.randrange(6))
    ]
    log_activities(rows, now=NOW, actor_id=None)
