"""What supervisors, load balancers and monitoring are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.test.utils import override_settings

from alignment.clock import now
from kpis.freshness import note
from leads.models import Import, Touched


def test_alive_says_so_to_anybody(db: None) -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert "no-store" in answer["Cache-Control"]


def test_ready_when_all_that_is_needed_is_there(db: None) -> None:
    note("worker", now())
    note("figures worker", now())
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ready", "checks": {"database": "ok", "migrations": "ok", "broker": "ok", "worker": "ok"}},
    )


@pytest.mark.parametrize("seconds", [61, None])
def test_not_ready_without_a_worker(db: None, seconds: int | None) -> None:
    if seconds is not None:
        note("worker", now() - timedelta(seconds=seconds))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["checks"]["worker"] == "No worker was seen within the last minute."


@pytest.mark.parametrize("minutes", [16, None])
def test_ready_and_told_where_nobody_counts_for_pages(db: None, minutes: int | None) -> None:
    note("worker", now())
    if minutes is not None:
        note("figures worker", now() - timedelta(minutes=minutes))
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["notes"]["figures worker"].startswith("No worker has taken a job from the queue “figures”")


def test_not_ready_without_the_broker(db: None) -> None:
    note("worker", now())
    with override_settings(REDIS_URL="unix:///nowhere/valkey.sock?db=0"):
        answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"].startswith("It does not answer")


def test_the_numbers_of_the_house(db: None) -> None:
    Import.objects.create(kind="leads", file_name="f.csv", file="f", profile={}, state="failed")
    Touched.objects.all().delete()
    Touched.objects.bulk_create([Touched(lead_id=1), Touched(lead_id=2)])
    note("leaks", now() - timedelta(seconds=90))
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    lines = dict(line.rsplit(" ", 1) for line in answer.content.decode().splitlines() if not line.startswith("#"))
    assert lines["alignment_touched_leads"] == "2.0"
    assert lines['alignment_imports{state="failed"}'] == "1.0"
    assert lines['alignment_imports{state="done"}'] == "0.0"
    assert 89 < float(lines['alignment_freshness_age_seconds{what="leaks"}']) < 120


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"REMOTE_ADDR": "10.1.2.3"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": ""}, 200),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "10.0.0.1"}, 200),
        ({"REMOTE_ADDR": "8.8.8.8"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "8.8.8.8"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.1, 8.8.8.8"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=8.8.8.8"}, 404),
        ({"REMOTE_ADDR": "nonsense"}, 404),
    ],
)
def test_the_numbers_are_for_those_inside(db: None, headers: dict[str, str], status: int) -> None:
    assert Client().get("/metrics", **headers).status_code == status  # type: ignore[arg-type]


def test_reading_only(db: None) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert Client().post(path).status_code == 405
