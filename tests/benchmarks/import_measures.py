"""Import

The base's leads and activities come in once more, as CSV files, into an empty base of the same server, as the worker does it: checked,
matched, logged, what is kept of them begun, what each system said kept, the cursor moved with every chunk. Rows a second are those from
the beginning of the check to the end of the last chunk. Beside it what a bare COPY of all the rows takes that the import wrote, into
tables with the same keys, foreign keys and indexes, right after it. What follows (definitions, leaks, cells) is timed apart, up to a
hundred thousand leads. Activities come in while somebody takes a lead in hand thirty times a second, as a click does: how long that
waits, at worst and in ninety-nine of a hundred times, is what the import's locks cost people.

Twenty thousand rows (of a smaller base all) then come in once more, which changes nothing; are checked only, which writes each chunk and
takes it back; and come in as others, from a workbook and from CSV. Beside the latter, up to a hundred thousand leads, an operator goes
from the list of leads to the dashboard and back: what a page takes then is held against what it took before. That import runs as gently
as the worker for big files does.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql

from tests.benchmarks.bare_copy import bare_copy
from tests.benchmarks.figures import Figure
from tests.benchmarks.import_files import beginning, others, workbook

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

MORE = 20_000
GENTLY = ("nice", "-n", "10")
SIZES = (10_000, 100_000, 1_000_000)
MINUTES = 45
WHY = {
    "import_activities": (
        "entries in the index by lead come to lie all over a larger index: what 100,000 leads take is met with a tenth to spare. "
        "Somebody clicks without a pause beside it."
    ),
    "import_again": "each row looks its lead up in indexes that are larger.",
}
FOLLOWED = 100_000
"""Up to so many leads what follows is measured here; at more it is the part about the funnel that tells."""
TABLES = (
    "leads_company", "leads_lead", "leads_leadtext", "leads_leadidentity", "leads_statement", "leads_stagechange", "leads_leadvalue",
    "leads_stay", "leads_progress", "leads_consent", "leads_tocompare",
)  # fmt: skip
"""What an import of leads writes, but for its marks of who waits for what: those are gone when it is through."""
CLICK = "SELECT id FROM leads_lead WHERE id = %s FOR NO KEY UPDATE"
"""As whoever moves a lead holds it."""
PAUSE = 1 / 30
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@dataclass(frozen=True)
class Ran:
    """Rows a second, and the process's peak memory in megabytes."""

    rate: float
    memory: float


@dataclass
class Clicks:
    """How long each click waited, in milliseconds, and the most memory of a backend of PostgreSQL, in megabytes."""

    waits: list[float] = field(default_factory=list)
    backend: float = 0.0


def measure(bench: Bench) -> Iterator[Figure]:
    """Leads, the same rows copied, activities beside somebody who clicks."""
    with _empty_base(bench) as url, closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as base:
            leads = _imported(bench, url, "leads")
            base.execute("VACUUM ANALYZE")
            bare = bench.files.rows["leads"] / bare_copy(base, TABLES, bench.place)
            yield Figure(
                "import_leads", "Leads from CSV, beside a bare COPY of what they become", leads.rate, "rows/s", peer=bare,
                target=0.25, at_least=True, aim=0.45, growth=0.8, memory=leads.memory,
            )  # fmt: skip
            yield Figure("import_memory", "Import of leads, peak memory of the process", leads.memory, "MB", target=300)
            base.execute("DROP SCHEMA bare CASCADE")
        if bench.size <= FOLLOWED:
            after = bench.timed(lambda: _manage(url, "recompute"))
            yield Figure(
                "import_after", "What follows the leads, a lead", 1e6 * after.seconds / bench.size, "µs", cpu=after.cpu
            )
            yield from _beside_people(bench, url)
        with _clicking(url) as clicks:
            activities = _imported(bench, url, "activities")
        yield Figure(
            "import_activities", "Activities from CSV", activities.rate, "rows/s", target=25_000, at_least=True
        )
        yield Figure(
            "import_activities_memory", "Import of activities, peak memory", activities.memory, "MB", target=300
        )
        yield Figure(
            "import_backend", "Import of activities, peak memory (PSS) of PostgreSQL's backend", clicks.backend, "MB"
        )
        yield Figure("import_wait", "A click beside the import waits at most", max(clicks.waits), "ms", target=50)
        yield Figure("import_wait_99", "… in 99 of 100 times", quantiles(clicks.waits, n=100)[-1], "ms", target=50)
        yield from _otherwise(bench, url)


