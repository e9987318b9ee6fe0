"""When does each kind of leak that handoffs make open and close? Exact tables, in days after TIME_ZERO."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alignment.agreements.models import Version
from kpis.models import Leak
from kpis.recompute import recompute_touched
from leads.handoffs.models import Deadline, Handoff
from leads.lifecycle.changes import touch
from leads.models import Lead
from tests.kpis.agreeing import agreed, limits
from tests.kpis.leaks.handing import a_rule, days_after, needed, offered
from tests.world import NOW, Cast, a_lead, cast, day, did, moved

pytestmark = pytest.mark.django_db

HOUR = 1 / 24
Span = tuple[float, float | None]


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def lead(people: Cast) -> Lead:
    """In mql since day 1."""
    found = a_lead()
    moved(found, ("mql", 1))
    return found


@pytest.fixture
def rule() -> Version:
    return a_rule(accept_hours=24, contact_hours=48)


def spans(lead: Lead, kind: str) -> list[Span]:
    """All leaks of that kind, as (since, until)."""
    return [(since, until) for since, until, *_rest in details(lead, kind)]


def details(lead: Lead, kind: str) -> list[tuple[float, float | None, int, str, str, int]]:
    touch([lead.pk])
    recompute_touched(now=NOW)
    rows = Leak.objects.filter(lead=lead, kind=kind).order_by("since")
    found = rows.values_list("since", "until", "pass_number", "side", "stage", "limit_seconds")
    return [
        (days_after(since) or 0.0, days_after(until), number, side, stage, limit)
        for since, until, number, side, stage, limit in found
    ]


def offer(lead: Lead, rule: Version, days: float, **fields: Any) -> Handoff:
    """Offered on that day: a day to accept, two to the first contact."""
    moments: dict[str, Any] = {
        name: day(value) if isinstance(value, int | float) else value for name, value in fields.items()
    }
    return offered(lead, day(days), rule=rule, accept_by=day(days + 1), contact_by=day(days + 2), **moments)


# unrouted


def test_who_qualified_and_was_not_offered_within_the_limit_leaks_until_the_offer(lead: Lead) -> None:
    needed(lead, day(2), ended_at=day(4))
    hour = round(HOUR, 6)
    assert details(lead, "unrouted") == [(2 + hour, 4, 1, "marketing", "mql", 3600)]


def test_who_was_offered_in_time_or_at_its_last_instant_does_not_leak(lead: Lead) -> None:
    needed(lead, day(2), ended_at=day(2) + timedelta(hours=1))
    assert spans(lead, "unrouted") == []


def test_whom_nobody_could_take_leaks_from_that_moment(lead: Lead) -> None:
    needed(lead, day(2), no_receiver_at=day(2), no_receiver="Everybody is away.")
    assert spans(lead, "unrouted") == [(2, None)]


def test_that_nobody_could_take_it_later_changes_nothing(lead: Lead) -> None:
    needed(lead, day(2), no_receiver_at=day(3))
    assert spans(lead, "unrouted") == [(2 + round(HOUR, 6), None)]


def test_the_limit_agreed_counts_from_its_instant(people: Cast, lead: Lead) -> None:
    needed(lead, day(2))
    agreed(people, "limits", limits(unrouted={"limit_days": 3}), at=day(4))
    assert spans(lead, "unrouted") == [(2 + round(HOUR, 6), 4), (5, None)]


def test_a_limit_in_working_time_counts_by_the_calendar_of_the_side(people: Cast, lead: Lead) -> None:
    windows = [{"day": name, "start": "09:00", "end": "17:00"} for name in ("monday", "tuesday", "wednesday")]
    calendar = {"timezone": "UTC", "windows": windows}
    agreed(people, "calendar", calendar, at=day(0), key="side:marketing")
    agreed(people, "limits", limits(unrouted={"limit_days": 1, "business": True}), at=day(0.5))
    needed(lead, day(2))  # Wednesday 9:00: eight hours are left of it, sixteen come on Monday and Tuesday
    assert spans(lead, "unrouted") == [(8 + round(8 * HOUR, 6), None)]


# unaccepted


def test_an_offer_past_its_deadline_leaks_at_the_receiving_side(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2)
    assert details(lead, "unaccepted") == [(3, None, 1, "sales", "mql", 86_400)]


def test_a_partner_counts_as_sales(people: Cast, lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, to=people.partners)
    assert [row[3] for row in details(lead, "unaccepted")] == ["sales"]


@pytest.mark.parametrize("state", ["accepted", "rejected", "withdrawn"])
def test_a_decision_in_time_or_at_the_deadline_is_no_leak_and_a_late_one_closes_it(
    lead: Lead, rule: Version, state: str
) -> None:
    offer(lead, rule, 2, state=state, decided_at=3, reason="no-budget")
    assert spans(lead, "unaccepted") == []
    offer(lead, rule, 5, state=state, decided_at=7, reason="no-budget")
    assert spans(lead, "unaccepted") == [(6, 7)]


def test_an_expiry_does_not_close_it_and_the_next_acceptance_does(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, state="expired", decided_at=4)
    offer(lead, rule, 5, state="accepted", decided_at=5.5)
    assert spans(lead, "unaccepted") == [(3, 5.5)]


def test_two_that_overlap_are_one_leak_as_the_first_was(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, state="expired", decided_at=4)
    offer(lead, a_rule(accept_hours=1), 5, state="rejected", decided_at=8, reason="no-budget")
    assert details(lead, "unaccepted") == [(3, 8, 1, "sales", "mql", 86_400)]


def test_passing_it_on_does_not_close_it(lead: Lead, rule: Version) -> None:
    first = offer(lead, rule, 2, state="withdrawn", decided_at=4)
    offer(lead, rule, 4, origin="reassigned", replaces=first, from_side="sales", state="accepted", decided_at=4.25)
    assert spans(lead, "unaccepted") == [(3, 4.25)]


def test_taking_it_back_without_a_successor_closes_it(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, state="withdrawn", decided_at=4)
    assert spans(lead, "unaccepted") == [(3, 4)]


def test_on_hold_there_is_no_deadline_and_what_had_passed_before_stays(lead: Lead, rule: Version) -> None:
    waits = offer(lead, rule, 2)
    Handoff.objects.filter(pk=waits.pk).update(accept_by=None)
    Deadline.objects.create(handoff=waits, clock="accept", due_at=None, recorded_at=day(2.5))
    assert spans(lead, "unaccepted") == []
    Handoff.objects.filter(pk=waits.pk).update(accept_by=day(6))
    Deadline.objects.create(handoff=waits, clock="accept", due_at=day(6), recorded_at=day(5))
    assert spans(lead, "unaccepted") == [(6, None)]


@pytest.mark.parametrize("stage", ["sal", "won", "recycled", "disqualified", "inquiry"])
def test_a_lead_that_left_the_stage_it_was_offered_from_is_not_waited_for(
    lead: Lead, rule: Version, stage: str
) -> None:
    offer(lead, rule, 2, state="expired", decided_at=4)
    moved(lead, (stage, 5))
    assert spans(lead, "unaccepted") == [(3, 5)]
    moved(lead, ("mql", 9))
    assert spans(lead, "unaccepted") == [(3, 5)]


def test_a_lead_that_left_before_the_deadline_never_leaks_and_what_is_offered_when_it_is_back_does(
    lead: Lead, rule: Version
) -> None:
    offer(lead, rule, 2, state="expired", decided_at=4)
    moved(lead, ("sal", 3), ("mql", 6))
    assert spans(lead, "unaccepted") == []
    offer(lead, rule, 7)
    assert spans(lead, "unaccepted") == [(8, None)]


def test_the_same_stage_once_more_is_no_leaving(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, state="expired", decided_at=4)
    moved(lead, ("mql", 5))
    assert spans(lead, "unaccepted") == [(3, None)]


# uncontacted


def test_who_was_accepted_and_not_contacted_leaks_until_the_first_contact(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, state="accepted", decided_at=2.5)
    moved(lead, ("sal", 2.5))
    assert details(lead, "uncontacted") == [(4, None, 1, "sales", "sal", 2 * 86_400)]
    did(lead, "email_sent", 4.5)
    did(lead, "call_inbound", 4.6)
    assert spans(lead, "uncontacted") == [(4, None)]
    did(lead, "call", 5)
    assert spans(lead, "uncontacted") == [(4, 5)]


def test_a_contact_since_the_offer_counts_and_one_before_does_not(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, state="accepted", decided_at=2.5)
    did(lead, "call", 1.9)
    assert spans(lead, "uncontacted") == [(4, None)]
    did(lead, "call", 2)
    assert spans(lead, "uncontacted") == []


def test_a_late_acceptance_leaks_from_then_and_a_return_closes_it(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, state="accepted", decided_at=6, returned_at=7)
    assert spans(lead, "uncontacted") == [(6, 7)]


def test_a_leak_ends_at_the_latest_with_its_pass(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, state="accepted", decided_at=2.5)
    moved(lead, ("recycled", 5))
    moved(lead, ("mql", 9))
    assert spans(lead, "uncontacted") == [(4, 9)]


def test_what_was_typed_in_counts_a_quarter_of_an_hour_before_it_was_written(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, state="accepted", decided_at=2.5)
    did(lead, "call", 3, typed_in=True)
    assert spans(lead, "uncontacted") == [(4, days_after(NOW - timedelta(minutes=15)))]


def test_it_is_the_duty_of_whoever_accepted_it_last(lead: Lead, rule: Version) -> None:
    first = offer(lead, rule, 2, state="accepted", decided_at=2.5)
    second = offer(lead, rule, 5, replaces=first, from_side="sales", state="withdrawn", decided_at=5.5)
    offer(lead, rule, 5.5, replaces=second, from_side="sales", state="accepted", decided_at=6)
    assert spans(lead, "uncontacted") == [(4, 6), (7.5, None)]


# ping-pong


def back_and_forth(lead: Lead, rule: Version, *days: float) -> None:
    """Offered on those days, turned down half a day later."""
    for at in days:
        offer(lead, rule, at, state="rejected", decided_at=at + 0.5, reason="no-budget")


def test_the_third_move_between_the_sides_opens_it(lead: Lead, rule: Version) -> None:
    back_and_forth(lead, rule, 2)
    assert spans(lead, "ping_pong") == []
    back_and_forth(lead, rule, 4)
    assert details(lead, "ping_pong") == [(4, None, 1, "marketing", "mql", 0)]


def test_it_closes_when_the_lead_gets_further_and_counts_anew_from_there(lead: Lead, rule: Version) -> None:
    back_and_forth(lead, rule, 2, 4)
    moved(lead, ("sal", 6), ("mql", 7), ("sal", 8))
    back_and_forth(lead, rule, 9)
    assert spans(lead, "ping_pong") == [(4, 6)]
    offer(lead, rule, 10, state="accepted", decided_at=10.5, returned_at=11)
    assert spans(lead, "ping_pong") == [(4, 6), (10, None)]


def test_offers_within_a_side_and_those_taken_back_are_no_moves(people: Cast, lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, from_side="sales", to=people.partners, state="expired", decided_at=2.5)
    offer(lead, rule, 3, state="withdrawn", decided_at=3.5)
    back_and_forth(lead, rule, 4)
    assert spans(lead, "ping_pong") == []
    offer(lead, rule, 6, state="withdrawn", decided_at=6.5)
    assert spans(lead, "ping_pong") == [(6, 6.5)]


def test_an_offer_that_was_passed_on_stays_a_move(lead: Lead, rule: Version) -> None:
    back_and_forth(lead, rule, 2)
    first = offer(lead, rule, 4, state="withdrawn", decided_at=4.5)
    second = offer(lead, rule, 4.5, replaces=first, from_side="sales", state="withdrawn", decided_at=5)
    assert spans(lead, "ping_pong") == [(4, None)]
    offer(lead, rule, 5, replaces=second, from_side="sales", state="rejected", decided_at=6, reason="no-budget")
    assert spans(lead, "ping_pong") == [(4, None)]


def test_each_pass_counts_for_itself(lead: Lead, rule: Version) -> None:
    back_and_forth(lead, rule, 2, 4)
    moved(lead, ("recycled", 5), ("mql", 6))
    back_and_forth(lead, rule, 7)
    assert spans(lead, "ping_pong") == [(4, 6)]


def test_how_often_is_agreed(people: Cast, lead: Lead, rule: Version) -> None:
    back_and_forth(lead, rule, 2, 4)
    agreed(people, "limits", limits(ping_pong={"times": 5}), at=day(10))
    assert spans(lead, "ping_pong") == [(4, 10)]


# unexplained


def test_who_was_turned_down_without_a_reason_leaks_at_the_side_that_did_until_one_is_given(
    lead: Lead, rule: Version
) -> None:
    handoff = offer(lead, rule, 2, state="rejected", decided_at=2.5)
    assert details(lead, "unexplained") == [(2.5, None, 1, "sales", "mql", 0)]
    Handoff.objects.filter(pk=handoff.pk).update(reason="no-budget", reason_recorded_at=day(4))
    assert spans(lead, "unexplained") == [(2.5, 4)]


def test_a_reason_that_came_with_a_decision_told_late_is_as_old_as_it(lead: Lead, rule: Version) -> None:
    offer(
        lead, rule, 2, state="rejected", decided_at=2.5, decided_recorded_at=day(9), reason="no-budget",
        reason_recorded_at=day(9),
    )  # fmt: skip
    assert spans(lead, "unexplained") == []


def test_turned_down_and_given_up_without_a_word_is_one_leak(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2, state="rejected", decided_at=2.5)
    moved(lead, ("disqualified", 2.5))
    assert details(lead, "unexplained") == [(2.5, None, 1, "sales", "disqualified", 0)]


def test_a_lead_that_is_a_test_leaks_nothing(lead: Lead, rule: Version) -> None:
    offer(lead, rule, 2)
    Lead.objects.filter(pk=lead.pk).update(is_test=True)
    assert spans(lead, "unaccepted") == []
