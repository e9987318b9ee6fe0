"""What if an accepted lead comes back, or one that was turned down has no reason yet?"""

from __future__ import annotations

import pytest

from alignment.agreements.in_force import InForce
from alignment.outbox.models import Notice
from leads.handoffs.deciding import accept
from leads.handoffs.holding import hold
from leads.handoffs.models import Handoff, Hold, Need
from leads.handoffs.passing import reassign
from leads.handoffs.returning import explain, give_back
from leads.models import StageChange
from leads.records.models import Lead
from tests.leads.handoffs.handing import at, colleague, facts, offered, stand
from tests.leads.handoffs.refusing import refused
from tests.world import Cast, moved


@pytest.fixture
def accepted(cast: Cast, rule: InForce, lead: Lead) -> Handoff:
    handoff = offered(lead, rule, cast.salesperson)
    return accept(handoff.pk, by=cast.salesperson, now=at(1))


def test_a_lead_comes_back_with_its_reason(cast: Cast, lead: Lead, accepted: Handoff) -> None:
    give_back(accepted.pk, by=cast.salesperson, reason="not-now", note="In June.", now=at(5))
    assert stand(lead) == ("recycled", None, "Marketing", None)
    assert facts(accepted, "state", "returned_at", "returned_recorded_at", "returned_by", "reason", "note", "next_at") == {
        "state": "accepted", "returned_at": at(5), "returned_recorded_at": at(5), "returned_by": cast.salesperson,
        "reason": "not-now", "note": "In June.", "next_at": None,
    }  # fmt: skip
    assert facts(accepted, "decided_at", "decided_by") == {"decided_at": at(1), "decided_by": cast.salesperson}
    [told] = Notice.objects.filter(key=f"handoff-returned:{accepted.pk}")
    assert (told.user, told.title) == (cast.marketer, "Salesperson gave a lead back: Not now")


def test_given_back_for_another_it_goes_to_where_the_rule_takes_leads_from(
    cast: Cast, rule: InForce, lead: Lead, accepted: Handoff
) -> None:
    give_back(accepted.pk, by=cast.salesperson, reason="not-mine", now=at(5))
    assert stand(lead) == ("mql", None, "Marketing", None)
    change = StageChange.objects.filter(lead=lead).latest("pk")
    assert (change.to_id, change.cause, change.reason, change.agreement_version_id) == (
        "mql", "return", "Belongs to somebody else", rule.version_id,
    )  # fmt: skip
    assert list(Need.objects.values_list("lead", "qualified_at", "ended_at")) == [(lead.pk, at(5), None)]


@pytest.mark.parametrize(
    ("who", "may"), [("salesperson", True), ("sales_lead", True), ("operator", True), ("marketer", False)]
)
def test_who_may_give_back(cast: Cast, accepted: Handoff, who: str, may: bool) -> None:
    by = getattr(cast, who)
    if may:
        give_back(accepted.pk, by=by, reason="not-now", now=at(5))
    else:
        refused(lambda: give_back(accepted.pk, by=by, reason="not-now", now=at(5)), "not_yours", 403)


def test_only_once_and_only_what_was_accepted(cast: Cast, rule: InForce, lead: Lead, accepted: Handoff) -> None:
    give_back(accepted.pk, by=cast.salesperson, reason="not-mine", now=at(5))
    again = offered(lead, rule, cast.sales_lead, when=at(6))
    why = refused(lambda: give_back(accepted.pk, by=cast.sales_lead, reason="not-now", now=at(7)), "not_accepted", 409)
    assert why.detail == "Salesperson gave this lead back on 1 January 2024, 14:00."
    refused(lambda: give_back(again.pk, by=cast.sales_lead, reason="not-now", now=at(7)), "not_accepted", 409)


def test_a_customer_is_not_given_back(cast: Cast, lead: Lead, accepted: Handoff) -> None:
    moved(lead, ("won", 0.2))
    refused(lambda: give_back(accepted.pk, by=cast.salesperson, reason="not-now", now=at(5)), "won", 409)


