"""What runs where no real servers are configured, and how do others find it?

Both servers of one home, started and stopped together by whoever owns the home. A note says
when they can be used.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from alignment.embedded.disk import LEAST_TO_START, refuse_full_disk
from alignment.embedded.environment import Environment
from alignment.embedded.home import Home
from alignment.embedded.locks import take_alive_lock
from alignment.embedded.postgres import Postgres
from alignment.embedded.processes import Family
from alignment.embedded.programs import find_programs
from alignment.embedded.restoring import finish_restore
from alignment.embedded.valkey import Valkey


class Servers:
    """The embedded servers of a home; the caller holds its owner's lock."""

    def __init__(self, environment: Environment, home: Home, *, durable: bool = True) -> None:
        self.environment, self.home, self.durable = environment, home, durable
        self._alive: TextIO | None = None
        self._family: Family | None = None

    @property
    def family(self) -> Family:
        """The children of this home; asked for first, it waits until nothing of an earlier start lives."""
        if self._family is None:
            self._alive = take_alive_lock(self.home)
            self._family = Family(self._alive.fileno())
        return self._family

    def start(self) -> None:
        """Start what is not configured to be elsewhere, and wait until it can be used."""
        self.home.prepare()
        family = self.family
        note(self.home).unlink(missing_ok=True)
        refuse_full_disk(self.home.path, LEAST_TO_START)
        finish_restore(self.home)
        if self.environment.embedded_database or self.environment.embedded_broker:
            self._start_embedded(family)
        note(self.home).write_text(json.dumps({"pid": os.getpid()}))

    def _start_embedded(self, family: Family) -> None:
        programs = find_programs(self.home, self.environment.pg_bin)
        self.home.hand_over(self.home.sockets)
        if self.environment.embedded_database:
            Postgres(self.home, programs.postgres, self.durable).start(family)
        if self.environment.embedded_broker:
            self.home.hand_over(self.home.valkey)
            Valkey(self.home, programs.valkey, self.durable).start(family)

    def stop(self) -> None:
        """Stop whatever was started, servers last, and let go of the home."""
        note(self.home).unlink(missing_ok=True)
        if self._family:
            self._family.stop()
            with suppress(OSError):
                self.home.sockets.rmdir()
        if self._alive:
            self._alive.close()
        self._alive = self._family = None


def note(home: Home) -> Path:
    """The file that is there while the servers can be used."""
    return home.state / "servers.json"
