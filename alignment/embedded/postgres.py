"""How does the embedded PostgreSQL come up, and when is it ready?

It listens on a Unix socket only, in a folder that nobody else may enter. Its data is laid down
under a draft name first, so that a start that was killed half-way never counts.
"""

import os
import re
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from alignment.embedded.disk import MEGABYTE
from alignment.embedded.home import Home, Refusal, database_account, is_open_to_others
from alignment.embedded.processes import Child, Family, Program, last_lines, run_to_end

OWNER = "alignment"
START_PATIENCE = 120.0
STOP_PATIENCE = 60.0

TUNING = {
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "max_connections": "100",
    "client_connection_check_interval": "5s",
    "jit": "off",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "256MB",
}
"""For tests: what is lost with the machine's power was made a second ago, and there is little of it."""

LIMIT = Path("/sys/fs/cgroup/memory.max")


def sizes(memory: int) -> dict[str, str]:
    """What of so many megabytes the database keeps pages in, and what it may take for the system's cache: a sixteenth, from 256 MB to 2 GB,
    and a quarter."""
    return {
        "shared_buffers": f"{min(max(memory // 16, 256), 2048)}MB",
        "effective_cache_size": f"{max(memory // 4, 1024)}MB",
    }


def _memory() -> int:
    """The machine's, or what we are allowed of it, in megabytes."""
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    allowed = LIMIT.read_text().strip() if LIMIT.is_file() else "max"
    return min(installed, int(allowed) if allowed.isdigit() else installed) // MEGABYTE


@dataclass(frozen=True)
class Postgres:
    """One cluster of databases in the home."""

    home: Home
    programs: Path
    durable: bool = True

    @property
    def log(self) -> Path:
        return self.home.log / "postgres.log"

    def start(self, family: Family) -> Child:
        """Start it and wait until it takes connections; refuses with the log's last lines."""
        if not (self.home.postgres / "PG_VERSION").exists():
            self._lay_down()
        self._clear_traces()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.home.sockets),
            "unix_socket_permissions": "0700",
            **sizes(_memory()),
            **TUNING,
            **({} if self.durable else CARELESS),
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        child = family.start(self._program("postgres", *arguments))
        self._wait_until_ready(child)
        return child

    def _program(self, name: str, *arguments: str, data: Path | None = None) -> Program:
        """One of PostgreSQL's programs, started in the data folder, so that none above need be entered."""
        data = data or self.home.postgres
        account = database_account()
        closed = account is not None and not is_open_to_others(self.home.path)
        named = "/proc/self/cwd" if closed else str(data)
        command = [str(self.programs / name), *arguments, "-D", named]
        if "--single" in arguments:
            command = [str(self.programs / name), *arguments, "-D", named, "postgres"]
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        return Program(
            "database", command, self.log, data, signal.SIGINT, signal.SIGINT, account, environment, STOP_PATIENCE
        )

    def _lay_down(self) -> None:
        """Make the cluster and its database in a draft folder, then give it its name."""
        draft = self.home.path / "postgres.draft"
        shutil.rmtree(draft, ignore_errors=True)
        self.home.hand_over(draft)
        locale = (
            "--locale=C",
            *(("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if self._version() >= 17 else ()),
        )
        sync = () if self.durable else ("--no-sync",)
        flags = ("-U", OWNER, "--auth=trust", "-E", "UTF8", "--no-instructions", *locale, *sync)
        self._run(self._program("initdb", *flags, data=draft))
        self._run(self._program("postgres", "--single", data=draft), f"CREATE DATABASE {OWNER};\n")
        if self.home.postgres.exists():
            self.home.postgres.rmdir()
        draft.rename(self.home.postgres)

    def _version(self) -> int:
        printed = run_to_end(Program("database", [str(self.programs / "postgres"), "--version"], self.log, Path("/")))
        number = re.search(r"\d+", printed.stdout)
        return int(number[0]) if number else 0

    def _run(self, program: Program, text: str = "") -> None:
        done = run_to_end(program, text)
        if done.returncode:
            raise Refusal(f"{Path(program.command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _clear_traces(self) -> None:
        """Remove what a killed server left; the caller made sure that none lives.

        PostgreSQL itself refuses to start where the process id in such a file was given to another.
        """
        for trace in (self.home.postgres / "postmaster.pid", *self.home.sockets.glob(".s.PGSQL.*")):
            trace.unlink(missing_ok=True)

    def _wait_until_ready(self, child: Child) -> None:
        """Wait for the word that the server writes into its own file when recovery is done."""
        note = self.home.postgres / "postmaster.pid"
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            if child.is_dead():
                raise Refusal(child.why_it_ended())
            if note.exists() and len(lines := note.read_text().splitlines()) > 7 and lines[7].strip() == "ready":
                return
            time.sleep(0.02)
        raise Refusal(f"The database was not ready within {START_PATIENCE:.0f} s:\n{last_lines(self.log)}")
