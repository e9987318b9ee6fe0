"""`make bench`: a company of 100,000 leads and 800,000 events, imported, recomputed, read and touched, beside a peer.

BENCH_LEADS sets another size. Everything happens on servers of its own in `var/bench`, which is emptied first.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "var" / "bench"


def main() -> int:
    """Measure everything and write the figures down."""
    leads = int(os.environ.get("BENCH_LEADS", "100000"))
    home = PLACE / "home"
    shutil.rmtree(home, ignore_errors=True)
    os.environ.update(ALIGNMENT_HOME=str(home), DEMO="0", DJANGO_SETTINGS_MODULE="alignment.settings")
    for name in ("DATABASE_URL", "REDIS_URL", "ALIGNMENT_NOW"):
        os.environ.pop(name, None)

    from alignment.embedded.environment import read_environment
    from alignment.embedded.lease import borrowed_servers
    from tests.benchmarks.figures import write
    from tests.benchmarks.files import make_files

    files = make_files(PLACE / f"files-{leads}", leads)
    with borrowed_servers(read_environment(os.environ)):
        import django

        django.setup()
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        from tests.benchmarks import measures

        figures = measures.measure(files)
        write(figures, ROOT / "docs", measures.NOTES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
