"""What if it does not work out with an offer that somebody made, or passed on, by hand? Nothing falls between, and they are told."""

from __future__ import annotations

import pytest

from alignment.agreements.in_force import InForce
from alignment.outbox.models import Notice
from alignment.people.models import User
from alignment.people.persons import change_person
from leads.funnel.stage_sets import stage_set
from leads.handoffs.contacting import contacted
from leads.handoffs.deciding import accept, reject
from leads.handoffs.models import Handoff, Need
from leads.handoffs.offering import offer_by_hand
from leads.handoffs.passing import reassign
from leads.handoffs.returning import give_back
from leads.handoffs.routing import job
from leads.handoffs.routing.queries.situations import situations
from leads.handoffs.sweeping import sweep
from leads.lifecycle.changes import move_stage
from leads.records.models import Lead
from tests.leads.handoffs.handing import KEY, agreed, an_mql, at, colleague, facts, offered, stand
from tests.leads.handoffs.refusing import refused
from tests.leads.handoffs.routing.pools import came_into, queue, round_robin, route_at
from tests.world import Cast, day

pytestmark = pytest.mark.django_db

ALONE = "It was offered by hand, and no rule takes it now: offer it by hand."


def open_needs() -> list[tuple[int, str | None]]:
    return list(Need.objects.filter(ended_at=None).values_list("lead", "no_receiver"))


def told(user: User) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("title", "text"))


@pytest.fixture
def inquiry(cast: Cast, rule: InForce) -> Lead:
    """A lead that stands where no rule begins."""
    return came_into("inquiry", "1", 1)


def by_hand(cast: Cast, lead: Lead, days: float) -> Handoff:
    return offer_by_hand(lead, KEY, by=cast.marketer, to_user_id=cast.salesperson.pk, now=day(days))


@pytest.mark.parametrize("how", ["turned down", "ran out"])
def test_a_lead_that_no_rule_takes_waits_for_the_next_by_hand(cast: Cast, inquiry: Lead, how: str) -> None:
    handoff = by_hand(cast, inquiry, 2)
    if how == "turned down":
        reject(handoff.pk, by=cast.salesperson, reason="not-mine", now=day(2.1))
    else:
        sweep(now=lambda: day(4))
        assert ("An offer that you made ran out", "Nobody decided on it: see who is next.") in told(cast.marketer)
    for days in (5, 6):
        assert route_at(days).unrouted == (1 if days == 5 else 0)
        assert open_needs() == [(inquiry.pk, ALONE)]
    again = offer_by_hand(inquiry, KEY, by=cast.marketer, to_user_id=cast.sales_lead.pk, now=day(7))
    assert Need.objects.get().handoff == again


def test_it_waits_no_more_once_it_moved(cast: Cast, inquiry: Lead) -> None:
    handoff = by_hand(cast, inquiry, 2)
    reject(handoff.pk, by=cast.salesperson, reason="not-mine", now=day(2.1))
    route_at(3)
    move_stage(inquiry, "disqualified", actor=cast.marketer, now=day(4), reason="No budget")
    route_at(5)
    assert open_needs() == []


def test_a_rule_that_takes_it_then_has_it(cast: Cast, inquiry: Lead) -> None:
    handoff = by_hand(cast, inquiry, 2)
    reject(handoff.pk, by=cast.salesperson, reason="not-mine", now=day(2.1))
    route_at(3)
    move_stage(inquiry, "mql", actor=cast.marketer, now=day(4))
    route_at(5)
    assert open_needs() == []
    assert Handoff.objects.latest("pk").to_team == cast.sales


def test_who_passes_a_lead_on_hears_that_it_stays_with_them(cast: Cast, rule: InForce, lead: Lead) -> None:
    other = colleague("Other", cast.sales)
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    contacted(handoff.pk, by=cast.salesperson, kind="call", now=at(1, 30))
    onward = reassign(handoff.pk, by=cast.sales_lead, to_user_id=other.pk, now=at(2))
    Notice.objects.all().delete()
    for hour in range(3, 23):
        sweep(now=lambda hour=hour: at(hour))  # type: ignore[misc]
    assert facts(onward, "state") == {"state": "expired"}
    assert told(cast.salesperson) == [
        ("A lead stays with you", "It was passed on to somebody else, and nobody decided on that offer.")
    ]
    assert Notice.objects.get(user=cast.salesperson).path == f"/handoffs/{handoff.pk}/"
    keeps = "Nobody decided on it; whoever holds the lead keeps it."
    assert told(cast.sales_lead)[-1] == ("An offer that you made ran out", keeps)
    assert told(other)[-1] == ("An offer ran out", keeps)
    assert open_needs() == []


def test_a_colleagues_no_to_what_was_passed_on_is_no_coming_back(cast: Cast, lead: Lead) -> None:
    rule = agreed(cast, bounce_limit=2)
    other = colleague("Other", cast.sales)
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    onward = reassign(handoff.pk, by=cast.salesperson, to_user_id=other.pk, now=at(2))
    reject(onward.pk, by=other, reason="not-now", now=at(3))
    [before] = situations([lead.pk], at=at(4), stages=stage_set())
    assert (before.came_back, before.cool_until, before.fresh_after) == (0, None, None)
    give_back(handoff.pk, by=cast.salesperson, reason="not-mine", now=at(5))
    [after] = situations([lead.pk], at=at(6), stages=stage_set())
    assert (after.came_back, after.cool_until is None or after.cool_until <= at(6)) == (1, True)


@pytest.mark.parametrize("how", ["not active", "another team"])
def test_what_is_on_offer_to_somebody_who_left_goes_to_the_next(cast: Cast, how: str) -> None:
    only = {"people": [cast.salesperson.pk]}
    agreed(cast, routing=[round_robin(cast.sales, **only), queue(cast.partners)], expire_after=None)
    lead = came_into("mql", "1", 2)
    route_at(3)
    [handoff] = Handoff.objects.all()
    assert handoff.to_user == cast.salesperson
    if how == "not active":
        change_person(cast.salesperson, active=False, now=day(3.1))
    else:
        change_person(cast.salesperson, team=cast.marketing, now=day(3.1))
        moved = User.objects.get(pk=cast.salesperson.pk)
        refused(lambda: accept(handoff.pk, by=moved, now=day(3.1)), "not_yours", 403)
    sweep(now=lambda: day(3.2))
    assert facts(handoff, "state", "decided_at", "decided_by") == {
        "state": "withdrawn", "decided_at": day(3.2), "decided_by": None,
    }  # fmt: skip
    assert [lead_id for lead_id, _why in open_needs()] == [lead.pk]
    job.drain(now=lambda: day(3.3))
    assert stand(lead)[3] == "Partners"
    sweep(now=lambda: day(3.4))
    assert Handoff.objects.filter(state="offered").count() == 1


def test_people_who_stay_keep_what_is_on_offer_to_them(cast: Cast, rule: InForce) -> None:
    handoff = offered(an_mql("ada"), rule, cast.salesperson)
    change_person(cast.salesperson, active=False, now=at(0))
    change_person(cast.salesperson, active=True, now=at(0))
    sweep(now=lambda: at(1))
    assert facts(handoff, "state") == {"state": "offered"}
