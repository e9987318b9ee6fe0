"""One part at one size, in a process of its own: `python -m tests.benchmarks.part NAME SIZE FILE`, with DATABASE_URL as the base.

Figures are printed as they come and written to FILE after each, so that what was measured before a failure is not lost.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.benchmarks.bases import set_up
from tests.benchmarks.bench import Bench, postmaster_of
from tests.benchmarks.figures import Figure, of_run, told, write


def measured(name: str, bench: Bench) -> Iterator[Figure]:
    """Every figure of the part, with what the run knows of it."""
    module = import_module(f"tests.benchmarks.{name}_measures")
    for figure in module.measure(bench):
        load = os.getloadavg()[0]
        found = of_run(figure, part=name, leads=bench.size, load=load, at=time.strftime("%Y-%m-%d %H:%M"))
        bench.said(told(found))
        yield found


def prepared(size: int) -> Bench:
    """What the process that started this one has laid out, by the environment."""
    from tests.benchmarks.population.building import END

    place = Path(os.environ["BENCH_PLACE"])
    place.mkdir(parents=True, exist_ok=True)
    url = os.environ["DATABASE_URL"]
    peer, files = os.environ.get("BENCH_PEER_FILE"), os.environ.get("BENCH_FILES_FOLDER")
    return Bench(
        size,
        url,
        END,
        place,
        Path(peer) if peer else None,
        Path(files) if files else None,
        postmaster_of(Path(url.rpartition("host=")[2])),
    )


def main() -> int:
    """Measure, and write down after each figure."""
    name, size, file = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    set_up()
    figures: list[Figure] = []
    for figure in measured(name, prepared(size)):
        figures.append(figure)
        write(figures, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
