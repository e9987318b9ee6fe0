"""How does a second server follow the embedded PostgreSQL, so that reports can be read from it?

`python -m alignment.embedded standby FOLDER` copies the running one over its socket into a folder, starts the copy as a
streaming replica, and prints the `REPLICA_URL` for `make run`. It is for trying things out on one machine: the copy is
made anew each time. Ended by Ctrl-C or SIGTERM.
"""

import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from alignment.embedded.environment import embedded_database_url, read_environment
from alignment.embedded.home import ROOT, Home, Refusal, database_account
from alignment.embedded.locks import take_alive_lock
from alignment.embedded.postgres import OWNER, Postgres
from alignment.embedded.processes import Child, Family, Program, run_to_end
from alignment.embedded.programs import find_programs


@dataclass(frozen=True)
class Standby:
    """A replica of one home's database, in another home."""

    primary: Home
    home: Home
    programs: Path
    durable: bool = True

    @property
    def url(self) -> str:
        return embedded_database_url(self.home)

    def copy(self) -> None:
        """Copy the running primary, with what makes the copy follow it."""
        shutil.rmtree(self.home.postgres, ignore_errors=True)
        self.home.prepare()
        for folder in (self.home.sockets, self.home.postgres):
            self.home.hand_over(folder)
        flags = ("--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream", "--no-password", "--pgdata=.")
        sync = () if self.durable else ("--no-sync",)
        command = [
            str(self.programs / "pg_basebackup"), f"--host={self.primary.sockets}", f"--username={OWNER}", *flags, *sync,
        ]  # fmt: skip
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
        program = Program(
            "copy", command, self.home.log / "copy.log", self.home.postgres,
            account=database_account(), environment=environment,
        )  # fmt: skip
        done = run_to_end(program)
        if done.returncode:
            raise Refusal(f"The database could not be copied: {done.stderr.strip()}")

    def start(self, family: Family) -> Child:
        """Start following; returns when it can be read."""
        return Postgres(self.home, self.programs, self.durable).start(family)


def run_standby(arguments: Sequence[str]) -> int:
    """Copy, start, print the address, and wait for the end."""
    if len(arguments) != 1:
        raise Refusal("Name one folder for the replica, other than ALIGNMENT_HOME.")
    environment, home = read_environment(os.environ), Home((ROOT / arguments[0]).resolve())
    if home.postgres.exists() and not (home.postgres / "standby.signal").exists():
        raise Refusal(f"{home.postgres} is no replica: name another folder, since what is in it would be replaced.")
    home.prepare()
    programs = find_programs(home, environment.pg_bin)
    standby = Standby(Home(environment.home), home, programs.postgres)
    with take_alive_lock(home) as alive:
        family = Family(alive.fileno())
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, _stop)
        try:
            standby.copy()
            child = standby.start(family)
            print(f"REPLICA_URL='{standby.url}'", flush=True)
            child.process.wait()
            family.refuse_dead()
        except KeyboardInterrupt:
            pass
        finally:
            family.stop()
            with suppress(OSError):
                home.sockets.rmdir()
    return 0


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
