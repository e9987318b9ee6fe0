"""How does a command get servers for as long as it runs?

It uses those that run for its home (under `make run`, or kept for other commands), and has
them started otherwise. A command that is killed returns its lease all the same: it is a lock.
"""

import fcntl
import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from alignment.embedded.environment import Environment
from alignment.embedded.home import ROOT, Home, Refusal
from alignment.embedded.keeper import READY, REFUSED
from alignment.embedded.locks import PAUSE, lock, owner_of
from alignment.embedded.servers import note

PATIENCE = 180.0
SURE = 3
"""So many times in a row the servers are seen in use before that is believed: who leaves too, and the keeper, look by the same lock."""


@contextmanager
def borrowed_servers(environment: Environment, *, durable: bool = True) -> Iterator[None]:
    """Servers that can be used inside; they end with the last who borrowed them."""
    if not (environment.embedded_database or environment.embedded_broker):
        yield
        return
    home = Home(environment.home)
    home.prepare()
    with (home.state / "users.lock").open("a+") as users:
        lock(users, fcntl.LOCK_SH)
        try:
            _wait_for_servers(environment, home, durable=durable)
            yield
        finally:
            lock(users, fcntl.LOCK_UN)
            _wait_for_keeper(home, users)


def _wait_for_servers(environment: Environment, home: Home, *, durable: bool) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if owner_of(home) is None:
            if _start_keeper(environment, home, durable=durable):
                return
        elif note(home).exists() and _listen(environment, home):
            return
        time.sleep(PAUSE)
    raise Refusal(f"The servers of {home.path} did not come up within {PATIENCE:.0f} s; see {home.log}.")


def _listen(environment: Environment, home: Home) -> bool:
    """Whether the servers are there: the note outlives an owner that was killed a moment ago."""
    wanted = {".s.PGSQL.5432": environment.embedded_database, "valkey.sock": environment.embedded_broker}
    with suppress(OSError):
        for name in (name for name, embedded in wanted.items() if embedded):
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(home.sockets / name))
        return True
    return False


def _start_keeper(environment: Environment, home: Home, *, durable: bool) -> bool:
    """Whether a keeper of ours came up; not so if somebody else was quicker."""
    command = [sys.executable, "-m", "alignment.embedded.keeper", *(() if durable else ("--careless",))]
    variables = {**os.environ, "ALIGNMENT_HOME": str(environment.home)}
    for name, embedded in (("DATABASE_URL", environment.embedded_database), ("REDIS_URL", environment.embedded_broker)):
        if embedded:
            variables.pop(name, None)
    with (home.log / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            command,
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    with keeper.stdout or io.BytesIO() as pipe:
        answer = pipe.read().decode()
    if answer.startswith(REFUSED):
        raise Refusal(answer.removeprefix(REFUSED).strip())
    if not answer:
        raise Refusal(f"The servers could not be started; see {home.log / 'keeper.log'}.")
    return answer == READY


def _wait_for_keeper(home: Home, users: TextIO) -> None:
    """Where we were the last, return when the servers are down: what follows may count on it."""
    deadline, seen_in_use = time.monotonic() + PATIENCE, 0
    while time.monotonic() < deadline:
        owner = owner_of(home)
        if owner is None or owner.kind == "run":
            return  # an unknown one is just taking the lock or letting go of it
        in_use = not lock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock(users, fcntl.LOCK_UN)
        seen_in_use = seen_in_use + 1 if in_use and note(home).exists() else 0
        if seen_in_use == SURE:
            return
        time.sleep(PAUSE)
