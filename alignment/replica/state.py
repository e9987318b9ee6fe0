"""How far is the replica, and may it be read? For the router, readiness, monitoring and the page about freshness.

Its lag is told by the primary's clock: nothing if it has replayed all that the primary has written, else the time since the last
transaction that it replayed was committed.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connections

log = logging.getLogger(__name__)

REPLICA = "replica"
TOO_FAR_SECONDS = 60.0
"""Counts that are shown should be a minute old at most."""
REST_SECONDS = 5.0
"""So long a replica that did not answer is left alone by this process."""

HERE = (
    "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint, extract(epoch FROM clock_timestamp())::float8"
)
THERE = """
SELECT pg_is_in_recovery(), pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint,
    extract(epoch FROM pg_last_xact_replay_timestamp())::float8
"""
"""Right after its start a replica has replayed no transaction yet."""


@dataclass(frozen=True)
class State:
    """Where the replica is. `trouble` says in a sentence why it is not to be read, and is empty where it is."""

    position: int = 0
    behind_seconds: float = 0.0
    trouble: str = ""


class _Rest:
    """Until when this process leaves the replica alone, by the monotonic clock."""

    until = 0.0


def is_there() -> bool:
    """Whether this installation has a replica at all."""
    return REPLICA in settings.DATABASES


def look() -> State:
    """Ask the primary, then the replica."""
    if time.monotonic() < _Rest.until:
        return State(trouble="It did not answer a moment ago.")
    written, now = primary_position()
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(THERE)
            follows, replayed, committed_at = cursor.fetchone()
    except DatabaseError as error:
        connections[REPLICA].close()
        rest(REST_SECONDS)
        log.warning("The replica does not answer, figures are read from the primary: %s", error)
        return State(trouble="It does not answer.")
    if not follows or replayed is None:
        return State(trouble="What REPLICA_URL names follows no other server.")
    if replayed >= written:
        return State(replayed)
    behind = max(0.0, now - committed_at) if committed_at else TOO_FAR_SECONDS + 1
    late = f"It is {behind:.0f} s behind; {TOO_FAR_SECONDS:.0f} s are allowed."
    return State(replayed, behind, late if behind > TOO_FAR_SECONDS else "")


def primary_position() -> tuple[int, float]:
    """How far the primary has written, whether committed or not, and its clock in seconds."""
    with connections["default"].cursor() as cursor:
        cursor.execute(HERE)
        position, now = cursor.fetchone()
    return position, now


def replayed() -> int:
    """How far the replica has come by now."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(THERE)
        return int(cursor.fetchone()[1])


def rest(seconds: float) -> None:
    """Leave the replica alone for a while, in this process."""
    _Rest.until = max(_Rest.until, time.monotonic() + seconds)


def told() -> str:
    """In a sentence, for operators."""
    state = look()
    return f"Not read: {state.trouble}" if state.trouble else f"{state.behind_seconds:.1f} s behind"
