"""Handoffs over the API: the same steps, rights and refusals as everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from alignment.agreements.in_force import InForce
from leads.handoffs.deciding import accept
from leads.handoffs.models import Handoff
from leads.handoffs.passing import reassign
from leads.lifecycle.changes import move_stage
from leads.records.models import Lead
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.clocks import present_is
from tests.leads.handoffs.handing import KEY, agreed, an_mql, at, offered
from tests.world import Cast


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour after the offers."""
    present_is(at(1), monkeypatch)


@pytest.fixture
def rule(cast: Cast) -> InForce:
    return agreed(cast)


@pytest.fixture
def lead(cast: Cast) -> Lead:
    return an_mql("ada", owner=cast.marketer)


@pytest.fixture
def handoff(cast: Cast, rule: InForce, lead: Lead) -> Handoff:
    return offered(lead, rule, cast.salesperson, why=["Salesperson is next."])


def address(handoff: Handoff, step: str = "") -> str:
    return f"/api/v1/handoffs/{handoff.pk}{'/' if step else ''}{step}"


def post(caller: Any, handoff: Handoff, step: str, body: object = None, **headers: str) -> Any:
    return caller.post(address(handoff, step), body or {}, format="json", **headers)


def test_a_handoff_says_everything(cast: Cast, calling: Caller, rule: InForce, lead: Lead, handoff: Handoff) -> None:
    answer = calling(cast.marketer, scope="read").get(address(handoff))
    assert answer.status_code == 200
    assert answer["ETag"] == '"1"'
    assert answer.json() == {
        "id": handoff.pk,
        "lead": lead.pk,
        "rule": {"key": KEY, "version": rule.version_id, "number": 1},
        "state": "offered",
        "origin": "rule",
        "from": {
            "side": "marketing", "team": "Marketing", "team_id": cast.marketing.pk, "user": "marketer@test.example",
            "user_id": cast.marketer.pk, "stage": "mql",
        },
        "to": {
            "side": "sales", "team": "Sales", "team_id": cast.sales.pk, "user": "salesperson@test.example",
            "user_id": cast.salesperson.pk, "stage": "sal",
        },
        "strategy": None,
        "why": ["Salesperson is next."],
        "offered_by": None,
        "qualified_at": None,
        "offered_at": "2024-01-01T09:00:00Z",
        "accept": {
            "due_at": "2024-01-01T13:00:00Z", "remind_at": "2024-01-01T12:00:00Z", "done_at": None, "state": "running",
        },
        "contact": {
            "due_at": "2024-01-01T17:00:00Z", "remind_at": "2024-01-01T15:00:00Z", "done_at": None, "state": "running",
        },
        "hold": None,
        "decided_at": None,
        "decided_by": None,
        "reason": None,
        "note": None,
        "returned_at": None,
        "returned_by": None,
        "replaces": None,
        "replaced_by": None,
        "version": 1,
    }  # fmt: skip


def test_a_life_over_the_api(cast: Cast, calling: Caller, handoff: Handoff) -> None:
    sales = calling(cast.salesperson)
    held = post(sales, handoff, "hold", {"reason": "customer", "note": "Back soon."}).json()
    assert (held["accept"], held["hold"]) == (
        {"due_at": None, "remind_at": None, "done_at": None, "state": "on_hold"},
        {
            "reason": "customer", "note": "Back soon.", "began_at": "2024-01-01T10:00:00Z", "ends_by": "2024-01-06T10:00:00Z",
            "by": "salesperson@test.example",
        },
    )  # fmt: skip
    assert post(sales, handoff, "resume").json()["hold"] is None
    accepted = post(sales, handoff, "accept").json()
    assert (accepted["state"], accepted["decided_by"], accepted["accept"]["state"]) == (
        "accepted", "salesperson@test.example", "met",
    )  # fmt: skip
    called = post(sales, handoff, "contacted", {"kind": "call", "note": "Wants a demo.", "outcome": "reached"}).json()
    assert (called["contact"]["state"], called["contact"]["done_at"]) == ("met", "2024-01-01T10:00:00Z")
    back = post(sales, handoff, "return", {"reason": "no-fit", "note": "A student."}).json()
    assert (back["returned_at"], back["returned_by"], back["reason"], back["note"], back["state"]) == (
        "2024-01-01T10:00:00Z", "salesperson@test.example",
        {"key": "no-fit", "title": "Does not fit", "next": "disqualify"}, "A student.", "accepted",
    )  # fmt: skip


