"""Fills an empty installation with the demo company: people, teams, and a year of leads through the usual doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from alignment.outcome import RowResult
from alignment.people.models import Organisation, Team, User
from alignment.people.persons import add_person, change_person, ensure_team
from alignment.programs.save import CampaignRow, RateRow, SpendRow, save_campaigns, save_rates, save_spend
from alignment.refusals import Refused
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.demo import cast
from leads.demo.generator import Row, Story, Year
from leads.lifecycle.history import HistoryRow, record_history
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads

SYSTEM = "demo"
BATCH = 5_000


@dataclass(frozen=True)
class Seeded:
    """How much was made up."""

    leads: int
    activities: int
    stage_changes: int
    deals: int


@transaction.atomic
def seed_demo(*, leads: int, seed: str, now: datetime, timezone: str, currency: str) -> Seeded:
    """The demo company, or `Refused` where the database is not empty."""
    if User.objects.exists() or Lead.objects.exists():
        raise Refused("not_empty", "Demo data only goes into an empty database. `make reset` empties the embedded one.")
    Organisation.objects.update_or_create(
        id=1, defaults={"name": cast.COMPANY, "timezone": timezone, "currency": currency, "set_up_at": now}
    )
    _people(now)
    _programs(now)
    counts = Seeded(0, 0, 0, 0)
    batch: list[Story] = []
    for story in Year(seed, now.replace(minute=0, second=0, microsecond=0)).stories(leads):
        batch.append(story)
        if len(batch) == BATCH:
            counts = _add(counts, _write(batch, now))
            batch = []
    return _add(counts, _write(batch, now))


def _add(a: Seeded, b: Seeded) -> Seeded:
    return Seeded(a.leads + b.leads, a.activities + b.activities, a.stage_changes + b.stage_changes, a.deals + b.deals)


def _people(now: datetime) -> None:
    teams: dict[str | None, Team | None] = {name: ensure_team(name, side=side) for name, side in cast.TEAMS.items()}
    for member in cast.MEMBERS:
        password = cast.PASSWORD if member.signs_in else None
        add_person(
            name=member.name,
            email=member.email,
            password=password,
            role=member.role,
            team=teams.get(member.team),
            now=now,
        )
    change_person(User.objects.get(email=cast.LEAVER), now=now - timedelta(days=40), active=False)


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
    _all_in(save_campaigns(campaigns, now=now, actor_id=None))
    _all_in(save_spend(spend, now=now, actor_id=None))
    days = [(now - timedelta(days=700 - n)).date() for n in range(701)]
    _all_in(
        save_rates([RateRow(date=day, currency="USD", rate=Decimal("0.92")) for day in days], now=now, actor_id=None)
    )


def _write(stories: Sequence[Story], now: datetime) -> Seeded:
    if not stories:
        return Seeded(0, 0, 0, 0)
    stages = [row for story in stories for row in story.stages[1:]]
    activities = [row for story in stories for row in story.activities]
    deals = [row for story in stories for row in story.deals]
    _all_in(upsert_leads([_lead(story.lead) for story in stories], now=now, actor_id=None))
    _all_in(
        record_history(
            [
                HistoryRow(system=SYSTEM, identity=f"{row['lead_external_id']}:{n}", **row)
                for n, row in enumerate(stages)
            ],
            now=now,
            actor_id=None,
        )
    )
    _all_in(log_activities([ActivityRow(system=SYSTEM, **row) for row in activities], now=now, actor_id=None))
    _all_in(save_deals([_deal(row) for row in deals], now=now, actor_id=None))
    return Seeded(len(stories), len(activities), len(stages) + len(stories), len(deals))


def _lead(row: Row) -> LeadRow:
    fields = {key: value for key, value in row.items() if key not in ("landing_page", "consent")}
    consents = {"marketing": row["consent"]} if row["consent"] else {}
    return LeadRow(system=SYSTEM, consents=consents, attributes={"landing_page": row["landing_page"]}, **fields)


def _deal(row: Row) -> DealRow:
    return DealRow(system=SYSTEM, **{**row, "amount": Decimal(str(row["amount"]))})


def _all_in(results: Sequence[RowResult]) -> None:
    """The demo is made of good rows only: one that is set aside is a bug in it."""
    refused = [result for result in results if result.status == "rejected"]
    if refused:
        raise RuntimeError(f"The demo made {len(refused)} rows that were set aside, such as: {refused[0]}")
