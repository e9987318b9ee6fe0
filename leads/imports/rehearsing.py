"""What would an import do? Each chunk is written and taken back, so that no lock is held for longer than in earnest.

Rows of earlier chunks that a chunk's rows may meet (the same external id, address, name or content) are remembered on disk
and written before them, so that a lead that comes twice counts once as new, wherever in the file it stands.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from hashlib import blake2b

from django.db import connection, transaction

from alignment.attempts import again_after_deadlock
from leads.imports.applying import STATUSES, Run, TakenOver, batches, bind, job_of, set_aside
from leads.imports.kinds import Job
from leads.imports.line import LEASE
from leads.imports.models import Import
from leads.imports.pace import Pace, Progress
from leads.imports.pauses import Turns
from leads.imports.profiles.binding import Binding
from leads.imports.rows import Batch, Outcome, write_batch, write_rows
from leads.imports.warnings import gather

KEPT_ERRORS = 10_000
KEYS = ("external_id", "lead_external_id", "email", "content", "identity", "full_name", "name", "domain")
"""By one of these rows of all kinds are found again; activities are found by their own names alone."""

PERIODS = ("date", "starts_at", "ends_at", "metric", "currency", "campaign", "channel", "source")
"""By all of these together rows about a day or a period are."""


class Remembered:
    """The rows so far and by which keys they may be met, in a file of its own that goes with the process."""

    def __init__(self, kind: str) -> None:
        self._keys = [key for key in KEYS if kind != "activities" or key != "lead_external_id"]
        self._kept = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._kept.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
            "CREATE TABLE met (key INTEGER, row INTEGER); CREATE INDEX met_key ON met (key);"
            "CREATE TABLE rows (row INTEGER PRIMARY KEY, content BLOB); CREATE TEMP TABLE wanted (key INTEGER)"
        )
        self._count = 0

    def close(self) -> None:
        """Forget everything."""
        self._kept.close()

    def meeting(self, rows: Iterable[object]) -> list[object]:
        """The earlier rows that these may meet, in the order of the file; also those that the found ones may meet."""
        wanted = {key for row in rows for key in self._keys_of(row)}
        found: dict[int, object] = {}
        while wanted:
            fresh = {number: content for number, content in self._with(wanted) if number not in found}
            found |= fresh
            wanted = {key for row in fresh.values() for key in self._keys_of(row)} - wanted
        return [found[number] for number in sorted(found)]

    def add(self, rows: Sequence[object]) -> None:
        """These came by."""
        numbered = list(enumerate(rows, start=self._count))
        self._count += len(rows)
        self._kept.execute("BEGIN")
        self._kept.executemany(
            "INSERT INTO met VALUES (?, ?)", ((k, n) for n, row in numbered for k in self._keys_of(row))
        )
        self._kept.executemany("INSERT INTO rows VALUES (?, ?)", ((n, pickle.dumps(row)) for n, row in numbered))
        self._kept.execute("COMMIT")

    def _with(self, keys: Iterable[int]) -> Iterator[tuple[int, object]]:
        self._kept.execute("DELETE FROM wanted")
        self._kept.executemany("INSERT INTO wanted VALUES (?)", ((key,) for key in keys))
        found = self._kept.execute(
            "SELECT row, content FROM rows WHERE row IN (SELECT m.row FROM wanted w JOIN met m ON m.key = w.key)"
        )
        for number, content in found.fetchall():
            yield number, pickle.loads(content)  # noqa: S301  what we wrote ourselves a moment ago

    def _keys_of(self, row: object) -> Iterator[int]:
        for name in self._keys:
            value = getattr(row, name, None)
            if value:
                yield _key(name, str(value).strip().casefold())
        if hasattr(row, "date"):
            yield _key("period", "\x1f".join(str(getattr(row, name, "")) for name in PERIODS))


def _key(name: str, text: str) -> int:
    return int.from_bytes(blake2b(f"{name}\x1e{text}".encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def rehearse(import_: Import, run: Run) -> None:
    """Go through the whole file, and write down only what came of it."""
    binding = bind(import_)
    total, warnings = Outcome(), list(import_.warnings)
    pace, done = Pace(run.now()), 0
    with closing(Remembered(import_.kind)) as remembered:
        for batch in batches(import_, binding, 0, lambda: run.chunk_rows, Turns()):
            job = job_of(import_, run.now())
            outcome = _rehearse_chunk(binding, remembered.meeting(batch.rows), batch, job)
            if done + len(batch) < import_.rows:
                remembered.add(batch.rows)
            total.counts += outcome.counts
            total.errors = [*total.errors, *outcome.errors][:KEPT_ERRORS]
            warnings = gather(warnings, outcome.warnings)
            done += len(batch)
            _renew(import_, run.now(), pace.at(run.now(), done, import_.rows))
            run.progress(done, import_.rows)
            if done < import_.rows:
                run.between()
    _note(import_, total, warnings)


@again_after_deadlock
def _rehearse_chunk(binding: Binding, earlier: Sequence[object], batch: Batch, job: Job) -> Outcome:
    with transaction.atomic():
        write_rows(binding.kind, earlier, job)
        outcome = write_batch(binding, batch, job)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)
    return outcome


def _renew(import_: Import, now: datetime, kept: Progress) -> None:
    held = Import.objects.filter(pk=import_.pk, state=Import.State.RUNNING, cursor=0)
    if not held.update(lease_until=now + LEASE, progress=kept):
        raise TakenOver


@transaction.atomic
def _note(import_: Import, total: Outcome, warnings: object) -> None:
    held = Import.objects.select_for_update().get(pk=import_.pk)
    if held.state != Import.State.RUNNING or held.cursor:
        raise TakenOver
    set_aside(import_, total.errors)
    counts = {status: total.counts[status] for status in STATUSES}
    Import.objects.filter(pk=import_.pk).update(cursor=import_.rows, warnings=warnings, **counts)
