"""Is each lead found by what it and its company are called? Triggers see to it with every change; here it is made so again.

Asked when everything that is derived is built anew: after rows were changed behind the triggers' back, or lost.
"""

from __future__ import annotations

from django.db import connection, transaction

from alignment.attempts import again_after_deadlock
from leads.lifecycle.changes import lock
from leads.records.queries import texts as queries

BATCH = 1_000


def keep_texts() -> int:
    """Write the texts that differ from what their leads say, and take out those of nobody; how many. Nobody waits for the looking."""
    done, after = 0, -1
    while differing := _differing(after):
        _keep(differing)
        done, after = done + len(differing), differing[-1]
    return done


def _differing(after: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(queries.DIFFERING, {"after": after, "limit": BATCH})
        return [row[0] for row in cursor.fetchall()]


@again_after_deadlock
@transaction.atomic
def _keep(lead_ids: list[int]) -> None:
    """Of leads and companies that nobody changes meanwhile, so that no older text comes after a newer one."""
    lock(lead_ids)
    with connection.cursor() as cursor:
        cursor.execute(queries.HOLD_COMPANIES, {"leads": lead_ids})
        cursor.execute(queries.KEEP, {"leads": lead_ids})
