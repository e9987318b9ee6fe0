"""The demo company: the same seed tells the same story, it goes in whole, and only into an empty database."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from alignment.people.models import User
from alignment.refusals import Refused
from leads.demo.generator import Year
from leads.demo.seed import seed_demo
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
def test_the_demo_never_goes_into_a_database_that_is_in_use() -> None:
    User.objects.create_user("somebody@example.com", name="Somebody")
    with pytest.raises(Refused, match="empty database"):
        seed_demo(leads=1, seed="s", now=NOW, timezone="UTC", currency="EUR")
