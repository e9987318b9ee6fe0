"""The same request twice is carried out once and answered alike, also when both come at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from alignment.api.models import IdempotencyKey
from alignment.people.api_keys import create_api_key
from alignment.people.models import User
from leads.models import Lead, StageChange
from tests import world
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import Cast

LEADS = "/api/v1/leads"
BODY = {"source": "web"}


def test_the_same_answer_to_the_byte(cast: Cast, calling: Caller) -> None:
    client = calling(cast.operator)
    first = client.post(LEADS, BODY, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    world.moved(Lead.objects.get(), ("won", 3))
    again = client.post(LEADS, BODY, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.status_code == 201
    assert [first[name] for name in ("ETag", "Location")] == [again[name] for name in ("ETag", "Location")]
    assert (first.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert Lead.objects.count() == 1


def test_another_body_or_address_is_refused(cast: Cast, calling: Caller) -> None:
    client = calling(cast.operator)
    client.post(LEADS, BODY, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    other = client.post(LEADS, {"source": "fair"}, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    problem(other, 422, "idempotency_mismatch")
    elsewhere = client.post("/api/v1/campaigns", {"name": "Spring"}, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    problem(elsewhere, 422, "idempotency_mismatch")
    assert Lead.objects.count() == 1


def test_a_creation_asks_little_of_the_database(cast: Cast, calling: Caller) -> None:
    """Each question is a way there and back: whose key, is it answered, what is known of the lead and its company, and all that is new."""
    client = calling(cast.operator)
    for number in range(2):
        body = {"email": f"ada{number}@engines.example", "last_name": "Lovelace", "source": "web"}
        with CaptureQueriesContext(connection) as asked:
            assert client.post(LEADS, body, format="json", HTTP_IDEMPOTENCY_KEY=f"k{number}").status_code == 201
    assert len(asked) <= 18, [query["sql"][:80] for query in asked]


def test_the_order_of_fields_is_no_difference(cast: Cast, calling: Caller) -> None:
    client = calling(cast.operator)
    for body in ('{"source": "web", "title": "CTO"}', '{"title":"CTO","source":"web"}'):
        assert client.post(LEADS, body, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k1").status_code == 201
    assert Lead.objects.count() == 1


def test_a_key_belongs_to_its_caller(cast: Cast, calling: Caller) -> None:
    answers = [
        calling(person).post(LEADS, BODY, format="json", HTTP_IDEMPOTENCY_KEY="k1").json()["id"]
        for person in (cast.operator, cast.marketer)
    ]
    assert len(set(answers)) == 2


def test_what_was_refused_may_be_put_right(cast: Cast, calling: Caller) -> None:
    client = calling(cast.operator)
    problem(client.post(LEADS, {"email": "bad"}, format="json", HTTP_IDEMPOTENCY_KEY="k1"), 400)
    assert not IdempotencyKey.objects.exists()
    good = client.post(LEADS, {"email": "good@example.com"}, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert good.status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_is_a_short_text(cast: Cast, calling: Caller, key: str) -> None:
    problem(calling(cast.operator).post(LEADS, BODY, format="json", HTTP_IDEMPOTENCY_KEY=key), 400)


def test_moving_a_stage_twice_moves_once(cast: Cast, calling: Caller) -> None:
    lead = world.a_lead("1")
    client = calling(cast.salesperson)
    before = StageChange.objects.count()
    for _ in range(2):
        answer = client.post(f"{LEADS}/{lead.pk}/stage", {"to": "mql"}, format="json", HTTP_IDEMPOTENCY_KEY="k")
        assert answer.status_code == 200
    assert StageChange.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_are_one() -> None:
    person = world.cast().operator
    start = Barrier(6)

    def post(_number: int) -> tuple[int, bytes]:
        return at_once(person, start)

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(post, range(6)))
    assert len(answers) == 1
    assert {status for status, _body in answers} == {201}
    assert Lead.objects.count() == 1


def at_once(person: User, start: Barrier) -> tuple[int, bytes]:
    try:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(person, scope='write')}")
        start.wait()
        answer = client.post(LEADS, BODY, format="json", HTTP_IDEMPOTENCY_KEY="same")
        return answer.status_code, answer.content
    finally:
        connection.close()


def test_an_answer_is_kept_for_a_day(cast: Cast, calling: Caller) -> None:
    client = calling(cast.operator)
    client.post(LEADS, BODY, format="json", HTTP_IDEMPOTENCY_KEY="old")
    client.post(LEADS, BODY, format="json", HTTP_IDEMPOTENCY_KEY="other")
    IdempotencyKey.objects.update(created_at=Now() - timedelta(hours=25))
    client.post(LEADS, BODY, format="json", HTTP_IDEMPOTENCY_KEY="young")
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["young"]
    assert client.post(LEADS, BODY, format="json", HTTP_IDEMPOTENCY_KEY="old").status_code == 201
    assert Lead.objects.count() == 4
