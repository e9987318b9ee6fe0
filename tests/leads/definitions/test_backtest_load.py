"""Who would receive those whom a definition qualifies, and is there room for them? By the handoff rules in force."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from leads.definitions.backtesting import computing
from leads.handoffs.models import Receiver
from tests import world
from tests.clocks import present_is
from tests.leads.definitions.qualifying import a_lead_at, saw, viewed
from tests.leads.definitions.trying import result_of, tried
from tests.leads.handoffs.handing import agreed, colleague
from tests.world import Cast, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(day(300), monkeypatch)
    return world.cast()


def in_turns(cast: Cast, *people: Any) -> dict[str, Any]:
    """Routing that offers to these people in turns."""
    pool = {"team": cast.sales.pk, "people": [person.pk for person in people]}
    return {"routing": [{"strategy": "round_robin", "pool": pool}]}


def qualify(number: int, *, first: float = 40, apart: float = 0.5, **fields: Any) -> None:
    """So many leads that will have qualified one after another."""
    for n in range(number):
        lead = a_lead_at(f"{first} {n}", 1, email=f"p{first}-{n}@example.com", **fields)
        saw(lead, first + n * apart)


def load_of(cast: Cast, **options: Any) -> Any:
    return result_of(tried(cast, viewed(1), **options))["load"]


def by_name(load: Any) -> dict[str, tuple[int, float, float | None]]:
    """(offered, offered a week, capacity a week) of everybody who got any."""
    told = {one["name"]: (one["offered"], one["a_week"], one["capacity_a_week"]) for one in load["receivers"]}
    return {name: figures for name, figures in told.items() if figures[0]}


def test_without_a_rule_from_the_stage_there_is_no_load(cast: Cast) -> None:
    qualify(2)
    assert load_of(cast) is None
    elsewhere: dict[str, Any] = {"from": {"stage": "inquiry", "side": "marketing"}}
    agreed(cast, **elsewhere)
    assert load_of(cast) is None


def test_those_who_would_qualify_are_shared_as_the_rule_says_beside_what_each_takes(cast: Cast) -> None:
    second = colleague("Second", cast.sales)
    agreed(cast, **in_turns(cast, cast.salesperson, second))
    Receiver.objects.create(user=second, capacity=Decimal(7), since=day(0).date())
    qualify(8)
    load = load_of(cast)
    assert by_name(load) == {"Salesperson": (4, 0.9, None), "Second": (4, 0.9, 7.0)}
    assert (load["offered"], load["nobody"], load["unmatched"]) == (8, 0, 0)


def test_who_has_no_room_gets_no_more_and_the_rest_finds_nobody(cast: Cast) -> None:
    agreed(cast, **in_turns(cast, cast.salesperson))
    Receiver.objects.create(user=cast.salesperson, capacity=Decimal(2), since=day(0).date())
    qualify(5, first=42.1, apart=0.1)
    load = load_of(cast)
    assert by_name(load) == {"Salesperson": (2, 0.5, 2.0)}
    assert (load["offered"], load["nobody"]) == (2, 3)
    assert sum(one["leads"] for one in load["why_nobody"]) == 3


def test_the_rule_that_is_met_first_has_the_lead_and_of_the_same_moment_the_one_tried_earlier(cast: Cast) -> None:
    second = colleague("Second", cast.sales)
    german = {"field": "lead.country", "op": "is", "value": "DE"}
    agreed(cast, "german", order=1, criteria=german, **in_turns(cast, second))
    agreed(cast, order=2, **in_turns(cast, cast.salesperson))
    qualify(3, country="DE")
    qualify(2, first=45)
    lead = a_lead_at("nobody's", 1, country="FR")
    saw(lead, 46)
    load = load_of(cast)
    assert {name: offered for name, (offered, *_rest) in by_name(load).items()} == {"Second": 3, "Salesperson": 2}
    assert load["unmatched"] == 1


def test_a_quick_look_tells_no_load(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "SAMPLE", 2)
    agreed(cast, **in_turns(cast, cast.salesperson))
    qualify(6)
    assert load_of(cast, sampled=True) is None


def test_the_page_of_the_version_shows_the_load(cast: Cast) -> None:
    agreed(cast, **in_turns(cast, cast.salesperson))
    Receiver.objects.create(user=cast.salesperson, capacity=Decimal(1), since=day(0).date())
    qualify(4, first=32, apart=7)
    backtest = tried(cast, viewed(1))
    client = Client()
    client.force_login(cast.sales_lead)
    version = backtest.version
    page = client.get(f"/agreements/lead_definition/{version.agreement.key}/{version.number}/").content.decode()
    assert "Load on each receiver" in page
    [line] = re.findall(r'<tr><th scope="row">Salesperson(.*?)</tr>', page)
    assert re.sub("<[^>]*>", " ", line).split() == ["nearly", "full", "0.9", "1.0", "1", "4"]
