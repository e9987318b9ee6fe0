"""The demo company: the same seed tells the same story, it goes in whole, and only into an empty database."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from alignment.agreements.in_force import periods_of
from alignment.agreements.models import Backtest, Version
from alignment.agreements.selectors import standing
from alignment.outbox.due import WAITING
from alignment.outbox.models import Mail
from alignment.people.models import User
from alignment.programs.models import Campaign, Series
from alignment.refusals import Refused
from kpis.agreed.headlines import five_numbers
from kpis.agreed.models import MilestoneReached
from kpis.agreed.reading import current, history, kpis_in_force, target_of
from kpis.agreed.status import Status
from kpis.attribution.terms import attribution_in_force
from kpis.forecasts.service import forecast
from kpis.verdicts.figures import all_figures
from kpis.verdicts.models import Verdict
from kpis.verdicts.standing import standings
from leads.definitions.judging import Judged
from leads.definitions.runs import work_off
from leads.demo import cast
from leads.demo.live import Live
from leads.demo.plan import Plan
from leads.demo.replay import Seeded
from leads.demo.seed import seed_demo
from leads.demo.stories import stories
from leads.demo.talks import handed_from
from leads.demo.year import Year
from leads.handoffs.models import Handoff, Need
from leads.lifecycle.models import StageChange
from leads.management.commands.seed_demo import interruptible
from leads.models import Deal, Lead
from tests.conftest import Lasting
from tests.world import NOW


def test_the_same_seed_tells_the_same_story() -> None:
    first, again = (list(stories(Year("s", NOW), 40)) for _ in range(2))
    assert first == again
    assert first != list(stories(Year("t", NOW), 40))


LEADS = 450


@pytest.fixture(scope="module")
def told(lasting: Lasting) -> Iterator[Seeded]:
    """The demo company, told once for all of these tests."""
    with lasting():
        with connection.cursor() as cursor:  # how the demo plays on follows from the numbers of its leads
            cursor.execute("ALTER TABLE leads_lead ALTER COLUMN id RESTART")
        yield seed_demo(leads=LEADS, seed="alignment", now=NOW, timezone="Europe/Berlin", currency="EUR")


@pytest.fixture
def seeded(told: Seeded, db: None) -> Seeded:
    return told


def test_the_demo_company_is_whole_and_right(seeded: Seeded) -> None:
    assert (seeded.leads, Lead.objects.count()) == (LEADS, LEADS)
    call_command("recompute", stdout=StringIO())
    out = StringIO()
    call_command("verify", format="json", stdout=out)
    assert json.loads(out.getvalue())["differences"] == 0
    stages = set(Lead.objects.values_list("stage_id", flat=True))
    assert {"inquiry", "recycled", "disqualified", "sql"} <= stages
    partner = User.objects.get(email="partner@demo.example")
    assert 0 < Lead.objects.visible_to(partner).count() < LEADS / 2


def test_what_the_demo_company_agreed_on_is_what_moved_its_leads(seeded: Seeded) -> None:
    kinds = ("lead_definition", "calendar", "handoff_rule")
    versions = Version.objects.filter(agreement__kind__in=kinds).order_by("agreement__kind", "agreement__key", "number")
    assert [(str(version), standing(version, NOW).state) for version in versions] == [
        ("calendar side:sales v1", "in_force"),
        ("handoff_rule bridgepoint v1", "in_force"),
        ("handoff_rule own-sales v1", "in_force"),
        ("lead_definition mql v1", "superseded"),
        ("lead_definition mql v2", "in_force"),
        ("lead_definition mql v3", "proposed"),
        ("lead_definition sal v1", "rejected"),
        ("lead_definition sal v2", "draft"),
    ]
    first, second = periods_of("lead_definition", "mql")
    since = StageChange.objects.filter(to="mql", cause="definition")
    for period in (first, second):
        moves = since.filter(agreement_version=period.version_id)
        assert moves.exists()
        assert not moves.filter(at__lt=period.since).exists()
        assert period.until is None or not moves.filter(at__gte=period.until).exists()
    assert not StageChange.objects.filter(to="mql", at__gt=first.since, cause="created").exists()
    backtest = Backtest.objects.get()
    assert (backtest.state, backtest.version.number) == ("done", 3)
    discussed = backtest.version.comments.order_by("at")
    assert [comment.parent_id for comment in discussed] == [None, discussed[0].pk]


def test_leads_are_handed_over_as_both_sides_agreed(seeded: Seeded) -> None:
    began = handed_from(NOW)
    found = Handoff.objects.all()
    assert set(found.values_list("state", flat=True)) >= {"offered", "accepted", "rejected", "expired"}
    assert set(found.values_list("rule_key", flat=True)) == {"own-sales", "bridgepoint"}
    assert not found.filter(offered_at__lt=began).exists()
    assert not found.exclude(recorded_at=F("offered_at")).exists()
    accepted = StageChange.objects.filter(to="sal", cause="handoff")
    assert accepted.count() == found.filter(state="accepted").exclude(origin="reassigned").count()
    for email in ("sales@demo.example", "partner@demo.example"):
        assert found.filter(state="offered", to_user__email=email).exists(), email
    assert {row["no_receiver"] is None for row in Need.objects.values("no_receiver")} == {True, False}
    assert found.exclude(returned_at=None).exists()


def test_nothing_surprising_follows_the_start_of_the_demo(seeded: Seeded) -> None:
    assert work_off(now=lambda: NOW + timedelta(minutes=5)) == Judged(0, 0)
    assert not Mail.objects.filter(WAITING).exists()


def test_what_the_demo_company_agreed_about_numbers_shows_every_standing(seeded: Seeded) -> None:
    kpis = {kpi.key: kpi for kpi in kpis_in_force(NOW)}
    assert {key: (kpi.terms.side, kpi.terms.bonus) for key, kpi in kpis.items()} == {
        "won-revenue": ("sales", False),
        "mqls": ("marketing", True),
        "first-contact": ("sales", True),
        "acceptance": ("sales", False),
    }
    found = set()
    for kpi in (kpis["won-revenue"], kpis["mqls"]):
        told = forecast(target_of(kpi, current(kpi, NOW)), None, NOW, runs=400, levers=False)
        found |= {one.verdict.status for one in history(kpi, now=NOW, user=None, most=3, chance=told.chance)}
    assert found == {Status.MET, Status.ON_TRACK, Status.AT_RISK}
    assert MilestoneReached.objects.filter(key="won-revenue", reached_at__lte=NOW).exists()
    assert [number.title for number in five_numbers(now=NOW, user=None).numbers] == [
        "Qualified leads",
        "First contact in time",
        "Leads accepted",
        "Leaks open",
        "Won revenue",
    ]
    assert attribution_in_force(NOW).terms.default_model == "position"


def test_one_campaign_of_the_demo_was_judged_and_one_is_to_be(seeded: Seeded) -> None:
    judged = Verdict.objects.get()
    assert (judged.outcome in ("met", "missed"), judged.agreed_before_launch) == (True, True)
    assert judged.judged_at < NOW
    campaigns = Campaign.objects.in_bulk()
    waiting = [one for pk, one in standings(campaigns.keys(), NOW).items() if pk != judged.campaign_id]
    assert [one.due is not None and one.due > NOW for one in waiting] == [True]


def test_touches_of_the_demo_name_their_campaigns_and_bring_revenue(seeded: Seeded) -> None:
    call_command("recompute", stdout=StringIO())
    figures = [one.values for name, one in all_figures(NOW).items() if name]
    assert sum((one["credited_revenue"].value or 0) for one in figures) > 0
    assert sum((one["touched_leads"].value or 0) > 0 for one in figures) > 20
    upsells = Deal.objects.filter(kind="upsell")
    assert set(upsells.values_list("status", flat=True)) >= {"won", "lost"}
    assert set(Series.objects.values_list("metric", flat=True)) == {"page_views", "organic_sessions", "clicks"}


class Watch:
    """A clock that goes on while one waits, and then has had enough."""

    def __init__(self, seconds: float) -> None:
        self.now, self.enough = NOW, NOW + timedelta(seconds=seconds)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, _seconds: float) -> bool:
        self.now += timedelta(seconds=10)
        return self.now >= self.enough


def played(plan: Plan, seconds: float) -> Watch:
    watch = Watch(seconds)
    Live(plan, seed="alignment", now=NOW).play(now=watch, wait=watch.wait)
    return watch


PLAN = Plan(days=2, per_day=60, speed=1440)
VISITORS = {member.email for member in cast.MEMBERS if member.signs_in}


def deciders() -> set[str | None]:
    """Who decided on anything since the demo began to play on."""
    return set(
        Handoff.objects.filter(decided_at__gt=NOW, decided_by__isnull=False).values_list("decided_by__email", flat=True)
    )


def test_the_demo_plays_on_at_the_pace_that_was_asked_for(seeded: Seeded) -> None:
    watch = played(PLAN, seconds=3600)
    assert watch.now == NOW + timedelta(minutes=2)
    came = Lead.objects.filter(recorded_at__gte=NOW)
    assert came.count() == 120
    assert not came.filter(created_at__lt=NOW).exists()
    offered = Handoff.objects.filter(lead__in=came)
    assert offered.filter(offered_at__range=(NOW, watch.now)).count() == offered.count() > 0


def test_those_who_sign_in_decide_for_themselves(seeded: Seeded) -> None:
    played(replace(PLAN, per_day=180), seconds=3600)
    assert deciders()
    assert not deciders() & VISITORS


def test_with_everybody_the_visitors_offers_are_decided_too(seeded: Seeded) -> None:
    played(replace(PLAN, everybody=True), seconds=3600)
    assert deciders() & VISITORS


def test_playing_on_ends_when_it_is_asked_to(seeded: Seeded) -> None:
    watch = played(PLAN, seconds=70)
    assert watch.now == NOW + timedelta(seconds=70)
    assert 0 < Lead.objects.filter(recorded_at__gte=NOW).count() < 120


def test_ctrl_c_ends_the_waiting_and_nothing_in_the_middle() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruptible() as wait:
        os.kill(os.getpid(), signal.SIGINT)
        assert wait(60)
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.parametrize("wrong", [{"days": 0}, {"per_day": 0}, {"speed": 0.5}, {"days": 1_000}])
def test_a_plan_that_makes_no_sense_is_refused(seeded: Seeded, wrong: dict[str, int]) -> None:
    with pytest.raises(Refused, match="is a number from 1 to") as refused:
        call_command("seed_demo", live=True, **wrong)
    assert refused.value.code == "out_of_range"
