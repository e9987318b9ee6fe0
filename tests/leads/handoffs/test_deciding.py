"""Who takes a lead, who may, and where does it go when nobody will?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alignment.agreements.in_force import InForce
from alignment.outbox.models import Notice
from alignment.people.models import User
from alignment.programs.models import Campaign
from alignment.refusals import Refused
from leads.handoffs import withdrawing
from leads.handoffs.deciding import accept, reject
from leads.handoffs.models import Need, ToRoute
from leads.models import LeadValue, StageChange, Touched
from leads.records.models import Lead
from tests.leads.handoffs.handing import agreed, an_mql, at, colleague, facts, offered, stand
from tests.leads.handoffs.refusing import refused
from tests.world import Cast, moved


def test_accepting_brings_the_lead_to_who_accepts(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(2))
    assert stand(lead) == ("sal", "Salesperson", "Sales", None)
    assert facts(handoff, "state", "decided_at", "decided_recorded_at", "decided_by", "version") == {
        "state": "accepted",
        "decided_at": at(2),
        "decided_recorded_at": at(2),
        "decided_by": cast.salesperson,
        "version": 2,
    }
    change = StageChange.objects.filter(lead=lead).latest("pk")
    assert (change.to_id, change.at, change.cause, change.actor, change.agreement_version_id) == (
        "sal", at(2), "handoff", cast.salesperson, rule.version_id,
    )  # fmt: skip


def test_accepting_goes_on_with_the_clock_to_contact(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(2))
    assert facts(handoff, "step", "next_at", "contact_by") == {"step": 5, "next_at": at(6), "contact_by": at(8)}


def test_accepting_late_lets_escalations_count_from_then(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(9))
    assert facts(handoff, "next_at", "contact_by") == {"next_at": at(10), "contact_by": at(8)}
    assert [(one["what"], one["to"]) for one in handoff.schedule[handoff.step :]] == [
        ("escalate", "receiver_lead"),
        ("escalate", "both_leads"),
    ]


def test_a_lead_that_is_further_already_keeps_its_stage(cast: Cast, rule: InForce, lead: Lead) -> None:
    moved(lead, ("sql", 0.01))
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    assert stand(lead) == ("sql", "Salesperson", "Sales", None)
    assert not StageChange.objects.filter(lead=lead, cause="handoff").exists()


@pytest.mark.parametrize("who", ["salesperson", "sales_lead", "operator"])
def test_who_may_accept_what_is_offered_to_somebody(cast: Cast, rule: InForce, lead: Lead, who: str) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=getattr(cast, who), now=at(1))
    owner = "Sales Lead" if who == "sales_lead" else "Salesperson"
    assert stand(lead) == ("sal", owner, "Sales", None)


@pytest.mark.parametrize("who", ["marketer", "marketing_lead", "manager"])
def test_who_may_not(cast: Cast, rule: InForce, lead: Lead, who: str) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    refused(lambda: accept(handoff.pk, by=getattr(cast, who), now=at(1)), "not_yours", 403)
    refused(lambda: reject(handoff.pk, by=getattr(cast, who), reason="not-now", now=at(1)), "not_yours", 403)
    assert facts(handoff, "state", "version") == {"state": "offered", "version": 1}


def test_a_colleague_may_not_take_what_is_offered_to_another(cast: Cast, rule: InForce, lead: Lead) -> None:
    other = colleague("Other", cast.sales)
    handoff = offered(lead, rule, cast.salesperson)
    refused(lambda: accept(handoff.pk, by=other, now=at(1)), "not_yours", 403)


@pytest.mark.parametrize("who", ["partner", "other_partner", "outsider"])
def test_who_may_not_see_it_is_told_that_there_is_none(cast: Cast, rule: InForce, lead: Lead, who: str) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    refused(lambda: accept(handoff.pk, by=getattr(cast, who), now=at(1)), "not_found", 404)


def test_anybody_of_a_team_may_take_what_is_offered_to_all(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.partners)
    refused(lambda: accept(handoff.pk, by=cast.salesperson, now=at(1)), "not_yours", 403)
    accept(handoff.pk, by=cast.partner, now=at(1))
    assert stand(lead) == ("sal", "Partner", "Partners", None)


def test_an_operator_does_not_say_who_of_a_team_takes_it(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.sales)
    refused(lambda: accept(handoff.pk, by=cast.operator, now=at(1)), "whose", 409)


def test_the_second_is_told_by_whom_it_was_decided(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.sales)
    accept(handoff.pk, by=cast.sales_lead, now=at(1))
    why = refused(lambda: accept(handoff.pk, by=cast.operator, now=at(2)), "already_decided", 409)
    assert why.detail == "Sales Lead accepted this lead on 1 January 2024, 10:00."
    refused(lambda: reject(handoff.pk, by=cast.sales_lead, reason="not-now", now=at(2)), "already_decided", 409)
    assert facts(handoff, "decided_by", "decided_at") == {"decided_by": cast.sales_lead, "decided_at": at(1)}


def test_a_lead_that_moved_on_is_nobodys_to_accept(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    moved(lead, ("disqualified", 0.01))
    refused(lambda: accept(handoff.pk, by=cast.salesperson, now=at(1)), "lead_moved", 409)
    assert facts(handoff, "state", "note") == {"state": "withdrawn", "note": "the lead is in another stage by now"}
    assert stand(lead)[3] is None


def test_turned_down_for_now_it_is_nurtured_on(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    reject(handoff.pk, by=cast.salesperson, reason="not-now", note=" Budget in June. ", now=at(1))
    assert stand(lead) == ("recycled", None, "Marketing", None)
    assert facts(handoff, "state", "reason", "note", "reason_recorded_at", "next_at") == {
        "state": "rejected", "reason": "not-now", "note": "Budget in June.", "reason_recorded_at": at(1), "next_at": None,
    }  # fmt: skip
    change = StageChange.objects.filter(lead=lead).latest("pk")
    assert (change.to_id, change.cause, change.reason, change.agreement_version_id) == (
        "recycled", "return", "Not now", rule.version_id,
    )  # fmt: skip
    assert not Need.objects.exists()


def test_turned_down_for_good_it_is_disqualified(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    why = refused(lambda: reject(handoff.pk, by=cast.salesperson, reason="no-fit", now=at(1)), "note_needed", 422)
    assert [error.field for error in why.errors] == ["note"]
    reject(handoff.pk, by=cast.salesperson, reason="no-fit", note="A student.", now=at(1))
    assert stand(lead) == ("disqualified", None, "Marketing", None)


def test_turned_down_for_another_it_is_needed_again_at_once(cast: Cast, rule: InForce, lead: Lead) -> None:
    ToRoute.objects.all().delete()
    handoff = offered(lead, rule, cast.salesperson)
    reject(handoff.pk, by=cast.salesperson, reason="not-mine", now=at(1))
    assert stand(lead) == ("mql", "Marketer", "Marketing", None)
    assert list(Need.objects.values_list("lead", "rule", "rule_key", "qualified_at", "ended_at")) == [
        (lead.pk, rule.version_id, rule.key, at(1), None)
    ]
    assert lead.pk in set(ToRoute.objects.values_list("lead_id", flat=True))


@pytest.mark.parametrize("reason", ["", "never-heard-of", "NOT-NOW"])
def test_only_agreed_reasons_count(cast: Cast, rule: InForce, lead: Lead, reason: str) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    why = refused(lambda: reject(handoff.pk, by=cast.salesperson, reason=reason, now=at(1)), "unknown_reason", 422)
    assert "not-now (Not now); no-fit (Does not fit); not-mine (Belongs to somebody else)" in why.detail
    assert facts(handoff, "state") == {"state": "offered"}


def test_recycling_names_the_agreed_campaign(cast: Cast, lead: Lead) -> None:
    campaign = Campaign.objects.create(name="Slow burn")
    reason = {"key": "later", "title": "Later", "next": "recycle", "campaign": campaign.pk}
    handoff = offered(lead, agreed(cast, reasons=[reason]), cast.salesperson)
    reject(handoff.pk, by=cast.salesperson, reason="later", now=at(1))
    lead.refresh_from_db()
    assert lead.campaign == campaign
    assert LeadValue.objects.filter(lead=lead, field="campaign", at=at(1), ref=campaign.pk).exists()


def test_who_handed_over_is_told_what_became_of_it(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    reject(handoff.pk, by=cast.salesperson, reason="not-now", note="Met her at the fair.", now=at(1))
    [told] = Notice.objects.filter(key=f"handoff-rejected:{handoff.pk}")
    assert (told.user, told.title) == (cast.marketer, "Salesperson turned a lead down: Not now")
    assert "fair" not in told.text


def test_where_nobody_held_it_the_leads_of_the_side_are_told(cast: Cast, rule: InForce) -> None:
    handoff = offered(an_mql("grace"), rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    [told] = Notice.objects.filter(key=f"handoff-accepted:{handoff.pk}")
    assert (told.user, told.title) == (cast.marketing_lead, "Salesperson took the lead")


def test_every_decision_lets_the_lead_be_recomputed(cast: Cast, rule: InForce) -> None:
    steps: list[Callable[[int], object]] = [
        lambda pk: accept(pk, by=cast.salesperson, now=at(1)),
        lambda pk: reject(pk, by=cast.salesperson, reason="not-mine", now=at(1)),
        lambda pk: withdrawing.withdraw(pk, by=cast.sales_lead, why="A mistake.", now=at(1)),
    ]
    for n, step in enumerate(steps):
        lead = an_mql(f"lead{n}")
        handoff = offered(lead, rule, cast.salesperson)
        Touched.objects.all().delete()
        step(handoff.pk)
        assert set(Touched.objects.values_list("lead_id", flat=True)) == {lead.pk}


@pytest.mark.parametrize("who", ["marketer", "marketing_lead", "sales_lead", "operator"])
def test_who_may_take_an_offer_back(cast: Cast, rule: InForce, lead: Lead, who: str) -> None:
    by: User = getattr(cast, who)
    handoff = offered(lead, rule, cast.salesperson)
    withdrawing.withdraw(handoff.pk, by=by, why="Called us meanwhile.", now=at(1))
    assert facts(handoff, "state", "decided_by", "note", "next_at") == {
        "state": "withdrawn", "decided_by": by, "note": "Called us meanwhile.", "next_at": None,
    }  # fmt: skip
    assert stand(lead) == ("mql", "Marketer", "Marketing", None)
    told = Notice.objects.filter(key=f"handoff-withdrawn:{handoff.pk}").values_list("user", flat=True)
    assert list(told) == [cast.salesperson.pk]


@pytest.mark.parametrize(
    ("who", "code"), [("salesperson", "not_yours"), ("manager", "not_yours"), ("partner", "not_found")]
)
def test_who_may_not_take_it_back(cast: Cast, rule: InForce, lead: Lead, who: str, code: str) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    with pytest.raises(Refused) as why:
        withdrawing.withdraw(handoff.pk, by=getattr(cast, who), why="x", now=at(1))
    assert why.value.code == code


def test_taking_back_says_why_in_a_line(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    refused(lambda: withdrawing.withdraw(handoff.pk, by=cast.marketer, why="  ", now=at(1)), "required", 422)
    refused(lambda: withdrawing.withdraw(handoff.pk, by=cast.marketer, why="x" * 201, now=at(1)), "too_long", 422)


def test_the_machine_takes_back_what_has_no_ground(cast: Cast, rule: InForce) -> None:
    leads = [an_mql(f"lead{n}") for n in range(3)]
    handoffs = [offered(lead, rule, cast.salesperson) for lead in leads]
    moved(leads[0], ("sql", 0.01))
    Lead.objects.filter(pk=leads[1].pk).update(is_test=True)
    assert withdrawing.withdraw_groundless([lead.pk for lead in leads], now=at(1)) == 2
    assert [facts(handoff, "state", "note", "decided_by") for handoff in handoffs] == [
        {"state": "withdrawn", "note": "the lead is in another stage by now", "decided_by": None},
        {"state": "withdrawn", "note": "the lead is a test", "decided_by": None},
        {"state": "offered", "note": None, "decided_by": None},
    ]
    assert withdrawing.withdraw_of([leads[2].pk], why="the rule was changed", now=at(1)) == 1
