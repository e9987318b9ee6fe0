"""From which instant is what is written next known? Told to the database, whose triggers keep what fields held before it.

Called by every service that changes fields of leads or companies, with the `now` it was given; without it the triggers take
the database's own clock.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def known_from(moment: datetime) -> None:
    """Until the transaction ends, or another moment is told. The caller holds a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('alignment.moment', %s, true)", [moment.isoformat()])
