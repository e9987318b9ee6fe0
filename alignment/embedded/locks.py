"""Who runs this home's servers, who uses them, and what is left of an earlier start?

Three lock files, all released by the kernel when a process ends, however it ends:
`owner.lock` is held by the one process that runs the servers (`make run`, or the keeper that
commands share), `users.lock` is shared by the commands that use a keeper's servers, and
`alive.lock` is inherited by every child, so that it stays taken as long as one of them lives.
"""

import fcntl
import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

from alignment.embedded.home import Home, Refusal

Kind = Literal["run", "command", "restore"]
ORPHAN_PATIENCE = 15.0
COMMAND_PATIENCE = 20.0
PAUSE = 0.03


@dataclass(frozen=True)
class Owner:
    """Who holds the owner's lock."""

    pid: int
    kind: str


class OwnerLock:
    """The right to run a home's servers."""

    def __init__(self, home: Home, kind: Kind) -> None:
        self.home, self.kind = home, kind
        self._file: TextIO | None = None

    def try_to_take(self) -> bool:
        """Take it if nobody has it, and say who we are."""
        file = (self.home.state / "owner.lock").open("a+")
        if not lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB):
            file.close()
            return False
        file.truncate(0)
        json.dump({"pid": os.getpid(), "kind": self.kind}, file)
        file.flush()
        self._file = file
        return True

    def take(self) -> None:
        """Take it, waiting a while for commands to finish; refuses where another copy runs."""
        deadline = time.monotonic() + COMMAND_PATIENCE
        while not self.try_to_take():
            owner = owner_of(self.home)
            if (owner and owner.kind == "run") or time.monotonic() > deadline:
                raise Refusal(
                    f"{self.home.path} is in use by another copy{f' (process {owner.pid})' if owner else ''}: "
                    "stop that one first, or choose another ALIGNMENT_HOME."
                )
            time.sleep(PAUSE)

    def release(self) -> None:
        if self._file:
            self._file.truncate(0)
            self._file.close()
            self._file = None


def owner_of(home: Home) -> Owner | None:
    """Who runs the servers at present, if anybody does."""
    path = home.state / "owner.lock"
    if not path.exists():
        return None
    with path.open("r+") as file:
        if lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return None
        file.seek(0)
        with suppress(ValueError, KeyError):
            said = json.load(file)
            return Owner(int(said["pid"]), str(said["kind"]))
        return Owner(0, "unknown")


def lock(file: TextIO, operation: int) -> bool:
    """Whether the lock was had; only the non-blocking operations can fail."""
    try:
        fcntl.flock(file, operation)
    except BlockingIOError:
        return False
    return True


def take_alive_lock(home: Home) -> TextIO:
    """Make sure that nothing of an earlier start lives, and return the lock for the new children."""
    path = home.state / "alive.lock"
    file = path.open("a+")
    deadline = time.monotonic() + ORPHAN_PATIENCE
    while not lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB):
        if time.monotonic() > deadline:
            for pid in holders(path):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            deadline += ORPHAN_PATIENCE
        time.sleep(PAUSE)
    return file


def holders(path: Path) -> list[int]:
    """The other processes that have a file open, as far as we may look."""
    found = []
    for folder in Path("/proc").glob("[0-9]*/fd"):
        pid = int(folder.parent.name)
        with suppress(OSError):
            if pid != os.getpid() and any(link.readlink() == path for link in folder.iterdir()):
                found.append(pid)
    return found
