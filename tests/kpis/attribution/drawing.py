"""Random companies, people who change them, touches and deals; and the same as facts for the oracle."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import connection, transaction

from alignment.programs.models import Campaign
from kpis.attribution.models import Credit
from kpis.attribution.terms import MODELS
from leads.models import Activity, Company, Deal, Lead
from tests.oracles import attribution as oracle
from tests.oracles.money import Purse
from tests.world import TIME_ZERO, a_lead, day

KINDS = ("page_view", "page_view", "form", "webinar", "email_click", "email_open", "email_reply")
CHANNELS = ("search", "mail", "start", "(none)", "", None)


@dataclass
class Drawn:
    """Where people belonged, which the logs of the product are not asked for."""

    belongings: list[oracle.Belonging] = field(default_factory=list)
    tests: set[int] = field(default_factory=set)


def draw(
    seed: int, *, leads: int = 8, touches: int = 60, deals: int = 8, currencies: tuple[str, ...] = ("EUR",)
) -> Drawn:
    """Facts at coarse instants, so that borders and ties are met often."""
    random, drawn = Random(seed), Drawn()
    companies = [Company.objects.create(name=f"Company {n}", normal_name=f"company {n}") for n in range(3)]
    people = [a_lead(f"L{n}", created_at=day(random.randrange(0, 120, 5))) for n in range(leads)]
    for lead in people:
        _move(lead, companies, random, drawn)
    for lead in random.sample(people, leads // 6):
        Lead.objects.filter(pk=lead.pk).update(is_test=True)
        drawn.tests.add(lead.pk)
    campaign = Campaign.objects.create(name="Spring")
    Activity.objects.bulk_create(_touch(random, people, campaign, n) for n in range(touches))
    for n in range(deals):
        _deal(random, people, companies, n, random.choice(currencies))
    return drawn


def _move(lead: Lead, companies: list[Company], random: Random, drawn: Drawn) -> None:
    stops = [random.choice([None, *companies]) for _ in range(random.choice([1, 1, 2, 3]))]
    since: datetime | None = None
    last: Company | None = None
    for n, company in enumerate(stops):
        if n == 0 and company is None:
            continue
        moment = day(random.randrange(20, 60) + 40 * n)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('alignment.moment', %s, true)", [moment.isoformat()])
            Lead.objects.filter(pk=lead.pk).update(company=company)
        if last is not None and company != last:
            drawn.belongings.append(oracle.Belonging(lead.pk, last.pk, since, moment))
            since = moment
        last = company
    if last is not None:
        drawn.belongings.append(oracle.Belonging(lead.pk, last.pk, since, None))


def _touch(random: Random, people: list[Lead], campaign: Campaign, n: int) -> Activity:
    at = day(random.randrange(0, 200)) + timedelta(minutes=random.choice([0, 10, 20, 30, 45]))
    return Activity(
        lead=random.choice(people), kind=random.choice(KINDS), direction="inbound", side="marketing", automated=False, at=at,
        recorded_at=at + timedelta(days=random.choice([0, 0, 30])), channel=random.choice(CHANNELS),
        campaign=random.choice([None, campaign]), system=random.choice([None, "a", "B"]),
        external_id=random.choice([None, "1", "2"]), asset=random.choice([None, "paper"]), identity=f"touch {n}",
    )  # fmt: skip


def _deal(random: Random, people: list[Lead], companies: list[Company], n: int, currency: str) -> None:
    opened = random.choice([None, *(day(random.randrange(30, 220)) for _ in range(3))])
    status = random.choice(["open", "won", "won", "won", "lost"])
    closed = (opened or day(100)) + timedelta(days=random.choice([0, 10, 40]))
    Deal.objects.create(
        lead=random.choice([None, *people]), company=random.choice([None, *companies]), currency=currency, status=status,
        amount=random.choice([None, "0", "0.01", "0.02", "100", "99.99", "1234.5678", "-10.01"]), opened_at=opened,
        closed_at=closed if status != "open" else None, created_at=TIME_ZERO, external_id=f"D{n}",
    )  # fmt: skip


def facts(drawn: Drawn, purse: Purse, *, known_at: datetime | None = None) -> oracle.Facts:
    """What the tables of leads, activities and deals say, and what was drawn."""
    counted = set(Lead.objects.filter(is_test=False, merged_into=None).values_list("pk", flat=True))
    touches = tuple(
        oracle.Touch(a.pk, a.lead_id, a.kind, a.at, a.recorded_at, a.channel, a.system, a.external_id)
        for a in Activity.objects.filter(direction="inbound", side="marketing", lead_id__in=counted)
        if known_at is None or a.recorded_at <= known_at
    )
    deals = tuple(
        oracle.Deal(
            d.pk, d.company_id, d.lead_id, d.lead.created_at if d.lead else None, d.status, d.opened_at, d.closed_at,
            _units(d.amount, d.currency, d.closed_at if d.status == "won" else d.opened_at, purse),
        )
        for d in Deal.objects.select_related("lead").order_by("pk")
        if d.lead_id is None or d.lead_id in counted
    )  # fmt: skip
    belongings = tuple(one for one in drawn.belongings if one.lead in counted)
    return oracle.Facts(touches, belongings, deals)


def _units(amount: Decimal | None, currency: str, at: datetime | None, purse: Purse) -> int | None:
    return None if amount is None or at is None else int(purse.convert(amount, currency, at).scaleb(2))


Kept = dict[int, list[tuple[int | None, tuple[int, ...], tuple[int | None, ...]]]]


def kept_credits(*, basis: int = 0) -> Kept:
    """By deal its touches in order, with shares and amounts by each model."""
    found: Kept = {}
    for row in Credit.objects.filter(basis=basis).order_by("id"):
        shares = tuple(getattr(row, f"share_{model}") for model in MODELS)
        amounts = tuple(getattr(row, f"amount_{model}") for model in MODELS)
        found.setdefault(row.deal_id, []).append((row.activity_id, shares, amounts))
    return found