def _otherwise(bench: Bench, url: str) -> Iterator[Figure]:
    """The same rows again, checked only, and others from a workbook."""
    same = beginning(bench.files.path("leads"), bench.place / "same.csv", MORE)
    again = _imported(bench, url, "leads", same)
    yield Figure(
        "import_again", "The same rows of leads again: nothing changes", again.rate, "rows/s", at_least=True, growth=0.8
    )
    checked = _imported(bench, url, "leads", same, "--dry-run")
    yield Figure("import_check", "Check of leads that are in", checked.rate, "rows/s", at_least=True, growth=0.8)
    yield Figure("import_check_memory", "Check of leads, peak memory", checked.memory, "MB", target=300)
    book = workbook(bench.files.path("leads"), bench.place / "others.xlsx", MORE)
    read = _imported(bench, url, "leads", book)
    yield Figure("import_workbook", "Leads from a workbook", read.rate, "rows/s", at_least=True, growth=0.8)
    yield Figure("import_workbook_memory", "Import of a workbook, peak memory", read.memory, "MB", target=300)


def _beside_people(bench: Bench, url: str) -> Iterator[Figure]:
    """Pages while others come in, beside what they took before."""
    file = others(bench.files.path("leads"), bench.place / "others.csv", MORE)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.import_visits"],
        env=_variables(url), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as visitor:  # fmt: skip
        alone = json.loads(visitor.stdout.readline() if visitor.stdout else "")
        _imported(bench, url, "leads", file, gently=True)
        found = json.loads(visitor.communicate()[0])
    for name, title in (("leads", "List of leads"), ("dashboard", "Dashboard")):
        yield Figure(
            f"import_beside_{name}", f"{title} while an import runs, p95", found[name], "ms", peer=alone[name], target=2
        )


@contextmanager
def _empty_base(bench: Bench) -> Iterator[str]:
    """The URL of a base that has everything but rows; it goes with its figures."""
    name = f"import_{bench.size}"
    host = bench.url.rpartition("host=")[2]
    url = f"postgres://alignment@/{name}?host={host}"
    with closing(psycopg2.connect(host=host, user="alignment", dbname="postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as server:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            server.execute(drop)
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                _manage(url, "migrate", "-v", "0")
                yield url
            finally:
                server.execute(drop)


def _manage(url: str, *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], env=_variables(url), check=True, stdout=subprocess.DEVNULL)


def _variables(url: str) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name != "ALIGNMENT_NOW"},
        "DATABASE_URL": url,
        "DEMO": "0",
    }


def _imported(bench: Bench, url: str, kind: str, file: Path | None = None, *options: str, gently: bool = False) -> Ran:
    """Run it to its end, in a process of its own."""
    command = [*(GENTLY if gently else ()), sys.executable, "-m", "tests.benchmarks.import_run", kind]
    asked = [*command, str(file or bench.files.path(kind)), str(bench.files.profile(kind)), *options]
    with subprocess.Popen(asked, env=_variables(url), stdout=subprocess.PIPE) as process:
        answer = process.stdout.read() if process.stdout else b""
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    found = json.loads(answer or b"{}")
    if process.returncode != 0 or found["rejected"]:
        raise SystemExit(f"{kind} did not come in whole: {answer[:500]!r}")
    rate = found["rows"] / found["seconds"]
    name = " ".join([kind if file is None else file.name, *options])
    bench.said(f"{found['rows']:,} rows of {name}: {rate:,.0f} rows/s, {usage.ru_maxrss / 1024:.0f} MB")
    return Ran(rate, usage.ru_maxrss / 1024)


@contextmanager
def _clicking(url: str) -> Iterator[Clicks]:
    """While inside, somebody takes one lead after the other in hand."""
    clicks, over = Clicks(), Event()

    def click() -> None:
        chosen = random.Random(7)
        with closing(psycopg2.connect(url)) as connection, connection.cursor() as base:
            base.execute("SELECT min(id), max(id) FROM leads_lead")
            first, last = base.fetchone() or (1, 1)
            connection.rollback()
            while not over.wait(PAUSE):
                began = time.perf_counter()
                base.execute(CLICK, [chosen.randint(first, last)])
                clicks.waits.append(1000 * (time.perf_counter() - began))
                connection.rollback()
                if len(clicks.waits) % 30 == 0:
                    base.execute(BACKENDS)
                    clicks.backend = max([clicks.backend, *(_pss(pid) for (pid,) in base.fetchall())])
                    connection.rollback()

    clicking = Thread(target=click)
    clicking.start()
    try:
        yield clicks
    finally:
        over.set()
        clicking.join()


def _pss(pid: int) -> float:
    """Megabytes of a process, what it shares divided by who shares it; 0 where nobody may look."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
