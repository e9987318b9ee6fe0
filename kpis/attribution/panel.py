"""The way to each deal, on the page of its lead: the touches before it as a line of time, with what each is credited with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from alignment.people.models import User
from alignment.people.selectors import reporting_currency
from kpis.attribution.journeys import in_currency
from kpis.attribution.models import WHOLE, Credit
from kpis.attribution.terms import TITLES, attribution_in_force
from leads import panels
from leads.activities.kinds import BY_KEY
from leads.models import Activity, Deal, Lead

WIDTH = 1000
DEALS, SHOWN = 5, 30


@dataclass(frozen=True)
class Step:
    """One touch: where it stands on the line (0 to `WIDTH`), what it was, by whom, and its part of the deal."""

    offset: int
    at: datetime
    what: str
    who: str | None
    share: float
    amount: Decimal | None


@dataclass(frozen=True)
class Journey:
    """The way to one deal. `hidden`: touches that are not told one by one."""

    deal: Deal
    ends_at: datetime
    steps: Sequence[Step]
    hidden: int


def panel_of(lead: Lead, user: User, now: datetime) -> Mapping[str, object] | None:
    """The latest deals of the lead that were touched for; nothing where there is none."""
    held = attribution_in_force(now).terms
    deals = {deal.pk: deal for deal in Deal.objects.filter(lead=lead).order_by("-opened_at", "-pk")[:DEALS]}
    rows = list(Credit.objects.filter(deal_id__in=deals, basis=0, activity_id__isnull=False).order_by("id"))
    if not rows:
        return None
    acts = Activity.objects.select_related("campaign").in_bulk({row.activity_id for row in rows})
    people = Lead.objects.visible_to(user).in_bulk({row.lead_id for row in rows})
    journeys = []
    for pk, deal in deals.items():
        ends_at = deal.opened_at or deal.closed_at
        mine = [row for row in rows if row.deal_id == pk and row.lead_id in people and row.activity_id in acts]
        if not mine or ends_at is None:
            continue
        steps = [
            _step(row, acts[row.activity_id], people[row.lead_id], lead, held.default_model, ends_at, held.look_back)
            for row in mine
            if row.activity_id is not None and row.lead_id is not None
        ]
        journeys.append(Journey(deal, ends_at, steps[-SHOWN:], max(0, len(steps) - SHOWN)))
    if not journeys:
        return None
    return {"journeys": journeys, "currency": reporting_currency(), "model": TITLES[held.default_model]}


def _step(
    row: Credit, act: Activity, who: Lead, lead: Lead, model: str, ends_at: datetime, look_back: timedelta
) -> Step:
    share, amount = getattr(row, f"share_{model}"), getattr(row, f"amount_{model}")
    title = BY_KEY[act.kind].title if act.kind in BY_KEY else act.kind
    campaign = act.campaign.name if act.campaign else None
    return Step(
        offset=round(WIDTH * (1 - min(1.0, (ends_at - act.at) / look_back))),
        at=act.at,
        what=", ".join(filter(None, (title, act.channel, campaign, act.asset))),
        who=None if who.pk == lead.pk else who.name,
        share=share / WHOLE,
        amount=None if amount is None else in_currency(amount, reporting_currency()),
    )


def install() -> None:
    """Show the way to each deal on the pages of leads."""
    panels.panels.append(panels.LeadPanel("kpis/attribution_journeys.html", panel_of))
