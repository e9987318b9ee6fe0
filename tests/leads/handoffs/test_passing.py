"""How is an offer, or a lead in hand, passed on? And how is one handed over by hand?"""

from __future__ import annotations

import pytest

from alignment.agreements.in_force import InForce
from leads.handoffs.deciding import accept, reject
from leads.handoffs.models import Handoff, Receiver
from leads.handoffs.offering import offer_by_hand
from leads.handoffs.passing import reassign
from leads.handoffs.withdrawing import withdraw_groundless
from leads.records.models import Lead
from tests.leads.handoffs.handing import KEY, agreed, an_mql, at, colleague, facts, offered, stand
from tests.leads.handoffs.refusing import refused
from tests.world import Cast, moved


def test_an_open_offer_is_taken_back_and_offered_anew(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson, qualified_at=at(-1))
    new = reassign(handoff.pk, by=cast.salesperson, to_user_id=cast.sales_lead.pk, now=at(2))
    assert facts(handoff, "state", "decided_at", "decided_by", "note") == {
        "state": "withdrawn", "decided_at": at(2), "decided_by": cast.salesperson, "note": "passed on to Sales Lead",
    }  # fmt: skip
    assert facts(
        new, "state", "origin", "replaces", "to_user", "to_team", "from_side", "from_stage", "from_user", "accept_by", "contact_by",
        "qualified_at", "rule_id", "offered_by", "why",
    ) == {
        "state": "offered", "origin": "reassigned", "replaces": handoff, "to_user": cast.sales_lead, "to_team": cast.sales,
        "from_side": "sales", "from_stage": "mql", "from_user": cast.marketer, "accept_by": at(6), "contact_by": at(10),
        "qualified_at": at(-1), "rule_id": rule.version_id, "offered_by": cast.salesperson, "why": ["Passed on by Salesperson."],
    }  # fmt: skip
    assert stand(lead) == ("mql", "Marketer", "Marketing", "Sales")