def test_the_second_is_told_by_whom(cast: Cast, calling: Caller, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.sales)
    assert post(calling(cast.sales_lead), handoff, "accept").status_code == 200
    told = problem(post(calling(cast.salesperson), handoff, "accept"), 409, "already_decided")
    assert told["detail"] == "Sales Lead accepted this lead on 1 January 2024, 10:00."


@pytest.mark.parametrize("headers", [{}, {"HTTP_IDEMPOTENCY_KEY": "one"}])
@pytest.mark.parametrize(
    ("step", "body"), [("accept", {}), ("reject", {"reason": "not-mine"}), ("reassign", {"to_user": "sales_lead"})]
)
def test_an_offer_of_a_lead_that_moved_is_taken_back_for_good(
    cast: Cast, calling: Caller, handoff: Handoff, step: str, body: dict[str, str], headers: dict[str, str]
) -> None:
    move_stage(handoff.lead, "disqualified", actor=cast.marketer, now=at(0, 30), reason="No budget")
    sent = {name: getattr(cast, word).pk if name == "to_user" else word for name, word in body.items()}
    for code in ("lead_moved", "already_decided"):
        assert problem(post(calling(cast.sales_lead), handoff, step, sent, **headers), 409, code)
        handoff.refresh_from_db()
        assert (handoff.state, handoff.decided_by) == ("withdrawn", None)


def test_refusals_name_their_field(cast: Cast, calling: Caller, handoff: Handoff) -> None:
    sales = calling(cast.salesperson)
    told = problem(post(sales, handoff, "reject", {"reason": "hm"}), 422, "unknown_reason")
    assert [error["field"] for error in told["errors"]] == ["reason"]
    problem(post(sales, handoff, "reject", {"reason": "no-fit"}), 422, "note_needed")
    problem(post(sales, handoff, "reject", {}), 400, "invalid_fields")
    problem(post(sales, handoff, "reject", {"reason": "not-now", "why": "x"}), 400, "invalid_fields")
    problem(post(sales, handoff, "resume"), 409, "not_on_hold")
    problem(post(sales, handoff, "return", {"reason": "not-now"}), 409, "not_accepted")
    problem(post(sales, handoff, "explain", {"reason": "not-now"}), 409, "did_not_come_back")
    problem(post(sales, handoff, "reassign", {}), 422, "receiver_needed")
    problem(post(sales, handoff, "contacted", {"kind": "newsletter"}), 422, "unknown_kind")
    problem(post(sales, handoff, "withdraw", {"why": "x"}), 403, "not_yours")


def test_who_may_not_see_it_or_only_reads(cast: Cast, calling: Caller, handoff: Handoff) -> None:
    for person in (cast.partner, cast.outsider):
        problem(calling(person).get(address(handoff)), 404, "not_found")
        assert calling(person).get("/api/v1/handoffs").json()["results"] == []
    problem(post(calling(cast.partner), handoff, "accept"), 404, "not_found")
    problem(post(calling(cast.salesperson, scope="read"), handoff, "accept"), 403, "forbidden")
    problem(post(calling(cast.manager), handoff, "accept"), 403)


def test_the_same_key_decides_once(cast: Cast, calling: Caller, handoff: Handoff) -> None:
    sales = calling(cast.salesperson)
    first = post(sales, handoff, "accept", HTTP_IDEMPOTENCY_KEY="k1")
    again = post(sales, handoff, "accept", HTTP_IDEMPOTENCY_KEY="k1")
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (200, 200, "true")
    assert first.json() == again.json()


def test_if_match_holds_a_step_to_what_was_seen(cast: Cast, calling: Caller, handoff: Handoff) -> None:
    sales = calling(cast.salesperson)
    tag = sales.get(address(handoff))["ETag"]
    assert post(sales, handoff, "hold", {"reason": "customer"}, HTTP_IF_MATCH=tag).status_code == 200
    problem(post(sales, handoff, "accept", HTTP_IF_MATCH=tag), 412, "version_changed")
    assert post(sales, handoff, "accept", HTTP_IF_MATCH=sales.get(address(handoff))["ETag"]).status_code == 200


