"""How does the embedded Valkey come up, and when is it ready?

It keeps an append-only file, listens on a Unix socket only, and refuses writes rather than
forget any: it is the broker's memory, though nothing that must not be lost is only there.
"""

import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from alignment.embedded.home import Home, Refusal, database_account
from alignment.embedded.processes import Child, Family, Program, last_lines

START_PATIENCE = 60.0
STOP_PATIENCE = 20.0


@dataclass(frozen=True)
class Valkey:
    """One server in the home."""

    home: Home
    program: Path
    durable: bool = True

    @property
    def log(self) -> Path:
        return self.home.log / "valkey.log"

    @property
    def socket(self) -> Path:
        return self.home.sockets / "valkey.sock"

    def start(self, family: Family) -> Child:
        """Start it and wait until it answers; refuses with the log's last lines."""
        self.socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": ".",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "databases": "256",
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        program = Program(
            "broker",
            [str(self.program), *arguments],
            self.log,
            self.home.valkey,
            signal.SIGTERM,
            signal.SIGTERM,
            database_account(),
            environment,
            STOP_PATIENCE,
        )
        child = family.start(program)
        self._wait_until_ready(child)
        return child

    def _wait_until_ready(self, child: Child) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            if child.is_dead():
                raise Refusal(child.why_it_ended())
            if self._answers():
                return
            time.sleep(0.02)
        raise Refusal(f"The broker was not ready within {START_PATIENCE:.0f} s:\n{last_lines(self.log)}")

    def _answers(self) -> bool:
        """Whether it says PONG; while it reads its file it says LOADING."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
            except OSError:
                return False
