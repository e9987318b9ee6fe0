"""Deals, spend and rates drawn to be awkward: halves of cents, missing rates and amounts, ties, customers who come again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from alignment.people.models import User
from alignment.people.selectors import reporting_currency, reporting_zone
from alignment.programs.models import Campaign, Rate, Spend
from leads.models import Company, Deal, Lead
from tests import snapshot
from tests.kpis.histories import GRID, START, draw_histories
from tests.oracles.facts import DealRow, RateRow
from tests.oracles.money import Purse
from tests.oracles.money_figures import Books, SpendRow

AMOUNTS = ("0", "0.0050", "0.0150", "10.125", "10.1251", "999.995", "12345.6789", "0.0001", None, "7")
CURRENCIES = ("EUR", "EUR", "USD", "JPY", "BHD")
SPENT = ("100", "0.01", "-33.335", "1000.0050", "7", "0")


def draw_books(seed: int, *, leads: int = 40, deals: int = 60, spend: int = 12) -> None:
    """A history of leads, and deals and spend on top of it."""
    draw_histories(seed, leads=leads)
    random = Random(seed + 1_000)
    companies = [Company.objects.create(name=f"Firm {n}", created_at=START) for n in range(5)]
    campaigns = [Campaign.objects.create(name=f"Campaign {n}") for n in range(2)]
    people = list(User.objects.order_by("id"))
    all_leads = list(Lead.objects.order_by("id"))
    for day in range(-20, 400, 23):
        Rate.objects.create(
            currency="USD", date=START.date() + timedelta(days=day), rate=Decimal(f"0.9{random.randrange(10**6):06d}5")
        )
    Rate.objects.create(currency="JPY", date=date(2024, 3, 1), rate=Decimal("0.0061"))
    for number in range(deals):
        _draw_deal(random, number, all_leads, companies, people)
    for number in range(spend):
        first = START.date() + timedelta(days=random.randrange(-10, 380))
        made = Spend.objects.create(
            system=random.choice(("a", None)), starts_on=first, ends_on=first + timedelta(days=random.choice((0, 0, 6, 40))),
            amount=Decimal(random.choice(SPENT)), currency=random.choice(CURRENCIES[:4]),
            campaign=random.choice((None, *campaigns)), channel=random.choice((None, "search")),
            source=random.choice((None, "web")), identity=str(number),
        )  # fmt: skip
        Spend.objects.filter(pk=made.pk).update(created_at=START + GRID * random.randrange(0, 500))


def _draw_deal(random: Random, number: int, leads: list[Lead], companies: list[Company], people: list[User]) -> None:
    opened = None if random.random() < 0.15 else START + GRID * random.randrange(-20, 700)
    status = random.choice(("open", "won", "won", "won", "lost"))
    closed = None if status == "open" else (opened or START) + GRID * random.choice((0, 1, 5, 90, 400, 973))
    amount = random.choice(AMOUNTS)
    Deal.objects.create(
        system=random.choice(("a", "b", None)), external_id=str(number), lead=random.choice((None, *leads)),
        company=random.choice((None, *companies)), owner=random.choice((None, None, *people)),
        amount=None if amount is None else Decimal(amount), currency=random.choice(CURRENCIES), status=status,
        kind=random.choice(("new", "upsell", "renewal")), opened_at=opened, closed_at=closed,
        created_at=START + GRID * random.randrange(0, 500),
    )  # fmt: skip


def books() -> Books:
    """What the tables say, for the oracle."""
    world = snapshot.world()
    deals = list(Deal.objects.select_related("owner").order_by("id"))
    rates = tuple(RateRow(rate.date, rate.currency, rate.rate) for rate in Rate.objects.all())
    people = User.objects.select_related("team")
    return Books(
        world=type(world)(
            leads=world.leads, stages=world.stages, voids=world.voids, values=world.values,
            deals=tuple(_deal(deal) for deal in deals),
        ),
        purse=Purse(reporting_currency(), reporting_zone(), rates),
        spend=tuple(
            SpendRow(
                s.pk, s.starts_on, s.ends_on, s.amount, s.currency, s.created_at, s.campaign.name if s.campaign else None,
                s.channel, s.source, s.system,
            )
            for s in Spend.objects.select_related("campaign").order_by("id")
        ),
        owners={deal.pk: (deal.owner.email or deal.owner.name) if deal.owner else None for deal in deals},
        teams={person.email or person.name: person.team.name if person.team else None for person in people},
        systems={deal.pk: deal.system for deal in deals},
    )  # fmt: skip


def _deal(deal: Deal) -> DealRow:
    return DealRow(
        deal.pk, deal.lead_id, str(deal.company_id) if deal.company_id else None, deal.amount, deal.currency, deal.status,
        deal.created_at, deal.opened_at, deal.closed_at, deal.kind,
    )  # fmt: skip
