"""`/api/v1/notices`: one's own, for everybody who has a key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from alignment.outbox.models import Notice
from alignment.people.api_keys import create_api_key
from alignment.people.models import User
from tests.api.shapes import problem
from tests.clocks import present_is
from tests.outbox.conftest import tell
from tests.world import NOW, Cast


def calling(user: User, scope: str = "write") -> APIClient:
    cache.clear()
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(user, scope=scope)}")
    return caller


def test_one_reads_ones_own_the_newest_first(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)
    tell(people.marketer, "a", title="First", text="A text.", path="/agreements/7/")
    tell(people.marketer, "b")
    tell(people.salesperson, "c")
    caller = calling(people.marketer)
    first = Notice.objects.get(key="a")
    assert [row["key"] for row in caller.get("/api/v1/notices").json()["results"]] == ["b", "a"]
    shown = {
        "id": first.pk,
        "key": "a",
        "title": "First",
        "text": "A text.",
        "path": "/agreements/7/",
        "created_at": "2024-12-01T12:00:00Z",
        "read_at": None,
    }
    assert caller.get(f"/api/v1/notices/{first.pk}").json() == shown
    answer = caller.post(f"/api/v1/notices/{first.pk}/read")
    assert (answer.status_code, answer.json()) == (200, {**shown, "read_at": "2024-12-01T12:00:00Z"})
    assert caller.post(f"/api/v1/notices/{first.pk}/read").json() == answer.json()


def test_unread_ones_are_found_by_a_filter(people: Cast) -> None:
    for key in "abc":
        tell(people.marketer, key)
    caller = calling(people.marketer)
    caller.post(f"/api/v1/notices/{Notice.objects.get(key='b').pk}/read")
    keys = {
        wanted: [row["key"] for row in caller.get(f"/api/v1/notices?unread={wanted}").json()["results"]]
        for wanted in ("true", "false")
    }
    assert keys == {"true": ["c", "a"], "false": ["b"]}
    problem(caller.get("/api/v1/notices?user=1"), 400, "invalid_fields")


def test_somebody_elses_notice_is_not_there(people: Cast) -> None:
    tell(people.marketer)
    pk = Notice.objects.get().pk
    for user in (people.operator, people.salesperson, people.outsider):
        caller = calling(user)
        assert caller.get("/api/v1/notices").json()["results"] == []
        problem(caller.get(f"/api/v1/notices/{pk}"), 404, "not_found")
        problem(caller.post(f"/api/v1/notices/{pk}/read"), 404, "not_found")
    problem(APIClient().get("/api/v1/notices"), 401, "not_authenticated")
    assert Notice.objects.get().read_at is None


def test_who_may_only_read_marks_ones_own_but_a_key_that_only_reads_does_not(people: Cast) -> None:
    tell(people.manager)
    pk = Notice.objects.get().pk
    problem(calling(people.manager, "read").post(f"/api/v1/notices/{pk}/read"), 403, "forbidden")
    assert calling(people.manager).post(f"/api/v1/notices/{pk}/read").status_code == 200
    assert Notice.objects.get().read_at is not None


def test_any_words_come_back(people: Cast, real_data: Path) -> None:
    strings: list[str] = json.loads((real_data / "naughty-strings" / "blns.json").read_text())
    plain = [text for text in strings if text.strip() and text.isprintable() and len(text) <= 200]
    for number, text in enumerate(plain):
        tell(people.marketer, f"{number}", title=text)
    rows = calling(people.marketer).get("/api/v1/notices?page_size=500&order=id").json()["results"]
    assert [row["title"] for row in rows] == [text.strip() for text in plain[:500]]