def test_to_a_team_and_to_a_partner(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    new = reassign(handoff.pk, by=cast.sales_lead, to_team_id=cast.partners.pk, now=at(1))
    assert facts(new, "to_user", "to_team", "to_side") == {
        "to_user": None,
        "to_team": cast.partners,
        "to_side": "partner",
    }
    assert stand(lead) == ("mql", "Marketer", "Marketing", "Partners")


def test_to_oneself_it_is_accepted_at_once(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    new = reassign(handoff.pk, by=cast.sales_lead, to_user_id=cast.sales_lead.pk, now=at(1))
    assert (new.state, new.decided_by, new.decided_at) == ("accepted", cast.sales_lead, at(1))
    assert stand(lead) == ("sal", "Sales Lead", "Sales", None)


def test_a_lead_in_hand_stays_with_its_owner_until_the_next_has_it(cast: Cast, rule: InForce, lead: Lead) -> None:
    other = colleague("Other", cast.sales)
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    new = reassign(handoff.pk, by=cast.salesperson, to_user_id=other.pk, now=at(2))
    assert stand(lead) == ("sal", "Salesperson", "Sales", "Sales")
    assert facts(handoff, "state", "next_at") == {"state": "accepted", "next_at": at(6)}
    assert (new.from_user, new.from_team, new.from_side, new.from_stage) == (
        cast.salesperson,
        cast.sales,
        "sales",
        "sal",
    )
    accept(new.pk, by=other, now=at(3))
    assert stand(lead) == ("sal", "Other", "Sales", None)
    assert facts(handoff, "state", "next_at") == {"state": "accepted", "next_at": None}


def test_who_has_it_may_work_on_with_it_meanwhile(cast: Cast, rule: InForce, lead: Lead) -> None:
    other = colleague("Other", cast.sales)
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    new = reassign(handoff.pk, by=cast.salesperson, to_user_id=other.pk, now=at(2))
    moved(lead, ("sql", 0.1))
    assert withdraw_groundless([lead.pk], now=at(3)) == 0
    moved(lead, ("lost", 0.2))
    assert withdraw_groundless([lead.pk], now=at(6)) == 1
    assert facts(new, "state") == {"state": "withdrawn"}


def test_if_the_next_will_not_have_it_the_owner_still_does(cast: Cast, rule: InForce, lead: Lead) -> None:
    other, third = colleague("Other", cast.sales), colleague("Third", cast.sales)
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    for who, hour in ((other, 2), (third, 4)):
        new = reassign(handoff.pk, by=cast.salesperson, to_user_id=who.pk, now=at(hour))
        reject(new.pk, by=who, reason="not-now", now=at(hour + 1))
        assert stand(lead) == ("sal", "Salesperson", "Sales", None)
    again = reassign(handoff.pk, by=cast.salesperson, to_user_id=other.pk, now=at(6))
    chain = [one.pk for one in Handoff.objects.order_by("pk")]
    assert list(Handoff.objects.order_by("pk").values_list("replaces", flat=True)) == [None, *chain[:-1]]
    accept(again.pk, by=other, now=at(7))
    assert stand(lead) == ("sal", "Other", "Sales", None)


def test_one_at_a_time(cast: Cast, rule: InForce, lead: Lead) -> None:
    other = colleague("Other", cast.sales)
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    reassign(handoff.pk, by=cast.salesperson, to_user_id=other.pk, now=at(2))
    why = refused(
        lambda: reassign(handoff.pk, by=cast.salesperson, to_user_id=cast.sales_lead.pk, now=at(3)),
        "being_passed_on",
        409,
    )
    assert "Other" in why.detail


@pytest.mark.parametrize(
    ("who", "code"),
    [("salesperson", None), ("sales_lead", None), ("marketing_lead", None), ("operator", None), ("marketer", "not_yours"),
     ("manager", "not_yours"), ("partner", "not_found")],
)  # fmt: skip
def test_who_may_pass_an_offer_on(cast: Cast, rule: InForce, lead: Lead, who: str, code: str | None) -> None:
    other = colleague("Other", cast.sales)
    handoff = offered(lead, rule, cast.salesperson)
    if code is None:
        assert reassign(handoff.pk, by=getattr(cast, who), to_user_id=other.pk, now=at(1)).to_user == other
    else:
        status = 404 if code == "not_found" else 403
        refused(lambda: reassign(handoff.pk, by=getattr(cast, who), to_user_id=other.pk, now=at(1)), code, status)


def test_to_whom_it_cannot_be_passed_on(cast: Cast, rule: InForce, lead: Lead) -> None:
    gone = colleague("Gone", cast.sales)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    handoff = offered(lead, rule, cast.salesperson)

    def to(user_id: int | None = None, team_id: int | None = None) -> object:
        return reassign(handoff.pk, by=cast.sales_lead, to_user_id=user_id, to_team_id=team_id, now=at(1))

    refused(lambda: to(), "receiver_needed", 422)
    refused(lambda: to(cast.salesperson.pk), "same_receiver", 422)
    refused(lambda: to(cast.marketer.pk), "other_side", 422)
    refused(lambda: to(gone.pk), "not_active", 422)
    refused(lambda: to(cast.outsider.pk), "not_active", 422)
    refused(lambda: to(987_654), "unknown_person", 422)
    refused(lambda: to(team_id=987_654), "unknown_team", 422)
    refused(lambda: to(cast.salesperson.pk, cast.partners.pk), "other_team", 422)
    assert facts(handoff, "state", "version") == {"state": "offered", "version": 1}


def test_partners_pass_on_within_their_own_team_and_learn_of_no_other(cast: Cast, rule: InForce, lead: Lead) -> None:
    mate = colleague("Mate", cast.partners)
    handoff = offered(lead, rule, cast.partner)
    refused(
        lambda: reassign(handoff.pk, by=cast.partner, to_user_id=cast.salesperson.pk, now=at(1)), "unknown_person", 422
    )
    refused(lambda: reassign(handoff.pk, by=cast.partner, to_team_id=cast.sales.pk, now=at(1)), "unknown_team", 422)
    assert reassign(handoff.pk, by=cast.partner, to_user_id=mate.pk, now=at(1)).to_user == mate


def test_what_is_decided_or_gone_is_not_passed_on(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    reject(handoff.pk, by=cast.salesperson, reason="not-mine", now=at(1))
    refused(
        lambda: reassign(handoff.pk, by=cast.sales_lead, to_user_id=cast.sales_lead.pk, now=at(2)),
        "already_decided",
        409,
    )
    other = offered(an_mql("grace"), rule, cast.salesperson)
    moved(other.lead, ("disqualified", 0.01))
    refused(lambda: reassign(other.pk, by=cast.sales_lead, to_user_id=cast.sales_lead.pk, now=at(2)), "lead_moved", 409)
    assert facts(other, "state") == {"state": "withdrawn"}


def test_a_lead_is_handed_over_by_hand_to_somebody(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offer_by_hand(lead, KEY, by=cast.marketer, to_user_id=cast.salesperson.pk, now=at(1))
    assert facts(handoff, "origin", "offered_by", "to_user", "why", "qualified_at", "strategy", "from_side") == {
        "origin": "person", "offered_by": cast.marketer, "to_user": cast.salesperson, "why": ["Handed over by Marketer."],
        "qualified_at": at(1), "strategy": None, "from_side": "marketing",
    }  # fmt: skip


def test_or_to_whom_the_rule_finds(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offer_by_hand(lead, KEY, by=cast.marketer, now=at(1))
    assert facts(handoff, "origin", "to_user", "to_team", "strategy") == {
        "origin": "person", "to_user": None, "to_team": cast.sales, "strategy": "queue",
    }  # fmt: skip
    assert handoff.why[0] == "Handed over by Marketer."
    assert len(handoff.why) == 2


def test_nobody_found_says_why(cast: Cast, lead: Lead) -> None:
    pool = {"team": cast.sales.pk, "people": [cast.salesperson.pk]}
    agreed(cast, routing=[{"strategy": "round_robin", "pool": pool}])
    Receiver.objects.create(user=cast.salesperson, takes_leads=False, since=at(0).date())
    why = refused(lambda: offer_by_hand(lead, KEY, by=cast.marketer, now=at(1)), "no_receiver", 409)
    assert "Salesperson" in why.detail


def test_a_recycled_lead_is_taken_up_again_by_hand(cast: Cast, rule: InForce, lead: Lead) -> None:
    moved(lead, ("recycled", 0.01))
    handoff = offer_by_hand(lead, KEY, by=cast.marketer, to_user_id=cast.salesperson.pk, now=at(1))
    assert facts(handoff, "from_stage") == {"from_stage": "recycled"}
    accept(handoff.pk, by=cast.salesperson, now=at(2))
    assert stand(lead) == ("sal", "Salesperson", "Sales", None)


@pytest.mark.parametrize(
    ("who", "may"),
    [("marketer", True), ("marketing_lead", True), ("sales_lead", True), ("operator", True), ("salesperson", False),
     ("manager", False)],
)  # fmt: skip
def test_who_may_hand_over_by_hand(cast: Cast, rule: InForce, lead: Lead, who: str, may: bool) -> None:
    def hand_over() -> object:
        return offer_by_hand(lead, KEY, by=getattr(cast, who), to_user_id=cast.salesperson.pk, now=at(1))

    if may:
        hand_over()
    else:
        refused(hand_over, "not_yours", 403)


def test_what_cannot_be_handed_over(cast: Cast, rule: InForce, lead: Lead) -> None:
    def hand_over(one: Lead, key: str = KEY) -> object:
        return offer_by_hand(one, key, by=cast.marketer, to_user_id=cast.salesperson.pk, now=at(1))

    refused(lambda: hand_over(lead, "hm"), "unknown_rule", 422)
    won = an_mql("won")
    moved(won, ("won", 0.01))
    refused(lambda: hand_over(won), "wrong_stage", 409)
    test = an_mql("test")
    Lead.objects.filter(pk=test.pk).update(is_test=True)
    refused(lambda: hand_over(test), "not_counted", 409)
    hand_over(lead)
    why = refused(lambda: hand_over(lead), "offered_already", 409)
    assert why.detail == "This lead is on offer to Salesperson already."
    refused(lambda: offer_by_hand(lead, KEY, by=cast.partner, to_user_id=cast.partner.pk, now=at(1)), "not_found", 404)
