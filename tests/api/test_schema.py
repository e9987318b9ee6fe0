"""The description of the API is valid, complete, served from here alone, and every address in it stands in docs/api.md."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from drf_spectacular.validation import validate_schema

from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import Cast


@pytest.fixture
def schema(cast: Cast, calling: Caller) -> dict[str, Any]:
    answer = calling(cast.outsider, scope="read").get("/api/v1/schema/?format=json")
    assert answer.status_code == 200
    document: dict[str, Any] = json.loads(answer.content)
    return document


def test_it_is_made_without_a_warning() -> None:
    call_command("spectacular", "--fail-on-warn", stdout=io.StringIO(), stderr=io.StringIO())


def test_it_is_valid(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)  # type: ignore[no-untyped-call]


def test_every_operation_tells_how_it_fails_and_how_one_signs_in(schema: dict[str, Any]) -> None:
    operations = [(path, verb, op) for path, verbs in schema["paths"].items() for verb, op in verbs.items()]
    assert len(operations) > 30
    for path, verb, operation in operations:
        assert "application/problem+json" in operation["responses"]["default"]["content"], (path, verb)
        assert {"key": []} in operation["security"], (path, verb)
        headers = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "header"}
        assert headers == {"post": {"Idempotency-Key"}, "patch": {"If-Match"}}.get(verb, set()), (path, verb)
        assert operation.get("description"), (path, verb)


def test_every_address_stands_in_the_docs(schema: dict[str, Any]) -> None:
    text = (Path(settings.ROOT) / "docs" / "api.md").read_text()
    missing = [
        f"{verb.upper()} {path}"
        for path, verbs in schema["paths"].items()
        for verb in verbs
        if f"{verb.upper()} {path}" not in text
    ]
    assert not missing


def test_it_asks_who_one_is(db: None, calling: Caller) -> None:
    problem(Client().get("/api/v1/schema/"), 401, "not_authenticated")


def test_its_page_comes_from_here_alone(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.marketer)
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "//" not in text.replace("<!--", "").replace("http://testserver", "")
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "<script>" not in text
    assert "<style" not in text
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")


def test_every_filter_stands_in_the_docs(schema: dict[str, Any]) -> None:
    lines = (Path(settings.ROOT) / "docs" / "api.md").read_text().splitlines()
    common = {"cursor", "page_size", "order"}
    missing = []
    for path, verbs in schema["paths"].items():
        about = next((line for line in lines if line.startswith(f"| `GET {path}` ")), "")
        names = {
            parameter["name"] for parameter in verbs.get("get", {}).get("parameters", ()) if parameter["in"] == "query"
        }
        if not path.startswith("/api/v1/reports") and "get" in verbs:
            plain = {name if "employees" in name else name.split("__")[0] for name in names - common}
            missing += [f"{path} {name}" for name in sorted(plain) if f"`{name}`" not in about]
    assert not missing
