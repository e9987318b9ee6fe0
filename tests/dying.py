"""A process of its own, at work on this test's database, that may end itself in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.db import connection

FORKED = """
import os, sys
{beginning}
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        exec(eval(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def runner_on_this_database(beginning: str) -> Iterator[Callable[[str], int]]:
    """`run(script)`, as `run_on_this_database`, where all begin alike: that part is run once, and each script in a child of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", FORKED.format(beginning=beginning)],
        cwd=settings.ROOT, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        told, answers = process.stdin, process.stdout
        assert told is not None
        assert answers is not None

        def run(script: str) -> int:
            with _gone_from_the_database():
                print(repr(script), file=told, flush=True)
                return int(answers.readline())

        yield run


def run_on_this_database(script: str) -> int:
    """Run Python; how it ended (minus the signal's number where one ended it)."""
    with _gone_from_the_database():
        ended = subprocess.run([sys.executable, "-c", script], cwd=settings.ROOT, env=_environment(), check=False)
        return ended.returncode


@contextmanager
def _gone_from_the_database() -> Iterator[None]:
    """What began inside has let go of its locks by the end: the database takes a moment to notice that a process was killed."""
    before = _sessions()
    yield
    for _moment in range(1000):
        if not _sessions() - before:
            return
        time.sleep(0.01)
    raise TimeoutError("A session of a process that has ended is still there.")


def _sessions() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return {pid for [pid] in cursor.fetchall()}


def _environment() -> dict[str, str]:
    parts = {name: quote(str(value), safe="") for name, value in connection.get_connection_params().items() if value}
    address = f"postgres://{parts['user']}@/{parts['dbname']}?host={parts['host']}&port={parts.get('port', '5432')}"
    return {**os.environ, "ALIGNMENT_HOME": str(settings.ALIGNMENT_HOME), "DATABASE_URL": address}
