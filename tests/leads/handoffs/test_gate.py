"""Who goes on with a lead that is on offer accepts it by that, and nobody gets past an offer."""

from __future__ import annotations

import pytest
from django.test import Client
from rest_framework.test import APIClient

from alignment.agreements.in_force import InForce
from alignment.people.api_keys import create_api_key
from alignment.people.models import User
from leads.deals.models import Deal
from leads.handoffs import gate
from leads.handoffs.models import Handoff
from leads.models import StageChange
from leads.records.models import Lead
from tests.clocks import present_is
from tests.leads.handoffs.handing import agreed, at, colleague, facts, offered, stand
from tests.leads.handoffs.refusing import refused
from tests.leads.pages.reading import text_of
from tests.world import Cast, moved

STEPS = ("page_move", "page_deal", "api_move", "api_deal")


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hours after the offers."""
    present_is(at(2), monkeypatch)


@pytest.fixture
def partnered(cast: Cast) -> InForce:
    """A rule that hands leads to partners."""
    return agreed(
        cast,
        "mql-to-partner",
        order=20,
        to={"stage": "sal", "side": "partner"},
        routing=[{"strategy": "queue", "team": cast.partners.pk}],
    )


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller_of(user: User) -> APIClient:
    """A program that calls with a key of theirs."""
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(user, scope='write')}")
    return caller


def changes(lead: Lead) -> list[tuple[str, str]]:
    """How the lead came from stage to stage, and by what."""
    return list(StageChange.objects.filter(lead=lead).order_by("at", "pk").values_list("to", "cause"))


@pytest.mark.parametrize("step", STEPS)
def test_who_goes_on_with_an_offered_lead_accepts_it(
    cast: Cast,
    rule: InForce,
    lead: Lead,
    step: str,
) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    _go_on(step, lead, cast.salesperson)
    assert facts(handoff, "state", "decided_by", "decided_at") == {
        "state": "accepted", "decided_by": cast.salesperson, "decided_at": at(2),
    }  # fmt: skip
    assert handoff.next_at is not None
    stage = "opportunity" if step.endswith("deal") else "sal"
    assert stand(lead) == (stage, "Salesperson", "Sales", None)
    assert ("sal", "handoff") in changes(lead)


@pytest.mark.parametrize("step", STEPS)
def test_a_partner_who_goes_on_with_an_offered_lead_keeps_it(
    cast: Cast,
    partnered: InForce,
    lead: Lead,
    step: str,
) -> None:
    handoff = offered(lead, partnered, cast.partners)
    _go_on(step, lead, cast.partner)
    assert facts(handoff, "state", "decided_by") == {"state": "accepted", "decided_by": cast.partner}
    assert stand(lead)[1:] == ("Partner", "Partners", None)
    assert Lead.objects.visible_to(cast.partner).filter(pk=lead.pk).exists()


@pytest.mark.parametrize("step", STEPS)
def test_a_colleague_is_told_to_let_the_receiver_accept_first(
    cast: Cast,
    rule: InForce,
    lead: Lead,
    step: str,
) -> None:
    other = colleague("Olga", cast.sales)
    handoff = offered(lead, rule, cast.salesperson)
    before = changes(lead)
    assert "is to accept it first" in _go_on(step, lead, other)
    assert facts(handoff, "state") == {"state": "offered"}
    assert (changes(lead), Deal.objects.filter(lead=lead).count()) == (before, 0)


def test_beyond_the_stage_of_the_rule_both_steps_are_logged(cast: Cast, rule: InForce, lead: Lead) -> None:
    offered(lead, rule, cast.salesperson)
    gate.move(lead, "opportunity", by=cast.salesperson, now=at(2), expected="mql")
    assert changes(lead)[-2:] == [("sal", "handoff"), ("opportunity", "manual")]


def test_the_giving_side_moves_its_lead_without_accepting(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    gate.move(lead, "sal", by=cast.marketer, now=at(2))
    assert facts(handoff, "state", "decided_by") == {"state": "offered", "decided_by": None}
    assert stand(lead)[:2] == ("sal", "Marketer")


def test_an_acceptance_is_not_dated_back(cast: Cast, rule: InForce, lead: Lead) -> None:
    offered(lead, rule, cast.salesperson)
    refused(lambda: gate.move(lead, "sal", by=cast.salesperson, now=at(2), at=at(1)), "on_offer", 409)


def test_an_offer_without_ground_holds_nobody_up(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    moved(lead, ("recycled", 0.05))
    gate.move(lead, "sal", by=colleague("Olga", cast.sales), now=at(2))
    assert facts(handoff, "state", "decided_by") == {"state": "withdrawn", "decided_by": None}


def test_a_partner_changes_not_who_a_lead_is_that_is_only_offered(
    cast: Cast,
    partnered: InForce,
    lead: Lead,
) -> None:
    offered(lead, partnered, cast.partners)
    caller = caller_of(cast.partner)
    for body in ({"email": "new@example.com"}, {"owner": "partner@test.example"}):
        answer = caller.patch(f"/api/v1/leads/{lead.pk}", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "only_offered")
    answer = caller.post(f"/api/v1/leads/{lead.pk}/stage", {"to": "disqualified"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "only_offered")
    text = text_of(browser(cast.partner).post(f"/leads/{lead.pk}/test/", follow=True))
    assert "is only on offer to your team: accept it first, or turn it down." in text
    lead.refresh_from_db()
    assert (lead.is_test, lead.stage_id, lead.email) == (False, "mql", "ada@example.com")


def test_a_deal_that_was_there_accepts_nothing(cast: Cast, rule: InForce, lead: Lead) -> None:
    caller = caller_of(cast.salesperson)
    deal = {"system": "crm", "external_id": "d-1", "amount": "10.00"}
    assert caller.post("/api/v1/deals", deal, format="json").status_code == 201
    handoff = offered(lead, rule, cast.salesperson)
    assert caller.post("/api/v1/deals", deal | {"amount": "12.00"}, format="json").status_code == 200
    assert facts(handoff, "state") == {"state": "offered"}
    made = Deal.objects.get()
    assert caller.patch(f"/api/v1/deals/{made.pk}", {"lead_id": lead.pk}, format="json").status_code == 200
    assert facts(handoff, "state") == {"state": "accepted"}
    assert Handoff.objects.count() == 1


def _go_on(step: str, lead: Lead, user: User) -> str:
    """Take the lead on by page or API; what is answered."""
    face, what = step.split("_")
    if face == "page":
        path, body = ("move", {"to": "sal"}) if what == "move" else ("deals", {"amount": "100", "currency": "EUR"})
        return text_of(browser(user).post(f"/leads/{lead.pk}/{path}/", body, follow=True))
    caller = caller_of(user)
    if what == "move":
        answer = caller.post(f"/api/v1/leads/{lead.pk}/stage", {"to": "sal"}, format="json")
    else:
        answer = caller.post(
            "/api/v1/deals", {"lead_id": lead.pk, "amount": "100", "opened_at": at(2).isoformat()}, format="json"
        )
    return str(answer.json().get("detail", ""))
