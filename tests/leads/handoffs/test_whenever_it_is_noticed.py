"""Does it matter when the sweep comes, or how late a clock was read? It must not: no figure depends on it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db.models import F

from alignment.agreements.in_force import InForce
from leads.handoffs.contacting import contacted
from leads.handoffs.deciding import accept, reject
from leads.handoffs.holding import hold, resume
from leads.handoffs.models import Handoff, HandoffStep, Hold, Need
from leads.handoffs.offering import offer_by_hand
from leads.handoffs.passing import reassign
from leads.handoffs.returning import give_back
from leads.handoffs.sweeping import sweep
from leads.handoffs.withdrawing import withdraw, withdraw_groundless
from leads.lifecycle.changes import lock, move_stage
from leads.records.models import Lead
from tests.leads.handoffs.handing import KEY, at, colleague, facts, offered, stand
from tests.leads.handoffs.refusing import refused
from tests.world import Cast

pytestmark = pytest.mark.django_db

A_MOMENT = timedelta(seconds=3)


@pytest.fixture
def handoff(cast: Cast, rule: InForce, lead: Lead) -> Handoff:
    """It runs out after twenty hours."""
    return offered(lead, rule, cast.salesperson)


def ran_out(handoff: Handoff, when: datetime) -> bool:
    return facts(handoff, "state", "decided_at") == {"state": "expired", "decided_at": when}


def test_who_is_late_cannot_decide_though_the_sweep_is_later(cast: Cast, handoff: Handoff) -> None:
    late = at(20)
    for step in (
        lambda: accept(handoff.pk, by=cast.salesperson, now=late),
        lambda: reject(handoff.pk, by=cast.salesperson, reason="not-now", now=late),
        lambda: withdraw(handoff.pk, by=cast.marketer, why="A mistake.", now=late),
        lambda: reassign(handoff.pk, by=cast.sales_lead, to_user_id=cast.sales_lead.pk, now=late),
    ):
        why = refused(step, "already_decided", 409)
        assert why.detail == "This offer ran out on 2 January 2024, 05:00: nobody had decided on it."
    refused(lambda: hold(handoff.pk, by=cast.salesperson, reason="customer", now=late), "not_accepted", 409)
    refused(lambda: contacted(handoff.pk, by=cast.salesperson, kind="call", now=late), "not_accepted", 409)
    sweep(now=lambda: at(30))
    assert ran_out(handoff, at(20))


def test_until_the_very_moment_one_may(cast: Cast, handoff: Handoff) -> None:
    assert accept(handoff.pk, by=cast.salesperson, now=at(20) - A_MOMENT).state == "accepted"


@pytest.mark.parametrize("by", ["sweep", "routing"])
def test_what_ran_out_before_the_lead_moved_has_run_out(cast: Cast, lead: Lead, handoff: Handoff, by: str) -> None:
    move_stage(lead, "disqualified", actor=cast.marketer, now=at(21), reason="No budget")
    if by == "sweep":
        sweep(now=lambda: at(22))
    else:
        lock([lead.pk])
        withdraw_groundless([lead.pk], now=at(22))
    assert ran_out(handoff, at(20))


def test_what_lost_its_ground_before_is_taken_back(cast: Cast, lead: Lead, handoff: Handoff) -> None:
    move_stage(lead, "disqualified", actor=cast.marketer, now=at(19), reason="No budget")
    sweep(now=lambda: at(22))
    assert facts(handoff, "state") == {"state": "withdrawn"}


def test_a_hold_that_ended_by_itself_puts_the_end_off_by_as_long_as_it_lasted(cast: Cast, handoff: Handoff) -> None:
    hold(handoff.pk, by=cast.salesperson, reason="stock", now=at(1))
    refused(lambda: accept(handoff.pk, by=cast.salesperson, now=at(26)), "already_decided", 409)
    assert accept(handoff.pk, by=cast.salesperson, now=at(26) - A_MOMENT).decided_at == at(26) - A_MOMENT


def test_what_ran_out_is_handed_over_by_hand_at_once(cast: Cast, lead: Lead, handoff: Handoff) -> None:
    new = offer_by_hand(lead, KEY, by=cast.marketer, to_user_id=cast.sales_lead.pk, now=at(25))
    assert ran_out(handoff, at(20))
    [need] = Need.objects.all()
    assert (need.qualified_at, need.ended_at, need.handoff) == (at(20), at(25), new)


def test_steps_that_were_due_before_a_hold_keep_their_moment(cast: Cast, handoff: Handoff) -> None:
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(9, 30))
    resume(handoff.pk, by=cast.salesperson, now=at(19, 30))
    sweep(now=lambda: at(30))
    assert list(HandoffStep.objects.values_list("clock", "what", "to", "due_at")) == [
        ("contact", "remind", None, at(6)),
        ("contact", "breach", None, at(8)),
        ("contact", "escalate", "receiver_lead", at(9)),
        ("contact", "escalate", "both_leads", at(21)),
    ]


def test_a_clock_read_before_somebody_elses_step_does_not_go_back(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.sales)
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(1) + A_MOMENT)
    accept(handoff.pk, by=cast.sales_lead, now=at(1))
    assert facts(handoff, "decided_at") == {"decided_at": at(1) + A_MOMENT}
    assert not Hold.objects.filter(ended_at__lt=F("began_at")).exists()


def test_what_is_given_back_behind_a_move_still_goes_where_the_reason_says(
    cast: Cast, lead: Lead, handoff: Handoff
) -> None:
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    moment = at(2) + A_MOMENT
    move_stage(lead, "sql", actor=cast.salesperson, now=moment, at=moment)
    give_back(handoff.pk, by=cast.salesperson, reason="not-now", now=at(2))
    assert stand(lead) == ("recycled", None, "Marketing", None)
    assert facts(handoff, "returned_at") == {"returned_at": moment}


def test_the_agreed_hours_of_a_wait_count_for_all_waits_together(cast: Cast, handoff: Handoff) -> None:
    def wait(hours: float, until: datetime | None = None) -> Handoff:
        return hold(handoff.pk, by=cast.salesperson, reason="stock", until=until, now=at(hours))

    wait(1)
    resume(handoff.pk, by=cast.salesperson, now=at(5))
    why = refused(lambda: wait(6, until=at(9)), "too_long", 422)
    assert why.detail == "“Waiting for stock” holds for 6 hours at most; 2 are left."
    wait(6)
    assert facts(handoff, "next_at") == {"next_at": at(8)}
    why = refused(lambda: wait(8), "too_long", 422)
    assert why.detail == "“Waiting for stock” holds for 6 hours at most, and those are used up."
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(8))


def test_a_contact_ends_the_wait_of_an_open_offer_too(cast: Cast, handoff: Handoff) -> None:
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(1))
    contacted(handoff.pk, by=cast.salesperson, kind="call", now=at(2))
    assert [(one.ended_at, one.ended_by) for one in Hold.objects.all()] == [(at(2), cast.salesperson)]
    assert facts(handoff, "accept_by") == {"accept_by": at(5)}


def test_a_lead_given_back_by_the_second_goes_on_though_the_first_never_gave_it_back(
    cast: Cast, rule: InForce, lead: Lead, handoff: Handoff
) -> None:
    other, third = colleague("Other", cast.sales), colleague("Third", cast.sales)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    onward = reassign(handoff.pk, by=cast.salesperson, to_user_id=other.pk, now=at(2))
    accept(onward.pk, by=other, now=at(3))
    give_back(onward.pk, by=other, reason="not-mine", now=at(4))
    assert Need.objects.filter(ended_at=None, qualified_at=at(4)).count() == 1
    again = offered(lead, rule, third, when=at(5), origin="rerouted", replaces_id=onward.pk)
    reject(again.pk, by=third, reason="not-now", now=at(6))
    assert stand(lead) == ("recycled", None, "Marketing", None)
