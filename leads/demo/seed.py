"""Fills an empty installation with the demo company: people, teams, and a year of leads through the usual doors."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product

from django.db import transaction

from alignment.agreements.backtests import run_waiting
from alignment.outbox.due import WAITING, mark_sent
from alignment.outbox.models import Mail, Notice
from alignment.outbox.reading import mark_read
from alignment.people.models import Organisation, Team, User
from alignment.people.persons import add_person, change_person, ensure_team
from alignment.programs.save import CampaignRow, RateRow, SpendRow, save_campaigns, save_rates, save_spend
from alignment.refusals import Refused
from leads.demo import cast, chapters, talks
from leads.demo.accounts import account
from leads.demo.days import DAY
from leads.demo.outside import save_outside_numbers
from leads.demo.recording import SYSTEM, all_in
from leads.demo.replay import Replay, Seeded
from leads.demo.year import Year
from leads.handoffs.models import Absence, Receiver
from leads.records.company_edits import add_company
from leads.records.models import Lead


@transaction.atomic
def seed_demo(*, leads: int, seed: str, now: datetime, timezone: str, currency: str) -> Seeded:
    """The demo company, or `Refused` where the database is not empty."""
    if User.objects.exists() or Lead.objects.exists():
        raise Refused("not_empty", "Demo data only goes into an empty database. `make reset` empties the embedded one.")
    Organisation.objects.update_or_create(
        id=1, defaults={"name": cast.COMPANY, "timezone": timezone, "currency": currency, "set_up_at": now}
    )
    end = now.replace(minute=0, second=0, microsecond=0)
    began = end - talks.BEGAN * DAY
    _people(now, began)
    _programs(now)
    save_outside_numbers(seed, end)
    _companies(seed)
    _receivers(end)
    replay = Replay(Year(seed, end, agreed_from=began, handed_from=talks.handed_from(end)), began)
    replay.begin(leads)
    for moment in talks.talks(end, timezone):
        replay.until(moment)
    replay.until(end)
    run_waiting()
    chapters.tell_all(end)
    _told_already(now)
    return replay.seeded()


def _people(now: datetime, began: datetime) -> None:
    teams: dict[str | None, Team | None] = {name: ensure_team(name, side=side) for name, side in cast.TEAMS.items()}
    for member in cast.MEMBERS:
        password = cast.PASSWORD if member.signs_in else None
        add_person(
            name=member.name,
            email=member.email,
            password=password,
            role=member.role,
            team=teams.get(member.team),
            now=began,
        )
    change_person(User.objects.get(email=cast.LEAVER), now=now - timedelta(days=40), active=False)


def _receivers(end: datetime) -> None:
    """How much everybody takes, and who is away."""
    for email, (capacity, skills) in cast.TAKES.items():
        user = User.objects.get(email=email)
        Receiver.objects.create(
            user=user, capacity=capacity, period="week", skills=list(skills), since=(end - 300 * DAY).date()
        )
    for email, since, until, note in cast.AWAY:
        user = User.objects.get(email=email)
        Absence.objects.create(user=user, since=end - since * DAY, until=end - until * DAY, note=note)


def _quarters(now: datetime) -> list[tuple[str, date, date]]:
    """The quarters that the demo's year touches: label, first and last day."""
    found = []
    for back in range(8):
        number = now.year * 4 + (now.month - 1) // 3 - back
        year, quarter = divmod(number, 4)
        following = date(year + quarter // 3, 3 * (quarter + 1) % 12 + 1, 1)
        found.append((f"{year} Q{quarter + 1}", date(year, 3 * quarter + 1, 1), following - timedelta(days=1)))
    return found


def _programs(now: datetime) -> None:
    campaigns, spend = [], []
    for label, first, last in _quarters(now):
        for source, name in cast.CAMPAIGN_OF.items():
            title, cost = name.format(quarter=label), Decimal(cast.COSTS[source])
            starts, ends = (
                datetime.combine(first, datetime.min.time(), now.tzinfo),
                datetime.combine(last, datetime.min.time(), now.tzinfo),
            )
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
            spend.append(SpendRow(starts_on=first, ends_on=last, amount=cost, campaign=title, source=source))
    all_in(save_campaigns(campaigns, now=now, actor_id=None))
    all_in(save_spend(spend, now=now, actor_id=None))
    days = [(now - timedelta(days=700 - n)).date() for n in range(701)]
    all_in(
        save_rates([RateRow(date=day, currency="USD", rate=Decimal("0.92")) for day in days], now=now, actor_id=None)
    )


def _companies(seed: str) -> None:
    """Every company that a lead may work for, with what a directory says about it."""
    for head, tail in product(cast.COMPANY_HEADS, cast.COMPANY_TAILS):
        company = account(seed, f"{head} {tail}")
        names = {"name": company.name, "domain": company.domain, "industry": company.industry}
        add_company({**names, "employees": company.employees})


def _told_already(now: datetime) -> None:
    """Nobody gets a mail about the past; what was said more than a week ago was read."""
    for mail in Mail.objects.filter(WAITING):
        mark_sent([mail], mail.created_at)
    for notice in Notice.objects.filter(created_at__lt=now - timedelta(days=7)):
        mark_read(notice, now=notice.created_at + timedelta(hours=2))
