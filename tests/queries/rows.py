"""More rows of everything in a seeded company, made through the usual doors."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import User
from alignment.people.persons import add_person, ensure_team
from alignment.programs.rows import CampaignRow
from alignment.programs.save import RateRow, SeriesRow, SpendRow, save_campaigns, save_rates, save_series, save_spend
from alignment.refusals import Refused
from kpis.metrics.kept import counting
from kpis.recompute import recompute_touched
from kpis.verdicts.tasks import judge_due
from leads.definitions.runs import work_off
from leads.handoffs.offering import offer_by_hand
from leads.models import Lead
from leads.records.company_edits import add_company
from tests.kpis.agreed.agreeing import terms
from tests.leads.imports.bringing import LEADS, bring
from tests.world import NOW, a_deal, a_lead, day, did, held_by, moved

HOUR = timedelta(hours=1)


def many_more(rows: int) -> None:
    """So many of each: people, teams, companies, leads with all that hangs on them, campaigns, outside numbers, KPIs, notices, imports."""
    first = Lead.objects.count()
    _outside(first, rows)
    _people(first, rows)
    for n in range(first, first + rows):
        _lead(n)
    _long_story(rows)
    _kpis(first, rows)
    reader = Recipient(_person("operator").pk, None)
    for n in range(first, first + rows):
        post(Message(f"more:{n}", f"Notice {n}", "Something happened.", "/leads/", "agreements"), to=[reader], now=NOW)
    lines = [f"i-{first}-{n},2024-02-{1 + n % 28:02d},web,i-{first}-{n}@file.example" for n in range(rows)]
    bring("leads", "\n".join(["key,born,from,mail", *lines, "bad,never,web,bad"]), LEADS)
    work_off(now=lambda: NOW)
    recompute_touched(now=NOW)
    judge_due()
    counting.rebuild(now=NOW)  # as the worker does once and for all: from then on KPIs are read from what is kept


def _person(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


def _outside(first: int, rows: int) -> None:
    names = [f"Campaign {n}" for n in range(first, first + rows)]
    save_campaigns([CampaignRow(name=name, starts_at=day(5), type="fair") for name in names], now=NOW, actor_id=None)
    save_spend([SpendRow(date(2024, 3, 1), Decimal(100), campaign=name) for name in names], now=NOW, actor_id=None)
    save_rates(
        [RateRow(date(2023, 1, 1) + timedelta(days=first + n), "USD", Decimal("0.9")) for n in range(rows)],
        now=NOW,
        actor_id=None,
    )
    save_series([SeriesRow("Visits", date(2024, 4, 1), Decimal(7), name) for name in names], now=NOW, actor_id=None)


def _people(first: int, rows: int) -> None:
    for n in range(first, first + rows):
        team = ensure_team(f"Team {n}", side=("marketing", "sales")[n % 2])
        add_person(name=f"Person {n}", email=f"person-{n}@demo.example", team=team, now=NOW)
        add_company({"name": f"Company {n}", "domain": f"company-{n}.example"})


def _lead(n: int) -> None:
    lead = a_lead(
        f"more-{n}", created_at=day(200 + n % 100), full_name=f"Moira More {n}", email=f"moira{n}@company-{n}.example",
        phone="+493012345678", company=f"Company {n}", source=f"source {n % 20}", channel="web", campaign=f"Campaign {n}",
        segment=f"segment {n % 5}", consents={"marketing": "granted"}, attributes={"plan": "gold"},
    )  # fmt: skip
    moved(lead, ("mql", 201 + n % 100), ("sal", 203 + n % 100))
    held_by(lead, User.objects.get(email=f"person-{n}@demo.example"), day(203 + n % 100))
    did(lead, "form", 200 + n % 100, asset="Guide")
    did(lead, "call", 204 + n % 100, by=f"person-{n}@demo.example")
    if n % 3 == 0:
        a_deal(lead, amount="1000", status="won", opened_at=day(220), closed_at=day(240), external_id=f"deal-{n}")
    elif n % 3 == 1:
        a_deal(lead, amount="500", opened_at=day(230), external_id=f"deal-{n}")
    else:
        moved(lead, ("recycled", 230), reason="No budget")
    fresh = a_lead(f"fresh-{n}", created_at=day(300), full_name=f"Fred Fresh {n}", email=f"fred{n}@company-{n}.example")
    moved(fresh, ("mql", 301))
    try:
        offer_by_hand(fresh, "mql-to-sales", by=_person("marketing-lead"), now=NOW - HOUR)
    except Refused:
        return


def _long_story(rows: int) -> None:
    """The lead with most activities gets that many more."""
    lead = Lead.objects.order_by("pk")[0]
    for n in range(rows):
        did(lead, "page_view", 100 + n / 10, url=f"https://demo.example/{n}")
        a_deal(lead, amount="10", opened_at=day(300), external_id=f"long-{lead.pk}-{Lead.objects.count()}-{n}")


def _kpis(first: int, rows: int) -> None:
    """A few are in force, as many are drafts."""
    marketing, sales = _person("marketing-lead"), _person("sales-lead")
    for n in range(first, first + rows // 5):
        key = f"kpi-{n}"
        draft = start_draft("kpi", key, terms(title=f"KPI {n}"), author=marketing, now=NOW, effective_from=NOW)
        propose(draft.pk, by=marketing, now=NOW)
        sign(draft.pk, by=sales, now=NOW)
        start_draft("kpi", key, terms(title=f"KPI {n}, again"), author=marketing, now=NOW, effective_from=NOW)