def test_handing_over_by_hand(cast: Cast, calling: Caller, rule: InForce, lead: Lead) -> None:
    body = {"lead": lead.pk, "rule": KEY, "to_user": cast.salesperson.pk}
    answer = calling(cast.marketer).post("/api/v1/handoffs", body, format="json")
    made = Handoff.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"http://testserver/api/v1/handoffs/{made.pk}")
    assert (answer.json()["origin"], answer.json()["offered_by"]) == ("person", "marketer@test.example")
    told = problem(calling(cast.marketer).post("/api/v1/handoffs", body, format="json"), 409, "offered_already")
    assert "Salesperson" in told["detail"]
    problem(calling(cast.marketer).post("/api/v1/handoffs", {**body, "rule": "hm"}, format="json"), 422, "unknown_rule")
    problem(calling(cast.partner).post("/api/v1/handoffs", body, format="json"), 400, "invalid_fields")


def test_passing_on_answers_with_the_new_one(cast: Cast, calling: Caller, handoff: Handoff) -> None:
    answer = post(calling(cast.salesperson), handoff, "reassign", {"to_user": cast.sales_lead.pk})
    new = answer.json()
    assert (answer.status_code, new["replaces"], new["origin"], new["to"]["user_id"]) == (
        201, handoff.pk, "reassigned", cast.sales_lead.pk,
    )  # fmt: skip
    assert calling(cast.marketer).get(address(handoff)).json()["replaced_by"] == new["id"]


def test_a_partner_learns_of_nobody_else(cast: Cast, calling: Caller, rule: InForce, handoff: Handoff) -> None:
    new = reassign(handoff.pk, by=cast.sales_lead, to_user_id=cast.partner.pk, now=at(1))
    found = {"strategy": "round_robin", "why": ["Salesperson is full.", "Partner is next."]}
    Handoff.objects.filter(pk=new.pk).update(**found)
    shown = calling(cast.partner).get(address(new)).json()
    assert (shown["replaces"], shown["why"]) == (None, ["Partner is next."])
    gone = post(calling(cast.partner), new, "reject", {"reason": "not-now"})
    assert (gone.status_code, gone.content) == (204, b"")
    problem(calling(cast.partner).get(address(new)), 404, "not_found")


def test_lists_are_narrowed(cast: Cast, calling: Caller, rule: InForce, handoff: Handoff) -> None:
    partners = offered(an_mql("b"), rule, cast.partners, when=at(-10))
    taken = offered(an_mql("c"), rule, cast.salesperson, when=at(-2))
    accept(taken.pk, by=cast.salesperson, now=at(0))
    back = offered(an_mql("d"), rule, cast.salesperson, when=at(-1))
    sales = calling(cast.sales_lead)
    assert post(sales, back, "reject", {"reason": "not-now"}).status_code == 200

    def found(**asked: str | int) -> list[int]:
        answer = sales.get("/api/v1/handoffs", asked)
        assert answer.status_code == 200, answer.content
        return [one["id"] for one in answer.json()["results"]]

    everything = [handoff.pk, back.pk, taken.pk, partners.pk]
    assert found() == everything
    assert found(order="offered_at") == everything[::-1]
    assert found(state="offered") == [handoff.pk, partners.pk]
    assert found(lead=taken.lead_id) == [taken.pk]
    assert found(rule=KEY) == everything
    assert found(rule="hm") == []
    assert found(to_team=cast.partners.pk) == [partners.pk]
    assert found(to_user=cast.salesperson.pk) == [handoff.pk, back.pk, taken.pk]
    assert found(origin="person") == []
    assert found(came_back="true") == [back.pk]
    assert found(came_back="false") == [handoff.pk, taken.pk, partners.pk]
    assert found(due_before=at(0).isoformat()) == [partners.pk]
    assert found(due_before=at(5).isoformat()) == [handoff.pk, partners.pk]
    assert found(due_before=at(7).isoformat()) == [handoff.pk, taken.pk, partners.pk]
    assert found(offered_at__lt=at(-1).isoformat()) == [taken.pk, partners.pk]
    page = sales.get("/api/v1/handoffs", {"page_size": 3}).json()
    assert [one["id"] for one in sales.get(page["next"]).json()["results"]] == [partners.pk]
    problem(sales.get("/api/v1/handoffs", {"colour": "red"}), 400)
