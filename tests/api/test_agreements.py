"""`/api/v1/agreements`: drafts, steps, what is in force, and who may see and do what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from alignment.agreements.backtests import run_waiting
from alignment.agreements.models import Backtest, Version
from tests.agreements import lunch
from tests.agreements.lunch import LUNCH, a_draft, a_proposal, agreed
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.clocks import present_is
from tests.world import NOW, Cast

AT = "/api/v1/agreements"
READERS = ("marketer", "marketing_lead", "salesperson", "sales_lead", "manager", "operator")
NOT_THERE = ("partner", "other_partner", "outsider")


@pytest.fixture(autouse=True)
def _lunch_at_noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    present_is(NOW, monkeypatch)
    with lunch.registered():
        yield


@pytest.fixture
def marketing(cast: Cast, calling: Caller) -> APIClient:
    return calling(cast.marketing_lead)


@pytest.fixture
def sales(cast: Cast, calling: Caller) -> APIClient:
    return calling(cast.sales_lead)


@pytest.fixture
def operator(cast: Cast, calling: Caller) -> APIClient:
    return calling(cast.operator)


def drafted(client: APIClient, minutes: int = 45, **fields: Any) -> dict[str, Any]:
    body = {"kind": LUNCH, "key": "monday", "terms": {"minutes": minutes}, **fields}
    answer = client.post(AT, body, format="json")
    assert answer.status_code == 201, answer.content
    document: dict[str, Any] = answer.json()
    assert answer["Location"] == document["url"]
    return document


def stepped(client: APIClient, version: int, step: str, body: object = None, **headers: Any) -> dict[str, Any]:
    answer = client.post(f"{AT}/{version}/{step}", body, format="json", **headers)
    assert answer.status_code == 200, answer.content
    assert answer["ETag"] == f'"{answer.json()["revision"]}"'
    document: dict[str, Any] = answer.json()
    return document


def in_force(client: APIClient, **asked: str) -> dict[str, Any]:
    answer = client.get(f"{AT}/in-force", {"kind": LUNCH, "key": "monday", **asked})
    assert answer.status_code == 200, answer.content
    document: dict[str, Any] = answer.json()
    return document


def test_from_a_draft_to_what_holds(marketing: APIClient, sales: APIClient) -> None:
    assert in_force(sales)["version"] is None
    draft = drafted(marketing, note="Soup.")
    assert (draft["state"], draft["number"], draft["key"], draft["note"]) == ("draft", 1, "monday", "Soup.")
    assert draft["terms"] == {"minutes": 45, "with_dessert": False}
    proposed = stepped(marketing, draft["id"], "propose")
    assert (proposed["state"], proposed["unsigned_by"]) == ("proposed", ["sales"])
    signed = stepped(sales, draft["id"], "sign")
    assert (signed["state"], signed["since"], signed["until"]) == ("in_force", "2024-12-01T12:00:00Z", None)
    assert signed["periods"] == [{"since": "2024-12-01T12:00:00Z", "until": None}]
    assert in_force(marketing) == {
        "kind": LUNCH,
        "key": "monday",
        "title": "Lunch on monday",
        "at": "2024-12-01T12:00:00Z",
        "version": 1,
        "version_id": draft["id"],
        "state": "in_force",
        "since": "2024-12-01T12:00:00Z",
        "until": None,
        "terms": {"minutes": 45, "with_dessert": False},
        "sentences": ["Lunch takes 45 minutes."],
        "signatures": [
            {"side": side, "by": f"{side}-lead@test.example", "team": team, "at": "2024-12-01T12:00:00Z"}
            for side, team in (("marketing", "Marketing"), ("sales", "Sales"))
        ],
        "overridden": False,
    }
    before = in_force(marketing, at="2024-12-01")
    assert (before["version"], before["state"], before["terms"], before["sentences"]) == (None, "none", None, [])


def test_the_list_says_how_each_stands_and_who_has_to_sign(cast: Cast, marketing: APIClient) -> None:
    agreed(cast, NOW - timedelta(days=9), 30)
    agreed(cast, NOW - timedelta(days=8), 40, effective_from=NOW + timedelta(days=9))
    a_proposal(cast.marketing_lead, NOW, 50)
    a_draft(cast.marketer, NOW, 60)
    a_draft(cast.marketer, NOW, key="friday")
    listed = {row["key"]: row for row in marketing.get(f"{AT}/", {"kind": LUNCH}).json()["results"]}
    assert set(listed) == {"monday", "friday"}
    monday = listed["monday"]
    assert monday["title"] == "Lunch on monday"
    assert monday["in_force"]["number"] == 1
    assert monday["in_force"]["sentences"] == ["Lunch takes 30 minutes."]
    assert [one["number"] for one in monday["scheduled"]] == [2]
    assert monday["proposal"]["number"] == 3
    assert [one["number"] for one in monday["drafts"]] == [4]
    assert monday["waits_for"] == [{"side": "sales", "leads": ["sales-lead@test.example"]}]
    assert (listed["friday"]["in_force"], listed["friday"]["waits_for"]) == (None, [])
    assert marketing.get(f"{AT}/{LUNCH}/monday").json() == monday
    problem(marketing.get(f"{AT}/{LUNCH}/tuesday"), 404, "not_found")


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({"state": "in_force"}, ["a", "b"]),
        ({"state": "none"}, ["c", "d", "e"]),
        ({"state": "scheduled"}, ["b", "e"]),
        ({"state": "proposed"}, ["c"]),
        ({"state": "draft"}, ["d"]),
        ({"unsigned_by": "sales"}, ["a", "c"]),
        ({"unsigned_by": "marketing"}, ["a"]),
        ({"key": "c"}, ["c"]),
        ({"search": "LUNCH", "kind": LUNCH}, ["a", "b", "c", "d", "e"]),
        ({"search": "nothing"}, []),
        ({"created_at__gte": "2025-01-01"}, []),
    ],
    ids=str,
)
def test_the_list_is_narrowed(cast: Cast, operator: APIClient, asked: dict[str, str], keys: list[str]) -> None:
    stepped(operator, a_draft(cast.marketer, NOW, key="a").pk, "override", {"reason": "Now."})
    agreed(cast, NOW, key="b")
    agreed(cast, NOW, 60, key="b", effective_from=NOW + timedelta(days=1))
    a_proposal(cast.marketing_lead, NOW, key="c")
    a_draft(cast.marketer, NOW, key="d")
    agreed(cast, NOW, key="e", effective_from=NOW + timedelta(days=1))
    answer = operator.get(AT, {"kind": LUNCH, **asked})
    assert [row["key"] for row in answer.json()["results"]] == keys, answer.content


def test_lists_go_page_by_page(cast: Cast, sales: APIClient) -> None:
    for minutes in (30, 40, 50):
        a_draft(cast.marketer, NOW, minutes)
    numbers, url = [], f"{AT}/{LUNCH}/monday/versions?page_size=2"
    while url:
        page = sales.get(url).json()
        numbers += [row["number"] for row in page["results"]]
        url = page["next"]
    assert numbers == [3, 2, 1]
    problem(sales.get(f"{AT}/{LUNCH}/tuesday/versions"), 404, "not_found")


def test_a_version_has_one_document_under_its_id_and_its_number(cast: Cast, sales: APIClient) -> None:
    version = agreed(cast, NOW)
    by_id = sales.get(f"{AT}/{version.pk}")
    assert by_id["ETag"] == f'"{version.revision}"'
    assert by_id.json() == sales.get(f"{AT}/{LUNCH}/monday/versions/1").json()
    assert by_id.json() == sales.get(f"{AT}/{version.pk}/").json()
    assert by_id.json()["url"] == f"http://testserver{AT}/{version.pk}"
    for path in (f"{version.pk + 1}", f"{LUNCH}/monday/versions/2", f"{LUNCH}/friday/versions/1", "9" * 30):
        problem(sales.get(f"{AT}/{path}"), 404, "not_found")


def test_a_draft_is_changed_by_who_saw_it_last(marketing: APIClient, sales: APIClient) -> None:
    draft = drafted(marketing, note="Soup.", review_by="2025-06-01", effective_from="2025-01-01")
    address = f"{AT}/{draft['id']}"
    changed = sales.patch(address, {"terms": {"minutes": 50}}, format="json", HTTP_IF_MATCH='"1"')
    assert changed["ETag"] == '"2"'
    now = changed.json()
    assert (now["terms"]["minutes"], now["note"], now["review_by"]) == (50, "Soup.", "2025-06-01")
    assert now["effective_from"] == "2025-01-01T00:00:00Z"
    problem(marketing.patch(address, {"note": "Mine."}, format="json", HTTP_IF_MATCH='"1"'), 412, "version_changed")
    emptied = marketing.patch(address, {"note": None, "effective_from": None, "review_by": None}, format="json").json()
    assert (emptied["note"], emptied["effective_from"], emptied["review_by"]) == ("", None, None)
    problem(marketing.delete(address, HTTP_IF_MATCH='"1"'), 412, "version_changed")
    assert marketing.delete(address).status_code == 204
    problem(marketing.get(address), 404, "not_found")


def test_a_step_is_taken_on_what_one_saw(marketing: APIClient, sales: APIClient) -> None:
    draft = drafted(marketing)
    marketing.patch(f"{AT}/{draft['id']}", {"note": "Soup."}, format="json")
    problem(marketing.post(f"{AT}/{draft['id']}/propose", HTTP_IF_MATCH='"1"'), 412, "version_changed")
    proposed = stepped(marketing, draft["id"], "propose", HTTP_IF_MATCH='"2"')
    stepped(sales, draft["id"], "sign", HTTP_IF_MATCH=f'"{proposed["revision"]}"')


def test_the_same_request_twice_is_one(marketing: APIClient) -> None:
    body = {"kind": LUNCH, "key": "monday", "terms": {"minutes": 45}}
    first, second = (marketing.post(AT, body, format="json", HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    assert first.content == second.content
    assert second["Location"] == first["Location"]
    assert Version.objects.filter(agreement__kind=LUNCH).count() == 1
    other = marketing.post(AT, {**body, "note": "x"}, format="json", HTTP_IDEMPOTENCY_KEY="k")
    problem(other, 422, "idempotency_mismatch")


def test_an_older_version_is_restored(cast: Cast, marketing: APIClient) -> None:
    agreed(cast, NOW, 30)
    agreed(cast, NOW, 60)
    restored = marketing.post(AT, {"kind": LUNCH, "key": "monday", "restore": 1}, format="json").json()
    assert (restored["number"], restored["state"], restored["restored_from"]) == (3, "draft", 1)
    assert (restored["terms"]["minutes"], restored["note"]) == (30, "As version 1 had it.")
    assert (restored["compared_with"], restored["difference"]) == (2, ["minutes 60 → 30"])
    problem(marketing.post(AT, {"kind": LUNCH, "key": "monday", "restore": 3}, format="json"), 409, "is_a_draft")
    problem(marketing.post(AT, {"kind": LUNCH, "key": "monday", "restore": 9}, format="json"), 404, "not_found")


def test_what_changes_is_said_in_words(cast: Cast, marketing: APIClient) -> None:
    first = agreed(cast, NOW, 30)
    second = drafted(marketing, 60)
    other = drafted(marketing, 20, key="friday")
    address = f"{AT}/{second['id']}/difference"
    assert marketing.get(address).json() == {"before": 1, "after": 2, "difference": ["minutes 30 → 60"]}
    assert marketing.get(address, {"with": first.pk}).json()["difference"] == ["minutes 30 → 60"]
    assert marketing.get(address, {"with": other["id"]}).json()["difference"] == ["minutes 20 → 60"]
    assert marketing.get(f"{AT}/{other['id']}/difference").json() == {
        "before": None,
        "after": 1,
        "difference": ["Lunch takes 20 minutes."],
    }
    problem(marketing.get(address, {"with": "one"}), 400, "invalid_fields")
    problem(marketing.get(address, {"with": 10**12}), 404, "not_found")


def test_comments_are_a_conversation(cast: Cast, marketing: APIClient, sales: APIClient) -> None:
    address = f"{AT}/{a_draft(cast.marketer, NOW).pk}/comments"
    asked = sales.post(address, {"body": "Why?"}, format="json")
    assert asked.status_code == 201
    marketing.post(address, {"body": "Soup.", "parent": asked.json()["id"]}, format="json")
    said = marketing.get(address).json()["results"]
    assert [(one["by"], one["body"], one["parent"]) for one in said] == [
        ("sales-lead@test.example", "Why?", None),
        ("marketing-lead@test.example", "Soup.", asked.json()["id"]),
    ]
    assert [one["body"] for one in marketing.get(address.removesuffix("/comments")).json()["comments"]] == [
        "Why?",
        "Soup.",
    ]
    problem(marketing.post(address, {"body": "?", "parent": 10**12}, format="json"), 400, "unknown_parent")
    problem(marketing.post(address, {"body": " "}, format="json"), 400, "invalid_fields")


def test_an_operator_overrides_and_takes_it_back(cast: Cast, operator: APIClient, sales: APIClient) -> None:
    agreed(cast, NOW - timedelta(days=1), 30)
    version = a_proposal(cast.marketer, NOW, 60)
    problem(operator.post(f"{AT}/{version.pk}/override", {}, format="json"), 400, "reason_needed")
    held = stepped(operator, version.pk, "override", {"reason": "The kitchen burns."})
    assert (held["state"], held["overridden"], held["unsigned_by"]) == ("in_force", True, ["marketing", "sales"])
    assert held["override"]["reason"] == "The kitchen burns."
    listed = sales.get(f"{AT}/{LUNCH}/monday").json()
    assert [one["side"] for one in listed["waits_for"]] == ["marketing", "sales"]
    assert in_force(sales)["overridden"] is True
    taken_back = stepped(operator, version.pk, "revert")
    assert (taken_back["state"], taken_back["unsigned_by"]) == ("superseded", [])
    assert in_force(sales)["version"] == 1
    problem(operator.post(f"{AT}/{version.pk}/revert"), 409, "no_override")


def test_what_an_operator_put_in_force_is_agreed_once_both_sign(
    cast: Cast, operator: APIClient, marketing: APIClient, sales: APIClient
) -> None:
    version = a_draft(cast.marketer, NOW)
    stepped(operator, version.pk, "override", {"reason": "Now."})
    assert stepped(marketing, version.pk, "sign")["unsigned_by"] == ["sales"]
    agreed_on = stepped(sales, version.pk, "sign")
    assert (agreed_on["state"], agreed_on["overridden"], agreed_on["unsigned_by"]) == ("in_force", False, [])
    assert in_force(sales)["overridden"] is False
    problem(operator.post(f"{AT}/{version.pk}/revert"), 409, "no_override")


def test_a_backtest_is_asked_for_and_watched(cast: Cast, sales: APIClient) -> None:
    address = f"{AT}/{a_draft(cast.marketer, NOW).pk}/backtest"
    asked = sales.post(address, {"days": 30}, format="json")
    assert asked.status_code == 202
    assert asked["Location"] == asked.json()["url"]
    assert (asked.json()["state"], asked.json()["days"]) == ("queued", 30)
    assert sales.post(address, {"days": 30}, format="json").json()["id"] == asked.json()["id"]
    run_waiting()
    done = sales.get(asked.json()["url"]).json()
    assert (done["state"], done["progress"]) == ("done", 1.0)
    assert done["result"] == {"minutes": 45, "days": 30, "against_version": None}
    assert [one["id"] for one in sales.get(address).json()["results"]] == [done["id"]]
    assert sales.post(address).status_code == 202
    for body, code in (({"days": 0}, "invalid_number"), ({"ends_at": "2100-01-01T00:00:00Z"}, "in_the_future")):
        problem(sales.post(address, body, format="json"), 400, code)
    problem(sales.get(f"{address}/{10**12}"), 404, "not_found")


def test_a_kind_without_a_backtest_says_so(cast: Cast, sales: APIClient) -> None:
    with lunch.registered(backtest=None):
        problem(sales.post(f"{AT}/{a_draft(cast.marketer, NOW).pk}/backtest"), 409, "no_backtest")
    assert not Backtest.objects.exists()


def test_kinds_publish_their_terms(sales: APIClient) -> None:
    kinds = {kind["kind"]: kind for kind in sales.get(f"{AT}/kinds").json()["results"]}
    assert kinds[LUNCH]["terms_schema"]["properties"]["minutes"]["type"] == "integer"
    assert kinds[LUNCH]["starting"] == {"minutes": 30, "with_dessert": False}
    assert (kinds[LUNCH]["sides"], kinds[LUNCH]["schema"], kinds[LUNCH]["keys"]) == (
        ["marketing", "sales"],
        2,
        ["monday", "friday"],
    )


@pytest.mark.parametrize(
    ("body", "status", "code", "fields"),
    [
        ({"kind": LUNCH, "key": "monday"}, 400, "invalid_fields", ["terms"]),
        ({"kind": LUNCH, "key": "monday", "terms": {"minutes": 1}, "restore": 1}, 400, "invalid_fields", ["terms"]),
        ({"key": "monday", "terms": {"minutes": 1}}, 400, "invalid_fields", ["kind"]),
        ({"kind": "dinner", "terms": {}}, 404, "unknown_kind", []),
        ({"kind": LUNCH, "key": "MONDAY", "terms": {"minutes": 1}}, 400, "invalid_key", ["key"]),
        ({"kind": LUNCH, "terms": {"minutes": 0}}, 400, "invalid_terms", ["terms.minutes"]),
        ({"kind": LUNCH, "terms": {"minutes": 999}}, 400, "invalid_terms", ["terms.minutes"]),
        ({"kind": LUNCH, "terms": {"hours": 1}}, 400, "invalid_terms", ["terms.hours", "terms.minutes"]),
        ({"kind": LUNCH, "terms": []}, 400, "invalid_terms", ["terms"]),
        ({"kind": LUNCH, "terms": None}, 400, "invalid_fields", ["terms"]),
        ({"kind": LUNCH, "terms": "x"}, 400, "invalid_terms", ["terms"]),
        ({"kind": LUNCH, "terms": {"minutes": 1}, "wish": 1}, 400, "invalid_fields", ["wish"]),
        ({"kind": LUNCH, "terms": {"minutes": 1}, "effective_from": "soon"}, 400, "invalid_date", ["effective_from"]),
        ({"kind": LUNCH, "terms": {"minutes": 1}, "effective_from": "2024-11-30"}, 400, "effective_in_the_past",
         ["effective_from"]),
        ({"kind": LUNCH, "terms": {"minutes": 1}, "review_by": "soon"}, 400, "invalid_fields", ["review_by"]),
        ({"kind": LUNCH, "terms": {"minutes": 1}, "note": 7}, 400, "invalid_fields", ["note"]),
        ({"kind": LUNCH, "terms": {"minutes": 1}, "note": "x" * 2001}, 400, "invalid_fields", ["note"]),
        ({"kind": LUNCH, "key": "k\0", "terms": {"minutes": 1}}, 400, "invalid_fields", ["key"]),
        ([], 400, "invalid_fields", None),
        ("x", 400, "invalid_fields", None),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_what_cannot_be_drafted_is_refused_by_name(
    marketing: APIClient, body: Any, status: int, code: str, fields: list[str] | None
) -> None:
    said = problem(marketing.post(AT, body, format="json"), status)
    if fields is not None:
        assert (said["code"], sorted(error["field"] for error in said["errors"])) == (code, fields)
    assert not Version.objects.filter(agreement__kind=LUNCH).exists()


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "invalid_fields"),
        ("kind=dinner", 404, "unknown_kind"),
        (f"kind={LUNCH}&key=MONDAY", 400, "invalid_key"),
        (f"kind={LUNCH}&at=soon", 400, "invalid_date"),
        (f"kind={LUNCH}&at=2024-01-01T00:00:00", 400, "invalid_date"),
        (f"kind={LUNCH}&when=2024-01-01", 400, "invalid_fields"),
        (f"kind={LUNCH}&key=%00", 400, "invalid_characters"),
        ("kind=%00", 404, "unknown_kind"),
    ],
)
def test_a_question_about_what_holds_that_cannot_be_answered(
    marketing: APIClient, query: str, status: int, code: str
) -> None:
    problem(marketing.get(f"{AT}/in-force?{query}"), status, code)


ADDRESSES = (
    "", "/kinds", "/in-force?kind=lunch&key=monday", "/lunch/monday", "/lunch/monday/versions", "/lunch/monday/versions/1",
    "/{id}", "/{id}/difference", "/{id}/comments", "/{id}/backtest", "/{id}/backtest/{backtest}",
)  # fmt: skip
STEPS = ("propose", "sign", "reject", "withdraw", "comments", "backtest", "override", "revert")


@pytest.mark.parametrize("who", [*READERS, *NOT_THERE])
def test_who_reads(cast: Cast, calling: Caller, who: str) -> None:
    version = a_draft(cast.marketer, NOW)
    asked = Backtest.objects.create(version=version, days=1, ends_at=NOW, terms=version.terms, asked_at=NOW)
    client = calling(getattr(cast, who), scope="read")
    for address in ADDRESSES:
        answer = client.get(AT + address.format(id=version.pk, backtest=asked.pk))
        if who in READERS:
            assert answer.status_code == 200, (address, answer.content)
        else:
            problem(answer, 404, "not_found")


@pytest.mark.parametrize("who", ["manager", *NOT_THERE])
def test_who_does_not_write(cast: Cast, calling: Caller, who: str) -> None:
    version = a_proposal(cast.marketer, NOW)
    client = calling(getattr(cast, who))
    status, code = (403, "forbidden") if who == "manager" else (404, "not_found")
    body = {"kind": LUNCH, "key": "friday", "terms": {"minutes": 1}}
    problem(client.post(AT, body, format="json"), status, code)
    problem(client.patch(f"{AT}/{version.pk}", {"note": "x"}, format="json"), status, code)
    problem(client.delete(f"{AT}/{version.pk}"), status, code)
    for step in STEPS:
        problem(client.post(f"{AT}/{version.pk}/{step}", {"reason": "x"}, format="json"), status, code)
    version.refresh_from_db()
    assert (version.step, Version.objects.filter(agreement__kind=LUNCH).count()) == ("proposed", 1)


def test_a_key_that_only_reads_signs_nothing(cast: Cast, calling: Caller) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    problem(calling(cast.sales_lead, scope="read").post(f"{AT}/{version.pk}/sign"), 403, "forbidden")
    problem(APIClient().get(AT), 401, "not_authenticated")


def test_who_may_not_decide_is_told_why(cast: Cast, calling: Caller, operator: APIClient) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    for client in (calling(cast.salesperson), operator):
        problem(client.post(f"{AT}/{version.pk}/sign"), 403, "not_entitled")
        problem(client.post(f"{AT}/{version.pk}/reject", {"reason": "No."}, format="json"), 403, "not_entitled")
    problem(calling(cast.sales_lead).post(f"{AT}/{version.pk}/reject"), 400, "reason_needed")
    problem(calling(cast.sales_lead).post(f"{AT}/{version.pk}/withdraw"), 403, "not_yours")
    problem(
        calling(cast.sales_lead).post(f"{AT}/{version.pk}/override", {"reason": "x"}, format="json"),
        403,
        "not_entitled",
    )
    rejected = stepped(calling(cast.sales_lead), version.pk, "reject", {"reason": "Too long."})
    assert (rejected["state"], rejected["reason"]) == ("rejected", "Too long.")
    problem(calling(cast.marketing_lead).post(f"{AT}/{version.pk}/sign"), 409, "not_proposed")


def test_signing_twice_is_once(cast: Cast, marketing: APIClient) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    assert stepped(marketing, version.pk, "sign")["signatures"] == stepped(marketing, version.pk, "sign")["signatures"]


def test_another_proposal_is_open(cast: Cast, marketing: APIClient) -> None:
    a_proposal(cast.salesperson, NOW)
    problem(marketing.post(f"{AT}/{drafted(marketing, 60)['id']}/propose"), 409, "proposal_open")
