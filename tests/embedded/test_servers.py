"""The embedded servers: shared by commands, owned by one, and faithful after a crash."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest

from alignment.embedded import postgres
from alignment.embedded.disk import MEGABYTE, refuse_full_disk, tells_of_full_disk
from alignment.embedded.home import Refusal
from alignment.embedded.lease import borrowed_servers
from alignment.embedded.locks import OwnerLock, owner_of
from alignment.embedded.postgres import sizes
from tests.embedded.conftest import Place, wait_until

WRITER = """
import os, psycopg2
from alignment.embedded.environment import read_environment
from alignment.embedded.lease import borrowed_servers
environment = read_environment(os.environ)
with borrowed_servers(environment):
    connection = psycopg2.connect(environment.database_url)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE kept (number int)")
    for number in range(1_000_000):
        cursor.execute("INSERT INTO kept VALUES (%s)", [number])
        print(number, flush=True)
"""


def test_commands_at_the_same_time_share_servers_that_end_with_the_last(quiet_place: Place) -> None:
    environment = quiet_place.environment
    with borrowed_servers(environment, durable=False):
        keeper = owner_of(quiet_place.home)
        with borrowed_servers(environment):
            assert owner_of(quiet_place.home) == keeper
        assert quiet_place.runs()
        psycopg2.connect(environment.database_url).close()
    assert owner_of(quiet_place.home) is None
    assert not quiet_place.runs()


def test_commands_that_begin_together_all_get_servers(quiet_place: Place) -> None:
    answers: list[object] = []

    def command() -> None:
        with borrowed_servers(quiet_place.environment, durable=False):
            connection = psycopg2.connect(quiet_place.environment.database_url)
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                answers.append(cursor.fetchone())
            connection.close()

    quiet_place.home.prepare()
    together = [threading.Thread(target=command) for _ in range(4)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    assert answers == [(1,)] * 4
    assert not quiet_place.runs()


def test_what_was_acknowledged_is_there_after_everything_was_killed(quiet_place: Place) -> None:
    writer = quiet_place.start("-c", WRITER)
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(500)]
    owner = owner_of(quiet_place.home)
    assert owner is not None
    alive = (owner.pid, *quiet_place.running(), writer.pid)
    for pid in alive:
        os.kill(pid, 0)  # each of them runs still
    for pid in alive:
        with suppress(ProcessLookupError):  # a server goes with its keeper
            os.kill(pid, signal.SIGKILL)
    acknowledged += [int(line) for line in writer.communicate()[0].splitlines() if line.isdigit()]
    wait_until(lambda: owner_of(quiet_place.home) is None, "the keeper still lives")
    quiet_place.wait_until_nothing_runs()
    with borrowed_servers(quiet_place.environment):
        connection = psycopg2.connect(quiet_place.environment.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT number FROM kept")
            kept = {number for (number,) in cursor.fetchall()}
        connection.close()
    assert set(acknowledged) <= kept
    assert kept <= {*acknowledged, acknowledged[-1] + 1}


def test_a_killed_keeper_leaves_no_servers_behind(quiet_place: Place) -> None:
    with borrowed_servers(quiet_place.environment, durable=False):
        owner = owner_of(quiet_place.home)
        assert owner is not None
        os.kill(owner.pid, signal.SIGKILL)
        quiet_place.wait_until_nothing_runs()


def test_a_trace_of_a_dead_server_does_not_hinder_the_next(quiet_place: Place) -> None:
    with borrowed_servers(quiet_place.environment, durable=False):
        pass
    (quiet_place.home.postgres / "postmaster.pid").write_text(f"{os.getpid()}\n{quiet_place.home.postgres}\n")
    quiet_place.home.hand_over(quiet_place.home.sockets)
    (quiet_place.home.sockets / "valkey.sock").touch()
    with borrowed_servers(quiet_place.environment, durable=False):
        psycopg2.connect(quiet_place.environment.database_url).close()


def test_a_second_copy_is_refused(place: Place) -> None:
    place.home.prepare()
    first, second = OwnerLock(place.home, "run"), OwnerLock(place.home, "run")
    first.take()
    with pytest.raises(Refusal, match=f"in use by another copy \\(process {os.getpid()}\\)"):
        second.take()
    first.release()
    second.take()
    second.release()


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    refuse_full_disk(tmp_path, 256 * MEGABYTE, free=256 * MEGABYTE)
    with pytest.raises(Refusal, match="The disk is full: 255 MB are free"):
        refuse_full_disk(tmp_path, 256 * MEGABYTE, free=256 * MEGABYTE - 1)
    log = tmp_path / "postgres.log"
    log.write_text("LOG: all is well\n")
    assert not tells_of_full_disk(log)
    log.write_text('PANIC: could not write to file "pg_wal/xlogtemp.1": No space left on device\n')
    assert tells_of_full_disk(log)


@pytest.mark.parametrize(
    ("memory", "pages", "cache"),
    [(2_000, "256MB", "1024MB"), (24_000, "1500MB", "6000MB"), (128_000, "2048MB", "32000MB")],
)
def test_the_database_takes_its_share_of_memory(memory: int, pages: str, cache: str) -> None:
    assert sizes(memory) == {"shared_buffers": pages, "effective_cache_size": cache}


@pytest.mark.parametrize(("allowed", "seen"), [(f"{512 * MEGABYTE}\n", True), ("max\n", False), (None, False)])
def test_what_it_is_allowed_counts_where_that_is_less_than_there_is(
    allowed: str | None, seen: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    if allowed is not None:
        limit.write_text(allowed)
    monkeypatch.setattr(postgres, "LIMIT", limit)
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    assert postgres._memory() == (512 if seen else installed)
