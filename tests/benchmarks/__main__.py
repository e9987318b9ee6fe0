"""`make bench`: a company of 100,000 leads and 800,000 events, imported, recomputed, read and touched, beside a peer; then lead
definitions on a million leads and eight million activities; then handing leads over, the sweep of a million open handoffs,
leakage where leads are handed over, big files, scores, credits, and metrics kept and read live.

BENCH_LEADS, BENCH_SMALL, BENCH_BASE, BENCH_HANDOFFS, BENCH_SWEEP, BENCH_IMPORTS, BENCH_DEALS and BENCH_METRICS set other sizes.
Everything happens on servers of its own in `var/bench`, which is emptied first. BENCH_PART (`company`, `definitions`, `handoffs`,
`imports`, `scores`, `attribution`, `metrics`) measures one part only, and keeps the other figures as they were written.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figures import Figure, read, write

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "var" / "bench"
DOCS = ROOT / "docs"
COMPANY = "company"
MODULES = {
    "definitions": ("definitions",),
    "handoffs": ("handoffs", "sweep", "leaks"),
    "imports": ("imports",),
    "scores": ("scores",),
    "attribution": ("attribution",),
    "metrics": ("metrics", "live_metrics"),
}
"""What measures a part, each in a process of its own."""


def main() -> int:
    """Measure everything and write the figures down."""
    PLACE.mkdir(parents=True, exist_ok=True)
    wanted = os.environ.get("BENCH_PART")
    figures: list[Figure] = []
    for part in (COMPANY, *MODULES):
        if wanted not in (None, "", part):
            figures += [figure for figure in read(DOCS / "benchmarks.json") if figure.part == part]
        elif part == COMPANY:
            figures += _of_a_company(int(os.environ.get("BENCH_LEADS", "100000")))
        else:
            figures += [figure for module in MODULES[part] for figure in _measured(module)]
    write(figures, DOCS)
    return 0


def _measured(module: str) -> list[Figure]:
    """What a process of its own found."""
    found = PLACE / f"{module}.json"
    subprocess.run([sys.executable, "-m", f"tests.benchmarks.{module}", str(found)], cwd=ROOT, check=True)
    return read(found)


def _of_a_company(leads: int) -> list[Figure]:
    """Imported from files, as a company would live through it."""
    home = PLACE / "home"
    shutil.rmtree(home, ignore_errors=True)
    os.environ.update(ALIGNMENT_HOME=str(home), DEMO="0", DJANGO_SETTINGS_MODULE="alignment.settings")
    for name in ("DATABASE_URL", "REDIS_URL", "ALIGNMENT_NOW"):
        os.environ.pop(name, None)

    from alignment.embedded.environment import read_environment
    from alignment.embedded.lease import borrowed_servers
    from tests.benchmarks.files import make_files

    files = make_files(PLACE / f"files-{leads}", leads)
    with borrowed_servers(read_environment(os.environ)):
        import django

        django.setup()
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        from tests.benchmarks import measures

        return measures.measure(files)


if __name__ == "__main__":
    sys.exit(main())
