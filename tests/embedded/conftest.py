"""Homes of one's own, with servers that the tests may kill."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from alignment.embedded.environment import Environment, embedded_database_url, read_environment
from alignment.embedded.home import ROOT, Home
from alignment.embedded.lease import borrowed_servers
from alignment.embedded.locks import holders, lock
from alignment.embedded.programs import find_programs
from alignment.embedded.schema import schema_stamp, static_stamp
from tests.servers import TEST_HOME

PATIENCE = 90.0


@dataclass
class Place:
    """A home, and programs run with it; whatever they leave running is killed at the end."""

    home: Home
    variables: dict[str, str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> Environment:
        return read_environment(self.variables)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A Python program of the project's, with both its outputs in one pipe."""
        command = [sys.executable, *arguments]
        pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        process = subprocess.Popen(command, cwd=ROOT, env=self.variables, stdin=subprocess.DEVNULL, **pipe)  # type: ignore[call-overload]
        self.started.append(process)
        return process  # type: ignore[no-any-return]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    def runs(self) -> bool:
        """Whether any server or other child of this home lives."""
        path = self.home.state / "alive.lock"
        if not path.exists():
            return False
        with path.open("a") as file:
            return not lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def running(self) -> list[int]:
        """All of them."""
        return holders(self.home.state / "alive.lock")

    def wait_until_nothing_runs(self) -> None:
        wait_until(lambda: not self.runs(), "something of the home still runs")

    def clear(self) -> None:
        for process in self.started:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
        for pid in self.running() if self.runs() else ():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.wait_until_nothing_runs()
        shutil.rmtree(self.home.sockets, ignore_errors=True)
        shutil.rmtree(self.home.path, ignore_errors=True)


def wait_until(holds: Callable[[], bool], otherwise: str) -> None:
    """Wait for what another process brings about."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(otherwise)
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def make_place(folder: Path) -> Place:
    variables = {**os.environ, "ALIGNMENT_HOME": str(folder), "DEMO": "0", "PORT": str(free_port())}
    return Place(Home(folder), variables)


def copy_of(model: Place, folder: Path) -> Place:
    """Another place with the same content, whoever owns it; laying it down anew takes seconds."""
    subprocess.run(["cp", "-a", str(model.home.path), str(folder)], check=True)
    return make_place(folder)


@pytest.fixture(scope="session")
def empty_model(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A home whose servers ran once, with nothing in them."""
    made = make_place(tmp_path_factory.mktemp("empty") / "home")
    with borrowed_servers(made.environment, durable=False):
        return made


@pytest.fixture(scope="session")
def company_model(empty_model: Place, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Place:
    """A home where all is prepared; its database is a copy of the tests' template."""
    made = copy_of(empty_model, tmp_path_factory.mktemp("company") / "home")
    programs = find_programs(Home(TEST_HOME), None)
    template = embedded_database_url(Home(TEST_HOME), f"template_{schema_stamp(Home(TEST_HOME)).fingerprint[:16]}")
    dump = made.home.path / "template.dump"
    with borrowed_servers(made.environment, durable=False):
        for command in (
            ["pg_dump", "--format=custom", f"--file={dump}", template],
            ["pg_restore", "--exit-on-error", f"--dbname={embedded_database_url(made.home)}", str(dump)],
        ):
            subprocess.run([str(programs.postgres / command[0]), *command[1:]], check=True)
    dump.unlink()
    schema_stamp(made.home).write()
    collected = made.run("manage.py", "collectstatic", "--no-input", "--verbosity=0")
    assert collected.returncode == 0, collected.stderr
    static_stamp(made.home).write()
    return made


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A home with nothing in it at all."""
    made = make_place(tmp_path / "home")
    yield made
    made.clear()


@pytest.fixture
def quiet_place(empty_model: Place, tmp_path: Path) -> Iterator[Place]:
    """A home whose servers ran before."""
    made = copy_of(empty_model, tmp_path / "quiet")
    yield made
    made.clear()


@pytest.fixture
def company(company_model: Place, tmp_path: Path) -> Iterator[Place]:
    """A home with the whole schema."""
    made = copy_of(company_model, tmp_path / "company")
    yield made
    made.clear()
