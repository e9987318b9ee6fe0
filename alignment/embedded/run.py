"""What does `make run` do, from the first check to the last child's end?

Either the whole product runs or none of it: what cannot be had is refused before the start, a
child that dies ends the others, and whatever the reason, a sentence says it.
"""

import os
import signal
import socket
import sys
import time
from types import FrameType

from alignment.embedded.children import product
from alignment.embedded.disk import LEAST_TO_GO_ON, refuse_full_disk
from alignment.embedded.environment import Environment, read_environment, web_address
from alignment.embedded.home import Home, Refusal
from alignment.embedded.locks import OwnerLock
from alignment.embedded.preparation import demo_is_in, prepare_product
from alignment.embedded.processes import Child
from alignment.embedded.readiness import is_ready, why_not_ready
from alignment.embedded.servers import Servers

READY_PATIENCE = 180.0
PAUSE = 0.2
LOGS_EVERY = 60.0
ROLES = ("marketer", "marketing-lead", "sales", "sales-lead", "partner", "manager", "operator")


class StopAsked(BaseException):
    """SIGTERM or Ctrl-C came; raised wherever we are, once."""


def run() -> int:
    """Run the product until it is asked to stop; the exit code for the shell."""
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, _ask_to_stop)
    try:
        environment = read_environment(os.environ)
        Supervisor(environment).run()
    except StopAsked:
        print("Stopped.", flush=True)
    except Refusal as refusal:
        print(f"error: {refusal}", file=sys.stderr, flush=True)
        return 1
    return 0


def _ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, signal.SIG_IGN)
    raise StopAsked


class Supervisor:
    """The one process above all others of a running product."""

    def __init__(self, environment: Environment) -> None:
        self.environment, self.home = environment, Home(environment.home)
        self.servers = Servers(environment, self.home)
        self.children: list[Child] = []

    def run(self) -> None:
        """Start everything, say READY, and watch; leaves only by an exception, with nothing running."""
        self.home.prepare()
        owner = OwnerLock(self.home, "run")
        owner.take()
        try:
            self._start()
            self._wait_until_ready()
            self._watch()
        finally:
            print("Stopping …", flush=True)
            self._stop()
            owner.release()

    def _start(self) -> None:
        family = self.servers.family  # waits until nothing of an earlier start holds the port
        refuse_taken_port(self.environment.host, self.environment.port)
        print(f"Starting the servers of {self.home.path} …", flush=True)
        self.servers.start()
        prepare_product(self.environment, self.home)
        for program in product(self.environment, self.home):
            self.children.append(family.start(program))

    def _wait_until_ready(self) -> None:
        address = web_address(self.environment.host, self.environment.port)
        deadline = time.monotonic() + READY_PATIENCE
        while not is_ready(self.environment):
            self.servers.family.refuse_dead()
            if time.monotonic() > deadline:
                raise Refusal(f"Not ready within {READY_PATIENCE:.0f} s: {why_not_ready(self.environment)}")
            time.sleep(PAUSE)
        print(f"\nAlignment runs at {self.environment.public_url}")
        if demo_is_in(self.home):
            print("Sign in with the password alignment-demo as")
            print("\n".join(f"  {role}@demo.example" for role in ROLES))
        print(f"Logs are in {self.home.log}; Ctrl-C ends it.\n\nREADY {address}", flush=True)

    def _watch(self) -> None:
        logs_at = time.monotonic()
        while True:
            self.servers.family.refuse_dead()
            if time.monotonic() > logs_at:
                self.servers.family.keep_logs_short()
                logs_at = time.monotonic() + LOGS_EVERY
            refuse_full_disk(self.home.path, LEAST_TO_GO_ON)
            time.sleep(PAUSE)

    def _stop(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        self.servers.stop()


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse where the web process could not listen."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
            trial.listen(1)
    except OSError as error:
        raise Refusal(
            f"Port {port} on {host} cannot be had ({error.strerror}): stop what uses it, or choose another, "
            f"as in `PORT={port + 1 if port < 65535 else 8000} make run`."
        ) from None
