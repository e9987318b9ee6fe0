"""A marketplace's closed deals as handoffs: who qualified a seller offers it at first contact, who sold accepts it on the day it was won.

Everything goes through the services, each at its moment; what the reports say is counted from the file in plain Python.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from alignment.agreements.in_force import InForce
from alignment.people.models import User
from alignment.people.persons import add_person, ensure_team
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.handoffs.deciding import accept
from leads.handoffs.models import Handoff
from leads.handoffs.offering import Offer, offer_all
from leads.lifecycle.changes import lock
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.leads.handoffs.handing import agreed
from tests.oracles import olist
from tests.oracles.percentiles import MEDIAN, percentile_seconds
from tests.oracles.zones import month_key
from tests.world import cast

pytestmark = pytest.mark.django_db

AGREED = datetime(2016, 1, 1, tzinfo=UTC)
NOW = datetime(2020, 1, 1, tzinfo=UTC)
PATIENCE = timedelta(days=30)
DAY_HOURS = 24.0
EVERY = 3
"""Of the 842 deals every third is replayed: each takes all the services through their steps, one by one."""


@dataclass(frozen=True)
class Sale:
    """One closed deal: from whom to whom, when it was first heard of, and when it was won."""

    lead: str
    sdr: str
    rep: str
    offered_at: datetime
    won_at: datetime

    @property
    def took(self) -> timedelta:
        return self.won_at - self.offered_at


def sales_of(folder: Path) -> list[Sale]:
    """All of them, in the order of their offers; what was won before it was heard of was heard of then."""
    deals = {line["mql_id"]: line for line in olist.read_lines(folder / olist.DEALS)}
    found = [
        Sale(one.mql_id, deal["sdr_id"], deal["sr_id"], min(one.contacted_at, one.won_at), one.won_at)
        for one in olist.read_prospects(folder)
        if one.won_at is not None and (deal := deals[one.mql_id])
    ]
    return sorted(found, key=lambda sale: (sale.offered_at, sale.lead))


def address(person: str) -> str:
    return f"{person}@olist.example"


def replay(sales: list[Sale]) -> None:
    """Offers and acceptances in the order in which they happened."""
    rule = agreed(
        cast(),
        when=AGREED,
        accept_within={"hours": PATIENCE.days * DAY_HOURS, "business": False},
        contact_within={"hours": 60 * DAY_HOURS, "business": False},
        escalate=[],
        expire_after=None,
    )
    people = _people(sales)
    offered: dict[str, int] = {}
    steps = sorted(
        [*((sale.offered_at, 0, sale) for sale in sales), *((sale.won_at, 1, sale) for sale in sales)],
        key=lambda step: (*step[:2], step[2].lead),
    )
    for (moment, is_won), some in groupby(steps, key=lambda step: step[:2]):
        of_now = [sale for _moment, _is_won, sale in some]
        if is_won:
            for sale in of_now:
                accept(offered[sale.lead], by=people[sale.rep], now=moment)
        else:
            offered |= _offer(of_now, rule, people, moment)


def _people(sales: list[Sale]) -> dict[str, User]:
    """Who sells is in sales, whoever else qualified leads in marketing."""
    reps = {sale.rep for sale in sales}
    teams = {True: ensure_team("Sales reps", side="sales"), False: ensure_team("SDRs", side="marketing")}
    return {
        name: add_person(name=name, email=address(name), team=teams[name in reps], now=AGREED)
        for name in sorted(reps | {sale.sdr for sale in sales})
    }


def _offer(sales: list[Sale], rule: InForce, people: Mapping[str, User], now: datetime) -> dict[str, int]:
    """They come in as leads of who qualifies, and are offered at once."""
    rows = [
        LeadRow(
            system=olist.SYSTEM, external_id=sale.lead, email=f"{sale.lead}@seller.example", created_at=now, stage="mql", stage_at=now,
            owner=people[sale.sdr].label,
        )
        for sale in sales
    ]  # fmt: skip
    ids = [result.id for result in upsert_leads(rows, now=now, actor_id=None)]
    offers = [
        Offer(lead_id, rule, people[sale.rep].pk, people[sale.rep].team_id or 0, qualified_at=now)
        for lead_id, sale in zip(ids, sales, strict=True)
        if lead_id is not None
    ]
    with transaction.atomic():
        lock([one.lead_id for one in offers])
        made = offer_all(offers, now=now)
    return dict(zip((sale.lead for sale in sales), made, strict=True))


def groups(report: str, by: str) -> dict[str, Any]:
    asked = {"start": ["2016-01-01"], "end": ["2019-12-01"], "timezone": [olist.ZONE.key], "by": [by]}
    document = REPORTS[report].run(read_params(asked, now=NOW), None)
    return {group["group"][by]: group for group in document["groups"]}


def apart(sales: Iterable[Sale], key: Callable[[Sale], str]) -> dict[str, list[Sale]]:
    found: dict[str, list[Sale]] = defaultdict(list)
    for sale in sales:
        found[key(sale)].append(sale)
    return found


def rep_of(sale: Sale) -> str:
    return address(sale.rep)


def month_offered(sale: Sale) -> str:
    return month_key(sale.offered_at, olist.ZONE)


def month_due(sale: Sale) -> str:
    return month_key(sale.offered_at + PATIENCE, olist.ZONE)


def test_a_marketplaces_deals_replayed_as_handoffs_give_the_figures_of_its_file(real_data: Path) -> None:
    sales = sales_of(real_data / olist.FOLDER)[::EVERY]
    replay(sales)
    assert Handoff.objects.filter(state="accepted").count() == len(sales) == 281
    for by, key in (("owner", rep_of), ("month", month_offered)):
        found = {name: (group["offered"], group["accepted"]) for name, group in groups("acceptance", by).items()}
        assert {name: counts for name, counts in found.items() if counts != (0, 0)} == {
            name: (len(some), len(some)) for name, some in apart(sales, key).items()
        }, by
    for by, key in (("owner", rep_of), ("month", month_due)):
        clocks = {name: group["accept"] for name, group in groups("sla", by).items() if group["accept"]["n"]}
        assert {name: (clock["n"], clock["met"], clock["late"]) for name, clock in clocks.items()} == {
            name: (len(some), sum(sale.took <= PATIENCE for sale in some), sum(sale.took > PATIENCE for sale in some))
            for name, some in apart(sales, key).items()
        }, by

    asked = {"start": ["2016-01-01"], "end": ["2019-12-01"], "between": ["owner"]}
    trail = REPORTS["trail"].run(read_params(asked, now=NOW), None)
    handed = [sale for sale in sales if sale.sdr != sale.rep]
    pairs = Counter((address(sale.sdr), address(sale.rep)) for sale in handed)
    assert {(pair["from"], pair["to"]): pair["n"] for pair in trail["pairs"]} == pairs
    waits = apart(handed, lambda sale: f"{address(sale.sdr)} {address(sale.rep)}")
    assert {f"{pair['from']} {pair['to']}": pair["p50_seconds"] for pair in trail["pairs"]} == {
        name: percentile_seconds((sale.took for sale in some), MEDIAN) for name, some in waits.items()
    }
    assert (trail["leads"], trail["handovers"], trail["pingpong"]) == (len(sales), len(handed), 0)
