"""Do the clocks stand still while we wait for somebody outside, and run on after it for just what was left?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import InForce
from leads.handoffs.clocks import accept_clock, contact_clock
from leads.handoffs.contacting import contacted
from leads.handoffs.deciding import accept, reject
from leads.handoffs.holding import hold, resume
from leads.handoffs.models import Deadline, Handoff, Hold
from leads.models import Activity, Touched
from leads.records.models import Lead
from tests.leads.handoffs.handing import agreed, an_mql, at, facts, offered
from tests.leads.handoffs.refusing import refused
from tests.world import Cast


@pytest.fixture
def handoff(cast: Cast, rule: InForce, lead: Lead) -> Handoff:
    return offered(lead, rule, cast.salesperson)


def schedule_of(handoff: Handoff) -> list[tuple[str, str, datetime]]:
    """What is still to be done."""
    handoff.refresh_from_db()
    left = handoff.schedule[handoff.step :]
    return [(one["clock"], one["what"], datetime.fromisoformat(one["at"])) for one in left]


def test_on_hold_there_is_no_deadline(cast: Cast, lead: Lead, handoff: Handoff) -> None:
    Touched.objects.all().delete()
    hold(handoff.pk, by=cast.salesperson, reason="customer", note="Back on Friday.", now=at(1))
    assert facts(handoff, "accept_by", "contact_by", "next_at") == {
        "accept_by": None, "contact_by": None, "next_at": at(121),
    }  # fmt: skip
    [one] = Hold.objects.all()
    assert (one.reason, one.note, one.began_at, one.ends_by, one.ended_at, one.by, one.accept_left, one.contact_left) == (
        "customer", "Back on Friday.", at(1), at(121), None, cast.salesperson, 3 * 3600, 7 * 3600,
    )  # fmt: skip
    assert Touched.objects.filter(lead_id=lead.pk).exists()


def test_what_was_left_runs_on_from_the_end(cast: Cast, handoff: Handoff) -> None:
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(1))
    resume(handoff.pk, by=cast.salesperson, now=at(10))
    assert facts(handoff, "accept_by", "contact_by", "next_at") == {
        "accept_by": at(13), "contact_by": at(17), "next_at": at(12),
    }  # fmt: skip
    assert list(Deadline.objects.order_by("pk").values_list("clock", "due_at", "recorded_at")) == [
        ("accept", at(4), at(0)), ("contact", at(8), at(0)),
        ("accept", None, at(1)), ("contact", None, at(1)),
        ("accept", at(13), at(10)), ("contact", at(17), at(10)),
    ]  # fmt: skip
    assert schedule_of(handoff)[:5] == [
        ("accept", "remind", at(12)), ("accept", "breach", at(13)), ("accept", "escalate", at(14)),
        ("accept", "escalate", at(16)), ("accept", "expire", at(29)),
    ]  # fmt: skip


def test_every_hold_counts_not_only_the_last(cast: Cast, handoff: Handoff) -> None:
    for began, ended in ((1, 2), (2, 5), (6, 10)):
        hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(began))
        resume(handoff.pk, by=cast.salesperson, now=at(ended))
    assert facts(handoff, "accept_by", "contact_by") == {"accept_by": at(4 + 8), "contact_by": at(8 + 8)}


def test_a_deadline_that_passed_stays_and_what_follows_waits(cast: Cast, handoff: Handoff) -> None:
    accept(handoff.pk, by=cast.salesperson, now=at(2))
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(9))
    assert facts(handoff, "contact_by") == {"contact_by": at(8)}
    resume(handoff.pk, by=cast.salesperson, now=at(19))
    assert facts(handoff, "contact_by") == {"contact_by": at(8)}


def test_an_offer_that_is_overdue_is_decided_on_and_not_put_off(cast: Cast, handoff: Handoff) -> None:
    late = refused(lambda: hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(4)), "too_late_to_hold", 409)
    assert "accept it, turn it down, or pass it on" in late.detail
    assert not Hold.objects.exists()


def test_close_to_the_deadline_it_is_at_risk_as_soon_as_it_runs_again(cast: Cast, handoff: Handoff) -> None:
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(3, 30))
    resume(handoff.pk, by=cast.salesperson, now=at(10))
    handoff.refresh_from_db()
    assert handoff.accept_by == at(10, 30)
    assert accept_clock(handoff, on_hold=False, now=at(10)).state == "at_risk"


def test_a_reminder_that_was_given_is_not_given_again(cast: Cast, handoff: Handoff) -> None:
    Handoff.objects.filter(pk=handoff.pk).update(step=1, next_at=at(4))
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(3, 30))
    resume(handoff.pk, by=cast.salesperson, now=at(10))
    assert facts(handoff, "step", "next_at") == {"step": 1, "next_at": at(10, 30)}


def test_it_ends_at_the_chosen_time_even_if_somebody_says_so_later(cast: Cast, handoff: Handoff) -> None:
    hold(handoff.pk, by=cast.salesperson, reason="customer", until=at(6), now=at(1))
    resume(handoff.pk, by=cast.salesperson, now=at(9))
    assert facts(handoff, "accept_by", "contact_by") == {"accept_by": at(9), "contact_by": at(13)}
    assert [(one.ended_at, one.ended_by) for one in Hold.objects.all()] == [(at(6), None)]


def test_only_working_time_is_given_back(cast: Cast, lead: Lead) -> None:
    windows = [{"day": day, "start": "09:00", "end": "17:00"} for day in ("monday", "tuesday", "wednesday")]
    terms = {"timezone": "UTC", "windows": windows}
    draft = start_draft("calendar", "side:sales", terms, author=cast.marketing_lead, now=at(0))
    propose(draft.pk, by=cast.marketing_lead, now=at(0))
    sign(draft.pk, by=cast.sales_lead, now=at(0))
    spans: dict[str, Any] = {"accept_within": {"hours": 10.0}, "contact_within": {"hours": 14.0}}
    handoff = offered(lead, agreed(cast, **spans), cast.salesperson)
    assert facts(handoff, "accept_by", "contact_by") == {"accept_by": at(24 + 2), "contact_by": at(24 + 6)}
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(4))
    [one] = Hold.objects.all()
    assert (one.accept_left, one.contact_left) == (6 * 3600, 10 * 3600)
    resume(handoff.pk, by=cast.salesperson, now=at(20))
    assert facts(handoff, "accept_by", "contact_by") == {"accept_by": at(24 + 6), "contact_by": at(48 + 2)}


def test_accepting_ends_the_wait(cast: Cast, handoff: Handoff) -> None:
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(1))
    accept(handoff.pk, by=cast.salesperson, now=at(3))
    assert facts(handoff, "accept_by", "contact_by", "next_at") == {
        "accept_by": at(6), "contact_by": at(10), "next_at": at(8),
    }  # fmt: skip
    assert list(Hold.objects.values_list("ended_at", "ended_by")) == [(at(3), cast.salesperson.pk)]


def test_turning_down_ends_it_too(cast: Cast, handoff: Handoff) -> None:
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(1))
    reject(handoff.pk, by=cast.salesperson, reason="not-now", now=at(3))
    assert facts(handoff, "accept_by", "next_at") == {"accept_by": at(6), "next_at": None}


def test_after_acceptance_the_clock_to_contact_may_wait(cast: Cast, handoff: Handoff) -> None:
    accept(handoff.pk, by=cast.salesperson, now=at(2))
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(3))
    assert facts(handoff, "accept_by", "contact_by") == {"accept_by": at(4), "contact_by": None}
    handoff.refresh_from_db()
    assert contact_clock(handoff, contacted_at=None, on_hold=True, now=at(90)).state == "on_hold"
    resume(handoff.pk, by=cast.sales_lead, now=at(103))
    assert facts(handoff, "contact_by", "next_at") == {"contact_by": at(108), "next_at": at(106)}


def test_what_is_refused(cast: Cast, handoff: Handoff) -> None:
    def wait(reason: str = "customer", by: str = "salesperson", **more: Any) -> object:
        return hold(handoff.pk, by=getattr(cast, by), reason=reason, now=at(1), **more)

    refused(lambda: wait("hm"), "unknown_reason", 422)
    refused(lambda: wait("stock", until=at(7, 1)), "too_long", 422)
    refused(lambda: wait(until=at(1)), "in_the_past", 422)
    refused(lambda: wait(note="x" * 501), "too_long", 422)
    refused(lambda: wait(by="marketer"), "not_yours", 403)
    refused(lambda: resume(handoff.pk, by=cast.salesperson, now=at(1)), "not_on_hold", 409)
    wait("stock", until=at(7))
    why = refused(lambda: hold(handoff.pk, by=cast.sales_lead, reason="customer", now=at(2)), "on_hold_already", 409)
    assert why.detail == "Salesperson has put this on hold already."
    assert Hold.objects.count() == 1


def test_a_hold_that_is_over_unnoticed_stands_in_nobodys_way(cast: Cast, handoff: Handoff) -> None:
    hold(handoff.pk, by=cast.salesperson, reason="stock", now=at(1))
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(8))
    assert list(Hold.objects.order_by("pk").values_list("began_at", "ended_at", "accept_left")) == [
        (at(1), at(7), 3 * 3600), (at(8), None, 2 * 3600),
    ]  # fmt: skip


def test_there_is_nothing_to_hold_after_the_first_contact(cast: Cast, handoff: Handoff) -> None:
    contacted(handoff.pk, by=cast.salesperson, kind="call", now=at(1))
    refused(lambda: hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(2)), "contacted_already", 409)


def test_a_call_in_one_line(cast: Cast, lead: Lead, handoff: Handoff) -> None:
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(2))
    contacted(
        handoff.pk,
        by=cast.sales_lead,
        kind="Phone call",
        note="Wants a demo.",
        outcome="reached",
        at=at(2.5),
        now=at(3),
    )
    [one] = Activity.objects.filter(lead=lead)
    assert (one.kind, one.side, one.typed_in, one.at, one.by, one.subject, one.outcome, one.recorded_at) == (
        "call", "sales", True, at(2.5), cast.sales_lead, "Wants a demo.", "reached", at(3),
    )  # fmt: skip
    assert Hold.objects.filter(ended_at=at(3)).exists()
    handoff.refresh_from_db()
    assert contact_clock(handoff, contacted_at=at(2, 45), on_hold=False, now=at(4)).state == "met"


def test_what_is_no_contact_is_not_logged(cast: Cast, lead: Lead, handoff: Handoff) -> None:
    for kind in ("note", "newsletter", "page_view", "call_inbound", "hm"):
        refused(lambda kind=kind: contacted(handoff.pk, by=cast.salesperson, kind=kind, now=at(1)), "unknown_kind", 422)  # type: ignore[misc]
    refused(lambda: contacted(handoff.pk, by=cast.salesperson, kind="call", at=at(3), now=at(1)), "in_the_future", 422)
    why = refused(
        lambda: contacted(handoff.pk, by=cast.salesperson, kind="call", note="x" * 1001, now=at(1)), "too_long", 422
    )
    assert [error.field for error in why.errors] == ["note"]
    refused(lambda: contacted(handoff.pk, by=cast.marketer, kind="call", now=at(1)), "not_yours", 403)
    assert not Activity.objects.filter(lead=lead).exists()


def test_what_came_back_needs_no_call(cast: Cast, rule: InForce, handoff: Handoff) -> None:
    reject(handoff.pk, by=cast.salesperson, reason="not-now", now=at(1))
    refused(lambda: contacted(handoff.pk, by=cast.salesperson, kind="call", now=at(2)), "not_accepted", 409)
    other = offered(an_mql("grace"), rule, cast.salesperson)
    contacted(other.pk, by=cast.operator, kind="email", now=at(2))
    assert Activity.objects.get().side == "sales"
