"""A small company with a bit of everything, for tests of pages: wins, leaks, a partner's lead, somebody who answered."""

from __future__ import annotations

from alignment.programs.rows import CampaignRow
from alignment.programs.save import save_campaigns
from kpis.recompute import recompute_touched
from leads.models import Lead
from tests.world import NOW, Cast, a_deal, a_lead, cast, day, did, held_by, moved

YEAR = "start=2024-01-01&end=2025-01-01"


def company() -> Cast:
    """The cast and fourteen leads of 2024, with what is derived from them brought up to date."""
    people = cast()
    save_campaigns([CampaignRow(name="Spring fair")], now=NOW, actor_id=None)
    for n in range(4):
        _early(people, n)
    for n in range(4):
        _worked(people, n)
    _won(people)
    _given_up(people)
    a_lead(
        "partner-1",
        created_at=day(300),
        full_name="Paola Partnerlead",
        team=people.partners.name,
        owner=people.partner,
        stage="sql",
    )
    recompute_touched(now=NOW)
    return people


def _early(people: Cast, n: int) -> Lead:
    lead = a_lead(
        f"early-{n}", created_at=day(10 + 80 * n), full_name=f"Erin Early {n}", source="web", campaign="Spring fair"
    )
    if n % 2:
        moved(lead, ("mql", 12 + 80 * n))
    return lead


def _worked(people: Cast, n: int) -> Lead:
    lead = a_lead(
        f"worked-{n}", created_at=day(20 + 70 * n), full_name=f"Wanda Worked {n}", source="fair" if n % 2 else None,
        email=f"wanda{n}@example.com", phone=f"+49301234567{n}", company=f"Works {n}",
    )  # fmt: skip
    moved(lead, ("mql", 21 + 70 * n), ("sal", 25 + 70 * n))
    held_by(lead, people.salesperson, day(25 + 70 * n))
    did(lead, "call", 26 + 70 * n, by=people.salesperson.label)
    if n == 3:
        did(lead, "email_reply", 334)
    return lead


def _won(people: Cast) -> None:
    for n in range(2):
        lead = a_lead(
            f"won-{n}",
            created_at=day(30 + n),
            full_name=f"Willa Won {n}",
            source="referral",
            email=f"willa{n}@example.com",
        )
        moved(lead, ("mql", 32 + n), ("sal", 35 + n), ("sql", 40 + n))
        held_by(lead, people.salesperson, day(35 + n))
        a_deal(
            lead,
            amount="5000",
            status="won",
            opened_at=day(50 + n),
            closed_at=day(70 + n),
            external_id=f"deal-{n}",
            system="test",
        )


def _given_up(people: Cast) -> None:
    for n in range(3):
        lead = a_lead(
            f"lost-{n}", created_at=day(100 + n), full_name=f"Lena Lost {n}", source="web", email=f"lena{n}@example.com"
        )
        moved(lead, ("mql", 104 + n), ("recycled" if n else "lost", 110 + n))
