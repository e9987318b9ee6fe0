"""What does the database do for a process of low priority? It works for it at low priority, where it runs beside us.

A process that was started with `nice` gives way to pages; the database's process that it has work done by is another one, and takes as much
of the processor as any. Where both run on one machine, as with the embedded database, that one is made as nice when the session begins.

Many a Linux shares the processor among sessions of processes (`sched_autogroup`), and the niceness of a process counts within its session
only: each of the database's processes is a session of its own, and so is each that `make run` starts. There the session is made as nice.
"""

import os
from contextlib import suppress
from pathlib import Path
from time import sleep

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

PROCESSES = Path("/proc")
TRIES, PAUSE = 5, 0.1
"""A session may be changed ten times a second, by all who are not root together."""


@receiver(connection_created)
def give_way(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """Nothing happens where the database's process cannot be told for sure, or is not ours to change."""
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    if ours <= 0:
        return
    leader, session = os.getsid(0), connection.connection.info
    with suppress(OSError):
        if os.getpriority(os.PRIO_PROCESS, leader) == ours:
            _share_less(leader, ours)
    if not str(session.host).startswith("/"):
        return  # only who listens on a socket is known to run here
    process = session.backend_pid
    with suppress(OSError):
        if (PROCESSES / f"{process}/comm").read_bytes() == b"postgres\n":
            os.setpriority(os.PRIO_PROCESS, process, max(ours, os.getpriority(os.PRIO_PROCESS, process)))
            _share_less(process, ours)


def _share_less(leader: int, niceness: int) -> None:
    """Make the session of that process as nice, where sessions share the processor."""
    group = PROCESSES / f"{leader}/autogroup"
    for _try in range(TRIES):
        try:
            if group.read_text().endswith(f"nice {niceness}\n"):
                return
            group.write_text(f"{niceness}")
        except BlockingIOError:
            sleep(PAUSE)
