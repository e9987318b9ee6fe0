"""Is this installation alive and fit for work? What supervisors and load balancers ask.

A check returns None, or a sentence that says what is missing. Higher layers add theirs with `register` when the
applications are ready.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)

Check = Callable[[], str | None]
BROKER_SECONDS = 2


def database() -> str | None:
    """Does it answer?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


def broker() -> str | None:
    """Does it answer?"""
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
    ) as client:
        client.ping()
    return None


class Migrations:
    """Are the tables those of this version? Once they are, they stay so while this process lives."""

    def __init__(self) -> None:
        self.applied = False

    def __call__(self) -> str | None:
        if not self.applied:
            executor = MigrationExecutor(connection)
            self.applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return None if self.applied else "There are migrations to apply: run ./manage.py migrate."


NOTES: dict[str, Callable[[], str]] = {}
"""What operators are told beside the checks, empty where there is nothing to tell; readiness does not hang on it."""

CHECKS: dict[str, Check] = {"database": database, "migrations": Migrations(), "broker": broker}


def register(name: str, check: Check) -> None:
    """Add a check under a name of its own."""
    CHECKS[name] = check


def tell(name: str, note: Callable[[], str]) -> None:
    """Add a note under a name of its own."""
    NOTES[name] = note


def findings() -> dict[str, str | None]:
    """Every check with what it found; None is good."""
    return {name: _find(name, check) for name, check in CHECKS.items()}


def _find(name: str, check: Check) -> str | None:
    try:
        return check()
    except Exception as error:
        log.warning("Readiness: %s: %s", name, error)
        return f"It does not answer ({type(error).__name__})."


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when everything that the product needs is there, else 503 and what is missing."""
    found = findings()
    ready = not any(found.values())
    checks = {name: why or "ok" for name, why in found.items()}
    document = {"status": "ready" if ready else "not ready", "checks": checks}
    notes = {name: said for name, note in NOTES.items() if (said := _find(name, note))}
    if notes:
        document["notes"] = notes
    return JsonResponse(document, status=200 if ready else 503)
