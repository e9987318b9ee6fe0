"""A salesperson's morning: offers in every state of their clocks, one in hand, and some that came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from alignment.agreements.in_force import InForce
from alignment.people.models import Team, User
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.handoffs.deciding import accept, reject
from leads.handoffs.models import Handoff
from leads.records.models import Lead
from tests.leads.handoffs.handing import agreed, offered
from tests.world import NOW, Cast, a_lead, held_by, moved

AGREED = NOW - timedelta(days=60)


@dataclass(frozen=True)
class Scene:
    """The rule, and the handoffs by the name of the lead."""

    rule: InForce
    handoffs: dict[str, Handoff]

    def of(self, name: str) -> Handoff:
        return self.handoffs[name]


def before(hours: float) -> datetime:
    """So many hours before now."""
    return NOW - timedelta(hours=hours)


def a_morning(people: Cast) -> Scene:
    """Four hours to accept, reminded after three, eight to the first contact. All at NOW."""
    rule = agreed(people, when=AGREED)
    offers: dict[str, tuple[User | Team, float]] = {
        "Rita Running": (people.salesperson, 1),
        "Amir At-Risk": (people.salesperson, 3.5),
        "Bruno Breached": (people.salesperson, 6),
        "Quentin Queue": (people.sales, 2),
        "Connie Contact": (people.salesperson, 5),
        "Theo Turned-Down": (people.salesperson, 30),
    }
    handoffs = {
        name: offered(_qualified(people, name, before(hours)), rule, to, when=before(hours), origin="rule",
                      why=["Weighted by capacity among Sales: it was their turn."], qualified_at=before(hours))
        for name, (to, hours) in offers.items()
    }  # fmt: skip
    accept(handoffs["Connie Contact"].pk, by=people.salesperson, now=before(4))
    tried(handoffs["Theo Turned-Down"].lead, people.salesperson, before(29), "No answer")
    reject(
        handoffs["Theo Turned-Down"].pk,
        by=people.salesperson,
        reason="not-now",
        note="Budget only in spring",
        now=before(28),
    )
    return Scene(rule, handoffs)


def _qualified(people: Cast, name: str, at: datetime) -> Lead:
    """Somebody who came by, looked at prices, and became an MQL."""
    first = name.split()[0].lower()
    lead = a_lead(
        first, created_at=at - timedelta(days=1), full_name=name, title="Head of Operations", company=f"{name} Ltd",
        email=f"{first}@{first}.example", phone="+493012345678", source="webinar",
    )  # fmt: skip
    for hours, kind, what in (
        (20, "webinar", "Handoffs that hold"),
        (3, "page_view", "https://www.test.example/pricing"),
    ):
        row = ActivityRow(kind=kind, at=at - timedelta(hours=hours), lead_id=lead.pk, subject=what)
        assert log_activities([row], now=NOW, actor_id=None)[0].status == "created"
    moved(lead, ("mql", (at - timedelta(hours=2) - _zero()).total_seconds() / 86_400))
    held_by(lead, people.marketer, at - timedelta(hours=2))
    return lead


def _zero() -> datetime:
    return datetime.fromisoformat("2024-01-01T09:00:00+00:00")


def tried(lead: Lead, by: User, at: datetime, outcome: str) -> None:
    """A call."""
    row = ActivityRow(kind="call", at=at, lead_id=lead.pk, by=by.label, outcome=outcome)
    assert log_activities([row], now=at, actor_id=by.pk)[0].status == "created"
