"""`make bench`: every part at every size it asks for, one base after the other, smallest first; into docs/benchmarks.md and .json.

BENCH_SIZES (10000,100000,300000,1000000) and BENCH_PART (names, with commas) narrow it down; the rest stays as it was.
Everything lies in var/bench: servers of its own, a database a size, DuckDB and files beside; what the same code made is used again.
A part that fails is told with its error, the rest goes on, and the exit code is 1 then.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from types import ModuleType

from alignment.embedded.home import ROOT, Home
from tests.benchmarks import figures as written
from tests.benchmarks import pages, peer
from tests.benchmarks.bases import LEFT_OUT, Cluster, name_of, stamp, variables
from tests.benchmarks.export import export
from tests.benchmarks.figures import Figure

PLACE = ROOT / "var" / "bench"
DOCS = ROOT / "docs"
SIZES = (10_000, 100_000, 300_000, 1_000_000)
LAST_LINES = 3


def parts() -> list[tuple[str, ModuleType]]:
    """Every part there is, by name."""
    names = sorted(file.stem.removesuffix("_measures") for file in Path(__file__).parent.glob("*_measures.py"))
    return [(name, import_module(f"tests.benchmarks.{name}_measures")) for name in names]


def main() -> int:
    """Measure what is asked for and write it down; 1 where a part failed."""
    os.environ.update(DEMO="0", DJANGO_SETTINGS_MODULE="alignment.settings", ALIGNMENT_HOME=str(PLACE / "home"))
    for name in LEFT_OUT:
        os.environ.pop(name, None)
    PLACE.mkdir(parents=True, exist_ok=True)
    every = parts()
    asked = (
        os.environ.get("BENCH_PART", "").split(",")
        if os.environ.get("BENCH_PART")
        else [name for name, _module in every]
    )
    sizes = (
        [int(size) for size in os.environ["BENCH_SIZES"].split(",")] if os.environ.get("BENCH_SIZES") else list(SIZES)
    )
    found = [
        figure for figure in written.read(DOCS / "benchmarks.json") if figure.part in {name for name, _module in every}
    ]
    failed: dict[str, str] = {}
    with _servers() as cluster:
        for size in sorted(sizes):
            wanted = [(name, module) for name, module in every if name in asked and size in _sizes(module, sizes)]
            if wanted:
                cluster.ensure(size)
                _load_peer(cluster, size)
            for name, module in wanted:
                figures, error = _measured(cluster, name, size, writes=getattr(module, "WRITES", False))
                found = [one for one in found if (one.part, one.leads) != (name, size)] + figures
                if error:
                    failed[name] = f"at {pages.size_name(size)} leads: {error}"
                written.write(found, DOCS / "benchmarks.json")
                (DOCS / "benchmarks.md").write_text(pages.page(found, every, failed))
    for name, why in failed.items():
        _said(f"{name} FAILED {why}")
    missed = [same[-1].title for same in written.by_key(found) if written.holds(same) is False]
    _said(f"{len(found)} figures; {len(missed)} miss what was wanted: {'; '.join(missed) or 'none'}")
    return 1 if failed else 0


def _sizes(module: ModuleType, there: Sequence[int]) -> Sequence[int]:
    """At which sizes a part is measured; by itself at the largest."""
    said: Sequence[int] | None = getattr(module, "SIZES", None)
    return (max(there),) if said is None else said


@contextmanager
def _servers() -> Iterator[Cluster]:
    """Those of this run alone, tuned as the product tunes its own."""
    from alignment.embedded.environment import read_environment
    from alignment.embedded.lease import borrowed_servers

    home = Home(PLACE / "home")
    with borrowed_servers(read_environment(os.environ)):
        yield Cluster(home.sockets)


def _load_peer(cluster: Cluster, size: int) -> None:
    """DuckDB and the files of this base, unless they are there from the same code; those from older code go."""
    file = _peer_file(size)
    for old in PLACE.glob(f"{name_of(size)}-*"):
        if old not in (file, _files(size)):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    url = cluster.url(name_of(size))
    if not file.exists():
        began = time.perf_counter()
        peer.load(url, file, PLACE / "loading")
        _said(f"DuckDB has {name_of(size)}, after {time.perf_counter() - began:.0f} s")
    export(url, _files(size))


def _peer_file(size: int) -> Path:
    return PLACE / f"{name_of(size)}-{stamp()}.duckdb"


def _files(size: int) -> Path:
    return PLACE / f"{name_of(size)}-{stamp()}-files"


def _measured(cluster: Cluster, name: str, size: int, *, writes: bool) -> tuple[list[Figure], str | None]:
    """What a process of its own found, and why it stopped before the end, if it did."""
    _said(f"{name} at {pages.size_name(size)} leads")
    place, file = PLACE / "parts" / name, PLACE / f"{name}.json"
    shutil.rmtree(place, ignore_errors=True)
    file.unlink(missing_ok=True)
    with cluster.copy(size) if writes else nullcontext(cluster.url(name_of(size))) as url:
        laid_out = {
            "BENCH_PLACE": str(place),
            "BENCH_PEER_FILE": str(_peer_file(size)),
            "BENCH_FILES_FOLDER": str(_files(size)),
        }
        command = [sys.executable, "-m", "tests.benchmarks.part", name, str(size), str(file)]
        with subprocess.Popen(
            command, cwd=ROOT, env={**variables(url), **laid_out}, stderr=subprocess.PIPE, text=True
        ) as process:
            last: list[str] = []
            for line in process.stderr or ():
                print(line, end="", file=sys.stderr, flush=True)  # noqa: T201
                last = [*last, line.strip()][-LAST_LINES:]
    shutil.rmtree(place, ignore_errors=True)
    return written.read(file), " / ".join(filter(None, last)) if process.returncode else None


def _said(what: str) -> None:
    """How far it is, for whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
