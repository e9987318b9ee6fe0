"""The database works at low priority for a process that was started with `nice`."""

from __future__ import annotations

import os
import subprocess
import sys
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
    usual, ours = asked()
    assert usual == ours
    nice, theirs = asked("nice", "-n", "3")
    assert nice == theirs > ours


@pytest.mark.parametrize(("host", "process"), [("db.example", 1), ("/run/postgresql", os.getpid())])
def test_what_is_not_surely_its_process_is_left_alone(host: str, process: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database elsewhere, or one behind a socket whose processes have other numbers here."""
    changed: list[object] = []
    monkeypatch.setattr(os, "setpriority", lambda *given: changed.append(given))
    monkeypatch.setattr(os, "getpriority", lambda _which, who: 0 if who else 10)
    session = SimpleNamespace(host=host, backend_pid=process)
    priority.give_way(connection=SimpleNamespace(connection=SimpleNamespace(info=session)))  # type: ignore[arg-type]
    assert changed == []
