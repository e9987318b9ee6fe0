"""Which processes make up the product beside its servers?"""

import os
import signal
import sys

from alignment.embedded.environment import Environment
from alignment.embedded.home import ROOT, Home
from alignment.embedded.processes import Program

WEB_WORKERS, WEB_THREADS = 2, 4
JOBS_AT_ONCE = 2
QUEUES = "now,mail"
BULK_QUEUES = "bulk"
GENTLY = ("nice", "-n", "10")
STEADILY = "-c max_parallel_workers_per_gather=0"
"""Bulk work (imports, recomputing, backtests) gives way to pages and to what is due now; a statement of it takes one processor."""


def product(environment: Environment, home: Home) -> list[Program]:
    """Web, both workers and beat, each with a log of its own."""
    host = f"[{environment.host}]" if ":" in environment.host else environment.host
    timetable = home.state / "beat"
    for old in home.state.glob("beat*"):
        old.unlink()  # a killed beat may leave half a file; it knows nothing that the code does not
    web = web_server(f"{host}:{environment.port}")
    worker = ("celery", "-A", "alignment", "worker", f"--concurrency={JOBS_AT_ONCE}")
    beat = ("celery", "-A", "alignment", "beat", "--pidfile=", f"--schedule={timetable}")
    quiet = ("--loglevel=INFO", "--without-gossip", "--without-mingle")
    return [
        _child("web", home, *web),
        _child("worker", home, *worker, *quiet, f"--queues={QUEUES}", "--hostname=now@%h"),
        _child(
            "bulk-worker",
            home,
            *worker,
            *quiet,
            f"--queues={BULK_QUEUES}",
            "--hostname=bulk@%h",
            before=GENTLY,
            PGOPTIONS=f"{os.environ.get('PGOPTIONS', '')} {STEADILY}".strip(),
        ),
        _child("beat", home, *beat, "--loglevel=INFO"),
    ]


def web_server(address: str, application: str = "alignment.wsgi:application") -> tuple[str, ...]:
    """The module and arguments that serve the application there."""
    return (
        "gunicorn",
        application,
        f"--bind={address}",
        f"--workers={WEB_WORKERS}",
        f"--threads={WEB_THREADS}",
        "--worker-class=gthread",
        "--preload",
        "--timeout=60",
        "--graceful-timeout=8",
        "--no-control-socket",
    )


def _child(name: str, home: Home, *arguments: str, before: tuple[str, ...] = (), **more: str) -> Program:
    command = [*before, sys.executable, "-m", *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "alignment.settings", **more}
    # Orphans leave at once: what they were at is in the database, and begun again by the next start. A worker that is
    # just looking for a broker that died with us, or a web process that just starts, hears of nothing softer.
    return Program(name, command, home.log / f"{name}.log", ROOT, signal.SIGTERM, signal.SIGKILL, None, environment)
