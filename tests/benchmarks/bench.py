"""What a part of `make bench` works with: a base of so many leads, DuckDB with the same tables, files, people, a watch.

A part is a module `<part>_measures` with `measure(bench) -> Iterator[Figure]`, yielding each figure as soon as it is known, and with:
a docstring, which docs/benchmarks.md prints under the part's heading (its first line); `SIZES`, at which it is measured (the largest
only, unless it says otherwise); `WRITES = True` where it commits changes: it then has a copy of the base to itself; `WHY`: by its key,
why a figure falls short of what is wanted.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Generic, TypeVar

import duckdb

if TYPE_CHECKING:
    from django.test import Client

    from alignment.people.models import User
    from tests.benchmarks.export import Files

T = TypeVar("T")
TICKS = os.sysconf("SC_CLK_TCK")
VISITS = 20


@dataclass(frozen=True)
class Run(Generic[T]):
    """Seconds by the clock, seconds of CPU (of this process, its children and the servers), and what was found."""

    seconds: float
    cpu: float
    found: T


@dataclass(frozen=True)
class Bench:
    """What one part is measured with, at one size. Django is set up on the base before it is made."""

    size: int
    url: str
    now: datetime
    place: Path
    peer_file: Path | None = None
    files_folder: Path | None = None
    postmaster: int | None = None
    notes: list[str] = field(default_factory=list)

    def said(self, what: str) -> None:
        """How far it is, for whoever waits."""
        print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)  # noqa: T201

    def person(self, name: str) -> User:
        """Somebody of the base: `marketer`, `marketing-lead`, `sales`, `sales-lead`, `partner`, `manager`, `operator`."""
        from alignment.people.models import User
        from tests.benchmarks.population.cast import DOMAIN

        return User.objects.select_related("team").get(email=f"{name}@{DOMAIN}")

    def client(self, name: str = "operator") -> Client:
        """A browser in which that person is signed in, with what a web process does before it serves anybody."""
        from django.test import Client

        import alignment.wsgi  # noqa: F401

        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(self.person(name))
        return client

    @cached_property
    def peer(self) -> duckdb.DuckDBPyConnection:
        """DuckDB with the same tables and columns; moments are TIMESTAMP in UTC, what is no plain type is text."""
        if self.peer_file is None or not self.peer_file.exists():
            raise LookupError("There is no peer for this base: run with BENCH_PEER=1.")
        return duckdb.connect(str(self.peer_file), read_only=True, config={"threads": 2})

    @cached_property
    def files(self) -> Files:
        """The leads, stages, activities and deals of the base as CSV files, with the profiles that import them."""
        from tests.benchmarks.export import read_files

        if self.files_folder is None:
            raise LookupError("There are no files of this base: run with BENCH_FILES=1.")
        return read_files(self.files_folder)

    def timed(self, action: Callable[[], T]) -> Run[T]:
        """Once."""
        cpu, began = self.cpu(), time.perf_counter()
        found = action()
        seconds = time.perf_counter() - began
        return Run(seconds, self.cpu() - cpu, found)

    def best(self, action: Callable[[], T], of: int = 3) -> Run[T]:
        """The shortest of so many times."""
        return min((self.timed(action) for _ in range(of)), key=lambda run: run.seconds)

    def p95(self, action: Callable[[], object], of: int = VISITS) -> float:
        """Milliseconds that it stays under in nineteen of twenty times, after one that does not count."""
        action()
        return 1000 * quantiles([self.timed(action).seconds for _ in range(of)], n=20)[-1]

    def peer_best(self, statement: str, of: int = 3) -> float:
        """Seconds of the peer for a statement, all rows fetched; the shortest of so many times."""

        def once() -> float:
            began = time.perf_counter()
            self.peer.execute(statement).fetchall()
            return time.perf_counter() - began

        return min(once() for _ in range(of))

    def cpu(self) -> float:
        """Seconds of CPU so far: this process, the children it waited for, and the servers."""
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime + self.cluster_cpu()

    def cluster_cpu(self) -> float:
        """Seconds of CPU of PostgreSQL so far: those that run, and those that ended and were waited for."""
        if self.postmaster is None:
            return 0.0
        total = 0.0
        for pid in (self.postmaster, *_children(self.postmaster)):
            total += _cpu_of(pid, ended_too=pid == self.postmaster)
        return total


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _cpu_of(pid: int, *, ended_too: bool) -> float:
    """utime and stime of a process; with its children's that ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11 : 15 if ended_too else 13])) / TICKS


def postmaster_of(sockets: Path) -> int | None:
    """The process id of the server that listens there; None where it is of another machine or account."""
    try:
        return int((sockets / ".s.PGSQL.5432.lock").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
