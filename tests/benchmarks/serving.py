"""The product on a port, as `make run` serves it, and people who ask it: for the parts that measure over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from alignment.embedded.children import web_server

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
WAIT_SECONDS = 60
IDLE_SECONDS = 1
WARM_SECONDS = 1
"""Until every thread of the server has its session of the database."""
Ask = Callable[["Caller"], float]


@dataclass
class Caller:
    """One client with one connection, which it keeps as long as the server does."""

    port: int
    key: str = ""
    errors: list[str] = field(default_factory=list)
    _connection: http.client.HTTPConnection | None = None
    _last: float = 0.0

    def ask(self, method: str, path: str, document: object = None, **headers: str) -> tuple[float, bytes]:
        """Milliseconds until the whole answer was read, and the answer; what is no success is noted."""
        if time.monotonic() - self._last > IDLE_SECONDS:
            self._connection = None  # the server lets idle connections go
        self._connection = self._connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS)
        body = None if document is None else json.dumps(document)
        signed = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        began = time.perf_counter()
        self._connection.request(method, path, body, {**JSON, **signed, **named})
        answer = self._connection.getresponse()
        told = answer.read()
        self._last = time.monotonic()
        took = 1000 * (time.perf_counter() - began)
        if answer.status >= 400:
            self.errors.append(f"{method} {path}: {answer.status} {told[:200]!r}")
        return took, told

    def create(self, path: str) -> float:
        """One new lead; milliseconds."""
        return self.ask("POST", path, new_lead(), Idempotency_Key=uuid.uuid4().hex)[0]


def new_lead() -> dict[str, str]:
    """Somebody whom nobody knows, of one of a few companies."""
    name = uuid.uuid4().hex[:12]
    return {
        "email": f"{name}@prospect{int(name[:2], 16)}.example", "first_name": "Ada", "last_name": f"Lovelace {name[:6]}",
        "title": "Engineer", "source": "search", "channel": "web", "country": "DE",
    }  # fmt: skip


@contextmanager
def served(application: str, place: Path, url: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The application under the product's own web server and settings; its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", *web_server(f"127.0.0.1:{port}", application)]
    place.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "alignment.settings"}
    environment.pop("ALIGNMENT_NOW", None)
    with (place / "web.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            _wait_for(port)
            yield port, process
        finally:
            process.terminate()
            process.wait(WAIT_SECONDS)


def _wait_for(port: int) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        try:
            Caller(port).ask("GET", "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The web server does not answer.")


def times(caller: Caller, ask: Ask, count: int) -> list[float]:
    """Milliseconds of so many times, in order of size, after ten that do not count."""
    for _ in range(10):
        ask(caller)
    return sorted(ask(caller) for _ in range(count))


def a_second(callers: Sequence[Caller], ask: Ask, seconds: float) -> float:
    """How often a second all of these callers together get their answer, each asking again at once; the first second does not count."""
    begin = time.perf_counter() + WARM_SECONDS
    until, done = begin + seconds, []

    def one(caller: Caller) -> None:
        count = 0
        while time.perf_counter() < begin:
            ask(caller)
        while time.perf_counter() < until:
            ask(caller)
            count += 1
        done.append(count)

    threads = [Thread(target=one, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


def memory_of(process: subprocess.Popen[Any]) -> dict[int, float]:
    """Megabytes (PSS) of the process and of each of its children, by their ids; of those that are still there."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    found = {}
    for pid in (process.pid, *map(int, children)):
        with suppress(FileNotFoundError, ProcessLookupError):
            found[pid] = _pss(pid)
    return found


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
