"""The product's processes on a home of their own, each of which can be killed and begun again while the others go on.

What `make run` starts, without its supervisor, which ends everything as soon as one is dead. To be used from one thread: the kernel
ends a child with the thread that started it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg2
import redis

from alignment.embedded.children import product
from alignment.embedded.locks import OwnerLock
from alignment.embedded.postgres import Postgres
from alignment.embedded.processes import Child
from alignment.embedded.programs import find_programs
from alignment.embedded.readiness import is_ready
from alignment.embedded.servers import Servers
from tests.embedded.conftest import Place, wait_until

DATABASE = "database"


class Product:
    """Servers that keep what was committed, web, worker and beat; inside of `with` they run."""

    def __init__(self, place: Place) -> None:
        self.place, self.environment = place, place.environment
        self._owner = OwnerLock(place.home, "run")
        self._servers = Servers(self.environment, place.home)

    def __enter__(self) -> Self:
        self._owner.take()
        try:
            self._servers.start()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        self._servers.stop()
        self._owner.release()

    def begin(self) -> None:
        """Start web, worker and beat, and wait until they answer."""
        variables = {**self.place.variables, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "alignment.settings"}
        for program in product(self.environment, self.place.home):
            self._servers.family.start(replace(program, environment=variables))
        wait_until(lambda: is_ready(self.environment), "the product is not ready")

    def kill(self, name: str) -> int:
        """Kill this child with all of its own, at once, and start it again; its process id."""
        child = self._child(name)
        self._bury(child, signal.SIGKILL)
        self._servers.family.start(child.program)
        return child.process.pid

    def kill_one_of(self, name: str, place: int) -> int | None:
        """Kill one of the processes that this child started for itself; it is up to it to start another."""
        pid = self._child(name).process.pid
        with suppress(OSError):
            found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            if found:
                os.kill(victim := int(found[place % len(found)]), signal.SIGKILL)
                return victim
        return None

    def restart_database(self) -> None:
        """Have it drop everything where it is, as when the power fails, and recover."""
        self._bury(self._child(DATABASE), signal.SIGQUIT)
        programs = find_programs(self.place.home, self.environment.pg_bin)
        Postgres(self.place.home, programs.postgres).start(self._servers.family)

    def wipe_broker(self) -> int:
        """Have it forget everything; how many keys that were."""
        with redis.Redis.from_url(self.environment.redis_url) as broker:
            keys = int(broker.dbsize())
            broker.flushall()
        return keys

    def rows(self, query: str, *values: object) -> Sequence[tuple[object, ...]]:
        """What the database says now."""
        line = psycopg2.connect(self.environment.database_url)
        try:
            with line.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall()
        finally:
            line.close()

    def number(self, query: str, *values: object) -> int:
        """The one number that it says."""
        [(found,)] = self.rows(query, *values)
        assert isinstance(found, int), found
        return found

    def stop_children(self) -> None:
        """Web, workers and beat end in order; the servers stay."""
        ours = ("web", "worker", "bulk-worker", "figures-worker", "beat")
        for child in [one for one in self._servers.family.children if one.name in ours]:
            child.stop()
            self._servers.family.children.remove(child)

    def _child(self, name: str) -> Child:
        return next(child for child in self._servers.family.children if child.name == name)

    def _bury(self, child: Child, how: signal.Signals) -> None:
        if how == signal.SIGKILL:
            os.killpg(child.process.pid, how)
        else:
            child.process.send_signal(how)
        child.process.wait()
        self._servers.family.children.remove(child)
