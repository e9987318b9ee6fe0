"""The demo goes into an empty database only, and plays on in its own only."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from alignment.people.models import User
from alignment.refusals import Refused
from leads.demo.seed import seed_demo
from tests.world import NOW, cast


@pytest.mark.django_db
def test_the_demo_never_goes_into_a_database_that_is_in_use() -> None:
    User.objects.create_user("somebody@example.com", name="Somebody")
    with pytest.raises(Refused, match="empty database"):
        seed_demo(leads=1, seed="s", now=NOW, timezone="UTC", currency="EUR")


@pytest.mark.django_db
@pytest.mark.parametrize("somebody", [True, False])
def test_only_a_demo_plays_on(somebody: bool) -> None:
    if somebody:
        cast()
    with pytest.raises(Refused, match="this database holds none") as refused:
        call_command("seed_demo", live=True)
    assert refused.value.code == "no_demo"
