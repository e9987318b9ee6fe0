"""Metrics of a large base, live: every family by month and source, and for a thousand leads.

`python -m tests.benchmarks.live_metrics FILE` writes the figures to FILE. It runs on servers of its own, in `var/bench/live_metrics`,
on 100,000 leads (BENCH_SMALL).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "var" / "bench" / "live_metrics"


def main() -> int:
    """Measure and write the figures down for the process that puts them together with the others."""
    leads = int(os.environ.get("BENCH_SMALL", "100000"))
    shutil.rmtree(PLACE, ignore_errors=True)
    os.environ.update(ALIGNMENT_HOME=str(PLACE), DEMO="0", DJANGO_SETTINGS_MODULE="alignment.settings")
    for name in ("DATABASE_URL", "REDIS_URL", "ALIGNMENT_NOW"):
        os.environ.pop(name, None)

    from alignment.embedded.environment import read_environment
    from alignment.embedded.lease import borrowed_servers

    with borrowed_servers(read_environment(os.environ)):
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from tests.benchmarks.live_metric_measures import measure

        figures = measure(leads, said)
    Path(sys.argv[1]).write_text(json.dumps([figure.document() for figure in figures]))
    shutil.rmtree(PLACE, ignore_errors=True)
    return 0


def said(what: str) -> None:
    """How far it is, for whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
