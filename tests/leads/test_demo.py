"""The demo company: the same seed tells the same story, it goes in whole, and only into an empty database."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F

from alignment.agreements.in_force import periods_of
from alignment.agreements.models import Backtest, Version
from alignment.agreements.selectors import standing
from alignment.outbox.due import WAITING
from alignment.outbox.models import Mail
from alignment.people.models import User
from alignment.refusals import Refused
from leads.definitions.judging import Judged
from leads.definitions.runs import work_off
from leads.demo.generator import Year
from leads.demo.seed import seed_demo
from leads.demo.talks import handed_from
from leads.handoffs.models import Handoff, Need
from leads.lifecycle.models import StageChange
from leads.models import Lead
from tests.world import NOW


def test_the_same_seed_tells_the_same_story() -> None:
    first, again = (list(Year("s", NOW).stories(40)) for _ in range(2))
    assert first == again
    assert first != list(Year("t", NOW).stories(40))


@pytest.mark.django_db
def test_the_demo_company_is_whole_and_right() -> None:
    seeded = seed_demo(leads=120, seed="alignment", now=NOW, timezone="Europe/Berlin", currency="EUR")
    assert (seeded.leads, Lead.objects.count()) == (120, 120)
    call_command("recompute", stdout=StringIO())
    out = StringIO()
    call_command("verify", format="json", stdout=out)
    assert json.loads(out.getvalue())["differences"] == 0
    stages = set(Lead.objects.values_list("stage_id", flat=True))
    assert {"inquiry", "recycled", "disqualified", "sql"} <= stages
    partner = User.objects.get(email="partner@demo.example")
    assert 0 < Lead.objects.visible_to(partner).count() < 60


@pytest.mark.django_db
def test_what_the_demo_company_agreed_on_is_what_moved_its_leads() -> None:
    seed_demo(leads=200, seed="alignment", now=NOW, timezone="Europe/Berlin", currency="EUR")
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


@pytest.mark.django_db
def test_leads_are_handed_over_as_both_sides_agreed() -> None:
    seed_demo(leads=600, seed="alignment", now=NOW, timezone="Europe/Berlin", currency="EUR")
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


@pytest.mark.django_db
def test_nothing_surprising_follows_the_start_of_the_demo() -> None:
    seed_demo(leads=120, seed="alignment", now=NOW, timezone="Europe/Berlin", currency="EUR")
    assert work_off(now=lambda: NOW + timedelta(minutes=5)) == Judged(0, 0)
    assert not Mail.objects.filter(WAITING).exists()


@pytest.mark.django_db
def test_the_demo_never_goes_into_a_database_that_is_in_use() -> None:
    User.objects.create_user("somebody@example.com", name="Somebody")
    with pytest.raises(Refused, match="empty database"):
        seed_demo(leads=1, seed="s", now=NOW, timezone="UTC", currency="EUR")
