"""Routing, receivers and absences over the API: what would happen, who takes what, and who may say so."""

from __future__ import annotations

import pytest

from leads.handoffs.models import Absence, Receiver
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.clocks import present_is
from tests.leads.handoffs.handing import agreed, an_mql, at
from tests.world import Cast

RECEIVERS, ABSENCES = "/api/v1/receivers", "/api/v1/absences"


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour after everything began, a Monday."""
    present_is(at(1), monkeypatch)


def test_it_is_told_what_would_happen_to_a_lead(cast: Cast, calling: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(cast, routing=[{"strategy": "round_robin", "pool": {"team": cast.sales.pk}}])
    lead = an_mql("ada", owner=cast.marketer)
    present_is(at(9_000), monkeypatch)
    found = calling(cast.marketer).get(f"/api/v1/leads/{lead.pk}/routing")
    assert found.status_code == 200
    said = found.json()
    assert (said["winner"], said["verdict"]["code"]) == ("mql-to-sal", "offered")
    assert said["receiver"] == {
        "user": cast.salesperson.pk,
        "name": "Salesperson",
        "team": cast.sales.pk,
        "team_name": "Sales",
    }
    assert said["rules"][0]["verdict"] == {"passed": True, "code": "matches", "reason": "It meets 1 of 1."}
    assert said["rules"][0]["parts"][0]["held"] is True
    assert said["steps"][0]["verdict"]["reason"] == "By turn in Sales: Salesperson is next."


def test_of_another_instant_and_of_none(cast: Cast, calling: Caller) -> None:
    lead = an_mql("ada")
    caller, address = calling(cast.marketer), f"/api/v1/leads/{lead.pk}/routing"
    past = caller.get(address, {"at": "2023-01-01T00:00:00Z"})
    assert past.json()["verdict"]["code"] == "not_there"
    problem(caller.get(address, {"at": "2050-01-01T00:00:00Z"}), 400, "in_the_future")
    problem(caller.get(address, {"at": "yesterday"}), 400, "invalid_fields")
    assert caller.get(address, {"when": "now"}).status_code == 400
    assert calling(cast.partner).get(address).status_code == 404
    assert calling(cast.outsider).get(address).status_code == 404


def test_a_lead_of_the_team_sets_what_somebody_takes(cast: Cast, calling: Caller) -> None:
    caller, address = calling(cast.sales_lead), f"{RECEIVERS}/{cast.salesperson.pk}"
    before = caller.get(address)
    assert (before["ETag"], before.json()["capacity"], before.json()["takes_leads"]) == ('"0"', None, True)
    changed = caller.patch(address, {"capacity": "2.5", "skills": ["German"]}, format="json", HTTP_IF_MATCH='"0"')
    assert changed.status_code == 200
    assert changed.json() == {
        "user": cast.salesperson.pk,
        "name": "Salesperson",
        "team": cast.sales.pk,
        "takes_leads": True,
        "capacity": "2.50",
        "period": "week",
        "skills": ["German"],
        "since": "2024-01-01",
        "version": 1,
    }
    problem(caller.patch(address, {"period": "month"}, format="json", HTTP_IF_MATCH='"0"'), 412, "version_changed")
    assert caller.patch(address, {"takes_leads": False}, format="json").json()["skills"] == ["German"]
    assert Receiver.objects.get().version == 2


def test_others_may_look_and_partners_see_their_own(cast: Cast, calling: Caller) -> None:
    address = f"{RECEIVERS}/{cast.salesperson.pk}"
    for person in (cast.marketing_lead, cast.salesperson):
        assert calling(person).get(address).status_code == 200
        problem(calling(person).patch(address, {"capacity": "1"}, format="json"), 403, "not_yours")
    assert calling(cast.partner).get(address).status_code == 404
    assert [one["name"] for one in calling(cast.partner).get(RECEIVERS).json()["results"]] == ["Partner"]
    listed = calling(cast.operator).get(RECEIVERS, {"team": cast.sales.pk}).json()["results"]
    assert [one["name"] for one in listed] == ["Salesperson", "Sales Lead"]


def test_what_is_wrong_is_said_at_once(cast: Cast, calling: Caller) -> None:
    address = f"{RECEIVERS}/{cast.salesperson.pk}"
    refused = calling(cast.operator).patch(address, {"capacity": "-1"}, format="json")
    found = problem(refused, 422, "invalid_fields")
    assert [(one["field"], one["code"]) for one in found["errors"]] == [("capacity", "out_of_range")]
    assert not Receiver.objects.exists()


def test_somebody_is_away_and_there_again(cast: Cast, calling: Caller) -> None:
    caller = calling(cast.salesperson)
    body = {"user": cast.salesperson.pk, "first_day": "2024-01-03", "last_day": "2024-01-05", "note": "Skiing"}
    made = caller.post(ABSENCES, body, format="json")
    assert made.status_code == 201
    said = made.json()
    assert (said["since"], said["until"]) == ("2024-01-03T00:00:00Z", "2024-01-06T00:00:00Z")
    assert caller.get(ABSENCES, {"user": cast.salesperson.pk}).json()["results"] == [said]
    problem(calling(cast.marketing_lead).delete(f"{ABSENCES}/{said['id']}"), 403, "not_yours")
    assert calling(cast.partner).delete(f"{ABSENCES}/{said['id']}").status_code == 404
    assert calling(cast.sales_lead).delete(f"{ABSENCES}/{said['id']}").status_code == 204
    assert not Absence.objects.exists()
    refused = caller.post(ABSENCES, {**body, "last_day": "2024-01-02"}, format="json")
    assert problem(refused, 422, "invalid_fields")["errors"][0]["code"] == "before_first_day"
    problem(caller.post(ABSENCES, {**body, "user": cast.marketer.pk}, format="json"), 403, "not_yours")
