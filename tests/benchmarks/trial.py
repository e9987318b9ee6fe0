"""One part on a base that is there, to see what it says: `DATABASE_URL=… python -m tests.benchmarks.trial NAME`. Nothing is written down.

BENCH_PEER=1 loads DuckDB from the base, where it has not been loaded before; BENCH_FILES=1 exports its files. The part works on the base
itself: one that writes wants a copy.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.benchmarks.bases import set_up

PLACE = Path(os.environ.get("BENCH_PLACE", "/var/tmp/bench-trial"))


def main() -> int:
    """Measure and print."""
    set_up()
    from django.db import connection

    from tests.benchmarks import peer
    from tests.benchmarks.export import export
    from tests.benchmarks.part import measured, prepared

    url = os.environ["DATABASE_URL"]
    base = url.rpartition("/")[2].partition("?")[0] if "host=" not in url else url.split("@/")[1].partition("?")[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM leads_lead")
        size = round(cursor.fetchone()[0], -3)
    os.environ["BENCH_PLACE"] = str(PLACE / base)
    file, folder = PLACE / f"{base}.duckdb", PLACE / f"files-{base}"
    if os.environ.get("BENCH_PEER") == "1" and not file.exists():
        peer.load(url, file, PLACE / base)
    if os.environ.get("BENCH_FILES") == "1":
        export(url, folder)
    os.environ.update(BENCH_PEER_FILE=str(file), BENCH_FILES_FOLDER=str(folder))
    for _figure in measured(sys.argv[1], prepared(size)):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
