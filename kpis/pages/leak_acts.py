"""What may be done about a leak? For each kind the one button that leads to where it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from alignment.people.models import User
from leads.handoffs.models import Handoff, State
from leads.handoffs.reading import seen_by


@dataclass(frozen=True)
class Act:
    """One button: what it says, its icon and where it leads."""

    title: str
    icon: str
    address: str


def acts_for(leaks: Iterable[tuple[int, str]], user: User) -> Mapping[tuple[int, str], Act]:
    """For leaks as (lead, kind); one query whatever their number."""
    wanted = list(leaks)
    handoffs = _handoffs({lead for lead, _kind in wanted}, user)
    return {(lead, kind): ACTS.get(kind, _look)(lead, handoffs.get(lead, ())) for lead, kind in wanted}


def _handoffs(leads: set[int], user: User) -> Mapping[int, Sequence[Handoff]]:
    """Of each lead those that `user` may see, the latest first."""
    found: dict[int, list[Handoff]] = {}
    for handoff in seen_by(user).filter(lead__in=leads).order_by("-offered_at", "-id"):
        found.setdefault(handoff.lead_id, []).append(handoff)
    return found


def _on_lead(title: str, icon: str, anchor: str) -> Callable[[int, Sequence[Handoff]], Act]:
    return lambda lead, _handoffs: Act(title, icon, f"{reverse('lead', args=[lead])}{anchor}")


def _on_handoff(
    title: str, icon: str, which: Callable[[Handoff], bool], otherwise: Callable[[int, Sequence[Handoff]], Act]
) -> Callable[[int, Sequence[Handoff]], Act]:
    def act(lead: int, handoffs: Sequence[Handoff]) -> Act:
        found = next((handoff for handoff in handoffs if which(handoff)), None)
        return Act(title, icon, reverse("handoff", args=[found.pk])) if found else otherwise(lead, handoffs)

    return act


_look = _on_lead("Open the lead", "arrow-right", "")
_offer = _on_lead("Offer it to …", "send", "#hand-over")
_log = _on_lead("Log a contact", "phone-check", "#log")

ACTS: Mapping[str, Callable[[int, Sequence[Handoff]], Act]] = {
    "unrouted": _offer,
    "unaccepted": _on_handoff(
        "Decide or pass on", "arrow-forward-up", lambda handoff: handoff.state == State.OFFERED, _offer
    ),
    "uncontacted": _on_handoff(
        "Log a contact",
        "phone-check",
        lambda handoff: handoff.state == State.ACCEPTED and handoff.returned_at is None,
        _log,
    ),
    "ping_pong": _on_lead("See its trail", "history", "#trail-here"),
    "unexplained": _on_handoff(
        "Say why",
        "message",
        lambda handoff: handoff.state == State.REJECTED and not handoff.reason,
        _on_lead("Say why", "message", "#why-now"),
    ),
    "stalled": _log,
    "forgotten": _log,
    "dropped_customer": _log,
    "orphaned": _on_lead("Give it an owner", "user", "edit/"),
    "unreachable": _on_lead("Add a way to reach them", "phone", "edit/"),
}
