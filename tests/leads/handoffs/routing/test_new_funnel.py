"""A funnel that retires a stage of a rule: what was on its way, and who comes then, is handed over by the stage that it counts as."""

from __future__ import annotations

import pytest

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from leads.funnel.stage_sets import stage_set
from leads.funnel.terms import document_of
from leads.handoffs.deciding import accept, reject
from leads.handoffs.kind import caveat
from leads.handoffs.models import Handoff, Need, State
from leads.handoffs.offering import offer_by_hand
from leads.handoffs.routing.explaining import routing_of
from leads.handoffs.sweeping import sweep
from leads.lifecycle.changes import rebuild_all
from tests.clocks import present_is
from tests.leads.handoffs.handing import KEY, agreed
from tests.leads.handoffs.routing.pools import came_into, move, offers, round_robin, route_at, team_of
from tests.world import Cast, day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(day(5), monkeypatch)


def retire(cast: Cast, key: str, days: float) -> None:
    """Both sides agree on a funnel in which a new stage takes the place of this one, and the leads' logs are read by it."""
    document = document_of(stage_set().terms)
    stages = []
    for stage in document["stages"]:
        if stage["key"] == key:
            stages += [{**stage, "key": f"{key}2", "title": f"New {key}"}, {"key": key, "counts_as": f"{key}2"}]
        else:
            stages.append(stage)
    draft = start_draft("funnel", "default", {"stages": stages}, author=cast.marketer, now=day(days))
    propose(draft.pk, by=cast.marketing_lead, now=day(days))
    sign(draft.pk, by=cast.sales_lead, now=day(days))


@pytest.mark.parametrize("is_rebuilt", [False, True])
@pytest.mark.parametrize("key", ["mql", "sal"])
def test_an_offer_stays_open_and_is_accepted_into_the_stage_that_took_its_place(
    cast: Cast, key: str, is_rebuilt: bool
) -> None:
    team, (anna,) = team_of("Anna")
    agreed(cast, routing=[round_robin(team)])
    lead = came_into("mql", "1", 2)
    route_at(3)
    retire(cast, key, 3.01)
    if is_rebuilt:
        rebuild_all()
    route_at(3.02)
    sweep(now=lambda: day(3.03))
    handoff = Handoff.objects.get()
    assert handoff.state == State.OFFERED
    accept(handoff.pk, by=anna, now=day(3.04))
    lead.refresh_from_db()
    assert (lead.stage_id, lead.owner) == ({"mql": "sal", "sal": "sal2"}[key], anna)
    route_at(3.05)
    assert Handoff.objects.count() == 1


@pytest.mark.parametrize("key", ["mql", "sal"])
def test_the_rule_hands_over_whoever_comes_then(cast: Cast, key: str) -> None:
    team, _people = team_of("Anna")
    agreed(cast, routing=[round_robin(team)])
    retire(cast, key, 3.01)
    lead = came_into("mql2" if key == "mql" else "mql", "2", 3.125)
    told = routing_of(lead, at=day(3.25), user=cast.sales_lead)
    assert (told.verdict.code, told.winner) == ("offered", KEY)
    route_at(3.25)
    assert offers() == [("2", "Anna", 3.125, 3.25)]
    assert caveat(KEY) is None


def test_a_need_goes_on_and_its_qualifying_moment_is_kept(cast: Cast) -> None:
    team, _nobody = team_of()
    agreed(cast, routing=[round_robin(team)])
    came_into("mql", "1", 2)
    route_at(3)
    retire(cast, "mql", 3.01)
    rebuild_all()
    route_at(3.25)
    [need] = Need.objects.all()
    assert (need.qualified_at, need.ended_at, need.no_receiver_at) == (day(2), None, day(3))


def test_a_lead_that_leaves_the_new_stage_ends_its_need_then(cast: Cast) -> None:
    team, _nobody = team_of()
    agreed(cast, routing=[round_robin(team)])
    lead = came_into("mql", "1", 2)
    route_at(3)
    retire(cast, "mql", 3.01)
    rebuild_all()
    move(lead, "sal", 3.125)
    route_at(3.25)
    [need] = Need.objects.all()
    assert (need.ended_at, need.ended_why) == (day(3.125), "The lead went on to SAL.")


def test_a_lead_turned_down_for_another_goes_to_the_next_of_the_new_stage(cast: Cast) -> None:
    team, (anna, _bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team)])
    came_into("mql", "1", 2)
    route_at(3)
    retire(cast, "mql", 3.01)
    rebuild_all()
    [handoff] = Handoff.objects.select_related("to_user")
    reject(handoff.pk, by=handoff.to_user or anna, reason="not-mine", now=day(3.125))
    route_at(3.25)
    assert [to for _lead, to, _qualified, _offered in offers()] == ["Anna", "Bob"]


def test_people_hand_over_by_hand_into_the_new_stage(cast: Cast) -> None:
    team, (anna,) = team_of("Anna")
    agreed(cast, routing=[round_robin(team)])
    retire(cast, "sal", 3.01)
    lead = came_into("inquiry", "1", 3.125)
    handoff = offer_by_hand(lead, KEY, by=cast.marketer, to_user_id=anna.pk, now=day(3.25))
    accept(handoff.pk, by=anna, now=day(3.26))
    lead.refresh_from_db()
    assert lead.stage_id == "sal2"
