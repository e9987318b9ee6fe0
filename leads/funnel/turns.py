"""Who may use the stages, and who may change them? Everybody together, or one alone: never both at the same time.

A lead comes into a stage by a transaction that has read which stages there are. It uses the funnel until it ends: whoever
settles another funnel waits for it, sees where its leads are, and is waited for by whoever comes next. The funnel comes before
the locks of leads, and who changes it takes none of those.
"""

from __future__ import annotations

from django.db import connection

USE_FUNNEL = "SELECT pg_advisory_xact_lock_shared(hashtext('leads_funnel'))"
CHANGE_FUNNEL = "SELECT pg_advisory_xact_lock(hashtext('leads_funnel'))"


def use_funnel() -> None:
    """Let nobody settle another funnel until this transaction ends; called before `stage_set`, and again for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(USE_FUNNEL)


def change_funnel() -> None:
    """Wait for everybody who uses the funnel, and keep others from it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGE_FUNNEL)
