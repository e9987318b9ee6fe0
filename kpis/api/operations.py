"""What supervisors and operators' monitoring are told about figures: is a worker there, how old are they?"""

from __future__ import annotations

from collections.abc import Mapping

from alignment.api import health
from alignment.api.metrics import Gauge, register
from alignment.clock import now
from alignment.replica import state as replica
from kpis.freshness import figures_worker_is_alive, worker_is_alive
from kpis.models import Freshness


def worker() -> str | None:
    """Was one seen lately?"""
    return None if worker_is_alive(now()) else "No worker was seen within the last minute."


def figures_worker() -> str:
    """A sentence for operators where new questions of pages stay unanswered; empty where all is well."""
    if figures_worker_is_alive(now()):
        return ""
    return (
        "No worker has taken a job from the queue “figures” within the last 15 minutes: what a page of a large company asks for the "
        "first time stays “being counted”. Start one as docs/operations.md says under “Real servers”."
    )


def ages() -> Mapping[str, float]:
    """Seconds since each thing was last brought up to date."""
    moment = now()
    return {row.what: max(0.0, (moment - row.at).total_seconds()) for row in Freshness.objects.all()}


def replica_lag() -> Mapping[str, float]:
    """Seconds; none while the replica is not read."""
    state = replica.look()
    return {} if state.trouble else {"": state.behind_seconds}


def install() -> None:
    """Called once, when the applications are ready."""
    health.register("worker", worker)
    health.tell("figures worker", figures_worker)
    register(Gauge("alignment_freshness_age_seconds", "Seconds since it was last brought up to date.", ages, "what"))
    if replica.is_there():
        health.tell("replica", replica.told)
        register(Gauge("alignment_replica_lag_seconds", "Seconds that the replica is behind.", replica_lag))