def test_reasons_and_notes_are_asked_as_for_turning_down(cast: Cast, accepted: Handoff) -> None:
    refused(lambda: give_back(accepted.pk, by=cast.salesperson, reason="hm", now=at(5)), "unknown_reason", 422)
    refused(lambda: give_back(accepted.pk, by=cast.salesperson, reason="no-fit", now=at(5)), "note_needed", 422)
    long = "x" * 2001
    refused(
        lambda: give_back(accepted.pk, by=cast.salesperson, reason="not-now", note=long, now=at(5)), "too_long", 422
    )


def test_giving_back_takes_back_what_it_is_being_passed_on_by(cast: Cast, lead: Lead, accepted: Handoff) -> None:
    other = colleague("Other", cast.sales)
    onward = reassign(accepted.pk, by=cast.salesperson, to_user_id=other.pk, now=at(2))
    give_back(accepted.pk, by=cast.salesperson, reason="not-now", now=at(3))
    assert facts(onward, "state", "note") == {"state": "withdrawn", "note": "the lead was given back"}
    assert stand(lead) == ("recycled", None, "Marketing", None)


def test_giving_back_ends_a_hold(cast: Cast, accepted: Handoff) -> None:
    hold(accepted.pk, by=cast.salesperson, reason="customer", now=at(2))
    give_back(accepted.pk, by=cast.salesperson, reason="not-now", now=at(4))
    assert list(Hold.objects.values_list("ended_at", "ended_by")) == [(at(4), cast.salesperson.pk)]
    assert facts(accepted, "contact_by", "next_at") == {"contact_by": at(10), "next_at": None}


def test_what_somebody_else_has_by_now_is_not_given_back_by_who_had_it(
    cast: Cast, lead: Lead, accepted: Handoff
) -> None:
    other = colleague("Other", cast.sales)
    onward = reassign(accepted.pk, by=cast.sales_lead, to_user_id=other.pk, now=at(2))
    accept(onward.pk, by=other, now=at(3))
    why = refused(lambda: give_back(accepted.pk, by=cast.sales_lead, reason="not-now", now=at(4)), "passed_on", 409)
    assert "Other accepted this lead" in why.detail
    refused(lambda: give_back(accepted.pk, by=cast.salesperson, reason="not-now", now=at(4)), "passed_on", 409)


@pytest.fixture
def unexplained(cast: Cast, rule: InForce, lead: Lead) -> Handoff:
    """Turned down elsewhere, without a reason, as another system told us."""
    handoff = offered(lead, rule, cast.salesperson)
    Handoff.objects.filter(pk=handoff.pk).update(
        state="rejected", decided_at=at(1), decided_recorded_at=at(1), decided_by=cast.salesperson, next_at=None
    )
    return handoff


def test_a_reason_may_follow_later_once(cast: Cast, lead: Lead, unexplained: Handoff) -> None:
    before = stand(lead)
    explain(unexplained.pk, by=cast.salesperson, reason="not-now", note="She said so.", now=at(9))
    assert facts(unexplained, "reason", "note", "reason_recorded_at") == {
        "reason": "not-now", "note": "She said so.", "reason_recorded_at": at(9),
    }  # fmt: skip
    assert stand(lead) == before
    refused(
        lambda: explain(unexplained.pk, by=cast.sales_lead, reason="not-mine", now=at(10)), "explained_already", 409
    )


def test_who_may_explain_and_what(cast: Cast, rule: InForce, lead: Lead, unexplained: Handoff) -> None:
    refused(lambda: explain(unexplained.pk, by=cast.marketer, reason="not-now", now=at(9)), "not_yours", 403)
    refused(lambda: explain(unexplained.pk, by=cast.salesperson, reason="hm", now=at(9)), "unknown_reason", 422)
    handoff = offered(lead, rule, cast.salesperson, when=at(10))
    refused(lambda: explain(handoff.pk, by=cast.salesperson, reason="not-now", now=at(11)), "did_not_come_back", 409)
