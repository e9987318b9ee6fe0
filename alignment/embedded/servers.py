"""What runs where no real servers are configured, and how do others find it?

Both servers of one home, started and stopped together by whoever owns the home. A note says
when they can be used.
"""

import json
import os
from pathlib import Path
from typing import TextIO

from alignment.embedded import postgres, valkey
from alignment.embedded.disk import LEAST_TO_START, refuse_full_disk
from alignment.embedded.environment import Environment
from alignment.embedded.home import Home
from alignment.embedded.locks import take_alive_lock
from alignment.embedded.postgres import Postgres
from alignment.embedded.processes import Child
from alignment.embedded.programs import find_programs
from alignment.embedded.restoring import finish_restore
from alignment.embedded.valkey import Valkey


class Servers:
    """The embedded servers of a home; the caller holds its owner's lock."""

    def __init__(self, environment: Environment, home: Home, *, durable: bool = True) -> None:
        self.environment, self.home, self.durable = environment, home, durable
        self.database: Child | None = None
        self.broker: Child | None = None
        self._alive: TextIO | None = None

    @property
    def alive(self) -> int:
        """The descriptor of the lock that every child inherits."""
        if self._alive is None:
            self._alive = take_alive_lock(self.home)
        return self._alive.fileno()

    @property
    def children(self) -> list[Child]:
        return [child for child in (self.broker, self.database) if child]

    def start(self) -> None:
        """Start what is not configured to be elsewhere, and wait until it can be used."""
        self.home.prepare()
        alive = self.alive
        note(self.home).unlink(missing_ok=True)
        refuse_full_disk(self.home.path, LEAST_TO_START)
        finish_restore(self.home)
        if self.environment.embedded_database or self.environment.embedded_broker:
            self._start_embedded(alive)
        note(self.home).write_text(json.dumps({"pid": os.getpid()}))

    def _start_embedded(self, alive: int) -> None:
        programs = find_programs(self.home, self.environment.pg_bin)
        self.home.hand_over(self.home.sockets)
        if self.environment.embedded_database:
            self.database = Postgres(self.home, programs.postgres, self.durable).start(alive)
        if self.environment.embedded_broker:
            self.home.hand_over(self.home.valkey)
            self.broker = Valkey(self.home, programs.valkey, self.durable).start(alive)

    def stop(self) -> None:
        """Stop them in order and let go of the home."""
        note(self.home).unlink(missing_ok=True)
        for child, patience in ((self.broker, valkey.STOP_PATIENCE), (self.database, postgres.STOP_PATIENCE)):
            if child:
                child.stop(patience)
        if self._alive:
            self._alive.close()
            self._alive = None


def note(home: Home) -> Path:
    """The file that is there while the servers can be used."""
    return home.state / "servers.json"
