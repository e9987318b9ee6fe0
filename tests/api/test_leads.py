"""Leads over HTTP: read, make, change, move, consent, erase."""

from __future__ import annotations

import pytest
from django.db import connection

from alignment.clock import now
from leads.models import Edit, Lead, StageChange
from tests import world
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import Cast

LEADS = "/api/v1/leads"


def test_a_lead_is_made_and_found_under_its_address(cast: Cast, calling: Caller) -> None:
    sent = {
        "system": "crm", "external_id": "7", "email": "Ada@Example.com", "first_name": "Ada", "company": "Lovelace Ltd",
        "source": "web", "campaign": "Spring", "owner": cast.salesperson.email, "attributes": {"size": 3},
        "created_at": "2024-03-01T10:00:00+01:00", "stage": "mql", "consents": {"marketing": "granted"},
    }  # fmt: skip
    client = calling(cast.operator)
    made = client.post(LEADS, sent, format="json")
    assert made.status_code == 201, made.content
    body = made.json()
    assert {name: body[name] for name in ("system", "external_id", "email", "source", "company", "campaign", "stage")} == {
        "system": "crm", "external_id": "7", "email": "Ada@Example.com", "source": "web", "company": "Lovelace Ltd",
        "campaign": "Spring", "stage": "mql",
    }  # fmt: skip
    assert (body["owner"], body["team"]) == (cast.salesperson.email, "Sales")
    assert body["created_at"] == "2024-03-01T09:00:00Z"
    assert body["attributes"] == {"size": 3}
    assert body["consents"]["marketing"]["state"] == "granted"
    assert made["ETag"] == f'"{body["version"]}"'
    assert client.get(made["Location"]).json() == body


def test_a_creation_plans_none_of_its_statements_anew(cast: Cast, calling: Caller) -> None:
    client = calling(cast.marketer)

    def make(first: int, end: int) -> dict[str, int]:
        """So many leads; how often each statement of this session was planned for its values until then."""
        for number in range(first, end):
            sent = {"email": f"{number}@lovelace.example", "source": "web"}
            made = client.post(LEADS, sent, format="json", headers={"Idempotency-Key": f"lead {number}"})
            assert made.status_code == 201
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement, custom_plans FROM pg_prepared_statements")
            return dict(cursor.fetchall())

    enough = make(0, 8)  # the database tries each a few times, then keeps a plan that serves all values
    assert len(enough) > 10
    assert make(8, 12) == enough


def test_the_same_identity_again_is_an_update(cast: Cast, calling: Caller) -> None:
    client = calling(cast.marketer)
    first = client.post(LEADS, {"system": "crm", "external_id": "7", "title": "CTO"}, format="json")
    again = client.post(LEADS, {"system": "crm", "external_id": "7", "title": "CEO", "source": "fair"}, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json()["id"], again.json()["title"]) == (first.json()["id"], "CEO")
    assert Lead.objects.count() == 1


def test_what_says_nothing_makes_a_lead_of_its_own_each_time(cast: Cast, calling: Caller) -> None:
    client = calling(cast.marketer)
    answers = [client.post(LEADS, {"source": "web"}, format="json").status_code for _ in range(2)]
    assert answers == [201, 201]
    assert Lead.objects.count() == 2


def test_each_of_many_fares_for_itself(cast: Cast, calling: Caller) -> None:
    items = [
        {"system": "crm", "external_id": "1"},
        {"email": "bad"},
        {"system": "crm", "external_id": "1", "title": "CTO"},
        "no object",
        {"nonsense": 1},
        {"source": "x" * 10_000},
        {"stage": "nowhere"},
        {"created_at": "yesterday"},
    ]
    body = calling(cast.operator).post(f"{LEADS}/bulk", {"items": items}, format="json").json()
    results = body["results"]
    assert [row["index"] for row in results] == list(range(8))
    assert [results[index]["status"] for index in (0, 2)] == ["created", "updated"]
    assert results[2]["id"] == results[0]["id"]
    rejected = {row["index"]: (row["field"], row["code"]) for row in results if row["status"] == "rejected"}
    assert rejected == {
        1: ("email", "invalid_email"),
        3: (None, "invalid"),
        4: ("nonsense", "unknown_field"),
        5: ("source", "too_long"),
        6: ("stage", "unknown_stage"),
        7: ("created_at", "invalid_date"),
    }
    assert all(row["detail"] for row in results if row["status"] == "rejected")
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"items": {}}, {"items": [], "more": 1}, [], {"items": [{}] * 1001}])
def test_bulk_wants_a_list_of_at_most_a_thousand(cast: Cast, calling: Caller, body: object) -> None:
    answer = calling(cast.operator).post(f"{LEADS}/bulk", body, format="json")
    problem(answer, 400)
    assert not Lead.objects.exists()


