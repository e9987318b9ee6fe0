"""The database works at low priority for a process that was started with `nice`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection

from alignment import priority

ASKED = """
import os, django
django.setup()
from django.db import connection
connection.ensure_connection()
print(os.getpriority(os.PRIO_PROCESS, connection.connection.info.backend_pid), os.getpriority(os.PRIO_PROCESS, 0))
"""


def asked(*before: str) -> list[int]:
    """The priorities of the database's process and of the one that asks, which was started so."""
    known = connection.get_connection_params()
    url = f"postgres://{known['user']}@/{known['dbname']}?host={known['host']}"
    environment = {**os.environ, "ALIGNMENT_HOME": str(settings.ALIGNMENT_HOME), "DATABASE_URL": url}
    environment["DJANGO_SETTINGS_MODULE"] = "alignment.settings"
    command = [*before, sys.executable, "-c", ASKED]
    told = subprocess.run(command, cwd=settings.ROOT, env=environment, capture_output=True, text=True, check=True)
    return [int(word) for word in told.stdout.split()]


def test_a_session_is_as_nice_as_the_process_that_asks(db: None) -> None:
    _usual, ours = asked()
    nice, theirs = asked("nice", "-n", f"{3 - min(ours, 0)}")
    assert nice == theirs == max(ours, 0) + 3


class Machine:
    """One whose processes have these priorities, and whose sessions share the processor."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place, self.known = place, {US: 0, SHELL: 0, BACKEND: 0}
        for process in self.known:
            (place / f"{process}").mkdir()
            self.session(process).write_text(f"/autogroup-{process} nice 0\n")
            (place / f"{process}/comm").write_text("postgres\n" if process == BACKEND else "python\n")
        monkeypatch.setattr(priority, "PROCESSES", place)
        monkeypatch.setattr(os, "getpriority", lambda _which, process: self.known[process or US])
        monkeypatch.setattr(os, "setpriority", lambda _which, process, much: self.known.update({process: much}))
        monkeypatch.setattr(os, "getsid", lambda _process: SHELL)

    def session(self, process: int) -> Path:
        return self.place / f"{process}/autogroup"

    def shares(self) -> dict[int, str]:
        """What the sessions of processes were told."""
        return {process: self.session(process).read_text().split()[-1] for process in self.known}

    def connects(self, host: str = "/run/here", process: int = 3) -> None:
        session = SimpleNamespace(host=host, backend_pid=process)
        priority.give_way(connection=SimpleNamespace(connection=SimpleNamespace(info=session)))  # type: ignore[arg-type]


US, SHELL, BACKEND = 1, 2, 3


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_a_process_that_is_not_nice_changes_nothing(machine: Machine) -> None:
    machine.connects()
    assert machine.known == {US: 0, SHELL: 0, BACKEND: 0}
    assert set(machine.shares().values()) == {"0"}


def test_the_sessions_of_a_nice_process_and_of_the_databases_share_less(machine: Machine) -> None:
    machine.known |= {US: 10, SHELL: 10}
    machine.connects()
    assert machine.known[BACKEND] == 10
    assert machine.shares() == {US: "0", SHELL: "10", BACKEND: "10"}


def test_a_nice_command_leaves_the_session_of_the_terminal_alone(machine: Machine) -> None:
    machine.known[US] = 10
    machine.connects()
    assert machine.shares() == {US: "0", SHELL: "0", BACKEND: "10"}


def test_a_session_that_was_changed_a_moment_ago_is_tried_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float] = []
    write = Path.write_text

    def refuses_once(path: Path, text: str) -> int:
        if not tried:
            tried.append(0)
            raise BlockingIOError
        return write(path, text)

    monkeypatch.setattr(Path, "write_text", refuses_once)
    monkeypatch.setattr(priority, "sleep", tried.append)
    machine.known[US] = 10
    machine.connects()
    assert machine.shares()[BACKEND] == "10"
    assert tried == [0, priority.PAUSE]


@pytest.mark.parametrize(("host", "process"), [("db.example", BACKEND), ("/run/elsewhere", SHELL), ("/run/gone", 99)])
def test_what_is_not_surely_its_process_is_left_alone(machine: Machine, host: str, process: int) -> None:
    """A database elsewhere, or one behind a socket whose processes have other numbers here."""
    machine.known[US] = 10
    machine.connects(host, process)
    assert machine.known == {US: 10, SHELL: 0, BACKEND: 0}
    assert set(machine.shares().values()) == {"0"}
