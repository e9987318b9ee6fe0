"""Which leads wait for what is derived from them? Those that are marked, and those that a mark of all leads is yet to come to.

A change that concerns every lead writes one row, in its own transaction; the worker spreads it into marks of single leads, batch by
batch. The cursor moves in the transaction that writes the marks: killed at any instant, run twice or by several at once, every lead
is marked.
"""

from __future__ import annotations

from django.db import connection, transaction

from leads.lifecycle.models import Touched, TouchedAll

TOUCH_ALL = "INSERT INTO leads_touchedall (cursor) SELECT 0 WHERE EXISTS (SELECT FROM leads_lead)"

SPREAD = """
WITH here AS (SELECT id, cursor FROM leads_touchedall ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED),
batch AS (
    SELECT l.id FROM leads_lead l WHERE l.id > (SELECT cursor FROM here) ORDER BY l.id LIMIT %(limit)s
),
marked AS (INSERT INTO leads_touched (lead_id) SELECT id FROM batch ORDER BY id),
moved AS (
    UPDATE leads_touchedall t SET cursor = (SELECT max(id) FROM batch)
    FROM here WHERE t.id = here.id AND EXISTS (SELECT FROM batch)
),
gone AS (DELETE FROM leads_touchedall t USING here WHERE t.id = here.id AND NOT EXISTS (SELECT FROM batch))
SELECT (SELECT count(*) FROM here), (SELECT count(*) FROM batch)
"""

YET_TO_COME = "SELECT count(*) FROM leads_touchedall t JOIN leads_lead l ON l.id > t.cursor"


def touch_all() -> None:
    """Let every lead wait for recomputing."""
    with connection.cursor() as cursor:
        cursor.execute(TOUCH_ALL)


@transaction.atomic
def spread(*, batch: int) -> bool:
    """Mark some of the leads that a mark of all is yet to come to; whether there was any that nobody else is at."""
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, {"limit": batch})
        taken, _leads = cursor.fetchone()
    return bool(taken)


def waiting() -> int:
    """How many marks wait, those included that are yet to be written."""
    with connection.cursor() as cursor:
        cursor.execute(YET_TO_COME)
        yet_to_come: int = cursor.fetchone()[0]
    return Touched.objects.count() + yet_to_come


def nobody_waits() -> bool:
    """Whether no lead waits."""
    return not Touched.objects.exists() and not TouchedAll.objects.exists()