def test_an_empty_list_is_no_work(cast: Cast, calling: Caller) -> None:
    answer = calling(cast.operator).post(f"{LEADS}/bulk", {"items": []}, format="json")
    assert (answer.status_code, answer.json()) == (200, {"results": []})


def test_fields_are_changed_by_hand_and_the_edit_is_kept(cast: Cast, calling: Caller) -> None:
    lead = world.a_lead("1", title="CTO", country="DE")
    client = calling(cast.salesperson)
    tag = client.get(f"{LEADS}/{lead.pk}")["ETag"]
    answer = client.patch(f"{LEADS}/{lead.pk}", {"title": "CEO", "country": None}, format="json", HTTP_IF_MATCH=tag)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["title"], answer.json()["country"]) == ("CEO", None)
    assert answer["ETag"] != tag
    edit = Edit.objects.get()
    assert (edit.before, edit.after) == ({"title": "CTO", "country": "DE"}, {"title": "CEO", "country": None})


def test_a_change_on_what_changed_meanwhile_is_412(cast: Cast, calling: Caller) -> None:
    lead = world.a_lead("1", title="CTO")
    client = calling(cast.salesperson)
    tag = client.get(f"{LEADS}/{lead.pk}")["ETag"]
    client.patch(f"{LEADS}/{lead.pk}", {"title": "CEO"}, format="json")
    for stale in (tag, '"nonsense"', "0"):
        answer = client.patch(f"{LEADS}/{lead.pk}", {"title": "CFO"}, format="json", HTTP_IF_MATCH=stale)
        problem(answer, 412, "version_changed")
    assert Lead.objects.get().title == "CEO"
    assert client.patch(f"{LEADS}/{lead.pk}", {"title": "CFO"}, format="json", HTTP_IF_MATCH="*").status_code == 200


@pytest.mark.parametrize("field", ["source", "channel", "created_at", "stage", "id", "version"])
def test_what_never_changes_by_hand_is_refused_by_name(cast: Cast, calling: Caller, field: str) -> None:
    lead = world.a_lead("1", source="web")
    answer = calling(cast.operator).patch(f"{LEADS}/{lead.pk}", {field: "2024-01-01T00:00:00Z"}, format="json")
    body = problem(answer, 400, "invalid_fields")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, "unknown_field")]


def test_a_lead_is_moved_and_a_wrong_expectation_stops_it(cast: Cast, calling: Caller) -> None:
    lead = world.a_lead("1")
    client = calling(cast.salesperson)
    problem(
        client.post(f"{LEADS}/{lead.pk}/stage", {"to": "mql", "expected": "won"}, format="json"), 409, "stage_changed"
    )
    problem(client.post(f"{LEADS}/{lead.pk}/stage", {"to": "nowhere"}, format="json"), 400, "unknown_stage")
    problem(client.post(f"{LEADS}/{lead.pk}/stage", {"to": "mql", "at": "2999-01-01T00:00:00Z"}, format="json"), 400)
    problem(client.post(f"{LEADS}/{lead.pk}/stage", {}, format="json"), 400, "invalid_fields")
    moved = client.post(
        f"{LEADS}/{lead.pk}/stage",
        {"to": "lost", "expected": "inquiry", "at": "2024-02-01T00:00:00Z", "reason": "no budget"},
        format="json",
    )
    assert moved.status_code == 200, moved.content
    assert moved.json()["stage"] == "lost"
    change = StageChange.objects.order_by("id").last()
    assert change is not None
    assert (change.to_id, change.actor, change.reason, change.at.isoformat()) == (
        "lost", cast.salesperson, "no budget", "2024-02-01T00:00:00+00:00",
    )  # fmt: skip


