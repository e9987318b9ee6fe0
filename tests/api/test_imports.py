"""Files over HTTP: sent, watched, what was set aside fetched, taken back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from leads.imports.running import run_import
from leads.models import Import, Lead
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import Cast

IMPORTS = "/api/v1/imports"
PROFILE: dict[str, Any] = {"kind": "leads", "system": "t", "fields": {"external_id": "key", "email": "mail"}}
ROWS = "key,mail\n1,a@example.com\n2,bad\n"


def sent(rows: str = ROWS, profile: object = PROFILE, **fields: object) -> dict[str, object]:
    file = SimpleUploadedFile("leads.csv", rows.encode())
    return {
        "kind": "leads",
        "file": file,
        "profile": profile if isinstance(profile, str) else json.dumps(profile),
        **fields,
    }


@pytest.fixture
def client(cast: Cast, calling: Caller) -> APIClient:
    return calling(cast.marketer)


def brought(client: APIClient, **fields: object) -> dict[str, Any]:
    """The import, run to its end as a worker does."""
    answer = client.post(IMPORTS, sent(**fields), format="multipart")  # type: ignore[arg-type]
    assert answer.status_code == 202, answer.content
    body: dict[str, Any] = answer.json()
    assert set(body) == {"id", "state", "url"}
    run_import(body["id"], take_over=True)
    document: dict[str, Any] = client.get(body["url"]).json()
    return document


def test_a_file_is_queued_run_and_shown_as_the_command_shows_it(client: APIClient) -> None:
    shown = brought(client)
    counts = {
        name: shown[name]
        for name in ("kind", "state", "rows", "created", "updated", "unchanged", "rejected", "question")
    }
    assert counts == {
        "kind": "leads", "state": "done", "rows": 2, "created": 1, "updated": 0, "unchanged": 0, "rejected": 1, "question": None,
    }  # fmt: skip
    assert [(row["line"], row["column"], row["value"], row["code"]) for row in shown["errors"]] == [
        (3, "mail", "bad", "invalid_email")
    ]
    assert [row["id"] for row in client.get(f"{IMPORTS}?state=done&kind=leads").json()["results"]] == [shown["id"]]
    assert Lead.objects.count() == 1


def test_what_was_set_aside_is_a_file(client: APIClient) -> None:
    shown = brought(client)
    answer = client.get(f"{IMPORTS}/{shown['id']}/errors.csv", HTTP_ACCEPT="text/csv")
    assert answer["Content-Type"].startswith("text/csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "line,column,value,code,reason,key,mail"
    assert lines[1].startswith("3,mail,bad,invalid_email,")
    problem(client.get(f"{IMPORTS}/999999/errors.csv", HTTP_ACCEPT="text/csv"), 404, "not_found")


def test_a_dry_run_leaves_nothing(client: APIClient) -> None:
    shown = brought(client, dry_run="true")
    assert (shown["dry_run"], shown["created"], Lead.objects.count()) == (True, 1, 0)


def test_the_same_file_under_the_same_key_is_one_import(client: APIClient) -> None:
    answers = [client.post(IMPORTS, sent(), format="multipart", HTTP_IDEMPOTENCY_KEY="k") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert Import.objects.count() == 1
    other = client.post(IMPORTS, sent(ROWS + "3,c@example.com\n"), format="multipart", HTTP_IDEMPOTENCY_KEY="k")
    problem(other, 422, "idempotency_mismatch")


def test_an_import_is_taken_back_once(client: APIClient) -> None:
    shown = brought(client)
    undone = client.post(f"{IMPORTS}/{shown['id']}/undo")
    assert (undone.status_code, undone.json()["state"]) == (200, "undone"), undone.content
    assert not Lead.objects.exists()
    problem(client.post(f"{IMPORTS}/{shown['id']}/undo"), 409, "undone")
    problem(client.post(f"{IMPORTS}/{shown['id']}/resume"), 409, "undone")


def test_what_waits_is_stopped_once_and_goes_on(client: APIClient) -> None:
    queued = client.post(IMPORTS, sent(), format="multipart").json()
    stopped = client.post(f"{IMPORTS}/{queued['id']}/stop")
    assert (stopped.status_code, stopped.json()["state"], stopped.json()["problem"]["code"]) == (
        200,
        "failed",
        "stopped",
    )
    problem(client.post(f"{IMPORTS}/{queued['id']}/stop"), 409, "not_at_work")
    assert client.post(f"{IMPORTS}/{queued['id']}/resume").status_code == 202
    assert run_import(queued["id"]).state == "done"


def test_who_may_not_import_stops_nothing(client: APIClient, cast: Cast, calling: Caller) -> None:
    queued = client.post(IMPORTS, sent(), format="multipart").json()
    problem(calling(cast.partner).post(f"{IMPORTS}/{queued['id']}/stop"), 404, "not_found")
    assert Import.objects.get().state == "queued"


def test_what_is_through_is_resumed_without_harm(client: APIClient) -> None:
    shown = brought(client)
    answer = client.post(f"{IMPORTS}/{shown['id']}/resume")
    assert (answer.status_code, answer.json()["state"]) == (202, "done")
    assert answer.json()["url"].endswith(f"{IMPORTS}/{shown['id']}")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"profile": "no-such-profile"}, "no_such_profile"),
        ({"profile": "{"}, "invalid_profile"),
        ({"profile": {**PROFILE, "fields": {"external_id": "nope"}}}, "invalid_profile"),
        ({"kind": "nonsense"}, None),
        ({"profile": "a\u0000b"}, "invalid_fields"),
        ({"dry_run": "perhaps"}, "invalid_fields"),
    ],
    ids=str,
)
def test_a_file_that_cannot_be_read_as_told(client: APIClient, fields: dict[str, object], code: str | None) -> None:
    problem(client.post(IMPORTS, sent(**fields), format="multipart"), 400, code)  # type: ignore[arg-type]
    assert not Import.objects.exists()


def test_what_is_missing_is_named(client: APIClient) -> None:
    body = problem(client.post(IMPORTS, {}, format="multipart"), 400, "invalid_fields")
    assert {error["field"] for error in body["errors"]} == {"kind", "file", "profile"}
    problem(client.post(IMPORTS, {}, format="json"), 415, "unsupported_media_type")


def test_partners_do_not_import(cast: Cast, calling: Caller) -> None:
    problem(calling(cast.partner).post(IMPORTS, sent(), format="multipart"), 403, "forbidden")


def test_ambiguous_dates_are_asked_about(client: APIClient) -> None:
    profile = {"kind": "leads", "system": "t", "fields": {"external_id": "key", "created_at": "born"}}
    shown = brought(client, rows="key,born\nx,03/04/2024\n", profile=profile)
    assert shown["state"] == "needs_answer"
    assert "03/04/2024" in json.dumps(shown["question"])
    assert not Lead.objects.exists()


def test_a_question_is_answered_and_may_be_answered_otherwise_while_nothing_is_written(client: APIClient) -> None:
    profile = {**PROFILE, "fields": {"external_id": "key", "created_at": "born"}}
    asked = brought(client, rows="key,born\n1,03/04/2024\n", profile=profile, dry_run="true")
    assert (asked["state"], asked["place"], asked["answers"]) == ("needs_answer", None, {})
    url = f"{IMPORTS}/{asked['id']}/answer"
    problem(client.post(url, {"answer": "iso"}, format="json"), 400, "unknown_answer")
    for answer in ("day-first", "month-first"):
        given = client.post(url, {"answer": answer, "field": "created_at"}, format="json")
        assert (given.status_code, given.json()["state"]) == (202, "queued"), given.content
        run_import(asked["id"], take_over=True)
        shown = client.get(f"{IMPORTS}/{asked['id']}").json()
        assert (shown["state"], shown["answers"], shown["created"]) == ("done", {"created_at": answer}, 1)
    problem(client.post(url, {"answer": "month-first"}, format="json"), 409, "no_question")


def test_rows_set_aside_come_in_corrected_by_line_or_as_the_file(client: APIClient) -> None:
    shown = brought(client, rows="key,mail\n1,a@example.com\n2,bad\n3,worse\n")
    url = f"{IMPORTS}/{shown['id']}/repairs"
    rows = {"rows": [{"line": 3, "values": {"mail": "b@example.com"}}]}
    for came_in, as_before in ((1, 0), (0, 1)):
        repaired = client.post(url, rows, format="json")
        assert repaired.status_code == 200, repaired.content
        assert (repaired.json()["came_in"], repaired.json()["as_before"]) == (came_in, as_before)
    assert repaired.json()["import"]["repaired"] == 1
    errors = client.get(f"{IMPORTS}/{shown['id']}/errors.csv", HTTP_ACCEPT="text/csv")
    text = b"".join(errors.streaming_content).decode()  # type: ignore[attr-defined]
    file = SimpleUploadedFile("errors.csv", text.replace(",3,worse", ",3,c@example.com").encode())
    assert client.post(url, {"file": file}, format="multipart").json()["came_in"] == 1
    after = client.get(f"{IMPORTS}/{shown['id']}").json()
    assert (after["created"], after["rejected"], after["repaired"], after["errors"]) == (3, 0, 2, [])
    unknown = client.post(url, {"rows": [{"line": 2, "values": {"mail": "x@example.com"}}]}, format="json")
    problem(unknown, 400, "invalid_repair")
    problem(client.post(url, {"rows": []}, format="json"), 400, "invalid_fields")


def test_partners_neither_answer_nor_correct(cast: Cast, calling: Caller, client: APIClient) -> None:
    shown = brought(client)
    for path in ("answer", "repairs"):
        problem(calling(cast.partner).post(f"{IMPORTS}/{shown['id']}/{path}", {}, format="json"), 404, "not_found")
