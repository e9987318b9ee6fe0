"""What does the database do for a process of low priority? It works for it at low priority, where it runs beside us.

A process that was started with `nice` gives way to pages; the database's process that it has work done by is another one, and takes as much
of the processor as any. Where both run on one machine, as with the embedded database, that one is made as nice when the session begins.
"""

import os
from contextlib import suppress
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver


@receiver(connection_created)
def give_way(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """Nothing happens where the session's process cannot be told for sure, or is not ours to change."""
    session = connection.connection.info
    if not str(session.host).startswith("/"):
        return  # only who listens on a socket is known to run here
    process, ours = session.backend_pid, os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(OSError):
        if (
            Path(f"/proc/{process}/comm").read_text() == "postgres\n"
            and os.getpriority(os.PRIO_PROCESS, process) < ours
        ):
            os.setpriority(os.PRIO_PROCESS, process, ours)