def test_consent_is_logged_once(cast: Cast, calling: Caller) -> None:
    lead = world.a_lead("1")
    client = calling(cast.marketer)
    address = f"{LEADS}/{lead.pk}/consents"
    said = {"purpose": "marketing", "state": "withdrawn", "at": "2024-05-01T00:00:00Z"}
    first = client.post(address, said, format="json")
    again = client.post(address, said, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert [row["state"] for row in client.get(address).json()["results"]] == ["withdrawn"]
    assert client.get(f"{LEADS}/{lead.pk}").json()["consents"]["marketing"]["state"] == "withdrawn"
    for wrong in ({"state": "maybe"}, {"at": "2999-01-01T00:00:00Z"}, {"purpose": ""}, {"purpose": "x" * 51}):
        problem(client.post(address, {**said, **wrong}, format="json"), 400, "invalid_fields")


def test_only_operators_erase_and_nothing_tells_who_it_was(cast: Cast, calling: Caller) -> None:
    lead = world.a_lead("1", email="ada@example.com", full_name="Ada Lovelace")
    address = f"{LEADS}/{lead.pk}/erase"
    problem(calling(cast.sales_lead).post(address), 403, "forbidden")
    answer = calling(cast.operator).post(address)
    assert answer.status_code == 200, answer.content
    assert "ada" not in answer.content.decode().lower()
    assert answer.json()["erased_at"] is not None


def test_a_system_keeps_leads_that_are_known_by_e_mail_alone_or_erased(cast: Cast, calling: Caller) -> None:
    client = calling(cast.operator)
    sent = client.post(LEADS, {"system": "crm", "email": "ada@example.com"}, format="json").json()["id"]
    world.a_lead("1")
    assert [row["id"] for row in client.get(f"{LEADS}?system=crm").json()["results"]] == [sent]
    assert client.post(f"{LEADS}/{sent}/erase").status_code == 200
    assert [row["id"] for row in client.get(f"{LEADS}?system=crm").json()["results"]] == [sent]
    assert client.get(f"{LEADS}?system=elsewhere").json()["results"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["a", "b", "c"]),
        ("system=test&external_id=b", ["b"]),
        ("external_id=c", ["c"]),
        ("system=elsewhere", []),
        ("source=web", ["a", "b"]),
        ("created_at__gte=2024-01-02", ["b", "c"]),
        ("created_at__gte=2024-01-02T09:00:00Z&created_at__lt=2024-01-03T09:00:00Z", ["b"]),
        ("created_at__lt=2024-01-02T10:00:00%2B01:00", ["a"]),
        ("stage=mql", ["c"]),
        ("email=A@EXAMPLE.COM", ["a"]),
        ("search=example", ["a"]),
        ("search=lovelace+ada", ["b"]),
        ("search=%25", []),
        ("search=LOVE", ["b"]),
        ("search=ada+web", []),
        ("owner=salesperson@test.example", ["c"]),
        ("owner=Salesperson", ["c"]),
        ("team=sales", ["c"]),
        ("campaign=spring", ["a"]),
        ("country=DE&source=web", ["a"]),
        ("is_test=true", []),
        ("owner_id=99999999999999999", []),
    ],
)
def test_leads_are_found_by_their_fields(cast: Cast, calling: Caller, query: str, expected: list[str]) -> None:
    world.a_lead("a", source="web", email="a@example.com", campaign="Spring", country="DE")
    world.a_lead("b", source="web", full_name="Ada Lovelace", created_at=world.day(1))
    world.a_lead("c", owner=cast.salesperson, stage="mql", created_at=world.day(2))
    body = calling(cast.manager).get(f"{LEADS}?{query}&order=created_at".replace("?&", "?")).json()
    assert [row["external_id"] for row in body["results"]] == expected


@pytest.mark.parametrize("few", [5_000, 0])
@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("errou", ["x-771", "y-8"]),
        ("errou 170", ["x-771"]),
        ("1705 550", []),
        ("77", ["x-771"]),
        ("X-77", ["x-771"]),
        ("x-", []),
        ("Y-8", ["y-8"]),
        ("7 zoë", ["x-771"]),
        ("z", ["x-771"]),
    ],
)
def test_words_of_a_search_are_parts_of_names_numbers_and_ids(
    cast: Cast, calling: Caller, monkeypatch: pytest.MonkeyPatch, few: int, search: str, expected: list[str]
) -> None:
    monkeypatch.setattr("leads.selectors.searching.FEW", few)
    world.a_lead("x-771", full_name="Zoë", company="Ferrous", phone="+49 170 555 123")
    world.a_lead("y-8", full_name="Bo", company="Ferrous", created_at=world.day(1))
    body = calling(cast.manager).get(LEADS, {"search": search, "order": "created_at"}).json()
    assert [row["external_id"] for row in body["results"]] == expected


def test_a_lead_may_be_made_now(cast: Cast, calling: Caller) -> None:
    before = now()
    calling(cast.marketer).post(LEADS, {"email": "now@example.com"}, format="json")
    assert before <= Lead.objects.get().created_at <= now()
