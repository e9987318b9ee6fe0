"""Two at the same instant, each with a transaction of their own: one gets it, the other is told, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from alignment.agreements.in_force import InForce
from leads.handoffs.deciding import accept, reject
from leads.handoffs.holding import hold, resume
from leads.handoffs.models import Handoff, HandoffStep, Hold, Need
from leads.handoffs.offering import offer_by_hand
from leads.handoffs.passing import reassign
from leads.handoffs.returning import give_back
from leads.handoffs.sweeping import sweep
from leads.handoffs.withdrawing import withdraw
from leads.lifecycle.changes import move_stage
from leads.models import StageChange
from leads.records.models import Lead
from tests.agreements.at_once import all_at_once
from tests.leads.handoffs.handing import KEY, an_mql, at, offered, stand
from tests.world import Cast

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4
Step = Callable[[], object]


def consistent() -> None:
    """What holds whatever happened: offered_team is that of the open offer, and a lead has at most one offer or need."""
    for lead in Lead.objects.all():
        open_offers = list(Handoff.objects.filter(lead=lead, state="offered"))
        open_needs = Need.objects.filter(lead=lead, ended_at=None).count()
        assert len(open_offers) + open_needs <= 1
        assert lead.offered_team_id == (open_offers[0].to_team_id if open_offers else None)
    assert not Hold.objects.filter(ended_at=None).exclude(handoff__state__in=["offered", "accepted"]).exists()


def test_of_two_who_accept_one_gets_it(cast: Cast, rule: InForce) -> None:
    for n in range(ROUNDS):
        lead = an_mql(f"lead{n}")
        handoff = offered(lead, rule, cast.sales)
        people = [cast.salesperson, cast.sales_lead]
        steps: list[Step] = [partial(accept, handoff.pk, by=by, now=at(1)) for by in people]
        came = all_at_once(steps)
        assert sorted(came) == ["already_decided", "done"]
        winner = people[came.index("done")]
        assert stand(lead) == ("sal", winner.name, "Sales", None)
        handoff.refresh_from_db()
        assert (handoff.decided_by, handoff.version) == (winner, 2)
        assert StageChange.objects.filter(lead=lead, cause="handoff").count() == 1
        consistent()


def test_accepting_against_running_out(cast: Cast, rule: InForce) -> None:
    for n in range(ROUNDS):
        lead = an_mql(f"lead{n}")
        handoff = offered(lead, rule, cast.salesperson)
        came = all_at_once([
            partial(accept, handoff.pk, by=cast.salesperson, now=at(20)), partial(sweep, now=lambda: at(20)),
        ])  # fmt: skip
        assert came == ["already_decided", "done"]
        sweep(now=lambda: at(20))
        handoff.refresh_from_db()
        assert (handoff.state, handoff.decided_at, stand(lead)[0]) == ("expired", at(20), "mql")
        assert Need.objects.filter(lead=lead, ended_at=None).count() == 1
        consistent()


def test_accepting_against_taking_back(cast: Cast, rule: InForce) -> None:
    for n in range(ROUNDS):
        lead = an_mql(f"lead{n}")
        handoff = offered(lead, rule, cast.salesperson)
        came = all_at_once([
            partial(accept, handoff.pk, by=cast.salesperson, now=at(1)),
            partial(withdraw, handoff.pk, by=cast.marketer, why="A mistake.", now=at(1)),
        ])  # fmt: skip
        assert sorted(came) == ["already_decided", "done"]
        assert stand(lead)[0] == ("sal" if came[0] == "done" else "mql")
        consistent()


def test_turning_down_against_passing_on(cast: Cast, rule: InForce) -> None:
    for n in range(ROUNDS):
        lead = an_mql(f"lead{n}")
        handoff = offered(lead, rule, cast.salesperson)
        came = all_at_once([
            partial(reject, handoff.pk, by=cast.salesperson, reason="not-now", now=at(1)),
            partial(reassign, handoff.pk, by=cast.sales_lead, to_team_id=cast.partners.pk, now=at(1)),
        ])  # fmt: skip
        assert sorted(came) == ["already_decided", "done"]
        assert stand(lead)[3] == (None if came[0] == "done" else "Partners")
        consistent()


def test_accepting_against_the_lead_moving_on(cast: Cast, rule: InForce) -> None:
    for n in range(ROUNDS):
        lead = an_mql(f"lead{n}")
        handoff = offered(lead, rule, cast.salesperson)
        came = all_at_once([
            partial(accept, handoff.pk, by=cast.salesperson, now=at(1)),
            partial(move_stage, lead, "disqualified", actor=cast.marketer, now=at(1)),
        ])  # fmt: skip
        handoff.refresh_from_db()
        assert (came[0], handoff.state) in (("done", "accepted"), ("lead_moved", "withdrawn"))
        assert came[1] == "done"
        consistent()


def test_one_hold_and_one_end_of_it(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.sales)
    both: list[Step] = [
        partial(hold, handoff.pk, by=by, reason="customer", now=at(1)) for by in (cast.salesperson, cast.sales_lead)
    ]
    assert sorted(all_at_once(both)) == ["done", "on_hold_already"]
    ends: list[Step] = [partial(resume, handoff.pk, by=by, now=at(2)) for by in (cast.salesperson, cast.sales_lead)]
    assert sorted(all_at_once(ends)) == ["done", "not_on_hold"]
    handoff.refresh_from_db()
    assert (handoff.accept_by, Hold.objects.count()) == (at(5), 1)


def test_a_lead_comes_back_once(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    both: list[Step] = [
        partial(give_back, handoff.pk, by=by, reason="not-mine", now=at(2))
        for by in (cast.salesperson, cast.sales_lead)
    ]
    assert sorted(all_at_once(both)) == ["done", "not_accepted"]
    assert StageChange.objects.filter(lead=lead, cause="return").count() == 1
    assert Need.objects.count() == 1


def test_handed_over_by_hand_once(cast: Cast, rule: InForce, lead: Lead) -> None:
    both: list[Step] = [
        partial(offer_by_hand, lead, KEY, by=by, to_user_id=cast.salesperson.pk, now=at(2))
        for by in (cast.marketer, cast.marketing_lead)
    ]
    assert sorted(all_at_once(both)) == ["done", "offered_already"]
    assert Handoff.objects.count() == 1


def test_sweeps_side_by_side_do_everything_once(cast: Cast, rule: InForce) -> None:
    for n in range(12):
        offered(an_mql(f"lead{n}"), rule, cast.salesperson)
    several: list[Step] = [partial(sweep, now=lambda: at(20), batch=3)] * 3
    assert all_at_once(several) == ["done"] * 3
    sweep(now=lambda: at(20))
    assert Handoff.objects.filter(state="expired").count() == 12
    assert HandoffStep.objects.count() == 12 * 5
    assert Need.objects.filter(ended_at=None).count() == 12
    consistent()
