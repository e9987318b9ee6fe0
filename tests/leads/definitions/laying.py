"""Lays facts into the logs at the microsecond, recorded when a test says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from leads.activities.models import Activity
from leads.records.models import Lead
from tests.world import TIME_ZERO, a_lead, did

OPEN = "SET LOCAL session_replication_role = replica"
CLOSED = "SET LOCAL session_replication_role = origin"


def lead_known(name: str, **fields: Any) -> Lead:
    """A lead that was known from the beginning."""
    lead = a_lead(name, **fields)
    lead.recorded_at = TIME_ZERO
    lead.save(update_fields=["recorded_at"])
    return lead


def happened(lead: Lead, kind: str, at: datetime, *, recorded_at: datetime | None = None, **fields: Any) -> Activity:
    """An activity recorded when it happened, or when said."""
    did(lead, kind, 0, **fields)
    activity = Activity.objects.latest("pk")
    _rewrite(activity, at=at, recorded_at=recorded_at or at)
    return activity


def imported(activity: Activity, import_id: int | None) -> None:
    """Let the activity come from that import."""
    _rewrite(activity, import_id=import_id)


def _rewrite(activity: Activity, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OPEN)  # the log's guards are tried elsewhere
        Activity.objects.filter(pk=activity.pk).update(**values)
        cursor.execute(CLOSED)
