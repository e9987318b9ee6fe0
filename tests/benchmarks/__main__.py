"""`make bench`: every part at every size it asks for, the most asked-for first; into docs/benchmarks.md and .json.

BENCH_SIZES (10000,100000,1000000,300000; in the order in which each part is measured) and BENCH_PART (names, with commas) narrow it down;
the rest stays as it was. Everything lies in BENCH_HOME (var/bench): servers of its own, a database a size, DuckDB and files beside; what
the same code made is used again, with BENCH_AS_IS=1 also what older code made. A part that fails, or takes longer than its time
(`MINUTES` of the part, else 10), is told with what it said last, and the rest goes on; the exit code is 1 then. No part is begun
after BENCH_UNTIL (`21:35`).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Timer

from alignment.embedded.home import ROOT, Home
from tests.benchmarks import figures as written
from tests.benchmarks import pages, peer
from tests.benchmarks.bases import LEFT_OUT, Cluster, name_of, variables
from tests.benchmarks.export import export
from tests.benchmarks.figures import Figure
from tests.benchmarks.parts import Part, parts
from tests.benchmarks.unused import Index, added, read, unused

PLACE = Path(os.environ.get("BENCH_HOME", ROOT / "var" / "bench"))
DOCS = ROOT / "docs"
SIZES = (10_000, 100_000, 1_000_000, 300_000)
LAST_LINES = 3


def main() -> int:
    """Measure what is asked for and write it down; 1 where a part failed."""
    os.environ.update(DEMO="0", DJANGO_SETTINGS_MODULE="alignment.settings", ALIGNMENT_HOME=str(PLACE))
    for name in LEFT_OUT:
        os.environ.pop(name, None)
    every = parts()
    asked = _asked("BENCH_PART") or [part.name for part in every]
    sizes = [int(size) for size in _asked("BENCH_SIZES")] or list(SIZES)
    there = {part.name for part in every}
    found = [figure for figure in written.read(DOCS / "benchmarks.json") if figure.part in there]
    failed: dict[str, str] = {}
    seen: dict[str, Index] = {}
    began = time.time()
    with _servers() as cluster:
        for part in every:
            name = part.name
            for size in part.at(sizes) if name in asked else ():
                if _is_late():
                    failed.setdefault(name, f"at {pages.size_name(size)} leads: no time was left for it in this run")
                    continue
                _make_ready(cluster, size)
                figures, error = _measured(cluster, part, size, seen)
                if error:
                    failed[name] = f"at {pages.size_name(size)} leads: {error}"
                found = [one for one in found if (one.part, one.leads) != (name, size)] + figures
                _write(found, every, failed)
    for index in unused(seen.values()):
        _said(f"No part read {index}")
    for name, why in failed.items():
        _said(f"{name} FAILED {why}")
    missed = [same[-1].title for same in written.by_key(found) if written.holds(same) is False]
    _said(
        f"{len(found)} figures after {(time.time() - began) / 60:.0f} minutes; {len(missed)} miss what was wanted: {'; '.join(missed)}"
    )
    return 1 if failed else 0


def _asked(name: str) -> list[str]:
    """A list of the environment; empty where it says nothing."""
    return [one.strip() for one in os.environ.get(name, "").split(",") if one.strip()]


def _is_late() -> bool:
    until = os.environ.get("BENCH_UNTIL")
    return bool(until) and time.strftime("%H:%M") >= str(until)


def _write(found: Sequence[Figure], every: Sequence[Part], failed: dict[str, str]) -> None:
    """Both files, after each part: what was measured before a run is stopped is not lost."""
    written.write(found, DOCS / "benchmarks.json")
    (DOCS / "benchmarks.md").write_text(pages.page(found, every, failed))


@contextmanager
def _servers() -> Iterator[Cluster]:
    """Those of this run alone, tuned as the product tunes its own."""
    from alignment.embedded.environment import read_environment
    from alignment.embedded.lease import borrowed_servers

    home = Home(PLACE)
    with borrowed_servers(read_environment(os.environ)):
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(collect, cwd=ROOT, check=True)
        yield Cluster(home.sockets)


def _make_ready(cluster: Cluster, size: int) -> None:
    """The base, and DuckDB and the files of it, unless they are there; those of another base go."""
    stamp = cluster.ensure(size, as_is=os.environ.get("BENCH_AS_IS") == "1")
    place, file, folder = _beside(size), _beside(size) / "peer.duckdb", _beside(size) / "files"
    if (place / "stamp").exists() and (place / "stamp").read_text() == stamp:
        return
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    began, url = time.perf_counter(), cluster.url(name_of(size))
    peer.load(url, file, place / "loading")
    export(url, folder)
    (place / "stamp").write_text(stamp)
    _said(f"DuckDB and files of {name_of(size)} are there, after {time.perf_counter() - began:.0f} s")


def _beside(size: int) -> Path:
    """What lies beside the base of that size."""
    return PLACE / "beside" / name_of(size)


def _measured(cluster: Cluster, part: Part, size: int, seen: dict[str, Index]) -> tuple[list[Figure], str | None]:
    """What a process of its own found, and why it stopped before the end, if it did."""
    began, name = time.perf_counter(), part.name
    place, file = PLACE / "parts" / name, PLACE / f"{name}.json"
    shutil.rmtree(place, ignore_errors=True)
    file.unlink(missing_ok=True)
    with cluster.copy(size) if part.writes else nullcontext(cluster.url(name_of(size))) as url:
        _said(f"{name} at {pages.size_name(size)} leads begins after {time.perf_counter() - began:.0f} s")
        beside = {
            "BENCH_PEER_FILE": str(_beside(size) / "peer.duckdb"),
            "BENCH_FILES_FOLDER": str(_beside(size) / "files"),
        }
        environment = {**variables(url), **beside, "BENCH_PLACE": str(place)}
        error = _ran(
            [sys.executable, "-m", "tests.benchmarks.part", name, str(size), str(file)], environment, part.minutes
        )
        added(read(url), seen)
    shutil.rmtree(place, ignore_errors=True)
    _said(f"{name} at {pages.size_name(size)} leads took {time.perf_counter() - began:.0f} s")
    return written.read(file), error


def _ran(command: list[str], environment: dict[str, str], minutes: float) -> str | None:
    """Run it with what it says shown; None if it came to its end, else what it said last."""
    late = False

    def stop() -> None:
        nonlocal late
        late = True
        os.killpg(process.pid, signal.SIGKILL)

    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        clock = Timer(60 * minutes, stop)
        clock.start()
        last: list[str] = []
        for line in process.stderr or ():
            print(line, end="", file=sys.stderr, flush=True)  # noqa: T201
            last = [*last, line.strip()][-LAST_LINES:]
        process.wait()
        clock.cancel()
    if late:
        return f"not finished within {minutes:g} minutes; the last that it said: {last[-1] if last else 'nothing'}"
    return " / ".join(filter(None, last)) if process.returncode else None


def _said(what: str) -> None:
    """How far it is, for whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
