"""Who won a deal? Both sides' part in it: marketing's touches before it was opened, sales' handoffs, calls and meetings up to the win.

Asked by the panel on a lead's page, and by whoever tells of wins.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from alignment.people.selectors import Somebody
from kpis.attribution.models import WHOLE, Credit
from kpis.attribution.terms import attribution_in_force
from leads.activities.kinds import BY_KEY
from leads.handoffs.models import Handoff, State
from leads.models import Activity, Deal, Lead

SALES = "sales"
OURS = Q(side=SALES) & (Q(direction="outbound", automated=False) | Q(direction="inbound"))
"""What sales did itself, and what the lead answered."""


@dataclass(frozen=True)
class Touch:
    """A touch of marketing: what it was, by which campaign, and its part of marketing's credit (0 to 1)."""

    at: datetime
    what: str
    campaign: str | None
    share: float


@dataclass(frozen=True)
class Taken:
    """An accepted handoff: by whom, and when."""

    at: datetime
    by: str


@dataclass(frozen=True)
class WonTogether:
    """One won deal. `done`: how often sales did what, the most frequent first; `touches` in order of time."""

    deal: Deal
    touches: Sequence[Touch]
    handoffs: Sequence[Taken]
    done: Sequence[tuple[str, int]]

    @property
    def first(self) -> Touch | None:
        """With what it began."""
        return self.touches[0] if self.touches else None

    @property
    def last(self) -> Touch | None:
        """The last touch before the deal was opened, where it is not the first."""
        return self.touches[-1] if len(self.touches) > 1 else None


def won_together(deals: Sequence[Deal], user: Somebody | None, *, now: datetime) -> list[WonTogether]:
    """Both sides' part in these won deals, in their order; of leads that `user` may see (None: all)."""
    won = [deal for deal in deals if deal.status == "won" and deal.closed_at is not None]
    touches = _touches([deal.pk for deal in won], user, now)
    handoffs = _handoffs([deal.pk for deal in won])
    done = _done([deal.pk for deal in won])
    return [
        WonTogether(
            deal, touches.get(deal.pk, ()), handoffs.get(deal.pk, ()), done.get(deal.pk, Counter()).most_common()
        )
        for deal in won
    ]


def _touches(deals: Collection[int], user: Somebody | None, now: datetime) -> Mapping[int, Sequence[Touch]]:
    model = attribution_in_force(now).terms.default_model
    rows = list(
        Credit.objects.filter(deal_id__in=deals, basis=0, activity_id__isnull=False)
        .order_by("id")
        .values_list("deal_id", "activity_id", "lead_id", f"share_{model}")
    )
    acts = Activity.objects.select_related("campaign").in_bulk({row[1] for row in rows})
    seen = None if user is None else set(
        Lead.objects.visible_to(user).filter(pk__in={row[2] for row in rows}).values_list("pk", flat=True)
    )  # fmt: skip
    found: dict[int, list[Touch]] = defaultdict(list)
    for deal, activity, lead, share in rows:
        if activity in acts and (seen is None or lead in seen):
            act = acts[activity]
            campaign = act.campaign.name if act.campaign else None
            found[deal].append(Touch(act.at, titled(act.kind), campaign, share / WHOLE))
    return found


def _handoffs(deals: Collection[int]) -> Mapping[int, Sequence[Taken]]:
    rows = (
        Handoff.objects.filter(lead__deals__in=deals, state=State.ACCEPTED, decided_at__lte=F("lead__deals__closed_at"))
        .order_by("decided_at", "id")
        .values_list("lead__deals", "decided_at", "to_user__name", "to_team__name")
    )
    found: dict[int, list[Taken]] = defaultdict(list)
    for deal, at, person, team in rows:
        if at is not None:
            found[deal].append(Taken(at, person or team))
    return found


def _done(deals: Collection[int]) -> Mapping[int, Counter[str]]:
    rows = (
        Activity.objects.filter(OURS, lead__deals__in=deals, at__lte=F("lead__deals__closed_at"))
        .values("lead__deals", "kind")
        .annotate(n=Count("id"))
        .order_by("kind")
    )
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        found[row["lead__deals"]][titled(row["kind"])] += row["n"]
    return found


def titled(kind: str) -> str:
    """A kind of activity in words."""
    return BY_KEY[kind].title if kind in BY_KEY else kind
