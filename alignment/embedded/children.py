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
FIGURES_QUEUES = "figures"
GENTLY = ("nice", "-n", "10")
STEADILY = "-c max_parallel_workers_per_gather=0"
"""Bulk work (imports, recomputing, backtests) and figures that a page waits for give way to pages and to what is due now, in the database
too (`alignment.priority`); a statement of theirs takes one processor."""


def product(environment: Environment, home: Home) -> list[Program]:
    """Web, the workers and beat, each with a log of its own."""
    host = f"[{environment.host}]" if ":" in environment.host else environment.host
    timetable = home.state / "beat"
    for old in home.state.glob("beat*"):
        old.unlink()  # a killed beat may leave half a file; it knows nothing that the code does not
    web = web_server(f"{host}:{environment.port}")
    worker = ("celery", "-A", "alignment", "worker")
    beat = ("celery", "-A", "alignment", "beat", "--pidfile=", f"--schedule={timetable}")
    quiet = ("--loglevel=INFO", "--without-gossip", "--without-mingle")
    now = (*worker, *quiet, f"--concurrency={JOBS_AT_ONCE}", f"--queues={QUEUES}", "--hostname=now@%h")
    bulk = (*worker, *quiet, f"--concurrency={JOBS_AT_ONCE}", f"--queues={BULK_QUEUES}", "--hostname=bulk@%h")
    figures = (*worker, *quiet, "--concurrency=1", f"--queues={FIGURES_QUEUES}", "--hostname=figures@%h")
    steadily = f"{os.environ.get('PGOPTIONS', '')} {STEADILY}".strip()
    return [
        _child("web", home, *web),
        _child("worker", home, *now),
        _child("bulk-worker", home, *bulk, before=GENTLY, PGOPTIONS=steadily),
        _child("figures-worker", home, *figures, before=GENTLY, PGOPTIONS=steadily),
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
